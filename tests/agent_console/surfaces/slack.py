"""Agents in a Slack workspace."""

import contextlib
from collections import defaultdict
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

from bridge.sandbox.slack import APP_TOKEN, BOT_TOKEN, Message, SlackPlatform
from tests.agent_console.slack.test_showing import texts
from tests.agent_console.surfaces.hall import SURFACE, WHO, Hall

_STRANGERS = ("stranger",)


class SlackHall(Hall):
    """A channel for everybody, and one for sales."""

    kind = "slack"

    def __init__(self) -> None:
        """Have everybody in both channels."""
        self.slack = SlackPlatform()
        self.people = {who: self.slack.agent(f"{who}.k") for who in (*WHO, *_STRANGERS)}
        everybody = self.people.values()
        self.general = self.slack.channel("support", *everybody)
        self.sales = self.slack.channel("sales", *everybody)
        self._card: dict[int, tuple[str, str]] = {}
        self._answers: dict[str, list[str]] = defaultdict(list)
        self._opened = 0

    @contextlib.asynccontextmanager
    async def platform(self) -> AsyncIterator[None]:
        """Start Slack."""
        async with self.slack.running():
            yield

    def secrets(self) -> Mapping[str, str]:
        """Return the app's tokens."""
        return {"HALL_BOT": BOT_TOKEN, "HALL_APP": APP_TOKEN}

    def changes(self) -> Mapping[str, Any]:
        """Return the workspace, and the agents' ids."""
        accounts = {f"agents.{who}.slack": self.people[who].id for who in WHO}
        tokens = {"bot_token": "${HALL_BOT}", "app_token": "${HALL_APP}"}
        channels = {"default": self.general.id, "sales": self.sales.id}
        staff = {"type": self.kind, "channels": channels, "api_base": self.slack.team.home}
        return {f"staff.{SURFACE}": staff | tokens, **accounts}

    async def start(self) -> None:
        """Start it, and wait until its socket is open."""
        self._opened = self.slack.sockets.opened
        await super().start()

    def hears(self) -> bool:
        """Say whether a socket was opened since."""
        return self.slack.sockets.opened > self._opened

    def quiet(self) -> bool:
        """Say whether every event has come to its end."""
        return not self.slack.telling._tasks

    # --- what people do ---

    async def _at(self, conversation: int) -> tuple[str, str]:
        place, _thread, card = await self.where(conversation)
        self._card[conversation] = place, card
        return place, card

    async def says(self, who: str, text: str, conversation: int = 1) -> str:
        """Write in the thread; a colleague is called as Slack writes it."""
        place, card = await self._at(conversation)
        for name, person in self.people.items():
            text = text.replace(f"@{name}_k", f"<@{person.id}>")
        return (await self.people[who].writes(place, text, thread_ts=card)).ts

    async def sends(self, who: str, name: str, content: bytes, conversation: int = 1) -> str:
        """Send a file into the thread."""
        place, card = await self._at(conversation)
        person = self.people[who]
        return (await person.writes(place, "", thread_ts=card, files={name: content})).ts

    async def presses(self, who: str, verb: str, conversation: int = 1) -> None:
        """Press a button, or choose from the menu."""
        place, card = await self._at(conversation)
        action, option = _action(self.slack.team.channel(place).message(card), verb)
        answer = await self.people[who].presses(place, card, action, option=option)
        assert answer.ok, answer.why
        await self.settled()

    async def fills(self, who: str, /, **fields: str) -> None:
        """Fill the window in and send it; a field that is left out stays as it was."""
        view_id, view = list(self._views(who).items())[-1]
        inputs = [one for one in view["blocks"] if one["type"] == "input"]
        values = {
            one["block_id"]: {"filled": _filled(one["element"], fields.get(one["block_id"]))}
            for one in inputs
        }
        answer = await self.people[who].submits(view_id, values)
        assert answer.ok, answer.why
        self._answers[who].append(texts(answer.body) + str((answer.body or {}).get("errors", "")))
        await self.settled()

    async def commands(self, who: str, text: str) -> None:
        """Type the app's command."""
        answer = await self.people[who].commands(self.general.id, text)
        assert answer.ok, answer.why
        body = answer.body if isinstance(answer.body, dict) else {}
        self._answers[who].append(f"{body.get('text', '')}\n{texts(body.get('blocks', ()))}")
        await self.settled()

    async def takes_by_eyes(self, who: str, conversation: int = 1) -> None:
        """React to the card."""
        place, card = await self._at(conversation)
        await self.people[who].reacts(place, card, "eyes")
        await self.settled()

    # --- what is to be seen ---

    def card(self, conversation: int = 1) -> str:
        """Return the card's words and buttons."""
        place, card = self._card[conversation]
        return texts(self.slack.team.channel(place).message(card).blocks)

    async def look(self, conversation: int = 1) -> None:
        """Look at a thread."""
        await self._at(conversation)

    async def offers(self, label: str, conversation: int = 1) -> bool:
        """Say whether the card or its menu has a button."""
        await self._at(conversation)
        return label in self.card(conversation)

    def thread(self, conversation: int = 1) -> list[str]:
        """Return what stands below the card, with who said it."""
        return [f"{one.username or ''} {one.text}".strip() for one in self._below(conversation)]

    def files(self, conversation: int = 1) -> list[bytes]:
        """Return the files below the card."""
        return [file.content for one in self._below(conversation) for file in one.files]

    def _below(self, conversation: int) -> Sequence[Message]:
        place, card = self._card[conversation]
        return self.slack.team.channel(place).thread(card)[1:]

    def told(self, who: str) -> list[str]:
        """Return what only they see, and what their commands and windows were answered."""
        person = self.people[who].id
        whispers = [
            f"{message.text}\n{texts(message.blocks)}"
            for place in (self.general, self.sales)
            for user, message in place.whispers.values()
            if user == person
        ]
        return [*whispers, *self._answers[who]]

    async def presses_told(self, who: str, verb: str) -> None:
        """Press a button of what only they see."""
        person = self.people[who]
        for place in (self.general, self.sales):
            for ts, (user, message) in reversed(place.whispers.items()):
                with contextlib.suppress(LookupError):
                    if user == person.id:
                        action, option = _action(message, verb)
                        await person.presses(place.id, ts, action, option=option)
                        await self.settled()
                        return
        raise AssertionError("there is no such button")

    def questions(self, who: str) -> int:
        """Return how many windows are open."""
        return len(self._views(who))

    def _views(self, who: str) -> Mapping[str, Any]:
        # A trigger names its user only inside of the model: in these tests one is asked at a time.
        del who
        return self.slack.team.views


def _action(message: Message, verb: str) -> tuple[str, str | None]:
    """Return the action of a button, or the menu's and the option's value."""
    for element in _elements(message.blocks):
        action = str(element.get("action_id", ""))
        if action.startswith(f"do:{verb}:"):
            return action, None
        for option in element.get("options", ()):
            if f"|{verb}|" in option["value"]:
                return action, option["value"]
    raise LookupError(f"no button for {verb}")


def _elements(blocks: Sequence[Any]) -> list[dict[str, Any]]:
    return [
        one
        for block in blocks
        for one in [*block.get("elements", ()), block.get("accessory") or {}]
        if isinstance(one, dict)
    ]


def _filled(element: Mapping[str, Any], wanted: str | None) -> dict[str, Any]:
    kind = element["type"]
    if kind == "plain_text_input":
        return {"type": kind, "value": element.get("initial_value") if wanted is None else wanted}
    options = [*element.get("options", ())]
    for group in element.get("option_groups", ()):
        options += group["options"]
    found = [one for one in options if wanted and wanted in one["text"]["text"]]
    if kind == "multi_static_select":
        return {"type": kind, "selected_options": found or element.get("initial_options", [])}
    return {"type": kind, "selected_option": found[0] if found else element.get("initial_option")}
