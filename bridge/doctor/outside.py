"""What only others can tell: networks of our accounts, addresses of our own and of receivers."""

import asyncio
import contextlib
import socket
import ssl
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

import httpx

from bridge.channel import CanExamine, SendError
from bridge.clock import Clock, CommonClock
from bridge.doctor.findings import Finding, fix_of, well
from bridge.health.checkup import Checkable
from bridge.redis import SharedBudgets
from bridge.settings.addresses import RedisAddress

# What takes longer has failed, in seconds.
WITHIN = 20.0
# A certificate is renewed by then where its renewal works, in days.
SOON = 14
# Signatures of webhooks and one-time links bear this much, in seconds.
SKEW = 60


async def of_account(what: str, where: str, account: Checkable) -> Sequence[Finding]:
    """Ask a network about one inbox or staff surface; `where` is its key in the YAML."""
    try:
        async with asyncio.timeout(WITHIN):
            named = await account.check()
            flaws = await account.examine() if isinstance(account, CanExamine) else []
    except SendError as error:
        return [_flaw(what, where, error)]
    except TimeoutError:
        said, fix = "The network did not answer.", fix_of("timeout", where)
        return [Finding(what=what, state="failed", said=said, fix=fix)]
    except Exception as error:  # noqa: BLE001  # One module's bug must not hide the others.
        said = f"Its module failed: {type(error).__name__}."
        return [Finding(what=what, state="failed", said=said, fix="report this as a bug")]
    return [_flaw(what, where, one) for one in flaws] or [well(what, named)]


def _flaw(what: str, where: str, error: SendError) -> Finding:
    return Finding(what=what, state="failed", said=str(error), fix=fix_of(error.reason, where))


async def of_address(url: str, *, runs: bool) -> Sequence[Finding]:
    """Ask whether our own address is reached, and how long its certificate holds.

    `runs` says whether the program does, without which nobody answers there.
    """
    if not runs:
        return []
    what, found = "public address", []
    try:
        async with httpx.AsyncClient(timeout=WITHIN) as http:
            answer = await http.get(f"{url}/console")
    except httpx.HTTPError as error:
        said = f"{url} is not reached: {error}"
        return [Finding(what=what, state="failed", said=said, fix=_way_to(url))]
    if answer.status_code == httpx.codes.OK and "x-request-id" in answer.headers:
        found.append(well(what, f"{url} is reached from here"))
    else:
        said = f"{url}/console is answered with {answer.status_code}, and not by this program"
        fix = "have the proxy pass everything on (docs/how-to/run-behind-a-proxy.md)"
        found.append(Finding(what=what, state="failed", said=said, fix=fix))
    if url.startswith("https://"):
        found.append(await asyncio.to_thread(_certificate, url))
    return found


def _way_to(url: str) -> str:
    if urlsplit(url).hostname in ("localhost", "127.0.0.1", "::1"):
        # Nothing tells another process what the program was told on its command line.
        return (
            "if the program was started with --listen or PORT=, tell this command the same: "
            "DESKBRIDGE_SERVER__LISTEN=HOST:PORT deskbridge doctor; else mend server.public_url"
        )
    return "see to the proxy, the firewall and the name in server.public_url"


def _certificate(url: str) -> Finding:
    host, port = urlsplit(url).hostname or "", urlsplit(url).port or 443
    what, fix = "certificate", "renew it, and see why that was not done by itself"
    try:
        with (
            socket.create_connection((host, port), timeout=WITHIN) as plain,
            ssl.create_default_context().wrap_socket(plain, server_hostname=host) as secured,
        ):
            told: Any = secured.getpeercert()
    except OSError as error:
        return Finding(what=what, state="failed", said=f"{host}: {error}", fix=fix)
    ends = ssl.cert_time_to_seconds(told["notAfter"])
    days = int((ends - time.time()) // 86400)
    said = f"it is valid until {datetime.fromtimestamp(ends, UTC):%Y-%m-%d}"
    if days >= SOON:
        return well(what, said)
    return Finding(what=what, state="warning", said=f"{said}: {days} days", fix=fix)


async def of_clock(urls: Sequence[str], clock: Clock) -> Sequence[Finding]:
    """Compare the clock we go by with that of a network which tells its own, if one does."""
    async with httpx.AsyncClient(timeout=WITHIN) as http:
        for url in urls:
            with contextlib.suppress(httpx.HTTPError, KeyError, ValueError):
                answer = await http.head(url)
                theirs = parsedate_to_datetime(answer.headers["date"]).timestamp()
                ahead = clock.now() / 1000 - theirs
                return [_skew(ahead, urlsplit(url).hostname or url, clock)]
    return []


def _skew(seconds: float, host: str, clock: Clock) -> Finding:
    # Several machines go by the one of their database's.
    what = "clock of the database" if isinstance(clock, CommonClock) else "clock"
    if abs(seconds) < SKEW:
        return well(what, f"it agrees with that of {host}")
    said = f"it is {abs(seconds):.0f} s {'ahead of' if seconds > 0 else 'behind'} that of {host}"
    fix = "timedatectl set-ntp true"
    return Finding(what=what, state="failed", said=said, fix=fix)


async def of_redis(url: RedisAddress | None) -> Sequence[Finding]:
    """Ask Redis, where the YAML has one, to count as the program does."""
    if url is None:
        return []
    budgets = SharedBudgets(url.reveal(), b"")
    try:
        await budgets.line.prove()
    except OSError as error:
        fix = "correct `redis` in the YAML or mend that server; docs/how-to/share-a-redis.md"
        said = f"{url}: {error}"
        return [Finding(what="redis", state="failed", said=said, fix=fix)]
    finally:
        await budgets.line.close()
    return [well("redis", f"{url} answers in time")]


async def of_receiver(webhook_id: str, url: str) -> Finding:
    """Ask whether a webhook's receiver can be reached; nothing is sent to it."""
    what, parts = f"webhook {webhook_id}", urlsplit(url)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    secured = ssl.create_default_context() if parts.scheme == "https" else None
    try:
        async with asyncio.timeout(WITHIN):
            _, writer = await asyncio.open_connection(parts.hostname, port, ssl=secured)
    except (OSError, TimeoutError) as error:
        said = f"{parts.hostname}:{port} is not reached: {str(error) or 'it does not answer'}"
        fix = f"see to the receiver, then `deskbridge webhook test {webhook_id}`"
        return Finding(what=what, state="failed", said=said, fix=fix)
    writer.close()
    with contextlib.suppress(OSError, TimeoutError):
        async with asyncio.timeout(WITHIN):
            await writer.wait_closed()
    return well(what, f"{parts.hostname}:{port} is reached")
