"""What a conversation is about elsewhere, and what else is kept of a person."""

import pytest

from tests.agent_console.conftest import OpenOffice
from tests.agent_console.office import Agent, Office

MORE_FIELDS = {"contact_fields": {"customer_no": {"label": {"en": "Customer number"}}}}


async def test_o04_an_item_is_set_shown_to_everybody_and_cleared(
    office: Office, pavel: Agent, anna: Agent
) -> None:
    conversation, _ = await office.customer_writes()
    path = f"/api/conversations/{conversation}/item"
    assert "item" not in (await anna.row(conversation))["conversation"]

    await pavel.ask(
        "PUT", path, {"label": " Замовлення  №4821 ", "url": "https://crm.example/4821"}, expect=200
    )

    shown = (await anna.row(conversation))["conversation"]["item"]
    assert shown == {"label": "Замовлення №4821", "url": "https://crm.example/4821"}
    last = (await anna.thread(conversation))[-1]["activity"]
    assert last == {"verb": "linked", "data": {"by": "pavel", "label": "Замовлення №4821"}}

    await anna.ask("DELETE", path, expect=200)
    assert "item" not in (await pavel.row(conversation))["conversation"]


@pytest.mark.parametrize("url", ["javascript:alert(1)", "ftp://x", "//x", "https://a b"])
async def test_o04_an_address_that_is_no_web_page_is_refused(
    office: Office, pavel: Agent, url: str
) -> None:
    conversation, _ = await office.customer_writes()
    path = f"/api/conversations/{conversation}/item"

    status, error = await pavel.refused("PUT", path, {"label": "x", "url": url})

    assert (status, list(error["fields"])) == (422, ["url"])


async def test_j15_an_additional_field_is_edited_shown_and_found(an_office: OpenOffice) -> None:
    async with an_office(MORE_FIELDS) as office:
        pavel = await office.sign_in("pavel")
        conversation, _ = await office.customer_writes()
        contact = (await pavel.row(conversation))["conversation"]["contact"]["id"]
        assert pavel.session["settings"]["contact_fields"] == [
            {"id": "customer_no", "label": {"en": "Customer number"}, "in_panel": True}
        ]

        change = {"attributes": {"customer_no": " К-77  "}}
        await pavel.ask("PATCH", f"/api/contacts/{contact}", change, expect=200)

        found = await pavel.get(f"/api/contacts/{contact}")
        assert found["attributes"] == {"customer_no": "К-77"}
        hits = (await pavel.get("/api/search", q="к-77"))["hits"]
        assert [hit["row"]["conversation"]["id"] for hit in hits] == [conversation]


async def test_j15_what_an_agent_has_typed_is_not_overridden_by_the_site(
    an_office: OpenOffice,
) -> None:
    async with an_office(MORE_FIELDS) as office:
        pavel = await office.sign_in("pavel")
        conversation, _ = await office.customer_writes()
        contact = (await pavel.row(conversation))["conversation"]["contact"]["id"]
        change = {"attributes": {"customer_no": "right"}}
        await pavel.ask("PATCH", f"/api/contacts/{contact}", change, expect=200)

        await office.customer_writes("more", sender={"attributes": {"customer_no": "x", "b": "y"}})

        found = await pavel.get(f"/api/contacts/{contact}")
        assert found["attributes"] == {"customer_no": "right", "b": "y"}


async def test_j15_a_field_that_is_not_in_the_configuration_is_refused(
    office: Office, pavel: Agent
) -> None:
    conversation, _ = await office.customer_writes()
    contact = (await pavel.row(conversation))["conversation"]["contact"]["id"]

    status, error = await pavel.refused(
        "PATCH", f"/api/contacts/{contact}", {"attributes": {"customer_no": "x"}}
    )

    assert (status, list(error["fields"])) == (422, ["attributes.customer_no"])
