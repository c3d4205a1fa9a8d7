"""`deskbridge dead`: what did not arrive, why, and what to do about it."""

import asyncio
import json
import time
from collections.abc import Iterator, Sequence
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from bridge.cli.audit import since_of
from bridge.cli.config import DEFAULT_PATH, ConfigPath, load_or_exit
from bridge.cli.database import fail, opened, table
from bridge.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable

    from agent_console.audit import By
    from agent_console.dead import Item
    from agent_console.dead.listing import Whole
    from bridge.store.dead import Kind
    from bridge.store.transactions import Store, Tx

    Work = Callable[[Tx, By, Kind, int], Item]

# So long the running program is waited for, and looked at so often, in seconds.
WITHIN = 20.0
_LOOK = 0.5
# What one run of `--all` takes.
_MOST = 10_000
_HEAD = ("id", "where", "state", "what", "times", "last", "why")


class KindOf(StrEnum):
    """Which things are meant."""

    EVENT = "event"
    DELIVERY = "delivery"
    POST = "post"
    CALL = "call"


ItemId = Annotated[str, typer.Argument(metavar="ID", help="Its id, as `list` shows it: event-12.")]
MaybeIds = Annotated[
    list[str] | None, typer.Argument(metavar="[ID]...", help="Ids, as `list` shows them.")
]
Inbox = Annotated[
    str | None, typer.Option("--inbox", help="Of this inbox, staff surface or webhook alone.")
]
OfKind = Annotated[
    KindOf | None,
    typer.Option(
        "--kind",
        help="event: what could not be read on its way in. delivery: what did not reach a "
        "customer. post: what a staff surface did not take. call: what a webhook did not.",
    ),
]
Since = Annotated[
    str | None, typer.Option("--since", help="Since then: 7d, 12h, or a day, 2027-01-31.")
]
OlderThan = Annotated[
    str | None, typer.Option("--before", help="Before then: 30d ago, or a day, 2027-01-31.")
]
AllOfThem = Annotated[bool, typer.Option("--all", help="All that the other options leave.")]
Raw = Annotated[
    bool, typer.Option("--raw", help="Print what came, byte for byte: a customer's words too.")
]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask before it is done.")]
AsJson = Annotated[bool, typer.Option("--json", help="JSON, for programs.")]


def list_dead(
    inbox: Inbox = None,
    kind: OfKind = None,
    since: Since = None,
    before: OlderThan = None,
    limit: Annotated[int, typer.Option("--limit", min=1, help="The last so many.")] = 50,
    as_json: AsJson = False,  # noqa: FBT002
    config: ConfigPath = DEFAULT_PATH,
) -> None:
    """List what did not arrive, the latest first. The options narrow it, all at once."""
    settings = load_or_exit(config)
    items = asyncio.run(_found(settings, inbox, kind, since, before, limit))
    for line in _as_json(items) if as_json else _as_text(items, settings):
        print(line)


def show(
    item_id: ItemId,
    raw: Raw = False,  # noqa: FBT002
    as_json: AsJson = False,  # noqa: FBT002
    config: ConfigPath = DEFAULT_PATH,
) -> None:
    """Show one thing: why, since when, and what went over the wire. No words of it are shown."""
    settings = load_or_exit(config)
    kind, number = _named(item_id)
    if raw:
        if kind != "event":
            fail(f"{item_id} went out, and is no event: its words are in its conversation")
        typer.echo(asyncio.run(_raw(settings, number)), nl=False)
        return
    whole = asyncio.run(_whole(settings, kind, number))
    if as_json:
        print(_json(whole))
        return
    print("\n".join(_facts(whole.item, settings)))
    if whole.wire is not None:
        print(json.dumps(whole.wire, ensure_ascii=False, indent=2))


def retry(
    ids: MaybeIds = None,
    every: AllOfThem = False,  # noqa: FBT002
    inbox: Inbox = None,
    kind: OfKind = None,
    since: Since = None,
    before: OlderThan = None,
    yes: Yes = False,  # noqa: FBT002
    config: ConfigPath = DEFAULT_PATH,
) -> None:
    """Try things again, at once or at the program's next start.

    What came in is read by the translator of this version, what goes out is sent as new. What
    arrived after all is stored no second time. What is uncertain may reach its customer twice,
    and says so.
    """
    settings = load_or_exit(config)
    chosen = _chosen(settings, ids, every=every, narrowed=(inbox, kind, since, before))
    can = [one for one in chosen if one.can_retry]
    for one in chosen:
        if not one.can_retry:
            print(f"{one.id}: nothing can be made of it again ({_hindrance(one)})")
    if every and can and not yes:
        typer.confirm(f"Try {len(can)} again?", abort=True)
    if not can:
        fail("there is nothing to try again")
    asyncio.run(_ask(settings, can))
    left = _awaited(settings, can)
    if left is None:
        print(f"{len(can)} to be tried again when the program starts: none runs now.")
        return
    for one in left:
        print(f"{one.id}: still here: {one.why}")
    print(f"{len(can) - len(left)} of {len(can)} went on.")
    if left:
        raise typer.Exit(1)


def drop(
    ids: MaybeIds = None,
    every: AllOfThem = False,  # noqa: FBT002
    inbox: Inbox = None,
    kind: OfKind = None,
    since: Since = None,
    before: OlderThan = None,
    yes: Yes = False,  # noqa: FBT002
    config: ConfigPath = DEFAULT_PATH,
) -> None:
    """Take things off the list for good. Of what came in nothing is left.

    What did not go out stays as it is in its conversation. The audit trail tells who it was.
    """
    settings = load_or_exit(config)
    chosen = _chosen(settings, ids, every=every, narrowed=(inbox, kind, since, before))
    if not chosen:
        fail("there is nothing to drop")
    if not yes:
        typer.confirm(f"Drop {len(chosen)} for good?", abort=True)
    print(f"Dropped {asyncio.run(_drop(settings, chosen))}.")


# --- what is printed ---


def _as_text(items: "Sequence[Item]", settings: Settings) -> Iterator[str]:
    if not items:
        yield "Nothing of the kind: everything has arrived."
        return
    yield from table([_HEAD, *(_row(one, settings) for one in items)])


def _row(one: "Item", settings: Settings) -> tuple[str, ...]:
    what = "asked for again" if one.asked else one.what
    when = _moment(one.at, settings)
    return one.id, one.where, one.state, what, str(one.times), when, one.why


def _facts(one: "Item", settings: Settings) -> list[str]:
    facts = {
        "id": one.id,
        "where": one.where,
        "state": one.state,
        "what": one.what,
        "why": one.why,
        "said": one.said or "",
        "times": str(one.times),
        "first": _moment(one.first_at, settings),
        "last": _moment(one.at, settings),
        "tried again": "" if one.retried is None else f"{_moment(one.retried, settings)}, in vain",
        "bytes": "" if one.size is None else str(one.size),
        "conversation": "" if one.conversation is None else str(one.conversation),
        "can be tried again": "yes" if one.can_retry else f"no: {_hindrance(one)}",
    }
    return table([(name, value) for name, value in facts.items() if value])


def _hindrance(one: "Item") -> str:
    return "it was no event" if one.what == "words" else "only its beginning was kept"


def _moment(at: int, settings: Settings) -> str:
    return datetime.fromtimestamp(at / 1000, settings.locale.timezone).isoformat(" ", "seconds")


def _as_json(items: "Sequence[Item]") -> Iterator[str]:
    for one in items:
        yield _json(one)


def _json(value: "Item | Whole") -> str:
    import msgspec  # noqa: PLC0415

    return msgspec.json.encode(value).decode()


# --- what is done ---


def _named(item_id: str) -> "tuple[Kind, int]":
    from agent_console.dead import KINDS, named  # noqa: PLC0415

    kinds = ", ".join(f"{kind}-1" for kind in KINDS)
    return named(item_id) or fail(f"{item_id} is no id: they are written {kinds}")


async def _found(
    settings: Settings,
    inbox: str | None,
    kind: KindOf | None,
    since: str | None,
    before: str | None,
    limit: int,
) -> "list[Item]":
    from agent_console import dead  # noqa: PLC0415
    from agent_console.dead.listing import FOREVER  # noqa: PLC0415

    async with opened(settings) as store:
        return await store.read(
            dead.found,
            kinds=[one for one in dead.KINDS if kind is None or one == kind],
            inbox=inbox,
            since=0 if since is None else since_of(since, settings, "--since"),
            until=FOREVER if before is None else since_of(before, settings, "--before"),
            limit=limit,
        )


def _chosen(
    settings: Settings,
    ids: list[str] | None,
    *,
    every: bool,
    narrowed: tuple[str | None, KindOf | None, str | None, str | None],
) -> "list[Item]":
    """Return what is meant: by its ids, or all that is left by the options."""
    if bool(ids) == every:
        fail("name ids, or --all for all that the options leave")
    if ids and any(narrowed):
        fail("options go with --all, and not with ids")
    if every:
        return asyncio.run(_found(settings, *narrowed, limit=_MOST))
    named = [_named(one) for one in dict.fromkeys(ids or [])]
    return [asyncio.run(_whole(settings, *one)).item for one in named]


async def _whole(settings: Settings, kind: "Kind", number: int) -> "Whole":
    from agent_console import dead  # noqa: PLC0415

    async with opened(settings) as store:
        whole = await store.read(dead.one, kind, number)
    return whole or fail(f"{kind}-{number} is not in the list, or is no longer")


async def _raw(settings: Settings, number: int) -> bytes:
    from bridge.store.quarantine import RAW  # noqa: PLC0415

    async with opened(settings) as store:
        raw = await store.read(lambda tx: tx.one(RAW, id=number))
    return fail(f"event-{number} is not in the list, or is no longer") if raw is None else raw


async def _ask(settings: Settings, items: "Sequence[Item]") -> None:
    from agent_console import dead  # noqa: PLC0415

    async with opened(settings) as store:
        await _each(store, items, dead.ask)


async def _drop(settings: Settings, items: "Sequence[Item]") -> int:
    from agent_console import dead  # noqa: PLC0415

    async with opened(settings) as store:
        return await _each(store, items, dead.drop)


async def _each(store: "Store", items: "Sequence[Item]", work: "Work") -> int:
    """Do it to each, oldest first; what is gone meanwhile is passed over."""
    from agent_console.audit import By  # noqa: PLC0415
    from routing.refusal import RefusedError  # noqa: PLC0415

    done = 0
    for one in reversed(items):
        try:
            await store.write(work, By(surface="command"), *_named(one.id))
        except RefusedError:
            continue
        done += 1
    return done


def _awaited(settings: Settings, items: "Sequence[Item]") -> "list[Item] | None":
    """Wait for the running program; return what is still in the list, `None` if none runs."""
    from bridge.start import running  # noqa: PLC0415

    if not running(settings.storage.database_path):
        return None
    end = time.monotonic() + WITHIN
    while True:
        left = asyncio.run(_still(settings, items))
        if not any(one.asked for one in left) or time.monotonic() > end:
            return left
        time.sleep(_LOOK)


async def _still(settings: Settings, items: "Sequence[Item]") -> "list[Item]":
    from agent_console import dead  # noqa: PLC0415

    async with opened(settings) as store:
        wholes = [await store.read(dead.one, *_named(one.id)) for one in items]
    return [one.item for one in wholes if one is not None]
