"""Modals and the Home tab.

Source: https://docs.slack.dev/reference/methods/views.open
"""

from collections.abc import Callable, Mapping
from typing import Any

from bridge.sandbox.slack import blocks
from bridge.sandbox.slack.errors import Refusal, invalid
from bridge.sandbox.slack.methods import Answer, Call, Method
from bridge.sandbox.slack.team import APP, BOT, TEAM

TRIGGER_LIFE = 3000
MOST_PRIVATE = 3000
LONGEST_TITLE = 24


class Triggers:
    """What a person's press allows the app to open, once and within three seconds."""

    def __init__(self, now: Callable[[], int]) -> None:
        """`now` is in ms."""
        self._now = now
        self._given: dict[str, tuple[str, int]] = {}
        self._used: set[str] = set()

    def give(self, user: str) -> str:
        """Return a trigger for somebody's press."""
        trigger = f"{len(self._given) + 1}.{self._now()}.trigger"
        self._given[trigger] = user, self._now()
        return trigger

    def use(self, trigger: object) -> str:
        """Return whose press it was; raises `Refusal`."""
        if trigger not in self._given:
            raise Refusal("invalid_trigger_id")
        if trigger in self._used:
            raise Refusal("exchanged_trigger_id")
        user, given_at = self._given[str(trigger)]
        if self._now() - given_at > TRIGGER_LIFE:
            raise Refusal("expired_trigger_id")
        self._used.add(str(trigger))
        return user


def methods(triggers: Triggers) -> Mapping[str, Method]:
    """Return the methods, which share the triggers."""

    async def open_view(call: Call) -> Answer:
        view = _checked(call, ("modal",))
        user = triggers.use(call.need("trigger_id"))
        made = _kept(call, view, call.team.id("V"), user)
        return {"view": made}

    async def update(call: Call) -> Answer:
        known = _known(call)
        if call.args.get("hash") not in (None, known["hash"]):
            raise Refusal("hash_conflict")
        view = _checked(call, (known["type"],))
        return {"view": _kept(call, view, known["id"], known["user"])}

    async def publish(call: Call) -> Answer:
        user = call.team.user(call.need("user_id"))
        view = _checked(call, ("home",))
        made = _kept(call, view, f"V0HOME{user.id}", user.id)
        call.team.homes[user.id] = made
        return {"view": made}

    return {"views.open": open_view, "views.update": update, "views.publish": publish}


def _checked(call: Call, kinds: tuple[str, ...]) -> Mapping[str, Any]:
    view = call.json("view")
    if not isinstance(view, dict) or view.get("type") not in kinds:
        raise invalid("view has no type that fits")
    blocks.check(view.get("blocks"), blocks.MOST_IN_VIEW)
    if view["type"] == "modal":
        title = (view.get("title") or {}).get("text", "")
        if not 0 < len(title) <= LONGEST_TITLE:
            raise invalid("view.title must be 1 to 24 characters")
        if any(one["type"] == "input" for one in view["blocks"]) and "submit" not in view:
            raise invalid("view.submit is required with an input block")
    if len(view.get("private_metadata", "")) > MOST_PRIVATE:
        raise invalid("private_metadata is too long")
    return view


def _known(call: Call) -> dict[str, Any]:
    wanted = call.args.get("view_id"), call.args.get("external_id")
    for one in call.team.views.values():
        if one["id"] == wanted[0] or (wanted[1] and one.get("external_id") == wanted[1]):
            return one
    raise Refusal("not_found")


def _kept(call: Call, view: Mapping[str, Any], view_id: str, user: str) -> dict[str, Any]:
    made = {
        "private_metadata": "",
        "callback_id": "",
        "external_id": "",
        "state": {"values": {}},
        **view,
        "id": view_id,
        "team_id": TEAM,
        "app_id": APP,
        "bot_id": BOT,
        "user": user,
        "hash": f"{call.team.now() // 1000}.{call.team.next()}",
    }
    call.team.views[view_id] = made
    return made
