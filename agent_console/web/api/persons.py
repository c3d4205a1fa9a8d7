"""What the law gives a person: all there is of them, and being forgotten."""

import asyncio
import tempfile
from collections.abc import AsyncIterator
from typing import IO, Annotated

import msgspec
from litestar import get, post
from litestar.params import JSONBody
from litestar.response import Stream

from agent_console import actions, audit
from agent_console.audit import Deed
from agent_console.cards import shapes as w
from agent_console.web.api.given import Acting, Body, Given, Me, PathId, require
from agent_console.web.refusals import answering
from bridge.models import Agent
from bridge.store.transactions import Tx
from bridge.web import ApiError
from routing import erasing, takeout
from routing.desk import Desk
from routing.erasing import Told

_CHUNK = 1 << 16
_TYPE = "application/zip"


class Confirmed(Body, frozen=True, kw_only=True):
    """Whom they mean, typed once more: the person's number."""

    confirm: Annotated[str, msgspec.Meta(max_length=40)]


class Copies(w.Shape, frozen=True, kw_only=True, gc=False):
    """What a staff surface shows of them: taken away by us, and written there by agents."""

    surface: str
    ours: int
    staffs: int


class Erased(w.Shape, frozen=True, kw_only=True, gc=False):
    """What has begun to go."""

    conversations: int
    files: int
    surfaces: list[Copies]


@get("/contacts/{contact_id:int}/export", media_type=_TYPE)
async def export(console: Given, me: Me, by: Acting, contact_id: PathId) -> Stream:
    """Return a zip with all there is of a person; it is written down who has taken it."""
    require(console, me, "people")
    found = await console.read(_collected, console.desk, me.agent, contact_id)
    talks, files = len(found.takeout.conversations), len(found.contents)
    told = {"conversations": talks, "files": files}
    await console.write(audit.record, by, Deed("person_exported", f"contact:{contact_id}", told))
    # Nameless on the disk: nothing is left of it whatever happens.
    packed = tempfile.TemporaryFile()  # noqa: SIM115  # Closed by whoever sends it.
    await asyncio.to_thread(takeout.pack, found, console.settings.storage.media.dir, packed)
    headers = {"Content-Disposition": f'attachment; filename="person-{contact_id}.zip"'}
    return Stream(_sent(packed), media_type=_TYPE, headers=headers)


@post("/contacts/{contact_id:int}/erase", status_code=200)
async def erase(
    console: Given, me: Me, by: Acting, contact_id: PathId, data: JSONBody[Confirmed]
) -> Erased:
    """Erase a person for ever; nobody sees them from this moment on."""
    require(console, me, "people")
    await console.read(actions.person, console.desk, me.agent, contact_id)
    if data.confirm.strip() != str(contact_id):
        raise ApiError(422, "not_confirmed", "Type the person's number to erase them.")

    def written_down(tx: Tx, told: Told) -> None:
        counted = {"conversations": told.conversations, "files": told.files}
        audit.record(tx, by, Deed("person_erased", f"contact:{contact_id}", counted))

    with answering():
        told = await console.eraser.erase(contact_id, by=me.agent.id, and_then=written_down)
    return Erased(
        conversations=told.conversations,
        files=told.files,
        surfaces=[
            Copies(surface=surface, ours=ours, staffs=staffs)
            for surface, (ours, staffs) in told.shown.items()
        ],
    )


def _collected(tx: Tx, desk: Desk, me: Agent, contact_id: int) -> takeout.Found:
    actions.person(tx, desk, me, contact_id)
    return takeout.collected(tx, erasing.person(tx, contact_id))


async def _sent(packed: IO[bytes]) -> AsyncIterator[bytes]:
    with packed:
        packed.seek(0)
        while chunk := await asyncio.to_thread(packed.read, _CHUNK):
            yield chunk


HANDLERS = [export, erase]
