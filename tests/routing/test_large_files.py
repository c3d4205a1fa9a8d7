"""Files larger than a network takes: refused with the limit, or sent as an address of ours."""

from dataclasses import replace

import msgspec
import pytest

from bridge import channel as ch
from bridge.delivery import Body
from bridge.models import Attachment
from bridge.store import messages as m
from bridge.store.transactions import Tx
from routing import outbound
from routing.refusal import RefusedError
from tests.routing.world import World

LIMIT = 10 * 1024 * 1024
HAS = ch.Capabilities(max_text=4000, media={"file": LIMIT}, albums=True, edits=True)


def network(world: World, *, links: bool) -> None:
    """Have the pager take files up to 10 MB."""

    def link_to(file: Attachment, written_at: int) -> str:
        return f"https://desk.example/media/{file.public_id}?exp={written_at + 7}"

    known = {**world.desk.capabilities, "pager": HAS}
    world.desk = replace(world.desk, capabilities=known, large_file_link=link_to if links else None)


async def upload(world: World, name: str, size: int) -> str:
    """Have Anna upload a file of this size, as far as its row tells."""

    def add(tx: Tx) -> str:
        tx.the(
            m.ADD_ATTACHMENT,
            public_id=f"id-{size}",
            message_id=None,
            identity_id=None,
            owner="agent:anna",
            sha256="0" * 64,
            name=name,
            mime="application/pdf",
            kind="file",
            size=size,
            width=None,
            height=None,
            state="ready",
            role="attachment",
            fetch_ref=None,
            fetch_key=None,
            position=0,
            created_at=tx.now,
        )
        return f"id-{size}"

    return await world.store.write(add)


async def bodies(world: World, message: int) -> list[Body]:
    return [msgspec.json.decode(one.body, type=Body) for one in await world.deliveries(message)]


async def test_a_file_too_large_is_refused_before_sending_with_the_limit_named(
    world: World,
) -> None:
    network(world, links=False)
    conversation = await world.begun()
    film = await upload(world, "film.pdf", LIMIT + 1)
    with pytest.raises(RefusedError) as refused:
        await world.replies("anna", conversation, "Here", attachments=[film])
    assert refused.value.code == "file_too_large"
    assert refused.value.detail == {"name": "film.pdf", "limit": LIMIT, "inbox": "pager"}
    assert "Here" not in await world.texts(conversation)


async def test_a_file_of_exactly_the_limit_goes_as_itself(world: World) -> None:
    network(world, links=True)
    conversation = await world.begun()
    fits = await upload(world, "fits.pdf", LIMIT)
    message = await world.replies("anna", conversation, "Here", attachments=[fits])
    assert await bodies(world, message) == [Body(text="Here", media=[fits])]


async def test_a_file_too_large_goes_as_a_link_beside_those_that_fit(world: World) -> None:
    network(world, links=True)
    conversation = await world.begun()
    film = await upload(world, "my_film_2.pdf", LIMIT * 2)
    fits = await upload(world, "fits.pdf", 5)
    message = await world.replies("anna", conversation, "Here", attachments=[film, fits])
    [body] = await bodies(world, message)
    assert body.media == [fits]
    link = f"https://desk.example/media/{film}?exp={world.clock.now() + 7}"
    assert body.text == f"Here\n\n📎 my_film_2.pdf (20.0 MB): {link}"
    assert "Here" in await world.texts(conversation)


async def test_an_edit_keeps_the_link_that_was_given(world: World) -> None:
    network(world, links=True)
    conversation = await world.begun()
    film = await upload(world, "film.pdf", LIMIT * 2)
    message = await world.replies("anna", conversation, "Here", attachments=[film])
    [sent] = await bodies(world, message)
    await world.sent(message, "n1")
    world.clock.tick(3600)

    def edit(tx: Tx) -> None:
        outbound.edit(tx, world.desk, tx.the(m.MESSAGE_BY_ID, id=message), "There")

    await world.store.write(edit)
    assert [one.text for one in await bodies(world, message)] == [
        sent.text,
        sent.text.replace("Here", "There"),
    ]


async def test_a_note_is_for_colleagues_and_has_no_network_to_fit(world: World) -> None:
    network(world, links=False)
    conversation = await world.begun()
    film = await upload(world, "film.pdf", LIMIT * 2)
    await world.notes("anna", conversation, "See", attachments=[film])
    assert "See" in await world.texts(conversation)
