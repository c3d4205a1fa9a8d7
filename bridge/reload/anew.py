"""The program becomes what another file says, without dropping a message.

What is made anew is made before anything ends, and everybody's rules and rows change in one
transaction: until that is stored nothing has changed, and a failure leaves all as it was.
"""

import asyncio
import logging
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol

from agent_console.audit import configuration
from agent_console.fanout.staff import Staffed
from agent_console.surface import ThreadedSettings
from bridge.channel import Channel, StorageUnavailableError
from bridge.health import Watch
from bridge.reload import answer
from bridge.reload.answer import Answer, Trouble
from bridge.reload.difference import Difference, difference, effective
from bridge.reload.wired import Inbox, close, end_work
from bridge.reload.works import Works
from bridge.settings import ConfigError, Problem, Settings
from bridge.store import people
from bridge.store.transactions import Store, Tx
from bridge.supervisor import Supervisor
from bridge.web import HasRoutes
from bridge.webhooks.calls import mail_place
from bridge.webhooks.worker import CallWorker
from routing import declared, presence, sight
from routing.desk import Desk

_log = logging.getLogger(__name__)


class Program(Protocol):
    """What the composition root lends."""

    settings: Settings
    store: Store
    desk: Desk
    watch: Watch
    supervisor: Supervisor
    inboxes: dict[str, Inbox]
    channels: dict[str, Channel]
    staff: dict[str, Staffed]
    webhooks: dict[str, CallWorker]
    works: Works

    def derive(self, purpose: str) -> bytes:
        """Return key material for one purpose."""
        ...

    def wire(self, inbox_id: str, settings: Settings) -> Inbox:
        """Make an inbox; nothing of it runs."""
        ...

    def wire_staff(self, settings: Settings) -> dict[str, Staffed]:
        """Make every staff surface, each of which knows the others; nothing of them runs."""
        ...

    def desk_of(self, settings: Settings, channels: Mapping[str, Channel]) -> Desk:
        """Return the desk of a configuration, with these channels."""
        ...

    def callers(self, settings: Settings) -> dict[str, CallWorker]:
        """Make a worker for every place that calls go to."""
        ...

    def has(self, inbox_id: str, inbox: Inbox | None) -> None:
        """Know the inbox, or that there is none, wherever inboxes are looked up."""
        ...

    def speak(self, settings: Settings) -> None:
        """Have whoever reads the configuration as they go read this one."""
        ...

    async def settle(self, *, doors: bool) -> None:
        """Tell and wake those who are there now; `doors` says that addresses changed."""
        ...


@dataclass(frozen=True, slots=True)
class _Plan:
    """What is made anew and what is gone, by id."""

    inboxes: Mapping[str, Inbox]
    gone: Collection[str]
    staff: Mapping[str, Staffed]
    staff_gone: Collection[str]

    def ending(self, of: Mapping[str, Any]) -> list[str]:
        """Return which of what is there ends."""
        ends = {*self.inboxes, *self.gone, *self.staff, *self.staff_gone}
        return [key for key in of if key in ends]


async def apply(program: Program, wanted: Settings) -> Difference:
    """Become what `wanted` says; return what has changed, and what a restart is needed for.

    Raises `StorageUnavailableError`, and nothing has changed.
    """
    found = difference(program.settings, wanted)
    settings = effective(program.settings, wanted)
    if not found.changed:
        # The same, and perhaps on other lines.
        program.settings = settings
        return found
    plan = _planned(program, settings)
    try:
        await _declare(program, settings, plan)
    except BaseException:
        _forget(program, set(plan.inboxes) - program.inboxes.keys())
        _forget(program, set(plan.staff) - program.staff.keys())
        raise
    before, program.settings = program.settings, settings
    program.speak(settings)
    doors = await _end(program, plan)
    places = _places(program, before, settings, plan)
    await program.supervisor.end(f"webhook:{key}" for key in places)
    doors = _take_in(program, plan) or doors
    program.desk.become(program.desk_of(settings, program.channels))
    _call_anew(program, settings, places)
    await program.settle(doors=doors)
    await _start(program, plan)
    return found


# --- before anything changes ----------------------------------------------------------


def _planned(program: Program, settings: Settings) -> _Plan:
    old = program.settings
    inboxes = [key for key in settings.channels if _inbox(old, key) != _inbox(settings, key)]
    staff = program.wire_staff(settings) if _surfaces(old) != _surfaces(settings) else {}
    others = () if staff or not _surfaces(settings) else program.staff
    return _Plan(
        inboxes={key: program.wire(key, settings) for key in inboxes},
        gone=program.inboxes.keys() - settings.channels.keys(),
        staff=staff,
        staff_gone=program.staff.keys() - staff.keys() - set(others),
    )


def _inbox(settings: Settings, inbox_id: str) -> object:
    """Return all that an inbox is made by; the team and the hours are looked up as they go."""
    inbox = settings.channels.get(inbox_id)
    if inbox is None:
        return None
    own = inbox.model_copy(update={"team": None, "hours": None})
    shown = next((key for key, one in settings.channels.items() if one.type == "widget"), None)
    is_shown = settings.server.demo and shown == inbox_id
    return own, settings.conversation.max_length, _languages(settings), is_shown


def _surfaces(settings: Settings) -> object:
    """Return all that the surfaces of threads are made by, in their order; `None` for none."""
    named = [one for one in settings.staff.items() if isinstance(one[1], ThreadedSettings)]
    return (named, _languages(settings)) if named else None


def _languages(settings: Settings) -> object:
    return settings.locale.default, tuple(settings.locale.available)


async def _declare(program: Program, settings: Settings, plan: _Plan) -> None:
    """Have the rows and everybody's rules be others, at once or not at all."""
    made = {key: one.channel for key, one in plan.inboxes.items()}
    # An inbox that is gone is known until it has ended.
    desk = program.desk_of(settings, {**program.channels, **made})
    before = replace(program.desk)
    try:
        await program.store.write(_declared, program, settings, desk)
    except BaseException:
        program.desk.become(before)
        raise


def _declared(tx: Tx, program: Program, settings: Settings, desk: Desk) -> None:
    configuration.started(tx, settings, program.derive("audit"))
    declared.declare(tx, settings)
    sight.declare(tx, desk.policy)
    presence.reconfigured(tx, desk.policy)
    # The last thing: whatever fails before it has changed nothing.
    program.desk.become(desk)


# --- after that -----------------------------------------------------------------------


async def _end(program: Program, plan: _Plan) -> bool:
    """End what is gone or made anew; say whether any of it had an address."""
    adapters: dict[str, Any] = {key: one.channel for key, one in program.inboxes.items()}
    adapters |= {key: one.surface for key, one in program.staff.items()}
    ending = plan.ending(adapters)

    async def end(key: str) -> None:
        await end_work(program.supervisor, key)
        await close(key, adapters[key])

    await asyncio.gather(*map(end, ending))
    for key in ending:
        program.has(key, None)
    _forget(program, [*plan.gone, *plan.staff_gone])
    return any(isinstance(adapters[key], HasRoutes) for key in ending)


def _forget(program: Program, keys: Collection[str]) -> None:
    for key in keys:
        program.watch.forget(key)


def _take_in(program: Program, plan: _Plan) -> bool:
    """Know what was made; say whether any of it has an address."""
    for key, inbox in plan.inboxes.items():
        program.has(key, inbox)
    program.staff.update(plan.staff)
    made = [*(one.channel for one in plan.inboxes.values())]
    surfaces = [one.surface for one in plan.staff.values()]
    return any(isinstance(one, HasRoutes) for one in (*made, *surfaces))


async def _start(program: Program, plan: _Plan) -> None:
    for inbox in plan.inboxes.values():
        inbox.health.anew()
    for staffed in plan.staff.values():
        staffed.health.anew()
    await _recall(program, plan)
    for key, inbox in plan.inboxes.items():
        program.works.begin_inbox(key, inbox)
    for key, staffed in plan.staff.items():
        program.works.begin_staff(key, staffed)


async def _recall(program: Program, plan: _Plan) -> None:
    """Go on from what is known of them; that it cannot be read keeps nobody from starting."""
    try:
        await program.watch.recall([*plan.inboxes, *plan.staff])
        await program.store.write(_nobody_is_on, [*plan.inboxes, *plan.gone])
    except StorageUnavailableError:
        _log.error("how inboxes were before is not known: the database is away")


def _nobody_is_on(tx: Tx, inboxes: Collection[str]) -> None:
    """Nobody is on these sites before their browser says so again."""
    for inbox_id in inboxes:
        tx.run(people.END_VISITS_OF, inbox_id=inbox_id)


# --- calls to programs outside --------------------------------------------------------


def _places(program: Program, old: Settings, new: Settings, plan: _Plan) -> list[str]:
    """Return the places of calls that end, for good or to begin anew."""
    mailboxes = {mail_place(key) for key in (*plan.inboxes, *plan.gone)}
    named = {mail_place(one.to.inbox) for one in new.tickets.values() if one.to.inbox}
    kept = {key for key, one in old.webhooks.items() if new.webhooks.get(key) == one}
    return [key for key in program.webhooks if key not in kept | (named - mailboxes)]


def _call_anew(program: Program, settings: Settings, ended: Collection[str]) -> None:
    for key in ended:
        del program.webhooks[key]
    for key, worker in program.callers(settings).items():
        if key not in program.webhooks:
            program.webhooks[key] = worker
            program.works.begin_call(key, worker)


# --- being asked ----------------------------------------------------------------------


class Reloading:
    """Reads the configuration anew whenever it is asked to, one time after the other."""

    def __init__(
        self, program: Program, load: Callable[[], Settings], database: Path, asked: asyncio.Event
    ) -> None:
        """`load` reads the file as the start did; raises `ConfigError`."""
        self._program = program
        self._load = load
        self._database = database
        self._asked = asked
        self._waiting: list[asyncio.Future[Answer]] = []
        # The start has read the file too.
        self.last_went_well = True
        self.read_at = program.store.clock.now()

    async def ask(self) -> Answer:
        """Have it reloaded as the signal does; raises `CancelledError` when the program stops."""
        told: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._waiting.append(told)
        self._asked.set()
        return await told

    async def run(self) -> None:
        """Reload when asked, until cancelled."""
        try:
            while True:
                await self._asked.wait()
                self._asked.clear()
                waiting, self._waiting = self._waiting, []
                await self._answer(waiting)
        finally:
            for one in self._waiting:
                one.cancel()

    async def _answer(self, waiting: Sequence["asyncio.Future[Answer]"]) -> None:
        try:
            told = await self.reload()
            for one in waiting:
                if not one.done():
                    one.set_result(told)
            answer.write(self._database, told)
        except OSError as error:
            _log.error("what became of the reload cannot be written down: %s", error.strerror)
        finally:
            for one in waiting:
                one.cancel()

    async def reload(self) -> Answer:
        """Reload; return what became of it."""
        told = await self._reloaded()
        self.last_went_well = told.ok
        if told.ok:
            self.read_at = self._program.store.clock.now()
        return told

    async def _reloaded(self) -> Answer:
        try:
            # Following references and compiling shapes takes a while.
            wanted = await asyncio.to_thread(self._load)
            found = await apply(self._program, wanted)
        except ConfigError as error:
            return _refused(str(error), "configuration", error.problems)
        except StorageUnavailableError:
            return _refused("The database cannot be written to. Nothing was changed.", "storage")
        except Exception:  # noqa: BLE001  # A reload must not end the program.
            _log.exception("the reload broke off")
            said = "The reload broke off: see the log, and restart."
            return Answer(ok=False, text=said, trouble="internal")
        _log.info("the configuration was read anew: %s", found)
        return Answer(ok=True, text=str(found), changed=found.changed, restart=found.restart)


def _refused(why: str, trouble: Trouble, problems: Sequence[Problem] = ()) -> Answer:
    _log.warning("the configuration was not read anew:\n%s", why)
    return Answer(ok=False, text=why, trouble=trouble, problems=problems)
