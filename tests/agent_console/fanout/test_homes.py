"""An agent's inbox on a surface: it follows whatever happens anywhere."""

from bridge.models import Agent
from bridge.store.desk import AGENT_BY_ID
from tests.agent_console.fanout.houses import TwoHouses
from tests.agent_console.slack.test_showing import texts
from tests.channels.rig import eventually


async def test_it_follows_customers_colleagues_and_ones_own_state(houses: TwoHouses) -> None:
    office, slack = houses.office, houses.slack

    def shown() -> str:
        view = slack.team.homes.get(houses.anna.id)
        return texts(view["blocks"]) if view else ""

    async def as_she_is() -> Agent:
        return await office.store.read(lambda tx: tx.the(AGENT_BY_ID, id="anna"))

    await houses.anna.opens_home()
    await eventually(lambda: "You are now: Offline" in shown())
    before = await as_she_is()
    conversation, _ = await office.customer_writes("Є півонії?", inbox="blog")
    await eventually(lambda: "Є півонії?" in shown())
    await office.customer_writes("Ау?", inbox="blog")
    await eventually(lambda: "Ау?" in shown())
    assert await as_she_is() == before, "to be shown something is no sign of life"

    anna = await office.sign_in("anna")
    await anna.ask("PUT", "/api/me/presence", {"presence": "online"})
    await eventually(lambda: "You are now: Online" in shown())
    await anna.act("take", conversation)
    await eventually(lambda: "*Mine*" in shown())
    await anna.act("close", conversation)
    await eventually(lambda: "Ау?" not in shown())
