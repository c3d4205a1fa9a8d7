"""The statuses of the YAML, and how often automations have run where.

A status that has vanished from the YAML keeps its row, so that what had it can still be read.
"""

from typing import Literal

from sqlalchemy import Column, PrimaryKeyConstraint, Table

from bridge.models.base import TEXT, Row, metadata, moment, number, ref, text

STATUS = Table(
    "statuses",
    metadata,
    Column("id", TEXT, primary_key=True),
    # "open" or "closed".
    text("kind", required=True),
    # JSON: a text, or one by language.
    text("label", required=True),
    text("color", required=True),
    # The YAML's own order.
    number("place"),
    moment("retired_at"),
)

AUTOMATION_RUN = Table(
    "automation_runs",
    metadata,
    ref("conversation_id", "conversations.id", required=True, cascade=True),
    # An id of the YAML; it may be there no longer.
    text("automation_id", required=True),
    # The time in which runs are counted began here.
    moment("since", required=True),
    number("runs"),
    # When it was said that it rests, in this time.
    moment("rested_at"),
    # Which waiting or silence it has run for: when that began.
    moment("ran_for"),
    PrimaryKeyConstraint("conversation_id", "automation_id"),
)


class Status(Row, frozen=True, gc=False):
    """A status of the YAML; `label` is JSON, `color` is `#rrggbb`, `kind` "open" or "closed"."""

    id: str
    kind: Literal["open", "closed"]
    label: str
    color: str
    retired_at: int | None


class AutomationRun(Row, frozen=True, gc=False):
    """What is remembered of an automation in a conversation."""

    conversation_id: int
    automation_id: str
    since: int
    runs: int
    rested_at: int | None
    ran_for: int | None
