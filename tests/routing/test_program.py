"""The whole program, with teams in its YAML: what comes in is given to whoever comes."""

import asyncio
from pathlib import Path

from bridge import channel as ch
from bridge.app import Program
from bridge.cli.config import known_kinds
from bridge.settings import load
from bridge.store import log
from bridge.store.transactions import Tx
from routing import conversations
from tests.routing.teams import SET_PRESENCE

CONFIG = """\
version: 1
storage: {{database: "sqlite:///{folder}/desk.db", media: {{dir: "{folder}/media"}}}}
agents: {{anna: {{name: Anna}}, boris: {{name: Boris}}}}
teams: {{sales: {{members: [anna]}}}}
channels: {{site: {{type: widget, key: k, team: sales}}}}
routing: {{default: {{strategy: round_robin}}}}
"""


async def test_what_waited_is_given_to_the_agent_who_comes_online(tmp_path: Path) -> None:
    path = tmp_path / "deskbridge.yaml"
    path.write_text(CONFIG.format(folder=tmp_path), encoding="utf-8")
    program = Program(load(path, kinds=known_kinds(), environ={}))
    async with program.running():
        sender = ch.Sender(external_id="olena", language="uk")
        message = ch.InboundMessage(sender=sender, external_id="1", sent_at=0, thread="t", text="?")
        [answer] = await program.inboxes["site"].sink.accept([message])
        here = answer.conversation_id
        assert here is not None
        waiting = await program.store.read(conversations.get, here)
        assert (waiting.assignee_id, waiting.team_id) == (None, "sales")

        await program.store.write(_comes, "boris")
        await program.store.write(_comes, "anna")
        async with asyncio.timeout(10):
            while (await program.store.read(conversations.get, here)).assignee_id != "anna":  # noqa: ASYNC110  # A row tells nobody.
                await asyncio.sleep(0.01)


def _comes(tx: Tx, agent: str) -> None:
    tx.run(SET_PRESENCE, of=agent, presence="online")
    log.append(tx, "presence.changed")
