"""A mail's way into the core: which conversation, which files, and stored with the cursor."""

import asyncio
import logging
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass

from bridge.channel import (
    ChannelContext,
    CustomerView,
    DeliveryReport,
    InboundEvent,
    InboundMedia,
    InboundMessage,
    MediaRefusedError,
    MediaRole,
    MediaTooLargeError,
    Sender,
    Sink,
    customer_owner,
)
from bridge.settings.values import Size
from channels.email import staff
from channels.email.answers import Mail
from channels.email.bodies import File, pictures
from channels.email.cursor import Cursor
from channels.email.loops import Aside
from channels.email.outgoing import bare_subject
from channels.email.threads import name_elsewhere, read_trace
from channels.email.translate import Failed, Inbox, Letter, original, translate, whole_text

_log = logging.getLogger(__name__)

# How far back a mail is looked for that names only one in the middle of its thread.
_THREADS_SEARCHED = 10
_MESSAGES_SEARCHED = 50
_CHUNK = 64 * 1024


@dataclass(frozen=True, slots=True)
class Place:
    """Where a letter belongs.

    `known`: that conversation has been there before it. `continues`: it began elsewhere.
    """

    thread: str
    known: bool
    answers: str | None = None
    continues: bool = False


class Intake:
    """Takes the mails of one inbox, one after the other."""

    def __init__(self, inbox: Inbox, context: ChannelContext) -> None:
        """Serve one inbox."""
        self._inbox = inbox
        self._context = context

    async def take(self, sink: Sink, mail: Mail, cursor: Cursor) -> None:
        """Store what a mail is, and the cursor past it; raises `StorageUnavailableError`."""

        async def take(some: Sequence[Mail], _last: bool) -> None:  # noqa: FBT001  # As the contract has it.
            for one in some:
                await self._take(sink, one, str(cursor))
            if not some:
                await sink.accept([], str(cursor))

        await self._context.tries.over([mail], _raw, take, sink.quarantine)

    async def take_again(self, sink: Sink, raw: bytes) -> None:
        """Take a mail that was set aside, as if it had come now."""
        mail = Mail(uid=0, received_at=self._context.clock.now(), raw=raw)
        await self._take(sink, mail, None)

    async def _take(self, sink: Sink, mail: Mail, cursor: str | None) -> None:
        try:
            read = await asyncio.to_thread(translate, mail.raw, self._inbox)
        except Exception as error:  # noqa: BLE001  # One mail nobody can read must not stop its neighbours.
            read = Aside(f"it cannot be read: {type(error).__name__}")
        if isinstance(read, Letter) and staff.is_to_staff(read, self._inbox.threads):
            await self._take_answer(sink, mail, read, cursor)
        elif isinstance(read, Letter):
            await self._store(sink, mail, [await self._message(read, mail)], cursor)
        elif isinstance(read, Failed):
            await self._store(sink, mail, _reports(read, mail), cursor)
        else:
            await self._put_aside(sink, mail, read, cursor)

    async def _put_aside(self, sink: Sink, mail: Mail, aside: Aside, cursor: str | None) -> None:
        if aside.shown:
            await sink.quarantine(mail.raw, aside.why)
        else:
            _log.info("mail %s of %s: %s", mail.uid, self._context.inbox_id, aside.why)
        await sink.accept([], cursor)

    async def _store(
        self, sink: Sink, mail: Mail, events: Sequence[InboundEvent], cursor: str | None
    ) -> None:
        """Store the events; one that is refused for what it is must not vanish unseen."""
        for answer in await sink.accept(events, cursor):
            if answer.outcome == "refused" and answer.reason != "blocked":
                why = f"the core refused it: {answer.reason}"
                await sink.quarantine(mail.raw, why)

    # --- an agent's answer ---

    async def _take_answer(
        self, sink: Sink, mail: Mail, letter: Letter, cursor: str | None
    ) -> None:
        """Hand an answer to the core; one that speaks for nobody is nobody's message either."""
        sender, answers = letter.sender.address, self._context.staff
        thread = staff.proven_thread(letter, self._inbox.threads)
        owner = await answers.owner(thread, sender) if answers and thread else None
        if answers is None or thread is None or owner is None:
            await self._put_aside(sink, mail, staff.UNPROVEN, cursor)
            return
        kept = [(one.name, await self._keep(one, letter, owner=owner)) for one in letter.files]
        await answers.answer(
            thread,
            sender,
            letter.text,
            files=[one.stored for _, one in kept if one is not None and one.stored],
            lost=[name for name, one in kept if one is None],
            key=f"mail:{letter.trace.digest}",
        )
        await sink.accept([], cursor)

    # --- a letter ---

    async def _message(self, letter: Letter, mail: Mail) -> InboundMessage:
        place = await find_place(letter, self._inbox, self._context.customers)
        media, refused = await self._files_of(letter)
        return InboundMessage(
            sender=_sender(letter),
            external_id=str(letter.trace),
            sent_at=mail.received_at or self._context.clock.now(),
            thread=place.thread,
            text=_text(
                letter, await self._news(letter, place), refused, Size(self._context.max_inbound)
            ),
            media=media,
            reply_to=place.answers,
            verified=letter.verified,
            continues=place.continues,
        )

    async def _news(self, letter: Letter, place: Place) -> str:
        """Return the subject where it tells more than the conversation's own, or nothing."""
        subject = letter.trace.subject
        if place.continues:
            # What it answers was ours, and the subject of an answer is no news.
            return subject if bare_subject(subject) == subject else ""
        if not place.known:
            return subject
        page, _, _ = await self._context.customers.messages(
            letter.sender.address, place.thread, before=None, after=None, limit=_MESSAGES_SEARCHED
        )
        traces = (read_trace(message.external_id) for message in reversed(page))
        before = next((one.subject for one in traces if one and one.subject), "")
        bare = bare_subject(subject)
        return subject if bare and bare.casefold() != bare_subject(before).casefold() else ""

    async def _files_of(self, letter: Letter) -> tuple[list[InboundMedia], list[str]]:
        """Keep the files, and name those refused; of a blocked sender none is kept.

        Otherwise they could fill the disk with what nobody ever sees.
        """
        if await self._context.customers.block(letter.sender.address) is not None:
            return [], [file.name for file in letter.files]
        return await self._keep_files(letter)

    async def _keep_files(self, letter: Letter) -> tuple[list[InboundMedia], list[str]]:
        """Put the files into the media store; return them, and the names of those refused."""
        kept: dict[int, InboundMedia] = {}
        refused = []
        for index, file in enumerate(letter.files):
            stored = await self._keep(file, letter)
            if stored is None:
                refused.append(file.name)
            else:
                kept[index] = stored
        return [*kept.values(), *await self._keep_more(letter, kept)], refused

    async def _keep_more(
        self, letter: Letter, kept: Mapping[int, InboundMedia]
    ) -> list[InboundMedia]:
        """Keep what the text of the message leaves out: words that were folded, the HTML."""
        more = []
        if letter.folded:
            more.append(await self._keep(whole_text(letter), letter, role="text"))
        if letter.needs_original:
            shown = {cid: kept[at].stored or "" for cid, at in pictures(letter.files) if at in kept}
            page = await asyncio.to_thread(original, letter, shown)
            more.append(await self._keep(page, letter, role="original"))
        return [one for one in more if one is not None]

    async def _keep(
        self,
        file: File,
        letter: Letter,
        *,
        role: MediaRole = "attachment",
        owner: str | None = None,
    ) -> InboundMedia | None:
        owner = owner or customer_owner(self._context.inbox_id, letter.sender.address)
        try:
            view = await self._context.media.receive(
                _chunks(file.content), name=file.name, owner=owner, limit=self._context.max_inbound
            )
        except (MediaTooLargeError, MediaRefusedError):
            return None
        return InboundMedia(
            kind=view.kind,
            stored=view.id,
            name=view.name,
            mime=view.mime,
            size=view.size,
            role=role,
        )


def _raw(mail: Mail) -> bytes:
    return mail.raw


async def _chunks(content: bytes) -> AsyncIterator[bytes]:
    for start in range(0, len(content), _CHUNK):
        yield content[start : start + _CHUNK]


def _sender(letter: Letter) -> Sender:
    return Sender(
        external_id=letter.sender.address,
        name=letter.sender.name or None,
        email=letter.sender.address,
        language=letter.language,
        verified=letter.verified is True,
    )


def _text(letter: Letter, subject: str, refused: Sequence[str], limit: Size) -> str:
    """Return what agents read: the subject where it is news, the words, who else is named."""
    lines = [subject, letter.text if letter.text.strip() else ""]
    notes = [*letter.facts, *(f"⚠ {name[:100]}: empty, or larger than {limit}" for name in refused)]
    said = "\n\n".join(one for one in [*lines, "\n".join(notes)] if one)
    return said or letter.trace.subject or "—"


def _reports(failed: Failed, mail: Mail) -> list[DeliveryReport]:
    return [
        DeliveryReport(
            recipient=one.recipient,
            external_ids=[one.message_id],
            state="failed",
            at=mail.received_at,
            reason=one.reason,
        )
        for one in failed.bounces
    ]


# --- the conversation ---


async def find_place(letter: Letter, inbox: Inbox, customers: CustomerView) -> Place:
    """Return the conversation a letter belongs to.

    First by our own proof in what it answers, then by mails of the same sender that we
    know. The sender's address alone joins nothing, and an id that only looks like ours
    is as if it were not there.
    """
    sender, threads = letter.sender.address, inbox.threads
    for one in letter.references:
        thread = threads.thread_of(one, sender)
        if thread is not None:
            elsewhere = name_elsewhere(thread)
            return Place(
                thread if elsewhere is None else elsewhere,
                known=True,
                answers=one.lower(),
                continues=elsewhere is not None,
            )
    foreign = [one for one in letter.references if not threads.looks_ours(one)]
    if foreign:
        found = await _known_thread(foreign, letter, inbox, customers)
        if found is not None:
            return Place(found, known=True)
    # By the oldest mail of its chain, so that it does not matter which comes in first.
    root = foreign[-1] if foreign else letter.trace.message_id or letter.trace.digest
    return Place(threads.name(sender, root), known=False)


async def _known_thread(
    ids: Sequence[str], letter: Letter, inbox: Inbox, customers: CustomerView
) -> str | None:
    sender = letter.sender.address
    views, _ = await customers.threads(sender)
    known = {view.thread for view in views}
    for one in ids:
        if (name := inbox.threads.name(sender, one)) in known:
            return name
    for view in views[:_THREADS_SEARCHED]:
        page, _, _ = await customers.messages(
            sender, view.thread, before=None, after=None, limit=_MESSAGES_SEARCHED
        )
        traces = (read_trace(message.external_id) for message in page)
        if any(trace and trace.message_id in ids for trace in traces):
            return view.thread
    return None
