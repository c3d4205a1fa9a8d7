"""Notes that call colleagues by name, and conversations that an agent follows."""

import pytest

from tests.agent_console.doors import UUID
from tests.agent_console.office import Agent, Office


async def note(agent: Agent, conversation: int, text: str, *mentions: str) -> dict[str, object]:
    written = await agent.says(conversation, text, kind="note", mentions=list(mentions))
    message: dict[str, object] = written["message"]
    return message


async def test_a_note_tells_whom_it_calls(office: Office, pavel: Agent, ivan: Agent) -> None:
    conversation, _ = await office.customer_writes()

    written = await note(pavel, conversation, "@Иван 🧑‍💻, глянь", "ivan", "vera")

    assert written["mentions"] == ["ivan", "vera"]
    page = await ivan.get(f"/api/conversations/{conversation}/messages")
    assert page["messages"][-1]["mentions"] == ["ivan", "vera"]


async def test_a_note_that_calls_nobody_says_nothing_of_it(office: Office, pavel: Agent) -> None:
    conversation, _ = await office.customer_writes()

    assert "mentions" not in await note(pavel, conversation, "просто заметка")
    # One does not call oneself.
    assert "mentions" not in await note(pavel, conversation, "@Павел", "pavel")


async def test_a_note_cannot_call_who_is_not_there(office: Office, pavel: Agent) -> None:
    conversation, _ = await office.customer_writes()

    more = {"kind": "note", "mentions": ["nobody"], "client_id": UUID, "text": "@nobody"}
    path = f"/api/conversations/{conversation}/messages"
    _, error = await pavel.refused("POST", path, more)

    assert error["code"] == "agent_unknown"
    assert (await pavel.get(f"/api/conversations/{conversation}/notes"))["messages"] == []


async def test_o12_the_customer_is_told_nothing_of_a_reply_s_mentions(
    office: Office, pavel: Agent, ivan: Agent
) -> None:
    conversation, _ = await office.customer_writes()

    written = await pavel.says(conversation, "@Иван", mentions=["ivan"])

    assert "mentions" not in written["message"]
    assert (await ivan.row(conversation))["following"] is False


async def test_o23_o25_whoever_writes_a_note_or_is_called_by_one_follows(
    office: Office, pavel: Agent, ivan: Agent, anna: Agent
) -> None:
    conversation, _ = await office.customer_writes()
    await office.customer_writes(customer="b")

    await note(pavel, conversation, "@Иван, глянь", "ivan")

    assert await pavel.listed("mine", part="internal") == [conversation]
    assert await ivan.listed("mine", part="internal") == [conversation]
    assert await anna.listed("mine", part="internal") == []
    assert (await ivan.row(conversation))["following"] is True


async def test_o23_one_follows_by_hand_and_no_longer(office: Office, ivan: Agent) -> None:
    conversation, _ = await office.customer_writes()

    followed = await ivan.act("follow", conversation)
    assert followed["following"] is True
    assert await ivan.listed("mine", part="internal") == [conversation]
    await ivan.act("follow", conversation)
    await ivan.act("unfollow", conversation)

    assert await ivan.listed("mine", part="internal") == []


async def test_following_gives_no_right_to_answer(
    office: Office, pavel: Agent, ivan: Agent
) -> None:
    conversation, _ = await office.customer_writes()
    await pavel.act("take", conversation)

    row = await ivan.act("follow", conversation)

    assert "reply" not in row["can"]
    assert await ivan.listed("mine") == []


async def test_following_reads_nothing(office: Office, pavel: Agent, ivan: Agent) -> None:
    conversation, _ = await office.customer_writes()
    unread = (await ivan.get("/api/folders"))["all"]["unread"]

    await note(pavel, conversation, "@Иван", "ivan")
    await ivan.act("follow", conversation)

    assert (await ivan.get("/api/folders"))["all"]["unread"] == unread
    assert (await ivan.row(conversation))["mark"] == {"seen": 0, "message_id": 0}


async def test_r62_whoever_leaves_hears_of_its_notes_no_more(
    office: Office, pavel: Agent, ivan: Agent, anna: Agent
) -> None:
    conversation, _ = await office.customer_writes()
    await pavel.act("take", conversation)
    await pavel.post(f"/api/conversations/{conversation}/participants", {"agents": ["ivan"]})
    await note(ivan, conversation, "смотрю")

    await ivan.act("leave", conversation)

    assert (await ivan.row(conversation))["following"] is False


async def test_o24_o26_mine_has_what_i_answer_and_apart_from_it_what_is_over(
    office: Office, pavel: Agent, ivan: Agent
) -> None:
    answered, noted, colleagues = [
        (await office.customer_writes(customer=f"c-{n}"))[0] for n in range(3)
    ]
    await pavel.act("take", answered)
    await ivan.act("take", colleagues)
    await note(pavel, noted, "не мой, но слежу")

    assert await pavel.listed("mine") == [answered]
    assert await pavel.listed("mine", part="closed") == []
    await pavel.act("close", answered)
    await ivan.act("close", colleagues)
    await pavel.act("close", noted)

    assert await pavel.listed("mine") == []
    assert await pavel.listed("mine", part="internal") == []
    assert set(await pavel.listed("mine", part="closed")) == {answered, noted}
    assert await ivan.listed("mine", part="closed") == [colleagues]


async def test_o21_unanswered_holds_what_is_open_until_its_first_answer(
    office: Office, pavel: Agent, ivan: Agent
) -> None:
    first, _ = await office.customer_writes(customer="a")
    second, _ = await office.customer_writes(customer="b")
    await pavel.act("take", first)

    assert set(await ivan.listed("all", part="unanswered")) == {first, second}
    assert (await ivan.get("/api/folders"))["unanswered"]["total"] == 2
    await pavel.says(first, "Добрый день")

    assert await ivan.listed("all", part="unanswered") == [second]
    assert (await ivan.get("/api/folders"))["unanswered"]["total"] == 1
    await pavel.act("close", second)
    assert await ivan.listed("all", part="unanswered") == []


@pytest.mark.parametrize(("folder", "part"), [("new", "internal"), ("all", "closed")])
async def test_a_folder_has_no_list_of_another(
    office: Office, pavel: Agent, folder: str, part: str
) -> None:
    path = f"/api/conversations?folder={folder}&part={part}"
    status, error = await pavel.refused("GET", path)

    assert status == 400
    assert "part" in error["fields"]


async def test_d06_each_channel_counts_its_open_conversations(office: Office, pavel: Agent) -> None:
    async def channels() -> dict[str, dict[str, int]]:
        found: dict[str, dict[str, int]] = (await pavel.get("/api/folders"))["channels"]
        return found

    assert await channels() == {}
    first, message = await office.customer_writes(inbox="site", customer="a")
    await office.customer_writes(inbox="site", customer="b")
    await office.customer_writes(inbox="blog", customer="c")
    assert await channels() == {
        "site": {"unread": 2, "total": 2}, "blog": {"unread": 1, "total": 1},
    }  # fmt: skip
    await pavel.post(f"/api/conversations/{first}/read", {"message_id": message}, expect=204)
    assert (await channels())["site"] == {"unread": 1, "total": 2}
    await pavel.act("close", first)
    assert (await channels())["site"] == {"unread": 1, "total": 1}
