"""A backup: one archive with the database, the files it names, and what proves both.

It is a tar, so that anybody can look into it without this program:

- `database.sqlite`, a consistent copy that was made while the program ran,
- `media/<SHA-256>`, each file that this copy names, under the hash of its content,
- `secret`, what sessions and links are signed with, where it is kept beside the database,
- `erased.jsonl`, who was erased (docs/how-to/export-and-erase-a-person.md),
- `manifest.json`, the last one: an archive that was cut off has none.
"""

from bridge.backup.contents import Sum, sums
from bridge.backup.copies import (
    before_migrating,
    copied,
    copies_beside,
    keep_copy,
    migrated,
)
from bridge.backup.making import Places, Source, back_up, sent, written
from bridge.backup.manifest import BackupError, Manifest
from bridge.backup.placing import Stage, put, refuse_what_is_there
from bridge.backup.reading import Proof, proven, unpacked

__all__ = [
    "BackupError",
    "Manifest",
    "Places",
    "Proof",
    "Source",
    "Stage",
    "Sum",
    "back_up",
    "before_migrating",
    "copied",
    "copies_beside",
    "keep_copy",
    "migrated",
    "proven",
    "put",
    "refuse_what_is_there",
    "sent",
    "sums",
    "unpacked",
    "written",
]
