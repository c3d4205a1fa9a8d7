"""People at their browsers: a visitor on the shop's page, an agent at the console.

Nothing here depends on the language of the page.
"""

from dataclasses import dataclass

from playwright.async_api import BrowserContext, FrameLocator, Locator, Page, expect

from tests.desk import RunningDesk


@dataclass(slots=True)
class Visitor:
    """Somebody on the demo shop's page."""

    page: Page

    @classmethod
    async def arrive(
        cls, context: BrowserContext, desk: RunningDesk, path: str = "/demo"
    ) -> "Visitor":
        """Open the shop and wait for the launcher."""
        visitor = cls(await context.new_page())
        await visitor.page.goto(desk.url + path)
        await visitor.launcher.wait_for()
        return visitor

    @property
    def launcher(self) -> Locator:
        """Return the round button in the corner."""
        return self.page.locator("#deskbridge button")

    @property
    def frame(self) -> FrameLocator:
        """Return the widget's frame."""
        return self.page.frame_locator("#deskbridge iframe")

    @property
    def log(self) -> Locator:
        """Return the conversation."""
        return self.frame.get_by_role("log")

    @property
    def field(self) -> Locator:
        """Return where one writes."""
        return self.frame.locator("textarea")

    async def open(self) -> None:
        """Open the panel."""
        await self.launcher.click()
        await self.log.wait_for()

    async def close(self) -> None:
        """Close the panel."""
        await self.launcher.click()
        await self.log.wait_for(state="hidden")

    async def introduce(self, name: str, email: str = "") -> None:
        """Answer what is asked first."""
        await self.frame.locator("[name=name]").fill(name)
        await self.frame.locator("[name=email]").fill(email)
        await self.frame.locator(".ask [type=submit]").click()

    async def write(self, text: str) -> None:
        """Write a message, and wait until it stands in the log."""
        await self.field.fill(text)
        await self.field.press("Enter")
        await self.sees(text)

    async def sees(self, text: str) -> None:
        """Wait until the text stands in the log."""
        await expect(self.log.get_by_text(text, exact=True).last).to_be_visible()


@dataclass(slots=True)
class AgentAtConsole:
    """An agent, signed in."""

    page: Page

    @classmethod
    async def sign_in(
        cls, context: BrowserContext, desk: RunningDesk, agent: str
    ) -> "AgentAtConsole":
        """Use the one-time link that the program has printed."""
        console = cls(await context.new_page())
        await console.page.goto(desk.links[agent])
        await console.page.locator("main.door .btn.block").click()
        await console.list.wait_for()
        return console

    @property
    def list(self) -> Locator:
        """Return the list of conversations."""
        return self.page.locator("section.list")

    @property
    def thread(self) -> Locator:
        """Return the messages of the conversation that is open."""
        return self.page.get_by_role("log")

    @property
    def field(self) -> Locator:
        """Return where one writes."""
        return self.page.locator(".editor textarea")

    async def open(self, name: str) -> None:
        """Open the conversation of this customer."""
        await self.list.locator(".row-link", has_text=name).first.click()
        await self.thread.wait_for()

    async def show_part(self, part: str) -> None:
        """Show one of the lists within the folder: a tab, or in the menu of those without room."""
        tab = self.page.locator(f"[data-part={part}]")
        await tab.wait_for(state="attached")
        if await tab.is_visible():
            await tab.click()
        else:
            await self.page.locator("[data-menu=parts]").click()
            await self.page.locator(f".menu [data-entry={part}]").click()

    async def take(self) -> None:
        """Take the conversation that is open."""
        await self._key("KeyT")
        await self.field.wait_for()

    async def reply(self, text: str, *, seen_as: str | None = None) -> None:
        """Send a reply, and wait until it, or this piece of it, stands in the thread."""
        await self._key("KeyR")
        await self._send(text, seen_as or text)

    async def note(self, text: str) -> None:
        """Leave a note, and wait until it stands in the thread."""
        await self._key("KeyN")
        await self._send(text, text)

    async def sees(self, text: str) -> None:
        """Wait until the text stands in the thread."""
        await expect(self.thread.get_by_text(text, exact=True).last).to_be_visible()

    async def _key(self, code: str) -> None:
        """Press a key where no field has the focus."""
        await self.page.evaluate("document.activeElement?.blur()")
        await self.page.keyboard.press(code)

    async def _send(self, text: str, seen_as: str) -> None:
        await self.field.fill(text)
        await self.field.press("Control+Enter")
        await self.sees(seen_as)
