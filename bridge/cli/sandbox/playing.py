"""The program, the models of its networks and the page, in one process."""

import contextlib
import shutil
from collections.abc import Callable, Coroutine, Mapping
from pathlib import Path
from typing import Any

from bridge import __version__
from bridge.app import Program
from bridge.cli.run import addresses, load_listening, opened, reloader
from bridge.cli.sandbox import DATA
from bridge.cli.sandbox.networks import Network, network_of
from bridge.cli.sandbox.revision import revised
from bridge.sandbox.phones import PhonesServer
from bridge.sandbox.recorder import Recorder
from bridge.serving import serve
from bridge.settings import Settings
from bridge.start import Sockets, StartError, lock

Networks = Mapping[str, Network]


def serving(
    config: Path, listen: str | None, phones: tuple[str, int], record: Path | None
) -> Coroutine[Any, Any, None]:
    """Return what runs all of it; raises `StartError`, and leaves for a file that is wrong."""

    def load(address: str | None) -> Settings:
        return load_listening(config, address, lambda data: revised(data, DATA))

    settings, sockets = opened(load, listen)
    begin_anew(DATA)
    anew = reloader(settings, listen, config, lambda data: revised(data, DATA))
    return play(settings, sockets, phones, record, anew)


def begin_anew(folder: Path) -> None:
    """Remove what an earlier sandbox has left, since its networks have forgotten it all.

    Raises `StartError` while that one still runs.
    """
    database = folder / "deskbridge.db"
    with contextlib.closing(lock(database)):
        for ending in (".db", ".db-wal", ".db-shm", ".secret"):
            database.with_suffix(ending).unlink(missing_ok=True)
        shutil.rmtree(folder / "media", ignore_errors=True)


async def play(
    settings: Settings,
    sockets: Sockets,
    phones: tuple[str, int],
    record: Path | None,
    load: Callable[[], Settings],
) -> None:
    """Run all of it until SIGINT or SIGTERM; raises `StartError` and `DatabaseError`.

    `load` reads the settings anew; an inbox that only they have stays without a model.
    """
    made = {key: network_of(key, inbox) for key, inbox in settings.channels.items()}
    networks = {key: one for key, one in made.items() if one is not None}
    if record is not None:
        _record(networks, record)
    async with contextlib.AsyncExitStack() as stack:
        for one in networks.values():
            await stack.enter_async_context(one.running)
            one.phone.settle()
        page = PhonesServer(one.phone for one in networks.values())
        await _open(stack, page, phones)

        async def announce(program: Program) -> None:
            lines = [f"Deskbridge {__version__} runs in a sandbox. Stop it with Ctrl+C.", ""]
            lines += [f"  the phones     {page.url}", *await addresses(program)]
            lines += await _called(networks, program.settings.server.public_url)
            print("\n".join(lines), flush=True)

        await serve(
            pointed(settings, networks), sockets, announce, lambda: pointed(load(), networks)
        )


def _record(networks: Networks, folder: Path) -> None:
    """Write down what goes over each wire, all inboxes of a network in one folder."""
    recorders: dict[str, Recorder] = {}
    for one in networks.values():
        name = one.phone.network
        try:
            recorder = recorders.setdefault(name, Recorder(folder / name))
        except OSError as error:
            raise StartError(f"--record: {folder}: {error.strerror}") from None
        recorder.record(one.phone.wire, one.secrets)


async def _open(
    stack: contextlib.AsyncExitStack, page: PhonesServer, place: tuple[str, int]
) -> None:
    host, port = place
    try:
        await stack.enter_async_context(page.running(host, port))
    except OSError as error:
        why = error.strerror or "the system refuses"
        raise StartError(
            f"the page with the phones cannot have port {port}: {why}; choose another one with "
            "--phones HOST:PORT, port 0 is any"
        ) from None


def pointed(settings: Settings, networks: Networks) -> Settings:
    """Return the settings with each inbox at its model."""
    channels = {
        key: inbox.model_copy(update=networks[key].keys()) if key in networks else inbox
        for key, inbox in settings.channels.items()
    }
    return settings.model_copy(update={"channels": channels})


async def _called(networks: Networks, url: str) -> list[str]:
    """Set the addresses that networks call; return a line for each that did not answer."""
    lines = []
    for key, one in networks.items():
        if one.call_back is not None and not await one.call_back(f"{url}/hooks/{key}"):
            lines.append(f"  {key}: the program did not confirm its callback")
    return lines
