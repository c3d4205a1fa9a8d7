"""What our mails look like to those who get them."""

import re
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.utils import parseaddr
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.channel import OutboundMedia, RejectedError
from bridge.settings import Size
from channels.email.headers import one_line
from channels.email.outgoing import Attached, Outgoing, answer_to, page, sender_name, written
from tests.channels.email.dovecot import Dovecot
from tests.channels.email.mails import ANNA, US, letter
from tests.channels.email.postbox import PostBox
from tests.channels.email.rig import EmailRig

LONG_ID = "a" * 120 + "@mail.example.net"


def outgoing(**given: object) -> Outgoing:
    made = {
        "address": US,
        "name": "Anna (Shop)",
        "recipient": ANNA,
        "subject": "Re: hello",
        "message_id": "db.1@example.com",
        "date": 1_793_448_000_000,
        "markdown": "Hello",
    }
    return Outgoing(**(made | given))  # type: ignore[arg-type]


def read(raw: bytes) -> EmailMessage:
    mail = message_from_bytes(raw, policy=policy.default)
    assert isinstance(mail, EmailMessage)
    return mail


def plain(mail: EmailMessage) -> str:
    part = mail.get_body(("plain",))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n").rstrip("\n")


def page_of(mail: EmailMessage) -> str:
    part = mail.get_body(("html",))
    assert part is not None
    return str(part.get_content())


# --- head ---


def test_the_sender_is_the_agent_and_the_company() -> None:
    (box,) = read(written(outgoing(name="Анна Коваль (Крамниця)")))["from"].addresses
    assert (box.display_name, box.addr_spec) == ("Анна Коваль (Крамниця)", US)
    assert sender_name("Anna", "Shop") == "Anna (Shop)"
    assert sender_name(None, "Shop") == "Shop"
    assert sender_name("Anna", "Anna") == "Anna"


@pytest.mark.parametrize("name", ['A "B" <c@d.ef>', "a, b; c: d", "\\", "=?utf-8?q?x?=", "😀" * 60])
def test_a_name_of_any_signs_is_a_name_and_no_address(name: str) -> None:
    head = written(outgoing(name=name)).partition(b"\r\n\r\n")[0]
    told, address = parseaddr(message_from_bytes(head)["from"])
    assert (address, str(make_header(decode_header(told)))) == (US, name)


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ("Order 5", "Re: Order 5"),
        ("Re: Order 5", "Re: Order 5"),
        ("RE: Re: re: Order 5", "Re: Order 5"),
        ("Re[2]: Заказ", "Re: Заказ"),
        ("AW: SV: Ответ: Заказ", "Re: Заказ"),
        ("Відп: Замовлення", "Re: Замовлення"),
        ("Recipe", "Re: Recipe"),
        ("Fwd: Order", "Re: Fwd: Order"),
        ("", "Shop"),
        ("Re:", "Shop"),
    ],
)
def test_a_subject_has_re_once(theirs: str, ours: str) -> None:
    assert answer_to(theirs, "Shop") == ours


@pytest.mark.parametrize(
    "evil",
    ["x\r\nBcc: all@example.net", "x\nBcc: all@example.net", "x\rBcc: a@b.cd", "x\u2028Bcc: a@b.cd",
     "x\x0bBcc: y", "x\x00\r\n\r\nbody", "=?utf-8?q?x=0D=0ABcc:_a@b.cd?="],
)  # fmt: skip
def test_nothing_that_was_typed_ends_a_line_of_the_head(evil: str) -> None:
    file = Attached(name=evil, mime=f"text/plain{evil}", content=b"x")
    raw = written(outgoing(name=evil, subject=evil, files=[file]))
    mail = read(raw)
    assert mail["bcc"] is None
    assert "\r\nBcc" not in raw.decode("latin-1")
    assert len(mail.get_all("from") or []) == len(mail.get_all("subject") or []) == 1


@given(st.text(max_size=300))
def test_any_subject_arrives_as_it_is_read(subject: str) -> None:
    raw = written(outgoing(subject=subject))
    head = raw.partition(b"\r\n\r\n")[0].decode("ascii")
    assert all(len(line) <= 998 for line in head.split("\r\n"))
    found = re.search(r"^Subject: ([^\r]*(?:\r\n [^\r]*)*)", head, re.MULTILINE)
    assert found is not None
    told = str(make_header(decode_header(found[1].replace("\r\n", ""))))
    clean = one_line(subject[:200].encode(errors="replace").decode())
    assert one_line(told.encode(errors="replace").decode()) == clean


def test_long_ids_stand_in_the_head_as_they_are() -> None:
    raw = written(outgoing(answers=LONG_ID, references=["root@x", LONG_ID]))
    assert f"In-Reply-To: <{LONG_ID}>\r\n".encode() in raw
    assert f"References: <root@x>\r\n <{LONG_ID}>\r\n".encode() in raw
    assert b"=?" not in raw.partition(b"\r\n\r\n")[0]


def test_of_an_endless_chain_the_root_and_the_latest_are_named() -> None:
    chain = [f"{n}@x" for n in range(500)]
    named = re.findall(r"<(.+?)>", str(read(written(outgoing(references=chain)))["references"]))
    assert named == ["0@x", *chain[-11:]]


def test_only_what_no_agent_wrote_says_that_it_is_automatic() -> None:
    assert read(written(outgoing()))["auto-submitted"] is None
    assert read(written(outgoing(automatic=True)))["auto-submitted"] == "auto-generated"


def test_an_answer_that_no_agent_wrote_says_that_it_is_a_reply() -> None:
    answer = outgoing(automatic=True, answers="1@example.com")
    assert read(written(answer))["auto-submitted"] == "auto-replied"


# --- body ---


def test_our_markup_is_plain_words_and_simple_html() -> None:
    mail = read(
        written(outgoing(markdown="**Hello**, see https://example.com/a?b=1&c=2\n\n> said"))
    )
    assert plain(mail) == "Hello, see https://example.com/a?b=1&c=2\n> said"
    shown = page_of(mail)
    assert "<b>Hello</b>" in shown
    assert "<br>" in shown
    assert "<blockquote>said</blockquote>" in shown


def test_what_looks_like_html_is_shown_as_it_was_typed() -> None:
    shown = page('<img src=x onerror="alert(1)"> & </div>')
    assert "<img" not in shown
    assert "&lt;img" in shown


def test_code_keeps_its_lines() -> None:
    assert "<pre>a\n b</pre>" in page("```\na\n b\n```")


@pytest.mark.parametrize(
    "text", ["Привіт 👩‍🚀", "a" * 5000, "שלום", "long\n" * 3000, ".", "..\n.x"]
)
def test_a_text_of_any_script_and_length_arrives(text: str) -> None:
    raw = written(outgoing(markdown=text))
    assert all(len(line) <= 998 for line in raw.split(b"\r\n"))
    assert raw.isascii()
    assert plain(read(raw)) == text.rstrip("\n")


# --- from the channel ---


def file(path: Path, name: str, content: bytes, mime: str = "image/png") -> OutboundMedia:
    path.write_bytes(content)
    return OutboundMedia(
        public_id="f" * 32, kind="file", name=name, mime=mime, size=len(content), path=str(path)
    )


async def test_files_go_with_their_text_in_one_mail(rig: EmailRig, tmp_path: Path) -> None:
    media = [
        file(tmp_path / "1", "Рахунок № 5.pdf", b"%PDF", "application/pdf"),
        file(tmp_path / "2", "mail.eml", b"Subject: x\r\n\r\ny", "message/rfc822"),
        file(tmp_path / "3", "", b"x", "no mime at all"),
    ]
    await rig.channel.send(rig.part(ANNA, "see below", media=media), key="k")
    (received,) = rig.box.received
    sent = [
        (one.get_filename(), one.get_payload(decode=True))
        for one in received.mail.iter_attachments()
    ]
    assert sent == [
        ("Рахунок № 5.pdf", b"%PDF"),
        ("mail.eml", b"Subject: x\r\n\r\ny"),
        ("file", b"x"),
    ]
    assert plain(received.mail) == "see below"


async def test_a_mail_too_large_is_refused_before_anything_is_sent(
    dovecot: Dovecot, box: PostBox, tmp_path: Path
) -> None:
    rig = EmailRig(dovecot, box, smtp={"max_size": Size(100_000)})
    media = [file(tmp_path / "1", "big", bytes(90_000))]
    with pytest.raises(RejectedError) as caught:
        await rig.channel.send(rig.part(ANNA, "", media=media), key="k")
    assert caught.value.reason == "too_large"
    assert box.connections == 0
    limits = rig.channel.capabilities.media
    assert limits["file"] * 1.37 < 100_000


async def test_a_file_that_is_gone_is_said(rig: EmailRig, tmp_path: Path) -> None:
    gone = file(tmp_path / "1", "x", b"x")
    (tmp_path / "1").unlink()
    with pytest.raises(RejectedError) as caught:
        await rig.channel.send(rig.part(ANNA, "", media=[gone]), key="k")
    assert caught.value.reason == "media_gone"


async def test_an_answer_continues_what_the_customer_wrote(desk: EmailRig) -> None:
    first = letter("Where is it?", subject="Замовлення 5", message_id="one@example.net")
    await desk.arrives(first)
    thread = desk.core.messages[-1].thread
    await desk.arrives(letter("Well?", answers="one@example.net", message_id="two@example.net"))
    await desk.channel.send(desk.part(ANNA, "Here", thread=thread, author="Олена"), key="k")
    mail = desk.box.received[-1].mail
    assert mail["subject"] == "Re: Замовлення 5"
    assert mail["in-reply-to"] == "<two@example.net>"
    assert str(mail["references"]).split() == ["<one@example.net>", "<two@example.net>"]
    assert mail["from"].addresses[0].display_name == "Олена (Крамниця)"
    assert [one.addr_spec for one in mail["to"].addresses] == [ANNA]
    assert mail["auto-submitted"] is None


async def test_a_quoted_mail_is_the_one_that_is_answered(desk: EmailRig) -> None:
    await desk.arrives(letter("one", subject="First", message_id="one@example.net"))
    quoted = desk.core.messages[-1]
    await desk.arrives(letter("two", answers="one@example.net", message_id="two@example.net"))
    part = desk.part(ANNA, "to the first", thread=quoted.thread, reply_to=quoted.external_id)
    await desk.channel.send(part, key="k")
    assert desk.box.received[-1].mail["in-reply-to"] == "<one@example.net>"


async def test_a_conversation_that_we_begin_is_named_after_the_company(rig: EmailRig) -> None:
    await rig.channel.send(rig.part(ANNA, "Hello", thread="w1"), key="k")
    mail = rig.box.received[0].mail
    assert mail["subject"] == "Крамниця"
    assert mail["in-reply-to"] is None


async def test_what_no_agent_wrote_is_marked_as_automatic(rig: EmailRig) -> None:
    await rig.channel.send(rig.part(ANNA, "We are closed.", author=None, automatic=True), key="k")
    mail = rig.box.received[0].mail
    assert mail["auto-submitted"] == "auto-generated"
    assert mail["from"] == f"Крамниця <{US}>"


async def test_a_retry_has_the_same_message_id_and_another_part_another_one(rig: EmailRig) -> None:
    part = rig.part(ANNA, "Hello")
    ids = [
        (await rig.channel.send(one, key=key)).external_ids[0]
        for one, key in ((part, "1"), (part, "1"), (part, "2"), (rig.part(ANNA, "Bye"), "1"))
    ]
    assert ids[0] == ids[1]
    assert len(set(ids)) == 3
    assert [one.mail["message-id"] for one in rig.box.received] == [f"<{one}>" for one in ids]
