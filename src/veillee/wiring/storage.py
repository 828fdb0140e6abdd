"""Which store an instance has: PostgreSQL where `store.url` names one, else a SQLite file, else memory."""

from __future__ import annotations

import asyncio
from pathlib import Path

from veillee.settings import Settings
from veillee.store.engine import SqliteStore
from veillee.store.port import Store
from veillee.store.postgres import PostgresStore
from veillee.store.schema import migrate

OWNER_ONLY = 0o600


async def open_store(settings: Settings) -> Store:
    """Open the instance's store at the present schema; a file that is missing is made, readable by its owner only.

    Raises `StoreUnavailable` if PostgreSQL cannot be reached, and what SQLite raises for an unusable file.
    """
    if settings.store.url:
        await asyncio.to_thread(migrate, settings.store.url)
        return PostgresStore(settings.store.url)
    if (path := settings.database) is not None:
        await asyncio.to_thread(_prepare, path)
    return SqliteStore(path)


def _prepare(path: Path) -> None:
    path.touch(mode=OWNER_ONLY, exist_ok=True)
    migrate(path)
