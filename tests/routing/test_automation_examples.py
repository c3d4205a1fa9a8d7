"""The examples of docs/how-to/automate.md do what is written above them (O39)."""

import re
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from routing import ending
from tests.routing.automated import automate, done_by, goes_on
from tests.routing.told.life import words
from tests.routing.world import World

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "automate.md"
BLOCK = re.compile(r"^## (.*?)\n.*?^```yaml\n(.*?)^```", re.MULTILINE | re.DOTALL)
EXAMPLES: dict[str, dict[str, Any]] = {
    title: YAML(typ="safe").load(block).get("automations", {})
    for title, block in BLOCK.findall(PAGE.read_text(encoding="utf-8"))
}


async def test_o39_tell_customers_when_it_is_closed(world: World) -> None:
    await automate(world, EXAMPLES["Tell customers when it is closed"])
    here = await world.begun()
    await world.replies("anna", here)
    await world.does(lambda tx, of: ending.end(tx, world.desk, of, by="anna"), here)
    said = await world.texts(here)
    assert [one for one in said if one.startswith("Your request is closed.")]
    assert not [one for one in said if words("closed", "en") in one]


@pytest.mark.parametrize(("by", "told"), [("anna", ["anna"]), (None, [])])
async def test_o39_remind_agents_of_unfinished_work(
    world: World, by: str | None, told: list[str]
) -> None:
    await automate(world, EXAMPLES["Remind agents of unfinished work"])
    world.under(release_idle=None)
    here = await world.begun()
    if by is not None:
        await world.takes(by, here)
    world.clock.tick(30 * 60)
    await goes_on(world)
    # Where nobody has it and there is no team, there is nobody to tell in this house.
    assert await done_by(world, here, "remind") == (
        [[{"do": "notify", "agents": told}]] if told else []
    )
