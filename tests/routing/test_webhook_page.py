"""The page about webhooks says what they are sent."""

from typing import get_args

from bridge.settings import WebhookEvent
from scripts import webhooks


def test_the_page_is_what_the_shapes_say() -> None:
    page = webhooks.PAGE.read_text(encoding="utf-8")
    assert page == webhooks.updated(page), "run: python -m scripts.webhooks"


def test_the_page_has_every_event_there_is() -> None:
    assert [*get_args(WebhookEvent), "ticket.created", "webhook.test"] == list(webhooks.EVENTS)
