"""What a row says can be done, in the table that the console's menus are held against.

`menus.txt` has for each role and state of things the verbs that the API names, which are checked
here, and the items of both menus, which `menus.test.ts` checks against the console itself.
"""

from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import get_args

import pytest

from bridge.models import Role
from routing.access import Standing, verbs
from routing.policy import Policy

TABLE = Path(__file__).with_name("menus.txt").read_text(encoding="utf-8")
# As the shipped configuration is, and with all that only a configuration adds.
POLICY = Policy(has_statuses=True, tickets=True)
ROLES: tuple[Role, ...] = ("owner", "supervisor", "agent", "viewer")
SITUATIONS = (*get_args(Standing), "blocked", "closed", "deleted")
KINDS = ("widget", "telegram")

Case = tuple[Role, str, str]


def table() -> Iterator[tuple[Case, list[str]]]:
    """Return each case of the table with the verbs that stand there."""
    cases: list[Case] = []
    for line in TABLE.splitlines():
        if line.startswith("    can"):
            yield from ((case, line.split()[1:]) for case in cases)
        elif line and not line.startswith((" ", "#")):
            roles, situations, kinds = (part.split() for part in line.split("|"))
            cases = list(product(roles, situations, kinds))  # type: ignore[arg-type]


def can(role: Role, situation: str) -> list[str]:
    """Return the verbs of a row; who is `blocked` wrote to the agent who asks."""
    if situation in ("closed", "deleted"):
        return sorted(verbs(role, situation, "assignee", POLICY))
    if situation == "blocked":
        return sorted(verbs(role, "open", "assignee", POLICY, blocked=True))
    how: Standing = situation  # type: ignore[assignment]
    return sorted(verbs(role, "open", how, POLICY))


def test_r39_the_table_of_menus_has_every_role_in_every_state_of_every_kind_once() -> None:
    cases = [case for case, _ in table()]
    assert sorted(cases) == sorted(product(ROLES, SITUATIONS, KINDS))


@pytest.mark.parametrize(
    ("case", "expected"), list(table()), ids=lambda one: "-".join(one[:3]) or "nothing"
)
def test_r39_the_table_of_menus_has_the_verbs_that_the_api_names(
    case: Case, expected: list[str]
) -> None:
    assert can(case[0], case[1]) == expected
