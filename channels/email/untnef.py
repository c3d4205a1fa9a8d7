"""Takes one winmail.dat apart, in a process of its own: `python -I untnef.py < winmail.dat`.

tnefparse believes every count that stands in the file; a hostile one of a kilobyte has it
count to four billion. Here it may not run long, nor take much memory, and knows nothing.
Writes JSON: {"text": ..., "html": ..., "files": [[name, base64], ...]}.
"""

import base64
import json
import logging
import resource
import sys

SECONDS = 5
MEMORY = 1024 * 1024 * 1024


def _text(value: object) -> str:
    if isinstance(value, list):
        value = b"".join(one for one in value if isinstance(one, bytes))
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return value if isinstance(value, str) else ""


def _main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    logging.disable(logging.CRITICAL)
    from tnefparse import TNEF  # type: ignore[import-untyped]  # noqa: PLC0415  # Within the limits.

    tnef = TNEF(sys.stdin.buffer.read(), do_checksum=False)
    files = [
        [_text(one.long_filename()), base64.b64encode(bytes(one.data)).decode()]
        for one in tnef.attachments
        if isinstance(one.data, bytes) and one.data
    ]
    found = {"text": _text(tnef.body), "html": _text(tnef.htmlbody), "files": files}
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    _main()
