"""What an administrator sees of the desk: no secret, and nothing that a customer said."""

from typing import Any

from tests.agent_console.conftest import OpenOffice
from tests.agent_console.office import Agent, Office


async def state(agent: Agent, inbox: str = "site") -> Any:
    found = await agent.get("/api/operations/channels")
    return next(one for one in found if one["health"]["inbox"] == inbox)


async def test_what_waits_and_what_did_not_arrive_is_counted_by_channel(
    office: Office, anna: Agent
) -> None:
    here, _ = await office.customer_writes()
    await anna.act("take", here)
    sent = [(await anna.says(here, str(n)))["message"]["id"] for n in range(4)]
    first = office.clock.now()
    office.clock.tick(60)
    await office.delivered(sent[0], "sent")
    await office.delivered(sent[1], "failed", "rejected")
    await office.delivered(sent[2], "uncertain")

    found = await state(anna)

    assert (found["waiting"], found["oldest"]) == (1, first)
    assert (found["failed"], found["uncertain"]) == (1, 1)
    assert (await state(anna, "blog"))["waiting"] == 0


async def test_an_old_failure_is_history_and_an_old_doubt_is_not(
    office: Office, anna: Agent
) -> None:
    here, _ = await office.customer_writes()
    await anna.act("take", here)
    for became in ("failed", "uncertain"):
        sent = (await anna.says(here, "Ок"))["message"]["id"]
        await office.delivered(sent, became)
    office.clock.tick(8 * 86_400)

    found = await state(await office.sign_in("anna"))

    assert (found["failed"], found["uncertain"]) == (0, 1)


async def test_the_configuration_is_shown_with_its_places_and_without_its_secrets(
    an_office: OpenOffice, tmp_path: Any
) -> None:
    (tmp_path / "key.txt").write_text("never-shown-" * 5)
    async with an_office({"server.secret_key": "${file:key.txt}"}) as office:
        olga = await office.sign_in("olga")
        desk = await olga.get("/api/operations/desk")

    keys = {one["key"]: one for one in desk["keys"]}
    assert "never-shown" not in str(desk)
    assert keys["server.secret_key"]["value"] == "***"
    assert keys["agents.anna.role"]["value"] == "supervisor"
    written = (tmp_path / "office.yaml").read_text(encoding="utf-8").splitlines()
    line = int(keys["agents.anna.role"]["where"].rpartition(":")[2])
    assert "supervisor" in written[line - 1]
    assert keys["storage.retention.audit"] == {
        "key": "storage.retention.audit",
        "value": "1y",
        "where": None,
    }


async def test_the_first_steps_are_done_one_after_another(office: Office) -> None:
    olga = await office.sign_in("olga")

    async def done() -> list[str]:
        steps = (await olga.get("/api/operations/desk"))["steps"]
        return [one["id"] for one in steps if one["done"]]

    assert await done() == ["channel"]
    here, _ = await office.customer_writes()
    assert await done() == ["channel", "written"]
    await olga.act("take", here)
    await olga.says(here, "Ок")
    assert await done() == ["channel", "written", "answered"]


async def test_the_program_says_what_it_stands_on(office: Office) -> None:
    olga = await office.sign_in("olga")
    desk = await olga.get("/api/operations/desk")

    assert desk["database"].startswith(("SQLite 3.", "PostgreSQL 1"))
    assert desk["media_total"] >= desk["media_free"] > 0
    assert desk["sessions"] == 1
    assert len(desk["hash"]) == 16
