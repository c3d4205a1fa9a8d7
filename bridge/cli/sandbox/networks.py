"""The model of each inbox's network, wired to the inbox."""

from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from bridge.sandbox.mail import Account, Login, MailServer
from bridge.sandbox.phones import MailPhone, Phone, TelegramPhone, ViberPhone, VkPhone
from bridge.sandbox.telegram import TelegramServer
from bridge.sandbox.viber import ViberPlatform
from bridge.sandbox.vk import VkPlatform
from bridge.settings import InboxSettings, Secret
from channels.email.settings import EmailSettings, Server
from channels.telegram.settings import TelegramSettings
from channels.viber.settings import ViberSettings
from channels.vk.settings import VkSettings

_ANY_WORD = "sandbox-word-that-opens-nothing"


@dataclass(frozen=True, slots=True)
class Network:
    """One inbox's network: it runs in `running`, and has its address from then on."""

    phone: Phone
    running: AbstractAsyncContextManager[Any]
    secrets: tuple[str, ...]
    keys: Callable[[], Mapping[str, Any]]
    """Returns the keys of the inbox that lead to the model, once it runs."""
    call_back: Callable[[str], Awaitable[bool]] | None = None
    """Sets the address that the network calls, where the program cannot ask for it itself.

    Returns whether the program has answered there as the network wants it.
    """


def _api(url: str) -> Mapping[str, Any]:
    return {"api_base": url, "proxy": None}


def _telegram(inbox_id: str, inbox: TelegramSettings) -> Network:
    server, token = TelegramServer(), inbox.token.reveal()
    bot = server.world.add_bot(token, username=f"{inbox_id}_bot", name=inbox.name)
    phone = TelegramPhone(inbox_id, inbox.name, server, bot)
    return Network(phone, server, (token,), lambda: _api(server.url))


def _vk(inbox_id: str, inbox: VkSettings) -> Network:
    token = inbox.token.reveal()
    platform = VkPlatform(group_id=inbox.group_id, token=token)
    phone = VkPhone(inbox_id, inbox.name, platform)
    if inbox.mode == "longpoll" or inbox.secret is None:
        return Network(phone, platform, (token,), lambda: _api(platform.url))
    # What an administrator sets on the community's page.
    platform.callback.code = inbox.confirmation or ""
    secret = inbox.secret.reveal()

    async def call_back(hook: str) -> bool:
        return await platform.callback.connect(hook, secret)

    return Network(phone, platform, (token, secret), lambda: _api(platform.url), call_back)


def _viber(inbox_id: str, inbox: ViberSettings) -> Network:
    token = inbox.token.reveal()
    platform = ViberPlatform(token)
    # A phone that is switched on reports by itself what has reached it.
    platform.world.automatic = True
    phone = ViberPhone(inbox_id, inbox.name, platform)
    return Network(phone, platform.running(), (token,), lambda: _api(platform.url))


def _email(inbox_id: str, inbox: EmailSettings) -> Network:
    imap, smtp = _login(inbox.imap, inbox), _login(inbox.smtp, inbox)
    known = {"authserv_id": inbox.authserv_id} if inbox.authserv_id else {}
    server = MailServer(
        Account(
            name=inbox.name,
            address=inbox.address,
            imap=imap,
            smtp=smtp,
            folder=inbox.imap.folder,
            **known,
        )
    )

    def keys() -> Mapping[str, Any]:
        return {
            "imap": inbox.imap.model_copy(update=_here(server.imap_port, imap)),
            "smtp": inbox.smtp.model_copy(update=_here(server.smtp_port, smtp)),
            "oauth": None,
            # The mailbox began empty with this sandbox, so everything in it is new.
            "backlog": timedelta(days=1),
        }

    phone = MailPhone(inbox_id, inbox.name, server)
    return Network(phone, server.running(), (imap.word, smtp.word), keys)


def _login(server: Server, inbox: EmailSettings) -> Login:
    """Return who signs in; tokens and servers without any word become passwords here."""
    word = server.secret.reveal() if server.secret else _ANY_WORD
    return Login(server.user or inbox.address, word)


def _here(port: int, login: Login) -> Mapping[str, Any]:
    return {
        "host": "127.0.0.1",
        "port": port,
        "tls": "none",
        "ca_file": None,
        "auth": "password",
        "password": Secret(login.word),
        "token": None,
    }


_MAKERS: Mapping[type[InboxSettings], Callable[[str, Any], Network]] = {
    TelegramSettings: _telegram,
    VkSettings: _vk,
    ViberSettings: _viber,
    EmailSettings: _email,
}


def network_of(inbox_id: str, inbox: InboxSettings) -> Network | None:
    """Return the model of an inbox's network, if there is one of its kind."""
    make = _MAKERS.get(type(inbox))
    return None if make is None else make(inbox_id, inbox)
