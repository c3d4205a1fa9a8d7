"""The card at the head of a thread, and its buttons."""

import itertools
from typing import Any, get_args

import pytest

from agent_console.surface import Press
from agent_console.verbs import VERBS, buttons_of, words_in
from agent_console.verbs.buttons import Having
from bridge.channel import Visit
from bridge.store.transactions import Tx
from routing.access import Standing, Verb, verbs
from routing.policy import BotPolicy, Policy
from tests.agent_console.verbs.conftest import OpenStaff, Staff, url_of
from tests.databases import by_hand

# What access calls that which a button does; nothing: whoever sees it may.
ACCESS: dict[str, Verb | None] = {
    "template": "reply",
    "topic": "set_topics",
    "status": "set_status",
    "participants": "add_participant",
    "merge": "edit_contact",
    "unsnooze": "snooze",
    "history": None,
}
POLICIES = [
    Policy(),
    Policy(has_statuses=True, transfer_closed=True, agent_blocks=True),
    Policy(
        agent_transfer="none",
        agent_edits_contact=False,
        bots=(BotPolicy("b", answer_within=1, hooked=False),),
    ),
]
STANDINGS: dict[str, tuple[Standing, ...]] = {
    "untaken": ("untaken", "left_with"),
    "taken": ("assignee", "participant", "colleague"),
    "bot": ("beside_bot",),
}


def _possible(state: str, having: str, policy: Policy, *, blocked: bool) -> set[Verb]:
    found: set[Verb] = set()
    for how, role in itertools.product(STANDINGS[having], ("agent", "supervisor", "owner")):
        found |= verbs(role, state, how, policy, blocked=blocked)  # type: ignore[arg-type]
    return found


@pytest.mark.parametrize("policy", POLICIES)
@pytest.mark.parametrize("blocked", [False, True])
@pytest.mark.parametrize("snoozed", [False, True])
@pytest.mark.parametrize("having", get_args(Having))
@pytest.mark.parametrize("state", ["open", "closed", "deleted"])
def test_each_button_is_a_verb_that_somebody_may_do_there(
    *, state: str, having: Having, blocked: bool, snoozed: bool, policy: Policy
) -> None:
    flags = {"blocked": blocked, "snoozed": snoozed}
    first, more = buttons_of(state, having, policy, words_in("en"), **flags)
    possible = _possible(state, having, policy, blocked=blocked)
    for one in (*first, *more):
        assert one.verb in VERBS
        needed = ACCESS.get(one.verb, one.verb)
        assert needed is None or needed in possible, one.verb
    assert len({one.verb for one in (*first, *more)}) == len([*first, *more])


@pytest.mark.parametrize(
    ("state", "having", "seen"),
    [
        ("open", "untaken", ["take", "assign", "close"]),
        ("open", "taken", ["release", "assign", "close"]),
        ("open", "bot", ["take", "assign", "close"]),
        ("closed", "taken", ["reopen"]),
        ("deleted", "untaken", []),
    ],
)
def test_what_is_pressed_most_is_seen(state: str, having: Having, seen: list[str]) -> None:
    first, _ = buttons_of(state, having, Policy(), words_in("es"))
    assert [one.verb for one in first] == seen


def _words(presses: Any) -> dict[str, str]:
    return {one.verb: one.label for one in presses}


async def test_a_new_card_has_the_first_words_and_where_they_came_from(staff: Staff) -> None:
    visit = Visit(url="https://shop.example/orders/4821", source="Google Ads", ip="203.0.113.9")
    conversation, _ = await staff.office.customer_writes(
        "**Где** посылка?", sender={"name": "Пётр", "language": "ru"}, visit=visit
    )
    await staff.press("pavel", "tag", conversation, "vip")
    await staff.press("pavel", "topic", conversation, "orders")

    card = await staff.card(conversation, "ru")

    assert (card.title, card.inbox, card.network) == ("Пётр", "Website", "widget")
    assert (card.look, card.state) == ("new", "Новые · ждёт ответа")
    assert dict(card.lines) == {
        "Источник": "Google Ads",
        "Страница": "https://shop.example/orders/4821",
        "Язык": "ru",
        "Теги": "VIP",
        "Темы": "Orders",
    }
    assert "203.0.113.9" not in repr(card)
    assert "посылка" in card.said
    assert _words(card.buttons) == {"take": "Взять", "assign": "Назначить", "close": "Закрыть"}
    assert card.url == url_of(conversation)


async def test_a_long_first_message_is_cut(staff: Staff) -> None:
    conversation, _ = await staff.office.customer_writes("слово 🙂 " * 200)
    card = await staff.card(conversation)
    assert 290 <= len(card.said) <= 300
    assert card.said.endswith("…")


async def test_the_look_follows_the_conversation(a_staff: OpenStaff) -> None:
    async with a_staff({"routing.max_wait": "5m"}) as staff:
        conversation, _ = await staff.office.customer_writes()

        async def now() -> tuple[str, str]:
            card = await staff.card(conversation)
            return card.look, card.state

        assert await now() == ("new", "New · an answer is due")
        await staff.press("pavel", "take", conversation)
        staff.office.clock.tick(180)
        assert await now() == ("answer", "Павел · waits 3 min")
        staff.office.clock.tick(180)
        assert await now() == ("late", "Павел · waits 5+ min")
        await staff.answers("pavel", conversation)
        assert await now() == ("waiting", "Павел · the customer’s turn")
        await staff.press("pavel", "close", conversation)
        assert await now() == ("closed", "Closed by Павел")


async def test_a_card_stays_the_same_while_nothing_happens(staff: Staff) -> None:
    conversation, _ = await staff.office.customer_writes()
    staff.office.clock.tick(11 * 60)
    before = await staff.card(conversation)
    staff.office.clock.tick(3 * 60)
    assert await staff.card(conversation) == before


async def test_an_anonymous_visitor_has_a_number(staff: Staff) -> None:
    conversation, _ = await staff.office.customer_writes()
    assert (await staff.card(conversation, "uk")).title.startswith("Відвідувач ")


def test_a_button_that_harms_looks_so() -> None:
    _, more = buttons_of("open", "taken", Policy(), words_in("en"))
    assert [one.verb for one in more if one.style == "danger"] == ["block"]
    assert isinstance(more[0], Press)


async def test_a_rating_is_shown_as_stars(staff: Staff) -> None:
    conversation, _ = await staff.office.customer_writes()
    assert "Rating" not in dict((await staff.card(conversation)).lines)

    def rated(tx: Tx) -> None:
        by_hand(tx, "UPDATE conversations SET rated = 4 WHERE id = ?", [conversation])

    await staff.office.store.write(rated)
    assert dict((await staff.card(conversation)).lines)["Rating"] == "★★★★☆"
