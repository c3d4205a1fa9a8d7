"""One conversation in the widget, a Slack thread, a forum topic and the console at once."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from tests.browser import OpenContext
from tests.e2e.house import logs_of
from tests.e2e.staff_house import House, opened, until
from tests.e2e.strangers import Anybody

pytestmark = [pytest.mark.slow, pytest.mark.asyncio(loop_scope="session")]


@pytest_asyncio.fixture(loop_scope="session")
async def house(tmp_path: Path) -> AsyncIterator[House]:
    """Return the program with both surfaces."""
    async with opened(tmp_path) as one:
        yield one


def heard(visitor: Anybody) -> list[str]:
    """Return what agents have said to the visitor."""
    found = visitor.get(f"threads/{visitor.thread}/messages").json()["messages"]
    return [one["text"] for one in found if one["from"] == "agent"]


async def test_one_truth_in_three_places(house: House) -> None:
    with Anybody.arrive(house.desk) as visitor:
        visitor.write("Добрый день, есть ли доставка?")
        await until(lambda: bool(house.group.topics) and len(house.in_topic()) > 1)
        await until(lambda: any("есть ли доставка" in one for one in house.in_thread()))

        house.pavel.say("Да, завтра", topic=house.topic())
        await until(lambda: "Да, завтра" in heard(visitor))
        await until(lambda: any("Да, завтра" in one for one in house.in_thread()))
        shown = next(one for one in house.in_thread() if "Да, завтра" in one)
        assert "Павел" in shown or "Pavel" in shown

        note, thread = "// дорогой клиент", house.root().ts
        await house.anna.writes(house.channel.id, note, thread_ts=thread)
        await until(lambda: any("дорогой клиент" in one for one in house.in_topic()))

        visitor.write("Спасибо!")
        await until(lambda: any("Спасибо!" in one for one in house.in_thread()))
        await until(lambda: any("Спасибо!" in one for one in house.in_topic()))
        assert not [one for one in heard(visitor) if "дорогой" in one]


async def test_what_is_said_while_the_program_is_killed_is_shown_once_it_is_back(
    house: House,
) -> None:
    with Anybody.arrive(house.desk) as visitor:
        visitor.write("one")
        await until(lambda: bool(house.group.topics) and len(house.in_topic()) > 1)
        await until(lambda: any("one" in one for one in house.in_thread()))
        await asyncio.to_thread(house.desk.kill)
        house.pavel.say("while you were away", topic=house.topic())
        await house.anna.writes(house.channel.id, "// noted while away", thread_ts=house.root().ts)
        await asyncio.to_thread(house.desk.start)
        await until(lambda: "while you were away" in heard(visitor))
        await until(lambda: any("while you were away" in one for one in house.in_thread()))
        await until(lambda: any("noted while away" in one for one in house.in_topic()), 60)
        assert len([one for one in house.in_topic() if one.endswith("\none")]) == 1, "shown once"


async def test_a_channel_that_is_lost_is_one_alarm_in_the_console_until_it_is_back(
    house: House, new_context: OpenContext
) -> None:
    anna = await house.agents.at_console(await new_context())
    banner = anna.page.locator("[data-channels] .trouble-banner")
    place = house.channel.id
    with Anybody.arrive(house.desk) as visitor:
        visitor.write("Добрый день, есть ли доставка?")
        await until(lambda: bool(house.group.topics) and bool(house.channel.messages))
        await until(lambda: any("есть ли доставка" in one for one in house.in_thread()))

        await house.anna.removes_app(place)
        visitor.write("Вы здесь?")

        await expect(banner).to_contain_text(f"Slack: {place} is lost since")
        await expect(banner).to_contain_text("Let the app or the bot in again")
        await expect(banner).to_have_count(1)
        await until(lambda: any("Вы здесь?" in one for one in house.in_topic()))

        await banner.get_by_role("button", name="Show channels").click()
        line = anna.page.locator(".channel-line[data-surface='slack_main']")
        lost = line.locator(f"[data-place='{place}']")
        group = f"Telegram group {house.group.id}: 1"
        await expect(lost).to_contain_text(f"Its open conversations are shown here now: {group}.")
        other = anna.page.locator(".channel-line[data-surface='group']")
        await expect(other).to_have_attribute("data-state", "up")
        await anna.page.keyboard.press("Escape")
        await anna.page.reload()
        await expect(banner).to_contain_text(place)

        await house.anna.invites_app(place)

        back = anna.page.locator("[data-channels] .banner", has_text="is there again")
        await expect(back).to_contain_text(f"Slack: {place} is there again.")
        await until(lambda: any("Вы здесь?" in one for one in house.in_thread()))
        await back.get_by_role("button").click()
        await expect(back).to_have_count(0)
    said = [one for one in logs_of(house.desk).splitlines() if "surface slack_main has" in one]
    assert ["has lost" in one for one in said] == [True, False]


@pytest.mark.parametrize("width", [1280, 400])
async def test_what_is_told_of_a_lost_place_fits_every_window(
    house: House, new_context: OpenContext, width: int
) -> None:
    await house.anna.removes_app(house.channel.id)
    with Anybody.arrive(house.desk) as visitor:
        visitor.write("Добрый день, есть ли доставка?")
    context = await new_context(viewport={"width": width, "height": 800}, locale="ru-RU")
    anna = await house.agents.at_console(context)
    await expect(anna.page.locator("[data-channels] .trouble-banner")).to_be_visible()
    assert await no_side_scroll(anna.page)
    await anna.page.locator(".channels-nav").click()
    await expect(anna.page.locator("[data-place]")).to_be_visible()
    assert await no_side_scroll(anna.page)


async def no_side_scroll(page: Page) -> bool:
    return bool(await page.evaluate("document.documentElement.scrollWidth <= innerWidth"))
