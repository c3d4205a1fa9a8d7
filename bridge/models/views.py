"""Lists that agents keep under a name: folder, filters and order."""

from sqlalchemy import Index, Table

from bridge.models.base import Row, metadata, moment, named_ref, number, own_id, text

SAVED_VIEW = Table(
    "saved_views",
    metadata,
    own_id(),
    named_ref("agent_id", "agents.id", required=True),
    text("name", required=True),
    # 1 where everybody has it in their rail.
    number("shared"),
    # Where it stands among the views of its owner.
    number("place"),
    # JSON of what a list is asked for: as `GET /api/conversations` takes it.
    text("query", required=True),
    moment("created_at", required=True),
    Index("ix_saved_views_agent", "agent_id", "place"),
)


class SavedView(Row, frozen=True, gc=False):
    """A list under a name; `query` is JSON, `shared` 0 or 1."""

    id: int
    agent_id: str
    name: str
    shared: int
    place: int
    query: str
