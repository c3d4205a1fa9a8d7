"""People who are one: found, joined and made two again over the console's API."""

from typing import Any

import pytest

from tests.agent_console.conftest import OpenOffice
from tests.agent_console.office import Agent, Office

OLENA, PETRO = "visitor-one-000001", "visitor-two-000002"


async def person(office: Office, agent: Agent, customer: str, **facts: Any) -> tuple[int, int]:
    """Have somebody write; return the conversation and the contact."""
    conversation, _ = await office.customer_writes(customer=customer, sender=facts)
    row = await agent.row(conversation)
    return conversation, row["conversation"]["contact"]["id"]


async def others(agent: Agent, contact: int, words: str = "") -> list[int]:
    found = await agent.get(f"/api/contacts/{contact}/others", q=words)
    return [one["id"] for one in found["contacts"]]


async def test_r46_two_people_are_joined_and_made_two_again(office: Office, pavel: Agent) -> None:
    _, olena = await person(office, pavel, OLENA, name="Олена")
    second, petro = await person(office, pavel, PETRO, name="Petro", email="p@example.com")

    joined = await pavel.ask("POST", f"/api/contacts/{olena}/joins", {"other": petro})

    card = joined.json()
    assert (card["id"], card["name"], card["email"]) == (olena, "Олена", "p@example.com")
    assert len(card["identities"]) == 2
    (join,) = card["joins"]
    assert (join["name"], join["by"]) == ("Petro", "pavel")
    assert (await pavel.row(second))["conversation"]["contact"]["id"] == olena
    history = await pavel.get(f"/api/contacts/{olena}/conversations")
    assert len(history["rows"]) == 2

    undone = await pavel.ask("DELETE", f"/api/joins/{join['id']}", expect=200)

    assert (undone.json()["id"], undone.json()["joins"]) == (olena, [])
    assert (await pavel.row(second))["conversation"]["contact"]["id"] == petro


async def test_r46_who_gave_the_same_address_or_number_is_offered_first(
    office: Office, pavel: Agent
) -> None:
    _, olena = await person(office, pavel, OLENA, name="Олена", email="o@example.com")
    _, petro = await person(office, pavel, PETRO, name="O. K.", email="o@example.com")
    await person(office, pavel, "visitor-three-0003", name="Somebody")

    assert await others(pavel, olena) == [petro]


async def test_r46_others_are_found_by_what_is_known_of_them(office: Office, pavel: Agent) -> None:
    _, olena = await person(office, pavel, OLENA, name="Олена")
    _, petro = await person(office, pavel, PETRO, name="Петро Олененко")

    # Never oneself.
    assert await others(pavel, olena, "олен") == [petro]
    assert await others(pavel, olena, "   ") == []


async def test_s12_an_account_is_set_apart_from_a_person(office: Office, pavel: Agent) -> None:
    _, olena = await person(office, pavel, OLENA, name="Олена")
    second, petro = await person(office, pavel, PETRO, name="Petro")
    card = (await pavel.ask("POST", f"/api/contacts/{olena}/joins", {"other": petro})).json()
    account = card["identities"][1]["id"]

    left = await pavel.ask("POST", f"/api/contacts/{olena}/identities/{account}/apart", {})

    assert [one["id"] for one in left.json()["identities"]] == [card["identities"][0]["id"]]
    apart = (await pavel.row(second))["conversation"]["contact"]
    assert apart["id"] not in (olena, petro)
    assert apart["name"] == "Petro"


async def test_s12_only_an_account_of_that_person_is_set_apart(
    office: Office, pavel: Agent
) -> None:
    _, olena = await person(office, pavel, OLENA)
    _, petro = await person(office, pavel, PETRO)
    account = (await pavel.get(f"/api/contacts/{petro}"))["identities"][0]["id"]

    refused = await pavel.refused("POST", f"/api/contacts/{olena}/identities/{account}/apart", {})

    assert refused[0] == 404


async def test_a_join_that_cannot_be_is_refused(office: Office, pavel: Agent) -> None:
    _, olena = await person(office, pavel, OLENA)
    path = f"/api/contacts/{olena}/joins"

    assert (await pavel.refused("POST", path, {"other": olena}))[0] == 409
    assert (await pavel.refused("POST", path, {"other": 4711}))[0] == 404
    assert (await pavel.refused("DELETE", "/api/joins/4711"))[0] == 404


@pytest.mark.parametrize("who", ["vera", "pavel"])
async def test_r46_who_may_not_edit_people_may_not_join_them(
    an_office: OpenOffice, who: str
) -> None:
    async with an_office({"permissions.agent.edit_contact": False}) as office:
        supervisor, agent = await office.sign_in("anna"), await office.sign_in(who)
        _, olena = await person(office, supervisor, OLENA)
        _, petro = await person(office, supervisor, PETRO)
        path = f"/api/contacts/{olena}/joins"
        assert (await agent.refused("POST", path, {"other": petro}))[0] == 403

        card = (await supervisor.ask("POST", path, {"other": petro}, expect=200)).json()

        join, account = card["joins"][0]["id"], card["identities"][1]["id"]
        apart = f"/api/contacts/{olena}/identities/{account}/apart"
        assert (await agent.refused("DELETE", f"/api/joins/{join}"))[0] == 403
        assert (await agent.refused("POST", apart, {}))[0] == 403
