"""What became of a message that did not arrive or may not have: why, and what can be done."""

from agent_console.cards import shapes as w
from agent_console.surface import Press
from agent_console.verbs.asking import given
from agent_console.verbs.words import Words, words_in
from routing.continued.shown import Mailed

# Reasons of the program's own: no network has said anything.
_OURS = frozenset(
    {"expired", "interrupted", "internal", "deleted", "not_sent", "withheld", "not_yours"}
)


def why_failed(
    reason: str | None, detail: str | None, state: str, language: str, of: str | None = None
) -> str | None:
    """Return a sentence about a message that `failed` or is `uncertain`, `None` otherwise.

    `of` is "edit" or "delete" where that is what became of a change. What the network said
    itself follows where our words for it stand in its place.
    """
    words = words_in(language)
    if state == "uncertain":
        return words(f"mark.{of}.ask" if of else "mark.uncertain.ask")
    if state != "failed":
        return None
    why = _reason(words, reason, detail)
    text = words(f"mark.{of}.failed" if of else "mark.failed.why", reason=why)
    said = detail if reason and reason not in _OURS and detail != why else None
    return f"{text} {words('mark.detail', detail=said)}" if said else text


def _reason(words: Words, reason: str | None, detail: str | None) -> str:
    key = f"reason.{reason}"
    return words(key) if words.has(key) else detail or words("reason.unknown")


def trouble(message_id: int, mark: w.Mark, language: str) -> tuple[str, list[Press]] | None:
    """Return what to say below a message, and the ways out; `None` where all is well."""
    of = given(mark.of)
    text = why_failed(given(mark.reason), given(mark.detail), mark.state, language, of)
    words = words_in(language)
    if text is None:
        twice = mark.may_be_double is True
        return (words("mark.mayBeDouble"), []) if twice else None
    if mark.state == "failed":
        return text, [Press(verb="retry", label=words("action.retry"), value=str(message_id))]
    arrived = "action.itIsGone" if of == "delete" else "action.itArrived"
    return text, [
        Press(verb="settle", label=words("action.sendAgain"), value=f"again {message_id}"),
        Press(verb="settle", label=words(arrived), value=f"arrived {message_id}"),
    ]


def mail_trouble(message_id: int, mail: Mailed, language: str) -> tuple[str, list[Press]]:
    """Return what to say of a mail that `failed` or is `uncertain`, and the ways out.

    It goes again, or is believed, with all the messages in it.
    """
    words = words_in(language)
    if mail.state == "failed":
        text = words("mail.failed", to=mail.to, reason=_reason(words, mail.reason, None))
        again = Press(verb="retry", label=words("action.retry"), value=f"mail {message_id}")
        return text, [again]
    return words("mail.uncertain", to=mail.to), [
        Press(verb="settle", label=words("action.sendAgain"), value=f"mail again {message_id}"),
        Press(verb="settle", label=words("action.itArrived"), value=f"mail arrived {message_id}"),
    ]
