"""Files and pictures between a visitor and an agent: picked, pasted, dropped, too large, opened."""

from typing import Any

import httpx
from playwright.async_api import FilePayload, JSHandle, Locator, Page, expect

from tests.browser import Errors, OpenContext
from tests.desk import RunningDesk
from tests.e2e.house import (
    Agents,
    arrived,
    cut_picture,
    desk_of_module,
    eventually,
    held,
    mark_in,
    picture,
)
from tests.people import Visitor

desk = desk_of_module()
LIMIT = 4 * 1024 * 1024


def file(name: str, data: bytes, type: str = "application/octet-stream") -> FilePayload:
    """Return a file as a browser's picker gives it."""
    return {"name": name, "mimeType": type, "buffer": data}


async def pick(visitor: Visitor, *files: FilePayload) -> None:
    """Choose files with the paperclip."""
    async with visitor.page.expect_file_chooser() as chosen:
        await visitor.frame.get_by_role("button", name="Attach files").click()
    await (await chosen.value).set_files(list(files))


async def send(visitor: Visitor) -> None:
    """Press the button."""
    await visitor.frame.get_by_role("button", name="Send").click()


async def drop(visitor: Visitor, *files: JSHandle) -> None:
    """Let go of files over the conversation."""
    place = visitor.frame.locator("main")
    carried = await place.evaluate_handle(
        """(_, files) => {
            const carried = new DataTransfer();
            files.forEach((file) => carried.items.add(file));
            return carried;
        }""",
        list(files),
    )
    await place.dispatch_event("dragenter", {"dataTransfer": carried})
    await expect(visitor.frame.get_by_text("Drop files to attach them")).to_be_visible()
    await place.dispatch_event("drop", {"dataTransfer": carried})


async def zeros(visitor: Visitor, name: str, size: int) -> JSHandle:
    """Return a file of `size` bytes in the visitor's browser."""
    return await visitor.frame.locator("main").evaluate_handle(
        "(_, [name, size]) => new File([new Uint8Array(size)], name)", [name, size]
    )


async def drawing(visitor: Visitor, name: str, data: bytes) -> JSHandle:
    """Return a PNG in the visitor's browser."""
    return await visitor.frame.locator("main").evaluate_handle(
        """(_, [name, bytes]) => new File([new Uint8Array(bytes)], name, {type: "image/png"})""",
        [name, list(data)],
    )


async def is_drawn(image: Locator) -> None:
    """Wait until the browser has drawn the picture."""
    await expect(image).to_be_visible()
    # A picture that loads lazily counts as complete before it has begun.
    await expect(image).not_to_have_js_property("naturalWidth", 0)


def attachments(agents: Agents, name: str) -> list[Any]:
    """Return the files that a customer has sent, in order."""
    messages = agents.api().messages(agents.api().conversation(name))
    return [one for message in messages for one in message["attachments"]]


async def test_s40_several_files_picked_at_once_arrive_in_order_with_one_message(
    desk: RunningDesk, agents: Agents, new_context: OpenContext
) -> None:
    visitor = await arrived(await new_context(), desk, "Леся")
    await pick(
        visitor,
        file("рахунок №1.pdf", b"%PDF-1.7 one"),
        file("фото 📷.png", picture(), "image/png"),
        file("notes.txt", "Привіт".encode(), "text/plain"),
    )
    await visitor.field.fill("Ось усе")
    await send(visitor)
    await mark_in(visitor.log, "Ось усе", "sent")
    files = attachments(agents, "Леся")
    assert [one["name"] for one in files] == ["рахунок №1.pdf", "фото 📷.png", "notes.txt"]
    assert [one["kind"] for one in files] == ["file", "image", "file"]
    assert agents.api().http.get(files[2]["url"]).content == "Привіт".encode()


async def test_d22_the_agent_saves_what_the_visitor_sent_and_a_stranger_cannot(
    desk: RunningDesk, agents: Agents, new_context: OpenContext
) -> None:
    visitor = await arrived(await new_context(), desk, "Богдан")
    await pick(visitor, file("умови.txt", b"secret terms", "text/plain"))
    await send(visitor)
    await expect(visitor.log.get_by_role("link", name="Download умови.txt")).to_be_visible()
    agent = await agents.at_console(await new_context())
    await agent.open("Богдан")
    async with agent.page.expect_download() as saved:
        await agent.thread.get_by_role("link", name="умови.txt").click()
    download = await saved.value
    assert download.suggested_filename == "умови.txt"
    assert (await download.path()).read_bytes() == b"secret terms"
    (sent,) = attachments(agents, "Богдан")
    async with httpx.AsyncClient(base_url=desk.url) as stranger:
        for extra in ("", "?download=1", "?preview=1"):
            assert (await stranger.get(f"/media/{sent['id']}{extra}")).status_code == 403


async def test_d20_a_file_of_4_mb_goes_and_one_byte_more_is_refused_before_it_is_uploaded(
    desk: RunningDesk, agents: Agents, new_context: OpenContext
) -> None:
    visitor = await arrived(await new_context(), desk, "Дмитро")
    uploads: list[str] = []
    visitor.page.on(
        "request", lambda sent: uploads.append(sent.url) if "/uploads" in sent.url else None
    )
    fits, big = await zeros(visitor, "fits.bin", LIMIT), await zeros(visitor, "big.bin", LIMIT + 1)
    await drop(visitor, big, fits)
    refused = "“big.bin” is 4,194,305 bytes; a file may have up to 4 MB."
    await expect(visitor.frame.get_by_role("alert").get_by_text(refused)).to_be_visible()
    await send(visitor)
    await mark_in(visitor.log, "fits.bin", "sent")
    assert len(uploads) == 1
    assert [(one["name"], one["size"]) for one in attachments(agents, "Дмитро")] == [
        ("fits.bin", LIMIT)
    ]


async def test_o09_a_picture_pasted_from_the_clipboard_reaches_the_agent(
    desk: RunningDesk, agents: Agents, new_context: OpenContext
) -> None:
    context = await new_context(permissions=["clipboard-read", "clipboard-write"])
    visitor = await arrived(context, desk, "Оксана")
    await copy_picture(visitor.page, picture("#c08a66"))
    await visitor.field.press("Control+V")
    await is_drawn(visitor.frame.locator(".picked img"))
    await send(visitor)
    await expect(visitor.log.locator("[data-mark=sent]")).to_be_visible()
    await is_drawn(visitor.log.locator(".picture img"))
    (sent,) = attachments(agents, "Оксана")
    assert sent["kind"] == "image"
    agent = await agents.at_console(await new_context())
    await agent.open("Оксана")
    await is_drawn(agent.thread.locator(".picture img"))


async def copy_picture(page: Page, data: bytes) -> None:
    """Copy a PNG as another program would."""
    await page.evaluate(
        """bytes => navigator.clipboard.write([
            new ClipboardItem({"image/png": new Blob([new Uint8Array(bytes)], {type: "image/png"})})
        ])""",
        list(data),
    )


async def test_s41_s42_a_dropped_picture_is_seen_before_and_while_it_is_uploaded(
    desk: RunningDesk, agents: Agents, new_context: OpenContext
) -> None:
    visitor = await arrived(await new_context(), desk, "Зоряна")
    await drop(visitor, await drawing(visitor, "чобіт.png", picture("#8f6a52")))
    await is_drawn(visitor.frame.locator(".picked img"))
    async with held(visitor.page, "**/api/uploads"):
        await send(visitor)
        await is_drawn(visitor.log.locator(".line.own img"))
        await expect(visitor.log.locator("[data-mark=queued]")).to_be_visible()
    await expect(visitor.log.locator("[data-mark=sent]")).to_be_visible()
    await is_drawn(visitor.log.locator(".picture img"))
    assert len(attachments(agents, "Зоряна")) == 1


async def test_d18_s42_a_picture_from_the_agent_opens_large_and_escape_closes_only_that(
    desk: RunningDesk, agents: Agents, new_context: OpenContext
) -> None:
    visitor = await arrived(await new_context(), desk, "Катерина")
    await visitor.write("Який він на вигляд?")
    agent = await agents.at_console(await new_context())
    await agent.open("Катерина")
    await agent.take()
    await agent.page.locator(".editor input[type=file]").set_input_files(
        [file("лампа.png", picture("#977a9f"), "image/png")]
    )
    await agent.reply("Ось він")
    small = visitor.log.get_by_role("button", name="Open the image лампа.png")
    await is_drawn(small.locator("img"))
    await small.press("Enter")
    large = visitor.frame.get_by_role("dialog", name="лампа.png")
    await is_drawn(large.locator("img"))
    await visitor.page.keyboard.press("Escape")
    await expect(large).to_have_count(0)
    await expect(small).to_be_focused()
    await expect(visitor.log).to_be_visible()


async def test_a_picture_that_cannot_be_drawn_is_a_file_to_save(
    desk: RunningDesk, new_context: OpenContext, page_errors: Errors
) -> None:
    visitor = await arrived(await new_context(), desk, "Фрося")
    for number in range(12):
        await visitor.write(f"рядок {number}")
    await pick(visitor, file("півкота.png", cut_picture(), "image/png"))
    await send(visitor)
    link = visitor.log.get_by_role("link", name="Download півкота.png")
    await expect(link).to_be_in_viewport()
    await expect(visitor.log.locator(".picture")).to_have_count(0)
    await eventually(lambda: is_at_its_end(visitor.log))
    async with visitor.page.expect_download() as saved:
        await link.click()
    assert (await (await saved.value).path()).read_bytes() == cut_picture()
    await page_errors.expect("404")


async def is_at_its_end(log: Locator) -> bool:
    """Say whether the last message is in sight."""
    below: float = await log.evaluate("box => box.scrollHeight - box.scrollTop - box.clientHeight")
    return abs(below) < 2


async def test_a_picture_that_a_lost_connection_kept_back_is_drawn_later(
    desk: RunningDesk, agents: Agents, new_context: OpenContext, page_errors: Errors
) -> None:
    visitor = await arrived(await new_context(), desk, "Мотря")
    await visitor.write("Покажіть")
    await visitor.page.route("**/media/*", lambda route: route.abort("connectionreset"))
    agent = await agents.at_console(await new_context())
    await agent.open("Мотря")
    await agent.take()
    await agent.page.locator(".editor input[type=file]").set_input_files(
        [file("кіт.png", picture(), "image/png")]
    )
    await agent.reply("Ось")
    await expect(visitor.log.locator(".picture .room")).to_be_visible()
    await visitor.page.unroute_all(behavior="wait")
    await is_drawn(visitor.log.locator(".picture img"))
    await page_errors.expect("ERR_CONNECTION_RESET")


async def test_d19_more_files_than_one_message_carries_go_with_the_next_one(
    desk: RunningDesk, agents: Agents, new_context: OpenContext
) -> None:
    visitor = await arrived(await new_context(), desk, "Степан")
    names = [f"{number:02}.txt" for number in range(11)]
    await pick(visitor, *[file(name, name.encode(), "text/plain") for name in names])
    await send(visitor)
    # A link is to what is stored already.
    await expect(visitor.log.get_by_role("link")).to_have_count(11)
    assert [one["name"] for one in attachments(agents, "Степан")] == names
