"""Which agent an account on a surface is."""

from dataclasses import replace
from typing import Any

import msgspec
import pytest

from agent_console.audit import By
from agent_console.surface import Answer, Person
from agent_console.verbs import agent_of, link, make_code, put_link, unlink
from bridge.models import StaffKind
from bridge.settings import Agent as Declared
from bridge.store.links import LINKS
from bridge.store.transactions import Tx
from routing.declared import declare
from tests.agent_console.verbs.conftest import Staff
from tests.databases import by_hand

PETR = Person(id="777", name="Пётр")
AGENTS: dict[str, Declared] = {
    "olga": Declared(name="Ольга", role="owner", email="Olga@example.com"),
    "anna": Declared(name="Анна", slack="U0ANNA1", email="anna@example.com"),
    "pavel": Declared(name="Павел", telegram=555, email="pavel@example.com"),
    "vera": Declared(name="Вера", role="viewer", telegram=888),
    "helper": Declared(name="Helper", role="bot", telegram=999),
}


async def _whose(staff: Staff, kind: StaffKind, person: Person) -> str | None:
    def find(tx: Tx) -> str | None:
        found = agent_of(tx, AGENTS, kind, person)
        return found.id if found else None

    return await staff.office.store.read(find)


async def _link(staff: Staff, code: str, person: Person = PETR, language: str = "en") -> Answer:
    return await staff.office.store.write(link, staff.front, "telegram", person, code, language)


@pytest.mark.parametrize(
    ("kind", "person", "agent"),
    [
        ("slack", {"id": "U0ANNA1"}, "anna"),
        ("telegram", {"id": "555"}, "pavel"),
        ("slack", {"id": "555"}, None),
        ("telegram", {"id": "U0ANNA1"}, None),
        ("telegram", {"id": "999"}, None),
        ("telegram", {"id": "888"}, "vera"),
        ("slack", {"id": "U0NEW", "email": "olga@EXAMPLE.com"}, "olga"),
        # Who has a member id in the YAML has that account.
        ("slack", {"id": "U0NEW", "email": "anna@example.com"}, None),
        ("telegram", {"id": "1", "email": "olga@example.com"}, None),
        ("slack", {"id": "U0NEW"}, None),
        ("telegram", {"id": "555", "is_program": True}, None),
        ("telegram", {"id": "555", "is_hidden": True}, None),
    ],
)
async def test_the_yaml_and_a_verified_address_say_whose_it_is(
    staff: Staff, kind: StaffKind, person: dict[str, Any], agent: str | None
) -> None:
    assert await _whose(staff, kind, Person(**person)) == agent


async def test_a_code_links_the_account_that_sends_it_once(staff: Staff) -> None:
    code = await staff.office.store.write(make_code, "pavel")

    answer = await _link(staff, f" {code.lower()} ", language="es")

    assert not answer.refused
    assert answer.text.startswith("Desde ahora esta cuenta es de Павел.")
    assert await _whose(staff, "telegram", PETR) == "pavel"
    assert await _whose(staff, "slack", PETR) is None

    again = await _link(staff, code, Person(id="778"))
    assert again.refused
    assert await _whose(staff, "telegram", Person(id="778")) is None


async def test_a_code_holds_for_a_quarter_of_an_hour(staff: Staff) -> None:
    code = await staff.office.store.write(make_code, "pavel")
    staff.office.clock.tick(15 * 60)
    answer = await _link(staff, code)
    assert answer.refused
    assert answer.text.startswith("This code is of no use")
    assert await _whose(staff, "telegram", PETR) is None


@pytest.mark.parametrize("code", ["", "ABCDE-FGHJK", "'; DROP TABLE", "\ud800", "A" * 4000])
async def test_what_is_no_code_links_nobody(staff: Staff, code: str) -> None:
    await staff.office.store.write(make_code, "pavel")
    assert (await _link(staff, code)).refused


@pytest.mark.parametrize("hidden", [{"is_program": True}, {"is_hidden": True}])
async def test_nobody_in_particular_uses_a_code_up(staff: Staff, hidden: dict[str, bool]) -> None:
    code = await staff.office.store.write(make_code, "pavel")
    assert (await _link(staff, code, msgspec.structs.replace(PETR, **hidden))).refused
    assert not (await _link(staff, code)).refused


async def test_a_code_is_kept_as_a_hash_alone(staff: Staff) -> None:
    code = await staff.office.store.write(make_code, "pavel")

    def rows(tx: Tx) -> str:
        return repr(by_hand(tx, "SELECT * FROM agent_link_codes").fetchall())

    kept = await staff.office.store.read(rows)
    assert "pavel" in kept
    assert code not in kept
    assert code.replace("-", "") not in kept


async def test_an_account_of_the_yaml_cannot_be_linked_to_another(staff: Staff) -> None:
    front = replace(staff.front, agents=AGENTS)
    code = await staff.office.store.write(make_code, "olga")
    answer = await staff.office.store.write(link, front, "telegram", Person(id="555"), code, "en")
    assert (answer.refused, answer.text) == (
        True,
        "This account is Павел’s by the configuration.",
    )


async def test_an_account_goes_over_to_whoever_it_is_linked_to_last(staff: Staff) -> None:
    by = By(surface="command")
    await staff.office.store.write(put_link, "olga", "telegram", "777", by)
    await staff.office.store.write(put_link, "pavel", "telegram", "777", by)
    assert await _whose(staff, "telegram", PETR) == "pavel"

    gone = await staff.office.store.write(unlink, "pavel", "slack", by)
    assert gone == []
    await staff.office.store.write(unlink, "pavel", None, by)
    assert await _whose(staff, "telegram", PETR) is None


async def test_an_unlinked_agents_codes_end(staff: Staff) -> None:
    code = await staff.office.store.write(make_code, "pavel")
    await staff.office.store.write(unlink, "pavel", None, By(surface="command"))
    assert (await _link(staff, code)).refused


async def test_who_leaves_the_yaml_leaves_no_account_behind(staff: Staff) -> None:
    await staff.office.store.write(put_link, "ivan", "telegram", "777", By(surface="command"))
    code = await staff.office.store.write(make_code, "ivan")
    left = {key: one for key, one in staff.office.settings.agents.items() if key != "ivan"}
    without = staff.office.settings.model_copy(update={"agents": left})

    await staff.office.store.write(declare, without)

    assert await _whose(staff, "telegram", PETR) is None
    assert await staff.office.store.read(lambda tx: tx.all(LINKS)) == []
    assert (await _link(staff, code)).refused
    # Who comes back under the same id is not taken for the one who had the account.
    await staff.office.store.write(declare, staff.office.settings)
    assert await _whose(staff, "telegram", PETR) is None
