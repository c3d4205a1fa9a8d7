"""Accounts of people who mean ill, as each network tells of them: through its own adapter."""

import base64
import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from bridge.channel import ContactUpdated, InboundEvent, InboundMessage
from channels.email.intake import _sender
from channels.email.threads import Threads
from channels.email.translate import Inbox, Letter
from channels.email.translate import translate as of_mail
from channels.telegram.translate import translate as of_telegram
from channels.viber.translate import translate as of_viber
from channels.vk.errands import _person
from channels.vk.translate import translated as of_vk
from tests.channels.email.mails import letter

_FIXTURES = Path(__file__).parent.parent.parent / "channels"
_INBOX = Inbox(frozenset({"help@example.com"}), Threads(b"k" * 32, "example.com"))

# What a name, a username, a code of a language, a link's source and the like may hold.
MARKS: Mapping[str, str] = {
    "everybody": "<!channel> <!here> <!subteam^S1> @channel @here @everyone <@U012345>",
    "elements": '<b><a href="tg://user?id=1">x</a></b>"><script>alert(1)</script>',
    "links": "[x](tg://user?id=1) [y](javascript:alert(1)) <https://evil.example|x> tg://x",
    "marks": "*a* _b_ ~c~ `d` ```e``` ||f|| &lt;!channel&gt; &amp;amp;",
    "lines": "Олена\n*Status*\nVIP\r\n💬 Павел\u2028more\u0085more\x0bmore",
    "unseen": "Олена\u202eevil\u2066\x1b[31m\x07\x9b",
    "colleague": "@pavel_k /close@desk_bot @anna_k",
    "nothing": " \u200b\u2060\u202e\t ",
    "long": "ы&<" * 200,
    "surrogates": "🧑\u200d💻" * 60,
}


def _fixture(name: str) -> Any:
    return json.loads((_FIXTURES / f"{name}.json").read_text("utf-8"))


def telegram(mark: str, number: int) -> Sequence[InboundEvent]:
    """Return what somebody writes who came by a link, and whose account is full of it."""
    update = _fixture("telegram/fixtures/message_new")
    account = {"id": number, "first_name": mark, "last_name": mark, "username": mark}
    update["message"] |= {
        "from": account | {"language_code": mark, "is_bot": False},
        "chat": account | {"type": "private"},
        "text": f"/start {mark}",
    }
    return of_telegram(update, 1)


def vk(mark: str, number: int) -> Sequence[InboundEvent]:
    """Return what somebody writes, and what VK then tells of them."""
    update = _fixture("vk/fixtures/message_new")
    update["object"]["message"] |= {"from_id": number, "peer_id": number, "ref": mark}
    person = {"id": number, "first_name": mark, "last_name": mark, "screen_name": mark}
    told = ContactUpdated(sender=_person(person | {"photo_200": mark, "status": mark}))
    return [*of_vk(update, 1), told]


def viber(mark: str, number: int) -> Sequence[InboundEvent]:
    """Return what somebody writes whose picture is an address of their own choice."""
    callback = _fixture("viber/fixtures/message_text")
    sender = {"id": f"v{number}=", "name": mark, "avatar": mark, "language": mark}
    return of_viber(callback | {"sender": sender | {"country": mark}, "message_token": number})


def email(mark: str, number: int) -> Sequence[InboundEvent]:
    """Return a mail whose sender and subject are full of it."""
    name = f"=?utf-8?b?{base64.b64encode(mark.encode()).decode()}?="
    code = " ".join(mark.encode("ascii", "ignore").decode().split())
    address = f"x{number}@example.net"
    raw = letter("Hello", sender=address, Content_Language=code, subject=" ".join(mark.split()))
    raw = raw.replace(address.encode(), f"{name} <{address}>".encode(), 1)
    found = of_mail(raw, _INBOX)
    assert isinstance(found, Letter)
    said = InboundMessage(
        sender=_sender(found),
        external_id=f"mail{number}",
        sent_at=1,
        text=f"{found.trace.subject}\nHello",
    )
    return [said]


NETWORKS: Mapping[str, Callable[[str, int], Sequence[InboundEvent]]] = {
    "telegram": telegram,
    "vk": vk,
    "viber": viber,
    "email": email,
}
