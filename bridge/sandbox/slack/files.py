"""Uploads in three steps, and private downloads.

Source: https://docs.slack.dev/messaging/working-with-files#uploading_files
"""

from collections.abc import Mapping

from bridge.sandbox.slack import blocks
from bridge.sandbox.slack.errors import Refusal, invalid
from bridge.sandbox.slack.methods import Answer, Call, Method
from bridge.sandbox.slack.team import BOT, BOT_USER, Channel, File, Message

LARGEST = 1_000_000_000


async def get_upload_url(call: Call) -> Answer:
    """Give an address to upload to, and the id that the file will have."""
    name, length = str(call.need("filename")), str(call.need("length"))
    if not length.isdigit() or not 0 < int(length) <= LARGEST:
        raise invalid("length must be the size of the file in bytes")
    file = File(call.team.id("F"), name, user=BOT_USER)
    call.team.files[file.id] = file
    return {
        "upload_url": f"{call.team.home}/upload/v1/{file.id}?length={length}",
        "file_id": file.id,
    }


async def complete_upload(call: Call) -> Answer:
    """Make uploaded files known, and share them where asked for."""
    files = [_uploaded(call, one) for one in _listed(call)]
    wanted = call.args.get("channel_id")
    channel = call.channel("channel_id") if wanted else None
    if channel is not None and BOT_USER not in channel.members:
        raise Refusal("not_in_channel")
    for file in files:
        file.complete = True
    if channel is not None:
        _share(call, channel, files)
    return {"files": [{"id": one.id, "title": one.title} for one in files]}


async def info(call: Call) -> Answer:
    """Describe a file."""
    return {"file": _known(call).as_info(call.team.home)}


async def delete(call: Call) -> Answer:
    """Delete a file of the app's own; the messages stay."""
    file = _known(call)
    if file.user != BOT_USER:
        raise Refusal("cant_delete_file")
    del call.team.files[file.id]
    return {}


METHODS: Mapping[str, Method] = {
    "files.getUploadURLExternal": get_upload_url,
    "files.completeUploadExternal": complete_upload,
    "files.info": info,
    "files.delete": delete,
}


def _known(call: Call) -> File:
    file = call.team.files.get(str(call.args.get("file")))
    if file is None or not file.complete:
        raise Refusal("file_not_found")
    return file


def _listed(call: Call) -> list[Mapping[str, str]]:
    files = call.json("files")
    if not isinstance(files, list) or not files:
        raise invalid("missing required field: files")
    return files


def _uploaded(call: Call, told: Mapping[str, str]) -> File:
    file = call.team.files.get(str(told.get("id")))
    if file is None or not file.uploaded or file.complete:
        raise Refusal("file_not_found")
    file.title = str(told.get("title") or file.name)
    return file


def _share(call: Call, channel: Channel, files: list[File]) -> None:
    shown = call.json("blocks")
    if shown is not None:
        blocks.check(shown)
    message = Message(
        ts=call.team.ts(),
        text=str(call.args.get("initial_comment") or ""),
        user=BOT_USER,
        bot_id=BOT,
        thread_ts=call.args.get("thread_ts"),
        subtype="file_share",
        files=files,
        blocks=shown or (),
    )
    channel.add(message)
    for file in files:
        file.shares.append((channel.id, channel.is_private, message.ts, message.thread_ts))
    call.tell("message", {**message.as_json(call.team.home), "channel": channel.id})
