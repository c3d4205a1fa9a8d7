"""One connection to one folder. Everything it does ends in time, or raises.

aioimaplib tells nobody that a connection is lost (issue #110), so every wait here is a race
against that and against time. IDLE is only a hint; asking again is the truth.
"""

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator, Coroutine, Sequence
from typing import Any, TypeVar

from bridge.channel import MisconfiguredError, UnavailableError
from channels.email import answers
from channels.email.answers import Mail
from channels.email.credentials import Credentials, Fixed
from channels.email.cursor import Cursor, Folder, place_of
from channels.email.settings import Imap
from channels.email.wire import AioImapException, Client, mailbox_name, quoted

T = TypeVar("T")

# A command that takes longer than this, in seconds, is on a dead connection.
PATIENCE = 25.0
# A fetch may go on for as long as bytes keep coming; this is the end of it all the same.
LONGEST_FETCH = 540.0
# More lines than this in one answer end in aioimaplib's recursion (issue #118).
MOST_AT_ONCE = 20
# No mail server takes more by SMTP; of a larger mail only the beginning is read.
LARGEST_MAIL = 40 * 1024 * 1024
_BYTES_AT_ONCE = 32 * 1024 * 1024
# An IDLE that the server ends sooner than this, in seconds, is none.
_TOO_SHORT = 1.0
# RFC 5530: the server has a bad moment, the credentials may be right.
_FOR_NOW = (b"[UNAVAILABLE]", b"[LIMIT]", b"[INUSE]", b"[SERVERBUG]")


def tls_context(ca_file: object) -> ssl.SSLContext:
    """Return what proves a server to us; raises `MisconfiguredError` for a bad CA file."""
    try:
        return ssl.create_default_context(cafile=str(ca_file) if ca_file else None)
    except OSError:
        raise MisconfiguredError(
            "The file of the certificate authority cannot be read.", reason="misconfigured"
        ) from None


@contextlib.asynccontextmanager
async def mailbox(
    settings: Imap, user: str, credentials: Credentials | None = None
) -> AsyncIterator["Mailbox"]:
    """Open the folder; raises `UnavailableError` or `MisconfiguredError`."""
    box = Mailbox(settings, credentials)
    try:
        await box.open(user)
        yield box
    finally:
        await box.close()


class Mailbox:
    """The folder, as it is on this connection."""

    folder: Folder

    def __init__(self, settings: Imap, credentials: Credentials | None = None) -> None:
        """Prepare to connect; nothing is sent before `open`."""
        self._settings = settings
        self._credentials = credentials or Fixed(settings.secret)
        self._lost: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._client: Client | None = None
        self._idles = True

    # --- begin and end ---

    async def open(self, user: str) -> None:
        """Connect, sign in and select the folder."""
        context = None if self._settings.tls == "none" else tls_context(self._settings.ca_file)
        at_once = context if self._settings.tls == "tls" else None
        settings = self._settings
        self._client = client = Client(
            settings.host,
            settings.port_number,
            timeout=PATIENCE,
            conn_lost_cb=self._on_lost,
            ssl_context=at_once,
        )
        await self._race(client.wait_hello_from_server())
        if self._settings.tls == "starttls" and context is not None:
            await self._encrypt(context)
        await self._sign_in(user)
        await self._select(user)

    async def close(self) -> None:
        """Drop the connection and whatever aioimaplib has left running."""
        if self._client is None:
            return
        self._client.drop()
        left = self._client.tasks_left()
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)

    def _on_lost(self, _error: Exception | None) -> None:
        if not self._lost.done():
            self._lost.set_result(None)

    async def _encrypt(self, context: ssl.SSLContext) -> None:
        if not await self._race(self._live.starttls(context)):
            raise MisconfiguredError("The mail server offers no STARTTLS.", reason="misconfigured")

    async def _sign_in(self, user: str) -> None:
        word = await self._credentials.word()
        answer = await self._say_who_we_are(user, word)
        refused = answer.result != "OK" and not _is_passing(answer)
        # A token may have ended before its time, or been renewed meanwhile.
        if refused and await self._credentials.another(word):
            answer = await self._say_who_we_are(user, await self._credentials.word())
        if answer.result == "OK":
            # What a server can do is often told only to who has signed in.
            await self._race(self._live.protocol.capability())
        elif _is_passing(answer):
            raise UnavailableError("The mail server lets nobody in now.", reason="unavailable")
        else:
            raise MisconfiguredError(
                "The mail server refused the user or the password.", reason="credentials_refused"
            )

    async def _say_who_we_are(self, user: str, word: str) -> Any:
        if self._settings.auth == "xoauth2":
            return await self._race(self._live.xoauth2(user, word))
        return await self._race(self._live.login(quoted(user), word))

    async def _select(self, user: str) -> None:
        answer = await self._race(self._live.select(mailbox_name(self._settings.folder)))
        if _is_passing(answer):
            self._must_be_ok(answer.result)
        if answer.result != "OK":
            raise MisconfiguredError("There is no such folder.", reason="misconfigured")
        validity, next_uid = answers.selected(answer.lines)
        if validity is None:
            raise MisconfiguredError("The folder has no UIDVALIDITY.", reason="misconfigured")
        self.folder = Folder(
            place_of(self._settings.host, user, self._settings.folder),
            validity,
            await self._first_free_uid() if next_uid is None else next_uid,
            told=next_uid is not None,
        )

    async def _first_free_uid(self) -> int:
        """Find what an old server does not tell with SELECT."""
        answer = await self._race(self._live.uid_search("UID", "*", charset=None))
        if _is_passing(answer):
            # Any other refusal is what some say of an empty folder.
            self._must_be_ok(answer.result)
        return max(answers.found(answer.lines), default=0) + 1

    # --- reading ---

    async def newer(self, cursor: Cursor) -> list[int]:
        """Return the UIDs past the cursor, ascending; of a rescan, only those it is about."""
        self._live.protocol.news.clear()
        criteria = ["UID", f"{cursor.uid + 1}:*"]
        if cursor.rescan:
            criteria += ["SINCE", cursor.rescan.day]
        answer = await self._race(self._live.uid_search(*criteria, charset=None))
        self._must_be_ok(answer.result)
        last = cursor.rescan.until if cursor.rescan else None
        # "5:*" names the last mail even if that is the third.
        found = [uid for uid in answers.found(answer.lines) if uid > cursor.uid]
        return [uid for uid in found if last is None or uid <= last]

    async def groups(self, uids: Sequence[int]) -> list[list[int]]:
        """Return up to `MOST_AT_ONCE` UIDs in groups that fit into memory together."""
        answer = await self._fetch(uids, "(UID RFC822.SIZE)")
        if answer.result != "OK" and not _is_passing(answer):
            # It is one of them that has no size: each is asked for by itself.
            return [[uid] for uid in uids]
        self._must_be_ok(answer.result)
        sizes = answers.sizes(answer.lines)
        return answers.batches(uids, sizes, MOST_AT_ONCE, _BYTES_AT_ONCE)

    async def fetch(self, group: Sequence[int]) -> list[Mail]:
        """Return the mails of a group in their order; those that are gone are left out.

        A mail that the server cannot give is an empty one: it may not stop its neighbours. One
        that it leaves out is not gone for that: Exchange and Gmail are known to say OK to it.
        """
        mails = await self._brought(group)
        brought = {mail.uid for mail in mails}
        for uid in await self._still_there([uid for uid in group if uid not in brought]):
            mails += await self._brought([uid]) or [Mail(uid, 0, b"")]
        return sorted(mails, key=lambda mail: mail.uid)

    async def _brought(self, group: Sequence[int]) -> list[Mail]:
        """Return what comes of a group; nothing of one that the server will not give."""
        answer = await self._fetch(group, f"(UID INTERNALDATE BODY.PEEK[]<0.{LARGEST_MAIL}>)")
        if answer.result == "OK":
            return [mail for mail in answers.mails(answer.lines) if mail.uid in group]
        if _is_passing(answer):
            self._must_be_ok(answer.result)
        return []

    async def _still_there(self, uids: Sequence[int]) -> list[int]:
        if not uids:
            return []
        answer = await self._race(self._live.uid_search("UID", _set(uids), charset=None))
        self._must_be_ok(answer.result)
        return [uid for uid in answers.found(answer.lines) if uid in uids]

    async def _fetch(self, uids: Sequence[int], items: str) -> Any:
        return await self._race(self._live.uid("fetch", _set(uids), items), LONGEST_FETCH)

    # --- waiting ---

    async def wait(self, seconds: float) -> bool:
        """Return after this time, or as soon as there is news since the last look; say if so."""
        if self._idles and self._live.has_capability("IDLE"):
            await self._idle(seconds)
        else:
            await self._hear(seconds)
        await self._race(self._live.noop())
        return bool(self._live.protocol.news.is_set())

    async def _idle(self, seconds: float) -> None:
        time = asyncio.get_running_loop().time
        begun = time()
        idling = await self._race(self._live.begin_idle())
        await self._hear(seconds, idling)
        if not idling.done():
            self._live.idle_done()
        elif time() - begun < _TOO_SHORT:
            # Refused after all, or as good as that.
            self._idles = False
        await self._race(asyncio.wait_for(idling, PATIENCE))

    async def _hear(self, seconds: float, *ends: asyncio.Future[Any]) -> None:
        news = asyncio.ensure_future(self._live.protocol.news.wait())
        racing: set[asyncio.Future[Any]] = {news, self._lost, *ends}
        try:
            await asyncio.wait(racing, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        finally:
            await _end(news)

    # --- racing ---

    @property
    def _live(self) -> Client:
        if self._client is None or self._lost.done():
            raise _lost()
        return self._client

    async def _race(self, work: Coroutine[Any, Any, T], seconds: float | None = None) -> T:
        """Return what `work` returns, unless the connection or the time is lost first.

        The library's errors quote its commands, so none of them goes on from here.
        """
        task = asyncio.ensure_future(work)
        racing: set[asyncio.Future[Any]] = {task, self._lost}
        try:
            await asyncio.wait(
                racing, timeout=seconds or PATIENCE, return_when=asyncio.FIRST_COMPLETED
            )
            if task.done():
                return task.result()
        except ssl.SSLCertVerificationError:
            raise MisconfiguredError(
                "The mail server's certificate cannot be verified.", reason="misconfigured"
            ) from None
        except (AioImapException, OSError, ValueError, AttributeError, TimeoutError):
            raise _lost() from None
        finally:
            await _end(task)
        raise _lost()

    def _must_be_ok(self, result: str) -> None:
        if result != "OK":
            raise UnavailableError("The mail server refused to read.", reason="unavailable")


def _is_passing(answer: Any) -> bool:
    """Say so by the last line, which is the server's word; those before may be somebody's mail."""
    return any(code in bytes(line) for line in answer.lines[-1:] for code in _FOR_NOW)


def _set(uids: Sequence[int]) -> str:
    return ",".join(map(str, uids))


async def _end(task: asyncio.Future[Any]) -> None:
    if not task.done():
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def _lost() -> UnavailableError:
    return UnavailableError(
        "The connection to the mail server was lost, or never made.", reason="unavailable"
    )
