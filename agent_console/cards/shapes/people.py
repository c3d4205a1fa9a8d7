"""A person, their accounts, and what is known of them."""

from msgspec import UNSET, UnsetType

from agent_console.cards.shapes.base import MaybeText, Shape
from agent_console.cards.shapes.rows import Block


class PastBlock(Block, frozen=True, kw_only=True, gc=False):
    """A block that stands or stood; `refused` messages were not taken meanwhile.

    `identity` is the account's id. Without `lifted_by` it ended by itself.
    """

    refused: int
    identity: int | UnsetType = UNSET
    ended_at: int | UnsetType = UNSET
    lifted_by: MaybeText = UNSET


class Identity(Shape, frozen=True, kw_only=True, gc=False):
    """An account of the contact on a network; `kind` is the network's."""

    id: int
    inbox: str
    kind: str
    external_id: str
    verified: bool
    first_seen: int
    name: MaybeText = UNSET
    username: MaybeText = UNSET
    profile_url: MaybeText = UNSET


class Join(Shape, frozen=True, kw_only=True, gc=False):
    """Another person whom an agent found to be this one: their name, who found it, and when."""

    id: int
    name: str | None
    by: str
    at: int


class Contact(Shape, frozen=True, kw_only=True, gc=False):
    """A person. `attributes` are what the site told about them; the latest block comes first."""

    id: int
    name: str | None
    email: str | None
    phone: str | None
    language: str | None
    created_at: int
    attributes: dict[str, str]
    identities: list[Identity]
    joins: list[Join]
    blocks: list[PastBlock]
    avatar_url: MaybeText = UNSET


class ContactNote(Shape, frozen=True, kw_only=True, gc=False):
    """What an agent wrote down about a person."""

    id: int
    text: str
    by: str
    at: int


class Visit(Shape, frozen=True, kw_only=True, gc=False):
    """The visitor's stay on the site: `seconds` so far, `online` now."""

    open_pages: int
    started_at: int
    seconds: int
    online: bool
    ip: MaybeText = UNSET
    browser: MaybeText = UNSET
    os: MaybeText = UNSET
    device: MaybeText = UNSET
    screen: MaybeText = UNSET
    language: MaybeText = UNSET
    first_url: MaybeText = UNSET
    first_title: MaybeText = UNSET
    referrer: MaybeText = UNSET
    current_url: MaybeText = UNSET
    current_title: MaybeText = UNSET
    utm: dict[str, str] | UnsetType = UNSET
    source: MaybeText = UNSET
