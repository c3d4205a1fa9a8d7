"""Files of customers: fetched at once, and from nowhere inside our own network."""

import asyncio
import socket
from typing import Any

import pytest
from aiohttp import web

from bridge.channel import RejectedError, SendError, UnavailableError
from bridge.public import is_literal, is_public, public_socket
from bridge.settings import Secret
from channels.viber.downloads import Downloads
from channels.viber.settings import ViberSettings
from tests.channels.viber.desk import ViberDesk

TOKEN = Secret("0123456789-0123456789-0123456789")
INSIDE = [
    "0.0.0.0",
    "10.0.0.1",
    "100.64.0.1",
    "127.0.0.1",
    "127.255.255.254",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.1",
    "192.0.2.1",
    "192.168.1.1",
    "198.18.0.1",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::ffff:10.0.0.1",
    "::ffff:127.0.0.1",
    "::ffff:169.254.169.254",
    "fc00::1",
    "fd00::1",
    "fe80::1",
    "fe80::1%eth0",
    "ff02::1",
    "64:ff9b::10.0.0.1",
    "64:ff9b::127.0.0.1",
    "2002:7f00:1::",
    "2002:a00:1::",
    "2001:db8::1",
    "2001:0:4136:e378:8000:63bf:80ff:fffe",
]
PUBLIC = ["1.1.1.1", "8.8.8.8", "93.184.216.34", "2606:4700:4700::1111", "64:ff9b::8.8.8.8"]
# Other spellings of 127.0.0.1 that a system takes for an address.
SPELLINGS = ["2130706433", "0x7f000001", "0177.0.0.1", "127.1", "0", "0x7f.1"]


async def got(desk: ViberDesk, ref: str) -> bytes:
    return b"".join([chunk async for chunk in desk.channel.download(ref)])


async def fetch(url: str, **settings: Any) -> bytes:
    downloads = Downloads(ViberSettings.model_validate({"token": TOKEN} | settings))
    return b"".join([chunk async for chunk in downloads.fetch(url)])


async def test_d21_a_file_that_a_customer_sends_is_fetched_whole(desk: ViberDesk) -> None:
    content = bytes(range(256)) * 2000
    await (await desk.anna()).sends_file("рахунок.pdf", content)
    (media,) = desk.core.messages[-1].media
    assert await got(desk, media.ref) == content


async def test_j09_the_customers_picture_is_fetched_by_its_handle(desk: ViberDesk) -> None:
    avatar = desk.viber.files.add("anna.jpg", b"jpeg")
    await desk.anna(avatar=avatar)
    photo = desk.core.messages[-1].sender.photo
    assert photo == avatar
    assert await got(desk, photo) == b"jpeg"


async def test_a_file_whose_address_has_expired_is_gone(desk: ViberDesk) -> None:
    await (await desk.anna()).sends_picture(b"jpeg")
    (media,) = desk.core.messages[-1].media
    desk.clock.tick(3600)
    with pytest.raises(RejectedError):
        await got(desk, media.ref)


async def test_a_file_out_of_reach_may_be_had_later(desk: ViberDesk) -> None:
    await (await desk.anna()).sends_picture(b"jpeg")
    (media,) = desk.core.messages[-1].media
    await desk.viber.go_down()
    with pytest.raises(UnavailableError):
        await got(desk, media.ref)
    await desk.viber.come_up()
    assert await got(desk, media.ref) == b"jpeg"


# --- Where nothing is fetched from ---------------------------------------------------


@pytest.mark.parametrize("address", INSIDE)
def test_an_address_inside_is_not_public(address: str) -> None:
    assert not is_public(address)
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with pytest.raises(OSError, match="not public"):
        public_socket((family, socket.SOCK_STREAM, 6, "", (address, 443)))


@pytest.mark.parametrize("address", PUBLIC)
def test_an_address_of_the_internet_is_public(address: str) -> None:
    assert is_public(address)
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    public_socket((family, socket.SOCK_STREAM, 6, "", (address, 443))).close()


@pytest.mark.parametrize("host", [*SPELLINGS, "127.0.0.1", "::1", "1.1.1.1"])
def test_an_address_is_one_however_it_is_spelt(host: str) -> None:
    assert is_literal(host)


@pytest.mark.parametrize(
    "url",
    [
        *(f"https://[{one}]/a" if ":" in one else f"https://{one}/a" for one in INSIDE[:30]),
        *(f"https://{one}/a" for one in SPELLINGS),
        "http://example.com/a",
        "ftp://example.com/a",
        "file:///etc/passwd",
        "https://user@127.0.0.1/a",
        "https:///a",
        "nonsense",
        "",
    ],
)
async def test_what_is_inside_or_no_https_is_not_fetched(url: str) -> None:
    with pytest.raises(SendError):
        await asyncio.wait_for(fetch(url), 30)


async def test_a_name_that_leads_inside_is_not_followed() -> None:
    with pytest.raises(UnavailableError):
        await fetch("https://localhost/a")


async def test_behind_a_proxy_plain_addresses_inside_are_refused_as_well() -> None:
    with pytest.raises(RejectedError):
        await fetch("https://169.254.169.254/a", proxy="http://127.0.0.1:9")


@pytest.mark.parametrize(
    "location", ["http://127.0.0.1:1/a", "https://169.254.169.254/a", "file:///etc/passwd"]
)
async def test_a_redirect_is_looked_at_like_the_first_address(location: str) -> None:
    with pytest.raises(RejectedError):
        await _redirected(location)


async def test_a_redirect_within_the_same_server_is_followed() -> None:
    assert await _redirected("/file") == b"content"


async def test_circles_end() -> None:
    with pytest.raises(RejectedError, match="circles"):
        await _redirected("/a")


async def _redirected(location: str) -> bytes:
    """Fetch from a server that sends `/a` to `location`."""

    async def lead(_request: web.Request) -> web.Response:
        return web.Response(status=302, headers={"Location": location})

    async def give(_request: web.Request) -> web.Response:
        return web.Response(body=b"content")

    app = web.Application()
    app.router.add_get("/a", lead)
    app.router.add_get("/file", give)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    home = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        return await fetch(f"{home}/a", api_base=f"{home}/pa")
    finally:
        await runner.cleanup()


async def test_an_error_quotes_no_address_of_the_customers() -> None:
    for url in ("https://localhost/canary", "http://canary.example/", "https://canary.invalid/"):
        with pytest.raises(SendError) as caught:
            await fetch(url)
        assert "canary" not in str(caught.value)
        assert caught.value.__cause__ is None
