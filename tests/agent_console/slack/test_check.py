"""What is wrong is said before anything is shown, with what to do."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from agent_console.slack.account import SCOPES
from agent_console.slack.dispatch import OVER
from agent_console.slack.presses import COMMANDS
from agent_console.slack.translate import FOUND, LOST
from agent_console.verbs import ALIASES, VERBS
from bridge.channel import MisconfiguredError
from bridge.sandbox.slack import BOT_USER
from bridge.sandbox.slack.scopes import NEEDED
from tests.agent_console.slack.workspace import Workspace

HERE = Path(__file__).parents[3] / "agent_console/slack"


async def test_the_app_and_its_workspace_are_named(silent: Workspace) -> None:
    assert await silent.surface.check() == "the app @deskbridge in Shop"
    assert not silent.refusals()


def _no_token(workspace: Workspace) -> None:
    workspace.slack.server.token_error = "token_revoked"


def _gone(workspace: Workspace) -> None:
    del workspace.slack.team.channels[workspace.support.id]


def _archived(workspace: Workspace) -> None:
    workspace.support.is_archived = True


def _outside(workspace: Workspace) -> None:
    workspace.support.members.discard(BOT_USER)


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (_no_token, "token"),
        (_gone, "/invite @deskbridge"),
        (_archived, "unarchive"),
        (_outside, "/invite @deskbridge"),
    ],
)
async def test_a_fault_says_what_to_do(
    silent: Workspace, spoil: Callable[[Workspace], None], says: str
) -> None:
    spoil(silent)
    with pytest.raises(MisconfiguredError) as caught:
        await silent.surface.check()
    assert says in str(caught.value)


@pytest.mark.parametrize("scope", SCOPES)
async def test_a_scope_that_is_missing_is_named(silent: Workspace, scope: str) -> None:
    silent.slack.server.scopes.discard(scope)
    with pytest.raises(MisconfiguredError) as caught:
        await silent.surface.check()
    assert scope in str(caught.value)
    assert "install the app" in str(caught.value)


MANIFEST: Any = YAML(typ="safe").load((HERE / "manifest.yaml").read_text(encoding="utf-8"))
# What brings these events: docs.slack.dev/reference/events. The others need no scope.
BROUGHT_BY = {
    "message.channels": "channels:history",
    "message.groups": "groups:history",
    "reaction_added": "reactions:read",
    "reaction_removed": "reactions:read",
    "channel_archive": "channels:read",
    "group_archive": "groups:read",
}
# Beside what a method needs: its use in private channels, and what some arguments bring.
MORE = {"conversations.history": {"groups:history"}, "conversations.info": {"groups:read"}}
# Calls that need no scope, or another token.
FREE = {"auth.test", "apps.connections.open", "views.open", "views.publish"}


def methods() -> set[str]:
    """Return every method of Slack's that the code calls."""
    families = "apps|auth|chat|conversations|files|reactions|users|views"
    named = re.compile(rf'"((?:{families})\.[A-Za-z.]+)"')
    code = [one.read_text(encoding="utf-8") for one in sorted(HERE.glob("*.py"))]
    # The scopes and the events are named alike, with a colon or an underscore.
    return {found for text in code for found in named.findall(text)}


def test_the_manifest_asks_for_what_the_code_needs_and_for_nothing_else() -> None:
    asked = MANIFEST["oauth_config"]["scopes"]["bot"]
    assert asked == list(SCOPES)
    called = methods()
    assert {"chat.postMessage", "views.publish", "conversations.replies"} <= called
    needed = {NEEDED[one] for one in called - FREE} | set(BROUGHT_BY.values())
    needed |= {scope for method, more in MORE.items() if method in called for scope in more}
    # An address is part of whom `users.info` describes; names and pictures of posts; /support.
    needed |= {"users:read.email", "chat:write.customize", "commands"}
    assert needed == set(asked)


def test_the_manifest_asks_to_be_told_of_what_the_code_hears_and_of_nothing_else() -> None:
    told = {
        one.partition(".")[0] for one in MANIFEST["settings"]["event_subscriptions"]["bot_events"]
    }
    heard = {"message", "reaction_added", "reaction_removed", "app_home_opened"}
    heard |= {"channel_id_changed", "member_joined_channel", "member_left_channel"}
    assert told == heard | set(OVER) | set(LOST) | set(FOUND)


def test_the_manifest_s_shortcuts_are_verbs_and_its_command_is_ours() -> None:
    features = MANIFEST["features"]
    assert {one["callback_id"] for one in features["shortcuts"]} <= set(VERBS)
    (command,) = features["slash_commands"]
    assert command["command"] == "/support"
    assert features["app_home"]["home_tab_enabled"]
    assert MANIFEST["settings"]["interactivity"]["is_enabled"]


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_whatever_is_said_outside_of_a_thread_is_a_verb(name: str) -> None:
    assert ALIASES.get(name, name) in {*VERBS, "link"}
