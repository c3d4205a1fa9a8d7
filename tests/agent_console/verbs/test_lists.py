"""Lists of conversations, who the customer is, and whether one works."""

import pytest

from agent_console.verbs import Asked, inbox_of
from tests.agent_console.verbs.conftest import OpenStaff, Staff, listed, options, url_of

ONE, TWO, THREE = "visitor-one-000001", "visitor-two-000002", "visitor-thr-000003"


async def test_ones_own_stand_in_the_order_of_waiting(staff: Staff) -> None:
    first, _ = await staff.office.customer_writes(customer=ONE, sender={"name": "Пётр"})
    second, _ = await staff.office.customer_writes(customer=TWO)
    await staff.press("pavel", "take", second)
    await staff.press("pavel", "take", first)
    staff.office.clock.tick(120)

    answer = await staff.press("pavel", "my", language="ru")

    assert listed(answer) == [first, second]
    (lines,) = answer.lists.values()
    assert list(answer.lists) == ["Мои"]
    assert (lines[0].title, lines[0].state) == ("Пётр", "Павел · ждёт 2 мин")
    assert (lines[0].look, lines[0].said) == ("answer", "Добрый день 👋")
    assert lines[0].url == url_of(first)


async def test_who_has_nothing_reads_so(staff: Staff) -> None:
    answer = await staff.press("pavel", "my")
    assert (answer.text, listed(answer)) == ("Nothing of yours is open", [])


async def test_the_queue_is_that_of_ones_teams_and_of_no_team(staff: Staff) -> None:
    support, _ = await staff.office.customer_writes(customer=ONE)
    sales, _ = await staff.office.customer_writes(customer=TWO)
    nobodys, _ = await staff.office.customer_writes(customer=THREE)
    await staff.press("anna", "assign", support, "support")
    await staff.press("anna", "assign", sales, "sales")

    assert listed(await staff.press("pavel", "queue")) == [support, nobodys]
    assert listed(await staff.press("ivan", "queue")) == [sales, nobodys]
    # Whoever is in no team stands for all of them.
    assert listed(await staff.press("olga", "queue")) == [support, sales, nobodys]
    await staff.press("pavel", "take", support)
    assert listed(await staff.press("pavel", "queue")) == [nobodys]


async def test_who_waits_for_too_long_is_listed_whoever_has_them(a_staff: OpenStaff) -> None:
    async with a_staff({"routing.max_wait": "3m"}) as staff:
        late, _ = await staff.office.customer_writes(customer=ONE)
        answered, _ = await staff.office.customer_writes(customer=TWO)
        await staff.answers("ivan", answered)
        staff.office.clock.tick(181)
        fresh, _ = await staff.office.customer_writes(customer=THREE)

        answer = await staff.press("pavel", "overdue")

        assert listed(answer) == [late]
        assert next(iter(answer.lists.values()))[0].look == "late"
        await staff.press("pavel", "close", late)
        calm = await staff.press("pavel", "overdue")
        assert calm.text == "Nobody waits for longer than the limit."
        assert fresh not in listed(calm)


async def test_without_a_limit_nobody_is_late(a_staff: OpenStaff) -> None:
    async with a_staff({"routing.max_wait": "off"}) as staff:
        answer = await staff.press("pavel", "overdue")
        assert answer.text == "The configuration sets no longest wait."


async def test_what_was_said_is_found_with_where_it_was(staff: Staff) -> None:
    conversation, _ = await staff.office.customer_writes("Где посылка 📦?", customer=ONE)
    await staff.office.customer_writes("Сколько стоит?", customer=TWO)

    answer = await staff.press("pavel", "search", None, "посылка")

    assert listed(answer) == [conversation]
    (line,) = next(iter(answer.lists.values()))
    assert "посылка" in line.said
    assert answer.text == "Found: “посылка”"


async def test_nothing_is_found_where_nothing_is_or_is_seen(a_staff: OpenStaff) -> None:
    async with a_staff({"permissions.agent.see": "own"}) as staff:
        conversation, _ = await staff.office.customer_writes("Где посылка?")
        await staff.press("ivan", "take", conversation)

        answer = await staff.press("pavel", "find", None, "посылка", language="ru")
        assert (answer.text, listed(answer)) == ("По запросу «посылка» ничего нет", [])
        assert listed(await staff.press("ivan", "find", None, "посылка")) == [conversation]
        silent = await staff.press("pavel", "find")
        assert silent.refused


async def test_earlier_conversations_are_listed_without_the_one_at_hand(staff: Staff) -> None:
    first, _ = await staff.office.customer_writes(thread="a", sender={"name": "Пётр"})
    second, _ = await staff.office.customer_writes(thread="b", sender={"name": "Пётр"})
    await staff.press("pavel", "close", first)

    answer = await staff.press("pavel", "history", second)
    assert listed(answer) == [first]
    assert answer.text == "Earlier conversations with Пётр"
    (line,) = next(iter(answer.lists.values()))
    assert (line.look, line.state) == ("closed", "Closed by Павел")

    alone, _ = await staff.office.customer_writes(customer=TWO)
    assert (await staff.press("pavel", "history", alone)).text == "This is the first one"


async def test_two_people_are_found_to_be_one_by_a_form(staff: Staff) -> None:
    conversation, _ = await staff.office.customer_writes(customer=ONE, sender={"name": "Пётр"})
    other, _ = await staff.office.customer_writes(
        customer=TWO, inbox="blog", sender={"name": "Пётр Иванов", "email": "p@example.com"}
    )

    nobody = await staff.press("pavel", "merge", conversation)
    assert nobody.refused
    answer = await staff.press("pavel", "merge", conversation, "Иванов")
    ((value, label),) = options(answer, "other").items()
    assert label == "Пётр Иванов · p@example.com · Блог"
    assert answer.form is not None
    assert answer.form.title == "Who else is Пётр?"

    done = await staff.press("pavel", "merge", conversation, other=value)
    assert done.text == "Пётр and Пётр Иванов are one person now"
    one, two = await staff.row(conversation), await staff.row(other)
    assert one.contact_id == two.contact_id


@pytest.mark.parametrize("value", ["", "soon", "999999"])
async def test_nobody_is_made_one_with_whom_there_is_not(staff: Staff, value: str) -> None:
    conversation, _ = await staff.office.customer_writes()
    assert (await staff.press("pavel", "merge", conversation, other=value)).refused


async def test_where_agents_do_not_edit_contacts_they_join_none(a_staff: OpenStaff) -> None:
    async with a_staff({"permissions.agent.edit_contact": False}) as staff:
        conversation, _ = await staff.office.customer_writes()
        answer = await staff.press("pavel", "merge", conversation, "Пётр")
        assert (answer.refused, answer.text) == (True, "You have no right to do this.")


@pytest.mark.parametrize(
    ("word", "presence", "said"),
    [
        ("online", "online", "Ваш статус: В сети."),
        ("break", "break", "Ваш статус: Перерыв."),
        ("away", "break", "Ваш статус: Перерыв."),
        ("offline", "offline", "Ваш статус: Не в сети."),
    ],
)
async def test_one_says_whether_one_works(
    staff: Staff, word: str, presence: str, said: str
) -> None:
    answer = await staff.press("pavel", word, language="ru")
    assert (answer.text, answer.refused) == (said, False)
    assert (await staff.agent("pavel")).presence == presence


async def test_a_viewer_is_not_at_work(staff: Staff) -> None:
    assert (await staff.press("vera", "online")).refused


async def test_whatever_one_presses_is_a_sign_of_life(staff: Staff) -> None:
    await staff.present("pavel", "away")
    await staff.press("pavel", "my")
    assert (await staff.agent("pavel")).presence == "online"


async def test_who_chose_to_be_offline_stays_so_whatever_they_look_at(staff: Staff) -> None:
    await staff.press("pavel", "offline")
    await staff.press("pavel", "queue")
    assert (await staff.agent("pavel")).presence == "offline"


async def test_an_inbox_is_ones_lists_and_state_and_to_look_at_it_is_no_deed(
    a_staff: OpenStaff,
) -> None:
    async with a_staff({"routing.max_wait": "20m"}) as staff:
        mine, _ = await staff.office.customer_writes()
        await staff.press("pavel", "take", mine)
        new, _ = await staff.office.customer_writes("Ау", customer="visitor-two-000002")
        await staff.present("pavel", "away")
        before = await staff.agent("pavel")
        asked = Asked(me=before, language="en", verb="my", url_of=url_of)
        found = await staff.office.store.read(inbox_of, staff.front, asked)
        assert await staff.agent("pavel") == before
        assert listed(found) == [mine, new]
        assert found.text.startswith("You are now: Away")
        assert {one.style for one in found.buttons} == {"plain"}

        await staff.present("pavel", "break")
        asked = Asked(me=await staff.agent("pavel"), language="uk", verb="my", url_of=url_of)
        found = await staff.office.store.read(inbox_of, staff.front, asked)
        assert [one.verb for one in found.buttons if one.style == "primary"] == ["break"]
        staff.office.clock.tick(620)
        again = await staff.office.store.read(inbox_of, staff.front, asked)
        staff.office.clock.tick(200)
        assert await staff.office.store.read(inbox_of, staff.front, asked) == again
        staff.office.clock.tick(600)
        late = await staff.office.store.read(inbox_of, staff.front, asked)
        assert len(late.lists) == 3, "who waits too long is there as soon as they do"
