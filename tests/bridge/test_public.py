"""Nothing that somebody else has chosen leads inside (RELIABILITY.md, row 6).

Holes of this kind were made by one spelling that was forgotten: so here is every one that is
known, and whoever fetches or sends is tried with each.
"""

import asyncio
import contextlib
import ipaddress
import socket
from typing import Any

import aiohttp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.channel import SendError
from bridge.public import is_public, public_socket
from bridge.settings import Secret, Webhook
from bridge.webhooks.sending import Sender
from channels.viber.downloads import Downloads
from channels.viber.settings import ViberSettings
from channels.vk.settings import VkSettings
from channels.vk.wire import Wire

INSIDE = [
    # This host, and the nets of a house (RFC 1122, 1918, 6598).
    "0.0.0.0", "0.1.2.3", "127.0.0.1", "127.1.2.3", "127.255.255.254", "10.0.0.0", "10.255.255.255",
    "172.16.0.1", "172.31.255.255", "192.168.0.1", "192.168.255.255", "100.64.0.1",
    "100.127.255.254",
    # Where clouds keep what a machine may do.
    "169.254.169.254", "169.254.170.2", "169.254.0.1", "100.100.100.200", "192.0.0.192",
    "fd00:ec2::254", "fe80::a9fe:a9fe",
    # Protocols, documents, tests, relays, many at once, and what was never given out.
    "192.0.0.1", "192.0.0.170", "192.0.2.1", "198.51.100.1", "203.0.113.1", "198.18.0.1",
    "198.19.255.255", "192.88.99.1", "224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255",
    # IPv6 of the same kinds.
    "::", "::1", "fc00::1", "fdff::1", "fe80::1", "fe80::1%eth0", "febf::1", "fec0::1", "ff02::1",
    "ff0e::1", "100::1", "2001:db8::1", "2001::1", "2001:2::1", "2001:10::1", "2001:20::1",
    "3fff::1", "5f00::1", "4000::1", "8000::1", "e000::1",
    # IPv4 within IPv6: mapped, compatible, translated, by a translator of the house.
    "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "::ffff:7f00:1", "::ffff:0:0",
    "::127.0.0.1", "::7f00:1", "::a9fe:a9fe", "::ffff:0:127.0.0.1", "::ffff:0:a00:1",
    "64:ff9b::127.0.0.1", "64:ff9b::10.0.0.1", "64:ff9b::a9fe:a9fe", "64:ff9b::",
    "64:ff9b:1::7f00:1", "64:ff9b:1:fffe::8.8.8.8",
    # Through tunnels: 6to4, Teredo, ISATAP.
    "2002:7f00:1::", "2002:a00:1::1", "2002:a9fe:a9fe::", "2002:c0a8:101::1", "2002:e000:1::",
    "2001:0:4136:e378:8000:63bf:80ff:fffe", "2001:0:7f00:1::", "2001:db8::5efe:127.0.0.1",
    "2a00:1450::5efe:127.0.0.1", "2a00:1450::200:5efe:10.0.0.1", "2a00:1450::5efe:169.254.169.254",
]  # fmt: skip
PUBLIC = [
    "1.1.1.1", "8.8.8.8", "93.184.216.34", "172.15.255.255", "172.32.0.1", "100.63.255.255",
    "100.128.0.1", "169.253.1.1", "192.0.1.1", "223.255.255.254", "2606:4700:4700::1111",
    "2a00:1450:4001:81b::200e", "64:ff9b::8.8.8.8", "::ffff:8.8.8.8", "2002:808:808::1",
]  # fmt: skip
# Spellings of 127.0.0.1 and 169.254.169.254 that one system or another takes for an address.
SPELT = [
    "2130706433", "0x7f000001", "0x7f.0.0.1", "0177.0.0.1", "017700000001", "127.1", "127.0.1",
    "0", "0x0", "00", "0x7f.1", "127.0.0.1.", "127.000.000.001", "0x7f.0x0.0x0.0x1", "2852039166",
    "0xa9fea9fe", "0xa9.0xfe.0xa9.0xfe", "0251.0376.0251.0376", "169.254.43518", "localhost",
    "localhost.", "LOCALHOST", "ip6-localhost", "①②⑦.⓪.⓪.①", "127。0。0。1",
]  # fmt: skip
ODD = [
    "https://user@127.0.0.1/a", "https://8.8.8.8@127.0.0.1/a", "https://127.0.0.1#@8.8.8.8/a",
    "https://127.0.0.1\\@8.8.8.8/a", "https://127.0.0.1%2f@8.8.8.8/", "https:///a", "https://",
    "http://8.8.8.8/a", "ftp://example.com/a", "file:///etc/passwd", "gopher://127.0.0.1:6379/_x",
    "data:text/plain,x", "unix:///run/x.sock", "//127.0.0.1/a", "nonsense", "", "https://[::1",
    "https://[::1%25lo]/a", "https://127.0.0.1:99999/a", "HTTPS://127.0.0.1/a",
    " https://127.0.0.1/a",
    "https://127.0.0.1\t/a", "https://127.0.0.1\r\nHost: x/a",
]  # fmt: skip


def test_there_are_more_than_eighty_ways_inside() -> None:
    assert len({*INSIDE, *SPELT, *ODD}) >= 120


@pytest.mark.parametrize("address", INSIDE)
def test_an_address_inside_is_not_public_and_gets_no_socket(address: str) -> None:
    assert not is_public(address)
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with pytest.raises(OSError, match="not public"):
        public_socket((family, socket.SOCK_STREAM, 6, "", (address, 443)))


@pytest.mark.parametrize("address", PUBLIC)
def test_an_address_of_the_internet_is_public(address: str) -> None:
    assert is_public(address)


@given(st.ip_addresses(v=4))
def test_an_address_of_ipv4_is_no_more_public_in_any_disguise(
    address: ipaddress.IPv4Address,
) -> None:
    low, whole = f"{address}", is_public(str(address))
    high = int(address)
    six = f"2002:{high >> 16:x}:{high & 0xFFFF:x}::1"
    for disguise in (f"::ffff:{low}", f"64:ff9b::{low}", six, f"2a00:1450::5efe:{low}"):
        assert is_public(disguise) <= whole, disguise
    assert not is_public(f"::{low}")


class Watched:
    """What this process has begun a connection to."""

    def __init__(self) -> None:
        """Nothing yet."""
        self.inside: list[str] = []


@pytest.fixture
async def watched(monkeypatch: pytest.MonkeyPatch) -> Watched:
    """Watch every connection of the event loop, the lowest place there is for it."""
    seen = Watched()
    loop = asyncio.get_running_loop()

    async def connect(_sock: socket.socket, address: Any) -> None:
        if not is_public(str(address[0])):
            seen.inside.append(str(address[0]))
        raise ConnectionRefusedError

    monkeypatch.setattr(loop, "sock_connect", connect)
    return seen


def _resolving_to(monkeypatch: pytest.MonkeyPatch, *answers: str) -> None:
    """Have every name be answered with these addresses, each question with the next."""
    asked = 0

    async def getaddrinfo(*_: object, **__: object) -> list[Any]:
        nonlocal asked
        address = answers[min(asked, len(answers) - 1)]
        asked += 1
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        rest = (443, 0, 0) if ":" in address else (443,)
        return [(family, socket.SOCK_STREAM, 6, "", (address, *rest))]

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", getaddrinfo)


def _in_url(host: str) -> str:
    return f"https://[{host}]/a" if ":" in host else f"https://{host}/a"


async def _fetch(url: str) -> None:
    """Have each network fetch it that is told addresses from outside."""
    viber = ViberSettings.model_validate({"token": Secret("0123456789-0123456789-0123456789")})
    vk = VkSettings.model_validate({"token": Secret("vk1.a.x"), "group_id": 1, "mode": "longpoll"})
    for fetched in (Downloads(viber).fetch(url), Wire(vk).download(url)):
        with pytest.raises(SendError):
            async for _ in fetched:
                pass


async def _send(url: str) -> str:
    hook = {"url": Secret(url), "secret": Secret("whsec_" + "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")}
    async with Sender(Webhook.model_validate(hook), timeout=5) as sender:
        return (await sender.send("id", "{}", 0)).reason


@pytest.mark.parametrize("url", [*map(_in_url, [*INSIDE, *SPELT]), *ODD])
async def test_what_a_customer_names_is_never_fetched_from_inside(
    watched: Watched, url: str
) -> None:
    await _fetch(url)

    assert watched.inside == []


@pytest.mark.parametrize("address", [one for one in INSIDE if "%" not in one])
async def test_a_name_that_leads_inside_is_not_followed_wherever_it_led_before(
    watched: Watched, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    _resolving_to(monkeypatch, "8.8.8.8", address)
    await _fetch("https://rebinding.example/a")
    await _fetch("https://rebinding.example/a")
    _resolving_to(monkeypatch, address)
    assert await _send("https://rebinding.example/a") == "private_address"

    assert watched.inside == []


@pytest.mark.parametrize("host", [*INSIDE, *SPELT])
async def test_a_webhook_reaches_nothing_inside(watched: Watched, host: str) -> None:
    # Some are no address of a webhook to begin with.
    with contextlib.suppress(ValueError, aiohttp.InvalidURL):
        assert await _send(_in_url(host)) in ("private_address", "unreachable")

    assert watched.inside == []
