"""Links back: what they open, to whom, for how long, and what stays closed."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bridge import channel as ch
from bridge.media import MediaStore
from routing import way_back
from routing.arrivals import Arrivals
from routing.customer_view import InboxCustomerView
from routing.way_back import InboxWayBack, Origin
from tests.databases import everything_in, until
from tests.routing.world import World

HOUR = 3600
PAGE = "https://shop.example/lamps"


class Site:
    """The site's widget: its door for links, and what its visitors see."""

    def __init__(self, world: World, media: Path) -> None:
        self.world = world
        store = MediaStore(world.store, media, clock=world.clock, secret=b"s" * 32)
        self.arrivals = Arrivals(world.store, world.hub, "site")
        self.view: ch.CustomerView = InboxCustomerView(
            world.store, world.hub, store, self.arrivals, "site"
        )
        self.door: ch.WayBack = InboxWayBack(world.store, "site")
        leads = {"site": lambda token, page: f"{page or PAGE}#{token}"}
        world.desk = replace(world.desk, leads_back=leads)

    async def link(
        self, conversation_id: int, origin: Origin = "invitation", *, seen_from: int = 0
    ) -> ch.StartLink | None:
        """Make a link back into a conversation."""
        conversation = await self.world.conversation(conversation_id)
        return await self.world.store.write(
            way_back.link, self.world.desk, conversation, origin=origin, seen_from=seen_from
        )

    async def token(
        self, conversation_id: int, origin: Origin = "invitation", *, seen_from: int = 0
    ) -> str:
        """Make a link, and return what it carries."""
        link = await self.link(conversation_id, origin, seen_from=seen_from)
        assert link is not None
        return link.url.partition("#")[2]

    async def mailed(self, conversation_id: int, customer: str = "olena") -> str:
        """Make the link of a mail to the address that the customer has now."""
        identity = await self.world.identity(customer, "site")
        assert identity is not None
        assert identity.email_at is not None
        return await self.token(conversation_id, "mail", seen_from=identity.email_at)

    async def enters(self, token: str, customer: str = "phone") -> str | None:
        """Have somebody follow a link."""
        return await self.door.enter(ch.Sender(external_id=customer), token)

    async def threads(self, customer: str = "phone") -> set[str]:
        """Return the conversations that somebody sees."""
        return {one.thread for one in (await self.view.threads(customer))[0]}

    async def texts(self, customer: str = "phone", thread: str = "t1") -> list[str]:
        """Return what somebody sees of a conversation."""
        page, _, _ = await self.view.messages(customer, thread, before=None, after=None, limit=50)
        return [one.text for one in page]

    async def writes(self, text: str, customer: str = "phone", thread: str = "t1") -> ch.Answer:
        """Have somebody write in a thread."""
        return await self.world.says(customer, text, inbox="site", thread=thread)


@pytest.fixture
async def site(world: World, tmp_path: Path) -> AsyncIterator[Site]:
    """Return the site, with its watch for newcomers running."""
    one = Site(world, tmp_path)
    task = asyncio.create_task(one.arrivals.run())
    yield one
    task.cancel()
    await asyncio.wait([task])


async def begun(
    world: World, customer: str = "olena", text: str = "Is it here?", **sender: Any
) -> int:
    who = ch.Sender(external_id=customer, **sender)
    return await world.begun(customer, inbox="site", thread="t1", text=text, sender=who)


# --- what it opens ---


async def test_r56_a_link_opens_its_conversation_and_no_other(world: World, site: Site) -> None:
    here = await begun(world)
    await world.says("olena", "Something else", inbox="site", thread="t2")
    assert await site.enters(await site.token(here)) == "t1"
    assert await site.threads() == {"t1"}
    assert await site.texts() == ["Is it here?"]
    assert await site.texts(thread="t2") == []


async def test_r56_what_whoever_came_back_writes_is_in_the_same_conversation(
    world: World, site: Site
) -> None:
    here = await begun(world)
    await site.enters(await site.token(here))
    answer = await site.writes("It is me")
    assert answer.conversation_id == here
    assert await site.texts("olena") == ["Is it here?", "It is me"]
    assert await world.count("conversations") == 1


async def test_r56_a_message_that_comes_twice_is_stored_once(world: World, site: Site) -> None:
    here = await begun(world)
    await site.enters(await site.token(here))
    event = world.message("phone", "It is me", thread="t1")
    outcomes = [(await world.comes(event, inbox="site")).outcome for _ in range(2)]
    assert outcomes == ["stored", "duplicate"]


async def test_r56_a_closed_conversation_opens_again_when_they_write(
    world: World, site: Site
) -> None:
    here = await begun(world)
    await world.takes("anna", here)
    await world.closes("anna", here)
    await site.enters(await site.token(here))
    assert (await site.writes("One more thing")).conversation_id == here
    assert (await world.conversation(here)).state == "open"


async def test_r56_an_answer_reaches_whoever_came_back_as_it_is_written(
    world: World, site: Site
) -> None:
    here = await begun(world)
    await site.enters(await site.token(here))
    seen: list[str] = []

    async def follow() -> None:
        _, cursor = await site.view.threads("phone")
        async for change in site.view.follow("phone", cursor):
            seen.extend(one.text for one in change.messages)

    following = asyncio.create_task(follow())
    await world.replies("anna", here, "Yes")
    await until(lambda: seen == ["Yes"])
    following.cancel()
    await asyncio.wait([following])


async def test_r56_what_they_have_read_counts_as_read(world: World, site: Site) -> None:
    here = await begun(world)
    await site.enters(await site.token(here))
    message_id = await world.replies("anna", here, "Yes")
    await world.sent(message_id, str(message_id))
    who = ch.Sender(external_id="phone")
    report = ch.DeliveryReport(
        recipient="phone", external_ids=[str(message_id)], state="delivered", at=1
    )
    await world.comes(report, inbox="site")
    assert await world.states(message_id) == ["delivered"]
    read = ch.ConversationRead(sender=who, thread="t1", message_id=message_id, at=1)
    await world.comes(read, inbox="site")
    assert await world.states(message_id) == ["read"]


async def test_r56_the_thread_says_how_somebody_came_back(world: World, site: Site) -> None:
    here = await begun(world, email="olena@example.net")
    await site.enters(await site.mailed(here))
    await site.enters(await site.token(here), "tablet")
    told = [one for one in await world.activities(here) if one["verb"] == "came_back"]
    assert [one["origin"] for one in told] == ["mail", "invitation"]


async def test_r56_customers_are_not_told_that_somebody_came(world: World, site: Site) -> None:
    await site.enters(await site.token(await begun(world)))
    page, _, _ = await site.view.messages("phone", "t1", before=None, after=None, limit=50)
    assert [one.author for one in page] == ["visitor"]


# --- once, and not for long ---


async def test_r56_a_second_browser_is_refused(world: World, site: Site) -> None:
    token = await site.token(await begun(world))
    await site.enters(token)
    assert await site.enters(token, "stranger") is None
    assert await site.threads("stranger") == set()


async def test_r56_whoever_has_used_it_may_ask_again_and_nothing_is_doubled(
    world: World, site: Site
) -> None:
    here = await begun(world)
    token = await site.token(here)
    assert [await site.enters(token) for _ in range(3)] == ["t1"] * 3
    assert (await world.verbs(here)).count("came_back") == 1


async def test_r56_of_two_at_once_one_comes_in(world: World, site: Site) -> None:
    token = await site.token(await begun(world))
    came = await asyncio.gather(*(site.enters(token, f"browser-{n}") for n in range(6)))
    assert sorted(came, key=str) == [None] * 5 + ["t1"]


async def test_r56_an_expired_link_opens_nothing(world: World, site: Site) -> None:
    token = await site.token(await begun(world))
    world.clock.tick(HOUR)
    assert await site.enters(token) is None
    assert await world.identity("phone", "site") is None


async def test_r56_a_newer_link_leaves_the_older_one_good(world: World, site: Site) -> None:
    here = await begun(world)
    older, newer = await site.token(here), await site.token(here)
    assert await site.enters(newer, "phone") == "t1"
    assert await site.enters(older, "tablet") == "t1"


@pytest.mark.parametrize(
    "token", ["", "mail_", "mail_" + "a" * 43, "go_" + "a" * 43, "mail_" + "a" * 44, "../t1"]
)
async def test_r56_what_was_made_up_opens_nothing(world: World, site: Site, token: str) -> None:
    await begun(world)
    assert await site.enters(token) is None


async def test_r56_a_link_into_a_messenger_is_none_back(world: World, site: Site) -> None:
    token = await site.token(await begun(world))
    other: ch.WayBack = InboxWayBack(world.store, "pager")
    assert await other.enter(ch.Sender(external_id="phone"), token) is None
    assert await site.enters(token) == "t1"


async def test_r56_nothing_readable_is_kept_of_a_token(world: World, site: Site) -> None:
    token = await site.token(await begun(world))
    await site.enters(token)
    dump = await world.store.read(everything_in)
    assert token.partition("_")[2] not in dump


async def test_r56_off_makes_no_links(world: World, site: Site) -> None:
    here = await begun(world)
    world.under(resume_valid=None)
    assert await site.link(here) is None


async def test_r56_the_page_of_the_last_visit_is_where_a_link_leads(
    world: World, site: Site
) -> None:
    here = await begun(world)
    visit = ch.Visit(url="https://shop.example/chairs", online=True)
    seen = ch.PageVisited(sender=ch.Sender(external_id="olena"), visit=visit, at=1)
    await world.comes(seen, inbox="site")
    link = await site.link(here)
    assert link is not None
    assert link.url.startswith("https://shop.example/chairs#")
    assert link.expires_at == world.clock.now() + HOUR * 1000


async def test_r56_an_inbox_that_no_link_leads_back_into_has_none(world: World, site: Site) -> None:
    here = await begun(world)
    world.desk = replace(world.desk, leads_back={"site": lambda _token, _page: None})
    assert await site.link(here) is None
    assert await world.count("start_tokens") == 0


# --- who they are, and what stays closed ---


async def test_r56_their_own_conversations_stay_theirs_and_are_shown_beside_it(
    world: World, site: Site
) -> None:
    here = await begun(world)
    await site.writes("My own question", thread="own")
    await site.enters(await site.token(here))
    assert await site.threads() == {"t1", "own"}
    assert await site.threads("olena") == {"t1"}
    assert (await site.writes("More of my own", thread="own")).conversation_id != here


async def test_r56_the_customer_who_follows_their_own_link_stays_who_they_are(
    world: World, site: Site
) -> None:
    here = await begun(world)
    assert await site.enters(await site.token(here), "olena") == "t1"
    assert await site.threads("olena") == {"t1"}
    assert await site.door.hosts("olena") == []


async def test_r56_a_link_makes_nobody_the_contact_nor_proves_anything(
    world: World, site: Site
) -> None:
    here = await begun(world, "user:42", verified=True, email="olena@example.net")
    await world.says("user:42", "A secret", inbox="site", thread="t2")
    await site.enters(await site.mailed(here, "user:42"))
    assert await site.threads() == {"t1"}
    guest = await world.identity("phone", "site")
    assert guest is not None
    assert guest.verified_at is None
    assert guest.contact_id != (await world.conversation(here)).contact_id
    assert await site.door.hosts("phone") == ["user:42"]


async def test_r56_what_a_guest_says_of_themselves_changes_nothing_about_the_customer(
    world: World, site: Site
) -> None:
    here = await begun(world, email="olena@example.net", name="Olena")
    await site.enters(await site.mailed(here))
    sender = ch.Sender(external_id="phone", name="Mallory", email="mallory@example.net")
    await world.says("phone", "Hello", inbox="site", thread="t1", sender=sender)
    contact = await world.contact("olena", "site")
    assert (contact.name, contact.email) == ("Olena", "olena@example.net")


async def test_r56_who_signs_in_after_it_keeps_what_the_link_has_opened(
    world: World, site: Site
) -> None:
    await site.enters(await site.token(await begun(world)))
    who = ch.Sender(external_id="user:7", verified=True)
    await world.comes(ch.ContactUpdated(sender=who, absorbs="phone"), inbox="site")
    assert await site.threads("user:7") == {"t1"}


# --- what a mailbox's holder may see ---


async def test_r56_a_mail_s_link_shows_nothing_of_before_the_address_was_given(
    world: World, site: Site
) -> None:
    here = await begun(world, text="My card ends in 4242")
    world.clock.tick(1)
    who = ch.Sender(external_id="olena", email="olena@example.net")
    early = await world.replies("anna", here, "Noted")
    world.clock.tick(1)
    await world.comes(ch.ContactUpdated(sender=who), inbox="site")
    world.clock.tick(1)
    await world.replies("anna", here, "It is here", reply_to=early)
    await site.enters(await site.mailed(here))
    assert await site.texts() == ["It is here"]
    page, more, _ = await site.view.messages("phone", "t1", before=None, after=None, limit=2)
    assert ([one.reply_to for one in page], more) == ([None], False)
    page, _, _ = await site.view.messages("phone", "t1", before=None, after=0, limit=1)
    assert [one.text for one in page] == ["It is here"]
    assert await site.view.message("phone", early) is None


async def test_r56_an_address_that_was_corrected_opens_nothing_any_more(
    world: World, site: Site
) -> None:
    here = await begun(world, email="wrong@example.net")
    used, unused = await site.mailed(here), await site.mailed(here)
    await site.enters(used)
    world.clock.tick(1)
    who = ch.Sender(external_id="olena", email="olena@example.net")
    await world.comes(ch.ContactUpdated(sender=who), inbox="site")
    assert await site.threads() == set()
    assert await site.texts() == []
    assert await site.enters(unused, "tablet") is None
    assert (await site.writes("Still here?")).conversation_id != here
