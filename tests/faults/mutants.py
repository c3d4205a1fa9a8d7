"""Our own guards, each broken on purpose: a scenario that does not notice proves little."""

import asyncio
import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import msgspec
import pytest
from sqlalchemy import literal, or_, select, update

from agent_console.fanout import (
    bodies,
    office,
    outages,
    records,
    runner,
    speech,
    steps,
    words,
    writing,
)
from agent_console.fanout.speech import Spoken
from agent_console.slack import proof
from agent_console.slack.backfill import Backfill
from agent_console.surface import Said
from agent_console.telegram_forum.surface import TelegramForum
from bridge.channel import OutcomeUnknownError, Receipt
from bridge.channel.tries import Uncounted
from bridge.models import SURFACE_POST, SurfacePost
from bridge.models.base import columns
from bridge.pace import Rests
from bridge.poison import Guard, guard
from bridge.store import surfaces as s
from bridge.store.desk import AGENT_BY_ID
from bridge.store.statement import Statement, nothing, param, value
from bridge.store.transactions import Tx
from tests.broken import Mutant
from tests.channels.storm import mutants as storm
from tests.faults import owners
from tests.faults.ground import Ground
from tests.faults.report import Report
from tests.faults.scenarios import NAMED
from tests.faults.shift import report
from tests.faults.slack import SlackByHook, SlackBySocket
from tests.faults.telegram import TelegramGround

Patch = pytest.MonkeyPatch
_post = SURFACE_POST.c


# --- what a post goes through ---


def _claimed_by_nobody(patch: Patch) -> None:
    values = {"key": param("of_key"), "begun_at": param("at"), "again_at": param("again")}
    claim = update(SURFACE_POST).where(_post.id == param("of"))
    patch.setattr(s, "BEGIN_POST", Statement(nothing, claim.values(**values)))


def _records_lost(patch: Patch) -> None:
    posted, calls = records._posted, itertools.count()

    def now_and_then(*args: Any) -> None:
        if next(calls) % 4:
            posted(*args)

    patch.setattr(records, "_posted", now_and_then)


def _unknown_is_not_sent(patch: Patch) -> None:
    patch.setattr(records, "_unknown", lambda tx, _deck, step, *_: records._waits_again(tx, step))


def _unknown_is_sent(patch: Patch) -> None:
    call = runner.Fanout._call

    async def claims(self: runner.Fanout, step: steps.AnyStep) -> Any:
        try:
            return await call(self, step)
        except OutcomeUnknownError:
            if not isinstance(step, steps.Put):
                raise
            return Receipt(external_ids=["0"])

    patch.setattr(runner.Fanout, "_call", claims)


def _nothing_is_proven(patch: Patch) -> None:
    async def never(*_: Any) -> None:
        return None

    patch.setattr(proof, "find", never)


def _nobody_says_again(patch: Patch) -> None:
    made = bodies.post_of
    patch.setattr(bodies, "post_of", lambda *a, **more: replace(made(*a, **more), again=False))


def _last_comes_first(patch: Patch) -> None:
    owed = (
        select(*columns(SURFACE_POST, SurfacePost))
        .where(
            _post.thread_id == param("thread_id"),
            or_(_post.state == "queued", _post.state == "posting"),
        )
        .order_by(_post.id.desc())
        .limit(param("limit"))
    )
    patch.setattr(s, "OWED_POSTS", Statement(SurfacePost, owed))


def _threads_mixed_up(patch: Patch) -> None:
    post, last = TelegramForum.post, []

    async def elsewhere(self: TelegramForum, thread: Any, what: Any) -> Receipt:
        last.append(thread)
        return await post(self, last[-2] if len(last) % 5 == 0 else thread, what)

    patch.setattr(TelegramForum, "post", elsewhere)


def _waits_for_nobody(patch: Patch) -> None:
    patch.setattr(Rests, "begin", lambda *_: None)
    patch.setattr(runner, "_pause", lambda *_: 0.5)


# --- threads and places ---


def _deleted_threads_stay_deleted(patch: Patch) -> None:
    patch.setattr(records, "lose_thread", lambda *_: None)


def _what_never_came_is_forgotten(patch: Patch) -> None:
    patch.setattr(s, "FIRST_UNSHOWN", Statement(value, select(literal(1 << 40))))


def _moves_are_forgotten(patch: Patch) -> None:
    patch.setattr(records, "move", lambda *_: None)


def _lost_places_stay_lost(patch: Patch) -> None:
    patch.setattr(outages, "find", lambda *_: None)


# --- what staff say ---


def _known_by_nothing(patch: Patch) -> None:
    accept, written, numbers = office._accept, writing._written, itertools.count()

    def anew(tx: Tx, deck: Any, events: Sequence[Any], cursor: str | None) -> None:
        renamed = [msgspec.structs.replace(e, key=f"{e.key}#{next(numbers)}") for e in events]
        accept(tx, deck, renamed, cursor)

    def unkeyed(*args: Any) -> Any:
        found = written(*args)
        return replace(found, client_key=f"{found.client_key}#{next(numbers)}")

    anew.__name__ = accept.__name__
    patch.setattr(office, "_accept", anew)
    patch.setattr(writing, "_written", unkeyed)


def _acknowledged_early(patch: Patch) -> None:
    accept, later = office.StaffOffice.accept, set()

    async def at_once(self: Any, events: Any, cursor: str | None = None) -> None:
        async def store() -> None:
            await asyncio.sleep(60.0)
            await accept(self, events, cursor)

        later.add(asyncio.create_task(store()))

    patch.setattr(office.StaffOffice, "accept", at_once)


def _nobody_looks_back(patch: Patch) -> None:
    async def glance(self: Any) -> None:
        self._intake.caught_up = True

    patch.setattr(Backfill, "run", glance)


def _said(kind: str, patch: Patch) -> None:
    told = speech.spoken

    def spoken(said: Said, prefixes: Sequence[str], *, explicit: bool) -> Spoken:
        meant = told(said, prefixes, explicit=explicit)
        return Spoken("reply", said.text) if meant.kind == kind else meant

    patch.setattr(writing, "spoken", spoken)


def _notes_go_out(patch: Patch) -> None:
    _said("note", patch)


def _asides_go_out(patch: Patch) -> None:
    _said("aside", patch)


def _anybody_is_an_agent(patch: Patch) -> None:
    patch.setattr(words.DeskVoice, "agent", lambda _self, tx, _by: tx.one(AGENT_BY_ID, id="olga"))


def _nobody_counts_poison(patch: Patch) -> None:
    patch.setattr(Guard, "over", Uncounted.over)


def _poison_is_never_set_aside(patch: Patch) -> None:
    patch.setattr(guard, "MOST_TRIES", 1 << 30)


def _staff(
    name: str, scenario: str, ground: type[Ground], count: str, apply: Callable[[Patch], None]
) -> Mutant:
    """Return a guard that a scenario of staff surfaces runs without."""

    def lives(seed: int) -> Report:
        with pytest.MonkeyPatch.context() as patch:
            apply(patch)
            return report(NAMED[scenario], ground, seed)

    return Mutant(name, f"{scenario} ({ground.name})", count, lives)


STAFF: Sequence[Mutant] = (
    _staff(
        "a post is not claimed before its call", "reset before and after", TelegramGround,
        "shown doubled_unmarked", _claimed_by_nobody,
    ),
    _staff(
        "every fourth record is lost", "429 storm", TelegramGround,
        "unproven", _records_lost,
    ),
    _staff(
        "what nobody knows counts as not sent", "reset before and after", SlackBySocket,
        "shown doubled_unmarked", _unknown_is_not_sent,
    ),
    _staff(
        "what nobody knows counts as sent", "reset before and after", TelegramGround,
        "shown lost", _unknown_is_sent,
    ),
    _staff(
        "proof is not looked for", "done, and called an error", SlackByHook,
        "shown doubled_unmarked", _nothing_is_proven,
    ),
    _staff(
        "doubles are not marked", "done, and called an error", TelegramGround,
        "shown doubled_unmarked", _nobody_says_again,
    ),
    _staff(
        "what is owed last is posted first", "out of reach for an hour", SlackBySocket,
        "shown reordered", _last_comes_first,
    ),
    _staff(
        "threads are mixed up", "5xx", TelegramGround,
        "shown misrouted", _threads_mixed_up,
    ),
    _staff(
        "nobody waits when asked to", "429 storm", SlackBySocket,
        "early", _waits_for_nobody,
    ),
    _staff(
        "deleted threads are not made anew", "threads deleted in a send", TelegramGround,
        "shown lost", _deleted_threads_stay_deleted,
    ),
    _staff(
        "of a deleted thread only the last is shown", "threads deleted in a send", TelegramGround,
        "shown lost", _what_never_came_is_forgotten,
    ),
    _staff(
        "a group's new number is forgotten", "group upgraded in a send", TelegramGround,
        "shown lost", _moves_are_forgotten,
    ),
    _staff(
        "places stay lost", "thrown out and back", SlackBySocket,
        "shown lost", _lost_places_stay_lost,
    ),
    _staff(
        "nothing that was heard is known twice", "events told again", SlackByHook,
        "sent doubled_unmarked", _known_by_nothing,
    ),
    _staff(
        "acknowledged before it is stored", "stopped for an hour", TelegramGround,
        "sent lost", _acknowledged_early,
    ),
    _staff(
        "nobody looks back after a break", "stopped for an hour", SlackBySocket,
        "sent lost", _nobody_looks_back,
    ),
    _staff(
        "prefixes of notes mean nothing", "5xx", SlackBySocket,
        "leaked", _notes_go_out,
    ),
    _staff(
        "what is for colleagues goes out", "5xx", TelegramGround,
        "leaked", _asides_go_out,
    ),
    _staff(
        "anybody is an agent", "5xx", SlackByHook,
        "leaked", _anybody_is_an_agent,
    ),
    _staff(
        "nobody counts what breaks us", "poison", TelegramGround,
        "sent lost", _nobody_counts_poison,
    ),
    _staff(
        "what breaks us is never set aside", "poison", TelegramGround,
        "sent lost", _poison_is_never_set_aside,
    ),
)  # fmt: skip
MUTANTS: Sequence[Mutant] = (*STAFF, *storm.BROKEN, *owners.BROKEN)
OF_NAME: Mapping[str, Mutant] = {one.name: one for one in MUTANTS}
