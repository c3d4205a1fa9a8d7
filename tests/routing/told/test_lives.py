"""Random lives of a conversation: nothing is said twice, nor to nobody, nor what is off."""

import asyncio
import itertools
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from bridge import channel as ch
from bridge.models import Occasion
from routing import conversations
from routing.refusal import RefusedError
from tests.clock import ManualClock
from tests.databases import fresh_database
from tests.routing.told.life import MINUTE, OCCASIONS, Life, words
from tests.routing.world import living

STEPS = st.one_of(
    st.tuples(st.just("says"), st.sampled_from(["Hello", "no", "yes", "4", "5\nThanks", "4?"])),
    st.tuples(st.just("replies"), st.sampled_from(["anna", "boris"])),
    st.tuples(st.just("takes"), st.sampled_from(["anna", "boris"])),
    st.tuples(st.just("hands"), st.sampled_from(["anna", "boris"])),
    st.tuples(st.just("releases"), st.none()),
    st.tuples(st.just("closes"), st.none()),
    st.tuples(st.just("reopens"), st.sampled_from(["anna", "boris"])),
    st.tuples(st.just("presses"), st.integers(0, 30)),
    st.tuples(st.just("reachable"), st.booleans()),
    st.tuples(st.just("passes"), st.sampled_from([1, 9, 14, 16, 61, 23 * 60, 25 * 60])),
)


class Lived:
    """One conversation, and what the customer's phone would show of it, word by word."""

    def __init__(self, life: Life, here: int) -> None:
        self.life = life
        self.here = here
        self.reachable = True
        self.unreached = 0

    async def step(self, verb: str, given: Any) -> None:
        """Do one thing, or have it refused; count what is said while nobody is reached."""
        before = len(await self.life.said(self.here))
        was_reachable = self.reachable
        try:
            await getattr(self, f"_{verb}")(given)
        except RefusedError:
            return
        if not was_reachable and not self.reachable:
            self.unreached += len(await self.life.said(self.here)) - before

    async def _says(self, text: str) -> None:
        self.reachable = True
        await self.life.says("olena", text)

    async def _replies(self, agent: str) -> None:
        await self.life.replies(agent, self.here)

    async def _takes(self, agent: str) -> None:
        await self.life.takes(agent, self.here)

    async def _hands(self, agent: str) -> None:
        await self.life.hands(self.here, agent)

    async def _releases(self, _: None) -> None:
        await self.life.does(conversations.release, self.here, by="anna")

    async def _closes(self, _: None) -> None:
        await self.life.closes("anna", self.here)

    async def _reopens(self, agent: str) -> None:
        policy = self.life.desk.policy
        await self.life.does(conversations.reopen, self.here, policy, by=agent)

    async def _presses(self, which: int) -> None:
        offered = [
            button
            for one in await self.life.ours(self.here)
            for button in await self.life.buttons_of(one.id)
        ]
        if not offered:
            return
        answer = await self.life.press(offered[which % len(offered)])
        # Pressing yes is a word, which lets us in again.
        self.reachable = self.reachable or answer.outcome == "stored"

    async def _reachable(self, now: bool) -> None:  # noqa: FBT001  # Drawn by hypothesis.
        sender, at = ch.Sender(external_id="olena"), self.life.clock.now()
        event: ch.InboundEvent = ch.ContactReachable(sender=sender, at=at)
        if not now:
            event = ch.ContactUnreachable(sender=sender, at=at, reason="blocked")
        await self.life.comes(event)
        self.reachable = now

    async def _passes(self, minutes: int) -> None:
        await self.life.passes(minutes * MINUTE)


async def stretches(life: Life, here: int) -> list[Counter[Occasion]]:
    """Return how often each thing was said between two words of the customer."""
    found: list[Counter[Occasion]] = [Counter()]
    for one in await life.messages(here):
        if one.kind == "incoming":
            found.append(Counter())
        if one.kind == "outgoing" and one.agent_id is None:
            found[-1].update(
                occasion
                for occasion in OCCASIONS
                if any(
                    part.startswith(words(occasion, "en").partition("{{")[0])
                    for part in one.text.split("\n\n")
                )
            )
    return found


async def named(life: Life, here: int) -> list[str]:
    """Return who was named as the one who answers, in that order."""
    return [
        text.split()[-1]
        for text in await life.said(here)
        if text.startswith(("agent-joined", "agent-changed"))
    ]


@example(
    steps=[("replies", "anna"), ("passes", 14), ("replies", "anna"), ("passes", 14)],
    off={"still_questions"},
    required=False,
)
@settings(max_examples=60, deadline=None)
@given(
    steps=st.lists(STEPS, max_size=25),
    off=st.sets(st.sampled_from(OCCASIONS)),
    required=st.booleans(),
)
def test_j37_no_life_has_the_same_thing_said_twice_or_what_is_off_or_to_nobody(
    steps: list[tuple[str, Any]],
    off: set[Occasion],
    required: bool,  # noqa: FBT001  # Drawn by hypothesis.
) -> None:
    async def live() -> None:
        with tempfile.TemporaryDirectory() as folder:
            async with living(fresh_database(Path(folder)), ManualClock()) as world:
                life = Life(world)
                on = set(OCCASIONS) - off
                life.says_on(*on, rating_required=required, reopen_new_after=None)
                lived = Lived(life, await life.begun())
                for verb, drawn in steps:
                    await lived.step(verb, drawn)
                await check(life, lived, off, required=required)

    asyncio.run(live())


async def check(life: Life, lived: Lived, off: set[Occasion], *, required: bool) -> None:
    """Look at everything that was said in the life."""
    most = {"rating": 1 + required, "closed": 99, "closed_inactive": 99, "agent_changed": 99}
    for said in await stretches(life, lived.here):
        assert not off & said.keys()
        # Whoever closes and opens by hand may do so without end, and hand on as well; a
        # rating belongs to one end, so that it may be thanked for at each.
        for occasion in set(said) - {"rated", "comment"}:
            assert said[occasion] <= most.get(occasion, 1), occasion
    in_a_row = await named(life, lived.here)
    assert all(one != other for one, other in itertools.pairwise(in_a_row))
    assert lived.unreached == 0
    assert len(await life.ratings()) <= len(
        [one for one in await life.verbs(lived.here) if one == "rated"]
    )
