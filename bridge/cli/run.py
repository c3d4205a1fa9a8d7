"""The commands that run the program: run, migrate, restored, version."""

import enum
import gc
import os
import sys
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from bridge import __version__
from bridge.cli.config import DEFAULT_PATH, ConfigPath, known_kinds
from bridge.settings import Address, ConfigError, Revise, Settings, examine
from routing.review import review

if TYPE_CHECKING:
    from bridge.app import Program
    from bridge.start import Sockets

_LISTEN = "DESKBRIDGE_SERVER__LISTEN"
SWITCH_SECONDS = 0.001


class Role(enum.StrEnum):
    """What a process does."""

    ALL = "all"
    WEB = "web"
    WORKER = "worker"


def run(
    config: ConfigPath = DEFAULT_PATH,
    listen: Annotated[
        str | None,
        typer.Option(
            "--listen", "-l", metavar="HOST:PORT", help="Listen here instead; port 0 is any."
        ),
    ] = None,
    role: Annotated[
        Role,
        typer.Option(
            "--role",
            help="Of several processes on one PostgreSQL server: `web` answers browsers and "
            "platforms, `worker` receives, sends and keeps the timers, `all` does both.",
        ),
    ] = Role.ALL,
) -> None:
    """Run the program until it is stopped. Without a role that is all of it."""
    start(lambda: _serving(config, listen, role))


def start(prepare: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Run what `prepare` returns until it ends; say in a line why it could not begin."""
    # The program turns it on again once it runs: until then nothing is garbage.
    gc.disable()
    # The parts are imported only now: `--help` and `check` answer at once.
    import uvloop  # noqa: PLC0415

    from bridge.backup import BackupError  # noqa: PLC0415
    from bridge.db import DatabaseError  # noqa: PLC0415
    from bridge.start import StartError  # noqa: PLC0415

    try:
        serving = prepare()
        # The writer's thread and the event loop take turns: with the default of 5 ms, each
        # message waits for several of them.
        sys.setswitchinterval(SWITCH_SECONDS)
        uvloop.run(serving)
    except (StartError, DatabaseError, BackupError) as error:
        fail(str(error))
    except KeyboardInterrupt:
        # uvicorn has ended in good order and passes the signal on.
        sys.exit(130)


def _serving(config: Path, listen: str | None, role: Role) -> Coroutine[Any, Any, None]:
    from bridge.serving import serve  # noqa: PLC0415

    def load(listen: str | None) -> Settings:
        return load_listening(config, listen)

    settings, sockets = opened(
        load, listen, answers=role is not Role.WORKER, at_once=role is not Role.WEB
    )
    anew = reloader(settings, listen, config)
    return serve(settings, sockets, _announce, anew, role.value)


def reloader(
    running: Settings, listen: str | None, config: Path, revise: Revise | None = None
) -> Callable[[], Settings]:
    """Return what reads the settings anew as they were read at the start.

    It raises `ConfigError`. What the start was told of its address goes for it too.
    """
    told = listen if listen is None else str(running.server.listen)

    def load() -> Settings:
        return examined(config, told, revise)

    return load


def examined(config: Path, listen: str | None, revise: Revise | None = None) -> Settings:
    """Load the configuration with what the command line has said; raises `ConfigError`."""
    environ = dict(os.environ)
    if listen is not None:
        environ[_LISTEN] = listen
    return examine(
        config, kinds=known_kinds(), environ=environ, revise=revise, review=review
    ).settings


def opened(
    load: Callable[[str | None], Settings],
    listen: str | None,
    *,
    answers: bool = True,
    at_once: bool = True,
) -> tuple[Settings, "Sockets"]:
    """Load the settings, set up the log, and open the ports they name; raises `StartError`.

    Where the system chooses the port, the settings are loaded once more with it. Unless
    `at_once`, nobody is taken in before the program answers.
    """
    from bridge.logs import set_up_logging  # noqa: PLC0415
    from bridge.start import Sockets, listen_privately  # noqa: PLC0415
    from bridge.start import listen as open_socket  # noqa: PLC0415

    settings = load(listen)
    set_up_logging(settings.logging.format, settings.logging.level)
    address = settings.server.listen
    listening = open_socket(address.host, address.port, at_once=at_once) if answers else None
    if listening is not None and address.port == 0:
        settings = load(str(Address(address.host, listening.getsockname()[1])))
    told = settings.server.admin_listen
    return settings, Sockets(listening, None if told is None else listen_privately(told))


def load_listening(config: Path, listen: str | None, revise: Revise | None = None) -> Settings:
    """Load the configuration as `examine` does, or write every error and leave."""
    try:
        return examined(config, listen, revise)
    except ConfigError as error:
        print(error, file=sys.stderr)
        raise typer.Exit(2 if error.unreadable else 1) from None


def fail(why: str) -> NoReturn:
    """Write why it cannot be done, and leave."""
    print(f"deskbridge: {why}", file=sys.stderr)
    raise typer.Exit(1)


async def _announce(program: "Program") -> None:
    if program.sharing is not None and not program.sharing.serves:
        print(f"Deskbridge {__version__} works. Stop it with Ctrl+C.", flush=True)
        return
    lines = [f"Deskbridge {__version__} is running. Stop it with Ctrl+C.", ""]
    print("\n".join(lines + await addresses(program)), flush=True)


async def addresses(program: "Program") -> list[str]:
    """Return a line for each address there is, with one-time sign-ins in a demo."""
    from bridge import demo  # noqa: PLC0415

    url = program.settings.server.public_url
    lines = []
    if program.settings.server.demo:
        lines.append(f"  the demo shop  {url}/demo")
    lines.append(f"  the console    {url}/console")
    if program.settings.server.admin_listen is not None:
        lines.append(f"  for the administrator's programs  {program.settings.server.admin_listen}")
    if program.settings.server.demo:
        for agent, link in (await demo.links(program.store, program.settings)).items():
            lines.append(f"  sign in once   {link}  ({agent})")
    return lines


def migrate(config: ConfigPath = DEFAULT_PATH) -> None:
    """Bring the database up to date without starting. `run` does it by itself."""
    from bridge import db  # noqa: PLC0415
    from bridge.backup import BackupError, migrated  # noqa: PLC0415

    settings = load_listening(config, None)
    try:
        place = migrated(settings.storage, print)
    except (db.DatabaseError, BackupError) as error:
        fail(str(error))
    print(f"{place} is up to date.")


def restored(
    erased: Annotated[
        Path | None,
        typer.Option("--erased", help="A list of who was erased, beside the one that is here."),
    ] = None,
    config: ConfigPath = DEFAULT_PATH,
) -> None:
    """Say that the database was put back from a copy. The program must be stopped."""
    import asyncio  # noqa: PLC0415

    from bridge import db  # noqa: PLC0415
    from bridge.channel.sink import StorageUnavailableError  # noqa: PLC0415
    from bridge.cli.erased import begin_anew  # noqa: PLC0415
    from bridge.start import StartError  # noqa: PLC0415

    settings = load_listening(config, None)
    try:
        people, waiting = asyncio.run(begin_anew(settings, erased))
    except (StartError, db.DatabaseError, StorageUnavailableError, OSError) as error:
        fail(str(error))
    if people:
        print(f"People erased since, and erased again: {people}.")
    if waiting:
        print("A message to one of them is on the wire: the rest goes by the program.")
    print("What is sent from now on is new to every network. Start the program.")


def version() -> None:
    """Print the version."""
    print(__version__)
