"""What is out of an agent's sight is nowhere: in no list, answer, frame or file, by any door."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from bridge.channel import InboundMedia
from bridge.events import Whisper
from bridge.store.statement import Statement, value
from bridge.store.transactions import Tx
from routing.housekeeping import prune
from tests.agent_console.conftest import OpenOffice
from tests.agent_console.office import Agent, LiveView, Office
from tests.agent_console.test_doors import FOR_SENIORS, OF_THE_DESK
from tests.agent_console.test_messages import PNG
from tests.agent_console.test_rights import DESK, Staff, inner_doors, set_scene

SEEN_BY_TEAMS: dict[str, Any] = DESK | {
    "permissions": {"agent": {"see": "teams", "see_other_teams": True, "transfer": "any"}},
    "teams": {
        "sales": {"members": ["pavel"], "topics": ["prices"]},
        "support": {"members": ["ivan"], "topics": ["orders"]},
    },
    "channels.site.team": "support",
    "channels.blog.team": "sales",
    "webhooks": DESK["webhooks"],
    "tickets": DESK["tickets"],
}
FOR_OTHERS = (*OF_THE_DESK, *FOR_SENIORS, "/api/contacts/{}/erase")
HIDDEN: dict[str, Any] = {
    "permissions": {"agent": {"transfer": "own"}},
    "routing": {"transfer": {"hide_history": True}},
    "teams": {"sales": {"members": ["pavel", "ivan"]}},
}


@pytest.fixture
async def office(an_office: OpenOffice) -> AsyncIterator[Office]:
    """Return an office in which agents see their teams' conversations: `site` is support's."""
    async with an_office(SEEN_BY_TEAMS) as opened:
        yield opened


@pytest.fixture
async def hiding(an_office: OpenOffice) -> AsyncIterator[Office]:
    """Return an office in which what was handed over is out of sight."""
    async with an_office(HIDDEN) as opened:
        yield opened


# --- every door ---------------------------------------------------------------------------------


@pytest.mark.parametrize("state", ["untaken", "mine", "closed"])
async def test_r03_every_door_to_the_unseen_answers_as_if_it_were_not_there(
    office: Office, pavel: Agent, state: str
) -> None:
    ivan, olga, anna = [await office.sign_in(one) for one in ("ivan", "olga", "anna")]
    staff = Staff(me=ivan, colleague=olga, supervisor=anna, role="agent")
    for door in inner_doors(office):
        # What is for others altogether is refused before anybody looks what there is.
        if "{" not in door.template or door.shape.startswith(FOR_OTHERS):
            continue
        scene = await set_scene(office, staff, door, state)
        before = await anna.row(scene.numbers["conversation_id"])

        answer = await pavel.ask(door.method, scene.path(door), scene.body(door))

        assert (answer.status_code, answer.json()["error"]["code"]) == (404, "not_found"), door
        assert await anna.row(scene.numbers["conversation_id"]) == before, door


async def test_r08_lists_searches_counters_and_tags_have_only_what_is_seen(
    office: Office, pavel: Agent, ivan: Agent, anna: Agent
) -> None:
    theirs, _ = await office.customer_writes("дверь", sender={"name": "Марко"})
    mine, _ = await office.customer_writes("дверь", inbox="blog", sender={"name": "Олена"})
    for number, agent in ((theirs, ivan), (mine, pavel)):
        contact = (await agent.row(number))["conversation"]["contact"]["id"]
        await agent.post(f"/api/contacts/{contact}/tags", {"tag": "vip"}, expect=204)

    for folder in ("new", "all"):
        assert await pavel.listed(folder, status="any") == [mine]
        assert {*await anna.listed(folder, status="any")} == {mine, theirs}
    assert await pavel.get("/api/tags") == [{"id": "vip", "count": 1}]
    for words in ("дверь", "Марко", "Олена"):
        hits = (await pavel.get("/api/search", q=words))["hits"]
        assert {hit["row"]["conversation"]["id"] for hit in hits} <= {mine}
    assert (await pavel.get("/api/search", q="Марко"))["hits"] == []
    assert (await pavel.get("/api/folders"))["all"] == {"unread": 1, "total": 1}
    assert (await anna.get("/api/folders"))["all"] == {"unread": 2, "total": 2}


async def test_r04_r05_a_team_has_a_row_for_those_who_may_see_it(
    office: Office, pavel: Agent, anna: Agent
) -> None:
    first, message = await office.customer_writes(inbox="blog")
    await office.customer_writes(inbox="blog", customer="visitor-two")
    await office.customer_writes()
    await pavel.ask("POST", f"/api/conversations/{first}/read", {"message_id": message})

    assert (await pavel.get("/api/folders"))["teams"] == [
        {"id": "sales", "unread": 1, "total": 2},
    ]
    assert (await anna.get("/api/folders"))["teams"] == [
        {"id": "sales", "unread": 2, "total": 2},
        {"id": "support", "unread": 1, "total": 1},
    ]


async def test_j07_lists_and_searches_are_filtered_by_team(office: Office, anna: Agent) -> None:
    theirs, _ = await office.customer_writes("дверь")
    ours, _ = await office.customer_writes("дверь", inbox="blog")

    assert await anna.listed("all", team="sales") == [ours]
    assert await anna.listed("new", team="support") == [theirs]
    assert await anna.listed("all", team="-none") == []
    found = (await anna.get("/api/search", q="дверь", team="support"))["hits"]
    assert [hit["row"]["conversation"]["id"] for hit in found] == [theirs]
    status, _ = await anna.refused("GET", "/api/conversations?folder=all&team=Sales!")
    assert status == 400


async def test_of_a_person_only_the_conversations_in_sight_are_told(
    office: Office, pavel: Agent, anna: Agent
) -> None:
    theirs, _ = await office.customer_writes()
    ours, _ = await office.customer_writes(inbox="blog", customer="the-same")
    contact, other = [
        (await anna.row(one))["conversation"]["contact"]["id"] for one in (ours, theirs)
    ]
    others = f"/api/contacts/{contact}/others"
    await anna.ask("PATCH", f"/api/contacts/{other}", {"name": "Марко", "email": "a@b.co"})
    await anna.ask("PATCH", f"/api/contacts/{contact}", {"email": "a@b.co"})

    for query in ({}, {"q": "Марко"}):
        assert [one["id"] for one in (await anna.get(others, **query))["contacts"]] == [other]
        assert (await pavel.get(others, **query))["contacts"] == []
    assert (await pavel.refused("POST", f"/api/contacts/{contact}/joins", {"other": other}))[
        0
    ] == 404
    await anna.post(f"/api/contacts/{contact}/joins", {"other": other})

    rows = (await pavel.get(f"/api/contacts/{contact}/conversations"))["rows"]
    assert [row["conversation"]["id"] for row in rows] == [ours]
    told = (await pavel.get(f"/api/contacts/{contact}/history"))["messages"]
    assert {one["conversation_id"] for one in told} == {ours}
    both = (await anna.get(f"/api/contacts/{contact}/history"))["messages"]
    assert {one["conversation_id"] for one in both} == {ours, theirs}


async def test_an_unseen_file_is_refused_as_one_that_is_not_there(
    office: Office, pavel: Agent, ivan: Agent
) -> None:
    answer = await ivan.ask("POST", "/api/uploads", files={"file": ("a.png", PNG)})
    file = answer.json()
    conversation, _ = await office.customer_writes(media=[InboundMedia(kind="file", ref="x")])
    await ivan.says(conversation, "Ось", attachments=[file["id"]])

    assert (await ivan.ask("GET", file["url"])).status_code == 200
    unseen, missing = [
        await pavel.ask("GET", path) for path in (file["url"], "/media/no-such-file")
    ]
    assert unseen.status_code == missing.status_code
    assert unseen.json()["error"]["code"] == missing.json()["error"]["code"]


async def test_ready_answers_are_not_filled_in_from_the_unseen(
    office: Office, pavel: Agent
) -> None:
    conversation, _ = await office.customer_writes()

    status, _ = await pavel.refused("GET", f"/api/quick-replies?conversation={conversation}")
    assert status == 404


# --- as it changes ------------------------------------------------------------------------------


async def changes(view: LiveView) -> list[Any]:
    """Return the frames of changes that come until nothing does."""
    return [one for one in await view.quiet(0.6) if one["type"] == "changes"]


async def test_r54_r55_a_topic_brings_a_conversation_to_some_and_takes_it_from_others(
    office: Office, pavel: Agent, ivan: Agent, anna: Agent
) -> None:
    conversation, _ = await office.customer_writes()
    await anna.act("team", conversation, {"team": "sales"})
    await anna.act("topics", conversation, {"topic": "orders"})
    cursor = (await ivan.get("/api/session"))["cursor"]
    assert await ivan.listed("all") == [conversation]
    async with office.listening() as address, ivan.live(address, after=cursor) as view:
        path = f"/api/conversations/{conversation}/topics/orders"
        await anna.ask("DELETE", path, expect=200)

        frame = await view.until("changes")
        assert (frame["gone"], frame["rows"], frame["messages"]) == ([conversation], [], [])
        assert await ivan.listed("all") == []
        assert await pavel.listed("all") == [conversation]
        await anna.says(conversation, "тихо", kind="note")
        assert await changes(view) == []
        await anna.act("topics", conversation, {"topic": "orders"})
        frame = await view.until("changes")
        assert [row["conversation"]["id"] for row in frame["rows"]] == [conversation]
        assert frame["gone"] == []


async def test_r55_a_participant_without_the_right_keeps_it(
    office: Office, pavel: Agent, ivan: Agent, anna: Agent
) -> None:
    conversation, _ = await office.customer_writes()
    await anna.act("participants", conversation, {"agents": ["pavel"]})

    await anna.act("topics", conversation, {"topic": "orders"})

    assert await pavel.listed("all") == [conversation]
    assert (await pavel.says(conversation, "Ок", kind="note"))["row"] is not None


async def test_whoever_is_assigned_sees_it(office: Office, pavel: Agent, ivan: Agent) -> None:
    conversation, _ = await office.customer_writes()

    await ivan.act("assign", conversation, {"agent": "pavel"})

    assert await pavel.listed("mine") == [conversation]
    assert await ivan.listed("all") == [conversation]


async def test_what_is_deleted_goes_from_whoever_had_it_outside_their_teams(
    office: Office, pavel: Agent, ivan: Agent, anna: Agent
) -> None:
    conversation, _ = await office.customer_writes()
    await ivan.act("assign", conversation, {"agent": "pavel"})

    cursor = (await pavel.get("/api/session"))["cursor"]
    async with office.listening() as address, pavel.live(address, after=cursor) as view:
        await anna.post(f"/api/conversations/{conversation}/delete", expect=204)

        assert (await view.until("changes"))["gone"] == [conversation]


async def test_what_takes_it_out_of_ones_own_sight_is_done_and_answers_without_a_row(
    office: Office, ivan: Agent, pavel: Agent
) -> None:
    conversation, _ = await office.customer_writes()

    assert await ivan.act("team", conversation, {"team": "sales"}) is None
    assert await ivan.listed("all") == []
    assert await pavel.listed("new") == [conversation]


async def test_nobody_learns_of_a_conversation_that_begins_out_of_their_sight(
    office: Office, pavel: Agent
) -> None:
    async with office.listening() as address, pavel.live(address) as view:
        await office.customer_writes()
        assert await changes(view) == []


async def test_who_types_and_who_looks_is_told_to_those_who_see_it(
    office: Office, pavel: Agent, ivan: Agent, anna: Agent
) -> None:
    conversation, _ = await office.customer_writes()
    async with (
        office.listening() as address,
        anna.live(address) as senior,
        ivan.live(address) as theirs,
    ):
        await senior.send({"type": "viewing", "conversation_id": conversation})
        told = await theirs.until("viewing")
        assert (told["conversation_id"], told["agents"]) == (conversation, ["anna"])
        # Whoever comes later is told as well, of what they see.
        async with pavel.live(address) as other, ivan.live(address) as second:
            await second.until("viewing")
            office.hub.whisper(Whisper("customer_typing", conversation_id=conversation))
            await theirs.until("typing")
            await senior.send({"type": "viewing", "conversation_id": None})
            await theirs.until("viewing", agents=[])
            assert not {"viewing", "typing"} & {one["type"] for one in await other.quiet(0.6)}


# --- S06 ----------------------------------------------------------------------------------------


async def test_s06_whoever_hands_it_over_sees_nothing_of_it_any_more(hiding: Office) -> None:
    office = hiding
    pavel, ivan, anna = [await office.sign_in(one) for one in ("pavel", "ivan", "anna")]
    conversation, _ = await office.customer_writes("слоник")
    await pavel.act("take", conversation)
    message = (await pavel.says(conversation, "жираф"))["message"]["id"]
    async with office.listening() as address, pavel.live(address) as view:
        await view.quiet(0.3)

        assert await pavel.act("assign", conversation, {"agent": "ivan"}) is None

        assert (await view.until("changes"))["gone"] == [conversation]
    for path in ("", "/messages", "/notes", "/attachments?kind=file", "/drafts"):
        status, _ = await pavel.refused("GET", f"/api/conversations/{conversation}{path}")
        assert status == 404, path
    assert (await pavel.refused("DELETE", f"/api/messages/{message}"))[0] == 404
    assert (await pavel.get("/api/search", q="слоник"))["hits"] == []
    assert await pavel.listed("all", status="any") == []
    for agent in (ivan, anna):
        assert await agent.listed("all") == [conversation]


async def test_s06_a_hand_over_to_a_team_hides_too_and_having_it_again_ends_that(
    hiding: Office,
) -> None:
    office = hiding
    pavel, ivan, anna = [await office.sign_in(one) for one in ("pavel", "ivan", "anna")]
    conversation, _ = await office.customer_writes()
    await pavel.act("take", conversation)
    await pavel.act("team", conversation, {"team": "sales"})
    assert await pavel.listed("all") == []

    await anna.act("assign", conversation, {"agent": "pavel"})
    await pavel.act("release", conversation)
    assert await pavel.listed("new") == await ivan.listed("new") == [conversation]


async def test_s06_a_participant_goes_on_seeing_what_they_handed_over(hiding: Office) -> None:
    pavel, anna = [await hiding.sign_in(one) for one in ("pavel", "anna")]
    conversation, _ = await hiding.customer_writes()
    await pavel.act("take", conversation)
    await anna.act("participants", conversation, {"agents": ["pavel"]})
    await anna.act("assign", conversation, {"agent": "ivan"})

    assert await pavel.listed("all") == []
    await anna.act("participants", conversation, {"agents": ["pavel"]})
    assert await pavel.listed("all") == [conversation]


# --- O34 ----------------------------------------------------------------------------------------


async def test_o34_whoever_chooses_so_sees_and_answers_other_teams(
    office: Office, pavel: Agent
) -> None:
    conversation, _ = await office.customer_writes()
    body = {"client_id": "00000000-0000-4000-8000-000000000009", "kind": "reply", "text": "Так"}
    path = f"/api/conversations/{conversation}/messages"
    assert pavel.session["settings"]["may_see_others"] is True
    assert (await pavel.refused("POST", path, body))[0] == 404
    async with office.listening() as address, pavel.live(address) as view:
        await pavel.ask("PUT", "/api/me/preferences", {"other_teams": True}, expect=200)
        await view.until("reset")
        assert await pavel.listed("all") == [conversation]
        assert (await pavel.says(conversation, "Так"))["row"]["mine"] is True
        await view.message((await pavel.thread(conversation))[-1]["id"])
        await pavel.act("release", conversation)

        await pavel.ask("PUT", "/api/me/preferences", {"other_teams": False}, expect=200)
        await view.until("reset")
        await view.quiet(0.3)
        await office.customer_writes("ще")
        assert await changes(view) == []
    assert (await pavel.refused("POST", path, body))[0] == 404


async def test_o34_where_it_is_not_allowed_it_is_refused(
    an_office: OpenOffice,
) -> None:
    async with an_office({"permissions": {"agent": {"see": "teams"}}}) as office:
        pavel = await office.sign_in("pavel")
        answer = await pavel.refused("PUT", "/api/me/preferences", {"other_teams": True})

        assert (answer[0], answer[1]["code"]) == (403, "forbidden")
        assert pavel.session["settings"]["may_see_others"] is False


async def test_two_consoles_of_one_agent_both_learn_of_their_choice(
    office: Office, pavel: Agent
) -> None:
    async with (
        office.listening() as address,
        pavel.live(address) as one,
        pavel.live(address) as two,
    ):
        await pavel.ask("PUT", "/api/me/preferences", {"other_teams": True}, expect=200)
        await asyncio.gather(one.until("reset"), two.until("reset"))


# --- what it costs ------------------------------------------------------------------------------


async def kept(office: Office) -> list[int]:
    """Return how many rows are kept for telling who saw what, and who handed on what."""
    tables = ("sights_before", "hand_overs")
    counts = [Statement[int](value, f"SELECT count(*) FROM {one}") for one in tables]  # noqa: S608
    return [await office.store.read(Tx.the, one) for one in counts]


async def test_where_everybody_sees_everything_nothing_is_kept_for_it(
    an_office: OpenOffice,
) -> None:
    async with an_office() as office:
        anna = await office.sign_in("anna")
        conversation, _ = await office.customer_writes()
        await anna.act("take", conversation)
        await anna.act("topics", conversation, {"topic": "orders"})
        await anna.act("assign", conversation, {"agent": "ivan"})
        assert await kept(office) == [0, 0]


async def test_what_was_kept_goes_with_the_event_it_was_kept_for(hiding: Office) -> None:
    anna = await hiding.sign_in("anna")
    conversation, _ = await hiding.customer_writes()
    await anna.act("take", conversation)
    await anna.act("assign", conversation, {"agent": "ivan"})
    assert await kept(hiding) == [2, 1]
    hiding.clock.tick(8 * 24 * 3600)
    await hiding.store.write(prune)
    assert await kept(hiding) == [0, 1]
