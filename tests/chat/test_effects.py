"""Carrying out what the outbox owes: in order, once, again after a failure, and never in the way of other topics."""

from __future__ import annotations

import asyncio
from typing import Any

from tests.community import Place
from tests.doubles import START
from veillee.chat.effects import ROUND_S, Effects, Handler
from veillee.chat.shift import Shift
from veillee.store import outbox


async def _owe(cafe: Place, topic: str, *numbers: int) -> None:
    for number in numbers:
        await cafe.community.store.write(outbox.put, topic, {"n": number}, START)


async def _left(cafe: Place) -> list[tuple[str, int, int]]:
    owed = await cafe.community.store.read(outbox.due)
    return [(each.topic, each.payload["n"], each.attempts) for each in owed]


async def test_effects_are_carried_out_in_order_and_once(cafe: Place) -> None:
    """What is settled is not carried out again."""
    done: list[int] = []

    async def handler(payload: dict[str, Any]) -> None:
        done.append(payload["n"])

    cafe.community.effects.register("bell", handler)
    await _owe(cafe, "bell", *range(130))
    assert await cafe.community.effects.drain() == 130
    assert await cafe.community.effects.drain() == 0
    assert done == list(range(130))
    assert await _left(cafe) == []


async def test_a_failure_is_kept_counted_and_tried_again(cafe: Place) -> None:
    """What comes after it in its topic waits, so that the order holds."""
    done: list[int] = []
    broken = [True]

    async def handler(payload: dict[str, Any]) -> None:
        if broken[0] and payload["n"] == 2:
            raise ConnectionError
        done.append(payload["n"])

    cafe.community.effects.register("bell", handler)
    await _owe(cafe, "bell", 1, 2, 3)
    assert await cafe.community.effects.drain() == 1
    await cafe.community.effects.drain()
    assert await _left(cafe) == [("bell", 2, 2), ("bell", 3, 0)]
    broken[0] = False
    assert await cafe.community.effects.drain() == 2
    assert done == [1, 2, 3]


async def test_a_stuck_topic_does_not_stop_others(cafe: Place) -> None:
    """Not even when more of it is owed than one look at the outbox shows."""
    done: list[int] = []

    async def raises(payload: dict[str, Any]) -> None:
        raise ConnectionError

    async def handler(payload: dict[str, Any]) -> None:
        done.append(payload["n"])

    cafe.community.effects.register("stuck", raises)
    cafe.community.effects.register("bell", handler)
    await _owe(cafe, "stuck", *range(120))
    await _owe(cafe, "bell", 1, 2)
    assert await cafe.community.effects.drain() == 2
    assert done == [1, 2]
    assert await _left(cafe) == [("stuck", number, int(number == 0)) for number in range(100)]


async def test_what_nobody_handles_is_kept(cafe: Place) -> None:
    """A topic without a handler is owed until there is one, even after a restart."""
    await _owe(cafe, "later", 7)
    assert await cafe.community.effects.drain() == 0
    done: list[int] = []

    async def handler(payload: dict[str, Any]) -> None:
        done.append(payload["n"])

    restarted = Effects(cafe.community.store)
    restarted.register("later", handler)
    assert await restarted.drain() == 1
    assert done == [7]


async def test_two_drains_at_once_carry_nothing_out_twice(cafe: Place) -> None:
    """A nudge during a round does not repeat what the round does."""
    done: list[int] = []

    async def handler(payload: dict[str, Any]) -> None:
        await cafe.community.store.read(outbox.due)
        done.append(payload["n"])

    cafe.community.effects.register("bell", handler)
    await _owe(cafe, "bell", *range(10))
    settled = await asyncio.gather(*(cafe.community.effects.drain() for _ in range(4)))
    assert sum(settled) == 10
    assert done == list(range(10))


async def test_an_effect_of_an_effect_is_carried_out_in_the_same_drain(cafe: Place) -> None:
    """What a handler owes in turn does not wait for the next round."""
    done: list[str] = []

    async def first(payload: dict[str, Any]) -> None:
        done.append("first")
        await _owe(cafe, "second", 1)

    async def second(payload: dict[str, Any]) -> None:
        done.append("second")

    cafe.community.effects.register("first", first)
    cafe.community.effects.register("second", second)
    await _owe(cafe, "first", 1)
    await cafe.community.effects.drain()
    assert done == ["first", "second"]


async def test_running_drains_at_a_nudge_until_it_is_cancelled(cafe: Place) -> None:
    """The background worker needs no round to come round when somebody nudges."""
    carried = asyncio.Event()

    async def handler(payload: dict[str, Any]) -> None:
        carried.set()

    cafe.community.effects.register("bell", handler)
    task = asyncio.create_task(cafe.community.effects.run())
    await _owe(cafe, "bell", 1)
    cafe.community.effects.nudge()
    async with asyncio.timeout(5):
        await carried.wait()
    task.cancel()
    assert isinstance((await asyncio.gather(task, return_exceptions=True))[0], asyncio.CancelledError)


async def test_of_two_workers_one_drains(cafe: Place) -> None:
    """Each effect is carried out once; when the first stops, the second goes on."""
    done: list[tuple[str, int]] = []
    shifts = {node: Shift(cafe.community.store, cafe.clock, "chores", node * 16) for node in "ab"}
    workers = {node: Effects(cafe.community.store, shift) for node, shift in shifts.items()}

    def handler(node: str) -> Handler:
        async def carry_out(payload: dict[str, Any]) -> None:
            done.append((node, payload["n"]))

        return carry_out

    for node, effects in workers.items():
        effects.register("bell", handler(node))
    await _owe(cafe, "bell", 1, 2)
    assert await workers["a"].drain() == 2
    await _owe(cafe, "bell", 3)
    assert await workers["b"].drain() == 0
    await shifts["a"].end()
    assert await workers["b"].drain() == 1
    assert done == [("a", 1), ("a", 2), ("b", 3)]


async def test_what_is_owed_here_nudges_without_a_look(cafe: Place) -> None:
    """A commit that put something into the outbox wakes whoever drains it: the rounds are far apart."""
    done = asyncio.Event()

    async def handler(payload: dict[str, Any]) -> None:
        done.set()

    cafe.community.effects.register("bell", handler)
    running = asyncio.create_task(cafe.community.effects.run())
    await asyncio.sleep(0)
    await _owe(cafe, "bell", 1)
    async with asyncio.timeout(ROUND_S / 2):
        await done.wait()
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
