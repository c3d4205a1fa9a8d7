"""Writing: stored before it is answered, once however often it is sent, only as oneself."""

import asyncio
from typing import Any

import pytest

from bridge.channel import InboundMessage
from tests.channels.rig import eventually
from tests.channels.widget.desk import KEY, THREAD, Desk, Visitor, client_id

OTHER_THREAD = "22222222-2222-4222-8222-222222222222"


@pytest.fixture
def desk() -> Desk:
    desk = Desk()
    desk.open()
    return desk


@pytest.fixture
async def visitor(desk: Desk) -> Visitor:
    return await desk.visitor()


def failure(answered: Any) -> dict[str, Any]:
    """Return what an answer complains of."""
    body: dict[str, Any] = answered.json()["error"]
    return body


async def test_a_message_is_answered_as_it_was_stored(desk: Desk, visitor: Visitor) -> None:
    answered = await visitor.write("Привіт 👩‍🚀", client_id=client_id("a"))
    assert answered.status_code == 201
    assert answered.json() == {
        "message": {
            "id": 1,
            "thread": THREAD,
            "from": "visitor",
            "client_id": client_id("a"),
            "text": "Привіт 👩‍🚀",
            "attachments": [],
            "at": desk.clock.now(),
        },
        "cursor": "fake-1",
    }
    (event,) = desk.core.messages
    assert event.external_id == f"{visitor.customer}/{client_id('a')}"
    assert event.sent_at == desk.clock.now()
    assert event.format == "plain"


async def test_nothing_is_answered_before_it_is_stored(desk: Desk, visitor: Visitor) -> None:
    desk.core.gate.clear()
    writing = asyncio.create_task(visitor.write())
    await eventually(lambda: desk.core.waiting)
    await asyncio.sleep(0.05)
    assert not writing.done()
    desk.core.gate.set()
    assert (await writing).status_code == 201


async def test_what_could_not_be_stored_is_503_and_the_retry_is_new(
    desk: Desk, visitor: Visitor
) -> None:
    desk.core.down = True
    first = await visitor.write(client_id=client_id("a"))
    assert first.status_code == 503
    assert failure(first)["code"] == "storage_unavailable"
    assert int(first.headers["retry-after"]) > 0
    desk.core.down = False
    assert (await visitor.write(client_id=client_id("a"))).status_code == 201


async def test_the_same_client_id_again_is_the_same_message(desk: Desk, visitor: Visitor) -> None:
    first = await visitor.write("once", client_id=client_id("a"))
    again = await visitor.write("once", client_id=client_id("a"))
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json()["message"] == first.json()["message"]
    assert len(desk.core.book) == 1


async def test_a_double_click_sends_once(desk: Desk, visitor: Visitor) -> None:
    answers = await asyncio.gather(
        *(visitor.write("once", client_id=client_id("a")) for _ in range(8))
    )
    assert sorted(one.status_code for one in answers) == [200] * 7 + [201]
    assert len(desk.core.book) == 1


async def test_somebody_elses_client_id_is_not_mine(desk: Desk, visitor: Visitor) -> None:
    other = await desk.visitor()
    await visitor.write("mine", client_id=client_id("a"))
    answered = await other.write("theirs", client_id=client_id("a"))
    assert answered.status_code == 201
    assert answered.json()["message"]["text"] == "theirs"


async def test_several_conversations_are_kept_apart(desk: Desk, visitor: Visitor) -> None:
    await visitor.write("one")
    desk.clock.tick(1)
    await visitor.write("two", thread=OTHER_THREAD)
    threads = (await visitor.get("threads")).json()["threads"]
    assert [one["thread"] for one in threads] == [OTHER_THREAD, THREAD]
    page = (await visitor.get(f"threads/{THREAD}/messages")).json()
    assert [one["text"] for one in page["messages"]] == ["one"]


async def test_nobody_reads_another_visitors_conversation(desk: Desk, visitor: Visitor) -> None:
    await visitor.write("my secret")
    other = await desk.visitor()
    assert (await other.get("threads")).json()["threads"] == []
    page = (await other.get(f"threads/{THREAD}/messages")).json()
    assert page["messages"] == []
    read = await other.post(f"threads/{THREAD}/read", {"message_id": 1})
    assert read.status_code == 404
    quoted = await other.write("look", reply_to=1)
    assert quoted.status_code == 404
    assert "secret" not in page["cursor"] + read.text + quoted.text


@pytest.mark.parametrize(
    "header",
    [None, "", "Bearer", "Bearer ", "Bearer x.y.z", "Basic {token}", "{token}", "Bearer {token}x"],
)
async def test_without_our_token_nothing_opens(
    desk: Desk, visitor: Visitor, header: str | None
) -> None:
    headers = {} if header is None else {"authorization": header.format(token=visitor.token)}
    calls = [
        ("GET", "threads", None),
        ("GET", f"threads/{THREAD}/messages", None),
        ("POST", f"threads/{THREAD}/read", {"message_id": 1}),
        ("POST", "messages", {"client_id": client_id("a"), "thread": THREAD, "text": "a"}),
        ("POST", "uploads", None),
    ]
    for method, path, body in calls:
        answered = await visitor.http.request(
            method, f"/widget/{KEY}/api/{path}", json=body, headers=headers
        )
        assert answered.status_code == 401
        assert failure(answered)["code"] == "token_invalid"
    assert desk.core.events == []


# --- what a message may hold ---


@pytest.mark.parametrize("text", ["", "   ", "\n\t\u00a0", "\x00\x01"])
async def test_an_empty_message_is_422(visitor: Visitor, text: str) -> None:
    answered = await visitor.write(text)
    assert answered.status_code == 422
    assert failure(answered)["code"] == "empty"


@pytest.mark.parametrize("letter", ["a", "ї", "🐤", "漢"])
async def test_s45_2000_characters_without_spaces_pass_and_one_more_is_refused(
    visitor: Visitor, letter: str
) -> None:
    fits = " ".join([letter * 100] * 20)
    assert (await visitor.write(fits)).status_code == 201
    answered = await visitor.write(fits + letter)
    assert answered.status_code == 422
    assert failure(answered)["code"] == "too_long"
    assert failure(answered)["detail"] == {"limit": 2000, "length": 2001, "unit": "code_points"}


async def test_spaces_without_end_are_too_long(visitor: Visitor) -> None:
    answered = await visitor.write("a" + " " * 20_000 + "b")
    assert failure(answered)["code"] == "too_long"
    assert failure(answered)["detail"]["length"] > 2000


async def test_what_no_keyboard_writes_is_taken_out(desk: Desk, visitor: Visitor) -> None:
    await visitor.write("a\x00b\r\nc\rd\te\x1bf\x85g")
    assert desk.core.messages[0].text == "ab\nc\nd\tefg"


async def test_markup_of_another_kind_is_just_text(desk: Desk, visitor: Visitor) -> None:
    text = '<img src=x onerror="alert(1)"> <script>1</script>'
    answered = await visitor.write(text)
    assert answered.json()["message"]["text"] == text
    assert answered.headers["content-type"] == "application/json"
    assert desk.core.messages[0].format == "plain"


async def test_a_blocked_visitor_is_refused_with_the_reason(desk: Desk, visitor: Visitor) -> None:
    desk.core.blocked.add(visitor.customer)
    answered = await visitor.write()
    assert answered.status_code == 403
    assert failure(answered)["code"] == "blocked"


async def test_a_quote_of_an_agents_message_names_the_id_of_its_receipt(
    desk: Desk, visitor: Visitor
) -> None:
    await visitor.write("Hello")
    said = await desk.core.says(visitor.customer, THREAD, "How can I help?")
    answered = await visitor.write("Like this", reply_to=said.id)
    assert desk.core.messages[-1].reply_to == str(said.id)
    assert answered.json()["message"]["reply_to"] == {
        "id": said.id,
        "text": "How can I help?",
        "from": "agent",
    }


async def test_a_quote_of_ones_own_message_names_its_id_in_the_inbox(
    desk: Desk, visitor: Visitor
) -> None:
    first = (await visitor.write("Hello", client_id=client_id("a"))).json()["message"]
    await visitor.write("I meant this", reply_to=first["id"])
    assert desk.core.messages[-1].reply_to == f"{visitor.customer}/{client_id('a')}"


async def test_another_pages_token_cannot_be_used_from_a_foreign_site(
    desk: Desk, visitor: Visitor
) -> None:
    headers = visitor.headers | {"origin": "https://evil.example"}
    body = {"client_id": client_id("a"), "thread": THREAD, "text": "a"}
    answered = await visitor.http.post(f"/widget/{KEY}/api/messages", json=body, headers=headers)
    assert answered.status_code == 403
    assert desk.core.events == []


# --- history ---


async def test_history_comes_in_pages(desk: Desk, visitor: Visitor) -> None:
    for n in range(1, 8):
        await visitor.write(f"message {n}")
    path = f"threads/{THREAD}/messages?limit=3"
    last = (await visitor.get(path)).json()
    assert [one["id"] for one in last["messages"]] == [5, 6, 7]
    assert last["has_before"]
    first = (await visitor.get(f"{path}&before=4")).json()
    assert [one["id"] for one in first["messages"]] == [1, 2, 3]
    assert not first["has_before"]
    newer = (await visitor.get(f"{path}&after=6")).json()
    assert [one["id"] for one in newer["messages"]] == [7]


@pytest.mark.parametrize(
    "query",
    ["before=1&after=1", "limit=0", "limit=101", "limit=all", "before=0", "after=-1",
     "before=9007199254740992", "before=1%20OR%201=1"],
)  # fmt: skip
async def test_a_wrong_page_is_400(visitor: Visitor, query: str) -> None:
    answered = await visitor.get(f"threads/{THREAD}/messages?{query}")
    assert answered.status_code == 400


@pytest.mark.parametrize("thread", ["x", "%2e%2e", "'; DROP TABLE", "🐤", "a" * 500])
async def test_a_thread_of_any_name_that_is_not_ours_is_empty(
    visitor: Visitor, thread: str
) -> None:
    answered = await visitor.get(f"threads/{thread}/messages")
    assert answered.status_code == 200
    assert answered.json()["messages"] == []


async def test_a_message_taken_back_shows_nothing_of_itself(desk: Desk, visitor: Visitor) -> None:
    await visitor.write()
    said = await desk.core.says(visitor.customer, THREAD, "wrong window")
    await desk.core.retracts(said.id)
    page = (await visitor.get(f"threads/{THREAD}/messages")).json()
    assert page["messages"][-1]["deleted"]
    assert page["messages"][-1]["text"] == ""


# --- pre-chat ---

ASKED = [
    {"field": "name"},
    {"field": "email", "required": False},
    {"field": "order_number", "label": "Order number"},
]


@pytest.fixture
async def asked() -> Visitor:
    desk = Desk(pre_chat=ASKED)
    desk.open()
    return await desk.visitor()


async def test_what_must_be_answered_before_is_named(asked: Visitor) -> None:
    answered = await asked.write(pre_chat={"name": " "})
    assert answered.status_code == 422
    assert failure(answered)["code"] == "pre_chat"
    assert set(failure(answered)["fields"]) == {"name", "order_number"}
    assert asked.desk.core.events == []


async def test_the_answers_become_the_contact(asked: Visitor) -> None:
    told = {"name": " Анна ", "email": "anna@example.com", "order_number": "42", "more": "x"}
    assert (await asked.write(pre_chat=told)).status_code == 201
    sender = asked.desk.core.messages[0].sender
    assert (sender.name, sender.email) == ("Анна", "anna@example.com")
    assert sender.attributes == {"order_number": "42"}
    assert not sender.verified


async def test_whoever_has_written_is_not_asked_again(asked: Visitor) -> None:
    await asked.write(pre_chat={"name": "Анна", "order_number": "42"})
    assert (await asked.write("more")).status_code == 201


async def test_what_the_site_has_signed_need_not_be_asked(asked: Visitor) -> None:
    session = asked.desk.parts.tokens.read(asked.token)
    known = type(session)("user:7", verified=True, name="Анна", email="anna@example.com")
    asked.token = asked.desk.parts.tokens.issue(known)
    told = {"order_number": "42", "name": "Mallory", "email": "m@example.com"}
    assert (await asked.write(pre_chat=told)).status_code == 201
    sender = asked.desk.core.messages[0].sender
    assert (sender.name, sender.email) == ("Анна", "anna@example.com")
    assert sender.verified


@pytest.mark.parametrize("email", ["no address", "a@b", "@example.com", "a@b@c.de", "a" * 300])
async def test_an_address_that_was_asked_for_must_be_one(asked: Visitor, email: str) -> None:
    told = {"name": "Анна", "order_number": "42", "email": email}
    answered = await asked.write(pre_chat=told)
    assert answered.status_code == 422
    assert set(failure(answered)["fields"]) == {"email"}


async def test_an_address_that_nobody_asked_for_is_dropped_if_it_is_none(
    desk: Desk, visitor: Visitor
) -> None:
    told = {"email": "nonsense", "phone": "call me", "name": "Анна"}
    assert (await visitor.write(pre_chat=told)).status_code == 201
    sender = desk.core.messages[0].sender
    assert (sender.name, sender.email, sender.phone) == ("Анна", None, None)


# --- files ---


async def test_d20_a_file_of_exactly_the_limit_passes_and_one_byte_more_is_refused(
    desk: Desk, visitor: Visitor
) -> None:
    exact = await visitor.upload(b"a" * 4096)
    more = await visitor.upload(b"a" * 4097)
    assert exact.status_code == 201
    assert more.status_code == 413
    assert failure(more)["detail"] == {"limit": 4096}
    assert list(desk.media.files.values()) == [b"a" * 4096]


async def test_d19_several_files_go_with_one_message_in_their_order(
    desk: Desk, visitor: Visitor
) -> None:
    ids = [(await visitor.upload(bytes([n]) * 9)).json()["id"] for n in (3, 1, 2)]
    answered = await visitor.write("", uploads=ids)
    assert answered.status_code == 201
    assert [one.stored for one in desk.core.messages[0].media] == ids
    assert [one["id"] for one in answered.json()["message"]["attachments"]] == ids


async def test_a_file_belongs_to_the_visitor_who_uploaded_it(desk: Desk, visitor: Visitor) -> None:
    answered = await visitor.upload(b"data", "Чек 🧾.pdf")
    view = answered.json()
    assert desk.media.owners[view["id"]] == f"visitor:site/{visitor.customer}"
    assert view["name"] == "Чек 🧾.pdf"
    assert "sig=" in view["url"]


async def test_a_file_that_is_not_taken_is_415(desk: Desk, visitor: Visitor) -> None:
    desk.media.refuse = True
    answered = await visitor.upload(b"<svg/>")
    assert answered.status_code == 415
    assert failure(answered)["code"] == "type_refused"


async def test_eleven_files_in_one_message_are_refused(visitor: Visitor) -> None:
    answered = await visitor.write("many", uploads=[f"{n:032x}" for n in range(11)])
    assert answered.status_code == 400


# --- limits ---


async def test_a_visitor_who_writes_too_fast_is_told_when_to_go_on() -> None:
    desk = Desk(messages_per_minute=3)
    desk.open()
    visitor, other = await desk.visitor(), await desk.visitor()
    codes = [(await visitor.write(f"{n}")).status_code for n in range(4)]
    assert codes == [201, 201, 201, 429]
    slow = await visitor.write("again")
    assert failure(slow)["code"] == "slow_down"
    assert failure(slow)["detail"] == {"retry_after": 20}
    assert slow.headers["retry-after"] == "20"
    assert (await other.write("I am somebody else")).status_code == 201
    desk.clock.tick(20)
    assert (await visitor.write("now")).status_code == 201


async def test_a_crowd_of_sessions_from_one_address_is_slowed_down_and_another_is_not() -> None:
    desk = Desk(messages_per_minute=1)
    desk.open()
    async with desk.client("203.0.113.7") as crowd, desk.client("198.51.100.1") as other:
        url = f"/widget/{KEY}/api/session"
        codes = [(await crowd.post(url, json={})).status_code for _ in range(12)]
        assert codes == [200] * 10 + [429] * 2
        assert (await other.post(url, json={})).status_code == 200


async def test_messages_of_many_sessions_from_one_address_are_slowed_down_together() -> None:
    desk = Desk(messages_per_minute=1)
    desk.open()
    codes = []
    for n in range(25):
        visitor = Visitor(desk, desk.client("203.0.113.7"))
        session = desk.parts.tokens.anonymous()
        visitor.token = desk.parts.tokens.issue(session)
        codes.append((await visitor.write(f"{n}")).status_code)
    assert codes == [201] * 20 + [429] * 5


async def test_a_forwarded_address_counts_only_from_a_trusted_proxy() -> None:
    desk = Desk(messages_per_minute=1, trusted_proxies=["10.0.0.1"])
    desk.open()
    url = f"/widget/{KEY}/api/session"
    async with desk.client("10.0.0.1") as proxy, desk.client("203.0.113.9") as liar:
        through = [
            await proxy.post(url, json={}, headers={"x-forwarded-for": f"1.2.3.4, 198.51.100.{n}"})
            for n in range(15)
        ]
        lied = [
            await liar.post(url, json={}, headers={"x-forwarded-for": f"198.51.100.{n}"})
            for n in range(15)
        ]
    assert {one.status_code for one in through} == {200}
    assert [one.status_code for one in lied].count(429) == 5


async def test_uploads_are_counted_too() -> None:
    desk = Desk(messages_per_minute=2)
    desk.open()
    visitor = await desk.visitor()
    codes = [(await visitor.upload(b"a")).status_code for _ in range(3)]
    assert codes == [201, 201, 429]


# --- the clock of the server ---


async def test_the_time_of_a_message_is_the_servers(desk: Desk, visitor: Visitor) -> None:
    desk.clock.tick(5)
    await visitor.write()
    (event,) = [one for one in desk.core.events if isinstance(one, InboundMessage)]
    assert event.sent_at == desk.clock.now()


async def test_a_message_before_the_channel_runs_is_503_and_not_lost() -> None:
    desk = Desk()
    visitor = await desk.visitor()
    answered = await visitor.write(client_id=client_id("a"))
    assert answered.status_code == 503
    assert answered.headers["retry-after"] == "1"
    desk.open()
    assert (await visitor.write(client_id=client_id("a"))).status_code == 201
