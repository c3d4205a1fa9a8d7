"""What the widget is given to show of questions and their answers."""

from collections.abc import Sequence
from pathlib import Path

from bridge import channel as ch
from bridge.media import MediaStore
from routing.arrivals import Arrivals
from routing.customer_view import InboxCustomerView
from tests.routing.told.life import MINUTE, Life

DAY = 24 * 60 * MINUTE


async def seen(life: Life, media: Path) -> Sequence[ch.MessageView]:
    """Return the thread as its visitor sees it."""
    store = MediaStore(life.store, media, clock=life.clock, secret=b"s" * 32)
    arrivals = Arrivals(life.store, life.hub, "site")
    view = InboxCustomerView(life.store, life.hub, store, arrivals, "site")
    page, _, _ = await view.messages("olena", "t1", before=None, after=None, limit=50)
    return page


async def ended(life: Life) -> int:
    here = await life.answered(inbox="site", thread="t1")
    await life.closes("anna", here)
    return here


async def offered(life: Life, media: Path) -> list[tuple[str, bool]]:
    """Return the buttons there are to see, and whether each was the answer."""
    return [(one.text, one.chosen) for view in await seen(life, media) for one in view.buttons]


async def test_what_was_typed_is_the_visitors_own_bubble_and_marks_its_button(
    life: Life, tmp_path: Path
) -> None:
    life.says_on("rating")
    await ended(life)
    await life.says("olena", "4", inbox="site", thread="t1")
    [typed] = [one for one in await seen(life, tmp_path) if one.text == "4"]
    assert (typed.author, typed.activity) == ("visitor", None)
    assert [text for text, chosen in await offered(life, tmp_path) if chosen] == ["4"]


async def test_what_was_pressed_is_marked_and_no_bubble(life: Life, tmp_path: Path) -> None:
    life.says_on("still_questions")
    here = await ended(life)
    await life.presses(here, "No", inbox="site", thread="t1")
    assert await offered(life, tmp_path) == [("Yes", False), ("No", True)]
    assert [one.author for one in await seen(life, tmp_path)].count("visitor") == 1


async def test_a_question_that_nobody_can_answer_any_more_has_no_buttons(
    life: Life, tmp_path: Path
) -> None:
    life.says_on("still_questions")
    await ended(life)
    assert len(await offered(life, tmp_path)) == 2
    await life.says("olena", "Hello again", inbox="site", thread="t1")
    assert await offered(life, tmp_path) == []


async def test_a_rating_can_be_given_for_a_week(life: Life, tmp_path: Path) -> None:
    life.says_on("rating")
    await ended(life)
    life.clock.tick(7 * DAY)
    assert len(await offered(life, tmp_path)) == 5
    life.clock.tick(1)
    assert await offered(life, tmp_path) == []
