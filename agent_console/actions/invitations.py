"""Inviting a customer to go on in another inbox (R56)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import NamedTuple

from agent_console.actions.rights import allowed
from bridge.channel import WayOn
from bridge.models import Agent, Conversation
from bridge.store import people as p
from bridge.store.transactions import Tx
from routing import conversations, start_tokens
from routing.desk import Desk

# The customer's name, what it is about, the network, until when, the link, the conversation.
_GREETINGS = {
    "en": ("Hello {name}!", "Hello!"),
    "ru": ("Здравствуйте, {name}!", "Здравствуйте!"),
    "uk": ("Вітаємо, {name}!", "Вітаємо!"),
    "es": ("¡Hola, {name}!", "¡Hola!"),
}
_TEXTS = {
    "en": "You can go on with our conversation about “{topic}” in {network}:\n{link}\n"
    "The link is for you alone and works once, until {until}. Conversation no. {id}.",
    "ru": "Продолжить наш разговор («{topic}») можно в {network}:\n{link}\n"
    "Ссылка только для вас и работает один раз, до {until}. Номер разговора: {id}.",
    "uk": "Продовжити нашу розмову («{topic}») можна в {network}:\n{link}\n"
    "Посилання лише для вас і працює один раз, до {until}. Номер розмови: {id}.",
    "es": "Puede continuar nuestra conversación («{topic}») en {network}:\n{link}\n"
    "El enlace es solo para usted y funciona una vez, hasta el {until}. "
    "Conversación n.º {id}.",
}
_DATES = {"en": "%Y-%m-%d", "ru": "%d.%m.%Y", "uk": "%d.%m.%Y", "es": "%d/%m/%Y"}
_NETWORKS = {"telegram": "Telegram", "vk": "VK", "viber": "Viber"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A link that was made: `token` is what it carries, `valid` (ms) for how long."""

    url: str
    token: str
    to: WayOn
    valid: int


class Invited(NamedTuple):
    """What an invitation says, and until when its link is good (ms)."""

    text: str
    expires_at: int


def invite(
    tx: Tx, desk: Desk, me: Agent, conversation_id: int, link: Link, words: "Wording"
) -> Invited:
    """Make the link good for this conversation's customer, for everybody to see."""
    conversation = allowed(tx, desk, me, conversation_id, "reply")
    expires_at = start_tokens.keep(
        tx,
        link.token,
        conversation_id=conversation_id,
        inbox_id=link.to.inbox_id,
        valid=link.valid,
    )
    conversations.activity(tx, conversation, "invited", by=me.id, inbox=link.to.name)
    return Invited(words.text(tx, conversation, link, expires_at), expires_at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """How an invitation is worded: `titles` are what customers call the inbox, by language."""

    titles: Mapping[str, str]
    locale: str
    zone: tzinfo

    def text(self, tx: Tx, conversation: Conversation, link: Link, expires_at: int) -> str:
        """Return the invitation in the customer's language."""
        contact = tx.the(p.CONTACT_BY_ID, id=conversation.contact_id)
        locale = self._spoken(conversation.language or contact.language)
        named, unnamed = _GREETINGS[locale]
        greeting = named.format(name=contact.name) if contact.name else unnamed
        until = datetime.fromtimestamp(expires_at / 1000, self.zone)
        said = _TEXTS[locale].format(
            topic=conversation.item_label or self.titles[locale],
            network=_NETWORKS.get(link.to.kind, link.to.name),
            link=link.url,
            until=until.strftime(_DATES[locale]),
            id=conversation.id,
        )
        return f"{greeting} {said}"

    def _spoken(self, language: str | None) -> str:
        primary = (language or "").replace("_", "-").partition("-")[0].lower()
        return primary if primary in self.titles else self.locale
