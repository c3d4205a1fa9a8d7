"""Inviting a customer to go on in another inbox, or to come back to the site (R56)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import NamedTuple

from agent_console.actions.rights import allowed
from bridge.channel import WayOn
from bridge.models import Agent, Conversation
from bridge.store import people as p
from bridge.store.transactions import Tx
from routing import conversations, start_tokens, way_back
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
_BACK = {
    "en": "You can go on with our conversation about “{topic}” in the chat on our site:\n{link}\n"
    "The link is for you alone and works once, until {until}. Conversation no. {id}.",
    "ru": "Продолжить наш разговор («{topic}») можно в чате на нашем сайте:\n{link}\n"
    "Ссылка только для вас и работает один раз, до {until}. Номер разговора: {id}.",
    "uk": "Продовжити нашу розмову («{topic}») можна в чаті на нашому сайті:\n{link}\n"
    "Посилання лише для вас і працює один раз, до {until}. Номер розмови: {id}.",
    "es": "Puede continuar nuestra conversación («{topic}») en el chat de nuestro sitio:\n{link}\n"
    "El enlace es solo para usted y funciona una vez, hasta el {until}. "
    "Conversación n.º {id}.",
}
_DATES = {"en": "%Y-%m-%d", "ru": "%d.%m.%Y", "uk": "%d.%m.%Y", "es": "%d/%m/%Y"}
_MINUTES = " %H:%M"
_A_DAY = 86_400_000
_NETWORKS = {"telegram": "Telegram", "vk": "VK", "viber": "Viber"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A link that was made: `token` is what it carries, `valid` (ms) for how long."""

    url: str
    token: str
    to: WayOn
    valid: int


class Invited(NamedTuple):
    """The link, what the invitation says, and until when it is good (ms)."""

    url: str
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
    network = _NETWORKS.get(link.to.kind, link.to.name)
    text = words.text(tx, conversation, _TEXTS, link.url, expires_at, network=network)
    return Invited(link.url, text, expires_at)


def invite_back(
    tx: Tx, desk: Desk, me: Agent, conversation_id: int, words: "Wording"
) -> Invited | None:
    """Make a link back to the site for this conversation's customer, for everybody to see.

    `None` where none leads to a page of theirs. Whoever has it sees the conversation whole.
    """
    conversation = allowed(tx, desk, me, conversation_id, "reply")
    whole = way_back.ALL_OF_IT
    link = way_back.link(tx, desk, conversation, origin="invitation", seen_from=whole)
    if link is None or link.expires_at is None:
        return None
    conversations.activity(tx, conversation, "invited_back", by=me.id)
    text = words.text(tx, conversation, _BACK, link.url, link.expires_at)
    return Invited(link.url, text, link.expires_at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """How an invitation is worded: `titles` are what customers call the inbox, by language."""

    titles: Mapping[str, str]
    locale: str
    zone: tzinfo

    def text(
        self,
        tx: Tx,
        conversation: Conversation,
        texts: Mapping[str, str],
        url: str,
        expires_at: int,
        **more: str,
    ) -> str:
        """Return the invitation in the customer's language."""
        contact = tx.the(p.CONTACT_BY_ID, id=conversation.contact_id)
        locale = self._spoken(conversation.language or contact.language)
        named, unnamed = _GREETINGS[locale]
        greeting = named.format(name=contact.name) if contact.name else unnamed
        until = datetime.fromtimestamp(expires_at / 1000, self.zone)
        date = _DATES[locale] if expires_at - tx.now > _A_DAY else _DATES[locale] + _MINUTES
        said = texts[locale].format(
            topic=conversation.item_label or self.titles[locale],
            link=url,
            until=until.strftime(date),
            id=conversation.id,
            **more,
        )
        return f"{greeting} {said}"

    def _spoken(self, language: str | None) -> str:
        primary = (language or "").replace("_", "-").partition("-")[0].lower()
        return primary if primary in self.titles else self.locale
