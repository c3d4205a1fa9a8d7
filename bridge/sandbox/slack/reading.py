"""`auth.*`, `conversations.*` and `users.*`.

Source: https://docs.slack.dev/reference/methods
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from bridge.sandbox.slack.errors import Refusal
from bridge.sandbox.slack.methods import Answer, Call, Method
from bridge.sandbox.slack.team import APP, BOT, BOT_USER, TEAM, Channel, Message

_TS = re.compile(r"\d+(?:\.\d+)?")


async def auth_test(call: Call) -> Answer:
    """Say whose token this is."""
    return {
        "url": "https://shop.slack.com/",
        "team": "Shop",
        "team_id": TEAM,
        "user": call.team.users[BOT_USER].name,
        "user_id": BOT_USER,
        "bot_id": BOT,
        "app_id": APP,
        "is_enterprise_install": False,
    }


async def info(call: Call) -> Answer:
    """Describe a channel."""
    return {"channel": call.channel().as_json()}


async def join(call: Call) -> Answer:
    """Enter a public channel."""
    channel = call.channel()
    if channel.is_private:
        raise Refusal("method_not_supported_for_channel_type")
    if channel.is_archived:
        raise Refusal("is_archived")
    channel.members.add(BOT_USER)
    return {"channel": channel.as_json()}


async def history(call: Call) -> Answer:
    """Return what stands in a channel, newest first."""
    channel = _readable(call)
    return _messages(call, [one for one in channel.history() if _between(call, one)])


async def replies(call: Call) -> Answer:
    """Return a thread, oldest first."""
    channel = _readable(call)
    thread = channel.thread(str(call.need("ts")))
    newer = [one for one in thread[1:] if _between(call, one)]
    return _messages(call, [thread[0], *newer])


async def user_info(call: Call) -> Answer:
    """Describe somebody."""
    return {"user": call.team.user(call.args.get("user")).as_json()}


async def user_by_email(call: Call) -> Answer:
    """Find somebody by their address."""
    wanted = str(call.need("email")).casefold()
    for one in call.team.users.values():
        if (one.email or "").casefold() == wanted and not one.deleted:
            return {"user": one.as_json()}
    raise Refusal("users_not_found")


async def users(call: Call) -> Answer:
    """List everybody."""
    page, more = call.page([one.as_json() for one in call.team.users.values()])
    return {"members": list(page), **more}


METHODS: Mapping[str, Method] = {
    "auth.test": auth_test,
    "conversations.info": info,
    "conversations.join": join,
    "conversations.history": history,
    "conversations.replies": replies,
    "users.info": user_info,
    "users.lookupByEmail": user_by_email,
    "users.list": users,
}


def _readable(call: Call) -> Channel:
    channel = call.channel()
    if BOT_USER not in channel.members:
        raise Refusal("not_in_channel")
    return channel


def _between(call: Call, message: Message) -> bool:
    """Say whether a message lies between `oldest` and `latest`."""
    oldest, latest = str(call.args.get("oldest") or "0"), str(call.args.get("latest") or "")
    if not _TS.fullmatch(oldest) or not _TS.fullmatch(latest or "0"):
        raise Refusal("invalid_ts_oldest")
    inclusive = call.flag("inclusive")
    after = message.ts >= oldest if inclusive else message.ts > oldest
    return after and (not latest or message.ts < latest or (inclusive and message.ts == latest))


def _messages(call: Call, found: Sequence[Message]) -> Answer:
    whole = call.flag("include_all_metadata")
    page, more = call.page(found, most=999)
    told: list[Mapping[str, Any]] = [one.as_json(call.team.home, metadata=whole) for one in page]
    has_more = bool(more["response_metadata"]["next_cursor"])
    return {"messages": told, "has_more": has_more, **more}
