"""One-time links: a way in that an administrator hands to an agent.

The token travels in the fragment of the address, which browsers send to nobody and no
server logs.
"""

from typing import Literal

from agent_console.web.auth.tokens import new_token, token_hash
from bridge.models import SignInLink
from bridge.store import sign_in as q
from bridge.store.transactions import Tx

LIFE = 24 * 3_600_000
# Used and expired ones are kept a while, so that a row explains a complaint.
_KEPT = 7 * LIFE

Kind = Literal["sign_in", "password", "oidc"]


def make_link(tx: Tx, agent_id: str, kind: Kind, *, life: int = LIFE) -> str:
    """Store a link for an agent and return its token, which is nowhere else."""
    token = new_token()
    tx.run(q.FORGET_LINKS, before=tx.now - _KEPT)
    tx.run(
        q.ADD_LINK,
        token_hash=token_hash(token),
        agent_id=agent_id,
        kind=kind,
        expires_at=tx.now + life,
    )
    return token


def link_url(public_url: str, token: str) -> str:
    """Return the address to hand over."""
    return f"{public_url.rstrip('/')}/console#link={token}"


def find(tx: Tx, token: str) -> SignInLink | None:
    """Return a link that still works; one answer for unknown, used and expired ones."""
    return tx.one(q.LINK, token_hash=token_hash(token), now=tx.now)


def claim(tx: Tx, link: SignInLink) -> bool:
    """Use a link up; say whether nobody was faster."""
    return bool(tx.run(q.CLAIM_LINK, of=link.token_hash, now=tx.now))
