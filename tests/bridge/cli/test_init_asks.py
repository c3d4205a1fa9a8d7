"""`deskbridge init` shows tokens to their platforms, and says whose they are or what is wrong."""

import asyncio
import socket
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bridge.cli import app
from bridge.sandbox.slack import APP_TOKEN, BOT_TOKEN, SlackPlatform
from bridge.sandbox.telegram import TelegramServer
from tests.bridge.cli.test_init import NOTHING, URL

CUSTOMERS = "7000000001:AAtoken-of-the-customers-bot-0123456"
STAFF = "7000000002:AAtoken-of-the-staff-bot-0123456789"
UNKNOWN = "7000000009:AAtoken-of-nobody-at-all-0123456789x"
BOTH = {
    "TELEGRAM_BOT_TOKEN": CUSTOMERS,
    "TELEGRAM_STAFF_BOT_TOKEN": STAFF,
    "TELEGRAM_STAFF_GROUP": "-1001234567890",
}
WHO = ("me", "Me", "", "en", "Europe/Kyiv", "n")


@dataclass
class Platforms:
    """Telegram and Slack, and where they are."""

    telegram: TelegramServer
    slack: SlackPlatform
    channel: str

    @property
    def places(self) -> Mapping[str, str]:
        """Return what stands in the environment about them."""
        return {
            "DESKBRIDGE_CHANNELS__TELEGRAM__API_BASE": self.telegram.url,
            "DESKBRIDGE_STAFF__TELEGRAM_TEAM__API_BASE": self.telegram.url,
            "DESKBRIDGE_STAFF__SLACK__API_BASE": self.slack.team.home,
        }

    async def init(
        self,
        folder: Path,
        *more: str,
        known: Mapping[str, str] = {},
        answers: tuple[str, ...] = (),
    ) -> Result:
        """Run the command; only the inboxes and surfaces of the preset are named."""
        preset = more[more.index("--preset") + 1]
        wanted = {
            "telegram": ["CHANNELS__TELEGRAM"],
            "telegram-desk": ["CHANNELS__TELEGRAM", "STAFF__TELEGRAM"],
            "slack-desk": ["STAFF__SLACK"],
        }[preset]
        places = {n: v for n, v in self.places.items() if any(one in n for one in wanted)}
        given = ["init", str(folder), "--public-url", URL, *more]
        env = {**NOTHING, **places, **known}
        typed = "".join(f"{one}\n" for one in answers)
        return await asyncio.to_thread(CliRunner().invoke, app, given, input=typed, env=env)


@pytest.fixture
async def platforms() -> AsyncIterator[Platforms]:
    """Both platforms, with our bots and our app on them."""
    telegram, slack = TelegramServer(), SlackPlatform()
    telegram.world.add_bot(CUSTOMERS, username="shop_bot", name="Shop")
    telegram.world.add_bot(STAFF, username="staff_bot", name="Staff")
    channel = slack.channel("support", slack.agent("anna"))
    async with telegram, slack.running():
        yield Platforms(telegram, slack, channel.id)


def holds_no_secret(told: str) -> bool:
    return not any(one in told for one in (CUSTOMERS, STAFF, UNKNOWN, BOT_TOKEN, APP_TOKEN))


async def test_each_bot_is_named(platforms: Platforms, tmp_path: Path) -> None:
    given = ("--yes", "--preset", "telegram-desk")
    done = await platforms.init(
        tmp_path,
        *given,
        known=BOTH,
    )
    assert done.exit_code == 0, done.output
    assert "It is @shop_bot, Shop." in done.output
    assert "It is @staff_bot, Staff." in done.output
    assert holds_no_secret(done.output)


async def test_the_app_is_named_with_its_workspace_and_opens_its_socket(
    platforms: Platforms, tmp_path: Path
) -> None:
    known = {"SLACK_BOT_TOKEN": BOT_TOKEN, "SLACK_APP_TOKEN": APP_TOKEN}
    known["SLACK_CHANNEL"] = platforms.channel
    done = await platforms.init(tmp_path, "--yes", "--preset", "slack-desk", known=known)
    assert done.exit_code == 0, done.output
    assert "It is @deskbridge in" in done.output
    assert "It opens Socket Mode." in done.output
    assert holds_no_secret(done.output)


async def test_a_token_that_is_refused_is_asked_for_again(
    platforms: Platforms, tmp_path: Path
) -> None:
    done = await platforms.init(
        tmp_path,
        "--preset",
        "telegram",
        answers=("Shop", UNKNOWN, CUSTOMERS, *WHO),
    )
    assert done.exit_code == 0, done.output
    assert "Error: " in done.output
    assert "token" in done.output.partition("Error: ")[2].partition("\n")[0]
    assert "It is @shop_bot" in done.output
    assert holds_no_secret(done.output)
    assert f"={CUSTOMERS}" in (tmp_path / ".env").read_text(encoding="utf-8")


async def test_a_refused_token_of_the_environment_is_named_and_kept(
    platforms: Platforms, tmp_path: Path
) -> None:
    given = ("--yes", "--preset", "telegram")
    done = await platforms.init(tmp_path, *given, known={"TELEGRAM_BOT_TOKEN": UNKNOWN})
    assert "TELEGRAM_BOT_TOKEN is refused: " in done.output
    assert holds_no_secret(done.output)
    assert (tmp_path / ".env").exists()


async def test_an_app_that_lacks_scopes_is_told_which(platforms: Platforms, tmp_path: Path) -> None:
    platforms.slack.server.scopes.discard("users:read.email")
    known = {"SLACK_BOT_TOKEN": BOT_TOKEN, "SLACK_CHANNEL": platforms.channel}
    done = await platforms.init(tmp_path, "--yes", "--preset", "slack-desk", known=known)
    assert "SLACK_BOT_TOKEN is refused: The app lacks the scopes users:read.email" in done.output


async def test_without_a_network_one_line_says_so(platforms: Platforms, tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        nowhere = f"http://127.0.0.1:{taken.getsockname()[1]}"
        known = BOTH | {"DESKBRIDGE_CHANNELS__TELEGRAM__API_BASE": nowhere}
        done = await platforms.init(tmp_path, "--yes", "--preset", "telegram-desk", known=known)
    assert done.exit_code == 0, done.output
    assert done.output.count("The network cannot be asked now") == 1
    assert "It is @" not in done.output
