"""Script in every disguise, in and out of each network: words, wherever a person reads them."""

import email
import json
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from bridge.botapi.marked import marked
from bridge.channel import Button, OutboundPart
from bridge.markup import escape, parse, to_rich
from bridge.markup.nodes import Node
from bridge.settings import Secret
from channels.email.outgoing import Attached, Outgoing, page, written
from channels.email.threads import Threads
from channels.email.translate import Inbox, Letter, original, translate
from channels.telegram.outgoing import message_of
from channels.viber import buttons as viber_buttons
from channels.viber import outgoing as viber_out
from channels.viber.settings import ViberSettings
from channels.viber.translate import translate as of_viber
from channels.vk import outgoing as vk
from channels.vk.content import content_of
from routing import unseen_letter
from routing.continued import letter as continued
from tests.bridge.markup.harmless import LEADS, OF_OUR_MAIL, Reader, in_telegram, read
from tests.bridge.markup.test_vectors import failed
from tests.channels.email.mails import letter

INBOX = Inbox(frozenset({"help@example.com"}), Threads(b"k" * 32, "example.com"))
HEAD = {
    "From", "To", "Subject", "Date", "Message-ID", "MIME-Version", "Content-Type",
}  # fmt: skip
PARTS = ["multipart/mixed", "multipart/alternative", "text/plain", "text/html", "text/plain"]


def words_of(text: str) -> list[str]:
    """Return the words as a page shows them, whatever the space between them."""
    return text.replace("\x00", "").split()


def of_a_mail(html: str) -> list[str]:
    """Return what acts or loads in a mail of ours."""
    return read(html, Reader(OF_OUR_MAIL, {"href", "dir", "charset"})).bad


# --- mail ---


def test_a_mail_that_comes_is_kept_as_words_and_a_page_that_does_nothing() -> None:
    def told(vector: str) -> Any:
        raw = letter(vector, html=vector, subject=vector, name=vector, files={"a.txt": b"x"})
        found = translate(raw, INBOX)
        assert isinstance(found, Letter)
        kept = original(found, {}).content.decode()
        frame = '<!doctype html>\n<meta charset="utf-8">\n'
        assert kept.startswith(frame)
        return read(kept.removeprefix(frame), Reader()).bad + in_telegram_of(found.text)

    assert failed(told) == []


def in_telegram_of(text: str) -> list[str]:
    """Return what acts in a customer's text, as the staff's groups are shown it."""
    part = OutboundPart(recipient="1", thread="", message_id=1, text=text, format="plain")
    shown: Any = message_of(part)
    return in_telegram(shown.text).bad


def test_a_mail_of_ours_has_no_element_but_ours_whoever_s_words_it_quotes() -> None:
    def told(vector: str) -> list[str]:
        quoted = f"> {escape(vector)}\n\n{vector}"
        return of_a_mail(page(vector)) + of_a_mail(page(quoted)) + of_a_mail(page(escape(vector)))

    assert failed(told) == []


def test_what_is_quoted_in_a_mail_of_ours_is_read_as_it_was_typed() -> None:
    def told(vector: str) -> bool:
        shown = read(page(escape(vector)), Reader(OF_OUR_MAIL)).words
        return words_of(shown) != words_of(vector)

    assert failed(told) == []


def test_a_mail_of_ours_has_the_fields_and_parts_that_we_gave_it() -> None:
    def told(vector: str) -> bool:
        mail = email.message_from_bytes(_with(vector))
        parts = [part.get_content_type() for part in mail.walk()]
        return {*mail} != HEAD or parts != PARTS or mail["To"] != "<a@b.example>"

    assert failed(told) == []


def _with(vector: str) -> bytes:
    return written(
        Outgoing(
            address="help@example.com",
            name=vector,
            recipient="a@b.example",
            subject=vector,
            message_id="1@example.com",
            date=0,
            markdown=vector,
            files=[Attached(name=vector, mime="text/plain", content=b"x")],
        )
    )


def test_mails_about_a_conversation_quote_names_words_and_files_as_words() -> None:
    def told(vector: str) -> list[str]:
        file = continued.File(public_id="f", name=vector, size=9, link="https://desk.example/f")
        said = continued.Said(author=vector, text=vector, format="plain", files=[file])
        to_customer = continued.written([said], hinted=1, language="en", company=vector, room=0)
        seen = unseen_letter.Said(vector, "plain", [vector])
        url = "https://desk.example/1"
        to_agent = unseen_letter.written(
            [seen], language="en", customer=vector, inbox=vector, url=url
        )
        mails = [page(to_customer.text), page(to_agent.text)]
        bad = [one for mail in mails for one in of_a_mail(mail)]
        return bad if _says(mails[0], vector) else [*bad, "the author is changed"]

    assert failed(told) == []


def _says(html: str, words: str) -> bool:
    shown = read(html, Reader(OF_OUR_MAIL)).words
    return " ".join(words_of(words)) in " ".join(words_of(shown))


# --- Telegram ---


def test_what_a_customer_marked_in_telegram_leads_nowhere_but_to_pages() -> None:
    def told(vector: str) -> list[str]:
        units = len(vector.encode("utf-16-le")) // 2
        entities = [
            {"type": kind, "offset": 0, "length": units, "url": vector}
            for kind in ("text_link", "bold", "url", "blockquote")
        ]
        text, written_as = marked(vector, entities)
        shown = OutboundPart(recipient="1", thread="", message_id=1, text=text, format=written_as)
        call: Any = message_of(shown)
        return [*_addresses(to_rich(text, written_as) or []), *in_telegram(call.text).bad]

    assert failed(told) == []


def _addresses(nodes: Sequence[Node]) -> list[str]:
    """Return the addresses that are none of a page."""
    found = []
    for node in nodes:
        found += [node["href"]] if node["t"] == "a" and not LEADS.fullmatch(node["href"]) else []
        inside = node.get("c", [])
        for one in inside if node["t"] in ("ul", "ol") else [inside]:
            found += _addresses(one)
    return found


def test_telegram_shows_an_agent_s_answer_as_it_was_typed() -> None:
    def told(vector: str) -> bool:
        part = OutboundPart(recipient="1", thread="", message_id=1, text=vector, format="plain")
        call: Any = message_of(part)
        return words_of(in_telegram(call.text).words) != words_of(vector)

    assert failed(told) == []


# --- VK and Viber, which know no markup ---


def test_vk_and_viber_carry_words_and_nothing_else() -> None:
    viber = viber_out.Outgoing(ViberSettings(token=Secret("viber-token" * 4)), "Shop", None)

    def told(vector: str) -> bool:
        text = vector[: viber_out.LONGEST_TEXT].strip()
        part = OutboundPart(recipient="1", thread="", message_id=1, text=text, format="plain")
        return vk.text_of(part) != text or viber.message(part)["text"] != text

    assert failed(told) == []


def test_a_button_says_its_words_in_vk_and_viber() -> None:
    def told(vector: str) -> bool:
        button = Button(id="b", text=vector)
        board = viber_buttons.keyboard([button]) or {}
        (shown,) = board["Buttons"]
        in_vk = json.loads(vk.keyboard_of([button]) or "")["buttons"][0][0]["action"]
        return "<" in shown["Text"] or not vector.startswith(in_vk["label"].rstrip("…"))

    assert failed(told) == []


Take = Callable[[str], str]


def _from_vk(vector: str) -> str:
    link = {"type": "link", "link": {"url": vector, "title": vector, "description": vector}}
    forwarded = {"from_id": 1, "text": vector}
    return content_of({"text": vector, "attachments": [link], "fwd_messages": [forwarded]}).text


def _from_viber(vector: str) -> str:
    message = {"type": "url", "media": vector, "text": vector}
    callback = {"event": "message", "message_token": 1, "timestamp": 1, "message": message}
    (said,) = of_viber(callback | {"sender": {"id": "x", "name": vector}})
    text: str = getattr(said, "text", "")
    return text


@pytest.mark.parametrize("take", [_from_vk, _from_viber])
def test_what_comes_from_vk_and_viber_is_words_to_the_staff(take: Take) -> None:
    def told(vector: str) -> list[str]:
        text = take(vector)
        return _addresses(parse(text, "plain")) + in_telegram_of(text)

    assert failed(told) == []
