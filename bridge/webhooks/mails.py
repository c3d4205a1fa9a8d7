"""One attempt at one mail, by the way out that answers to customers take.

It waits in a queue of its own all the same: a task's inbox that takes nothing holds up no
answer. A double is no harm to people who work on tasks, and its Message-ID is the same, so
what nobody knows the end of is sent again.
"""

import asyncio
from typing import Self

import msgspec

from bridge import channel as ch
from bridge.webhooks.calls import Answer, Mail

_LONGEST_ANSWER = 300


class MailCarrier:
    """Sends mails of ours to people who are no customers, by one mailbox."""

    def __init__(self, channel: ch.Channel) -> None:
        """Send through a channel whose `Capabilities.by_address` is set."""
        self._channel = channel

    async def __aenter__(self) -> Self:
        """Open nothing: the channel has its own connections."""
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close nothing."""

    async def send(self, call_id: str, body: str, _now: int, /) -> Answer:
        """Send once; whatever comes of it is an answer."""
        mail = msgspec.json.decode(body, type=Mail)
        part = ch.OutboundPart(
            recipient=mail.to,
            # A name that no conversation has: what is answered to it begins one.
            thread=mail.thread or f"ticket:{call_id}",
            message_id=0,
            text=mail.text,
            author=mail.author,
            automatic=mail.author is None,
            continues=ch.Continuation(subject=mail.subject),
        )
        try:
            async with asyncio.timeout(self._channel.capabilities.send_timeout):
                await self._channel.send(part, key=call_id)
        except ch.SendError as error:
            return _answer_of(error)
        except TimeoutError:
            return Answer("timeout")
        return Answer("")


def _answer_of(error: ch.SendError) -> Answer:
    text = str(error)[:_LONGEST_ANSWER]
    match error:
        case ch.ThrottledError():
            return Answer("unreachable", text=text, after=error.after)
        case ch.RejectedError() | ch.UnreachableError():
            return Answer("refused", text=text)
        case _:
            return Answer("unreachable", text=text)
