"""Sessions: a fresh stranger, a visitor who comes back, a user the site vouches for."""

from typing import Any

import jwt
import pytest

from bridge.channel import ContactUpdated
from channels.widget.tokens import SESSION_LIFE
from tests.channels.widget.desk import HOME, IDENTITY_SECRET, KEY, THREAD, Desk, client_id


@pytest.fixture
def desk() -> Desk:
    desk = Desk()
    desk.open()
    return desk


def proof(desk: Desk, sub: str = "42", **more: Any) -> str:
    """Return what the site signs for its user."""
    now = desk.clock.now() // 1000
    claims = {"sub": sub, "iat": now, "exp": now + 600} | more
    return jwt.encode(claims, IDENTITY_SECRET, algorithm="HS256")


def updates(desk: Desk) -> list[ContactUpdated]:
    """Return what the core was told about people."""
    return [one for one in desk.core.events if isinstance(one, ContactUpdated)]


async def test_a_stranger_gets_a_token_and_nothing_is_stored(desk: Desk) -> None:
    visitor = await desk.visitor()
    assert visitor.customer.startswith("anon:")
    assert visitor.session["visitor"] == {"verified": False}
    assert visitor.session["threads"] == []
    assert visitor.session["server_time"] == desk.clock.now()
    assert desk.core.events == []


async def test_two_strangers_are_two(desk: Desk) -> None:
    assert (await desk.visitor()).customer != (await desk.visitor()).customer


async def test_a_visitor_who_comes_back_finds_their_conversations(desk: Desk) -> None:
    visitor = await desk.visitor()
    await visitor.write("Де моє замовлення?")
    await desk.core.says(visitor.customer, THREAD, "Вже їде")
    before = visitor.customer
    answer = await visitor.open_session(token=visitor.token)
    assert visitor.customer == before
    (thread,) = answer["threads"]
    assert thread == {
        "thread": THREAD,
        "state": "open",
        "last_at": desk.clock.now(),
        "last_text": "Вже їде",
        "last_from": "agent",
        "unread": 1,
        "agent": {"name": "Анна"},
        "agent_read_id": 0,
    }


async def test_each_session_gives_the_token_another_half_year(desk: Desk) -> None:
    visitor = await desk.visitor()
    customer = visitor.customer
    for _ in range(3):
        desk.clock.tick(SESSION_LIFE * 0.9)
        await visitor.open_session(token=visitor.token)
        assert visitor.customer == customer


@pytest.mark.parametrize("token", ["", "nonsense", "a.b.c", "e30.e30.e30"])
async def test_a_token_that_is_none_begins_a_fresh_stranger(desk: Desk, token: str) -> None:
    visitor = await desk.visitor(token=token)
    assert visitor.customer.startswith("anon:")


async def test_an_expired_token_begins_a_fresh_stranger(desk: Desk) -> None:
    visitor = await desk.visitor()
    before = visitor.customer
    desk.clock.tick(SESSION_LIFE + 1)
    await visitor.open_session(token=visitor.token)
    assert visitor.customer != before


async def test_a_proof_of_identity_is_a_verified_visitor(desk: Desk) -> None:
    identity = proof(desk, name="Анна", email="anna@example.com")
    visitor = await desk.visitor(identity=identity)
    assert visitor.customer == "user:42"
    assert visitor.session["visitor"] == {
        "verified": True,
        "name": "Анна",
        "email": "anna@example.com",
    }
    (update,) = updates(desk)
    assert update.sender.verified
    assert update.absorbs is None


async def test_what_was_written_without_a_name_joins_the_one_who_signs_in(desk: Desk) -> None:
    visitor = await desk.visitor()
    await visitor.write("before signing in")
    anonymous = visitor.customer
    answer = await visitor.open_session(token=visitor.token, identity=proof(desk))
    (update,) = updates(desk)
    assert (update.sender.external_id, update.absorbs) == ("user:42", anonymous)
    assert [one["last_text"] for one in answer["threads"]] == ["before signing in"]
    page = (await visitor.get(f"threads/{THREAD}/messages")).json()
    assert [one["text"] for one in page["messages"]] == ["before signing in"]


async def test_what_was_sent_before_signing_in_and_again_after_it_is_there_once(
    desk: Desk,
) -> None:
    visitor = await desk.visitor()
    first = await visitor.write("before", client_id=client_id("one"))
    await visitor.open_session(token=visitor.token, identity=proof(desk))
    again = await visitor.write("before", client_id=client_id("one"))
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json()["message"]["id"] == first.json()["message"]["id"]
    await visitor.open_session(token=visitor.token, identity=proof(desk))
    assert (await visitor.write("before", client_id=client_id("one"))).status_code == 200
    assert len(desk.core.book) == 1


async def test_what_arrives_late_from_before_the_sign_in_is_joined_to_who_it_is_from(
    desk: Desk,
) -> None:
    visitor = await desk.visitor()
    stranger = visitor.token
    await visitor.open_session(token=stranger, identity=proof(desk))
    signed_in, visitor.token = visitor.token, stranger
    late = await visitor.write("written before", client_id=client_id("one"))
    assert late.status_code == 201
    visitor.token = signed_in
    again = await visitor.write("written before", client_id=client_id("one"))
    assert again.status_code == 200
    page = (await visitor.get(f"threads/{THREAD}/messages")).json()
    assert [one["text"] for one in page["messages"]] == ["written before"]


async def test_what_crossed_the_sign_in_joins_at_the_next_proof(desk: Desk) -> None:
    visitor = await desk.visitor()
    stranger = visitor.token
    await visitor.open_session(token=stranger, identity=proof(desk))
    signed_in, visitor.token = visitor.token, stranger
    assert (await visitor.write("crossed", client_id=client_id("one"))).status_code == 201
    answer = await visitor.open_session(token=signed_in, identity=proof(desk))
    assert [one["last_text"] for one in answer["threads"]] == ["crossed"]


async def test_of_two_users_who_began_as_one_stranger_neither_gets_the_other_s_message(
    desk: Desk,
) -> None:
    visitor = await desk.visitor()
    stranger = visitor.token
    await visitor.open_session(token=stranger, identity=proof(desk, "42"))
    assert (await visitor.write("my secret", client_id=client_id("one"))).status_code == 201
    await visitor.open_session(token=stranger, identity=proof(desk, "43"))
    refused = await visitor.write("theirs", client_id=client_id("one"))
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "not_yours")
    assert "my secret" not in refused.text


async def test_the_next_user_s_ids_have_nothing_to_do_with_the_last_one_s(desk: Desk) -> None:
    visitor = await desk.visitor()
    await visitor.open_session(token=visitor.token, identity=proof(desk, "42"))
    assert (await visitor.write("mine", client_id=client_id("one"))).status_code == 201
    await visitor.open_session(token=visitor.token, identity=proof(desk, "43"))
    assert (await visitor.write("theirs", client_id=client_id("one"))).status_code == 201
    assert len(desk.core.book) == 2


async def test_the_next_user_on_the_same_machine_never_gets_the_last_ones_history(
    desk: Desk,
) -> None:
    visitor = await desk.visitor(identity=proof(desk, "42"))
    await visitor.write("my secret")
    answer = await visitor.open_session(token=visitor.token, identity=proof(desk, "43"))
    assert visitor.customer == "user:43"
    assert updates(desk)[-1].absorbs is None
    assert answer["threads"] == []


async def test_a_verified_visitor_stays_so_by_their_token(desk: Desk) -> None:
    visitor = await desk.visitor(identity=proof(desk, name="Анна"))
    desk.clock.tick(86_400)
    await visitor.open_session(token=visitor.token)
    assert visitor.customer == "user:42"
    assert visitor.session["visitor"] == {"verified": True, "name": "Анна"}


async def test_a_proof_that_is_not_valid_is_401_and_says_nothing_more(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    visitor = await desk.visitor()
    stale = proof(desk, sub="canary-sub")
    desk.clock.tick(3600)
    for identity in (stale, "nonsense", "a.b.c", visitor.token):
        answered = await visitor.http.post(
            f"/widget/{KEY}/api/session", json={"identity": identity, "token": visitor.token}
        )
        assert answered.status_code == 401
        failure = answered.json()["error"]
        assert failure["code"] == "identity_invalid"
        assert set(failure) == {"code", "message", "request_id"}
        assert identity not in caplog.text
    assert desk.core.events == []


async def test_a_replayed_proof_with_a_jti_is_refused_to_somebody_else(desk: Desk) -> None:
    identity = proof(desk, jti="one")
    victim = await desk.visitor(identity=identity)
    await victim.open_session(token=victim.token, identity=identity)
    thief = await desk.visitor()
    answered = await thief.http.post(f"/widget/{KEY}/api/session", json={"identity": identity})
    assert answered.status_code == 401


async def test_without_a_secret_in_the_settings_no_proof_is_valid() -> None:
    desk = Desk(identity_secret=())
    desk.open()
    visitor = await desk.visitor()
    answered = await visitor.http.post(f"/widget/{KEY}/api/session", json={"identity": proof(desk)})
    assert answered.status_code == 401


async def test_what_the_site_sets_about_a_known_visitor_reaches_the_core(desk: Desk) -> None:
    visitor = await desk.visitor()
    await visitor.write()
    visit = {
        "tab": "t",
        "attributes": {
            "plan": "gold",
            "email": "anna@example.com",
            "name": "Анна\x00",
            "phone": "+380 (44) 123-45-67",
            "": "nameless",
            "empty": " ",
        },
    }
    await visitor.open_session(token=visitor.token, visit=visit)
    (update,) = updates(desk)
    assert update.sender.attributes == {"plan": "gold"}
    assert update.sender.name == "Анна"
    assert update.sender.email == "anna@example.com"
    assert update.sender.phone == "+380441234567"
    assert not update.sender.verified


async def test_attributes_without_end_are_cut_and_keep_nobody_from_writing(desk: Desk) -> None:
    attributes = {f"key {n}": "x" * 5000 for n in range(45)}
    visitor = await desk.visitor(visit={"tab": "t", "attributes": attributes})
    (update,) = updates(desk)
    assert len(update.sender.attributes) == 40
    assert max(map(len, update.sender.attributes.values())) == 500
    assert (await visitor.write()).status_code == 201


@pytest.mark.parametrize(
    ("asked", "header", "given"),
    [
        ("uk", "", "uk"),
        ("uk-UA", "", "uk"),
        ("ES_mx", "", "es"),
        ("pt-BR", "ru", "en"),
        (None, "ru-RU,ru;q=0.9", "ru"),
        (None, "de;q=1, uk-UA;q=0.8, en;q=0.5", "uk"),
        (None, "", "en"),
        ("../../etc", "", "en"),
    ],
)
async def test_j16_the_nearest_language_is_chosen(
    desk: Desk, asked: str | None, header: str, given: str
) -> None:
    async with desk.client() as client:
        body = {} if asked is None else {"locale": asked}
        answered = await client.post(
            f"/widget/{KEY}/api/session", json=body, headers={"accept-language": header}
        )
    assert answered.json()["config"]["locale"] == given


async def test_a_foreign_page_opens_no_session(desk: Desk) -> None:
    async with desk.client() as client:
        for origin in ("https://evil.example", "null"):
            answered = await client.post(
                f"/widget/{KEY}/api/session", json={}, headers={"origin": origin}
            )
            assert answered.status_code == 403
        own = await client.post(f"/widget/{KEY}/api/session", json={}, headers={"origin": HOME})
        assert own.status_code == 200
        assert "access-control-allow-origin" not in own.headers


async def test_before_the_channel_runs_a_proof_waits_and_a_stranger_does_not() -> None:
    desk = Desk()
    async with desk.client() as client:
        url = f"/widget/{KEY}/api/session"
        assert (await client.post(url, json={})).status_code == 200
        answered = await client.post(url, json={"identity": proof(desk)})
    assert answered.status_code == 503
    assert answered.headers["retry-after"] == "1"
