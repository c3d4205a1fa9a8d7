"""What fails behind a SOCKS5 proxy fails as it does without one: in aiohttp's words."""

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from bridge.proxy import REFUSALS, way_out
from tests.servers import certificate
from tests.socks import socks_proxy


async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        if await reader.read(65536):
            said = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello"
            writer.write(said)
        writer.close()
        await writer.wait_closed()


@contextlib.asynccontextmanager
async def served(context: ssl.SSLContext | None = None) -> AsyncIterator[int]:
    under_way: set[asyncio.Task[None]] = set()

    def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(answer(reader, writer))
        under_way.add(task)

    server = await asyncio.start_server(accept, "127.0.0.1", 0, ssl=context)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        await asyncio.gather(*under_way, return_exceptions=True)


@pytest.fixture(scope="module")
def proof(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Return a certificate for localhost, and its key."""
    return certificate(tmp_path_factory.mktemp("tls"))


def with_tls(proof: tuple[Path, Path]) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*proof)
    return context


async def got(url: str, proxy: str, **more: ssl.SSLContext) -> str:
    try:
        async with (
            aiohttp.ClientSession(**way_out(proxy, **more)) as http,
            http.get(url) as answered,
        ):
            return await answered.text()
    finally:
        # Whoever is told goodbye in TLS hears it in the loop's next turns.
        await asyncio.sleep(0.02)


async def test_tls_is_between_us_and_the_server_and_not_the_proxys(
    proof: tuple[Path, Path],
) -> None:
    trusting = ssl.create_default_context(cafile=str(proof[0]))
    async with served(with_tls(proof)) as port, socks_proxy() as proxy:
        assert await got(f"https://localhost:{port}/", proxy.url(), ssl=trusting) == "hello"
        assert proxy.asked == ["localhost"]


async def test_a_certificate_that_proves_nothing_is_told_as_such(proof: tuple[Path, Path]) -> None:
    async with served(with_tls(proof)) as port, socks_proxy() as proxy:
        with pytest.raises(aiohttp.ClientConnectorCertificateError):
            await got(f"https://localhost:{port}/", proxy.url())


async def test_a_server_that_speaks_no_tls_is_told_as_such() -> None:
    async with served() as port, socks_proxy() as proxy:
        with pytest.raises(aiohttp.ClientConnectorError):
            await got(f"https://localhost:{port}/", proxy.url())


async def test_a_server_that_the_proxy_does_not_reach_is_a_refusal() -> None:
    async with socks_proxy() as proxy:
        with pytest.raises(REFUSALS):
            await got("http://shop.invalid:1/", proxy.url())


async def test_a_proxy_that_is_none_is_a_refusal() -> None:
    async with served() as port:
        with pytest.raises(REFUSALS):
            await got("http://shop.invalid/", f"socks5://127.0.0.1:{port}")


async def test_without_a_proxy_and_with_one_of_http_aiohttp_does_as_ever() -> None:
    async with served() as port:
        assert await got("http://shop.invalid/", f"http://127.0.0.1:{port}") == "hello"
        async with (
            aiohttp.ClientSession(**way_out(None)) as http,
            http.get(f"http://127.0.0.1:{port}/") as answered,
        ):
            assert await answered.text() == "hello"
