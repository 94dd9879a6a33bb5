"""Alembic's entry: runs the revisions on the connection that `coach.store` hands over, and says nothing."""

from __future__ import annotations

from alembic import context

from coach.store.shape import VERSION_TABLE

context.configure(connection=context.config.attributes["connection"], version_table=VERSION_TABLE)
context.run_migrations()
