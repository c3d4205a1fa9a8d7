"""A message that kills the program, on real processes: set aside after three deaths.

Its neighbours, which came with it, are stored once each, and the poller's cursor passes it.
"""

import asyncio
import contextlib
import json
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

from bridge.db import Place
from bridge.sandbox.telegram import Customer, TelegramServer
from tests.databases import asked, database, stored_at
from tests.desk import ROOT, RunningDesk
from tests.faults.processes import TOKEN

__all__ = ["database"]

# What dies of a word, as a library in C might: nothing in the program can catch it.
DEADLY = """\
import os
import signal
import sys

if sys.argv[1:2] == ["run"]:
    from channels.telegram import intake

    translate = intake.translate_all

    def deadly(updates, now):
        if any("\\u2620" in str(one) for one in updates):
            os.kill(os.getpid(), signal.SIGKILL)
        return translate(updates, now)

    intake.translate_all = deadly
"""
SKULL = "☠ адреса клієнта"
PATIENCE = 120.0


async def test_a_message_that_kills_the_program_is_set_aside_after_three_deaths(
    tmp_path: Path, database: Place
) -> None:
    async with TelegramServer() as telegram:
        world = telegram.world
        bot = world.add_bot(TOKEN)
        anna = Customer(world, world.add_user("Анна"), bot)
        desk = _desk(tmp_path, telegram.url, database)
        for text in ("перше", SKULL, "друге"):
            anna.write(text)
        deaths = 0
        while await asyncio.to_thread(_lives, desk, database):
            deaths += 1
            assert deaths <= 4, "it dies again and again"
        assert deaths == 3
        # Confirmed to Telegram, or it would come again for a day.
        listed = json.loads(desk.run("dead", "list", "--json", *_config(desk)).stdout)
        assert (listed["where"], listed["state"]) == ("shop_tg", "set_aside")
        assert SKULL not in _logs(desk)
        # The word is no poison to the translator that is there now.
        environ = {**desk.environ, "PYTHONPATH": str(ROOT)}
        healed = RunningDesk(tmp_path, desk.changes, environ, port=desk.port)
        healed.start()
        try:
            retried = healed.run("dead", "retry", listed["id"], *_config(desk))
            assert retried.stdout == "1 of 1 went on.\n", retried
            stored = "SELECT text FROM messages WHERE kind = 'incoming' ORDER BY id"
            texts = asked(database, stored)
            assert texts == [("перше",), ("друге",), (SKULL,)]
        finally:
            healed.close()


def _desk(folder: Path, api: str, database: Place) -> RunningDesk:
    hook = folder / "hook"
    hook.mkdir()
    (hook / "sitecustomize.py").write_text(DEADLY, encoding="utf-8")
    shop = {"type": "telegram", "token": "${SHOP}", "mode": "polling", "api_base": api}
    stored, url = stored_at(database)
    environ = {"SHOP": TOKEN, "PYTHONPATH": f"{hook}:{ROOT}", **url}
    return RunningDesk(folder, {"channels.shop_tg": shop, **stored}, environ)


def _lives(desk: RunningDesk, database: Place) -> bool:
    """Let it live until all is stored, and end it in good order; say whether it died of itself."""
    process = desk.begun()
    end = time.monotonic() + PATIENCE
    with _ended(process):
        while process.poll() is None:
            assert time.monotonic() < end, desk.output
            if _is_all_stored(database):
                return False
            time.sleep(0.1)
    assert process.returncode == -signal.SIGKILL, desk.output
    return True


@contextlib.contextmanager
def _ended(process: "subprocess.Popen[bytes]") -> Iterator[None]:
    try:
        yield
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait(30)


def _is_all_stored(database: Place) -> bool:
    stored = "SELECT count(*) FROM messages WHERE kind = 'incoming'"
    found = asked(database, f"SELECT ({stored}), (SELECT count(*) FROM quarantine)")  # noqa: S608  # Our own words.
    return bool(found == [(2, 1)])


def _config(desk: RunningDesk) -> tuple[str, str]:
    return "--config", str(desk.folder / "deskbridge.yaml")


def _logs(desk: RunningDesk) -> str:
    return "".join(one.read_text(errors="replace") for one in desk.folder.glob("output-*.txt"))
