"""A mail as it was sent: who gets its page, under which policy, and what is left in it."""

import base64
from collections.abc import AsyncIterator
from typing import Any

import pytest

from agent_console.web.api import originals
from bridge.channel import InboundMedia, MediaRole
from bridge.markup.htmlclean import clean
from tests.agent_console.office import Agent, Office
from tests.bridge.sandbox.telegram.conftest import picture

CUSTOMER = "visitor-one-000001"
CAT = picture(8, 8)
ASKED = {"remote_pictures": "true"}


async def chunks(content: bytes) -> AsyncIterator[bytes]:
    yield content


async def kept(
    office: Office, content: bytes, name: str, role: MediaRole = "attachment"
) -> InboundMedia:
    view = await office.media.receive(
        chunks(content), name=name, owner=f"visitor:site/{CUSTOMER}", limit=1 << 24
    )
    return InboundMedia(kind=view.kind, stored=view.id, name=name, mime=view.mime, role=role)


async def mailed(office: Office, html: str, *files: InboundMedia, clean_first: bool = True) -> int:
    """Let a mail of this HTML come in, with these pictures by the names `cid:0`, `cid:1`."""
    names = {str(number): one.stored or "" for number, one in enumerate(files)}
    page = clean(html, names) if clean_first else html
    original = await kept(office, page.encode(), "original.html", "original")
    return (await office.customer_writes("Привет", media=[*files, original]))[1]


async def body(agent: Agent, message: int, **query: Any) -> str:
    answer = await agent.ask("GET", f"/api/originals/{message}", params=query, expect=200)
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    return answer.text.partition("<body>")[2].partition("</body>")[0]


async def test_the_page_is_offered_on_the_message_and_is_none_of_its_files(
    office: Office, anna: Agent
) -> None:
    cat = await kept(office, CAT, "cat.png")
    words = await kept(office, b"Hi\n\n> All words", "original.txt", "text")
    original = await kept(office, b"<p>Hi", "original.html", "original")
    conversation, _ = await office.customer_writes("Hi", media=[cat, words, original])
    [message] = [one for one in await anna.thread(conversation) if one["kind"] == "incoming"]
    assert [one["name"] for one in message["attachments"]] == ["cat.png"]
    assert message["more"]["original"] is True
    whole = await anna.ask("GET", message["more"]["text_url"], expect=200)
    assert whole.text == "Hi\n\n> All words"
    files = f"/api/conversations/{conversation}/attachments"
    assert not (await anna.get(files, kind="file"))["items"]
    assert [
        one["attachment"]["name"] for one in (await anna.get(files, kind="image"))["items"]
    ] == ["cat.png"]


async def test_a_row_does_not_take_the_page_for_a_file(office: Office, anna: Agent) -> None:
    original = await kept(office, b"<p>Hi", "original.html", "original")
    conversation, _ = await office.customer_writes("Hi", media=[original])
    assert "attachment" not in (await anna.row(conversation))["conversation"]["last"]


async def test_the_page_may_run_nothing_load_nothing_and_is_kept_by_nobody(
    office: Office, anna: Agent
) -> None:
    message = await mailed(office, "<p>Hi</p>")
    answer = await anna.ask("GET", f"/api/originals/{message}", expect=200)
    policy = answer.headers["content-security-policy"].split("; ")
    assert "sandbox allow-popups allow-popups-to-escape-sandbox" in policy
    assert "default-src 'none'" in policy
    assert "img-src data:" in policy
    assert "frame-ancestors 'self'" in policy
    assert not [one for one in policy if "script" in one or "same-origin" in one]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["cross-origin-resource-policy"] == "same-origin"
    assert answer.headers["cache-control"] == "no-store"


async def test_remote_pictures_are_named_only_when_asked_for_and_only_encrypted_ones(
    office: Office, anna: Agent
) -> None:
    message = await mailed(
        office, "<img src=https://shop.example/a.png><img src=http://shop.example/b.png alt=B>"
    )
    assert await body(anna, message) == '<img><img alt="B">'
    assert (
        await body(anna, message, **ASKED) == '<img src="https://shop.example/a.png"><img alt="B">'
    )
    answer = await anna.ask("GET", f"/api/originals/{message}", params=ASKED)
    assert "img-src data: https:" in answer.headers["content-security-policy"].split("; ")
    about = await anna.get(f"/api/messages/{message}/original")
    assert about == {"url": f"/api/originals/{message}", "remote_pictures": 1}


async def test_pictures_that_came_with_the_mail_stand_in_the_page(
    office: Office, anna: Agent
) -> None:
    message = await mailed(office, "<img src=cid:0>", await kept(office, CAT, "cat.png"))
    encoded = base64.b64encode(CAT).decode()
    assert await body(anna, message) == f'<img src="data:image/png;base64,{encoded}">'


async def test_a_picture_shown_a_thousand_times_makes_no_endless_page(
    office: Office, anna: Agent, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(originals, "MOST_PICTURES", len(CAT) * 3)
    cat = await kept(office, CAT, "cat.png")
    message = await mailed(office, "<img src=cid:0>" * 1000, cat)
    assert (await body(anna, message)).count("data:image/png") == 3


async def test_a_page_shows_no_file_of_another_message(office: Office, anna: Agent) -> None:
    cat = await kept(office, CAT, "cat.png")
    await office.customer_writes("My cat", media=[cat])
    message = await mailed(office, f'<img src="/media/{cat.stored}">', clean_first=False)
    assert await body(anna, message) == "<img>"


async def test_what_was_kept_unclean_is_cleaned_again(office: Office, anna: Agent) -> None:
    html = (
        "<script>alert(1)</script><img src=x onerror=alert(1)><p style='background:url(//e.vil)'>x"
        "<a href='javascript:alert(1)'>y</a><img src=https://e.vil/pixel><form><input>"
    )
    message = await mailed(office, html, clean_first=False)
    shown = await body(anna, message)
    assert shown.startswith("<img><p>x<a ")
    assert shown.endswith(">y</a><img></p>")
    assert not [one for one in ("alert", "e.vil", "form", "input", "style=") if one in shown]


async def test_a_link_opens_elsewhere_and_says_where_it_leads(office: Office, anna: Agent) -> None:
    link = "<a href='https://evil.example/' title='https://bank.example'>https://bank.example</a>"
    shown = await body(anna, await mailed(office, link))
    assert 'title="https://evil.example/"' in shown
    assert 'rel="noopener noreferrer nofollow"' in shown
    assert 'target="_blank"' in shown


async def test_nobody_gets_a_page_who_is_not_signed_in(office: Office) -> None:
    message = await mailed(office, "<p>Hi</p>")
    for path in (f"/api/originals/{message}", f"/api/messages/{message}/original"):
        status, error = await office.stranger().refused("GET", path)
        assert (status, error["code"]) == (401, "signed_out")


async def test_there_is_no_page_of_a_message_without_one_or_taken_back(
    office: Office, anna: Agent
) -> None:
    _, plain = await office.customer_writes("Hi")
    assert (await anna.refused("GET", f"/api/originals/{plain}"))[0] == 404
    assert (await anna.refused("GET", "/api/originals/999999"))[0] == 404


async def test_a_sender_whom_nobody_vouches_for_is_told_as_such(
    office: Office, anna: Agent
) -> None:
    conversation, _ = await office.customer_writes("Transfer it today", verified=False)
    await office.customer_writes("It is me", verified=True)
    await office.customer_writes("Hello")
    told = [
        one.get("verified") for one in await anna.thread(conversation) if one["kind"] == "incoming"
    ]
    assert told == [False, True, None]
