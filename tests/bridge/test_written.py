"""What is written down of an event loses the address it was sent from, and nothing else."""

from dataclasses import replace

import pytest

from bridge import channel as ch
from bridge import written

IP = "203.0.113.7"
VISIT = ch.Visit(url="https://x/?ip=1", ip=IP, utm={"ip": "чай 🍵", "address": "Київ"})
SENDER = ch.Sender(external_id="olena", attributes={"address": "Київ"})
MESSAGE = ch.InboundMessage(
    sender=SENDER,
    external_id="m1",
    sent_at=1,
    text=f'{{"ip":"{IP}"}}',
    media=[ch.InboundMedia(kind="image", ref="a")],
    visit=VISIT,
    address="2001:db8::1",
)


@pytest.mark.parametrize(
    ("event", "bare"),
    [
        (MESSAGE, replace(MESSAGE, visit=replace(VISIT, ip=None), address=None)),
        (replace(MESSAGE, visit=None), replace(MESSAGE, visit=None, address=None)),
        (
            ch.PageVisited(sender=SENDER, visit=VISIT, at=1),
            ch.PageVisited(sender=SENDER, visit=replace(VISIT, ip=None), at=1),
        ),
    ],
)
def test_an_event_without_its_address_is_the_same_in_all_else(
    event: ch.InboundEvent, bare: ch.InboundEvent
) -> None:
    assert written.read(written.without_address(written.of(event))) == bare


def test_what_json_cannot_have_loses_its_address_too() -> None:
    raw = written.anyhow(replace(MESSAGE, text="\ud83d"))
    assert raw.startswith(b"InboundMessage(")
    bare = written.without_address(raw)
    assert IP.encode() not in bare
    assert b"2001:db8::1" not in bare
    assert bare == raw.replace(b"'203.0.113.7'", b"None").replace(b"'2001:db8::1'", b"None")


@pytest.mark.parametrize(
    "raw",
    [
        written.of(replace(MESSAGE, visit=None, address=None)),
        written.of(ch.ContactUpdated(sender=SENDER)),
        b'{"kind":"NoMore","event":{"ip":"203.0.113.7"}}',
        b'{"update_id":1,"ip":"203.0.113.7"}',
        b"From: a\r\n\r\nip='203.0.113.7'",
        written.of(MESSAGE)[:-9],
        b"\xff",
        b"",
    ],
)
def test_what_tells_no_address_and_what_is_no_event_stays_as_it_is(raw: bytes) -> None:
    assert written.without_address(raw) == raw
