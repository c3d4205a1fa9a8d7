"""`deskbridge audit`."""

import asyncio
import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from agent_console.audit import By, Deed, record
from bridge.cli import app
from bridge.cli.agent import put_agent
from bridge.cli.config import load_or_exit
from bridge.cli.database import opened
from bridge.models import AuditRow
from bridge.store.audit import FOUND
from bridge.store.transactions import Tx
from tests.agent_console.office import ROOT, Office

DAY = 86_400_000


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a configuration whose trail has four acts, the first of a month ago."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DESKBRIDGE_CONFIG", raising=False)
    path = tmp_path / "deskbridge.yaml"
    shutil.copy(ROOT / "config" / "deskbridge.yaml", path)
    asyncio.run(_filled(path))
    return path


async def _filled(path: Path) -> None:
    settings = load_or_exit(path)

    def fill(tx: Tx) -> None:
        put_agent(tx, settings, "anna")
        now = tx.now
        tx.now = now - 30 * DAY
        record(tx, By(surface="program"), Deed("configured", None, {"hash": "abc"}))
        tx.now = now
        anna = By(agent_id="anna", surface="console", address="192.0.2.7")
        record(tx, anna, Deed("sign_in", None, {"how": "password"}))
        record(tx, anna, Deed("block", "conversation:12", {"reason": "спам\n\x1b[31m"}))
        record(tx, By(surface="program"), Deed("conversation_deleted", "conversation:1"))

    async with opened(settings) as store:
        await store.write(fill)


def _run(config: Path, *words: str) -> Result:
    return CliRunner().invoke(app, ["audit", *words, "-c", str(config)])


def _acts(config: Path, *words: str) -> list[dict[str, Any]]:
    found = _run(config, "--json", *words)
    assert found.exit_code == 0, found.output
    return [json.loads(line) for line in found.output.splitlines()]


def test_the_trail_is_printed_the_latest_first(config: Path) -> None:
    lines = _run(config).output.splitlines()
    assert [line.split()[3] for line in lines[1:]] == [
        "conversation_deleted", "block", "sign_in", "configured",
    ]  # fmt: skip
    assert "192.0.2.7" in lines[2]


def test_nothing_in_it_breaks_a_line_or_moves_the_cursor(config: Path) -> None:
    output = _run(config).output
    assert "\x1b" not in output
    assert len(output.splitlines()) == 5


def test_as_json_each_act_is_an_object_on_a_line(config: Path) -> None:
    [act] = _acts(config, "--kind", "block")
    assert act["detail"]["reason"].startswith("спам")
    assert (act["agent"], act["subject"], act["surface"]) == ("anna", "conversation:12", "console")


@pytest.mark.parametrize(
    ("words", "actions"),
    [
        (("--agent", "anna"), ["block", "sign_in"]),
        (("--agent", "anna", "--kind", "sign_in"), ["sign_in"]),
        (("--conversation", "1"), ["conversation_deleted"]),
        (("--conversation", "12", "--agent", "pavel"), []),
        (("--since", "7d"), ["conversation_deleted", "block", "sign_in"]),
        (("--since", "2020-01-31", "--kind", "configured"), ["configured"]),
        (("--limit", "1"), ["conversation_deleted"]),
    ],
)
def test_the_options_narrow_it_all_at_once(
    config: Path, words: tuple[str, ...], actions: list[str]
) -> None:
    assert [one["action"] for one in _acts(config, *words)] == actions


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--kind", "flown"), "there is no act flown"),
        (("--since", "soon"), "write how long ago"),
    ],
)
def test_what_cannot_be_asked_for_is_said(config: Path, words: tuple[str, ...], said: str) -> None:
    refused = _run(config, *words)
    assert (refused.exit_code, said in refused.output) == (1, True)


async def test_a_message_taken_back_is_found_by_its_conversation_without_its_words(
    office: Office,
) -> None:
    here, message = await office.customer_writes("номер карты")
    other, _ = await office.customer_writes(customer="b-customer")

    def told(tx: Tx) -> None:
        record(tx, By(), Deed("message_deleted", f"message:{message}"))

    await office.store.write(told)
    given: dict[str, Any] = {"agent": None, "action": "message_deleted", "since": 0, "limit": 9}
    given |= {"before": 2**53, "until": 2**53}

    async def found_in(conversation: int) -> list[AuditRow]:
        wanted = given | {"conversation": conversation}
        return await office.store.read(lambda tx: tx.all(FOUND, **wanted))

    assert await found_in(other) == []
    [act] = await found_in(here)
    assert "карты" not in repr(act)


def test_verify_says_that_all_is_there_and_the_end_to_note(config: Path) -> None:
    whole = _run_verify(config)
    assert whole.exit_code == 0, whole.output
    assert whole.output.startswith("4 acts, each as it was written down")
    end = whole.output.split()[-1]
    assert _run_verify(config, "--end", end).exit_code == 0
    assert "not in the trail" in _run_verify(config, "--end", "4:abc").output
    assert "as it was told" in _run_verify(config, "--end", "nonsense").output


def test_verify_names_the_act_that_is_not_what_was_written_down(config: Path) -> None:
    with closing(sqlite3.connect(config.parent / "var" / "deskbridge.db")) as database:
        database.execute("UPDATE audit SET address = '192.0.2.8' WHERE action = 'block'")
        database.commit()

    told = _run_verify(config)

    assert (told.exit_code, told.output) == (1, "act 3 is not what was written down\n")


def _run_verify(config: Path, *words: str) -> Result:
    return CliRunner().invoke(app, ["audit", "verify", *words, "-c", str(config)])
