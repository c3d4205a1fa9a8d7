"""Every channel over HTTP goes through a SOCKS5 proxy, and says in words what is wrong with one."""

import contextlib
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from urllib.parse import urlsplit

import pytest

from bridge.channel import Channel, UnavailableError
from bridge.sandbox.vk import VkPlatform
from bridge.settings import Secret
from tests.bridge.sandbox.vk.caller import PNG
from tests.channels.telegram.desk import Desk
from tests.channels.viber.desk import ViberDesk
from tests.channels.vk.office import Office
from tests.socks import socks_proxy

# A password may hold what an address has to write otherwise.
PASSWORD, ENCODED = "p@ss:word/canary %", "p%40ss%3Aword%2Fcanary%20%25"


@dataclass
class Inbox:
    """A channel in front of its model, and a file that a customer has sent through it."""

    channel: Channel
    ref: str
    content: bytes


Opened = Callable[[str, str], AbstractAsyncContextManager[Inbox]]


def renamed(url: str, host: str) -> str:
    """Return the same address under another host name, and port if that has one."""
    parts = urlsplit(url)
    return parts._replace(netloc=host if ":" in host else f"{host}:{parts.port}").geturl()


@contextlib.asynccontextmanager
async def telegram(proxy: str, host: str) -> AsyncIterator[Inbox]:
    async with Desk("polling").open() as desk:
        sent = desk.met().send_file("document", b"%PDF")
        base = renamed(desk.telegram.url, host)
        channel = desk.new_channel(proxy=Secret(proxy), api_base=base)
        yield Inbox(channel, sent["document"]["file_id"], b"%PDF")


@contextlib.asynccontextmanager
async def vk(proxy: str, host: str) -> AsyncIterator[Inbox]:
    async with VkPlatform() as platform:
        sent = platform.customer(1001).send_photos(PNG)
        (photo,) = sent.message.attachments
        base = renamed(platform.url, host)
        office = Office(platform, mode="longpoll", api_base=base, proxy=Secret(proxy))
        ref = renamed(photo["photo"]["sizes"][0]["url"], host)
        yield Inbox(office.channel, ref, PNG)
        await office.channel.close()


@contextlib.asynccontextmanager
async def viber(proxy: str, host: str) -> AsyncIterator[Inbox]:
    desk = ViberDesk()
    await desk.start()
    own = {"proxy": Secret(proxy), "api_base": renamed(desk.viber.url, host)}
    through = ViberDesk(token=Secret(desk.viber.account.token), **own)
    await through.start()
    address = desk.viber.files.add("a.pdf", b"%PDF")
    yield Inbox(through.channel, renamed(address, host), b"%PDF")
    await through.stop()
    await desk.stop()


@pytest.fixture(params=[telegram, vk, viber], ids=["telegram", "vk", "viber"])
def opened(request: pytest.FixtureRequest) -> Opened:
    """Return what opens an inbox of each kind behind a proxy."""
    made: Opened = request.param
    return made


async def test_calls_and_files_go_through_the_proxy_which_looks_names_up(opened: Opened) -> None:
    async with socks_proxy() as proxy, opened(proxy.url("socks5h"), "shop.invalid") as inbox:
        assert await inbox.channel.check()
        assert proxy.asked == ["shop.invalid"]
        got = b"".join([chunk async for chunk in inbox.channel.download(inbox.ref)])
    assert got == inbox.content
    assert set(proxy.asked) == {"shop.invalid"}


async def test_with_socks5_names_are_looked_up_here(opened: Opened) -> None:
    async with socks_proxy() as proxy, opened(proxy.url("socks5"), "localhost") as inbox:
        assert await inbox.channel.check()
    assert set(proxy.asked) <= {"127.0.0.1", "::1"}
    assert proxy.asked


async def test_a_user_and_a_password_are_told_to_the_proxy(opened: Opened) -> None:
    async with socks_proxy("me", PASSWORD) as proxy:
        url = proxy.url(sign_in=f"me:{ENCODED}@")
        async with opened(url, "shop.invalid") as inbox:
            assert await inbox.channel.check()
    assert proxy.asked == ["shop.invalid"]


@pytest.mark.parametrize("what", ["a wrong password", "no password", "nobody there", "no way on"])
async def test_a_proxy_that_lets_nobody_through_is_said_as_such_and_shows_nothing(
    opened: Opened, what: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    async with socks_proxy(None if what == "no way on" else "me", PASSWORD) as proxy:
        sign_in = "" if what == "no password" else f"me:{ENCODED}x@"
        url = proxy.url(sign_in=sign_in)
        if what == "nobody there":
            url = f"socks5h://{sign_in}127.0.0.1:1"
        host = "shop.invalid:1" if what == "no way on" else "shop.invalid"
        async with opened(url, host) as inbox:
            with pytest.raises(UnavailableError, match="The proxy does not let us to") as caught:
                await inbox.channel.check()
            shown = [str(caught.value), repr(inbox.channel), caplog.text]
    assert proxy.asked == (["shop.invalid"] if what == "no way on" else [])
    assert caught.value.__cause__ is None
    for secret in (PASSWORD, ENCODED):
        assert not [one for one in shown if secret in one]
