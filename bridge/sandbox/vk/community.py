"""The methods of `groups` and `users`."""

from collections.abc import Mapping
from typing import Any

from bridge.sandbox.vk import params, shapes
from bridge.sandbox.vk.callback import Callback
from bridge.sandbox.vk.errors import VkError
from bridge.sandbox.vk.longpoll import LongPoll
from bridge.sandbox.vk.world import World

Given = Mapping[str, str]


class Community:
    """What the API says of the community and of people."""

    def __init__(self, world: World, longpoll: LongPoll, callback: Callback) -> None:
        """Speak of one community."""
        self._world = world
        self._longpoll = longpoll
        self._callback = callback

    def get_by_id(self, given: Given) -> Any:
        """Return the community: https://dev.vk.com/ru/method/groups.getById."""
        named = given.get("group_id") or given.get("group_ids") or str(self._world.group_id)
        if named != str(self._world.group_id):
            raise VkError(100, "group_ids is undefined")
        group = {
            "id": self._world.group_id,
            "name": self._world.group_name,
            "screen_name": f"club{self._world.group_id}",
            "is_closed": 0,
            "type": "group",
        }
        return {"groups": [group], "profiles": []}

    def long_poll_server(self, given: Given) -> Any:
        """Return where to ask for events: https://dev.vk.com/ru/method/groups.getLongPollServer."""
        self._own(given)
        return self._longpoll.session()

    def confirmation_code(self, given: Given) -> Any:
        """Return what the Callback API's server must answer to be confirmed."""
        self._own(given)
        return {"code": self._callback.code}

    def callback_servers(self, given: Given) -> Any:
        """Return its servers: https://dev.vk.com/ru/method/groups.getCallbackServers."""
        self._own(given)
        items = [
            {"id": number, "title": "server", "url": url, "status": status, "secret_key": ""}
            for number, (url, status) in enumerate(self._callback.servers.items(), start=1)
        ]
        return {"count": len(items), "items": items}

    def _own(self, given: Given) -> None:
        if params.whole(given, "group_id") != self._world.group_id:
            raise VkError(15, "group_id is not of this community")

    def users(self, given: Given) -> Any:
        """Return people: https://dev.vk.com/ru/method/users.get. Unknown ones are left out."""
        ids = params.numbers(given, "user_ids", 1000)
        fields = {one.strip() for one in given.get("fields", "").split(",")}
        known = (self._world.people.get(one) for one in ids)
        return [shapes.user(person, fields) for person in known if person is not None]
