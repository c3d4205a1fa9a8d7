"""How long a text is for a network."""

from itertools import accumulate

from bridge.channel import TextUnit


def length(text: str, unit: TextUnit) -> int:
    """Return the length of the text in a network's unit."""
    if unit is TextUnit.CODE_POINTS or text.isascii():
        return len(text)
    if unit is TextUnit.BYTES:
        return len(text.encode(errors="surrogatepass"))
    return len(text) + sum(char > "\uffff" for char in text)


def longest_start(text: str, limit: int, unit: TextUnit) -> int:
    """Return how many code points from the start measure at most `limit`."""
    start = text[:limit]
    if unit is TextUnit.CODE_POINTS or start.isascii():
        return len(start)
    return sum(size <= limit for size in accumulate(length(char, unit) for char in start))
