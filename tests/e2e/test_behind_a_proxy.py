"""The whole of it behind nginx and behind Caddy, on the samples of `deploy/`, over HTTPS."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.browser import Errors, OpenContext
from tests.deploy.proxies import Caddy, Nginx, Proxy, led_to_https
from tests.desk import RunningDesk
from tests.e2e.house import faults_of, logs_of, mark_in, picture
from tests.people import AgentAtConsole, Visitor

LIE = "203.0.113.77"
# What a browser says of a server that is away for a moment.
AWAY = ("Failed to load resource", "WebSocket connection")


@pytest.fixture(params=[Nginx, Caddy], ids=["nginx", "caddy"])
def proxy(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Proxy, RunningDesk]]:
    """Return a web server, and the program that it leads to."""
    (folder := tmp_path / "proxy").mkdir()
    desk = RunningDesk(tmp_path)
    front = request.param(folder, (desk.port,))
    desk.changes = {
        "server.public_url": front.url,
        "server.trusted_proxies": ["127.0.0.1"],
        "channels.site.collect": {"ip": True},
    }
    desk.start()
    try:
        with front.running():
            yield front, desk
    finally:
        desk.close()
    assert faults_of(logs_of(desk)) == []


async def test_a_conversation_lives_through_a_restart_behind_a_proxy(
    proxy: tuple[Proxy, RunningDesk], new_context: OpenContext, page_errors: Errors
) -> None:
    front, desk = proxy
    assert desk.url == front.url
    led = await led_to_https(front)
    assert led.startswith("https://127.0.0.1")
    assert led.endswith("/demo?page=cup")

    lying = await new_context(ignore_https_errors=True, extra_http_headers={"X-Forwarded-For": LIE})
    visitor = await Visitor.arrive(lying, desk)
    await visitor.open()
    await visitor.introduce("Соломія")
    await visitor.write("Чи є чашка?")
    office = await new_context(ignore_https_errors=True)
    anna = await AgentAtConsole.sign_in(office, desk, "anna")
    (cookie,) = [one for one in await office.cookies() if one["httpOnly"]]
    assert cookie["name"].startswith("__Host-")
    assert cookie["secure"]

    await anna.open("Соломія")
    panel = anna.page.locator("aside")
    await expect(panel.get_by_text("127.0.0.1", exact=True)).to_be_visible()
    await expect(panel.get_by_text(LIE)).to_have_count(0)
    await anna.take()
    await anna.reply("Є, і не одна.")
    await visitor.sees("Є, і не одна.")
    await visitor.frame.locator("input[type=file]").set_input_files(
        {"name": "чашка.png", "mimeType": "image/png", "buffer": picture()}
    )
    await visitor.write("Ось така")
    await expect(anna.thread.locator(".msg.in img").first).to_be_visible()

    await asyncio.to_thread(desk.stop)
    await visitor.write("Ви тут?")
    await asyncio.to_thread(desk.start)
    await mark_in(visitor.log, "Ви тут?", "sent|read")
    await expect(anna.thread.get_by_text("Ви тут?", exact=True)).to_have_count(1)
    await anna.reply("Тут.")
    await visitor.sees("Тут.")
    for fault in AWAY:
        page_errors.allow(fault)
