"""More than two hundred difficult mails, read right; and mutations of them, read at all."""

import random
import sysconfig
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from channels.email.headers import Headers, split
from channels.email.threads import Threads
from channels.email.translate import Inbox, Letter, original, translate
from tests.channels.email.corpus import Case, corpus

INBOX = Inbox(frozenset({"help@example.com"}), Threads(b"k" * 32, "example.com"))
CASES = list(corpus())
PYTHONS_OWN = sorted(
    (Path(sysconfig.get_path("stdlib")) / "test/test_email/data").glob("msg_*.txt")
)


def test_there_are_more_than_two_hundred() -> None:
    assert len(CASES) >= 200
    assert len({case.name for case in CASES}) == len(CASES)


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_a_difficult_mail_is_read_right(case: Case) -> None:
    read = translate(case.raw, INBOX)
    if case.sender is None:
        assert not isinstance(read, Letter) or case.sender_name is None
        return
    assert isinstance(read, Letter), read
    assert read.sender.address == case.sender
    if case.sender_name is not None:
        assert read.sender.name == case.sender_name
    if case.text is not None:
        assert read.text == case.text
    for words in case.holds:
        assert words in read.text
    if case.files is not None:
        assert {file.name: file.content for file in read.files} == dict(case.files)
    if case.subject is not None:
        assert Headers.read(split(case.raw)[0]).text("subject") == case.subject


@pytest.mark.skipif(not PYTHONS_OWN, reason="this Python came without its tests")
def test_pythons_own_difficult_mails_are_read_without_a_crash() -> None:
    read = [translate(path.read_bytes(), INBOX) for path in PYTHONS_OWN]
    assert sum(isinstance(one, Letter) for one in read) > len(read) / 2


def test_every_mail_is_read_the_same_twice_and_its_digest_is_its_own() -> None:
    letters = [one for case in CASES if isinstance(one := translate(case.raw, INBOX), Letter)]
    again = [one for case in CASES if isinstance(one := translate(case.raw, INBOX), Letter)]
    assert [str(one.trace) for one in letters] == [str(one.trace) for one in again]
    named = [one.trace for one in letters if one.trace.message_id]
    assert len({one.digest for one in named}) == len(named) > 100


def _mutated(raw: bytes, seed: int) -> bytes:
    """Return the mail with a few of its bytes lost, doubled, changed, or mixed with another's."""
    dice = random.Random(seed)
    data = bytearray(raw)
    for _ in range(dice.randint(1, 12)):
        at = dice.randrange(len(data) + 1)
        match dice.randrange(6):
            case 0:
                del data[at : at + dice.randint(1, 40)]
            case 1:
                data[at:at] = dice.choice(
                    [b"\r\n", b"\n\n", b"\x00", b'"', b"=?", b"--", b"(", b"<", b";"]
                )
            case 2:
                data[at:at] = data[at : at + dice.randint(1, 200)]
            case 3:
                other = dice.choice(CASES).raw
                data[at:at] = other[: dice.randint(0, 300)]
            case 4:
                data[at : at + 1] = bytes([dice.randrange(256)])
            case _:
                data[at:at] = dice.choice(
                    [b"Content-Type: multipart/mixed; boundary=x\r\n", b"charset=utf-16;"]
                )
    return bytes(data)


@settings(max_examples=1500, suppress_health_check=list(HealthCheck))
@given(st.integers(0, len(CASES) - 1), st.integers())
def test_a_mutated_mail_is_read_without_a_crash_and_in_time(index: int, seed: int) -> None:
    begun = time.perf_counter()
    read = translate(_mutated(CASES[index].raw, seed), INBOX)
    if isinstance(read, Letter):
        original(read, {}).content.decode()
        str(read.trace).encode()
        "".join(read.facts).encode()
        read.text.encode(errors="strict")
    # Starting the process that unpacks a winmail.dat is most of the longest.
    assert time.perf_counter() - begun < 20


@settings(max_examples=400)
@given(st.binary(max_size=3000))
def test_bytes_of_any_kind_are_read_without_a_crash(raw: bytes) -> None:
    translate(raw, INBOX)
    translate(b"From: anna@example.net\r\n" + raw, INBOX)
