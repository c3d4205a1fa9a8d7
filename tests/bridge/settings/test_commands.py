"""The commands check, schema and config show, as somebody at a terminal meets them."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bridge.cli import app
from tests.bridge.settings.files import LONG, Desk

ROOT = Path(__file__).parents[3]
WRONG = "version: 1\nserver: {secret_key: hunter2, listn: x}\n"


def run(*arguments: str, env: dict[str, str] | None = None) -> Result:
    return CliRunner().invoke(app, arguments, env=env)


def test_check_says_that_the_shipped_file_is_fine() -> None:
    result = run("check", "--config", str(ROOT / "config" / "deskbridge.yaml"))
    assert result.exit_code == 0
    assert result.stdout.endswith("deskbridge.yaml is fine: 1 inbox, 2 agents.\n")


def test_check_takes_the_file_that_the_environment_names(desk: Desk) -> None:
    desk.write("version: 1\n")
    result = run("check", env={"DESKBRIDGE_CONFIG": str(desk.path)})
    assert result.stdout == f"{desk.path} is fine: 0 inboxes, 0 agents.\n"


def test_check_shows_every_error_and_leaves_with_1(desk: Desk) -> None:
    desk.write(WRONG)
    result = run("check", "-c", str(desk.path))
    assert result.exit_code == 1
    assert result.stdout == ""
    assert "error[inline_secret] server.secret_key" in result.stderr
    assert "error[unknown_key] server.listn" in result.stderr
    assert result.stderr.endswith("2 errors. Nothing was changed.\n")
    assert "hunter2" not in result.output


def test_check_shows_errors_as_json_for_programs(desk: Desk) -> None:
    desk.write(WRONG)
    result = run("check", "-c", str(desk.path), "--format", "json")
    assert result.exit_code == 1
    told = json.loads(result.stdout)
    assert told["errors"] == 2
    assert [problem["code"] for problem in told["problems"]] == ["inline_secret", "unknown_key"]
    assert "hunter2" not in result.output


def test_check_says_as_json_that_there_are_no_errors(desk: Desk) -> None:
    desk.write("version: 1\n")
    result = run("check", "-c", str(desk.path), "--format", "json")
    assert json.loads(result.stdout) == {"errors": 0, "problems": []}
    assert result.exit_code == 0


@pytest.mark.parametrize("arguments", [(), ("--format", "json")])
def test_check_leaves_with_2_when_there_is_no_file(desk: Desk, arguments: tuple[str, ...]) -> None:
    result = run("check", "-c", str(desk.path), *arguments)
    assert result.exit_code == 2
    assert "file_unreadable" in result.output


@pytest.mark.parametrize("arguments", [("check", "--format", "xml"), ("check", "extra")])
def test_a_wrong_use_leaves_with_2(arguments: tuple[str, ...]) -> None:
    assert run(*arguments).exit_code == 2


def test_config_show_prints_what_everything_comes_to_without_secrets(desk: Desk) -> None:
    desk.write("version: 1\nserver: {secret_key: '${KEY}'}\n")
    environ = {"KEY": LONG, "DESKBRIDGE_SERVER__LISTEN": ":9999"}
    result = run("config", "show", "-c", str(desk.path), env=environ)
    assert result.exit_code == 0
    assert "listen: 0.0.0.0:9999" in result.stdout
    assert "secret_key: '***'" in result.stdout
    assert "max_upload: 4MB" in result.stdout
    assert LONG not in result.output


def test_config_show_refuses_what_check_refuses(desk: Desk) -> None:
    desk.write(WRONG)
    result = run("config", "show", "-c", str(desk.path))
    assert result.exit_code == 1
    assert result.stdout == ""


def test_schema_prints_the_schema() -> None:
    result = run("schema")
    assert result.exit_code == 0
    assert result.stdout == (ROOT / "config" / "schema.json").read_text(encoding="utf-8")


def test_schema_writes_the_schema_to_a_file(tmp_path: Path) -> None:
    out = tmp_path / "schema.json"
    result = run("schema", "--out", str(out))
    assert result.stdout == f"Wrote {out}.\n"
    assert json.loads(out.read_text(encoding="utf-8"))["title"] == "Deskbridge configuration"
