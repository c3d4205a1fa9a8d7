"""What the headers of an archive may say: a few bytes must not ask for all there is."""

import shutil
import tarfile
from pathlib import Path

from bridge.backup.manifest import BackupError

# Ours need one for a file beyond 8 GiB alone, of some 30 bytes. All of one is held in memory.
_LONGEST = 4096
_LONG = (
    *(tarfile.GNUTYPE_LONGNAME, tarfile.GNUTYPE_LONGLINK),
    *(tarfile.XHDTYPE, tarfile.XGLTYPE, tarfile.SOLARIS_XHDTYPE),
)


class Header(tarfile.TarInfo):
    """A header that is refused where it names more than a backup can have."""

    @classmethod
    def frombuf(cls, buf: bytes | bytearray, encoding: str, errors: str) -> "Header":
        """Return what a block says; raises `tarfile.ReadError` too."""
        told = super().frombuf(buf, encoding, errors)
        if told.size < 0 or (told.type in _LONG and told.size > _LONGEST):
            raise tarfile.ReadError("no backup has a header of such a length")
        if told.type == tarfile.GNUTYPE_SPARSE:
            raise _sparse()
        return told


def plain(told: tarfile.TarInfo) -> bool:
    """Say whether it is a file with all of its bytes in the archive."""
    if told.issparse():
        # It would be as large as it likes to say.
        raise _sparse()
    return told.isreg()


def _sparse() -> tarfile.ReadError:
    return tarfile.ReadError("no backup has a file with holes")


def make_sure_of_room(told: tarfile.TarInfo, folder: Path) -> None:
    """Raise `BackupError` for a file that is larger than what the disk has left."""
    free = shutil.disk_usage(folder).free
    if told.size > free:
        raise BackupError(
            f"there is no room: {told.name} has {told.size:,} bytes, and {free:,} are left "
            f"in {folder.parent}"
        )
