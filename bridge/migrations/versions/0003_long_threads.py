"""Indexes by which a long thread is brought up as fast as a short one."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

# Each with its table, its columns and the rows that it holds.
_INDEXES = {
    "ix_messages_changed": ("messages", ["conversation_id"], "revision > 1"),
    "ix_messages_ours": (
        "messages",
        ["conversation_id", "id"],
        "kind = 'outgoing' OR kind = 'note'",
    ),
    "ix_surface_posts_stale": ("surface_posts", ["thread_id"], "revision = 0"),
}


def upgrade() -> None:
    """Make them."""
    for name, (table, columns, which) in _INDEXES.items():
        rows = sa.text(which)
        op.create_index(
            name,
            table,
            columns,
            sqlite_where=rows,
            postgresql_where=rows,
            if_not_exists=True,
        )


def downgrade() -> None:
    """Remove them."""
    for name, (table, _, _) in _INDEXES.items():
        op.drop_index(name, table_name=table)
