"""What proves us to a mail server: a password, a token, or one that is renewed when it ends.

IMAP and SMTP of an inbox share what is renewed, so that they do not outdate each other's.
"""

from typing import Protocol

from bridge.settings import Secret
from channels.email.oauth import Renewed
from channels.email.settings import Server


class Credentials(Protocol):
    """What a sign-in is done with."""

    async def word(self) -> str:
        """Return the password or the token; raises a `SendError`."""
        ...

    async def another(self, refused: str) -> bool:
        """Say whether there is another word than the one that was refused just now."""
        ...


class Fixed:
    """A word that stands in the YAML."""

    def __init__(self, secret: Secret | None) -> None:
        """Give this word; nothing where there is none."""
        self._secret = secret

    async def word(self) -> str:
        """Return it."""
        return self._secret.reveal() if self._secret else ""

    async def another(self, refused: str) -> bool:  # noqa: ARG002  # There is only one.
        """Say that there is no other."""
        return False


def credentials_of(server: Server, renewed: Renewed | None) -> Credentials:
    """Return what proves us to this server."""
    if server.auth == "xoauth2" and server.token is None and renewed is not None:
        return renewed
    return Fixed(server.secret)
