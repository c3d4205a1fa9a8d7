"""Inviting a customer into another inbox: the link, its code, the words, and who may."""

import re
from typing import Any

import pytest

from bridge.channel import UnavailableError
from bridge.store.statement import Statement, value
from bridge.store.transactions import Tx
from routing import start_tokens
from tests.agent_console.conftest import OpenOffice
from tests.agent_console.office import Agent, Office, Starter
from tests.qr import decoded

DAY = 86_400_000
OLENA = {"name": "Олена", "language": "uk-UA"}


async def invited(agent: Agent, conversation: int, inbox: str = "blog") -> Any:
    path = f"/api/conversations/{conversation}/invitations"
    return await agent.post(path, {"inbox": inbox}, expect=201)


def token_of(url: str) -> str:
    return url.rpartition("=")[2]


async def carried_on(office: Office, url: str, inbox: str = "blog") -> int | None:
    """Use the link up; return the conversation it carries on."""
    return await office.store.write(start_tokens.use, token_of(url), inbox)


async def test_r56_the_three_forms_hold_the_link_and_the_text_all_four(
    office: Office, pavel: Agent
) -> None:
    conversation, _ = await office.customer_writes(sender=OLENA)
    made = await invited(pavel, conversation)
    assert re.fullmatch(r"https://t\.me/shop_bot\?start=go_[\w-]{43}", made["url"])
    assert decoded(made["qr"]) == made["url"]
    for part in ("Олена", "Website", made["url"], str(conversation)):
        assert part in made["text"]


async def test_the_link_carries_on_this_conversation_and_no_other(
    office: Office, pavel: Agent
) -> None:
    first, _ = await office.customer_writes()
    second, _ = await office.customer_writes(customer="visitor-two-000002")
    links = [(await invited(pavel, one))["url"] for one in (first, second)]
    assert [await carried_on(office, url) for url in links] == [first, second]
    assert await carried_on(office, links[0]) is None


async def test_it_is_good_for_as_long_as_the_yaml_says(an_office: OpenOffice) -> None:
    async with an_office({"conversation.invitation_valid": "2d"}) as office:
        pavel = await office.sign_in("pavel")
        conversation, _ = await office.customer_writes()
        made = await invited(pavel, conversation)
        assert made["expires_at"] == office.clock.now() + 2 * DAY
        office.clock.tick(2 * DAY / 1000)
        assert await carried_on(office, made["url"]) is None


async def test_everybody_sees_who_has_invited_the_customer_and_where(
    office: Office, pavel: Agent, anna: Agent
) -> None:
    conversation, _ = await office.customer_writes()
    await invited(pavel, conversation)
    last = (await anna.thread(conversation))[-1]["activity"]
    assert last == {"verb": "invited", "data": {"by": "pavel", "inbox": "Shop bot"}}


@pytest.mark.parametrize(
    ("language", "greeting"),
    [("en-US", "Hello"), ("ru", "Здравствуйте"), ("uk", "Вітаємо"), ("es-MX", "¡Hola")],
)
async def test_the_words_are_in_the_customer_s_language(
    office: Office, pavel: Agent, language: str, greeting: str
) -> None:
    conversation, _ = await office.customer_writes(sender={"name": "Ana", "language": language})
    text = (await invited(pavel, conversation))["text"]
    assert text.startswith(greeting)
    assert "Ana" in text
    assert "Telegram" in text
    assert not re.search(r"[{}]", text)


async def test_a_language_we_do_not_speak_gets_the_words_of_the_house(
    office: Office, pavel: Agent
) -> None:
    conversation, _ = await office.customer_writes(sender={"language": "fi"})
    assert (await invited(pavel, conversation))["text"].startswith("Hello!")


async def test_what_the_conversation_is_about_is_its_topic(office: Office, pavel: Agent) -> None:
    conversation, _ = await office.customer_writes()
    await pavel.ask("PUT", f"/api/conversations/{conversation}/item", {"label": "№ {4821}"})
    text = (await invited(pavel, conversation))["text"]
    assert "№ {4821}" in text
    assert "Website" not in text


async def test_what_customers_call_the_inbox_is_the_topic_otherwise(an_office: OpenOffice) -> None:
    async with an_office({"channels.site.title": {"en": "Flowers", "uk": "Квіти"}}) as office:
        pavel = await office.sign_in("pavel")
        conversation, _ = await office.customer_writes(sender=OLENA)
        assert "«Квіти»" in (await invited(pavel, conversation))["text"]


# --- back to the site ---


async def at_a_site_to_come_back_to(office: Office) -> Agent:
    """Have links lead back into the site's widget; return an agent."""
    shop = "https://shop.example/"
    office.leads_back["site"] = lambda token, page: f"{page or shop}#deskbridge={token}"
    return await office.sign_in("pavel")


async def test_r56_an_invitation_back_has_the_three_forms_and_the_text_all_four(
    an_office: OpenOffice,
) -> None:
    async with an_office() as office:
        pavel = await at_a_site_to_come_back_to(office)
        assert [one["id"] for one in pavel.session["inboxes"] if one["leads_back"]] == ["site"]
        conversation, _ = await office.customer_writes(sender=OLENA)
        made = await invited(pavel, conversation, "site")
        found = r"https://shop\.example/#deskbridge=invitation_[\w-]{43}"
        assert re.fullmatch(found, made["url"])
        assert decoded(made["qr"]) == made["url"]
        for part in ("Олена", "Website", made["url"], str(conversation)):
            assert part in made["text"]
        assert made["expires_at"] == office.clock.now() + DAY // 24
        last = (await pavel.thread(conversation))[-1]["activity"]
        assert last == {"verb": "invited_back", "data": {"by": "pavel"}}


@pytest.mark.parametrize(
    ("language", "words"),
    [("en-US", "our site"), ("ru", "на нашем сайте"), ("uk", "на нашому сайті"), ("es", "sitio")],
)
async def test_r56_an_invitation_back_is_in_the_customer_s_language(
    an_office: OpenOffice, language: str, words: str
) -> None:
    async with an_office() as office:
        pavel = await at_a_site_to_come_back_to(office)
        conversation, _ = await office.customer_writes(sender={"language": language})
        text = (await invited(pavel, conversation, "site"))["text"]
        assert words in text
        assert not re.search(r"[{}]", text)


async def test_r56_off_invites_nobody_back(an_office: OpenOffice) -> None:
    async with an_office({"conversation.resume_valid": "off"}) as office:
        pavel = await at_a_site_to_come_back_to(office)
        assert not any(one["leads_back"] for one in pavel.session["inboxes"])
        conversation, _ = await office.customer_writes()
        path = f"/api/conversations/{conversation}/invitations"
        assert (await pavel.refused("POST", path, {"inbox": "site"}))[0] == 422
        assert "invited_back" not in str(await pavel.thread(conversation))


# --- who may, and what is refused ---


async def test_a_viewer_and_whoever_may_not_answer_invite_nobody(
    office: Office, pavel: Agent, ivan: Agent, vera: Agent
) -> None:
    conversation, _ = await office.customer_writes()
    await pavel.act("take", conversation)
    path = f"/api/conversations/{conversation}/invitations"
    assert (await vera.refused("POST", path, {"inbox": "blog"}))[0] == 403
    status, error = await ivan.refused("POST", path, {"inbox": "blog"})
    assert (status, error["code"], error["detail"]["agent"]) == (409, "taken", "pavel")
    assert "invited" not in str(await pavel.thread(conversation))
    assert await office.store.read(_tokens) == 0


def _tokens(tx: Tx) -> int:
    found: int = tx.the(Statement(value, "SELECT count(*) FROM start_tokens"))
    return found


@pytest.mark.parametrize("inbox", ["site", "nowhere", "x" * 40])
async def test_an_inbox_that_no_link_leads_to_is_refused(
    office: Office, pavel: Agent, inbox: str
) -> None:
    conversation, _ = await office.customer_writes()
    path = f"/api/conversations/{conversation}/invitations"
    status, error = await pavel.refused("POST", path, {"inbox": inbox})
    assert (status, list(error["fields"])) == (422, ["inbox"])


async def test_nobody_is_invited_to_where_they_are(office: Office, pavel: Agent) -> None:
    conversation, _ = await office.customer_writes(inbox="blog")
    path = f"/api/conversations/{conversation}/invitations"
    assert (await pavel.refused("POST", path, {"inbox": "blog"}))[0] == 422


async def test_a_network_that_cannot_be_asked_is_said_to_be_away(
    office: Office, pavel: Agent, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(_self: Starter, _payload: str) -> str:
        raise UnavailableError("away", reason="unavailable")

    monkeypatch.setattr(Starter, "start_link", away)
    conversation, _ = await office.customer_writes()
    path = f"/api/conversations/{conversation}/invitations"
    status, error = await pavel.refused("POST", path, {"inbox": "blog"})
    assert (status, error["code"]) == (503, "unavailable")
    assert "invited" not in str(await pavel.thread(conversation))


async def test_the_console_is_told_which_inboxes_one_can_be_invited_into(pavel: Agent) -> None:
    can = {one["id"]: one["starts_by_link"] for one in pavel.session["inboxes"]}
    assert can == {"site": False, "blog": True}
