"""One's own API tokens: looked at and revoked by people, made on the command line."""

from litestar import delete, get

from agent_console.audit import By
from agent_console.cards import shapes as w
from agent_console.web.api.given import Acting, Given, Me, PathId
from agent_console.web.auth.bearer import revoke_token
from agent_console.web.auth.guard import SESSION_ONLY, VIEWERS_TOO
from bridge.models import Scope
from bridge.store import tokens as t
from bridge.store.transactions import Tx
from routing.refusal import RefusedError


class Token(w.Shape, frozen=True, kw_only=True, gc=False):
    """A token of the caller's: everything but itself, which was shown once."""

    id: int
    name: str
    scope: Scope
    created_at: int
    expires_at: int | None
    used_at: int | None


@get("/tokens", opt={SESSION_ONLY: True})
async def tokens(console: Given, me: Me) -> list[Token]:
    """Return the caller's tokens."""
    return await console.read(_tokens, me.agent.id)


def _tokens(tx: Tx, agent_id: str) -> list[Token]:
    return [
        Token(
            id=one.id,
            name=one.name,
            scope=one.scope,
            created_at=one.created_at,
            expires_at=one.expires_at,
            used_at=one.used_at,
        )
        for one in tx.all(t.TOKENS_OF, agent=agent_id)
    ]


@delete("/tokens/{token_id:int}", status_code=204, opt={SESSION_ONLY: True, VIEWERS_TOO: True})
async def revoke(console: Given, me: Me, by: Acting, token_id: PathId) -> None:
    """Revoke a token of the caller's: whoever follows with it is let go at once."""
    await console.write(_revoke, by, me.agent.id, token_id)
    await console.live.look_again()


def _revoke(tx: Tx, by: By, agent_id: str, token_id: int) -> None:
    if not revoke_token(tx, by, agent_id, token_id):
        raise RefusedError("not_found")


HANDLERS = [tokens, revoke]
