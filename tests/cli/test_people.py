"""The crowd of a measurement: people who enter, talk, count what they hear, and notice when they are left alone."""

from __future__ import annotations

import asyncio
import resource
from pathlib import Path

import pytest

from tests.live import living, until
from veillee.cli.people import Person, address, admit, connect, pseudonyms, quantile, raise_file_limit


async def test_they_enter_talk_and_count(tmp_path: Path) -> None:
    """Three people from an address of the crowd: one speaks, everybody counts, the answer is timed."""
    async with living(tmp_path) as live:
        people = await connect(live.port, await admit(live.port, 3), ["accueil"])
        people[0].send("accueil", "k1", "Bonsoir à tous, la soirée est douce.")
        await people[0].answered.wait()
        await until(lambda: all(person.received == 1 for person in people))
        assert (len(people[0].acks), people[0].refusals) == (1, [])
        people[0].forget()
        assert (people[0].received, people[0].acks) == (0, [])
        for person in people:
            person.close()


async def test_a_refusal_is_kept_apart(tmp_path: Path) -> None:
    """It counts as an answer, and as refused."""
    async with living(tmp_path) as live:
        (person,) = await connect(live.port, await admit(live.port, 1), ["accueil"])
        person.send("accueil", "k1", "")
        await person.answered.wait()
        assert len(person.refusals) == len(person.acks) == 1
        with pytest.raises(ConnectionError, match="not_found"):
            await person.ask("join", r="nowhere")
        person.close()


async def test_frames_are_read_whatever_way_they_are_cut() -> None:
    """Byte by byte, several in one, with each of the three lengths."""
    person = Person("x")
    event = b'{"e":"msg"}'
    long = event + b" " * 200
    longer = event + b" " * 70_000
    data = b"HTTP/1.1 101 Switching Protocols\r\n\r\n" + bytes((0x81, len(event))) + event
    data += bytes((0x81, 126)) + len(long).to_bytes(2, "big") + long
    data += bytes((0x81, 127)) + len(longer).to_bytes(8, "big") + longer
    for start in range(500):
        person.data_received(data[start : start + 1])
    person.data_received(data[500:])
    assert person.received == 3


async def test_whoever_loses_the_server_knows(tmp_path: Path) -> None:
    """`lost`, and whoever waits for an answer waits no longer."""
    async with living(tmp_path) as live:
        (person,) = await connect(live.port, await admit(live.port, 1), ["accueil"])
        live.house.live.drain.abort()
        await asyncio.wait_for(until(lambda: person.lost), 8)
        assert person.answered.is_set()


def test_names_and_addresses_are_many() -> None:
    """Five thousand names, no two alike; forty people an address, on loopback."""
    names = pseudonyms(5_000)
    assert len(set(names)) == 5_000
    assert {address(index) for index in range(40)} == {"127.0.1.1"}
    assert address(10_000) == "127.0.2.1"


def test_a_quantile_lies_where_it_should() -> None:
    """The middle of three, the last of a hundred, 0 of none."""
    assert (quantile([3, 1, 2], 0.5), quantile(list(range(100)), 0.99), quantile([], 0.5)) == (2, 99, 0.0)


def test_the_limit_of_open_files_is_raised_no_further_than_allowed() -> None:
    """And never lowered."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    raise_file_limit(1)
    assert resource.getrlimit(resource.RLIMIT_NOFILE) == (soft, hard)
