"""`deskbridge reload` on the real program: what changed is so, and nobody notices anything else."""

import asyncio
import contextlib
import functools
import os
import random
import re
import signal
from collections import Counter

import httpx
import pytest
from playwright.async_api import FloatRect, Locator, expect

from tests.browser import OpenContext
from tests.channels.rig import eventually
from tests.desk import GONE, RunningDesk
from tests.e2e.house import Agents, arrived, desk_of_module
from tests.e2e.writers import Answerer, Reader, Writer

desk = desk_of_module({"channels.site.messages_per_minute": 1_000_000})
RELOADS = 20
# In every so-manieth of them the widget's own inbox restarts.
RESTARTS = 4
WRITERS = 6


@pytest.fixture(autouse=True)
def as_it_was(desk: RunningDesk) -> None:
    """Begin each test with the same file, whatever the one before it has left."""
    desk.changes = {"channels.site.messages_per_minute": 1_000_000}
    desk.rewrite({})
    desk.reload()


async def reload_again_and_again(desk: RunningDesk) -> list[str]:
    said = []
    for number in range(RELOADS):
        changes = {"quick_replies.hello.title": f"Привіт {number}"}
        if number % RESTARTS == 0:
            changes["channels.site.title"] = f"Крамниця {number}"
        desk.rewrite(changes)
        done = await asyncio.to_thread(desk.reload)
        assert done.returncode == 0, done.stderr
        said.append(done.stdout)
    return said


@pytest.mark.timeout(500)
async def test_messages_keep_flowing_while_it_reloads_twenty_times(
    desk: RunningDesk, agents: Agents
) -> None:
    stop, chance = asyncio.Event(), random.Random(7)
    async with (
        httpx.AsyncClient(base_url=desk.url, timeout=60) as http,
        Answerer.of(agents.api("anna")) as answerer,
    ):
        writers = [await Writer.arrive(http, f"Писар {number}") for number in range(WRITERS)]
        readers = [Reader(one, desk.url, one.cursor) for one in writers]
        following = [asyncio.create_task(one.follow()) for one in readers]
        for one in writers:
            await one.write()
        conversations = [agents.api("anna").conversation(one.name) for one in writers]
        for here in conversations:
            assert agents.api("anna").post(f"conversations/{here}/take").status_code == 200
        work = [
            *(one.go_on(stop, chance) for one in writers),
            answerer.go_on(conversations, stop, chance),
        ]
        working = [asyncio.create_task(one) for one in work]
        said = await reload_again_and_again(desk)
        stop.set()
        await asyncio.gather(*working)
        assert sum("~1 channel" in one for one in said) == RELOADS // RESTARTS
        await everything_is_kept_once(writers, readers, answerer, conversations)
        for task in following:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task


async def everything_is_kept_once(
    writers: list[Writer], readers: list[Reader], answerer: Answerer, conversations: list[int]
) -> None:
    for writer, reader, conversation in zip(writers, readers, conversations, strict=True):
        taken = [*writer.taken, *answerer.taken.get(conversation, ())]
        thread = await writer.thread_now()
        counted = Counter(one["text"] for one in thread)
        assert [one.text for one in taken if counted[one.text] != 1] == []
        ids = {one.id for one in taken}
        await eventually(functools.partial(ids.issubset, reader.messages))
        written = [one["text"] for one in thread if one["text"].startswith(f"{writer.name}:")]
        assert written == [one.text for one in writer.taken]


async def test_who_writes_an_answer_meanwhile_keeps_the_field_and_the_focus(
    desk: RunningDesk, agents: Agents, new_context: OpenContext
) -> None:
    visitor = await arrived(await new_context(), desk, "Роман")
    await visitor.write("Вітаю! 🦊")
    anna = await agents.at_console(await new_context())
    await anna.open("Роман")
    await anna.take()
    await anna.field.fill("Дякую, ")
    await anna.field.evaluate("field => { field.stayed = true }")
    desk.rewrite({"quick_replies.hello.title": "Вітаю"})
    async with anna.page.expect_response(re.compile(r"/api/conversations/\d+/messages")):
        done = await asyncio.to_thread(desk.reload)
    assert done.returncode == 0, done.stderr
    await anna.page.keyboard.type("ось")
    await expect(anna.field).to_have_value("Дякую, ось")
    assert await anna.field.evaluate("field => field.stayed")
    # What is declared has been loaded anew: the reply goes by its new title.
    await anna.page.keyboard.type(" /")
    await expect(anna.page.get_by_role("option", name="Вітаю")).to_be_visible()


async def wheeled_up_to(line: Locator) -> None:
    """Turn the wheel up under the pointer until a line of the thread is shown, and whole."""
    for _ in range(60):
        with contextlib.suppress(AssertionError):
            await expect(line).to_be_in_viewport(ratio=1, timeout=200)
            return
        await line.page.mouse.wheel(0, -150)
    await expect(line).to_be_in_viewport(ratio=1)


async def where_it_stands(line: Locator) -> FloatRect | None:
    """Return where a line has stood for half a second: what the wheel began is over by then."""
    was, stands = None, await line.bounding_box()
    while was != stands:
        await line.page.wait_for_timeout(500)
        was, stands = stands, await line.bounding_box()
    return stands


async def test_who_reads_far_above_reads_on(
    desk: RunningDesk, agents: Agents, new_context: OpenContext
) -> None:
    visitor = await arrived(await new_context(), desk, "Ірина")
    for number in range(40):
        await visitor.write(f"Рядок {number:02}")
    anna = await agents.at_console(await new_context())
    await anna.open("Ірина")
    thread = anna.page.locator(".thread")
    await thread.hover()
    await anna.page.mouse.wheel(0, 9000)
    await expect(thread.get_by_text("Рядок 39", exact=True)).to_be_in_viewport()
    read = thread.get_by_text("Рядок 20", exact=True)
    await wheeled_up_to(read)
    stood = await where_it_stands(read)
    desk.rewrite({"quick_replies.hello.title": "Агов"})
    async with anna.page.expect_response(re.compile(r"/api/views")):
        done = await asyncio.to_thread(desk.reload)
    assert done.returncode == 0, done.stderr
    await anna.page.wait_for_timeout(500)
    assert await read.bounding_box() == stood


async def test_a_bad_file_changes_nothing_and_is_told_as_check_tells_it(
    desk: RunningDesk, agents: Agents
) -> None:
    before = agents.api("anna").get("quick-replies")
    config = desk.rewrite({"quick_replies.hello.title": "Other", "channels.site.colour": "red"})
    told = desk.reload()
    checked = desk.run("check", "--config", str(config))
    assert (told.returncode, told.stdout) == (1, "")
    assert told.stderr == checked.stderr
    assert "channels.site.colour" in told.stderr
    assert agents.api("anna").get("quick-replies") == before


async def test_a_bad_file_is_refused_by_the_program_too_when_only_the_signal_asks(
    desk: RunningDesk, agents: Agents
) -> None:
    logged = len(desk.output)
    desk.rewrite({"channels.site.colour": "red", "quick_replies.hello.title": "Other"})
    os.kill(desk.pid, signal.SIGHUP)
    await eventually(lambda: "the configuration was not read anew" in desk.output[logged:])
    assert "channels.site.colour" in desk.output[logged:]
    replies = agents.api("anna").get("quick-replies")["items"]
    assert "Other" not in [one["title"] for one in replies]


async def test_a_file_that_says_the_same_does_nothing(desk: RunningDesk) -> None:
    logged, process = len(desk.output), desk.pid
    told = desk.reload()
    assert (told.returncode, told.stdout) == (0, "Reloaded: nothing has changed.\n")
    assert desk.pid == process
    assert "channel" not in desk.output[logged:]


async def test_what_needs_a_restart_is_named_and_stays_as_it_was(
    desk: RunningDesk, agents: Agents
) -> None:
    desk.rewrite({"storage.media.max_upload": "1MB", "logging.level": "debug"})
    told = desk.reload()
    assert told.stdout == ("Reloaded: restart needed: storage.media.max_upload, logging.level.\n")
    assert agents.api("anna").get("session")["settings"]["max_upload"] == 4 * 1024 * 1024


async def test_an_agent_taken_out_is_out_and_what_they_had_is_new_again(
    desk: RunningDesk, agents: Agents
) -> None:
    pavel = agents.api("pavel")
    async with httpx.AsyncClient(base_url=desk.url, timeout=60) as http:
        writer = await Writer.arrive(http, "Кинута")
        await writer.write()
    held = pavel.conversation("Кинута")
    assert pavel.post(f"conversations/{held}/take").status_code == 200
    desk.rewrite({"agents.pavel": GONE})
    assert "-1 agent" in desk.reload().stdout
    assert pavel.http.get("/api/session").status_code == 401
    row = agents.api("anna").find("Кинута", folder="new")
    assert row["conversation"]["assignee"] is None
