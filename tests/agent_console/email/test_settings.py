"""Mail to agents in the YAML."""

from pathlib import Path
from typing import Any

import pytest

from agent_console.email.settings import AgentMailSettings
from bridge.cli.config import known_kinds
from bridge.settings.checks import cross_findings
from routing.configured import agent_mail_of, policy_of
from tests.agent_console.office import settings_of

MAILBOX = {
    "type": "email",
    "address": "help@example.com",
    "imap": {"host": "127.0.0.1", "password": "canary-1"},
    "smtp": {"host": "127.0.0.1", "password": "canary-1"},
}


def test_without_a_surface_of_mail_agents_are_not_mailed(tmp_path: Path) -> None:
    settings = settings_of(tmp_path)
    assert agent_mail_of(settings) is None
    assert policy_of(settings).mail_agent_after == 60_000


def test_o31_off_is_never(tmp_path: Path) -> None:
    settings = settings_of(tmp_path, {"notify.agent.email_if_unseen": "off"})
    assert policy_of(settings).mail_agent_after is None


def test_the_surface_names_its_inbox() -> None:
    assert AgentMailSettings(type="email", via="post").mails_by == "post"


@pytest.mark.parametrize(
    ("via", "code"), [("post", None), ("site", "no_mailbox"), ("gone", "unknown_inbox")]
)
def test_agents_are_mailed_by_an_inbox_that_is_there_and_a_mailbox(
    via: str, code: str | None
) -> None:
    data: dict[str, Any] = {
        "version": 1,
        "channels": {"post": MAILBOX, "site": {"type": "widget", "key": "k"}},
        "staff": {"mail": {"type": "email", "via": via}},
    }
    found = [(one.code, one.path) for one in cross_findings(data, known_kinds())]
    assert found == ([(code, ("staff", "mail", "via"))] if code else [])
