"""Headers as a client has sent them, one name at a time."""

from collections.abc import Mapping
from typing import Any


def sent(scope: Mapping[str, Any], name: str) -> list[str]:
    """Return every value of a header, in the order they came; `name` is in lower case.

    What is asked with every message looks here: the framework's own headers are made of all
    that was sent first, which takes longer than looking for a few. A websocket's server may
    leave the names as they were written.
    """
    wanted = name.encode()
    return [value.decode("latin-1") for one, value in scope["headers"] if one.lower() == wanted]
