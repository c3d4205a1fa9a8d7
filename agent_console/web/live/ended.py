"""Why a console's socket is closed by us."""


class EndedError(Exception):
    """The socket is to be closed with this code, after a last frame if there is one."""

    def __init__(self, code: int, last: str | None = None) -> None:
        """Name the code of the closing."""
        super().__init__(code)
        self.code = code
        self.last = last


BAD_FRAME = 4400
SIGNED_OUT = 4401
TOO_SLOW = 4408
