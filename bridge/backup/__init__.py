"""A backup: one archive with the database, the files it names, and what proves both.

It is a tar, so that anybody can look into it without this program:

- `database.sqlite`, a consistent copy that was made while the program ran, of a server's
  database too (docs/decisions/0030),
- `media/<SHA-256>`, each file that this copy names, under the hash of its content,
- `secret`, what sessions and links are signed with, where it is kept beside the database,
- `erased.jsonl`, who was erased (docs/how-to/export-and-erase-a-person.md),
- `manifest.json`, the last one: an archive that was cut off has none.
"""

from bridge.backup.carrying import Carried
from bridge.backup.contents import Sum, sums
from bridge.backup.copies import (
    before_migrating,
    copied,
    copies_beside,
    forget_unfinished,
    keep_copy,
    migrated,
)
from bridge.backup.making import Places, Source, back_up, sent, written
from bridge.backup.manifest import BackupError, Manifest
from bridge.backup.moving import move, restored_to_server
from bridge.backup.placing import Stage, put, put_beside, put_files, refuse_what_is_there
from bridge.backup.reading import Proof, proven, unpacked

__all__ = [
    "BackupError",
    "Carried",
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
    "forget_unfinished",
    "keep_copy",
    "migrated",
    "move",
    "proven",
    "put",
    "put_beside",
    "put_files",
    "refuse_what_is_there",
    "restored_to_server",
    "sent",
    "sums",
    "unpacked",
    "written",
]
