"""`deskbridge agent add|list|password`."""

import asyncio
import re
import shutil
from pathlib import Path

import pyotp
import pytest
from typer.testing import CliRunner, Result

from agent_console.audit import By
from agent_console.web.auth import Keys, Passwords, SecondFactors, SignIn
from agent_console.web.auth.links import find
from agent_console.web.auth.sign_in import From
from bridge.cli import app
from bridge.cli.agent import with_agent
from bridge.cli.config import known_kinds
from bridge.clock import Clock
from bridge.models import SignInLink
from bridge.settings import load
from bridge.store.sessions import SESSIONS
from bridge.store.transactions import Store
from tests.agent_console.office import ROOT
from tests.clock import ManualClock
from tests.databases import opened


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a copy of the shipped configuration, run from a folder of its own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DESKBRIDGE_CONFIG", raising=False)
    path = tmp_path / "deskbridge.yaml"
    shutil.copy(ROOT / "config" / "deskbridge.yaml", path)
    return path


def _run(*words: str) -> Result:
    return CliRunner().invoke(app, ["agent", *words])


def _lines(text: str) -> set[str]:
    return set(text.splitlines())


def test_add_writes_one_line_and_keeps_everything_else(config: Path) -> None:
    before = config.read_text(encoding="utf-8")

    result = _run("add", "olga", "--name", "Ольга 👩", "--role", "owner", "-c", str(config))

    assert result.exit_code == 0, result.output
    after = config.read_text(encoding="utf-8")
    assert _lines(after) - _lines(before) == {"  olga: {name: Ольга 👩, role: owner}"}
    assert _lines(before) - _lines(after) == set()
    agent = load(config, kinds=known_kinds(), environ={}).agents["olga"]
    assert (agent.name, agent.role) == ("Ольга 👩", "owner")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("anna", "--name", "x"), "there is an agent anna already"),
        (("Olga", "--name", "x"), "bad_id"),
        (("olga", "--name", "x", "--role", "boss"), "there is no role boss"),
        (("olga", "--name", "x", "--email", "no address"), "bad_email"),
        (("olga", "--name", "x", "--email", "ANNA@example.com"), "duplicate_value"),
        (("olga", "--name", ""), "olga.name"),
    ],
)
def test_add_refuses_what_would_not_load_and_changes_nothing(
    config: Path, words: tuple[str, ...], said: str
) -> None:
    before = config.read_bytes()

    result = _run("add", *words, "-c", str(config))

    assert result.exit_code == 1
    assert said in result.output
    assert str(config) in result.output or "deskbridge:" in result.output
    assert config.read_bytes() == before
    assert [path.name for path in config.parent.iterdir()] == ["deskbridge.yaml"]


def test_add_keeps_who_may_read_the_file(config: Path) -> None:
    config.chmod(0o640)

    assert _run("add", "olga", "--name", "Olga", "-c", str(config)).exit_code == 0

    assert config.stat().st_mode & 0o777 == 0o640


def test_the_first_agent_of_an_empty_list_can_be_added() -> None:
    text = with_agent("version: 1 # one\nagents:\n", "olga", {"name": "Olga", "role": "owner"})

    assert text == "version: 1 # one\nagents:\n  olga: {name: Olga, role: owner}\n"


def test_agents_written_in_blocks_get_another_block() -> None:
    text = with_agent(
        'agents:\n  # the boss\n  anna:\n    name: "Anna"\n', "olga", {"name": "Olga"}
    )

    assert text == ('agents:\n  # the boss\n  anna:\n    name: "Anna"\n  olga:\n    name: Olga\n')


async def test_password_prints_a_link_that_works_once_though_nothing_ever_ran(
    config: Path,
) -> None:
    result = await _in_thread("password", "anna", "-c", str(config))

    assert result.exit_code == 0, result.output
    assert "Анна Коваль" in result.output
    (token,) = re.findall(r"http://127\.0\.0\.1:8080/console#link=(\S+)", result.output)
    async with opened(config.parent / "var" / "deskbridge.db", clock=ManualClock(0)) as store:
        link = await _find(store, token)
    assert link is not None
    assert (link.agent_id, link.kind) == ("anna", "password")


async def test_password_works_beside_a_program_that_runs(config: Path) -> None:
    first = await _in_thread("password", "anna", "-c", str(config))
    assert first.exit_code == 0
    async with opened(config.parent / "var" / "deskbridge.db", clock=ManualClock(0)) as store:
        second = await _in_thread("password", "pavel", "-c", str(config))
        (token,) = re.findall(r"#link=(\S+)", second.output)

        assert await _find(store, token) is not None


async def _in_thread(*words: str) -> Result:
    return await asyncio.to_thread(_run, *words)


async def _find(store: Store, token: str) -> SignInLink | None:
    return await store.read(find, token)


async def test_sign_out_ends_every_session_beside_a_program_that_runs_and_says_how_many(
    config: Path,
) -> None:
    made = await _in_thread("password", "anna", "-c", str(config))
    (token,) = re.findall(r"#link=(\S+)", made.output)
    async with opened(config.parent / "var" / "deskbridge.db", clock=Clock()) as store:
        await _came_by_link(store, token)
        first = await _in_thread("sign-out", "anna", "-c", str(config))
        again = await _in_thread("sign-out", "anna", "-c", str(config))

        assert await store.read(lambda tx: tx.all(SESSIONS, now=tx.now)) == []
    assert first.output == "Signed Анна Коваль out: 1 ended.\n"
    assert again.output == "Анна Коваль was signed in nowhere.\n"
    assert _run("sign-out", "olga", "-c", str(config)).exit_code == 1


async def _came_by_link(store: Store, token: str) -> SecondFactors:
    factors = SecondFactors(store, Keys(b"x" * 32, b"x"), site="Desk", mode="optional")
    sign_in = SignIn(store, Passwords(), factors, secret=b"x", length=3_600_000)
    origin = From(address="127.0.0.1", user_agent=None, replaces=None)
    await sign_in.with_link(token, "a long password", None, origin)
    return factors


async def test_totp_reset_takes_a_second_factor_away_and_says_whether_there_was_one(
    config: Path,
) -> None:
    made = await _in_thread("password", "anna", "-c", str(config))
    (token,) = re.findall(r"#link=(\S+)", made.output)
    async with opened(config.parent / "var" / "deskbridge.db", clock=Clock()) as store:
        factors = await _came_by_link(store, token)
        code = pyotp.TOTP((await factors.set_up("anna")).secret).now()
        begun = await factors.begun("anna", code)
        await store.write(factors.confirm, By(), begun)

        first = await _in_thread("totp-reset", "anna", "-c", str(config))
        again = await _in_thread("totp-reset", "anna", "-c", str(config))

        assert await factors.standing("anna") is None
        assert await store.read(lambda tx: tx.all(SESSIONS, now=tx.now)) == []
    said = "Анна Коваль is asked for no code any more, and signed out everywhere.\n"
    assert first.output == said
    assert again.output == "Анна Коваль had no second factor.\n"
    assert _run("totp-reset", "olga", "-c", str(config)).exit_code == 1


def test_password_of_nobody_says_who_there_is(config: Path) -> None:
    result = _run("password", "olga", "-c", str(config))

    assert result.exit_code == 1
    assert "there is no agent olga: anna, pavel" in result.output
    assert not (config.parent / "var").exists()


def test_list_shows_everybody_without_making_a_database(config: Path) -> None:
    result = _run("list", "-c", str(config))

    assert result.exit_code == 0, result.output
    assert [line.split()[0] for line in result.output.splitlines()] == ["id", "anna", "pavel"]
    assert "supervisor" in result.output
    assert not (config.parent / "var").exists()


def test_every_command_says_what_it_is_for() -> None:
    result = _run("--help")

    assert result.exit_code == 0
    assert all(word in result.output for word in ("add", "list", "password"))
