"""The browser itself: that a test gets a fresh person, and hears what pages complain of."""

from pathlib import Path

import pytest
from playwright.async_api import Page

from tests.browser import Errors, OpenContext

FACE = "data:text/html;charset=utf-8,<body style='font:40px sans-serif;margin:0'>"


async def test_a_page_shows_cyrillic_and_emoji_in_real_letters(page: Page, tmp_path: Path) -> None:
    widths = []
    for text in ("ї", "\U0010fffe"):
        await page.goto(f"{FACE}<span>{text}</span>")
        picture = await page.locator("span").screenshot(path=tmp_path / "letter.png")
        widths.append(picture)
    assert widths[0] != widths[1]


async def test_two_profiles_share_no_storage(new_context: OpenContext, tmp_path: Path) -> None:
    place = tmp_path / "page.html"
    place.write_text("<!doctype html><title>one</title>", encoding="utf-8")
    first = await (await new_context()).new_page()
    await first.goto(place.as_uri())
    await first.evaluate("localStorage.setItem('who', 'Олена 🙂')")
    second = await (await new_context()).new_page()
    await second.goto(place.as_uri())
    assert await second.evaluate("localStorage.getItem('who')") is None
    assert await first.evaluate("localStorage.getItem('who')") == "Олена 🙂"


async def test_a_script_error_on_a_page_is_heard(page: Page, page_errors: Errors) -> None:
    await page.goto("data:text/html,<script>throw new Error('lost a button')</script>")
    await page.wait_for_function("document.readyState === 'complete'")
    await page_errors.expect("lost a button")
    with pytest.raises(AssertionError):
        await page_errors.expect("lost a button", within=0)
