"""Storms over every network, and over programs with a broken guard."""

from contextlib import nullcontext
from typing import Any

import pytest

from channels.registry import CHANNELS
from tests.channels.storm import mutants
from tests.channels.storm.contract import StormContract
from tests.channels.storm.every import NETWORKS
from tests.channels.storm.house import Guards
from tests.channels.storm.network import Network
from tests.channels.storm.networks.email import EmailNetwork
from tests.channels.storm.networks.postcard import PostcardNetwork
from tests.channels.storm.networks.telegram import TelegramByPolling, TelegramByWebhook
from tests.channels.storm.networks.viber import ViberNetwork
from tests.channels.storm.networks.vk import VkByCallback, VkByLongPoll
from tests.channels.storm.networks.widget import WidgetNetwork
from tests.channels.storm.storm import report


class TestTelegramByPolling(StormContract):
    """The bot asks."""

    network = TelegramByPolling


class TestTelegramByWebhook(StormContract):
    """The bot is called."""

    network = TelegramByWebhook


class TestVkByCallback(StormContract):
    """VK calls."""

    network = VkByCallback


class TestVkByLongPoll(StormContract):
    """VK is asked."""

    network = VkByLongPoll


class TestViber(StormContract):
    """Viber calls."""

    network = ViberNetwork


class TestEmail(StormContract):
    """Dovecot and a real SMTP server."""

    network = EmailNetwork


class TestWidget(StormContract):
    """Visitors with pages."""

    network = WidgetNetwork


class TestPostcard(StormContract):
    """The made-up network."""

    network = PostcardNetwork


def test_every_kind_of_channel_has_its_storm() -> None:
    covered = {one.name.partition(",")[0] for one in NETWORKS}
    assert covered == {*CHANNELS, "postcard"}


# A guard that is broken on purpose, and the count that must tell.
BROKEN: dict[str, tuple[type[Network], int, Guards, Any, str]] = {
    "acknowledged before it was stored": (
        PostcardNetwork, 4, mutants.AcknowledgesEarly(), nullcontext, "came_in lost",
    ),
    "no deduplication": (
        PostcardNetwork, 4, mutants.WithoutDeduplication(), nullcontext, "came_in doubled_unmarked",
    ),
    "the library's own retry": (
        PostcardNetwork, 4, mutants.WithTheLibrarysRetry(), nullcontext,
        "went_out doubled_unmarked",
    ),
    "uncertain counted as sent": (
        TelegramByPolling, 4, mutants.WithoutUncertainty(), nullcontext, "went_out lost",
    ),
    "people mixed up": (
        PostcardNetwork, 4, mutants.WithWrongRecipients(), nullcontext, "went_out misrouted",
    ),
    "another random_id for each attempt": (
        VkByLongPoll, 4, Guards(), mutants.random_keys, "went_out doubled_unmarked",
    ),
}  # fmt: skip


# Tried for one broken guard.
SEEDS = 4


@pytest.mark.slow
@pytest.mark.parametrize("name", BROKEN)
def test_a_guard_that_is_broken_on_purpose_is_noticed(name: str) -> None:
    network, first, guards, around, count = BROKEN[name]
    found = None
    # What is drawn is fixed, the interleaving is not: where it does not meet, the next seed may.
    for seed in range(first, first + SEEDS):
        with around():
            found = report(network, seed, guards)
        if found.broken.get(count, 0) > 0:
            return
    raise AssertionError(f"{name}: {found}")
