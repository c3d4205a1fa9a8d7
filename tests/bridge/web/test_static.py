"""Built front ends: the right type, kept for as long as their name says, and nothing else."""

import gzip
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from litestar import Request, Response, get
from litestar.params import FromPath

from bridge.web import BuiltFiles, page_headers, site_at
from tests.bridge.web.helpers import HOME, error, serving

SCRIPT = b"export const hello = 'world';\n" * 100


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    built = tmp_path / "static"
    (built / "assets").mkdir(parents=True)
    (built / "index.html").write_text("<!doctype html><title>Привет</title>")
    (built / "assets" / "app-Ab3_x-9Z.js").write_bytes(SCRIPT)
    (built / "assets" / "style-12345678.css").write_text("a{}")
    (built / "assets" / "logo.svg").write_text("<svg/>")
    (built / "assets" / "photo-12345678.png").write_bytes(b"\x89PNG" * 500)
    (built / "notes.exe").write_text("not a type we know")
    (tmp_path / "secret.txt").write_text("top secret")
    (built / "link.txt").symlink_to(tmp_path / "secret.txt")
    return built


@pytest.fixture
async def client(folder: Path) -> AsyncIterator[httpx.AsyncClient]:
    files = BuiltFiles.load(folder)
    headers = page_headers(site_at(HOME), assets=["/assets/"])

    @get("/console", sync_to_thread=False)
    def console(request: Request[Any, Any, Any]) -> Response[bytes]:
        return files.page("index.html", request, headers)

    @get("/files/{name:path}", sync_to_thread=False)
    def file(request: Request[Any, Any, Any], name: FromPath[str]) -> Response[bytes]:
        return files.asset(name, request)

    async with serving([console, file]) as client:
        yield client


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("assets/app-Ab3_x-9Z.js", "text/javascript; charset=utf-8"),
        ("assets/style-12345678.css", "text/css; charset=utf-8"),
        ("assets/logo.svg", "image/svg+xml"),
        ("assets/photo-12345678.png", "image/png"),
    ],
)
async def test_each_file_has_its_own_type(client: httpx.AsyncClient, name: str, kind: str) -> None:
    answered = await client.get(f"/files/{name}")
    assert answered.status_code == 200
    assert answered.headers["content-type"] == kind
    assert answered.headers["x-content-type-options"] == "nosniff"


async def test_a_hashed_name_is_kept_for_ever_and_another_is_asked_for_again(
    client: httpx.AsyncClient,
) -> None:
    hashed = await client.get("/files/assets/app-Ab3_x-9Z.js")
    plain = await client.get("/files/assets/logo.svg")
    assert hashed.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert plain.headers["cache-control"] == "no-cache"


async def test_who_takes_gzip_gets_it_and_who_does_not_gets_the_file(
    client: httpx.AsyncClient,
) -> None:
    url = "/files/assets/app-Ab3_x-9Z.js"
    zipped = await client.get(url, headers={"accept-encoding": "br, gzip"})
    plain = await client.get(url, headers={"accept-encoding": "gzip;q=0, identity"})
    assert zipped.headers["content-encoding"] == "gzip"
    assert int(zipped.headers["content-length"]) == len(gzip.compress(SCRIPT, 9, mtime=0))
    assert "content-encoding" not in plain.headers
    assert zipped.content == plain.content == SCRIPT
    assert zipped.headers["vary"] == plain.headers["vary"] == "Accept-Encoding"
    assert zipped.headers["etag"] != plain.headers["etag"]


async def test_who_has_the_file_already_is_told_so(client: httpx.AsyncClient) -> None:
    first = await client.get("/console")
    tag = first.headers["etag"]
    for known in (tag, f'W/{tag}, "other"', "*"):
        again = await client.get("/console", headers={"if-none-match": known})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == tag
    changed = await client.get("/console", headers={"if-none-match": '"other"'})
    assert changed.status_code == 200


@pytest.mark.parametrize(
    "name",
    [
        "../secret.txt",
        "..%2fsecret.txt",
        "%2e%2e/secret.txt",
        "assets/../../secret.txt",
        "assets/..%5c..%5csecret.txt",
        "/etc/passwd",
        "%2fetc%2fpasswd",
        "assets/app-Ab3_x-9Z.js%00.png",
        "assets/app-Ab3_x-9Z.js/",
        "assets",
        "notes.exe",
        "ASSETS/LOGO.SVG",
        "💥",
    ],
)
async def test_no_name_leads_out_of_what_was_built(client: httpx.AsyncClient, name: str) -> None:
    answered = await client.get(f"/files/{name}")
    assert answered.status_code == 404 or answered.content == SCRIPT
    assert "top secret" not in answered.text
    assert "root:" not in answered.text


async def test_a_link_that_leads_out_was_never_read(folder: Path) -> None:
    assert "link.txt" not in BuiltFiles.load(folder)


async def test_a_page_runs_only_what_was_built_for_it(client: httpx.AsyncClient) -> None:
    answered = await client.get("/console")
    policy = dict(
        part.split(" ", 1) for part in answered.headers["content-security-policy"].split("; ")
    )
    assert policy["default-src"] == "'none'"
    assert policy["frame-ancestors"] == "'none'"
    assert policy["base-uri"] == policy["form-action"] == "'none'"
    sources = policy["script-src"].split()
    assert "http://127.0.0.1:8080/assets/" in sources
    assert "http://localhost:8080/assets/" in sources
    assert all(source.endswith("/assets/") for source in sources)
    assert "ws://127.0.0.1:8080" in policy["connect-src"].split()
    assert "unsafe" not in answered.headers["content-security-policy"]
    assert answered.headers["cross-origin-opener-policy"] == "same-origin"
    assert answered.headers["referrer-policy"] == "no-referrer"


def test_a_page_for_frames_says_whose_and_leaves_the_opener_alone() -> None:
    headers = page_headers(
        site_at("https://support.example.com"),
        assets=["/widget-assets/"],
        frame_ancestors=["'self'", "https://*.example.com"],
    )
    assert "frame-ancestors 'self' https://*.example.com" in headers["content-security-policy"]
    assert headers["cross-origin-resource-policy"] == "cross-origin"
    assert "cross-origin-opener-policy" not in headers


async def test_a_front_end_that_was_not_built_says_what_to_do(tmp_path: Path) -> None:
    files = BuiltFiles.load(tmp_path / "nowhere")

    @get("/console", sync_to_thread=False)
    def console(request: Request[Any, Any, Any]) -> Response[bytes]:
        return files.page("index.html", request, {})

    async with serving([console]) as client:
        answered = await client.get("/console")
    assert answered.status_code == 503
    assert error(answered)["code"] == "not_built"
    assert "make build" in error(answered)["message"]
