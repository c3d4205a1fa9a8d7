"""What is asked before a conversation begins, and what the site has said already."""

import pytest

from tests.channels.widget.desk import Desk, Visitor, failure

ASKED = [
    {"field": "name"},
    {"field": "email", "required": False},
    {"field": "order_number", "label": "Order number"},
]


@pytest.fixture
def desk() -> Desk:
    desk = Desk()
    desk.open()
    return desk


@pytest.fixture
async def visitor(desk: Desk) -> Visitor:
    return await desk.visitor()


@pytest.fixture
async def asked() -> Visitor:
    desk = Desk(pre_chat=ASKED)
    desk.open()
    return await desk.visitor()


async def test_what_must_be_answered_before_is_named(asked: Visitor) -> None:
    answered = await asked.write(pre_chat={"name": " "})
    assert answered.status_code == 422
    assert failure(answered)["code"] == "pre_chat"
    assert set(failure(answered)["fields"]) == {"name", "order_number"}
    assert asked.desk.core.events == []


async def test_the_answers_become_the_contact(asked: Visitor) -> None:
    told = {"name": " Анна ", "email": "anna@example.com", "order_number": "42", "more": "x"}
    assert (await asked.write(pre_chat=told)).status_code == 201
    sender = asked.desk.core.messages[0].sender
    assert (sender.name, sender.email) == ("Анна", "anna@example.com")
    assert sender.attributes == {"order_number": "42"}
    assert not sender.verified


async def test_whoever_has_written_is_not_asked_again(asked: Visitor) -> None:
    await asked.write(pre_chat={"name": "Анна", "order_number": "42"})
    assert (await asked.write("more")).status_code == 201


async def test_what_the_site_has_signed_need_not_be_asked(asked: Visitor) -> None:
    session = asked.desk.parts.tokens.read(asked.token)
    known = type(session)("user:7", verified=True, name="Анна", email="anna@example.com")
    asked.token = asked.desk.parts.tokens.issue(known)
    told = {"order_number": "42", "name": "Mallory", "email": "m@example.com"}
    assert (await asked.write(pre_chat=told)).status_code == 201
    sender = asked.desk.core.messages[0].sender
    assert (sender.name, sender.email) == ("Анна", "anna@example.com")
    assert sender.verified


@pytest.mark.parametrize("email", ["no address", "a@b", "@example.com", "a@b@c.de", "a" * 300])
async def test_an_address_that_was_asked_for_must_be_one(asked: Visitor, email: str) -> None:
    told = {"name": "Анна", "order_number": "42", "email": email}
    answered = await asked.write(pre_chat=told)
    assert answered.status_code == 422
    assert set(failure(answered)["fields"]) == {"email"}


async def test_an_address_that_nobody_asked_for_is_dropped_if_it_is_none(
    desk: Desk, visitor: Visitor
) -> None:
    told = {"email": "nonsense", "phone": "call me", "name": "Анна"}
    assert (await visitor.write(pre_chat=told)).status_code == 201
    sender = desk.core.messages[0].sender
    assert (sender.name, sender.email, sender.phone) == ("Анна", None, None)
