"""`deskbridge init`: what it writes, what it never does, and what it says is to be done."""

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML
from typer.testing import CliRunner, Result

from agent_console.slack.account import SCOPES
from bridge.channel import UnavailableError
from bridge.cli import app
from bridge.cli.config import known_kinds
from bridge.cli.init import proofs
from bridge.cli.init.asking import Answers, ask_all
from bridge.cli.init.kinds import CHANNELS, PRESETS, SURFACES
from bridge.settings import Settings, load
from tests.desk import RunningDesk

SECRETS = {
    "TELEGRAM_BOT_TOKEN": "7000000001:AAtoken-of-the-customers-bot-0123456",
    "TELEGRAM_STAFF_BOT_TOKEN": "7000000002:AAtoken-of-the-staff-bot-0123456789",
    "VK_TOKEN": "vk1.a.token-of-the-community",
    "VIBER_TOKEN": "4f5ca0a5e0a5e0a5-token-of-the-bot-in-viber",
    "MAIL_PASSWORD": 'pass #1 "of" a $${box} \\ it\'s',
    "SLACK_BOT_TOKEN": "xoxb-token-of-the-app",
    "SLACK_APP_TOKEN": "xapp-token-of-the-app",
}
PLAIN = {
    "VK_GROUP_ID": "123456",
    "MAIL_ADDRESS": "help@example.com",
    "MAIL_IMAP_HOST": "imap.example.com",
    "MAIL_SMTP_HOST": "smtp.example.com",
    "SLACK_CHANNEL": "C0SUPPORT1",
    "TELEGRAM_STAFF_GROUP": "-1001234567890",
}
KNOWN = SECRETS | PLAIN
# What is in the environment of the tests counts for nothing.
NOTHING: dict[str, str | None] = dict.fromkeys([*KNOWN, "DESKBRIDGE_PUBLIC_URL"])
URL = "https://support.example.com"


@pytest.fixture(autouse=True)
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Ask no platform, as offline; what would have been asked is returned."""
    tried: list[str] = []

    async def nobody(token: str, base: str) -> str:
        tried.append(base)
        raise UnavailableError("no way out", reason="unavailable")

    monkeypatch.setattr(proofs, "PROOFS", dict.fromkeys(proofs.PROOFS, nobody))
    return tried


def init(
    folder: Path, *more: str, answers: str = "", known: dict[str, str] | None = None
) -> Result:
    """Run the command; `known` stands in the environment."""
    given = ["init", str(folder), *more]
    return CliRunner().invoke(app, given, input=answers, env=NOTHING | (known or {}))


def silently(folder: Path, preset: str, *more: str, known: dict[str, str] | None = None) -> Result:
    given = ("--yes", "--preset", preset, "--public-url", URL, *more)
    return init(folder, *given, known=KNOWN if known is None else known)


def written(folder: Path) -> Settings:
    """Return what the file comes to with its `.env` alone."""
    return load(folder / "deskbridge.yaml", kinds=known_kinds(), environ={})


@pytest.mark.parametrize("preset", PRESETS)
def test_every_preset_passes_the_check_and_has_what_it_names(tmp_path: Path, preset: str) -> None:
    done = silently(tmp_path, preset)
    assert done.exit_code == 0, done.output
    assert f"{tmp_path / 'deskbridge.yaml'} is fine" in done.output
    settings = written(tmp_path)
    channels, surfaces = next(PRESETS[one] for one in PRESETS if one == preset)
    assert [one.type for one in settings.channels.values()] == list(channels)
    assert [one.type for one in settings.staff.values()] == ["web", *surfaces]
    checked = CliRunner().invoke(app, ["check", "--config", str(tmp_path / "deskbridge.yaml")])
    assert checked.exit_code == 0


@pytest.mark.parametrize("preset", PRESETS)
def test_secrets_are_in_the_env_file_alone_which_only_its_owner_reads(
    tmp_path: Path, preset: str
) -> None:
    done = silently(tmp_path, preset)
    env, config = tmp_path / ".env", tmp_path / "deskbridge.yaml"
    assert env.stat().st_mode & 0o777 == 0o600
    told = done.output + config.read_text(encoding="utf-8")
    for name, secret in SECRETS.items():
        assert secret not in told
        assert (f"${{{name}}}" in told) == (f"{name}=" in env.read_text(encoding="utf-8"))
    assert sorted(one.name for one in tmp_path.iterdir()) == [".env", "deskbridge.yaml"]


def test_a_secret_of_any_characters_is_read_back_as_it_is(tmp_path: Path) -> None:
    silently(tmp_path, "email")
    password = written(tmp_path).channels["mail"].imap.password  # type: ignore[attr-defined]
    assert password.reveal() == SECRETS["MAIL_PASSWORD"]


@pytest.mark.parametrize("name", ["deskbridge.yaml", ".env"])
def test_a_file_that_is_there_is_never_overwritten(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("MINE=1\n", encoding="utf-8")
    done = silently(tmp_path, "widget")
    assert done.exit_code == 1
    assert f"{tmp_path / name} is there already" in done.output
    assert [one.name for one in tmp_path.iterdir()] == [name]
    assert (tmp_path / name).read_text(encoding="utf-8") == "MINE=1\n"


def test_with_force_what_else_is_in_the_env_file_stays_and_what_it_knows_is_not_asked_for(
    tmp_path: Path,
) -> None:
    token = f"TELEGRAM_BOT_TOKEN={SECRETS['TELEGRAM_BOT_TOKEN']}"
    (tmp_path / ".env").write_text(f"# mine\nMINE=1\nexport {token}\n", encoding="utf-8")
    (tmp_path / ".env").chmod(0o644)
    done = silently(tmp_path, "telegram", "--force", known={})
    assert done.exit_code == 0, done.output
    assert (tmp_path / ".env").read_text(encoding="utf-8") == f"# mine\nMINE=1\n{token}\n"
    assert (tmp_path / ".env").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("preset", PRESETS)
def test_what_is_left_empty_is_named_with_where_to_get_it(tmp_path: Path, preset: str) -> None:
    done = silently(tmp_path, preset, known={})
    channels, surfaces = next(PRESETS[one] for one in PRESETS if one == preset)
    kinds = [*(CHANNELS[one] for one in channels), *(SURFACES[one] for one in surfaces)]
    wants = [one for kind in kinds for one in kind.wants]
    assert done.exit_code == (1 if wants else 0)
    config = (tmp_path / "deskbridge.yaml").read_text(encoding="utf-8")
    for want in wants:
        assert f"${{{want.variable}:?{want.where}}}" in config
        assert f"${{{want.variable}}} is not set: {want.where}" in " ".join(done.output.split())
        assert f"  {want.variable}=...   {want.where}" in done.output
    lines = [f"{name}={value!r}\n" for name, value in PLAIN.items()]
    lines += [f"{n}={v}\n" for n, v in SECRETS.items() if n != "MAIL_PASSWORD"]
    env = "".join([*lines, "MAIL_PASSWORD=secret\n"])
    (tmp_path / ".env").write_text(env, encoding="utf-8")
    assert len(written(tmp_path).channels) == len(channels)


def test_answers_become_the_configuration(tmp_path: Path) -> None:
    answers = [
        "Крамниця: $5 {x}",  # the company
        "widget, smoke",
        "widget email",
        "slack, email",
        "example.com",
        "https://example.com",
        "",  # no address on the internet
        "help@example.com",
        "imap.example.com",
        "smtp.example.com",
        SECRETS["MAIL_PASSWORD"],
        "not-a-token",
        SECRETS["SLACK_BOT_TOKEN"],
        "",  # the app token is for later
        "C0SUPPORT1",
        "olena",
        "Олена Коваль",
        "olena@example.com",
        "uk",
        "Europe/Kyiv",
        "n",  # no compose file
    ]
    done = init(tmp_path, answers="\n".join(answers) + "\n")
    assert done.exit_code == 1, done.output
    assert "${SLACK_APP_TOKEN} is not set" in done.output
    assert "Error: this token begins with xoxb-" in done.output
    assert not any(one in done.output for one in ("not-a-token", *SECRETS.values()))
    with (tmp_path / ".env").open("a", encoding="utf-8") as env:
        env.write(f"SLACK_APP_TOKEN={SECRETS['SLACK_APP_TOKEN']}\n")
    settings = written(tmp_path)
    site, mail = settings.channels["site"], settings.channels["mail"]
    assert site.origins == ("https://example.com",)  # type: ignore[attr-defined]
    assert mail.name == site.title.everywhere == "Крамниця: $5 {x}"  # type: ignore[attr-defined]
    assert list(settings.staff) == ["console", "slack", "agent_mail"]
    olena = settings.agents["olena"]
    assert (olena.name, olena.email, olena.role) == ("Олена Коваль", "olena@example.com", "owner")
    assert (settings.locale.default, str(settings.locale.timezone)) == ("uk", "Europe/Kyiv")


def test_what_is_to_be_done_outside_is_said(tmp_path: Path) -> None:
    told = silently(tmp_path, "telegram-desk", "--origin", "https://example.com").output
    assert f'<script async src="{URL}/w.js" data-key="site_main"></script>' in told
    assert told.count("https://t.me/BotFather") == 2
    for right in ("Manage topics", "Delete messages", "Pin messages"):
        assert right in told
    config = tmp_path / "deskbridge.yaml"
    for command in ("doctor", "run", "agent password owner"):
        assert f"deskbridge {command} --config {config}" in told


def test_a_widget_that_no_site_may_show_is_told(tmp_path: Path) -> None:
    assert "channels.site.origins" in silently(tmp_path / "none", "widget").output
    shown = silently(tmp_path / "one", "widget", "--origin", "https://example.com").output
    assert "channels.site.origins" not in shown


def test_a_file_that_came_while_questions_were_answered_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = tmp_path / "deskbridge.yaml"

    def answered(*given: Any) -> Answers:
        config.write_text("version: 1\n", encoding="utf-8")
        return ask_all(*given)

    monkeypatch.setattr("bridge.cli.init.ask_all", answered)
    assert silently(tmp_path, "widget").exit_code == 1
    assert config.read_text(encoding="utf-8") == "version: 1\n"


def test_what_is_given_is_not_asked_for(tmp_path: Path) -> None:
    given = (
        "--company",
        "Shop",
        "--owner",
        "anna",
        "--owner-name",
        "Anna",
        "--email",
        "a@b.example",
    )
    more = ("--language", "uk", "--timezone", "Europe/Kyiv", "--origin", "https://example.com")
    done = init(tmp_path, "--preset", "widget", "--public-url", URL, *given, *more, "--compose")
    assert done.exit_code == 0, done.output
    assert done.output.startswith("Wrote")


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("--origin", "example.com"),
        ("--owner", "Anna Коваль"),
        ("--email", "anna"),
        ("--language", "de"),
        ("--timezone", "Kyiv"),
        ("--preset", "everything"),
    ],
)
def test_an_option_that_does_not_fit_writes_nothing(
    tmp_path: Path, option: str, value: str
) -> None:
    folder = tmp_path / "new"
    done = init(folder, "--yes", option, value)
    assert done.exit_code == 2
    assert not folder.exists()


def test_a_token_of_the_environment_that_is_none_is_named_and_not_shown(tmp_path: Path) -> None:
    done = silently(tmp_path / "new", "telegram", known={"TELEGRAM_BOT_TOKEN": "mistaken-secret"})
    assert done.exit_code == 2
    assert "TELEGRAM_BOT_TOKEN" in done.output
    assert "mistaken-secret" not in done.output
    assert not (tmp_path / "new").exists()


def test_the_manifest_is_of_an_app_that_the_surface_takes() -> None:
    done = CliRunner().invoke(app, ["init", "--slack-manifest"])
    manifest = YAML(typ="safe").load(done.output)
    assert manifest["oauth_config"]["scopes"]["bot"] == list(SCOPES)
    assert manifest["settings"]["socket_mode_enabled"] is True


def test_the_program_starts_with_what_was_written(tmp_path: Path) -> None:
    class Begun(RunningDesk):
        def _write_config(self) -> Path:
            return self.folder / "deskbridge.yaml"

    folder = tmp_path / "a desk"
    assert init(folder, "--yes", "--company", "Крамниця").exit_code == 0
    desk = Begun(folder)
    desk.start()
    try:
        link = desk.run("agent", "password", "owner", "--config", str(folder / "deskbridge.yaml"))
        assert "Owner can choose a password here" in link.stdout
        assert (folder / "var" / "deskbridge.db").exists()
    finally:
        desk.close()


# --- offline, and containers ---


def test_offline_says_so_once_and_goes_on(tmp_path: Path, asked: list[str]) -> None:
    done = silently(tmp_path, "telegram-desk")
    assert done.exit_code == 0, done.output
    assert done.output.count("cannot be asked now") == 1
    assert asked == ["https://api.telegram.org"]


def test_a_compose_file_has_no_secret_and_says_what_compose_understands(tmp_path: Path) -> None:
    folder = tmp_path / "a $place"
    done = silently(folder, "email", "--compose")
    assert done.exit_code == 0, done.output
    text = (folder / "compose.yaml").read_text(encoding="utf-8")
    assert not any(secret in text for secret in SECRETS.values())
    service = YAML(typ="safe").load(text)["services"]["deskbridge"]
    config = str(folder / "deskbridge.yaml").replace("$", "$$")
    assert service["command"] == ["run", "--config", config]
    assert service["user"] == f"{os.getuid()}:{os.getgid()}"


@pytest.mark.skipif(not shutil.which("docker"), reason="compose itself is asked where it is")
def test_compose_reads_both_files_as_they_are_meant(tmp_path: Path) -> None:
    folder = tmp_path / "a $place"
    silently(folder, "email", "--compose")
    asked = ["docker", "compose", "-f", str(folder / "compose.yaml"), "config", "--format", "json"]
    image = {**os.environ, "DESKBRIDGE_IMAGE": "deskbridge:1"}
    read = subprocess.run(asked, cwd=folder, env=image, capture_output=True, text=True, check=False)
    if "is not a docker command" in read.stderr or "unknown" in read.stderr:
        pytest.skip("docker without compose")
    assert read.returncode == 0, read.stderr
    assert "variable is not set" not in read.stderr
    (mount,) = json.loads(read.stdout)["services"]["deskbridge"]["volumes"]
    assert mount["source"].replace("$$", "$") == mount["target"].replace("$$", "$") == str(folder)


def test_a_compose_file_that_is_there_is_never_overwritten(tmp_path: Path) -> None:
    (tmp_path / "compose.yaml").write_text("mine\n", encoding="utf-8")
    done = silently(tmp_path, "widget", "--compose")
    assert done.exit_code == 1
    assert "compose.yaml is there already" in done.output
    assert (tmp_path / "compose.yaml").read_text(encoding="utf-8") == "mine\n"
    assert silently(tmp_path / "new", "widget").exit_code == 0
