"""VK's best-known Python library against the model, by its own code paths."""

import asyncio
import io
from collections.abc import Callable
from typing import Any

import pytest
import requests
from jconfig import MemoryConfig  # type: ignore[import-untyped]
from requests.adapters import HTTPAdapter
from vk_api import ApiError, VkApi, VkUpload  # type: ignore[import-untyped]
from vk_api.bot_longpoll import VkBotEventType, VkBotLongPoll  # type: ignore[import-untyped]
from vk_api.keyboard import VkKeyboard, VkKeyboardColor  # type: ignore[import-untyped]
from vk_api.utils import get_random_id  # type: ignore[import-untyped]

from bridge.sandbox.vk import Customer, VkPlatform
from tests.bridge.sandbox.vk.caller import PNG


class _Redirected(HTTPAdapter):
    """Brings the address that vk_api has built in to the model."""

    def __init__(self, base: str) -> None:
        self._base = base
        super().__init__()

    def send(self, request: requests.PreparedRequest, *args: Any, **more: Any) -> Any:
        request.url = (request.url or "").replace("https://api.vk.ru", self._base)
        return super().send(request, *args, **more)


@pytest.fixture
def library(platform: VkPlatform) -> Any:
    session = requests.Session()
    session.trust_env = False
    session.mount("https://api.vk.ru", _Redirected(platform.url))
    return VkApi(
        token=platform.world.token,
        session=session,
        api_version="5.199",
        config=MemoryConfig,
    )


@pytest.fixture
def anna(platform: VkPlatform) -> Customer:
    anna = platform.customer(1001)
    anna.allow()
    return anna


async def in_thread(work: Callable[[], Any]) -> Any:
    """Do what blocks where it blocks nobody."""
    return await asyncio.to_thread(work)


async def test_it_sends_a_message_with_a_keyboard(library: Any, anna: Customer) -> None:
    board = VkKeyboard(inline=True)
    board.add_button("Так", color=VkKeyboardColor.POSITIVE, payload={"answer": "yes"})
    board.add_callback_button("Ні", payload={"answer": "no"})
    api = library.get_api()
    message_id = await in_thread(
        lambda: api.messages.send(
            user_id=1001,
            message="Привіт 🌷",
            random_id=get_random_id(),
            keyboard=board.get_keyboard(),
        )
    )
    (received,) = anna.received
    assert (received.id, received.text) == (message_id, "Привіт 🌷")
    assert anna.press(received, "Так").body["type"] == "message_new"
    assert anna.press(received, "Ні").body["type"] == "message_event"


async def test_it_understands_a_refusal(library: Any, anna: Customer) -> None:
    anna.deny()
    with pytest.raises(ApiError) as caught:
        await in_thread(
            lambda: library.method(
                "messages.send", {"peer_id": 1001, "message": "hi", "random_id": 1}
            )
        )
    assert caught.value.code == 901


async def test_it_uploads_a_photo_a_document_and_a_voice_message(
    library: Any, anna: Customer, platform: VkPlatform
) -> None:
    upload = VkUpload(library)

    def all_of_it() -> list[str]:
        picture, sound, text = io.BytesIO(PNG), io.BytesIO(b"OggS"), io.BytesIO(b"text")
        (photo,) = upload.photo_messages(picture, peer_id=1001)
        voice = upload.audio_message(sound, peer_id=1001)["audio_message"]
        document = upload.document_message(text, title="notes.txt", peer_id=1001)["doc"]
        named = (("photo", photo), ("audio_message", voice), ("doc", document))
        return [f"{kind}{one['owner_id']}_{one['id']}" for kind, one in named]

    names = await in_thread(all_of_it)
    values = {"peer_id": 1001, "random_id": 1, "attachment": ",".join(names)}
    await in_thread(lambda: library.method("messages.send", values))
    kinds = [one["type"] for one in anna.received[0].attachments]
    assert kinds == ["photo", "audio_message", "doc"]


async def test_its_long_poll_hears_what_customers_do(
    library: Any, anna: Customer, platform: VkPlatform
) -> None:
    poll = await in_thread(lambda: VkBotLongPoll(library, platform.world.group_id, wait=1))
    poll.session.trust_env = False
    anna.write("чути?")
    anna.type()
    events = await in_thread(poll.check)
    assert [one.type for one in events] == [
        VkBotEventType.MESSAGE_NEW,
        VkBotEventType.MESSAGE_TYPING_STATE,
    ]
    assert events[0].from_user
    assert events[0].message.text == "чути?"
    poll.session.close()


async def test_its_long_poll_recovers_from_each_failure(
    library: Any, anna: Customer, platform: VkPlatform
) -> None:
    poll = await in_thread(lambda: VkBotLongPoll(library, platform.world.group_id, wait=0))
    poll.session.trust_env = False
    for break_it in (
        platform.longpoll.expire_key,
        platform.longpoll.forget,
        platform.longpoll.lose,
    ):
        anna.write("before")
        break_it()
        assert await in_thread(poll.check) == []
        await in_thread(poll.check)
        anna.write("after")
        (event,) = await in_thread(poll.check)
        assert event.message.text == "after"
    poll.session.close()


async def test_it_looks_back_at_a_dialog(library: Any, anna: Customer) -> None:
    anna.write("one")
    anna.send_location(50.45, 30.52, "Київ")
    history = await in_thread(lambda: library.method("messages.getHistory", {"peer_id": 1001}))
    assert history["count"] == 2
    assert history["items"][0]["geo"]["place"]["title"] == "Київ"
