"""How long a folder is left alone between two looks. Pure."""

# After a mail more may come that the server does not announce: some look for news only while
# they are told to listen, and say nothing of what came before. In seconds.
SOON = 2.0
# Where there is said to be news and there is none, again and again, the server is left alone.
_FIRST_REST = 0.5
_LONGEST_REST = 10.0


class Pace:
    """What the next look waits for, in seconds; at most `longest` by listening."""

    def __init__(self, longest: float) -> None:
        """Begin as if something had just come."""
        self._longest = longest
        self.listen = min(SOON, longest)
        """How long to listen for news at the most."""
        self.rest = 0.0
        """How long to do nothing before that."""
        self._in_vain = 0

    def looked(self, *, took: bool, told: bool) -> None:
        """Reckon after a look that took something or not, and had been told of news or not."""
        self.listen = min(SOON if took else 2 * self.listen, self._longest)
        self._in_vain = self._in_vain + 1 if told and not took else 0
        # Once is nothing: what is announced while it is asked for is told of afterwards too.
        again = max(0, self._in_vain - 1)
        self.rest = min(_FIRST_REST * again * again, _LONGEST_REST)
