"""The page's server: who may use it, and what it does on the phones."""

import asyncio
import logging
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from bridge.sandbox.phones import PhonesServer, TelegramPhone
from bridge.sandbox.phones.live import TOGETHER
from bridge.sandbox.phones.spans import spans_of
from bridge.sandbox.telegram import TelegramServer, entity
from tests.bridge.sandbox.telegram.conftest import TOKEN, picture


class Page:
    """A page that a person has open, as its requests."""

    def __init__(self, http: aiohttp.ClientSession, url: str, phone: TelegramPhone) -> None:
        self.http, self.url, self.phone = http, url, phone
        (self.owner,) = phone.owners.values()

    async def post(self, path: str, body: Any, **headers: str) -> int:
        sent = {"Origin": self.url.rstrip("/")} | headers
        address = f"{self.url}api/tg/{path}"
        if isinstance(body, bytes):
            async with self.http.post(address, data=body, headers=sent) as answer:
                return answer.status
        async with self.http.post(address, json=body, headers=sent) as answer:
            return answer.status

    async def act(self, verb: str, **given: Any) -> int:
        return await self.post(f"owners/{self.owner.id}/{verb}", given)


@pytest.fixture
async def page() -> AsyncIterator[Page]:
    async with TelegramServer() as telegram, aiohttp.ClientSession() as http:
        phone = TelegramPhone("tg", "Shop", telegram, telegram.world.add_bot(TOKEN))
        phone.settle()
        server = PhonesServer([phone])
        async with server.running():
            yield Page(http, server.url, phone)


async def test_a_page_of_somebody_else_can_do_nothing(page: Page) -> None:
    for origin in ("https://evil.example", "null", ""):
        assert await page.post("owners", {"name": "Eve"}, Origin=origin) == 403
    assert len(page.phone.owners) == 1


async def test_a_foreign_name_for_this_machine_is_refused(page: Page) -> None:
    headers = {"Host": "evil.example:8090"}
    for path in ("", "live"):
        async with page.http.get(page.url + path, headers=headers) as answer:
            assert answer.status == 421


async def test_a_page_that_is_closed_while_something_changes_is_no_fault(
    page: Page, caplog: pytest.LogCaptureFixture
) -> None:
    answer = await page.http.get(page.url + "live")
    assert await answer.content.readline()
    answer.close()
    for text in ("Перше", "Друге"):
        assert await page.act("write", text=text) == 200
        # News is gathered for a moment before it is told.
        await asyncio.sleep(3 * TOGETHER)
    assert [one.getMessage() for one in caplog.records if one.levelno >= logging.ERROR] == []


async def test_a_picture_is_shown_and_any_other_file_only_kept(page: Page) -> None:
    send = f"owners/{page.owner.id}/send"
    assert await page.post(f"{send}?kind=photo&name=a.png", picture()) == 200
    assert await page.post(f"{send}?kind=file&name=a.html", b"<script>1</script>") == 200
    photo, html = (one["files"][0]["url"] for one in page.phone.shown()["owners"][0]["messages"])
    async with page.http.get(page.url.rstrip("/") + photo) as answer:
        assert (answer.content_type, await answer.read()) == ("image/png", picture())
    async with page.http.get(page.url.rstrip("/") + html) as answer:
        assert answer.headers["Content-Disposition"] == "attachment"
        assert "sandbox" in answer.headers["Content-Security-Policy"]


async def test_a_message_is_read_once_the_bot_has_taken_it(page: Page) -> None:
    assert await page.act("write", text="Добрий день") == 200
    assert [one["mark"] for one in page.owner.messages()] == ["sent"]
    async with page.http.get(f"{page.phone._server.url}/bot{TOKEN}/getUpdates?offset=-0"):
        pass
    async with page.http.get(f"{page.phone._server.url}/bot{TOKEN}/getUpdates?offset=999999"):
        pass
    assert [one["mark"] for one in page.owner.messages()] == ["read"]


async def test_whoever_has_blocked_the_shop_writes_nothing(page: Page) -> None:
    await page.act("block")
    assert await page.act("write", text="Ще тут?") == 409
    await page.act("unblock")
    assert await page.act("write", text="Ще тут") == 200


async def test_only_a_button_that_is_there_can_be_pressed(page: Page) -> None:
    await page.act("write", text="Добрий день")
    assert await page.act("press", message="1", label="Купити") == 404


async def test_a_fault_is_for_the_calls_that_send_and_is_counted(page: Page) -> None:
    await page.post("faults", {"kind": "broken", "times": 2})
    assert page.phone.shown()["faults"] == 2
    assert page.phone.faults.take("getUpdates") is None
    assert page.phone.faults.take("sendPhoto") is not None
    assert page.phone.shown()["faults"] == 1
    assert await page.post("faults", {"kind": "broken", "times": 0}) == 409


def test_overlapping_styles_are_cut_where_one_begins_or_ends() -> None:
    text = "🌷 дуже гарні"
    marked = [entity(text, "🌷 дуже", "bold"), entity(text, "дуже гарні", "italic")]
    assert [(one["text"], one["marks"]) for one in spans_of(text, marked)] == [
        ("🌷 ", ["bold"]),
        ("дуже", ["bold", "italic"]),
        (" гарні", ["italic"]),
    ]


def test_a_link_that_is_no_web_address_is_only_text() -> None:
    marked = [entity("тут", "тут", "text_link", url="javascript:alert(1)")]
    assert spans_of("тут", marked) == [{"text": "тут", "marks": []}]


def test_a_web_address_in_a_text_can_be_opened_without_the_full_stop_behind_it() -> None:
    text = "Дивіться (https://a.example/1?b=(2) або https://b.example/ї)."
    assert [(one["text"], one.get("href")) for one in spans_of(text, ())] == [
        ("Дивіться (", None),
        ("https://a.example/1?b=(2", "https://a.example/1?b=(2"),
        (") або ", None),
        ("https://b.example/ї", "https://b.example/ї"),
        (").", None),
    ]


def test_a_web_address_in_code_stays_as_it_is_written() -> None:
    text = "https://a.example і https://b.example"
    spans = spans_of(text, [entity(text, "https://b.example", "code")])
    assert [("href" in one, one["marks"]) for one in spans] == [
        (True, []),
        (False, []),
        (False, ["code"]),
    ]
