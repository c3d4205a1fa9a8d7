"""What the model was asked and what it carried, so that a test need not believe the program."""

from dataclasses import dataclass, field

from bridge.sandbox import ledger


@dataclass(frozen=True, slots=True)
class Call:
    """One command of a client, `UID FETCH` or `DATA` for instance, and the answer's last line.

    The answer is empty where the connection was cut instead. `at` is in ms.
    """

    method: str
    answer: str
    at: int


@dataclass(frozen=True, slots=True)
class Carried:
    """A mail that the model took from one address for others, as it was handed in."""

    sender: str
    recipients: tuple[str, ...]
    raw: bytes
    at: int


@dataclass(slots=True)
class Ledger(ledger.Ledger[Call]):
    """Everything, oldest first."""

    carried: list[Carried] = field(default_factory=list)
    """What the program has sent."""
    delivered: list[bytes] = field(default_factory=list)
    """What has come into the account's folder, as it lies there."""

    def note(self, call: Call, mail: bytes = b"") -> None:
        """Remember a command, and the mail that came with it.

        What else came with it stays out: with some commands it is the password.
        """
        self.calls.append(call)
        self.wire.asked(call.method, {"mail": readable(mail)} if mail else {}, call.answer)


def readable(mail: bytes) -> str:
    """Return a mail as a text, whatever bytes are in it."""
    return mail.decode("utf-8", "backslashreplace")
