"""`deskbridge doctor` between model networks: what it finds, and what mends it."""

import contextlib
import datetime as dt
import json
import os
import socket
import ssl
import threading
from collections.abc import AsyncIterator, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Self

import pytest
from typer.testing import CliRunner, Result

from bridge import db
from bridge.cli import app
from bridge.cli import doctor as command
from bridge.cli.config import known_kinds
from bridge.clock import Clock, CommonClock
from bridge.doctor import Finding, here, of_account, outside
from bridge.sandbox.faults import Fault
from bridge.sandbox.telegram import TelegramServer
from bridge.sandbox.vk import VkPlatform
from bridge.settings import Settings, load
from bridge.start import lock
from tests.agent_console.oidc.liar import liar
from tests.databases import fresh_database
from tests.redis_server import redis_server

TOKEN = "7000000001:AAtoken-of-the-model-0123456789ab"
URL = "https://desk.example.com"


class Installation:
    """A configuration in a folder of its own."""

    def __init__(self, folder: Path, environ: dict[str, str]) -> None:
        self.folder = folder
        self.environ = environ
        self.config = folder / "deskbridge.yaml"
        self.database = folder / "var" / "desk.db"

    def settings(self, **sections: Any) -> Settings:
        storage = {
            "database": f"sqlite:///{self.database}",
            "media": {"dir": str(self.folder / "media")},
        }
        # JSON is YAML.
        whole = {"version": 1, "storage": storage} | sections
        self.config.write_text(json.dumps(whole), encoding="utf-8")
        return load(self.config, kinds=known_kinds(), environ=self.environ)

    async def found(self, **sections: Any) -> dict[str, Finding]:
        """Return what is found, by what was looked at."""
        found = await command._examined(self.settings(**sections))
        return {one.what: one for one in found}

    def run(self, *arguments: str) -> Result:
        given = ["doctor", "--config", str(self.config), *arguments]
        return CliRunner().invoke(app, given, env=self.environ)


@pytest.fixture
def installation(tmp_path: Path) -> Installation:
    return Installation(tmp_path, {"TOKEN": TOKEN})


@pytest.fixture
async def telegram() -> AsyncIterator[TelegramServer]:
    server = TelegramServer()
    server.world.add_bot(TOKEN)
    async with server:
        yield server


def bot(telegram: TelegramServer, **more: Any) -> dict[str, Any]:
    return {"type": "telegram", "token": "${TOKEN}", "api_base": telegram.url} | more


async def test_a_bot_with_a_good_token_is_named(
    installation: Installation, telegram: TelegramServer
) -> None:
    found = await installation.found(channels={"shop": bot(telegram)})
    assert found["channel shop"].state == "ok"
    assert found["channel shop"].said == "the bot @shop_bot"


async def test_a_revoked_token_is_told_with_what_mends_it(
    installation: Installation, telegram: TelegramServer
) -> None:
    telegram.world.bots.clear()
    found = (await installation.found(channels={"shop": bot(telegram)}))["channel shop"]
    assert found.state == "failed"
    assert "channels.shop" in found.fix
    assert "deskbridge reload" in found.fix
    assert TOKEN not in found.said + found.fix


async def test_a_network_that_is_out_of_reach_is_told(
    installation: Installation, telegram: TelegramServer
) -> None:
    telegram.faults.plan("getMe", fault=Fault(status=502))
    found = (await installation.found(channels={"shop": bot(telegram)}))["channel shop"]
    assert (found.state, "reaches the network" in found.fix) == ("failed", True)


async def test_a_webhook_that_telegram_does_not_have_is_told(
    installation: Installation, telegram: TelegramServer
) -> None:
    sections = {
        "server": {"public_url": URL},
        "channels": {"shop": bot(telegram, mode="webhook")},
    }
    found = (await installation.found(**sections))["channel shop"]
    assert found.state == "failed"
    assert found.said == f"Telegram calls no address at all, and not {URL}/hooks/shop."


async def test_a_community_of_another_number_and_one_that_is_right(
    installation: Installation,
) -> None:
    async with VkPlatform() as vk:
        installation.environ["VK"] = vk.world.token
        inbox = {"type": "vk", "token": "${VK}", "mode": "longpoll", "api_base": vk.url}
        right = inbox | {"group_id": vk.world.group_id}
        other = inbox | {"group_id": vk.world.group_id + 1}
        found = await installation.found(channels={"right": right, "other": other})
    assert found["channel right"].state == "ok"
    assert found["channel other"].state == "failed"


async def test_a_server_of_vk_that_is_not_confirmed_is_told(installation: Installation) -> None:
    async with VkPlatform() as vk:
        installation.environ |= {"VK": vk.world.token, "CODE": "a1b2c3d4", "WORD": "s" * 20}
        inbox = {
            "type": "vk",
            "token": "${VK}",
            "mode": "callback",
            "group_id": vk.world.group_id,
            "confirmation": "${CODE}",
            "secret": "${WORD}",
            "api_base": vk.url,
        }
        found = (await installation.found(channels={"shop": inbox}))["channel shop"]
    assert found.state == "failed"
    assert "not confirmed" in found.said


async def test_a_module_that_breaks_hides_no_other() -> None:
    class Broken:
        async def check(self) -> str:
            raise ZeroDivisionError

    [found] = await of_account("channel x", "channels.x", Broken())
    assert (found.state, found.said) == ("failed", "Its module failed: ZeroDivisionError.")


# --- this machine ---------------------------------------------------------------------


def of_here(installation: Installation) -> dict[str, Finding]:
    return {one.what: one for one in here.of_this_machine(installation.settings())}


def test_before_the_first_start_nothing_is_missing_and_nothing_is_made(
    installation: Installation,
) -> None:
    found = of_here(installation)
    assert found["database"].state == found["secret"].state == "ok"
    assert found["program"] == Finding(
        what="program",
        state="warning",
        said="it does not run on this machine",
        fix="deskbridge run",
    )
    assert not installation.database.parent.exists()


def test_a_program_that_runs_is_found(installation: Installation) -> None:
    with contextlib.closing(lock(installation.database)):
        found = of_here(installation)["program"]
    assert (found.state, found.said) == ("ok", f"it runs as process {os.getpid()}")
    assert of_here(installation)["program"].state == "warning"


def test_a_database_of_another_version_names_the_command(installation: Installation) -> None:
    installation.database.parent.mkdir()
    fresh_database(installation.database.parent).rename(installation.database)
    assert of_here(installation)["database"].state == "ok"
    with contextlib.closing(db.connect(installation.database)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '0001'")
    found = of_here(installation)["database"]
    assert (found.state, found.fix) == ("failed", "deskbridge migrate")


def test_a_file_that_is_no_database_is_told(installation: Installation) -> None:
    installation.database.parent.mkdir()
    installation.database.write_bytes(b"no database at all" * 100)
    assert of_here(installation)["database"].state == "failed"


def test_a_secret_that_others_may_read_is_told(installation: Installation) -> None:
    secret = installation.database.with_suffix(".secret")
    secret.parent.mkdir()
    secret.write_text("k" * 64)
    secret.chmod(0o644)
    found = of_here(installation)["secret"]
    assert (found.state, found.fix) == ("failed", f"chmod 600 {secret}")
    secret.chmod(0o600)
    assert of_here(installation)["secret"].state == "ok"
    secret.write_text("")
    assert of_here(installation)["secret"].fix == f"rm {secret}, and restart"


def test_a_disk_that_is_nearly_full_is_told(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(here, "LEAST_SPACE", 2**62)
    assert of_here(installation)["space for files"].state == "failed"


# --- addresses ------------------------------------------------------------------------


@contextlib.contextmanager
def answering(status: int, headers: dict[str, str]) -> Iterator[str]:
    """Answer every request so, on a port of this machine."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response_only(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()

        do_HEAD = do_GET  # noqa: N815  # It is called by this name.

        def log_message(self, *_: object) -> None:
            return

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.mark.parametrize(
    ("status", "headers", "state"),
    [(200, {"x-request-id": "1"}, "ok"), (200, {}, "failed"), (502, {}, "failed")],
)
async def test_our_own_address_must_be_answered_by_this_program(
    status: int, headers: dict[str, str], state: str
) -> None:
    with answering(status, headers) as url:
        [found] = await outside.of_address(url, runs=True)
    assert found.state == state


async def test_an_address_that_nobody_answers_is_told() -> None:
    [found] = await outside.of_address("http://127.0.0.1:9", runs=True)
    assert (found.state, "server.public_url" in found.fix) == ("failed", True)
    assert "DESKBRIDGE_SERVER__LISTEN=" in found.fix


async def test_an_address_of_the_world_that_nobody_answers_is_a_matter_of_what_is_before_it() -> (
    None
):
    [found] = await outside.of_address("http://desk.invalid", runs=True)
    assert "the firewall and the name in server.public_url" in found.fix


@pytest.mark.parametrize(("hours", "state"), [(0, "ok"), (3, "failed"), (-3, "failed")])
async def test_a_clock_that_is_wrong_is_told(hours: int, state: str) -> None:
    theirs = dt.datetime.now(dt.UTC) + dt.timedelta(hours=hours)
    date = theirs.strftime("%a, %d %b %Y %H:%M:%S GMT")
    with answering(404, {"date": date}) as url:
        [found] = await outside.of_clock([url], Clock())
    assert (found.what, found.state) == ("clock", state)


async def test_of_several_machines_the_clock_of_the_database_is_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    theirs = dt.datetime.now(dt.UTC)
    date = theirs.strftime("%a, %d %b %Y %H:%M:%S GMT")
    clock = CommonClock(Clock())
    behind = round(theirs.timestamp() * 1000) - 3_600_000
    clock.learn(behind, asked=clock.monotonic(), answered=clock.monotonic())
    with answering(404, {"date": date}) as url:
        [found] = await outside.of_clock([url], clock)
    assert (found.what, found.state) == ("clock of the database", "failed")
    assert "behind" in found.said


async def test_where_nobody_tells_the_time_nothing_is_said_of_the_clock() -> None:
    with answering(404, {}) as url:
        assert await outside.of_clock([url], Clock()) == []


@pytest.mark.parametrize(("days", "state"), [(3.5, "warning"), (60, "ok")])
def test_a_certificate_that_ends_soon_is_told(
    monkeypatch: pytest.MonkeyPatch, days: float, state: str
) -> None:
    ends = dt.datetime.now(dt.UTC) + dt.timedelta(days=days)

    class Secured:
        def __enter__(self) -> Self:
            return self

        def __exit__(self, *_: object) -> None:
            return

        def getpeercert(self) -> dict[str, str]:
            return {"notAfter": ends.strftime("%b %d %H:%M:%S %Y GMT")}

        def wrap_socket(self, *_: object, **__: object) -> "Secured":
            return self

    monkeypatch.setattr(ssl, "create_default_context", Secured)
    monkeypatch.setattr(socket, "create_connection", lambda *_, **__: Secured())
    assert outside._certificate(URL).state == state


async def test_a_receiver_that_is_gone_names_the_command_to_try_it() -> None:
    gone = await outside.of_receiver("crm", "http://127.0.0.1:9/x")
    assert (gone.state, "deskbridge webhook test crm" in gone.fix) == ("failed", True)
    with answering(200, {}) as url:
        assert (await outside.of_receiver("crm", url)).state == "ok"


# --- the command ----------------------------------------------------------------------


def test_it_exits_with_1_where_something_fails_and_says_it_in_json_too(
    installation: Installation,
) -> None:
    inbox = {"type": "telegram", "token": "${TOKEN}", "api_base": "http://127.0.0.1:9"}
    installation.settings(channels={"site": {"type": "widget", "key": "k"}})
    fine = installation.run()
    assert fine.exit_code == 0, fine.output
    assert "Everything is well." in fine.output
    installation.settings(channels={"shop": inbox})
    told = installation.run("--json")
    assert told.exit_code == 1
    found = {one["what"]: one for one in json.loads(told.stdout)["findings"]}
    assert found["channel shop"]["state"] == "failed"
    assert json.loads(told.stdout)["failed"] == 1
    assert "FAIL  channel shop" in installation.run().output


def test_it_makes_no_database_and_leaves_nothing_behind(installation: Installation) -> None:
    installation.settings(channels={"site": {"type": "widget", "key": "k"}})
    installation.run()
    assert not installation.database.exists()
    assert sorted(one.name for one in installation.folder.iterdir()) == ["deskbridge.yaml"]


def oidc(issuer: str) -> dict[str, Any]:
    """Return a desk whose agents sign in by a provider."""
    return {"staff": {"console": {"type": "web", "oidc": {"issuer": issuer, "client_id": "desk"}}}}


async def test_the_identity_provider_is_asked_what_it_is(installation: Installation) -> None:
    async with liar() as provider:
        found = (await installation.found(**oidc(provider.issuer)))["identity provider"]
        assert found.state == "ok"

        provider.describes = lambda told: told.update(issuer="https://id.evil.example")
        found = (await installation.found(**oidc(provider.issuer)))["identity provider"]
        assert found.state == "failed"
        assert "calls itself https://id.evil.example" in found.said

        provider.describes = lambda told: told.pop("code_challenge_methods_supported")
        found = (await installation.found(**oidc(provider.issuer)))["identity provider"]
        assert found.state == "warning"

        provider.keys = []
        found = (await installation.found(**oidc(provider.issuer)))["identity provider"]
        assert (found.state, "no key" in found.said) == ("failed", True)


async def test_an_identity_provider_that_is_not_there_fails(installation: Installation) -> None:
    found = (await installation.found(**oidc("http://127.0.0.1:9")))["identity provider"]

    assert found.state == "failed"
    assert "staff.console.oidc.issuer" in found.fix


async def test_a_redis_is_asked_to_count_and_what_keeps_it_from_that_is_named(
    installation: Installation,
) -> None:
    assert "redis" not in await installation.found()
    with redis_server("the-right-one-0123456789") as redis:
        installation.environ["REDIS_URL"] = f"unix://:the-right-one-0123456789@{redis.socket}"
        well = (await installation.found(redis="${REDIS_URL}"))["redis"]
        assert (well.state, well.fix) == ("ok", "")
        assert "0123456789" not in well.said
        refused = (await installation.found(redis=redis.url))["redis"]
        assert refused.state == "failed"
        assert refused.said == f"{redis.url}: Redis refuses the user or the password."
        redis.kill()
        gone = (await installation.found(redis="${REDIS_URL}"))["redis"]
        assert gone.state == "failed"
        assert gone.said.endswith("Redis cannot be reached.")
        assert "share-a-redis.md" in gone.fix
