"""The life of a conversation whose program says all it can, with what was said of it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, get_args

from bridge import channel as ch
from bridge.delivery import Body
from bridge.models import Message, Occasion
from bridge.settings import LocalText
from bridge.store import deliveries as d
from bridge.store.statement import Statement
from bridge.store.transactions import Tx
from routing import conversations, ending, notices
from routing.desk import Desk
from routing.timers import fire
from tests.routing.world import CAPABILITIES, World

# Those of a conversation's life; of the others, blocks, queues and floods have tests of their own.
OCCASIONS: tuple[Occasion, ...] = tuple(
    one for one in get_args(Occasion) if one not in ("blocked", "offline", "flood")
)
LANGUAGES = ("en", "ru", "uk", "es")
NAMED = frozenset({"agent_joined", "agent_changed"})
MINUTE = 60


def words(occasion: Occasion, language: str) -> str:
    """Return what this house says on an occasion; whoever is named stands at the end."""
    more = " {{agent.name}}" if occasion in NAMED else ""
    more = " of {{rating.scale}}" if occasion == "rating" else more
    return f"{occasion.replace('_', '-')} {language}{more}"


def texts(*occasions: Occasion) -> Mapping[Occasion, LocalText]:
    """Return what a house says on these occasions, in every language."""
    return {
        one: LocalText(None, {language: words(one, language) for language in LANGUAGES})
        for one in occasions
    }


@dataclass
class Life:
    """A world whose program speaks; agents' verbs are carried out as every surface does."""

    world: World

    def __getattr__(self, name: str) -> Any:
        """Do everything a world does."""
        return getattr(self.world, name)

    @property
    def desk(self) -> Desk:
        """Return the configuration."""
        return self.world.desk

    def says_on(self, *occasions: Occasion, buttons: int = 12, **policy: Any) -> None:
        """Have the program speak on these occasions, with so many buttons in two inboxes."""
        can = {
            "pager": replace(CAPABILITIES["pager"], max_buttons=buttons, max_text=None),
            "site": replace(CAPABILITIES["site"], max_buttons=buttons),
            "post": replace(CAPABILITIES["post"], automatic_every=24 * 3600.0),
        }
        # Nobody is relieved of a conversation here for leaving its customer alone.
        rules: dict[str, Any] = {"rating_scale": 5, "release_idle": None}
        rules |= {"close_warning": 2 * MINUTE * 1000} | policy
        changed = replace(self.world.desk.policy, **rules)
        self.world.desk = replace(
            self.world.desk, policy=changed, capabilities=can, says=texts(*occasions)
        )
        self.world.sinks = self.world._sinks()

    # --- agents ---

    async def takes(self, agent: str, here: int) -> None:
        """Have an agent take the conversation."""

        def now(tx: Tx) -> None:
            taken = conversations.take(tx, conversations.get(tx, here), agent)
            notices.joined(tx, self.desk, taken)

        await self.world.store.write(now)

    async def hands(self, here: int, to: str, *, by: str = "sofia") -> None:
        """Have the conversation handed to another agent."""

        def now(tx: Tx) -> None:
            assigned = conversations.assign(tx, conversations.get(tx, here), to, by=by)
            notices.joined(tx, self.desk, assigned)

        await self.world.store.write(now)

    async def closes(self, agent: str, here: int) -> None:
        """Have an agent close the conversation."""

        def now(tx: Tx) -> None:
            ending.end(tx, self.desk, conversations.get(tx, here), by=agent)

        await self.world.store.write(now)

    async def answered(self, customer: str = "olena", **more: Any) -> int:
        """Have a customer write and an agent answer; return the conversation."""
        here: int = await self.world.begun(customer, **more)
        await self.world.replies("anna", here)
        return here

    # --- time ---

    async def passes(self, seconds: float) -> None:
        """Let time pass, every timer firing when it is due."""
        end = self.world.clock.now() + round(seconds * 1000)
        while True:
            due = await self.world.store.read(lambda tx: tx.one(d.NEXT_TIMER))
            if due is None or due > end:
                break
            self.world.clock.tick(max(0, due - self.world.clock.now()) / 1000)
            for timer in await self.world.store.read(lambda tx: tx.all(d.DUE_TIMERS, now=tx.now)):
                await self.world.store.write(fire, self.desk, timer)
        self.world.clock.tick((end - self.world.clock.now()) / 1000)

    # --- what was said, and the answers ---

    async def said(self, here: int) -> list[str]:
        """Return what the program has said, in its order."""
        return [one.text for one in await self.ours(here)]

    async def ours(self, here: int) -> list[Message]:
        """Return the program's messages."""
        found = await self.world.messages(here)
        return [one for one in found if one.kind == "outgoing" and one.agent_id is None]

    async def buttons(self, here: int) -> dict[str, str]:
        """Return the words of the buttons that went out with the program's last word, with ids."""
        last = (await self.ours(here))[-1]
        return {words: one for one, words in (await self.buttons_of(last.id)).items()}

    async def buttons_of(self, message_id: int) -> dict[str, str]:
        """Return the buttons that went out with a message: the words of each id."""
        [delivery] = await self.world.deliveries(message_id)
        return dict(Body.of(delivery).buttons)

    async def presses(
        self, here: int, button: str, customer: str = "olena", *, inbox: str = "pager", **more: Any
    ) -> ch.Answer:
        """Have the customer press what stands under the program's last word."""
        return await self.press((await self.buttons(here))[button], customer, inbox=inbox, **more)

    async def press(
        self, id: str, customer: str = "olena", *, inbox: str = "pager", **more: Any
    ) -> ch.Answer:
        """Have a press come in."""
        message = self.world.message(customer)
        given: dict[str, Any] = {
            "sender": message.sender,
            "external_id": f"press-{message.external_id}",
            "button": id.rpartition("/")[2].title(),
            "at": self.world.clock.now(),
            "id": id,
        } | more
        return await self.world.comes(ch.ButtonPressed(**given), inbox=inbox)

    async def ratings(self) -> list[tuple[Any, ...]]:
        """Return every rating: the agent, the score, of how many, the comment."""
        rows: Statement[tuple[Any, ...]] = Statement(
            lambda *row: row, "SELECT agent_id, score, scale, comment FROM ratings ORDER BY id"
        )
        return await self.world.store.read(lambda tx: tx.all(rows))
