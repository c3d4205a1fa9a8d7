"""Takes the pictures in docs/images of a desk with a day's work on it: `make screenshots`.

Everybody in them is made up.
"""

import asyncio
import io
import tempfile
import uuid
from collections.abc import Awaitable, Callable
from pathlib import Path

import httpx
from PIL import Image
from playwright.async_api import Browser, Page, ViewportSize, async_playwright

from tests.browser import launch
from tests.desk import ROOT, RunningDesk
from tests.people import AgentAtConsole, Visitor

IMAGES = ROOT / "docs" / "images"
WIDE: ViewportSize = {"width": 1440, "height": 900}
SHOP: ViewportSize = {"width": 1100, "height": 760}
PHONE: ViewportSize = {"width": 400, "height": 780}
# What agents read about the visitor should be a browser that people use.
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:145.0) Gecko/20100101 Firefox/145.0"
# Fonts, the first drawing, and what slides in.
SETTLE_MS = 1200

OTHERS = [
    ("Дмитрий Орлов", "ru", ["Здравствуйте!", "Можно вернуть рюкзак, если не подошёл?"]),
    ("Lucía Fernández", "es", ["¿Hacen envíos a Canarias?"]),
    ("John Carter", "en", ["Do the field boots come in 46?", "I have wide feet 🙂"]),
    ("Олена Шевчук", "uk", ["Дякую, все приїхало!"]),
]
TITLE = {"en": "Support", "ru": "Служба поддержки"}


async def customer_writes(desk: RunningDesk, name: str, locale: str, texts: list[str]) -> None:
    """Write as somebody whose browser nobody looks at."""
    api = f"{desk.url}/widget/site_main/api"
    page = f"{desk.url}/demo?utm_source=newsletter"
    visit = {"tab": uuid.uuid4().hex, "url": page, "first_url": page, "language": locale}
    async with httpx.AsyncClient() as client:
        began = await client.post(f"{api}/session", json={"locale": locale, "visit": visit})
        began.raise_for_status()
        thread = str(uuid.uuid4())
        for text in texts:
            message = {"client_id": str(uuid.uuid4()), "thread": thread, "text": text}
            written = await client.post(
                f"{api}/messages",
                json=message | {"pre_chat": {"name": name}},
                headers={"Authorization": f"Bearer {began.json()['token']}"},
            )
            written.raise_for_status()


async def pavel_works(desk: RunningDesk, name: str, answer: str) -> None:
    """Have the colleague answer one conversation."""
    token = desk.links["pavel"].partition("#link=")[2]
    async with httpx.AsyncClient(base_url=desk.url, headers={"Origin": desk.url}) as client:
        session = await client.post("/api/session/link", json={"token": token})
        session.raise_for_status()
        client.headers["X-CSRF-Token"] = session.json()["csrf"]
        rows = (await client.get("/api/conversations", params={"folder": "all"})).json()["rows"]
        (found,) = [row for row in rows if row["conversation"]["contact"]["name"] == name]
        sent = await client.post(
            f"/api/conversations/{found['conversation']['id']}/messages",
            json={"client_id": str(uuid.uuid4()), "kind": "reply", "text": answer},
        )
        sent.raise_for_status()


async def save(page: Page, name: str) -> None:
    """Save what the page shows, small: a page has few colours."""
    await page.mouse.move(1, 1)
    await page.wait_for_timeout(SETTLE_MS)
    picture = Image.open(io.BytesIO(await page.screenshot()))
    picture.convert("RGB").quantize(256, dither=Image.Dither.NONE).save(
        IMAGES / f"{name}.png", optimize=True
    )


class Scene:
    """One desk, one browser, and the two people in the picture."""

    def __init__(self, desk: RunningDesk, browser: Browser) -> None:
        """Set nothing up yet."""
        self.desk = desk
        self.browser = browser

    async def visitor(self, locale: str) -> Visitor:
        """Return somebody new on the shop's page, with the widget open."""
        context = await self.browser.new_context(locale=locale, viewport=SHOP, user_agent=FIREFOX)
        visitor = await Visitor.arrive(context, self.desk, "/demo?utm_source=newsletter")
        await visitor.open()
        return visitor

    async def talk(self) -> None:
        """Carry the conversation of the pictures, and take those of the visitor's side."""
        visitor = await self.visitor("en-GB")
        await visitor.introduce("Mary Whitfield", "mary@example.com")
        await visitor.write("Hello! Is the reading lamp in stock in green?")
        context = await self.browser.new_context(viewport=WIDE, locale="en-GB")
        self.anna = anna = await AgentAtConsole.sign_in(context, self.desk, "anna")
        await anna.open("Mary Whitfield")
        await anna.take()
        await anna.reply("Hi Mary! Yes, three of them, and it ships today.")
        await anna.note("Bought the armchair in May. Offer free delivery.")
        await visitor.sees("Hi Mary! Yes, three of them, and it ships today.")
        await visitor.write("Lovely 😊 And does it come with a bulb?")
        await anna.sees("Lovely 😊 And does it come with a bulb?")
        await anna.reply("It does: a warm LED. Delivery is on us, since you are a regular.")
        await visitor.sees("It does: a warm LED. Delivery is on us, since you are a regular.")
        await save(visitor.page, "widget-light")
        await visitor.page.emulate_media(color_scheme="dark")
        await save(visitor.page, "widget-dark")
        await visitor.page.set_viewport_size(PHONE)
        await visitor.page.emulate_media(color_scheme="light")
        await save(visitor.page, "widget-phone")
        await visitor.page.set_viewport_size(SHOP)

    async def russian_widget(self) -> None:
        """Take the widget as a Russian-speaking visitor sees it before the first word."""
        visitor = await self.visitor("ru-RU")
        await save(visitor.page, "widget-ru")

    async def console(self) -> None:
        """Take the console in each of its looks."""
        page = self.anna.page
        await save(page, "console-light")
        await page.emulate_media(color_scheme="dark")
        await save(page, "console-dark")
        await page.emulate_media(color_scheme="light")
        await page.set_viewport_size(PHONE)
        await save(page, "console-phone")

    async def russian_console(self) -> None:
        """Take the same in Russian, in a browser that speaks it."""
        context = await self.browser.new_context(
            viewport=WIDE,
            locale="ru-RU",
            storage_state=await self.anna.page.context.storage_state(),
        )
        page = await context.new_page()
        await page.goto(self.anna.page.url)
        await page.get_by_role("log").wait_for()
        await save(page, "console-ru")


async def main() -> None:
    """Take every picture."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        desk = RunningDesk(Path(folder), {"routing.max_wait": "3m", "channels.site.title": TITLE})
        desk.start()
        try:
            for name, locale, texts in OTHERS:
                await customer_writes(desk, name, locale, texts)
            await pavel_works(desk, "Олена Шевчук", "Чудово! Гарного вам дня 🌿")
            async with async_playwright() as playwright:
                browser = await launch(playwright)
                scene = Scene(desk, browser)
                steps: list[Callable[[], Awaitable[None]]] = [
                    scene.talk,
                    scene.russian_widget,
                    scene.console,
                    scene.russian_console,
                ]
                for step in steps:
                    await step()
                await browser.close()
        finally:
            desk.close()


if __name__ == "__main__":
    asyncio.run(main())
