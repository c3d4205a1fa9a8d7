"""Where a visitor is and with what: put together from what the page and the request tell.

What the settings do not collect is dropped here, before anything keeps it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import urlsplit

from bridge.channel import Visit
from bridge.web import TrustedProxies, anonymised
from bridge.web.devices import UNKNOWN, Device, Devices
from bridge.web.site import Connection
from channels.widget.protocol import VisitReport
from channels.widget.settings import Collect

LONGEST_URL = 2_000
LONGEST_TITLE = 300
LONGEST_VALUE = 200
MOST_UTM = 10
# A tab left open for a month is a tab nobody looks at.
LONGEST_VISIT = 30 * 86_400_000

_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f]")
_SCREEN = re.compile(r"\d{1,5}x\d{1,5}")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*")


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the request itself tells, whatever the page says."""

    ip: str | None = None
    device: Device = UNKNOWN


@dataclass(frozen=True, slots=True)
class Story:
    """What is known of one visit so far, but for its pages."""

    surroundings: Surroundings = Surroundings()
    first_url: str | None = None
    first_title: str | None = None
    referrer: str | None = None
    screen: str | None = None
    language: str | None = None
    started_at: int | None = None
    utm: Mapping[str, str] = field(default_factory=dict)
    source: str | None = None


class Collector:
    """Turns reports into facts, as far as `collect` allows."""

    def __init__(self, collect: Collect, proxies: TrustedProxies, devices: Devices) -> None:
        """Share `devices` between inboxes: they see the same browsers."""
        self._collect = collect
        self._proxies = proxies
        self._devices = devices

    async def surroundings(self, connection: Connection) -> Surroundings:
        """Return what the request tells by itself."""
        device = UNKNOWN
        if self._collect.screen:
            device = await self._devices.of(connection.headers.get("user-agent", ""))
        return Surroundings(self._ip(connection), device)

    def _ip(self, connection: Connection) -> str | None:
        address = self._proxies.client(connection) if self._collect.ip else None
        if address is None:
            return None
        return anonymised(address) if self._collect.ip == "anonymised" else str(address)

    def story(self, told: VisitReport, around: Surroundings, now: int) -> Story:
        """Return the visit as a report tells it."""
        first = told.first_url or told.url
        title = told.first_title if told.first_url else told.title
        utm = self._utm(told)
        return Story(
            surroundings=around,
            first_url=self.url(first),
            first_title=self.title(title),
            referrer=web_address(told.referrer) if self._collect.utm else None,
            screen=_screen(told.screen) if self._collect.screen else None,
            language=language(told.language),
            started_at=_started(told.started_at, now),
            utm=utm,
            source=_source(told, utm) if self._collect.utm else None,
        )

    def _utm(self, told: VisitReport) -> dict[str, str]:
        if not self._collect.utm or not told.utm:
            return {}
        kept = list(told.utm.items())[:MOST_UTM]
        return {clean(k, 50): clean(v, LONGEST_VALUE) for k, v in kept if clean(v, 1)}

    def url(self, url: str | None) -> str | None:
        """Return a page's address, if pages are collected."""
        return web_address(url) if self._collect.page else None

    def title(self, title: str | None) -> str | None:
        """Return a page's title, if pages are collected."""
        return (clean(title, LONGEST_TITLE) or None) if title and self._collect.page else None

    def visit(
        self, story: Story, *, url: str | None, title: str | None, pages: int, online: bool
    ) -> Visit:
        """Return the visit as agents see it."""
        around = story.surroundings
        return Visit(
            url=url,
            title=title,
            first_url=story.first_url,
            first_title=story.first_title,
            referrer=story.referrer,
            browser=around.device.browser,
            os=around.device.os,
            device=around.device.device,
            screen=story.screen,
            language=story.language,
            ip=around.ip,
            utm=story.utm,
            source=story.source,
            started_at=story.started_at,
            open_pages=pages if self._collect.page else 0,
            online=online,
        )


def merged(old: Story, new: Story) -> Story:
    """Return the story after another report: what it does not tell stays as it was."""
    told = {name: getattr(new, name) for name in Story.__slots__ if getattr(new, name)}
    return replace(old, **told)


def clean(text: str, limit: int) -> str:
    """Return the text without control characters, and no longer than a panel can show."""
    return _CONTROL.sub("", text).strip()[:limit]


def web_address(url: str | None) -> str | None:
    """Return an address that may safely become a link, without a password in it."""
    if not url:
        return None
    url = clean(url, LONGEST_URL)
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    if parts.scheme.lower() not in ("http", "https") or not parts.netloc:
        return None
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()


def language(told: str | None) -> str | None:
    """Return a language as browsers name it, or `None`."""
    return told if told and _LANGUAGE.fullmatch(told) else None


def primary_language(told: str | None) -> str | None:
    """Return the language alone: `uk` of `uk-UA`."""
    known = language(told)
    return known.partition("-")[0].lower() if known else None


def _screen(told: str | None) -> str | None:
    return told if told and _SCREEN.fullmatch(told) else None


def _started(told: int | None, now: int) -> int | None:
    if told is None:
        return None
    return told if now - LONGEST_VISIT < told <= now else now


def _source(told: VisitReport, utm: Mapping[str, str]) -> str:
    """Name where the visitor came from: a campaign, another site, or nowhere we know of."""
    tagged = utm.get("utm_source") or utm.get("source")
    if tagged:
        return tagged
    referrer = _host(told.referrer)
    own = _host(told.first_url or told.url)
    return referrer if referrer and referrer != own else "direct"


def _host(url: str | None) -> str | None:
    address = web_address(url)
    host = urlsplit(address).hostname if address else None
    return host.removeprefix("www.") if host else None
