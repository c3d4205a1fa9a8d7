"""Automations: what sets them off, under which conditions, what they do, and where it ends."""

from dataclasses import replace
from typing import Any

import msgspec
import pytest

from bridge import channel as ch
from bridge.settings import Webhook
from bridge.store import sorting as s
from bridge.store.statement import Statement, value
from routing import conversations, ending, topics
from routing.automations import follow
from tests.routing.automated import STATUSES, automate, done_by, goes_on
from tests.routing.teams import staffed
from tests.routing.told.life import words
from tests.routing.world import World

MINUTE = 60_000
HALF_AN_HOUR = 30 * 60
CALLS: Statement[str] = Statement(value, "SELECT body FROM webhook_calls")


async def one(world: World, when: Any, *do: Any, **limits: Any) -> None:
    """Give the world one automation, `it`."""
    await automate(world, {"it": {"when": when, "do": list(do)}}, STATUSES, **limits)


async def runs(world: World, here: int) -> int:
    return len(await done_by(world, here, "it"))


async def closes(world: World, here: int) -> None:
    await world.does(lambda tx, of: ending.end(tx, world.desk, of, by="anna"), here)


# --- what sets them off -------------------------------------------------------------------


async def opened(world: World) -> int:
    return await world.begun()


async def received(world: World) -> int:
    here = await world.begun()
    await world.says("olena")
    return here


async def sent(world: World) -> int:
    here = await world.begun()
    await world.replies("anna", here)
    return here


async def released(world: World) -> int:
    here = await world.begun()
    await world.takes("anna", here)
    await world.does(conversations.release, here, by="anna")
    return here


async def ended(world: World) -> int:
    here = await sent(world)
    await closes(world, here)
    return here


async def again(world: World) -> int:
    here = await ended(world)
    await world.says("olena")
    return here


async def sorted_(world: World) -> int:
    here = await world.begun()
    await world.does(topics.add, here, "prices", by="anna")
    return here


@pytest.mark.parametrize(
    ("event", "life"),
    [
        ("opened", opened),
        ("message_received", opened),
        ("message_sent", sent),
        ("assigned", sent),
        ("released", released),
        ("closed", ended),
        ("reopened", again),
        ("topic_added", sorted_),
    ],
)
async def test_an_event_sets_it_off_once(world: World, event: str, life: Any) -> None:
    await one(world, {"event": event}, {"note": "!"})
    assert await runs(world, await life(world)) == 1


async def test_what_did_not_happen_sets_nothing_off(world: World) -> None:
    await one(world, {"event": "closed"}, {"note": "!"})
    assert await runs(world, await received(world)) == 0


async def test_every_message_sets_it_off_again(world: World) -> None:
    await one(world, {"event": "message_received"}, {"note": "!"})
    assert await runs(world, await received(world)) == 2


async def test_it_belongs_to_the_transaction_that_set_it_off(world: World) -> None:
    await one(world, {"event": "closed"}, {"tag": "vip"})
    here = await sent(world)

    def broken(tx: Any, of: Any) -> None:
        ending.end(tx, world.desk, of, by="anna")
        follow(tx, world.desk)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await world.does(broken, here)
    assert await world.count("contact_tags") == 0
    assert (await world.conversation(here)).state == "open"


# --- conditions ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("conditions", "fits"),
    [
        ({"channel": "pager"}, 1),
        ({"channel": "site"}, 0),
        ({"text": "повернен"}, 1),
        ({"text": "доставка"}, 0),
        ({"first_message": True}, 1),
        ({"first_message": False}, 0),
        ({"by": "customer"}, 1),
        ({"by": ["agent", "program"]}, 0),
        ({"taken": False}, 1),
        ({"taken": True}, 0),
        ({"status": "active"}, 1),
        ({"status": "waiting"}, 0),
        ({"team": "sales"}, 0),
        ({"topic": "prices"}, 0),
        ({"tag": "vip"}, 0),
    ],
)
async def test_all_of_its_conditions_must_fit(
    world: World, conditions: dict[str, Any], fits: int
) -> None:
    await one(world, {"event": "message_received", **conditions}, {"note": "!"})
    answer = await world.says("olena", "Хочу повернення")
    assert answer.conversation_id is not None
    assert await runs(world, answer.conversation_id) == fits


async def test_topic_and_tag_are_those_it_has_by_then(world: World) -> None:
    here = await world.begun()
    await one(world, {"event": "closed", "topic": "prices", "tag": "vip"}, {"note": "!"})
    contact = (await world.conversation(here)).contact_id
    await world.store.write(lambda tx: tx.run(s.ADD_TAG, of=contact, tag_id="vip", at=tx.now))
    await world.does(topics.add, here, "prices", by="anna")
    await closes(world, here)
    assert await runs(world, here) == 1


async def test_who_wrote_in_an_earlier_conversation_is_no_first_message(world: World) -> None:
    await world.closes("anna", await world.begun())
    world.clock.tick(25 * 3600)
    await one(world, {"event": "opened", "first_message": True}, {"note": "!"})
    assert await runs(world, await world.begun()) == 0


# --- what they do -------------------------------------------------------------------------


async def test_o28_agents_are_told(world: World) -> None:
    await one(world, {"event": "closed"}, {"notify": {"assignee": True, "text": {"en": "Done!"}}})
    here = await ended(world)
    [told] = [x for x in await world.activities(here) if x["verb"] == "notified"]
    assert (told["agents"], told["text"]) == (["anna"], {"en": "Done!"})


async def test_where_nobody_has_it_its_team_is_told(world: World) -> None:
    await one(world, {"event": "opened"}, {"notify": {"assignee": True, "text": "Somebody!"}})
    staffed(world)
    here = await world.begun()
    [told] = [x for x in await world.activities(here) if x["verb"] == "notified"]
    assert set(told["agents"]) >= {"anna", "boris"}


async def test_it_tags_sorts_and_leaves_a_note(world: World) -> None:
    await one(
        world, {"event": "opened"}, {"tag": "vip"}, {"topic": "prices"}, {"note": "Look at this."}
    )
    here = await world.begun()
    [did] = await done_by(world, here, "it")
    assert [x["do"] for x in did] == ["tag", "topic", "note"]
    [note] = [x for x in await world.messages(here) if x.kind == "note"]
    assert (note.text, note.agent_id) == ("Look at this.", None)
    assert await world.deliveries(note.id) == []
    assert {"tagged", "topic_added"} <= set(await world.verbs(here))


async def test_what_is_so_already_is_not_told_as_done(world: World) -> None:
    await one(world, {"event": "message_received"}, {"tag": "vip"})
    assert await runs(world, await received(world)) == 1


async def test_it_writes_to_the_customer_in_their_language(world: World) -> None:
    await one(world, {"event": "message_sent"}, {"send": {"en": "Bye now", "uk": "До зустрічі"}})
    answer = await world.says("olena", sender=_speaking("uk"))
    assert answer.conversation_id is not None
    await world.replies("anna", answer.conversation_id)
    [last] = [x for x in await world.messages(answer.conversation_id) if "зустрічі" in x.text]
    assert last.kind == "outgoing"
    assert await world.states(last.id) == ["queued"]


def _speaking(language: str) -> Any:
    return ch.Sender(external_id="olena", language=language)


async def test_nothing_is_written_to_who_is_blocked(world: World) -> None:
    keeping = {"block": {"for": "1h", "reason": "spam"}}
    await one(world, {"event": "opened"}, keeping, {"send": "Hello"})
    here = await world.begun()
    assert [x for x in await world.texts(here) if x == "Hello"] == []
    [told] = [x for x in await world.activities(here) if x["verb"] == "automated"]
    assert (told["did"], told["failed"]) == ([{"do": "block"}], ["send"])


async def test_it_gives_the_conversation_to_an_agent_a_team_or_a_queue(world: World) -> None:
    await automate(
        world,
        {
            "agent": {
                "when": {"event": "opened", "text": "a"},
                "do": [{"assign": {"agent": "boris"}}],
            },
            "team": {
                "when": {"event": "opened", "text": "b"},
                "do": [{"assign": {"team": "sales"}}],
            },
            "queue": {
                "when": {"event": "opened", "text": "c"},
                "do": [{"assign": {"queue": "support"}}],
            },
        },
    )
    staffed(world)
    world.store.at_end = lambda tx: follow(tx, world.desk)
    found = []
    for number, letter in enumerate("abc"):
        here = (await world.says(f"c{number}", letter)).conversation_id
        assert here is not None
        now = await world.conversation(here)
        found.append((now.assignee_id, now.team_id))
    assert found[0][0] == "boris"
    assert found[1] == (None, "sales")
    assert found[2] == (None, "support")


async def test_it_closes_without_a_topic_and_says_who_did(world: World) -> None:
    await one(world, {"event": "message_received", "text": "stop"}, "close")
    world.under(topic_to_close=True)
    here = (await world.says("olena", "STOP")).conversation_id
    assert here is not None
    now = await world.conversation(here)
    assert (now.state, now.closed_by) == ("closed", "automation")


async def test_it_gives_a_status_with_all_that_the_status_does(world: World) -> None:
    await one(world, {"event": "opened", "text": "casino"}, {"status": "spam"})
    here = (await world.says("olena", "casino!")).conversation_id
    assert here is not None
    assert (await world.conversation(here)).status_id == "spam"
    assert await done_by(world, here, "spam") == [[{"do": "block"}]]


async def test_a_webhook_is_told_of_the_conversation_and_why(world: World) -> None:
    await one(world, {"event": "opened"}, {"webhook": "crm"})
    world.desk = replace(world.desk, webhooks={"crm": Webhook.model_construct()})
    here = await world.begun()
    assert await done_by(world, here, "it") == [[{"do": "webhook", "webhook": "crm"}]]
    [body] = await world.store.read(lambda tx: tx.all(CALLS))
    told = msgspec.json.decode(body)
    assert (told["type"], told["data"]["automation"]) == ("automation.ran", "it")
    assert told["data"]["conversation"]["id"] == here


# --- what is left out ---------------------------------------------------------------------


async def test_o42_one_default_notice_is_left_out_and_the_others_are_said(world: World) -> None:
    await one(world, {"event": "closed", "by": "agent"}, {"suppress": "closed"})
    here = await ended(world)
    said = " ".join(await world.texts(here))
    assert words("closed", "en") not in said
    assert words("begun", "en") in said
    assert "rating" in said
    assert await done_by(world, here, "it") == [[{"do": "suppress", "notice": "closed"}]]


async def test_what_is_not_meant_is_said_as_ever(world: World) -> None:
    await one(world, {"event": "closed", "by": "customer"}, {"suppress": "closed"})
    assert words("closed", "en") in " ".join(await world.texts(await ended(world)))


# --- what goes on for a while -------------------------------------------------------------


async def test_it_runs_once_for_a_wait_and_never_early(world: World) -> None:
    await one(world, {"event": "waiting", "for": "30m"}, {"note": "!"})
    here = await world.begun()
    world.clock.tick(HALF_AN_HOUR - 1)
    await goes_on(world)
    assert await runs(world, here) == 0
    world.clock.tick(1)
    await goes_on(world)
    await world.says("olena")
    world.clock.tick(HALF_AN_HOUR * 3)
    await goes_on(world)
    assert await runs(world, here) == 1


async def test_an_answer_ends_the_wait_and_the_next_one_counts_anew(world: World) -> None:
    await one(world, {"event": "waiting", "for": "30m"}, {"note": "!"})
    world.under(release_idle=None, close_inactive=None)
    here = await world.begun()
    await world.replies("anna", here)
    world.clock.tick(HALF_AN_HOUR)
    await goes_on(world)
    assert await runs(world, here) == 0
    for _ in range(2):
        await world.says("olena")
        world.clock.tick(HALF_AN_HOUR)
        await goes_on(world)
        await world.replies("anna", here)
    assert await runs(world, here) == 2


async def test_silence_counts_from_whoever_wrote_last(world: World) -> None:
    await one(world, {"event": "idle", "for": "30m"}, {"note": "!"})
    world.under(release_idle=None, close_inactive=None)
    here = await world.begun()
    world.clock.tick(HALF_AN_HOUR - 60)
    await world.replies("anna", here)
    world.clock.tick(60)
    await goes_on(world)
    assert await runs(world, here) == 0
    world.clock.tick(HALF_AN_HOUR)
    await goes_on(world)
    assert await runs(world, here) == 1


async def test_a_clock_that_is_set_has_it_run_neither_early_nor_twice(world: World) -> None:
    await one(world, {"event": "waiting", "for": "30m"}, {"note": "!"})
    here = await world.begun()
    world.clock.jump(30 * 24 * 3600)
    await world.store.write(lambda _tx: None)
    await goes_on(world)
    assert await runs(world, here) == 0
    world.clock.tick(HALF_AN_HOUR)
    await goes_on(world)
    world.clock.jump(-30 * 24 * 3600)
    await world.says("olena")
    world.clock.tick(HALF_AN_HOUR * 2)
    await goes_on(world)
    assert await runs(world, here) == 1


# --- where it ends ------------------------------------------------------------------------


async def test_a_circle_ends_after_as_many_as_may_follow_and_says_so(world: World) -> None:
    await automate(
        world,
        {
            "there": {
                "when": {"event": "status_changed", "status": "waiting"},
                "do": [{"status": "active"}],
            },
            "back": {
                "when": {"event": "status_changed", "status": "active"},
                "do": [{"status": "waiting"}],
            },
            "begin": {"when": {"event": "opened"}, "do": [{"status": "waiting"}]},
        },
        STATUSES,
        depth=3,
    )
    here = await world.begun()
    told = await world.activities(here)
    assert [x["automation"] for x in told if x["verb"] == "automated"] == ["begin", "there", "back"]
    assert [(x["automation"], x["why"]) for x in told if x["verb"] == "automation_rests"] == [
        ("there", "depth")
    ]


async def test_it_runs_so_often_in_a_while_then_rests_and_says_so_once(world: World) -> None:
    await one(world, {"event": "message_received"}, {"note": "!"}, runs=2, per="1h")
    here = await world.begun()
    for _ in range(4):
        await world.says("olena")
    assert await runs(world, here) == 2
    rests = [x for x in await world.activities(here) if x["verb"] == "automation_rests"]
    assert [(x["automation"], x["why"]) for x in rests] == [("it", "runs")]
    world.clock.tick(3600)
    await world.says("olena")
    assert await runs(world, here) == 3


async def test_what_breaks_is_told_and_the_customers_message_is_kept(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any, **__: Any) -> None:
        raise ZeroDivisionError

    await one(world, {"event": "opened"}, {"tag": "vip"}, {"note": "!"})
    monkeypatch.setattr("routing.tags.add", broken)
    here = await world.begun()
    [told] = [x for x in await world.activities(here) if x["verb"] == "automated"]
    assert ([x["do"] for x in told["did"]], told["failed"]) == (["note"], ["tag"])
    assert "Привіт 👋" in await world.texts(here)
