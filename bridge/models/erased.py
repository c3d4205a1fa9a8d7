"""Who was erased: what is known of them is that they are not to come back by themselves."""

from sqlalchemy import PrimaryKeyConstraint, Table

from bridge.models.base import Row, metadata, moment, named_ref, own_id, text

ERASURE = Table(
    "erasures",
    metadata,
    own_id(),
    # JSON arrays of ids: of people who were one, of their accounts, and of the files' content.
    text("contacts", required=True),
    text("identities", required=True),
    text("contents", required=True),
    # Null from the command line.
    named_ref("agent_id", "agents.id"),
    moment("begun_at", required=True),
    # When the last byte of it was gone.
    moment("done_at"),
)

ERASED_ACCOUNT = Table(
    "erased_accounts",
    metadata,
    # Not a foreign key: a list of them may name inboxes that this database does not have.
    text("inbox_id", required=True),
    # A hash of what its network calls the account, or of what was set aside of theirs, with a
    # salt of this installation's own.
    text("salt", required=True),
    text("digest", required=True),
    moment("at", required=True),
    PrimaryKeyConstraint("inbox_id", "salt", "digest"),
)


class Erasure(Row, frozen=True, gc=False):
    """One person on the way out; the three lists are JSON."""

    id: int
    contacts: str
    identities: str
    contents: str
    agent_id: str | None
    begun_at: int
    done_at: int | None


class ErasedAccount(Row, frozen=True, gc=False):
    """An account that is not to be known again; `digest` as `routing.erased` makes it."""

    inbox_id: str
    salt: str
    digest: str
    at: int
