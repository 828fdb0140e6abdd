"""A group in one transaction: how it is cut, and what becomes of each of its operations."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from tests.postgres import database
from tests.stores import message
from veillee.model.message import State
from veillee.model.room import Room
from veillee.store import messages, rooms
from veillee.store.link import Link, end
from veillee.store.port import StoreUnavailable, Tx
from veillee.store.sweeps import GROUP_LIMIT, SAVEPOINTS, Operation, carry_out, kind_of, next_group


def of(verb: Callable[..., Any], *args: Any) -> Operation:
    """Submitted by nobody."""
    return Operation(verb, args, {}, asyncio.get_running_loop().create_future())


@pytest_asyncio.fixture
async def connection() -> AsyncIterator[AsyncConnection]:
    """A connection to a fresh database with the room `cafe`."""
    async with database() as url:
        made = await Link(url).open()
        await made.run_sync(carry_out, [of(rooms.add, Room("cafe", "e1", "Café"))])
        yield made
        await end(made)


def saying(number: int, room: str = "cafe") -> Operation:
    """A message of a group."""
    return of(messages.append, message(number, room=room))


async def test_a_group_holds_what_one_commit_may_hold() -> None:
    """Any number of messages up to the limit are one sweep; of other verbs so many as may have savepoints."""
    queue = deque(saying(n) for n in range(GROUP_LIMIT + 5))
    assert [len(next_group(queue)) for _ in range(3)] == [GROUP_LIMIT, 5, 0]
    others = deque(of(rooms.all_rooms) for _ in range(SAVEPOINTS + 5))
    assert [len(next_group(others)) for _ in range(2)] == [SAVEPOINTS, 5]
    record = of(messages.append, message(1, state=State.HELD), lambda tx, new: "7F3K-21AB")
    alternating = deque([saying(1), record] * SAVEPOINTS)
    assert len(next_group(alternating)) == SAVEPOINTS


async def test_outcomes_and_events_keep_the_order(connection: AsyncConnection) -> None:
    """Messages, another verb, one that fails, messages: each its own answer; the events of what stands."""

    def fails(tx: Tx) -> None:
        rooms.add(tx, Room("never", "e1", "Never"))
        raise ValueError("of the verb")

    group = [saying(1), saying(2), of(rooms.add, Room("jardin", "e1", "Jardin")), of(fails), saying(3), saying(4)]
    outcomes, events = await connection.run_sync(carry_out, group)
    assert [done for done, _ in outcomes] == [True, True, True, False, True, True]
    assert [outcomes[n][1].s for n in (0, 1, 4, 5)] == [1, 2, 3, 4]
    assert isinstance(outcomes[3][1], ValueError)
    assert [event.s for event in events] == [1, 2, 3, 4]
    assert {room.slug for room in await connection.run_sync(rooms.all_rooms)} == {"cafe", "jardin"}


async def test_a_grouped_form_that_fails_is_carried_out_one_by_one(connection: AsyncConnection) -> None:
    """Alone in its transaction or not."""
    for before in ([], [of(rooms.all_rooms)]):
        group = [*before, saying(len(before) * 3 + 1), saying(9, "nowhere"), saying(len(before) * 3 + 2)]
        outcomes, events = await connection.run_sync(carry_out, group)
        assert [type(value) for done, value in outcomes if not done] == [LookupError]
        assert len(events) == 2
    assert await connection.run_sync(messages.last_offset, "cafe") == 4


async def test_what_is_not_a_verbs_own_ends_the_group(connection: AsyncConnection) -> None:
    """A deadlock, for instance: the caller of the group decides what then; nothing of it is there."""

    def meets(tx: Tx) -> None:
        tx.execute(text("DO $$BEGIN RAISE EXCEPTION USING ERRCODE = '40P01'; END$$"))

    with pytest.raises(Exception, match="40P01") as caught:
        await connection.run_sync(carry_out, [saying(1), of(meets)])
    assert kind_of(caught.value) == "DBAPIError (40P01)"
    assert kind_of(ValueError("what somebody wrote")) == "ValueError"
    await connection.execute(text("ROLLBACK"))
    assert await connection.run_sync(messages.last_offset, "cafe") == 0


async def test_what_the_server_rolled_back_is_no_commit(connection: AsyncConnection) -> None:
    """COMMIT of a failed transaction is answered ROLLBACK: that is no acknowledgement."""

    def careless(tx: Tx) -> None:
        with pytest.raises(Exception, match="nonsense"):
            tx.execute(text("SELECT nonsense"))

    with pytest.raises(StoreUnavailable, match="the server answered ROLLBACK"):
        await connection.run_sync(carry_out, [of(careless)])
