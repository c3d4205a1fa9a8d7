"""A customer sees their own conversations, whole, and nothing else of the house."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bridge import channel as ch
from bridge.events import Whisper
from bridge.media import MediaStore
from bridge.store import messages as m
from bridge.store.transactions import Tx
from routing import conversations, edits
from routing.arrivals import Arrivals
from routing.customer_view import InboxCustomerView
from tests.databases import until
from tests.routing.test_intake import upload
from tests.routing.world import World


class Desk:
    """The view of one inbox, with its watch for newcomers running."""

    def __init__(self, world: World, media: Path) -> None:
        store = MediaStore(world.store, media, clock=world.clock, secret=b"s" * 32)
        self.arrivals = Arrivals(world.store, world.hub, "site")
        self.view = InboxCustomerView(world.store, world.hub, store, self.arrivals, "site")


@pytest.fixture
async def desk(world: World, tmp_path: Path) -> AsyncIterator[Desk]:
    """Return a view of the site's inbox."""
    one = Desk(world, tmp_path)
    task = asyncio.create_task(one.arrivals.run())
    yield one
    task.cancel()
    await asyncio.wait([task])


@pytest.fixture
def view(desk: Desk) -> ch.CustomerView:
    """Return it as an adapter sees it."""
    return desk.view


async def begun(world: World, thread: str = "t1", customer: str = "olena") -> int:
    return await world.begun(customer, inbox="site", thread=thread)


async def page(
    view: ch.CustomerView,
    thread: str = "t1",
    *,
    customer: str = "olena",
    before: int | None = None,
    after: int | None = None,
    limit: int = 50,
) -> tuple[list[ch.MessageView], bool]:
    found, more, _ = await view.messages(customer, thread, before=before, after=after, limit=limit)
    return list(found), more


async def test_a_thread_has_what_both_sides_said_in_its_order(
    world: World, view: ch.CustomerView
) -> None:
    here = await begun(world)
    await world.replies("anna", here, "**Так**, є 🎉")
    found, more = await page(view)
    assert [(one.author, one.author_name, one.text) for one in found] == [
        ("visitor", None, "Привіт 👋"),
        ("agent", "Anna", "**Так**, є 🎉"),
    ]
    assert found[1].rich is not None
    assert not more


async def test_d49_a_note_is_never_seen_nor_who_took_it(
    world: World, view: ch.CustomerView
) -> None:
    here = await begun(world)
    await world.takes("anna", here)
    note = await world.notes("anna", here, "злий клієнт")
    found, _ = await page(view)
    assert [one.text for one in found] == ["Привіт 👋"]
    assert await view.message("olena", note) is None
    [thread], _ = await view.threads("olena")
    assert thread.last_text == "Привіт 👋"


async def test_what_was_taken_back_does_not_stand_in_the_list_of_threads(
    world: World, view: ch.CustomerView
) -> None:
    here = await begun(world)
    reply = await world.replies("anna", here, "Не те вікно")
    await world.store.write(_take_back, reply)
    [thread], _ = await view.threads("olena")
    assert (thread.last_author, thread.last_text) == ("agent", "")


def _take_back(tx: Tx, message_id: int) -> None:
    edits.take_back(tx, tx.the(m.MESSAGE_BY_ID, id=message_id), tx.now)


async def test_closing_and_reopening_are_told_without_names(
    world: World, view: ch.CustomerView
) -> None:
    here = await begun(world)
    await world.closes("anna", here)
    await begun(world)
    found, _ = await page(view)
    told = [one.activity for one in found if one.activity]
    assert told == [{"verb": "closed"}, {"verb": "reopened"}]
    assert all(one.author_name is None for one in found if one.activity)


async def test_nobody_sees_anybody_elses_messages(world: World, view: ch.CustomerView) -> None:
    here = await begun(world)
    ours = await world.replies("anna", here)
    await begun(world, customer="mallory")
    found, _ = await page(view, customer="mallory")
    assert [one.text for one in found] == ["Привіт 👋"]
    assert await view.message("mallory", ours) is None
    assert await view.message("olena", ours) is not None
    assert await view.message("olena", 10**9) is None


async def test_a_customer_of_another_inbox_with_the_same_id_is_somebody_else(
    world: World, view: ch.CustomerView
) -> None:
    theirs = await world.says("olena", "не тут", inbox="pager")
    assert theirs.message_id is not None
    assert (await view.threads("olena"))[0] == []
    assert await view.message("olena", theirs.message_id) is None


async def test_one_who_has_never_written_has_nothing(view: ch.CustomerView) -> None:
    assert (await view.threads("nobody"))[0] == []
    assert await page(view, customer="nobody") == ([], False)


async def test_a_long_thread_comes_in_pages_without_gaps_or_doubles(
    world: World, view: ch.CustomerView
) -> None:
    for n in range(25):
        await world.says("olena", f"{n}", inbox="site", thread="t1")
    seen: list[str] = []
    before, more = None, True
    while more:
        found, more = await page(view, before=before, limit=10)
        seen = [one.text for one in found if one.text] + seen
        before = found[0].id
    assert seen == [f"{n}" for n in range(25)]
    assert before is not None
    found, _ = await page(view, after=before, limit=3)
    assert [one.text for one in found] == ["1", "2", "3"]


async def test_a_thread_of_several_conversations_is_one_to_its_customer(
    world: World, view: ch.CustomerView
) -> None:
    here = await begun(world, customer="anon")
    await world.replies("anna", here, "перша")
    await world.closes("anna", here)
    await begun(world, customer="user")
    join = ch.ContactUpdated(sender=ch.Sender(external_id="user"), absorbs="anon")
    await world.comes(join, inbox="site")
    found, _ = await page(view, customer="user")
    assert [one.text for one in found if one.author != "system"] == [
        "Привіт 👋",
        "перша",
        "Привіт 👋",
    ]
    latest, more = await page(view, customer="user", limit=1)
    assert [one.text for one in latest] == ["Привіт 👋"]
    assert more
    assert len((await view.threads("user"))[0]) == 1


async def test_what_was_taken_back_leaves_no_word(world: World, view: ch.CustomerView) -> None:
    await begun(world)
    answer = await world.says("olena", "секрет", inbox="site", thread="t1", external_id="77")
    await world.says("olena", "далі", inbox="site", thread="t1", reply_to="77")
    gone = ch.MessageDeleted(sender=ch.Sender(external_id="olena"), external_id="77", deleted_at=1)
    await world.comes(gone, inbox="site")
    assert answer.message_id is not None
    seen = await view.message("olena", answer.message_id)
    assert seen is not None
    assert (seen.deleted, seen.text, seen.rich) == (True, "", None)
    found, _ = await page(view)
    assert [one.reply_to for one in found] == [None, None, None]


async def test_files_have_addresses_that_are_signed(world: World, view: ch.CustomerView) -> None:
    stored = await upload(world, "visitor:site/olena")
    media = [ch.InboundMedia(kind="file", stored=stored)]
    await world.says("olena", "", inbox="site", thread="t1", media=media)
    found, _ = await page(view)
    [file] = found[0].attachments
    assert file.name == "чек.pdf"
    assert "sig=" in file.url


async def test_unread_counts_what_was_said_to_the_customer_and_not_read(
    world: World, view: ch.CustomerView
) -> None:
    here = await begun(world)
    first = await world.replies("anna", here)
    await world.replies("anna", here)
    await world.sent(first, f"{first}")
    [thread], _ = await view.threads("olena")
    assert thread.unread == 2
    read = ch.ConversationRead(
        sender=ch.Sender(external_id="olena"), thread="t1", message_id=first, at=1
    )
    await world.comes(read, inbox="site")
    [thread], _ = await view.threads("olena")
    assert thread.unread == 1


async def test_read_by_us_means_by_the_assignee_or_by_anybody_while_nobody_has_it(
    world: World, view: ch.CustomerView
) -> None:
    here = await begun(world)

    async def read_up_to() -> int:
        [thread], _ = await view.threads("olena")
        return thread.agent_read_id

    assert await read_up_to() == 0
    note = await world.notes("boris", here)
    assert await read_up_to() == note
    await world.takes("anna", here)
    assert await read_up_to() == 0
    await world.notes("boris", here)
    assert await read_up_to() == 0
    ours = await world.replies("anna", here)
    assert await read_up_to() == ours


@pytest.mark.parametrize("looker", ["sofia", "viktor"])
async def test_a_supervisor_or_a_viewer_who_looks_at_what_nobody_has_taken_reads_for_nobody(
    world: World, view: ch.CustomerView, looker: str
) -> None:
    here = await begun(world)
    await world.notes(looker, here)
    [thread], _ = await view.threads("olena")
    assert thread.agent_read_id == 0


async def test_a_supervisor_who_has_taken_it_reads_for_the_customer(
    world: World, view: ch.CustomerView
) -> None:
    here = await begun(world)
    await world.takes("sofia", here)
    note = await world.notes("sofia", here)
    [thread], _ = await view.threads("olena")
    assert thread.agent_read_id == note


# --- following ---


class Following:
    """What a customer is told as it happens."""

    def __init__(self, view: ch.CustomerView, cursor: str, customer: str = "olena") -> None:
        self.changes: list[ch.CustomerChanges] = []
        self.task = asyncio.create_task(self._read(view, cursor, customer))

    async def _read(self, view: ch.CustomerView, cursor: str, customer: str) -> None:
        async for change in view.follow(customer, cursor):
            self.changes.append(change)

    @property
    def texts(self) -> list[str]:
        return [one.text for change in self.changes for one in change.messages]

    async def stop(self) -> None:
        self.task.cancel()
        await asyncio.wait([self.task])


async def test_who_follows_is_told_of_what_concerns_them_only(
    world: World, view: ch.CustomerView
) -> None:
    here = await begun(world)
    await world.caught_up()
    _, cursor = await view.threads("olena")
    following = Following(view, cursor)
    await begun(world, customer="mallory")
    await world.notes("anna", here, "нотатка")
    await world.replies("anna", here, "відповідь")
    await until(lambda: "відповідь" in following.texts)
    assert [text for text in following.texts if text] == ["відповідь"]
    assert {thread.thread for change in following.changes for thread in change.threads} == {"t1"}
    await following.stop()


async def test_another_picture_in_what_the_customer_wrote_is_shown_as_it_comes(
    world: World, view: ch.CustomerView
) -> None:
    picture = ch.InboundMedia(kind="image", ref="a", name="a.jpg")
    await world.says("olena", "", inbox="site", thread="t1", external_id="77", media=[picture])
    await world.caught_up()
    _, cursor = await view.threads("olena")
    following = Following(view, cursor)
    other = ch.InboundMedia(kind="image", ref="b", name="b.jpg")
    who = ch.Sender(external_id="olena")
    edit = ch.MessageEdited(
        sender=who, external_id="77", edited_at=world.clock.now(), text="", media=[other]
    )
    await world.comes(edit, inbox="site")
    await until(lambda: bool(following.changes))
    shown = following.changes[-1].messages[-1]
    assert ([one.name for one in shown.attachments], shown.edited) == (["b.jpg"], True)
    await following.stop()


async def test_the_first_message_of_a_newcomer_ends_their_wait_and_none_is_missed(
    world: World, view: ch.CustomerView
) -> None:
    following = Following(view, world.hub.cursor(), "newcomer")
    await begun(world, customer="somebody else")
    await world.says("newcomer", "перше", inbox="site", thread="t1")
    await world.says("newcomer", "друге", inbox="site", thread="t1")
    await until(lambda: following.texts[-1:] == ["друге"])
    assert [text for text in following.texts if text] == ["перше", "друге"]
    await following.stop()


async def test_a_stale_cursor_ends_in_a_reset(world: World, view: ch.CustomerView) -> None:
    await begun(world)
    await world.caught_up()
    following = Following(view, "elsewhere-1")
    await until(lambda: bool(following.changes))
    assert following.changes[0].reset
    assert following.changes[0].cursor == world.hub.cursor()
    await asyncio.wait([following.task])


async def test_an_agent_who_types_is_shown_to_their_customer_only(
    world: World, view: ch.CustomerView
) -> None:
    here = await begun(world)
    there = await begun(world, customer="mallory")
    mine, theirs = await world.conversation(here), await world.conversation(there)
    cursor = world.hub.cursor()
    following = Following(view, cursor), Following(view, cursor, "mallory")
    await until(lambda: len(world.hub._by_identity) == 2)
    world.hub.whisper(
        Whisper("agent_typing", conversation_id=here, identity_id=mine.identity_id, agent_id="anna")
    )
    # One about a conversation that is not theirs tells them nothing.
    world.hub.whisper(
        Whisper(
            "agent_typing", conversation_id=here, identity_id=theirs.identity_id, agent_id="anna"
        )
    )
    await until(lambda: any(change.typing for change in following[0].changes))
    assert [list(change.typing) for change in following[0].changes] == [[("t1", "Anna")]]
    assert not [change for change in following[1].changes if change.typing]
    for one in following:
        await one.stop()


async def test_a_state_and_the_changes_after_it_are_a_fresh_state(
    world: World, view: ch.CustomerView
) -> None:
    here = await begun(world)
    _, cursor = await view.threads("olena")
    known = {one.id: one for one in (await page(view))[0]}
    threads: dict[str, ch.ThreadView] = {}
    following = Following(view, cursor)
    ours = await world.replies("anna", here)
    await world.sent(ours, f"{ours}")
    await world.closes("anna", here)
    await begun(world)
    await world.does(conversations.release, here, by="anna")
    last = await world.last_event()
    await until(
        lambda: bool(following.changes) and following.changes[-1].cursor.endswith(f"-{last}")
    )
    for change in following.changes:
        known |= {one.id: one for one in change.messages}
        threads |= {one.thread: one for one in change.threads}
    assert sorted(known.values(), key=lambda one: one.id) == (await page(view))[0]
    assert list(threads.values()) == list((await view.threads("olena"))[0])
    await following.stop()


async def test_who_was_sent_something_and_has_not_confirmed_it_is_known(
    world: World, view: ch.CustomerView
) -> None:
    confirmed = await world.replies("anna", await begun(world))
    waiting = await world.replies("anna", await begun(world, customer="tom"))
    await world.sent(confirmed, "1")
    await world.sent(waiting, "2")
    report = ch.DeliveryReport(recipient="olena", external_ids=["1"], state="delivered", at=1)
    await world.comes(report, inbox="site")
    assert await view.unconfirmed() == ["tom"]


# --- newcomers ---


async def test_one_who_is_known_already_is_there_at_once(world: World, desk: Desk) -> None:
    await begun(world)
    identity = await asyncio.wait_for(desk.arrivals.wait("olena"), 30)
    assert identity.external_id == "olena"
    assert not desk.arrivals._waiting


async def test_several_may_wait_for_one_and_who_gives_up_is_forgotten(
    world: World, desk: Desk
) -> None:
    waits = [asyncio.create_task(desk.arrivals.wait("olena")) for _ in range(3)]
    await until(lambda: len(desk.arrivals._waiting["olena"]) == 3)
    waits[0].cancel()
    await begun(world)
    found = await asyncio.gather(*waits[1:])
    assert len({one.id for one in found}) == 1
    assert not desk.arrivals._waiting


async def test_a_namesake_in_another_inbox_is_not_the_one_waited_for(
    world: World, desk: Desk
) -> None:
    wait = asyncio.create_task(desk.arrivals.wait("olena"))
    await until(lambda: bool(desk.arrivals._waiting))
    await world.begun("olena", inbox="pager")
    await begun(world, customer="tom")
    await asyncio.sleep(0.05)
    assert not wait.done()
    await begun(world)
    assert (await wait).inbox_id == "site"


async def test_who_came_while_nobody_watched_is_found_when_watching_begins_again(
    world: World, tmp_path: Path
) -> None:
    desk = Desk(world, tmp_path)
    wait = asyncio.create_task(desk.arrivals.wait("olena"))
    await until(lambda: bool(desk.arrivals._waiting))
    await begun(world)
    await world.caught_up()
    watching = asyncio.create_task(desk.arrivals.run())
    assert (await asyncio.wait_for(wait, 30)).external_id == "olena"
    watching.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await watching
