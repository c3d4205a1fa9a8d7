"""Who may do what, written out: every role, in every standing, open and closed."""

import itertools
from typing import get_args

import pytest

from bridge.models import Role
from routing.access import Standing, Verb, standing, verbs
from routing.policy import BotPolicy, Policy

# One letter a verb: Reply, Note, Take, releaSe, Assign, Close, reOpen, Join, Leave,
# add a Participant, Edit the contact, retrY, change a Message, Delete one, deletE anyBody's,
# say what It is about, taG the person, snooZe.
LETTERS: dict[str, Verb] = {
    "R": "reply",
    "N": "note",
    "T": "take",
    "S": "release",
    "A": "assign",
    "C": "close",
    "O": "reopen",
    "J": "join",
    "L": "leave",
    "P": "add_participant",
    "E": "edit_contact",
    "Y": "retry",
    "M": "edit_message",
    "D": "delete_message",
    "B": "delete_any_message",
    "I": "set_topics",
    "G": "tag",
    "Z": "snooze",
}
# Whatever else one may do, and whoever the customer is with, is asked for these apart.
BLOCKING: frozenset[Verb] = frozenset({"block", "unblock"})
DELETING: frozenset[Verb] = frozenset({"delete", "restore", "purge"})
# There only where statuses are configured.
STATUS: frozenset[Verb] = frozenset({"set_status"})
ROLES: tuple[Role, ...] = ("owner", "supervisor", "agent")
# The default policy: an agent hands over their own conversations, edits contacts, and may
# change what they wrote but not take it back.
TABLE = """
           assignee           participant        colleague          untaken            left_with          beside_bot
owner      RN-SAC---PEYM--IGZ RN-SAC--LPEYM--IGZ -N-SAC-J-PE-M--IGZ RNT-AC-J-PEYM--IGZ RNT-AC--LPEYM--IGZ -NTSAC-J-PE-M--IGZ
supervisor RN-SAC---PEYM--IGZ RN-SAC--LPEYM--IGZ -N-SAC-J-PE-M--IGZ RNT-AC-J-PEYM--IGZ RNT-AC--LPEYM--IGZ -NTSAC-J-PE-M--IGZ
agent      RN-SAC---PEYM--IGZ RN------L-EYM--IG- -N--------E-M---G- RNT-AC----EYM--IGZ RNT-AC--L-EYM--IGZ -NT-------E-M--IG-
viewer     ------------------ ------------------ ------------------ ------------------ ------------------ ------------------
bot        RN-SAC-----YM--IG- ----------------G- ----------------G- ----------------G- ----------------G- ----------------G-
"""  # noqa: E501
# Nobody but a viewer is kept from reopening, and writing in a closed one reopens it.
CLOSED = "RN----O---E-M---G-"

Case = tuple[Role, Standing, str]


def cases() -> list[Case]:
    first, *lines = TABLE.strip().splitlines()
    standings: list[Standing] = first.split()  # type: ignore[assignment]
    found: list[Case] = []
    for line in lines:
        role, *cells = line.split()
        found += [(role, how, cell) for how, cell in zip(standings, cells, strict=True)]  # type: ignore[misc]
    return found


def letters(allowed: frozenset[Verb]) -> str:
    return "".join(letter if verb in allowed else "-" for letter, verb in LETTERS.items())


def test_the_table_names_every_role_and_every_standing() -> None:
    everything = set(itertools.product(get_args(Role), get_args(Standing)))
    assert {(role, how) for role, how, _ in cases()} == everything
    assert {*LETTERS.values(), *BLOCKING, *DELETING, *STATUS, "ticket"} == set(get_args(Verb))


@pytest.mark.parametrize(("role", "how"), [(role, how) for role, how, _ in cases()], ids=str)
@pytest.mark.parametrize("state", ["open", "closed"])
def test_r50_who_could_answer_or_reopen_chooses_a_status_where_there_are_any(
    role: Role, how: Standing, state: str
) -> None:
    may = "set_status" in verbs(role, state, how, Policy(has_statuses=True))
    barred = role in ("viewer", "bot") or (
        role == "agent" and state == "open" and how == "colleague"
    )
    assert may is not barred
    assert "set_status" not in verbs(role, state, how, Policy())


@pytest.mark.parametrize(("role", "how", "cell"), cases(), ids=str)
def test_in_an_open_conversation_a_role_may_do_what_the_table_says(
    role: Role, how: Standing, cell: str
) -> None:
    assert letters(verbs(role, "open", how, Policy())) == cell


@pytest.mark.parametrize(("role", "how", "cell"), cases(), ids=str)
def test_in_a_closed_conversation_all_but_viewers_and_bots_may_write_or_reopen(
    role: Role, how: Standing, cell: str
) -> None:
    wanted = {"viewer": "-" * 18, "bot": "-" * 16 + "G-"}.get(role, CLOSED)
    assert letters(verbs(role, "closed", how, Policy())) == wanted


@pytest.mark.parametrize(
    ("policy", "open_ones", "closed", "deleted"),
    [
        (Policy(), set(), set(), set()),
        (Policy(agent_purges=True), set(), set(), set()),
        (Policy(agent_deletes=True), {"delete"}, {"delete"}, {"restore"}),
        (
            Policy(agent_deletes=True, agent_purges=True),
            {"delete"},
            {"delete"},
            {"restore", "purge"},
        ),
    ],
)
def test_s26_r64_an_agent_deletes_restores_and_purges_as_far_as_it_is_granted(
    policy: Policy, open_ones: set[Verb], closed: set[Verb], deleted: set[Verb]
) -> None:
    for how in get_args(Standing):
        # What a colleague is answering is not theirs to delete.
        wanted = set() if how == "colleague" else open_ones
        assert verbs("agent", "open", how, policy) & DELETING == wanted
        assert verbs("agent", "closed", how, policy) & DELETING == closed
        assert verbs("agent", "deleted", how, policy) == deleted


def test_supervisors_and_owners_delete_restore_and_purge_whatever_the_yaml_says() -> None:
    senior: tuple[Role, ...] = ("owner", "supervisor")
    for role, how in itertools.product(senior, get_args(Standing)):
        for state in ("open", "closed"):
            assert "delete" in verbs(role, state, how, Policy())
        assert verbs(role, "deleted", how, Policy()) == {"restore", "purge"}


def test_nothing_can_be_done_with_what_was_purged() -> None:
    for role, how in itertools.product(get_args(Role), get_args(Standing)):
        assert not verbs(role, "purged", how, Policy(agent_deletes=True, agent_purges=True))


def test_d51_a_task_is_made_where_there_is_a_place_for_it_by_people_who_may_write_a_note() -> None:
    for role, state, how in itertools.product(
        get_args(Role), ("open", "closed"), get_args(Standing)
    ):
        can = verbs(role, state, how, Policy(tickets=True))
        assert ("ticket" in can) == ("note" in can and role != "bot")
        assert "ticket" not in verbs(role, state, how, Policy())


def test_d14_nobody_answers_what_a_colleague_has_taken() -> None:
    for role in get_args(Role):
        assert "reply" not in verbs(role, "open", "colleague", Policy())


def test_a_viewer_only_looks() -> None:
    for state, how in itertools.product(("open", "closed"), get_args(Standing)):
        everything = Policy(agent_transfer="any", allow_delete=True, agent_blocks=True)
        assert not verbs("viewer", state, how, everything)
        assert not verbs("viewer", state, how, everything, blocked=True)


@pytest.mark.parametrize(
    ("transfer", "from_where"),
    [
        ("none", set()),
        ("own", {"assignee", "untaken", "left_with"}),
        ("any", set(get_args(Standing))),
    ],
)
def test_s05_how_far_an_agent_may_hand_over_is_set_by_one_knob(
    transfer: str, from_where: set[Standing]
) -> None:
    policy = Policy(agent_transfer=transfer)  # type: ignore[arg-type]
    found = {how for how in get_args(Standing) if "assign" in verbs("agent", "open", how, policy)}
    assert found == from_where
    for how in get_args(Standing):
        assert "assign" in verbs("supervisor", "open", how, policy)
        assert "assign" not in verbs("agent", "closed", how, policy)


def test_r44_editing_a_contact_can_be_kept_from_agents_only() -> None:
    policy = Policy(agent_edits_contact=False)
    for state, how in itertools.product(("open", "closed"), get_args(Standing)):
        assert "edit_contact" not in verbs("agent", state, how, policy)
        assert "edit_contact" in verbs("supervisor", state, how, policy)


def test_j28_changing_messages_can_be_kept_from_everybody() -> None:
    for role, state, how in itertools.product(ROLES, ("open", "closed"), get_args(Standing)):
        assert "edit_message" in verbs(role, state, how, Policy())
        assert "edit_message" not in verbs(role, state, how, Policy(allow_edit=False))


def test_j29_taking_messages_back_is_for_nobody_until_it_is_allowed() -> None:
    for role, state, how in itertools.product(ROLES, ("open", "closed"), get_args(Standing)):
        assert not {"delete_message", "delete_any_message"} & verbs(role, state, how, Policy())
        found = verbs(role, state, how, Policy(allow_delete=True))
        assert "delete_message" in found
        assert ("delete_any_message" in found) == (role != "agent")


@pytest.mark.parametrize(
    ("assignee", "participants", "how"),
    [
        ("anna", [], "assignee"),
        ("anna", ["anna"], "assignee"),
        ("boris", ["anna"], "participant"),
        ("boris", ["sofia"], "colleague"),
        (None, [], "untaken"),
        (None, ["sofia"], "untaken"),
        (None, ["anna"], "left_with"),
        ("helper", [], "beside_bot"),
        ("helper", ["anna"], "participant"),
    ],
)
def test_how_an_agent_stands_to_a_conversation(
    assignee: str | None, participants: list[str], how: Standing
) -> None:
    policy = Policy(bots=(BotPolicy("helper", 30_000, hooked=False),))
    assert standing(assignee, participants, "anna", policy) == how


def test_a_participant_left_with_a_conversation_may_take_it_or_go() -> None:
    allowed = verbs("agent", "open", "left_with", Policy())
    assert allowed >= {"take", "leave", "reply"}


@pytest.mark.parametrize("state", ["open", "closed"])
@pytest.mark.parametrize("how", get_args(Standing))
def test_s11_nobody_answers_a_blocked_customer_and_the_rest_stays(
    state: str, how: Standing
) -> None:
    for role in ROLES:
        free = verbs(role, state, how, Policy())
        kept = verbs(role, state, how, Policy(), blocked=True)
        assert kept - BLOCKING == free - BLOCKING - {"reply"}


def test_j31_supervisors_block_and_agents_only_where_the_yaml_lets_them() -> None:
    for state, how in itertools.product(("open", "closed"), get_args(Standing)):
        for role in ("owner", "supervisor"):
            assert verbs(role, state, how, Policy()) & BLOCKING == {"block"}
            assert verbs(role, state, how, Policy(), blocked=True) & BLOCKING == {"unblock"}
        for blocked in (False, True):
            assert not verbs("agent", state, how, Policy(), blocked=blocked) & BLOCKING


def test_j31_an_agent_blocks_nobody_whom_a_colleague_is_talking_with() -> None:
    policy = Policy(agent_blocks=True)
    found = {how for how in get_args(Standing) if "block" in verbs("agent", "open", how, policy)}
    assert found == set(get_args(Standing)) - {"colleague"}
    assert "block" in verbs("agent", "closed", "colleague", policy)


@pytest.mark.parametrize("transfer", ["none", "own", "any"])
def test_s07_closed_ones_are_handed_over_as_open_ones_are_where_the_file_lets_them(
    transfer: str,
) -> None:
    policy = Policy(agent_transfer=transfer, transfer_closed=True)  # type: ignore[arg-type]
    for how, role in itertools.product(get_args(Standing), ROLES):
        closed, opened = (verbs(role, state, how, policy) for state in ("closed", "open"))
        assert ("assign" in closed) is ("assign" in opened)
