"""What a site may do with the widget on its page: `Deskbridge(...)` and the events it fires."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.async_api import expect

from tests.browser import OpenContext
from tests.desk import RunningDesk
from tests.e2e.host_site import HostSite
from tests.e2e.house import Agents, arrived, eventually, mark_in, running
from tests.people import Visitor

STUB = "window.Deskbridge = function () { (Deskbridge.q = Deskbridge.q || []).push(arguments) };"


@pytest.fixture(scope="module")
def site() -> Iterator[HostSite]:
    with HostSite() as one:
        yield one


@pytest.fixture(scope="module")
def desk(site: HostSite, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningDesk]:
    changes = {"channels.site.origins": [site.url]}
    with running(tmp_path_factory.mktemp("desk"), changes) as one:
        yield one


def page_with(site: HostSite, desk: RunningDesk, path: str, before: str = "", tag: str = "") -> str:
    """Put up a page that shows the widget; `before` runs before the loader is asked for."""
    script = f"<script async src='{desk.url}/w.js' data-key=site_main {tag}></script>"
    note = f"<link rel=icon href=data:,><title>Крамниця</title><script>{STUB}{before}</script>"
    return site.page(path, f"{note}<body>{script}<button>own</button></body>")


async def call(visitor: Visitor, *args: Any) -> None:
    """Call the widget as the page does."""
    await visitor.page.evaluate("args => Deskbridge(...args)", list(args))


async def visit(new_context: OpenContext, address: str) -> Visitor:
    """Come to a page with the widget on it."""
    visitor = Visitor(await (await new_context()).new_page())
    await visitor.page.goto(address)
    await visitor.launcher.wait_for()
    return visitor


async def test_calls_made_before_the_widget_is_there_are_done_once_it_is(
    desk: RunningDesk, site: HostSite, agents: Agents, new_context: OpenContext
) -> None:
    early = """
        window.ready = 0;
        Deskbridge("on", "ready", () => window.ready++);
        Deskbridge("identify", {name: "Рання Пташка", email: "early@example.com"});
        Deskbridge("set", {plan: "gold 🥇"});
        Deskbridge("open");
    """
    visitor = await visit(new_context, page_with(site, desk, "/early", early))
    await visitor.log.wait_for()
    await visitor.page.wait_for_function("ready > 0")
    assert await visitor.page.evaluate("ready") == 1
    await visitor.write("Я тут")
    await mark_in(visitor.log, "Я тут", "sent")
    contact = agents.api().find("Рання Пташка")["conversation"]["contact"]
    assert contact["email"] == "early@example.com"
    whole = agents.api().get(f"contacts/{contact['id']}")
    assert whole["attributes"] == {"plan": "gold 🥇"}
    assert not any(one["verified"] for one in whole["identities"])


async def test_the_site_opens_closes_shows_and_hides_it_and_hears_of_it(
    desk: RunningDesk, site: HostSite, new_context: OpenContext
) -> None:
    watch = """
        window.heard = [];
        for (const name of ["open", "close"]) {
            Deskbridge("on", name, () => heard.push(name));
            document.addEventListener("deskbridge:" + name, () => heard.push("dom " + name));
        }
    """
    visitor = await visit(new_context, page_with(site, desk, "/doors", watch))
    await call(visitor, "open")
    await visitor.log.wait_for()
    await call(visitor, "close")
    await expect(visitor.log).to_be_hidden()
    await call(visitor, "toggle")
    await expect(visitor.log).to_be_visible()
    await visitor.page.wait_for_function("heard.length > 5")
    heard = await visitor.page.evaluate("heard")
    assert sorted(heard[:2]) == ["dom open", "open"]
    assert sorted(heard[2:4]) == ["close", "dom close"]
    assert sorted(heard[4:]) == ["dom open", "open"]
    await call(visitor, "hide")
    await expect(visitor.launcher).to_be_hidden()
    await call(visitor, "show")
    await expect(visitor.launcher).to_be_visible()


async def test_the_site_hears_of_messages_and_of_what_is_unread(
    desk: RunningDesk, site: HostSite, agents: Agents, new_context: OpenContext
) -> None:
    watch = """
        window.heard = [];
        Deskbridge("on", "message", ({text}) => heard.push(text));
        Deskbridge("on", "unread", ({count}) => heard.push(count));
        Deskbridge("identify", {name: "Слухач"});
    """
    visitor = await visit(new_context, page_with(site, desk, "/ears", watch))
    await visitor.open()
    await visitor.write("Чую")
    await mark_in(visitor.log, "Чую", "sent")
    await visitor.close()
    agents.api().reply(agents.api().conversation("Слухач"), "І я 👂")
    await expect(visitor.launcher).to_have_accessible_name("Website (1)")
    await visitor.page.wait_for_function("heard.length > 1")
    assert await visitor.page.evaluate("heard") == ["І я 👂", 1]


async def test_the_site_chooses_the_language(
    desk: RunningDesk, site: HostSite, new_context: OpenContext
) -> None:
    address = page_with(site, desk, "/tongue", tag="data-locale=es data-open")
    visitor = await visit(new_context, address)
    await expect(visitor.field).to_have_accessible_name("Escribe un mensaje…")
    await call(visitor, "locale", "uk")
    await expect(visitor.field).to_have_accessible_name("Напишіть повідомлення…")
    await expect(visitor.frame.get_by_text("Вітаємо! Чим допомогти?")).to_be_visible()


async def test_what_the_site_sets_later_reaches_the_agent_at_once(
    desk: RunningDesk, site: HostSite, agents: Agents, new_context: OpenContext
) -> None:
    visitor = await visit(new_context, page_with(site, desk, "/set"))
    await call(visitor, "identify", {"name": "Пізній Гість"})
    await visitor.open()
    await visitor.write("Оформлюю")
    agent = await agents.at_console(await new_context(viewport={"width": 1440, "height": 900}))
    await agent.open("Пізній Гість")
    await call(visitor, "set", {"basket": "cup, lamp", "total": 78})
    facts = agent.page.locator(".panel .facts", has_text="cup, lamp")
    await expect(facts).to_contain_text("78")


async def test_shutdown_forgets_the_visitor_so_that_the_next_one_begins_with_nothing(
    desk: RunningDesk, site: HostSite, agents: Agents, new_context: OpenContext
) -> None:
    visitor = await visit(new_context, page_with(site, desk, "/out"))
    await call(visitor, "identify", {"name": "Перша Людина"})
    await visitor.open()
    await visitor.write("Мій секрет")
    await mark_in(visitor.log, "Мій секрет", "sent")
    await visitor.field.fill("недописане")
    await call(visitor, "shutdown")
    await expect(visitor.log).to_be_hidden()
    stored = await visitor.page.evaluate("JSON.stringify({...localStorage, ...sessionStorage})")
    assert "eyJ" not in stored
    assert "недописане" not in stored
    await visitor.page.reload()
    await visitor.open()
    await expect(visitor.field).to_have_value("")
    await expect(visitor.frame.get_by_text("Мій секрет")).to_have_count(0)
    await visitor.introduce("Друга Людина")
    await visitor.write("Я інша")
    await mark_in(visitor.log, "Я інша", "sent")
    assert agents.api().texts(agents.api().conversation("Перша Людина")) == ["Мій секрет"]
    assert agents.api().texts(agents.api().conversation("Друга Людина")) == ["Я інша"]


async def test_destroy_takes_it_off_the_page(
    desk: RunningDesk, site: HostSite, new_context: OpenContext
) -> None:
    visitor = await visit(new_context, page_with(site, desk, "/gone"))
    await visitor.open()
    await call(visitor, "destroy")
    await expect(visitor.page.locator("#deskbridge")).to_have_count(0)

    async def without_frames() -> bool:
        return len(visitor.page.frames) == 1

    await eventually(without_frames)
    assert await visitor.page.evaluate("typeof Deskbridge") == "undefined"


async def test_it_works_in_the_shop_without_any_of_that(
    desk: RunningDesk, new_context: OpenContext
) -> None:
    visitor = await arrived(await new_context(), desk, "Проста Людина")
    await visitor.write("Вітаю")
    await mark_in(visitor.log, "Вітаю", "sent")
