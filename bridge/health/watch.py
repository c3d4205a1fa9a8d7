"""Is told what happens to each inbox, and keeps how it is: in rows, for people and restarts.

A row is written when something changes that people see, and once a minute for the times in
it; so a crash costs a minute of knowing, and nothing else.
"""

import asyncio
import logging
from collections.abc import Callable, Collection, Mapping, Sequence

import msgspec

from bridge.channel import (
    Capabilities,
    Reason,
    Receipt,
    SendError,
    StorageUnavailableError,
)
from bridge.clock import Clock
from bridge.health import gaps, states
from bridge.health.gaps import Gap, Past
from bridge.health.states import Pulse, Shown, Source, Trouble
from bridge.health.tally import Tally
from bridge.models import DeliveryAction, InboxHealth
from bridge.store import health as rows
from bridge.store import log
from bridge.store.transactions import Store, Tx

_log = logging.getLogger(__name__)

# Between two looks at what only time changes, in seconds.
LOOK = 5.0
# Between two writings of times that nobody is told of, in seconds.
KEEP = 60.0
# Receiving that has gone on for so long without falling over goes well, in seconds.
WELL_AFTER = 60.0
FLOODED = "More is written to the inbox, or from one address, than the limits let through."
SILENT = "The channel has not shown a sign of life in time."


class Watched:
    """How one inbox is. It is the `Health` that its adapter tells things to."""

    def __init__(self, inbox_id: str, clock: Clock, changed: asyncio.Event) -> None:
        """Nothing is known yet; set `changed` when there may be something to tell."""
        self.inbox_id = inbox_id
        self.network = Capabilities()
        self.crowded: Callable[[], bool] = lambda: False
        """Says whether the inbox is in a flood; asked at each look, so it costs no message."""
        self._clock = clock
        self._changed = changed
        self._pulse = Pulse()
        self._shown = Shown(since=clock.now())
        self._gap = Gap()
        self._heard_at: int | None = None
        self._received_at: int | None = None
        self._sent_at: int | None = None
        self._silent_from: float | None = None
        self._running_since: float | None = None
        self.tally = Tally()

    def recall(self, row: InboxHealth) -> None:
        """Go on from what an earlier life of the program has kept."""
        self._heard_at, self._received_at, self._sent_at = (
            row.heard_at,
            row.received_at,
            row.sent_at,
        )
        last = None
        if row.gap_from is not None and row.gap_until is not None:
            last = Past(row.gap_from, row.gap_until, bool(row.gap_lost))
        # While the program was off, nothing came in either.
        since = row.heard_at if row.down_since is None else row.down_since
        self._gap = Gap(since, row.warned, last)

    def anew(self) -> None:
        """Know nothing of now any more: the inbox begins with other settings."""
        self._silent_from = self._running_since = None
        self._become(Pulse())

    # --- what the adapter tells ---

    def well(self, *, within: float | None = None) -> None:
        """Take a sign that messages come in; see `bridge.channel.Health`."""
        self._silent_from = None if within is None else self._clock.monotonic() + within
        self._heard_at = self._clock.now()
        self._become(states.receiving(self._pulse))

    def degraded(self, reason: Reason, sentence: str) -> None:
        """Take note that something does not work."""
        self._trouble("adapter", reason, sentence)

    def down(self, reason: Reason, sentence: str) -> None:
        """Take note that no messages come in."""
        self._trouble("adapter", reason, sentence, down=True)

    # --- what everybody can see ---

    def started(self) -> None:
        """Take note that receiving has begun; whether it goes well will be seen."""
        self._running_since = self._clock.monotonic()

    def fell(self, error: Exception) -> None:
        """Take note that receiving fell over."""
        self._running_since = self._silent_from = None
        if isinstance(error, SendError):
            self._trouble("run", error.reason, str(error), down=True)
        else:
            self._trouble("run", "internal", "The channel's module failed.", down=True)

    def checked(self, error: SendError | None) -> None:
        """Take note of a check, which went well without an error."""
        if error is None:
            self._become(states.checked(self._pulse))
        else:
            self._trouble("check", error.reason, str(error))

    def received(self, messages: int = 0) -> None:
        """Take note of something that came in, and of how many new messages it had."""
        self.tally.received += messages
        self._received_at = self._heard_at = self._clock.now()
        self._become(states.receiving(self._pulse))

    def sent(self, outcome: Receipt | SendError, action: DeliveryAction = "send") -> None:
        """Take note of how a send ended, or an edit or a deletion."""
        self.tally.add(outcome, action)
        if isinstance(outcome, Receipt):
            self._sent_at = self._clock.now()
        self._become(states.sent(self._pulse, outcome, self._clock.now()))

    def places(self, sentence: str | None) -> None:
        """Take note of where a staff surface can show nothing, `None` for nowhere."""
        if sentence is None:
            self._become(states.over(self._pulse, "places"))
        else:
            self._trouble("places", "unreachable", sentence)

    # --- what follows ---

    def look(self) -> bool:
        """See what time has changed; return whether people are to be told of anything."""
        now, before = self._clock.now(), (self._shown, self._gap)
        self._see_silence(now)
        self._see_flood()
        self._shown = states.shown(self._pulse, self._shown, now)
        since = self._down_since()
        if since is None and self._pulse.heard and self._silent_from is None:
            # Nobody has to speak again, so silence is a good sign.
            self._heard_at = now
        self._gap = gaps.looked_at(self._gap, self.network, since, now)
        if before[0] != self._shown:
            self._log_state(before[0])
        self._log_gap(before[1], now)
        return before != (self._shown, self._gap)

    def lost_from(self) -> int | None:
        """Return when messages begin to be lost, or have begun to, while none come in (ms)."""
        return gaps.lost_from(self._gap, self.network) if self._down_since() is not None else None

    def row(self) -> InboxHealth:
        """Return it as it is kept."""
        last = self._gap.last
        return InboxHealth(
            inbox_id=self.inbox_id,
            state=self._shown.state,
            reason=self._shown.reason,
            sentence=self._shown.sentence,
            since=self._shown.since,
            heard_at=self._heard_at,
            down_since=self._gap.since,
            warned=self._gap.warned,
            received_at=self._received_at,
            sent_at=self._sent_at,
            gap_from=last.begun if last else None,
            gap_until=last.ended if last else None,
            gap_lost=int(last.lost) if last else 0,
        )

    def _down_since(self) -> int | None:
        """Return since when nothing comes in: perhaps since before the program was started."""
        since = self._pulse.down_since
        if self._pulse.heard:
            return since
        return since if self._gap.since is None else self._gap.since

    def _see_silence(self, now: int) -> None:
        monotonic = self._clock.monotonic()
        if self._silent_from is not None and monotonic > self._silent_from:
            self._silent_from = None
            self._trouble("adapter", "timeout", SILENT, down=True, since=self._heard_at or now)
        if self._running_since is not None and monotonic - self._running_since > WELL_AFTER:
            self._running_since = None
            self._pulse = states.over(self._pulse, "run")

    def _see_flood(self) -> None:
        if self.crowded():
            self._trouble("flood", "flooded", FLOODED)
        else:
            self._become(states.over(self._pulse, "flood"))

    def _trouble(
        self,
        source: Source,
        reason: Reason,
        sentence: str,
        *,
        down: bool = False,
        since: int | None = None,
    ) -> None:
        begun = self._clock.now() if since is None else since
        self._become(states.troubled(self._pulse, source, Trouble(reason, sentence, begun, down)))

    def _become(self, pulse: Pulse) -> None:
        if pulse != self._pulse:
            self._pulse = pulse
            self._changed.set()

    # --- said once, for those who read logs ---

    def _log_state(self, before: Shown) -> None:
        if (before.state, before.reason) == (self._shown.state, self._shown.reason):
            return
        level = logging.INFO if self._shown.state in ("up", "starting") else logging.WARNING
        why = f": {self._shown.sentence} ({self._shown.reason})" if self._shown.reason else ""
        _log.log(level, "inbox %s is %s%s", self.inbox_id, self._shown.state, why)

    def _log_gap(self, before: Gap, now: int) -> None:
        if self._gap.since is not None and self._gap.warned > before.warned:
            _log.warning(
                "inbox %s has received nothing for %d minutes: %s",
                self.inbox_id,
                (now - self._gap.since) // 60_000,
                self._told_loss(now),
            )
        last = self._gap.last
        if last is not None and last != before.last:
            said = "messages may be lost" if last.lost else "the network has kept what came"
            minutes = (last.ended - last.begun) // 60_000
            _log.warning("inbox %s is back after %d minutes; %s", self.inbox_id, minutes, said)

    def _told_loss(self, now: int) -> str:
        lost_from = gaps.lost_from(self._gap, self.network)
        if lost_from is None:
            return "messages may be lost"
        if lost_from <= now:
            return "messages are lost"
        return f"messages will be lost in {-((now - lost_from) // 60_000)} minutes"


class Watch:
    """All inboxes of the program."""

    def __init__(
        self, store: Store, *, kept_by: Callable[[str], Store | None] | None = None
    ) -> None:
        """Keep in `store`.

        Where there are several processes `kept_by` returns, of an inbox or a surface, what its
        row is written with, or `None` where another process has it.
        """
        self._store = store
        self._kept_by = kept_by
        self._changed = asyncio.Event()
        self._inboxes: dict[str, Watched] = {}
        self._told: dict[str, InboxHealth] = {}
        # Of what the YAML has no more, rows may be left.
        self._left_behind = True

    def inbox(self, inbox_id: str) -> Watched:
        """Return the inbox with this id, watched from now on."""
        if inbox_id not in self._inboxes:
            self._inboxes[inbox_id] = Watched(inbox_id, self._store.clock, self._changed)
        return self._inboxes[inbox_id]

    def lost_from(self) -> Mapping[str, int]:
        """Return when messages of each inbox that receives none begin to be lost (ms)."""
        found = {key: one.lost_from() for key, one in self._inboxes.items()}
        return {key: at for key, at in found.items() if at is not None}

    def rows(self) -> list[InboxHealth]:
        """Return how each is that is this process's, as of the last look."""
        return [one.row() for one in self._mine().values()]

    def tallies(self) -> Mapping[str, Tally]:
        """Return what was counted of each in this life of the program."""
        return {key: one.tally for key, one in self._mine().items()}

    def _mine(self) -> Mapping[str, Watched]:
        by = self._kept_by
        if by is None:
            return self._inboxes
        return {key: one for key, one in self._inboxes.items() if by(key) is not None}

    def let_go(self, inbox_id: str) -> None:
        """Know nothing of it any more: another process has it."""
        self._told.pop(inbox_id, None)
        if (one := self._inboxes.get(inbox_id)) is not None:
            one.anew()

    def forget(self, inbox_id: str) -> None:
        """Watch the inbox no more."""
        self._inboxes.pop(inbox_id, None)
        self._told.pop(inbox_id, None)
        self._left_behind = True
        self._changed.set()

    async def recall(self, only: Collection[str] | None = None) -> None:
        """Go on from what was kept; call before anything is told.

        With `only`, for those of them that nothing was kept of in this life.
        """
        wanted = self._inboxes.keys() if only is None else {*only} - self._told.keys()
        for row in await self._store.read(_kept):
            if row.inbox_id in wanted:
                self._inboxes[row.inbox_id].recall(row)

    async def run(self) -> None:
        """Keep and tell what changes, until cancelled."""
        monotonic = self._store.clock.monotonic
        kept_at = -KEEP
        while True:
            self._changed.clear()
            due = monotonic() - kept_at >= KEEP
            if await self.look(keep=due) and due:
                kept_at = monotonic()
            try:
                async with asyncio.timeout(LOOK):
                    await self._changed.wait()
            except TimeoutError:
                continue

    async def look(self, *, keep: bool = False) -> bool:
        """Keep what people are to know, and with `keep` all; return whether that was possible."""
        mine = self._mine()
        for one in mine.values():
            one.look()
        now = {one.inbox_id: one.row() for one in mine.values()}
        news = [row for key, row in now.items() if _seen(row) != _seen(self._told.get(key))]
        changed = [row for key, row in now.items() if row != self._told.get(key)]
        rows = changed if keep or news else []
        if not rows and not self._left_behind:
            return True
        left = list(self._inboxes) if self._left_behind else None
        try:
            if self._kept_by is None:
                await self._store.write(_keep, rows, left, tell=bool(news))
            else:
                await self._keep_apart(rows, left, news)
        except StorageUnavailableError:
            _log.error("how the inboxes are waits for the database")
            return False
        self._left_behind = False
        self._told |= {row.inbox_id: row for row in rows}
        return True

    async def _keep_apart(
        self, rows: Sequence[InboxHealth], left: list[str] | None, news: Sequence[InboxHealth]
    ) -> None:
        """Keep each by its own lease."""
        if left is not None:
            await self._store.write(_keep, [], left, tell=False)
        for row in rows:
            store = self._kept_by(row.inbox_id) if self._kept_by else None
            if store is not None:
                await store.write(_keep, [row], None, tell=row in news)


def _seen(row: InboxHealth | None) -> InboxHealth | None:
    """Return what of a row people are told of at once."""
    if row is None:
        return None
    # While messages come in, none of these is anybody's business.
    return InboxHealth(
        inbox_id=row.inbox_id,
        state=row.state,
        reason=row.reason,
        sentence=row.sentence,
        since=row.since,
        warned=row.warned,
        gap_from=row.gap_from,
        gap_until=row.gap_until,
    )


def _kept(tx: Tx) -> list[InboxHealth]:
    return tx.all(rows.ALL)


def _keep(tx: Tx, changed: list[InboxHealth], watched: list[str] | None, *, tell: bool) -> None:
    for row in changed:
        rows.put(tx, row)
    if watched is not None:
        tx.run(rows.DROP_SURFACES, watched=msgspec.json.encode(watched).decode())
    if tell:
        log.append(tx, "inbox.changed")
