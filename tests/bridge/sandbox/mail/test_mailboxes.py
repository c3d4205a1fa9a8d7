"""Mailboxes on the page: its server's verbs, and who has one."""

from base64 import b64encode
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from bridge.sandbox.mail import MailServer
from bridge.sandbox.mail.letters import read
from bridge.sandbox.phones import MailPhone, PhonesServer
from bridge.sandbox.phones.mail import MailOwner
from bridge.sandbox.phones.phone import NotPossibleError


class Page:
    """A page that a person has open, as its requests."""

    def __init__(self, http: aiohttp.ClientSession, url: str, phone: MailPhone) -> None:
        self.http, self.url, self.phone = http, url, phone

    @property
    def owner(self) -> MailOwner:
        """Return who was there first."""
        first = next(iter(self.phone.owners.values()))
        assert isinstance(first, MailOwner)
        return first

    async def post(self, path: str, given: Any) -> tuple[int, str]:
        headers = {"Origin": self.url.rstrip("/")}
        address = f"{self.url}api/mail/{path}"
        async with self.http.post(address, json=given, headers=headers) as answer:
            return answer.status, await answer.text()

    async def act(self, verb: str, **given: Any) -> int:
        return (await self.post(f"owners/{self.owner.id}/{verb}", given))[0]


@pytest.fixture
async def page(provider: MailServer) -> AsyncIterator[Page]:
    phone = MailPhone("mail", "Квіти", provider)
    phone.settle()
    server = PhonesServer([phone])
    async with server.running(), aiohttp.ClientSession() as http:
        yield Page(http, server.url, phone)


def came(page: Page, message_id: str = "<1@shop.example>") -> str:
    """Let a mail come to the first mailbox; return its id on the page."""
    raw = f"From: help@shop.example\r\nMessage-ID: {message_id}\r\nSubject: Re: A\r\n\r\nHello\r\n"
    page.owner.person.receive(read(raw.encode(), 1))
    return page.owner.messages()[-1]["id"]


async def test_a_letter_has_its_subject_and_its_files_at_addresses(page: Page) -> None:
    files = [{"name": "../чек.html", "data": b64encode(b"<p>").decode()}]
    assert await page.act("mail", subject="Лампа", text="Ось", files=files) == 200
    (shown,) = page.phone.shown()["owners"][0]["messages"]
    assert (shown["subject"], shown["mine"], shown["mark"]) == ("Лампа", True, "sent")
    (file,) = shown["files"]
    assert (file["kind"], file["name"]) == ("file", "чек.html")
    async with page.http.get(page.url.rstrip("/") + file["url"]) as answer:
        assert await answer.read() == b"<p>"
        assert answer.headers["Content-Disposition"] == "attachment"


async def test_an_answer_shows_what_it_answers(page: Page) -> None:
    asked = came(page)
    assert await page.act("mail", text="Так", quote=asked) == 200
    answer = page.owner.messages()[-1]
    assert (answer["quote"], answer["subject"]) == ("Hello", "Re: A")


@pytest.mark.parametrize(
    "given",
    [
        {"text": ""},
        {"text": "a", "files": "x"},
        {"text": "a", "files": ["x"]},
        {"text": "a", "files": [{"name": "a", "data": "%"}]},
        {"text": "a", "files": [{"name": "a", "data": ""}]},
        {"text": "a", "files": [{"name": 1, "data": "YQ=="}]},
    ],
)
async def test_what_is_no_letter_is_refused(page: Page, given: dict[str, Any]) -> None:
    assert await page.act("mail", **given) == 409
    assert page.owner.messages() == []


async def test_a_mail_that_is_not_there_can_neither_be_answered_nor_returned(page: Page) -> None:
    assert await page.act("mail", text="a", quote="9") == 404
    assert await page.act("bounce", message="9") == 404


async def test_only_what_has_come_can_be_returned(page: Page, provider: MailServer) -> None:
    await page.act("mail", text="a", subject="A")
    assert await page.act("bounce", message=page.owner.messages()[0]["id"]) == 409
    assert await page.act("bounce", message=came(page)) == 200
    assert b"multipart/report" in provider.office.ledger.delivered[-1]


async def test_a_mail_that_has_come_twice_is_shown_twice(page: Page) -> None:
    assert len({came(page), came(page)}) == 2
    assert len(page.owner.messages()) == 2


async def test_a_mail_has_neither_places_nor_buttons(page: Page) -> None:
    assert await page.act("location", latitude=1, longitude=1) == 409
    with pytest.raises(NotPossibleError):
        await page.owner.press("1", "Yes")


async def test_a_customer_is_added_by_name_and_address_or_gets_one(page: Page) -> None:
    for name in ("Zoë <zoe@example.org>", "Somebody", "<bare@example.org>"):
        assert (await page.post("owners", {"name": name}))[0] == 200
    names = [one.name for one in page.phone.owners.values()][1:]
    assert names == [
        "Zoë · zoe@example.org",
        "Somebody · customer3@example.net",
        "bare · bare@example.org",
    ]


@pytest.mark.parametrize("address", ["nowhere", "help@shop.example", "IRYNA@example.net"])
async def test_an_address_that_is_none_or_somebodys_is_refused(page: Page, address: str) -> None:
    status, words = await page.post("owners", {"name": f"Eve <{address}>"})
    assert (status, address in words) == (409, True)
    assert len(page.phone.owners) == 1


async def test_whoever_the_shop_writes_to_is_shown(page: Page, provider: MailServer) -> None:
    raw = b"From: help@shop.example\r\nMessage-ID: <1@a>\r\n\r\nHello\r\n"
    await provider.office.take("help@shop.example", ("Visitor@example.org",), raw)
    provider.office.ledger.wire.asked("DATA", {}, "250")
    assert page.phone.owners["visitor@example.org"].messages()[0]["spans"][0]["text"] == "Hello"
