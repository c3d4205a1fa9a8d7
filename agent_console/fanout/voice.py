"""What fanout has to be told by those who know the desk's words and its people."""

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from agent_console.cards import shapes
from agent_console.surface import Answer, Card, Person, Press, Said
from bridge.models import Agent, Conversation, Message
from bridge.store.transactions import Tx
from routing.continued.shown import Mailed
from routing.refusal import RefusedError


class Told(NamedTuple):
    """Words for one person, and what they may press."""

    text: str
    buttons: Sequence[Press] = ()


class Voice(Protocol):
    """The words of one surface (`agent_console.verbs`); every function is a transaction's."""

    def card(self, tx: Tx, conversation: Conversation) -> Card:
        """Return the card of a conversation, in the language of the place."""
        ...

    def event(self, tx: Tx, message: Message) -> str | None:
        """Return the line for something that was done, or `None` where the card says it."""
        ...

    def customer(self, tx: Tx, conversation: Conversation) -> str:
        """Return what colleagues call the customer of a conversation."""
        ...

    def program(self) -> str:
        """Return the name under which the program itself speaks to customers."""
        ...

    def trouble(self, message_id: int, mark: shapes.Mark) -> Told:
        """Return why something failed or is uncertain, and what may be done about it."""
        ...

    def mailed(self, message_id: int, mail: Mailed) -> Told:
        """Return why a mail with a message failed or is uncertain, and what may be done."""
        ...

    def edited(self, text: str) -> str:
        """Return the line for a message of the thread's that was changed elsewhere."""
        ...

    def taken_back(self) -> str:
        """Return the line for a message of the thread's that was taken back elsewhere."""
        ...

    def maybe_two(self) -> Told:
        """Return what is told in a thread that may have been made twice."""
        ...

    def refused(self, error: RefusedError, by: Person, me: Agent) -> Told:
        """Return why something was not done, in the language of whoever did it."""
        ...

    def unknown(self, by: Person) -> Told:
        """Return what is told to somebody who is no agent."""
        ...

    def hidden(self, by: Person) -> Told:
        """Return what is told to somebody who writes in a group's name."""
        ...

    def asked(self, tx: Tx, me: Agent, said: Said, conversation_id: int) -> Told | None:
        """Do what an agent asks us for in a thread; `None` where that begins with no verb."""
        ...

    def aside(self, by: Person) -> Told:
        """Return what is told to somebody whose words to colleagues became a note."""
        ...

    def lost_file(self, by: Person) -> Told:
        """Return what is told to somebody whose file could not be fetched: nothing went out."""
        ...

    def agent(self, tx: Tx, by: Person) -> Agent | None:
        """Return the agent whose account it is, if they may answer."""
        ...

    def inbox(self, tx: Tx, by: Person) -> Answer:
        """Return an agent's own lists and whether they work, in words that stay for minutes."""
        ...
