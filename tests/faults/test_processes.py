"""Real processes: killed at any moment, and two of them where there should be one."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from bridge.sandbox.telegram import Customer, Member, TelegramServer
from tests.channels.rig import eventually
from tests.desk import RunningDesk
from tests.faults.ground import SURFACE, Ground
from tests.faults.processes import report
from tests.faults.slack import SlackBySocket
from tests.faults.telegram import RIGHTS, TelegramGround
from tests.told import Tells

SHOP, STAFF = "7000000005:AAshop-0123456789012345678901234567", "7000000006:AAstaff-012345678901"


@pytest.mark.slow
@pytest.mark.timeout(400)
@pytest.mark.parametrize("ground", [SlackBySocket, TelegramGround])
async def test_kill_9_between_a_post_and_its_record_loses_and_doubles_nothing_in_silence(
    ground: type[Ground], tells: Tells
) -> None:
    found = await report(ground, 1, (True,))
    tells(found)
    assert found.broken == {}, str(found)


@pytest.mark.slow
@pytest.mark.timeout(400)
async def test_a_second_process_on_the_same_database_refuses_and_the_first_goes_on(
    tmp_path: Path,
) -> None:
    async with TelegramServer() as telegram:
        shop, staff = telegram.world.add_bot(SHOP), telegram.world.add_bot(STAFF)
        group = telegram.world.add_group("Support")
        group.rights[staff.id] = set(RIGHTS)
        olga = telegram.world.add_user("Ольга")
        changes: dict[str, Any] = {
            "channels.shop_tg": {"type": "telegram", "token": "${SHOP}", "api_base": telegram.url},
            f"staff.{SURFACE}": {
                "type": "telegram_forum",
                "token": "${STAFF}",
                "api_base": telegram.url,
                "groups": [group.id],
            },
            "agents.olga": {"name": "Ольга", "role": "owner", "telegram": olga.id},
        }
        desk = RunningDesk(tmp_path, changes, {"SHOP": SHOP, "STAFF": STAFF})
        await asyncio.to_thread(desk.start)
        try:
            config = str(tmp_path / "deskbridge.yaml")
            second = await asyncio.to_thread(
                desk.run, "run", "--config", config, "--listen", "127.0.0.1:0"
            )
            assert second.returncode != 0
            assert "another deskbridge already runs on" in second.stdout + second.stderr
            anna = Customer(telegram.world, telegram.world.add_user("Анна"), shop)
            anna.write("Добрий день")
            await eventually(lambda: group.topics, within=60)
            (topic,) = group.topics
            Member(telegram.world, olga, group).say("Слухаю", topic=topic)
            await eventually(lambda: _answers(anna), within=60)
            assert _answers(anna) == ["Слухаю"]
        finally:
            await asyncio.to_thread(desk.close)


def _answers(customer: Customer) -> list[str]:
    return [one["text"] for one in customer.chat.messages.values() if one["from"]["is_bot"]]
