"""A draft of the next reply, by the model that the YAML names."""

from collections.abc import Mapping

from litestar import post
from litestar.params import JSONBody

from agent_console import suggestions as s
from agent_console.actions.rights import allowed
from agent_console.cards import shapes as w
from agent_console.web.api.given import Given, Me, Nothing, PathId
from agent_console.web.console import Console
from bridge.models import Agent
from bridge.store.transactions import Tx
from bridge.web import ApiError
from routing.desk import Desk

_SENTENCES: Mapping[s.Why, tuple[int, str]] = {
    "timeout": (504, "The model took too long."),
    "unreachable": (502, "The model cannot be reached."),
    "private_address": (502, "The model's address is private: see suggestions.allow_private."),
    "refused": (502, "The model refused the request."),
    "broken": (502, "The model's answer cannot be understood."),
    "empty": (502, "The model answered nothing."),
}


class Draft(w.Shape, frozen=True, kw_only=True, gc=False):
    """A draft, as plain text. Nothing was sent or kept."""

    text: str


@post("/conversations/{conversation_id:int}/suggestion", status_code=200)
async def suggestion(
    console: Given,
    me: Me,
    conversation_id: PathId,
    data: JSONBody[Nothing],  # noqa: ARG001  # That it is empty is checked.
) -> Draft:
    """Draft the next reply for an agent who could send one; one at a time for each."""
    turns = await console.write(_turns, console.desk, me.agent, conversation_id, _limit(console))
    endpoint = console.suggests
    if endpoint is None:
        raise ApiError(404, "suggestions_off", "No model is configured to suggest replies.")
    if not turns:
        raise ApiError(409, "nothing_to_answer", "Nothing has been said that could be answered.")
    if me.agent.id in console.suggesting:
        raise ApiError(409, "suggestion_running", "A draft is on its way already.")
    console.suggesting.add(me.agent.id)
    try:
        return Draft(text=await endpoint.draft(turns))
    except s.NoDraftError as error:
        raise _failed(error) from None
    finally:
        console.suggesting.discard(me.agent.id)


def _limit(console: Console) -> int:
    return console.suggests.max_messages if console.suggests is not None else 0


def _turns(tx: Tx, desk: Desk, me: Agent, conversation_id: int, limit: int) -> list[s.Turn]:
    allowed(tx, desk, me, conversation_id, "reply")
    return s.spoken(tx, conversation_id, limit)


def _failed(error: s.NoDraftError) -> ApiError:
    status, sentence = _SENTENCES[error.why]
    detail = None if error.status is None else {"status": error.status}
    return ApiError(status, f"suggestion_{error.why}", sentence, detail)


HANDLERS = [suggestion]
