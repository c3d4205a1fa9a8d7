"""Attachments: files kept by what is in them, described by rows, served with care."""

from bridge.media.fetching import Fetcher
from bridge.media.kinds import shown_name
from bridge.media.rows import FETCH_TOPIC, AttachmentUnknownError, attach, fetch_later
from bridge.media.store import MediaStore, ServedFile

__all__ = [
    "FETCH_TOPIC",
    "AttachmentUnknownError",
    "Fetcher",
    "MediaStore",
    "ServedFile",
    "attach",
    "fetch_later",
    "shown_name",
]
