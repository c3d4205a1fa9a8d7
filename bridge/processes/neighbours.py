"""What the other processes of the program tell: that they have committed, and whispers.

PostgreSQL carries it (LISTEN and NOTIFY), with the commit that it tells of. Nothing depends on
it but how soon something is seen: every second each process looks at the log itself, and while
the line to the server is down at everything. Whispers may go another way, where there is one.
"""

import asyncio
import contextlib
import logging
import threading
import time
from collections.abc import Awaitable, Callable, Sequence

import msgspec

from bridge.channel import StorageUnavailableError
from bridge.db import Server
from bridge.db.postgresql import connect
from bridge.events import Whisper
from bridge.store import processes as q
from bridge.store.transactions import News, Store, Tx

_log = logging.getLogger(__name__)

# Between two looks at what nobody may have told of, in seconds.
LOOK = 1.0
# Between two tries to have a line, in seconds.
_AGAIN = 1.0
_CHANNEL = "deskbridge"
# Whispers that wait to be told; who writes just now is worth nothing later.
_MOST_WHISPERS = 64


class Told(msgspec.Struct, frozen=True, omit_defaults=True):
    """What one process tells the others: ids, never text.

    `first` and `last` are the ids of the events; a process of an older version tells none.
    """

    by: int
    topics: Sequence[str] = ()
    events: bool = False
    whisper: Whisper | None = None
    first: int = 0
    last: int = 0


_encode = msgspec.json.encode
_DECODER = msgspec.json.Decoder(Told)
# Whatever is told by whoever may write there: nested without end, it is the last of them.
_STRANGE = (msgspec.MsgspecError, UnicodeError, RecursionError)


class Neighbours:
    """The line to the other processes. Used in the event loop; it listens in a thread."""

    def __init__(
        self,
        store: Store,
        server: Server,
        process: int,
        *,
        heard: Callable[[Told], None],
        missed: Callable[[], None],
        look: Callable[[], None],
    ) -> None:
        """`heard` is told what others tell, `missed` that there may be more than they told.

        `look` is called every second.
        """
        self._store = store
        self._server = server
        self._process = process
        self._heard, self._missed, self._look = heard, missed, look
        self.aside: Callable[[bytes], Awaitable[bool]] = _nobody
        """Tells a whisper some other way; says whether everybody has heard it."""
        self._whispers: asyncio.Queue[Whisper] = asyncio.Queue(_MOST_WHISPERS)
        self.is_listening = False

    def before_commit(self, tx: Tx, news: News) -> None:
        """Have the others told with a commit: `Store.before_commit`."""
        told = Told(self._process, sorted(news.topics))
        if news.events:
            first, last = news.events[0].id, news.events[-1].id
            told = msgspec.structs.replace(told, events=True, first=first, last=last)
        tx.put_off(q.TELL, said=_encode(told).decode())

    def whisper(self, whisper: Whisper) -> None:
        """Pass on a whisper; one too many is dropped."""
        with contextlib.suppress(asyncio.QueueFull):
            self._whispers.put_nowait(whisper)

    async def run(self) -> None:
        """Listen and tell, until cancelled."""
        loop, over = asyncio.get_running_loop(), threading.Event()
        of = (loop, over)
        listen = threading.Thread(target=self._listen, args=of, name="neighbours", daemon=True)
        listen.start()
        telling = asyncio.create_task(self._tell())
        try:
            while True:
                await asyncio.sleep(LOOK)
                (self._look if self.is_listening else self._missed)()
        finally:
            over.set()
            telling.cancel()
            await asyncio.gather(telling, return_exceptions=True)
            self.is_listening = False

    async def _tell(self) -> None:
        while True:
            told = Told(self._process, whisper=await self._whispers.get())
            said = _encode(told)
            if await self.aside(said):
                continue
            with contextlib.suppress(StorageUnavailableError):
                await self._store.read(_said, said.decode())

    def overheard(self, said: bytes) -> None:
        """Take what another process has told aside: whispers and nothing else."""
        with contextlib.suppress(*_STRANGE):
            told = _DECODER.decode(said)
            if told.by != self._process and told.whisper is not None:
                self._heard(Told(told.by, whisper=told.whisper))

    # --- in the thread ---

    def _listen(self, loop: asyncio.AbstractEventLoop, over: threading.Event) -> None:
        import psycopg  # noqa: PLC0415

        while not over.is_set():
            try:
                self._listen_over_one_line(loop, over)
            except psycopg.Error as error:
                if over.is_set():
                    # The server may well have ended since.
                    return
                _log.warning("the line to the other processes is down: %s", type(error).__name__)
            except RuntimeError:
                # The loop has ended.
                return
            self.is_listening = False
            over.wait(_AGAIN)

    def _listen_over_one_line(self, loop: asyncio.AbstractEventLoop, over: threading.Event) -> None:
        with contextlib.closing(connect(self._server)) as line:
            line.execute(f"LISTEN {_CHANNEL}")
            self.is_listening = True
            # From now on nothing is missed; before that, anything may have been.
            loop.call_soon_threadsafe(self._missed)
            asked_at = time.monotonic()
            while not over.is_set():
                for one in line.notifies(timeout=LOOK, stop_after=1):
                    self._take(loop, one.payload)
                if time.monotonic() - asked_at > 10 * LOOK:
                    # A line that is dead without having been closed is found out.
                    line.execute("SELECT 1")
                    asked_at = time.monotonic()

    def _take(self, loop: asyncio.AbstractEventLoop, said: str) -> None:
        try:
            told = _DECODER.decode(said)
        except _STRANGE:
            # A newer process says something that this one does not know.
            loop.call_soon_threadsafe(self._missed)
            return
        if told.by != self._process:
            loop.call_soon_threadsafe(self._heard, told)


async def _nobody(_: bytes) -> bool:
    return False


def _said(tx: Tx, said: str) -> None:
    tx.run(q.TELL, said=said)
