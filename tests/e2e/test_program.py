"""The program as an administrator meets it: started, stopped, killed, started again."""

import socket
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from playwright.async_api import expect

from tests.browser import Errors, OpenContext
from tests.databases import asked
from tests.desk import COMMAND, SHIPPED, RunningDesk, StartDesk
from tests.people import AgentAtConsole, Visitor

MAKE_SURE_MS = 500


def test_it_prints_the_shop_the_console_and_a_sign_in_for_every_agent(
    running_desk: RunningDesk,
) -> None:
    assert f"{running_desk.url}/demo" in running_desk.output
    assert set(running_desk.links) == {"anna", "pavel"}
    for link in running_desk.links.values():
        assert link.startswith(f"{running_desk.url}/console#link=")


def test_it_makes_its_database_where_there_is_none(tmp_path: Path) -> None:
    desk = RunningDesk(tmp_path, bare=True)
    assert not desk.database.parent.exists()
    try:
        desk.start()
        assert httpx.get(f"{desk.url}/console").status_code == 200
    finally:
        desk.close()
    assert asked(desk.database, "SELECT id FROM agents ORDER BY id") == [("anna",), ("pavel",)]


def test_the_first_address_leads_to_the_console(running_desk: RunningDesk) -> None:
    answer = httpx.get(running_desk.url, follow_redirects=True)
    assert answer.status_code == 200
    assert answer.url.path == "/console"


@pytest.mark.parametrize("end", [RunningDesk.stop, RunningDesk.kill])
def test_it_starts_again_on_what_was_left(
    running_desk: RunningDesk, end: Callable[[RunningDesk], None]
) -> None:
    end(running_desk)
    running_desk.start()
    assert httpx.get(f"{running_desk.url}/demo").status_code == 200
    assert running_desk.starts == 2


def test_it_stops_in_good_order_within_seconds(running_desk: RunningDesk) -> None:
    begun = time.monotonic()
    running_desk.stop()
    assert time.monotonic() - begun < 5
    assert "Traceback" not in running_desk.output


def test_it_stops_with_its_database_closed_and_nothing_left_to_recover(
    running_desk: RunningDesk,
) -> None:
    log = running_desk.database.with_name(f"{running_desk.database.name}-wal")
    assert log.exists()
    running_desk.stop()
    assert not log.exists()


def test_a_secret_that_was_not_written_whole_is_never_signed_with(
    running_desk: RunningDesk,
) -> None:
    running_desk.stop()
    running_desk.database.with_suffix(".secret").write_bytes(b"")
    asked = subprocess.run(
        [*COMMAND, "run", "--config", str(running_desk.folder / "deskbridge.yaml")],
        cwd=running_desk.folder,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert asked.returncode == 1
    (line,) = asked.stderr.splitlines()
    assert "deskbridge.secret is not whole" in line


def test_a_port_in_use_is_said_in_one_line(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        asked = subprocess.run(
            [*COMMAND, "run", "--config", str(SHIPPED), "--listen", f"127.0.0.1:{port}"],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )
    assert asked.returncode == 1
    assert asked.stdout == ""
    (line,) = asked.stderr.splitlines()
    assert str(port) in line
    assert "in use" in line


def test_two_desks_do_not_share_one_database(start_desk: StartDesk) -> None:
    first = start_desk()
    asked = subprocess.run(
        [*COMMAND, "run", "--config", str(first.folder / "deskbridge.yaml"), "-l", "127.0.0.1:0"],
        cwd=first.folder,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert asked.returncode == 1
    assert len(asked.stderr.splitlines()) == 1


async def test_no_page_complains_of_anything(
    running_desk: RunningDesk, new_context: OpenContext, page_errors: Errors
) -> None:
    visitor = await Visitor.arrive(await new_context(), running_desk)
    await visitor.open()
    anna = await AgentAtConsole.sign_in(await new_context(), running_desk, "anna")
    await anna.page.wait_for_timeout(MAKE_SURE_MS)
    assert page_errors == []


async def test_a_conversation_goes_there_and_back(
    running_desk: RunningDesk, new_context: OpenContext
) -> None:
    anna = await AgentAtConsole.sign_in(await new_context(), running_desk, "anna")
    visitor = await Visitor.arrive(await new_context(locale="uk-UA"), running_desk)
    await visitor.open()
    await visitor.introduce("Олена")
    await visitor.write("Чи є синя лампа? 💡")
    await anna.open("Олена")
    await anna.sees("Чи є синя лампа? 💡")
    await anna.take()
    await anna.note("Постійна клієнтка")
    await anna.reply("Так, є 👩‍🚀")
    await visitor.sees("Так, є 👩‍🚀")
    await expect(visitor.log.get_by_text("Постійна клієнтка")).to_have_count(0)
