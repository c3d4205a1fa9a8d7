"""An answer by mail: into the conversation it answers, as its customer's, or nowhere."""

import pytest

from bridge import channel as ch
from bridge.channel import customer_owner
from bridge.store import messages as m
from bridge.store.transactions import Tx
from tests.clock import START
from tests.routing.continued.mailed import OLENA, Mailed, onward

MINUTE = 60


async def mailed(world: Mailed, customer: str = "olena") -> tuple[int, str]:
    """Have a visitor be mailed; return the conversation and its name for mails."""
    here = await world.visitor(customer)
    await world.answers(here)
    await world.passes(MINUTE)
    await world.posted(here)
    return here, onward((await world.mails(here))[-1]).thread


async def test_an_answer_by_mail_comes_into_the_same_conversation_from_the_same_customer(
    world: Mailed,
) -> None:
    here, thread = await mailed(world)
    answer = await world.mails_back(thread, "Thank you")
    message = await world.message_of(answer)
    identity = await world.identity("olena", "site")
    assert identity is not None
    assert (answer.conversation_id, message.identity_id) == (here, identity.id)
    # That it came by mail is told by its inbox.
    assert (message.kind, message.inbox_id) == ("incoming", "post")
    assert await world.count("conversations") == 1
    assert await world.count("identities") == 1


async def test_the_same_mail_twice_is_one_message(world: Mailed) -> None:
    _, thread = await mailed(world)
    first = await world.mails_back(thread, external_id="mail-1")
    again = await world.mails_back(thread, external_id="mail-1")
    assert (first.outcome, again.outcome) == ("stored", "duplicate")
    assert again.message_id == first.message_id


async def test_what_a_mail_tells_of_its_sender_is_no_fact_about_the_visitor(
    world: Mailed,
) -> None:
    _, thread = await mailed(world)
    before = await world.contact("olena", "site")
    await world.mails_back(thread)
    identity = await world.identity("olena", "site")
    assert identity is not None
    assert identity.verified_at is None
    assert await world.contact("olena", "site") == before


async def test_who_answers_by_mail_is_still_not_on_the_site(world: Mailed) -> None:
    _, thread = await mailed(world)
    gone = ch.ContactUnreachable(
        sender=ch.Sender(external_id="olena"), at=START, reason="visitor_left"
    )
    await world.comes(gone, inbox="site")
    await world.mails_back(thread)
    identity = await world.identity("olena", "site")
    assert identity is not None
    assert identity.unreachable_reason == "visitor_left"


async def test_an_answer_opens_a_closed_conversation_again(world: Mailed) -> None:
    here, thread = await mailed(world)
    await world.closes("anna", here)
    await world.mails_back(thread)
    assert (await world.conversation(here)).state == "open"
    assert "reopened" in await world.verbs(here)


async def test_an_answer_waits_for_an_agent_as_any_message_does(world: Mailed) -> None:
    here, thread = await mailed(world)
    await world.mails_back(thread)
    conversation = await world.conversation(here)
    assert (conversation.waiting_since, conversation.incoming_count) == (world.clock.now(), 2)


async def test_files_of_an_answer_are_its_own(world: Mailed) -> None:
    _, thread = await mailed(world)
    await world.store.write(_upload, "f" * 32, customer_owner("post", OLENA))
    await world.store.write(_upload, "e" * 32, customer_owner("post", "mallory@example.net"))
    refused = await world.mails_back(thread, media=[ch.InboundMedia(kind="file", stored="e" * 32)])
    assert (refused.outcome, refused.reason) == ("refused", "attachment_unknown")
    taken = await world.mails_back(thread, media=[ch.InboundMedia(kind="file", stored="f" * 32)])
    assert taken.outcome == "stored"


def _upload(tx: Tx, public_id: str, owner: str) -> None:
    tx.the(
        m.ADD_ATTACHMENT,
        public_id=public_id,
        message_id=None,
        identity_id=None,
        owner=owner,
        sha256="0" * 64,
        name="a.txt",
        mime="text/plain",
        kind="file",
        size=1,
        width=None,
        height=None,
        state="ready",
        role="attachment",
        fetch_ref=None,
        fetch_key=None,
        position=0,
        created_at=tx.now,
    )


# --- who may not ---


async def test_without_proof_the_name_of_a_conversation_opens_nothing(world: Mailed) -> None:
    here, thread = await mailed(world)
    answer = await world.mails_back(thread, "Let me in", continues=False)
    assert answer.conversation_id != here


async def test_a_visitor_who_names_a_thread_so_is_in_no_conversation_but_their_own(
    world: Mailed,
) -> None:
    here, thread = await mailed(world)
    answer = await world.says("mallory", "me", inbox="site", thread=thread)
    assert answer.conversation_id != here


@pytest.mark.parametrize("name", ["", "c", "c1", "c1-0000000000000000", "c999-0000000000000000"])
async def test_a_name_that_is_not_ours_begins_a_conversation_by_mail(
    world: Mailed, name: str
) -> None:
    here, _ = await mailed(world)
    answer = await world.mails_back(name)
    assert answer.outcome == "stored"
    assert answer.conversation_id != here


async def test_the_name_of_one_conversation_does_not_open_another(world: Mailed) -> None:
    here, thread = await mailed(world)
    there, other = await mailed(world, "tom")
    assert (await world.mails_back(thread)).conversation_id == here
    assert (await world.mails_back(other)).conversation_id == there
    mixed = other.partition("-")[0] + "-" + thread.partition("-")[2]
    assert (await world.mails_back(mixed)).conversation_id not in (here, there)


async def test_an_address_that_was_corrected_speaks_for_nobody_any_more(world: Mailed) -> None:
    here, thread = await mailed(world)
    told = ch.Sender(external_id="olena", email="olena@right.example")
    await world.comes(ch.ContactUpdated(sender=told), inbox="site")
    answer = await world.mails_back(thread, "I am Olena")
    assert answer.conversation_id != here
    assert await world.texts(here) == ["Привіт 👋", "Yes"]


# --- and then ---


async def test_what_is_said_to_one_who_writes_mails_goes_at_once(world: Mailed) -> None:
    here, thread = await mailed(world)
    await world.passes(10 * MINUTE)
    await world.mails_back(thread)
    ours = await world.answers(here)
    await world.passes(0)
    assert (await world.carried(here))[-1] == [ours]


async def test_even_then_two_mails_are_not_too_close(world: Mailed) -> None:
    here, thread = await mailed(world)
    await world.passes(MINUTE)
    await world.mails_back(thread)
    ours = await world.answers(here)
    await world.passes(4 * MINUTE - 1)
    assert len(await world.mails(here)) == 1
    await world.passes(1)
    assert (await world.carried(here))[-1] == [ours]


async def test_what_was_written_before_an_answer_by_mail_came_need_not_wait_any_longer(
    world: Mailed,
) -> None:
    here, thread = await mailed(world)
    await world.passes(10 * MINUTE)
    ours = await world.answers(here)
    await world.passes(10)
    await world.mails_back(thread)
    await world.passes(0)
    assert (await world.carried(here))[-1] == [ours]


async def test_one_who_is_back_on_the_site_has_the_minute_to_read_there(world: Mailed) -> None:
    here, thread = await mailed(world)
    await world.passes(10 * MINUTE)
    await world.mails_back(thread)
    await world.visits(online=True)
    await world.answers(here)
    await world.passes(MINUTE - 1)
    assert len(await world.mails(here)) == 1
    await world.passes(1)
    assert len(await world.mails(here)) == 2


async def test_the_visitor_finds_their_mail_in_the_widget(world: Mailed) -> None:
    here, thread = await mailed(world)
    await world.mails_back(thread, "From my phone")
    assert (await world.texts(here))[-1] == "From my phone"
    [mail] = await world.mails(here)
    quoted = await world.mails_back(thread, "And", reply_to=f"mail-{mail.id}@example.com")
    assert (await world.message_of(quoted)).reply_to_id == onward(mail).carries[-1]
