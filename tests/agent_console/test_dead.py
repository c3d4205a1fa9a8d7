"""What did not arrive, for owners and supervisors: one list, and what is done about it."""

import json
from typing import Any

import pytest

from agent_console import dead
from agent_console.dead.worker import Redelivery
from bridge import channel as ch
from bridge import written
from bridge.store import dead as d
from bridge.store import deliveries
from bridge.store import messages as m
from bridge.store import quarantine as q
from bridge.store import surfaces as s
from bridge.store import webhooks as w
from bridge.store.deliveries import PUT_TRACE
from bridge.store.transactions import Store, Tx
from routing.inbound import InboundSink
from tests.agent_console.office import Agent, Office

WORDS = "заказ на улицу Садовую"
RAW = json.dumps({"event": "message", "text": WORDS}, ensure_ascii=False).encode()


async def items(agent: Agent, **narrowed: Any) -> list[Any]:
    found: list[Any] = (await agent.get("/api/operations/dead", **narrowed))["items"]
    return found


class Shop:
    """A channel that understands what it is given, from a certain version on."""

    def __init__(self) -> None:
        self.understands = True
        self.breaks = False

    async def take_again(self, sink: ch.Sink, raw: bytes) -> None:
        if self.breaks:
            raise RuntimeError(WORDS)
        if not self.understands:
            await sink.quarantine(raw, "no sender")
            return
        said = json.loads(raw)["text"]
        sender = ch.Sender(external_id="visitor-one-000001")
        message = ch.InboundMessage(sender=sender, external_id="m-late", sent_at=1, text=said)
        await sink.accept([message], "a cursor that must not move")


class Places:
    """One inbox that runs."""

    def __init__(self, office: Office, shop: Shop) -> None:
        self._office, self._shop = office, shop
        self.heard: list[tuple[str, bytes]] = []
        self.elsewhere: set[str | None] = set()
        """What another process has."""

    def channel(self, inbox_id: str) -> Any:
        return self._shop if inbox_id == "site" else None

    def sink(self, inbox_id: str) -> InboundSink:
        return self._office.sink(inbox_id)

    def surface(self, surface_id: str) -> object | None:
        return None

    def written_with(self, place: str | None) -> Store | None:
        return None if place in self.elsewhere else self._office.store

    async def hear(self, surface_id: str, event: bytes) -> None:
        self.heard.append((surface_id, event))


@pytest.fixture
def shop() -> Shop:
    return Shop()


async def done(office: Office, shop: Shop) -> Places:
    """Have all that was asked for be tried."""
    places = Places(office, shop)
    worker = Redelivery(office.store, office.desk, places)
    for asked in await office.store.read(lambda tx: tx.all(d.ASKED, limit=100)):
        await worker.one(asked)
    return places


async def failed(office: Office, anna: Agent, became: Any, reason: str | None) -> int:
    """Have an answer of Anna's end so; return the message."""
    here, _ = await office.customer_writes()
    await anna.act("take", here)
    message: int = (await anna.says(here, WORDS))["message"]["id"]
    await office.delivered(message, became, reason)
    return message


async def states(office: Office, message: int) -> list[tuple[str, bool]]:
    rows = await office.store.read(lambda tx: tx.all(deliveries.DELIVERIES_OF, message_id=message))
    return [(one.state, one.doubled_at is not None) for one in rows]


# --- the list ---


async def test_what_was_set_aside_is_told_by_why_how_often_and_size_and_no_word_of_it(
    office: Office, anna: Agent
) -> None:
    for _ in range(2):
        office.clock.tick(60)
        await office.sink("site").quarantine(RAW, "The update has no sender.")
    (found,) = await items(anna, inbox="site")
    assert (found["kind"], found["where"], found["state"]) == ("event", "site", "set_aside")
    assert (found["why"], found["times"]) == ("The update has no sender.", 2)
    assert (found["size"], found["at"] - found["first_at"]) == (len(RAW), 60_000)
    whole = await anna.get(f"/api/operations/dead/{found['id']}")
    assert whole["wire"] == {"event": "message", "text": f"‹{len(WORDS)}›"}
    assert WORDS not in str((found, whole))


async def test_a_failed_answer_is_listed_with_what_went_over_the_wire(
    office: Office, anna: Agent
) -> None:
    message = await failed(office, anna, "failed", "rejected")
    trace = json.dumps({"calls": [{"asked": "sendMessage", "answered": "400"}], "error": "X"})
    (found,) = await items(anna)
    (delivery,) = await office.store.read(
        lambda tx: tx.all(deliveries.DELIVERIES_OF, message_id=message)
    )
    await office.store.write(lambda tx: tx.run(PUT_TRACE, of=delivery.id, trace=trace))
    assert (found["state"], found["why"], found["message"]) == ("failed", "rejected", message)
    whole = await anna.get(f"/api/operations/dead/{found['id']}")
    assert whole["wire"]["calls"][0]["answered"] == "400"


async def test_what_people_wanted_not_to_go_is_not_in_the_list(office: Office, anna: Agent) -> None:
    await failed(office, anna, "failed", "deleted")
    assert await items(anna) == []


async def test_the_list_is_narrowed_by_kind_and_by_inbox_and_says_that_there_is_more(
    office: Office, anna: Agent
) -> None:
    await failed(office, anna, "uncertain", "timeout")
    await office.sink("blog").quarantine(b"?", "no JSON")
    assert {one["kind"] for one in await items(anna)} == {"delivery", "event"}
    assert [one["kind"] for one in await items(anna, kind="event")] == ["event"]
    assert [one["kind"] for one in await items(anna, inbox="site")] == ["delivery"]
    page = await anna.get("/api/operations/dead", limit=1)
    assert (len(page["items"]), page["more"]) == (1, True)


async def test_agents_do_not_see_the_list(office: Office) -> None:
    pavel = await office.sign_in("pavel")
    assert (await pavel.refused("GET", "/api/operations/dead"))[0] == 403
    assert (await pavel.refused("POST", "/api/operations/dead/event-1/retry", {}))[0] == 403


# --- trying again ---


async def test_an_event_that_is_understood_by_now_is_stored_once_and_gone_from_the_list(
    office: Office, anna: Agent, shop: Shop
) -> None:
    sink = office.sink("site")
    await sink.accept([], "42")
    for raw in (RAW, RAW + b" "):
        await sink.quarantine(raw, "no sender")
    for one in await items(anna):
        await anna.post(f"/api/operations/dead/{one['id']}/retry", expect=204)
    assert [one["asked"] for one in await items(anna)] == [True, True]
    await done(office, shop)
    assert await items(anna) == []
    stored = await office.store.read(
        lambda tx: tx.one(m.MESSAGE_BY_EXTERNAL, inbox_id="site", external_id="m-late")
    )
    assert stored is not None
    assert stored.text == WORDS
    thread = await anna.thread(stored.conversation_id)
    assert [one["text"] for one in thread if one["kind"] == "incoming"] == [WORDS]
    # What was asked for afterwards moves no poller.
    assert await sink.cursor() == "42"


async def test_an_event_that_is_still_not_understood_stays_and_says_why(
    office: Office, anna: Agent, shop: Shop, caplog: pytest.LogCaptureFixture
) -> None:
    await office.sink("site").quarantine(RAW, "no date")
    (one,) = await items(anna)
    for change in ("understands", "breaks"):
        setattr(shop, change, change == "breaks")
        await anna.post(f"/api/operations/dead/{one['id']}/retry", expect=204)
        await done(office, shop)
        (still,) = await items(anna)
        assert still["why"] == {"understands": "no sender", "breaks": "RuntimeError"}[change]
        assert (still["asked"], still["retried"]) == (False, office.clock.now())
    assert WORDS not in caplog.text


async def test_an_event_of_ours_that_broke_the_core_is_taken_in_again(
    office: Office, anna: Agent, shop: Shop
) -> None:
    sender = ch.Sender(external_id="visitor-two-000002")
    event = ch.InboundMessage(sender=sender, external_id="m1", sent_at=1, text=WORDS, thread="t")
    await office.store.write(q.put, "blog", written.of(event), "InboundMessage: KeyError", "event")
    (one,) = await items(anna)
    await anna.post(f"/api/operations/dead/{one['id']}/retry", expect=204)
    places = await done(office, shop)
    # The inbox `blog` does not run here.
    assert [one["why"] for one in await items(anna)] == ["no such inbox runs"]
    places._shop.understands = True
    setattr(places, "channel", lambda _: shop)  # noqa: B010  # It runs now.
    await anna.post(f"/api/operations/dead/{one['id']}/retry", expect=204)
    await Redelivery(office.store, office.desk, places).one(
        d.Asked("event", int(one["id"][6:]), "blog")
    )
    assert await items(anna) == []
    assert await office.store.read(
        lambda tx: tx.one(m.MESSAGE_BY_EXTERNAL, inbox_id="blog", external_id="m1")
    )


async def test_what_staff_did_is_heard_again(office: Office, anna: Agent, shop: Shop) -> None:
    await office.store.write(q.put, "slack", b'{"type":"said"}', "could not", "heard")
    (one,) = await items(anna)
    await anna.post(f"/api/operations/dead/{one['id']}/retry", expect=204)
    assert (await done(office, shop)).heard == [("slack", b'{"type":"said"}')]
    assert await items(anna) == []


async def test_what_is_of_a_surface_is_tried_again_by_the_process_that_has_it(
    office: Office, anna: Agent, shop: Shop
) -> None:
    await office.store.write(q.put, "slack", b'{"type":"said"}', "could not", "heard")
    await office.sink("site").quarantine(RAW, "no sender")
    for one in await items(anna):
        await anna.post(f"/api/operations/dead/{one['id']}/retry", expect=204)
    engine, other = Places(office, shop), Places(office, shop)
    engine.elsewhere, other.elsewhere = {"slack"}, {"site", None}
    for places in (engine, other):
        worker = Redelivery(office.store, office.desk, places)
        for asked in await office.store.read(lambda tx: tx.all(d.ASKED, limit=100)):
            await worker.one(asked)
        left = [one["where"] for one in await items(anna)]
        assert left == (["slack"] if places is engine else [])
    assert (engine.heard, other.heard) == ([], [("slack", b'{"type":"said"}')])


async def test_what_is_not_kept_whole_cannot_be_tried_again(office: Office, anna: Agent) -> None:
    await office.sink("site").quarantine(b"x" * (q.LARGEST + 1), "it cannot be read")
    (one,) = await items(anna)
    assert one["can_retry"] is False
    status, error = await anna.refused("POST", f"/api/operations/dead/{one['id']}/retry", {})
    assert (status, error["code"]) == (409, "unsupported")


@pytest.mark.parametrize(("became", "doubled"), [("failed", False), ("uncertain", True)])
async def test_an_answer_goes_again_at_once_and_one_that_may_have_arrived_is_marked(
    office: Office, anna: Agent, became: str, doubled: Any
) -> None:
    message = await failed(office, anna, became, "timeout")
    (one,) = await items(anna)
    await anna.post(f"/api/operations/dead/{one['id']}/retry", expect=204)
    assert await states(office, message) == [("queued", doubled)]
    assert await items(anna) == []
    assert await office.store.read(lambda tx: tx.all(d.ASKED, limit=9)) == []


async def test_nothing_goes_to_somebody_who_was_blocked_meanwhile(
    office: Office, anna: Agent
) -> None:
    message = await failed(office, anna, "failed", "rejected")
    body = {"scope": "identity", "until": None, "reason": "spam"}
    await anna.ask("POST", "/api/conversations/1/block", body)
    (one,) = await items(anna)
    status, error = await anna.refused("POST", f"/api/operations/dead/{one['id']}/retry", {})
    assert (status, error["code"]) == (409, "blocked")
    assert await states(office, message) == [("failed", False)]
    trail = await (await office.sign_in("olga")).get("/api/audit")
    assert "dead_retried" not in [act["action"] for act in trail["acts"]]


async def test_a_call_that_a_program_did_not_take_is_made_again_under_its_id(
    office: Office, anna: Agent
) -> None:
    call = await office.store.write(refused_call)
    (one,) = await items(anna)
    assert (one["kind"], one["where"], one["what"]) == ("call", "crm", "message.received")
    assert (one["why"], one["times"]) == ("status 500", 1)
    whole = await anna.get(f"/api/operations/dead/{one['id']}")
    assert whole["wire"]["answered"] == "500"
    assert WORDS not in str(whole)
    await anna.post(f"/api/operations/dead/{one['id']}/retry", expect=204)
    again = await office.store.read(lambda tx: tx.the(w.CALL_BY_ID, id=call))
    assert (again.state, again.public_id, again.attempts) == ("queued", "msg_1", 0)


def refused_call(tx: Tx) -> int:
    """Have a webhook refuse a call, and repeat what it was told."""
    at = dict.fromkeys(("due_at", "created_at", "changed_at", "expires_at"), tx.now)
    named = {"webhook_id": "crm", "public_id": "msg_1", "event": "message.received"}
    call = tx.the(w.ADD_CALL, **named, **at, conversation_id=None, body="{}", state="queued")
    why = {"status": 500, "reason": "status", "answer": f"I do not want {WORDS}"}
    tx.run(w.END_CALL, of=call, at=tx.now, state="failed", **why)
    return call


async def test_a_post_that_a_surface_did_not_take_is_shown_again_or_put_away(
    office: Office, anna: Agent
) -> None:
    here, message = await office.customer_writes()

    def refuse(tx: Tx) -> tuple[int, int]:
        thread = tx.the(
            s.ADD_THREAD,
            surface_id="slack",
            conversation_id=here,
            place="C01",
            message_id=message,
            created_at=tx.now,
        )
        row = {"message_id": message, "part": 0, "revision": 1, "external_ids": "[]"}
        body = json.dumps({"text": WORDS})
        post = tx.the(s.ADD_POST, thread_id=thread, key="k", state="posting", body=body, **row)
        why = {"reason": "rejected", "detail": "Slack refused it.", "trace": '{"calls": []}'}
        tx.run(s.POST_FAILED, thread_id=thread, of_key="k", at=tx.now, **why)
        return thread, post

    thread, post = await office.store.write(refuse)
    (one,) = await items(anna)
    assert (one["id"], one["where"], one["what"]) == (f"post-{post}", "slack", "C01")
    assert (one["why"], one["said"], one["conversation"]) == (
        "rejected",
        "Slack refused it.",
        here,
    )
    await anna.post(f"/api/operations/dead/{one['id']}/retry", expect=204)
    (owed,) = await office.store.read(lambda tx: tx.all(s.OWED_POSTS, thread_id=thread, limit=9))
    assert (owed.id, owed.state, owed.tries) == (post, "queued", 0)
    assert await items(anna) == []
    await office.store.write(refuse_again, thread)
    await anna.ask("DELETE", f"/api/operations/dead/post-{post}", expect=204)
    assert await items(anna) == []


def refuse_again(tx: Tx, thread: int) -> None:
    tx.run(
        s.POST_FAILED, thread_id=thread, of_key="k", at=tx.now, reason="x", detail="", trace=None
    )


# --- putting away ---


async def test_what_was_dropped_is_gone_with_its_words_and_the_audit_tells_who_it_was(
    office: Office, anna: Agent
) -> None:
    await office.sink("site").quarantine(RAW, "no sender")
    message = await failed(office, anna, "failed", "rejected")
    for one in await items(anna):
        await anna.ask("DELETE", f"/api/operations/dead/{one['id']}", expect=204)
    assert await items(anna) == []
    assert await office.store.read(_raws) == []
    # In its conversation it is what it was.
    assert await states(office, message) == [("failed", False)]
    trail = await (await office.sign_in("olga")).get("/api/audit", action="dead_dropped")
    assert [(act["agent"], act["detail"]["where"]) for act in trail["acts"]] == [
        ("anna", "site"),
        ("anna", "site"),
    ]
    assert WORDS not in str(trail)


def _raws(tx: Tx) -> list[q.Set]:
    return tx.all(q.FOUND, inbox=None, since=0, until=2**53, limit=10)


def test_ids_are_a_kind_and_a_number_and_nothing_else_is() -> None:
    assert dead.named("event-12") == ("event", 12)
    for wrong in ("event", "event-", "event--1", "event-１", "thing-1", "event-" + "9" * 19, ""):
        assert dead.named(wrong) is None
