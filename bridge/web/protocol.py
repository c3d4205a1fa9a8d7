"""HTTP/1.1 as uvicorn speaks it, each answer written in one piece, and nobody waited for forever.

What a stranger may hold here is bounded before anybody knows them: how long a request may take
to come in, how much of a head that does not end is kept, and how long an answer may lie that
is not taken (RELIABILITY.md, Work before anybody is known).
"""

import asyncio
from typing import Any, cast

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

# What is larger is worth a write of its own. Bytes.
LARGE = 16 * 1024
# So much is taken from a line at once, and of a body before its handler asks for it: lines are
# read before any handler is begun, and a thousand may have something. Bytes.
PIECE = 8 * 1024
# A request may take so long (s) to come in, and so much longer as it is of more bytes than
# this in each second: ten megabytes come in time over the slowest of telephones.
PATIENCE = 30.0
SLOWEST = 1024
# A head that has not ended by so many bytes is no browser's, nor are such lines behind a body.
LONGEST_HEAD = 64 * 1024
# An answer of which nothing is taken for so long (s) is given up. The system tells that
# something was only once a third of what it holds has gone, which may be megabytes.
UNTAKEN = 300.0
# Whoever stood still for so long (s) has not read what was sent meanwhile.
STOOD_STILL = 10.0


class Gathering:
    """A transport that sends what one turn of the loop writes, a head and its body, together.

    In two pieces each costs a call of the system here, and another one where it is read.
    """

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        """Write to `transport`."""
        self._transport = transport
        self._loop = loop
        self._held: list[bytes] = []
        self._written = 0

    def write(self, data: bytes) -> None:
        """Send it at the end of this turn; what is large at once, so that it can be waited for."""
        if not self._held:
            self._loop.call_soon(self._send)
        self._held.append(data)
        if len(data) > LARGE:
            self._send()

    def untaken(self) -> int:
        """Return how many of the bytes that were sent wait for the other side."""
        return self._transport.get_write_buffer_size()

    def taken(self) -> int:
        """Return how many bytes have gone."""
        return self._written - self.untaken()

    def _send(self) -> None:
        held, self._held = self._held, []
        if held:
            data = b"".join(held)
            self._written += len(data)
            self._transport.write(data)

    def close(self) -> None:
        """Close once everything is sent."""
        self._send()
        self._transport.close()

    def __getattr__(self, name: str) -> Any:
        """Be the transport in everything else."""
        return getattr(self._transport, name)


class Protocol(HttpToolsProtocol):
    """A connection with a client."""

    _wire: Gathering
    # When what comes in began to, by the loop's time; none while nothing is to come.
    _began: float | None
    _received = 0
    _in_head = True
    # How many bytes came of which nothing was made yet, and whether something was just now.
    _loose = 0
    _made = False
    # How many bytes the client has taken, and since when no more.
    _taken = 0
    _taken_at = 0.0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to speak."""
        self._wire = Gathering(transport, self.loop)
        self._began = self._taken_at = self.loop.time()
        super().connection_made(self._wire)  # type: ignore[arg-type]

    def data_received(self, data: bytes) -> None:
        """Take what the client sends, unless its head does not end."""
        cycle = cast("RequestResponseCycle | None", self.cycle)
        if self._began is None and (cycle is None or cycle.response_complete):
            self._began, self._received = self.loop.time(), 0
        self._made = False
        super().data_received(data)
        self._received += len(data)
        self._loose = 0 if self._made else self._loose + len(data)
        if self._loose > LONGEST_HEAD:
            self.transport.close()

    def on_message_begin(self) -> None:
        """Note that a request comes in."""
        self._began, self._received, self._in_head = self.loop.time(), 0, True
        super().on_message_begin()

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a line of the head; what comes behind the body as if it were one is nobody's."""
        if self._in_head:
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """Note that its head is there."""
        self._in_head, self._made = False, True
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """Note that some of its body is there; more is read once this was."""
        self._made = True
        super().on_body(body)
        if len(self.cycle.body) >= PIECE:
            self.flow.pause_reading()

    def on_response_complete(self) -> None:
        """Keep nothing of a body that was answered without being read."""
        cycle = cast("RequestResponseCycle | None", self.cycle)
        if cycle is not None and cycle.response_complete:
            cycle.body = bytearray()
        super().on_response_complete()

    def on_message_complete(self) -> None:
        """Note that it is there whole."""
        self._began, self._made = None, True
        super().on_message_complete()

    def look(self, now: float, since: float) -> None:
        """Give up a client that is too slow; `since` is when this was asked last."""
        stood_still = now - since > STOOD_STILL
        if self._began is not None and (self.flow.read_paused or stood_still):
            # It is we who take nothing.
            self._began += now - since
        if stood_still:
            self._taken_at = now
        if self._sends_too_slowly(now) or self._takes_nothing(now):
            self.transport.abort()

    def _sends_too_slowly(self, now: float) -> bool:
        return self._began is not None and (now - self._began > PATIENCE + self._received / SLOWEST)

    def _takes_nothing(self, now: float) -> bool:
        taken = self._wire.taken()
        if taken != self._taken or not self._wire.untaken():
            self._taken, self._taken_at = taken, now
        return now - self._taken_at > UNTAKEN


class ByPieces(asyncio.BufferedProtocol):
    """Hands what comes to a `Protocol` in pieces that are not large.

    The loop would read a quarter of a megabyte at once, of every line that has it.
    """

    # What was read is looked at before anything else is: all lines share where it is put.
    _piece = memoryview(bytearray(PIECE))

    def __init__(self, *args: Any, **options: Any) -> None:
        """Take what a `Protocol` takes."""
        self._of = Protocol(*args, **options)

    def get_buffer(self, sizehint: int) -> memoryview:  # noqa: ARG002  # The loop's own is larger.
        """Return where the next piece is to be put."""
        return self._piece

    def buffer_updated(self, nbytes: int) -> None:
        """Take the piece that was put there."""
        self._of.data_received(bytes(self._piece[:nbytes]))

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to speak."""
        self._of.connection_made(transport)

    def connection_lost(self, exc: Exception | None) -> None:
        """End."""
        self._of.connection_lost(exc)

    def eof_received(self) -> None:
        """Note that the other side will say no more."""
        self._of.eof_received()

    def pause_writing(self) -> None:
        """Write no more for now."""
        self._of.pause_writing()

    def resume_writing(self) -> None:
        """Go on to write."""
        self._of.resume_writing()
