"""What the YAML says of an agent, told to that agent (R13)."""

from bridge.store.links import PUT_LINK
from bridge.store.transactions import Tx
from tests.agent_console.conftest import OpenOffice

SAID = {
    "agents.pavel.languages": ["uk", "en"],
    "agents.pavel.limit": 6,
    "agents.pavel.telegram": 111111111,
    "teams": {"sales": {"members": ["pavel"]}, "support": {"members": ["ivan"]}},
}


def _link(tx: Tx, agent_id: str, account: str) -> None:
    tx.run(PUT_LINK, agent_id=agent_id, kind="slack", account=account, linked_at=tx.now)


async def test_r13_an_agent_reads_what_the_yaml_says_of_them(an_office: OpenOffice) -> None:
    async with an_office(SAID) as office:
        await office.store.write(_link, "pavel", "U024BE7LH")
        told = await (await office.sign_in("pavel")).get("/api/me/profile")

    assert told == {
        "id": "pavel",
        "name": "Павел",
        "role": "agent",
        "email": "pavel@example.com",
        "teams": ["sales"],
        "languages": ["uk", "en"],
        "limit": 6,
        "hours": None,
        "slack": ["U024BE7LH"],
        "telegram": ["111111111"],
        "may_edit": True,
    }


async def test_r13_an_owner_is_told_where_each_key_stands(an_office: OpenOffice) -> None:
    async with an_office(SAID) as office:
        told = await (await office.sign_in("olga")).get("/api/me/profile")

        file, _, line = told["where"]["name"].rpartition(":")
        lines = (office.settings.storage.media.dir.parent / "office.yaml").read_text("utf-8")
    assert file.endswith("office.yaml")
    assert "Ольга" in lines.splitlines()[int(line) - 1]
    assert "limit" not in told["where"]
