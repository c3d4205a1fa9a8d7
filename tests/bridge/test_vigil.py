"""What hangs is ended, however it hangs, and says where it was; what goes on is let be."""

import subprocess
import sys
import textwrap

import pytest

PROGRAM = """\
import asyncio, re, sys, time
from bridge import vigil

vigil.STANDS_STILL = {still}

{deed}

asyncio.run(run())
print("ended in good order")
"""
SPINS = """
async def run():
    async with vigil.ended_if_it_hangs(lambda: True):
        word = "a customer's"
        while True:
            pass
"""
# One call of C's, which gives the interpreter's lock to nobody.
HOLDS_THE_LOCK = """
async def run():
    async with vigil.ended_if_it_hangs(lambda: True):
        re.match("(a+)+$", "a" * 60 + "b")
"""
IS_DEAD = """
async def run():
    async with vigil.ended_if_it_hangs(lambda: False):
        await asyncio.sleep(600)
"""
GOES_ON = """
async def run():
    async with vigil.ended_if_it_hangs(lambda: True):
        await asyncio.sleep(3 * vigil.STANDS_STILL)
"""
IS_DEAD_FOR_A_MOMENT = """
async def run():
    asked = []
    async with vigil.ended_if_it_hangs(lambda: asked.append(1) or len(asked) % 3 == 0):
        await asyncio.sleep(3 * vigil.STANDS_STILL)
"""
WAITS_AFTERWARDS = """
async def run():
    async with vigil.ended_if_it_hangs(lambda: True):
        pass
    time.sleep(2 * vigil.STANDS_STILL)
"""


def run(deed: str, still: float) -> subprocess.CompletedProcess[str]:
    """Run a program that does that, and may stand still for so long (s)."""
    code = PROGRAM.format(still=still, deed=textwrap.dedent(deed))
    command = [sys.executable, "-c", code]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.slow
@pytest.mark.parametrize("deed", [SPINS, HOLDS_THE_LOCK, IS_DEAD])
def test_what_hangs_is_ended_and_says_at_which_line_it_was_and_no_value(deed: str) -> None:
    ended = run(deed, 0.5)
    assert (ended.returncode, ended.stdout) == (1, "")
    assert 'File "<string>", line' in ended.stderr
    assert "in run" in ended.stderr or deed is IS_DEAD
    assert "customer" not in ended.stderr


@pytest.mark.slow
@pytest.mark.parametrize("deed", [GOES_ON, IS_DEAD_FOR_A_MOMENT, WAITS_AFTERWARDS])
def test_what_goes_on_or_has_ended_in_good_order_is_let_be(deed: str) -> None:
    ended = run(deed, 2.0)
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "ended in good order\n", "")
