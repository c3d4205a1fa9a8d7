"""The picture that agents put up of themselves (R13)."""

import io
import os
from typing import Any

import pytest
from PIL import Image

from bridge.media.store import PORTRAIT_SIDE
from bridge.store.conversations import CONVERSATION_BY_ID
from bridge.store.transactions import Tx
from routing.arrivals import Arrivals
from routing.customer_view import InboxCustomerView
from routing.purging import Purger
from tests.agent_console.conftest import OpenOffice
from tests.agent_console.office import Agent, Office
from tests.bridge.media.conftest import picture

DAY = 24 * 3600
CUSTOMER = "visitor-one-000001"


def photo(width: int = 64, height: int = 64, **more: object) -> bytes:
    """Return a picture as a camera gives it."""
    exif = Image.Exif()
    exif[0x010E] = "taken at home"
    return picture(width, height, "JPEG", exif=exif.tobytes(), **more)


async def put_up(agent: Agent, content: bytes, *, expect: int = 200) -> Any:
    """Upload it as one's picture."""
    files = {"file": ("me.jpg", content)}
    return (await agent.ask("PUT", "/api/me/photo", expect=expect, files=files)).json()


async def shown_to(agent: Agent, of: str) -> str | None:
    """Return the address of a colleague's picture."""
    found = {one["id"]: one for one in await agent.get("/api/agents")}
    address: str | None = found[of].get("avatar_url")
    return address


def view_of(office: Office) -> InboxCustomerView:
    """Return what customers of the site see."""
    arrivals = Arrivals(office.store, office.hub, "site")
    return InboxCustomerView(office.store, office.hub, office.media, arrivals, "site")


async def test_r13_a_photo_is_shown_to_colleagues_and_in_the_profile(
    office: Office, pavel: Agent, ivan: Agent
) -> None:
    assert await shown_to(ivan, "pavel") is None
    put = await put_up(pavel, photo())

    address = put["avatar_url"]
    assert await shown_to(ivan, "pavel") == address
    assert (await pavel.get("/api/me/profile"))["avatar_url"] == address
    session = await ivan.get("/api/session")
    assert {one.get("avatar_url") for one in session["agents"]} == {None, address}
    answered = await ivan.http.get(address)
    assert (answered.status_code, answered.headers["content-type"]) == (200, "image/webp")


async def test_r13_of_a_photo_only_our_own_small_drawing_is_kept(
    office: Office, pavel: Agent, ivan: Agent
) -> None:
    address = (await put_up(pavel, photo(1600, 800)))["avatar_url"]
    for how in ("?preview=1", "?download=1", ""):
        content = (await ivan.http.get(address.partition("?")[0] + how)).content
        assert b"taken at home" not in content
        with Image.open(io.BytesIO(content)) as image:
            assert (image.format, image.size) == ("WEBP", (PORTRAIT_SIDE, PORTRAIT_SIDE // 2))


async def test_r13_a_new_photo_takes_the_place_of_the_old_one_and_can_be_taken_away(
    office: Office, pavel: Agent, ivan: Agent
) -> None:
    first = (await put_up(pavel, photo()))["avatar_url"]
    second = (await put_up(pavel, photo(32, 64)))["avatar_url"]
    assert await shown_to(ivan, "pavel") == second != first
    assert (await ivan.http.get(first)).status_code == 403

    await pavel.ask("DELETE", "/api/me/photo", {}, expect=204)
    assert await shown_to(ivan, "pavel") is None
    assert "avatar_url" not in await pavel.get("/api/me/profile")
    assert (await ivan.http.get(second)).status_code == 403
    # What is not there can be taken away too: somebody may have pressed twice.
    await pavel.ask("DELETE", "/api/me/photo", {}, expect=204)


async def test_r13_without_the_right_the_profile_is_only_read(an_office: OpenOffice) -> None:
    async with an_office({"permissions.agent.edit_profile": False}) as office:
        pavel, anna = await office.sign_in("pavel"), await office.sign_in("anna")

        refused = await put_up(pavel, photo(), expect=403)
        await pavel.ask("DELETE", "/api/me/photo", {}, expect=403)
        await put_up(anna, photo())

        assert refused["error"]["code"] == "forbidden"
        assert await shown_to(anna, "pavel") is None
        assert await shown_to(pavel, "anna") is not None
        may = [(await one.get("/api/me/profile"))["may_edit"] for one in (pavel, anna)]
        assert may == [False, True]
        assert "profile" not in pavel.session["rights"]
        assert "profile" in anna.session["rights"]


@pytest.mark.parametrize("content", [b"no picture", b"%PDF-1.7 ...", photo()[:90], b"<svg/>"])
async def test_r13_what_is_no_picture_is_refused_and_the_one_before_stays(
    office: Office, pavel: Agent, content: bytes
) -> None:
    before = (await put_up(pavel, photo()))["avatar_url"]
    refused = await put_up(pavel, content, expect=415)
    assert refused["error"]["code"] == "type_refused"
    assert await shown_to(pavel, "pavel") == before


async def test_r13_a_photo_is_no_larger_than_any_upload(an_office: OpenOffice) -> None:
    async with an_office({"storage.media.max_upload": "1KB"}) as office:
        pavel = await office.sign_in("pavel")
        refused = await put_up(pavel, os.urandom(2048), expect=413)
        assert refused["error"]["code"] == "too_large"


async def test_r13_visitors_see_the_photo_of_who_answers_them(office: Office, pavel: Agent) -> None:
    conversation, _ = await office.customer_writes()
    await pavel.act("take", conversation)
    await pavel.says(conversation, "Добрый день")
    view = view_of(office)
    assert (await view.threads(CUSTOMER))[0][0].agent_photo is None

    await put_up(pavel, photo())

    [thread] = (await view.threads(CUSTOMER))[0]
    page, _, _ = await view.messages(CUSTOMER, thread.thread, before=None, after=None, limit=9)
    [own] = [one for one in page if one.author == "visitor"]
    [answer] = [one for one in page if one.author == "agent"]
    assert own.author_photo is None
    assert answer.author_photo == thread.agent_photo is not None
    opened = await office.stranger().http.get(thread.agent_photo)
    assert (opened.status_code, opened.headers["content-type"]) == (200, "image/webp")


async def test_r13_the_address_a_visitor_has_lasts_for_a_day_and_then_ends(
    office: Office, pavel: Agent
) -> None:
    conversation, _ = await office.customer_writes()
    await pavel.act("take", conversation)
    await put_up(pavel, photo())
    address = (await view_of(office).threads(CUSTOMER))[0][0].agent_photo
    assert address is not None
    office.clock.tick(DAY - 1)
    assert (await office.stranger().http.get(address)).status_code == 200
    office.clock.tick(DAY + 1)
    assert (await office.stranger().http.get(address)).status_code == 403


async def test_r13_a_photo_in_use_outlives_the_sweep_of_uploads_and_the_purge_of_its_twin(
    office: Office, anna: Agent
) -> None:
    address = (await put_up(anna, photo()))["avatar_url"]
    drawn = (await anna.http.get(address.partition("?")[0] + "?download=1")).content
    # The same file goes to a customer, and all of that is purged.
    upload = await anna.ask("POST", "/api/uploads", expect=201, files={"file": ("a.webp", drawn)})
    conversation, _ = await office.customer_writes()
    await anna.act("take", conversation)
    await anna.says(conversation, "", attachments=[upload.json()["id"]])
    for act in ("delete", "purge"):
        await anna.post(f"/api/conversations/{conversation}/{act}", expect=204)
    office.clock.tick(3 * DAY)
    for path in office.settings.storage.media.dir.rglob("*"):
        if path.is_file():
            os.utime(path, times=(1, 1))

    await Purger(office.store, office.media, kept_for=None).tidy()
    await office.media.sweep(older_than=DAY * 1000)

    assert await office.store.read(Tx.one, CONVERSATION_BY_ID, id=conversation) is None
    again = await office.sign_in("anna")
    for how in ("?preview=1", "?download=1"):
        assert (await again.http.get(address.partition("?")[0] + how)).status_code == 200


async def test_r13_a_photo_is_no_upload_that_a_message_could_carry_away(
    office: Office, pavel: Agent
) -> None:
    address = (await put_up(pavel, photo()))["avatar_url"]
    conversation, _ = await office.customer_writes()
    await pavel.act("take", conversation)
    public_id = address.removeprefix("/media/").partition("?")[0]
    body = {
        "client_id": "00000000-0000-4000-8000-000000000001",
        "kind": "reply",
        "text": "",
        "attachments": [public_id],
    }
    refused = await pavel.ask("POST", f"/api/conversations/{conversation}/messages", body)
    assert refused.json()["error"]["code"] == "attachment_unknown"
    assert await shown_to(pavel, "pavel") == address


async def test_r13_a_change_of_the_photo_is_in_the_audit_trail(
    office: Office, pavel: Agent
) -> None:
    await put_up(pavel, photo())
    await pavel.ask("DELETE", "/api/me/photo", {}, expect=204)
    trail = await (await office.sign_in("olga")).get("/api/audit", action="profile_edited")
    told = [(one["agent"], one["subject"], one["detail"]) for one in trail["acts"]]
    assert told == [
        ("pavel", "agent:pavel", {"photo": False}),
        ("pavel", "agent:pavel", {"photo": True}),
    ]
