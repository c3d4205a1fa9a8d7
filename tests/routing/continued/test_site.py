"""A mail's link back to the site: in each mail its own, and only where it may lead."""

import re
from dataclasses import replace

import pytest

from bridge import channel as ch
from routing import start_tokens
from routing.reactions import Reactions
from tests.routing.continued.mailed import OLENA, Mailed

LINK = re.compile(r"\[([^\]]+)\]\(https://shop\.example/#(mail_[\w-]{43})\)\. (.+)")


@pytest.fixture
def site(world: Mailed) -> Mailed:
    """Return the world with a page to lead back to."""
    leads = {"site": lambda token, _page: f"https://shop.example/#{token}"}
    world.desk = replace(world.desk, leads_back=leads)
    return world


async def mailed(site: Mailed, **visitor: str) -> int:
    """Have an answer go unseen, so that a mail is due."""
    here = await site.visitor(**visitor)
    await site.answers(here, "It is here")
    await site.passes(61)
    assert len(await site.mails(here)) == 1
    return here


async def leaving(site: Mailed, here: int) -> str:
    """Return what the latest mail goes out with."""
    mail = (await site.mails(here))[-1]
    written: str = await site.store.write(Reactions(site.desk).leaving, mail, "It is here")
    return written


def token_in(text: str) -> str:
    found = LINK.search(text)
    assert found, text
    return found[2]


async def test_r56_a_mail_holds_a_link_back_to_the_site(site: Mailed) -> None:
    text = await leaving(site, await mailed(site))
    assert text.startswith("It is here\n\n[Continue on the site](")
    assert "works once" in text


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "Continue on the site"),
        ("ru", "Продолжить на сайте"),
        ("uk", "Продовжити на сайті"),
        ("es", "Continuar en el sitio"),
    ],
)
async def test_r56_it_is_worded_in_the_customer_s_language(
    site: Mailed, language: str, words: str
) -> None:
    sender = ch.Sender(external_id="olena", email=OLENA, language=language)
    here = await site.begun("olena", inbox="site", thread="t1", sender=sender)
    await site.answers(here)
    await site.passes(61)
    found = LINK.search(await leaving(site, here))
    assert found
    assert found[1] == words


async def test_r56_each_attempt_has_a_token_of_its_own_and_what_is_kept_has_none(
    site: Mailed,
) -> None:
    here = await mailed(site)
    first, second = [token_in(await leaving(site, here)) for _ in range(2)]
    assert first != second
    assert "mail_" not in (await site.mails(here))[-1].body
    for one in (first, second):
        assert await site.store.write(start_tokens.use, one, "site") == here


async def test_r56_its_time_begins_when_the_mail_goes(site: Mailed) -> None:
    here = await mailed(site)
    site.clock.tick(7200)
    token = token_in(await leaving(site, here))
    site.clock.tick(3599)
    assert await site.store.write(start_tokens.use, token, "site") == here


async def test_r56_a_mail_to_an_address_that_was_corrected_since_has_none(site: Mailed) -> None:
    here = await mailed(site)
    who = ch.Sender(external_id="olena", email="other@example.net")
    await site.comes(ch.ContactUpdated(sender=who), inbox="site")
    assert await leaving(site, here) == "It is here"


async def test_r56_where_no_link_leads_back_there_is_none(world: Mailed) -> None:
    assert await leaving(world, await mailed(world)) == "It is here"


async def test_r56_off_leaves_it_out(site: Mailed) -> None:
    site.desk = replace(site.desk, policy=replace(site.desk.policy, resume_valid=None))
    assert await leaving(site, await mailed(site)) == "It is here"


async def test_r56_what_goes_by_the_network_itself_has_none(site: Mailed) -> None:
    here = await site.visitor()
    message_id = await site.answers(here)
    (part,) = await site.deliveries(message_id)
    text = await site.store.write(Reactions(site.desk).leaving, part, "Yes")
    assert text == "Yes"
