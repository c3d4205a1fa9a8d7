"""An adapter for the made-up network, written against `bridge/channel` and nothing else.

It is the proof that the contract is enough, and the smallest example of an adapter: fetch,
translate, hand to the sink with the cursor, and let the next fetch acknowledge.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any, ClassVar

from bridge.channel import (
    Capabilities,
    Channel,
    ContactUnreachable,
    DeliveryReport,
    InboundEvent,
    InboundMedia,
    InboundMessage,
    MessageDeleted,
    MessageEdited,
    MisconfiguredError,
    OutboundPart,
    OutcomeUnknownError,
    Receipt,
    RejectedError,
    Sender,
    SendError,
    Sink,
    TextUnit,
    ThrottledError,
    UnavailableError,
    UnreachableError,
)
from tests.channels.postcard.office import PostError, PostOffice

LONGEST_CARD = 500
_STATES: Mapping[str, Any] = {"delivered": "delivered", "read": "read", "returned": "failed"}


class PostcardChannel(Channel):
    """One post office box."""

    kind: ClassVar[str] = "postcard"

    def __init__(self, office: PostOffice, token: str | None = None) -> None:
        """Use `office` with its own token, or with another one."""
        self._office = office
        self._token = office.token if token is None else token
        self.capabilities = Capabilities(
            max_text=LONGEST_CARD,
            text_unit=TextUnit.UTF16,
            max_caption=100,
            media={"image": 1_000_000},
            quotes=True,
            idempotent_send=office.knows_keys,
            reports_delivered=True,
            reports_read=True,
            edits=True,
            deletes=True,
        )

    def __repr__(self) -> str:
        """Keep the token out."""
        return "PostcardChannel()"

    async def check(self) -> str:
        """Name the box; raises `MisconfiguredError`."""
        if self._token != self._office.token:
            raise MisconfiguredError(
                "The post office does not know us.", reason="credentials_refused"
            )
        return "the post office box"

    # --- in ---

    async def run(self, sink: Sink) -> None:
        """Fetch until cancelled. What could not be stored is fetched again."""
        after = int(await sink.cursor() or 0)
        while True:
            updates = await self._office.fetch(self._token, after)
            events: list[InboundEvent] = []
            for number, update in updates:
                try:
                    events.append(translate(update))
                except (KeyError, TypeError, ValueError) as error:
                    raw = json.dumps(update, ensure_ascii=False).encode()
                    await sink.quarantine(raw, f"{type(error).__name__}: {error}")
                after = number
            if updates:
                await sink.accept(events, cursor=str(after))

    async def download(self, ref: str) -> AsyncIterator[bytes]:
        """Yield a picture."""
        await asyncio.sleep(0)
        if ref not in self._office.pictures:
            raise RejectedError("The picture is gone.", reason="media_gone")
        yield self._office.pictures[ref]

    # --- out ---

    async def send(self, part: OutboundPart, *, key: str) -> Receipt:
        """Post one card."""
        if len(part.text.encode("utf-16-le")) // 2 > LONGEST_CARD:
            raise RejectedError("The card is too small for this text.", reason="too_long")
        try:
            card = await self._office.send(
                self._token,
                part.recipient,
                part.text,
                key=key,
                # A picture is read only as it is sent.
                pictures=[Path(one.path).name for one in part.media],
                answers=part.reply_to,
            )
        except PostError as error:
            raise classified(error) from None
        return Receipt(external_ids=[card])

    async def edit(self, part: OutboundPart, *, key: str) -> Receipt:
        """Rewrite a card."""
        for card in part.external_ids:
            await self._office.rewrite(self._token, card, part.text)
        return Receipt(external_ids=list(part.external_ids))

    async def delete(self, part: OutboundPart, *, key: str) -> Receipt:
        """Withdraw a card."""
        for card in part.external_ids:
            await self._office.withdraw(self._token, card)
        return Receipt(external_ids=list(part.external_ids))


def classified(error: PostError) -> SendError:
    """Return what the office's word means to the core."""
    match error.kind:
        case "throttled":
            return ThrottledError("The post office asks us to wait.", after=error.after)
        case "closed" | "lost_request":
            return UnavailableError("The post office is closed.", reason="unavailable")
        case "refused":
            return RejectedError("The post office refuses this card.", reason="rejected")
        case "moved_away":
            return UnreachableError("The customer has moved away.", reason="account_gone")
        case "bad_token":
            return MisconfiguredError(
                "The post office does not know us.", reason="credentials_refused"
            )
        case "lost_answer":
            return OutcomeUnknownError("The post office did not answer.", reason="timeout")


def translate(update: Any) -> InboundEvent:
    """Turn an update into an event; raises `KeyError`, `TypeError`, `ValueError`."""
    match update["type"]:
        case "card":
            return InboundMessage(
                sender=_sender(update["from"]),
                external_id=_id(update["id"]),
                sent_at=int(update["date"]),
                text=_text(update["text"]),
                media=_media(update.get("picture")),
                reply_to=update.get("answers"),
            )
        case "corrected":
            return MessageEdited(
                sender=_sender(update["from"]),
                external_id=_id(update["id"]),
                edited_at=int(update["date"]),
                text=_text(update["text"]),
                media=_media(update.get("picture")),
            )
        case "recalled":
            return MessageDeleted(
                sender=_sender(update["from"]),
                external_id=_id(update["id"]),
                deleted_at=int(update["date"]),
            )
        case "report":
            return DeliveryReport(
                recipient=_id(update["to"]),
                external_ids=[_id(update["id"])],
                state=_STATES[update["state"]],
                at=int(update["date"]),
                reason="unreachable" if update["state"] == "returned" else None,
            )
        case "moved":
            sender = _sender(update["from"])
            return ContactUnreachable(sender=sender, at=int(update["date"]), reason="account_gone")
        case other:
            raise ValueError(f"an update of type {other!r}")


def _sender(raw: Mapping[str, Any]) -> Sender:
    return Sender(external_id=_id(raw["id"]), name=raw.get("name"))


def _media(picture: str | None) -> list[InboundMedia]:
    return [InboundMedia(kind="image", ref=picture, mime="image/png")] if picture else []


def _id(raw: object) -> str:
    if not isinstance(raw, str) or not raw:
        raise ValueError("an id that is none")
    return raw


def _text(raw: object) -> str:
    if not isinstance(raw, str):
        raise TypeError("a text that is none")
    return raw
