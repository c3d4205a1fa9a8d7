"""`deskbridge person`: all there is of a customer as a file, and having it erased."""

import asyncio
import contextlib
import os
import sys
import tempfile
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated

import typer

from bridge.cli.config import DEFAULT_PATH, ConfigPath, load_or_exit
from bridge.cli.database import fail, opened
from bridge.settings import Settings

if TYPE_CHECKING:
    from bridge.backup import Places
    from bridge.store.transactions import Tx
    from routing.eraser import Eraser
    from routing.erasing import Person, Told
    from routing.takeout import Found

PersonId = Annotated[
    int | None,
    typer.Argument(metavar="[ID]", help="The person's number, as the console's address has it."),
]
Identity = Annotated[
    str | None,
    typer.Option("--identity", metavar="INBOX:ID", help="By an account: telegram:12345."),
]

# Seconds between two looks at whether the program that runs has finished.
_LOOK = 0.5


def export(
    person_id: PersonId = None,
    identity: Identity = None,
    out: Annotated[
        str | None, typer.Option("--out", "-o", help="The file; - is standard output.")
    ] = None,
    config: ConfigPath = DEFAULT_PATH,
) -> None:
    """Write all there is of a person into a zip. It has person.json, and every file beside it."""
    settings = load_or_exit(config)
    number, _ = asyncio.run(_about(settings, person_id, identity))
    target = Path(out or f"person-{number}.zip")
    if out != "-" and target.exists():
        fail(f"there is a file already: {target}")
    found = asyncio.run(_collected(settings, number))
    if out == "-":
        _pack(settings, found, sys.stdout.buffer)
        return
    _written(settings, found, target)
    talks = len(found.takeout.conversations)
    print(f"{target}: {talks} conversations, {len(found.contents)} files.", file=sys.stderr)


def erase(
    person_id: PersonId = None,
    identity: Identity = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,  # noqa: FBT002
    config: ConfigPath = DEFAULT_PATH,
) -> None:
    """Erase a person. All that was said goes, every file, every trace of who they were."""
    settings = load_or_exit(config)
    number, about = asyncio.run(_about(settings, person_id, identity))
    print("\n".join(about))
    if not yes and typer.prompt(f"Type {number} to erase them for ever", default="") != str(number):
        fail("nothing was erased")
    print("\n".join(asyncio.run(_erased(settings, number))))


# --- who it is ---


async def _collected(settings: Settings, number: int) -> "Found":
    from agent_console import audit  # noqa: PLC0415
    from routing.erasing import person  # noqa: PLC0415
    from routing.takeout import collected  # noqa: PLC0415

    async with opened(settings) as store:
        found = await store.read(lambda tx: collected(tx, person(tx, number)))
        detail = {"files": len(found.contents), "conversations": len(found.takeout.conversations)}
        deed = audit.Deed("person_exported", f"contact:{number}", detail)
        await store.write(audit.record, audit.By(surface="command"), deed)
    return found


async def _about(
    settings: Settings, person_id: int | None, identity: str | None
) -> tuple[int, list[str]]:
    async with opened(settings) as store:
        return await store.read(_described, person_id, identity)


def _who(tx: "Tx", person_id: int | None, identity: str | None) -> "Person":
    from bridge.store import people as p  # noqa: PLC0415
    from routing.erasing import person  # noqa: PLC0415
    from routing.refusal import RefusedError  # noqa: PLC0415

    if (person_id is None) == (identity is None):
        fail("name a person by number, or by --identity INBOX:ID")
    if identity is not None:
        inbox, _, external_id = identity.partition(":")
        account = tx.one(p.FIND_IDENTITY, inbox_id=inbox, external_id=external_id)
        if account is None:
            fail(f"nobody has written from {identity}")
        person_id = account.contact_id
    try:
        return person(tx, person_id or 0)
    except RefusedError:
        fail(f"there is no person {person_id}")


def _described(tx: "Tx", person_id: int | None, identity: str | None) -> tuple[int, list[str]]:
    from bridge.store import erasing as e  # noqa: PLC0415

    who = _who(tx, person_id, identity)
    ids = who.ids
    talks = tx.all(e.CONVERSATIONS, contacts=ids["contacts"], identities=ids["identities"])
    names = ", ".join(one.name for one in who.contacts if one.name) or "(no name)"
    accounts = ", ".join(f"{one.inbox_id}:{one.external_id}" for one in who.accounts)
    lines = [f"{who.contacts[0].id}  {names}", f"  writes from  {accounts or 'nowhere'}"]
    return who.contacts[0].id, [*lines, f"  conversations  {len(talks)}"]


# --- export ---


def _pack(settings: Settings, found: "Found", out: IO[bytes]) -> None:
    from routing.takeout import pack  # noqa: PLC0415

    for path in pack(found, settings.storage.media.dir, out):
        print(f"lost: {path}", file=sys.stderr)


def _written(settings: Settings, found: "Found", target: Path) -> None:
    """Write the archive, whole or not at all."""
    try:
        descriptor, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
        try:
            with os.fdopen(descriptor, "wb") as file:
                _pack(settings, found, file)
            Path(name).replace(target)
        finally:
            Path(name).unlink(missing_ok=True)
    except OSError as error:
        fail(f"cannot write {target}: {error.strerror}")


# --- erasure ---


async def _erased(settings: Settings, number: int) -> list[str]:
    from agent_console import audit  # noqa: PLC0415
    from bridge.cli.backup import places_of  # noqa: PLC0415
    from bridge.start import StartError, lock  # noqa: PLC0415
    from routing.eraser import Eraser  # noqa: PLC0415

    places = places_of(settings)
    with contextlib.ExitStack() as held:
        try:
            held.enter_context(contextlib.closing(lock(places.database)))
            runs = False
        except StartError:
            runs = True
        async with opened(settings) as store:
            eraser = Eraser.at(store, places)

            def written_down(tx: "Tx", told: "Told") -> None:
                detail = {"conversations": told.conversations, "files": told.files}
                deed = audit.Deed("person_erased", f"contact:{number}", detail)
                audit.record(tx, audit.By(surface="command"), deed)

            told = await eraser.erase(number, by=None, and_then=written_down)
            waits = await _finished(eraser, told, runs=runs)
    return _lines(places, told, waits=waits, runs=runs)


async def _finished(eraser: "Eraser", told: "Told", *, runs: bool) -> bool:
    """Carry it out, or wait until the program that runs has; say whether it has to wait."""
    if not runs:
        return bool(await eraser.finish())
    while not await eraser.is_done(told.erasure_id):  # noqa: ASYNC110  # Another process does it.
        await asyncio.sleep(_LOOK)
    return False


def _lines(places: "Places", told: "Told", *, waits: bool, runs: bool) -> list[str]:
    lines = [
        f"Erased: {told.conversations} conversations, {told.files} files, and who they were."
        if not waits
        else "Nobody sees them any more. A message of theirs is on the wire: the rest goes as "
        "soon as it has its end, by the program that runs next.",
        f"Their hashes are in {places.erased}: keep a copy of it apart from the backups.",
    ]
    for surface, (ours, staffs) in told.shown.items():
        when = "now" if runs else "by the program, once it runs"
        lines.append(f"{surface}: {ours} posts of ours are taken away {when}.")
        if staffs:
            lines.append(
                f"{surface}: {staffs} messages were written there by your agents; what the "
                "platform lets nobody but them delete stays."
            )
    lines.append(
        "Not reached: what the networks and their phones keep, what webhooks and tickets told "
        "other programs, mails to agents, and backups made until now."
    )
    return lines
