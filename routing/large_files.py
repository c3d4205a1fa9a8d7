"""Files that are larger than a network takes: refused, or sent as an address of ours. Pure.

What an adapter would find out while sending, the agent is told before.
"""

from collections.abc import Callable, Iterable

from bridge.channel import Capabilities
from bridge.markup import escape
from bridge.models import Attachment
from routing.refusal import RefusedError

_MEGABYTE = 1024 * 1024


def too_large(files: Iterable[Attachment], capabilities: Capabilities) -> list[Attachment]:
    """Return the files of which the network says that it does not take so much."""
    limits = capabilities.media
    return [one for one in files if one.kind in limits and one.size > limits[one.kind]]


def may_be_linked(
    large: Iterable[Attachment], capabilities: Capabilities, inbox_id: str, *, links: bool
) -> None:
    """Raise the refusal that names the file, the limit in bytes and the inbox, without `links`."""
    for file in () if links else large:
        told = {"name": file.name, "limit": capabilities.media[file.kind], "inbox": inbox_id}
        raise RefusedError("file_too_large", told)


def with_links(text: str, files: Iterable[Attachment], link_to: Callable[[Attachment], str]) -> str:
    """Return the text as the customer gets it: below it, each file's name, size and address.

    There are no words in it, so that it needs no language.
    """
    lines = [f"📎 {escape(one.name)} ({_size(one.size)}): {link_to(one)}" for one in files]
    return "\n\n".join(part for part in (text, "\n".join(lines)) if part.strip())


def _size(size: int) -> str:
    return f"{size / _MEGABYTE:.1f} MB" if size >= _MEGABYTE else f"{-(-size // 1024)} kB"
