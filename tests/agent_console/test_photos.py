"""A person's picture: fetched from the network, shown wherever the person is."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any

import pytest

from bridge.channel import (
    Capabilities,
    Channel,
    ContactUpdated,
    OutboundPart,
    Receipt,
    Sender,
    Sink,
)
from bridge.media import PhotoFetcher
from bridge.store.messages import PENDING_PHOTOS
from tests.agent_console.office import Agent, Office
from tests.bridge.media.conftest import chunks, picture


class Network(Channel):
    """Gives pictures by their handles."""

    kind = "test"
    capabilities = Capabilities()

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.asked: list[str] = []

    async def check(self) -> str:
        return "test"

    async def run(self, sink: Sink) -> None:
        await asyncio.Event().wait()

    async def send(self, part: OutboundPart, *, key: str) -> Receipt:
        return Receipt(external_ids=[])

    async def download(self, ref: str) -> AsyncIterator[bytes]:
        self.asked.append(ref)
        async for chunk in chunks(self.files[ref]):
            yield chunk


@pytest.fixture
def network() -> Network:
    return Network()


async def fetched(office: Office, network: Network) -> None:
    """Fetch all there is to fetch."""
    fetcher = PhotoFetcher(office.store, office.media, {"site": network})
    task = asyncio.create_task(fetcher.run())
    while await office.store.read(lambda tx: tx.all(PENDING_PHOTOS)):  # noqa: ASYNC110  # Nothing tells when all is fetched.
        await asyncio.sleep(0.005)
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task


async def told(office: Office, photo: str | None) -> None:
    """Let the network tell of a picture."""
    changed = ContactUpdated(sender=Sender(external_id="visitor-one-000001", photo=photo))
    await office.sink("site").accept([changed])


async def contact_of(agent: Agent, conversation: int) -> dict[str, Any]:
    row = await agent.row(conversation)
    found: dict[str, Any] = row["conversation"]["contact"]
    return found


async def test_j09_the_picture_that_a_network_tells_of_is_shown_in_the_list_and_the_panel(
    office: Office, pavel: Agent, network: Network
) -> None:
    network.files["p1"] = picture(64, 64)
    conversation, _ = await office.customer_writes(sender={"name": "Олена", "photo": "p1"})
    assert "avatar_url" not in await contact_of(pavel, conversation)

    await fetched(office, network)

    shown = await contact_of(pavel, conversation)
    panel = await pavel.get(f"/api/contacts/{shown['id']}")
    assert panel["avatar_url"] == shown["avatar_url"]
    answered = await pavel.http.get(shown["avatar_url"])
    assert (answered.status_code, answered.headers["content-type"]) == (200, "image/webp")


async def test_j09_nobody_without_a_session_sees_it(
    office: Office, pavel: Agent, network: Network
) -> None:
    network.files["p1"] = picture(64, 64)
    conversation, _ = await office.customer_writes(sender={"photo": "p1"})
    await fetched(office, network)
    url = (await contact_of(pavel, conversation))["avatar_url"]
    assert (await office.stranger().http.get(url)).status_code == 403


async def test_j09_a_new_picture_takes_the_place_of_the_old_one(
    office: Office, pavel: Agent, network: Network
) -> None:
    network.files |= {"p1": picture(64, 64), "p2": picture(32, 32)}
    conversation, _ = await office.customer_writes(sender={"photo": "p1"})
    await fetched(office, network)
    old = (await contact_of(pavel, conversation))["avatar_url"]

    await told(office, "p2")
    await fetched(office, network)

    new = (await contact_of(pavel, conversation))["avatar_url"]
    assert new != old
    assert (await pavel.http.get(old)).status_code == 403
    assert (await pavel.http.get(new)).status_code == 200


@pytest.mark.parametrize("content", [b"no picture", b"%PDF-1.7 ...", picture(64, 64)[:90]])
async def test_what_is_no_picture_is_not_shown_as_one(
    office: Office, pavel: Agent, network: Network, content: bytes
) -> None:
    network.files["p1"] = content
    conversation, _ = await office.customer_writes(sender={"photo": "p1"})
    await fetched(office, network)
    assert "avatar_url" not in await contact_of(pavel, conversation)


async def test_a_picture_outlives_the_sweep_of_uploads_nobody_used(
    office: Office, pavel: Agent, network: Network
) -> None:
    network.files["p1"] = picture(64, 64)
    conversation, _ = await office.customer_writes(sender={"photo": "p1"})
    await fetched(office, network)
    url = (await contact_of(pavel, conversation))["avatar_url"]
    office.clock.tick(3 * 86_400)
    await office.media.sweep(older_than=86_400_000)
    row = await office.media.find(url.removeprefix("/media/").partition("?")[0])
    assert row is not None
    assert (await office.media.open(row, preview=True, download=False)).mime == "image/webp"


async def test_the_same_picture_told_again_is_not_fetched_again(
    office: Office, network: Network
) -> None:
    network.files["p1"] = picture(64, 64)
    await office.customer_writes(sender={"photo": "p1"})
    await fetched(office, network)
    del network.files["p1"]
    await office.customer_writes(sender={"photo": "p1"})
    assert await office.store.read(lambda tx: tx.all(PENDING_PHOTOS)) == []


async def test_of_several_pictures_told_one_after_the_other_only_the_last_is_fetched(
    office: Office, network: Network
) -> None:
    network.files = {f"p{n}": picture(60 + n, 64) for n in range(5)}
    await office.customer_writes(sender={"photo": "p0"})
    for ref in network.files:
        await told(office, ref)
    await fetched(office, network)
    assert network.asked == ["p4"]


async def test_the_same_picture_under_another_handle_changes_nothing(
    office: Office, pavel: Agent, network: Network
) -> None:
    network.files = {"p1": picture(64, 64), "p2": picture(64, 64)}
    conversation, _ = await office.customer_writes(sender={"photo": "p1"})
    await fetched(office, network)
    before = await contact_of(pavel, conversation)
    await told(office, "p2")
    await fetched(office, network)
    assert await contact_of(pavel, conversation) == before


async def test_a_picture_that_was_taken_away_is_shown_no_more(
    office: Office, pavel: Agent, network: Network
) -> None:
    network.files["p1"] = picture(64, 64)
    conversation, _ = await office.customer_writes(sender={"photo": "p1"})
    await fetched(office, network)
    url = (await contact_of(pavel, conversation))["avatar_url"]
    await told(office, "")
    assert "avatar_url" not in await contact_of(pavel, conversation)
    assert (await pavel.http.get(url)).status_code == 403


async def test_what_could_not_be_had_is_tried_again_the_next_day_and_not_before(
    office: Office, network: Network
) -> None:
    await office.customer_writes(sender={"photo": "p1"})
    await fetched(office, network)
    assert network.asked == ["p1"]
    await told(office, "p1")
    await fetched(office, network)
    assert network.asked == ["p1"]
    office.clock.tick(86_400)
    await told(office, "p1")
    await fetched(office, network)
    assert network.asked == ["p1", "p1"]
