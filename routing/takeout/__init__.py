"""Giving a person all there is of them, in a shape that is written down."""

from routing.takeout.archive import pack
from routing.takeout.collecting import Found, collected

__all__ = ["Found", "collected", "pack"]
