"""Handing one mail to the server, once, and what its answer means.

Codes: https://www.rfc-editor.org/rfc/rfc5321#section-4.2.3, and the enhanced ones after
them: https://www.rfc-editor.org/rfc/rfc3463#section-3

| where | answer | means |
|---|---|---|
| connecting, or anything before the final dot | nothing, or 4xx | `UnavailableError` |
| signing in | 5xx | `MisconfiguredError` |
| MAIL FROM | 552, 5.3.4 | `RejectedError` (too large) |
| MAIL FROM | other 5xx | `MisconfiguredError`: we may not send as this address |
| RCPT TO | 5xx with 5.7.x | `RejectedError` (refused by policy) |
| RCPT TO | other 5xx | `UnreachableError` |
| DATA | 5xx | `RejectedError` |
| after the final dot | nothing | `OutcomeUnknownError` |

A connection serves one mail: after a failure an old one may still have a transaction open.
"""

import asyncio
import contextlib
import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import aiosmtplib
from aiosmtplib.protocol import normalize_message_line_endings

from bridge import wirelog
from bridge.channel import (
    MisconfiguredError,
    OutcomeUnknownError,
    Reason,
    RejectedError,
    SendError,
    UnavailableError,
    UnreachableError,
)
from channels.email.credentials import Credentials, Fixed
from channels.email.imap import tls_context
from channels.email.settings import Smtp

# For a connection and for each command before the mail itself, in seconds.
PATIENCE = 30.0
# For the server's last word, in seconds.
GOODBYE = 5.0
# Providers let one account have about ten connections, and IMAP needs some.
MOST_AT_ONCE = 4

_ENHANCED = re.compile(r"\b([45])\.(\d{1,3})\.(\d{1,3})\b")
_UNREACHABLE: Mapping[str, tuple[Reason, str]] = {
    "1": ("no_such_recipient", "The mail server knows no such address."),
    "2.1": ("account_gone", "The mailbox has been closed."),
    "2.2": ("mailbox_full", "The mailbox is full."),
}


class Session(aiosmtplib.SMTP):
    """A connection that knows whether the mail itself has begun to go out."""

    handed_over = False
    patience: float = 600.0
    noted: Callable[[str | int, str], None] = staticmethod(lambda _code, _said: None)

    async def execute_command(self, *args: Any, **more: Any) -> aiosmtplib.SMTPResponse:
        """Give a command, and note a refusal."""
        return self._heard(await super().execute_command(*args, **more))

    def _heard(self, answer: aiosmtplib.SMTPResponse) -> aiosmtplib.SMTPResponse:
        if answer.code >= 400:
            self.noted(answer.code, answer.message)
        return answer

    async def data(  # type: ignore[override]  # Ours is called by `sendmail` alone.
        self,
        message: bytes,
        /,
        *,
        timeout: object = None,  # noqa: ARG002, ASYNC109  # The mail itself has a time of its own.
    ) -> aiosmtplib.SMTPResponse:
        """Send DATA and the mail; up to the 354 in between nothing has gone."""
        answer = await self.execute_command(b"DATA", timeout=PATIENCE)
        if answer.code != 354 or self.protocol is None:
            raise aiosmtplib.SMTPDataError(answer.code, "")
        body = re.sub(rb"(?m)^\.", b"..", normalize_message_line_endings(message))
        self.handed_over = True
        self.protocol.write(body + b".\r\n")
        answer = self._heard(await self.protocol.read_response(timeout=self.patience))
        if answer.code != 250:
            raise aiosmtplib.SMTPDataError(answer.code, answer.message)
        return answer


class Outbox:
    """The server that takes our mail."""

    def __init__(
        self, settings: Smtp, address: str, credentials: Credentials | None = None
    ) -> None:
        """Send as `address`, which reports of failure come back to."""
        self._settings = settings
        self._credentials = credentials or Fixed(settings.secret)
        self._address = address
        self._room = asyncio.Semaphore(MOST_AT_ONCE)

    async def check(self) -> None:
        """Sign in; raises as `send`."""
        session = self._session()
        try:
            await self._connect(session)
        finally:
            session.close()

    async def send(self, recipient: str, raw: bytes, goes: Callable[[], Awaitable[None]]) -> None:
        """Hand in one mail for one recipient; raises a `SendError`.

        `goes` is awaited when the server is there: until then nothing of the mail has gone.
        """
        async with self._room:
            session = self._session()
            session.noted = wirelog.asked("SMTP", lambda: {"mail": raw})
            try:
                await self._connect(session)
                await goes()
                await self._hand_over(session, recipient, raw)
                await _part(session)
            except (RejectedError, UnreachableError):
                await _part(session)
                raise
            finally:
                session.close()

    def _session(self) -> Session:
        settings = self._settings
        session = Session(
            hostname=settings.host,
            port=settings.port_number,
            timeout=PATIENCE,
            use_tls=settings.tls == "tls",
            start_tls=settings.tls == "starttls",
            tls_context=None if settings.tls == "none" else tls_context(settings.ca_file),
            # The machine's own name takes a look-up, and tells nobody anything.
            local_hostname=self._address.rpartition("@")[2],
        )
        session.patience = settings.timeout.total_seconds()
        return session

    async def _connect(self, session: Session) -> None:
        """Connect and sign in. The library's errors quote the server, so none goes on from here."""
        try:
            await session.connect()
            await self._sign_in(session)
        except aiosmtplib.SMTPAuthenticationError as error:
            raise _at_sign_in(error.code) from None
        except aiosmtplib.SMTPResponseException as error:
            raise _closed(error.code) from None
        except (aiosmtplib.SMTPServerDisconnected, aiosmtplib.SMTPConnectError, OSError):
            raise _closed(0) from None
        except (aiosmtplib.SMTPException, ValueError):
            raise MisconfiguredError(
                "The mail server cannot do what is configured: encryption, or this way to sign in.",
                reason="misconfigured",
            ) from None

    async def _sign_in(self, session: Session) -> None:
        word = await self._credentials.word()
        if not word:
            return
        user = self._settings.user or self._address
        if self._settings.auth != "xoauth2":
            await session.login(user, word)
            return
        try:
            await session.auth_xoauth2(user, word)
        except aiosmtplib.SMTPAuthenticationError as error:
            # A token may have ended before its time, or been renewed meanwhile.
            if _passing(error.code) is not None or not await self._credentials.another(word):
                raise
            await session.auth_xoauth2(user, await self._credentials.word())

    async def _hand_over(self, session: Session, recipient: str, raw: bytes) -> None:
        options = [] if recipient.isascii() and self._address.isascii() else ["SMTPUTF8"]
        try:
            await session.sendmail(self._address, [recipient], raw, mail_options=options)
        except aiosmtplib.SMTPSenderRefused as error:
            raise _at_sender(error.code, error.message) from None
        except aiosmtplib.SMTPRecipientsRefused as error:
            first = error.recipients[0]
            raise _at_recipient(first.code, first.message) from None
        except aiosmtplib.SMTPResponseException as error:
            raise _at_mail(error.code, error.message) from None
        except aiosmtplib.SMTPNotSupported:
            raise UnreachableError(
                "The mail server cannot write to such an address.", reason="unreachable"
            ) from None
        except ValueError:
            raise RejectedError("This is no address.", reason="no_such_recipient") from None
        except (aiosmtplib.SMTPException, OSError):
            raise _broken_off(handed_over=session.handed_over) from None


async def _part(session: Session) -> None:
    """Say goodbye and hear it: only then the server counts one connection less.

    Whoever just hangs up has one too many with the next, where the server is busy. What
    becomes of it changes nothing about the mail.
    """
    with contextlib.suppress(aiosmtplib.SMTPException, OSError):
        await session.quit(timeout=GOODBYE)


# --- what an answer means ---


def _passing(code: int) -> SendError | None:
    """Return the error for what may go better later; 421 says so whenever it comes."""
    if 500 <= code < 600:
        return None
    return UnavailableError(f"The mail server takes nothing now ({code}).", reason="unavailable")


def _closed(code: int) -> SendError:
    if 500 <= code < 600:
        return MisconfiguredError(
            f"The mail server does not talk to us ({code}).", reason="misconfigured"
        )
    return UnavailableError("The mail server cannot be reached.", reason="unavailable")


def _at_sign_in(code: int) -> SendError:
    return _passing(code) or MisconfiguredError(
        f"The mail server refused the user or the password ({code}).",
        reason="credentials_refused",
    )


def _at_sender(code: int, message: str) -> SendError:
    if _is_too_large(code, message):
        return _too_large()
    return _passing(code) or MisconfiguredError(
        f"The mail server does not let us send as this address ({code}).", reason="no_permission"
    )


def _at_recipient(code: int, message: str) -> SendError:
    if (passing := _passing(code)) is not None:
        return passing
    subject, detail = _enhanced(message)
    if subject == "7":
        return _by_policy(code)
    reason, sentence = (
        _UNREACHABLE.get(f"{subject}.{detail}")
        or _UNREACHABLE.get(subject)
        or ("unreachable", f"The mail server refused the address ({code}).")
    )
    return UnreachableError(sentence, reason=reason)


def _at_mail(code: int, message: str) -> SendError:
    if (passing := _passing(code)) is not None:
        return passing
    return _too_large() if _is_too_large(code, message) else _by_policy(code)


def _broken_off(*, handed_over: bool) -> SendError:
    if handed_over:
        return OutcomeUnknownError(
            "The mail was handed over, and the server did not say that it has it.",
            reason="timeout",
        )
    return UnavailableError("The connection to the mail server broke off.", reason="unavailable")


def _is_too_large(code: int, message: str) -> bool:
    subject, detail = _enhanced(message)
    return (code >= 500 and (subject, detail) in (("3", "4"), ("2", "3"))) or (
        code == 552 and subject != "2"
    )


def _too_large() -> SendError:
    return RejectedError("The mail is larger than the mail server takes.", reason="too_large")


def _by_policy(code: int) -> SendError:
    return RejectedError(f"The mail server refused the mail ({code}).", reason="rejected")


def _enhanced(message: str) -> tuple[str, str]:
    match = _ENHANCED.search(message)
    return (match[2], match[3]) if match else ("", "")
