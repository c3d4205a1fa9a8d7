"""Which conversation a mail joins: by our proof, by what we know, never by its sender alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.email.threads import Threads, read_trace, trace
from tests.channels.email.mails import ANNA, letter
from tests.channels.email.rig import EmailRig

BOHDAN = "bohdan@example.org"
OURS = Threads(b"k" * 32, "example.com")


async def wrote(desk: EmailRig, text: str = "Hello", **given: object) -> str:
    """Have a customer write; return the thread that came of it."""
    await desk.arrives(letter(text, **given))  # type: ignore[arg-type]
    return desk.core.messages[-1].thread


async def answered(desk: EmailRig, thread: str, to: str = ANNA) -> str:
    """Have an agent answer; return the Message-ID that the customer sees."""
    receipt = await desk.channel.send(desk.part(to, "Yes?", thread=thread), key=thread)
    return receipt.external_ids[0]


async def test_every_mail_without_a_past_begins_a_conversation(desk: EmailRig) -> None:
    threads = [await wrote(desk, f"number {n}", subject="Order") for n in range(3)]
    assert len(set(threads)) == 3


@pytest.mark.parametrize("field", ["answers", "references"])
async def test_an_answer_to_our_mail_joins_its_conversation(desk: EmailRig, field: str) -> None:
    thread = await wrote(desk)
    ours = await answered(desk, thread)
    named = {"answers": ours} if field == "answers" else {"references": ["x@y.zz", ours]}
    assert await wrote(desk, "Thanks", **named) == thread
    assert desk.core.messages[-1].reply_to == ours


async def test_a_program_that_changes_capitals_does_not_break_our_proof(desk: EmailRig) -> None:
    thread = await wrote(desk)
    ours = await answered(desk, thread)
    assert await wrote(desk, "Thanks", answers=ours.upper()) == thread


async def test_after_a_restart_our_proof_is_still_one(desk: EmailRig) -> None:
    thread = await wrote(desk)
    ours = await answered(desk, thread)
    again = desk.wired()
    assert again._threads.thread_of(ours, ANNA) == thread


async def test_somebody_else_who_answers_our_mail_begins_their_own(desk: EmailRig) -> None:
    thread = await wrote(desk)
    ours = await answered(desk, thread)
    other = await wrote(desk, "It is me, Anna", sender=BOHDAN, answers=ours, references=[ours])
    assert other != thread
    assert desk.core.messages[-1].sender.external_id == BOHDAN
    assert desk.core.messages[-1].reply_to is None


@pytest.mark.parametrize("change", ["thread", "mark", "proof", "domain", "form"])
async def test_a_forged_proof_joins_nothing(desk: EmailRig, change: str) -> None:
    thread = await wrote(desk)
    prefix, body, mark, proof, domain = _pieces(await answered(desk, thread))
    flipped = {"a": "b"}.get(mark[0], "a")
    forged = {
        "thread": f"{prefix}.{body[:-4]}aaaa.{mark}.{proof}@{domain}",
        "mark": f"{prefix}.{body}.{flipped}{mark[1:]}.{proof}@{domain}",
        "proof": f"{prefix}.{body}.{mark}.{'a' * 24}@{domain}",
        "domain": f"{prefix}.{body}.{mark}.{proof}@evil.example",
        "form": f"{body}.{mark}.{proof}@{domain}",
    }[change]
    joined = await wrote(desk, "Let me in", answers=forged, references=[forged])
    assert joined != thread
    again = await wrote(desk, "And me", sender=BOHDAN, answers=forged)
    assert again not in (thread, joined)


def _pieces(message_id: str) -> tuple[str, str, str, str, str]:
    local, _, domain = message_id.partition("@")
    prefix, body, mark, proof = local.split(".")
    return prefix, body, mark, proof, domain


async def test_the_senders_address_alone_joins_nothing(desk: EmailRig) -> None:
    thread = await wrote(desk, subject="Re: Order", message_id="one@example.net")
    assert await wrote(desk, "me again", subject="Re: Order") != thread


async def test_a_customer_who_goes_on_from_their_own_mail_is_in_its_conversation(
    desk: EmailRig,
) -> None:
    thread = await wrote(desk, message_id="one@example.net")
    assert (
        await wrote(desk, "P.S.", answers="one@example.net", message_id="two@example.net") == thread
    )
    # Named is only the second, which did not begin the thread.
    assert await wrote(desk, "P.P.S.", answers="two@example.net") == thread


async def test_the_references_of_one_customer_mean_nothing_for_another(desk: EmailRig) -> None:
    thread = await wrote(desk, message_id="one@example.net")
    assert await wrote(desk, "hello", sender=BOHDAN, references=["one@example.net"]) != thread


async def test_it_does_not_matter_in_which_order_a_thread_comes_in(desk: EmailRig) -> None:
    late = {
        "references": ["root@example.net", "two@example.net"],
        "message_id": "three@example.net",
    }
    threads = [
        await wrote(desk, "third", **late),
        await wrote(desk, "first", message_id="root@example.net"),
        await wrote(desk, "second", answers="root@example.net", message_id="two@example.net"),
    ]
    assert len(set(threads)) == 1


async def test_the_same_mail_in_two_copies_is_one_message(desk: EmailRig) -> None:
    copy = letter("once", message_id="one@example.net")
    await desk.arrives(b"Received: from a by b; today\r\n" + copy)
    await desk.arrives(
        b"Return-Path: <x@y.zz>\r\nReceived: from c by d; later\r\nX-Spam: 1\r\n" + copy
    )
    first, second = desk.core.messages
    assert first.external_id == second.external_id
    assert len(desk.core.book) == 1


async def test_another_mail_under_a_known_id_is_not_taken_for_its_copy(desk: EmailRig) -> None:
    await desk.arrives(letter("first come", message_id="one@example.net", sender=BOHDAN))
    await desk.arrives(letter("the real one", message_id="one@example.net"))
    await desk.arrives(letter("a third", message_id="one@example.net"))
    assert len(desk.core.book) == 3


async def test_duplicates_times_five_and_shuffled_are_each_kept_once(desk: EmailRig) -> None:
    mails = [letter(f"number {n}", message_id=f"{n}@example.net") for n in range(4)]
    for n in (2, 0, 3, 1, 0, 0, 2, 3, 1, 1, 2, 0, 3, 3, 2, 1, 0, 1, 2, 3):
        desk.deliver(mails[n])
    assert await desk.stored()
    assert len(desk.core.messages) == 20
    assert sorted(one.text for one in desk.core.book.values()) == [f"number {n}" for n in range(4)]


@given(st.text(max_size=40), st.emails(), st.text(max_size=40))
def test_a_proof_is_read_back_by_us_for_that_person_only(
    thread: str, person: str, key: str
) -> None:
    try:
        thread.encode()
    except UnicodeEncodeError:
        return
    made = OURS.message_id(thread=thread, recipient=person, unique=key)
    assert OURS.looks_ours(made)
    assert OURS.thread_of(made, person) == thread
    assert OURS.thread_of(made, person + "x") is None
    assert Threads(b"x" * 32, "example.com").thread_of(made, person) is None
    assert made.isascii()
    assert " " not in made


@given(st.text(max_size=100))
def test_no_other_text_is_a_proof(text: str) -> None:
    assert OURS.thread_of(text, ANNA) is None


@given(
    st.text(alphabet="0123456789abcdef", min_size=1, max_size=40),
    st.text(max_size=300),
    st.text(max_size=300),
)
def test_a_trace_holds_what_an_answer_needs(digest: str, message_id: str, subject: str) -> None:
    kept = trace(digest, message_id, subject)
    try:
        text = str(kept)
    except UnicodeEncodeError:
        return
    assert read_trace(text) == kept
    assert len(text) < 2700  # What PostgreSQL takes in an index.


@pytest.mark.parametrize("text", [None, "", "x", "x.y", "x.!!", "12.W10", "a.eyJhIjoxfQ"])
def test_an_id_that_is_no_trace_is_none(text: str | None) -> None:
    assert read_trace(text) is None
