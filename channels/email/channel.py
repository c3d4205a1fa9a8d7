"""A mailbox as a channel: read by IMAP, answered by SMTP.

A mail is stored before the cursor moves past it, in one transaction. Nothing is kept here
but tokens: where a mail belongs, and what an answer must name, is told by ids that carry it.
"""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import ClassVar, get_args

from bridge.channel import (
    Capabilities,
    Channel,
    ChannelContext,
    MediaKind,
    OutboundMedia,
    OutboundPart,
    Receipt,
    RejectedError,
    Sink,
    StorageUnavailableError,
    UnavailableError,
)
from channels.email.credentials import credentials_of
from channels.email.headers import normal_address
from channels.email.imap import mailbox
from channels.email.intake import Intake
from channels.email.oauth import Renewed
from channels.email.outgoing import Attached, Outgoing, answer_to, sender_name, written
from channels.email.poller import Poller
from channels.email.settings import EmailSettings
from channels.email.smtp import Outbox
from channels.email.threads import Threads, Trace, read_trace, taken_over, trace
from channels.email.translate import Inbox

# A file is a third larger in a mail, with a little for the lines.
_ENCODED = 1.38
# How far back the mails are named that an answer continues.
_RECALLED = 50


class EmailChannel(Channel):
    """One mailbox."""

    kind: ClassVar[str] = "email"

    def __init__(self, settings: EmailSettings, context: ChannelContext) -> None:
        """Wire the inbox; nothing runs yet."""
        self._settings = settings
        self._context = context
        self._address = normal_address(settings.address) or settings.address.lower()
        self._threads = Threads(context.secret, self._address.rpartition("@")[2])
        own = {self._address} | {user.lower() for user in _users(settings)}
        inbox = Inbox(frozenset(own), self._threads, settings.authserv_id)
        self._renewed = _renewed(settings, context)
        self._reading = credentials_of(settings.imap, self._renewed)
        self._intake = Intake(inbox, context)
        self._poller = Poller(
            settings,
            self._intake,
            context.clock,
            credentials=self._reading,
            health=context.health,
        )
        writing = credentials_of(settings.smtp, self._renewed)
        self._outbox = Outbox(settings.smtp, self._address, writing)
        self.capabilities = Capabilities(
            media=dict.fromkeys(get_args(MediaKind), int(settings.smtp.max_size / _ENCODED)),
            albums=True,
            rich_text=True,
            waits_its_turn=True,
            quotes=True,
            threads=True,
            automatic_every=24 * 3600.0,
            by_address=True,
            # What comes before the final dot has a minute; after it the server's own time runs.
            send_timeout=60 + settings.smtp.timeout.total_seconds(),
        )

    def __repr__(self) -> str:
        """Name the inbox and nothing that was configured."""
        return f"EmailChannel({self._context.inbox_id!r})"

    async def check(self) -> str:
        """Sign in to both servers and name the account; raises a `SendError`."""
        user = self._settings.imap.user or self._address
        async with mailbox(self._settings.imap, user, self._reading):
            await self._outbox.check()
        return self._address

    async def close(self) -> None:
        """Let a token that has been asked for arrive."""
        if self._renewed is not None:
            await self._renewed.close()

    # --- in ---

    async def run(self, sink: Sink) -> None:
        """Read the folder until cancelled; raises a `SendError` once that fails."""
        await self._poller.run(sink)

    async def take_again(self, sink: Sink, raw: bytes) -> None:
        """Take a mail that was set aside; see `bridge.channel.CanTakeAgain`."""
        await self._intake.take_again(sink, raw)

    def download(self, ref: str) -> AsyncIterator[bytes]:  # noqa: ARG002  # It has none.
        """Raise `LookupError`: what came with a mail is in the media store from the start."""
        raise LookupError("the files of a mail are in the media store already")

    # --- out ---

    async def send(self, part: OutboundPart, *, key: str) -> Receipt:
        """Send one mail, to nobody but the recipient; raises a `SendError`.

        Its Message-ID is made of `key` and what is said, so it is the same on a retry, and
        another one if keys begin anew after a restore.
        """
        recipient = normal_address(part.recipient)
        # We know those who write to us by the normal form of their address; what somebody
        # typed elsewhere is brought into it here.
        if recipient is None or (part.continues is None and recipient != part.recipient):
            raise RejectedError("This is no address.", reason="no_such_recipient")
        self._must_fit(sum(one.size for one in part.media) * _ENCODED)
        mail = await self._written(part, recipient, key)
        raw = written(mail)
        self._must_fit(len(raw))
        await self._outbox.send(recipient, raw, part.goes)
        return Receipt(external_ids=[mail.message_id])

    def _must_fit(self, size: float) -> None:
        limit = self._settings.smtp.max_size
        if size > limit:
            raise RejectedError(f"The mail would be larger than {limit}.", reason="too_large")

    async def _written(self, part: OutboundPart, recipient: str, key: str) -> Outgoing:
        known = await self._recalled(part)
        last = _answered(part, known)
        return Outgoing(
            address=self._address,
            name=sender_name(part.author, self._company),
            recipient=recipient,
            subject=self._subject(part, known, last),
            message_id=self._message_id(part, recipient, key),
            answers=last.message_id if last else "",
            references=_chain(known, last),
            date=self._context.clock.now(),
            markdown=part.text,
            files=await _attached(part.media),
            automatic=part.automatic,
        )

    def ids_of(self, part: OutboundPart, *, key: str) -> Sequence[str]:
        """Return the Message-ID, which is ours to make."""
        recipient = normal_address(part.recipient)
        return [] if recipient is None else [self._message_id(part, recipient, key)]

    def _message_id(self, part: OutboundPart, recipient: str, key: str) -> str:
        said = hashlib.sha256(part.text.encode(errors="replace")).hexdigest()
        return self._threads.message_id(
            thread=taken_over(part.thread) if part.continues else part.thread,
            recipient=recipient,
            unique=f"{key}:{part.message_id}:{said}",
        )

    @property
    def _company(self) -> str:
        return self._context.inbox_name or self._address

    def _subject(self, part: OutboundPart, known: Sequence[Trace], last: Trace | None) -> str:
        if part.continues is None:
            return answer_to(_subject(known, last), self._company)
        if last is None:
            return part.continues.subject
        return answer_to(_subject(known, last) or part.continues.subject, self._company)

    async def _recalled(self, part: OutboundPart) -> list[Trace]:
        """Return what is known of the mails in this conversation, the oldest first."""
        if part.continues is not None:
            # Of our own mails the core has the Message-ID, of the customer's the trace.
            ids = part.continues.earlier[-_RECALLED:]
            return [read_trace(one) or trace("", one, "") for one in ids]
        try:
            page, _, _ = await self._context.customers.messages(
                part.recipient, part.thread, before=None, after=None, limit=_RECALLED
            )
        except StorageUnavailableError:
            raise UnavailableError(
                "The conversation cannot be read now.", reason="internal"
            ) from None
        return [known for one in page if (known := read_trace(one.external_id))]


def _renewed(settings: EmailSettings, context: ChannelContext) -> Renewed | None:
    if settings.oauth is None:
        return None
    return Renewed(settings.oauth, context.clock, context.safe)


def _users(settings: EmailSettings) -> list[str]:
    users = (settings.imap.user, settings.smtp.user)
    return [user for user in users if user is not None and "@" in user]


def _answered(part: OutboundPart, known: Sequence[Trace]) -> Trace | None:
    """Return the mail that is answered: the one quoted, or the latest."""
    return read_trace(part.reply_to) or (known[-1] if known else None)


def _subject(known: Sequence[Trace], last: Trace | None) -> str:
    """Return what the answer is about; many a mail in a conversation says nothing of that."""
    told = [last.subject if last else "", *(one.subject for one in reversed(known))]
    return next(filter(None, told), "")


def _chain(known: Sequence[Trace], last: Trace | None) -> list[str]:
    """Return the ids that the answer continues, ending with the one it answers."""
    ids = [one.message_id for one in known if one.message_id]
    if last and last.message_id:
        ids = [*(one for one in ids if one != last.message_id), last.message_id]
    return ids


async def _attached(media: Sequence[OutboundMedia]) -> list[Attached]:
    try:
        return [
            Attached(
                name=one.name,
                mime=one.mime,
                content=await asyncio.to_thread(Path(one.path).read_bytes),
            )
            for one in media
        ]
    except OSError:
        raise RejectedError("A file of this message is not there.", reason="media_gone") from None
