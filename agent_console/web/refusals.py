"""A refusal of routing as an answer of the HTTP API."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from bridge.web import ApiError
from routing.refusal import Code, RefusedError

_ANSWERS: Mapping[Code, tuple[int, str]] = {
    "not_found": (404, "There is nothing here."),
    "forbidden": (403, "This is not allowed."),
    "taken": (409, "A colleague has this conversation."),
    "offline": (409, "You are offline: go online first."),
    "agent_offline": (409, "This agent is not online."),
    "blocked": (409, "This customer is blocked."),
    "state": (409, "This does not fit the state it is in."),
    "too_long": (422, "This is too long."),
    "empty": (422, "There is nothing to send."),
    "attachment_unknown": (409, "There is no such upload of yours."),
    "file_too_large": (422, "A file is too large for the network."),
    "agent_unknown": (422, "There is no such agent."),
    "topic_unknown": (422, "There is no such topic."),
    "topic_required": (409, "It needs a topic before it can be closed."),
    "tag_unknown": (422, "There is no such tag."),
    "status_unknown": (422, "There is no such status."),
    "draft_changed": (409, "The draft was changed elsewhere."),
    "edit_splits": (409, "The new text would need another number of messages."),
    "asked_since": (409, "The customer has written since."),
    "unsupported": (409, "The network cannot do this."),
    "shortcut_taken": (409, "There is a quick reply with this shortcut."),
    "invalid": (422, "Some fields are not right."),
}


def api_error(refusal: RefusedError) -> ApiError:
    """Return the answer that says the refusal."""
    status, sentence = _ANSWERS[refusal.code]
    detail = dict(refusal.detail)
    fields = detail.pop("fields", None)
    told = fields if isinstance(fields, dict) else None
    return ApiError(status, refusal.code, sentence, detail or None, told)


@contextmanager
def answering() -> Iterator[None]:
    """Turn a refusal into the answer of the API."""
    try:
        yield
    except RefusedError as refusal:
        raise api_error(refusal) from None
