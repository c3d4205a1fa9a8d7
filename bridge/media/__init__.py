"""Attachments: files kept by what is in them, described by rows, served with care."""

from bridge.media.fetching import FETCH_TOPIC, Fetcher
from bridge.media.kinds import PICTURES, shown_name
from bridge.media.photos import PHOTO_TOPIC, PhotoFetcher
from bridge.media.rows import AttachmentUnknownError, Content, add_upload, attach, fetch_later
from bridge.media.store import MediaStore, ServedFile

__all__ = [
    "FETCH_TOPIC",
    "PHOTO_TOPIC",
    "PICTURES",
    "AttachmentUnknownError",
    "Content",
    "Fetcher",
    "MediaStore",
    "PhotoFetcher",
    "ServedFile",
    "add_upload",
    "attach",
    "fetch_later",
    "shown_name",
]
