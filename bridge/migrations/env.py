"""Alembic's entry: run the migrations over the connection it is given."""

from alembic import context

from bridge.models import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    # Half a migration would be worse than none; `bridge.db` begins the transaction.
    transactional_ddl=True,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
