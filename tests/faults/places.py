"""Places in all the program's ways at which it can end itself, for real, as by `kill -9`.

They stand in the walls of the house, not in its rooms: around each transaction, each commit,
each call of a network or a surface, each answer to one, each file and each file's name. So the
program pays nothing for them and knows nothing of them. `NAMED` are those that a busy program comes
to, so that one to which no run comes is a fault; what a life has passed besides is in its own
list.
"""

import functools
import os
import signal
from collections.abc import Awaitable, Callable
from typing import Any

from tests.faults.fate import Fate, read

# How what is written is called, by the function that writes it; the others have its name.
WRITES = {
    "Ahead.reckon": "reckon",
    "InboundSink._accept": "intake",
    "InboundSink._quarantine": "quarantine",
    "DeliveryWorker._claim": "claim",
    "DeliveryWorker._begin": "inheritance",
    "_recorded": "record of a send",
    "_noted": "note that a send begins",
}

INBOXES = ("telegram", "telegram_hook", "vk", "vk_poll", "viber", "mail", "site")
CALLED = ("/hooks/telegram_hook", "/hooks/vk", "/hooks/viber", "/widget/storm_site/api/messages")
SURFACES = {"slack": "slack", "forum": "telegram_forum"}
SIDES = ("before", "after")


def _named_places() -> list[str]:
    all_three = ("before", "inside", "after")
    answers = [f"POST {one}" for one in (*CALLED, "/api/conversations/n/messages", "/api/session")]
    written = [
        *(f"intake of {one}" for one in INBOXES),
        *(f"claim of {one}" for one in INBOXES),
        *(f"record of a send of {one}" for one in INBOXES),
        *(f"_accept of {one}" for one in SURFACES),
        *(f"reckon of {one}" for one in SURFACES),
        *(f"act of {one}" for one in SURFACES),
        *("record", "acted", "fire", "tell", "catch_up", "_settle", "SignIn._enter_by_link"),
        *("started", "begin", "_stand", "inheritance of telegram", "inheritance of vk"),
    ]
    called = [
        *(f"a send by {one}" for one in INBOXES),
        *(f"{what} of {kind}" for kind in SURFACES.values() for what in ("open", "post", "draw")),
        *("a commit", "a call of a webhook", "automations", "a timer"),
        *("the end of a file", "the name of a file"),
    ]
    return [
        *(f"{when} {what}" for what in written for when in all_three),
        *(f"{when} {what}" for what in called for when in SIDES),
        *(f"{when} the answer to {what}" for what in answers for when in SIDES),
        *(f"as {what} comes" for what in answers),
    ]


NAMED = _named_places()
"""Those that a busy program comes to; a run that was to end it there and did not, says so."""
# What a life does once, as it begins, by itself or with the first who signs in.
_AT_THE_BEGINNING = (
    "started",
    "_stand",
    "SignIn._enter_by_link",
    "acted",
    "inheritance of telegram",
    "inheritance of vk",
)
BEGINNING = frozenset(
    f"{when} {what}" for what in _AT_THE_BEGINNING for when in ("before", "inside", "after")
)
"""Those to which a life comes once at most, and one that has begun perhaps never again."""
RARE = frozenset(f"{when} open of {kind}" for kind in SURFACES.values() for when in SIDES)
"""Those to which there is a way only until every customer has a thread."""


class Wall:
    """What stands around the program in one life."""

    def __init__(self, told: int, fate: Fate) -> None:
        """Write to `told` what is passed; end it where its fate says."""
        self._told, self._fate = told, fate
        self._known = b""
        self._at: str | None = None
        self._turn = 0
        self._passed: set[str] = set()

    def passes(self, name: str) -> None:
        """Pass, or never."""
        if name not in self._passed:
            self._passed.add(name)
            os.write(self._told, f"{name}\n".encode())
        said = self._fate.told()
        if said != self._known:
            self._known = said
            self._at, self._turn = read(said)
        if name == self._at:
            self._turn -= 1
            if self._turn <= 0:
                os.write(self._told, f"!{name}\n".encode())
                os.kill(os.getpid(), signal.SIGKILL)

    def stand(self) -> None:
        """Stand around everything there is."""
        _around_the_store(self)
        _around_networks(self)
        _around_surfaces(self)
        _around_the_door(self)
        _around_what_lies_about(self)

    # --- around one function ---

    def call(self, owner: Any, name: str, called: Callable[..., str] | str) -> None:
        """Have places before and after a coroutine function of somebody's."""
        inner: Callable[..., Awaitable[Any]] = getattr(owner, name)

        @functools.wraps(inner)
        async def outer(*args: Any, **more: Any) -> Any:
            what = called if isinstance(called, str) else called(*args)
            self.passes(f"before {what}")
            result = await inner(*args, **more)
            self.passes(f"after {what}")
            return result

        setattr(owner, name, outer)

    def deed(self, owner: Any, name: str, what: str) -> None:
        """Have places before and after a plain function of somebody's."""
        inner: Callable[..., Any] = getattr(owner, name)

        @functools.wraps(inner)
        def outer(*args: Any, **more: Any) -> Any:
            self.passes(f"before {what}")
            result = inner(*args, **more)
            self.passes(f"after {what}")
            return result

        setattr(owner, name, outer)


def _around_the_store(wall: Wall) -> None:
    from bridge.store.postgresql import PostgresLine  # noqa: PLC0415
    from bridge.store.sqlite import SqliteLine  # noqa: PLC0415
    from bridge.store.transactions import Asking, Store  # noqa: PLC0415

    # What is written under a lease goes by here as well as all else.
    write = Store.write_under

    async def written(self: Store, claim: Any, work: Any, *args: Any, **more: Any) -> Any:
        asks = work.asks if isinstance(work, Asking) else tuple
        what = _named(work.work if isinstance(work, Asking) else work, args)

        def worked(*given: Any, **also: Any) -> Any:
            result = work(*given, **also)
            wall.passes(f"inside {what}")
            return result

        wall.passes(f"before {what}")
        result = await write(self, claim, Asking(worked, asks), *args, **more)
        wall.passes(f"after {what}")
        return result

    Store.write_under = written  # type: ignore[method-assign]
    for line in (SqliteLine, PostgresLine):
        wall.deed(line, "commit", "a commit")


def _named(work: Any, args: Any) -> str:
    """Return what a transaction is called, with the inbox or surface it is of."""
    function = getattr(work, "__func__", getattr(work, "func", work))
    path = getattr(function, "__qualname__", type(work).__name__).replace(".<locals>", "")
    owner = getattr(work, "__self__", None)
    of = getattr(owner, "_inbox_id", None) or getattr(owner, "_place", None)
    of = of or getattr(getattr(owner, "_deck", None), "surface_id", None)
    if of is None and args:
        first = args[0]
        of = getattr(first, "surface_id", None) or getattr(first, "_place", None)
    return WRITES.get(path, path) + (f" of {of}" if isinstance(of, str) else "")


def _around_networks(wall: Wall) -> None:
    from channels import registry  # noqa: PLC0415

    inboxes: dict[int, str] = {}

    def sends(channel: Any, *_: Any) -> str:
        return f"a send by {inboxes[id(channel)]}"

    def around(kind: Any) -> None:
        made = kind.__init__

        @functools.wraps(made)
        def make(self: Any, settings: Any, context: Any) -> None:
            inboxes[id(self)] = context.inbox_id
            made(self, settings, context)

        kind.__init__ = make
        wall.call(kind, "send", sends)

    for path in registry.CHANNELS.values():
        around(registry.load_class(path))


def _around_surfaces(wall: Wall) -> None:
    from agent_console.registry import SURFACES, surface_class  # noqa: PLC0415

    for kind in SURFACES:
        surface = surface_class(kind)
        for name in ("open", "draw", "post", "mark", "shut", "tell", "find"):
            if hasattr(surface, name):
                wall.call(surface, name, f"{name} of {kind}")


def _around_the_door(wall: Wall) -> None:
    from bridge.web.server import Doors  # noqa: PLC0415

    inner = Doors.__call__

    async def entered(self: Doors, scope: Any, receive: Any, send: Any) -> None:
        what = _asked(scope)
        if what is None:
            await inner(self, scope, receive, send)
            return

        async def sent(message: Any) -> None:
            if message["type"] == "http.response.start":
                wall.passes(f"before the answer to {what}")
            await send(message)
            if message["type"] == "http.response.body" and not message.get("more_body"):
                wall.passes(f"after the answer to {what}")

        wall.passes(f"as {what} comes")
        await inner(self, scope, receive, sent)

    Doors.__call__ = entered  # type: ignore[method-assign]


def _asked(scope: Any) -> str | None:
    """Return what is asked for, without the numbers in it; nothing of what only looks."""
    if scope["type"] != "http" or scope["method"] in ("GET", "HEAD"):
        return None
    path = "/".join("n" if part.isdigit() else part for part in scope["path"].split("/"))
    return f"{scope['method']} {path}"


def _around_what_lies_about(wall: Wall) -> None:
    from bridge.backup import making  # noqa: PLC0415
    from bridge.media.files import Files, Incoming  # noqa: PLC0415
    from bridge.webhooks.sending import Sender  # noqa: PLC0415
    from routing import automations, erased, eraser, timers  # noqa: PLC0415

    wall.deed(Incoming, "keep", "the end of a file")
    wall.deed(Files, "take", "the name of a file")
    wall.call(Sender, "send", "a call of a webhook")
    wall.deed(automations, "follow", "automations")
    wall.deed(timers, "fire", "a timer")
    wall.deed(erased, "append", "the list of the erased")
    wall.deed(eraser.Eraser, "_scrub", "the last byte of an erasure")
    wall.deed(making, "copied", "the copy for a backup")
    wall.deed(making, "sent", "the body of a backup")
    wall.deed(making, "sync_folder", "the name of a backup")
    _around_migrations(wall)


def _around_migrations(wall: Wall) -> None:
    from alembic.runtime.migration import MigrationContext  # noqa: PLC0415

    from bridge.db import postgresql, sqlite  # noqa: PLC0415

    for backend in (sqlite, postgresql):
        wall.deed(backend, "_upgrade", "a migration")
    run = MigrationContext.run_migrations

    def ran(self: MigrationContext, **more: Any) -> None:
        run(self, **more)
        wall.passes("inside a migration")

    MigrationContext.run_migrations = ran  # type: ignore[method-assign]
