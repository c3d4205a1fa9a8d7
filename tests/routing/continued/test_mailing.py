"""Mails to a visitor who has left: after a minute, gathered, and only what is for them."""

from pathlib import Path

import pytest

from bridge import channel as ch
from bridge.delivery import Body
from bridge.models import Message
from bridge.store import deliveries as d
from bridge.store import messages as m
from bridge.store import people as p
from bridge.store.transactions import Tx
from routing import outbound
from tests.clock import ManualClock
from tests.databases import by_hand, fresh_database
from tests.routing.continued.mailed import OLENA, Mailed, continuing, onward
from tests.routing.world import living

MINUTE = 60


# --- when ---


async def test_o33_what_was_not_seen_for_a_minute_is_mailed_then_and_not_before(
    world: Mailed,
) -> None:
    here = await world.visitor()
    ours = await world.answers(here)
    await world.passes(MINUTE - 0.001)
    assert await world.mails(here) == []
    await world.passes(0.001)
    [mail] = await world.mails(here)
    assert (mail.place, mail.action, mail.state) == ("post", "continue", "queued")
    assert (onward(mail).to, onward(mail).carries) == (OLENA, [ours])


async def test_o33_what_was_read_in_time_is_not_mailed(world: Mailed) -> None:
    here = await world.visitor()
    ours = await world.answers(here)
    await world.passes(MINUTE - 1)
    await world.reads(ours)
    await world.passes(10 * MINUTE)
    assert await world.mails(here) == []


async def test_a_visitor_who_comes_back_and_reads_gets_only_what_they_have_not_read(
    world: Mailed,
) -> None:
    here = await world.visitor()
    first = await world.answers(here)
    await world.passes(30)
    second = await world.answers(here)
    await world.reads(first)
    await world.passes(30)
    assert await world.mails(here) == []
    await world.passes(30)
    assert await world.carried(here) == [[second]]


async def test_three_answers_within_five_minutes_are_one_mail_and_one_gathered(
    world: Mailed,
) -> None:
    here = await world.visitor()
    messages = []
    for _ in range(3):
        messages.append(await world.answers(here))
        await world.passes(90)
    assert await world.carried(here) == [messages[:1]]
    # The first went at 1:30, when this test looked; the rest may go five minutes after it.
    await world.passes(119)
    assert len(await world.mails(here)) == 1
    await world.passes(1)
    assert await world.carried(here) == [messages[:1], messages[1:]]


async def test_the_first_mail_holds_all_that_was_said_by_then(world: Mailed) -> None:
    here = await world.visitor()
    messages = [await world.answers(here)]
    await world.passes(59)
    messages.append(await world.answers(here))
    await world.passes(1)
    assert await world.carried(here) == [messages]
    await world.passes(30 * MINUTE)
    assert len(await world.mails(here)) == 1


async def test_a_mail_holds_the_newest_and_says_how_many_earlier_ones_there_are(
    world: Mailed,
) -> None:
    world.under(mail_max_messages=2)
    here = await world.visitor()
    messages = [await world.answers(here, f"number {n}") for n in range(5)]
    await world.passes(MINUTE)
    [mail] = await world.mails(here)
    assert (onward(mail).carries, onward(mail).hinted) == (messages[3:], messages[:3])
    assert "Earlier messages that are only in the chat on the website: 3." in Body.of(mail).text
    await world.passes(10 * MINUTE)
    assert len(await world.mails(here)) == 1


async def test_a_timer_outlives_a_restart(tmp_path: Path, clock: ManualClock) -> None:
    database = fresh_database(tmp_path)
    async with living(database, clock) as before:
        here = await continuing(before).visitor()
        ours = await continuing(before).answers(here)
    clock.tick(40)
    async with living(database, clock) as after:
        world = continuing(after)
        await world.passes(19)
        assert await world.mails(here) == []
        await world.passes(1)
        assert await world.carried(here) == [[ours]]


async def test_o33_switched_off_nothing_is_mailed(world: Mailed) -> None:
    world.under(email_if_unseen=None)
    here = await world.visitor()
    await world.answers(here)
    await world.passes(10 * MINUTE)
    assert await world.mails(here) == []


async def test_switched_off_while_a_timer_runs_it_mails_nothing(world: Mailed) -> None:
    here = await world.visitor()
    await world.answers(here)
    world.under(email_if_unseen=None)
    await world.passes(10 * MINUTE)
    assert await world.mails(here) == []


async def test_an_inbox_that_goes_on_nowhere_mails_nothing(world: Mailed) -> None:
    sender = ch.Sender(external_id="tom", email="tom@example.net")
    here = await world.begun("tom", sender=sender)
    await world.replies("anna", here)
    await world.passes(10 * MINUTE)
    assert await world.mails(here) == []


# --- what ---


async def test_notes_and_what_has_happened_are_never_mailed(world: Mailed) -> None:
    here = await world.visitor()
    await world.takes("anna", here)
    await world.notes("anna", here, "they are difficult")
    await world.passes(10 * MINUTE)
    assert await world.mails(here) == []
    ours = await world.answers(here)
    await world.notes("anna", here, "very difficult")
    await world.passes(MINUTE)
    [mail] = await world.mails(here)
    assert onward(mail).carries == [ours]
    assert "difficult" not in mail.body


async def test_the_visitors_own_words_are_never_mailed(world: Mailed) -> None:
    here = await world.visitor()
    said = (await world.messages(here))[-1]
    await world.replies("anna", here, "Yes", reply_to=said.id)
    await world.passes(MINUTE)
    [mail] = await world.mails(here)
    assert said.text not in mail.body


async def test_o32_what_no_agent_wrote_is_mailed_like_an_answer(world: Mailed) -> None:
    here = await world.visitor()
    agents = await world.answers(here)
    told = await world.store.write(_the_program_says, await world.message_by_id(agents))
    await world.passes(MINUTE)
    [mail] = await world.mails(here)
    assert onward(mail).carries == [agents, told]
    assert "We are back at nine." in Body.of(mail).text


def _the_program_says(tx: Tx, like: Message) -> int:
    """Store a message to the customer that is nobody's, and its delivery."""
    message_id: int = tx.the(
        m.ADD_MESSAGE,
        conversation_id=like.conversation_id,
        kind="outgoing",
        identity_id=None,
        agent_id=None,
        inbox_id=like.inbox_id,
        external_id=None,
        client_key=None,
        text="We are back at nine.",
        format="markdown",
        reply_to_id=None,
        activity=None,
        created_at=tx.now,
        attachment_count=0,
    )
    now = dict.fromkeys(("due_at", "created_at", "changed_at", "expires_at"), tx.now)
    tx.the(
        d.ADD_DELIVERY,
        message_id=message_id,
        conversation_id=like.conversation_id,
        place=like.inbox_id,
        part=0,
        action="send",
        revision=1,
        state="queued",
        body="{}",
        **now,
    )
    return message_id


async def test_a_message_taken_back_before_its_mail_goes_is_not_in_it(world: Mailed) -> None:
    world.desk = world.with_deletes()
    here = await world.visitor()
    kept, gone = await world.answers(here, "stays"), await world.answers(here, "goes")
    await world.passes(MINUTE)
    await world.changes(outbound.delete, gone)
    [mail] = await world.mails(here)
    assert (mail.state, onward(mail).carries) == ("queued", [kept])
    assert "goes" not in Body.of(mail).text
    await world.changes(outbound.delete, kept)
    [mail] = await world.mails(here)
    assert (mail.state, mail.reason) == ("failed", "deleted")


async def test_a_message_changed_before_its_mail_goes_is_mailed_as_it_is_now(
    world: Mailed,
) -> None:
    world.desk = world.with_deletes()
    here = await world.visitor()
    ours = await world.answers(here, "at five")
    await world.passes(MINUTE)
    await world.changes(outbound.edit, ours, "at six")
    [mail] = await world.mails(here)
    assert "at six" in Body.of(mail).text
    assert "at five" not in Body.of(mail).text


async def test_a_mail_that_has_gone_is_not_written_anew(world: Mailed) -> None:
    world.desk = world.with_deletes()
    here = await world.visitor()
    ours = await world.answers(here, "at five")
    await world.passes(MINUTE)
    await world.posted(here)
    await world.changes(outbound.edit, ours, "at six")
    [mail] = await world.mails(here)
    assert "at five" in Body.of(mail).text


# --- to whom ---


async def test_without_an_address_nothing_is_mailed(world: Mailed) -> None:
    here = await world.visitor(email=None)
    await world.answers(here)
    await world.passes(10 * MINUTE)
    assert await world.mails(here) == []


async def test_an_address_given_later_gets_only_what_was_said_after_it(world: Mailed) -> None:
    here = await world.visitor(email=None)
    await world.answers(here, "before")
    await world.passes(10)
    await world.comes(
        ch.ContactUpdated(sender=ch.Sender(external_id="olena", email=OLENA)), inbox="site"
    )
    await world.passes(10)
    after = await world.answers(here, "after")
    await world.passes(MINUTE)
    assert await world.carried(here) == [[after]]


async def test_another_address_gets_nothing_of_what_the_first_was_for(world: Mailed) -> None:
    here = await world.visitor(email="olna@example.net")
    await world.answers(here, "to the mistyped one")
    await world.passes(10)
    await world.comes(
        ch.ContactUpdated(sender=ch.Sender(external_id="olena", email=OLENA)), inbox="site"
    )
    await world.passes(10 * MINUTE)
    assert await world.mails(here) == []
    after = await world.answers(here)
    await world.passes(MINUTE)
    [mail] = await world.mails(here)
    assert (onward(mail).to, onward(mail).carries) == (OLENA, [after])


async def test_an_address_that_only_the_contact_has_is_not_used(world: Mailed) -> None:
    here = await world.visitor(email=None)
    contact = await world.contact("olena", "site")
    await world.store.write(
        lambda tx: tx.run(
            p.SET_CONTACT,
            of=contact.id,
            name=None,
            email="boss@example.net",
            phone=None,
            language=None,
            attributes="{}",
            edited_fields='["email"]',
        )
    )
    await world.answers(here)
    await world.passes(10 * MINUTE)
    assert await world.mails(here) == []


async def test_who_signs_in_is_not_mailed_where_the_one_before_them_was(world: Mailed) -> None:
    here = await world.visitor("anon", email="somebody@example.net")
    user = ch.Sender(external_id="user", verified=True)
    await world.comes(ch.ContactUpdated(sender=user, absorbs="anon"), inbox="site")
    await world.answers(here, "for the user alone")
    await world.passes(10 * MINUTE)
    assert await world.mails(here) == []


# --- what became of it ---


async def test_the_widgets_own_tick_says_nothing_of_the_mail(world: Mailed) -> None:
    here = await world.visitor()
    ours = await world.answers(here)
    await world.passes(MINUTE)
    await world.posted(here)
    own = [one for one in await world.deliveries(ours) if one.action == "send"]
    assert [one.state for one in own] == ["sent"]
    await world.reads(ours)
    assert sorted(await world.states(ours)) == ["read", "sent"]


async def test_a_mail_that_bounces_has_failed_with_the_reason(world: Mailed) -> None:
    here = await world.visitor()
    await world.answers(here)
    await world.passes(MINUTE)
    await world.posted(here)
    before = await world.last_event()
    assert (await world.bounces(here)).outcome == "stored"
    [mail] = await world.mails(here)
    assert (mail.state, mail.reason) == ("failed", "no_such_recipient")
    changed = [one.message_id for one in await world.events(before)]
    assert changed == onward(mail).carries


async def test_an_address_that_nobody_has_is_not_mailed_again(world: Mailed) -> None:
    here = await world.visitor()
    await world.answers(here)
    await world.passes(MINUTE)
    await world.posted(here)
    await world.bounces(here)
    await world.answers(here)
    await world.passes(10 * MINUTE)
    assert len(await world.mails(here)) == 1


async def test_what_failed_for_another_reason_is_in_the_next_mail_too(world: Mailed) -> None:
    here = await world.visitor()
    first = await world.answers(here)
    await world.passes(MINUTE)
    full = ch.UnreachableError("no room", reason="mailbox_full")
    await world.posted(here, full)
    second = await world.answers(here)
    await world.passes(5 * MINUTE)
    assert await world.carried(here) == [[first], [first, second]]


async def test_a_failed_mail_holds_back_nothing_in_the_widget(world: Mailed) -> None:
    here = await world.visitor()
    await world.answers(here)
    await world.passes(MINUTE)
    await world.posted(here, ch.RejectedError("spam", reason="rejected"))
    waiting = await world.replies("anna", here)
    assert await world.count("deliveries WHERE held_at IS NOT NULL") == 0
    await world.sent(waiting, "w")
    assert await world.states(waiting) == ["sent"]


@pytest.mark.parametrize("kind", ["retry", "settle"])
async def test_what_an_agent_does_about_the_widgets_failure_leaves_the_mail_alone(
    world: Mailed, kind: str
) -> None:
    here = await world.visitor()
    ours = await world.answers(here)
    await world.passes(MINUTE)
    await world.posted(here)
    state = "failed" if kind == "retry" else "uncertain"
    by_hand(world.store, "UPDATE deliveries SET state = ? WHERE action = 'send'", [state])
    if kind == "retry":
        await world.store.write(outbound.retry, ours)
    else:
        await world.store.write(lambda tx: outbound.settle(tx, ours, arrived=False))
    [mail] = await world.mails(here)
    assert mail.state == "sent"
