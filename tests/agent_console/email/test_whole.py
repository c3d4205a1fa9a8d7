"""A visitor writes, the agent is away, is mailed, answers by mail: the whole program."""

import asyncio
from collections.abc import AsyncIterator
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from agent_console.actions.reading import mark_read
from bridge.store.desk import AGENT_BY_ID
from bridge.store.transactions import Tx
from routing import conversations
from tests.channels.email.dovecot import Dovecot
from tests.channels.email.mails import US, letter
from tests.channels.email.postbox import PostBox
from tests.channels.email.site import Site, standing

PAVEL = "pavel@example.com"
ALSO = {
    "agents": {
        "olga": {"name": "Ольга", "role": "owner"},
        "pavel": {"name": "Павло", "role": "agent", "email": PAVEL, "languages": ["uk"]},
        "ivan": {"name": "Іван", "role": "agent", "email": "ivan@example.com"},
    },
    "staff": {"console": {"type": "web"}, "mail": {"type": "email", "via": "help_mail"}},
    "routing": {"release_idle": "off"},
}
SAID = [("contact", "Де моє замовлення 12? 🐤")]


@pytest.fixture
async def site(tmp_path: Path, dovecot: Dovecot, box: PostBox) -> AsyncIterator[Site]:
    """A program whose Pavel is away from the console; a visitor of the widget has written."""
    box.received.clear()
    async with standing(tmp_path, dovecot, box, also=ALSO) as opened:
        await taken(opened)
        await opened.writes(SAID[0][1])
        yield opened


async def taken(site: Site) -> None:
    """Have the visitor's first words read and taken by Pavel, who then leaves."""
    await site.writes("Добрий день")

    def take(tx: Tx) -> None:
        conversations.take(tx, conversations.get(tx, 1), "pavel")
        # The first is the line that says how it began.
        mark_read(tx, site.program.desk, tx.the(AGENT_BY_ID, id="pavel"), 1, 2)

    await site.program.store.write(take)
    site.passes(3600)


async def mailed(site: Site) -> EmailMessage:
    """Let a minute pass, and return the mail to the agent."""
    site.passes(61)
    return await site.posted(1)


def id_of(mail: EmailMessage) -> str:
    """Return the Message-ID."""
    return str(mail["message-id"]).strip("<>")


async def is_aside(site: Site) -> None:
    """Wait until a mail lies in the quarantine, and see that it said nothing."""
    await site.until("SELECT count(*) FROM quarantine", [(1,)])
    assert [one for who, one in await site.sees() if who == "agent"] == []
    assert site.ask("SELECT count(*) FROM conversations") == [(1,)]


async def test_o18_o19_o31_o40_what_a_visitor_writes_is_mailed_and_answered_by_mail(
    site: Site,
) -> None:
    site.passes(50)
    await asyncio.sleep(0.3)
    assert site.box.received == [], "the minute is not over"
    site.passes(11)
    mail = await site.posted(1)
    assert site.box.received[0].recipients == (PAVEL,)
    assert SAID[0][1] in mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]

    answer = f"Буде завтра * о 9 *\n\n> On Monday Help wrote:\n> {SAID[0][1]}"
    site.deliver(letter(answer, sender=PAVEL, subject="Re", answers=id_of(mail)))
    await site.until("SELECT count(*) FROM messages WHERE kind = 'outgoing'", [(1,)])
    assert [one for who, one in await site.sees() if who == "agent"] == ["Буде завтра \\* о 9 \\*"]
    assert site.ask("SELECT agent_id FROM messages WHERE kind = 'outgoing'") == [("pavel",)]
    site.passes(3600)
    await asyncio.sleep(0.3)
    assert len(site.box.received) == 1, "what was answered is not mailed again"


async def test_o31_the_switch_turns_it_off(tmp_path: Path, dovecot: Dovecot, box: PostBox) -> None:
    box.received.clear()
    also = ALSO | {"notify": {"agent": {"email_if_unseen": "off"}}}
    async with standing(tmp_path, dovecot, box, also=also) as site:
        await taken(site)
        await site.writes("?")
        site.passes(3600)
        await asyncio.sleep(0.5)
        assert box.received == []


@pytest.mark.parametrize("begins", ["// ", "//", "\n  // ", "//\n"])
async def test_d49_o12_a_note_by_mail_is_for_colleagues_alone(site: Site, begins: str) -> None:
    mail = await mailed(site)
    site.deliver(letter(f"{begins}чекаємо склад", sender=PAVEL, answers=id_of(mail)))
    await site.until("SELECT text FROM messages WHERE kind = 'note'", [("чекаємо склад",)])
    assert [one for who, one in await site.sees() if who == "agent"] == []


@pytest.mark.parametrize("sender", ["ivan@example.com", "somebody@example.net"])
async def test_o19_another_sender_speaks_for_nobody(site: Site, sender: str) -> None:
    mail = await mailed(site)
    site.deliver(letter("Він бреше", sender=sender, answers=id_of(mail)))
    await is_aside(site)


@pytest.mark.parametrize("field", ["answers", "references"])
async def test_o19_a_forged_reference_speaks_for_nobody(site: Site, field: str) -> None:
    real = id_of(await mailed(site))
    local, _, host = real.partition("@")
    forged = f"{local[:-2]}{'aa' if not local.endswith('aa') else 'bb'}@{host}"
    given: Any = {"answers": forged} if field == "answers" else {"references": [forged]}
    site.deliver(letter("Він бреше", sender=PAVEL, **given))
    await is_aside(site)


async def test_o19_an_old_mail_speaks_for_nobody(site: Site) -> None:
    mail = await mailed(site)
    site.passes(8 * 86_400)
    site.deliver(letter("Запізно", sender=PAVEL, answers=id_of(mail)))
    await is_aside(site)


async def test_o19_an_agents_address_alone_speaks_for_nobody(site: Site) -> None:
    await mailed(site)
    site.deliver(letter("Я Павло", sender=PAVEL, to=US))
    await site.until("SELECT count(*) FROM conversations", [(2,)])
    assert [one for who, one in await site.sees() if who == "agent"] == []
    assert site.ask("SELECT count(*) FROM messages WHERE kind = 'outgoing'") == [(0,)]


async def test_d14_o19_what_a_colleague_has_now_comes_back_with_the_reason(site: Site) -> None:
    mail = await mailed(site)
    await site.program.store.write(
        lambda tx: conversations.assign(tx, conversations.get(tx, 1), "ivan", by="olga")
    )
    site.deliver(letter("Буде завтра", sender=PAVEL, answers=id_of(mail)))
    back = await site.posted(2)
    assert "Вашу відповідь не надіслано" in str(back["subject"])
    assert [one for who, one in await site.sees() if who == "agent"] == []
