"""The websocket: what changes, as it changes."""

import asyncio
import contextlib
from typing import Any

import pytest
import websockets

from agent_console.web.auth import make_link
from agent_console.web.live import live, socket
from bridge.channel import ContactTyping, Sender, Visit
from bridge.store import log
from bridge.store import messages as m
from bridge.store.transactions import Tx
from routing.edits import change_text
from tests.agent_console.office import ORIGIN, Agent, Office
from tests.databases import by_hand, until


def _find(frames: list[Any], kind: str) -> list[Any]:
    return [frame for frame in frames if frame["type"] == kind]


async def test_a_customers_message_comes_with_its_row(office: Office, pavel: Agent) -> None:
    async with office.listening() as address, pavel.live(address) as view:
        assert (await view.until("hello"))["server_time"] == office.clock.now()
        conversation, message = await office.customer_writes("Добрый день 👋")

        frame = await view.until("changes")

    assert [row["conversation"]["id"] for row in frame["rows"]] == [conversation]
    assert message in [one["id"] for one in frame["messages"]]
    assert frame["rows"][0] == await pavel.row(conversation)
    assert frame["messages"] == await pavel.thread(conversation)


async def test_a_console_that_was_away_catches_up_from_its_cursor(
    office: Office, pavel: Agent
) -> None:
    async with office.listening() as address:
        async with pavel.live(address) as view:
            await office.customer_writes("раз")
            cursor = (await view.until("changes"))["cursor"]
        missed = [await office.customer_writes("два"), await office.customer_writes("три")]

        async with pavel.live(address, after=cursor) as view:
            frame = await view.until("changes")

    assert [one["id"] for one in frame["messages"]] == [message for _, message in missed]


async def test_a_cursor_of_another_database_means_load_afresh(office: Office, pavel: Agent) -> None:
    async with office.listening() as address:
        for foreign in ("deadbeef-1", "", "nonsense", "0-0", f"{office.hub.cursor()}999"):
            async with pavel.live(address, after=foreign) as view:
                hello = await view.until("hello")
                await view.until("reset")
                assert hello["cursor"] == office.hub.cursor()


async def test_a_cursor_below_what_is_kept_means_load_afresh(office: Office, pavel: Agent) -> None:
    beginning = office.hub.cursor()
    for number in range(4):
        await office.customer_writes(str(number))
    await until(lambda: office.hub.cursor() != beginning)
    await office.store.write(_prune)
    office.hub._recent.clear()

    async with office.listening() as address, pavel.live(address, after=beginning) as view:
        await view.until("reset")
        conversation, _ = await office.customer_writes("после")
        frame = await view.until("changes")

    assert frame["rows"][0]["conversation"]["id"] == conversation


def _prune(tx: Tx) -> None:
    tx.run(log.PRUNE_EVENTS, before=tx.now + 1, keep=tx.the(log.LAST_EVENT))


async def test_the_senders_own_id_goes_to_the_sender_alone(
    office: Office, pavel: Agent, anna: Agent
) -> None:
    conversation, _ = await office.customer_writes()
    async with (
        office.listening() as address,
        pavel.live(address, after=office.hub.cursor()) as his,
        anna.live(address, after=office.hub.cursor()) as hers,
    ):
        sent = (await pavel.says(conversation, "ответ"))["message"]
        his_own = await his.message(sent["id"])
        as_seen_by_her = await hers.message(sent["id"])

    assert his_own["client_id"] == sent["client_id"]
    assert "client_id" not in as_seen_by_her


async def test_each_agent_gets_their_own_rights_and_mark(
    office: Office, pavel: Agent, ivan: Agent
) -> None:
    conversation, _ = await office.customer_writes()
    async with (
        office.listening() as address,
        pavel.live(address, after=office.hub.cursor()) as his,
        ivan.live(address, after=office.hub.cursor()) as other,
    ):
        sent = (await pavel.says(conversation, "ответ"))["message"]["id"]
        for view in (his, other):
            await view.message(sent)
        (mine,) = his.frames[-1]["rows"]
        (theirs,) = other.frames[-1]["rows"]

    assert mine == await pavel.row(conversation)
    assert theirs == await ivan.row(conversation)
    assert (mine["mine"], theirs["mine"]) == (True, False)


async def test_what_is_private_is_told_to_nobody_else(
    office: Office, pavel: Agent, ivan: Agent
) -> None:
    conversation, message = await office.customer_writes()
    await pavel.post(f"/api/conversations/{conversation}/read", {"message_id": message}, expect=204)
    await until(lambda: office.hub.cursor().endswith(f"-{_last(office)}"))
    async with (
        office.listening() as address,
        pavel.live(address, after=office.hub.cursor()) as his,
        ivan.live(address, after=office.hub.cursor()) as other,
    ):
        for view in (his, other):
            await view.until("folders")
        await pavel.ask(
            "PUT",
            f"/api/conversations/{conversation}/drafts/reply",
            {"text": "Секрет", "revision": 0},
            expect=200,
        )
        await pavel.post(f"/api/conversations/{conversation}/unread", {}, expect=204)
        frame = await his.until("changes")
        heard = await other.quiet()

    assert frame["rows"][0]["draft"] == {"kind": "reply", "text": "Секрет"}
    assert _find(heard, "changes") == []
    assert "Секрет" not in str(heard)


def _last(office: Office) -> int:
    row = by_hand(office.store, "SELECT max(id) FROM events").fetchone()
    return int(row[0])


async def test_s02_r10_the_counters_follow_the_changes(office: Office, pavel: Agent) -> None:
    async with office.listening() as address, pavel.live(address) as view:
        await view.until("folders")
        conversation, message = await office.customer_writes()
        came = await view.until("folders")
        await pavel.post(
            f"/api/conversations/{conversation}/read", {"message_id": message}, expect=204
        )
        read = await view.until("folders")
        fresh = await pavel.get("/api/folders")

    assert came["folders"]["new"] == {"unread": 1, "total": 1}
    assert came["folders"]["unread_total"] == 1
    assert read["folders"] == fresh
    assert fresh["unread_total"] == 0


async def test_many_changes_at_once_are_few_counters(office: Office, pavel: Agent) -> None:
    async with office.listening() as address, pavel.live(address) as view:
        await view.until("folders")
        for number in range(20):
            await office.customer_writes(customer=f"customer-{number}")
        while (await view.until("folders"))["folders"]["new"]["total"] < 20:
            pass

    assert len(_find(view.frames, "folders")) <= 6


async def test_a_contact_and_a_visit_that_changed_are_named(office: Office, pavel: Agent) -> None:
    conversation, _ = await office.customer_writes()
    contact = (await pavel.row(conversation))["conversation"]["contact"]["id"]
    async with office.listening() as address, pavel.live(address) as view:
        await view.until("changes")
        await pavel.post(f"/api/contacts/{contact}/notes", {"text": "x"}, expect=201)
        assert (await view.until("changes"))["contacts"] == [contact]

        await office.customer_visits(Visit(url="https://a.example/", online=True))
        assert (await view.until("changes"))["visits"] == [conversation]

        await pavel.ask("PATCH", f"/api/contacts/{contact}", {"name": "Олена"}, expect=200)
        frame = await view.until("changes")
        assert frame["contacts"] == [contact]
        assert frame["rows"][0]["conversation"]["contact"]["name"] == "Олена"


async def test_an_answer_shows_the_edit_of_what_it_answers(office: Office, pavel: Agent) -> None:
    conversation, asked = await office.customer_writes("было")
    answer = (await pavel.says(conversation, "ответ", reply_to=asked))["message"]["id"]
    async with office.listening() as address, pavel.live(address) as view:
        await view.message(answer)
        await office.store.write(_edit, asked, "стало")
        assert (await view.message(asked))["text"] == "стало"

    shown = {m["id"]: m for m in view.frames[-1]["messages"]}
    assert shown[answer]["reply_to"]["text"] == "стало"


def _edit(tx: Tx, message_id: int, text: str) -> None:
    change_text(tx, tx.the(m.MESSAGE_BY_ID, id=message_id), text, tx.now)


# --- who is here --------------------------------------------------------------------------


async def test_r52_the_dot_follows_whether_a_console_is_open(
    office: Office, pavel: Agent, anna: Agent
) -> None:
    async with office.listening() as address, anna.live(address) as hers:
        here = {one["id"]: one["online"] for one in (await hers.until("presence"))["agents"]}
        assert here["pavel"] is False

        async with pavel.live(address):
            assert await hers.until("presence", agents=[{"id": "pavel", "online": True}])
            refs = {one["id"]: one["online"] for one in await anna.get("/api/agents")}
            assert (refs["pavel"], refs["ivan"]) == (True, False)

        assert await hers.until("presence", agents=[{"id": "pavel", "online": False}])


async def test_who_looks_at_a_conversation_is_told_and_forgotten(
    office: Office, pavel: Agent, anna: Agent
) -> None:
    conversation, _ = await office.customer_writes()
    looking = {"type": "viewing", "conversation_id": conversation}
    async with office.listening() as address, anna.live(address) as hers:
        async with pavel.live(address) as his:
            await his.send(looking)
            await hers.until("viewing", conversation_id=conversation, agents=["pavel"])
            await hers.send(looking)
            await his.until("viewing", conversation_id=conversation, agents=["anna", "pavel"])

        await hers.until("viewing", conversation_id=conversation, agents=["anna"])
        await hers.send({"type": "viewing", "conversation_id": None})
        await hers.until("viewing", conversation_id=conversation, agents=[])


async def test_one_who_comes_later_is_told_who_looks(
    office: Office, pavel: Agent, anna: Agent
) -> None:
    conversation, _ = await office.customer_writes()
    async with office.listening() as address, pavel.live(address) as his:
        await his.send({"type": "viewing", "conversation_id": conversation})
        await his.until("viewing", conversation_id=conversation)

        async with anna.live(address) as hers:
            await hers.until("viewing", conversation_id=conversation, agents=["pavel"])


async def test_typing_is_told_both_ways_and_not_to_the_typist(
    office: Office, pavel: Agent, anna: Agent
) -> None:
    conversation, _ = await office.customer_writes()
    async with (
        office.listening() as address,
        anna.live(address) as hers,
        pavel.live(address) as his,
    ):
        for view in (hers, his):
            await view.until("hello")
            await view.until("folders")
        await pavel.post(f"/api/conversations/{conversation}/typing", expect=204)
        heard = await hers.until("typing", conversation_id=conversation)
        assert heard["who"] == {"kind": "agent", "id": "pavel"}

        event = ContactTyping(sender=Sender(external_id="visitor-one-000001"), thread="t")
        await office.sink("site").accept([event])
        assert (await hers.until("typing"))["who"] == {"kind": "customer"}
        assert (await his.until("typing"))["who"] == {"kind": "customer"}


# --- how it begins and ends ---------------------------------------------------------------


@pytest.mark.parametrize("origin", [None, "https://evil.example", "null"])
async def test_a_foreign_page_does_not_get_to_the_handshake(
    office: Office, pavel: Agent, origin: str | None
) -> None:
    cookie = f"deskbridge={pavel.http.cookies['deskbridge']}"
    async with office.listening() as address:
        with pytest.raises(websockets.InvalidStatus) as refused:
            await websockets.connect(
                f"ws://{address}/api/live",
                origin=None if origin is None else websockets.Origin(origin),
                additional_headers={"Cookie": cookie},
            )
    assert refused.value.response.status_code == 403


@pytest.mark.parametrize("cookie", ["", "deskbridge=made-up"])
async def test_without_a_session_there_is_no_handshake(office: Office, cookie: str) -> None:
    async with office.listening() as address:
        with pytest.raises(websockets.InvalidStatus) as refused:
            await websockets.connect(
                f"ws://{address}/api/live",
                origin=websockets.Origin(ORIGIN),
                additional_headers={"Cookie": cookie},
            )
    assert refused.value.response.status_code == 403


async def test_signing_out_closes_every_tab_of_the_session(office: Office, pavel: Agent) -> None:
    other_device = await office.sign_in("pavel")
    async with (
        office.listening() as address,
        pavel.live(address) as one,
        pavel.live(address) as two,
        other_device.live(address) as three,
    ):
        for view in (one, two, three):
            await view.until("hello")
        await pavel.ask("DELETE", "/api/session", expect=204)

        for view in (one, two):
            await view.until("signed_out")
            await view.connection.wait_closed()
            assert view.connection.close_code == 4401
        await three.send({"type": "ping"})
        await three.until("pong")


async def test_a_session_that_ends_elsewhere_is_noticed(
    office: Office, pavel: Agent, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "LOOK", 0.05)
    monkeypatch.setattr(live, "LOOK_AT_SESSIONS", 0.1)
    async with office.listening() as address, pavel.live(address) as view:
        await view.until("hello")
        office.clock.tick(13 * 3600)

        await view.until("signed_out")
        await view.connection.wait_closed()

    assert view.connection.close_code == 4401


async def test_a_new_password_closes_the_consoles_of_the_other_sessions_at_once(
    office: Office, pavel: Agent, anna: Agent
) -> None:
    token = await office.store.write(make_link, "pavel", "password")
    chosen = {"token": token, "password": "довгий новий пароль"}
    async with (
        office.listening() as address,
        pavel.live(address) as view,
        anna.live(address) as other,
    ):
        await view.until("hello")
        assert (await office.stranger().ask("POST", "/api/session/link", chosen)).is_success

        await view.until("signed_out")
        await view.connection.wait_closed()
        await other.send({"type": "ping"})
        await other.until("pong")

    assert view.connection.close_code == 4401


async def test_a_ping_is_answered(office: Office, pavel: Agent) -> None:
    async with office.listening() as address, pavel.live(address) as view:
        await view.send({"type": "ping"})

        assert (await view.until("pong"))["server_time"] == office.clock.now()


@pytest.mark.parametrize(
    "raw",
    [
        "",
        "null",
        "[]",
        "{",
        "{}",
        '{"type": "shout"}',
        '{"type": "viewing"}',
        '{"type": "viewing", "conversation_id": "1"}',
        '{"type": "viewing", "conversation_id": 0}',
        '{"type": "viewing", "conversation_id": 1e30}',
        '{"type": "viewing", "conversation_id": 9007199254740993}',
        '{"type": "ping", "more": 1}',
        '{"type": ' * 3000,
        b"\xff\x00",
    ],
)
async def test_what_is_no_frame_ends_the_conversation_politely(
    office: Office, pavel: Agent, raw: str | bytes
) -> None:
    async with office.listening() as address, pavel.live(address) as view:
        await view.until("hello")
        await view.connection.send(raw)
        await view.connection.wait_closed()

    assert view.connection.close_code == 4400


async def test_one_who_does_not_read_is_let_go_and_holds_up_nobody(
    office: Office, pavel: Agent, anna: Agent, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "LOOK", 0.05)
    monkeypatch.setattr(socket, "PATIENCE", 0.3)
    monkeypatch.setattr(socket, "LAST_WORDS", 0.1)
    async with (
        office.listening() as address,
        anna.live(address) as hers,
        pavel.live(address) as his,
    ):
        await his.until("hello")
        his.connection.transport.pause_reading()
        gone = hers.until("presence", seconds=20, agents=[{"id": "pavel", "online": False}])
        seen = asyncio.create_task(gone)
        for number in range(60):
            await office.customer_writes("ж" * 60_000, customer=f"customer-{number}")

        await seen
        his.connection.transport.abort()
        assert "anna" in await _online(anna)


async def _online(agent: Agent) -> set[str]:
    return {one["id"] for one in await agent.get("/api/agents") if one["online"]}


async def test_when_the_last_console_goes_nothing_goes_on_working(
    office: Office, pavel: Agent
) -> None:
    before = len(asyncio.all_tasks())
    async with office.listening() as address, pavel.live(address) as view:
        await view.until("folders")
    with contextlib.suppress(TimeoutError):
        await until(lambda: len(asyncio.all_tasks()) <= before, seconds=2)

    assert len(asyncio.all_tasks()) <= before


async def test_a_hundred_consoles_read_each_change_once(
    office: Office, pavel: Agent, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "ROUND", 5.0)
    async with office.listening() as address, contextlib.AsyncExitStack() as stack:
        views = [
            await stack.enter_async_context(pavel.live(address, after=office.hub.cursor()))
            for _ in range(40)
        ]
        for view in views:
            await view.until("hello")
        reads = 0
        read = office.store.read

        async def counted(*args: Any, **kwargs: Any) -> Any:
            nonlocal reads
            reads += 1
            return await read(*args, **kwargs)

        monkeypatch.setattr(office.store, "read", counted)
        await office.customer_writes()
        frames = [await view.until("changes") for view in views]

    assert all(frame == frames[0] for frame in frames)
    assert reads <= 4


async def test_many_consoles_are_told_to_load_afresh_each_at_a_moment_of_its_own(
    office: Office, pavel: Agent, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "AFRESH_AT_ONCE", 1)
    async with office.listening() as address, pavel.live(address) as one:
        await office.store.write(log.append, "agents.changed")
        assert (await one.until("reset"))["within"] == 0
        now = office.hub.cursor()
        async with pavel.live(address, after=now) as two, pavel.live(address, after=now) as three:
            await two.until("hello")
            await three.until("hello")
            await office.store.write(log.append, "agents.changed")
            told = [await view.until("reset") for view in (one, two, three)]

    within = 2 * live.AFRESH_EACH
    assert told == [{"type": "reset", "of": "configuration", "within": within}] * 3
