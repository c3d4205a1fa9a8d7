"""Hearing of a mail at once, whenever the server says that it is there."""

import asyncio
from datetime import timedelta

import pytest
from aioimaplib.aioimaplib import SELECTED  # type: ignore[import-untyped]  # It has no types.

from channels.email.cursor import Cursor
from channels.email.imap import Mailbox
from channels.email.wire import Protocol
from tests.channels.email.dovecot import Dovecot
from tests.channels.email.mails import letter
from tests.channels.email.postbox import PostBox
from tests.channels.email.rig import EmailRig, texts
from tests.channels.rig import eventually


@pytest.fixture
def patient(dovecot: Dovecot, box: PostBox) -> EmailRig:
    """An inbox that asks once a minute, if the server announces nothing."""
    return EmailRig(dovecot, box, poll=timedelta(seconds=60))


async def test_news_is_heard_at_once_where_the_server_can_announce_it(patient: EmailRig) -> None:
    async with patient.running():
        await eventually(lambda: patient.health.state == "well")
        await patient.arrives(letter("at once"), within=20)
    assert texts(patient) == ["at once"]


async def test_a_server_that_announces_nothing_is_asked(
    rig: EmailRig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("channels.email.wire.Client.has_capability", lambda *_: False)
    async with rig.running():
        await rig.arrives(letter("when asked"))
    assert texts(rig) == ["when asked"]


async def test_a_mail_announced_while_another_is_fetched_does_not_wait_for_the_next_minute(
    patient: EmailRig, monkeypatch: pytest.MonkeyPatch
) -> None:
    search = Mailbox.newer

    async def searched(self: Mailbox, cursor: Cursor) -> list[int]:
        found = await search(self, cursor)
        if found == [1]:
            patient.deliver(letter("behind it"))
        return found

    monkeypatch.setattr(Mailbox, "newer", searched)
    async with patient.running():
        await eventually(lambda: patient.health.state == "well")
        patient.deliver(letter("first"))
        await eventually(lambda: len(patient.core.book) == 2)
    assert texts(patient) == ["first", "behind it"]


@pytest.mark.parametrize(
    ("known", "told", "news"),
    [
        ("", "* 3 EXISTS", True),
        ("* 3 EXISTS", "* 4 EXISTS", True),
        ("* 3 EXISTS", "* 3 EXISTS", False),
        ("* 3 EXISTS", "* 3 RECENT", False),
        ("* 3 EXISTS", "* 1 EXPUNGE", False),
        ("* 3 EXISTS", "* 1 EXPUNGE\r\n* 2 EXISTS", True),
        ("* 3 EXISTS", "* 1 EXPUNGE\r\n* 3 EXISTS", True),
        ("* 3 EXISTS", "* 1 expunge\r\n* 3 exists", True),
        ("* 3 EXISTS", "* OK [HIGHESTMODSEQ 4] EXISTS", False),
    ],
)
async def test_a_size_is_news_unless_it_was_said_already(
    known: str, told: str, *, news: bool
) -> None:
    protocol = Protocol(asyncio.get_running_loop())
    protocol.state = SELECTED
    protocol.data_received(f"{known}\r\n".encode())
    protocol.news.clear()
    protocol.data_received(f"{told}\r\n".encode())
    assert protocol.news.is_set() is news
