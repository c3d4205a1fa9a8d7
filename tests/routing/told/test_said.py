"""What a customer is told in the life of a conversation: when, how often, in which language."""

import pytest

from bridge import channel as ch
from bridge.models import Occasion
from bridge.store.desk import PUT_AGENT
from routing import conversations
from tests.routing.told.life import LANGUAGES, MINUTE, OCCASIONS, Life, words

QUARTER = 15 * MINUTE
DAY = 24 * 60 * MINUTE


async def lead_to(life: Life, occasion: Occasion, here: int) -> None:
    """Bring about an occasion, where the program says nothing else."""
    if occasion == "agent_joined":
        await life.takes("anna", here)
    await life.replies("anna", here)
    if occasion == "agent_changed":
        await life.hands(here, "boris")
    if occasion in ("close_warning", "closed_inactive"):
        await life.passes(QUARTER)
    if occasion in ("closed", "still_questions", "rating", "rated", "comment"):
        await life.closes("anna", here)
    if occasion in ("rated", "comment"):
        await life.press(f"rating/{(await life.ours(here))[-1].id}/4")
    if occasion == "comment":
        await life.press(f"rated/{(await life.ours(here))[-1].id}/comment")


def with_what_comes_before(occasion: Occasion) -> list[Occasion]:
    before: dict[Occasion, list[Occasion]] = {"rated": ["rating"], "comment": ["rating", "rated"]}
    return [*before.get(occasion, []), occasion]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("occasion", OCCASIONS)
async def test_j37_j16_each_thing_is_said_in_the_customers_language(
    life: Life, occasion: Occasion, language: str
) -> None:
    life.says_on(*with_what_comes_before(occasion))
    sender = ch.Sender(external_id="olena", language=language)
    here = await life.begun(sender=sender)
    await lead_to(life, occasion, here)
    expected = words(occasion, language).replace("{{rating.scale}}", "5")
    agent = "Boris" if occasion == "agent_changed" else "Anna"
    assert (await life.said(here))[-1] == expected.replace("{{agent.name}}", agent)


@pytest.mark.parametrize("occasion", OCCASIONS)
async def test_j37_what_is_switched_off_is_not_said(life: Life, occasion: Occasion) -> None:
    others = set(OCCASIONS) - {occasion}
    # Asked at the end first, that would keep the rating waiting.
    life.says_on(*(others - {"still_questions"} if occasion in ("rated", "comment") else others))
    here = await life.begun()
    await lead_to(life, occasion, here)
    await life.passes(2 * DAY)
    start = words(occasion, "en").partition("{{")[0]
    assert not [one for one in await life.said(here) if start in one]


@pytest.mark.parametrize(("speak", "language"), [("main", "uk"), ("client", "en")])
async def test_j22_everybody_in_the_main_language_or_each_in_their_own(
    life: Life, speak: str, language: str
) -> None:
    life.says_on("begun", "closed", language="uk", speak=speak)
    here = await life.begun(sender=ch.Sender(external_id="olena", language="en-GB"))
    await life.closes("anna", here)
    assert await life.said(here) == [f"begun {language}", f"closed {language}"]


# --- who answers ---


async def test_j23_the_first_agent_and_each_other_one_is_named_once(life: Life) -> None:
    life.says_on("agent_joined", "agent_changed")
    here = await life.begun()
    await life.takes("anna", here)
    await life.replies("anna", here)
    await life.hands(here, "boris")
    await life.hands(here, "anna")
    assert await life.said(here) == [
        "agent-joined en Anna",
        "agent-changed en Boris",
        "agent-changed en Anna",
    ]


async def test_j23_an_agent_who_lets_go_and_takes_again_is_not_named_again(life: Life) -> None:
    life.says_on("agent_joined", "agent_changed")
    here = await life.begun()
    await life.takes("anna", here)
    await life.world.does(conversations.release, here, by="anna")
    await life.takes("anna", here)
    assert await life.said(here) == ["agent-joined en Anna"]


async def test_j23_the_first_answer_names_its_agent_before_it(life: Life) -> None:
    life.says_on("agent_joined")
    here = await life.answered()
    assert await life.texts(here) == ["Привіт 👋", "agent-joined en Anna", "Добрий день!"]


async def test_j23_with_the_change_alone_the_one_who_has_answered_is_no_news(life: Life) -> None:
    life.says_on("agent_changed")
    here = await life.answered()
    await life.hands(here, "boris")
    assert await life.said(here) == ["agent-changed en Boris"]


async def test_a_name_is_no_formatting(life: Life) -> None:
    life.says_on("agent_joined")
    anna = {"id": "anna", "name": "A*n*na", "email": None, "role": "agent"}
    await life.store.write(lambda tx: tx.run(PUT_AGENT, **anna))
    here = await life.begun()
    await life.takes("anna", here)
    assert await life.said(here) == ["agent-joined en A\\*n\\*na"]


# --- the warning ---


async def test_d46_a_quiet_customer_is_warned_two_minutes_before_and_told_of_the_end(
    life: Life,
) -> None:
    life.says_on("close_warning", "closed_inactive")
    here = await life.answered()
    await life.passes(QUARTER - 2 * MINUTE - 0.001)
    assert await life.said(here) == []
    await life.passes(0.001)
    assert await life.said(here) == ["close-warning en"]
    await life.passes(2 * MINUTE - 0.001)
    assert (await life.conversation(here)).state == "open"
    await life.passes(0.001)
    assert await life.said(here) == ["close-warning en", "closed-inactive en"]
    assert (await life.conversation(here)).state == "closed"


async def test_j32_an_answer_to_the_warning_stops_it_and_the_end(life: Life) -> None:
    life.says_on("close_warning", "closed_inactive")
    here = await life.answered()
    await life.passes(QUARTER - MINUTE)
    await life.says("olena", "I am here")
    assert await life.timers() == []
    await life.passes(DAY)
    assert await life.said(here) == ["close-warning en"]
    assert (await life.conversation(here)).state == "open"


async def test_an_agents_further_word_in_the_same_silence_warns_no_second_time(life: Life) -> None:
    life.says_on("close_warning")
    here = await life.answered()
    await life.passes(QUARTER - MINUTE)
    await life.replies("anna", here, "Hello?")
    await life.passes(QUARTER)
    assert await life.said(here) == ["close-warning en"]


async def test_a_warning_that_comes_late_leaves_as_much_time_as_it_promises(life: Life) -> None:
    life.says_on("close_warning")
    here = await life.answered()
    life.clock.tick(DAY)
    await life.passes(2 * MINUTE - 0.001)
    assert (await life.conversation(here)).state == "open"
    await life.passes(0.001)
    assert (await life.conversation(here)).state == "closed"


@pytest.mark.parametrize("warning", [None, 15 * MINUTE * 1000, 20 * MINUTE * 1000])
async def test_no_warning_or_one_as_long_as_the_silence_warns_of_nothing(
    life: Life, warning: int | None
) -> None:
    life.says_on("close_warning", close_warning=warning)
    here = await life.answered()
    await life.passes(DAY)
    assert await life.said(here) == []
    assert (await life.conversation(here)).state == "closed"


async def test_nobody_is_warned_of_what_an_agent_has_closed(life: Life) -> None:
    life.says_on("close_warning")
    here = await life.answered()
    await life.closes("anna", here)
    await life.passes(DAY)
    assert await life.said(here) == []


# --- the end, and to whom nothing is said ---


async def test_o39_customers_are_told_when_their_ticket_is_closed(life: Life) -> None:
    life.says_on("closed")
    here = await life.answered()
    await life.closes("anna", here)
    [ours] = await life.ours(here)
    assert ours.text == "closed en"
    assert [one.state for one in await life.deliveries(ours.id)] == ["queued"]


async def test_nothing_is_said_to_a_customer_who_cannot_be_reached(life: Life) -> None:
    life.says_on(*OCCASIONS)
    here = await life.begun()
    before = await life.said(here)
    gone = ch.ContactUnreachable(
        sender=ch.Sender(external_id="olena"), at=life.clock.now(), reason="blocked"
    )
    await life.comes(gone)
    await life.takes("anna", here)
    await life.replies("anna", here)
    await life.passes(2 * DAY)
    assert await life.said(here) == before
    assert (await life.conversation(here)).state == "closed"


async def test_what_the_program_says_is_nobodys_answer(life: Life) -> None:
    life.says_on("agent_joined", "closed", "rating")
    here = await life.begun()
    before = await life.conversation(here)
    await life.takes("anna", here)
    now = await life.conversation(here)
    assert (now.waiting_since, now.last_message_id) == (
        before.waiting_since,
        before.last_message_id,
    )
    assert (now.answered_by, now.incoming_count) == (None, 1)


async def test_by_email_one_thing_a_day_is_said_and_nothing_of_who_answers(life: Life) -> None:
    life.says_on(*(set(OCCASIONS) - {"begun"}))
    here = await life.begun("a@b.cd", inbox="post", thread="t")
    await life.takes("anna", here)
    await life.replies("anna", here)
    await life.passes(QUARTER)
    [end] = await life.said(here)
    assert end.startswith(
        "closed-inactive en\n\nrating en of 5\n\nAnswer with a number from 1 to 5."
    )
