"""What a customer is told by the program itself when their message begins a conversation."""

from dataclasses import replace
from typing import Any

import pytest

from bridge import channel as ch
from bridge.models import Message
from bridge.settings import LocalText, When
from routing import notices
from tests.routing.test_hours import office
from tests.routing.world import World

BEGUN = LocalText(None, {"en": "We have it.", "uk": "Отримали 👋", "es": "Recibido."})
HOUR = 3600


@pytest.fixture
def greeting(world: World) -> World:
    """A world whose program answers the beginning of a conversation; `post` as email does."""
    can = dict(world.desk.capabilities)
    can["post"] = replace(can["post"], automatic_every=24 * 3600.0)
    world.desk = replace(world.desk, says={"begun": BEGUN}, capabilities=can)
    world.sinks = world._sinks()
    return world


async def said(world: World, conversation: int) -> list[Message]:
    """Return what the program has said in a conversation."""
    ours = [one for one in await world.messages(conversation) if one.kind == "outgoing"]
    return [one for one in ours if one.agent_id is None]


async def begun(world: World, customer: str = "olena", **more: Any) -> list[Message]:
    """Have a customer begin a conversation; return what the program said."""
    return await said(world, await world.begun(customer, **more))


# --- once, when it begins ---


async def test_o32_a_new_conversation_is_answered_once_and_the_answer_goes_out(
    greeting: World,
) -> None:
    here = await greeting.begun()
    await greeting.says("olena", "And another thing")
    [ours] = await said(greeting, here)
    assert (ours.text, ours.format, ours.reply_to_id) == ("We have it.", "markdown", None)
    assert await greeting.texts(here) == ["Привіт 👋", "We have it.", "And another thing"]
    [delivery] = await greeting.deliveries(ours.id)
    assert (delivery.place, delivery.action, delivery.state) == ("pager", "send", "queued")


async def test_o32_switched_off_nothing_is_said(world: World) -> None:
    assert await begun(world) == []


async def test_o32_the_same_first_message_twice_is_answered_once(greeting: World) -> None:
    first = greeting.message("olena")
    answers = [await greeting.comes(first) for _ in range(3)]
    assert [one.outcome for one in answers] == ["stored", "duplicate", "duplicate"]
    here = answers[0].conversation_id
    assert here is not None
    assert len(await said(greeting, here)) == 1


async def test_o32_two_messages_at_once_are_answered_once(greeting: World) -> None:
    batch = [greeting.message("olena", "one"), greeting.message("olena", "two")]
    first, _ = await greeting.sinks["pager"].accept(batch)
    assert first.conversation_id is not None
    assert len(await said(greeting, first.conversation_id)) == 1


async def test_o32_one_that_is_opened_again_is_not_begun(greeting: World) -> None:
    here = await greeting.begun()
    await greeting.closes("anna", here)
    greeting.clock.tick(HOUR)
    assert await greeting.begun() == here
    assert len(await said(greeting, here)) == 1


async def test_o32_after_the_time_of_reopening_a_new_one_is_answered_anew(greeting: World) -> None:
    first = await greeting.begun()
    await greeting.closes("anna", first)
    greeting.clock.tick(25 * HOUR)
    second = await greeting.begun()
    assert second != first
    assert len(await said(greeting, second)) == 1


async def test_each_thread_of_a_customer_is_a_conversation_of_its_own(greeting: World) -> None:
    first = await begun(greeting, inbox="site", thread="t1")
    second = await begun(greeting, inbox="site", thread="t2")
    assert [len(first), len(second)] == [1, 1]


async def test_a_message_that_is_refused_is_not_answered(greeting: World) -> None:
    answer = await greeting.says("olena", "  ")
    assert answer.outcome == "refused"
    assert await greeting.count("messages") == 0


async def test_an_album_that_grows_is_answered_once(greeting: World) -> None:
    def item(n: int) -> dict[str, Any]:
        media = ch.InboundMedia(kind="image", name=f"{n}.jpg", mime="image/jpeg", ref=f"f{n}")
        return {"text": "", "media": [media], "album": ch.Album(key="a1", place=n)}

    here = await greeting.begun(**item(0))
    for n in (1, 2):
        await greeting.says("olena", **item(n))
    assert len(await said(greeting, here)) == 1


# --- to whom not ---


@pytest.mark.parametrize(("late", "answered"), [(0, 1), (3600, 1), (3600.001, 0), (86_400, 0)])
async def test_a_message_from_long_ago_is_not_answered(
    greeting: World, late: float, answered: int
) -> None:
    sent_at = greeting.clock.now() - round(late * 1000)
    assert len(await begun(greeting, sent_at=sent_at)) == answered


async def test_a_message_that_tells_no_time_is_answered(greeting: World) -> None:
    assert len(await begun(greeting, sent_at=0)) == 1


@pytest.mark.parametrize(("verified", "answered"), [(None, 1), (True, 1), (False, 0)])
async def test_nobody_is_answered_in_whose_name_somebody_else_may_have_written(
    greeting: World, *, verified: bool | None, answered: int
) -> None:
    assert len(await begun(greeting, inbox="post", verified=verified)) == answered


async def test_o32_by_email_an_address_gets_one_such_answer_a_day(greeting: World) -> None:
    counts = []
    for n in range(3):
        counts.append(len(await begun(greeting, "a@b.cd", inbox="post", thread=f"t{n}")))
        greeting.clock.tick(13 * HOUR)
    assert counts == [1, 0, 1]


# --- in which language ---


@pytest.mark.parametrize(
    ("language", "words"),
    [("uk", "Отримали 👋"), ("es-MX", "Recibido."), ("ru", "We have it."), (None, "We have it.")],
)
async def test_o32_it_speaks_the_customers_language_where_there_is_a_text(
    greeting: World, language: str | None, words: str
) -> None:
    sender = ch.Sender(external_id="olena", language=language)
    [ours] = await begun(greeting, sender=sender)
    assert ours.text == words


async def test_of_whom_no_language_is_known_is_spoken_to_in_that_of_the_house(
    greeting: World,
) -> None:
    greeting.under(language="uk")
    [ours] = await begun(greeting)
    assert ours.text == "Отримали 👋"


# --- it is nobody's answer ---


async def test_o32_the_customer_still_waits_for_an_agent(greeting: World) -> None:
    here = await greeting.begun()
    asked = next(one for one in await greeting.messages(here) if one.kind == "incoming")
    now = await greeting.conversation(here)
    assert now.waiting_since == asked.created_at
    assert (now.last_message_id, now.last_at) == (asked.id, asked.created_at)
    assert (now.assignee_id, now.opened_at, now.incoming_count) == (None, None, 1)
    assert await greeting.verbs(here) == ["opened"]
    assert await greeting.timers() == []


async def test_j01_the_program_has_answered_until_an_agent_does(greeting: World) -> None:
    here = await greeting.begun()
    assert (await greeting.conversation(here)).answered_by == "program"
    await greeting.takes("anna", here)
    await greeting.notes("anna", here)
    assert (await greeting.conversation(here)).answered_by == "program"
    await greeting.replies("anna", here)
    assert (await greeting.conversation(here)).answered_by == "agent"


async def test_j01_where_nothing_was_said_nobody_has_answered(world: World) -> None:
    here = await world.begun()
    assert (await world.conversation(here)).answered_by is None


# --- what it costs ---


async def test_a_message_that_begins_nothing_asks_nothing_more_of_the_database(
    greeting: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await greeting.begun()

    def never(*_: object) -> None:
        raise AssertionError("this begins no conversation")

    monkeypatch.setattr(notices, "begun", never)
    assert (await greeting.says("olena", "more")).outcome == "stored"


# --- only where the YAML wants it ---


@pytest.mark.parametrize(
    ("when", "said_to"),
    [
        ({"channel": "pager"}, 1),
        ({"channel": "site"}, 0),
        ({"first_message": True}, 1),
        ({"first_message": False}, 0),
        ({"outside": "office"}, 1),
        ({"inside": "office"}, 0),
        ({"channel": ["pager", "site"], "outside": "office", "text": "delivery"}, 0),
    ],
)
async def test_o38_the_automatic_answer_goes_out_under_the_conditions_of_the_yaml(
    greeting: World, when: dict[str, Any], said_to: int
) -> None:
    """It is Saturday: the office is closed."""
    teams = replace(greeting.desk.teams, hours={"office": office()})
    greeting.desk = replace(greeting.desk, begun_when=When.model_validate(when), teams=teams)
    greeting.sinks = greeting._sinks()
    assert len(await begun(greeting)) == said_to


async def test_o38_who_has_written_before_is_answered_only_where_all_are(greeting: World) -> None:
    only_first = When.model_validate({"first_message": True})
    greeting.desk = replace(greeting.desk, begun_when=only_first)
    greeting.sinks = greeting._sinks()
    first = await greeting.begun()
    await greeting.closes("anna", first)
    greeting.clock.tick(25 * HOUR)
    again = await greeting.begun()
    assert again != first
    assert (len(await said(greeting, first)), len(await said(greeting, again))) == (1, 0)
