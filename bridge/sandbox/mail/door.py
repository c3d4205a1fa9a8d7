"""Who may open the account's mailbox, as pymap asks it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime

from pymap.backend.dict import Config, Session
from pymap.backend.dict.filter import FilterSet
from pymap.exceptions import AuthorizationFailure, InvalidAuth, NotAllowedError
from pymap.interfaces.login import IdentityInterface, LoginInterface
from pymap.token import AllTokens
from pymap.user import UserMetadata
from pysasl.creds.external import ExternalVerificationRequired
from pysasl.creds.server import ServerCredentials

from bridge.sandbox.mail.office import Login, PostOffice


class Door(LoginInterface):
    """Lets in who knows the account's word."""

    def __init__(self, office: PostOffice, config: Config) -> None:
        """Guard the mailbox of this office."""
        self._office = office
        self._config = config

    @property
    def tokens(self) -> AllTokens:
        """Return what pymap's own tokens would be made with; nobody is given any."""
        return AllTokens(self._config)

    async def authenticate(self, credentials: ServerCredentials) -> "Owner":
        """Compare user and password, or user and token; raises `InvalidAuth`."""
        login = self._office.account.imap
        try:
            right = credentials.verify(_Known(login))
        except ExternalVerificationRequired as asked:
            right = (credentials.authzid, asked.token) == (login.user, login.word)
        if not right:
            raise InvalidAuth
        return Owner(self._office, self._config)

    async def authorize(self, authenticated: IdentityInterface, authzid: str) -> "Owner":
        """Let nobody in as somebody else; raises `AuthorizationFailure`."""
        if authzid != authenticated.name:
            raise AuthorizationFailure
        return Owner(self._office, self._config)


class _Known:
    """The account, as credentials compare themselves with it."""

    def __init__(self, login: Login) -> None:
        self._login = login

    @property
    def authcid(self) -> str:
        return self._login.user

    def compare_authcid(self, authcid: str) -> bool:
        return authcid == self._login.user

    def compare_secret(self, secret: str) -> bool:
        return secret == self._login.word

    def get_clear_secret(self) -> str:
        return self._login.word


class Owner(IdentityInterface):
    """The account, once it is signed in."""

    def __init__(self, office: PostOffice, config: Config) -> None:
        """Open the folders of this office."""
        self._office = office
        self._config = config

    @property
    def name(self) -> str:
        """Return the user that signs in."""
        return self._office.account.imap.user

    @property
    def roles(self) -> frozenset[str]:
        """Return nothing: an account has its own mailbox and no other."""
        return frozenset()

    @asynccontextmanager
    async def new_session(self) -> AsyncIterator[Session]:
        """Open the folders, which all connections share."""
        yield Session(self.name, self._config, self._office.folders, FilterSet())

    async def new_token(self, *, expiration: datetime | None = None) -> str | None:  # noqa: ARG002  # There are none.
        """Give no token."""
        return None

    async def get(self) -> UserMetadata:
        """Refuse: accounts are managed elsewhere."""
        raise NotAllowedError

    async def set(self, metadata: UserMetadata) -> int | None:  # noqa: ARG002  # As above.
        """Refuse: accounts are managed elsewhere."""
        raise NotAllowedError

    async def delete(self) -> None:
        """Refuse: accounts are managed elsewhere."""
        raise NotAllowedError
