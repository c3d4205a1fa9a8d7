"""Mails of a conversation that began elsewhere: where they go, and who may answer them."""

import pytest

from bridge.channel import Continuation, DeliveryReport, InboundMessage, RejectedError
from channels.email.threads import trace
from tests.channels.email.mails import ANNA, letter
from tests.channels.email.rig import EmailRig
from tests.channels.email.test_intake import dsn

BOHDAN = "bohdan@example.org"
NAME = "c17-0123456789abcdef"


async def mailed(desk: EmailRig, to: str = ANNA, name: str = NAME, **continuation: object) -> str:
    """Have a conversation of another inbox go on; return the Message-ID."""
    continues = Continuation(**{"subject": "Your conversation"} | continuation)  # type: ignore[arg-type]
    part = desk.part(to, "Yes?", thread=name, continues=continues)
    return (await desk.channel.send(part, key=f"{part.message_id}")).external_ids[0]


async def wrote(desk: EmailRig, text: str = "Thanks", **given: object) -> InboundMessage:
    """Have a mail come in; return what the core was told."""
    await desk.arrives(letter(text, **given))  # type: ignore[arg-type]
    return desk.core.messages[-1]


# --- out ---


async def test_the_first_mail_has_its_own_subject_and_answers_nothing(desk: EmailRig) -> None:
    await mailed(desk)
    mail = desk.box.received[-1].mail
    assert mail["subject"] == "Your conversation"
    assert mail["in-reply-to"] is None
    assert mail["references"] is None


async def test_a_later_mail_continues_the_mails_before_it(desk: EmailRig) -> None:
    first = await mailed(desk)
    second = await mailed(desk, earlier=[first])
    theirs = trace("d", "anna-1@example.net", "Re: Your conversation, and a question")
    await mailed(desk, earlier=[first, second, str(theirs)])
    _, mail, last = (one.mail for one in desk.box.received)
    assert (mail["subject"], mail["in-reply-to"]) == ("Re: Your conversation", f"<{first}>")
    assert last["subject"] == "Re: Your conversation, and a question"
    assert last["in-reply-to"] == "<anna-1@example.net>"
    assert last["references"].split() == [f"<{first}>", f"<{second}>", "<anna-1@example.net>"]


async def test_an_address_is_written_to_in_its_normal_form(desk: EmailRig) -> None:
    ours = await mailed(desk, "Anna@Example.NET")
    assert desk.box.received[-1].recipients == (ANNA,)
    assert (await wrote(desk, answers=ours)).continues


@pytest.mark.parametrize(
    "address", ["no address", "anna@", "a@b.cd, evil@x.yz", "anna@example.net\r\nBcc: x@y.zz"]
)
async def test_what_is_no_address_is_not_written_to(desk: EmailRig, address: str) -> None:
    with pytest.raises(RejectedError) as caught:
        await mailed(desk, address)
    assert caught.value.reason == "no_such_recipient"
    assert desk.box.received == []


async def test_what_no_agent_wrote_says_that_a_program_did(desk: EmailRig) -> None:
    continues = Continuation(subject="Your conversation")
    part = desk.part(ANNA, "We are back at 9.", thread=NAME, continues=continues, automatic=True)
    await desk.channel.send(part, key="1")
    assert desk.box.received[-1].mail["auto-submitted"] == "auto-generated"


# --- in ---


@pytest.mark.parametrize("field", ["answers", "references"])
async def test_an_answer_from_whom_it_went_to_is_proven_and_has_the_cores_name(
    desk: EmailRig, field: str
) -> None:
    ours = await mailed(desk)
    named: dict[str, object] = {field: ours if field == "answers" else ["x@y.zz", ours]}
    answer = await wrote(desk, **named)  # type: ignore[arg-type]
    assert (answer.continues, answer.thread, answer.reply_to) == (True, NAME, ours)
    assert answer.text == "Thanks"


async def test_quoted_history_is_folded_away(desk: EmailRig) -> None:
    ours = await mailed(desk)
    text = "Thanks!\n\nOn 1 Nov 2026, at 12:00, Anna <help@example.com> wrote:\n> Yes?\n> —\n"
    assert (await wrote(desk, text, answers=ours)).text == "Thanks!"


async def test_after_a_restart_an_answer_is_still_proven(desk: EmailRig) -> None:
    ours = await mailed(desk)
    again = desk.wired()
    assert again._threads.thread_of(ours, ANNA) == f"~{NAME}"


async def test_somebody_else_who_answers_does_not_speak_as_the_customer(desk: EmailRig) -> None:
    ours = await mailed(desk)
    answer = await wrote(desk, "It is me, Anna", sender=BOHDAN, answers=ours, references=[ours])
    assert not answer.continues
    assert answer.thread != NAME
    assert answer.sender.external_id == BOHDAN


async def test_a_reply_to_field_makes_nobody_another(desk: EmailRig) -> None:
    ours = await mailed(desk)
    answer = await wrote(desk, sender=BOHDAN, answers=ours, Reply_To=ANNA, Sender=ANNA)
    assert not answer.continues


@pytest.mark.parametrize("change", ["name", "mark", "proof", "domain"])
async def test_a_forged_proof_continues_nothing(desk: EmailRig, change: str) -> None:
    ours = await mailed(desk)
    other = await mailed(desk, BOHDAN, "c18-fedcba9876543210")
    local, _, domain = ours.partition("@")
    prefix, name, mark, proof = local.split(".")
    forged = {
        "name": f"{prefix}.{other.split('.')[1]}.{mark}.{proof}@{domain}",
        "mark": f"{prefix}.{name}.{other.split('.')[2]}.{proof}@{domain}",
        "proof": f"{prefix}.{name}.{mark}.{'a' * 24}@{domain}",
        "domain": f"{prefix}.{name}.{mark}.{proof}@evil.example",
    }[change]
    for named in (forged, other):
        answer = await wrote(desk, "Let me in", answers=named, references=[named])
        assert not answer.continues
        assert answer.thread not in (NAME, "c18-fedcba9876543210")


async def test_an_answer_to_the_mail_of_another_inbox_continues_nothing(desk: EmailRig) -> None:
    rig = EmailRig(desk.server, desk.box)
    theirs = rig.wired()
    # The same address and name, but another inbox's key.
    theirs._threads._secret = b"another inbox's secret, 0123456789"
    part = rig.part(ANNA, "Yes?", thread=NAME, continues=Continuation(subject="s"))
    ours = (await theirs.send(part, key="1")).external_ids[0]
    assert not (await wrote(desk, answers=ours)).continues


async def test_a_conversation_that_began_by_mail_is_not_taken_for_another_inboxs(
    desk: EmailRig,
) -> None:
    begun = await wrote(desk, "Hello")
    part = desk.part(ANNA, "Yes?", thread=begun.thread)
    ours = (await desk.channel.send(part, key="1")).external_ids[0]
    answer = await wrote(desk, answers=ours)
    assert (answer.continues, answer.thread) == (False, begun.thread)


async def test_an_automatic_reply_to_it_becomes_no_message(desk: EmailRig) -> None:
    ours = await mailed(desk)
    await desk.arrives(letter("I am away", answers=ours, Auto_Submitted="auto-replied"))
    assert desk.core.messages == []


async def test_a_bounce_of_it_is_a_report_on_it(desk: EmailRig) -> None:
    ours = await mailed(desk)
    await desk.arrives(dsn(ours))
    [report] = desk.core.of_type(DeliveryReport)
    assert isinstance(report, DeliveryReport)
    assert (list(report.external_ids), report.recipient) == ([ours], ANNA)
    assert (report.state, report.reason) == ("failed", "no_such_recipient")
