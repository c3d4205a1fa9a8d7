"""`deskbridge doctor` and a mailbox whose provider takes each refresh token once."""

import errno
import json
import os
from pathlib import Path
from typing import Any

import pytest

from bridge.app import Program
from bridge.cli import doctor as command
from bridge.cli.config import known_kinds
from bridge.doctor import Finding, of_this_machine
from bridge.settings import Settings, load
from tests.channels.email import postbox
from tests.channels.email.dovecot import Dovecot
from tests.channels.email.postbox import PostBox
from tests.channels.email.tokens import CLIENT_SECRET, REFRESH, TokenServer, tokens

__all__ = ["tokens"]


@pytest.fixture
def settings(tmp_path: Path, tokens: TokenServer, dovecot: Dovecot, box: PostBox) -> Settings:
    """Return those of a desk that has not run; it reads by token and sends by password."""
    tokens.rotates = True
    imap = {"port": dovecot.port, "user": "oauth-olena", "auth": "xoauth2"}
    smtp = {"port": box.port, "user": "help@example.com", "password": "${PASSWORD}"}
    oauth = {
        "token_url": tokens.url,
        "client_id": "the-client",
        "client_secret": "${CLIENT_SECRET}",
        "refresh_token": "${REFRESH_TOKEN}",
    }
    here = {"host": "127.0.0.1", "tls": "none"}
    inbox = {
        "type": "email",
        "address": "help@example.com",
        "imap": here | imap,
        "smtp": here | smtp,
        "oauth": oauth,
    }
    storage = {
        "database": f"sqlite:///{tmp_path}/var/desk.db",
        "media": {"dir": str(tmp_path / "media")},
    }
    config = tmp_path / "deskbridge.yaml"
    # JSON is YAML.
    config.write_text(json.dumps({"version": 1, "storage": storage, "channels": {"help": inbox}}))
    environ = {
        "PASSWORD": postbox.PASSWORD,
        "CLIENT_SECRET": CLIENT_SECRET,
        "REFRESH_TOKEN": REFRESH,
    }
    return load(config, kinds=known_kinds(), environ=environ)


async def of_the_mailbox(settings: Settings) -> Finding:
    (found,) = await command._accounts(settings)
    return found


async def test_a_look_before_the_first_start_uses_up_no_token(
    settings: Settings, tokens: TokenServer
) -> None:
    found = await of_the_mailbox(settings)
    assert (found.state, found.said) == (
        "failed",
        "No token is asked for while there is no database to keep it in.",
    )
    assert tokens.forms == []
    assert not settings.storage.database_path.exists()


async def test_what_a_look_was_given_is_the_programs_too_and_the_other_way_round(
    settings: Settings, tokens: TokenServer
) -> None:
    program = Program(settings)
    try:
        assert (await of_the_mailbox(settings)).state == "ok"
        assert await program.inboxes["help"].channel.check() == "help@example.com"
        assert (await of_the_mailbox(settings)).state == "ok"
    finally:
        await program.store.close()
    assert len(tokens.forms) == 1


async def test_a_secret_that_is_not_whole_is_left_alone(
    settings: Settings, tokens: TokenServer
) -> None:
    await Program(settings).store.close()
    settings.storage.database_path.with_suffix(".secret").write_text("short")
    assert (await of_the_mailbox(settings)).state == "failed"
    assert tokens.forms == []


async def test_a_folder_that_may_not_be_looked_into_is_as_good_as_none(
    settings: Settings, tokens: TokenServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    await Program(settings).store.close()
    closed(settings.storage.database_path.parent, monkeypatch)
    assert (await of_the_mailbox(settings)).state == "failed"
    assert tokens.forms == []
    found = {one.what: one for one in of_this_machine(settings)}
    assert found["database"].fix == "run this as the user who runs deskbridge"


def closed(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have nobody look into a folder: to root all are open."""
    looks = Path.stat

    def stat(path: Path, **how: Any) -> os.stat_result:
        if path.parent == folder:
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        return looks(path, **how)

    monkeypatch.setattr(Path, "stat", stat)
