"""An access token that is renewed before it ends, for all processes alike (RFC 6749, section 6)."""

import asyncio
import hashlib
import json
from dataclasses import asdict, dataclass, field

from bridge.channel import MisconfiguredError, Safe, StorageUnavailableError, UnavailableError
from bridge.clock import Clock
from channels.email import tokenserver
from channels.email.settings import OAuth

# A token is renewed so long before it ends that it lasts through a sign-in, in seconds.
EARLY = 120.0
# Who looks with another YAML than the program's takes nothing from it: of so many the last
# tokens are kept.
MOST_GRANTS = 4
_UNKEPT = "No token is asked for while there is no database to keep it in."


@dataclass(frozen=True, slots=True)
class Tokens:
    """The newest tokens of one grant; `until` is when the access token is renewed, in ms."""

    grant: str
    """A digest of what the YAML has of it."""
    refresh: str = field(repr=False)
    access: str = field(default="", repr=False)
    until: int = 0
    number: int = 0
    """How often they have been renewed."""

    @classmethod
    def of(cls, oauth: OAuth) -> "Tokens":
        """Return what the YAML gives."""
        refresh = oauth.refresh_token.reveal()
        told = (oauth.token_url, oauth.client_id, oauth.scope or "", refresh)
        return cls(hashlib.sha256("\n".join(told).encode()).hexdigest(), refresh)

    def written(self, kept: str | None) -> str:
        """Return what is to be kept instead: these beside those of other grants."""
        others = [one for one in _read(kept) if one.grant != self.grant]
        return json.dumps([asdict(one) for one in (*others, self)[-MOST_GRANTS:]])

    def newest(self, kept: str | None) -> "Tokens":
        """Return these or those that were kept, whichever are newer, of the same grant."""
        known = [one for one in _read(kept) if one.grant == self.grant]
        return max(*known, self, key=lambda one: one.number) if known else self


class Renewed:
    """The tokens of an inbox, for whoever signs in.

    A provider may give another refresh token with each, and take the last one no more. So they
    are kept where every process has them, and one at a time renews them: a provider that is
    shown a refresh token twice may take it for stolen (RFC 9700, 4.14.2).
    """

    def __init__(self, oauth: OAuth, clock: Clock, safe: Safe) -> None:
        """Ask for a token when the first is wanted."""
        self._oauth = oauth
        self._clock = clock
        self._safe = safe
        self._tokens = Tokens.of(oauth)
        self._is_kept = True
        self._turn = asyncio.Lock()
        self._renewal: asyncio.Task[None] | None = None

    def __repr__(self) -> str:
        """Keep the tokens out."""
        return "Renewed()"

    async def word(self) -> str:
        """Return a token that is good for a while; raises a `SendError`."""
        async with self._turn:
            await self.close()
            if not (self._is_good() and self._is_kept):
                await self._have_another_than("")
            return self._tokens.access

    async def another(self, refused: str) -> bool:
        """Have another token once; raises a `SendError` where none can be had."""
        async with self._turn:
            await self.close()
            # Whoever signs in to the other server may have renewed it meanwhile.
            if self._tokens.access == refused:
                await self._have_another_than(refused)
            return self._tokens.access != refused

    async def close(self) -> None:
        """Let what has been asked for arrive: the provider may have forgotten the last one."""
        if self._renewal is not None:
            await asyncio.wait([self._renewal])

    def _is_good(self) -> bool:
        return self._clock.now() < self._tokens.until

    async def _have_another_than(self, refused: str) -> None:
        """Have tokens that are good; whoever waits for them may go away without ending it."""
        self._renewal = asyncio.create_task(self._renew(refused))
        # Nobody may be there any more to hear why it failed.
        self._renewal.add_done_callback(lambda one: one.cancelled() or one.exception())
        await asyncio.shield(self._renewal)

    async def _renew(self, refused: str) -> None:
        try:
            async with self._safe.alone():
                kept = await self._safe.kept()
                self._tokens = self._tokens.newest(kept)
                if self._tokens.access == refused or not self._is_good():
                    self._tokens = await self._granted()
                if (newest := self._tokens.written(kept)) != kept:
                    self._is_kept = False
                    await self._safe.keep(newest)
                self._is_kept = True
        except StorageUnavailableError:
            raise UnavailableError(_UNKEPT, reason="internal") from None

    async def _granted(self) -> Tokens:
        """Ask for new ones; raises a `SendError`."""
        first = self._oauth.refresh_token.reveal()
        try:
            given = await tokenserver.granted(self._oauth, self._tokens.refresh)
        except MisconfiguredError as error:
            # A database of an earlier day has the tokens of that day.
            if error.reason != "credentials_refused" or self._tokens.refresh == first:
                raise
            given = await tokenserver.granted(self._oauth, first)
        # One that lasts less than `EARLY` is used for half of its time.
        good_for = max(given.lasts - EARLY, given.lasts / 2)
        return Tokens(
            grant=self._tokens.grant,
            refresh=given.refresh,
            access=given.access,
            until=self._clock.now() + round(good_for * 1000),
            number=self._tokens.number + 1,
        )


def _read(kept: str | None) -> list[Tokens]:
    """Return tokens as they were kept; none for nothing, or what another version wrote."""
    try:
        return [] if kept is None else [Tokens(**one) for one in json.loads(kept)]
    except (ValueError, TypeError):
        return []
