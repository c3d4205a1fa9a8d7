"""Holes that doors of this kind have had (RELIABILITY.md, rows 24, 25 and 28): none is here."""

from typing import Any

import httpx
import pytest

from agent_console.web.auth import Passwords, make_link
from agent_console.web.auth.tokens import token_hash
from bridge.store import sign_in as q
from bridge.store.transactions import Tx
from tests.agent_console.conftest import OpenOffice
from tests.agent_console.office import ORIGIN, Agent, Office

BEHIND = {"server.trusted_proxies": ["127.0.0.1/32"]}
NAMING = (
    "X-Remote-User",
    "Remote-User",
    "X-Forwarded-User",
    "X-Forwarded-Email",
    "X-Auth-Request-User",
    "X-Auth-Request-Email",
    "X-WEBAUTH-USER",
    "X-User",
    "X-Original-URL",
    "X-Rewrite-URL",
)
HOSTS = (
    "evil.example",
    "evil.example:8080",
    "127.0.0.1.evil.example",
    "127.0.0.1:8080@evil.example",
    "evil.example#127.0.0.1:8080",
    "localhost.evil.example",
    "",
    "127.0.0.1:8080, evil.example",
)


async def _token(office: Office, agent_id: str = "pavel") -> str:
    return await office.store.write(make_link, agent_id, "sign_in")


async def _enter(agent: Agent, token: Any, **headers: str) -> httpx.Response:
    return await agent.http.post(
        "/api/session/link", json={"token": token}, headers={"Origin": ORIGIN} | headers
    )


@pytest.mark.parametrize("changes", [{}, BEHIND], ids=["no proxy", "a trusted proxy"])
async def test_no_header_that_names_a_user_lets_anybody_in(
    an_office: OpenOffice, changes: dict[str, Any]
) -> None:
    async with an_office(changes) as office:
        stranger = office.stranger()
        for name in NAMING:
            for value in ("olga", "olga@example.com", "/api/session"):
                answer = await stranger.http.get("/api/session", headers={name: value})
                assert (answer.status_code, answer.json()["error"]["code"]) == (401, "signed_out")


async def test_a_header_that_names_a_user_makes_nobody_somebody_else(
    office: Office, pavel: Agent
) -> None:
    for name in NAMING:
        answer = await pavel.http.get("/api/session", headers={name: "olga"})
        assert answer.json()["agent"]["id"] == "pavel"


@pytest.mark.parametrize("host", HOSTS)
async def test_under_another_host_nobody_signs_in_and_the_link_stays_good(
    office: Office, host: str
) -> None:
    token = await _token(office)

    refused = await _enter(office.stranger(), token, Host=host)

    assert (refused.status_code, refused.json()["error"]["code"]) == (421, "wrong_host")
    assert "set-cookie" not in refused.headers
    assert "evil" not in refused.text
    assert (await _enter(office.stranger(), token)).status_code == 200


async def test_a_forwarded_host_is_believed_nowhere(an_office: OpenOffice) -> None:
    async with an_office(BEHIND) as office:
        evil = {
            "X-Forwarded-Host": "evil.example",
            "X-Host": "evil.example",
            "Forwarded": "host=evil.example;proto=https",
            "X-Forwarded-Proto": "https",
        }
        answer = await _enter(office.stranger(), await _token(office), **evil)
        home = await office.stranger().http.get("/", headers=evil)

    assert "evil" not in answer.text + str(answer.headers) + str(home.headers)
    # Whether it is https the configuration says, and no header.
    assert answer.headers["set-cookie"].startswith("deskbridge=")
    assert home.headers["location"] == "/console"


@pytest.mark.parametrize(
    ("changes", "written"),
    [({}, "127.0.0.1"), (BEHIND, "192.0.2.9")],
    ids=["an untrusted peer", "a trusted proxy"],
)
async def test_where_a_sign_in_came_from_is_told_by_trusted_proxies_alone(
    an_office: OpenOffice, changes: dict[str, Any], written: str
) -> None:
    async with an_office(changes) as office:
        pavel = office.stranger()
        claims = {
            "X-Forwarded-For": "198.51.100.1, 192.0.2.9",
            "X-Real-IP": "198.51.100.2",
            "CF-Connecting-IP": "198.51.100.3",
            "True-Client-IP": "198.51.100.4",
        }
        await _enter(pavel, await _token(office), **claims)
        (here,) = await pavel.get("/api/me/sessions")

    assert here["address"] == written


async def test_an_address_that_is_made_up_does_not_get_around_the_pause(office: Office) -> None:
    codes = []
    for number in range(21):
        answer = await office.stranger().http.post(
            "/api/session",
            json={"login": f"nobody{number}", "password": "wrong password"},
            headers={"Origin": ORIGIN, "X-Forwarded-For": f"198.51.100.{number}"},
        )
        codes.append(answer.json()["error"]["code"])

    assert codes == ["bad_credentials"] * 20 + ["locked"]


@pytest.mark.parametrize("token", ["", None, [], {}, 0, False, " ", "\x00", "null", "undefined"])
async def test_an_empty_link_opens_nothing_even_where_an_empty_one_is_kept(
    office: Office, token: Any
) -> None:
    def keep_empty(tx: Tx) -> None:
        for hashed in ("", "null", "None"):
            tx.run(
                q.ADD_LINK,
                token_hash=hashed,
                agent_id="olga",
                kind="sign_in",
                expires_at=tx.now + 1000,
            )

    await office.store.write(keep_empty)
    for path in ("/api/session/link", "/api/session/link/peek"):
        answer = await office.stranger().http.post(
            path, json={"token": token}, headers={"Origin": ORIGIN}
        )
        assert answer.status_code in (400, 401)
        assert "set-cookie" not in answer.headers


async def test_what_is_kept_of_a_link_or_a_session_opens_nothing(
    office: Office, pavel: Agent
) -> None:
    token = await _token(office)

    assert (await _enter(office.stranger(), token_hash(token))).status_code == 401
    thief = office.stranger()
    kept = token_hash(pavel.http.cookies["deskbridge"])
    thief.http.cookies.set("deskbridge", kept, domain="127.0.0.1")
    assert (await thief.refused("GET", "/api/session"))[0] == 401


async def test_a_session_that_somebody_put_into_the_browser_is_not_the_one_that_is_opened(
    office: Office,
) -> None:
    victim = office.stranger()
    victim.http.cookies.set("deskbridge", "chosen-by-somebody-else", domain="127.0.0.1")

    answer = await _enter(victim, await _token(office))

    given = answer.headers["set-cookie"].partition(";")[0].partition("=")[2]
    assert given != "chosen-by-somebody-else"
    thief = office.stranger()
    thief.http.cookies.set("deskbridge", "chosen-by-somebody-else", domain="127.0.0.1")
    assert (await thief.refused("GET", "/api/session"))[0] == 401


async def test_over_https_a_cookie_without_the_host_prefix_is_not_looked_at(
    an_office: OpenOffice,
) -> None:
    url = "https://support.example.com"
    async with an_office({"server.public_url": url}) as office:
        pavel = office.stranger()
        answer = await pavel.http.post(
            "/api/session/link",
            json={"token": await _token(office)},
            headers={"Origin": url},
        )
        held = answer.headers["set-cookie"].partition(";")[0].partition("=")[2]
        plain = await office.stranger().http.get(
            "/api/session", headers={"Cookie": f"deskbridge={held}"}
        )
        bound = await office.stranger().http.get(
            "/api/session", headers={"Cookie": f"__Host-deskbridge={held}"}
        )

    assert (plain.status_code, bound.status_code) == (401, 200)


async def test_a_known_and_an_unknown_name_cost_one_password_check_of_the_same_price(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Row 24: counted and priced, for a clock on a busy machine says nothing."""
    checked: list[list[str]] = []
    verify = Passwords._verify

    def priced(self: Passwords, password: str, stored: str) -> str:
        checked.append(stored.split("$")[:4])
        return verify(self, password, stored)

    monkeypatch.setattr(Passwords, "_verify", priced)
    chosen = await office.store.write(make_link, "olga", "password")
    body = {"token": chosen, "password": "a long password"}
    assert (await office.stranger().ask("POST", "/api/session/link", body)).is_success
    answers = []
    for login in ("olga", "pavel", "nobody", "nobody@example.com"):
        answer = await office.stranger().ask(
            "POST", "/api/session", {"login": login, "password": "wrong password"}
        )
        answers.append((answer.status_code, len(answer.content), sorted(answer.headers)))

    assert len(checked) == 4
    assert all(one == checked[0] for one in checked)
    assert all(one == answers[0] for one in answers)
