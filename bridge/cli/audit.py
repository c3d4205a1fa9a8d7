"""`deskbridge audit`: who did what to what, when, and from where."""

import asyncio
import json
import sys
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Annotated, get_args

import typer

from bridge.cli.config import DEFAULT_PATH, ConfigPath, load_or_exit
from bridge.cli.database import fail, opened, table
from bridge.clock import Clock, ms
from bridge.settings import Settings
from bridge.settings.values import read_duration

if TYPE_CHECKING:
    from bridge.models import AuditRow
    from bridge.store.chain import Found

_HEAD = ("at", "who", "what", "to", "from", "address", "more")
# Larger than any id and any time.
_MOST = 2**53


def audit(
    context: typer.Context,
    agent: Annotated[str | None, typer.Option("--agent", help="What this agent did.")] = None,
    conversation: Annotated[
        int | None, typer.Option("--conversation", min=1, help="What was done in this one.")
    ] = None,
    kind: Annotated[str | None, typer.Option("--kind", help="Acts of this kind.")] = None,
    since: Annotated[
        str | None, typer.Option("--since", help="From then on: 7d, 12h, or a day, 2027-01-31.")
    ] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, help="The last so many.")] = 50,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,  # noqa: FBT002
    config: ConfigPath = DEFAULT_PATH,
) -> None:
    """Print the audit trail, the latest first. The options narrow it, all at once."""
    if context.invoked_subcommand is not None:
        return
    settings = load_or_exit(config)
    _check_kind(kind)
    wanted: dict[str, object] = {
        "agent": agent,
        "action": kind,
        "conversation": conversation,
        "since": 0 if since is None else since_of(since, settings),
        "limit": limit,
    }
    found = asyncio.run(_found(settings, wanted))
    for line in _as_json(found) if as_json else _as_text(found, settings):
        print(line)


def verify(
    end: Annotated[
        str | None, typer.Option("--end", help="An end that was told and noted before.")
    ] = None,
    config: ConfigPath = DEFAULT_PATH,
) -> None:
    """Say whether anything in the trail was changed or taken out. It is read as a whole."""
    settings = load_or_exit(config)
    found = asyncio.run(_checked(settings, end))
    for act_id, fault in found.faults:
        print(_FAULTS[fault].format(id=act_id), file=sys.stderr)
    if found.faults:
        raise typer.Exit(1)
    print(f"{found.acts} acts, each as it was written down, none missing between them.")
    print(f"The end, to be noted where nobody can change it: {found.end}")


_FAULTS = {
    "changed": "act {id} is not what was written down",
    "missing_before": "what stood right before act {id} is gone",
    "cut_off": "what stood after act {id} is gone",
    "not_in_it": "the end that was noted, act {id}, is not in the trail: it was written anew",
}


async def _checked(settings: Settings, end: str | None) -> "Found":
    from bridge.store import chain  # noqa: PLC0415

    noted = None
    if end is not None:
        number, _, hashed = end.partition(":")
        if not number.isdecimal() or not hashed:
            fail(f"--end {end}: it is written as it was told, 42:3f5c…")
        noted = chain.End(int(number), hashed)
    async with opened(settings) as store:
        return await store.read(chain.check, noted)


def _check_kind(kind: str | None) -> None:
    from agent_console.audit import Action  # noqa: PLC0415

    if kind is not None and kind not in get_args(Action):
        fail(f"there is no act {kind}: {', '.join(get_args(Action))}")


def since_of(text: str, settings: Settings, option: str = "--since") -> int:
    """Return a time in ms: so long ago, or the beginning of a day in the house's time zone."""
    try:
        return Clock().now() - ms(read_duration(text))
    except ValueError:
        pass
    try:
        day = datetime.combine(date.fromisoformat(text), time(), settings.locale.timezone)
    except ValueError:
        fail(f"{option} {text}: write how long ago, 7d or 12h, or a day, 2027-01-31")
    return round(day.timestamp() * 1000)


async def _found(settings: Settings, wanted: dict[str, object]) -> "list[AuditRow]":
    from bridge.store.audit import FOUND  # noqa: PLC0415

    async with opened(settings) as store:
        return await store.read(lambda tx: tx.all(FOUND, before=_MOST, until=_MOST, **wanted))


def _as_text(found: "Sequence[AuditRow]", settings: Settings) -> Iterator[str]:
    if not found:
        yield "Nothing of the kind."
        return
    rows = [_HEAD, *(_cells(one, settings) for one in found)]
    yield from table(rows)


def _cells(one: "AuditRow", settings: Settings) -> tuple[str, ...]:
    at = datetime.fromtimestamp(one.at / 1000, settings.locale.timezone)
    detail = json.loads(one.detail)
    return (
        at.isoformat(" ", "seconds"),
        one.agent_id or "-",
        one.action,
        one.subject or "-",
        one.surface,
        one.address or "-",
        " ".join(f"{key}={_word(value)}" for key, value in detail.items()),
    )


def _word(value: object) -> str:
    # As JSON, so that nothing in it can break the line or move the cursor.
    return json.dumps(value, ensure_ascii=True)


def _as_json(found: "Sequence[AuditRow]") -> Iterator[str]:
    for one in found:
        act = {
            "id": one.id,
            "at": one.at,
            "agent": one.agent_id,
            "action": one.action,
            "subject": one.subject,
            "surface": one.surface,
            "address": one.address,
            "detail": json.loads(one.detail),
        }
        yield json.dumps(act, ensure_ascii=False)
