"""The command that looks at everything a running desk needs, and says what mends it."""

import asyncio
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bridge.cli.config import DEFAULT_PATH, ConfigPath, examine_or_exit
from bridge.settings import Settings
from bridge.settings.addresses import DatabaseAddress

if TYPE_CHECKING:
    from bridge.app import Program
    from bridge.clock import Clock
    from bridge.doctor import Finding

_SIGNS = {"ok": "ok  ", "warning": "warn", "failed": "FAIL"}


def doctor(
    config: ConfigPath = DEFAULT_PATH,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,  # noqa: FBT002
) -> None:
    """Check accounts, addresses, the database and the clock. Say what mends each problem."""
    settings, warnings = examine_or_exit(config)
    for warning in warnings:
        print(warning, file=sys.stderr)
    found = asyncio.run(_examined(settings))
    failed = sum(one.state == "failed" for one in found)
    if as_json:
        import msgspec  # noqa: PLC0415

        told = {"failed": failed, "findings": found}
        print(msgspec.json.format(msgspec.json.encode(told), indent=2).decode())
    else:
        print("\n".join(_lines(found)))
    if failed:
        raise typer.Exit(1)


def _lines(found: "Sequence[Finding]") -> list[str]:
    lines = []
    for one in found:
        lines.append(f"{_SIGNS[one.state]}  {one.what}: {one.said}")
        if one.fix:
            lines.append(f"      to mend it: {one.fix}")
    failed = sum(one.state == "failed" for one in found)
    lines.append("Everything is well." if not failed else f"{failed} of {len(found)} failed.")
    return lines


def _clock(settings: Settings) -> "Clock":
    """Return the clock that the program goes by, or else this machine's."""
    from bridge import db  # noqa: PLC0415
    from bridge.clock import Clock  # noqa: PLC0415

    try:
        return db.clock_of(db.place_of(settings.storage.database.reveal()))
    except db.DatabaseError:
        return Clock()


async def _examined(settings: Settings) -> "list[Finding]":
    # The program's parts are imported only by the command that asks them.
    from bridge.doctor import of_address, of_receiver, of_this_machine  # noqa: PLC0415
    from bridge.doctor.outside import of_clock, of_redis  # noqa: PLC0415

    found = list(of_this_machine(settings))
    runs = any(one.what == "program" and one.state == "ok" for one in found)
    bases = (getattr(one, "api_base", None) for one in settings.channels.values())
    groups = await asyncio.gather(
        _accounts(settings),
        of_address(settings.server.public_url, runs=runs),
        of_clock([str(one) for one in bases if one], _clock(settings)),
        _identity_provider(settings),
        of_redis(settings.redis),
    )
    receivers = [of_receiver(key, _url(one.url)) for key, one in settings.webhooks.items()]
    return [
        *found,
        *(one for group in groups for one in group),
        *await asyncio.gather(*receivers),
    ]


async def _identity_provider(settings: Settings) -> "list[Finding]":
    """Ask the provider by which agents sign in, as the console does."""
    from agent_console.web.console import web_settings  # noqa: PLC0415

    oidc = web_settings(settings).oidc
    if oidc is None:
        return []
    from agent_console.web.oidc.checkup import of_provider  # noqa: PLC0415

    return [await of_provider(oidc)]


def _url(url: object) -> str:
    reveal = getattr(url, "reveal", None)
    return str(reveal() if reveal is not None else url)


async def _accounts(settings: Settings) -> "list[Finding]":
    """Ask every network, by the very adapters that the program uses."""
    from bridge.app import Program  # noqa: PLC0415
    from bridge.doctor import safes  # noqa: PLC0415

    with tempfile.TemporaryDirectory(prefix="deskbridge-doctor-") as folder:
        async with safes(settings) as safe_of:
            return await _asked(Program(_elsewhere(settings, Path(folder)), safe_of=safe_of))


async def _asked(program: "Program") -> "list[Finding]":
    from bridge.doctor import of_account  # noqa: PLC0415

    asking = [
        of_account(f"channel {key}", f"channels.{key}", one.channel)
        for key, one in program.inboxes.items()
    ] + [
        of_account(f"staff surface {key}", f"staff.{key}", one.surface)
        for key, one in program.staff.items()
    ]
    try:
        found = await asyncio.gather(*asking)
    finally:
        for inbox in program.inboxes.values():
            await inbox.channel.close()
        for staffed in program.staff.values():
            await staffed.surface.close()
        await program.store.close()
    return [one for group in found for one in group]


def _elsewhere(settings: Settings, folder: Path) -> Settings:
    """Return the settings on a database of their own: that of the program is left alone."""
    media = settings.storage.media.model_copy(update={"dir": folder / "media"})
    kept = {"database": DatabaseAddress(f"sqlite:///{folder}/doctor.db"), "media": media}
    return settings.model_copy(update={"storage": settings.storage.model_copy(update=kept)})
