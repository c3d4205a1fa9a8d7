"""What did not arrive, as a supervisor sees it: looked into, tried again, put away."""

import contextlib
import json
import sqlite3

from playwright.async_api import expect

from bridge import written
from bridge.channel import InboundMessage, Sender
from bridge.store import quarantine as q
from tests.browser import OpenContext
from tests.channels.rig import eventually
from tests.desk import RunningDesk
from tests.e2e.house import Agents, arrived, desk_of_module

desk = desk_of_module()

WORDS = "заказ на улицу Садовую"
TRACE = {"calls": [{"asked": "send_message", "with": {"text": "‹22›"}, "answered": "7"}]}


def set_aside(desk: RunningDesk, raw: bytes, why: str, form: str) -> None:
    """Have something be set aside, as an earlier version of the program might have."""
    values = (q.digest_of("site", raw), form, raw, len(raw), len(raw), why)
    sql = """INSERT INTO quarantine (inbox_id, digest, form, raw, size, kept, why, at, last_at)
        VALUES ('site', ?, ?, ?, ?, ?, ?, 1790000000000, 1790000000000)"""
    with contextlib.closing(sqlite3.connect(desk.database)) as connection, connection:
        connection.execute(sql, values)


async def failed(desk: RunningDesk, message: int) -> None:
    """Have an answer be refused by its network, once nothing else can be said of it."""
    asked = "SELECT count(*) FROM deliveries WHERE message_id = ? AND state = 'read'"

    def is_read() -> bool:
        with contextlib.closing(sqlite3.connect(desk.database)) as connection:
            return bool(connection.execute(asked, (message,)).fetchone()[0])

    await eventually(is_read)
    sql = """UPDATE deliveries SET state = 'failed', reason = 'rejected', attempts = 2,
        detail = 'Viber refused it: 7.', trace = ? WHERE message_id = ?"""
    with contextlib.closing(sqlite3.connect(desk.database)) as connection, connection:
        connection.execute(sql, (json.dumps(TRACE), message))


async def test_what_did_not_arrive_is_looked_into_tried_again_and_put_away(
    desk: RunningDesk, agents: Agents, new_context: OpenContext
) -> None:
    visitor = await arrived(await new_context(), desk, "Зоряна")
    await visitor.write("Вітаю!")
    here = agents.api().conversation("Зоряна")
    await failed(desk, agents.api().reply(here, WORDS)["id"])
    sender = Sender(external_id="visitor-two-000002", name="Любомир")
    late = InboundMessage(sender=sender, external_id="m1", sent_at=1, thread="t", text=WORDS)
    set_aside(desk, written.of(late), "InboundMessage: KeyError", "event")
    set_aside(desk, b"{" * 9, "an update that is no JSON", "words")

    anna = await agents.at_console(await new_context())
    await anna.page.goto(f"{desk.url}/console/desk")
    part = anna.page.get_by_role("region", name="What did not arrive")
    lines = part.locator("[data-dead]")
    await expect(lines).to_have_count(3)
    refused = part.locator("[data-state=failed]")
    await expect(refused).to_contain_text("The network does not accept this message.")
    await refused.get_by_text("What went over the wire").click()
    await expect(refused.locator("pre")).to_contain_text('"answered": "7"')
    await expect(part).not_to_contain_text(WORDS)

    # The translator of today makes sense of it.
    again = lines.filter(has_text="InboundMessage: KeyError")
    await again.get_by_role("button", name="Try again").click()
    await expect(again).to_have_count(0)
    assert agents.api().texts(agents.api().conversation("Любомир")) == [WORDS]

    hopeless = lines.filter(has_text="An update that is no JSON")
    await expect(hopeless.get_by_role("button", name="Try again")).to_have_count(0)
    await hopeless.get_by_role("button", name="Delete…").click()
    await hopeless.get_by_role("button", name="Delete it for good").click()
    await expect(hopeless).to_have_count(0)

    await refused.get_by_role("button", name="Try again").click()
    await expect(lines).to_have_count(0)
    await expect(part).to_contain_text("Everything has arrived.")
