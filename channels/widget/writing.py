"""Taking a visitor's message: checked, handed to the core, answered as it was stored."""

import re
from collections.abc import Mapping
from typing import Any

from litestar import Request

from bridge.channel import Answer, ContactUpdated, InboundMedia, InboundMessage, MessageView, Visit
from bridge.web import ApiError
from channels.widget import protocol
from channels.widget.contacts import NOTHING, Claims, both, claims, email, phone, sender
from channels.widget.parts import Parts, said
from channels.widget.protocol import MessageAnswer, NewMessage
from channels.widget.tokens import Session

# Spaces are free (S45), but not without end.
SPACES_TO_A_LETTER = 4

# Control characters but for the new line and the tab.
_UNTYPED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")

_REFUSALS: Mapping[str, tuple[int, str]] = {
    "attachment_unknown": (409, "One of the files is not there, or not yours."),
    "blocked": (403, "Messages are not taken here any more."),
    # It has arrived, and went with all else of its visitor's, or of its conversation.
    "purged": (410, "This message was deleted for good."),
    "empty": (422, "A message needs a text or a file."),
    "too_long": (422, "The message is too long."),
}


class Writing:
    """The way of a message from the request to the answer."""

    def __init__(self, parts: Parts) -> None:
        """Write to one inbox."""
        self._parts = parts
        self._asked = {one.field: one.required for one in parts.settings.pre_chat}
        self._needed = [name for name, required in self._asked.items() if required]

    async def write(
        self, session: Session, new: NewMessage, request: Request[Any, Any, Any]
    ) -> tuple[MessageAnswer, bool]:
        """Return the stored message, and whether it is new; raises `ApiError`."""
        text = self._text(new)
        person = await self._person(session, new)
        reply_to = await self._quoted(session, new.reply_to)
        event = InboundMessage(
            sender=sender(session, person, new.visit.language if new.visit else None),
            external_id=protocol.external_id(session.namespace, new.client_id),
            sent_at=self._parts.clock.now(),
            thread=new.thread,
            text=text,
            # Its real kind is the media store's to say: it has looked inside.
            media=[InboundMedia(kind="file", stored=one) for one in new.uploads],
            reply_to=reply_to,
            uploaded_as=session.began_as,
            address=self._parts.address(request),
            visit=await self._visit(session, new, request),
        )
        answer = await self._parts.intake.accept(event)
        if answer.reason is not None or answer.outcome not in ("stored", "duplicate"):
            raise refusal(answer.reason or answer.outcome)
        self._parts.presence.known(session.customer)
        return await self._answered(session, answer), answer.outcome == "stored"

    def _text(self, new: NewMessage) -> str:
        text = clean_text(new.text)
        if not text.strip() and not new.uploads:
            raise ApiError(422, "empty", "A message needs a text or a file.")
        limit = self._parts.context.max_length
        if len(text) > limit:
            _check_length(text, limit)
        return text

    # --- who it is from ---

    async def _person(self, session: Session, new: NewMessage) -> Claims:
        told = new.pre_chat or {}
        if not told and not self._needed and new.visit is None:
            return NOTHING
        answered = claims(told, only=self._asked)
        person = both(answered, said(new.visit))
        wrong = {name: why for name, why in _malformed(told).items() if name in self._asked}
        missing = [name for name in self._unanswered(session, person) if name not in wrong]
        if missing and not await self._has_written(session):
            wrong |= dict.fromkeys(missing, "This is needed.")
        if wrong:
            raise ApiError(422, "pre_chat", "Some answers are missing or wrong.", fields=wrong)
        return person

    def _unanswered(self, session: Session, person: Claims) -> list[str]:
        known = {
            **person.attributes,
            "name": session.name or person.name,
            "email": session.email or person.email,
            "phone": person.phone,
        }
        return [name for name in self._needed if not known.get(name)]

    async def _has_written(self, session: Session) -> bool:
        threads, _ = await self._parts.customers.threads(session.customer)
        return bool(threads)

    # --- what comes with it ---

    async def _quoted(self, session: Session, message_id: int | None) -> str | None:
        if message_id is None:
            return None
        view = await self._parts.customers.message(session.customer, message_id)
        if view is None:
            raise ApiError(404, "not_found", "There is no message like the one quoted.")
        return _network_id(view)

    async def _visit(
        self, session: Session, new: NewMessage, request: Request[Any, Any, Any]
    ) -> Visit | None:
        parts = self._parts
        story = await parts.story(request, new.visit)
        guest = parts.presence.wrote(session.customer, story)
        if new.visit is None:
            return None
        return parts.collector.visit(
            guest.story,
            url=parts.collector.url(new.visit.url),
            title=parts.collector.title(new.visit.title),
            pages=guest.pages,
            online=bool(guest.tabs),
        )

    async def _answered(self, session: Session, answer: Answer) -> MessageAnswer:
        customers = self._parts.customers
        view = answer.view or await self._known(session, answer)
        if view is None:
            # It is another's: a token from before the sign-in was used by two.
            raise ApiError(409, "not_yours", "This message is somebody else's.")
        cursor = answer.cursor
        if cursor is None:
            _, cursor = await customers.threads(session.customer)
        return MessageAnswer(protocol.message(view), cursor)

    async def _known(self, session: Session, answer: Answer) -> MessageView | None:
        """Return a message that was there before.

        One that arrived after its visitor had signed in, as whom they were before, waits to
        be joined to who they are.
        """
        if answer.message_id is None:
            return None
        customers = self._parts.customers
        view = await customers.message(session.customer, answer.message_id)
        if view is None and session.began_as is not None:
            await self._parts.intake.accept(
                ContactUpdated(sender=sender(session, NOTHING), absorbs=session.began_as)
            )
            view = await customers.message(session.customer, answer.message_id)
        return view


def clean_text(text: str) -> str:
    """Return the text without what no keyboard writes and some databases refuse."""
    return _UNTYPED.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def _check_length(text: str, limit: int) -> None:
    length = sum(map(len, text.split()))
    if length > limit or len(text) > limit * (1 + SPACES_TO_A_LETTER):
        detail = {"limit": limit, "length": max(length, limit + 1), "unit": "code_points"}
        raise ApiError(422, "too_long", f"A message has at most {limit} characters.", detail)


def _malformed(told: Mapping[str, str]) -> dict[str, str]:
    wrong = {}
    if told.get("email", "").strip() and email(told["email"]) is None:
        wrong["email"] = "This is no email address."
    if told.get("phone", "").strip() and phone(told["phone"]) is None:
        wrong["phone"] = "This is no phone number."
    return wrong


def _network_id(view: MessageView) -> str:
    """Return the id under which the core knows a message of this network.

    A visitor's own message has the one it came with; an agent's has the one its receipt
    gave, which is our own.
    """
    return view.external_id or str(view.id)


def refusal(code: str) -> ApiError:
    """Return how a visitor is told that something is not taken."""
    status, message = _REFUSALS.get(code, (422, "The message was not taken."))
    return ApiError(status, code, message)
