"""The processes of one program: who lives, who alone does what, and who is at which of them."""

from sqlalchemy import BigInteger, Column, Index, PrimaryKeyConstraint, Table

from bridge.models.base import TEXT, Row, maybe_number, metadata, moment, number, text

PROCESS = Table(
    "processes",
    metadata,
    # A number that the process has chosen for its life.
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    text("role", required=True),
    # The newest migration that it knows: what it cannot do without is not taken away meanwhile.
    text("tables", required=True),
    moment("begun_at", required=True),
    # By the server's clock: whoever has not spoken by then is taken for dead.
    moment("until", required=True),
)

LEASE = Table(
    "leases",
    metadata,
    Column("name", TEXT, primary_key=True),
    # Grows with every owner. What is written under another one is refused.
    number("fence"),
    # Null where it was handed back. Not a foreign key: a dead one is found out by its absence.
    maybe_number("owner"),
)

PRESENT = Table(
    "present",
    metadata,
    # An inbox, or "" for the consoles; and a customer by their external id, or an agent.
    text("place", required=True),
    text("who", required=True),
    Column("process", BigInteger, nullable=False),
    # Null while they are there.
    moment("left_at"),
    PrimaryKeyConstraint("place", "who", "process"),
    Index("ix_present_process", "process"),
)


class Process(Row, frozen=True, gc=False):
    """A process that lives, or did a moment ago."""

    id: int
    role: str
    until: int


class Lease(Row, frozen=True, gc=False):
    """What one process at a time does."""

    name: str
    fence: int
    owner: int | None


class Present(Row, frozen=True, gc=False):
    """Somebody who is, or was, at a process."""

    place: str
    who: str
    process: int
    left_at: int | None
