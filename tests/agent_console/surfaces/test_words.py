"""What a customer writes, from the inbox to where staff read it: it calls nobody of them."""

from bridge.channel import InboundMessage, MessageEdited, Sender
from bridge.sandbox.slack import called
from tests.agent_console.surfaces.hall import Hall
from tests.agent_console.surfaces.slack import SlackHall
from tests.agent_console.surfaces.telegram import TelegramHall
from tests.agent_console.telegram_forum.calls import calls_in

WORDS = "@pavel_k @here <!channel> /close@desk_bot\n> @anna_k\n/take https://x/@ivan_k"
VISITOR = Sender(external_id="visitor-one-000001", name="Олена")


async def test_a_customers_words_call_nobody_new_or_changed_or_in_an_answer(hall: Hall) -> None:
    sink, now = hall.office.sink("site"), hall.office.clock.now()
    for number, reply_to in enumerate([None, "m0"]):
        said = InboundMessage(
            sender=VISITOR,
            external_id=f"m{number}",
            sent_at=now,
            text=f"{number} {WORDS}",
            reply_to=reply_to,
        )
        await sink.accept([said])
        await hall.settled()
    changed = MessageEdited(sender=VISITOR, external_id="m1", edited_at=now, text=f"now {WORDS}")
    await sink.accept([changed])
    await hall.settled()
    if isinstance(hall, SlackHall):
        shown = [*hall.general.messages.values()]
        assert len(shown) >= 3
        assert [called(one) for one in shown] == [set()] * len(shown)
    if isinstance(hall, TelegramHall):
        own = [one for one in hall.chat.messages.values() if one["from"]["id"] == hall.bot.id]
        found = [one for one in own if "pavel_k" in one.get("text", "")]
        assert len(found) >= 3, "its card, what was written, and what was changed"
        assert [calls_in(one["text"], one["entities"]) for one in found] == [[]] * len(found)
