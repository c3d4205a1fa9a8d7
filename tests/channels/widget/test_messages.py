"""Writing: stored before it is answered, once however often it is sent, only as oneself."""

import asyncio

import pytest

from bridge.channel import InboundMessage
from tests.channels.rig import eventually
from tests.channels.widget.desk import KEY, THREAD, Desk, Visitor, client_id, failure

OTHER_THREAD = "22222222-2222-4222-8222-222222222222"


@pytest.fixture
def desk() -> Desk:
    desk = Desk()
    desk.open()
    return desk


@pytest.fixture
async def visitor(desk: Desk) -> Visitor:
    return await desk.visitor()


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


async def test_what_comes_again_after_it_was_deleted_for_good_is_gone_and_not_somebody_elses(
    desk: Desk, visitor: Visitor
) -> None:
    await visitor.write("once", client_id=client_id("a"))
    desk.core.book.clear()
    desk.core.purged.add(f"{visitor.customer}/{client_id('a')}")
    again = await visitor.write("once", client_id=client_id("a"))
    assert (again.status_code, failure(again)["code"]) == (410, "purged")
    assert desk.core.book == {}


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


async def test_d28_s11_a_blocked_visitor_can_do_nothing_that_would_reach_anybody(
    desk: Desk, visitor: Visitor
) -> None:
    await visitor.write("Hello")
    desk.core.blocked.add(visitor.customer)
    way_on = {"thread": THREAD, "network": "telegram"}
    answers = [
        await visitor.write("Hello?"),
        await visitor.upload(b"GIF89a"),
        await visitor.post("onward", way_on),
    ]
    assert [(one.status_code, failure(one)["code"]) for one in answers] == [(403, "blocked")] * 3


async def test_d28_a_session_says_whether_the_visitor_is_blocked(
    desk: Desk, visitor: Visitor
) -> None:
    assert (await visitor.open_session(token=visitor.token))["block"] is None
    desk.core.blocked.add(visitor.customer)
    assert (await visitor.open_session(token=visitor.token))["block"] == {"until": None}
