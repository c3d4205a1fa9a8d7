"""Whole mails as the great programs write them, and what is to be read in each."""

from pathlib import Path

import pytest

from channels.email.loops import AUTOMATIC, LIST, Aside
from channels.email.threads import Threads
from channels.email.translate import Inbox, Letter, translate

FOLDER = Path(__file__).parent / "fixtures"
INBOX = Inbox(frozenset({"help@example.com"}), Threads(b"k" * 32, "example.com"))
HEAD = "---------- Forwarded message ---------"
# The sender's name, the subject, the words, and the names of the files.
LETTERS: dict[str, tuple[str, str, str, list[str]]] = {
    "letter_apple_album": (
        "Anna",
        "Три фото 📷",
        "Ось так приїхало",
        ["IMG_0001.jpeg", "IMG_0002.jpeg", "IMG_0003.jpeg"],
    ),
    "letter_calendar": (
        "Anna",
        "Meeting",
        "You are invited.\n\n📅 Meeting, 2026-11-28 10:00 UTC",
        ["file-1.ics", "invite.ics"],
    ),
    "letter_empty": ("", "", "", []),
    "letter_forwarded_gmail": (
        "Anna",
        "Fwd: Delivery",
        (
            f"See below\n\n{HEAD}\nFrom: Post <post@example.org>\n"
            "Date: Thu, Nov 26, 2026 at 9:00 AM\nSubject: Delivery\nTo: <anna@example.net>\n\n"
            "Your parcel is late."
        ),
        [],
    ),
    "letter_forwarded_inside": (
        "Anna",
        "Fwd: Invoice",
        (
            f"What is this?\n\n{HEAD}-\nFrom: Bank <bank@example.org>\nTo: anna@example.net\n"
            "Subject: Invoice\n\nPay 5."
        ),
        [],
    ),
    "letter_gmail_answer": ("Анна Коваль", "Re: Замовлення №7", "Так, підходить 👍", []),
    "letter_mailru_answer": ("Анна", "Re: Заказ", "Спасибо, жду!", []),
    "letter_outlook_answer": (
        "Koval, Anna",
        "RE: Order 7",
        "¿Y el año que viene?",
        ["image001.png"],
    ),
    "letter_rtl": ("חנה", "הזמנה 👩‍🚀", "שלום, היכן ההזמנה שלי?\nمرحبا 🇺🇦", []),
}
ASIDE: dict[str, Aside] = {"service_away": AUTOMATIC, "service_newsletter": LIST}


def read(name: str) -> object:
    """Return what a mail is."""
    return translate((FOLDER / f"{name}.eml").read_bytes(), INBOX)


def test_the_tables_have_every_mail() -> None:
    assert {path.stem for path in FOLDER.glob("*.eml")} == {*LETTERS, *ASIDE}


@pytest.mark.parametrize("name", LETTERS)
def test_a_letter_is_read_as_its_writer_meant_it(name: str) -> None:
    letter = read(name)
    assert isinstance(letter, Letter)
    told = letter.sender.name, letter.trace.subject, letter.text, [f.name for f in letter.files]
    assert told == LETTERS[name]


@pytest.mark.parametrize("name", ASIDE)
def test_what_a_program_wrote_by_itself_is_no_letter(name: str) -> None:
    read_as = read(name)
    assert isinstance(read_as, Aside)
    assert read_as is ASIDE[name]


def test_a_picture_that_is_not_in_the_mail_keeps_its_place_in_the_words() -> None:
    raw = (FOLDER / "letter_outlook_answer.eml").read_bytes()
    letter = translate(raw.replace(b"Content-ID: <image001.png@01DA>\r\n", b""), INBOX)
    assert isinstance(letter, Letter)
    assert letter.text == "¿Y el año que viene?\n[cid:image001.png@01DA]"
