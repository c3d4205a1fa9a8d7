"""What the settings ask of a visitor before the conversation begins."""

from playwright.async_api import expect

from tests.browser import OpenContext
from tests.desk import RunningDesk
from tests.e2e.house import Agents, desk_of_module, eventually, mark_in
from tests.people import Visitor

FIELDS = [
    {"field": "name", "required": True},
    {"field": "email", "required": False},
    {
        "field": "order_number",
        "required": True,
        "label": {"en": "Order number", "uk": "Номер замовлення"},
    },
]
desk = desk_of_module({"channels.site.pre_chat": FIELDS})


async def test_r17_what_must_be_answered_is_asked_before_anything_is_sent_and_reaches_the_agent(
    desk: RunningDesk, agents: Agents, new_context: OpenContext
) -> None:
    visitor = await Visitor.arrive(await new_context(), desk)
    await visitor.open()
    await visitor.field.fill("Де моє замовлення?")
    await visitor.field.press("Enter")
    name = visitor.frame.get_by_label("Your name")
    await expect(name).to_be_focused()
    await expect(name).to_have_attribute("aria-invalid", "true")
    await expect(visitor.frame.get_by_text("Please fill this in")).to_have_count(2)
    await expect(visitor.field).to_have_value("Де моє замовлення?")
    await name.fill("Олександра 🌻")
    await visitor.frame.get_by_label("Order number").fill("№ 17-42")
    await visitor.field.press("Enter")
    await mark_in(visitor.log, "Де моє замовлення?", "sent")
    row = agents.api().find("Олександра 🌻")
    contact = agents.api().get(f"contacts/{row['conversation']['contact']['id']}")
    assert contact["attributes"] == {"order_number": "№ 17-42"}
    assert contact["email"] is None


async def test_what_a_browser_fills_in_at_once_is_all_kept_and_a_key_need_not_wait_for_it(
    desk: RunningDesk, new_context: OpenContext
) -> None:
    visitor = await Visitor.arrive(await new_context(), desk)
    await visitor.open()
    await visitor.field.fill("Добрий ранок")
    await expect(visitor.frame.get_by_label("Order number")).to_be_visible()
    # All of it before anything is drawn anew.
    await visitor.field.evaluate(
        """(composer) => {
            const filled = {name: "Мирослава", order_number: "19"};
            for (const [name, value] of Object.entries(filled)) {
                const field = document.querySelector(`[name="${name}"]`);
                field.value = value;
                field.dispatchEvent(new Event("input", {bubbles: true}));
            }
            const enter = {key: "Enter", bubbles: true, cancelable: true};
            composer.dispatchEvent(new KeyboardEvent("keydown", enter));
        }"""
    )
    await mark_in(visitor.log, "Добрий ранок", "sent")


async def test_what_may_be_left_out_is_checked_all_the_same_when_it_is_given(
    desk: RunningDesk, agents: Agents, new_context: OpenContext
) -> None:
    visitor = await Visitor.arrive(await new_context(), desk)
    await visitor.open()
    await visitor.frame.get_by_label("Your name").fill("Лариса")
    await visitor.frame.get_by_label("Order number").fill("18")
    email = visitor.frame.get_by_label("Email (optional)")
    await email.fill("larysa@")
    await visitor.frame.get_by_role("button", name="Continue").click()
    await expect(visitor.frame.get_by_role("alert").first).to_have_text(
        "This does not look like an email address"
    )
    await email.fill("larysa@example.com")
    await visitor.frame.get_by_role("button", name="Continue").click()
    await expect(visitor.field).to_be_focused()
    await visitor.write("Добрий день")
    await mark_in(visitor.log, "Добрий день", "sent")
    assert agents.api().find("Лариса")["conversation"]["contact"]["email"] == "larysa@example.com"


async def test_nobody_is_asked_twice(
    desk: RunningDesk, agents: Agents, new_context: OpenContext
) -> None:
    visitor = await Visitor.arrive(await new_context(), desk)
    await visitor.open()
    await visitor.frame.get_by_label("Your name").fill("Мирон")
    await visitor.frame.get_by_label("Order number").fill("19")
    await visitor.frame.get_by_role("button", name="Continue").click()
    # It is the page around the widget that keeps it, and hears of it a moment later.
    kept = """JSON.parse(localStorage["deskbridge:site_main"] ?? "{}").kept?.asked"""
    await eventually(lambda: visitor.page.evaluate(kept))
    await visitor.page.reload()
    await visitor.log.wait_for()
    await expect(visitor.frame.locator(".ask")).to_have_count(0)
    await visitor.write("Раз")
    await mark_in(visitor.log, "Раз", "sent")
    await visitor.frame.get_by_role("button", name="All conversations").click()
    await visitor.frame.get_by_role("button", name="New conversation").click()
    await visitor.write("Два")
    await mark_in(visitor.log, "Два", "sent")
    await expect(visitor.frame.locator(".ask")).to_have_count(0)
    rows = agents.api().get("conversations", folder="all")["rows"]
    mine = [row for row in rows if row["conversation"]["contact"]["name"] == "Мирон"]
    assert len(mine) == 2


async def test_a_question_is_asked_in_the_visitor_s_language(
    desk: RunningDesk, new_context: OpenContext
) -> None:
    visitor = await Visitor.arrive(await new_context(locale="uk-UA"), desk)
    await visitor.open()
    await expect(visitor.frame.get_by_label("Номер замовлення")).to_be_visible()
    await expect(visitor.frame.locator("[name=order_number]")).to_have_attribute("required", "")
