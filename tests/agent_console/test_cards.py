"""Cards in bulk: how many queries a list costs, and what a mark is made of."""

import dataclasses
from typing import Any, cast, get_args

import pytest
from msgspec import UNSET

from agent_console import cards
from agent_console.actions.quick_replies import filled
from agent_console.actions.rights import why_not
from agent_console.cards.lists import stretches
from agent_console.cards.messages import attachment, mark
from bridge.channel import AttachmentView
from bridge.models import Agent, DeliveryState
from bridge.store import bulk as b
from bridge.store import messages as m
from bridge.store.sight import Sight
from bridge.store.transactions import Tx
from routing.access import Standing, Verb
from routing.policy import Policy
from tests.agent_console.office import Agent as Browser
from tests.agent_console.office import Office


def _agent(role: str = "agent", name: str = "pavel") -> Agent:
    return Agent(name, name.title(), None, role, None, "{}", "online", None)  # type: ignore[arg-type]  # Any role.


class _Counting:
    """A transaction that counts what it is asked."""

    def __init__(self, tx: Tx) -> None:
        self._tx = tx
        self.queries = 0

    def __getattr__(self, name: str) -> Any:
        """Count a query on its way; all but these are the transaction's own."""
        self.queries += name in ("run", "one", "the", "all", "each")
        return getattr(self._tx, name)


def _rows_cost(tx: Tx, ids: list[int]) -> int:
    counting = _Counting(tx)
    counted = cast("Tx", counting)
    assert len(cards.rows(counted, _agent(), Policy(), ids)) == len(ids)
    return counting.queries


def _messages_cost(tx: Tx, office: Office, conversation: int, many: int) -> int:
    counting = _Counting(tx)
    counted = cast("Tx", counting)
    page = tx.all(m.MESSAGES_AFTER, conversation_id=conversation, bound=0, limit=many)
    assert len(cards.cards(counted, page, lambda row: office.media.view(row, signed=False)))
    return counting.queries


async def test_a_list_of_any_length_costs_the_same_number_of_queries(
    office: Office, pavel: Browser
) -> None:
    ids = []
    for number in range(12):
        conversation, _ = await office.customer_writes(customer=f"customer-{number}")
        await pavel.says(conversation, "ответ")
        ids.append(conversation)

    few = await office.store.read(_rows_cost, ids[:2])
    many = await office.store.read(_rows_cost, ids)

    assert few == many <= 8


async def test_a_page_of_messages_costs_the_same_number_of_queries(
    office: Office, pavel: Browser
) -> None:
    conversation, first = await office.customer_writes()
    for number in range(12):
        await pavel.says(conversation, f"ответ {number}", reply_to=first)

    few = await office.store.read(_messages_cost, office, conversation, 4)
    many = await office.store.read(_messages_cost, office, conversation, 14)

    assert few == many <= 5


def _counters_cost(tx: Tx, agents: list[str], office: Office) -> int:
    counting = _Counting(tx)
    counters = cards.counters(cast("Tx", counting))
    assert [counters.of(Sight(agent=one)).new.total for one in agents] == [2] * len(agents)
    return counting.queries


async def test_the_counters_of_everybody_cost_as_much_as_those_of_one(office: Office) -> None:
    for number in range(2):
        await office.customer_writes(customer=f"customer-{number}")

    five_hundred = [f"agent-{number}" for number in range(500)]
    one = await office.store.read(_counters_cost, ["pavel"], office)
    many = await office.store.read(_counters_cost, five_hundred, office)

    assert one == many <= 7


# --- marks --------------------------------------------------------------------------------


def _part(state: DeliveryState, at: int = 1, **more: Any) -> b.PartState:
    known: dict[str, Any] = {
        "part": 0,
        "action": "send",
        "revision": 1,
        "reason": None,
        "detail": None,
        "doubled_at": None,
    }
    return b.PartState(message_id=1, state=state, changed_at=at, **known | more)


@pytest.mark.parametrize(
    ("states", "worst"),
    [
        (["read", "delivered"], "delivered"),
        (["read", "sent"], "sent"),
        (["sent", "queued", "sending"], "queued"),
        (["queued", "uncertain"], "uncertain"),
        (["uncertain", "failed", "read"], "failed"),
        (["read", "read"], "read"),
    ],
)
def test_a_mark_never_promises_more_than_the_slowest_part(
    states: list[DeliveryState], worst: DeliveryState
) -> None:
    found = mark(_part(state) for state in states)

    assert found is not UNSET
    assert found.state == worst


def test_every_state_of_a_delivery_has_a_mark() -> None:
    for state in get_args(DeliveryState):
        found = mark([_part(state)])
        assert found is not UNSET
        assert found.state == state


def test_of_several_bad_parts_the_oldest_gives_the_reason() -> None:
    found = mark([_part("failed", 9, reason="b"), _part("failed", 3, reason="a")])

    assert found is not UNSET
    assert (found.reason, found.at) == ("a", 3)


def test_what_was_sent_again_unasked_may_be_double_even_when_it_is_read() -> None:
    found = mark([_part("read", doubled_at=5), _part("read")])

    assert found is not UNSET
    assert found.may_be_double is True


def test_a_change_made_twice_is_no_double() -> None:
    found = mark([_part("read"), _change("edit", "queued", doubled_at=5)])

    assert found is not UNSET
    assert found.may_be_double is UNSET


def test_a_message_without_parts_has_no_mark() -> None:
    assert mark([]) is UNSET


def _change(action: str, state: DeliveryState, revision: int = 2, **more: Any) -> b.PartState:
    return _part(state, action=action, revision=revision, **more)


@pytest.mark.parametrize("state", ["queued", "sending", "failed", "uncertain"])
def test_j34_a_change_that_has_not_arrived_is_what_the_mark_is_of(state: DeliveryState) -> None:
    for action in ("edit", "delete"):
        sent = _part("read")
        found = mark([sent, _change(action, state)], deleted=action == "delete")

        assert found is not UNSET
        assert (found.state, found.of) == (state, action)


def test_j34_an_edit_that_arrived_leaves_the_mark_to_the_message() -> None:
    found = mark([_part("read"), _change("edit", "sent")])

    assert found is not UNSET
    assert (found.state, found.of) == ("read", UNSET)


def test_j34_of_several_edits_of_a_part_the_last_one_counts() -> None:
    failed, arrived = _change("edit", "failed", 2), _change("edit", "sent", 3)
    found = mark([_part("read"), arrived, failed])
    elsewhere = mark([_part("read"), arrived, failed, _part("read", part=1), _edit_of(1)])

    assert found is not UNSET
    assert found.state == "read"
    assert elsewhere is not UNSET
    assert elsewhere.state == "failed"


def _edit_of(part: int) -> b.PartState:
    return _change("edit", "failed", 2, part=part)


def test_j34_what_was_taken_back_has_no_mark_once_that_has_arrived() -> None:
    assert mark([_part("failed"), _part("read")], deleted=True) is UNSET
    assert mark([_part("read"), _change("delete", "sent")], deleted=True) is UNSET
    never_went_out = _change("delete", "failed", reason="not_sent")
    assert mark([_part("failed"), never_went_out], deleted=True) is UNSET


# --- pure decisions -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "state", "how", "verb", "code"),
    [
        ("agent", "open", "colleague", "reply", "taken"),
        ("agent", "open", "colleague", "take", "taken"),
        ("agent", "open", "colleague", "close", "taken"),
        ("agent", "open", "colleague", "retry", "taken"),
        ("agent", "open", "colleague", "add_participant", "taken"),
        ("agent", "open", "colleague", "assign", "forbidden"),
        ("agent", "open", "colleague", "join", "forbidden"),
        ("agent", "open", "untaken", "release", "state"),
        ("agent", "open", "assignee", "reopen", "state"),
        ("agent", "closed", "assignee", "close", "state"),
        ("agent", "closed", "colleague", "take", "state"),
        ("agent", "open", "untaken", "leave", "state"),
        ("supervisor", "open", "colleague", "take", "taken"),
        ("supervisor", "open", "colleague", "reply", "taken"),
        ("viewer", "open", "untaken", "reply", "forbidden"),
    ],
)
def test_a_refusal_says_what_stands_in_the_way(
    role: str, state: str, how: Standing, verb: Verb, code: str
) -> None:
    assert why_not(_agent(role), state, how, verb, Policy()) == code


def test_a_right_switched_off_is_forbidden_everywhere() -> None:
    policy = Policy(agent_transfer="none", agent_edits_contact=False)

    for verb in ("assign", "edit_contact"):
        for how in get_args(Standing):
            verb_found: Any = verb
            assert why_not(_agent(), "open", how, verb_found, policy) == "forbidden"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("{{contact.name|there}}", "Олена"),
        ("{{ contact.name }}", "Олена"),
        ("{{agent.name|nobody}}", "nobody"),
        ("{{agent.name}}", ""),
        ("{{no.such}} {{", "{{no.such}} {{"),
        ("без переменных 🎉", "без переменных 🎉"),
    ],
)
def test_d23_variables_are_filled_and_what_is_none_stays(text: str, shown: str) -> None:
    assert filled(text, {"contact.name": "Олена", "agent.name": ""}) == shown


def test_a_name_that_looks_like_a_variable_is_not_filled_again() -> None:
    assert filled("{{contact.name}}", {"contact.name": "{{agent.name}}", "agent.name": "x"}) == (
        "{{agent.name}}"
    )


def test_d43_all_is_untaken_then_taken_then_snoozed_then_closed() -> None:
    query = cards.Query(folder="all", sort="processing", status="any")

    assert stretches(query) == [
        ("untaken", "waiting"),
        ("untaken", "answered"),
        ("taken", "waiting"),
        ("taken", "answered"),
        ("snoozed", "waiting"),
        ("snoozed", "answered"),
        ("closed", "activity"),
    ]


def test_a_file_that_was_too_large_is_shown_with_the_limit() -> None:
    kept = AttachmentView(
        id="f", name="кіно.mp4", mime="video/mp4", size=9, kind="video", state="ready", url="/f"
    )
    assert attachment(kept).size_limit is UNSET
    refused = dataclasses.replace(kept, state="failed", size_limit=5)
    assert attachment(refused).size_limit == 5
