"""The world, its timers, and the mails that come of them."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from bridge import channel as ch
from bridge.delivery import Body, Onward, Outcomes
from bridge.models import Delivery, Message
from bridge.store import continued as c
from bridge.store import deliveries as d
from bridge.store import messages as m
from bridge.store.transactions import Tx
from routing.continued.shown import Mailed as Shown
from routing.continued.shown import mails_of
from routing.desk import Desk, Mailbox
from routing.reactions import Reactions
from routing.timers import fire
from tests.routing.world import World

OLENA = "olena@example.net"


@dataclass
class Mailed:
    """A world in which the conversations of `site` go on by `post`."""

    world: World

    @property
    def desk(self) -> Desk:
        """Return the configuration."""
        return self.world.desk

    @desk.setter
    def desk(self, desk: Desk) -> None:
        self.world.desk = desk

    def __getattr__(self, name: str) -> Any:
        """Do everything a world does."""
        return getattr(self.world, name)

    # --- the customer, on the site and at their mail ---

    async def visitor(self, customer: str = "olena", *, email: str | None = OLENA) -> int:
        """Have a visitor write who gives an address; return the conversation."""
        sender = ch.Sender(external_id=customer, email=email, language="en")
        here: int = await self.world.begun(customer, inbox="site", thread="t1", sender=sender)
        return here

    async def reads(self, message_id: int, customer: str = "olena") -> None:
        """Have the visitor's widget show everything up to a message."""
        read = ch.ConversationRead(
            sender=ch.Sender(external_id=customer), thread="t1", message_id=message_id, at=1
        )
        await self.world.comes(read, inbox="site")

    async def visits(self, *, online: bool, customer: str = "olena") -> None:
        """Have the visitor come to the site, or leave it."""
        sender = ch.Sender(external_id=customer)
        visit = ch.Visit(online=online, open_pages=int(online))
        await self.world.comes(
            ch.PageVisited(sender=sender, visit=visit, at=self.world.clock.now()), inbox="site"
        )

    async def mails_back(
        self, thread: str, text: str = "By mail", *, address: str = OLENA, **more: Any
    ) -> ch.Answer:
        """Have an answer come of which the adapter has proof."""
        sender = ch.Sender(external_id=address, email=address, name="O. S.", verified=True)
        given = {"continues": True} | more
        return await self.world.says(
            address, text, inbox="post", sender=sender, thread=thread, **given
        )

    # --- time, and the mail server ---

    async def answers(self, here: int, text: str = "Yes", agent: str = "anna") -> int:
        """Have an agent answer, and the widget take it."""
        message_id = await self.world.replies(agent, here, text)
        await self.world.sent(message_id, str(message_id))
        return message_id

    def with_deletes(self) -> Desk:
        """Return the desk of a site that lets agents change what they wrote."""
        can = dict(self.world.desk.capabilities)
        can["site"] = replace(can["site"], edits=True, deletes=True)
        return replace(self.world.desk, capabilities=can)

    def without_mailboxes(self) -> Desk:
        """Return the desk of a site that goes on nowhere."""
        return replace(self.world.desk, mailboxes={})

    async def changes(self, work: Callable[..., None], message_id: int, *given: object) -> None:
        """Have an agent change or take back a message."""
        message = await self.message_by_id(message_id)
        await self.world.store.write(work, self.desk, message, *given)

    async def message_by_id(self, message_id: int) -> Message:
        """Return a message."""
        return await self.world.store.read(lambda tx: tx.the(m.MESSAGE_BY_ID, id=message_id))

    async def passes(self, seconds: float) -> None:
        """Let time pass, and fire what has come due."""
        self.world.clock.tick(seconds)
        for timer in await self.world.store.read(
            lambda tx: tx.all(d.DUE_TIMERS, now=self.world.clock.now())
        ):
            await self.world.store.write(fire, self.world.desk, timer)

    async def mails(self, here: int) -> list[Delivery]:
        """Return the mails of a conversation."""
        return await self.world.store.read(lambda tx: tx.all(c.CONTINUED, conversation_id=here))

    async def carried(self, here: int) -> list[list[int]]:
        """Return which messages each mail of a conversation holds."""
        return [onward(one).carries for one in await self.mails(here)]

    async def posted(self, here: int, outcome: ch.Receipt | ch.SendError | None = None) -> None:
        """Have the mail server answer the latest mail: it took it, unless told otherwise."""
        mail = (await self.mails(here))[-1]
        answer = outcome or ch.Receipt(external_ids=[f"mail-{mail.id}@example.com"])
        await self.world.store.write(self._posted, mail, answer)

    def _posted(self, tx: Tx, mail: Delivery, answer: ch.Receipt | ch.SendError) -> None:
        tx.run(d.CLAIM, of=mail.id, at=tx.now, begun_at=tx.now)
        outcomes = Outcomes(Reactions(self.world.desk), mail.place, idempotent=False)
        outcomes.record(tx, tx.the(d.DELIVERY_BY_ID, id=mail.id), answer)

    async def bounces(
        self, here: int, reason: ch.Reason = "no_such_recipient", address: str = OLENA
    ) -> ch.Answer:
        """Have a report come that the latest mail did not arrive."""
        mail = (await self.mails(here))[-1]
        report = ch.DeliveryReport(
            recipient=address,
            external_ids=[f"mail-{mail.id}@example.com"],
            state="failed",
            at=1,
            reason=reason,
        )
        return await self.world.comes(report, inbox="post")

    async def shown(self, here: int) -> dict[int, Shown]:
        """Return what agents see of the mails of a conversation, by message."""
        ours = [one for one in await self.world.messages(here) if one.kind == "outgoing"]
        return dict(await self.world.store.read(mails_of, ours))


def onward(mail: Delivery) -> Onward:
    """Return where a mail goes and what it holds."""
    found = Body.of(mail).onward
    assert found is not None
    return found


def continuing(world: World) -> Mailed:
    """Have the conversations of `site` go on by `post`."""
    world.desk = replace(
        world.desk,
        mailboxes={"site": Mailbox("post", "Shop")},
        link_to=lambda file: f"https://shop.example/media/{file.public_id}",
    )
    world.sinks = world._sinks()
    return Mailed(world)
