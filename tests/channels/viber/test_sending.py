"""What goes out: one message of Viber's for one part, and what its refusals mean."""

import asyncio
import json
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from bridge.channel import (
    Button,
    ButtonPressed,
    DeliveryReport,
    MisconfiguredError,
    OutcomeUnknownError,
    RejectedError,
    SendError,
    ThrottledError,
    UnavailableError,
    UnreachableError,
)
from bridge.sandbox.faults import Fault
from bridge.sandbox.viber import Customer
from channels.viber.client import _read
from channels.viber.errors import classed
from channels.viber.unanswered import BUDGET
from tests.channels.rig import eventually
from tests.channels.viber.desk import ViberDesk

PNG = b"\x89PNG" + b"0" * 100


async def send(desk: ViberDesk, to: Customer, text: str = "", **more: Any) -> None:
    await desk.channel.send(desk.part(to.id, text, **more), key="k")
    await desk.viber.world.settled()


def said(to: Customer) -> dict[str, Any]:
    return dict(to.inbox[-1].message)


# --- Words ---------------------------------------------------------------------------


async def test_marks_become_plain_words_and_quotes_keep_their_sign(desk: ViberDesk) -> None:
    anna = await desk.anna()
    await send(desk, anna, "> де замовлення?\n\n**Уже** [їде](https://example.com/7) 🐤")
    assert anna.texts[-1] == "> де замовлення?\nУже їде (https://example.com/7) 🐤"


async def test_plain_words_go_out_as_they_are(desk: ViberDesk) -> None:
    anna = await desk.anna()
    await send(desk, anna, "2 * 2 * 2 = **8**", format="plain")
    assert anna.texts[-1] == "2 * 2 * 2 = **8**"


async def test_a_receipt_names_the_message_exactly(desk: ViberDesk) -> None:
    anna = await desk.anna()
    receipt = await desk.channel.send(desk.part(anna.id, "Hello"), key="k")
    await desk.viber.world.settled()
    assert list(receipt.external_ids) == [str(anna.inbox[-1].token)]
    assert not receipt.delivered


async def test_text_is_measured_in_utf16_and_refused_before_it_is_sent(desk: ViberDesk) -> None:
    anna = await desk.anna()
    await send(desk, anna, "🐤" * 3500)
    with pytest.raises(RejectedError) as caught:
        await send(desk, anna, "🐤" * 3501)
    assert caught.value.reason == "too_long"
    assert len(desk.viber.ledger.of("send_message")) == 1


async def test_the_widest_text_still_fits_into_a_request(desk: ViberDesk) -> None:
    anna = await desk.anna()
    await send(desk, anna, "語" * 7000)
    assert len(anna.texts[-1]) == 7000


async def test_a_request_larger_than_viber_takes_is_not_made(desk: ViberDesk) -> None:
    anna = await desk.anna()
    with pytest.raises(RejectedError):
        await send(desk, anna, "語" * 7000, buttons=[Button(id="語" * 20, text="語" * 250)] * 12)
    assert desk.viber.ledger.of("send_message") == []


async def test_nothing_is_no_message(desk: ViberDesk) -> None:
    anna = await desk.anna()
    with pytest.raises(RejectedError):
        await send(desk, anna, "  \n ")


# --- Who speaks ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("author", "name"),
    [
        ("Анна", "Анна"),
        ("Анна-Марія Костянтинівна Коваль", "Анна-Марія Костянтинівна Ков"),
        (None, "Крамниця"),
        ("  ", "Крамниця"),
    ],
)
async def test_the_agents_name_stands_above_or_else_the_inboxs(
    desk: ViberDesk, author: str | None, name: str
) -> None:
    anna = await desk.anna()
    await send(desk, anna, "Hello", author=author)
    assert said(anna)["sender"] == {"name": name}


async def test_a_configured_sender_speaks_for_everybody() -> None:
    desk = ViberDesk(sender_name="Shop", sender_avatar="https://example.com/shop.png")
    await desk.start()
    async with desk.running():
        anna = await desk.anna()
        await send(desk, anna, "Hello", author="Анна")
        shown = {"name": "Shop", "avatar": "https://example.com/shop.png"}
        assert said(anna)["sender"] == shown
    await desk.stop()


# --- Buttons -------------------------------------------------------------------------


async def test_a_press_comes_back_with_the_id_of_its_button(desk: ViberDesk) -> None:
    anna = await desk.anna()
    offered = [Button(id="yes:7", text="Так"), Button(id="no:7", text="Ні")]
    await send(desk, anna, "Підтверджуєте?", buttons=offered)
    await anna.presses("Ні")
    (press,) = desk.core.of_type(ButtonPressed)
    assert isinstance(press, ButtonPressed)
    assert (press.id, press.button) == ("no:7", "Ні")


async def test_a_label_shows_what_looks_like_a_tag_as_it_is(desk: ViberDesk) -> None:
    anna = await desk.anna()
    await send(desk, anna, "?", buttons=[Button(id="1", text="<b>1 & 2</b>")])
    (button,) = said(anna)["keyboard"]["Buttons"]
    assert button["Text"] == "&lt;b&gt;1 &amp; 2&lt;/b&gt;"
    assert button["ActionBody"] == "<b>1 & 2</b>"


async def test_as_many_buttons_as_allowed_reach_the_phone(desk: ViberDesk) -> None:
    anna = await desk.anna()
    most = desk.channel.capabilities.max_buttons
    offered = [Button(id="i" * 64, text=f"Відповідь {n}") for n in range(most)]
    await send(desk, anna, "?", buttons=offered)
    assert len(said(anna)["keyboard"]["Buttons"]) == most == 12


async def test_a_later_message_takes_the_buttons_meaning_away(desk: ViberDesk) -> None:
    anna = await desk.anna()
    await send(desk, anna, "?", buttons=[Button(id="yes", text="Так")])
    await send(desk, anna, "Ще ось що")
    await anna.writes("Так")
    assert desk.core.of_type(ButtonPressed) == []
    assert desk.core.messages[-1].text == "Так"


# --- Files ---------------------------------------------------------------------------


async def test_a_picture_goes_as_an_address_that_viber_fetches(desk: ViberDesk) -> None:
    anna = await desk.anna()
    file = desk.file("чек.png", "image/png", PNG, "image")
    await send(desk, anna, "Ваш **чек**", media=[file])
    shown = said(anna)
    assert (shown["type"], shown["text"]) == ("picture", "Ваш чек")
    assert anna.inbox[-1].file == PNG


@pytest.mark.parametrize(
    ("name", "mime", "size", "kind"),
    [
        ("a.jpg", "image/jpeg", 1_000_000, "picture"),
        ("a.jpg", "image/jpeg", 1_000_001, "file"),
        ("a.webp", "image/webp", 10, "file"),
        ("a.gif", "image/gif", 10, "file"),
        ("a.mp4", "video/mp4", 10, "video"),
        ("a.mp4", "video/mp4", 26_000_001, "file"),
        ("a.webm", "video/webm", 10, "file"),
        ("a.ogg", "audio/ogg", 10, "file"),
        ("рахунок.pdf", "application/pdf", 10, "file"),
    ],
)
async def test_a_file_goes_as_what_viber_takes_it_for(
    desk: ViberDesk, name: str, mime: str, size: int, kind: str
) -> None:
    anna = await desk.anna()
    await send(desk, anna, media=[desk.file(name, mime, b"0" * size)])
    assert said(anna)["type"] == kind
    assert said(anna).get("file_name") == (name if kind == "file" else None)
    assert len(anna.inbox[-1].file or b"") == size


async def test_a_file_without_an_ending_gets_one(desk: ViberDesk) -> None:
    anna = await desk.anna()
    await send(desk, anna, media=[desk.file("README", "text/plain", b"read me")])
    assert said(anna)["file_name"] == "README.bin"


async def test_a_file_too_large_for_viber_is_refused_before_it_is_sent(desk: ViberDesk) -> None:
    anna = await desk.anna()
    file = desk.file("a.zip", "application/zip", b"0" * 50_000_001)
    with pytest.raises(RejectedError) as caught:
        await send(desk, anna, media=[file])
    assert caught.value.reason == "too_large"
    assert desk.viber.ledger.of("send_message") == []


async def test_words_under_a_file_and_albums_are_refused_rather_than_cut(desk: ViberDesk) -> None:
    anna = await desk.anna()
    file = desk.file("a.pdf", "application/pdf", b"%PDF")
    for part in ({"text": "look", "media": [file]}, {"media": [file, file]}):
        with pytest.raises(RejectedError) as caught:
            await send(desk, anna, **part)
        assert caught.value.reason == "unsupported"
    assert desk.channel.capabilities.max_caption == 0
    assert not desk.channel.capabilities.albums


async def test_a_file_that_viber_cannot_fetch_is_reported_as_failed(desk: ViberDesk) -> None:
    anna = await desk.anna()
    file = desk.file("a.png", "image/png", PNG, "image")
    desk.files.clear()
    await send(desk, anna, media=[file])
    (report,) = desk.core.of_type(DeliveryReport)
    assert isinstance(report, DeliveryReport)
    assert (report.state, report.reason) == ("failed", "rejected")


# --- What refusals mean --------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "error", "reason"),
    [
        (1, MisconfiguredError, "misconfigured"),
        (2, MisconfiguredError, "credentials_refused"),
        (3, RejectedError, "rejected"),
        (4, RejectedError, "rejected"),
        (5, UnreachableError, "account_gone"),
        (6, UnreachableError, "blocked"),
        (7, MisconfiguredError, "suspended"),
        (8, MisconfiguredError, "credentials_refused"),
        (9, MisconfiguredError, "suspended"),
        (10, MisconfiguredError, "misconfigured"),
        (11, UnreachableError, "unreachable"),
        (12, ThrottledError, "throttled"),
        (13, RejectedError, "rejected"),
        (14, RejectedError, "rejected"),
        *((status, MisconfiguredError, "no_permission") for status in range(15, 23)),
        (23, MisconfiguredError, "suspended"),
        (24, MisconfiguredError, "suspended"),
        (-1, OutcomeUnknownError, "unknown"),
        (99, OutcomeUnknownError, "unknown"),
    ],
)
async def test_each_status_has_its_class_and_its_code(
    desk: ViberDesk, status: int, error: type[SendError], reason: str
) -> None:
    anna = await desk.anna()
    desk.viber.faults.plan("send_message", Fault(error=status))
    with pytest.raises(SendError) as caught:
        await send(desk, anna, "Hello")
    assert type(caught.value) is error
    assert caught.value.reason == reason
    assert len(desk.viber.ledger.of("send_message")) == 1


@pytest.mark.parametrize(
    ("http", "error"),
    [
        (302, MisconfiguredError),
        (403, MisconfiguredError),
        (404, MisconfiguredError),
        (429, ThrottledError),
        (500, OutcomeUnknownError),
        (502, OutcomeUnknownError),
        (503, OutcomeUnknownError),
    ],
)
async def test_what_is_not_from_viber_itself_is_judged_by_http(
    desk: ViberDesk, http: int, error: type[SendError]
) -> None:
    anna = await desk.anna()
    desk.viber.faults.plan("send_message", Fault(status=http))
    with pytest.raises(error):
        await send(desk, anna, "Hello")


@pytest.mark.parametrize(("told", "after"), [("7", 7.0), ("soon", 10.0), ("9" * 99, 10.0)])
async def test_a_storm_of_429_is_waited_out_as_it_asks(
    desk: ViberDesk, told: str, after: float
) -> None:
    anna = await desk.anna()
    storm = Fault(status=429, headers={"Retry-After": told})
    desk.viber.faults.plan("send_message", storm, times=5)
    for _ in range(5):
        with pytest.raises(ThrottledError) as caught:
            await send(desk, anna, "Hello")
        assert caught.value.after == after
    await send(desk, anna, "Hello")
    assert anna.texts == ["Hello"]


async def test_an_answer_lost_after_the_effect_is_uncertain_and_said_once(desk: ViberDesk) -> None:
    anna = await desk.anna()
    desk.viber.faults.plan("send_message", Fault(reset=True, after_effect=True))
    with pytest.raises(OutcomeUnknownError):
        await send(desk, anna, "perhaps")
    await desk.viber.world.settled()
    assert anna.texts == ["perhaps"]


async def test_a_request_lost_on_the_wire_is_uncertain_too(desk: ViberDesk) -> None:
    anna = await desk.anna()
    desk.viber.faults.plan("send_message", Fault(reset=True))
    with pytest.raises(OutcomeUnknownError):
        await send(desk, anna, "perhaps")
    assert anna.texts == []


async def test_an_answer_that_never_comes_is_uncertain(
    desk: ViberDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("channels.viber.client._TIMEOUT", aiohttp.ClientTimeout(total=0.1))
    alone = ViberDesk()
    await alone.start()
    anna = alone.viber.customer()
    anna.person.subscribed = True
    alone.viber.account.webhook = alone.url
    alone.viber.faults.plan("send_message", Fault(delay=1, after_effect=True))
    with pytest.raises(OutcomeUnknownError) as caught:
        await alone.channel.send(alone.part(anna.id, "perhaps"), key="k")
    assert caught.value.reason == "timeout"
    await alone.stop()


@pytest.mark.parametrize("body", [b"", b"[]", b"null", b"{", b"\xff", b"[" * 100_000])
def test_an_answer_that_cannot_be_read_is_uncertain(body: bytes) -> None:
    assert isinstance(classed(_read(body).get("status")), OutcomeUnknownError)


async def test_where_nobody_listens_nothing_was_sent(desk: ViberDesk) -> None:
    anna = await desk.anna()
    await desk.viber.go_down()
    with pytest.raises(UnavailableError):
        await send(desk, anna, "Hello")
    await desk.viber.come_up()
    await send(desk, anna, "Hello")
    assert anna.texts == ["Hello"]


async def test_a_customer_who_never_answers_holds_up_nobody_else(desk: ViberDesk) -> None:
    anna, bohdan = await desk.anna(), desk.viber.customer("Богдан")
    await bohdan.writes("Hi")
    for _ in range(100):
        await desk.channel.send(desk.part(anna.id, "?"), key="k")
    with pytest.raises(UnavailableError) as caught:
        await desk.channel.send(desk.part(anna.id, "?"), key="k")
    assert (caught.value.reason, caught.value.after) == ("throttled", 60.0)
    assert [one.status for one in desk.viber.ledger.of("send_message")] == [0] * 100
    await desk.channel.send(desk.part(bohdan.id, "Hello"), key="k")
    desk.viber.faults.plan("send_message", Fault(error=12))
    with pytest.raises(ThrottledError):
        await desk.channel.send(desk.part(bohdan.id, "Hello"), key="k")
    await anna.writes("still here")
    await desk.channel.send(desk.part(anna.id, "good"), key="k")


async def test_a_customer_who_never_answers_is_written_to_again_after_an_hour(
    desk: ViberDesk,
) -> None:
    anna = await desk.anna()
    for _ in range(100):
        await desk.channel.send(desk.part(anna.id, "?"), key="k")
    desk.clock.tick(BUDGET.kept - 30)
    with pytest.raises(UnavailableError) as caught:
        await desk.channel.send(desk.part(anna.id, "?"), key="k")
    assert caught.value.after == pytest.approx(30, abs=0.1)
    desk.clock.tick(31)
    await desk.channel.send(desk.part(anna.id, "?"), key="k")
    assert {one.status for one in desk.viber.ledger.of("send_message")} == {0}


# --- The connections -----------------------------------------------------------------


async def test_what_is_on_the_wire_ends_well_although_the_channel_is_stopped(
    desk: ViberDesk,
) -> None:
    anna = await desk.anna()
    alone = ViberDesk()
    await alone.start()
    other = alone.viber.customer()
    async with alone.running():
        await other.writes("Hi")
        alone.viber.faults.plan("send_message", Fault(delay=0.1, after_effect=True))
        sending = asyncio.create_task(alone.channel.send(alone.part(other.id, "last"), key="k"))
        await eventually(lambda: alone.viber.ledger.of("send_message"))
    receipt = await sending
    assert receipt.external_ids
    assert anna.texts == []
    await alone.stop()


@pytest.mark.parametrize(
    "fault",
    [Fault(reset=True), Fault(reset=True, after_effect=True), Fault(status=500), Fault(error=3)],
    ids=["before", "after", "http", "status"],
)
async def test_nothing_that_is_sent_shows_in_a_log_or_an_error(
    desk: ViberDesk, caplog: pytest.LogCaptureFixture, fault: Fault
) -> None:
    caplog.set_level("DEBUG")
    anna, canary, token = await desk.anna(), "канарейка-canary", desk.viber.account.token
    desk.viber.faults.plan("send_message", fault)
    with pytest.raises(SendError) as caught:
        await send(desk, anna, canary, buttons=[Button(id="1", text=canary)])
    assert canary not in str(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__ or caught.value.__context__ is None
    assert not [one for one in (canary, token) if one in caplog.text]
    assert token not in repr(vars(desk.channel._client)) + repr(desk.channel)


async def test_the_payload_has_no_field_without_a_value(desk: ViberDesk) -> None:
    anna = await desk.anna()
    await send(desk, anna, "Hello")
    assert None not in json.loads(json.dumps(said(anna))).values()


async def test_everything_goes_through_a_configured_proxy() -> None:
    asked: list[tuple[str, str]] = []

    async def relay(request: web.BaseRequest) -> web.Response:
        asked.append((str(request.url), request.headers["X-Viber-Auth-Token"]))
        return web.json_response({"status": 0, "message_token": 2**62})

    runner = web.ServerRunner(web.Server(relay))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    proxy = f"http://127.0.0.1:{runner.addresses[0][1]}"
    desk = ViberDesk(proxy=proxy, api_base="http://viber.invalid/pa")
    await desk.start()
    receipt = await desk.channel.send(desk.part("01234567890A=", "Hello"), key="k")
    assert list(receipt.external_ids) == [str(2**62)]
    assert asked == [("http://viber.invalid/pa/send_message", desk.viber.account.token)]
    await desk.stop()
    await runner.cleanup()
    with pytest.raises(UnavailableError):
        await desk.channel.send(desk.part("01234567890A=", "Hello"), key="k")
