"""What a customer is asked at the end of a conversation, and what their answers change."""

import pytest

from bridge import channel as ch
from tests.routing.told.life import MINUTE, Life

QUARTER = 15 * MINUTE
HOUR = 60 * MINUTE
DAY = 24 * HOUR


async def ended(life: Life) -> int:
    """Have an agent answer and close; return the conversation."""
    here = await life.answered()
    await life.closes("anna", here)
    return here


# --- more questions? ---


async def test_j24_an_agents_end_asks_with_buttons_under_the_word_of_the_end(life: Life) -> None:
    life.says_on("closed", "still_questions")
    here = await ended(life)
    assert await life.said(here) == ["closed en\n\nstill-questions en"]
    assert list(await life.buttons(here)) == ["Yes", "No"]


async def test_j24_where_there_are_no_buttons_words_are_asked_for(life: Life) -> None:
    life.says_on("still_questions", buttons=0)
    here = await ended(life)
    assert await life.said(here) == ["still-questions en\n\nAnswer with yes or no."]
    assert await life.buttons(here) == {}


async def test_j24_no_leaves_it_closed_and_nobody_has_to_read_it(life: Life) -> None:
    life.says_on("still_questions")
    here = await ended(life)
    before = await life.conversation(here)
    answer = await life.presses(here, "No")
    now = await life.conversation(here)
    assert (answer.outcome, answer.conversation_id) == ("stored", here)
    assert (now.state, now.incoming_count, now.waiting_since) == ("closed", 1, None)
    assert now.last_message_id == before.last_message_id
    assert (await life.verbs(here))[-1] == "no_questions"


async def test_j24_yes_opens_it_again_for_its_agent_as_the_customers_word(life: Life) -> None:
    life.says_on("still_questions")
    here = await ended(life)
    await life.presses(here, "Yes")
    now = await life.conversation(here)
    assert (now.state, now.assignee_id, now.incoming_count) == ("open", "anna", 2)
    assert now.waiting_since == life.clock.now()
    assert (await life.texts(here))[-1] == "Yes"


async def test_j24_no_closes_one_that_was_about_to_be_closed_for_silence(life: Life) -> None:
    life.says_on("closed", "close_warning", "still_questions")
    here = await life.answered()
    await life.passes(QUARTER - 2 * MINUTE)
    assert await life.said(here) == ["still-questions en"]
    await life.presses(here, "No")
    now = await life.conversation(here)
    assert (now.state, now.closed_by) == ("closed", "customer")
    assert await life.said(here) == ["still-questions en", "closed en"]
    assert (await life.activities(here))[-1] == {"verb": "closed", "reason": "customer"}


async def test_j24_yes_keeps_one_open_that_was_about_to_be_closed(life: Life) -> None:
    life.says_on("still_questions")
    here = await life.answered()
    await life.passes(QUARTER - MINUTE)
    await life.presses(here, "Yes")
    await life.passes(DAY)
    now = await life.conversation(here)
    assert (now.state, now.waiting_since is not None, now.assignee_id) == ("open", True, "anna")


async def test_j24_what_was_asked_before_the_silence_closed_it_is_not_asked_again(
    life: Life,
) -> None:
    life.says_on("closed_inactive", "still_questions")
    here = await life.answered()
    await life.passes(QUARTER)
    assert await life.said(here) == ["still-questions en", "closed-inactive en"]


@pytest.mark.parametrize(
    "words", ["no", "No!", "нет", "Ні, дякую", "no, gracias", "Nope.", "нет спасибо"]
)
async def test_j24_a_typed_no_counts_as_the_button_does(life: Life, words: str) -> None:
    life.says_on("still_questions", buttons=0)
    here = await ended(life)
    answer = await life.says("olena", words)
    now = await life.conversation(here)
    assert (answer.outcome, now.state, now.incoming_count) == ("stored", "closed", 1)
    [told] = [one for one in await life.messages(here) if one.text == words]
    assert (told.kind, told.id) == ("activity", answer.message_id)


@pytest.mark.parametrize("words", ["yes", "Да", "так", "sí", "si"])
async def test_j24_a_typed_yes_opens_it_again(life: Life, words: str) -> None:
    life.says_on("still_questions", buttons=0)
    here = await ended(life)
    await life.says("olena", words)
    assert (await life.conversation(here)).state == "open"
    assert (await life.texts(here))[-1] == words


@pytest.mark.parametrize("words", ["No, where is my parcel", "no?", "Thanks", "нет, не пришло"])
async def test_j24_what_says_more_than_no_is_a_message_like_any(life: Life, words: str) -> None:
    life.says_on("still_questions")
    here = await ended(life)
    await life.says("olena", words)
    now = await life.conversation(here)
    assert (now.state, now.incoming_count) == ("open", 2)


async def test_a_no_long_after_the_question_is_a_message_like_any(life: Life) -> None:
    life.says_on("still_questions", reopen_new_after=None)
    here = await ended(life)
    life.clock.tick(DAY + 1)
    await life.says("olena", "no")
    assert (await life.conversation(here)).state == "open"


@pytest.mark.parametrize("who", ["customer", "agent"])
async def test_a_no_to_what_was_asked_before_somebody_wrote_changes_nothing(
    life: Life, who: str
) -> None:
    life.says_on("still_questions")
    here = await ended(life)
    no = (await life.buttons(here))["No"]
    await (life.says("olena", "One more") if who == "customer" else life.replies("anna", here))
    assert (await life.press(no)).outcome == "ignored"
    assert (await life.conversation(here)).state == "open"


async def test_pressed_twice_yes_is_said_once(life: Life) -> None:
    life.says_on("still_questions")
    here = await ended(life)
    yes = (await life.buttons(here))["Yes"]
    first = await life.press(yes, external_id="p1")
    again = await life.press(yes, external_id="p1")
    assert (first.outcome, again.outcome) == ("stored", "duplicate")
    assert (await life.press(yes)).outcome == "ignored"
    assert (await life.texts(here)).count("Yes") == 1


# --- whose press it is ---


async def test_a_press_of_somebody_elses_question_does_nothing(life: Life) -> None:
    life.says_on("still_questions", "rating")
    here = await ended(life)
    await life.begun("mallory")
    for button in (await life.buttons(here)).values():
        assert (await life.press(button, "mallory")).outcome == "ignored"
        assert (await life.press(button, inbox="site")).outcome == "ignored"
    assert await life.verbs(here) == ["opened", "taken", "closed"]


@pytest.mark.parametrize("answer", ["maybe", "6", "0", "comment"])
async def test_an_answer_that_was_not_offered_does_nothing(life: Life, answer: str) -> None:
    life.says_on("rating")
    here = await ended(life)
    [ours] = await life.ours(here)
    assert (await life.press(f"rating/{ours.id}/{answer}")).outcome == "ignored"
    assert (await life.press(f"rating/{ours.id + 999}/3")).outcome == "ignored"
    assert await life.ratings() == []


async def test_a_press_of_another_programs_button_is_a_message(life: Life) -> None:
    life.says_on("rating")
    here = await ended(life)
    answer = await life.press("order-17", button="Track my order")
    assert (answer.outcome, (await life.texts(here))[-1]) == ("stored", "Track my order")


# --- a rating ---


async def test_j25_a_rating_is_asked_for_after_the_end_and_kept(life: Life) -> None:
    life.says_on("rating", "rated")
    here = await ended(life)
    assert await life.said(here) == ["rating en of 5"]
    assert list(await life.buttons(here)) == ["1", "2", "3", "4", "5"]
    await life.presses(here, "4")
    now = await life.conversation(here)
    assert await life.ratings() == [("anna", 4, 5, None)]
    assert (now.state, now.rated, now.incoming_count) == ("closed", 4, 1)
    assert (await life.activities(here))[-1] == {"verb": "rated", "score": 4, "scale": 5}
    assert (await life.said(here))[-1] == "rated en"


async def test_j25_a_comment_is_the_next_message_after_its_button(life: Life) -> None:
    life.says_on("rating", "rated", "comment")
    here = await ended(life)
    await life.presses(here, "5")
    await life.presses(here, "Add a comment")
    await life.says("olena", "Fast and kind 🌷")
    now = await life.conversation(here)
    assert await life.ratings() == [("anna", 5, 5, "Fast and kind 🌷")]
    assert (now.state, now.incoming_count) == ("closed", 1)
    await life.says("olena", "Something else")
    assert (await life.conversation(here)).state == "open"


async def test_j25_a_question_in_a_comment_also_opens_the_conversation(life: Life) -> None:
    life.says_on("rating", "rated", "comment")
    here = await ended(life)
    await life.presses(here, "2")
    await life.presses(here, "Add a comment")
    first = life.message("olena", "And where is my parcel?")
    await life.comes(first)
    assert (await life.comes(first)).outcome == "duplicate"
    assert await life.ratings() == [("anna", 2, 5, "And where is my parcel?")]
    now = await life.conversation(here)
    assert (now.state, now.incoming_count) == ("open", 2)


async def test_j25_without_the_button_words_after_a_rating_are_a_message(life: Life) -> None:
    life.says_on("rating", "rated", "comment")
    here = await ended(life)
    await life.presses(here, "5")
    await life.says("olena", "My parcel has not come")
    assert (await life.conversation(here)).state == "open"


async def test_j25_where_there_are_no_buttons_a_number_and_lines_below_it_count(
    life: Life,
) -> None:
    life.says_on("rating", buttons=0)
    here = await ended(life)
    await life.says("olena", "4/5\n\nA bit slow")
    assert await life.ratings() == [("anna", 4, 5, "A bit slow")]
    assert (await life.conversation(here)).state == "closed"
    assert (await life.verbs(here))[-2:] == ["rated", "commented"]


@pytest.mark.parametrize("words", ["3 parcels are missing", "6", "0", "4/10", "ok", "-5"])
async def test_j25_what_is_no_rating_opens_the_conversation(life: Life, words: str) -> None:
    life.says_on("rating")
    here = await ended(life)
    await life.says("olena", words)
    assert await life.ratings() == []
    assert (await life.conversation(here)).state == "open"


async def test_j25_within_an_hour_the_last_press_counts_and_then_none(life: Life) -> None:
    life.says_on("rating", "rated")
    here = await ended(life)
    board = await life.buttons(here)
    await life.press(board["2"], external_id="p1")
    life.clock.tick(HOUR)
    await life.press(board["5"])
    assert (await life.press(board["2"], external_id="p1")).outcome == "duplicate"
    life.clock.tick(1)
    assert (await life.press(board["1"])).outcome == "ignored"
    assert await life.ratings() == [("anna", 5, 5, None)]
    assert await life.said(here) == ["rating en of 5", "rated en"]


async def test_j25_a_week_after_it_was_asked_for_no_rating_is_taken(life: Life) -> None:
    life.says_on("rating")
    here = await ended(life)
    life.clock.tick(7 * DAY + 1)
    assert (await life.presses(here, "5")).outcome == "ignored"


async def test_j25_a_required_rating_is_asked_for_once_more_a_day_later(life: Life) -> None:
    life.says_on("rating", rating_required=True)
    here = await ended(life)
    await life.passes(DAY - 1)
    assert len(await life.said(here)) == 1
    await life.passes(30 * DAY)
    assert await life.said(here) == ["rating en of 5"] * 2


async def test_j25_who_has_rated_is_not_asked_again(life: Life) -> None:
    life.says_on("rating", rating_required=True)
    here = await ended(life)
    await life.presses(here, "3")
    assert await life.timers() == []


async def test_j25_a_rating_that_is_not_required_is_asked_for_once(life: Life) -> None:
    life.says_on("rating")
    here = await ended(life)
    await life.passes(30 * DAY)
    assert len(await life.said(here)) == 1


@pytest.mark.parametrize("occasion", ["rating", "still_questions"])
async def test_j25_nobody_rates_what_no_agent_has_answered(life: Life, occasion: str) -> None:
    life.says_on(occasion)  # type: ignore[arg-type]
    here = await life.begun()
    await life.closes("anna", here)
    await life.passes(2 * DAY)
    assert await life.said(here) == []


async def test_the_rating_waits_for_the_no(life: Life) -> None:
    life.says_on("still_questions", "rating")
    here = await ended(life)
    await life.presses(here, "No")
    assert await life.said(here) == ["still-questions en", "rating en of 5"]
    await life.passes(DAY)
    assert len(await life.said(here)) == 2


async def test_the_rating_comes_ten_minutes_after_a_question_that_nobody_answers(
    life: Life,
) -> None:
    life.says_on("still_questions", "rating")
    here = await ended(life)
    await life.passes(10 * MINUTE - 0.001)
    assert len(await life.said(here)) == 1
    await life.passes(0.001)
    assert (await life.said(here))[-1] == "rating en of 5"


async def test_a_no_typed_when_the_rating_has_been_asked_for_still_answers_what_it_answers(
    life: Life,
) -> None:
    life.says_on("still_questions", "rating")
    here = await ended(life)
    await life.passes(10 * MINUTE)
    await life.says("olena", "no")
    assert (await life.conversation(here)).state == "closed"
    await life.says("olena", "5")
    assert await life.ratings() == [("anna", 5, 5, None)]


async def test_one_that_is_opened_again_is_not_asked_to_be_rated(life: Life) -> None:
    life.says_on("still_questions", "rating")
    here = await ended(life)
    await life.says("olena", "One more thing")
    await life.passes(DAY)
    assert await life.said(here) == ["still-questions en"]


async def test_a_forged_mail_answers_nothing_in_anothers_name(life: Life) -> None:
    life.says_on("rating")
    here = await life.answered("a@b.cd", inbox="post", thread="t")
    await life.closes("anna", here)
    await life.says("a@b.cd", "1", inbox="post", thread="t", verified=False)
    assert await life.ratings() == []


async def test_a_number_typed_after_the_same_was_pressed_is_not_lost(life: Life) -> None:
    life.says_on("rating", rating_required=True)
    here = await ended(life)
    first = (await life.buttons(here))["5"]
    await life.passes(DAY)
    await life.press(first)
    answer = await life.says("olena", "5")
    assert (answer.outcome, (await life.texts(here))[-1]) == ("stored", "5")


async def test_j25_a_mail_that_brings_nothing_but_its_own_page_rates(life: Life) -> None:
    life.says_on("rating")
    here = await life.answered("a@b.cd", inbox="post", thread="t")
    await life.closes("anna", here)
    page = ch.InboundMedia(
        kind="file", name="m.eml", mime="message/rfc822", ref="r", role="original"
    )
    await life.says("a@b.cd", "5", inbox="post", thread="t", media=[page])
    assert await life.ratings() == [("anna", 5, 5, None)]


async def test_a_number_under_a_picture_is_a_message(life: Life) -> None:
    life.says_on("rating")
    here = await ended(life)
    picture = ch.InboundMedia(kind="image", name="p.png", mime="image/png", ref="p")
    await life.says("olena", "5", media=[picture])
    assert await life.ratings() == []
    assert (await life.conversation(here)).state == "open"
