"""What Outlook packs into a winmail.dat, unpacked by a process that may do nothing else."""

import base64
import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

_PROGRAM = Path(__file__).with_name("untnef.py")
_SECONDS = 15


@dataclass(frozen=True, slots=True)
class Unpacked:
    """What was inside: the mail's own text, where it had no other, and its files."""

    text: str
    html: str
    files: tuple[tuple[str, bytes], ...]


def unpack(data: bytes) -> Unpacked | None:
    """Return what is inside, or `None` where it cannot be read."""
    try:
        done = subprocess.run(  # noqa: S603  # Our own program, and no word of a stranger in its arguments.
            [sys.executable, "-I", str(_PROGRAM)],
            input=data,
            capture_output=True,
            timeout=_SECONDS,
            check=True,
            # The secrets that may stand in our environment are none of its business.
            env={},
        )
        told = json.loads(done.stdout)
        files = tuple((name or "file", base64.b64decode(body)) for name, body in told["files"])
        return Unpacked(told["text"], told["html"], files)
    except (subprocess.SubprocessError, OSError, ValueError, KeyError, TypeError):
        return None
