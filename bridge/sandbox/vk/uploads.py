"""Uploading, in three steps: https://dev.vk.com/ru/api/upload/overview."""

import hashlib
import itertools
import json
from collections.abc import Mapping
from typing import Any

from aiohttp import web
from aiohttp.multipart import BodyPartReader

from bridge.sandbox.vk import params, shapes
from bridge.sandbox.vk.errors import VkError
from bridge.sandbox.vk.ledger import Ledger, Upload
from bridge.sandbox.vk.world import World

# https://dev.vk.com/ru/api/upload/overview: 50 MB for a photo, 200 MB for a document.
LARGEST = {"photo": 50 * 1024**2, "doc": 200 * 1024**2, "audio_message": 200 * 1024**2}
_PICTURES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF8")
_MIME = {"photo": "image/jpeg", "audio_message": "audio/ogg"}
Given = Mapping[str, str]


class Uploads:
    """The upload servers, and the methods that make attachments of what they were given."""

    def __init__(self, world: World, ledger: Ledger) -> None:
        """Keep what is uploaded for one community."""
        self._world = world
        self._ledger = ledger
        self._tickets = itertools.count(1)
        self._ids = itertools.count(456_239_001)
        self._open: set[str] = set()
        self._kept: dict[str, Upload] = {}
        self.url = ""
        """The platform's own address, once it has one."""

    # --- where to ---

    def photo_server(self, given: Given) -> Any:
        """Return where to upload photos for a dialog."""
        self._reachable(given)
        return {"album_id": -64, "user_id": 0, "group_id": 0, "upload_url": self._ticket("photo")}

    def document_server(self, given: Given) -> Any:
        """Return where to upload a document or a voice message for a dialog."""
        kind = given.get("type") or "doc"
        if kind not in ("doc", "audio_message"):
            raise VkError(100, "type is invalid")
        self._reachable(given)
        return {"upload_url": self._ticket(kind)}

    def _reachable(self, given: Given) -> None:
        peer = params.whole(given, "peer_id", 0)
        if peer:
            self._world.recipient(peer)

    def _ticket(self, kind: str) -> str:
        path = f"/upload/{kind}/{next(self._tickets)}"
        self._open.add(path)
        return self.url + path

    # --- the upload itself ---

    async def receive(self, request: web.Request) -> web.StreamResponse:
        """Take a file; a ticket is good for one."""
        if request.path not in self._open:
            return web.json_response({"error": "bad_ticket"}, status=400)
        kind = request.match_info["kind"]
        name, data = await _file_of(request, LARGEST[kind])
        if data is None:
            return web.json_response({"error": "file too large", "error_code": 2})
        self._open.discard(request.path)
        upload = Upload(kind, name, data)
        self._ledger.uploads.append(upload)
        answer = self._taken(upload)
        self._ledger.wire.asked("upload", {"kind": kind, "name": name, "size": len(data)}, answer)
        return web.json_response(answer)

    def _taken(self, upload: Upload) -> dict[str, Any]:
        token = hashlib.sha256(upload.data + upload.name.encode()).hexdigest()[:32]
        good = bool(upload.data)
        if upload.kind == "photo":
            good = upload.data.startswith(_PICTURES)
            photos = [{"photo": token, "sizes": []}] if good else []
            answer = {"server": 1, "photo": json.dumps(photos), "hash": token}
        else:
            answer = {"file": token} if good else {"error": "no_file"}
        if good:
            self._kept[token] = upload
        return answer

    # --- saving ---

    def save_photo(self, given: Given) -> Any:
        """Make a photo of what was uploaded."""
        photos = params.parsed(params.text(given, "photo"), 100, "photo")
        if not photos:
            raise VkError(100, "photos_list is invalid")
        params.text(given, "server")
        upload = self._kept.pop(params.text(given, "hash"), None)
        if upload is None:
            raise VkError(129)
        number, url = self._keep(upload, "jpg")
        shape = shapes.photo(-self._world.group_id, number, url, "photokey")
        self._attachable("photo", shape)
        return [shape]

    def save_document(self, given: Given) -> Any:
        """Make a document or a voice message of what was uploaded."""
        upload = self._kept.pop(params.text(given, "file"), None)
        if upload is None:
            raise VkError(105)
        owner = -self._world.group_id
        if upload.kind == "audio_message":
            number, url = self._keep(upload, "ogg")
            shape = shapes.voice(owner, number, url, "voicekey")
            kind = "audio_message"
        else:
            title = given.get("title") or upload.name
            number, url = self._keep(upload, title.rpartition(".")[2])
            facts = {"owner_id": owner, "id": number, "title": title, "size": len(upload.data)}
            shape, kind = shapes.document(facts, url, "dockey"), "doc"
        self._attachable(kind, shape)
        return {"type": kind, kind: shape}

    def _keep(self, upload: Upload, ending: str) -> tuple[int, str]:
        number = next(self._ids)
        return number, self.publish(f"{number}.{ending}", upload.data, _MIME.get(upload.kind))

    def publish(self, name: str, data: bytes, mime: str | None = None) -> str:
        """Make a file downloadable; return its address."""
        self._world.files[name] = (data, mime or "application/octet-stream")
        return f"{self.url}/files/{name}"

    def _attachable(self, kind: str, shape: Mapping[str, Any]) -> None:
        # A voice message goes by either name: https://dev.vk.com/ru/method/messages.send.
        name = "doc" if kind == "audio_message" else kind
        key = f"{name}{shape['owner_id']}_{shape['id']}"
        self._world.attachments[key] = {"type": kind, kind: shape}

    async def download(self, request: web.Request) -> web.StreamResponse:
        """Give a file."""
        found = self._world.files.get(request.match_info["name"])
        if found is None:
            raise web.HTTPNotFound
        return web.Response(body=found[0], content_type=found[1])


async def _file_of(request: web.Request, limit: int) -> tuple[str, bytes | None]:
    """Return the first file of a form, or `None` for one larger than `limit` bytes."""
    async for part in await request.multipart():
        if isinstance(part, BodyPartReader) and part.filename is not None:
            data = bytearray()
            while chunk := await part.read_chunk(65_536):
                data += chunk
                if len(data) > limit:
                    return part.filename, None
            return part.filename, bytes(data)
    return "", b""
