"""Our own address: which origins and hosts are ours, and who may ask for what."""

import httpx
import pytest
from litestar import get, post

from bridge.web import no_foreign_origin, own_origin_only, sent, site_at
from tests.bridge.web.helpers import HOME, error, serving


@post("/cookie", guards=[own_origin_only(HOME)])
async def cookie() -> None:
    return None


@post("/token", guards=[no_foreign_origin(HOME)])
async def token() -> None:
    return None


@get("/look")
async def look() -> str:
    return "seen"


FOREIGN = [
    "https://evil.example",
    "null",
    "",
    "http://127.0.0.1",
    "http://127.0.0.1:8081",
    "https://127.0.0.1:8080",
    "http://127.0.0.1:8080.evil.example",
    "http://evil.example:8080",
    "http://127.0.0.1:8080/",
    "http://127.0.0.1:8080, https://evil.example",
    "HTTP://127.0.0.1:8080",
]


@pytest.mark.parametrize("origin", FOREIGN)
async def test_a_foreign_or_null_origin_is_refused_everywhere(origin: str) -> None:
    async with serving([cookie, token]) as client:
        for path in ("/cookie", "/token"):
            answered = await client.post(path, headers={"origin": origin})
            assert answered.status_code == 403
            assert error(answered)["code"] == "foreign_origin"


async def test_two_origins_are_none() -> None:
    headers = httpx.Headers([("origin", HOME), ("origin", HOME)])
    async with serving([cookie]) as client:
        answered = await client.post("/cookie", headers=headers)
    assert answered.status_code == 403


async def test_what_a_cookie_authorises_needs_an_origin() -> None:
    async with serving([cookie]) as client:
        assert (await client.post("/cookie")).status_code == 403


async def test_what_a_header_authorises_needs_none() -> None:
    async with serving([token]) as client:
        assert (await client.post("/token")).status_code == 201


@pytest.mark.parametrize(
    "origin", ["http://127.0.0.1:8080", "http://localhost:8080", "http://[::1]:8080"]
)
async def test_on_a_loopback_address_all_its_names_are_ours(origin: str) -> None:
    async with serving([cookie, token]) as client:
        for path in ("/cookie", "/token"):
            answered = await client.post(
                path, headers={"origin": origin, "host": origin.removeprefix("http://")}
            )
            assert answered.status_code == 201


@pytest.mark.parametrize(
    ("public_url", "origins"),
    [
        ("https://Support.Example.com", ("https://support.example.com",)),
        ("https://support.example.com:443/", ("https://support.example.com",)),
        ("http://support.example.com:80", ("http://support.example.com",)),
        ("https://support.example.com:8443", ("https://support.example.com:8443",)),
        ("https://підтримка.example", ("https://xn--80ahmijpip2p.example",)),
        ("https://[2001:db8::1]:8443", ("https://[2001:db8::1]:8443",)),
        (
            "http://localhost:9",
            ("http://localhost:9", "http://127.0.0.1:9", "http://[::1]:9"),
        ),
    ],
)
def test_an_origin_is_written_as_browsers_send_it(
    public_url: str, origins: tuple[str, ...]
) -> None:
    assert site_at(public_url).origins == origins


@pytest.mark.parametrize("wrong", ["support.example.com", "ftp://a.example", "https://", ""])
def test_an_address_that_is_none_is_refused_at_the_start(wrong: str) -> None:
    with pytest.raises(ValueError, match="no http or https address"):
        site_at(wrong)


@pytest.mark.parametrize(
    "host",
    ["support.example.com", "SUPPORT.example.com", "support.example.com:443", "127.0.0.1:9000",
     "localhost", "[::1]:80"],
)  # fmt: skip
async def test_our_own_host_and_a_proxys_loopback_name_are_answered(host: str) -> None:
    async with serving([look], public_url="https://support.example.com") as client:
        assert (await client.get("/look", headers={"host": host})).status_code == 200


@pytest.mark.parametrize(
    "host",
    ["evil.example", "evil.example:8080", "support.example.com.evil.example",
     "127.0.0.1.evil.example", "support.example.com:8443", "localhost.evil.example", "a@localhost"],
)  # fmt: skip
async def test_another_host_is_told_our_address_and_nothing_more(host: str) -> None:
    async with serving([look], public_url="https://support.example.com") as client:
        answered = await client.get("/look", headers={"host": host})
    assert answered.status_code in (400, 421)
    assert "seen" not in answered.text


async def test_two_hosts_are_none() -> None:
    headers = httpx.Headers([("host", "127.0.0.1:8080"), ("host", "127.0.0.1:8080")])
    async with serving([look]) as client:
        assert (await client.get("/look", headers=headers)).status_code == 421


async def test_an_endless_address_is_refused_before_it_is_remembered() -> None:
    async with serving([look]) as client:
        for address in ("/look?" + "a" * 5000, "/" + "a" * 5000):
            answered = await client.get(address)
            assert answered.status_code == 414
            assert error(answered)["code"] == "address_too_long"


def test_an_origin_is_seen_however_its_name_was_written() -> None:
    headers = [(b"host", b"here"), (b"oRiGiN", b"https://evil.example"), (b"origin", b"null")]
    scope = {"type": "websocket", "headers": headers}
    assert sent(scope, "origin") == ["https://evil.example", "null"]
    assert sent(scope, "cookie") == []
