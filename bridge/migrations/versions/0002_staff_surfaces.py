"""The tables of staff surfaces."""

import sqlalchemy as sa
from alembic import op

from bridge.migrations.types import TEXT

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create them."""
    op.create_table(
        "surface_heard",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("surface_id", TEXT, nullable=False),
        sa.Column("key", TEXT, nullable=False),
        sa.Column("place", TEXT, nullable=False),
        sa.Column("thread", TEXT, nullable=False),
        sa.Column("external_id", TEXT, nullable=True),
        sa.Column("album", TEXT, nullable=True),
        sa.Column("event", TEXT, nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("done_at", sa.BigInteger(), nullable=True),
        sa.Column("tries", sa.BigInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_surface_heard")),
        sa.UniqueConstraint("surface_id", "key", name=op.f("uq_surface_heard_surface_id_key")),
    )
    op.create_index("ix_surface_heard_done", "surface_heard", ["done_at"], unique=False)
    op.create_index(
        "ix_surface_heard_due",
        "surface_heard",
        ["surface_id", "due_at"],
        unique=False,
        sqlite_where=sa.text("done_at IS NULL"),
        postgresql_where=sa.text("done_at IS NULL"),
    )
    op.create_table(
        "surface_places",
        sa.Column("surface_id", TEXT, nullable=False),
        sa.Column("place", TEXT, nullable=False),
        sa.Column("lost_at", sa.BigInteger(), nullable=True),
        sa.Column("why", TEXT, nullable=True),
        sa.Column("moved_to", TEXT, nullable=True),
        sa.Column("out_from", sa.BigInteger(), nullable=True),
        sa.Column("out_until", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("surface_id", "place", name=op.f("pk_surface_places")),
    )
    op.create_table(
        "surface_threads",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("surface_id", TEXT, nullable=False),
        sa.Column("conversation_id", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("place", TEXT, nullable=False),
        sa.Column("thread", TEXT, nullable=True),
        sa.Column("card", TEXT, nullable=True),
        sa.Column("drawn", TEXT, nullable=True),
        sa.Column("message_id", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("shut_at", sa.BigInteger(), nullable=True),
        sa.Column("begun_at", sa.BigInteger(), nullable=True),
        sa.Column("key", TEXT, nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_surface_threads")),
        sa.UniqueConstraint(
            "surface_id",
            "conversation_id",
            "place",
            name=op.f("uq_surface_threads_surface_id_conversation_id_place"),
        ),
    )
    op.create_index(
        "ix_surface_threads_open",
        "surface_threads",
        ["surface_id", "conversation_id"],
        unique=False,
        sqlite_where=sa.text("shut_at IS NULL"),
        postgresql_where=sa.text("shut_at IS NULL"),
    )
    op.create_index(
        "uq_surface_threads_thread",
        "surface_threads",
        ["surface_id", "place", "thread"],
        unique=True,
        sqlite_where=sa.text("thread IS NOT NULL"),
        postgresql_where=sa.text("thread IS NOT NULL"),
    )
    op.create_table(
        "surface_hints",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column(
            "thread_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("account", TEXT, nullable=False),
        sa.Column("about", TEXT, nullable=True),
        sa.Column("body", TEXT, nullable=False),
        sa.Column("once", TEXT, nullable=True),
        sa.Column("told_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["thread_id"],
            ["surface_threads.id"],
            name=op.f("fk_surface_hints_thread_id_surface_threads"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_surface_hints")),
    )
    op.create_index(
        "ix_surface_hints_once", "surface_hints", ["thread_id", "account", "once"], unique=False
    )
    op.create_index(
        "ix_surface_hints_owed",
        "surface_hints",
        ["thread_id", "id"],
        unique=False,
        sqlite_where=sa.text("told_at IS NULL"),
        postgresql_where=sa.text("told_at IS NULL"),
    )
    op.create_table(
        "surface_names",
        sa.Column(
            "thread_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("external_id", TEXT, nullable=False),
        sa.Column("message_id", sa.BigInteger(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(
            ["thread_id"],
            ["surface_threads.id"],
            name=op.f("fk_surface_names_thread_id_surface_threads"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("thread_id", "external_id", name=op.f("pk_surface_names")),
    )
    op.create_table(
        "surface_posts",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column(
            "thread_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("message_id", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("part", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("key", TEXT, nullable=False),
        sa.Column("state", TEXT, nullable=False),
        sa.Column("body", TEXT, nullable=False),
        sa.Column("revision", sa.BigInteger(), server_default="1", nullable=False),
        sa.Column("external_ids", TEXT, server_default="[]", nullable=False),
        sa.Column("mark", TEXT, nullable=True),
        sa.Column("begun_at", sa.BigInteger(), nullable=True),
        sa.Column("again_at", sa.BigInteger(), nullable=True),
        sa.Column("tries", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("failed_at", sa.BigInteger(), nullable=True),
        sa.Column("reason", TEXT, nullable=True),
        sa.Column("detail", TEXT, nullable=True),
        sa.Column("trace", TEXT, nullable=True),
        sa.ForeignKeyConstraint(
            ["thread_id"],
            ["surface_threads.id"],
            name=op.f("fk_surface_posts_thread_id_surface_threads"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_surface_posts")),
    )
    op.create_index(
        "ix_surface_posts_failed",
        "surface_posts",
        ["failed_at"],
        unique=False,
        sqlite_where=sa.text("failed_at IS NOT NULL"),
        postgresql_where=sa.text("failed_at IS NOT NULL"),
    )
    op.create_index("ix_surface_posts_key", "surface_posts", ["thread_id", "key"], unique=False)
    op.create_index(
        "ix_surface_posts_message",
        "surface_posts",
        ["thread_id", "message_id", "part"],
        unique=False,
    )
    op.create_index(
        "ix_surface_posts_owed",
        "surface_posts",
        ["thread_id", "id"],
        unique=False,
        sqlite_where=sa.text("state IN ('queued', 'posting')"),
        postgresql_where=sa.text("state IN ('queued', 'posting')"),
    )
    op.create_table(
        "surface_signs",
        sa.Column("surface_id", TEXT, nullable=False),
        sa.Column("place", TEXT, nullable=False),
        sa.Column("external_id", TEXT, nullable=False),
        sa.Column("account", TEXT, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("gone", sa.BigInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint(
            "surface_id",
            "place",
            "external_id",
            "account",
            "name",
            name=op.f("pk_surface_signs"),
        ),
    )
    op.create_index("ix_surface_signs_at", "surface_signs", ["at"], unique=False)
    op.create_table(
        "surface_visits",
        sa.Column("surface_id", TEXT, nullable=False),
        sa.Column("account", TEXT, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("surface_id", "account", name=op.f("pk_surface_visits")),
    )


def downgrade() -> None:
    """Remove them; what the surfaces show stays there."""
    op.drop_table("surface_visits")
    op.drop_table("surface_signs")
    op.drop_table("surface_posts")
    op.drop_table("surface_names")
    op.drop_table("surface_hints")
    op.drop_table("surface_threads")
    op.drop_table("surface_places")
    op.drop_table("surface_heard")
