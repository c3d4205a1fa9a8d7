"""Who may do what, written out: every role, in every standing, open and closed."""

import itertools
from typing import get_args

import pytest

from bridge.models import Role
from routing.access import Standing, Verb, standing, verbs
from routing.policy import Policy

# One letter a verb: Reply, Note, Take, releaSe, Assign, Close, reOpen, Join, Leave,
# add a Participant, Edit the contact, retrY.
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
}
# The default policy: an agent hands over their own conversations, and edits contacts.
TABLE = """
            assignee     participant  colleague    untaken      left_with
owner       RN-SAC---PEY RN-SAC--LPEY -N-SAC-J-PE- RNT-AC-J-PEY RNT-AC--LPEY
supervisor  RN-SAC---PEY RN-SAC--LPEY -N-SAC-J-PE- RNT-AC-J-PEY RNT-AC--LPEY
agent       RN-SAC---PEY RN------L-EY -N--------E- RNT-AC----EY RNT-AC--L-EY
viewer      ------------ ------------ ------------ ------------ ------------
"""
# Nobody but a viewer is kept from reopening, and writing in a closed one reopens it.
CLOSED = "RN----O---E-"

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
    assert set(LETTERS.values()) == set(get_args(Verb))


@pytest.mark.parametrize(("role", "how", "cell"), cases(), ids=str)
def test_in_an_open_conversation_a_role_may_do_what_the_table_says(
    role: Role, how: Standing, cell: str
) -> None:
    assert letters(verbs(role, "open", how, Policy())) == cell


@pytest.mark.parametrize(("role", "how", "cell"), cases(), ids=str)
def test_in_a_closed_conversation_all_but_viewers_may_write_or_reopen(
    role: Role, how: Standing, cell: str
) -> None:
    wanted = "-" * 12 if role == "viewer" else CLOSED
    assert letters(verbs(role, "closed", how, Policy())) == wanted


def test_d14_nobody_answers_what_a_colleague_has_taken() -> None:
    for role in get_args(Role):
        assert "reply" not in verbs(role, "open", "colleague", Policy())


def test_a_viewer_only_looks() -> None:
    for state, how in itertools.product(("open", "closed"), get_args(Standing)):
        assert not verbs("viewer", state, how, Policy(agent_transfer="any"))


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
    ],
)
def test_how_an_agent_stands_to_a_conversation(
    assignee: str | None, participants: list[str], how: Standing
) -> None:
    assert standing(assignee, participants, "anna") == how


def test_a_participant_left_with_a_conversation_may_take_it_or_go() -> None:
    allowed = verbs("agent", "open", "left_with", Policy())
    assert allowed >= {"take", "leave", "reply"}
