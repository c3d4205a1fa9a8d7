"""Signing in, staying signed in, and being kept out."""

import asyncio
from http.cookies import SimpleCookie

import httpx
import pytest

from agent_console.web.auth import Passwords, lockout, make_link
from agent_console.web.auth.passwords import NOBODYS
from agent_console.web.auth.tokens import token_hash
from bridge.store import sign_in as q
from bridge.store.transactions import Tx
from routing.declared import declare
from tests.agent_console.conftest import OpenOffice
from tests.agent_console.office import ORIGIN, Agent, Office
from tests.databases import by_hand

PASSWORD = "пароль из букв 🔑"


async def _choose_password(office: Office, agent_id: str, password: str = PASSWORD) -> None:
    token = await office.store.write(make_link, agent_id, "password")
    answer = await _link(office.stranger(), token, password)
    assert answer.status_code == 200, answer.text


async def _link(agent: Agent, token: str, password: str | None = None) -> httpx.Response:
    body = {"token": token} | ({} if password is None else {"password": password})
    return await agent.ask("POST", "/api/session/link", body)


async def _enter(agent: Agent, login: str, password: str) -> httpx.Response:
    return await agent.ask("POST", "/api/session", {"login": login, "password": password})


# --- passwords ----------------------------------------------------------------------------


async def test_a_password_opens_a_session_by_id_and_by_address_in_any_case(
    office: Office,
) -> None:
    await _choose_password(office, "olga")

    for login in ("olga", "OLGA", " olga@EXAMPLE.com "):
        answer = await _enter(office.stranger(), login, PASSWORD)
        assert answer.status_code == 200
        assert answer.json()["agent"]["id"] == "olga"


async def test_the_answer_is_the_same_for_a_wrong_password_and_an_unknown_name(
    office: Office,
) -> None:
    await _choose_password(office, "olga")

    answers = [
        await _enter(office.stranger(), login, "wrong password")
        for login in ("olga", "nobody", "pavel", "' OR 1=1 --", "nobody@example.com")
    ]

    for answer in answers:
        error = answer.json()["error"]
        error.pop("request_id")
        assert (answer.status_code, error) == (
            401,
            {
                "code": "bad_credentials",
                "message": "There is no agent with this name and password.",
            },
        )
        assert "set-cookie" not in answer.headers


async def test_an_unknown_name_costs_as_much_as_a_wrong_password() -> None:
    passwords = Passwords()
    real = await passwords.hash("anything")

    assert real.split("$")[:4] == NOBODYS.split("$")[:4]
    assert not await passwords.is_right("anything", None)
    assert not await passwords.is_right("wrong", real)
    assert not await passwords.is_right("anything", "a hash of another program")
    assert await passwords.is_right("anything", real)


async def test_one_password_typed_on_two_systems_is_one_password() -> None:
    passwords = Passwords()

    stored = await passwords.hash("Caf\u00e9 \u00bd")

    assert await passwords.is_right("Cafe\u0301 1\u20442", stored)


async def test_a_short_password_is_refused_and_the_link_stays_good(office: Office) -> None:
    token = await office.store.write(make_link, "pavel", "password")

    short = await _link(office.stranger(), token, "short")
    missing = await _link(office.stranger(), token)

    assert (short.status_code, short.json()["error"]["code"]) == (422, "weak_password")
    assert short.json()["error"]["detail"] == {"min_length": 10}
    assert (missing.status_code, missing.json()["error"]["code"]) == (400, "password_required")
    assert (await _link(office.stranger(), token, PASSWORD)).status_code == 200


async def test_a_new_password_ends_the_other_sessions(office: Office, pavel: Agent) -> None:
    await _choose_password(office, "pavel")

    status, error = await pavel.refused("GET", "/api/session")

    assert (status, error["code"]) == (401, "signed_out")


# --- lockout ------------------------------------------------------------------------------


@pytest.fixture
def cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    """Check passwords without the tenth of a second that each is meant to cost."""

    async def is_right(_: Passwords, password: str, stored: str | None) -> bool:
        return stored is not None and password == PASSWORD

    monkeypatch.setattr(Passwords, "is_right", is_right)


async def test_after_five_wrong_passwords_a_name_has_to_wait_and_longer_each_time(
    office: Office,
    cheap: None,
) -> None:
    await _choose_password(office, "pavel")
    for _ in range(5):
        assert (await _enter(office.stranger(), "pavel", "wrong")).status_code == 401

    for wait in (30, 60, 120, 240, 480, 900, 900):
        locked = await _enter(office.stranger(), "pavel@example.com", PASSWORD)
        assert (locked.status_code, locked.json()["error"]["code"]) == (429, "locked")
        assert locked.json()["error"]["detail"] == {"retry_after": wait}
        assert locked.headers["retry-after"] == str(wait)
        office.clock.tick(wait)
        assert (await _enter(office.stranger(), "pavel", "wrong")).status_code == 401

    office.clock.tick(900)
    assert (await _enter(office.stranger(), "pavel", PASSWORD)).status_code == 200
    assert (await _enter(office.stranger(), "pavel", "wrong")).status_code == 401


async def test_an_unknown_name_is_locked_just_the_same(office: Office, cheap: None) -> None:
    for _ in range(5):
        assert (await _enter(office.stranger(), "Nobody", "wrong")).status_code == 401

    assert (await _enter(office.stranger(), "nobody", "wrong")).status_code == 429


async def test_many_names_from_one_address_lock_the_address(office: Office, cheap: None) -> None:
    for number in range(20):
        assert (await _enter(office.stranger(), f"name{number}", "wrong")).status_code == 401

    assert (await _enter(office.stranger(), "another", "wrong")).status_code == 429


async def test_a_hundred_attempts_at_once_are_not_one(office: Office, cheap: None) -> None:
    answers = await asyncio.gather(
        *(_enter(office.stranger(), "pavel", "wrong") for _ in range(12))
    )

    assert sorted(one.status_code for one in answers) == [401] * 5 + [429] * 7


async def test_what_was_typed_as_a_name_is_kept_nowhere(office: Office) -> None:
    await _enter(office.stranger(), "my secret password", "x")

    kept = await office.store.read(_failures)

    assert kept
    assert all("secret" not in str(row) for row in kept)
    assert all(token_hash("my secret password") not in str(row) for row in kept)


def _failures(tx: Tx) -> list[object]:
    found: list[object] = by_hand(tx, "SELECT * FROM sign_in_failures").fetchall()
    return found


@pytest.mark.parametrize(
    ("attempts", "seconds"),
    [(0, 0), (4, 0), (5, 30), (6, 60), (9, 480), (10, 900), (11, 900), (10**6, 900)],
)
def test_the_pause_doubles_up_to_a_quarter_of_an_hour(attempts: int, seconds: int) -> None:
    assert lockout.pause(attempts, lockout.FREE_FOR_LOGIN) == seconds * 1000


async def test_one_address_cannot_try_without_end(office: Office) -> None:
    answers = [await _link(office.stranger(), "x" * 43) for _ in range(61)]

    assert [one.status_code for one in answers] == [401] * 60 + [429]
    assert answers[-1].json()["error"]["code"] == "slow_down"


# --- links --------------------------------------------------------------------------------


async def test_a_link_opens_a_session_once(office: Office) -> None:
    token = await office.store.write(make_link, "pavel", "sign_in")

    first = await _link(office.stranger(), token)
    second = await _link(office.stranger(), token)

    assert first.json()["agent"]["id"] == "pavel"
    assert (second.status_code, second.json()["error"]["code"]) == (401, "link_invalid")


async def test_of_two_who_use_a_link_at_once_one_gets_in(office: Office) -> None:
    token = await office.store.write(make_link, "pavel", "sign_in")

    answers = await asyncio.gather(*(_link(office.stranger(), token) for _ in range(5)))

    assert sorted(one.status_code for one in answers) == [200, 401, 401, 401, 401]


async def test_unknown_used_and_expired_links_are_told_alike(office: Office) -> None:
    used = await office.store.write(make_link, "pavel", "sign_in")
    await _link(office.stranger(), used)
    expired = await office.store.write(make_link, "pavel", "sign_in")
    office.clock.tick(24 * 3600 + 1)

    bodies = []
    for token in (used, expired, "unknown", "💥"):
        for path in ("/api/session/link", "/api/session/link/peek"):
            answer = await office.stranger().ask("POST", path, {"token": token})
            error = answer.json()["error"]
            error.pop("request_id")
            bodies.append((answer.status_code, tuple(error.items())))

    assert len(set(bodies)) == 1
    assert bodies[0][0] == 401


async def test_looking_at_a_link_does_not_use_it_up(office: Office) -> None:
    token = await office.store.write(make_link, "pavel", "password")
    stranger = office.stranger()

    for _ in range(2):
        seen = await stranger.post("/api/session/link/peek", {"token": token})
        assert seen == {"kind": "password", "agent": {"id": "pavel", "name": "Павел"}}
    assert (await _link(stranger, token, PASSWORD)).status_code == 200


async def test_only_hashes_of_tokens_are_stored(office: Office) -> None:
    token = await office.store.write(make_link, "pavel", "sign_in")
    agent = office.stranger()
    answer = await _link(agent, token)
    cookie = agent.http.cookies["deskbridge"]

    kept = await office.store.read(_tokens)

    assert answer.status_code == 200
    assert token_hash(cookie) in kept
    assert token_hash(token) in kept
    assert cookie not in kept
    assert token not in kept


def _tokens(tx: Tx) -> set[str]:
    rows = by_hand(tx, "SELECT token_hash FROM sessions UNION SELECT token_hash FROM sign_in_links")
    return {row[0] for row in rows.fetchall()}


# --- the session --------------------------------------------------------------------------


async def test_on_loopback_the_cookie_is_plain_and_of_this_host_only(office: Office) -> None:
    token = await office.store.write(make_link, "pavel", "sign_in")

    set_cookie = (await _link(office.stranger(), token)).headers["set-cookie"]

    (name, morsel) = next(iter(SimpleCookie(set_cookie).items()))
    assert name == "deskbridge"
    assert morsel["httponly"]
    assert morsel["samesite"] == "lax"
    assert morsel["path"] == "/"
    assert not morsel["domain"]
    assert not morsel["secure"]


async def test_over_https_the_cookie_is_bound_to_the_host(an_office: OpenOffice) -> None:
    url = "https://support.example.com"
    async with an_office({"server.public_url": url}) as office:
        token = await office.store.write(make_link, "pavel", "sign_in")

        answer = await office.stranger().http.post(
            "/api/session/link", json={"token": token}, headers={"Origin": url}
        )

        set_cookie = answer.headers["set-cookie"]
        assert set_cookie.startswith("__Host-deskbridge=")
        lowered = set_cookie.lower()
        assert all(part in lowered for part in ("secure", "httponly", "samesite=lax", "path=/"))
        assert "domain" not in lowered


async def test_signing_in_again_ends_the_session_the_browser_had(
    office: Office, pavel: Agent
) -> None:
    before = pavel.http.cookies["deskbridge"]
    token = await office.store.write(make_link, "anna", "sign_in")

    answer = await _link(pavel, token)

    after = pavel.http.cookies["deskbridge"]
    assert answer.status_code == 200
    assert after != before
    kept = await office.store.read(_tokens)
    assert token_hash(before) not in kept


async def test_signing_out_ends_the_session_and_takes_the_cookie(
    office: Office, pavel: Agent
) -> None:
    cookie = pavel.http.cookies["deskbridge"]

    answer = await pavel.ask("DELETE", "/api/session", expect=204)

    assert 'deskbridge=""' in answer.headers["set-cookie"]
    stranger = office.stranger()
    stranger.http.cookies.set("deskbridge", cookie, domain="127.0.0.1")
    assert (await stranger.refused("GET", "/api/session"))[0] == 401


async def test_a_session_ends_after_the_configured_time_without_anything_done(
    an_office: OpenOffice,
) -> None:
    async with an_office({"staff.console": {"type": "web", "session": "1h"}}) as office:
        pavel = await office.sign_in("pavel")
        for _ in range(3):
            office.clock.tick(3000)
            await pavel.get("/api/session")

        office.clock.tick(3601)

        assert (await pavel.refused("GET", "/api/session"))[0] == 401


async def test_an_agent_gone_from_the_yaml_loses_their_sessions_at_the_next_start(
    office: Office, pavel: Agent, anna: Agent
) -> None:
    conversation, _ = await office.customer_writes()
    await pavel.act("take", conversation)
    others = {key: one for key, one in office.settings.agents.items() if key != "pavel"}
    settings = office.settings.model_copy(update={"agents": others})

    await office.store.write(declare, settings)

    assert (await pavel.refused("GET", "/api/session"))[0] == 401
    assert (await anna.row(conversation))["conversation"]["assignee"] is None
    refs = {one["id"]: one for one in await anna.get("/api/agents")}
    assert refs["pavel"]["retired"] is True
    assert "retired" not in refs["anna"]


async def test_a_retired_agent_cannot_come_back_by_password_or_link(office: Office) -> None:
    await _choose_password(office, "pavel")
    token = await office.store.write(make_link, "pavel", "sign_in")
    others = {key: one for key, one in office.settings.agents.items() if key != "pavel"}
    await office.store.write(declare, office.settings.model_copy(update={"agents": others}))

    assert (await _enter(office.stranger(), "pavel", PASSWORD)).status_code == 401
    assert (await _link(office.stranger(), token)).status_code == 401


async def test_expired_sessions_are_forgotten(office: Office, pavel: Agent) -> None:
    office.clock.tick(13 * 3600)
    await office.sign_in("anna")

    assert token_hash(pavel.http.cookies["deskbridge"]) not in await office.store.read(_tokens)


async def test_the_session_tells_all_that_a_console_needs(office: Office, pavel: Agent) -> None:
    session = await pavel.get("/api/session")

    assert session["agent"]["id"] == "pavel"
    assert session["agent"]["role"] == "agent"
    assert session["agent"]["email"] == "pavel@example.com"
    assert session["server_time"] == office.clock.now()
    assert {one["id"] for one in session["agents"]} == {"olga", "anna", "pavel", "ivan", "vera"}
    assert session["inboxes"][0]["capabilities"] == {
        "max_text": 4000,
        "text_unit": "code_points",
        "edits": True,
        "deletes": True,
        "quotes": True,
        "typing": True,
        "reports_delivered": True,
        "reports_read": True,
        "max_file": 4 * 1024 * 1024,
        "media": ["audio", "file", "image", "video"],
        "limits": dict.fromkeys(["audio", "file", "image", "video"], 4 * 1024 * 1024),
    }
    assert session["settings"]["panel"][0] == "contact"
    assert session["settings"]["visit"] == {"page": True, "utm": True, "screen": True, "ip": True}


async def test_preferences_are_kept_and_what_is_not_named_stays(
    office: Office, pavel: Agent, anna: Agent
) -> None:
    answer = await pavel.ask(
        "PUT", "/api/me/preferences", {"theme": "dark", "sort": "oldest"}, expect=200
    )
    await pavel.ask("PUT", "/api/me/preferences", {"locale": "uk", "sort": None}, expect=200)

    kept = (await pavel.get("/api/session"))["agent"]["preferences"]

    assert answer.json()["sort"] == "oldest"
    assert (kept["theme"], kept["locale"], kept["sort"]) == ("dark", "uk", None)
    assert (await anna.get("/api/session"))["agent"]["preferences"]["theme"] == "auto"


async def test_preferences_of_a_newer_program_do_not_lock_anybody_out(
    office: Office, pavel: Agent
) -> None:
    await office.store.write(_write_preferences, '{"theme": "sepia"}')

    assert (await pavel.get("/api/session"))["agent"]["preferences"]["theme"] == "auto"


def _write_preferences(tx: Tx, preferences: str) -> None:
    tx.run(q.SET_PREFERENCES, of="pavel", preferences=preferences)


async def test_signing_in_from_another_site_is_refused(office: Office) -> None:
    token = await office.store.write(make_link, "pavel", "sign_in")
    http = office.stranger().http
    paths = {
        "/api/session": {"login": "pavel", "password": "x"},
        "/api/session/link": {"token": token},
        "/api/session/link/peek": {"token": token},
    }

    for path, body in paths.items():
        for headers in ({}, {"Origin": "https://evil.example"}, {"Origin": "null"}):
            answer = await http.post(path, json=body, headers=headers)
            assert (answer.status_code, answer.json()["error"]["code"]) == (403, "foreign_origin")
    assert (await http.post(path, json=body, headers={"Origin": ORIGIN})).status_code == 200
