"""Connections to PostgreSQL: what is said when there is none, and what an error means."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import text

from tests.postgres import connected, database, server
from veillee.store.link import Bounds, Fate, Link, end, fate, raw_connection, sqlstate
from veillee.store.port import StoreUnavailable


@pytest.mark.parametrize("url", ["mysql://u:secret@h/d", "", "u:secret@h/d", "sqlite:///x.db"])
def test_an_address_of_something_else_is_refused(url: str) -> None:
    """With what it must look like, and without what was given: there may be a password in it."""
    with pytest.raises(ValueError, match="must look like postgresql://") as refusal:
        Link(url)
    assert "secret" not in str(refusal.value)


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("postgresql://u:secret@127.0.0.1:1/d", "connection refused"),
        ("postgresql://u:secret@127.0.0.1:port/d", "its address cannot be read"),
        ("postgresql://u:secret@nowhere.invalid/d", "nobody answers at its address"),
    ],
)
async def test_what_keeps_it_from_connecting_is_said(url: str, said: str) -> None:
    """One clause, never the address."""
    with pytest.raises(StoreUnavailable, match=said) as refusal:
        await Link(url).open()
    assert "secret" not in str(refusal.value)


async def test_a_database_that_is_not_there_is_said() -> None:
    """The server answers, the database is missing."""
    with pytest.raises(StoreUnavailable, match="no database of this name"):
        await Link(server().url("nothing")).open()


async def test_a_server_that_never_answers_is_given_up() -> None:
    """The connection is taken and nothing comes: the bound on connecting ends it."""

    async def mute(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()
        ended.set()

    ended = asyncio.Event()
    listening = await asyncio.start_server(mute, "127.0.0.1", 0)
    port = listening.sockets[0].getsockname()[1]
    with pytest.raises(StoreUnavailable, match="it does not answer"):
        await Link(f"postgresql://u@127.0.0.1:{port}/d", Bounds(connect=0.1)).open()
    await ended.wait()
    listening.close()
    await listening.wait_closed()


async def test_every_connection_waits_for_the_disk() -> None:
    """`ok` means committed to the disk, whatever the database's default is; and nothing waits without a bound."""
    async with database() as url:
        async with connected(url) as db:
            await db.execute(f"ALTER DATABASE {url.split('/')[3].split('?')[0]} SET synchronous_commit = off")
        for patient in (False, True):
            connection = await Link(url).open(patient=patient)
            bound = "10min" if patient else "3500ms"
            for setting, value in (("synchronous_commit", "on"), ("statement_timeout", bound)):
                assert (await connection.execute(text(f"SHOW {setting}"))).scalar() == value
            await end(connection)


async def test_what_an_error_means() -> None:
    """The verb's own; carry it out again; find another connection."""
    async with database() as url:
        link = Link(url)
        connection = await link.open()

        async def fails(statement: str) -> BaseException:
            with pytest.raises(Exception) as caught:
                await connection.execute(text(statement))
            return caught.value

        assert fate(await fails("SELECT nonsense"), connection) is Fate.OWN
        assert sqlstate(await fails("SELECT nonsense")) == "42703"
        assert fate(ValueError("of the verb"), connection) is Fate.OWN
        assert sqlstate(ValueError("of the verb")) == ""
        for state in ("40001", "40P01", "23514"):
            raised = await fails(f"DO $$BEGIN RAISE EXCEPTION USING ERRCODE = '{state}'; END$$")
            assert fate(raised, connection) is Fate.AGAIN
        for state in ("57014", "55P03"):
            raised = await fails(f"DO $$BEGIN RAISE EXCEPTION USING ERRCODE = '{state}'; END$$")
            assert fate(raised, connection) is Fate.LATE
        for state in ("53100", "57P01", "08006"):
            raised = await fails(f"DO $$BEGIN RAISE EXCEPTION USING ERRCODE = '{state}'; END$$")
            assert fate(raised, connection) is Fate.LOST
        standby = await fails("DO $$BEGIN RAISE EXCEPTION USING ERRCODE = '25006'; END$$")
        assert fate(standby, connection) is Fate.LOST
        assert fate(standby, connection, writing=False) is Fate.OWN
        assert fate(TimeoutError(), connection) is Fate.LOST
        await end(connection, broken=True)
        assert raw_connection(connection) is None
        assert fate(ValueError("of the verb"), connection) is Fate.LOST
        await end(connection)
