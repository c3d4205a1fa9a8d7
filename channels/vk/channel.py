"""A VK community's messages as a channel: private dialogs with people, both ways.

VK knows the key of a part (`random_id`), so that sending again is never a double; what it
has taken stands in the customer's dialog at once, so taken and delivered are one.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence
from typing import Any, ClassVar, get_args

from litestar.types import ControllerRouterHandler

from bridge.channel import (
    Capabilities,
    Channel,
    ChannelContext,
    MediaKind,
    MisconfiguredError,
    OutboundPart,
    Receipt,
    SendError,
    Sink,
)
from channels.vk import errors, outgoing
from channels.vk.api import Api
from channels.vk.errands import Errands
from channels.vk.hook import Hook
from channels.vk.intake import Intake
from channels.vk.polling import Polling, Sleep
from channels.vk.presses import Presses
from channels.vk.random_ids import random_id
from channels.vk.servers import NOT_CONFIRMED, Servers
from channels.vk.settings import VkSettings
from channels.vk.translate import external_id
from channels.vk.uploads import LARGEST_FILE, Uploads
from channels.vk.wire import Wire


class VkChannel(Channel):
    """One community."""

    kind: ClassVar[str] = "vk"
    capabilities = Capabilities(
        max_text=outgoing.LONGEST_TEXT,
        max_caption=outgoing.LONGEST_TEXT,
        media=dict.fromkeys(get_args(MediaKind), LARGEST_FILE),
        albums=True,
        max_buttons=outgoing.MOST_BUTTONS,
        quotes=True,
        typing=True,
        typing_lasts=10,
        idempotent_send=True,
        reports_delivered=True,
        reports_read=True,
        edits=True,
        deletes=True,
        # For how long VK keeps events that it cannot hand over is written nowhere.
        alarms_after=(3600.0,),
    )

    def __init__(
        self, settings: VkSettings, context: ChannelContext, *, sleep: Sleep = asyncio.sleep
    ) -> None:
        """Wire the inbox; nothing runs yet. `sleep` passes the pauses of Long Poll."""
        self._settings = settings
        self._context = context
        self._api = Api(settings)
        self._wire = Wire(settings)
        self._uploads = Uploads(self._api, self._wire)
        self._errands = Errands(self._api, context.clock)
        self._intake = Intake(context.clock, self._errands, Presses(self._api), context.tries)
        path = f"/hooks/{context.inbox_id}"
        self._servers = Servers(self._api, settings.group_id, path, context.health)
        self._way_in = self._hook() or self._polling(sleep)

    def _hook(self) -> Hook | None:
        """Return VK's address here, if VK is to call; the settings have seen to its proofs."""
        settings = self._settings
        if settings.mode != "callback" or settings.confirmation is None or settings.secret is None:
            return None
        return Hook(
            self._context.inbox_id,
            settings.group_id,
            settings.confirmation,
            settings.secret,
            self._intake,
            self._context.health,
        )

    def _polling(self, sleep: Sleep) -> Polling:
        return Polling(
            self._settings.group_id,
            self._api,
            self._wire,
            self._intake,
            self._context.clock,
            sleep,
            health=self._context.health,
        )

    def __repr__(self) -> str:
        """Name the inbox and nothing that was configured."""
        return f"VkChannel({self._context.inbox_id!r})"

    async def check(self) -> str:
        """Name the community whose token it is; raises `SendError`."""
        answer = await self._api.call("groups.getById")
        try:
            (group,) = answer["groups"]
            number, name = int(group["id"]), str(group["name"])
        except (KeyError, TypeError, ValueError):
            number, name = 0, ""
        if number != self._settings.group_id:
            raise MisconfiguredError(
                "The token is not that of the community in group_id.", reason="misconfigured"
            )
        return f"the VK community {name} (club{number})"

    async def examine(self) -> Sequence[SendError]:
        """Return whether VK has confirmed our address and calls it; raises a `SendError`."""
        if not isinstance(self._way_in, Hook) or await self._servers.called():
            return []
        return [MisconfiguredError(NOT_CONFIRMED, reason="webhook_failing")]

    def routes(self) -> Sequence[ControllerRouterHandler]:
        """Return the Callback API's address, where it is used."""
        return [self._way_in.route()] if isinstance(self._way_in, Hook) else []

    # --- in ---

    async def run(self, sink: Sink) -> None:
        """Take events until cancelled, from whichever way they come."""
        work = [self._way_in.run(sink), self._errands.run(sink)]
        if isinstance(self._way_in, Hook):
            work.append(self._servers.run())
        tasks = [asyncio.create_task(one) for one in work]
        try:
            ended, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in ended:
                task.result()
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def serve(self, sink: Sink) -> None:
        """Take what VK calls us with, whichever process it has reached."""
        if isinstance(self._way_in, Hook):
            await asyncio.gather(self._way_in.serve(sink), self._errands.run(sink))
        await asyncio.Event().wait()

    async def take_again(self, sink: Sink, raw: bytes) -> None:
        """Take an update that was set aside; see `bridge.channel.CanTakeAgain`."""
        await self._intake.take_again(sink, raw)

    async def close(self) -> None:
        """End the threads that call VK."""
        await self._api.close()

    def download(self, ref: str) -> AsyncIterator[bytes]:
        """Yield a file that a customer sent, or a person's photo; raises `SendError`."""
        return self._wire.download(ref)

    # --- out ---

    async def start_link(self, payload: str) -> str:
        """Return a link that opens the dialog; the first message then has `ref`.

        https://dev.vk.com/ru/api/community-messages/getting-started
        """
        return f"https://vk.me/club{self._settings.group_id}?ref={payload}"

    async def send(self, part: OutboundPart, *, key: str) -> Receipt:
        """Send one message, with its files; raises `SendError`."""
        peer, text = outgoing.peer_of(part.recipient), outgoing.text_of(part)
        answer = await self._api.call(
            "messages.send",
            # The answer for a list of recipients tells the number in the dialog.
            peer_ids=peer,
            random_id=random_id(key, self._context.secret),
            message=text,
            attachment=await self._uploads.attach(peer, part.media),
            forward=outgoing.reply_of(part),
            keyboard=outgoing.keyboard_of(part.buttons),
        )
        return Receipt(external_ids=[external_id(peer, _taken(answer))], delivered=True)

    async def edit(self, part: OutboundPart, *, key: str) -> Receipt:  # noqa: ARG002  # The same text twice is one.
        """Replace the text of a message, and keep its files and buttons."""
        peer, text = outgoing.peer_of(part.recipient), outgoing.text_of(part)
        for one in part.external_ids:
            cmid = outgoing.cmid_of(one)
            await self._api.call(
                "messages.edit",
                peer_id=peer,
                cmid=cmid,
                message=text,
                keep_forward_messages=1,
                keep_snippets=1,
                **await self._kept(peer, cmid),
            )
        return Receipt(external_ids=list(part.external_ids), delivered=True)

    async def _kept(self, peer: int, cmid: int) -> dict[str, Any]:
        """Return what VK would drop from a message that is edited without it."""
        found = await self._api.call(
            "messages.getByConversationMessageId", peer_id=peer, conversation_message_ids=cmid
        )
        return outgoing.kept_of(found)

    async def delete(self, part: OutboundPart, *, key: str) -> Receipt:  # noqa: ARG002  # What is deleted stays so.
        """Take a message back, for the customer as well."""
        peer = outgoing.peer_of(part.recipient)
        cmids = [outgoing.cmid_of(one) for one in part.external_ids]
        answer = await self._api.call(
            "messages.delete",
            peer_id=peer,
            cmids=",".join(map(str, cmids)),
            delete_for_all=1,
        )
        _raise_refusal(answer)
        return Receipt(external_ids=list(part.external_ids), delivered=True)

    # --- signs ---

    async def show_typing(self, recipient: str, thread: str, name: str) -> None:  # noqa: ARG002  # VK shows the community's name.
        """Show it for ten seconds; where VK will not, nobody is told."""
        with contextlib.suppress(SendError):
            peer = outgoing.peer_of(recipient)
            await self._api.call_aside("messages.setActivity", peer_id=peer, type="typing")

    async def mark_read(self, recipient: str, thread: str, external_id: str) -> None:  # noqa: ARG002  # There is one dialog.
        """Mark everything up to `external_id` as read."""
        await self._api.call_aside(
            "messages.markAsRead",
            peer_id=outgoing.peer_of(recipient),
            up_to_cmid=outgoing.cmid_of(external_id),
        )


def _taken(answer: Any) -> int:
    """Return the number that the message has in its dialog; raises `SendError`."""
    _raise_refusal(answer)
    try:
        cmid = answer[0]["conversation_message_id"]
    except (KeyError, TypeError, IndexError):
        cmid = None
    if not isinstance(cmid, int) or cmid < 1:
        raise errors.malformed(had_effect=True)
    return cmid


def _raise_refusal(answer: Any) -> None:
    """Raise what the answer says of its one recipient or message."""
    items = answer if isinstance(answer, list) else []
    for item in items:
        refusal = item.get("error") if isinstance(item, dict) else None
        if isinstance(refusal, dict) and isinstance(refusal.get("code"), int):
            raise errors.refused(refusal["code"])
