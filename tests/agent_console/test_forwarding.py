"""A file of one conversation goes to another customer, and is kept once (S13)."""

from dataclasses import replace
from typing import Any, cast
from uuid import uuid4

from bridge.channel import Capabilities
from bridge.models import Attachment
from bridge.store import messages as m
from bridge.store.transactions import Tx
from tests.agent_console.conftest import OpenOffice
from tests.agent_console.office import Agent, Office

SECOND = "visitor-two-000002"


async def _sent_file(agent: Agent, conversation: int, name: str = "счёт 😀.txt") -> Any:
    """Have an agent send a file to a customer; return its attachment."""
    files = {"file": (name, b"what it says")}
    uploaded = await agent.ask("POST", "/api/uploads", files=files, expect=201)
    answer = await agent.says(conversation, "", attachments=[uploaded.json()["id"]])
    return answer["message"]["attachments"][0]


def _forward(attachment: str, **more: Any) -> dict[str, Any]:
    return {"client_id": str(uuid4()), "attachment": attachment} | more


def _path(conversation: int) -> str:
    return f"/api/conversations/{conversation}/forwards"


def _row(tx: Tx, public_id: str) -> Attachment:
    return tx.the(m.ATTACHMENT_BY_PUBLIC_ID, public_id=public_id)


async def test_s13_a_file_is_forwarded_with_words_and_its_content_is_kept_once(
    office: Office, pavel: Agent
) -> None:
    source, _ = await office.customer_writes()
    target, _ = await office.customer_writes(customer=SECOND)
    file = await _sent_file(pavel, source)

    answer = await pavel.post(_path(target), _forward(file["id"], text="Вот он"), expect=201)

    message = answer["message"]
    assert (message["conversation_id"], message["text"]) == (target, "Вот он")
    (copy,) = message["attachments"]
    assert copy["id"] != file["id"]
    assert (copy["name"], copy["size"]) == (file["name"], file["size"])
    rows = [await office.store.read(_row, one["id"]) for one in (file, copy)]
    assert rows[0].sha256 == rows[1].sha256
    assert answer["row"]["conversation"]["assignee"] == "pavel"
    assert (await pavel.ask("GET", copy["url"], expect=200)).content == b"what it says"


async def test_s13_the_same_forward_again_sends_nothing_again(office: Office, pavel: Agent) -> None:
    source, _ = await office.customer_writes()
    target, _ = await office.customer_writes(customer=SECOND)
    body = _forward((await _sent_file(pavel, source))["id"])

    first = await pavel.post(_path(target), body, expect=201)
    again = await pavel.post(_path(target), body, expect=200)

    assert first["message"]["id"] == again["message"]["id"]
    outgoing = [one for one in await pavel.thread(target) if one["kind"] == "outgoing"]
    assert len(outgoing) == 1


async def test_s13_what_is_being_written_there_is_kept(office: Office, pavel: Agent) -> None:
    source, _ = await office.customer_writes()
    target, _ = await office.customer_writes(customer=SECOND)
    file = await _sent_file(pavel, source)
    drafts = f"/api/conversations/{target}/drafts"
    await pavel.ask("PUT", f"{drafts}/reply", {"text": "почти", "revision": 0}, expect=200)

    await pavel.post(_path(target), _forward(file["id"]), expect=201)

    assert (await pavel.get(drafts))["reply"]["text"] == "почти"


async def test_s13_a_file_is_not_forwarded_to_a_customer_whom_a_colleague_has(
    office: Office, pavel: Agent, anna: Agent
) -> None:
    source, _ = await office.customer_writes()
    target, _ = await office.customer_writes(customer=SECOND)
    file = await _sent_file(pavel, source)
    await anna.act("take", target)

    status, error = await pavel.refused("POST", _path(target), _forward(file["id"]))

    assert (status, error["code"]) == (409, "taken")
    assert all(one["kind"] != "outgoing" for one in await anna.thread(target))


async def test_s13_a_file_out_of_sight_is_not_there_to_forward(an_office: OpenOffice) -> None:
    async with an_office({"permissions.agent.see": "own"}) as office:
        pavel, ivan = await office.sign_in("pavel"), await office.sign_in("ivan")
        source, _ = await office.customer_writes()
        target, _ = await office.customer_writes(customer=SECOND)
        file = await _sent_file(pavel, source)
        await ivan.act("take", target)

        hers = await ivan.refused("POST", _path(target), _forward(file["id"]))
        unsent = await ivan.ask("POST", "/api/uploads", files={"file": ("f", b"x")}, expect=201)
        own = await ivan.refused("POST", _path(target), _forward(unsent.json()["id"]))

        assert [hers[0], own[0]] == [404, 404]
        # And to a conversation out of sight nothing goes.
        assert (await pavel.refused("POST", _path(target), _forward(file["id"])))[0] == 404


async def test_s13_a_file_of_what_was_taken_back_is_not_forwarded(
    an_office: OpenOffice,
) -> None:
    async with an_office({"conversation.allow_delete": True}) as office:
        pavel = await office.sign_in("pavel")
        source, _ = await office.customer_writes()
        target, _ = await office.customer_writes(customer=SECOND)
        file = await _sent_file(pavel, source)
        message = (await pavel.thread(source))[-1]["id"]
        await pavel.ask("DELETE", f"/api/messages/{message}", expect=200)

        assert (await pavel.refused("POST", _path(target), _forward(file["id"])))[0] == 404


async def test_s13_the_console_knows_what_each_network_takes(office: Office, pavel: Agent) -> None:
    inbox = next(one for one in pavel.session["inboxes"] if one["id"] == "site")
    assert (
        inbox["capabilities"]["limits"]["image"] == office.desk.capabilities["site"].media["image"]
    )


async def test_s13_a_file_too_large_for_the_network_is_refused_with_its_limit(
    office: Office, pavel: Agent
) -> None:
    source, _ = await office.customer_writes()
    target, _ = await office.customer_writes(customer=SECOND, inbox="blog")
    file = await _sent_file(pavel, source)
    narrow = replace(office.desk.capabilities["blog"], media={"file": 5})
    cast("dict[str, Capabilities]", office.desk.capabilities)["blog"] = narrow

    status, error = await pavel.refused("POST", _path(target), _forward(file["id"]))

    assert (status, error["code"]) == (422, "file_too_large")
    assert error["detail"]["limit"] == 5, error
    assert all(one["kind"] != "outgoing" for one in await pavel.thread(target))
