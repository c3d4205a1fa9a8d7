"""Agents who press and command over the real database, as a surface would have them."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from typing import Any, Protocol

import pytest

from agent_console.surface import Answer, Card
from agent_console.verbs import Asked, Front, card_of, event_line, front_of, press
from bridge.models import Agent, Message, Presence
from bridge.store import messages as m
from bridge.store.desk import AGENT_BY_ID
from bridge.store.transactions import Tx
from routing import conversations, outbound
from routing.outbound import Written
from tests.agent_console.conftest import OpenOffice, an_office, clock, database, store
from tests.agent_console.office import Office
from tests.databases import by_hand

__all__ = ["an_office", "clock", "database", "store"]

TEAMS: Mapping[str, Any] = {
    "support": {
        "label": {"en": "Support", "uk": "Підтримка"},
        "members": ["pavel", "anna"],
        "topics": ["orders"],
    },
    "sales": {"members": ["ivan"]},
}


def url_of(conversation_id: int) -> str:
    """Return where a conversation is for whoever asks."""
    return f"https://desk.example/console/c/{conversation_id}"


@dataclass
class Staff:
    """The office, and all who press something in it."""

    office: Office
    front: Front

    async def agent(self, agent_id: str) -> Agent:
        """Return an agent as they are in the database."""
        return await self.office.store.read(lambda tx: tx.the(AGENT_BY_ID, id=agent_id))

    async def press(
        self,
        who: str,
        verb: str,
        conversation_id: int | None = None,
        value: str = "",
        /,
        *,
        language: str = "en",
        **fields: str | Sequence[str],
    ) -> Answer:
        """Press, command or send a form back."""
        filled = {name: [one] if isinstance(one, str) else one for name, one in fields.items()}
        asked = Asked(
            me=await self.agent(who),
            language=language,
            verb=verb,
            conversation_id=conversation_id,
            value=value,
            fields=filled or None,
            url_of=url_of,
        )
        return await self.office.store.write(press, self.front, asked)

    async def present(self, who: str, presence: Presence) -> None:
        """Let somebody be what they are, whatever they did before."""

        def set_to(tx: Tx) -> None:
            by_hand(
                tx,
                "UPDATE agents SET presence = ?, presence_chosen = ? WHERE id = ?",
                [presence, presence if presence in ("break", "offline") else None, who],
            )

        await self.office.store.write(set_to)

    async def row(self, conversation_id: int) -> Any:
        """Return the conversation."""
        return await self.office.store.read(conversations.get, conversation_id)

    async def card(self, conversation_id: int, language: str = "en") -> Card:
        """Return the conversation's card."""
        url = url_of(conversation_id)
        return await self.office.store.read(card_of, self.front, conversation_id, language, url)

    async def messages(self, conversation_id: int) -> list[Message]:
        """Return all messages, notes and activities."""
        return await self.office.store.read(
            lambda tx: tx.all(m.MESSAGES_AFTER, conversation_id=conversation_id, bound=0, limit=500)
        )

    async def said(self, conversation_id: int, kind: str) -> list[str]:
        """Return the texts of one kind of message."""
        return [one.text for one in await self.messages(conversation_id) if one.kind == kind]

    async def lines(self, conversation_id: int, language: str = "en") -> list[str | None]:
        """Return what a thread tells of what happened, in its order."""
        happened = [one for one in await self.messages(conversation_id) if one.kind == "activity"]

        def told(tx: Tx) -> list[str | None]:
            return [event_line(tx, self.front, one, language) for one in happened]

        return await self.office.store.read(told)

    async def answers(self, who: str, conversation_id: int, text: str = "Здравствуйте!") -> int:
        """Let an agent answer; return the message's id."""

        def answer(tx: Tx) -> int:
            written = Written(agent_id=who, text=text)
            conversation = conversations.get(tx, conversation_id)
            return outbound.reply(tx, self.front.desk, conversation, written)[0]

        return await self.office.store.write(answer)


class OpenStaff(Protocol):
    """Opens the office under a changed configuration."""

    def __call__(
        self, changes: Mapping[str, Any] | None = None
    ) -> AbstractAsyncContextManager[Staff]:
        """Take dotted keys and their values."""
        ...


@pytest.fixture
def a_staff(an_office: OpenOffice) -> OpenStaff:
    """Return how to open the office with some keys of the YAML set otherwise."""

    @asynccontextmanager
    async def opened(changes: Mapping[str, Any] | None = None) -> AsyncIterator[Staff]:
        async with an_office({"teams": TEAMS} | dict(changes or {})) as office:
            front = front_of(office.settings, office.desk, "slack")
            yield Staff(office, front)

    return opened


@pytest.fixture
async def staff(a_staff: OpenStaff) -> AsyncIterator[Staff]:
    """Return the staff of an open office."""
    async with a_staff() as opened:
        yield opened


def options(answer: Answer, field: str) -> dict[str, str]:
    """Return what a form offers in a field: the words of each value."""
    assert answer.form is not None, answer
    return dict(next(one for one in answer.form.fields if one.id == field).options)


def listed(answer: Answer) -> list[int]:
    """Return the conversations of an answer's lists, in their order."""
    return [line.conversation_id for lines in answer.lists.values() for line in lines]


__all__ += ["OpenStaff", "Staff", "listed", "options", "url_of"]
