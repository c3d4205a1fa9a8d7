"""What `deskbridge sandbox` makes of a YAML, and what it refuses."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bridge.cli import app
from bridge.cli.config import known_kinds
from bridge.cli.sandbox.networks import network_of
from bridge.cli.sandbox.playing import begin_anew, pointed
from bridge.cli.sandbox.revision import revised
from bridge.settings import ConfigError, Settings, load
from bridge.start import StartError, lock
from channels.email.imap import mailbox
from channels.email.settings import EmailSettings
from channels.email.smtp import Outbox
from channels.telegram.settings import TelegramSettings
from channels.viber.settings import ViberSettings
from channels.vk.settings import VkSettings
from tests.desk import ROOT, SHIPPED

DATA = Path("var/sandbox")
PASSWORDS = """{type: email, address: help@example.com, \
imap: {host: i.example.com, user: shop, folder: Підтримка, password: "${P}"}, \
smtp: {host: s.example.com, tls: starttls, user: other, password: "${Q}"}}"""
TOKENS = """{type: email, address: help@example.com, \
imap: {host: i.example.com, auth: xoauth2}, smtp: {host: s.example.com, auth: xoauth2}, \
oauth: {token_url: "https://t.example.com/token", client_id: a, client_secret: "${S}", \
refresh_token: "${R}"}}"""
UNOWNED = """\
version: 1
server: {listen: "0.0.0.0:9000", admin_listen: "0.0.0.0:9090", public_url: "${PUBLIC:?set it}"}
storage: {database: "sqlite:////var/lib/real.db", media: {dir: /var/lib/real}}
channels:
  tg: {type: telegram, token: "${TG}", proxy: "${PROXY}", mode: webhook}
  group: {type: vk, group_id: 77, token: "${VK}", secret: "${S}", confirmation: "${C}"}
  vb: {type: viber, token: "${VB}"}
  mail:
    type: email
    address: help@example.com
    imap: {host: imap.example.com, password: "${MAIL}"}
    smtp: {host: smtp.example.com, password: "${MAIL}"}
"""


def settings_of(folder: Path, yaml: str, environ: Mapping[str, str] | None = None) -> Settings:
    path = folder / "some.yaml"
    path.write_text(yaml, encoding="utf-8")
    return load(
        path, kinds=known_kinds(), environ=environ or {}, revise=lambda data: revised(data, DATA)
    )


def test_a_file_whose_tokens_nobody_owns_yet_can_be_tried(tmp_path: Path) -> None:
    settings = settings_of(tmp_path, UNOWNED)
    assert list(settings.channels) == ["tg", "group", "vb", "mail"]


def test_a_real_token_is_not_even_read(tmp_path: Path) -> None:
    token = "1234567890:AAreal-token-of-a-real-bot-000"
    inbox = settings_of(tmp_path, UNOWNED, {"TG": token}).channels["tg"]
    assert isinstance(inbox, TelegramSettings)
    assert inbox.token.reveal() != token


def test_nothing_is_kept_where_the_real_data_is(tmp_path: Path) -> None:
    storage = settings_of(tmp_path, UNOWNED).storage
    assert storage.database == "sqlite:///var/sandbox/deskbridge.db"
    assert storage.media.dir == DATA / "media"


def test_a_file_that_listens_to_the_world_listens_on_loopback(tmp_path: Path) -> None:
    server = settings_of(tmp_path, UNOWNED).server
    assert str(server.listen) == "127.0.0.1:9000"
    assert server.public_url == "http://127.0.0.1:9000"
    assert server.admin_listen is None


def test_a_file_that_sends_links_to_large_files_is_taken_without_them(tmp_path: Path) -> None:
    linking = UNOWNED.replace("media: {", "media: {large_files: link, ")
    assert "large_files" in linking
    settings = settings_of(tmp_path, linking)
    assert settings.storage.media.large_files == "refuse"


def test_a_file_without_a_network_gets_one_inbox_of_each() -> None:
    settings = load(SHIPPED, kinds=known_kinds(), environ={}, revise=lambda d: revised(d, DATA))
    assert list(settings.channels) == ["site", "telegram", "vk", "viber", "email"]


def test_a_file_with_a_network_keeps_its_own_inboxes(tmp_path: Path) -> None:
    yaml = 'version: 1\nchannels: {tg: {type: telegram, token: "${TG}"}}\n'
    assert list(settings_of(tmp_path, yaml).channels) == ["tg"]


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ('agents: {anna: {name: "${NAME}"}}', "unset_variable"),
        ("channels: {tg: {type: telegram, token: '1:plain'}}", "inline_secret"),
        ("channels: {tg: {type: telegram}}", "missing_key"),
        ("routing: {close_inactiv: 5m}", "unknown_key"),
    ],
)
def test_everything_else_is_checked_as_usual(tmp_path: Path, line: str, code: str) -> None:
    with pytest.raises(ConfigError) as refused:
        settings_of(tmp_path, f"version: 1\n{line}\n")
    assert [one.code for one in refused.value.problems] == [code]


async def test_each_inbox_is_pointed_at_a_model_that_takes_its_token(tmp_path: Path) -> None:
    settings = settings_of(tmp_path, UNOWNED)
    made = {key: network_of(key, one) for key, one in settings.channels.items()}
    networks = {key: one for key, one in made.items() if one is not None}
    channels = pointed(settings, networks).channels
    assert list(channels) == ["tg", "group", "vb", "mail"]
    for key in ("tg", "group", "vb"):
        inbox = channels[key]
        assert isinstance(inbox, TelegramSettings | VkSettings | ViberSettings)
        assert inbox.token.reveal() in networks[key].secrets
        assert inbox.api_base == networks[key].keys()["api_base"]
        assert inbox.proxy is None


@pytest.mark.parametrize("inbox", [PASSWORDS, TOKENS])
async def test_an_inbox_for_mail_reads_and_writes_at_its_model(tmp_path: Path, inbox: str) -> None:
    settings = settings_of(tmp_path, f"version: 1\nchannels:\n  mail: {inbox}\n")
    network = network_of("mail", settings.channels["mail"])
    assert network is not None
    async with network.running:
        mail = pointed(settings, {"mail": network}).channels["mail"]
        assert isinstance(mail, EmailSettings)
        async with mailbox(mail.imap, mail.imap.user or mail.address) as box:
            assert box.folder.next_uid == 101
        await Outbox(mail.smtp, mail.address).check()
        assert mail.oauth is None
        assert mail.smtp.secret is not None
        assert mail.smtp.secret.reveal() in network.secrets


@pytest.mark.parametrize("option", ["--listen", "--phones"])
def test_no_other_machine_may_play_the_customers(option: str) -> None:
    ended = CliRunner().invoke(app, ["sandbox", option, "0.0.0.0:8080"])
    assert ended.exit_code == 1
    assert option in ended.output
    assert "127.0.0.1" in ended.output


def test_a_sandbox_begins_anew(tmp_path: Path) -> None:
    (tmp_path / "media").mkdir()
    for name in ("deskbridge.db", "deskbridge.db-wal", "deskbridge.secret", "media/old"):
        (tmp_path / name).write_text("old", encoding="utf-8")
    begin_anew(tmp_path)
    assert [one.name for one in tmp_path.iterdir()] == ["deskbridge.lock"]


def test_a_sandbox_that_runs_is_not_emptied_by_another(tmp_path: Path) -> None:
    database = tmp_path / "deskbridge.db"
    database.write_text("in use", encoding="utf-8")
    with lock(database), pytest.raises(StartError, match="already runs"):
        begin_anew(tmp_path)
    assert database.read_text(encoding="utf-8") == "in use"


STARTED = """
import os, signal, sys
from bridge.cli import app, run

async def say(program):
    rooms = ("bridge.sandbox", "bridge.cli.sandbox.")
    found = [one for one in sys.modules if one.startswith(rooms)]
    print("running with", sorted(found), flush=True)
    os.kill(os.getpid(), signal.SIGTERM)

run._announce = say
app(["run", "--config", sys.argv[1], "--listen", "127.0.0.1:0"])
"""


@pytest.mark.slow
def test_nothing_of_the_sandbox_is_imported_when_the_program_runs(tmp_path: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", STARTED, str(SHIPPED)],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert "running with []" in ended.stdout, ended.stderr
