"""How answers leave: the pieces of one together, in their order, and all of them."""

import asyncio

from bridge.web.protocol import LARGE, Gathering


class Wire:
    """A transport that remembers what was written to it."""

    def __init__(self) -> None:
        self.seen: list[bytes | str] = []

    def write(self, data: bytes) -> None:
        self.seen.append(data)

    def close(self) -> None:
        self.seen.append("closed")

    def get_extra_info(self, name: str) -> str:
        return name


def gathering() -> tuple[Gathering, Wire]:
    wire = Wire()
    return Gathering(wire, asyncio.get_running_loop()), wire  # type: ignore[arg-type]


async def test_what_one_turn_of_the_loop_writes_goes_out_in_one_piece() -> None:
    transport, wire = gathering()
    transport.write(b"head")
    transport.write(b"body")
    assert wire.seen == []
    await asyncio.sleep(0)
    transport.write(b"next")
    await asyncio.sleep(0)
    assert wire.seen == [b"headbody", b"next"]


async def test_what_is_large_waits_for_nothing() -> None:
    transport, wire = gathering()
    large = b"x" * (LARGE + 1)
    transport.write(b"head")
    transport.write(large)
    assert wire.seen == [b"head" + large]
    await asyncio.sleep(0)
    assert wire.seen == [b"head" + large]


async def test_nothing_that_was_written_is_lost_by_closing() -> None:
    transport, wire = gathering()
    transport.write(b"last words")
    transport.close()
    assert wire.seen == [b"last words", "closed"]


async def test_it_is_the_transport_in_everything_else() -> None:
    transport, _ = gathering()
    assert transport.get_extra_info("peername") == "peername"
