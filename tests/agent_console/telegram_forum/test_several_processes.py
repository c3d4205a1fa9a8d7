"""A surface that moves from one process to another and back: it knows what the other did."""

from agent_console.surface import Field, Said
from agent_console.telegram_forum.surface import TelegramForum
from tests.agent_console.telegram_forum.rig import Group, a_card
from tests.agent_console.telegram_forum.test_pressing import a_form, pressed, question

WHY = Field(id="why", label="Why", kind="text")


async def moved(group: Group, to: TelegramForum) -> TelegramForum:
    """Have the surface be another process's; return that of the one before."""
    await group.quiet()
    await group.stop()
    before, group.surface = group.surface, to
    group.listen()
    return before


async def test_words_for_a_question_that_another_process_asked_reach_no_customer(
    group: Group,
) -> None:
    thread, olga = await group.opened(), group.person()
    group.desk.answers["take"] = a_form(WHY)
    here = await moved(group, group.new_surface())
    await pressed(group, olga, thread.card, "Take")
    await moved(group, here)

    olga.say("таємно", topic=int(thread.id), reply_to=question(group)["message_id"])
    await group.seen(lambda: len(group.desk.presses) == 2 or group.desk.heard)

    assert group.desk.heard == []
    assert group.desk.presses[-1].fields == {"why": ["таємно"]}


async def test_words_after_a_question_that_another_process_ended_are_for_the_customer(
    group: Group,
) -> None:
    thread, olga = await group.opened(), group.person()
    group.desk.answers["take"] = a_form(WHY)
    await pressed(group, olga, thread.card, "Take")
    here = await moved(group, group.new_surface())
    olga.say("бо так", topic=int(thread.id), reply_to=question(group)["message_id"])
    await group.seen(lambda: len(group.desk.presses) == 2)
    await moved(group, here)

    olga.say("Вже їде", topic=int(thread.id))
    await group.seen(lambda: group.desk.heard or len(group.desk.presses) > 2)

    assert [one.text for one in group.desk.heard if isinstance(one, Said)] == ["Вже їде"]
    assert [one.verb for one in group.desk.presses] == ["take", "assign"]


async def test_a_topic_is_called_as_its_card_says_whatever_another_process_called_it(
    group: Group,
) -> None:
    thread = await group.opened()
    here = await moved(group, group.new_surface())
    await group.surface.draw(thread, a_card(look="answer"))
    await moved(group, here)
    await group.surface.draw(thread, a_card(state="New again"))
    await group.quiet()

    assert group.chat.topics[int(thread.id)].name == "🆕 Анна 🦊 · Shop"


async def test_who_is_called_by_name_is_known_whichever_process_has_heard_them(
    group: Group,
) -> None:
    await group.opened()
    here = await moved(group, group.new_surface())
    group.person("Pavel", username="pavel_p").say("привіт")
    await group.seen(lambda: "people" in group.desk.things)
    await moved(group, here)
    await group.seen(lambda: "pavel_p" in here._intake._known.people)
