"""The people who write: what is known of them, and what agents change."""

from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest

from agent_console.actions.contacts import ContactEdit, _region_of, checked
from bridge.channel import Visit
from routing.refusal import RefusedError
from tests.agent_console.conftest import OpenOffice
from tests.agent_console.office import Agent, Office


async def _contact(office: Office, agent: Agent, **sender: Any) -> tuple[int, int]:
    conversation, _ = await office.customer_writes(sender=sender)
    row = await agent.row(conversation)
    return conversation, row["conversation"]["contact"]["id"]


async def test_j08_the_first_message_makes_a_contact(office: Office, pavel: Agent) -> None:
    _, contact = await _contact(
        office, pavel, name="Олена", language="uk", attributes={"plan": "gold 🥇"}
    )

    found = await pavel.get(f"/api/contacts/{contact}")

    assert (found["name"], found["language"]) == ("Олена", "uk")
    assert found["attributes"] == {"plan": "gold 🥇"}
    (identity,) = found["identities"]
    assert (identity["inbox"], identity["kind"], identity["verified"]) == ("site", "widget", False)


async def test_j08_only_the_four_fields_can_be_written(office: Office, pavel: Agent) -> None:
    _, contact = await _contact(office, pavel)

    for field in ("id", "attributes", "identities", "created_at", "avatar_url"):
        status, error = await pavel.refused("PATCH", f"/api/contacts/{contact}", {field: "x"})
        assert (status, list(error["fields"])) == (400, [field])


async def test_r44_j11_j13_j14_an_edit_persists_in_its_normal_form(
    office: Office, pavel: Agent, anna: Agent
) -> None:
    conversation, contact = await _contact(office, pavel, name="visitor")

    answer = await pavel.ask(
        "PATCH",
        f"/api/contacts/{contact}",
        {"name": "  Олена \t Коваль ", "email": " o@пошта.укр ", "phone": "067 123-45-67"},
        expect=200,
    )

    assert answer.json()["name"] == "Олена Коваль"
    found = await anna.get(f"/api/contacts/{contact}")
    assert (found["email"], found["phone"]) == ("o@пошта.укр", "+380671234567")
    last = (await anna.thread(conversation))[-1]
    assert last["activity"] == {
        "verb": "contact_edited",
        "data": {"by": "pavel", "fields": ["email", "name", "phone"]},
    }


async def test_an_edit_can_empty_a_field(office: Office, pavel: Agent) -> None:
    _, contact = await _contact(office, pavel, name="Олена", email="o@example.com")

    await pavel.ask("PATCH", f"/api/contacts/{contact}", {"email": None, "name": ""}, expect=200)

    found = await pavel.get(f"/api/contacts/{contact}")
    assert (found["email"], found["name"]) == (None, None)


async def test_an_edit_that_changes_nothing_leaves_no_trace(office: Office, pavel: Agent) -> None:
    conversation, contact = await _contact(office, pavel, name="Олена")
    before = await pavel.thread(conversation)

    await pavel.ask("PATCH", f"/api/contacts/{contact}", {"name": "Олена"}, expect=200)

    assert await pavel.thread(conversation) == before


async def test_r44_a_field_that_is_not_right_says_why_and_nothing_is_kept(
    office: Office, pavel: Agent
) -> None:
    _, contact = await _contact(office, pavel, name="Олена")

    status, error = await pavel.refused(
        "PATCH",
        f"/api/contacts/{contact}",
        {"name": "Марія", "email": "no address", "phone": "12", "language": "Ukrainian"},
    )

    assert (status, error["code"]) == (422, "invalid")
    assert set(error["fields"]) == {"email", "phone", "language"}
    assert (await pavel.get(f"/api/contacts/{contact}"))["name"] == "Олена"


async def test_r44_without_the_right_the_fields_are_read_only(an_office: OpenOffice) -> None:
    async with an_office({"permissions.agent.edit_contact": False}) as office:
        pavel, anna = await office.sign_in("pavel"), await office.sign_in("anna")
        conversation, contact = await _contact(office, pavel)

        assert pavel.session["settings"]["read_only_fields"] == [
            "name",
            "email",
            "phone",
            "language",
        ]
        assert "edit_contact" not in (await pavel.row(conversation))["can"]
        status, _ = await pavel.refused("PATCH", f"/api/contacts/{contact}", {"name": "x"})
        assert status == 403
        assert anna.session["settings"]["read_only_fields"] == []
        await anna.ask("PATCH", f"/api/contacts/{contact}", {"name": "x"}, expect=200)


async def test_j16_a_language_set_by_hand_holds_for_the_conversation(
    office: Office, pavel: Agent
) -> None:
    conversation, contact = await _contact(office, pavel, language="en")

    await pavel.ask("PATCH", f"/api/contacts/{contact}", {"language": "uk"}, expect=200)

    assert (await pavel.row(conversation))["conversation"]["language"] == "uk"
    await office.customer_writes("ещё", sender={"language": "en"})
    assert (await pavel.get(f"/api/contacts/{contact}"))["language"] == "uk"


async def test_r45_j12_the_sources_of_a_contact_are_shown(office: Office, pavel: Agent) -> None:
    _, contact = await _contact(
        office, pavel, username="olena_k", profile_url="https://vk.com/id1", verified=True
    )

    (identity,) = (await pavel.get(f"/api/contacts/{contact}"))["identities"]

    assert identity["username"] == "olena_k"
    assert identity["profile_url"] == "https://vk.com/id1"
    assert identity["external_id"] == "visitor-one-000001"


async def test_the_long_id_of_an_anonymous_visitor_is_shortened(
    office: Office, pavel: Agent
) -> None:
    _, contact = await _contact(office, pavel)

    (identity,) = (await pavel.get(f"/api/contacts/{contact}"))["identities"]

    assert identity["external_id"] == "visitor-…"


async def test_j18_notes_about_a_person_are_apart_from_those_of_a_conversation(
    office: Office, pavel: Agent, anna: Agent
) -> None:
    conversation, contact = await _contact(office, pavel)
    path = f"/api/contacts/{contact}/notes"
    note = await pavel.post(path, {"text": "  Любит чай 🍵 "}, expect=201)

    listed = (await anna.get(path))["notes"]

    assert listed == [note]
    assert (note["text"], note["by"], note["at"]) == ("Любит чай 🍵", "pavel", office.clock.now())
    assert (await anna.get(f"/api/conversations/{conversation}/notes"))["messages"] == []
    for empty in ("", "  \n"):
        assert (await pavel.refused("POST", path, {"text": empty}))[0] == 422


async def test_all_conversations_with_a_person_the_latest_first(
    office: Office, pavel: Agent
) -> None:
    first, _ = await office.customer_writes(thread="one")
    second, _ = await office.customer_writes(thread="two")
    other, _ = await office.customer_writes(customer="b-customer")
    contact = (await pavel.row(first))["conversation"]["contact"]["id"]

    rows = (await pavel.get(f"/api/contacts/{contact}/conversations"))["rows"]

    assert [row["conversation"]["id"] for row in rows] == [second, first]
    assert other not in [row["conversation"]["id"] for row in rows]


async def test_the_visit_shows_what_the_site_told_and_counts_on_while_they_are_there(
    office: Office, pavel: Agent
) -> None:
    conversation, _ = await office.customer_writes()
    assert (await pavel.get(f"/api/conversations/{conversation}"))["visit"] is None
    stay = Visit(
        url="https://shop.example/cart",
        title="Кошик",
        first_url="https://shop.example/",
        browser="Firefox 140",
        screen="1440x900",
        utm={"utm_source": "news"},
        open_pages=2,
        online=True,
    )
    await office.customer_visits(stay)
    office.clock.tick(90)

    visit = (await pavel.get(f"/api/conversations/{conversation}"))["visit"]

    assert visit == {
        "open_pages": 2,
        "started_at": office.clock.now() - 90_000,
        "seconds": 90,
        "online": True,
        "browser": "Firefox 140",
        "screen": "1440x900",
        "first_url": "https://shop.example/",
        "current_url": "https://shop.example/cart",
        "current_title": "Кошик",
        "utm": {"utm_source": "news"},
    }


@pytest.mark.parametrize(
    ("given", "region", "normal"),
    [
        ("+38 (067) 123-45-67", None, "+380671234567"),
        ("067 123 45 67", "UA", "+380671234567"),
        ("8 (916) 123-45-67", "RU", "+79161234567"),
        ("00 34 612 34 56 78", "ES", "+34612345678"),
        ("＋380671234567", None, "+380671234567"),
    ],
)
def test_j14_a_phone_number_becomes_e164(given: str, region: str | None, normal: str) -> None:
    assert checked(ContactEdit(phone=given), region) == {"phone": normal}


@pytest.mark.parametrize(
    "given", ["067 123 45 67", "+1", "+380", "call me", "+38067123456789012", "٠" * 9, "<b>+1"]
)
def test_j14_what_is_no_phone_number_is_refused(given: str) -> None:
    with pytest.raises(RefusedError) as refused:
        checked(ContactEdit(phone=given), None)
    assert list(refused.value.detail["fields"]) == ["phone"]  # type: ignore[call-overload]


@pytest.mark.parametrize(
    "given",
    ["x", "@example.com", "a@b", "a b@example.com", "a@exa mple.com", "a@b.c, d@e.f", "a" * 300],
)
def test_j13_what_is_no_address_is_refused(given: str) -> None:
    with pytest.raises(RefusedError):
        checked(ContactEdit(email=given), None)


@pytest.mark.parametrize(
    ("zone", "region"), [("Europe/Kyiv", "UA"), ("Europe/Madrid", "ES"), ("UTC", None)]
)
def test_the_country_of_a_number_without_one_is_that_of_the_business(
    zone: str, region: str | None
) -> None:
    assert _region_of(ZoneInfo(zone)) == region


def test_a_missing_field_stays_and_null_empties() -> None:
    edit = msgspec.json.decode(b'{"name": null, "email": "a@b.co"}', type=ContactEdit)

    assert checked(edit, None) == {"name": None, "email": "a@b.co"}
