"""What a mail says: whose words, in which language, with which files."""

import pytest

from bridge.markup import to_plain
from routing.continued.letter import File, Letter, Said, spoken, written


def letter(*said: Said, hinted: int = 0, language: str = "en", room: int = 1000) -> Letter:
    return written(said, hinted=hinted, language=language, company="Shop & Co", room=room)


def paragraphs(mail: Letter) -> list[str]:
    return to_plain(mail.text, "markdown").split("\n\n")


def test_o40_the_words_stand_in_the_mail_itself_under_the_name_of_who_said_them() -> None:
    mail = letter(Said(author="Anna", text="It is **here**."), Said(author="Anna", text="At 5."))
    assert paragraphs(mail)[:3] == ["Anna", "It is here.", "At 5."]
    assert "**here**" in mail.text


def test_each_change_of_writer_is_told() -> None:
    mail = letter(
        Said(author="Anna", text="One"),
        Said(author="Boris", text="Two"),
        Said(author="Anna", text="Three"),
    )
    assert paragraphs(mail)[:6] == ["Anna", "One", "Boris", "Two", "Anna", "Three"]


def test_what_the_program_says_has_no_name_above_it() -> None:
    assert paragraphs(letter(Said(author=None, text="We are back at 9.")))[0] == "We are back at 9."


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "Simply answer this mail"),
        ("ru", "Просто ответьте на это письмо"),
        ("uk", "Просто дайте відповідь на цей лист"),
        ("es", "Responda simplemente a este correo"),
    ],
)
def test_in_every_language_it_says_where_it_comes_from_and_that_one_can_answer(
    language: str, words: str
) -> None:
    mail = letter(Said(author="Anna", text="Hi"), hinted=3, language=language)
    assert words in mail.text
    assert "Shop & Co" in paragraphs(mail)[-1]
    assert "Shop & Co" in mail.subject
    assert "3" in paragraphs(mail)[0]


def test_without_earlier_messages_nothing_is_said_of_them() -> None:
    assert "Earlier" not in letter(Said(author="Anna", text="Hi")).text


def test_the_first_language_there_are_words_in_is_spoken() -> None:
    assert spoken(None, "uk-UA", "es") == "uk"
    assert spoken("de", "RU") == "ru"
    assert spoken("de", None) == "en"


def test_a_mark_left_open_ends_with_its_own_message() -> None:
    mail = letter(Said(author="Anna", text="```\ncode"), Said(author="Anna", text="after"))
    assert paragraphs(mail)[-3:-1] == ["after", "—"]


def test_a_name_is_no_formatting() -> None:
    assert paragraphs(letter(Said(author="**A** [x](y)", text="Hi")))[0] == "**A** [x](y)"


def test_o40_files_are_attached_while_there_is_room_and_linked_beyond() -> None:
    small = File(public_id="a", name="small.txt", size=600, link="https://s.example/a")
    large = File(public_id="b", name="large [1].txt", size=600, link="https://s.example/b")
    mail = letter(Said(author="Anna", text="", files=(small, large)))
    assert list(mail.media) == ["a"]
    assert "small.txt" not in mail.text
    assert "large [1].txt" in to_plain(mail.text, "markdown")
    assert "https://s.example/b" in mail.text
