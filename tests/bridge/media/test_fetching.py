"""Files of customers, fetched from the networks they came through."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from bridge.channel import (
    Capabilities,
    Channel,
    InboundMedia,
    InboundMessage,
    MediaKind,
    MediaTooLargeError,
    OutboundPart,
    Receipt,
    Sender,
    Sink,
    UnavailableError,
    customer_owner,
)
from bridge.media import Fetcher, MediaStore
from bridge.models import Attachment, Event
from bridge.store import conversations as c
from bridge.store import log
from bridge.store import messages as m
from bridge.store import people as p
from bridge.store import trash as t
from bridge.store.transactions import Store, Tx
from routing.attachments import add_inbound
from tests.bridge.media.conftest import chunks, picture
from tests.clock import ManualClock
from tests.databases import until

LIMIT = 100_000


class Network(Channel):
    """Gives files by their reference; fails as often as it is told to."""

    kind = "test"
    capabilities = Capabilities()

    def __init__(self) -> None:
        self.files: dict[str, bytes | Exception] = {}
        self.asked: list[str] = []
        self.meanwhile: Callable[[], Awaitable[None]] | None = None
        self.slow: set[str] = set()
        """What is never there in time."""
        self.under_way = 0
        self.most = 0

    async def check(self) -> str:
        return "test"

    async def run(self, sink: Sink) -> None:
        await asyncio.Event().wait()

    async def send(self, part: OutboundPart, *, key: str) -> Receipt:
        return Receipt(external_ids=[])

    async def download(self, ref: str) -> AsyncIterator[bytes]:
        self.asked.append(ref)
        self.under_way += 1
        self.most = max(self.most, self.under_way)
        try:
            if ref in self.slow:
                await asyncio.Event().wait()
        finally:
            self.under_way -= 1
        found = self.files[ref]
        if isinstance(found, Exception):
            raise found
        if self.meanwhile is not None:
            await self.meanwhile()
        async for chunk in chunks(found, 1000):
            yield chunk


class Desk:
    """One customer whose messages carry files."""

    def __init__(self, store: Store, network: Network) -> None:
        self.store = store
        self.network = network

    async def receives(
        self, ref: str, kind: MediaKind = "file", name: str = "фото.bin", size: int | None = None
    ) -> int:
        """Store a message with one file yet to be fetched; return the message."""
        media = InboundMedia(kind=kind, ref=ref, name=name, size=size)
        return await self.store.write(_receive, media)

    async def file(self, message_id: int) -> Attachment:
        """Return the message's file as it stands."""
        (row,) = await self.store.read(_files, message_id)
        return row

    async def settled(self, message_id: int) -> Attachment:
        """Return the file once it is there or given up."""
        async with asyncio.timeout(30):
            while True:
                row = await self.file(message_id)
                if row.state != "pending":
                    return row
                await asyncio.sleep(0.005)


@pytest.fixture
def network() -> Network:
    return Network()


@pytest.fixture
def desk(store: Store, network: Network) -> Desk:
    return Desk(store, network)


@pytest.fixture
async def fetcher(
    store: Store, media: MediaStore, network: Network, clock: ManualClock
) -> AsyncIterator[Fetcher]:
    """Run a fetcher for as long as the test lasts."""
    running = Fetcher(store, media, {"site": network}, clock=clock, limit=LIMIT)
    task = asyncio.create_task(running.run())
    yield running
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


async def test_d21_a_customers_file_becomes_ready_and_everybody_is_told(
    desk: Desk, network: Network, fetcher: Fetcher, media: MediaStore, store: Store
) -> None:
    network.files["r1"] = picture(30, 20)
    message = await desk.receives("r1", "image", "../фото\u202e.png")
    assert (await desk.file(message)).state == "pending"
    fetcher.wake()
    row = await desk.settled(message)
    assert (row.state, row.mime, row.width, row.height) == ("ready", "image/png", 30, 20)
    assert row.name == "фото.png"
    served = await media.open(row, preview=False, download=True)
    assert served.path.read_bytes() == network.files["r1"]
    events = await store.read(_events)
    assert [(e.kind, e.message_id) for e in events] == [("message.changed", message)]


async def test_what_waited_before_a_start_is_fetched_at_the_start(
    desk: Desk, network: Network, store: Store, media: MediaStore, clock: ManualClock
) -> None:
    network.files["r1"] = b"text"
    message = await desk.receives("r1")
    fetcher = Fetcher(store, media, {"site": network}, clock=clock, limit=LIMIT)
    task = asyncio.create_task(fetcher.run())
    assert (await desk.settled(message)).state == "ready"
    task.cancel()


@pytest.mark.parametrize(
    "error", [UnavailableError("down", reason="unavailable"), ConnectionError(), TimeoutError()]
)
async def test_a_file_that_cannot_be_had_is_asked_for_again_later(
    desk: Desk, network: Network, fetcher: Fetcher, clock: ManualClock, error: Exception
) -> None:
    network.files["r1"] = error
    message = await desk.receives("r1")
    fetcher.wake()
    await until(lambda: network.asked == ["r1"])
    network.files["r1"] = b"text"
    fetcher.wake()
    await asyncio.sleep(0.05)
    assert network.asked == ["r1"], "not before its time"
    clock.tick(3)
    fetcher.wake()
    assert (await desk.settled(message)).state == "ready"


@pytest.mark.parametrize("error", [ConnectionError(), KeyError("a bug")])
async def test_a_file_that_never_comes_is_given_up_and_everybody_is_told(
    desk: Desk,
    network: Network,
    fetcher: Fetcher,
    clock: ManualClock,
    store: Store,
    error: Exception,
) -> None:
    network.files["r1"] = error
    message = await desk.receives("r1")
    for attempt in range(1, 7):
        fetcher.wake()
        await until(lambda attempt=attempt: len(network.asked) == attempt)  # type: ignore[misc]
        await asyncio.sleep(0.02)
        clock.tick(1000)
    row = await desk.settled(message)
    assert (row.state, row.name, row.kind) == ("failed", "фото.bin", "file")
    assert len(await store.read(_events)) == 1


async def test_a_file_that_turns_out_larger_than_the_limit_is_given_up_at_once_and_says_so(
    desk: Desk, network: Network, fetcher: Fetcher
) -> None:
    network.files |= {"fits": b"x" * LIMIT, "large": b"x" * (LIMIT + 1), "empty": b""}
    files = [await desk.receives(ref) for ref in network.files]
    fetcher.wake()
    ended = [await desk.settled(one) for one in files]
    assert [(one.state, one.size_limit) for one in ended] == [
        ("ready", None),
        ("failed", LIMIT),
        ("failed", None),
    ]


async def test_the_limit_of_a_network_that_is_lower_than_ours_is_the_one_that_is_told(
    desk: Desk, network: Network, fetcher: Fetcher
) -> None:
    network.files["large"] = MediaTooLargeError(LIMIT // 2)
    message = await desk.receives("large", size=LIMIT - 1)
    fetcher.wake()
    assert (await desk.settled(message)).size_limit == LIMIT // 2


async def test_of_a_file_that_its_network_says_to_be_too_large_nothing_is_fetched(
    desk: Desk, network: Network, fetcher: Fetcher
) -> None:
    network.files |= {"fits": b"x" * LIMIT, "large": b"x" * (LIMIT + 1)}
    large = await desk.receives("large", size=LIMIT + 1)
    fits = await desk.receives("fits", size=LIMIT)
    fetcher.wake()
    assert (await desk.settled(fits)).state == "ready"
    given_up = await desk.settled(large)
    told = given_up.state, given_up.size, given_up.size_limit
    assert told == ("failed", LIMIT + 1, LIMIT)
    assert network.asked == ["fits"]


async def test_a_file_whose_message_goes_while_it_is_fetched_is_not_kept(
    desk: Desk, network: Network, fetcher: Fetcher, tmp_path: Path
) -> None:
    gone = await desk.receives("secret")
    network.files["secret"] = b"a secret of somebody who was erased"

    async def erase() -> None:
        await desk.store.write(lambda tx: tx.run(t.DROP_MESSAGES, ids=f"[{gone}]"))

    network.meanwhile = erase
    fetcher.wake()
    await until(lambda: network.asked == ["secret"])
    network.meanwhile = None
    network.files["other"] = b"kept"
    other = await desk.receives("other")
    fetcher.wake()
    assert (await desk.settled(other)).state == "ready"

    def kept() -> list[bytes]:
        media = (tmp_path / "media").rglob("*")
        return [path.read_bytes() for path in media if path.is_file()]

    # The two are fetched beside each other, and either may be the last to end.
    await until(lambda: kept() == [b"kept"])


async def test_a_file_whose_message_goes_before_it_is_asked_for_again_is_waited_for_no_more(
    desk: Desk,
    network: Network,
    fetcher: Fetcher,
    clock: ManualClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    network.files["r1"] = ConnectionError()
    gone = await desk.receives("r1")
    fetcher.wake()
    await until(lambda: bool(fetcher._not_before))
    await desk.store.write(lambda tx: tx.run(t.DROP_MESSAGES, ids=f"[{gone}]"))
    looks, read = list[Any](), desk.store.read

    async def counted(work: Any, *given: Any) -> Any:
        looks.append(work)
        return await read(work, *given)

    monkeypatch.setattr(desk.store, "read", counted)
    clock.tick(3)
    fetcher.wake()
    await until(lambda: bool(looks))
    await asyncio.sleep(0.3)
    assert len(looks) == 1, "nothing is due any more"


async def test_one_that_fails_holds_up_no_other(
    desk: Desk, network: Network, fetcher: Fetcher
) -> None:
    network.files |= {f"bad{n}": ConnectionError() for n in range(6)}
    network.files["good"] = b"text"
    messages = [await desk.receives(ref) for ref in network.files]
    fetcher.wake()
    assert (await desk.settled(messages[-1])).state == "ready"


async def test_a_file_of_an_inbox_that_is_gone_is_given_up(
    desk: Desk, store: Store, media: MediaStore, clock: ManualClock
) -> None:
    message = await desk.receives("r1")
    fetcher = Fetcher(store, media, {}, clock=clock, limit=LIMIT)
    task = asyncio.create_task(fetcher.run())
    assert (await desk.settled(message)).state == "failed"
    task.cancel()


@pytest.mark.parametrize(
    ("told", "content", "shown"),
    [
        ("image", b"<svg/>", "file"),
        ("image", picture(), "image"),
        ("file", picture(), "image"),
        ("sticker", picture(form="WEBP"), "sticker"),
        ("sticker", b"lottie", "file"),
        ("voice", b"OggS\0\x02" + b"\0" * 20 + b"\x01\x13OpusHead", "voice"),
        ("voice", b"<html>", "file"),
        ("video", b"\0\0\0\x20ftypisom\0\0\2\0isomiso2avc1mp41", "video"),
        ("audio", b"ID3\x03\0\0\0\0\0\x23TSSE", "audio"),
    ],
)
async def test_a_file_is_shown_as_its_network_says_only_if_it_can_be_that(
    desk: Desk, network: Network, fetcher: Fetcher, told: MediaKind, content: bytes, shown: str
) -> None:
    network.files["r1"] = content
    message = await desk.receives("r1", told)
    fetcher.wake()
    assert (await desk.settled(message)).kind == shown


def _receive(tx: Tx, media: InboundMedia) -> int:
    tx.run(p.PUT_INBOX, id="site", kind="test", name="Site")
    identity = tx.one(p.FIND_IDENTITY, inbox_id="site", external_id="v1")
    if identity is None:
        contact = tx.the(
            p.ADD_CONTACT,
            **dict.fromkeys(("name", "email", "phone", "language")),
            attributes="{}",
            created_at=tx.now,
        )
        blank: dict[str, Any] = dict.fromkeys(("name", "username", "profile_url", "verified_at"))
        added = {"inbox_id": "site", "external_id": "v1", "contact_id": contact}
        identity_id = tx.the(p.ADD_IDENTITY, **added, **blank, created_at=tx.now)
        identity = tx.the(p.IDENTITY_BY_ID, id=identity_id)
        tx.the(
            c.ADD_CONVERSATION,
            inbox_id="site",
            identity_id=identity.id,
            contact_id=contact,
            thread="",
            state="open",
            language=None,
            created_at=tx.now,
            last_at=tx.now,
        )
    conversation = tx.the(c.LATEST_IN_THREAD, identity_id=identity.id, thread="")
    empty: dict[str, Any] = dict.fromkeys(
        ("identity_id", "agent_id", "external_id", "client_key", "reply_to_id", "activity")
    )
    message_id: int = tx.the(
        m.ADD_MESSAGE,
        **empty,
        conversation_id=conversation.id,
        kind="incoming",
        inbox_id="site",
        text="",
        format="plain",
        created_at=tx.now,
        attachment_count=1,
    )
    sender = Sender(external_id=identity.external_id)
    message = InboundMessage(sender=sender, external_id="1", sent_at=1, media=[media])
    add_inbound(tx, message, [customer_owner("site", identity.external_id)], message_id)
    return message_id


def _files(tx: Tx, message_id: int) -> list[Attachment]:
    return tx.all(m.ATTACHMENTS_OF, message_id=message_id)


def _events(tx: Tx) -> list[Event]:
    return tx.all(log.EVENTS_AFTER, after=0, limit=100)


# --- beside each other ---


async def test_a_file_that_is_slow_in_coming_holds_up_none_of_those_after_it(
    desk: Desk, network: Network, fetcher: Fetcher
) -> None:
    network.slow = {"large"}
    large = await desk.receives("large")
    fetcher.wake()
    await until(lambda: network.under_way == 1)
    for n in range(10):
        network.files[f"r{n}"] = b"text"
        message = await desk.receives(f"r{n}")
        fetcher.wake()
        assert (await desk.settled(message)).state == "ready"
    assert (await desk.file(large)).state == "pending"
    assert network.asked.count("large") == 1


async def test_no_more_than_four_files_come_at_once(
    desk: Desk, network: Network, fetcher: Fetcher
) -> None:
    network.slow = {f"large{n}" for n in range(6)}
    for ref in sorted(network.slow):
        await desk.receives(ref)
    fetcher.wake()
    await until(lambda: network.under_way == 4)
    for _ in range(5):
        fetcher.wake()
        await asyncio.sleep(0.02)
    assert (network.most, len(network.asked)) == (4, 4)


async def test_what_is_on_its_way_at_the_end_is_left_and_comes_after_the_next_start(
    desk: Desk, network: Network, store: Store, media: MediaStore, clock: ManualClock
) -> None:
    network.slow, network.files = {"r1"}, {"r1": b"text"}
    message = await desk.receives("r1")
    fetcher = Fetcher(store, media, {"site": network}, clock=clock, limit=LIMIT)
    task = asyncio.create_task(fetcher.run())
    await until(lambda: network.under_way == 1)
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
    assert network.under_way == 0
    network.slow.clear()
    task = asyncio.create_task(fetcher.run())
    assert (await desk.settled(message)).state == "ready"
    task.cancel()
