"""What the tests of chat share: a community over a SQLite file, with the recorder that it has in service."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from tests.community import Place, place
from veillee.accountability import terms
from veillee.chat.keys import Keys
from veillee.chat.presence import Presence
from veillee.model.clock import Clock
from veillee.store.messages import Recorder
from veillee.store.port import Store
from veillee.wiring.casework import automatic


def casework(store: Store, clock: Clock, keys: Keys, presence: Presence) -> Recorder:
    """What writes the case and the statement of a message that is held or refused."""
    return automatic(store, clock, keys, presence, terms.load()).record


@pytest_asyncio.fixture
async def cafe(tmp_path: Path) -> AsyncIterator[Place]:
    """A community with the room `cafe`, closed afterwards."""
    async with place(tmp_path, recorder=casework) as here:
        yield here
