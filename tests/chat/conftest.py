"""What the tests of chat share: a community over a SQLite file, with the recorder that it has in service."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest_asyncio

from tests.community import Place, place
from veillee.accountability import terms
from veillee.chat.keys import Keys
from veillee.chat.messages import Desk, Messages
from veillee.chat.presence import Presence
from veillee.chat.recipients import Recipients
from veillee.model.clock import Clock
from veillee.store.messages import Recorder
from veillee.store.port import Store
from veillee.wiring.casework import automatic


def casework(store: Store, clock: Clock, keys: Keys, presence: Presence) -> Recorder:
    """What writes the case and the statement of a message that is held or refused."""
    return automatic(store, clock, keys, presence, terms.load()).record


def messages_over(
    here: Place,
    identifier: Callable[[], str] | None = None,
    pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> Messages:
    """The verbs on messages of this community, with other ids or another way to wait."""
    community = here.community
    recorder = casework(community.store, here.clock, community.keys, community.presence)
    return Messages(
        Desk(community.store, recorder, identifier or community.chance.identifier, pause),
        here.clock,
        community.keys,
        community.access,
        community.judge,
        community.throttle,
        Recipients(community.store, here.clock, community.members),
    )


@pytest_asyncio.fixture
async def cafe(tmp_path: Path) -> AsyncIterator[Place]:
    """A community with the room `cafe`, closed afterwards."""
    async with place(tmp_path, recorder=casework) as here:
        yield here
