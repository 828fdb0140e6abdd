"""How fast somebody may act: buckets and slow mode, with a clock that is an argument."""

from __future__ import annotations

import asyncio

import pytest

from tests.doubles import START
from veillee.bus.memory import Air
from veillee.bus.port import BusAway
from veillee.chat.throttle import REPORTING, SPEAKING, Pace, Throttle
from veillee.model.errors import Code, Refused


async def _spend(throttle: Throttle, who: str, pace: Pace, now: int) -> int:
    """How many actions pass at once until one is refused."""
    for number in range(1_000):
        try:
            await throttle.take(who, pace, now)
        except Refused:
            return number
    raise AssertionError("nothing was refused")


async def test_a_burst_passes_then_one_a_turn() -> None:
    """Twelve at once; the thirteenth is told how long to wait, and passes after exactly that."""
    throttle = Throttle()
    assert await _spend(throttle, "d", SPEAKING, START) == SPEAKING.burst
    with pytest.raises(Refused) as refusal:
        await throttle.take("d", SPEAKING, START)
    assert (refusal.value.code, refusal.value.retry) == (Code.RATE_LIMITED, 1.0)
    with pytest.raises(Refused):
        await throttle.take("d", SPEAKING, START + 999)
    await throttle.take("d", SPEAKING, START + 1_000)
    with pytest.raises(Refused):
        await throttle.take("d", SPEAKING, START + 1_000)


async def test_a_refusal_costs_nothing() -> None:
    """Whoever keeps trying waits no longer than whoever does not."""
    throttle = Throttle()
    await _spend(throttle, "d", SPEAKING, START)
    for _ in range(50):
        assert throttle.wait("d", SPEAKING, START) == 1_000
        with pytest.raises(Refused):
            await throttle.take("d", SPEAKING, START)


async def test_people_and_paces_do_not_share_a_bucket() -> None:
    """One device's flood leaves another's bucket full, and its own bucket of another kind too."""
    throttle = Throttle()
    await _spend(throttle, "d", SPEAKING, START)
    assert await _spend(throttle, "other", SPEAKING, START) == SPEAKING.burst
    assert await _spend(throttle, "d", REPORTING, START) == REPORTING.burst


async def test_a_bucket_fills_up_but_not_beyond_its_burst() -> None:
    """A day of silence earns one burst, not a day's worth of messages."""
    throttle = Throttle()
    await _spend(throttle, "d", SPEAKING, START)
    assert await _spend(throttle, "d", SPEAKING, START + 86_400_000) == SPEAKING.burst


async def test_a_clock_set_back_silences_nobody() -> None:
    """After a step back of an hour, waiting lasts seconds."""
    throttle = Throttle()
    await _spend(throttle, "d", SPEAKING, START)
    assert throttle.wait("d", SPEAKING, START - 3_600_000) <= SPEAKING.every_ms


async def test_slow_mode_queues_one_and_refuses_a_second() -> None:
    """The first passes, the second waits for its turn, the third is told when to come back."""
    throttle = Throttle()
    assert await throttle.slow("d", "cafe", 10, START) == 0
    assert await throttle.slow("d", "cafe", 10, START + 4_000) == 6_000
    with pytest.raises(Refused) as refusal:
        await throttle.slow("d", "cafe", 10, START + 5_000)
    assert (refusal.value.code, refusal.value.retry) == (Code.SLOW_MODE, 5.0)
    assert await throttle.slow("d", "cafe", 10, START + 10_000) == 10_000


async def test_slow_mode_is_per_room_and_device() -> None:
    """Waiting in one room delays nobody else, and nothing elsewhere."""
    throttle = Throttle()
    await throttle.slow("d", "cafe", 10, START)
    assert await throttle.slow("d", "gare", 10, START) == 0
    assert await throttle.slow("e", "cafe", 10, START) == 0
    assert await throttle.slow("d", "cafe", 10, START + 10_000) == 0


async def test_many_people_are_forgotten_once_their_buckets_are_full() -> None:
    """Sweeping forgets nobody who still has to wait."""
    throttle = Throttle()
    for number in range(10_050):
        await throttle.take(f"past {number}", SPEAKING, START)
    later = START + 60_000
    await _spend(throttle, "d", SPEAKING, later)
    for number in range(10_050):
        await throttle.take(f"new {number}", SPEAKING, later)
    assert throttle.wait("d", SPEAKING, later) == 1_000


async def test_processes_count_together() -> None:
    """Twelve at once over two processes; whoever is refused on one is refused on the other. Slow mode the same."""
    air = Air()
    one, other = Throttle(air.rates), Throttle(air.rates)
    for number in range(SPEAKING.burst):
        await (one if number % 2 else other).take("d", SPEAKING, START)
    for throttle in (one, other):
        with pytest.raises(Refused):
            await throttle.take("d", SPEAKING, START)
    assert await one.slow("d", "cafe", 10, START) == 0
    assert await other.slow("d", "cafe", 10, START + 4_000) == 6_000
    with pytest.raises(Refused) as refusal:
        await one.slow("d", "cafe", 10, START + 5_000)
    assert (refusal.value.code, refusal.value.retry) == (Code.SLOW_MODE, 5.0)


class Away:
    """Counters that do not answer. `asked` counts the questions."""

    def __init__(self, silent: bool) -> None:
        self.silent = silent
        self.asked = 0

    async def take(self, key: str, burst: int, every: int, now: int) -> int:
        return await self._nothing()

    async def turn(self, key: str, interval: int, now: int) -> int:
        return await self._nothing()

    async def _nothing(self) -> int:
        self.asked += 1
        if self.silent:
            await asyncio.Event().wait()
        raise BusAway("away")


@pytest.mark.parametrize("silent", [True, False], ids=["silent", "gone"])
async def test_alone_a_process_counts_by_itself(silent: bool) -> None:
    """The bus is away: paces hold within the process, and it is not asked again for every message."""
    away = Away(silent)
    throttle = Throttle(away)
    assert await _spend(throttle, "d", SPEAKING, START) == SPEAKING.burst
    assert await throttle.slow("d", "cafe", 10, START) == 0
    assert await throttle.slow("d", "cafe", 10, START) == 10_000
    with pytest.raises(Refused):
        await throttle.slow("d", "cafe", 10, START)
    assert away.asked == 1
