"""`/media/{id}` over HTTP: who gets a file, which bytes of it, and as what."""

from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from bridge.channel import AttachmentView, OutboundMedia
from bridge.media import MediaStore
from bridge.models import Attachment
from bridge.store.transactions import Store
from bridge.web.media import Asked, media_routes
from tests.bridge.media.conftest import LIMIT, chunks, picture
from tests.bridge.web.helpers import error, serving
from tests.clock import ManualClock

AGENT = {"cookie": "agent=anna"}
MP3 = b"ID3\x03\0\0\0\0\0\x23TSSE" + bytes(range(256)) * 4


class Shelf:
    """A media store, a client of it, and short ways to use both."""

    def __init__(self, media: MediaStore, client: httpx.AsyncClient) -> None:
        self.media = media
        self.client = client

    async def keep(
        self, content: bytes, name: str = "файл.bin", owner: str = "agent:anna"
    ) -> AttachmentView:
        """Keep a file."""
        return await self.media.receive(chunks(content), name=name, owner=owner, limit=LIMIT)

    async def get(self, url: str, **headers: str) -> httpx.Response:
        """Ask for a file as an agent does."""
        return await self.client.get(url, headers=AGENT | headers)


@pytest.fixture
def media(tmp_path: Path, store: Store, clock: ManualClock) -> MediaStore:
    return MediaStore(store, tmp_path / "media", clock=clock, secret=b"a secret of the tests")


@pytest.fixture
async def shelf(media: MediaStore) -> AsyncIterator[Shelf]:
    async def may_see(request: Asked, row: Attachment) -> bool:
        return request.cookies.get("agent") == "anna"

    async with serving(media_routes(media, may_see)) as client:
        yield Shelf(media, client)


async def test_d22_a_file_is_downloaded_under_its_own_name(shelf: Shelf) -> None:
    kept = await shelf.keep(b"text", "Рахунок 🧾.txt")
    answer = await shelf.get(kept.url)
    assert answer.status_code == 200
    assert answer.content == b"text"
    assert answer.headers["content-length"] == "4"
    assert answer.headers["content-disposition"].startswith("attachment;")
    assert "filename*=UTF-8''%D0%A0" in answer.headers["content-disposition"]
    assert answer.headers["cache-control"].startswith("private")


async def test_d22_an_anonymous_request_learns_nothing_not_even_which_files_exist(
    shelf: Shelf,
) -> None:
    kept = await shelf.keep(b"text")
    real = await shelf.client.get(f"/media/{kept.id}")
    made_up = await shelf.client.get(f"/media/{'0' * 32}")
    assert real.status_code == made_up.status_code == 403
    assert {**error(real), "request_id": ""} == {**error(made_up), "request_id": ""}


@pytest.mark.parametrize("path", ["..%2f..%2fetc%2fpasswd", "%00", "я", "a" * 2000, "previews"])
async def test_whatever_stands_for_an_id_opens_nothing(shelf: Shelf, path: str) -> None:
    assert (await shelf.get(f"/media/{path}")).status_code in (403, 404)


async def test_a_customers_signed_link_opens_its_own_file_in_time_and_no_other(
    shelf: Shelf, clock: ManualClock
) -> None:
    mine = await shelf.keep(b"mine", owner="visitor:site/v1")
    other = await shelf.keep(b"other", owner="visitor:site/v2")
    link = urlsplit(mine.url)
    assert (await shelf.client.get(mine.url)).content == b"mine"
    assert (await shelf.client.get(f"/media/{other.id}?{link.query}")).status_code == 403
    assert (await shelf.client.get(f"/media/{mine.id}?{link.query[:-1]}")).status_code == 403
    assert (await shelf.client.get(f"/media/{mine.id}?sig=&exp=")).status_code == 403
    clock.tick(26 * 3600)
    assert (await shelf.client.get(mine.url)).status_code == 403


async def test_a_page_is_given_out_as_text_that_no_browser_runs(shelf: Shelf) -> None:
    for content in (b"<!doctype html><script>alert(1)</script>", b"<svg onload='alert(1)'/>"):
        kept = await shelf.keep(content, "a.html")
        for url in (f"/media/{kept.id}", f"/media/{kept.id}?download=1"):
            headers = (await shelf.get(url)).headers
            assert headers["content-type"] == "text/plain; charset=utf-8"
            assert headers["content-disposition"].startswith("attachment;")
            assert headers["x-content-type-options"] == "nosniff"
            assert "sandbox" in headers["content-security-policy"]
            assert headers["cross-origin-resource-policy"] == "same-origin"


async def test_a_preview_is_our_own_drawing_shown_in_place(shelf: Shelf) -> None:
    kept = await shelf.keep(picture(), "фото.png")
    assert kept.preview_url is not None
    answer = await shelf.get(kept.preview_url)
    assert answer.headers["content-type"] == "image/webp"
    assert answer.headers["content-disposition"].startswith("inline;")
    assert answer.content[8:12] == b"WEBP"
    original = await shelf.get(f"/media/{kept.id}")
    assert original.headers["content-disposition"].startswith("attachment;")


async def test_there_is_no_preview_of_what_is_no_picture(shelf: Shelf) -> None:
    kept = await shelf.keep(b"text")
    answer = await shelf.get(f"/media/{kept.id}?preview=1")
    assert answer.status_code == 404
    assert error(answer)["code"] == "not_found"


async def test_sound_plays_in_place_and_can_be_downloaded(shelf: Shelf) -> None:
    kept = await shelf.keep(MP3, "a.mp3")
    played = await shelf.get(f"/media/{kept.id}")
    assert played.headers["content-type"] == "audio/mpeg"
    assert played.headers["content-disposition"].startswith("inline;")
    saved = await shelf.get(f"/media/{kept.id}?download=1")
    assert saved.headers["content-disposition"].startswith("attachment;")


SIZE = len(MP3)


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [
        ("bytes=0-", 0, SIZE - 1),
        ("bytes=0-0", 0, 0),
        ("bytes=10-19", 10, 19),
        ("bytes=10-99999999", 10, SIZE - 1),
        ("bytes=-5", SIZE - 5, SIZE - 1),
        ("bytes=-99999999", 0, SIZE - 1),
    ],
)
async def test_a_range_of_a_file_is_given(shelf: Shelf, asked: str, first: int, last: int) -> None:
    kept = await shelf.keep(MP3)
    answer = await shelf.get(f"/media/{kept.id}", range=asked)
    assert answer.status_code == 206
    assert answer.content == MP3[first : last + 1]
    assert answer.headers["content-range"] == f"bytes {first}-{last}/{SIZE}"
    assert answer.headers["content-length"] == str(last - first + 1)


@pytest.mark.parametrize("asked", [f"bytes={SIZE}-", "bytes=-0", "bytes=99999-999999"])
async def test_a_range_beyond_the_file_is_refused(shelf: Shelf, asked: str) -> None:
    kept = await shelf.keep(MP3)
    answer = await shelf.get(f"/media/{kept.id}", range=asked)
    assert answer.status_code == 416
    assert answer.headers["content-range"] == f"bytes */{SIZE}"
    assert answer.content == b""


@pytest.mark.parametrize(
    "asked", ["bytes=", "bytes=-", "bytes=a-b", "bytes=0-1,3-4", "lines=0-1", "bytes=9-2", "١-٢"]
)
async def test_a_range_that_means_nothing_gives_the_whole_file(shelf: Shelf, asked: str) -> None:
    kept = await shelf.keep(MP3)
    headers = [(b"cookie", b"agent=anna"), (b"range", asked.encode())]
    answer = await shelf.client.get(f"/media/{kept.id}", headers=headers)
    assert answer.status_code == 200
    assert answer.content == MP3


async def test_a_head_request_tells_the_size_and_sends_nothing(shelf: Shelf) -> None:
    kept = await shelf.keep(MP3)
    answer = await shelf.client.head(f"/media/{kept.id}", headers=AGENT)
    assert answer.status_code == 200
    assert answer.headers["content-length"] == str(SIZE)
    assert answer.headers["accept-ranges"] == "bytes"
    assert answer.headers["content-type"] == "audio/mpeg"
    assert answer.content == b""
    assert (await shelf.client.head(f"/media/{kept.id}")).status_code == 403


async def test_a_file_that_is_not_there_any_more_is_not_found(shelf: Shelf, tmp_path: Path) -> None:
    kept = await shelf.keep(b"text")
    for path in (tmp_path / "media").rglob("*"):
        if path.is_file():
            path.unlink()
    assert (await shelf.get(kept.url)).status_code == 404


async def test_a_large_file_is_read_in_pieces(shelf: Shelf) -> None:
    content = bytes(1024) * 3000
    kept = await shelf.keep(content)
    answer = await shelf.get(kept.url)
    assert answer.content == content


# --- For networks that fetch a file themselves ---------------------------------------


def sent(kept: AttachmentView) -> OutboundMedia:
    return OutboundMedia(
        public_id=kept.id, kind=kept.kind, name=kept.name, mime=kept.mime, size=kept.size, path=""
    )


async def test_a_network_fetches_a_picture_as_what_it_is_by_a_signed_link(shelf: Shelf) -> None:
    kept = await shelf.keep(picture(), "Таємне ім'я.jpg")
    path = shelf.media.public_path(sent(kept))
    assert urlsplit(path).path == f"/media/{kept.id}/file.png"
    answer = await shelf.client.get(path)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "image/png"
    assert answer.headers["content-disposition"].startswith("attachment;")
    assert answer.headers["x-content-type-options"] == "nosniff"


async def test_a_network_may_ask_for_the_size_alone(shelf: Shelf) -> None:
    kept = await shelf.keep(b"%PDF-1.7", "Рахунок.PDF")
    path = shelf.media.public_path(sent(kept))
    assert urlsplit(path).path.endswith("/file.pdf")
    answer = await shelf.client.head(path)
    assert answer.status_code == 200
    assert answer.headers["content-length"] == "8"
    assert answer.content == b""


async def test_what_a_browser_could_run_is_no_picture_to_a_network_either(shelf: Shelf) -> None:
    kept = await shelf.keep(b"<svg><script>alert(1)</script></svg>", "a.svg")
    answer = await shelf.client.get(shelf.media.public_path(sent(kept)))
    assert answer.headers["content-type"].startswith("text/plain")
    assert answer.headers["content-disposition"].startswith("attachment;")


async def test_a_networks_link_opens_one_file_for_two_weeks_and_needs_its_signature(
    shelf: Shelf, clock: ManualClock
) -> None:
    kept, other = await shelf.keep(picture()), await shelf.keep(b"another")
    path = shelf.media.public_path(sent(kept))
    assert (await shelf.client.get(path.partition("?")[0])).status_code == 403
    assert (await shelf.client.get(path.replace(kept.id, other.id))).status_code == 403
    clock.tick(14 * 86_400)
    assert (await shelf.client.get(path)).status_code == 200
    clock.tick(3601)
    assert (await shelf.client.get(path)).status_code == 403
