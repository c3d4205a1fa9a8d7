"""Drafts: kept on the server, one for each agent, conversation and kind."""

from uuid import uuid4

from tests.agent_console.office import Agent, Office


async def _put(
    agent: Agent, conversation: int, text: str, revision: int, kind: str = "reply"
) -> int:
    path = f"/api/conversations/{conversation}/drafts/{kind}"
    answer = await agent.ask("PUT", path, {"text": text, "revision": revision}, expect=200)
    new: int = answer.json()["revision"]
    return new


async def test_s22_a_draft_is_there_on_another_device_too(office: Office, pavel: Agent) -> None:
    conversation, _ = await office.customer_writes()
    revision = await _put(pavel, conversation, "Уже пишу 🖊️", 0)
    await _put(pavel, conversation, "для своих", 0, "note")

    elsewhere = await office.sign_in("pavel")

    assert await elsewhere.get(f"/api/conversations/{conversation}/drafts") == {
        "reply": {"text": "Уже пишу 🖊️", "revision": revision},
        "note": {"text": "для своих", "revision": 1},
    }


async def test_s21_a_draft_is_nobody_elses(office: Office, pavel: Agent, anna: Agent) -> None:
    conversation, _ = await office.customer_writes()
    await _put(pavel, conversation, "моё", 0)

    assert await anna.get(f"/api/conversations/{conversation}/drafts") == {}
    assert (await anna.row(conversation))["draft"] is None


async def test_a_draft_that_grew_elsewhere_is_not_overwritten(office: Office, pavel: Agent) -> None:
    conversation, _ = await office.customer_writes()
    base = await _put(pavel, conversation, "начало", 0)
    newer = await _put(pavel, conversation, "начало и ещё", base)

    status, error = await pavel.refused(
        "PUT",
        f"/api/conversations/{conversation}/drafts/reply",
        {"text": "начало иначе", "revision": base},
    )

    assert (status, error["code"]) == (409, "draft_changed")
    assert error["detail"] == {"text": "начало и ещё", "revision": newer}


async def test_the_same_text_again_is_no_new_revision(office: Office, pavel: Agent) -> None:
    conversation, _ = await office.customer_writes()
    first = await _put(pavel, conversation, "то же", 0)

    assert await _put(pavel, conversation, "то же", 0) == first


async def test_an_empty_text_clears_the_draft_and_keeps_counting(
    office: Office, pavel: Agent
) -> None:
    conversation, _ = await office.customer_writes()
    base = await _put(pavel, conversation, "передумал", 0)

    cleared = await _put(pavel, conversation, "", base)

    assert cleared > base
    assert (await pavel.row(conversation))["draft"] is None


async def test_sending_clears_the_draft_it_grew_from(office: Office, pavel: Agent) -> None:
    conversation, _ = await office.customer_writes()
    revision = await _put(pavel, conversation, "ответ", 0)

    await pavel.says(conversation, "ответ", draft_revision=revision)

    drafts = await pavel.get(f"/api/conversations/{conversation}/drafts")
    assert drafts["reply"]["text"] == ""
    assert drafts["reply"]["revision"] > revision
    assert (await pavel.row(conversation))["draft"] is None


async def test_sending_leaves_a_draft_that_has_gone_on_elsewhere(
    office: Office, pavel: Agent
) -> None:
    conversation, _ = await office.customer_writes()
    sent = await _put(pavel, conversation, "ответ", 0)
    await _put(pavel, conversation, "ответ, и ещё вот что", sent)

    await pavel.says(conversation, "ответ", draft_revision=sent)

    drafts = await pavel.get(f"/api/conversations/{conversation}/drafts")
    assert drafts["reply"]["text"] == "ответ, и ещё вот что"


async def test_a_refused_reply_leaves_the_draft(office: Office, pavel: Agent, ivan: Agent) -> None:
    conversation, _ = await office.customer_writes()
    revision = await _put(pavel, conversation, "ответ", 0)
    await ivan.act("take", conversation)

    await pavel.says(conversation, "ответ", draft_revision=revision, expect=409)

    drafts = await pavel.get(f"/api/conversations/{conversation}/drafts")
    assert drafts["reply"] == {"text": "ответ", "revision": revision}


async def test_a_note_clears_the_notes_draft_and_not_the_replys(
    office: Office, pavel: Agent
) -> None:
    conversation, _ = await office.customer_writes()
    await _put(pavel, conversation, "клиенту", 0)
    await _put(pavel, conversation, "своим", 0, "note")

    await pavel.says(conversation, "своим", kind="note", client_id=str(uuid4()))

    row = await pavel.row(conversation)
    assert row["draft"] == {"kind": "reply", "text": "клиенту"}
