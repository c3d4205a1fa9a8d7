"""What is wrong is said before anything is shown, with what to do."""

from collections.abc import Callable

import pytest

from agent_console.slack.account import SCOPES
from bridge.channel import MisconfiguredError
from bridge.sandbox.slack import BOT_USER
from tests.agent_console.slack.workspace import Workspace


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


def test_the_manifest_asks_for_just_these_scopes() -> None:
    from pathlib import Path  # noqa: PLC0415  # One use.

    manifest = Path(__file__).parents[3] / "agent_console/slack/manifest.yaml"
    text = manifest.read_text(encoding="utf-8")
    listed = text.partition("bot: [")[2].partition("]")[0].split(", ")
    assert listed == list(SCOPES)
