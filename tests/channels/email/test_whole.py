"""The inbox in the real program: a mail in, an answer out, the customer's answer, a failure."""

import asyncio
import contextlib
import json
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from bridge.app import Program
from bridge.cli.config import known_kinds
from bridge.settings import Settings, load
from bridge.store import conversations as q
from bridge.store.transactions import Tx
from routing import outbound
from routing.outbound import Written
from tests.channels.email import dovecot as imap
from tests.channels.email import postbox
from tests.channels.email.dovecot import Dovecot
from tests.channels.email.mails import ANNA, US, letter
from tests.channels.email.postbox import PostBox
from tests.channels.email.test_intake import dsn
from tests.quiet import quiet

SPOKEN = "SELECT text FROM messages WHERE kind IN ('incoming', 'outgoing')"
SECRETS = {"IMAP": imap.PASSWORD, "SMTP": postbox.PASSWORD}


def configured(
    folder: Path, server: Dovecot, box: PostBox, user: str, *, begun: bool = False
) -> Settings:
    """Return the configuration an administrator would write.

    Most tests are about what people write: the program itself speaks only if `begun`.
    """
    place = {"host": "127.0.0.1", "tls": "none"}
    config: dict[str, Any] = {
        "version": 1,
        "agents": {"olga": {"name": "Ольга", "role": "owner"}},
        "channels": {
            "help_mail": {
                "type": "email",
                "name": "Крамниця",
                "address": US,
                "imap": place | {"port": server.port, "user": user, "password": "${IMAP}"},
                "smtp": place | {"port": box.port, "password": "${SMTP}"},
                "poll": "1s",
            }
        },
        "system_messages": quiet(begun=begun),
        "storage": {
            "database": f"sqlite:///{folder / 'desk.db'}",
            "media": {"dir": str(folder / "media")},
        },
    }
    path = folder / "deskbridge.yaml"
    with path.open("w", encoding="utf-8") as file:
        YAML().dump(config, file)
    return load(path, kinds=known_kinds(), environ=SECRETS)


class Whole:
    """The program, and what its database says."""

    def __init__(self, program: Program, folder: Path, server: Dovecot, user: str) -> None:
        """Watch one program."""
        self.program, self.server, self.user = program, server, user
        self._database = folder / "desk.db"

    def deliver(self, raw: bytes) -> None:
        """Put a mail into the mailbox."""
        self.server.deliver(self.user, raw)

    def ask(self, sql: str) -> list[Any]:
        """Return what stands in the database."""
        with contextlib.closing(sqlite3.connect(self._database)) as connection:
            return connection.execute(sql).fetchall()

    async def until(self, sql: str, wanted: list[Any]) -> None:
        """Wait until the database says so."""
        async with asyncio.timeout(20):
            while self.ask(sql) != wanted:  # noqa: ASYNC110  # The database tells nobody.
                await asyncio.sleep(0.02)

    async def answers(self, text: str, conversation_id: int = 1) -> None:
        """Have an agent answer."""

        def reply(tx: Tx) -> None:
            conversation = tx.the(q.CONVERSATION_BY_ID, id=conversation_id)
            outbound.reply(tx, self.program.desk, conversation, Written(agent_id="olga", text=text))

        await self.program.store.write(reply)


@pytest.fixture
async def whole(tmp_path: Path, dovecot: Dovecot, box: PostBox) -> AsyncIterator[Whole]:
    user = f"whole-{tmp_path.name[:40]}"
    program = Program(configured(tmp_path, dovecot, box, user))
    async with program.running():
        desk = Whole(program, tmp_path, dovecot, user)
        await desk.until("SELECT count(*) FROM cursors", [(1,)])
        yield desk


async def test_a_conversation_goes_back_and_forth_by_mail_and_a_failure_comes_home(
    whole: Whole, box: PostBox
) -> None:
    mail = letter("Where is it?", subject="Order 5", message_id="one@a.bc", files={"a.txt": b"x"})
    whole.deliver(mail)
    await whole.until(SPOKEN, [("Order 5\n\nWhere is it?",)])
    assert whole.ask("SELECT name, state FROM attachments") == [("a.txt", "ready")]

    await whole.answers("**Here** it is")
    await whole.until("SELECT state FROM deliveries", [("sent",)])
    (sent,) = box.received
    assert sent.mail["subject"] == "Re: Order 5"
    assert sent.mail["in-reply-to"] == "<one@a.bc>"
    assert sent.mail["from"].addresses[0].display_name == "Ольга (Крамниця)"
    assert sent.mail["auto-submitted"] is None

    ours = sent.mail["message-id"].strip("<>")
    whole.deliver(letter("Thanks!", answers=ours))
    await whole.until(SPOKEN + " ORDER BY id DESC LIMIT 1", [("Thanks!",)])
    assert whole.ask("SELECT count(*) FROM conversations") == [(1,)]

    whole.deliver(dsn(ours))
    await whole.until("SELECT state, reason FROM deliveries", [("failed", "no_such_recipient")])
    (ids,) = whole.ask("SELECT external_ids FROM deliveries")[0]
    assert json.loads(ids) == [ours]
    assert whole.ask("SELECT count(*) FROM quarantine") == [(0,)]


async def test_what_is_no_letter_is_shown_to_people_and_the_same_mail_twice_is_one(
    whole: Whole,
) -> None:
    whole.deliver(letter(Precedence="bulk"))
    twice = letter("once", message_id="same@a.bc")
    for _ in range(3):
        whole.deliver(twice)
    whole.deliver(letter("last", sender="bohdan@example.org"))
    await whole.until(SPOKEN, [("once",), ("last",)])
    assert len(whole.ask("SELECT why FROM quarantine")) == 1
    assert whole.ask("SELECT external_id FROM identities ORDER BY id") == [
        (ANNA,),
        ("bohdan@example.org",),
    ]


async def test_an_answer_to_a_mail_whose_fate_nobody_knew_proves_that_it_arrived(
    whole: Whole, box: PostBox
) -> None:
    whole.deliver(letter("Where is it?"))
    await whole.until("SELECT count(*) FROM messages WHERE kind = 'incoming'", [(1,)])
    box.fail_next("lost_answer")
    await whole.answers("Here it is")
    await whole.until("SELECT state FROM deliveries", [("uncertain",)])
    (sent,) = box.received
    whole.deliver(letter("Thanks!", answers=sent.mail["message-id"].strip("<>")))
    await whole.until("SELECT state FROM deliveries", [("sent",)])


async def test_a_mail_whose_fate_nobody_knew_and_that_comes_back_has_failed(
    whole: Whole, box: PostBox
) -> None:
    whole.deliver(letter("Where is it?"))
    await whole.until("SELECT count(*) FROM messages WHERE kind = 'incoming'", [(1,)])
    box.fail_next("lost_answer")
    await whole.answers("Here it is")
    await whole.until("SELECT state FROM deliveries", [("uncertain",)])
    (sent,) = box.received
    whole.deliver(dsn(sent.mail["message-id"].strip("<>")))
    await whole.until("SELECT state, reason FROM deliveries", [("failed", "no_such_recipient")])
