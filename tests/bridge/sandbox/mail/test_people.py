"""What people's mail programs write and show."""

import re
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest

from bridge.sandbox.mail import Enclosed, MailServer, Person
from bridge.sandbox.mail.letters import read
from tests.bridge.sandbox.mail.conftest import SHOP

LONG_ID = f"<db.{'a' * 60}.{'b' * 16}.{'c' * 24}@shop.example>"


def delivered(provider: MailServer) -> EmailMessage:
    """Return the latest mail of the account, as Python reads it."""
    return message_from_bytes(provider.office.ledger.delivered[-1], policy=policy.default)


def came(text: str, **fields: str) -> bytes:
    """Return a mail that comes to somebody."""
    mail = EmailMessage()
    mail["From"] = f'"Anna (Квіти)" <{SHOP}>'
    mail["To"] = "iryna@example.net"
    for name, value in fields.items():
        mail[name.replace("_", "-")] = value
    mail.set_content(text)
    return mail.as_bytes(policy=policy.SMTP)


async def test_a_letter_has_its_subject_its_words_and_its_files(
    provider: MailServer, ira: Person
) -> None:
    files = [
        Enclosed("лампа 1.pdf", "application/pdf", b"%PDF\r\n\x00"),
        Enclosed("a.txt", "text/plain", b"a"),
    ]
    await ira.write("Добрий день 🌷", "Дві  куртки\r\nBcc: eve@example.org", files=files)
    mail = delivered(provider)
    assert mail["Subject"] == "Дві куртки Bcc: eve@example.org"
    assert mail["Bcc"] is None
    assert mail["From"].addresses[0].display_name == "Ірина Коваль"
    body = mail.get_body()
    assert body is not None
    assert body.get_content().strip() == "Добрий день 🌷"
    attached = list(mail.iter_attachments())
    assert [one.get_filename() for one in attached] == ["лампа 1.pdf", "a.txt"]
    assert attached[0].get_payload(decode=True) == b"%PDF\r\n\x00"


async def test_the_provider_vouches_for_its_people_above_the_first_received(
    provider: MailServer, ira: Person
) -> None:
    await ira.write("Hello")
    names = [name for name, _ in delivered(provider).items()]
    assert names[:3] == ["Return-Path", "Authentication-Results", "Received"]
    assert delivered(provider)["Authentication-Results"] == (
        "mx.shop.example; dmarc=pass header.from=example.net"
    )


async def test_an_answer_continues_the_chain_and_quotes_what_it_answers(
    provider: MailServer, ira: Person
) -> None:
    first = await ira.write("Де вона?", "Дві куртки")
    asked = read(
        came(
            "Яка саме?\n\nЧервона?\n",
            Subject="Re: Дві куртки",
            Message_ID=LONG_ID,
            In_Reply_To=first.message_id,
            References=first.message_id,
        ),
        1,
    )
    ira.receive(asked)
    answer = await ira.write("Червона", answers=asked)
    raw = ira.letters[-1].raw
    assert answer.text == "Червона"
    # No program that a customer has breaks an id into encoded words.
    assert re.search(rf"In-Reply-To:\s+{re.escape(LONG_ID)}\r\n".encode(), raw)
    mail = delivered(provider)
    assert mail["Subject"] == "Re: Дві куртки"
    assert mail["References"].split() == [first.message_id, LONG_ID]
    body = mail.get_body()
    assert body is not None
    assert body.get_content().endswith("wrote:\n> Яка саме?\n>\n> Червона?\n")


async def test_a_page_without_a_text_is_shown_as_words_and_nothing_of_it_is_run(
    ira: Person,
) -> None:
    mail = EmailMessage()
    mail["From"] = SHOP
    mail.set_content(
        "<html><head><title>x</title></head><body><p>Добрий <b>день</b></p>"
        "<script>alert(1)</script><img src='https://t.example/p.png'><p>&lt;3</p></body></html>",
        subtype="html",
    )
    assert read(mail.as_bytes(), 1).text == "Добрий день\n<3"


async def test_a_bounce_says_what_failed_and_the_mail_is_gone(
    provider: MailServer, ira: Person
) -> None:
    letter = read(came("Hello", Message_ID=LONG_ID), 1)
    ira.receive(letter)
    await ira.bounce(ira.letters[0])
    assert ira.letters == []
    mail = delivered(provider)
    assert mail["Return-Path"] == "<>"
    assert mail.get_content_type() == "multipart/report"
    assert mail.get_param("report-type") == "delivery-status"
    words, status, head = mail.iter_parts()
    assert "5.1.1" in words.get_content()
    assert "Final-Recipient: rfc822; iryna@example.net" in status.as_string()
    assert "Action: failed" in status.as_string()
    assert LONG_ID in head.get_content().replace("\n ", " ")


@pytest.mark.parametrize(
    "address", ["", "iryna", "a b@c.example", "a@b", "я@b.example", SHOP, f"{'a' * 65}@b.c"]
)
async def test_what_is_no_address_of_a_customer_is_refused(
    provider: MailServer, address: str
) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(address)}$"):
        provider.office.person("Eve", address)
    assert provider.office.people == {}


async def test_one_address_is_one_person_however_it_is_written(provider: MailServer) -> None:
    one = provider.office.person("Ira", "ira@example.net")
    assert provider.office.person("Ira", "IRA@Example.net") is one
