"""The archive of a person: `person.json`, and beside it every file."""

import zipfile
from pathlib import Path
from typing import IO

import msgspec

from bridge.media.files import path_of
from routing.takeout.collecting import Found

_NAME = "person.json"


def pack(found: Found, media: Path, out: IO[bytes]) -> list[str]:
    """Write the archive; return the paths of files that are lost, which it does not have."""
    lost: list[str] = []
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        told = msgspec.json.format(msgspec.json.encode(found.takeout), indent=2)
        archive.writestr(_NAME, told)
        for path, sha256 in found.contents.items():
            try:
                archive.write(path_of(media, sha256), path)
            except FileNotFoundError:
                lost.append(path)
    return lost
