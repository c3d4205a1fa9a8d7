"""The desk's words and people, as a surface's threads need them."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from agent_console import verbs
from agent_console.audit import Surface
from agent_console.cards import shapes
from agent_console.fanout.office import Presses
from agent_console.fanout.voice import Told, Voice
from agent_console.surface import Answer, Card, Person, Said
from bridge.models import Agent, Conversation, Message, StaffKind
from bridge.settings import Settings
from bridge.store.transactions import Tx
from routing.continued.shown import Mailed
from routing.desk import Desk
from routing.refusal import RefusedError

# What the card shows as it is now: a line for each would cost a post that says nothing new.
_ON_THE_CARD = frozenset(
    {"taken", "closed", "reopened", "deleted", "restored", "tagged", "untagged", "status_changed"}
)
# What a kind of surface is called where accounts are linked and deeds are recorded.
KINDS: Mapping[str, StaffKind] = {"slack": "slack", "telegram_forum": "telegram"}


class _Done(msgspec.Struct):
    """As much of an activity as is needed here."""

    verb: str


_DONE = msgspec.json.Decoder(_Done)


class DeskWords:
    """Makes the voice of each surface, and what does what is pressed there."""

    def __init__(self, settings: Settings, desk: Desk) -> None:
        """Speak for one configuration."""
        self._settings = settings
        self._desk = desk
        self._voices: dict[tuple[str, str], DeskVoice] = {}

    def renew(self, settings: Settings) -> None:
        """Speak for another configuration from now on, on every surface."""
        self._settings = settings
        for voice in self._voices.values():
            voice.renew(settings)

    def voice(self, surface_id: str, kind: str) -> Voice:
        """Return the words of one surface."""
        return self._voice(surface_id, kind)

    def press(self, surface_id: str, kind: str) -> Presses:
        """Return what does what is pressed on one surface."""
        return self._voice(surface_id, kind).press

    def _voice(self, surface_id: str, kind: str) -> "DeskVoice":
        made = DeskVoice(self._settings, self._desk, KINDS[kind])
        return self._voices.setdefault((surface_id, kind), made)


class DeskVoice:
    """Speaks on one surface: to everybody in the desk's language, to one person in theirs."""

    def __init__(self, settings: Settings, desk: Desk, kind: StaffKind) -> None:
        """Know the configuration and what kind of accounts there are."""
        self._desk = desk
        self._kind = kind
        self.renew(settings)

    def renew(self, settings: Settings) -> None:
        """Speak for this configuration."""
        surface: Surface = self._kind
        self._front = verbs.front_of(settings, self._desk, surface)
        self._settings = settings
        self._words = verbs.words_in(settings.locale.default)

    # --- for everybody ---

    def card(self, tx: Tx, conversation: Conversation) -> Card:
        """Return the card, in the language of the place."""
        url = self._url(conversation.id)
        return verbs.card_of(tx, self._front, conversation.id, self._front.locale, url)

    def customer(self, tx: Tx, conversation: Conversation) -> str:
        """Return what colleagues call the customer."""
        return verbs.customer_of(tx, conversation, self._words)

    def event(self, tx: Tx, message: Message) -> str | None:
        """Return the line for something that was done, unless the card shows what it changed."""
        if message.activity and _DONE.decode(message.activity).verb in _ON_THE_CARD:
            return None
        return verbs.event_line(tx, self._front, message, self._front.locale)

    def program(self) -> str:
        """Return the name under which the program speaks."""
        return self._words("author.program")

    def trouble(self, message_id: int, mark: shapes.Mark) -> Told:
        """Return why something failed or is uncertain, and what may be done about it."""
        found = verbs.trouble(message_id, mark, self._front.locale)
        return Told("") if found is None else Told(*found)

    def mailed(self, message_id: int, mail: Mailed) -> Told:
        """Return why a mail with a message failed or is uncertain, and what may be done."""
        return Told(*verbs.mail_trouble(message_id, mail, self._front.locale))

    def edited(self, text: str) -> str:
        """Return the line for a message of the thread's that was changed elsewhere."""
        return self._words("thread.edited", text=text)

    def taken_back(self) -> str:
        """Return the line for a message of the thread's that was taken back elsewhere."""
        return self._words("thread.takenBack")

    def maybe_two(self) -> Told:
        """Return what is told in a thread that may have been made twice."""
        return Told(self._words("thread.maybeTwo"))

    # --- for one person ---

    def refused(self, error: RefusedError, by: Person, me: Agent) -> Told:
        """Return why something was not done, and the way out."""
        answer = verbs.refused(self._front, me, self._language(me, by), error)
        return Told(answer.text, answer.buttons)

    def unknown(self, by: Person) -> Told:
        """Return what is told to somebody who is no agent."""
        return Told(verbs.words_in(self._spoken(by))("thread.unknown", account=by.id))

    def hidden(self, by: Person) -> Told:
        """Return what is told to somebody who writes in a group's name."""
        return Told(verbs.words_in(self._spoken(by))("thread.hidden"))

    def asked(self, tx: Tx, me: Agent, said: Said, conversation_id: int) -> Told | None:
        """Do what an agent asks us for in a thread; `None` where that begins with no verb."""
        verb, _, value = said.asked.strip().partition(" ")
        if not verbs.is_verb(verb):
            return None
        given = {"conversation_id": conversation_id, "value": value.strip(), "at": said.at}
        answer = verbs.press(tx, self._front, self._asked(me, said.by, verb, **given))
        return Told(*verbs.in_words(answer))

    def aside(self, by: Person) -> Told:
        """Return what is told to somebody whose words to colleagues became a note."""
        return Told(verbs.words_in(self._spoken(by))("thread.aside"))

    def lost_file(self, by: Person) -> Told:
        """Return what is told to somebody whose file could not be fetched."""
        return Told(verbs.words_in(self._spoken(by))("thread.lostFile"))

    def agent(self, tx: Tx, by: Person) -> Agent | None:
        """Return the agent whose account it is."""
        return verbs.agent_of(tx, self._settings.agents, self._kind, by)

    # --- what is pressed ---

    def press(
        self,
        tx: Tx,
        by: Person,
        verb: str,
        conversation_id: int | None,
        value: str,
        fields: Mapping[str, Sequence[str]] | None,
        at: int | None,
    ) -> Answer:
        """Do what somebody pressed; whoever is no agent can link their account, nothing else."""
        if verb == "link":
            language = self._spoken(by)
            return verbs.link(tx, self._front, self._kind, by, value, language)
        me = self.agent(tx, by)
        if me is None:
            told = self.hidden(by) if by.is_hidden else self.unknown(by)
            return Answer(text=told.text, refused=True)
        if verb == "more" and conversation_id is not None:
            return self._more(tx, conversation_id)
        given = {"conversation_id": conversation_id, "value": value, "fields": fields, "at": at}
        return verbs.press(tx, self._front, self._asked(me, by, verb, **given))

    def inbox(self, tx: Tx, by: Person) -> Answer:
        """Return the lists of somebody's own and whether they work; it is no deed of theirs."""
        me = self.agent(tx, by)
        if me is None:
            return Answer(text=self.unknown(by).text, refused=True)
        return verbs.inbox_of(tx, self._front, self._asked(me, by, "my"))

    def _asked(self, me: Agent, by: Person, verb: str, **more: Any) -> verbs.Asked:
        language = self._language(me, by)
        return verbs.Asked(me=me, language=language, verb=verb, url_of=self._url, **more)

    def _more(self, tx: Tx, conversation_id: int) -> Answer:
        url = self._url(conversation_id)
        card = verbs.card_of(tx, self._front, conversation_id, self._front.locale, url)
        return Answer(buttons=card.more)

    def _url(self, conversation_id: int) -> str:
        return self._front.desk.conversation_url(conversation_id)

    def _language(self, me: Agent, by: Person) -> str:
        """Return the first of an agent's languages that there are words in."""
        declared = self._settings.agents.get(me.id)
        spoken = declared.languages if declared is not None else ()
        available = self._settings.locale.available
        return next((one for one in spoken if one in available), self._spoken(by))

    def _spoken(self, by: Person) -> str:
        language = (by.language or "").partition("-")[0]
        available = self._settings.locale.available
        return language if language in available else self._settings.locale.default
