"""Who is signed in, where, and how that is ended: one's own sessions, and by owners anybody's."""

import httpx
import pytest
from websockets.exceptions import ConnectionClosed

from agent_console.web.auth import make_link
from agent_console.web.live import live
from bridge.store.sessions import end_sessions
from routing.declared import declare
from tests.agent_console.office import ORIGIN, Agent, LiveView, Office

FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:145.0) Gecko/20100101 Firefox/145.0"


@pytest.fixture
async def olga(office: Office) -> Agent:
    """Return the owner, signed in."""
    return await office.sign_in("olga")


async def _with_browser(office: Office, agent_id: str, user_agent: str) -> Agent:
    token = await office.store.write(make_link, agent_id, "sign_in")
    agent = office.stranger()
    answer: httpx.Response = await agent.http.post(
        "/api/session/link",
        json={"token": token},
        headers={"Origin": ORIGIN, "User-Agent": user_agent},
    )
    agent.adopt(answer.json())
    return agent


async def _let_go(view: LiveView) -> None:
    await view.until("signed_out")
    with pytest.raises(ConnectionClosed):
        await view.connection.recv()
    assert view.connection.close_code == 4401


async def test_an_agent_sees_where_they_are_signed_in_since_when_and_with_what(
    office: Office, pavel: Agent
) -> None:
    office.clock.tick(3600)
    await _with_browser(office, "pavel", FIREFOX)

    other, here = await pavel.get("/api/me/sessions")

    # Asking is doing something: this one was used just now, as was the other.
    assert {other["used_at"], here["used_at"]} == {office.clock.now()}
    here, other = sorted((other, here), key=lambda one: one["created_at"])
    assert here["current"] is True
    assert other == {
        "id": other["id"],
        "agent": "pavel",
        "created_at": office.clock.now(),
        "used_at": office.clock.now(),
        "address": "127.0.0.1",
        "browser": "Firefox 145",
        "system": "Windows 10",
        "current": False,
    }


async def test_no_list_of_sessions_has_anything_that_opens_one(
    office: Office, pavel: Agent, olga: Agent
) -> None:
    for agent, path in ((pavel, "/api/me/sessions"), (olga, "/api/sessions")):
        told = str(await agent.get(path))
        for one in (pavel, olga):
            assert one.http.cookies["deskbridge"] not in told
            assert one.csrf not in told


async def test_an_agent_ends_one_session_of_theirs_and_stays_here(
    office: Office, pavel: Agent, olga: Agent
) -> None:
    other = await office.sign_in("pavel")
    (doomed,) = [one["id"] for one in await pavel.get("/api/me/sessions") if not one["current"]]

    await pavel.ask("DELETE", f"/api/me/sessions/{doomed}", expect=204)

    assert (await other.refused("GET", "/api/session"))[0] == 401
    assert [one["current"] for one in await pavel.get("/api/me/sessions")] == [True]
    assert (await pavel.refused("DELETE", f"/api/me/sessions/{doomed}"))[0] == 404
    (act,) = (await olga.get("/api/audit", action="sessions_ended"))["acts"]
    assert (act["agent"], act["subject"], act["detail"]) == (
        "pavel",
        "agent:pavel",
        {"sessions": 1},
    )


async def test_an_agent_ends_all_other_sessions_of_theirs_and_nobody_elses(
    office: Office, pavel: Agent, anna: Agent
) -> None:
    others = [await office.sign_in("pavel") for _ in range(3)]

    await pavel.ask("DELETE", "/api/me/sessions", expect=204)

    for other in others:
        assert (await other.refused("GET", "/api/session"))[0] == 401
    await pavel.get("/api/session")
    await anna.get("/api/session")


async def test_a_colleagues_session_is_not_there_for_an_agent(
    office: Office, pavel: Agent, anna: Agent
) -> None:
    ((annas),) = [one["id"] for one in await anna.get("/api/me/sessions")]

    status, error = await pavel.refused("DELETE", f"/api/me/sessions/{annas}")

    assert (status, error["code"]) == (404, "not_found")
    await anna.get("/api/session")


async def test_an_owner_sees_everybodys_sessions_and_ends_any(
    office: Office, olga: Agent, pavel: Agent, anna: Agent
) -> None:
    found = {one["agent"]: one for one in await olga.get("/api/sessions")}
    assert set(found) == {"olga", "pavel", "anna"}
    assert [key for key, one in found.items() if one["current"]] == ["olga"]

    await olga.ask("DELETE", f"/api/sessions/{found['pavel']['id']}", expect=204)
    await olga.ask("DELETE", "/api/agents/anna/sessions", expect=204)

    for gone in (pavel, anna):
        assert (await gone.refused("GET", "/api/session"))[0] == 401
    acts = (await olga.get("/api/audit", action="sessions_ended"))["acts"]
    assert [(one["agent"], one["subject"]) for one in acts] == [
        ("olga", "agent:anna"),
        ("olga", "agent:pavel"),
    ]
    assert (await olga.refused("DELETE", "/api/agents/nobody/sessions"))[0] == 404


async def test_an_owner_who_ends_their_own_sessions_by_name_stays_here(
    office: Office, olga: Agent
) -> None:
    other = await office.sign_in("olga")

    await olga.ask("DELETE", "/api/agents/olga/sessions", expect=204)

    await olga.get("/api/session")
    assert (await other.refused("GET", "/api/session"))[0] == 401


async def test_an_ended_session_closes_its_consoles_at_once_and_no_others(
    office: Office, pavel: Agent, olga: Agent, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "LOOK_AT_SESSIONS", 3600)
    other = await office.sign_in("pavel")
    async with (
        office.listening() as address,
        pavel.live(address) as stays,
        other.live(address) as goes,
    ):
        await stays.until("hello")
        await goes.until("hello")
        await pavel.ask("DELETE", "/api/me/sessions", expect=204)

        await _let_go(goes)
        await stays.send({"type": "ping"})
        await stays.until("pong")
        await olga.ask("DELETE", "/api/agents/pavel/sessions", expect=204)
        await _let_go(stays)


async def test_what_another_process_ends_is_noticed_by_the_log(
    office: Office, pavel: Agent, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "LOOK_AT_SESSIONS", 3600)
    async with office.listening() as address, pavel.live(address) as view:
        await view.until("hello")
        assert await office.store.write(end_sessions, "pavel") == 1

        await _let_go(view)


async def test_a_new_role_is_entered_with_a_new_session(
    office: Office, pavel: Agent, anna: Agent
) -> None:
    """Row 25: what was let in with fewer rights is not let in with more."""
    promoted = office.settings.agents["pavel"].model_copy(update={"role": "owner"})
    agents = {**office.settings.agents, "pavel": promoted}
    before = pavel.http.cookies["deskbridge"]

    await office.store.write(declare, office.settings.model_copy(update={"agents": agents}))

    assert (await pavel.refused("GET", "/api/session"))[0] == 401
    await anna.get("/api/session")
    again = await office.sign_in("pavel")
    assert again.session["agent"]["role"] == "owner"
    assert again.http.cookies["deskbridge"] != before


async def test_an_unchanged_role_ends_nothing(office: Office, pavel: Agent) -> None:
    await office.store.write(declare, office.settings)

    await pavel.get("/api/session")


async def test_a_session_that_has_run_out_is_listed_nowhere(office: Office, olga: Agent) -> None:
    await office.sign_in("pavel")
    office.clock.tick(11 * 3600)
    await olga.get("/api/session")
    office.clock.tick(2 * 3600)

    assert [one["agent"] for one in await olga.get("/api/sessions")] == ["olga"]
