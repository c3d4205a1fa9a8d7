"""Buttons, menus, windows, shortcuts and `/support`: docs.slack.dev/interactivity.

Slack waits three seconds for an answer, and lets a window be opened for three seconds after a
press. So what was pressed is done at once, and answered to the one who pressed it alone.
"""

import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, NamedTuple

from agent_console.slack import answers
from agent_console.slack.buttons import Pressed, pressed
from agent_console.slack.client import Client
from agent_console.slack.forms import Where, filled, modal, wrong
from agent_console.slack.home import Home
from agent_console.slack.people import People
from agent_console.slack.words import Words
from agent_console.surface import Answer, Person, StaffDesk
from bridge.channel import SendError

_log = logging.getLogger(__name__)

COMMANDS = frozenset(
    {"online", "break", "away", "offline", "find", "search", "my", "mine", "queue", "new"}
    | {"overdue", "help", "link"}
)
"""What can be said outside of any conversation."""
HELP = "help"
Body = Mapping[str, Any]
"""What stands in the answer to Slack; empty for a bare acknowledgement."""


class _Place(NamedTuple):
    """Where something was pressed, and where an answer is seen."""

    where: Where
    shown_in: str


class Presses:
    """Does what people of one workspace press."""

    def __init__(
        self, client: Client, desk: StaffDesk, people: People, home: Home, words: Words
    ) -> None:
        """Wait for the first."""
        self._client = client
        self._desk = desk
        self._people = people
        self._home = home
        self._words = words
        self._ways: Mapping[str, Callable[[Body], Awaitable[Body]]] = {
            "block_actions": self._pressed,
            "message_action": self._chosen,
            "view_submission": self._submitted,
        }

    async def interaction(self, payload: Body) -> Body:
        """Do what somebody pressed, chose or filled in; raises what a broken payload raises."""
        way = self._ways.get(payload["type"])
        return {} if way is None else await way(payload)

    async def command(self, payload: Body) -> Body:
        """Do what somebody typed behind the app's slash command; the answer is theirs alone."""
        by = await self._people.person(payload["user_id"])
        verb, _, value = str(payload.get("text") or "").strip().partition(" ")
        verb = verb.casefold() if verb.casefold() in COMMANDS else HELP
        given = await self._desk.press(by, verb, value=value.strip())
        if given.form is not None:
            await self._open(payload, given, Where(payload.get("channel_id", "")), by)
            return {}
        shown = answers.answer(given, self._words, by.language)
        return {"response_type": "ephemeral", **shown} if shown else {}

    # --- what was pressed ---

    async def _pressed(self, payload: Body) -> Body:
        by = await self._people.person(payload["user"]["id"])
        for action in payload["actions"]:
            wanted = pressed(action)
            if wanted is not None:
                await self._do(payload, wanted, by)
        return {}

    async def _chosen(self, payload: Body) -> Body:
        """A shortcut of any message in a thread is a verb about the thread's conversation."""
        by = await self._people.person(payload["user"]["id"])
        await self._do(payload, Pressed(str(payload["callback_id"]), "", None), by)
        return {}

    async def _do(self, payload: Body, wanted: Pressed, by: Person) -> None:
        place = _place_of(payload)
        conversation = wanted.conversation_id
        if conversation is None and place.where.thread:
            conversation = await self._desk.conversation_in(*place.where)
        given = await self._desk.press(
            by, wanted.verb, conversation_id=conversation, value=wanted.value
        )
        if given.form is not None:
            await self._open(payload, given, place.where, by)
        elif place.where.place:
            await self._tell(place.where.place, place.shown_in, by, given, conversation)
        else:
            await self._home.show(by.id, given)

    async def _open(self, payload: Body, given: Answer, where: Where, by: Person) -> None:
        if given.form is None:
            return
        view = modal(given.form, where, self._words, by.language)
        try:
            await self._client.call("views.open", trigger_id=payload["trigger_id"], view=view)
        except SendError as error:
            _log.warning("a window was not opened: %s", error)
            late = Answer(text=self._words("late", by.language), refused=True)
            if where.place:
                await self._tell(where.place, where.thread, by, late)
            else:
                await self._home.show(by.id, late)

    # --- what was filled in ---

    async def _submitted(self, payload: Body) -> Body:
        view = payload["view"]
        sent = filled(view)
        by = await self._people.person(payload["user"]["id"])
        given = await self._desk.press(
            by, sent.verb, conversation_id=sent.conversation_id, fields=sent.fields
        )
        if given.form is not None:
            shown = modal(given.form, sent.where, self._words, by.language)
            return {"response_action": "update", "view": shown}
        if given.refused:
            return wrong(view, given.text)
        if sent.where.place:
            where = sent.where
            await self._tell(where.place, where.thread, by, given, sent.conversation_id)
        else:
            await self._home.show(by.id, given)
        return {}

    async def _tell(
        self, place: str, thread: str, by: Person, given: Answer, about: int | None = None
    ) -> None:
        """Answer somebody where they are; a failure is logged: there is nobody else to tell."""
        shown = answers.answer(given, self._words, by.language, about)
        if shown is None:
            return
        more = {"thread_ts": thread} if thread else {}
        try:
            await self._client.call(
                "chat.postEphemeral", repeatable=True, channel=place, user=by.id, **shown, **more
            )
        except SendError as error:
            _log.warning("an answer was not shown: %s", error)


def _place_of(payload: Body) -> _Place:
    """Return where something was pressed.

    What is for one person in a thread nobody has replied in is not shown at all by Slack; it
    goes into the channel then.
    """
    channel = (payload.get("channel") or {}).get("id", "")
    box, message = payload.get("container") or {}, payload.get("message") or {}
    ts = box.get("message_ts") or payload.get("message_ts") or ""
    thread = box.get("thread_ts") or message.get("thread_ts")
    return _Place(Where(channel, thread or ts), thread or "")
