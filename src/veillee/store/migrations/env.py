"""Alembic's entry: runs migrations on the connection that `store/schema.py` opened."""

from __future__ import annotations

from alembic import context

from veillee.store.schema import compared
from veillee.store.tables.catalogue import metadata

connection = context.config.attributes["connection"]
context.configure(
    connection=connection, target_metadata=metadata, render_as_batch=connection.dialect.name == "sqlite",
    transactional_ddl=False, include_object=compared,
)  # fmt: skip
context.run_migrations()
