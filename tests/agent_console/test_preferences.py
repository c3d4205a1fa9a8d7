"""What an agent prefers, on every device at once; and what the YAML has until they choose."""

from typing import Any

from tests.agent_console.conftest import OpenOffice
from tests.agent_console.office import Agent, Office


async def change(agent: Agent, wanted: dict[str, object]) -> Any:
    """Change some preferences; return all."""
    return (await agent.ask("PUT", "/api/me/preferences", wanted, expect=200)).json()


QUIET = {"sound": False, "level": "mine", "muted": ["blog"], "tune": "bell"}


async def test_o27_r32_r33_what_an_agent_chooses_is_kept_and_theirs_alone(
    office: Office, pavel: Agent, ivan: Agent
) -> None:
    changed = await change(pavel, QUIET | {"call_sound": False})

    again = await office.sign_in("pavel")
    kept = (await again.get("/api/session"))["agent"]["preferences"]
    assert kept == changed
    assert {name: kept[name] for name in QUIET} == QUIET
    assert kept["call_sound"] is False
    other = (await ivan.get("/api/session"))["agent"]["preferences"]
    assert (other["sound"], other["level"], other["muted"]) == (True, None, None)


async def test_o36_o37_null_is_the_company_s_word_again(office: Office, pavel: Agent) -> None:
    await change(pavel, {"notes": False, "level": "nothing"})

    back = await change(pavel, {"notes": None, "level": None})

    assert (back["notes"], back["level"]) == (None, None)


async def test_every_other_tab_of_the_agent_is_told_at_once_and_nobody_else(
    office: Office, pavel: Agent, ivan: Agent
) -> None:
    async with (
        office.listening() as address,
        pavel.live(address) as mine,
        ivan.live(address) as other,
    ):
        await change(pavel, {"level": "mine"})
        frame = await mine.until("preferences")
        await change(ivan, {"theme": "dark"})
        theirs = await other.until("preferences")

    assert frame["preferences"]["level"] == "mine"
    assert (theirs["preferences"]["theme"], theirs["preferences"]["level"]) == ("dark", None)


async def test_what_is_no_preference_is_refused(office: Office, pavel: Agent) -> None:
    for change in ({"level": "loud"}, {"tune": "trumpet"}, {"sound": None}, {"volume": 11}):
        status, _ = await pavel.refused("PUT", "/api/me/preferences", change)
        assert status == 400, change


async def test_d05_o13_o30_the_yaml_says_what_agents_have_to_begin_with(
    an_office: OpenOffice,
) -> None:
    told = {"level": "mine", "notes": False, "sound": False, "repeat": True}
    changes = {"notify.agent": told, "agents.pavel.inboxes": ["site"]}
    changes["teams.sales.members"] = ["pavel"]
    async with an_office(changes) as office:
        pavel = await office.sign_in("pavel")
        ivan = await office.sign_in("ivan")
        his, other = [
            (await one.get("/api/session"))["settings"]["notify"] for one in (pavel, ivan)
        ]

    assert {name: his[name] for name in told} == told
    assert (his["customers"], his["call_sound"]) == (True, True)
    assert (his["inboxes"], his["teams"]) == (["site"], ["sales"])
    assert (other["inboxes"], other["teams"]) == (None, [])


async def test_an_agent_with_a_shift_is_told_when_it_is(an_office: OpenOffice) -> None:
    week = {"weekly": {"mon-sun": ["09:00-18:00"]}}
    async with an_office({"hours.day": week, "agents.pavel.hours": "day"}) as office:
        pavel = await office.sign_in("pavel")
        ivan = await office.sign_in("ivan")
        spans = (await pavel.get("/api/me/shift"))["spans"]
        assert (await ivan.get("/api/me/shift"))["spans"] is None

    now = office.clock.now()
    assert 7 <= len(spans) <= 10
    assert all(one["end"] - one["start"] == 9 * 3_600_000 for one in spans)
    assert all(one["end"] > now for one in spans)
