"""What the command line needs of an instance while it is not being served: its store, its staff, its rooms."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

from veillee.accountability.accounts import Accounts
from veillee.chat.rooms import Rooms
from veillee.model.clock import Clock
from veillee.settings import Settings
from veillee.store.engine import SqliteStore
from veillee.store.schema import migrate

OWNER_ONLY = 0o600


@dataclass(frozen=True, slots=True)
class Office:
    """The store of an instance with the verbs that commands use; `actor` is how the audit names them."""

    store: SqliteStore
    accounts: Accounts
    rooms: Rooms
    clock: Clock
    actor: str = "cli"


@contextlib.asynccontextmanager
async def office(settings: Settings, clock: Clock) -> AsyncIterator[Office]:
    """Open the instance's store, creating or migrating it, readable by its owner only; closed after the block."""
    path = settings.database
    if path is not None:
        await asyncio.to_thread(_prepare, path)
    store = SqliteStore(path)
    rooms = Rooms(store, clock, lambda _slug: None)
    try:
        await rooms.load()
        yield Office(store, Accounts(store, clock, secrets.token_bytes), rooms, clock)
    finally:
        await store.close()


def _prepare(path: Path) -> None:
    path.touch(mode=OWNER_ONLY, exist_ok=True)
    migrate(path)
