"""What a row of the list tells."""

from bridge.channel import InboundMedia, Visit
from tests.agent_console.office import Agent, Office


async def test_r14_a_conversation_is_new_until_somebody_opens_it(
    office: Office, pavel: Agent, ivan: Agent
) -> None:
    conversation, message = await office.customer_writes()
    assert (await ivan.row(conversation))["conversation"]["is_new"]

    await pavel.post(f"/api/conversations/{conversation}/read", {"message_id": message}, expect=204)

    assert not (await ivan.row(conversation))["conversation"]["is_new"]


async def test_r14_a_conversation_is_new_until_somebody_takes_it(
    office: Office, pavel: Agent, ivan: Agent
) -> None:
    conversation, _ = await office.customer_writes()
    await pavel.act("take", conversation)

    assert not (await ivan.row(conversation))["conversation"]["is_new"]


async def test_r14_a_viewer_who_looks_leaves_it_new(
    office: Office, vera: Agent, ivan: Agent
) -> None:
    conversation, message = await office.customer_writes()

    await vera.post(f"/api/conversations/{conversation}/read", {"message_id": message}, expect=204)

    assert (await ivan.row(conversation))["conversation"]["is_new"]


async def test_r15_the_row_says_who_is_responsible(
    office: Office, pavel: Agent, ivan: Agent
) -> None:
    conversation, _ = await office.customer_writes()
    assert (await ivan.row(conversation))["conversation"]["assignee"] is None

    await pavel.act("take", conversation)

    assert (await ivan.row(conversation))["conversation"]["assignee"] == "pavel"
    names = {agent["id"]: agent["name"] for agent in ivan.session["agents"]}
    assert names["pavel"] == "Павел"


async def test_r16_s15_j10_two_inboxes_are_told_apart_by_kind_and_name(
    office: Office, pavel: Agent
) -> None:
    one, _ = await office.customer_writes(inbox="site")
    two, _ = await office.customer_writes(inbox="blog")

    inboxes = {inbox["id"]: inbox for inbox in pavel.session["inboxes"]}

    names = [inboxes[(await pavel.row(c))["conversation"]["inbox"]]["name"] for c in (one, two)]
    assert names == ["Website", "Блог"]
    assert inboxes["site"]["kind"] == "widget"


async def test_r17_j11_the_name_given_before_the_chat_is_shown(
    office: Office, pavel: Agent
) -> None:
    conversation, _ = await office.customer_writes(
        sender={"name": "Олена 🌻", "email": "olena@example.com"}
    )

    contact = (await pavel.row(conversation))["conversation"]["contact"]

    assert (contact["name"], contact["email"]) == ("Олена 🌻", "olena@example.com")


async def test_r17_what_an_agent_types_overrides_what_the_network_tells(
    office: Office, pavel: Agent
) -> None:
    conversation, _ = await office.customer_writes(sender={"name": "visitor"})
    contact = (await pavel.row(conversation))["conversation"]["contact"]["id"]
    await pavel.ask("PATCH", f"/api/contacts/{contact}", {"name": "Марія"}, expect=200)

    await office.customer_writes("ещё", sender={"name": "visitor the second", "email": "a@b.co"})

    row = (await pavel.row(conversation))["conversation"]["contact"]
    assert (row["name"], row["email"]) == ("Марія", "a@b.co")


async def test_r18_r19_r21_the_last_message_with_its_author_and_time(
    office: Office, pavel: Agent
) -> None:
    conversation, message = await office.customer_writes("  Первая\n\nстрока,  вторая  ")
    last = (await pavel.row(conversation))["conversation"]["last"]
    assert last == {
        "kind": "incoming",
        "author": None,
        "text": "Первая строка, вторая",
        "at": office.clock.now(),
        "message_id": message,
    }

    office.clock.tick(60)
    await pavel.says(conversation, "**Ответ** 👍")

    last = (await pavel.row(conversation))["conversation"]["last"]
    assert (last["author"], last["text"]) == ("pavel", "Ответ 👍")
    assert last["at"] == office.clock.now()


async def test_r19_a_long_message_is_cut_to_one_line(office: Office, pavel: Agent) -> None:
    conversation, _ = await office.customer_writes("слово\n" * 200 + "😀" * 300)

    text = (await pavel.row(conversation))["conversation"]["last"]["text"]

    assert len(text) == 160
    assert text.endswith("…")
    assert "\n" not in text


async def test_r19_a_message_of_files_alone_says_what_they_are(
    office: Office, pavel: Agent
) -> None:
    conversation, _ = await office.customer_writes(
        "", media=[InboundMedia(kind="image", ref="r1"), InboundMedia(kind="file", ref="r2")]
    )

    last = (await pavel.row(conversation))["conversation"]["last"]

    assert (last["text"], last["attachment"]) == ("", "image")


async def test_r20_s14_unread_is_what_came_and_was_not_read(
    office: Office, pavel: Agent, ivan: Agent
) -> None:
    conversation, first = await office.customer_writes("один")
    await office.customer_writes("два")
    row = await pavel.row(conversation)
    assert row["conversation"]["incoming_count"] - row["mark"]["seen"] == 2

    await pavel.post(f"/api/conversations/{conversation}/read", {"message_id": first}, expect=204)

    row = await pavel.row(conversation)
    assert row["mark"] == {"seen": 1, "message_id": first}
    assert (await ivan.row(conversation))["mark"]["seen"] == 0


async def test_r22_the_wait_begins_with_the_first_unanswered_message_and_ends_with_a_reply(
    office: Office, pavel: Agent
) -> None:
    conversation, _ = await office.customer_writes("один")
    began = office.clock.now()
    await office.customer_writes("два", after=30)
    assert (await pavel.row(conversation))["conversation"]["waiting_since"] == began

    await pavel.says(conversation, "заметка", kind="note")
    assert (await pavel.row(conversation))["conversation"]["waiting_since"] == began
    await pavel.says(conversation, "ответ")
    assert (await pavel.row(conversation))["conversation"]["waiting_since"] is None

    await office.customer_writes("три", after=30)
    now = office.clock.now()
    assert (await pavel.row(conversation))["conversation"]["waiting_since"] == now


async def test_s21_an_unsent_text_is_shown_in_the_list_to_its_writer_alone(
    office: Office, pavel: Agent, ivan: Agent
) -> None:
    conversation, _ = await office.customer_writes()
    await pavel.ask(
        "PUT",
        f"/api/conversations/{conversation}/drafts/reply",
        {"text": "Уже  пишу\nвам " + "ж" * 200, "revision": 0},
        expect=200,
    )

    draft = (await pavel.row(conversation))["draft"]

    assert draft["kind"] == "reply"
    assert draft["text"].startswith("Уже пишу вам жжж")
    assert len(draft["text"]) == 120
    assert (await ivan.row(conversation))["draft"] is None


async def test_what_may_be_done_is_told_for_each_agent(
    office: Office, pavel: Agent, ivan: Agent, anna: Agent, vera: Agent
) -> None:
    conversation, _ = await office.customer_writes()
    await pavel.act("take", conversation)

    async def can(agent: Agent) -> set[str]:
        return set((await agent.row(conversation))["can"])

    assert {"reply", "release", "close", "assign", "note"} <= await can(pavel)
    assert await can(ivan) == {"note", "edit_contact", "edit_message", "tag"}
    assert {"join", "assign", "release", "close"} <= await can(anna)
    assert await can(vera) == set()


async def test_r45_the_beginning_of_a_conversation_says_where_it_came_from(
    office: Office, pavel: Agent
) -> None:
    conversation, _ = await office.customer_writes(
        visit=Visit(url="https://shop.example/чай", source="campaign-7", online=True)
    )

    (opened,) = [m for m in await pavel.thread(conversation) if m["kind"] == "activity"]

    assert opened["activity"] == {
        "verb": "opened",
        "data": {"url": "https://shop.example/чай", "source": "campaign-7"},
    }
