"""How far a bot comes: to the conversations it has to answer, and what belongs to them.

Everything else is not there for it, as if it had never been.
"""

from collections.abc import Mapping
from typing import Any

from bridge.models import Agent, Attachment
from bridge.store import bots as b
from bridge.store.statement import Statement
from bridge.store.transactions import Store, Tx
from bridge.web import MAX_ID, ApiError

# What an address may name, and the question whether it is the bot's.
_OWN: Mapping[str, Statement[int]] = {
    "conversation_id": b.OWN_CONVERSATION,
    "message_id": b.OWN_MESSAGE,
    "contact_id": b.OWN_CONTACT,
}


async def check_reach(store: Store, bot: Agent, params: Mapping[str, Any]) -> None:
    """Raise `ApiError` (404) unless what an address names is the bot's."""
    named = {name: params[name] for name in _OWN.keys() & params.keys()}
    if not await store.read(_reaches, bot, named):
        raise ApiError(404, "not_found", "There is nothing here.")


def _reaches(tx: Tx, bot: Agent, named: Mapping[str, Any]) -> bool:
    # A number that no row can have is refused with a clearer word further on.
    return all(
        tx.one(_OWN[name], id=number, bot=bot.id) is not None
        for name, number in named.items()
        if isinstance(number, int) and 0 < number <= MAX_ID
    )


def reaches_file(tx: Tx, bot: Agent, file: Attachment) -> bool:
    """Say whether a file is of the bot's conversations, or an upload of its own."""
    if file.message_id is None:
        return file.owner == f"agent:{bot.id}"
    return tx.one(b.OWN_MESSAGE, id=file.message_id, bot=bot.id) is not None
