"""What a list of rich nodes must look like, whatever text it was made of."""

import re
from collections.abc import Iterator
from typing import Any

from hypothesis import strategies as st

SAFE = re.compile(r"(https?://[^/]|mailto:|tel:)")
# Pieces that mean something, or nearly, and the text between them.
PIECES = st.lists(
    st.sampled_from(
        [
            *"*_~`[]()>\\\n-! .:/@#",
            "**",
            "~~",
            "```",
            "\n\n",
            "\n- ",
            "\n1. ",
            "\n2. ",
            "\n> ",
            "\n  ",
            "](http://x.co/a_b)",
            "](javascript:alert(1))",
            "](//x.co)",
            "](data:text/html,x)",
            "http://x.co/a",
            "example.com",
            "анна",
            "слово ",
            "word ",
            "é",
            "👩‍👩‍👧",
            "\r\n",
            "<b>",
            "&amp;",
        ]
    ),
    max_size=30,
).map("".join)


def check(nodes: list[dict[str, Any]]) -> None:
    """Fail unless every node is one of the wire's, and every address is harmless."""
    for node in walk(nodes):
        kind = node["t"]
        if kind in ("text", "code", "pre"):
            assert set(node) == {"t", "v"}
            assert node["v"]
            assert kind != "text" or "\n" not in node["v"]
        elif kind in ("b", "i", "s", "quote", "p"):
            assert set(node) == {"t", "c"}
        elif kind == "a":
            assert set(node) == {"t", "href", "c"}
            assert SAFE.match(node["href"])
            assert not re.search(r"[\s\"<>\\]", node["href"])
            assert node["c"]
        elif kind in ("ul", "ol"):
            assert set(node) == {"t", "c"}
            assert all(isinstance(item, list) for item in node["c"])
        else:
            assert node == {"t": "br"}


def walk(nodes: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Yield every node, however deep."""
    for node in nodes:
        yield node
        if node["t"] in ("ul", "ol"):
            for item in node["c"]:
                yield from walk(item)
        else:
            yield from walk(node.get("c", []))


def letters(text: str) -> list[str]:
    """Return what no formatting may take away."""
    return [char for char in text if char.isalnum()]
