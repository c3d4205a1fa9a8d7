"""The commands that run the program: run, migrate, restored, version."""

import gc
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from bridge import __version__
from bridge.cli.config import DEFAULT_PATH, ConfigPath, known_kinds
from bridge.settings import ConfigError, Settings, load

if TYPE_CHECKING:
    from bridge.app import Program

_LISTEN = "DESKBRIDGE_SERVER__LISTEN"
SWITCH_SECONDS = 0.001


def run(
    config: ConfigPath = DEFAULT_PATH,
    listen: Annotated[
        str | None,
        typer.Option(
            "--listen", "-l", metavar="HOST:PORT", help="Listen here instead; port 0 is any."
        ),
    ] = None,
) -> None:
    """Run everything in this process until it is stopped."""
    # The program turns it on again once it runs: until then nothing is garbage.
    gc.disable()
    # The parts are imported only now: `--help` and `check` answer at once.
    import uvloop  # noqa: PLC0415

    from bridge.app import StartError, serve  # noqa: PLC0415
    from bridge.app import listen as open_socket  # noqa: PLC0415
    from bridge.db import DatabaseError  # noqa: PLC0415
    from bridge.logs import set_up_logging  # noqa: PLC0415

    settings = _load(config, listen)
    set_up_logging(settings.logging.format, settings.logging.level)
    try:
        listening = open_socket(settings.server.listen.host, settings.server.listen.port)
        if settings.server.listen.port == 0:
            port = listening.getsockname()[1]
            settings = _load(config, f"{settings.server.listen.host}:{port}")
        # The writer's thread and the event loop take turns: with the default of 5 ms, each
        # message waits for several of them.
        sys.setswitchinterval(SWITCH_SECONDS)
        uvloop.run(serve(settings, listening, _announce))
    except (StartError, DatabaseError) as error:
        _fail(str(error))
    except KeyboardInterrupt:
        # uvicorn has ended in good order and passes the signal on.
        sys.exit(130)


def _load(config: Path, listen: str | None) -> Settings:
    environ = dict(os.environ)
    if listen is not None:
        environ[_LISTEN] = listen
    try:
        return load(config, kinds=known_kinds(), environ=environ)
    except ConfigError as error:
        print(error, file=sys.stderr)
        raise typer.Exit(2 if error.unreadable else 1) from None


def _fail(why: str) -> NoReturn:
    print(f"deskbridge: {why}", file=sys.stderr)
    raise typer.Exit(1)


async def _announce(program: "Program") -> None:
    url = program.settings.server.public_url
    lines = [f"Deskbridge {__version__} is running. Stop it with Ctrl+C.", ""]
    if program.settings.server.demo:
        lines.append(f"  the demo shop  {url}/demo")
    lines.append(f"  the console    {url}/console")
    if program.settings.server.demo:
        for agent, link in (await program.demo_links()).items():
            lines.append(f"  sign in once   {link}  ({agent})")
    print("\n".join(lines), flush=True)


def migrate(config: ConfigPath = DEFAULT_PATH) -> None:
    """Bring the database up to date without starting; `run` does it by itself."""
    from bridge import db  # noqa: PLC0415

    settings = _load(config, None)
    try:
        path = db.sqlite_path(settings.storage.database)
        db.migrate(path)
    except db.DatabaseError as error:
        _fail(str(error))
    print(f"{path} is up to date.")


def restored(config: ConfigPath = DEFAULT_PATH) -> None:
    """Say that the database was put back from a copy, while the program is stopped."""
    import asyncio  # noqa: PLC0415

    from bridge import db  # noqa: PLC0415
    from bridge.app import StartError, begin_anew  # noqa: PLC0415

    settings = _load(config, None)
    try:
        asyncio.run(begin_anew(settings))
    except (StartError, db.DatabaseError) as error:
        _fail(str(error))
    print("What is sent from now on is new to every network. Start the program.")


def version() -> None:
    """Print the version."""
    print(__version__)
