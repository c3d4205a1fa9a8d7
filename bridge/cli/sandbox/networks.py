"""The model of each inbox's network, wired to the inbox."""

from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Any

from bridge.sandbox.phones import Phone, TelegramPhone, ViberPhone, VkPhone
from bridge.sandbox.telegram import TelegramServer
from bridge.sandbox.viber import ViberPlatform
from bridge.sandbox.vk import VkPlatform
from bridge.settings import InboxSettings
from channels.telegram.settings import TelegramSettings
from channels.viber.settings import ViberSettings
from channels.vk.settings import VkSettings


@dataclass(frozen=True, slots=True)
class Network:
    """One inbox's network: it runs in `running`, and has its address from then on."""

    phone: Phone
    running: AbstractAsyncContextManager[Any]
    secrets: tuple[str, ...]
    _url: Callable[[], str]
    call_back: Callable[[str], Awaitable[bool]] | None = None
    """Sets the address that the network calls, where the program cannot ask for it itself.

    Returns whether the program has answered there as the network wants it.
    """

    @property
    def url(self) -> str:
        """Return the address of the API."""
        return self._url()


def _telegram(inbox_id: str, inbox: TelegramSettings) -> Network:
    server, token = TelegramServer(), inbox.token.reveal()
    bot = server.world.add_bot(token, username=f"{inbox_id}_bot", name=inbox.name)
    phone = TelegramPhone(inbox_id, inbox.name, server, bot)
    return Network(phone, server, (token,), lambda: server.url)


def _vk(inbox_id: str, inbox: VkSettings) -> Network:
    token = inbox.token.reveal()
    platform = VkPlatform(group_id=inbox.group_id, token=token)
    phone = VkPhone(inbox_id, inbox.name, platform)
    if inbox.mode == "longpoll" or inbox.secret is None:
        return Network(phone, platform, (token,), lambda: platform.url)
    # What an administrator sets on the community's page.
    platform.callback.code = inbox.confirmation or ""
    secret = inbox.secret.reveal()

    async def call_back(hook: str) -> bool:
        return await platform.callback.connect(hook, secret)

    return Network(phone, platform, (token, secret), lambda: platform.url, call_back)


def _viber(inbox_id: str, inbox: ViberSettings) -> Network:
    token = inbox.token.reveal()
    platform = ViberPlatform(token)
    # A phone that is switched on reports by itself what has reached it.
    platform.world.automatic = True
    phone = ViberPhone(inbox_id, inbox.name, platform)
    return Network(phone, platform.running(), (token,), lambda: platform.url)


_MAKERS: Mapping[type[InboxSettings], Callable[[str, Any], Network]] = {
    TelegramSettings: _telegram,
    VkSettings: _vk,
    ViberSettings: _viber,
}


def network_of(inbox_id: str, inbox: InboxSettings) -> Network | None:
    """Return the model of an inbox's network, if there is one of its kind."""
    make = _MAKERS.get(type(inbox))
    return None if make is None else make(inbox_id, inbox)
