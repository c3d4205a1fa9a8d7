"""What becomes of each mail: a message with all that is in it, or a reason why not."""

# What programs write is quoted as they write it, in one line.
# ruff: noqa: E501

import base64
import time

import pytest

from bridge.channel import DeliveryReport, InboundMessage, customer_owner
from channels.email.loops import AUTOMATIC, BULK, LIST, NULL_SENDER, OWN, RECEIPT, REPORT, Aside
from channels.email.mime import DEEPEST, MOST_PARTS
from channels.email.threads import Threads
from channels.email.translate import Failed, Inbox, Letter, translate
from tests.channels.email.dovecot import Dovecot
from tests.channels.email.mails import ANNA, US, attachment, leaf, letter, mail, multipart, raw
from tests.channels.email.postbox import PostBox
from tests.channels.email.rig import EmailRig

INBOX = Inbox(frozenset({US}), Threads(b"k" * 32, "example.com"))


async def became(desk: EmailRig, mail: bytes) -> InboundMessage:
    """Return the message that a mail became."""
    await desk.arrives(mail)
    return desk.core.messages[-1]


# --- a letter ---


async def test_r17_the_customer_is_called_as_they_call_themselves(desk: EmailRig) -> None:
    sender = (await became(desk, letter(name="Анна Коваль"))).sender
    assert (sender.name, sender.email, sender.external_id) == ("Анна Коваль", ANNA, ANNA)
    assert not sender.verified


async def test_r45_the_customer_is_known_by_the_address_and_the_language_they_write_with(
    desk: EmailRig,
) -> None:
    sender = (
        await became(desk, letter(Content_Language="uk-UA", sender="Anna@Example.NET"))
    ).sender
    assert (sender.external_id, sender.language) == (ANNA, "uk")


async def test_d21_the_files_of_a_mail_are_in_the_message(desk: EmailRig) -> None:
    files = {"рахунок.pdf": b"%PDF-1.4", "photo.png": b"\x89PNG"}
    message = await became(desk, letter("see below", files=files))
    assert message.text == "see below"
    assert [one.name for one in message.media] == list(files)
    assert [desk.media.files[one.stored or ""] for one in message.media] == list(files.values())
    owner = customer_owner("help", ANNA)
    assert {desk.media.owners[one.stored or ""] for one in message.media} == {owner}


async def test_a_file_that_cannot_be_kept_is_named(desk: EmailRig) -> None:
    message = await became(desk, letter("see below", files={"empty.txt": b"", "full.txt": b"x"}))
    assert [one.name for one in message.media] == ["full.txt"]
    assert "empty.txt" in message.text


async def test_the_subject_is_read_where_it_is_news(desk: EmailRig) -> None:
    first = await became(desk, letter("Where?", subject="Замовлення 5", message_id="one@a.bc"))
    assert first.text == "Замовлення 5\n\nWhere?"
    second = await became(desk, letter("Well?", subject="Re: Замовлення 5", answers="one@a.bc"))
    assert second.text == "Well?"


async def test_a_subject_that_changes_on_the_way_is_read_once(desk: EmailRig) -> None:
    await became(desk, letter("Where?", subject="Order 5", message_id="one@a.bc"))
    other = "Re: Order 5 and the lamp"
    changed = await became(desk, letter("And the lamp?", subject=other, answers="one@a.bc"))
    assert changed.text == "Re: Order 5 and the lamp\n\nAnd the lamp?"
    again = await became(desk, letter("Well?", subject=other, answers="one@a.bc"))
    assert again.text == "Well?"
    without = await became(desk, letter("Hello?", answers="one@a.bc"))
    assert without.text == "Hello?"


async def test_a_mail_that_says_nothing_still_says_something(desk: EmailRig) -> None:
    assert (await became(desk, letter("", subject="Call me"))).text == "Call me"
    assert (await became(desk, letter(""))).text == "—"
    assert (await became(desk, letter("", files={"a.txt": b"x"}))).text == "—"


async def test_others_who_are_named_are_shown_and_nobody_writes_to_them(desk: EmailRig) -> None:
    message = await became(
        desk,
        letter("Hello", to=f"{US}, boss@example.net", Cc="Eve <eve@example.org>, " + ANNA,
               Bcc="spy@example.org", Reply_To="evil@example.org"),
    )  # fmt: skip
    assert message.text == (
        "Hello\n\nTo: boss@example.net\nCc: eve@example.org\nBcc: spy@example.org\n"
        "Reply-To: evil@example.org"
    )
    assert message.sender.external_id == ANNA
    await desk.channel.send(desk.part(ANNA, "Hi", thread=message.thread), key="k")
    (sent,) = desk.box.received
    assert sent.recipients == (ANNA,)
    assert not [one for one in ("eve", "boss", "spy", "evil") if one.encode() in sent.raw]


async def test_history_is_folded_and_the_whole_is_kept(desk: EmailRig) -> None:
    old = "On Mon, Nov 2, 2026 at 10:15 AM Shop <help@example.com> wrote:\n> Your order"
    message = await became(desk, letter(f"Thanks!\n\n{old}"))
    assert message.text == "Thanks!"
    (whole,) = message.media
    assert (whole.name, whole.role) == ("original.txt", "text")
    assert desk.media.files[whole.stored or ""].decode() == f"Thanks!\n\n{old}"


async def test_the_words_of_a_folded_mail_and_its_html_are_both_kept(desk: EmailRig) -> None:
    page = "<p>Thanks!</p><p>On Mon, Nov 2, 2026 at 10:15 AM Shop &lt;help@example.com&gt; wrote:</p><blockquote>Your order</blockquote>"
    message = await became(desk, mail(leaf(page, "text/html")))
    assert message.text == "Thanks!"
    assert [one.role for one in message.media] == ["text", "original"]
    text, html = (desk.media.files[one.stored or ""].decode() for one in message.media)
    assert "> Your order" in text
    assert "<blockquote>Your order" in html


async def test_what_a_text_cannot_show_is_kept_as_harmless_html(desk: EmailRig) -> None:
    head = 'Content-Disposition: inline; filename="cat.png"\nContent-ID: <cat@1>\n'
    page = '<table><tr><td>A cat<img src="cid:cat@1"><img src="https://x.example/t.gif"></td></tr></table><script>x</script>'
    body = multipart("related", leaf(page, "text/html"), leaf(b"\x89PNG", "image/png", head=head))
    message = await became(desk, mail(body))
    assert message.text == "A cat"
    picture, whole = message.media
    assert (picture.name, picture.role) == ("cat.png", "attachment")
    assert (whole.name, whole.role) == ("original.html", "original")
    html = desk.media.files[whole.stored or ""].decode()
    assert f'src="/media/{picture.stored}"' in html
    assert 'src="remote:https://x.example/t.gif"' in html
    assert "script" not in html


async def test_a_plain_answer_in_html_has_nothing_to_keep(desk: EmailRig) -> None:
    message = await became(desk, letter("Hi", html='<div dir="ltr">Hi<br></div>'))
    assert (message.text, list(message.media)) == ("Hi", [])


async def test_a_text_longer_than_the_core_takes_is_cut_and_kept_whole(desk: EmailRig) -> None:
    message = await became(desk, letter("слово " * 30_000))
    assert len(message.text) <= 50_001
    (whole,) = message.media
    assert desk.media.files[whole.stored or ""].decode().count("слово") == 30_000


async def test_the_time_is_when_the_server_got_it_whatever_the_mail_says(desk: EmailRig) -> None:
    now = time.time()
    desk.deliver(letter(Date="Thu, 01 Jan 1970 00:00:00 +0000"), at=now - 60)
    assert await desk.stored()
    assert abs(desk.core.messages[-1].sent_at / 1000 - (now - 60)) < 3


async def test_what_the_core_refuses_is_kept_aside_unless_the_sender_is_blocked(
    desk: EmailRig, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.core.blocked.add(ANNA)
    await desk.arrives(letter("spam"))
    assert desk.core.quarantined == []
    real = desk.core._take

    def refusing(event: object) -> object:
        from bridge.channel import Answer  # noqa: PLC0415

        refused = Answer(outcome="refused", reason="malformed")
        return refused if isinstance(event, InboundMessage) else real(event)  # type: ignore[arg-type]

    monkeypatch.setattr(type(desk.core), "_take", lambda _, event: refusing(event))
    await desk.arrives(letter("odd", sender="x@example.net"))
    ((kept, why),) = desk.core.quarantined
    assert b"x@example.net" in kept
    assert "malformed" in why


async def test_a_mail_that_breaks_the_reader_is_kept_aside_and_its_neighbours_arrive(
    desk: EmailRig, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaking(raw: bytes, inbox: Inbox) -> object:
        if b"poison" in raw:
            raise RuntimeError("secret-canary")
        return translate(raw, inbox)

    monkeypatch.setattr("channels.email.intake.translate", breaking)
    await desk.arrives(letter("before"))
    await desk.arrives(letter("x", Subject="poison"))
    await desk.arrives(letter("after"))
    assert [one.text for one in desk.core.messages] == ["before", "after"]
    ((_, why),) = desk.core.quarantined
    assert why == "it cannot be read: RuntimeError"


async def test_what_is_kept_aside_can_be_taken_in_again_as_it_came(desk: EmailRig) -> None:
    await desk.arrives(letter("x" * 500_000, Precedence="bulk"))
    ((kept, _),) = desk.core.quarantined
    assert len(kept) > 500_000


# --- no letter ---

MACHINES: list[tuple[str, bytes, Aside]] = [
    ("auto-replied", letter(Auto_Submitted="auto-replied"), AUTOMATIC),
    ("auto-generated", letter(Auto_Submitted="auto-generated; x=y"), AUTOMATIC),
    ("auto-notified", letter(Auto_Submitted="Auto-Notified"), AUTOMATIC),
    ("x-autoreply", letter(X_Autoreply="yes"), AUTOMATIC),
    ("x-autorespond", letter(X_Autorespond="Out of office"), AUTOMATIC),
    ("precedence auto_reply", letter(Precedence="auto_reply"), AUTOMATIC),
    ("bulk", letter(Precedence="bulk"), BULK),
    ("list", letter(Precedence="list"), BULK),
    ("junk", letter(Precedence="Junk"), BULK),
    ("a list's id", letter(List_Id="News <news.example.org>"), LIST),
    ("a newsletter", letter(List_Unsubscribe="<https://x.example>"), LIST),
    ("the null sender", letter(Return_Path="<>"), NULL_SENDER),
    ("the null sender, spaced", letter(Return_Path="< >"), NULL_SENDER),
    ("mailer-daemon", letter(sender="MAILER-DAEMON@example.net"), REPORT),
    ("postmaster", letter(sender="postmaster@example.net"), REPORT),
    ("ourselves", letter(sender=US), OWN),
    ("ourselves, in capitals", letter(sender="HELP@Example.com"), OWN),
    ("a receipt of reading", mail(multipart("report; report-type=disposition-notification", leaf("read"))), RECEIPT),
    ("a complaint", mail(multipart("report; report-type=feedback-report", leaf("spam"))), REPORT),
    ("a report of nothing known", mail(multipart("report; report-type=delivery-status", leaf("x"))), REPORT),
]  # fmt: skip


@pytest.mark.parametrize(("name", "mail", "why"), MACHINES, ids=[one[0] for one in MACHINES])
async def test_what_no_customer_wrote_is_no_message(
    desk: EmailRig, name: str, mail: bytes, why: Aside
) -> None:
    await desk.arrives(mail)
    assert desk.core.messages == []
    assert [one for _, one in desk.core.quarantined] == ([why.why] if why.shown else [])


PEOPLE = {
    "auto-submitted: no": letter(Auto_Submitted="no"),
    "first class": letter(Precedence="first-class"),
    "a return path": letter(Return_Path=f"<{ANNA}>"),
    "our own group": letter(List_Id="Help <help.example.com>", Precedence="list"),
    "our own group by its address": letter(List_Post=f"<mailto:{US}>", List_Unsubscribe="<x>"),
    "no answers wanted": letter(X_Auto_Response_Suppress="OOF"),
}


@pytest.mark.parametrize("name", PEOPLE)
async def test_what_a_customer_wrote_is_a_message(desk: EmailRig, name: str) -> None:
    await desk.arrives(PEOPLE[name])
    assert len(desk.core.messages) == 1


async def test_two_of_us_facing_each_other_fall_silent(dovecot: Dovecot, box: PostBox) -> None:
    ours = EmailRig(dovecot, box)
    theirs = EmailRig(dovecot, box, address="desk@example.org")
    await ours.channel.send(ours.part("desk@example.org", "We are closed.", author=None), key="k")
    async with theirs.running():
        await theirs.arrives(box.received[0].raw)
    assert theirs.core.messages == []


# --- what came back ---


def dsn(
    message_id: str,
    to: str = ANNA,
    *,
    action: str = "failed",
    status: str = "5.1.1",
    original: str = "",
) -> bytes:
    """Return what a server says of a mail it could not deliver."""
    told = f"Reporting-MTA: dns; mx.example.net\n\nFinal-Recipient: rfc822; {to}\n{original}Action: {action}\nStatus: {status}\n"
    return b"Return-Path: <>\r\n" + mail(
        multipart(
            "report; report-type=delivery-status",
            leaf("Sorry."),
            raw(f"Content-Type: message/delivery-status\n\n{told}"),
            raw(
                f"Content-Type: text/rfc822-headers\n\nFrom: {US}\nTo: <{ANNA}>\nMessage-ID: <{message_id}>\n"
            ),
        ),
        From="MAILER-DAEMON@mx.example.net",
    )


async def sent(desk: EmailRig) -> str:
    """Return the id of a mail that we have sent."""
    receipt = await desk.channel.send(desk.part(ANNA, "Hello"), key="k")
    return receipt.external_ids[0]


@pytest.mark.parametrize(
    ("status", "reason"),
    [("5.1.1", "no_such_recipient"), ("5.2.2", "mailbox_full"), ("5.2.1", "account_gone"),
     ("5.7.1", "rejected"), ("5.3.4", "too_large"), ("5.0.0", "unreachable"), ("", "unreachable")],
)  # fmt: skip
async def test_a_mail_that_came_back_has_failed_with_its_reason(
    desk: EmailRig, status: str, reason: str
) -> None:
    message_id = await sent(desk)
    await desk.arrives(dsn(message_id, status=status))
    (report,) = desk.core.of_type(DeliveryReport)
    assert isinstance(report, DeliveryReport)
    assert (report.recipient, list(report.external_ids)) == (ANNA, [message_id])
    assert (report.state, report.reason) == ("failed", reason)
    assert desk.core.messages == []
    assert desk.core.quarantined == []


@pytest.mark.parametrize("action", ["delayed", "delivered", "relayed", "expanded"])
async def test_a_mail_that_is_only_late_has_not_failed(desk: EmailRig, action: str) -> None:
    await desk.arrives(dsn(await sent(desk), action=action))
    assert desk.core.of_type(DeliveryReport) == []
    assert len(desk.core.quarantined) == 1


async def test_an_address_that_was_forwarded_is_found_by_what_we_wrote(desk: EmailRig) -> None:
    message_id = await sent(desk)
    await desk.arrives(dsn(message_id, to="inner-alias@mx.example.net"))
    (report,) = desk.core.of_type(DeliveryReport)
    assert isinstance(report, DeliveryReport)
    assert report.recipient == ANNA


async def test_a_report_in_words_alone_is_read_too(desk: EmailRig) -> None:
    message_id = await sent(desk)
    words = f"Hi. This is the qmail-send program.\n\n<{ANNA}>:\n550 5.1.1 no mailbox\n\n--- Below:\nTo: {ANNA}\nMessage-ID: <{message_id}>\n"
    await desk.arrives(b"Return-Path: <>\r\n" + letter(words, sender="mailer-daemon@x.example"))
    (report,) = desk.core.of_type(DeliveryReport)
    assert isinstance(report, DeliveryReport)
    assert (report.recipient, report.reason) == (ANNA, "no_such_recipient")


async def test_a_forged_report_fails_nothing(desk: EmailRig) -> None:
    message_id = await sent(desk)
    broken = ("b" if message_id[-30] == "a" else "a").join([message_id[:-30], message_id[-29:]])
    await desk.arrives(dsn(broken))
    await desk.arrives(dsn("db.aa.aaaaaaaaaaaaaaaa.aaaaaaaaaaaaaaaaaaaaaaaa@example.com"))
    assert desk.core.of_type(DeliveryReport) == []
    assert len(desk.core.quarantined) == 2


async def test_a_customer_who_quotes_our_id_is_no_report(desk: EmailRig) -> None:
    message_id = await sent(desk)
    await desk.arrives(letter(f"What is {message_id} for {ANNA}? 550 5.1.1"))
    assert desk.core.of_type(DeliveryReport) == []
    assert len(desk.core.messages) == 1


# --- who vouches ---

OK = "mx.example.com; dkim=pass header.d=example.net; spf=pass smtp.mailfrom=anna@example.net"
VOUCHED: list[tuple[str, str, bool]] = [
    ("dkim", f"Authentication-Results: {OK}\n", True),
    ("dmarc", "Authentication-Results: mx.example.com; dmarc=pass (p=none) header.from=example.net\n", True),
    ("a subdomain signs", "Authentication-Results: mx.example.com 1; dkim=pass header.d=mail.example.net\n", True),
    ("above Received", f"Return-Path: <x>\nAuthentication-Results: {OK}\nReceived: from a\n", True),
    ("folded", "Authentication-Results: MX.example.com;\n\tdkim=pass (2048-bit)\n\theader.i=@example.net\n", True),
    ("below Received", f"Received: from a\nAuthentication-Results: {OK}\n", False),
    ("another server", f"Authentication-Results: {OK.replace('mx.', 'evil.')}\n", False),
    ("a name that only begins so", f"Authentication-Results: {OK.replace('mx.example.com', 'mx.example.com.evil.example')}\n", False),
    ("another domain", "Authentication-Results: mx.example.com; dkim=pass header.d=evil.example\n", False),
    ("a top-level domain", "Authentication-Results: mx.example.com; dkim=pass header.d=net\n", False),
    ("a domain that ends so", "Authentication-Results: mx.example.com; dkim=pass header.d=badexample.net\n", False),
    ("fail", "Authentication-Results: mx.example.com; dkim=fail header.d=example.net\n", False),
    ("none", "Authentication-Results: mx.example.com; none\n", False),
    ("dmarc fails", f"Authentication-Results: {OK}; dmarc=fail header.from=example.net\n", False),
    ("in a comment", "Authentication-Results: mx.example.com; spf=none (dkim=pass header.d=example.net)\n", False),
    ("in a reason", 'Authentication-Results: mx.example.com; spf=none reason="; dkim=pass header.d=example.net"\n', False),
    ("in a comment around a comment", "Authentication-Results: mx.example.com; spf=none (a (b); dkim=pass header.d=example.net)\n", False),
    ("in a comment without an end", "Authentication-Results: mx.example.com; spf=none (a; dkim=pass header.d=example.net\n", False),
    ("nothing", "", False),
]  # fmt: skip


@pytest.mark.parametrize(("name", "head", "proven"), VOUCHED, ids=[one[0] for one in VOUCHED])
def test_a_sender_is_proven_only_by_our_own_server(name: str, head: str, *, proven: bool) -> None:
    inbox = Inbox(INBOX.own, INBOX.threads, "mx.example.com")
    read = translate(raw(head) + letter(), inbox)
    assert isinstance(read, Letter)
    assert read.verified == proven


def test_without_a_server_of_our_own_nobody_is_proven() -> None:
    read = translate(raw(f"Authentication-Results: {OK}\n") + letter(), INBOX)
    assert isinstance(read, Letter)
    assert not read.verified


# --- bombs ---


def _nested(depth: int) -> bytes:
    heads = b"".join(
        raw(f'Content-Type: multipart/mixed; boundary="b{n}"\n\n--b{n}\n') for n in range(depth)
    )
    return heads + raw("Content-Type: text/plain\n\ndeep down\n")


def _rfc822(depth: int) -> bytes:
    return raw("Content-Type: message/rfc822\n\n") * depth + letter("deep down")


BOMBS = {
    "1,000 deep": _nested(1000),
    "10,000 deep": _nested(10_000),
    "1,000 mails in each other": _rfc822(1000),
    "100,000 parts": multipart("mixed", *[b"\r\nx"] * 100_000, boundary="x"),
    "100,000 boundaries": raw('Content-Type: multipart/mixed; boundary="x"\n\n') + b"\r\n--x" * 100_000,
    "one boundary for all": b"".join([raw('Content-Type: multipart/mixed; boundary="x"\n\n--x\n')] * 5000),
    "a boundary of nothing": raw('Content-Type: multipart/mixed; boundary=""\n\n') + b"--\r\n" * 200_000,
    "a head of 5 MB": raw("X: ") + b"a" * 5_000_000 + raw("\n\nx"),
    "a folded head of 200,000 lines": raw("Subject: a\n") + b" b\r\n" * 200_000 + raw("\nx"),
    "100,000 recipients": raw("To: " + "a@b.cd, " * 100_000 + "\n\nx"),
    "comments in comments": raw("Cc: " + "(" * 60_000 + "\n\nx"),
    "quotes": raw("Cc: " + '"\\' * 60_000 + "\n\nx"),
    "encoded words": raw("Subject: " + "=?utf-8?q?a?= " * 20_000 + "\n\nx"),
    "half an encoded word": raw("Subject: " + "=?" * 60_000 + "\n\nx"),
    "parameters": raw("Content-Type: text/plain" + "; a*0=b" * 50_000 + "\n\nx"),
    "references": raw("References: " + "<a@b> " * 50_000 + "\n\nx"),
    "authentication": raw("Authentication-Results: mx.example.com; " + "(" * 30_000 + "dkim=" * 5_000 + "\n\nx"),
    "20 MB of base64": raw("Content-Type: text/plain\nContent-Transfer-Encoding: base64\n\n") + base64.encodebytes(b"x" * 15_000_000),
    "20 MB of equals": raw("Content-Type: text/plain\nContent-Transfer-Encoding: quoted-printable\n\n") + b"=" * 20_000_000,
    "a calendar": leaf("BEGIN:VEVENT\n" + "SUMMARY:x\n" * 300_000, "text/calendar"),
    "a winmail.dat that counts to four billion": attachment(
        "winmail.dat", b"\x78\x9f\x3e\x22\x01\x00\x01\x03\x90\x06\x00\x08\x00\x00\x00\xff\xff\xff\xff\x00\x00\x00\x00\x00\x00" + bytes(20), "application/ms-tnef"),
    "a winmail.dat of crumbs": attachment(
        "winmail.dat", b"\x78\x9f\x3e\x22\x01\x00" + b"\x02\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00" * 400_000, "application/ms-tnef"),
}  # fmt: skip


@pytest.mark.parametrize("bomb", BOMBS)
def test_a_bomb_is_read_in_time(bomb: str) -> None:
    begun = time.perf_counter()
    read = translate(
        mail(BOMBS[bomb], authserv="x"), Inbox(INBOX.own, INBOX.threads, "mx.example.com")
    )
    # Two cores, shared: alone it is below two seconds, but for the last of them.
    assert time.perf_counter() - begun < 25
    assert isinstance(read, Letter | Failed | Aside)


def test_what_is_too_deep_is_kept_as_a_file() -> None:
    read = translate(mail(_nested(DEEPEST + 5)), INBOX)
    assert isinstance(read, Letter)
    assert b"deep down" in read.files[-1].content
    assert read.facts


def test_of_too_many_parts_the_first_are_read_and_it_is_said() -> None:
    read = translate(mail(multipart("mixed", *(leaf(f"part {n}") for n in range(1000)))), INBOX)
    assert isinstance(read, Letter)
    assert read.text.startswith("part 0\n\npart 1\n\n")
    assert f"part {MOST_PARTS - 2}" in read.text
    assert "more parts" in read.facts[-1]
