"""A message as it was sent, HTML and all, for a sandboxed frame of the console.

What a stranger wrote is held by several walls, each enough by itself: it was cleaned when
it came and is cleaned again here; its policy lets nothing run and nothing load; and the
sandbox gives it an origin of its own, so that even a script could reach no cookie, no API
and no other window of ours.

Links stay links, since a mail of which one can follow nothing is no mail: they open in a
window that is outside the sandbox, as the page there needs, and that knows neither who
opened it nor from where. Each one's title says where it leads.
"""

import asyncio
import base64
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from litestar import Response, get
from litestar.params import FromQuery

from agent_console import actions
from agent_console.cards import shapes as w
from agent_console.web.api.given import Given, Me, PathId
from agent_console.web.auth import Caller
from agent_console.web.console import Console
from bridge.markup.htmlclean import count_remote, shown
from bridge.media import PICTURES
from bridge.models import Agent, Attachment
from bridge.store import messages as m
from bridge.store.transactions import Tx
from routing.desk import Desk
from routing.refusal import RefusedError

# What the console's own page may show in a frame.
ORIGINALS = "/api/originals/"
# A sandbox without our origin sends no cookie, so pictures that came with the mail stand in
# the page itself; those beyond this many bytes are among the files of the message anyway.
MOST_PICTURES = 10 * 1024 * 1024
# Cleaning lengthens what came, which had a million characters at most.
_LONGEST = 16 * 1024 * 1024

# Mails are written for light paper, and many set half of their colours only.
_PAGE = """<!doctype html>
<html><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta name="referrer" content="no-referrer"><base target="_blank"><title>&#8203;</title>
<style>
:root {{ color-scheme: light; background: #fff; color: #1b1e24; }}
body {{ margin: 16px; font: 14px/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }}
img {{ max-width: 100%; height: auto; }}
pre {{ white-space: pre-wrap; }}
</style></head><body>{body}</body></html>
"""


class AboutOriginal(w.Shape, frozen=True, kw_only=True, gc=False):
    """Where the page is, and how many pictures it would load from elsewhere if asked."""

    url: str
    remote_pictures: int


@dataclass(frozen=True, slots=True)
class _Original:
    """The page that was kept, and the pictures that came with it, by their public ids."""

    page: Path
    pictures: Mapping[str, tuple[str, Path]]


@get("/messages/{message_id:int}/original")
async def about(console: Given, me: Me, message_id: PathId) -> AboutOriginal:
    """Tell of a message as it was sent."""
    original = await _found(console, me, message_id)
    count = count_remote(await asyncio.to_thread(_read, original.page))
    return AboutOriginal(url=f"{ORIGINALS}{message_id}", remote_pictures=count)


@get("/originals/{message_id:int}")
async def page(
    console: Given, me: Me, message_id: PathId, *, remote_pictures: FromQuery[bool] = False
) -> Response[bytes]:
    """Return a message as it was sent; `remote_pictures` loads what its sender can see loaded."""
    original = await _found(console, me, message_id)
    html = await asyncio.to_thread(_drawn, original, remote=remote_pictures)
    return Response(
        html.encode(errors="replace"),
        media_type="text/html",
        headers={"content-security-policy": _policy(remote=remote_pictures)},
    )


def _policy(*, remote: bool) -> str:
    return "; ".join(
        [
            "sandbox allow-popups allow-popups-to-escape-sandbox",
            "default-src 'none'",
            "img-src data: https:" if remote else "img-src data:",
            "style-src 'unsafe-inline'",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'self'",
        ]
    )


async def _found(console: Console, me: Caller, message_id: int) -> _Original:
    """Return the original; raises `ApiError` (404) where there is none, or none any more."""
    files = await console.read(_files, console.desk, me.agent, message_id)
    ready = [one for one in files if one.state == "ready"]
    return _Original(
        page=next(console.media.path(one) for one in ready if one.role == "original"),
        pictures={
            one.public_id: (one.mime, console.media.path(one))
            for one in ready
            if one.role == "attachment" and one.mime in PICTURES
        },
    )


def _files(tx: Tx, desk: Desk, me: Agent, message_id: int) -> list[Attachment]:
    message = actions.seen_message(tx, desk, me, message_id)
    if message.deleted_at is not None:
        raise RefusedError("not_found")
    files = tx.all(m.ATTACHMENTS_OF, message_id=message_id)
    if not any(one.role == "original" and one.state == "ready" for one in files):
        raise RefusedError("not_found")
    return files


def _drawn(original: _Original, *, remote: bool) -> str:
    html = _read(original.page)
    body = shown(html, _Inlined(original.pictures, MOST_PICTURES), remote=remote)
    return _PAGE.format(body=body)


def _read(path: Path) -> str:
    with path.open("rb") as file:
        return file.read(_LONGEST).decode(errors="replace")


@dataclass(slots=True)
class _Inlined:
    """Gives pictures as addresses that hold them. Each showing of one counts."""

    pictures: Mapping[str, tuple[str, Path]]
    left: int

    def __call__(self, public_id: str) -> str | None:
        mime, path = self.pictures.get(public_id, ("", None))
        if path is None or (size := path.stat().st_size) > self.left:
            return None
        self.left -= size
        return f"data:{mime};base64,{base64.b64encode(path.read_bytes()).decode()}"


HANDLERS = [about, page]
