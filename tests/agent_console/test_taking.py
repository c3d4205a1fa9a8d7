"""Who answers: taking, releasing, handing over, taking part."""

import asyncio

from tests.agent_console.conftest import OpenOffice
from tests.agent_console.office import Agent, Office

NAMES = {"anna": "Анна Коваль", "pavel": "Павел"}


async def test_d11_of_two_agents_who_take_at_once_one_wins_and_the_other_sees_who(
    office: Office, anna: Agent, pavel: Agent
) -> None:
    conversation, _ = await office.customer_writes()
    path = f"/api/conversations/{conversation}/take"

    answers = await asyncio.gather(anna.ask("POST", path, {}), pavel.ask("POST", path, {}))

    (won,) = [one for one in answers if one.status_code == 200]
    (lost,) = [one for one in answers if one.status_code != 200]
    winner = won.json()["row"]["conversation"]["assignee"]
    error = lost.json()["error"]
    assert (lost.status_code, error["code"]) == (409, "taken")
    assert error["detail"] == {"agent": winner, "name": NAMES[winner]}


async def test_d11_taking_twice_is_taking_once(office: Office, pavel: Agent) -> None:
    conversation, _ = await office.customer_writes()

    await pavel.act("take", conversation)
    await pavel.act("take", conversation)

    happened = [m["activity"]["verb"] for m in await pavel.thread(conversation) if "activity" in m]
    assert happened == ["opened", "taken"]


async def test_j33_j17_d42_j03_taking_assigns_and_moves_from_new_to_mine(
    office: Office, pavel: Agent
) -> None:
    conversation, _ = await office.customer_writes()
    assert await pavel.listed("new") == [conversation]

    row = await pavel.act("take", conversation)

    assert row["conversation"]["assignee"] == "pavel"
    assert row["mine"]
    assert await pavel.listed("new") == []
    assert await pavel.listed("mine") == [conversation]


async def test_j33_a_first_reply_takes_an_untaken_conversation(
    office: Office, pavel: Agent
) -> None:
    conversation, _ = await office.customer_writes()

    answer = await pavel.says(conversation, "Здравствуйте!")

    assert answer["row"]["conversation"]["assignee"] == "pavel"
    assert await pavel.listed("new") == []


async def test_d14_a_colleague_cannot_reply_and_is_told_whose_it_is(
    office: Office, pavel: Agent, ivan: Agent
) -> None:
    conversation, _ = await office.customer_writes()
    await pavel.act("take", conversation)

    error = await ivan.says(conversation, "I will", expect=409)

    assert error["error"]["code"] == "taken"
    assert error["error"]["detail"] == {"agent": "pavel", "name": "Павел"}
    assert "reply" not in (await ivan.row(conversation))["can"]
    assert [m["kind"] for m in await ivan.thread(conversation)] == [
        "activity",
        "incoming",
        "activity",
    ]


async def test_d14_d49_a_colleague_can_still_leave_a_note(
    office: Office, pavel: Agent, ivan: Agent
) -> None:
    conversation, _ = await office.customer_writes()
    await pavel.act("take", conversation)

    note = await ivan.says(conversation, "Он звонил вчера", kind="note")

    assert note["message"]["kind"] == "note"
    assert note["row"]["conversation"]["assignee"] == "pavel"


async def test_d17_release_puts_it_into_new_and_unlocks_it_at_once(
    office: Office, pavel: Agent, ivan: Agent
) -> None:
    conversation, _ = await office.customer_writes()
    await pavel.act("take", conversation)

    row = await pavel.act("release", conversation)

    assert row["conversation"]["assignee"] is None
    assert await ivan.listed("new") == [conversation]
    answer = await ivan.says(conversation, "Теперь я")
    assert answer["row"]["conversation"]["assignee"] == "ivan"


async def test_a_colleague_cannot_release_what_is_not_theirs(
    office: Office, pavel: Agent, ivan: Agent
) -> None:
    conversation, _ = await office.customer_writes()
    await pavel.act("take", conversation)

    status, error = await ivan.refused("POST", f"/api/conversations/{conversation}/release", {})

    assert (status, error["code"]) == (409, "taken")


async def test_s44_the_reply_right_moves_with_the_conversation(
    office: Office, pavel: Agent, ivan: Agent
) -> None:
    conversation, _ = await office.customer_writes()
    await pavel.act("take", conversation)

    row = await pavel.act("assign", conversation, {"agent": "ivan"})

    assert row["conversation"]["assignee"] == "ivan"
    refused = await pavel.says(conversation, "ещё одно", expect=409)
    assert refused["error"]["detail"]["agent"] == "ivan"
    await ivan.says(conversation, "слушаю")


async def test_s05_j17_j30_a_third_agent_may_not_hand_over_what_is_not_theirs_and_a_supervisor_may(
    office: Office, pavel: Agent, ivan: Agent, anna: Agent
) -> None:
    conversation, _ = await office.customer_writes()
    await pavel.act("take", conversation)
    path = f"/api/conversations/{conversation}/assign"

    assert (await ivan.refused("POST", path, {"agent": "ivan"}))[0] == 403

    assert (await anna.act("assign", conversation, {"agent": "ivan"}))["conversation"][
        "assignee"
    ] == "ivan"


async def test_j30_agents_may_hand_over_anything_where_the_file_says_so(
    an_office: OpenOffice,
) -> None:
    async with an_office({"permissions.agent.transfer": "any"}) as office:
        pavel, ivan = await office.sign_in("pavel"), await office.sign_in("ivan")
        conversation, _ = await office.customer_writes()
        await pavel.act("take", conversation)

        row = await ivan.act("assign", conversation, {"agent": "ivan"})

        assert row["conversation"]["assignee"] == "ivan"


async def test_s07_a_closed_conversation_is_handed_over_only_where_the_file_says_so(
    an_office: OpenOffice, office: Office, anna: Agent
) -> None:
    conversation, _ = await office.customer_writes()
    await anna.act("take", conversation)
    await anna.act("close", conversation)
    path = f"/api/conversations/{conversation}/assign"
    assert (await anna.refused("POST", path, {"agent": "ivan"}))[0] == 409

    async with an_office({"routing.transfer.closed": True}) as permissive:
        ivan = await permissive.sign_in("ivan")
        pavel = await permissive.sign_in("pavel")
        supervisor = await permissive.sign_in("anna")
        assert (await pavel.refused("POST", path, {"agent": "pavel"}))[0] == 409

        row = await supervisor.act("assign", conversation, {"agent": "ivan"})

        assert (row["conversation"]["state"], row["conversation"]["assignee"]) == ("closed", "ivan")
        await office.customer_writes()
        assert (await ivan.row(conversation))["conversation"]["state"] == "open"


async def test_nobody_is_handed_a_conversation_who_cannot_answer_it(
    office: Office, anna: Agent
) -> None:
    conversation, _ = await office.customer_writes()
    path = f"/api/conversations/{conversation}/assign"

    for nobody in ("vera", "no_such_agent"):
        status, error = await anna.refused("POST", path, {"agent": nobody})
        assert (status, error["code"]) == (422, "agent_unknown")


async def test_o02_r07_r49_participants_added_together_answer_too_and_find_it_under_mine(
    office: Office, pavel: Agent, ivan: Agent
) -> None:
    conversation, _ = await office.customer_writes()
    await pavel.act("take", conversation)

    row = await pavel.act("participants", conversation, {"agents": ["ivan", "anna"]})

    assert row["conversation"]["participants"] == ["anna", "ivan"]
    await ivan.says(conversation, "Я тоже здесь")
    assert await ivan.listed("mine") == [conversation]
    assert (await ivan.row(conversation))["mine"]


async def test_r62_who_is_responsible_cannot_leave_and_who_helps_can(
    office: Office, pavel: Agent, ivan: Agent
) -> None:
    conversation, _ = await office.customer_writes()
    await pavel.act("take", conversation)
    await pavel.act("participants", conversation, {"agents": ["ivan"]})

    assert "leave" not in (await pavel.row(conversation))["can"]
    assert "leave" in (await ivan.row(conversation))["can"]
    path = f"/api/conversations/{conversation}/leave"
    assert (await pavel.refused("POST", path, {}))[0] == 409


async def test_a_participant_who_leaves_cannot_answer_any_more(
    office: Office, pavel: Agent, ivan: Agent
) -> None:
    conversation, _ = await office.customer_writes()
    await pavel.act("take", conversation)
    await pavel.act("participants", conversation, {"agents": ["ivan"]})

    row = await ivan.act("leave", conversation)

    assert row["conversation"]["participants"] == []
    await ivan.says(conversation, "и всё же", expect=409)


async def test_r48_adding_and_removing_a_participant_both_stand_in_the_thread(
    office: Office, pavel: Agent
) -> None:
    conversation, _ = await office.customer_writes()
    await pavel.act("take", conversation)
    await pavel.act("participants", conversation, {"agents": ["ivan"]})

    answer = await pavel.ask(
        "DELETE", f"/api/conversations/{conversation}/participants/ivan", expect=200
    )

    assert answer.json()["row"]["conversation"]["participants"] == []
    happened = [one["activity"] for one in await pavel.thread(conversation) if "activity" in one]
    assert happened[-2:] == [
        {"verb": "participant_added", "data": {"by": "pavel", "agent": "ivan"}},
        {"verb": "participant_removed", "data": {"by": "pavel", "agent": "ivan"}},
    ]


async def test_of_several_participants_one_unknown_means_none(office: Office, pavel: Agent) -> None:
    conversation, _ = await office.customer_writes()
    await pavel.act("take", conversation)
    path = f"/api/conversations/{conversation}/participants"

    status, error = await pavel.refused("POST", path, {"agents": ["ivan", "nobody"]})

    assert (status, error["code"]) == (422, "agent_unknown")
    assert (await pavel.row(conversation))["conversation"]["participants"] == []


async def test_a_supervisor_joins_before_answering_what_a_colleague_has(
    office: Office, pavel: Agent, anna: Agent
) -> None:
    conversation, _ = await office.customer_writes()
    await pavel.act("take", conversation)
    await anna.says(conversation, "от себя", expect=409)

    row = await anna.act("join", conversation)

    assert "reply" in row["can"]
    await anna.says(conversation, "вместе")
    last = [m["activity"]["verb"] for m in await anna.thread(conversation) if "activity" in m]
    assert last[-1] == "joined"


async def test_an_agent_may_not_join_what_a_colleague_has(
    office: Office, pavel: Agent, ivan: Agent
) -> None:
    conversation, _ = await office.customer_writes()
    await pavel.act("take", conversation)

    status, _ = await ivan.refused("POST", f"/api/conversations/{conversation}/join", {})

    assert status == 403


async def test_s08_d45_closing_moves_it_to_the_closed_ones_for_everybody(
    office: Office, pavel: Agent, ivan: Agent
) -> None:
    conversation, _ = await office.customer_writes()
    await pavel.act("take", conversation)

    row = await pavel.act("close", conversation)

    assert (row["conversation"]["state"], row["conversation"]["closed_by"]) == ("closed", "pavel")
    for agent in (pavel, ivan):
        assert await agent.listed("closed") == [conversation]
        assert await agent.listed("all") == []
        assert await agent.listed("mine") == []


async def test_s09_the_customers_message_reopens_a_closed_conversation(
    office: Office, pavel: Agent
) -> None:
    conversation, _ = await office.customer_writes()
    await pavel.act("take", conversation)
    await pavel.act("close", conversation)

    again, _ = await office.customer_writes("ещё вопрос")

    assert again == conversation
    assert (await pavel.row(conversation))["conversation"]["state"] == "open"


async def test_s09_s43_an_agents_message_reopens_a_closed_conversation(
    office: Office, pavel: Agent, ivan: Agent
) -> None:
    conversation, _ = await office.customer_writes()
    await pavel.act("take", conversation)
    await pavel.act("close", conversation)

    answer = await ivan.says(conversation, "Забыли сказать")

    row = answer["row"]["conversation"]
    assert (row["state"], row["assignee"], row["closed_at"]) == ("open", "ivan", None)


async def test_s43_reopening_by_the_button_makes_it_ones_own(office: Office, pavel: Agent) -> None:
    conversation, _ = await office.customer_writes()
    await pavel.act("close", conversation)

    row = await pavel.act("reopen", conversation)

    assert (row["conversation"]["state"], row["conversation"]["assignee"]) == ("open", "pavel")


async def test_a_verb_that_does_not_fit_the_state_says_so(office: Office, pavel: Agent) -> None:
    conversation, _ = await office.customer_writes()
    path = f"/api/conversations/{conversation}"
    unfit = ["reopen", "release", "leave"]

    for verb in unfit:
        status, error = await pavel.refused("POST", f"{path}/{verb}", {})
        assert (verb, status, error["code"]) == (verb, 409, "state")
    await pavel.act("close", conversation)
    for verb in ("close", "take"):
        status, error = await pavel.refused("POST", f"{path}/{verb}", {})
        assert (verb, status, error["code"]) == (verb, 409, "state")


async def test_s20_who_took_closed_and_reopened_stands_in_the_thread(
    office: Office, pavel: Agent, anna: Agent
) -> None:
    conversation, _ = await office.customer_writes()
    await pavel.act("take", conversation)
    await anna.act("assign", conversation, {"agent": "anna"})
    await anna.act("close", conversation)
    await pavel.act("reopen", conversation)

    happened = [m for m in await pavel.thread(conversation) if m["kind"] == "activity"]

    assert [(m["activity"]["verb"], m["activity"]["data"].get("by")) for m in happened] == [
        ("opened", None),
        ("taken", "pavel"),
        ("taken", "anna"),
        ("closed", "anna"),
        ("reopened", "pavel"),
    ]
    assert all(m["at"] == office.clock.now() for m in happened)
    assert happened[1]["author"] == {"kind": "agent", "id": "pavel", "name": "Павел"}
