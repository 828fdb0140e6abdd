"""Who is read, and when."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager

from tests.live import until
from veillee.gateway.rhythm import WINDOW_S
from veillee.gateway.rounds import Rounds


class Ear:
    """A socket that is read once a call, as a connection does; `heard` is what came in each."""

    def __init__(self, rounds: Rounds) -> None:
        self.rounds = rounds
        self.near, self.far = socket.socketpair()
        self.near.setblocking(False)
        self.number = self.near.fileno()
        self.heard: list[bytes] = []
        rounds.add(self.number, self.read)

    def read(self) -> int:
        """As the rounds call it; all but dots are messages."""
        self.heard.append(self.near.recv(100))
        return len(self.heard[-1].replace(b".", b"")) > 0

    def close(self) -> None:
        """As a connection is let go of."""
        self.rounds.discard(self.number)
        self.near.close()
        self.far.close()


@contextmanager
def ears(count: int) -> Iterator[tuple[Rounds, list[Ear]]]:
    """So many sockets, read by rounds of their own."""
    rounds = Rounds()
    heard = [Ear(rounds) for _ in range(count)]
    try:
        yield rounds, heard
    finally:
        for ear in heard:
            ear.close()
        rounds.close()


async def test_into_silence_somebody_is_heard_at_once() -> None:
    """No timer stands between."""
    with ears(1) as (_, (ear,)):
        ear.far.send(b"one")
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        await until(lambda: ear.heard == [b"one"])


async def test_while_it_is_busy_everybody_is_read_in_one_go() -> None:
    """Whatever came in the window, and nobody before its end: but nothing of it is lost, and each is read once."""
    with ears(3) as (_, (one, two, three)):
        one.far.send(b"first")
        await until(lambda: one.heard == [b"first"])
        began = asyncio.get_running_loop().time()
        for ear in (two, three, one):
            ear.far.send(b"a")
            ear.far.send(b"b")
        await until(lambda: one.heard == [b"first", b"ab"])
        assert asyncio.get_running_loop().time() - began >= WINDOW_S / 2
        assert (two.heard, three.heard) == ([b"ab"], [b"ab"])


async def test_signs_of_life_make_nobody_wait() -> None:
    """Only a message begins a window: after any number of others the next one is heard at once."""
    with ears(1) as (_, (ear,)):
        for _ in range(3):
            ear.far.send(b".")
            heard = len(ear.heard) + 1
            await until(lambda heard=heard: len(ear.heard) == heard)  # type: ignore[misc]
        began = asyncio.get_running_loop().time()
        ear.far.send(b"one")
        await until(lambda: ear.heard[-1] == b"one")
        assert asyncio.get_running_loop().time() - began < WINDOW_S / 2


async def test_who_is_discarded_is_read_no_more_until_added_again() -> None:
    """What was said meanwhile is heard then; adding or discarding twice changes nothing."""
    with ears(2) as (rounds, (one, two)):
        rounds.discard(one.number)
        rounds.discard(one.number)
        one.far.send(b"one")
        two.far.send(b"two")
        await until(lambda: two.heard == [b"two"])
        assert one.heard == []
        rounds.add(one.number, one.read)
        rounds.add(one.number, one.read)
        await until(lambda: one.heard == [b"one"])


async def test_somebody_can_be_heard_before_the_next_round() -> None:
    """`now` answers how many were."""
    with ears(2) as (rounds, (one, two)):
        one.far.send(b"one")
        two.far.send(b"two")
        assert rounds.now() == 2
        assert (one.heard, two.heard) == ([b"one"], [b"two"])
        assert rounds.now() == 0


async def test_one_may_let_go_of_another_in_the_same_round() -> None:
    """The other's call still comes, and finds its socket closed."""
    with ears(2) as (rounds, (one, two)):
        closed: list[int] = []

        def read(me: Ear, other: Ear) -> int:
            if me.near.fileno() < 0:
                closed.append(me.number)
                return 0
            other.close()
            return me.read()

        for me, other in ((one, two), (two, one)):
            rounds.discard(me.number)
            rounds.add(me.number, lambda me=me, other=other: read(me, other))  # type: ignore[misc]
            me.far.send(b"x")
        assert rounds.now() == 1
        assert len(closed) == 1


async def test_a_failing_read_makes_nobody_deaf() -> None:
    """The loop is told of it; the others of the same round are read, and so is everybody in the rounds after it."""
    told: list[str] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: told.append(repr(context["exception"])))
    with ears(3) as (rounds, (one, broken, two)):

        def fail() -> int:
            broken.near.recv(100)
            raise RuntimeError("a bug")

        rounds.discard(broken.number)
        rounds.add(broken.number, fail)
        for word in (b"first", b"second", b"third"):
            heard = len(two.heard) + 1
            for ear in (one, broken, two):
                ear.far.send(word)
            await until(lambda heard=heard: len(one.heard) == len(two.heard) == heard)  # type: ignore[misc]
        assert told == ["RuntimeError('a bug')"] * 3
