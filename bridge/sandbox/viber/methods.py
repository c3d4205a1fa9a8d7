"""The methods of the REST API.

Source: https://developers.viber.com/docs/api/rest-bot-api/
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from bridge.sandbox.viber import checks
from bridge.sandbox.viber.people import HOUR, OPTIONAL_EVENTS, Person
from bridge.sandbox.viber.statuses import Refusal, Status
from bridge.sandbox.viber.world import World

Payload = Mapping[str, Any]
Answer = dict[str, Any]

_ALWAYS = ("message", "webhook")
_MOST_IDS = 100
# Questions about one person in twelve hours.
_MOST_DETAILS = 2


METHODS = frozenset(
    {
        "set_webhook",
        "get_account_info",
        "send_message",
        "broadcast_message",
        "get_user_details",
        "get_online",
    }
)


class Methods:
    """What a bot may ask, each under the name it has in the address."""

    def __init__(self, world: World) -> None:
        """Act in one world."""
        self._world = world

    async def call(self, method: str, payload: Payload) -> Answer:
        """Answer one call of a method in `METHODS`; raises `Refusal`."""
        way: Callable[[Payload], Awaitable[Answer]] = getattr(self, f"_{method}")
        return await way(payload)

    async def _set_webhook(self, payload: Payload) -> Answer:
        url, account = payload.get("url"), self._world.account
        if url == "":
            account.webhook = self._world.callbacks.url = ""
            return {"event_types": []}
        if not isinstance(url, str) or not checks.is_url(url):
            raise Refusal(Status.INVALID_URL)
        # Certificates of a trusted authority only; this machine has none to show.
        if not url.startswith("https://") and not checks.is_on_this_machine(url):
            raise Refusal(Status.INVALID_URL)
        wanted = _event_types(payload.get("event_types", list(OPTIONAL_EVENTS)))
        event = self._world.event("webhook")
        if not await self._world.callbacks.probe(url, event):
            raise Refusal(Status.INVALID_URL)
        account.webhook = self._world.callbacks.url = url
        account.event_types = wanted
        account.send_name = payload.get("send_name") is True
        account.send_photo = payload.get("send_photo") is True
        return {"event_types": [*wanted, *_ALWAYS[:1]]}

    async def _get_account_info(self, _payload: Payload) -> Answer:
        account = self._world.account
        return {
            "id": account.id,
            "name": account.name,
            "uri": account.uri,
            "icon": "",
            "background": "",
            "category": "Shopping",
            "subcategory": "Shop",
            "location": {"lon": 30.52, "lat": 50.45},
            "country": "UA",
            "webhook": account.webhook,
            "event_types": [*account.event_types, *_ALWAYS[:1]],
            "subscribers_count": sum(one.subscribed for one in self._world.people.values()),
            "members": [],
        }

    async def _send_message(self, payload: Payload) -> Answer:
        if not self._world.account.webhook:
            raise Refusal(Status.WEBHOOK_NOT_SET)
        receiver = payload.get("receiver")
        if not isinstance(receiver, str) or not receiver:
            raise Refusal(Status.MISSING_DATA, "message is missing receiver")
        checks.check_message(payload)
        person = self._reachable(receiver, payload)
        token = self._world.carry(person, payload)
        return {"message_token": token, "chat_hostname": "SN-CHAT-05_", "billing_status": 1}

    def _reachable(self, receiver: str, payload: Payload) -> Person:
        """Return the person who may be sent this now; raises `Refusal`."""
        person = self._world.people.get(receiver)
        if person is None:
            raise Refusal(Status.RECEIVER_NOT_REGISTERED)
        if not person.subscribed:
            raise Refusal(Status.RECEIVER_NOT_SUBSCRIBED)
        if not person.has_device:
            raise Refusal(Status.RECEIVER_NO_SUITABLE_DEVICE)
        if payload.get("min_api_version", 1) > person.api_version:
            raise Refusal(Status.API_VERSION_NOT_SUPPORTED)
        if not person.may_get(self._world.now()):
            raise Refusal(Status.TOO_MANY_REQUESTS)
        return person

    async def _broadcast_message(self, _payload: Payload) -> Answer:
        raise Refusal(Status.BROADCAST_NOT_ALLOWED)

    async def _get_user_details(self, payload: Payload) -> Answer:
        person = self._world.people.get(str(payload.get("id")))
        if "id" not in payload:
            raise Refusal(Status.MISSING_DATA, "message is missing id")
        if person is None:
            raise Refusal(Status.RECEIVER_NOT_REGISTERED)
        self._count_details(person)
        user = person.as_user(self._world.account)
        user |= {"primary_device_os": "android 15", "viber_version": "24.1.0", "mcc": 255}
        return {
            "message_token": self._world.next_token(),
            "user": user | {"mnc": 1, "device_type": "Pixel"},
        }

    def _count_details(self, person: Person) -> None:
        asked, now = person.details_asked, self._world.now()
        while asked and asked[0] <= now - 12 * HOUR:
            asked.popleft()
        if len(asked) >= _MOST_DETAILS:
            raise Refusal(Status.TOO_MANY_REQUESTS)
        asked.append(now)

    async def _get_online(self, payload: Payload) -> Answer:
        ids = payload.get("ids")
        if not isinstance(ids, list) or not 0 < len(ids) <= _MOST_IDS:
            raise Refusal(Status.BAD_DATA, "ids are not valid")
        return {"users": [self._online(str(one)) for one in ids]}

    def _online(self, id: str) -> Answer:
        person = self._world.people.get(id)
        if person is None or not person.subscribed:
            return {"id": id, "online_status": 4, "online_status_message": "unavailable"}
        status = (0, "online") if person.online else (1, "offline")
        return {"id": id, "online_status": status[0], "online_status_message": status[1]}


def _event_types(wanted: object) -> tuple[str, ...]:
    """Return which callbacks are wanted; those of messages always come."""
    if not isinstance(wanted, Sequence) or isinstance(wanted, str):
        raise Refusal(Status.BAD_DATA, "event_types are not valid")
    if not all(one in (*OPTIONAL_EVENTS, *_ALWAYS) for one in wanted):
        raise Refusal(Status.BAD_DATA, "event_types are not valid")
    return tuple(one for one in wanted if one not in _ALWAYS)
