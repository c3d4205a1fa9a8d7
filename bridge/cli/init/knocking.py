"""Asking the platforms whose a token is, while somebody is there to mend it."""

import asyncio
from collections.abc import Awaitable, Mapping
from dataclasses import dataclass
from typing import Literal

import typer

from bridge.channel import MisconfiguredError, SendError
from bridge.settings.environment import PREFIX

# Somebody waits at the terminal: whatever takes longer cannot be asked now, in seconds.
_WITHIN = 10.0
Proof = Literal["bot", "slack_bot", "slack_app"]


@dataclass(frozen=True, slots=True)
class Door:
    """Where a token is shown: how it is proven, and the key of its inbox or surface."""

    proof: Proof
    key: str
    base: str
    """The address of the API, where the environment names no other."""


class Knocker:
    """Shows tokens to their platforms, until one cannot be reached at all."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        """Know where the platforms are, if not where everybody's are."""
        self._environ = environ
        self._offline = False

    def refusal(self, door: Door, token: str) -> str | None:
        """Say whose a token is; return why it is refused, or `None`."""
        if self._offline:
            return None
        # The platforms' clients are large, and every command would load them.
        from bridge.cli.init import proofs  # noqa: PLC0415

        name = f"{PREFIX}{door.key.replace('.', '__').upper()}__API_BASE"
        base = self._environ.get(name) or door.base
        try:
            told = asyncio.run(_within(proofs.PROOFS[door.proof](token, base)))
        except MisconfiguredError as error:
            return str(error)
        except (SendError, TimeoutError):
            self._offline = True
            typer.echo("  The network cannot be asked now: `deskbridge doctor` does it later.")
            return None
        typer.echo(f"  {told}")
        return None


async def _within(asked: Awaitable[str]) -> str:
    async with asyncio.timeout(_WITHIN):
        return await asked
