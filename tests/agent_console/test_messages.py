"""What agents write, what becomes of it, and what stands beside it in the panel."""

import asyncio
from uuid import uuid4

import pytest

from bridge.models import DeliveryState
from bridge.store import deliveries as d
from bridge.store.transactions import Tx
from tests.agent_console.conftest import OpenOffice
from tests.agent_console.office import Agent, Office

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d4944415478"
    "9c626001000000ffff03000006000557bfabd40000000049454e44ae426082"
)


async def _upload(agent: Agent, content: bytes, name: str = "file.txt") -> str:
    answer = await agent.ask("POST", "/api/uploads", files={"file": (name, content)}, expect=201)
    public_id: str = answer.json()["id"]
    return public_id


async def test_o03_a_reply_is_a_message_of_its_conversation(office: Office, pavel: Agent) -> None:
    conversation, _ = await office.customer_writes()

    answer = await pavel.says(conversation, "Здравствуйте, **Олена** 👋")

    message = answer["message"]
    assert message["conversation_id"] == conversation
    assert message["kind"] == "outgoing"
    assert message["author"] == {"kind": "agent", "id": "pavel", "name": "Павел"}
    assert message["text"] == "Здравствуйте, **Олена** 👋"
    assert {"t": "b", "c": [{"t": "text", "v": "Олена"}]} in message["rich"][0].get(
        "c", message["rich"]
    )
    assert (await pavel.thread(conversation))[-1] == message


async def test_a_double_click_sends_once_and_answers_the_same_message(
    office: Office, pavel: Agent
) -> None:
    conversation, _ = await office.customer_writes()
    body = {"client_id": str(uuid4()), "kind": "reply", "text": "раз"}
    path = f"/api/conversations/{conversation}/messages"

    answers = await asyncio.gather(*(pavel.ask("POST", path, body) for _ in range(4)))

    assert sorted(one.status_code for one in answers) == [200, 200, 200, 201]
    assert len({one.json()["message"]["id"] for one in answers}) == 1
    assert [m["text"] for m in await pavel.thread(conversation) if m["kind"] == "outgoing"] == [
        "раз"
    ]


async def test_what_was_stored_is_answered_again_even_after_a_colleague_took_over(
    office: Office, pavel: Agent, anna: Agent
) -> None:
    conversation, _ = await office.customer_writes()
    body = {"client_id": str(uuid4()), "kind": "reply", "text": "раз"}
    path = f"/api/conversations/{conversation}/messages"
    first = await pavel.post(path, body, expect=201)
    await anna.act("assign", conversation, {"agent": "anna"})

    again = await pavel.post(path, body, expect=200)

    assert again["message"]["id"] == first["message"]["id"]


async def test_the_clients_own_id_counts_for_its_sender_alone(
    office: Office, pavel: Agent, anna: Agent
) -> None:
    conversation, _ = await office.customer_writes()
    body = {"client_id": str(uuid4()), "kind": "note", "text": "раз"}
    path = f"/api/conversations/{conversation}/messages"

    first = await pavel.post(path, body, expect=201)
    second = await anna.post(path, body, expect=201)

    assert first["message"]["id"] != second["message"]["id"]
    seen_by_anna = {m["id"]: m for m in await anna.thread(conversation)}
    assert "client_id" not in seen_by_anna[first["message"]["id"]]
    assert seen_by_anna[second["message"]["id"]]["client_id"] == body["client_id"]


async def test_the_clients_own_id_used_in_another_conversation_is_refused(
    office: Office, pavel: Agent
) -> None:
    one, _ = await office.customer_writes(customer="a-customer")
    two, _ = await office.customer_writes(customer="b-customer")
    client_id = str(uuid4())
    await pavel.says(one, "раз", client_id=client_id)

    refused = await pavel.says(two, "два", client_id=client_id, expect=422)

    assert list(refused["error"]["fields"]) == ["client_id"]


async def test_s45_two_thousand_characters_without_spaces_pass_and_one_more_is_refused(
    office: Office, pavel: Agent
) -> None:
    conversation, _ = await office.customer_writes()
    await pavel.says(conversation, "ж " * 2000)

    error = (await pavel.says(conversation, "ж " * 2001, expect=422))["error"]

    assert error["code"] == "too_long"
    assert error["detail"] == {"limit": 2000, "length": 2001, "unit": "non_space"}


async def test_s45_the_limit_is_configurable(an_office: OpenOffice) -> None:
    async with an_office({"conversation.max_length": 5}) as office:
        pavel = await office.sign_in("pavel")
        conversation, _ = await office.customer_writes()

        assert pavel.session["settings"]["max_length"] == 5
        await pavel.says(conversation, "😀😀😀😀😀")
        await pavel.says(conversation, "😀😀😀😀😀😀", expect=422)


async def test_nothing_is_not_sent(office: Office, pavel: Agent) -> None:
    conversation, _ = await office.customer_writes()

    error = (await pavel.says(conversation, " \n ", expect=422))["error"]

    assert error["code"] == "empty"


async def test_d20_a_file_of_exactly_the_limit_passes_and_one_byte_more_is_refused(
    pavel: Agent,
) -> None:
    limit = pavel.session["settings"]["max_upload"]
    assert limit == 4 * 1024 * 1024

    await _upload(pavel, b"x" * limit)
    refused = await pavel.ask("POST", "/api/uploads", files={"file": ("f", b"x" * (limit + 1))})

    assert refused.status_code == 413
    assert refused.json()["error"]["code"] == "too_large"
    assert refused.json()["error"]["detail"] == {"limit": limit}


async def test_d20_the_limit_is_configurable(an_office: OpenOffice, tmp_path: object) -> None:
    async with an_office({"storage.media.max_upload": "1kB"}) as office:
        pavel = await office.sign_in("pavel")

        await _upload(pavel, b"x" * 1024)
        refused = await pavel.ask("POST", "/api/uploads", files={"file": ("f", b"x" * 1025)})

        assert refused.status_code == 413


async def test_an_empty_file_is_refused(pavel: Agent) -> None:
    refused = await pavel.ask("POST", "/api/uploads", files={"file": ("f", b"")})

    assert (refused.status_code, refused.json()["error"]["code"]) == (415, "type_refused")


async def test_d19_s40_three_files_go_with_one_message_in_the_order_chosen(
    office: Office, pavel: Agent
) -> None:
    conversation, _ = await office.customer_writes()
    names = ["один.txt", "два.txt", "три.txt"]
    # The last of them arrives first: the order is what was chosen, not what was faster.
    arrived = {name: await _upload(pavel, name.encode(), name) for name in reversed(names)}
    files = [arrived[name] for name in names]

    answer = await pavel.says(conversation, "", attachments=files)

    assert [one["name"] for one in answer["message"]["attachments"]] == names
    sent = await office.store.read(_bodies, answer["message"]["id"])
    assert [public_id for body in sent for public_id in files if public_id in body] == files


def _bodies(tx: Tx, message_id: int) -> list[str]:
    return [one.body for one in tx.all(d.DELIVERIES_OF, message_id=message_id)]


async def test_somebody_elses_upload_cannot_be_attached(
    office: Office, pavel: Agent, anna: Agent
) -> None:
    conversation, _ = await office.customer_writes()
    file = await _upload(anna, b"hers")

    for unknown in (file, "no-such-file"):
        error = (await pavel.says(conversation, "x", attachments=[unknown], expect=409))["error"]
        assert error["code"] == "attachment_unknown"
    assert [m["kind"] for m in await pavel.thread(conversation)] == ["activity", "incoming"]


async def test_an_upload_is_sent_once(office: Office, pavel: Agent) -> None:
    conversation, _ = await office.customer_writes()
    file = await _upload(pavel, b"mine")
    await pavel.says(conversation, "", attachments=[file])

    again = await pavel.says(conversation, "", attachments=[file], expect=409)

    assert again["error"]["code"] == "attachment_unknown"


async def test_pictures_and_files_are_listed_apart(office: Office, pavel: Agent) -> None:
    conversation, _ = await office.customer_writes()
    files = [await _upload(pavel, PNG, "чек.png"), await _upload(pavel, b"text", "чек.txt")]
    message = (await pavel.says(conversation, "", attachments=files))["message"]

    path = f"/api/conversations/{conversation}/attachments"
    images = (await pavel.get(path, kind="image"))["items"]
    others = (await pavel.get(path, kind="file"))["items"]

    assert [one["attachment"]["name"] for one in images] == ["чек.png"]
    assert [one["attachment"]["name"] for one in others] == ["чек.txt"]
    assert images[0]["message_id"] == message["id"]
    assert images[0]["attachment"]["preview_url"]


async def test_an_answer_quotes_a_message_of_its_own_conversation_only(
    office: Office, pavel: Agent
) -> None:
    conversation, asked = await office.customer_writes("Где  мой\nзаказ?")
    _, elsewhere = await office.customer_writes("x", customer="b-customer")

    answer = await pavel.says(conversation, "Едет", reply_to=asked)

    assert answer["message"]["reply_to"] == {
        "id": asked,
        "text": "Где мой заказ?",
        "author": None,
        "kind": "incoming",
    }
    refused = await pavel.says(conversation, "Едет", reply_to=elsewhere, expect=404)
    assert refused["error"]["code"] == "not_found"


@pytest.mark.parametrize("state", ["sending", "sent", "delivered", "read", "failed", "uncertain"])
async def test_s46_s47_s48_s49_a_sent_message_shows_what_became_of_it(
    office: Office, pavel: Agent, state: DeliveryState
) -> None:
    conversation, _ = await office.customer_writes()
    message = (await pavel.says(conversation, "ответ"))["message"]
    assert message["mark"]["state"] == "queued"
    office.clock.tick(5)

    reason = "visitor_left" if state == "failed" else None
    await office.delivered(message["id"], state, reason)

    mark = (await pavel.thread(conversation))[-1]["mark"]
    assert mark == {"state": state, "at": office.clock.now()} | (
        {"reason": reason} if reason else {}
    )


async def test_a_mark_is_the_worst_of_the_parts(office: Office, pavel: Agent) -> None:
    conversation, _ = await office.customer_writes()
    files = [await _upload(pavel, b"one"), await _upload(pavel, b"two")]
    message = (await pavel.says(conversation, "три части", attachments=files))["message"]["id"]
    parts = len(await office.store.read(_bodies, message))
    assert parts > 1
    for part in range(parts):
        await office.delivered(message, "read", part=part)

    await office.delivered(message, "failed", "too_large", part=1)

    mark = (await pavel.thread(conversation))[-1]["mark"]
    assert (mark["state"], mark["reason"]) == ("failed", "too_large")


async def test_s49_a_failed_message_is_sent_again_by_retry(office: Office, pavel: Agent) -> None:
    conversation, _ = await office.customer_writes()
    message = (await pavel.says(conversation, "ответ"))["message"]["id"]
    status, error = await pavel.refused("POST", f"/api/messages/{message}/retry", {})
    assert (status, error["code"]) == (409, "state")
    await office.delivered(message, "failed", "visitor_left")

    answer = await pavel.post(f"/api/messages/{message}/retry")

    assert answer["message"]["mark"]["state"] == "queued"
    assert "may_be_double" not in answer["message"]["mark"]


async def test_an_uncertain_message_is_settled_by_the_agents_word(
    office: Office, pavel: Agent
) -> None:
    conversation, _ = await office.customer_writes()
    first = (await pavel.says(conversation, "раз"))["message"]["id"]
    second = (await pavel.says(conversation, "два"))["message"]["id"]
    for message in (first, second):
        await office.delivered(message, "uncertain")

    arrived = await pavel.post(f"/api/messages/{first}/settle", {"arrived": True})
    again = await pavel.post(f"/api/messages/{second}/settle", {"arrived": False})

    assert arrived["message"]["mark"]["state"] == "sent"
    assert again["message"]["mark"]["state"] == "queued"
    assert again["message"]["mark"]["may_be_double"] is True


async def test_only_those_who_may_answer_do_anything_about_a_mail_and_only_where_one_went(
    office: Office, pavel: Agent, ivan: Agent
) -> None:
    conversation, _ = await office.customer_writes()
    message = (await pavel.says(conversation, "ответ"))["message"]["id"]
    for remedy, body in (("retry", {}), ("settle", {"arrived": True})):
        path = f"/api/messages/{message}/mail/{remedy}"
        _, error = await pavel.refused("POST", path, body)
        assert error["code"] == "state"
        _, error = await ivan.refused("POST", path, body)
        assert error["code"] == "taken"


async def test_only_those_who_may_answer_send_again(
    office: Office, pavel: Agent, ivan: Agent
) -> None:
    conversation, _ = await office.customer_writes()
    message = (await pavel.says(conversation, "ответ"))["message"]["id"]
    await office.delivered(message, "failed", "visitor_left")

    status, error = await ivan.refused("POST", f"/api/messages/{message}/retry", {})

    assert (status, error["code"]) == (409, "taken")


async def test_d49_d50_notes_are_listed_with_author_text_and_time_and_never_sent(
    office: Office, pavel: Agent, anna: Agent
) -> None:
    conversation, _ = await office.customer_writes()
    office.clock.tick(9)
    note = (await pavel.says(conversation, "Клиент **нервный** 🔥", kind="note"))["message"]

    listed = (await anna.get(f"/api/conversations/{conversation}/notes"))["messages"]

    assert [(m["author"]["id"], m["text"], m["at"]) for m in listed] == [
        ("pavel", "Клиент **нервный** 🔥", office.clock.now())
    ]
    assert "mark" not in note
    assert await office.store.read(_bodies, note["id"]) == []
    detail = await anna.get(f"/api/conversations/{conversation}")
    assert detail["notes_count"] == 1


async def test_d23_quick_replies_come_in_the_customers_language_with_their_variables(
    office: Office, pavel: Agent
) -> None:
    ukrainian, _ = await office.customer_writes(
        customer="a-customer", sender={"language": "uk-UA", "name": "Олена"}
    )
    unknown, _ = await office.customer_writes(customer="b-customer", sender={"language": "de"})

    async def texts(conversation: int) -> dict[str, str]:
        found = await pavel.get("/api/quick-replies", conversation=conversation)
        return {one["shortcut"]: one["text"] for one in found["items"]}

    assert await texts(ukrainian) == {
        "hi": "Вітаю, Олена!",
        "wait": f"One moment 🙏 ({ukrainian})",
    }
    assert (await texts(unknown))["hi"] == "Hello there! This is Павел of Website."


async def test_d23_every_quick_reply_has_a_shortcut_and_a_title(
    office: Office, pavel: Agent
) -> None:
    items = (await pavel.get("/api/quick-replies"))["items"]

    assert [(one["shortcut"], one["title"], one["source"]) for one in items] == [
        ("hi", "Greeting", "yaml"),
        ("wait", "wait", "yaml"),
    ]


async def test_s18_a_message_becomes_a_quick_reply_of_everybody(
    office: Office, pavel: Agent, anna: Agent
) -> None:
    conversation, _ = await office.customer_writes(sender={"name": "Олена"})
    saved = await pavel.post(
        "/api/quick-replies",
        {"shortcut": "чай", "text": "Чай для {{contact.name|вас}} готов"},
        expect=201,
    )

    items = (await anna.get("/api/quick-replies", conversation=conversation))["items"]

    (mine,) = [one for one in items if one["id"] == saved["id"]]
    assert mine["text"] == "Чай для Олена готов"
    assert mine["source"] == "agent"


async def test_s18_a_shortcut_is_taken_once(pavel: Agent, anna: Agent) -> None:
    await pavel.post("/api/quick-replies", {"shortcut": "Чай", "text": "раз"}, expect=201)

    for taken in ("чай", "HI"):
        status, error = await anna.refused(
            "POST", "/api/quick-replies", {"shortcut": taken, "text": "два"}
        )
        assert (status, error["code"]) == (409, "shortcut_taken")


async def test_s18_a_shortcut_that_could_not_be_typed_is_refused(pavel: Agent) -> None:
    for shortcut, text, field in (
        ("a b", "x", "shortcut"),
        ("/a", "x", "shortcut"),
        ("a", " ", "text"),
    ):
        status, error = await pavel.refused(
            "POST", "/api/quick-replies", {"shortcut": shortcut, "text": text}
        )
        assert (status, list(error["fields"])) == (422, [field])


async def test_pages_of_a_thread_join_without_a_gap(office: Office, pavel: Agent) -> None:
    conversation, _ = await office.customer_writes("0")
    for number in range(1, 12):
        await office.customer_writes(str(number))
    path = f"/api/conversations/{conversation}/messages"
    whole = await pavel.get(path, limit=100)
    ids = [m["id"] for m in whole["messages"]]
    assert (whole["has_before"], whole["has_after"]) == (False, False)

    last = await pavel.get(path, limit=5)
    before = await pavel.get(path, limit=5, before=last["messages"][0]["id"])
    after = await pavel.get(path, limit=5, after=before["messages"][-1]["id"])
    around = await pavel.get(path, limit=5, around=ids[6])

    assert [m["id"] for m in last["messages"]] == ids[-5:]
    assert (last["has_before"], last["has_after"]) == (True, False)
    assert [m["id"] for m in before["messages"]] == ids[-10:-5]
    assert (before["has_before"], before["has_after"]) == (True, True)
    assert after["messages"] == last["messages"]
    assert [m["id"] for m in around["messages"]] == ids[4:9]


async def test_an_empty_page_still_tells_where_the_thread_goes_on(
    office: Office, pavel: Agent
) -> None:
    conversation, last = await office.customer_writes()
    path = f"/api/conversations/{conversation}/messages"

    beyond = await pavel.get(path, after=last)
    ahead = await pavel.get(path, before=1)

    assert (beyond["messages"], beyond["has_before"], beyond["has_after"]) == ([], True, False)
    assert (ahead["messages"], ahead["has_before"], ahead["has_after"]) == ([], False, True)


async def test_around_a_message_of_another_conversation_there_is_nothing(
    office: Office, pavel: Agent
) -> None:
    conversation, _ = await office.customer_writes()
    _, elsewhere = await office.customer_writes(customer="b-customer")

    status, _ = await pavel.refused(
        "GET", f"/api/conversations/{conversation}/messages?around={elsewhere}"
    )

    assert status == 404


async def test_a_message_that_came_late_tells_when_it_was_written(
    office: Office, anna: Agent
) -> None:
    conversation, _ = await office.customer_writes("During the outage", ago=3600)
    await office.customer_writes("After it")
    late, prompt = (one for one in await anna.thread(conversation) if one["kind"] == "incoming")
    assert late["at"] - late["sent_at"] == 3_600_000
    assert "sent_at" not in prompt
