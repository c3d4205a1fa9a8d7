"""Attachments: files kept by what is in them, described by rows, served with care."""

from bridge.media.fetching import Fetcher
from bridge.media.kinds import shown_name
from bridge.media.rows import AttachmentUnknownError, attach
from bridge.media.store import MediaStore, ServedFile

__all__ = ["AttachmentUnknownError", "Fetcher", "MediaStore", "ServedFile", "attach", "shown_name"]
