"""How a validator says what is wrong, where exactly, and what to do about it."""

from collections.abc import Iterable
from difflib import get_close_matches
from typing import LiteralString

from pydantic_core import PydanticCustomError


def fault(
    code: LiteralString,
    message: str,
    *,
    help: str = "",
    token: str = "",
    at: tuple[str | int, ...] = (),
    on_key: bool = False,
    nearest: str | None = None,
) -> PydanticCustomError:
    """Make the error a validator raises.

    `code` is one of `bridge.settings.codes.CODES`. `at` leads from the value under
    validation to the guilty part of it, `on_key` puts the caret under the key instead of
    the value, and `token` narrows it to that text inside the value.
    """
    context = {
        "message": message,
        "help": help,
        "token": token,
        "at": at,
        "on_key": on_key,
        "nearest": nearest,
    }
    return PydanticCustomError(code, "{message}", context)


def nearest_of(wrong: str, right: Iterable[str]) -> str | None:
    """Return the right name that `wrong` most likely stands for, if one is near."""
    names = list(right)
    folded = {name.casefold(): name for name in names}
    found = get_close_matches(wrong.casefold(), folded, n=1, cutoff=0.6)
    return folded[found[0]] if found else None
