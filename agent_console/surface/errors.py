"""How showing something may fail beyond what `bridge.channel` has names for."""

from bridge.channel import RejectedError, UnreachableError


class ThreadGoneError(UnreachableError):
    """The thread was deleted: it is made anew, with its card and the last messages."""


class ThreadShutError(RejectedError):
    """The thread is closed to writing: it is opened, and written to again."""


class PostGoneError(RejectedError):
    """The post that was to be changed or marked is not there any more."""


class PlaceGoneError(UnreachableError):
    """The place is lost to us: we were removed, it is archived or deleted."""


class PlaceMovedError(UnreachableError):
    """The place has another id from now on."""

    def __init__(self, message: str, *, place: str) -> None:
        """`place` is the new id."""
        super().__init__(message, reason="no_such_recipient")
        self.place = place


class UntakenError(Exception):
    """What was set aside still cannot be taken in; the message is a code or a type's name."""
