"""The loader, the frame's page and the configuration: who gets them, and with what headers."""

from pathlib import Path

import pytest

from bridge.web import BuiltFiles, create_app, site_at
from channels.widget import pages
from channels.widget.origins import AllowedOrigins
from tests.channels.widget.desk import HOME, KEY, Desk

SHOP = "https://shop.example.com"


@pytest.fixture(autouse=True)
def built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stand in for what the front end is built into."""
    (tmp_path / "frame" / "assets").mkdir(parents=True)
    (tmp_path / "demo").mkdir()
    (tmp_path / "w.js").write_text("(()=>{})()")
    (tmp_path / "frame" / "index.html").write_text("<!doctype html><title>frame</title>")
    (tmp_path / "frame" / "assets" / "app-Ab3_x-9Z.js").write_text("export {}")
    page = '<!doctype html><script async src="/w.js" data-key="{{key}}"></script>'
    (tmp_path / "demo" / "index.html").write_text(page)
    (tmp_path / "demo" / "shop.css").write_text("a{}")
    files = BuiltFiles.load(tmp_path)
    monkeypatch.setattr(pages, "built", lambda: files)


@pytest.fixture
def desk() -> Desk:
    return Desk(
        origins=[SHOP, "https://*.example.org", "http://localhost:3000"],
        greeting={"en": "How can we help?", "uk": "Чим допомогти?"},
        pre_chat=[{"field": "name"}, {"field": "order", "required": False, "label": "Order"}],
        theme={"color": "#1f6feb", "position": "left", "mode": "dark"},
        collect={"ip": "anonymised", "utm": False},
    )


# --- the configuration ---


async def test_the_configuration_is_in_the_visitors_language(desk: Desk) -> None:
    async with desk.client() as client:
        answered = await client.get(f"/widget/{KEY}/api/config?locale=uk-UA")
    assert answered.json() == {
        "key": KEY,
        "name": "Наш сайт",
        "greeting": "Чим допомогти?",
        "theme": {"color": "#1f6feb", "position": "left", "mode": "dark"},
        "locale": "uk",
        "locales": ["en", "ru", "uk", "es"],
        "pre_chat": [
            {"field": "name", "required": True},
            {"field": "order", "required": False, "label": "Order"},
        ],
        "max_upload": 4096,
        "max_length": 2000,
        "collect": {"page": True, "utm": False, "screen": True, "ip": True},
        "continue_via": [],
    }


async def test_a_title_stands_for_the_inbox_s_name_in_the_visitors_language() -> None:
    desk = Desk(title={"en": "Support", "uk": "Служба підтримки"})
    async with desk.client() as client:
        names = [
            (await client.get(f"/widget/{KEY}/api/config?locale={one}")).json()["name"]
            for one in ("uk", "es")
        ]
    assert names == ["Служба підтримки", "Support"]


async def test_nothing_secret_is_in_the_configuration(desk: Desk) -> None:
    async with desk.client() as client:
        told = (await client.get(f"/widget/{KEY}/api/config")).text
    assert "canary" not in told
    assert "origins" not in told


@pytest.mark.parametrize(
    "origin",
    [SHOP, "https://a.example.org", "https://a.b.example.org", "http://localhost:3000", HOME,
     "http://localhost:8080"],
)  # fmt: skip
async def test_an_allowed_site_may_read_it(desk: Desk, origin: str) -> None:
    async with desk.client() as client:
        answered = await client.get(f"/widget/{KEY}/api/config", headers={"origin": origin})
    assert answered.status_code == 200
    assert answered.headers["access-control-allow-origin"] == origin
    assert answered.headers["cross-origin-resource-policy"] == "cross-origin"
    assert "access-control-allow-credentials" not in answered.headers
    assert "Origin" in answered.headers["vary"]


FOREIGN = [
    "https://evil.example",
    "null",
    "",
    "http://shop.example.com",
    "https://shop.example.com:8443",
    "https://shop.example.com.evil.example",
    "https://evilshop.example.com",
    "https://example.org",
    "https://.example.org",
    "https://evilexample.org",
    "https://a.example.org.evil.example",
    "https://evil.example/.example.org",
    "https://evil.example#.example.org",
    "https://evil.example?.example.org",
    "https://evil.example\\.example.org",
    "https://user@a.example.org",
    "https://a.example.org:8443",
    "http://a.example.org",
    "HTTPS://A.EXAMPLE.ORG/",
    "*",
    "https://*.example.org",
]


@pytest.mark.parametrize("origin", FOREIGN)
async def test_any_other_site_may_not(desk: Desk, origin: str) -> None:
    async with desk.client() as client:
        answered = await client.get(f"/widget/{KEY}/api/config", headers={"origin": origin})
    assert answered.status_code == 403
    assert "access-control-allow-origin" not in answered.headers
    assert KEY not in answered.text


@pytest.mark.parametrize(
    ("fetched", "status"),
    [(None, 200), ("same-origin", 200), ("none", 200), ("cross-site", 403), ("same-site", 403)],
)
async def test_a_request_without_an_origin_is_our_own_or_refused(
    desk: Desk, fetched: str | None, status: int
) -> None:
    headers = {} if fetched is None else {"sec-fetch-site": fetched}
    async with desk.client() as client:
        answered = await client.get(f"/widget/{KEY}/api/config", headers=headers)
    assert answered.status_code == status
    assert "access-control-allow-origin" not in answered.headers


async def test_without_origins_only_our_own_pages_show_the_widget() -> None:
    desk = Desk()
    async with desk.client() as client:
        url = f"/widget/{KEY}/api/config"
        assert (await client.get(url, headers={"origin": SHOP})).status_code == 403
        assert (await client.get(url, headers={"origin": HOME})).status_code == 200


def test_the_frame_may_stand_where_the_configuration_may_be_read() -> None:
    site = site_at("https://support.example.com")
    allowed = AllowedOrigins([SHOP, "https://*.example.org"], site)
    assert allowed.frame_ancestors() == [
        "https://support.example.com",
        SHOP,
        "https://*.example.org",
    ]


# --- the pages ---


async def test_the_frame_may_be_shown_by_the_allowed_sites_only(desk: Desk) -> None:
    async with desk.client() as client:
        answered = await client.get(f"/widget/{KEY}")
    policy = dict(
        part.split(" ", 1) for part in answered.headers["content-security-policy"].split("; ")
    )
    assert set(policy["frame-ancestors"].split()) == {
        HOME,
        "http://localhost:8080",
        SHOP,
        "https://*.example.org",
        "http://localhost:3000",
    }
    assert policy["default-src"] == "'none'"
    assert all(one.endswith("/widget-assets/") for one in policy["script-src"].split())
    assert "ws://127.0.0.1:8080" in policy["connect-src"].split()
    assert answered.headers["content-type"] == "text/html; charset=utf-8"
    assert answered.headers["cache-control"] == "no-cache"
    assert "set-cookie" not in answered.headers


async def test_the_loader_may_be_loaded_by_any_site_and_not_for_ever(desk: Desk) -> None:
    async with desk.client() as client:
        answered = await client.get("/w.js", headers={"origin": "https://anybody.example"})
    assert answered.status_code == 200
    assert answered.headers["content-type"] == "text/javascript; charset=utf-8"
    assert answered.headers["cross-origin-resource-policy"] == "cross-origin"
    assert answered.headers["cache-control"] == "public, max-age=300"


async def test_the_frames_files_are_kept_for_ever(desk: Desk) -> None:
    async with desk.client() as client:
        answered = await client.get("/widget-assets/app-Ab3_x-9Z.js")
    assert answered.status_code == 200
    assert "immutable" in answered.headers["cache-control"]


@pytest.mark.parametrize(
    "path",
    ["/widget-assets/../index.html", "/widget-assets/..%2findex.html", "/widget-assets/w.js",
     "/widget-assets/index.html", "/widget-assets/", "/widget/other", "/widget/other/api/config"],
)  # fmt: skip
async def test_no_other_address_gives_the_page_or_another_inbox(desk: Desk, path: str) -> None:
    async with desk.client() as client:
        assert (await client.get(path)).status_code == 404


async def test_two_widgets_share_the_loader_and_have_a_frame_each() -> None:
    first, second = Desk(), Desk(key="second_site")
    app = create_app([first.channel, second.channel], public_url=HOME, version="1")
    first.app = app
    async with first.client() as client:
        for path in ("/w.js", f"/widget/{KEY}", "/widget/second_site"):
            assert (await client.get(path)).status_code == 200


async def test_a_head_of_a_page_has_its_headers(desk: Desk) -> None:
    async with desk.client() as client:
        for path in ("/w.js", f"/widget/{KEY}", "/widget-assets/app-Ab3_x-9Z.js"):
            assert (await client.head(path)).status_code == 200


# --- the demo ---


async def test_there_is_no_demo_unless_the_server_says_so(desk: Desk) -> None:
    async with desk.client() as client:
        assert (await client.get("/demo")).status_code == 404


async def test_the_demo_shop_shows_the_widget_of_its_inbox_under_a_strict_policy(
    desk: Desk,
) -> None:
    routes = pages.demo_routes(HOME, KEY)
    desk.app = create_app([desk.channel, *routes], public_url=HOME, version="1")
    async with desk.client() as client:
        page = await client.get("/demo")
        style = await client.get("/demo/shop.css")
        raw = await client.get("/demo/index.html")
    assert f'data-key="{KEY}"' in page.text
    assert "unsafe" not in page.headers["content-security-policy"]
    assert "script-src http://127.0.0.1:8080" in page.headers["content-security-policy"]
    assert style.headers["content-type"] == "text/css; charset=utf-8"
    assert raw.status_code == 404
