"""The second factor: set up, asked for at each sign-in, used once, lost, demanded by the YAML."""

import asyncio
from typing import Any

import pytest
import websockets

from agent_console.web.auth import Passwords, make_link
from agent_console.web.auth import codes as of_codes
from agent_console.web.surface import console_routes
from bridge.sealed import opened, seal
from bridge.store import second_factor as q
from bridge.store import sign_in
from bridge.store.transactions import Tx
from bridge.web import create_app
from tests.agent_console.conftest import OpenOffice
from tests.agent_console.office import ORIGIN, Agent, Office
from tests.agent_console.second_factor import App, knock, set_up

PASSWORD = "a long password"
DEMANDED = {"staff": {"console": {"type": "web", "second_factor": "required"}}}
OFF = {"staff": {"console": {"type": "web", "second_factor": "off"}}}


@pytest.fixture(autouse=True)
def _cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    """Check passwords without the tenth of a second that each is meant to cost."""

    async def is_right(_: Passwords, password: str, stored: str | None) -> bool:
        return stored is not None and password == PASSWORD

    monkeypatch.setattr(Passwords, "is_right", is_right)


async def _with_password(office: Office, agent_id: str = "pavel") -> None:
    await office.store.write(
        lambda tx: tx.run(sign_in.SET_PASSWORD, of=agent_id, password_hash="kept")
    )


async def _by_link(office: Office, agent_id: str, code: str | None = None) -> Any:
    token = await office.store.write(make_link, agent_id, "sign_in")
    body = {"token": token} | ({} if code is None else {"code": code})
    return await office.stranger().ask("POST", "/api/session/link", body)


async def _acts(office: Office, action: str) -> list[Any]:
    olga = await office.sign_in("olga")
    acts: list[Any] = (await olga.get("/api/audit", action=action))["acts"]
    return acts


def _code_of(answer: Any) -> str:
    code: str = answer.json()["error"]["code"]
    return code


# --- setting it up ------------------------------------------------------------------------


async def test_an_agent_is_shown_a_secret_as_a_drawing_an_address_and_letters(
    office: Office, pavel: Agent
) -> None:
    answer = await pavel.ask("POST", "/api/me/second-factor", {}, expect=200)

    told = answer.json()
    assert answer.headers["cache-control"] == "no-store"
    assert len(told["secret"]) == 32
    assert told["url"].startswith("otpauth://totp/Deskbridge%20127.0.0.1:pavel?secret=")
    assert f"secret={told['secret']}" in told["url"]
    assert told["qr"]["size"] > 20
    assert told["qr"]["path"].startswith("M")


async def test_it_counts_from_the_first_right_code_on(office: Office, pavel: Agent) -> None:
    await _with_password(office)
    secret = (await pavel.post("/api/me/second-factor"))["secret"]

    status, error = await pavel.refused("POST", "/api/me/second-factor/confirm", {"code": "000000"})
    assert (status, error["code"]) == (422, "bad_code")
    assert (await knock(office, PASSWORD)).status_code == 200
    app = App(office, secret)
    spaced = f"{app.code()[:3]} {app.code()[3:]}"
    made = await pavel.post("/api/me/second-factor/confirm", {"code": spaced})

    assert len(set(made["recovery_codes"])) == 10
    assert _code_of(await knock(office, PASSWORD)) == "code_required"
    pavel.csrf = made["csrf"]
    assert await pavel.get("/api/me/second-factor") == {
        "mode": "optional",
        "since": office.clock.now(),
        "recovery_left": 10,
    }


async def test_setting_it_up_gives_the_session_another_cookie_and_ends_the_others(
    office: Office, pavel: Agent
) -> None:
    other = await office.sign_in("pavel")
    before = pavel.http.cookies["deskbridge"]

    await set_up(office, pavel)

    assert pavel.http.cookies["deskbridge"] != before
    await pavel.ask("PUT", "/api/me/preferences", {"theme": "dark"}, expect=200)
    for token in (before, other.http.cookies["deskbridge"]):
        thief = office.stranger()
        thief.http.cookies.set("deskbridge", token, domain="127.0.0.1")
        assert (await thief.refused("GET", "/api/session"))[0] == 401


async def test_it_is_not_set_up_twice(office: Office, pavel: Agent) -> None:
    await set_up(office, pavel)

    for path, body in (("", {}), ("/confirm", {"code": "123456"})):
        status, error = await pavel.refused("POST", f"/api/me/second-factor{path}", body)
        assert (status, error["code"]) == (409, "second_factor_state")


async def test_of_two_that_confirm_at_once_one_is_given_recovery_codes(
    office: Office, pavel: Agent
) -> None:
    app = App(office, (await pavel.post("/api/me/second-factor"))["secret"])
    body = {"code": app.code()}

    answers = await asyncio.gather(
        *(pavel.ask("POST", "/api/me/second-factor/confirm", body) for _ in range(4))
    )

    assert [one.status_code for one in answers].count(200) == 1


# --- signing in ---------------------------------------------------------------------------


async def test_a_password_alone_opens_nothing_and_says_that_a_code_is_missing(
    office: Office, pavel: Agent
) -> None:
    await _with_password(office)
    app, _ = await set_up(office, pavel)

    answer = await knock(office, PASSWORD)
    assert (answer.status_code, _code_of(answer)) == (401, "code_required")
    assert "set-cookie" not in answer.headers
    assert _code_of(await knock(office, "wrong", app.code())) == "bad_credentials"
    assert (await knock(office, PASSWORD, app.code())).status_code == 200
    (act, *_) = [one for one in await _acts(office, "sign_in") if one["agent"] == "pavel"]
    assert act["detail"] == {"how": "password", "proof": "code"}


async def test_a_link_asks_for_a_code_too_and_stays_good_until_it_is_right(
    office: Office, pavel: Agent
) -> None:
    app, _ = await set_up(office, pavel)
    token = await office.store.write(make_link, "pavel", "sign_in")

    async def enter(**more: str) -> Any:
        return await office.stranger().ask("POST", "/api/session/link", {"token": token} | more)

    assert _code_of(await enter()) == "code_required"
    assert _code_of(await enter(code="000000")) == "bad_code"
    assert (await enter(code=app.code())).status_code == 200


async def test_a_new_password_is_not_set_without_the_code(office: Office, pavel: Agent) -> None:
    app, _ = await set_up(office, pavel)
    token = await office.store.write(make_link, "pavel", "password")
    body = {"token": token, "password": "another password"}

    assert _code_of(await office.stranger().ask("POST", "/api/session/link", body)) == (
        "code_required"
    )
    short = body | {"password": "short", "code": app.code()}
    assert _code_of(await office.stranger().ask("POST", "/api/session/link", short)) == (
        "weak_password"
    )
    # The code is not spent by a password that is too short.
    whole = body | {"code": app.code()}
    assert (await office.stranger().ask("POST", "/api/session/link", whole)).status_code == 200


async def test_a_code_counts_once_and_so_does_none_before_it(office: Office, pavel: Agent) -> None:
    """Row "Auth" of what we promise: a replay guard."""
    await _with_password(office)
    app, _ = await set_up(office, pavel)
    before, now, after = (app.code(later=by) for by in (-30, 0, 30))

    assert (await knock(office, PASSWORD, now)).status_code == 200
    for spent in (now, before):
        assert _code_of(await knock(office, PASSWORD, spent)) == "bad_code"
    # A phone that is half a minute fast.
    assert (await knock(office, PASSWORD, after)).status_code == 200


async def test_the_code_that_confirmed_the_set_up_opens_nothing(
    office: Office, pavel: Agent
) -> None:
    await _with_password(office)
    app = App(office, (await pavel.post("/api/me/second-factor"))["secret"])
    await pavel.post("/api/me/second-factor/confirm", {"code": app.code()})

    assert _code_of(await knock(office, PASSWORD, app.code())) == "bad_code"


async def test_of_many_who_send_one_code_at_once_one_gets_in(office: Office, pavel: Agent) -> None:
    await _with_password(office)
    app, _ = await set_up(office, pavel)

    answers = await asyncio.gather(*(knock(office, PASSWORD, app.code()) for _ in range(5)))

    assert [one.status_code for one in answers].count(200) == 1


@pytest.mark.parametrize("seconds", [-90, -61, 61, 90, 3600])
async def test_a_code_of_another_minute_is_wrong(
    office: Office, pavel: Agent, seconds: int
) -> None:
    await _with_password(office)
    app, _ = await set_up(office, pavel)

    assert _code_of(await knock(office, PASSWORD, app.code(later=seconds))) == "bad_code"


async def test_whoever_guesses_codes_has_to_wait_as_with_passwords(
    office: Office, pavel: Agent
) -> None:
    await _with_password(office)
    app, _ = await set_up(office, pavel)
    for _ in range(5):
        assert _code_of(await knock(office, PASSWORD, "000000")) == "bad_code"

    locked = await knock(office, PASSWORD, app.code())

    assert (locked.status_code, _code_of(locked)) == (429, "locked")
    assert locked.headers["retry-after"] == "30"
    failed = [one for one in await _acts(office, "sign_in_failed") if one["subject"]]
    assert {one["subject"] for one in failed} == {"agent:pavel"}
    assert failed[0]["detail"] == {"what": "code"}
    office.clock.tick(30)
    assert (await knock(office, PASSWORD, app.code())).status_code == 200


async def test_guesses_at_codes_of_whoever_is_signed_in_are_slowed_down_too(
    office: Office, pavel: Agent
) -> None:
    await set_up(office, pavel)

    answers = [
        (await pavel.refused("POST", "/api/me/second-factor/off", {"code": "000000"}))[0]
        for _ in range(6)
    ]

    assert answers == [401] * 5 + [429]
    await pavel.get("/api/session")


async def test_a_colleagues_code_is_wrong(office: Office, pavel: Agent, ivan: Agent) -> None:
    await _with_password(office)
    await set_up(office, pavel)
    app, codes = await set_up(office, ivan)

    for code in (app.code(), codes[0]):
        assert _code_of(await knock(office, PASSWORD, code)) == "bad_code"


# --- without the phone --------------------------------------------------------------------


async def test_each_recovery_code_opens_the_door_once_however_it_is_typed(
    office: Office, pavel: Agent
) -> None:
    await _with_password(office)
    _, codes = await set_up(office, pavel)

    typed = f" {codes[0].upper().replace('-', ' ')} "
    assert (await knock(office, PASSWORD, typed)).status_code == 200
    assert _code_of(await knock(office, PASSWORD, codes[0])) == "bad_code"
    assert (await knock(office, PASSWORD, codes[1])).status_code == 200
    assert (await pavel.get("/api/me/second-factor"))["recovery_left"] == 8


async def test_new_recovery_codes_want_a_fresh_code_and_take_the_place_of_all_others(
    office: Office, pavel: Agent
) -> None:
    await _with_password(office)
    app, old = await set_up(office, pavel)
    path = "/api/me/second-factor/recovery-codes"

    assert (await pavel.refused("POST", path, {"code": "000000"}))[0] == 401
    made = (await pavel.post(path, {"code": app.code()}))["recovery_codes"]

    assert len(made) == 10
    assert not set(made) & set(old)
    assert _code_of(await knock(office, PASSWORD, old[0])) == "bad_code"
    assert (await knock(office, PASSWORD, made[0])).status_code == 200
    assert [one["subject"] for one in await _acts(office, "recovery_codes_made")] == ["agent:pavel"]


async def test_it_is_switched_off_with_a_code_and_not_without(office: Office, pavel: Agent) -> None:
    await _with_password(office)
    app, _ = await set_up(office, pavel)
    other = await _by_link(office, "pavel", app.code())
    assert other.status_code == 200
    office.clock.tick(30)
    before = pavel.http.cookies["deskbridge"]

    assert (await pavel.refused("POST", "/api/me/second-factor/off", {"code": "1"}))[0] == 401
    pavel.csrf = (await pavel.post("/api/me/second-factor/off", {"code": app.code()}))["csrf"]

    assert (await knock(office, PASSWORD)).status_code == 200
    assert pavel.http.cookies["deskbridge"] != before
    assert (await pavel.get("/api/me/second-factor"))["since"] is None
    assert len(await _acts(office, "second_factor_off")) == 1
    await set_up(office, pavel)


async def test_an_owner_takes_away_what_an_agent_has_lost_and_their_sessions_with_it(
    office: Office, pavel: Agent, anna: Agent
) -> None:
    olga = await office.sign_in("olga")
    await set_up(office, pavel)
    since = office.clock.now() - 30_000
    assert await olga.get("/api/second-factors") == [
        {"agent": "pavel", "since": since, "recovery_left": 10}
    ]
    assert (await anna.refused("DELETE", "/api/agents/pavel/second-factor"))[0] == 403

    await olga.ask("DELETE", "/api/agents/pavel/second-factor", expect=204)

    assert (await pavel.refused("GET", "/api/session"))[0] == 401
    assert (await _by_link(office, "pavel")).status_code == 200
    assert await olga.get("/api/second-factors") == []
    (act,) = await _acts(office, "second_factor_reset")
    assert (act["agent"], act["subject"]) == ("olga", "agent:pavel")


async def test_not_even_an_owner_gets_rid_of_their_own_without_a_code(office: Office) -> None:
    olga = await office.sign_in("olga")
    await set_up(office, olga)

    status, error = await olga.refused("DELETE", "/api/agents/olga/second-factor")

    assert (status, error["code"]) == (409, "second_factor_own")
    assert (await olga.refused("DELETE", "/api/agents/nobody/second-factor"))[0] == 404


# --- what the YAML says -------------------------------------------------------------------


async def test_where_it_is_demanded_whoever_has_none_can_do_nothing_but_set_it_up(
    an_office: OpenOffice,
) -> None:
    async with an_office(DEMANDED) as office:
        answer = await _by_link(office, "pavel")
        assert answer.json() == {
            "second_factor_due": True,
            "name": "Павел",
            "csrf": answer.json()["csrf"],
        }
        pavel = office.stranger()
        pavel.http.cookies = answer.cookies
        pavel.csrf = answer.json()["csrf"]

        assert (await pavel.get("/api/session"))["second_factor_due"] is True
        for method, path in (
            ("GET", "/api/conversations?folder=all"),
            ("GET", "/api/tokens"),
            ("GET", "/api/me/sessions"),
            ("PUT", "/api/me/preferences"),
            ("POST", "/api/me/second-factor/off"),
        ):
            status, error = await pavel.refused(method, path, {"code": "1"})
            assert (status, error["code"]) == (403, "second_factor_due"), path
        await set_up(office, pavel)

        assert (await pavel.get("/api/session"))["agent"]["id"] == "pavel"
        await pavel.get("/api/conversations", folder="all")


async def test_no_socket_is_opened_before_what_is_demanded_is_set_up(
    an_office: OpenOffice,
) -> None:
    async with an_office(DEMANDED) as office, office.listening() as address:
        answer = await _by_link(office, "pavel")
        cookie = f"deskbridge={answer.cookies['deskbridge']}"
        with pytest.raises(websockets.InvalidStatus) as refused:
            async with websockets.connect(
                f"ws://{address}/api/live",
                origin=websockets.Origin(ORIGIN),
                additional_headers={"Cookie": cookie},
            ):
                pass

        assert refused.value.response.status_code == 403


async def test_a_reload_that_demands_it_counts_for_those_who_are_signed_in(
    an_office: OpenOffice,
) -> None:
    async with an_office() as office:
        pavel, ivan = await office.sign_in("pavel"), await office.sign_in("ivan")
        await set_up(office, ivan)
    async with an_office(DEMANDED) as office:
        for before, status in ((pavel, 403), (ivan, 200)):
            same = office.stranger()
            same.http.cookies = before.http.cookies
            answer = await same.ask("GET", "/api/me/sessions")
            assert answer.status_code == status


async def test_where_it_is_switched_off_nobody_is_asked_and_nobody_sets_one_up(
    an_office: OpenOffice,
) -> None:
    async with an_office() as office:
        await set_up(office, await office.sign_in("pavel"))
    async with an_office(OFF) as office:
        assert (await _by_link(office, "pavel")).status_code == 200
        ivan = await office.sign_in("ivan")
        status, error = await ivan.refused("POST", "/api/me/second-factor", {})
        assert (status, error["code"]) == (409, "second_factor_off")


# --- at rest ------------------------------------------------------------------------------


async def test_the_database_has_no_secret_and_no_recovery_code_as_they_are(
    office: Office, pavel: Agent
) -> None:
    app, codes = await set_up(office, pavel)

    def all_of(tx: Tx) -> str:
        return str(tx.the(q.FACTOR, agent="pavel"))

    kept = await office.store.read(all_of)
    assert app.secret not in kept
    for path in office.settings.storage.database_path.parent.glob("office.db*"):
        raw = path.read_bytes()
        assert app.secret.encode() not in raw
        assert not any(one.encode() in raw for one in codes)


async def test_a_secret_is_opened_by_its_key_in_its_place_and_untouched() -> None:
    key = b"k" * 32
    sealed = seal(key, "the secret", of="second-factor:pavel")

    assert opened(key, sealed, of="second-factor:pavel") == "the secret"
    assert opened(b"x" * 32, sealed, of="second-factor:pavel") is None
    assert opened(key, sealed, of="second-factor:ivan") is None
    assert opened(key, sealed[:-4] + "AAA=", of="second-factor:pavel") is None
    assert opened(key, "no base 64!", of="second-factor:pavel") is None
    assert seal(key, "the secret", of="x") != seal(key, "the secret", of="x")


async def test_after_the_installations_secret_was_lost_a_code_is_wrong_and_the_log_says_why(
    office: Office,
    pavel: Agent,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    await _with_password(office)
    app, _ = await set_up(office, pavel)
    monkeypatch.setattr(Office, "derive", lambda _, purpose: f"another {purpose:<32}"[:32].encode())
    office.app = create_app(console_routes(office), public_url=ORIGIN, version="test")

    assert _code_of(await knock(office, PASSWORD, app.code())) == "bad_code"
    assert "deskbridge agent totp-reset pavel" in caplog.text


def test_the_codes_are_those_of_the_standard() -> None:
    """The vectors of RFC 6238, appendix B, for SHA-1, of which an app shows six digits."""
    secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"

    for seconds, code in (
        (59, "287082"),
        (1111111109, "081804"),
        (1234567890, "005924"),
        (20000000000, "353130"),
    ):
        assert of_codes.step_of(secret, code, seconds * 1000, after=None) == seconds // 30
