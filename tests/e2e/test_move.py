"""A desk that is carried from SQLite to PostgreSQL, and back: everybody goes on where they were."""

import asyncio
from collections.abc import Iterator

import httpx
import pytest

from tests import postgres
from tests.desk import RunningDesk
from tests.e2e.house import Agents, running
from tests.e2e.writers import Writer

NAME = "Олена"
BACK = "sqlite:///var/back.db"


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningDesk]:
    """Run the program on SQLite, with a server at hand."""
    with postgres.running(fsync="on", full_page_writes="on") as cluster:
        cluster.execute("CREATE DATABASE desk")
        changes = {"channels.site.messages_per_minute": 1_000_000, "agents.anna.role": "owner"}
        environ = {"DATABASE_URL": cluster.url("desk")}
        with running(tmp_path_factory.mktemp("desk"), changes, environ) as one:
            yield one


def carry(desk: RunningDesk, to: str) -> str:
    """Stop the program, move its database, write that down, and start it; return what was told."""
    config = str(desk.folder / "deskbridge.yaml")
    refused = desk.run("db", "move", "--to", to, "--config", config)
    assert "already runs on" in refused.stderr
    desk.stop()
    done = desk.run("db", "move", "--to", to, "--config", config)
    assert done.returncode == 0, done.stderr
    desk.rewrite({"storage.database": to})
    desk.start()
    return done.stdout


@pytest.mark.slow
@pytest.mark.timeout(240)
async def test_a_conversation_goes_on_after_its_database_was_moved_and_moved_back(
    desk: RunningDesk, agents: Agents
) -> None:
    async with httpx.AsyncClient(base_url=desk.url, timeout=60) as http:
        visitor = await Writer.arrive(http, NAME)
        await visitor.write()
        anna = agents.api()
        here = anna.conversation(NAME)
        anna.post(f"conversations/{here}/take")
        answers = []
        for number, to in enumerate(("${DATABASE_URL}", BACK)):
            answers.append(f"відповідь {number}")
            anna.reply(here, answers[-1])
            told = await asyncio.to_thread(carry, desk, to)
            assert f"database: {to}" in told
            # The visitor's token and the agent's session are good as before.
            await visitor.write()
            told_now = anna.get("operations/desk")["database"]
            assert told_now.startswith(("PostgreSQL", "SQLite")[number])
        assert anna.texts(here) == [one.text for one in visitor.taken]
        assert anna.texts(here, "outgoing") == answers
        thread = await visitor.thread_now()
        said = [one["text"] for one in thread if one["text"] in {*answers, *anna.texts(here)}]
        assert len(said) == len(answers) + len(visitor.taken)
        assert [one["text"] for one in thread if one["text"] in answers] == answers
        hits = anna.get("search", q="повідомл")["hits"]
        found = {hit["message"]["id"] for hit in hits if hit["message"]}
        assert found == {one.id for one in visitor.taken}
