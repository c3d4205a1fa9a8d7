"""The widget on a site that allows as little as it can, and on one that may not show it."""

import json
from collections.abc import Iterator

import httpx
import pytest
from playwright.async_api import BrowserContext, ConsoleMessage, FilePayload, Request, expect

from tests.browser import Errors, OpenContext
from tests.desk import RunningDesk
from tests.e2e.host_site import HostSite
from tests.e2e.house import Agents, eventually, mark_in, running
from tests.people import Visitor

OFF = {"page": False, "utm": False, "screen": False, "ip": False}
# A style sheet without manners, as every second site has one.
RUDE = "button, div, iframe, b { width: 900px; height: 9px; background: red; position: static }"


@pytest.fixture(scope="module")
def site() -> Iterator[HostSite]:
    with HostSite() as one:
        yield one


@pytest.fixture(scope="module")
def desk(site: HostSite, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningDesk]:
    changes = {"channels.site.origins": [site.url], "channels.site.collect": OFF}
    with running(tmp_path_factory.mktemp("desk"), changes) as one:
        yield one


def strict(site: HostSite, desk: RunningDesk) -> str:
    """Put up a page whose policy names our server and nothing else; return its address."""
    policy = (
        f"default-src 'none'; script-src {desk.url}; frame-src {desk.url}; "
        f"connect-src {desk.url}; style-src 'self'; require-trusted-types-for 'script'"
    )
    tag = f"<script async src='{desk.url}/w.js' data-key=site_main></script>"
    return site.page("/strict", f"<title>Суворий</title>{tag}", content_security_policy=policy)


class Watch:
    """What the pages of a profile ask for, and what they say in their console."""

    def __init__(self, context: BrowserContext) -> None:
        """Begin to watch."""
        self.requests: list[Request] = []
        self.said: list[str] = []
        context.on("request", self._note)
        context.on("console", self._hear)

    def _note(self, request: Request) -> None:
        self.requests.append(request)

    def _hear(self, message: ConsoleMessage) -> None:
        self.said.append(message.text)

    def origins(self) -> set[str]:
        """Return whom the pages have asked for anything."""
        addresses = [httpx.URL(one.url) for one in self.requests]
        web = [one for one in addresses if one.scheme not in ("data", "blob")]
        return {f"{one.scheme.replace('ws', 'http')}://{one.netloc.decode()}" for one in web}


async def test_o10_a_page_with_nothing_but_the_snippet_that_allows_only_our_origin_carries_it_all(
    desk: RunningDesk, site: HostSite, agents: Agents, new_context: OpenContext
) -> None:
    context = await new_context()
    watch = Watch(context)
    visitor = Visitor(await context.new_page())
    await visitor.page.goto(strict(site, desk))
    await visitor.launcher.wait_for()
    await visitor.open()
    await visitor.introduce("Обережна")
    await visitor.frame.get_by_role("button", name="Emoji").click()
    await visitor.frame.get_by_role("button", name="🙏", exact=True).click()
    await visitor.page.keyboard.press("Escape")
    picture: FilePayload = {
        "name": "p.png",
        "mimeType": "image/png",
        "buffer": bytes.fromhex(PIXEL),
    }
    await visitor.frame.locator("input[type=file]").set_input_files([picture])
    await visitor.frame.get_by_role("button", name="Send").click()
    await mark_in(visitor.log, "🙏", "sent")
    await expect(visitor.log.locator(".picture img")).to_have_js_property("naturalWidth", 1)
    agents.api().reply(agents.api().conversation("Обережна"), "**Ось** https://example.com")
    await expect(visitor.log.locator("strong")).to_have_text("Ось")
    await visitor.page.reload()
    await visitor.log.wait_for()
    await expect(visitor.log.locator("strong")).to_have_text("Ось")
    assert watch.said == []
    assert watch.origins() == {desk.url, site.url}
    # Many browsers give a frame of another site no storage at all, and this one gives none.
    assert await context.cookies() == []
    look = "() => { try { return localStorage.length } catch { return 'denied' } }"
    assert await visitor.page.frames[1].evaluate(look) == "denied"


async def test_d32_d34_d36_what_the_settings_switch_off_never_leaves_the_browser(
    desk: RunningDesk, site: HostSite, agents: Agents, new_context: OpenContext
) -> None:
    context = await new_context()
    watch = Watch(context)
    visitor = Visitor(await context.new_page())
    frames: list[str] = []
    visitor.page.on(
        "websocket", lambda socket: socket.on("framesent", lambda text: frames.append(str(text)))
    )
    await visitor.page.goto(strict(site, desk) + "?utm_source=secret-campaign")
    await visitor.launcher.wait_for()
    await visitor.open()
    await visitor.introduce("Прихована")
    await visitor.write("Ніхто не знає, звідки я")
    await mark_in(visitor.log, "звідки", "sent")
    told = [one.post_data or "" for one in watch.requests] + frames
    assert any('"tab"' in one for one in told)
    for secret in ("secret-campaign", "/strict", "Суворий", "1280x800"):
        assert not any(secret in one for one in told), secret
    number = agents.api().conversation("Прихована")
    visit = agents.api().get(f"conversations/{number}")["visit"]
    assert "secret-campaign" not in json.dumps(visit)
    assert not {"ip", "screen", "browser", "current_url", "first_url", "utm"} & set(visit)


async def test_the_site_s_own_style_does_not_reach_the_widget(
    desk: RunningDesk, site: HostSite, new_context: OpenContext
) -> None:
    tag = f"<script async src='{desk.url}/w.js' data-key=site_main></script>"
    page = await (await new_context()).new_page()
    await page.goto(site.page("/rude", f"<link rel=icon href=data:,><style>{RUDE}</style>{tag}"))
    visitor = Visitor(page)
    await visitor.launcher.wait_for()

    async def is_round() -> bool:
        box = await visitor.launcher.bounding_box()
        return box is not None and (box["width"], box["height"]) == (60, 60)

    await eventually(is_round)
    await visitor.open()

    async def is_whole() -> bool:
        frame = await page.locator("#deskbridge iframe").bounding_box()
        return frame is not None and (frame["width"], frame["height"]) == (400, 680)

    await eventually(is_whole)


async def test_a_site_that_is_not_named_in_the_settings_gets_no_configuration(
    desk: RunningDesk, site: HostSite, new_context: OpenContext, page_errors: Errors
) -> None:
    context = await new_context()
    watch = Watch(context)
    page = await context.new_page()
    address = strict(site, desk).replace(site.url, site.other)
    async with page.expect_console_message(lambda said: "Deskbridge" in said.text):
        await page.goto(address)
    await expect(page.locator("#deskbridge")).to_have_count(0)
    assert not any("/api/session" in one.url for one in watch.requests)
    await page_errors.expect("CORS policy")
    page_errors.allow("ERR_FAILED")


async def test_a_site_that_is_not_named_in_the_settings_cannot_frame_the_widget(
    desk: RunningDesk, site: HostSite, new_context: OpenContext, page_errors: Errors
) -> None:
    framed = f"<iframe src='{desk.url}/widget/site_main'></iframe>"
    allowed = site.page("/frame", f"<link rel=icon href=data:,>{framed}")
    page = await (await new_context()).new_page()
    await page.goto(allowed)
    await expect(page.frame_locator("iframe").locator("#app")).to_have_count(1)
    refused = allowed.replace(site.url, site.other)
    async with page.expect_console_message(lambda said: "frame-ancestors" in said.text):
        await page.goto(refused)
    await expect(page.frame_locator("iframe").locator("#app")).to_have_count(0)
    await page_errors.expect("frame-ancestors")


async def test_nobody_frames_the_console_or_the_shop(
    desk: RunningDesk, site: HostSite, new_context: OpenContext, page_errors: Errors
) -> None:
    page = await (await new_context()).new_page()
    for path in ("/console", "/demo"):
        framed = f"<link rel=icon href=data:,><iframe src='{desk.url}{path}'></iframe>"
        async with page.expect_console_message(lambda said: "frame" in said.text.lower()):
            await page.goto(site.page(f"/frames{path}", framed))
        await expect(page.frame_locator("iframe").locator("main")).to_have_count(0)
    await page_errors.expect("frame")


PIXEL = (
    "89504e470d0a1a0a0000000d49484452000000010000000108020000009077"
    "53de0000000c49444154789c63f8cfc0000003010100c9fe92ef0000000049454e44ae426082"
)
