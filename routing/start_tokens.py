"""One-time tokens of links that carry a customer on into another inbox, or back into one.

A token says nothing of whom it is for: it is 256 random bits, and only its hash is kept,
with the conversation it carries on and the one inbox it is for. What a way back opens is
decided in `way_back.py`.
"""

import hashlib
import re
import secrets
from dataclasses import replace

from bridge import channel as ch
from bridge.store import starts
from bridge.store.transactions import Tx

# Tells a token from any other start parameter, so that none is ever kept or shown, good or
# not. It and 43 letters are within the 64 of Telegram: core.telegram.org/bots/features#deep-linking
_PREFIX = "go_"
UNGUESSABLE = "[A-Za-z0-9_-]{43}"
"""Matches what cannot be guessed of a token."""
_TOKEN = re.compile(_PREFIX + UNGUESSABLE)
# A used one still tells what goes on, should whoever used it write later.
KEPT_AFTER_ITS_TIME = 30 * 24 * 3_600_000


def new_token(prefix: str = _PREFIX) -> str:
    """Return a token nobody can guess, `UNGUESSABLE` behind the prefix."""
    return prefix + secrets.token_urlsafe(32)


def keep(
    tx: Tx,
    token: str,
    *,
    conversation_id: int,
    inbox_id: str,
    valid: int,
    seen_from: int | None = None,
) -> int:
    """Have the token carry the conversation on into the inbox for `valid` ms; return until when.

    `seen_from` makes it a way back: whoever uses it sees what was said since then (ms).
    """
    expires_at = tx.now + valid
    tx.run(
        starts.ADD_TOKEN,
        token_hash=hashed(token),
        conversation_id=conversation_id,
        inbox_id=inbox_id,
        expires_at=expires_at,
        seen_from=seen_from,
    )
    return expires_at


def use(tx: Tx, token: str, inbox_id: str) -> int | None:
    """Use the token up; return the conversation it carries on.

    `None` for one that was used, is out of time, is of another inbox, or was never made:
    nobody learns which.
    """
    if not tx.run(starts.CLAIM_TOKEN, of=hashed(token), inbox_id=inbox_id, at=tx.now):
        return None
    conversation_id: int = tx.the(starts.CONVERSATION_OF_TOKEN, of=hashed(token))
    return conversation_id


def used_by(tx: Tx, token: str, identity_id: int) -> None:
    """Note which account has used the token."""
    tx.run(starts.SET_USER, of=hashed(token), identity_id=identity_id)


def taken_off(event: ch.InboundMessage) -> tuple[ch.InboundMessage, str | None]:
    """Return the message as it may be kept, and the token that came with it, if one did."""
    source = None if event.visit is None else event.visit.source
    if event.visit is None or not is_token(source):
        return event, None
    return replace(event, visit=replace(event.visit, source=None)), source


def is_token(source: str | None) -> bool:
    """Say whether a start parameter has the shape of a token."""
    return source is not None and _TOKEN.fullmatch(source) is not None


def forget(tx: Tx) -> None:
    """Forget tokens that have long been of no use."""
    tx.run(starts.FORGET_TOKENS, before=tx.now - KEPT_AFTER_ITS_TIME)


def hashed(token: str) -> str:
    """Return what is kept of a token."""
    return hashlib.sha256(token.encode()).hexdigest()
