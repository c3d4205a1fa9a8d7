"""A program that becomes another: what is untouched, and what a failure leaves."""

import asyncio
import base64
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from bridge import channel as ch
from bridge.app import Program
from bridge.channel import StorageUnavailableError
from bridge.cli.config import known_kinds
from bridge.reload import anew
from bridge.reload.anew import Reloading, apply
from bridge.settings import Settings, load
from bridge.store import desk as q
from bridge.store import people as p
from bridge.store.transactions import Tx
from routing import conversations
from tests.channels.rig import eventually

CONFIG = """\
version: 1
storage: {{database: "sqlite:///{folder}/desk.db", media: {{dir: "{folder}/media"}}}}
agents: {{anna: {{name: Anna}}, boris: {{name: Boris}}}}
channels: {{site: {{type: widget, key: k}}, blog: {{type: widget, key: b}}}}
webhooks: {{crm: {{url: "https://crm.example.com/x", secret: "${{CRM}}"}}}}
"""
ENVIRON = {"CRM": "whsec_" + base64.b64encode(b"k" * 32).decode()}


class Folder:
    """Where a configuration lies that is written anew."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "deskbridge.yaml"
        self.text = CONFIG.format(folder=folder)

    def settings(self, *changes: tuple[str, str]) -> Settings:
        text = self.text
        for old, new in changes:
            assert old in text
            text = text.replace(old, new)
        self.path.write_text(text, encoding="utf-8")
        return load(self.path, kinds=known_kinds(), environ=ENVIRON)


@asynccontextmanager
async def running(settings: Settings) -> AsyncIterator[Program]:
    program = Program(settings)
    async with program.running():
        program.web()
        yield program


async def write(program: Program, inbox: str, text: str) -> int:
    """Have somebody write; return the conversation."""
    sender = ch.Sender(external_id="olena", language="uk")
    message = ch.InboundMessage(sender=sender, external_id=text, sent_at=0, thread="t", text=text)
    [answer] = await program.inboxes[inbox].sink.accept([message])
    assert answer.conversation_id is not None
    return answer.conversation_id


async def test_only_the_inbox_whose_settings_changed_is_made_anew(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    async with running(folder.settings()) as program:
        blog, site = program.inboxes["blog"], program.inboxes["site"]
        caller, doors = program.webhooks["crm"], program._doors
        assert doors is not None
        app = doors.app
        await apply(program, folder.settings(("key: k", "key: k, title: Help")))
        assert program.inboxes["blog"] is blog
        assert program.inboxes["site"] is not site
        assert program.webhooks["crm"] is caller
        assert doors.app is not app
        await eventually(lambda: program.supervisor.health["channel:site"].state == "up")


async def test_rules_are_read_anew_by_everybody_without_a_restart(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    async with running(folder.settings()) as program:
        inboxes, desk = dict(program.inboxes), program.desk
        changes = (
            "version: 1",
            "version: 1\nrouting: {close_inactive: 1h}\ntopics: {a: {label: A}}",
        )
        found = await apply(program, folder.settings(changes))
        assert found.changed == ("~routing", "+1 topic")
        assert program.inboxes == inboxes
        assert program.desk is desk
        assert desk.policy.close_inactive == 3_600_000
        assert program._console is not None
        assert program._console.settings.topics.keys() == {"a"}


async def test_the_team_of_an_inbox_is_no_reason_to_restart_it(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    async with running(folder.settings()) as program:
        site = program.inboxes["site"]
        teams = "version: 1\nteams: {sales: {members: [anna]}}"
        await apply(
            program, folder.settings(("version: 1", teams), ("key: k", "key: k, team: sales"))
        )
        assert program.inboxes["site"] is site
        here = await write(program, "site", "?")
        assert (await program.store.read(conversations.get, here)).team_id == "sales"


async def test_an_inbox_that_is_gone_is_retired_and_keeps_what_was_said(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    gone = (", blog: {type: widget, key: b}", "")
    async with running(folder.settings()) as program:
        here = await write(program, "blog", "?")
        await apply(program, folder.settings(gone))
        assert "blog" not in program.inboxes
        assert "blog" not in program.desk.capabilities
        assert "channel:blog" not in program.supervisor.health
        assert await program.store.read(lambda tx: tx.all(p.INBOX_IDS)) == ["site"]
        assert (await program.store.read(conversations.get, here)).inbox_id == "blog"
        await apply(program, folder.settings())
        assert await write(program, "blog", "!") == here


async def test_a_changed_webhook_gets_a_new_caller(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    async with running(folder.settings()) as program:
        caller = program.webhooks["crm"]
        await apply(program, folder.settings(("crm.example.com/x", "crm.example.com/y")))
        assert program.webhooks["crm"] is not caller
        await apply(program, folder.settings(("webhooks: {crm: ", "# {")))
        assert program.webhooks == {}
        assert "webhook:crm" not in program.supervisor.health


async def test_a_database_that_cannot_be_written_to_leaves_all_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = Folder(tmp_path)
    async with running(folder.settings()) as program:
        before, inboxes, policy = program.settings, dict(program.inboxes), program.desk.policy
        wanted = folder.settings(
            ("key: k", "key: k, title: Help"),
            ("version: 1", "version: 1\nrouting: {close_inactive: 1h}"),
            (", boris: {name: Boris}", ""),
        )

        def fails(*given: Any) -> None:
            anew_declared(*given)
            raise StorageUnavailableError("the disk is full")

        anew_declared = anew._declared
        monkeypatch.setattr(anew, "_declared", fails)
        with pytest.raises(StorageUnavailableError):
            await apply(program, wanted)
        assert program.settings is before
        assert program.inboxes == inboxes
        assert program.desk.policy == policy
        assert set(await program.store.read(lambda tx: tx.all(q.AGENT_IDS))) == {"anna", "boris"}
        monkeypatch.setattr(anew, "_declared", anew_declared)
        assert (await apply(program, wanted)).changed


async def test_no_transaction_sees_half_of_the_old_desk(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    first = folder.settings()
    other = folder.settings(
        ("version: 1", "version: 1\nrouting: {close_inactive: 1h}\nteams: {t: {members: [anna]}}")
    )
    seen = set()

    def look(tx: Tx, program: Program) -> None:
        hour = program.desk.policy.close_inactive == 3_600_000
        seen.add((hour, bool(program.desk.teams.crews)))

    async with running(first) as program:
        for number in range(10):
            looking = [program.store.write(look, program) for _ in range(20)]
            await asyncio.gather(apply(program, first if number % 2 else other), *looking)
    assert seen <= {(True, True), (False, False)}
    assert len(seen) == 2


async def test_a_file_that_cannot_be_loaded_is_told_and_changes_nothing(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    async with running(folder.settings()) as program:
        before = program.settings

        def load_it() -> Settings:
            return folder.settings(("key: k", "key: k, colour: red"))

        reloading = Reloading(program, load_it, tmp_path / "desk.db", asyncio.Event())
        told = await reloading.reload()
        assert not told.ok
        assert "channels.site.colour" in told.text
        assert program.settings is before


async def test_a_new_role_holds_for_whoever_is_here(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    async with running(folder.settings()) as program:
        cursor = program.hub.cursor()
        await apply(program, folder.settings(("name: Boris", "name: Boris, role: supervisor")))
        async with asyncio.timeout(10):
            async for step in program.hub.follow(cursor):
                told = {(one.kind, one.private_to) for one in step.events}
                if ("sight.changed", "boris") in told:
                    break


async def test_whoever_asks_is_told_what_came_of_it_and_is_let_go_when_it_ends(
    tmp_path: Path,
) -> None:
    folder = Folder(tmp_path)
    async with running(folder.settings()) as program:

        def load_it() -> Settings:
            return folder.settings(("version: 1", "version: 1\ntopics: {a: {label: A}}"))

        reloading = Reloading(program, load_it, tmp_path / "desk.db", asyncio.Event())
        too_early = asyncio.create_task(reloading.ask())
        await asyncio.sleep(0)
        run = asyncio.create_task(reloading.run())
        also = asyncio.create_task(reloading.ask())
        told = await too_early
        assert (told.changed, told.restart, told.ok) == (("+1 topic",), (), True)
        assert (await also).ok
        run.cancel()
        await asyncio.gather(run, return_exceptions=True)
        assert not reloading._waiting
