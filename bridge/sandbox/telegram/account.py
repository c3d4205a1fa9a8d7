"""The bot's own account: who it is, where its updates go, and the files it may fetch."""

from collections.abc import Mapping
from typing import Any

from bridge.sandbox.telegram import errors
from bridge.sandbox.telegram.call import Call, Method
from bridge.sandbox.telegram.errors import bad_request, conflict
from bridge.sandbox.telegram.files import photo
from bridge.sandbox.telegram.webhooks import Webhook, checked
from bridge.sandbox.telegram.world import Raw

LONGEST_POLL = 50


async def get_me(call: Call) -> Raw:
    """Name the bot."""
    return call.bot.raw | {
        "can_join_groups": True,
        "can_read_all_group_messages": False,
        "supports_inline_queries": False,
    }


async def get_updates(call: Call) -> list[Raw]:
    """Hand out what waits; see `Updates.poll`."""
    if call.bot.courier.webhook is not None:
        raise conflict(errors.WEBHOOK_ACTIVE)
    call.bot.updates.ask_for(call.params.json("allowed_updates", "allowed updates"))
    return await call.bot.updates.poll(
        offset=call.params.integer("offset"),
        limit=max(1, call.params.integer("limit", 100)),
        patience=min(LONGEST_POLL, max(0, call.params.integer("timeout"))),
    )


async def set_webhook(call: Call) -> bool:
    """Have updates sent to an address."""
    url, secret = call.params.text("url"), call.params.text("secret_token")
    if not url:
        return await delete_webhook(call)
    checked(url, secret, local=call.world.local)
    call.bot.updates.ask_for(call.params.json("allowed_updates", "allowed updates"))
    if call.params.flag("drop_pending_updates"):
        call.bot.updates.pending.clear()
    call.bot.updates.interrupt(errors.WEBHOOK_SET)
    most = min(100, max(1, call.params.integer("max_connections", 40)))
    await call.bot.courier.point_to(Webhook(url=url, secret=secret, max_connections=most))
    return True


async def delete_webhook(call: Call) -> bool:
    """Have updates wait for `getUpdates` again."""
    if call.params.flag("drop_pending_updates"):
        call.bot.updates.pending.clear()
    await call.bot.courier.point_to(None)
    return True


async def get_webhook_info(call: Call) -> Raw:
    """Say where updates go, and how that is going."""
    return call.bot.courier.info()


async def get_file(call: Call) -> Raw:
    """Make a link to a file, good for an hour."""
    return call.world.files.get(call.params.text("file_id"), call.world.time.now())


async def get_user_profile_photos(call: Call) -> Raw:
    """Return a person's pictures, the newest first."""
    user = call.world.users.get(call.params.integer("user_id"))
    if user is None:
        raise bad_request("user not found")
    limit = call.params.integer("limit", 100)
    shown: list[Any] = [photo(one)["photo"] for one in reversed(user.photos)][:limit]
    return {"total_count": len(user.photos), "photos": shown}


METHODS: Mapping[str, Method] = {
    "getMe": get_me,
    "getUpdates": get_updates,
    "setWebhook": set_webhook,
    "deleteWebhook": delete_webhook,
    "getWebhookInfo": get_webhook_info,
    "getFile": get_file,
    "getUserProfilePhotos": get_user_profile_photos,
}
