"""Whose address counts: never one that anybody could have written."""

import logging
from collections.abc import Sequence
from ipaddress import ip_address
from typing import Any

import pytest
from litestar.connection import ASGIConnection

from bridge.web import TrustedProxies, anonymised, bucket_key


def client(
    peer: str | None, *forwarded: str, trusted: Sequence[str] = ("10.0.0.0/8", "::1")
) -> str | None:
    """Return whom `peer` with these X-Forwarded-For headers is taken for."""
    scope: Any = {
        "type": "http",
        "client": (peer, 1234) if peer is not None else None,
        "headers": [(b"x-forwarded-for", value.encode("latin-1")) for value in forwarded],
    }
    found = TrustedProxies(trusted).client(ASGIConnection(scope))
    return None if found is None else str(found)


def test_without_a_proxy_the_peer_is_the_client() -> None:
    assert client("203.0.113.7") == "203.0.113.7"


def test_a_header_from_somebody_untrusted_is_not_believed() -> None:
    assert client("203.0.113.7", "1.2.3.4") == "203.0.113.7"


def test_a_trusted_proxy_tells_the_client() -> None:
    assert client("10.0.0.1", "203.0.113.7") == "203.0.113.7"


def test_what_stands_left_of_the_first_untrusted_hop_is_never_taken() -> None:
    assert client("10.0.0.1", "1.1.1.1, 2.2.2.2, 203.0.113.7, 10.0.0.2") == "203.0.113.7"


def test_several_headers_count_as_one_in_their_order() -> None:
    assert client("10.0.0.1", "1.1.1.1", "203.0.113.7") == "203.0.113.7"


def test_if_every_hop_is_trusted_the_outermost_is_the_client() -> None:
    assert client("10.0.0.1", "10.0.0.9, 10.0.0.2") == "10.0.0.9"


@pytest.mark.parametrize(
    "hop", ["unknown", "_hidden", "", "203.0.113.7; DROP", "<script>", "999.1.1.1", "::ffff:"]
)
def test_a_hop_that_is_no_address_ends_the_walk(hop: str) -> None:
    assert client("10.0.0.1", f"1.1.1.1, {hop}") == "10.0.0.1"


@pytest.mark.parametrize(
    ("hop", "read"),
    [
        ("203.0.113.7:4711", "203.0.113.7"),
        ('"[2001:db8::7]:4711"', "2001:db8::7"),
        ("[2001:db8::7]", "2001:db8::7"),
        ("2001:db8::7", "2001:db8::7"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("fe80::1%eth0", "fe80::1"),
    ],
)
def test_an_address_is_read_as_proxies_write_it(hop: str, read: str) -> None:
    assert client("10.0.0.1", hop) == read


def test_a_mapped_peer_is_the_proxy_it_is() -> None:
    assert client("::ffff:10.0.0.1", "203.0.113.7") == "203.0.113.7"


def test_a_chain_longer_than_any_real_one_is_cut_from_the_right() -> None:
    chain = ", ".join(["1.1.1.1"] * 5000 + ["203.0.113.7"])
    assert client("10.0.0.1", chain) == "203.0.113.7"


def test_a_peer_without_an_address_is_nobody() -> None:
    assert client(None, "1.1.1.1") is None


def test_an_unbelieved_header_is_told_once_without_what_it_says(
    caplog: pytest.LogCaptureFixture,
) -> None:
    proxies = TrustedProxies([])
    scope: Any = {
        "type": "http",
        "client": ("127.0.0.1", 1),
        "headers": [(b"x-forwarded-for", b"canary")],
    }
    with caplog.at_level(logging.WARNING):
        for _ in range(3):
            proxies.client(ASGIConnection(scope))
    assert len(caplog.records) == 1
    assert "trusted_proxies" in caplog.text
    assert "canary" not in caplog.text


def test_a_network_that_is_none_is_refused_at_the_start() -> None:
    with pytest.raises(ValueError, match="does not appear to be"):
        TrustedProxies(["everybody"])


@pytest.mark.parametrize(
    ("whole", "cut"),
    [
        ("203.0.113.77", "203.0.113.0"),
        ("2001:db8:aaaa:bbbb::77", "2001:db8:aaaa::"),
    ],
)
def test_d32_an_anonymised_address_has_lost_its_end(whole: str, cut: str) -> None:
    assert anonymised(ip_address(whole)) == cut


def test_a_home_with_many_ipv6_addresses_is_one_caller() -> None:
    keys = {bucket_key(ip_address(f"2001:db8:1:2::{n:x}")) for n in range(1, 9)}
    assert keys == {"2001:db8:1:2::"}
    assert bucket_key(ip_address("203.0.113.7")) == "203.0.113.7"
    assert bucket_key(None) == "unknown"
