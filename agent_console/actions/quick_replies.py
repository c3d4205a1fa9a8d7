"""Ready answers: those of the YAML and those agents saved, with their variables filled."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from agent_console.actions.sight import seen
from agent_console.cards import line
from agent_console.cards.shapes import QuickReply
from bridge.models import Agent
from bridge.settings import VARIABLE, Settings
from bridge.settings.sections import QuickReply as DeclaredReply
from bridge.store import conversations as q
from bridge.store import log
from bridge.store import people as p
from bridge.store.transactions import Tx
from routing.desk import Desk
from routing.refusal import RefusedError

_SHORTCUT = re.compile(r"[^\s/]{1,40}")
_TITLE = 60


@dataclass(frozen=True, slots=True)
class QuickReplies:
    """The ready answers of a configuration."""

    declared: Mapping[str, DeclaredReply]
    inbox_names: Mapping[str, str]
    locale: str
    longest: int

    def list(self, tx: Tx, desk: Desk, me: Agent, conversation_id: int | None) -> list[QuickReply]:
        """Return them for a conversation, in the customer's language, or as they are."""
        language, values = self.locale, None
        if conversation_id is not None:
            conversation = seen(tx, desk, me, conversation_id)
            contact = tx.the(p.CONTACT_BY_ID, id=conversation.contact_id)
            language = (contact.language or conversation.language or self.locale).split("-")[0]
            values = {
                "contact.name": contact.name or "",
                "agent.name": me.name,
                "inbox.name": self.inbox_names.get(conversation.inbox_id, ""),
                "conversation.id": str(conversation_id),
            }
        return [
            QuickReply(
                id=reply_id,
                shortcut=one.shortcut,
                title=one.title or one.shortcut,
                text=filled(one.text.pick(language, self.locale), values),
                source="yaml",
            )
            for reply_id, one in self.declared.items()
        ] + [
            QuickReply(
                id=f"agent:{one.id}",
                shortcut=one.shortcut,
                title=line(one.text, _TITLE),
                text=filled(one.text, values),
                source="agent",
            )
            for one in tx.all(q.QUICK_REPLIES)
        ]

    def add(self, tx: Tx, me: Agent, shortcut: str, text: str) -> QuickReply:
        """Save a ready answer for everybody (S18).

        Raises `RefusedError`: `shortcut_taken`, `invalid` with the fields, `forbidden`.
        """
        if me.role == "viewer":
            raise RefusedError("forbidden")
        text = text.strip()
        self._check(shortcut, text)
        used = {one.shortcut.casefold() for one in self.declared.values()}
        used |= {one.shortcut.casefold() for one in tx.all(q.QUICK_REPLIES)}
        if shortcut.casefold() in used:
            raise RefusedError("shortcut_taken", {"shortcut": shortcut})
        reply_id = tx.the(
            q.ADD_QUICK_REPLY, shortcut=shortcut, text=text, agent_id=me.id, created_at=tx.now
        )
        log.append(tx, "quick_replies.changed")
        return QuickReply(
            id=f"agent:{reply_id}",
            shortcut=shortcut,
            title=line(text, _TITLE),
            text=text,
            source="agent",
        )

    def _check(self, shortcut: str, text: str) -> None:
        faults = {}
        if not _SHORTCUT.fullmatch(shortcut):
            faults["shortcut"] = "A shortcut has 1 to 40 characters, no space and no slash."
        if not text:
            faults["text"] = "This is empty."
        elif len(text) > 2 * self.longest:
            faults["text"] = "This is too long for a message."
        if faults:
            raise RefusedError("invalid", {"fields": faults})


def quick_replies_of(settings: Settings) -> QuickReplies:
    """Return the ready answers that the YAML declares."""
    names = {key: inbox.name for key, inbox in settings.channels.items()}
    longest = settings.conversation.max_length
    return QuickReplies(settings.quick_replies, names, settings.locale.default, longest)


def filled(text: str, values: Mapping[str, str] | None) -> str:
    """Return the text with its variables filled in (D23); what is no variable stays. Pure."""
    if values is None:
        return text

    def fill(found: re.Match[str]) -> str:
        name, fallback = found.groups()
        if name not in values:
            return found.group()
        return values[name] or fallback or ""

    return VARIABLE.sub(fill, text)
