"""What the command line needs of an instance while it is not being served: its store, its staff, its rooms."""

from __future__ import annotations

import contextlib
import secrets
from collections.abc import AsyncIterator
from dataclasses import dataclass

from veillee.accountability.accounts import Accounts
from veillee.chat.rooms import Rooms
from veillee.model.clock import Clock
from veillee.settings import Settings
from veillee.store.port import Store
from veillee.wiring.storage import open_store


@dataclass(frozen=True, slots=True)
class Office:
    """The store of an instance with the verbs that commands use; `actor` is how the audit names them."""

    store: Store
    accounts: Accounts
    rooms: Rooms
    clock: Clock
    actor: str = "cli"


@contextlib.asynccontextmanager
async def office(settings: Settings, clock: Clock) -> AsyncIterator[Office]:
    """Open the instance's store (`open_store`), as a server would; closed after the block."""
    store = await open_store(settings)
    rooms = Rooms(store, clock, lambda _slug: None)
    try:
        await rooms.load()
        yield Office(store, Accounts(store, clock, secrets.token_bytes), rooms, clock)
    finally:
        await store.close()
