"""Who asks, told to whoever comes with a token as well."""

from litestar import get
from msgspec import UNSET, UnsetType

from agent_console.cards import shapes as w
from agent_console.web.api.given import Given, Me
from agent_console.web.auth.guard import BOTS_TOO
from bridge.models import ApiToken, Role, Scope


class TokenRef(w.Shape, frozen=True, kw_only=True, gc=False):
    """The token that was shown: its name, what it may, and until when (never: null)."""

    name: str
    scope: Scope
    expires_at: int | None


class WhoIAm(w.Shape, frozen=True, kw_only=True, gc=False):
    """An agent, and the token by which they ask, if they do.

    `cursor` is where to follow `/api/live` from, `server_time` in ms.
    """

    id: str
    name: str
    role: Role
    cursor: str
    server_time: int
    token: TokenRef | UnsetType = UNSET


@get("/me", opt={BOTS_TOO: True})
async def who_i_am(console: Given, me: Me) -> WhoIAm:
    """Return who asks."""
    return WhoIAm(
        id=me.agent.id,
        name=me.agent.name,
        role=me.agent.role,
        cursor=console.hub.cursor(),
        server_time=console.clock.now(),
        token=_shown(me.token),
    )


def _shown(token: ApiToken | None) -> TokenRef | UnsetType:
    if token is None:
        return UNSET
    return TokenRef(name=token.name, scope=token.scope, expires_at=token.expires_at)


HANDLERS = [who_i_am]
