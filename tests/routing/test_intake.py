"""A message comes in: once, to the right person, in the right conversation."""

import asyncio
from typing import get_args

from bridge import channel as ch
from bridge.store import messages as m
from bridge.store.transactions import News, Tx
from routing.intake import Intake
from routing.policy import LONGEST_TEXT
from tests.clock import START
from tests.databases import by_hand
from tests.routing.world import World

HOUR = 3600.0


async def test_a_first_message_makes_a_person_an_account_and_a_conversation(world: World) -> None:
    answer = await world.says("olena", "Скільки коштує доставка? 📦")
    assert answer.outcome == "stored"
    assert answer.conversation_id is not None
    conversation = await world.conversation(answer.conversation_id)
    assert (conversation.state, conversation.assignee_id) == ("open", None)
    assert conversation.incoming_count == 1
    assert conversation.waiting_since == conversation.last_at == world.clock.now()
    assert conversation.last_message_id == answer.message_id
    assert await world.texts(conversation.id) == ["Скільки коштує доставка? 📦"]
    assert await world.verbs(conversation.id) == ["opened"]


async def test_j08_whoever_writes_becomes_a_contact(world: World) -> None:
    sender = ch.Sender(
        external_id="olena",
        name="Олена  ",
        email="olena@example.com",
        phone="+380441234567",
        language="uk",
        attributes={"plan": "pro"},
    )
    await world.says("olena", sender=sender)
    contact = await world.contact("olena")
    assert (contact.name, contact.email, contact.phone, contact.language) == (
        "Олена",
        "olena@example.com",
        "+380441234567",
        "uk",
    )
    assert contact.attributes == '{"plan":"pro"}'


async def test_the_same_message_again_is_a_duplicate_and_changes_nothing(world: World) -> None:
    first = await world.says("olena", external_id="77")
    before = await world.last_event()
    again = await world.says("olena", external_id="77")
    assert again.outcome == "duplicate"
    assert (again.message_id, again.conversation_id) == (first.message_id, first.conversation_id)
    assert await world.last_event() == before
    assert first.conversation_id is not None
    assert (await world.conversation(first.conversation_id)).incoming_count == 1


async def test_the_same_message_many_times_at_once_is_stored_once(world: World) -> None:
    message = world.message("olena", external_id="77")
    answers = await asyncio.gather(*(world.comes(message) for _ in range(50)))
    assert sorted(answer.outcome for answer in answers) == ["duplicate"] * 49 + ["stored"]
    assert len({answer.message_id for answer in answers}) == 1
    assert await world.count("messages WHERE kind = 'incoming'") == 1
    assert await world.count("conversations") == 1


async def test_the_same_message_twice_in_one_batch_is_stored_once(world: World) -> None:
    message = world.message("olena")
    answers = await world.sinks["pager"].accept([message, message])
    assert [answer.outcome for answer in answers] == ["stored", "duplicate"]


async def test_a_duplicate_after_closing_reopens_nothing(world: World) -> None:
    here = await world.begun(external_id="77")
    await world.closes("anna", here)
    assert (await world.says("olena", external_id="77")).outcome == "duplicate"
    assert (await world.conversation(here)).state == "closed"


async def test_a_duplicate_a_month_later_is_still_one(world: World) -> None:
    here = await world.begun(external_id="77")
    await world.closes("anna", here)
    world.clock.tick(30 * 24 * HOUR)
    assert (await world.says("olena", external_id="77")).outcome == "duplicate"
    assert await world.count("conversations") == 1


async def test_another_persons_message_id_makes_nobody_of_them(world: World) -> None:
    await world.says("olena", external_id="77")
    assert (await world.says("mallory", external_id="77")).outcome == "duplicate"
    assert await world.identity("mallory") is None
    assert await world.count("contacts") == 1


async def test_one_id_in_two_inboxes_is_two_people(world: World) -> None:
    pager = await world.says("42", inbox="pager", external_id="1")
    site = await world.says("42", inbox="site", external_id="1")
    assert site.outcome == "stored"
    assert pager.conversation_id != site.conversation_id
    one, other = await world.identity("42", "pager"), await world.identity("42", "site")
    assert one is not None
    assert other is not None
    assert one.contact_id != other.contact_id


async def test_later_messages_go_on_in_the_open_conversation(world: World) -> None:
    here = await world.begun()
    began = world.clock.now()
    world.clock.tick(60)
    assert (await world.says("olena")).conversation_id == here
    conversation = await world.conversation(here)
    assert conversation.incoming_count == 2
    assert conversation.last_at == world.clock.now()
    # The wait counts from the first unanswered message; later ones do not reset it (S29).
    assert conversation.waiting_since == began


async def test_where_the_network_has_threads_each_is_a_conversation(world: World) -> None:
    one = await world.begun(inbox="site", thread="t1")
    other = await world.begun(inbox="site", thread="t2")
    assert one != other
    assert await world.begun(inbox="site", thread="t1") == one


# --- coming back ---


async def test_s09_a_customers_message_reopens_a_closed_conversation(world: World) -> None:
    here = await world.begun()
    await world.takes("anna", here)
    await world.closes("anna", here)
    world.clock.tick(23 * HOUR)
    assert await world.begun() == here
    conversation = await world.conversation(here)
    assert (conversation.state, conversation.closed_at, conversation.closed_by) == (
        "open",
        None,
        None,
    )
    # It stays with the one who had it, and the customer waits again.
    assert conversation.assignee_id == "anna"
    assert conversation.waiting_since == world.clock.now()
    assert (await world.activities(here))[-1] == {"verb": "reopened", "reason": "customer"}


async def test_after_long_enough_a_new_conversation_begins_instead(world: World) -> None:
    here = await world.begun()
    await world.closes("anna", here)
    world.clock.tick(24 * HOUR)
    assert await world.begun() == here
    await world.closes("anna", here)
    world.clock.tick(24 * HOUR + 0.001)
    there = await world.begun()
    assert there != here
    assert (await world.conversation(here)).state == "closed"


async def test_with_new_after_off_the_same_one_is_always_reopened(world: World) -> None:
    world.under(reopen_new_after=None)
    here = await world.begun()
    await world.closes("anna", here)
    world.clock.tick(1000 * 24 * HOUR)
    assert await world.begun() == here


async def test_a_thread_the_customer_chose_is_reopened_however_old(world: World) -> None:
    here = await world.begun(inbox="site", thread="t1")
    await world.closes("anna", here)
    world.clock.tick(90 * 24 * HOUR)
    assert await world.begun(inbox="site", thread="t1") == here


async def test_a_customer_whose_agent_has_left_comes_back_to_everybody(world: World) -> None:
    here = await world.begun()
    await world.takes("anna", here)
    await world.closes("anna", here)
    await world.store.write(by_hand, "UPDATE agents SET retired_at = 1")
    assert await world.begun() == here
    assert (await world.conversation(here)).assignee_id is None


async def test_a_message_goes_to_the_open_one_even_where_a_newer_one_is_closed(
    world: World,
) -> None:
    old = await world.begun()
    await world.closes("anna", old)
    world.clock.tick(25 * HOUR)
    new = await world.begun()
    await world.closes("anna", new)
    # An agent goes back to the old one; the customer's next word belongs there.
    await world.replies("anna", old)
    assert await world.begun() == old
    assert (await world.conversation(new)).state == "closed"


# --- what is refused ---


async def test_an_empty_message_is_refused_and_makes_nobody(world: World) -> None:
    for text in ("", "  \n\t "):
        answer = await world.says("olena", text)
        assert (answer.outcome, answer.reason) == ("refused", "empty")
    assert await world.count("contacts") == 0


async def test_a_file_without_words_is_no_empty_message(world: World) -> None:
    answer = await world.says("olena", "", media=[ch.InboundMedia(kind="image", ref="f1")])
    assert answer.outcome == "stored"
    assert (await world.message_of(answer)).attachment_count == 1


async def test_a_text_that_would_fill_the_disk_is_refused(world: World) -> None:
    assert (await world.says("olena", "я" * LONGEST_TEXT)).outcome == "stored"
    answer = await world.says("olena", "я" * (LONGEST_TEXT + 1))
    assert (answer.outcome, answer.reason) == ("refused", "too_long")


async def test_half_a_character_is_replaced_not_fatal(world: World) -> None:
    sender = ch.Sender(external_id="olena", name="О\ud800лена", attributes={"к\x00": "\udfff"})
    answer = await world.says("olena", "a\ud83d\ude00 \ud800 \x00z", sender=sender)
    assert answer.outcome == "stored"
    assert (await world.message_of(answer)).text == "a😀 � �z"
    contact = await world.contact("olena")
    assert contact.name == "О�лена"
    assert contact.attributes == '{"к�":"�"}'


async def test_an_id_that_is_no_text_is_refused_and_nothing_of_it_kept(world: World) -> None:
    for bad in (
        world.message("olena", external_id="7\ud800"),
        world.message("olena", external_id="7\x00"),
        world.message("ole\ud800na", external_id="8"),
        world.message("olena", thread="\udc00"),
    ):
        answer = await world.comes(bad)
        assert (answer.outcome, answer.reason) == ("refused", "malformed")
    assert await world.count("contacts") == 0


# --- a batch ---


class Poison(str):
    """A text that nothing can take in."""

    __slots__ = ()

    def strip(self, *_: object) -> str:
        raise RuntimeError("a bug of ours")


async def test_one_bad_event_does_not_stop_its_neighbours(world: World) -> None:
    batch = [
        world.message("olena", "перше"),
        world.message("mallory", Poison("🧨 не це")),
        world.message("olena", "друге"),
    ]
    answers = await world.sinks["pager"].accept(batch, cursor="offset-3")
    assert [answer.outcome for answer in answers] == ["stored", "refused", "stored"]
    assert answers[1].reason == "internal"
    assert answers[0].conversation_id is not None
    assert await world.texts(answers[0].conversation_id) == ["перше", "друге"]
    # The poller goes on after all three, and people can look at what was set aside.
    assert await world.sinks["pager"].cursor() == "offset-3"
    assert await world.count("quarantine") == 1
    assert await world.identity("mallory") is None
    assert "quarantine.added" in [event.kind for event in await world.events()]


async def test_the_pollers_cursor_is_kept_with_what_it_brought(world: World) -> None:
    sink = world.sinks["pager"]
    assert await sink.cursor() is None
    await sink.accept([world.message("olena")], cursor="1")
    await sink.accept([], cursor="2")
    assert await sink.cursor() == "2"
    assert await world.sinks["site"].cursor() is None


async def test_an_answer_tells_where_the_log_stood_right_after(world: World) -> None:
    answer = await world.says("olena")
    assert answer.cursor == world.hub.cursor_at(await world.last_event())


async def test_what_cannot_be_translated_is_kept_aside_for_people(world: World) -> None:
    await world.sinks["pager"].quarantine(b'{"update": "\xff"}', "KeyError: \ud800")
    assert await world.count("quarantine WHERE why = 'KeyError: �'") == 1
    assert [event.kind for event in await world.events()] == ["quarantine.added"]


# --- files ---


async def upload(world: World, owner: str) -> str:
    def add(tx: Tx) -> str:
        public_id = f"file-{owner}"
        tx.the(
            m.ADD_ATTACHMENT,
            public_id=public_id,
            message_id=None,
            identity_id=None,
            owner=owner,
            sha256="0" * 64,
            name="чек.pdf",
            mime="application/pdf",
            kind="file",
            size=3,
            width=None,
            height=None,
            state="ready",
            role="attachment",
            fetch_ref=None,
            fetch_key=None,
            position=0,
            created_at=tx.now,
        )
        return public_id

    return await world.store.write(add)


async def test_an_upload_of_ones_own_goes_with_the_message(world: World) -> None:
    stored = await upload(world, "visitor:site/olena")
    answer = await world.says(
        "olena", "", inbox="site", media=[ch.InboundMedia(kind="file", stored=stored)]
    )
    files = await world.store.read(
        lambda tx: tx.all(m.ATTACHMENTS_OF, message_id=answer.message_id)
    )
    assert [file.public_id for file in files] == [stored]


async def test_somebody_elses_upload_a_used_one_and_a_made_up_one_are_refused(
    world: World,
) -> None:
    theirs = await upload(world, "visitor:site/tom")
    mine = await upload(world, "visitor:site/olena")
    await world.says("olena", inbox="site", media=[ch.InboundMedia(kind="file", stored=mine)])
    for stored in ([theirs], [mine], ["made-up"]):
        media = [ch.InboundMedia(kind="file", stored=one) for one in stored]
        answer = await world.says("mallory", "so", inbox="site", media=media)
        assert (answer.outcome, answer.reason) == ("refused", "attachment_unknown")
    assert await world.identity("mallory", "site") is None


async def test_one_upload_twice_in_a_message_is_refused(world: World) -> None:
    stored = await upload(world, "visitor:site/olena")
    twice = [ch.InboundMedia(kind="file", stored=stored)] * 2
    answer = await world.says("olena", "so", inbox="site", media=twice)
    assert (answer.outcome, answer.reason) == ("refused", "attachment_unknown")


async def test_a_file_uploaded_before_signing_in_may_be_sent_after_it(world: World) -> None:
    stored = await upload(world, "visitor:site/anon-1")
    media = [ch.InboundMedia(kind="file", stored=stored)]
    refused = await world.says("user-7", "", inbox="site", media=media)
    assert refused.reason == "attachment_unknown"
    taken = await world.says("user-7", "", inbox="site", media=media, uploaded_as="anon-1")
    assert taken.outcome == "stored"


async def test_a_file_the_network_keeps_is_noted_to_be_fetched(world: World) -> None:
    told: list[News] = []
    world.store.on_commit = told.append
    await world.says("olena", "", media=[ch.InboundMedia(kind="voice", ref="voice-1", size=9)])
    [pending] = await world.store.read(lambda tx: tx.all(m.PENDING_FETCHES))
    assert (pending.fetch_ref, pending.state, pending.size) == ("voice-1", "pending", 9)
    assert any("fetches" in news.topics for news in told)


async def test_who_lets_us_in_again_can_be_reached(world: World) -> None:
    await world.begun("olena")
    olena = ch.Sender(external_id="olena")
    reachable: list[bool] = []
    for event in (
        ch.ContactUnreachable(sender=olena, at=START, reason="blocked"),
        ch.ContactReachable(sender=olena, at=START + 1),
    ):
        await world.comes(event)
        identity = await world.identity("olena")
        assert identity is not None
        reachable.append(identity.unreachable_at is None)
    assert reachable == [False, True]


async def test_that_somebody_lets_us_in_is_no_news_once_they_have_blocked_us_again(
    world: World,
) -> None:
    await world.begun("olena")
    olena, later = ch.Sender(external_id="olena"), START + 600_000
    let_in = ch.ContactReachable(sender=olena, at=START + 1)
    for event in (let_in, ch.ContactUnreachable(sender=olena, at=later, reason="blocked"), let_in):
        await world.comes(event)
    identity = await world.identity("olena")
    assert identity is not None
    assert identity.unreachable_at == later


async def test_each_kind_of_event_has_its_way_in() -> None:
    assert set(Intake._ways) == set(get_args(ch.InboundEvent))


# --- quotes, presses, reactions, typing ---


async def test_a_quote_finds_what_it_answers_theirs_or_ours(world: World) -> None:
    first = await world.says("olena", external_id="1")
    assert first.conversation_id is not None
    ours = await world.replies("anna", first.conversation_id)
    await world.sent(ours, "net-9")
    of_theirs = await world.message_of(await world.says("olena", reply_to="1"))
    of_ours = await world.message_of(await world.says("olena", reply_to="net-9"))
    of_nothing = await world.message_of(await world.says("olena", reply_to="gone"))
    assert [of_theirs.reply_to_id, of_ours.reply_to_id, of_nothing.reply_to_id] == [
        first.message_id,
        ours,
        None,
    ]


async def test_a_pressed_button_is_the_customers_word_once(world: World) -> None:
    press = ch.ButtonPressed(
        sender=ch.Sender(external_id="olena"), external_id="p1", button="Так ✅", at=1
    )
    first, again = await world.comes(press), await world.comes(press)
    assert (first.outcome, again.outcome) == ("stored", "duplicate")
    assert (await world.message_of(first)).text == "Так ✅"


async def test_a_reaction_stands_in_the_thread(world: World) -> None:
    here = await world.begun()
    ours = await world.replies("anna", here)
    await world.sent(ours, "net-9")
    reaction = ch.ReactionChanged(
        sender=ch.Sender(external_id="olena"), external_id="net-9", reactions=["❤️"], at=1
    )
    assert (await world.comes(reaction)).outcome == "stored"
    assert (await world.activities(here))[-1] == {
        "verb": "reacted",
        "reactions": ["❤️"],
        "message_id": ours,
    }


async def test_typing_is_whispered_and_never_stored(world: World) -> None:
    here = await world.begun()
    before = await world.last_event()
    follower = aiter(world.hub.follow(world.hub.cursor_at(before)))
    next_step = asyncio.ensure_future(anext(follower))
    await asyncio.sleep(0.02)
    answer = await world.comes(ch.ContactTyping(sender=ch.Sender(external_id="olena")))
    assert answer.outcome == "ignored"
    step = await asyncio.wait_for(next_step, 30)
    assert [(one.kind, one.conversation_id) for one in step.whispers] == [("customer_typing", here)]
    assert await world.last_event() == before


async def test_a_stranger_who_types_is_nobody_yet(world: World) -> None:
    await world.comes(ch.ContactTyping(sender=ch.Sender(external_id="mallory")))
    assert await world.count("identities") == 0


async def test_a_message_that_came_late_keeps_when_it_was_written(world: World) -> None:
    written = world.clock.now()
    world.clock.tick(HOUR)
    late = await world.message_of(await world.says("olena", sent_at=written))
    assert (late.sent_at, late.created_at) == (written, world.clock.now())
    world.clock.tick(1)
    prompt = await world.says("olena", sent_at=world.clock.now() - 900)
    assert (await world.message_of(prompt)).sent_at is None


async def test_a_network_whose_clock_is_wrong_makes_no_message_late(world: World) -> None:
    for sent_at in (0, -5, world.clock.now() + 86_400_000):
        answer = await world.says("olena", sent_at=sent_at)
        assert (await world.message_of(answer)).sent_at is None
