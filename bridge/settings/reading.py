"""Reading a file that may be a pipe into which nobody writes, or a device without an end."""

import errno
import os
import select
import time
from pathlib import Path

PATIENCE = 5.0
"""Seconds in which all of a pipe has to come: a key that another program decrypts may take one."""


def read_at_most(path: Path, size: int) -> bytes:
    """Return what a file holds, `size` bytes of it at most.

    Raises `OSError`, also where a pipe or a device gives no end of it in `PATIENCE`, and
    `ValueError` for a name that cannot be one.
    """
    until = time.monotonic() + PATIENCE
    # Otherwise a pipe without a writer would hold up whoever opens it.
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY)
    try:
        content = b""
        while len(content) < size and (chunk := _chunk(descriptor, size - len(content), until)):
            content += chunk
        return content
    finally:
        os.close(descriptor)


def _chunk(descriptor: int, size: int, until: float) -> bytes:
    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    if not poll.poll(max(0, until - time.monotonic()) * 1000):
        raise OSError(errno.ETIMEDOUT, f"it had no end after {PATIENCE:g} seconds")
    return os.read(descriptor, size)
