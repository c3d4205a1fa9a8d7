"""What agents answer by mail is said in the conversation, or comes back with the reason."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from typing import Any

import pytest

from agent_console.email.answers import EVENT, MailedAnswers
from bridge.store import webhooks as w
from bridge.store.transactions import Tx
from routing import conversations, unseen
from routing.desk import AgentMail
from tests.agent_console.conftest import OpenOffice
from tests.agent_console.office import Office
from tests.routing.test_unseen import has_address

PAVEL = "pavel@example.com"


@dataclass
class Mailing:
    """An office whose agents answer by mail."""

    office: Office
    answers: MailedAnswers
    here: int
    thread: str

    async def comes(self, text: str, *, sender: str = PAVEL, **more: Any) -> None:
        """Have an answer come in, as a mailbox does: whoever it is nobody's ends there."""
        thread = more.pop("thread", self.thread)
        if await self.answers.owner(thread, sender) is None:
            return
        given = {"files": [], "lost": [], "key": "mail:1"} | more
        await self.answers.answer(thread, sender, text, **given)

    async def said(self, kind: str = "outgoing") -> list[tuple[str | None, str]]:
        """Return what agents have said there, each with who said it."""
        from bridge.store import messages as m  # noqa: PLC0415

        found = await self.office.store.read(
            lambda tx: tx.all(m.MESSAGES_AFTER, conversation_id=self.here, bound=0, limit=1000)
        )
        return [(one.agent_id, one.text) for one in found if one.kind == kind and one.agent_id]

    async def back(self) -> list[dict[str, Any]]:
        """Return what was mailed back."""
        calls = await self.office.store.read(lambda tx: tx.all(w.CALLS, state="queued", limit=100))
        return [json.loads(one.body) for one in calls if one.event == EVENT]

    async def does(self, work: Any, *given: Any, **more: Any) -> None:
        """Have something happen to the conversation."""

        def now(tx: Tx) -> None:
            work(tx, conversations.get(tx, self.here), *given, **more)

        await self.office.store.write(now)


@pytest.fixture
async def mailing(an_office: OpenOffice) -> AsyncIterator[Mailing]:
    """Return an office in which pavel has a conversation."""
    async with an_office() as office:
        by = AgentMail("post", languages={"pavel": ("ru",)})
        url = "https://desk.example.com/console/c/"
        desk = replace(office.desk, agent_mail=by, conversation_url=lambda one: f"{url}{one}")
        await office.customer_writes("Где мой заказ?")
        answers = MailedAnswers(office.store, desk, office.settings)
        one = Mailing(office, answers, 1, "")
        await one.does(conversations.take, "pavel")
        until = office.clock.now() + 60_000
        known = await office.store.read(conversations.get, 1)
        one.thread = unseen.thread_of(known, "pavel", until=until)
        yield one


async def test_o19_an_answer_by_mail_reaches_the_customer_as_the_agents(mailing: Mailing) -> None:
    await mailing.comes("Завтра * утром *\n")
    assert await mailing.said() == [("pavel", "Завтра \\* утром \\*")]
    assert await mailing.back() == []


async def test_a_mail_that_comes_again_says_nothing_twice(mailing: Mailing) -> None:
    await mailing.comes("Завтра")
    await mailing.comes("Завтра")
    assert await mailing.said() == [("pavel", "Завтра")]


async def test_what_begins_with_two_strokes_is_a_note(mailing: Mailing) -> None:
    await mailing.comes("// ждём склад")
    assert await mailing.said("note") == [("pavel", "ждём склад")]
    assert await mailing.said() == []


async def test_what_a_colleague_has_taken_comes_back_with_the_reason(mailing: Mailing) -> None:
    await mailing.does(conversations.assign, "anna", by="anna")
    await mailing.comes("Завтра")
    assert await mailing.said() == []
    [mail] = await mailing.back()
    assert (mail["to"], mail["thread"]) == (PAVEL, mailing.thread)
    assert mail["subject"] == "Ваш ответ не отправлен"
    assert "Анна Коваль" in mail["text"]
    assert mail["text"].endswith("Завтра")


async def test_an_answer_that_holds_our_own_mail_is_not_sent(mailing: Mailing) -> None:
    await mailing.comes(f"да\n[Открыть](https://desk.example.com/console/c/{mailing.here})")
    assert await mailing.said() == []
    assert "Удалите цитату" in (await mailing.back())[0]["text"]


async def test_an_answer_whose_file_was_lost_is_not_sent_without_it(mailing: Mailing) -> None:
    await mailing.comes("вот", lost=["счёт.pdf"])
    assert await mailing.said() == []
    assert "счёт.pdf" in (await mailing.back())[0]["text"]


async def test_an_empty_answer_comes_back(mailing: Mailing) -> None:
    await mailing.comes("  \n")
    assert await mailing.said() == []
    assert len(await mailing.back()) == 1


async def test_after_its_time_a_mail_speaks_for_nobody(mailing: Mailing) -> None:
    mailing.office.clock.tick(60.001)
    await mailing.comes("Завтра")
    assert (await mailing.said(), await mailing.back()) == ([], [])


async def test_another_address_speaks_for_nobody(mailing: Mailing) -> None:
    await mailing.comes("Завтра", sender="olga@example.com")
    assert (await mailing.said(), await mailing.back()) == ([], [])


async def test_who_has_another_address_now_is_not_spoken_for_by_the_old(mailing: Mailing) -> None:
    await has_address(mailing.office, "pavel", "new@example.com")  # type: ignore[arg-type]
    await mailing.comes("Завтра")
    assert (await mailing.said(), await mailing.back()) == ([], [])


@pytest.mark.parametrize(
    "thread", ["", "ticket:1", "agent:1:2:3", "agent:1:0:99999999999999:pavel", "agent:x"]
)
async def test_another_conversations_mail_speaks_for_nobody(mailing: Mailing, thread: str) -> None:
    await mailing.comes("Завтра", thread=thread)
    assert (await mailing.said(), await mailing.back()) == ([], [])
