"""A refusal as a sentence: what is in the way, who has it, and what to do."""

from collections.abc import Mapping, Sequence

from agent_console.surface import Answer, Press
from agent_console.verbs.front import Front
from agent_console.verbs.words import Words, words_in
from bridge.models import Agent
from routing.refusal import RefusedError

_SENIOR = frozenset({"owner", "supervisor"})


def refused(front: Front, me: Agent, language: str, refusal: RefusedError) -> Answer:
    """Return the answer that says the refusal to whoever asked, with the way out as a button."""
    words = words_in(language, front.locale)
    todo, presses = _way_out(words, me, refusal)
    sentences = [sentence(words, front, refusal), *([words(todo)] if todo else [])]
    return Answer(text=" ".join(sentences), refused=True, buttons=presses)


def sentence(words: Words, front: Front, refusal: RefusedError) -> str:
    """Return what is in the way, in the agent's language."""
    key = f"error.{refusal.code}"
    return words(key if words.has(key) else "error.invalid", **_values(front, refusal.detail))


def _values(front: Front, detail: Mapping[str, object]) -> dict[str, object]:
    """Return what the sentences may want to name; a number of bytes in megabytes."""
    inbox = front.inboxes.get(str(detail.get("inbox", "")))
    limit = detail.get("limit", "")
    if "inbox" in detail and isinstance(limit, int):
        limit = f"{limit / 1_048_576:.3g} MB"
    return {
        "name": detail.get("name") or detail.get("agent") or "",
        "length": detail.get("length", ""),
        "limit": limit,
        "channel": inbox.name if inbox else detail.get("inbox", ""),
    }


def _way_out(words: Words, me: Agent, refusal: RefusedError) -> tuple[str, Sequence[Press]]:
    """Return what to do, if there is anything, as the key of a sentence and as buttons."""
    if refusal.code == "taken" and me.role in _SENIOR:
        return "todo.join", [Press(verb="join", label=words("action.join"))]
    if refusal.code == "taken":
        return "todo.taken", [Press(verb="note", label=words("action.note"))]
    if refusal.code == "offline":
        return "", [Press(verb="online", label=words("presence.goOnline"), style="primary")]
    if refusal.code == "topic_required":
        return "", [Press(verb="close", label=words("action.close"))]
    if refusal.code == "state" and refusal.detail.get("state") == "closed":
        return "todo.reopen", [Press(verb="reopen", label=words("action.reopen"))]
    return "", ()
