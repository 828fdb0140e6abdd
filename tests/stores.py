"""Stores for tests: the SQLite file as it is in service, its memory twin, and PostgreSQL."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.postgres import database_of
from veillee.model.message import NewMessage, State
from veillee.model.room import Room
from veillee.store import rooms
from veillee.store.engine import SqliteStore
from veillee.store.port import Store
from veillee.store.postgres import PostgresStore
from veillee.store.schema import migrate

KINDS = ("memory", "file", "postgres")
LASTING = ("file", "postgres")


@cache
def empty_file() -> bytes:
    """A database file of the present schema, migrated once for all tests."""
    with TemporaryDirectory() as folder:
        migrate(Path(folder) / "empty.db")
        return (Path(folder) / "empty.db").read_bytes()


@asynccontextmanager
async def opened(kind: str, folder: Path) -> AsyncIterator[Store]:
    """A store of one kind, closed afterwards; the same folder opens the same file again, or the same database while
    the first that opened it is open: two stores of one folder are two processes."""
    async with AsyncExitStack() as stack:
        store = await _store(kind, folder, stack)
        try:
            yield store
        finally:
            await store.close()


async def _store(kind: str, folder: Path, stack: AsyncExitStack) -> Store:
    if kind == "postgres":
        return PostgresStore(await stack.enter_async_context(database_of(folder)))
    path = None if kind == "memory" else folder / "veillee.db"
    if path is not None and not path.exists():
        path.write_bytes(empty_file())
    return SqliteStore(path)


async def with_room(store: Store, slug: str = "cafe", **options: object) -> Room:
    """A room in the store."""
    room = Room(slug, "e1", slug.capitalize(), **options)  # type: ignore[arg-type]
    await store.write(rooms.add, room)
    return room


def message(
    number: int, *, room: str = "cafe", state: State = State.PUBLISHED, guest: str = "G1", key: str = "", at: int = 0
) -> NewMessage:
    """The `number`-th message of a test, with everything derived from it."""
    return NewMessage(
        id=f"M{number:04}", room=room, guest_id=guest, device=f"d-{guest}", u=f"u-{guest}", pseudonym="Lune42",
        key=key or f"k{number}", digest=f"x{number}", body=f"text {number}", reply_to=None, at=at or number,
        state=state, code=f"C{number}",
    )  # fmt: skip
