"""Links to video meetings: made for those who may send them, and sent by hand."""

import re
from typing import Any

import pytest

from tests.agent_console.conftest import OpenOffice
from tests.agent_console.office import Agent, Office

URL = "https://meet.example.com/{{token}}?lang=uk"
LINK = re.compile(r"https://meet\.example\.com/[0-9a-f]{32}\?lang=uk")
HERE = {"meetings": {"url": URL}}


async def made(agent: Agent, conversation: int) -> Any:
    """Make a link for a conversation."""
    return await agent.post(f"/api/conversations/{conversation}/meeting", {})


async def code(agent: Agent, path: str) -> str:
    """Return as what a link is refused."""
    _, error = await agent.refused("POST", path, {})
    found: str = error["code"]
    return found


async def test_r31_r40_a_link_is_made_in_the_customers_language_and_sent_as_a_reply(
    an_office: OpenOffice,
) -> None:
    async with an_office(HERE) as office:
        pavel = await office.sign_in("pavel")
        conversation, _ = await office.customer_writes(sender={"language": "uk"})

        before = await pavel.thread(conversation)
        meeting = await made(pavel, conversation)

        assert LINK.fullmatch(meeting["url"])
        assert meeting["text"] == (
            f"Поговорімо у відеозв’язку. Відкрийте посилання: {meeting['url']}"
        )
        # Nothing has gone out before the agent sends it.
        assert await pavel.thread(conversation) == before
        sent = await pavel.says(conversation, meeting["text"])
        assert sent["message"]["text"] == meeting["text"]


async def test_every_meeting_has_an_address_of_its_own(an_office: OpenOffice) -> None:
    async with an_office(HERE) as office:
        pavel = await office.sign_in("pavel")
        conversation, _ = await office.customer_writes()

        links = [await pavel.post("/api/meetings", {}) for _ in range(3)]
        links += [await made(pavel, conversation) for _ in range(3)]

        assert len({one["url"] for one in links}) == 6
        assert all(LINK.fullmatch(one["url"]) for one in links)


async def test_a_customer_of_no_known_language_reads_that_of_the_house(
    an_office: OpenOffice,
) -> None:
    words = {"en": "Come: {{url}}", "es": "Venga: {{ url }}"}
    changes = {"meetings": {"url": URL, "text": words}, "locale.default": "es"}
    async with an_office(changes) as office:
        pavel = await office.sign_in("pavel")
        conversation, _ = await office.customer_writes(sender={"language": "de"})

        assert (await made(pavel, conversation))["text"].startswith("Venga: https://")


async def test_who_may_not_answer_makes_no_link_for_the_customer(an_office: OpenOffice) -> None:
    async with an_office(HERE) as office:
        pavel, ivan = await office.sign_in("pavel"), await office.sign_in("ivan")
        vera = await office.sign_in("vera")
        conversation, _ = await office.customer_writes()
        await pavel.act("take", conversation)
        path = f"/api/conversations/{conversation}/meeting"

        assert await code(ivan, path) == "taken"
        assert await code(vera, path) == "forbidden"


async def test_r40_nothing_is_offered_where_no_program_for_meetings_is(
    office: Office, pavel: Agent
) -> None:
    conversation, _ = await office.customer_writes()

    assert pavel.session["settings"]["meetings"] is False
    path = f"/api/conversations/{conversation}/meeting"
    for door in (path, "/api/meetings"):
        assert await code(pavel, door) == "meetings_off"


@pytest.mark.parametrize("role", ["pavel", "vera"])
async def test_colleagues_meet_too(an_office: OpenOffice, role: str) -> None:
    async with an_office(HERE) as office:
        agent = await office.sign_in(role)

        assert agent.session["settings"]["meetings"] is True
        assert LINK.fullmatch((await agent.post("/api/meetings", {}))["url"])


async def test_r41_what_a_meeting_is_like_is_said_in_its_address(an_office: OpenOffice) -> None:
    told = "#config.prejoinConfig.enabled=false&config.startWithVideoMuted=true"
    async with an_office(
        {"meetings": {"url": f"https://meet.jit.si/{{{{token}}}}{told}"}}
    ) as office:
        pavel = await office.sign_in("pavel")

        assert (await pavel.post("/api/meetings", {}))["url"].endswith(told)
