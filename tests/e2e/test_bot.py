"""The bot of the documentation as a process of its own, beside the real program."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.async_api import expect

from tests.browser import OpenContext
from tests.desk import COMMAND, ROOT, RunningDesk
from tests.e2e.house import Agents, arrived, desk_of_module, eventually

ANSWER_WITHIN = 15
HELPER = {
    "name": "Helper",
    "role": "bot",
    "bot": {"answer_within": f"{ANSWER_WITHIN}s", "hand_over_to": "all"},
}
desk = desk_of_module(
    {
        "agents.helper": HELPER,
        "teams.all": {"members": ["anna", "pavel"]},
        "routing.rules": [{"to": {"agent": "helper"}}],
    }
)


@pytest.fixture
def bot(desk: RunningDesk) -> Iterator["subprocess.Popen[bytes]"]:
    """Return the bot, running with a token that the command line has made."""
    config = str(desk.folder / "deskbridge.yaml")
    name = os.urandom(4).hex()
    words = [*COMMAND, "agent", "token", "add", "helper", "--name", name, "-c", config]
    made = subprocess.run(words, check=True, capture_output=True, text=True, cwd=desk.folder)
    token = made.stdout.split()[-1]
    environ = os.environ | {
        "DESKBRIDGE_URL": desk.url,
        "DESKBRIDGE_TOKEN": token,
        "DESKBRIDGE_TEAM": "all",
    }
    with (desk.folder / f"bot-{name}.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, str(ROOT / "docs/examples/helper_bot.py")],
            env=environ,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        yield process
        process.kill()
        process.wait()


async def is_online(agents: Agents, *, wanted: bool = True) -> None:
    """Wait until the bot is here, or is not."""

    async def look() -> bool:
        refs = {one["id"]: one for one in agents.api().get("agents")}
        return bool((refs["helper"]["presence"] == "online") == wanted)

    await eventually(look)


async def has(agents: Agents, name: str, agent: str | None) -> None:
    """Wait until somebody, or nobody, has the customer called so."""

    async def look() -> bool:
        found: Any = agents.api().find(name)["conversation"]["assignee"]
        return bool(found == agent)

    await eventually(look)


async def test_j36_a_visitor_is_answered_by_the_bot_handed_over_and_taken_by_an_agent(
    desk: RunningDesk, agents: Agents, new_context: OpenContext, bot: "subprocess.Popen[bytes]"
) -> None:
    await is_online(agents)
    visitor = await arrived(await new_context(), desk, "Марта")
    await visitor.write("When are you open?")
    await visitor.sees("We are here from 9 to 18, Monday to Friday.")
    anna = await agents.at_console(await new_context(), "anna")
    # J01: the row and the message bear the mark of a bot.
    row = anna.page.locator("[data-conversation]", has_text="Марта")
    await expect(row.locator("[data-bot]")).to_be_visible()
    await anna.open("Марта")
    await expect(anna.page.locator(".msg.out .by [data-bot]").first).to_be_attached()

    await visitor.write("A human, please")
    await visitor.sees("One moment, I am calling a colleague.")
    await has(agents, "Марта", None)
    await anna.take()
    await anna.reply("Здравствуйте, это Анна")
    await visitor.sees("Здравствуйте, это Анна")
    await visitor.write("Are you open today?")
    await has(agents, "Марта", "anna")
    assert bot.poll() is None


async def test_j36_the_customer_of_a_bot_that_was_killed_goes_to_the_team_in_time(
    desk: RunningDesk, agents: Agents, new_context: OpenContext, bot: "subprocess.Popen[bytes]"
) -> None:
    await is_online(agents)
    # It hears nothing any more, but its line is open: as a program that hangs.
    bot.send_signal(signal.SIGSTOP)
    visitor = await arrived(await new_context(), desk, "Назар")
    await visitor.write("Есть кто?")
    await has(agents, "Назар", "helper")
    bot.kill()
    bot.wait()
    await has(agents, "Назар", None)
    await is_online(agents, wanted=False)
    happened = [
        one["activity"]
        for one in agents.api().messages(agents.api().conversation("Назар"))
        if one["kind"] == "activity"
    ]
    assert happened[-1]["data"]["bot"] in ("silent", "offline")
    # The next customer does not wait for it at all.
    other = await arrived(await new_context(), desk, "Ярина")
    await other.write("Добрый вечер")
    assert agents.api().find("Ярина")["conversation"]["assignee"] is None
