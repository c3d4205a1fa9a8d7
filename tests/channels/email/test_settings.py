"""The keys of an email inbox."""

import subprocess
import sys
from pathlib import Path

import pytest

from channels.email.settings import EmailSettings
from tests.bridge.settings.files import Desk

ENVIRON = {"P": "password-canary", "T": "token-canary"}
SAMPLE = """\
version: 1
channels:
  help_mail:
    type: email
    address: help@example.com
    imap: {host: imap.example.com, user: help@example.com, password: "${P}"}
    smtp: {host: smtp.example.com, user: help@example.com, password: "${P}"}
"""


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def email(desk: Desk, text: str = SAMPLE) -> EmailSettings:
    found = desk.load(text, ENVIRON).channels["help_mail"]
    assert isinstance(found, EmailSettings)
    return found


def problem(desk: Desk, old: str, new: str) -> tuple[str, str]:
    assert old in SAMPLE
    found = desk.problem(SAMPLE.replace(old, new), ENVIRON)
    return found.code, found.path.removeprefix("channels.help_mail.")


def test_what_an_administrator_would_write_is_enough(desk: Desk) -> None:
    found = email(desk)
    assert (found.imap.port_number, found.smtp.port_number) == (993, 465)
    assert found.imap.folder == "INBOX"
    assert found.poll.total_seconds() == 60
    assert found.backlog is None
    assert found.authserv_id is None


@pytest.mark.parametrize(
    ("tls", "imap", "smtp"), [("tls", 993, 465), ("starttls", 143, 587), ("none", 143, 25)]
)
def test_the_usual_port_of_a_way_to_encrypt_is_taken(
    desk: Desk, tls: str, imap: int, smtp: int
) -> None:
    found = email(desk, SAMPLE.replace("{host", f"{{tls: {tls}, host"))
    assert (found.imap.port_number, found.smtp.port_number) == (imap, smtp)


def test_no_secret_shows_in_what_is_printed(desk: Desk) -> None:
    assert "canary" not in repr(email(desk))
    assert "canary" not in email(desk).model_dump_json()


def test_a_mailbox_without_a_password_is_refused(desk: Desk) -> None:
    text = 'imap.example.com, user: help@example.com, password: "${P}"'
    assert problem(desk, text, "imap.example.com") == ("missing_key", "imap")


def test_an_access_token_takes_the_place_of_the_password(desk: Desk) -> None:
    old = 'imap.example.com, user: help@example.com, password: "${P}"'
    assert problem(desk, old, "imap.example.com, auth: xoauth2") == ("missing_key", "imap.auth")
    new = 'imap.example.com, auth: xoauth2, token: "${T}"'
    secret = email(desk, SAMPLE.replace(old, new)).imap.secret
    assert secret is not None
    assert secret.reveal() == "token-canary"


@pytest.mark.parametrize(
    ("old", "new", "code", "path"),
    [
        ("address: help@example.com", "address: help", "bad_email", "address"),
        ('"${P}"}\n    smtp', "inline-canary}\n    smtp", "inline_secret", "imap.password"),
        ("{host: imap", "{tls: ssl, host: imap", "not_a_choice", "imap.tls"),
        ("{host: imap", "{port: 0, host: imap", "out_of_range", "imap.port"),
        ("{host: imap.example.com", "{host: 'a b'", "bad_text", "imap.host"),
        ("address:", "poll: 5m\n    address:", "out_of_range", "poll"),
        ("address:", "authserv_id: 'a b'\n    address:", "bad_text", "authserv_id"),
        ("address:", "foldr: x\n    address:", "unknown_key", "foldr"),
    ],
)
def test_a_mistake_is_named_where_it_stands(
    desk: Desk, old: str, new: str, code: str, path: str
) -> None:
    assert problem(desk, old, new) == (code, path)


def test_two_inboxes_may_not_read_the_same_address(desk: Desk) -> None:
    second = SAMPLE.partition("channels:\n")[2].replace("help_mail", "other")
    found = desk.problem(SAMPLE + second, ENVIRON)
    assert (found.code, found.path) == ("duplicate_value", "channels.other.address")


def test_checking_a_file_imports_no_mail_library() -> None:
    program = (
        "import sys, channels.email.settings; "
        "sys.exit(any(m in sys.modules for m in ('aioimaplib', 'aiosmtplib', 'nh3', 'tnefparse')))"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
