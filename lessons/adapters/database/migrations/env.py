"""Run by Alembic. The connection, with its transaction, comes from `migrations.upgrade`."""

from alembic import context

from lessons.adapters.database.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
with context.begin_transaction():
    context.run_migrations()
