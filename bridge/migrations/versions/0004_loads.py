"""An index by which what agents have in hand is counted without a look at the rows."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_NAME, _TABLE = "ix_conversations_load", "conversations"
_IN_HAND = "assignee_id IS NOT NULL AND state = 'open' AND snoozed_until IS NULL"


def upgrade() -> None:
    """Make it."""
    rows = sa.text(_IN_HAND)
    op.create_index(
        _NAME,
        _TABLE,
        # With what all of its rows share: SQLite looks for that nowhere else then.
        ["assignee_id", "state", "snoozed_until"],
        sqlite_where=rows,
        postgresql_where=rows,
        if_not_exists=True,
    )


def downgrade() -> None:
    """Remove it."""
    op.drop_index(_NAME, table_name=_TABLE)
