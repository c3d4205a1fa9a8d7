"""An agent's file that is too large for the customer's network: refused, or sent as a link."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Download, JSHandle, Locator, Page, expect

from bridge.botapi.files import LARGEST_FILE
from bridge.sandbox.phones import PhonesServer, TelegramPhone
from bridge.sandbox.telegram import TelegramServer
from tests.browser import OpenContext
from tests.desk import RunningDesk
from tests.e2e.front import https_front
from tests.e2e.house import Agents, faults_of, logs_of, mark_in
from tests.people import AgentAtConsole
from tests.ports import free_port
from tests.servers import certificate

pytestmark = pytest.mark.slow
TOKEN = "7000000001:AAtoken-of-the-model-0123456789ab"


@asynccontextmanager
async def shop(
    folder: Path, changes: Mapping[str, Any], port: int | None = None
) -> AsyncIterator[tuple[RunningDesk, PhonesServer]]:
    """Run the program with an inbox on Telegram, and the phone of a customer who has written."""
    async with TelegramServer() as telegram:
        phone = TelegramPhone("shop_tg", "Квіти", telegram, telegram.world.add_bot(TOKEN))
        inbox = {"type": "telegram", "name": "Квіти", "token": "${TG}", "api_base": telegram.url}
        wanted = {"channels.shop_tg": inbox, "storage.media.max_upload": "60MB", **changes}
        desk = RunningDesk(folder, wanted, {"TG": TOKEN}, port=port or free_port())
        await asyncio.to_thread(desk.start)
        server = PhonesServer([phone])
        try:
            async with server.running():
                await phone.add("Олена Шевченко").write("Надішліть фільм")
                yield desk, server
        finally:
            await asyncio.to_thread(desk.close)
        assert faults_of(logs_of(desk)) == []


async def film(anna: AgentAtConsole) -> JSHandle:
    """Return a file in the agent's browser that is one byte larger than the network takes."""
    return await anna.page.evaluate_handle(
        """size => {
            const carried = new DataTransfer();
            carried.items.add(new File([new Uint8Array(size)], "film.bin"));
            return carried;
        }""",
        LARGEST_FILE + 1,
    )


async def test_a_file_too_large_for_the_network_is_refused_before_sending_with_the_limit_named(
    tmp_path: Path, new_context: OpenContext
) -> None:
    async with shop(tmp_path, {}) as (desk, _):
        agents = Agents(desk)
        anna = await agents.at_console(await new_context())
        uploads: list[str] = []
        anna.page.on(
            "request", lambda sent: uploads.append(sent.url) if "/uploads" in sent.url else None
        )
        await anna.open("Олена")
        await anna.take()
        await anna.field.dispatch_event("drop", {"dataTransfer": await film(anna)})
        told = anna.page.get_by_text("film.bin is too large for Квіти: at most 50 MB.")
        await expect(told).to_be_visible()
        await expect(anna.page.locator(".tray li")).to_have_count(0)
        assert uploads == []
        await anna.page.close()
        agents.leave()


async def test_a_file_too_large_for_the_network_arrives_as_a_link_that_opens(
    tmp_path: Path, new_context: OpenContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    cert, key = certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(cert))
    port = free_port()
    async with https_front(cert, key, port) as url:
        linked = {"server.public_url": url, "storage.media.large_files": "link"}
        async with shop(tmp_path, linked, port) as (desk, phones):
            agents = Agents(desk)
            # In a thread, since the front serves from this one.
            await asyncio.to_thread(agents.api)
            anna = await agents.at_console(await new_context(ignore_https_errors=True))
            await anna.open("Олена")
            await anna.take()
            await anna.field.dispatch_event("drop", {"dataTransfer": await film(anna)})
            await expect(anna.page.locator(".tray")).to_contain_text("Too large for Квіти (50 MB)")
            await anna.reply("Ось він")
            await mark_in(anna.thread, "Ось він", "sent")
            await expect(anna.thread).to_contain_text("went as a link")

            # The customer has no session: the address alone opens the file.
            page = await (await new_context(ignore_https_errors=True)).new_page()
            await page.goto(phones.url)
            download = await opened(page, page.get_by_role("link", name=f"{url}/media/"))
            assert download.suggested_filename == "film.bin"
            assert (await download.path()).stat().st_size == LARGEST_FILE + 1
            await page.close()
            await anna.page.close()
            agents.leave()


async def opened(page: Page, link: Locator) -> Download:
    """Open a link in a tab of its own, and return the file it led to."""
    await expect(link).to_be_visible()
    address = await link.get_attribute("href")
    tab = await page.context.new_page()
    async with tab.expect_download() as saved:
        await tab.evaluate("address => { location.href = address }", address)
    return await saved.value
