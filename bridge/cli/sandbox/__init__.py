"""The command `sandbox`: the program between model networks, and a page to play customers."""

import ipaddress
import re
from pathlib import Path
from typing import Annotated

import typer

from bridge.cli.config import DEFAULT_PATH, ConfigPath
from bridge.cli.run import fail, start

DATA = Path("var/sandbox")
_ADDRESS = re.compile(r"(?:\[([0-9A-Fa-f:.]+)\]|([A-Za-z0-9.-]+)):(\d{1,5})")


def sandbox(
    config: ConfigPath = DEFAULT_PATH,
    listen: Annotated[
        str | None,
        typer.Option(
            "--listen", "-l", metavar="HOST:PORT", help="Listen here instead, on this machine only."
        ),
    ] = None,
    phones: Annotated[
        str,
        typer.Option("--phones", metavar="HOST:PORT", help="Where the page with the phones is."),
    ] = "127.0.0.1:8090",
    record: Annotated[
        Path | None,
        typer.Option("--record", metavar="FOLDER", help="Write each payload into this folder."),
    ] = None,
) -> None:
    """Try a configuration without any token. Networks are models, and a page plays customers."""
    if listen is not None:
        on_loopback("--listen", listen)
    place = on_loopback("--phones", phones)
    # The models are imported by this command alone.
    from bridge.cli.sandbox.playing import serving  # noqa: PLC0415

    start(lambda: serving(config, listen, place, record))


def on_loopback(option: str, address: str) -> tuple[str, int]:
    """Return host and port, or leave: nobody but this machine may play the customers."""
    parts = _ADDRESS.fullmatch(address)
    if parts is None or int(parts[3]) > 65535:
        fail(f"{option}: {address} is not HOST:PORT")
    host = parts[1] or parts[2]
    if not is_loopback(host):
        fail(
            f"{option}: {host} can be reached from other machines, where anybody could play a "
            "customer or sign in; use 127.0.0.1"
        )
    return host, int(parts[3])


def is_loopback(host: str) -> bool:
    """Say whether only this machine reaches an address."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
