"""The arithmetic of counting: a bucket as one number, and turns that wait for each other. Pure.

Source: generic cell rate algorithm, ITU-T I.371. `bus/valkey.py` has the same in Lua; `tests/contracts/test_bus.py`
holds both to it.
"""

from __future__ import annotations


def bucket(ready: int | None, burst: int, every: int, now: int) -> tuple[int, int]:
    """Take one: the ms to wait (0: taken), and when the bucket will be full again, to be remembered until then.

    A bucket that is later than an empty one's time from now was filled before the clock went back: one passes, and from
    then on it counts as empty. To be refused takes nothing, so that else it would stay so until the old time comes.
    """
    full = now if ready is None else ready if ready <= now + burst * every else now + (burst - 1) * every
    wait = max(0, full - now - (burst - 1) * every)
    return (wait, full) if wait else (0, max(full, now) + every)


def turn(last: int | None, interval: int, now: int) -> tuple[int, int]:
    """One turn each `interval`: the ms to wait for it, and when it is, to be remembered for `interval` after it.

    Negative, and nothing to remember: one waits already. A clock set back costs one turn at most.
    """
    free = now if last is None else (last if last <= now + interval else now) + interval
    if free > now + interval:
        return now - (free - interval), last or now
    at = max(now, free)
    return at - now, at
