"""A proxy, which here is the platform itself: it is asked for addresses that do not exist."""

from bridge.sandbox.vk import VkPlatform
from bridge.settings import Secret
from channels.vk.wire import Wire
from tests.channels.vk.office import Office

NOWHERE = "http://vk.invalid"


async def test_calls_go_through_the_proxy(platform: VkPlatform) -> None:
    anna = platform.customer(1001)
    anna.allow()
    office = Office(platform, mode="longpoll", api_base=NOWHERE, proxy=Secret(platform.url))
    await office.channel.send(office.part(1001, "hello"), key="1")
    assert [one.text for one in anna.received] == ["hello"]


async def test_so_does_everything_beside_the_calls(platform: VkPlatform) -> None:
    office = Office(platform, mode="longpoll", proxy=Secret(platform.url))
    wire = Wire(office.settings)
    asked = {"act": "a_check", "key": "wrong", "ts": "1"}
    assert await wire.get_json(f"{NOWHERE}/longpoll", asked, patience=5) == {"failed": 2}
