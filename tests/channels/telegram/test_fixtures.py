"""The fixtures have the shape that Telegram documents, as its library knows it.

aiogram's types are made from the pages of the Bot API: what they do not know is either an
error of ours or newer than the library.
"""

from collections.abc import Iterator

import pytest
from aiogram.types import Message, Update
from pydantic import BaseModel

from bridge.botapi.content import ENVELOPE, MEDIA, SERVICE
from bridge.botapi.said import SAID
from channels.telegram.translate import KINDS, PASSED_OVER
from tests.channels.telegram.expected import BROKEN
from tests.channels.telegram.payloads import NAMES, payload

# Of these a message says the name: a desk can neither take payments nor read passports.
NAMED_ONLY = {"giveaway_winners", "passport_data", "refunded_payment", "successful_payment"}


def _unknown(value: object, path: str = "") -> Iterator[str]:
    """Yield every field that the library has taken along without knowing it."""
    if isinstance(value, BaseModel):
        yield from (f"{path}.{name}" for name in value.model_extra or {})
        for name in type(value).model_fields:
            yield from _unknown(getattr(value, name), f"{path}.{name}")
    elif isinstance(value, list):
        for one in value:
            yield from _unknown(one, f"{path}[]")


@pytest.mark.parametrize("name", sorted(set(NAMES) - set(BROKEN)))
def test_a_fixture_has_the_fields_that_telegram_documents_and_no_others(name: str) -> None:
    assert list(_unknown(Update.model_validate(payload(name)))) == []


def test_a_fixture_of_a_wrong_shape_is_noticed() -> None:
    update = payload("message_new")
    update["message"]["txt"] = update["message"].pop("text")
    assert list(_unknown(Update.model_validate(update))) == [".message.txt"]


def test_every_kind_of_update_that_telegram_documents_is_translated_or_passed_over() -> None:
    assert set(Update.model_fields) - {"update_id"} == {*KINDS, *PASSED_OVER}


def test_every_field_that_a_message_may_have_is_known_for_what_it_is() -> None:
    fields = {field.alias or name for name, field in Message.model_fields.items()}
    assert fields - NAMED_ONLY == {*ENVELOPE, *SERVICE, *MEDIA, *SAID}
    assert fields >= NAMED_ONLY


def test_what_makes_a_message_what_it_is_has_a_fixture() -> None:
    fields = {name for one in NAMES for name in payload(one).get("message", {})}
    assert {*MEDIA, *SAID} - {"gift_upgrade_sent"} <= fields
