"""A message as the posts that show it, cut to what the surface takes."""

from collections.abc import Sequence
from typing import NamedTuple

import msgspec

from agent_console.surface import Post, Role
from bridge.channel import Capabilities
from bridge.markup import escape
from bridge.media import MediaStore
from bridge.models import Agent, Attachment, Message, SurfacePost
from bridge.split import plan_parts
from bridge.store import messages as m
from bridge.store.transactions import Tx

# Messages of one author that came together go as one post of at most so much.
MERGED = 1500


class Body(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a post's row carries: text in our own markup, files by public id."""

    text: str = ""
    media: list[str] = msgspec.field(default_factory=list)
    role: Role = "customer"
    author: str = ""

    @classmethod
    def of(cls, post: SurfacePost) -> "Body":
        """Read what a row carries."""
        return msgspec.json.decode(post.body, type=cls)

    def written(self) -> str:
        """Return it as a row keeps it."""
        return msgspec.json.encode(self).decode()


class Author(NamedTuple):
    """Who is shown as having said something."""

    role: Role
    name: str


def author_of(message: Message, agent: Agent | None, customer: str, program: str) -> Author:
    """Return who said a message; `agent` is whose it is, if they are known."""
    name = agent.name if agent else program
    if message.kind == "incoming":
        return Author("customer", customer)
    if message.kind == "note":
        return Author("note", name)
    return Author("colleague" if message.agent_id else "program", name)


def bodies(text: str, files: Sequence[Attachment], author: Author, can: Capabilities) -> list[Body]:
    """Return what is to be posted; files that are not there go as their names."""
    there = [one for one in files if one.state == "ready" and _fits(one, can)]
    missing = [one for one in files if one not in there]
    named = "\n".join(f"📎 {escape(one.name or one.kind)}" for one in missing)
    whole = "\n\n".join(one for one in (text, named) if one)
    return [
        Body(
            text=part.text,
            media=[one.public_id for one in part.media],
            role=author.role,
            author=author.name,
        )
        for part in plan_parts(whole, there, can)
    ]


def text_of(message: Message) -> str:
    """Return the text of a message in our markup."""
    return message.text if message.format == "markdown" else escape(message.text)


def files_of(tx: Tx, message: Message) -> list[Attachment]:
    """Return the files that people see."""
    if not message.attachment_count:
        return []
    found = tx.all(m.ATTACHMENTS_OF, message_id=message.id)
    return [one for one in found if one.role in ("attachment", "link")]


def merge(posts: Sequence[SurfacePost]) -> list[SurfacePost]:
    """Return the first of what is queued, with what may go in the same post."""
    first = posts[0]
    group, size = [first], len(Body.of(first).text)
    if not _short(first):
        return group
    for post in posts[1:]:
        size += len(Body.of(post).text)
        if not _short(post) or _said_by(post) != _said_by(first) or size > MERGED:
            break
        if post.message_id == first.message_id:
            break
        group.append(post)
    return group


def post_of(
    tx: Tx,
    media: MediaStore,
    group: Sequence[SurfacePost],
    *,
    key: str,
    reply_to: str | None,
    photo: str | None,
    edited: bool = False,
) -> Post:
    """Return the post that a group of rows stands for."""
    found = [Body.of(one) for one in group]
    return Post(
        key=key,
        role=found[0].role,
        author=found[0].author,
        photo=photo,
        text="\n\n".join(one.text for one in found if one.text),
        media=media.outbound(tx, [name for one in found for name in one.media]),
        reply_to=reply_to,
        again=any(one.again_at is not None for one in group),
        edited=edited,
    )


def _short(post: SurfacePost) -> bool:
    body = Body.of(post)
    return not body.media and post.part == 0 and post.again_at is None


def _said_by(post: SurfacePost) -> tuple[str, str]:
    body = Body.of(post)
    return body.role, body.author


def _fits(file: Attachment, can: Capabilities) -> bool:
    limit = can.media.get(file.kind) or can.media.get("file")
    return limit is not None and file.size <= limit
