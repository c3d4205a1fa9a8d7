"""Random lives of a thread under faults: nothing lost, nothing doubled in silence, in order.

Customers write, colleagues answer from the console, agents answer and note in the thread,
strangers talk; meanwhile calls are refused, lost before and after the platform has done them,
topics vanish, and the program is killed and started again. At the end the thread shows what
the conversation holds.
"""

import random
from collections import Counter

import pytest

from agent_console.surface import Post, ThreadGoneError
from bridge.channel import OutcomeUnknownError, SendError, ThrottledError, UnavailableError
from bridge.store.statement import Statement, value
from bridge.store.transactions import Tx
from tests.agent_console.fanout.board import Board, ProvingBoard
from tests.agent_console.fanout.conftest import PutUp, Wall
from tests.agent_console.office import Agent

_STEPS = 14


class Weather:
    """Faults, drawn for each call."""

    def __init__(self, seed: int, board: Board, *, topics_vanish: bool) -> None:
        """Begin fair."""
        self.draw = random.Random(seed)
        self.board = board
        self.fair = True
        self.topics_vanish = topics_vanish
        self.seen: Counter[str] = Counter()

    def before(self, name: str) -> None:
        """Refuse or lose a call before the platform has done anything."""
        if self.fair or self.draw.random() > 0.25:
            return
        fault = self.draw.choice(["throttled", "unavailable", "lost before", "vanished"])
        self.seen[fault] += 1
        raise self._error(fault, name)

    def after(self, name: str) -> None:
        """Lose the answer of a call that was done."""
        if not self.fair and self.draw.random() < 0.12:
            self.seen[f"lost after {name}"] += 1
            raise OutcomeUnknownError("no answer", reason="timeout")

    def _error(self, fault: str, name: str) -> SendError:
        if fault == "vanished" and self.topics_vanish and name != "open":
            self.board.topics.clear()
            return ThreadGoneError("deleted", reason="unreachable")
        if fault == "unavailable":
            return UnavailableError("down", reason="unavailable", after=0.01)
        if fault == "lost before":
            return OutcomeUnknownError("no answer", reason="timeout")
        return ThrottledError("too fast", after=0.01)


async def _live(wall: Wall, weather: Weather, pavel: Agent, said: list[str]) -> None:
    """Let one thing happen."""
    draw, number = weather.draw, len(said)
    match draw.choice(["customer", "customer", "colleague", "note", "kill", "thread", "stranger"]):
        case "customer":
            await wall.office.customer_writes(f"c{number}.")
            said.append(f"c{number}.")
        case "colleague":
            await pavel.says(1, f"a{number}.")
            said.append(f"a{number}.")
        case "note":
            await pavel.says(1, f"n{number}.", kind="note")
            said.append(f"n{number}.")
        case "thread" if wall.board.topics:
            await wall.says("acc-pavel", f"t{number}.")
            said.append(f"t{number}.")
        case "stranger" if wall.board.topics:
            await wall.says("somebody", "secret")
        case "kill":
            await wall.stop()
            wall.start()


def _shown(posts: list[Post]) -> list[str]:
    return [word for one in posts for word in one.text.split()]


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("proves", [True, False])
async def test_a_thread_shows_all_of_it_once_in_order_whatever_happens(
    put_up: PutUp,
    seed: int,
    proves: bool,  # noqa: FBT001
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("agent_console.fanout.runner.pause_after", lambda _tries: 0.01)
    board = ProvingBoard("room") if proves else Board("room")
    weather = Weather(seed, board, topics_vanish=not proves)
    board.before, board.after = weather.before, weather.after
    async with put_up(board) as wall:
        pavel = await wall.office.sign_in("pavel")
        said = ["c0."]
        await wall.office.customer_writes("c0.")
        await wall.settled()
        weather.fair = False
        for _ in range(_STEPS):
            await _live(wall, weather, pavel, said)
        weather.fair = True
        await wall.office.customer_writes("end.")
        said.append("end.")
        await wall.settled()
        (topic,) = [one for one in board.topics.values() if "end." in _shown([*one.posts.values()])]
        posts = list(topic.posts.values())
        once = [word for one in posts if not one.again for word in one.text.split()]
        assert len(once) == len(set(once)), f"doubled in silence: {once}"
        first = list(dict.fromkeys(_shown(posts)))
        # A thread that was made anew shows the last ten, and the notes of the thread again.
        expected = [one for one in said if one in first]
        assert first == expected, (first, said, weather.seen)
        missing = [one for one in said[-10:] if one not in first and not one.startswith("t")]
        assert not missing, (missing, weather.seen)
        if proves:
            assert not any(one.again for one in posts)
            assert [one for one in said if not one.startswith("t")] == first


@pytest.mark.parametrize("seed", range(6))
async def test_no_note_and_no_stranger_s_word_ever_reaches_a_channel(
    put_up: PutUp, seed: int
) -> None:
    draw = random.Random(seed)
    async with put_up(prefixes=("//", "note:", "🔒")) as wall:
        await wall.office.customer_writes("Hello")
        await wall.settled()
        answers = 0
        for number in range(20):
            account = draw.choice(["acc-pavel", "acc-pavel", "somebody", "acc-vera"])
            prefix = draw.choice(["", "//", "// ", "NOTE: ", "🔒", " //"])
            mentions = ["acc-anna"] if draw.random() < 0.2 else []
            fit = account == "acc-pavel" and not prefix and not mentions
            answers += fit
            text = f"{prefix}{'answer' if fit else 'hidden'} {number}"
            await wall.says(account, text, mentions=mentions)
        out = await wall.office.store.read(_everything_that_goes_out)
        assert len(out) == answers
        assert all("answer" in body and "hidden" not in body for body in out), out


def _everything_that_goes_out(tx: Tx) -> list[str]:
    return list(tx.all(Statement(value, "SELECT body FROM deliveries")))
