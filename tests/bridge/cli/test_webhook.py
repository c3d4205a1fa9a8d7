"""`deskbridge webhook`: what waits and what failed, and sending it again."""

import asyncio
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from bridge.cli import app
from bridge.clock import Clock
from bridge.models import WebhookCall
from bridge.store import webhooks as w
from bridge.store.transactions import Tx
from bridge.webhooks.calls import Answer, record
from routing.desk import Desk
from routing.policy import Policy
from routing.webhooks import enqueue
from tests.bridge.webhooks.receiver import (
    SECRET,
    Receiver,
    Reply,
    listening_apart,
    verified,
)
from tests.databases import fresh_database, opened

CONFIG = """\
version: 1
storage: {{database: 'sqlite:///{database}'}}
webhooks:
  crm: {{url: '{url}', secret: '${{SECRET}}', allow_private: true, events: [message.received]}}
"""


class Installation:
    """A configuration, a database, and a receiver in a thread of its own."""

    def __init__(self, folder: Path, receiver: Receiver) -> None:
        self.receiver = receiver
        self.database = fresh_database(folder)
        self.config = folder / "deskbridge.yaml"
        self.config.write_text(CONFIG.format(database=self.database, url=receiver.url))

    def runs(self, *arguments: str) -> Result:
        """Run a command of `deskbridge webhook`."""
        given = ["webhook", *arguments, "--config", str(self.config)]
        return CliRunner().invoke(app, given, env={"SECRET": SECRET})

    def queued(self, *answers: Answer, **data: Any) -> WebhookCall:
        """Queue a call, and have each attempt answered so; return it."""
        return asyncio.run(self._queued(answers, data))

    def call(self, public_id: str) -> WebhookCall:
        """Return a call as it is now."""
        return asyncio.run(self._call(public_id))

    async def _queued(self, answers: tuple[Answer, ...], data: dict[str, Any]) -> WebhookCall:
        desk = Desk(Policy(), webhooks={"crm": self.receiver.webhook()})

        def work(tx: Tx) -> WebhookCall:
            call = enqueue(tx, desk, "crm", "message.received", data)
            for answer in answers:
                record(tx, tx.the(w.CALL_BY_ID, id=call), answer)
            return tx.the(w.CALL_BY_ID, id=call)

        async with opened(self.database, clock=Clock()) as store:
            return await store.write(work)

    async def _call(self, public_id: str) -> WebhookCall:
        async with opened(self.database, clock=Clock()) as store:
            return await store.read(lambda tx: tx.the(w.CALL_BY_PUBLIC_ID, public_id=public_id))


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Installation]:
    """Return an installation whose receiver listens."""
    with listening_apart() as receiver:
        yield Installation(tmp_path, receiver)


GONE = Answer("gone", 410, "bye")


def test_the_list_counts_what_waits_and_names_what_failed_with_the_reason(
    here: Installation,
) -> None:
    here.queued()
    failed = here.queued(GONE, text="секрет клієнта")
    said = here.runs("list")
    assert said.exit_code == 0, said.output
    assert re.search(r"crm +127\.0\.0\.1 +1 +0 +1 +message\.received", said.output)
    assert re.search(
        rf"{failed.public_id} +crm +message\.received .* 1 +it is gone for good 410", said.output
    )
    assert here.receiver.url not in said.output
    assert "секрет" not in said.output


def test_what_was_sent_can_be_listed_too(here: Installation) -> None:
    sent = here.queued(Answer("", 200, "ok"))
    assert sent.public_id not in here.runs("list").output
    assert sent.public_id in here.runs("list", "--state", "sent").output


def test_one_call_is_shown_with_what_it_holds_and_what_was_answered(here: Installation) -> None:
    call = here.queued(GONE, text="Привіт 👋")
    said = here.runs("show", call.public_id).output
    assert "state         failed" in said
    assert '"text": "Привіт 👋"' in said
    assert "answered: bye" in said


def test_a_call_that_failed_is_queued_again_under_its_id(here: Installation) -> None:
    call = here.queued(GONE)
    said = here.runs("retry", call.public_id)
    assert said.output.startswith("1 to be sent again")
    again = here.call(call.public_id)
    assert (again.state, again.attempts) == ("queued", 0)
    assert again.expires_at > call.expires_at - 1000


def test_all_that_failed_of_a_webhook_are_queued_again(here: Installation) -> None:
    failed = [here.queued(GONE) for _ in range(3)]
    said = here.runs("retry", "--webhook", "crm")
    assert said.output.startswith("3 to be sent again")
    assert {here.call(one.public_id).state for one in failed} == {"queued"}


def test_retry_wants_to_know_what(here: Installation) -> None:
    said = here.runs("retry")
    assert said.exit_code == 1
    assert "name a call" in said.output


def test_an_unknown_call_is_said_as_such(here: Installation) -> None:
    assert "there is no call msg_x" in here.runs("show", "msg_x").output
    assert here.runs("retry", "msg_x").exit_code == 1


def test_a_webhook_can_be_tried_out(here: Installation) -> None:
    said = here.runs("test", "crm")
    assert said.exit_code == 0, said.output
    assert said.output.strip() == "crm took it: 200"
    [request] = here.receiver.requests
    assert request.json["type"] == "webhook.test"
    assert verified(request.headers, request.body, SECRET, Clock().now() / 1000)


def test_a_trial_that_fails_says_what_came_back(here: Installation) -> None:
    here.receiver.usual = Reply(401, "who are you?")
    said = here.runs("test", "crm")
    assert said.exit_code == 1
    assert "it answered 401" in said.output
    assert "who are you?" in said.output
    assert "there is no webhook erp: crm" in here.runs("test", "erp").output
