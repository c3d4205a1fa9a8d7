"""What the law gives a person, in the console: all there is of them, and being forgotten."""

import io
import json
import zipfile
from typing import Any

from bridge.channel import InboundMessage, Sender
from bridge.store import audit as a
from tests.agent_console.office import Agent, Office

EVERYTHING = 2**53
CUSTOMER = "visitor-one-000001"


async def person_of(agent: Agent, conversation: int) -> int:
    row = await agent.row(conversation)
    number: int = row["conversation"]["contact"]["id"]
    return number


async def acts(office: Office) -> list[tuple[str, str | None, dict[str, Any]]]:
    wanted = {"agent": None, "action": None, "conversation": None, "since": 0, "limit": 50}
    found = await office.store.read(
        lambda tx: tx.all(a.FOUND, before=EVERYTHING, until=EVERYTHING, **wanted)
    )
    return [(one.action, one.subject, json.loads(one.detail)) for one in found]


async def test_a_supervisor_takes_away_all_there_is_of_a_person(
    office: Office, anna: Agent, pavel: Agent
) -> None:
    conversation, _ = await office.customer_writes("мій договір")
    await pavel.act("take", conversation)
    await pavel.says(conversation, "Ось він")
    number = await person_of(anna, conversation)

    answer = await anna.ask("GET", f"/api/contacts/{number}/export", expect=200)

    assert answer.headers["content-type"] == "application/zip"
    assert f"person-{number}.zip" in answer.headers["content-disposition"]
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        told = json.loads(archive.read("person.json"))
    [talk] = told["conversations"]
    said = [one["text"] for one in talk["messages"] if one["kind"] != "activity"]
    assert said == ["мій договір", "Ось він"]
    counted = {"conversations": 1, "files": 0}
    assert ("person_exported", f"contact:{number}", counted) in await acts(office)


async def test_a_person_is_erased_when_their_number_is_typed(office: Office, anna: Agent) -> None:
    conversation, _ = await office.customer_writes("мій договір")
    number = await person_of(anna, conversation)
    address = f"/api/contacts/{number}/erase"
    assert (await anna.refused("POST", address, {"confirm": "yes"}))[0] == 422
    assert await anna.listed("new") == [conversation]

    erased = await anna.post(address, {"confirm": str(number)})

    assert erased == {"conversations": 1, "files": 0, "surfaces": []}
    assert await anna.listed("new") == []
    assert (await anna.refused("GET", f"/api/conversations/{conversation}"))[0] == 404
    counted = {"conversations": 1, "files": 0}
    assert ("person_erased", f"contact:{number}", counted) in await acts(office)
    said = InboundMessage(
        sender=Sender(external_id=CUSTOMER), external_id="m1", sent_at=1, thread="t", text="знов"
    )
    (again,) = await office.sink("site").accept([said])
    assert again.outcome == "duplicate"


async def test_whoever_looks_at_them_is_told_that_they_are_gone(
    office: Office, anna: Agent, pavel: Agent
) -> None:
    conversation, _ = await office.customer_writes()
    number = await person_of(anna, conversation)
    async with office.listening() as address, pavel.live(address) as seen:
        await anna.post(f"/api/contacts/{number}/erase", {"confirm": str(number)})
        await seen.until("changes", gone=[conversation])


async def test_an_agent_neither_takes_people_away_nor_erases_them(
    office: Office, pavel: Agent, anna: Agent
) -> None:
    conversation, _ = await office.customer_writes()
    number = await person_of(anna, conversation)
    assert (await pavel.refused("GET", f"/api/contacts/{number}/export"))[0] == 403
    erase = {"confirm": str(number)}
    assert (await pavel.refused("POST", f"/api/contacts/{number}/erase", erase))[0] == 403
    assert "people" not in pavel.session["rights"]
    assert "people" in anna.session["rights"]
