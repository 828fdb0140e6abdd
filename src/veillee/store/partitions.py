"""The months of `messages` on PostgreSQL: made ahead of time, dropped when they are past and nothing is left in them.

Ids begin with their time (model/ids), so a month is a range of ids, and a message is found by its id in one partition.
What belongs to no month that exists, after a leap of the clock or before the first upkeep, goes to `messages_rest` and
is moved when its month is made: an insert never fails for want of a partition.
"""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import text

from veillee.model.ids import crockford
from veillee.store.dialects import lock, on_postgres
from veillee.store.port import Tx

REST = "messages_rest"
WAIT = "SET LOCAL lock_timeout = '2s'"
"""Making or dropping a partition stops everybody for a moment; if it is not its turn by then it waits an hour more."""

Month = tuple[int, int]
"""Year and month, from 1 (UTC)."""


def keep_up(tx: Tx, now: int) -> dict[str, int]:
    """Make this month's and the next month's partition, drop those that are past and empty at `now` (Unix ms).

    Answers how many were `made` and `dropped`, without zeros. Nothing to do on SQLite. Several may call it at once.
    """
    if not on_postgres(tx):
        return {}
    lock(tx, "partitions")
    tx.execute(text(WAIT))
    there = months(tx)
    today = datetime.fromtimestamp(now / 1000, UTC)
    this = (today.year, today.month)
    made = [month for month in (this, following(this)) if month not in there]
    for month in made:
        _make(tx, month)
    dropped = [month for month in there if month < this and _drop(tx, month)]
    done = {"made": len(made), "dropped": len(dropped)}
    return {what: count for what, count in done.items() if count}


def months(tx: Tx) -> list[Month]:
    """The months that have a partition, the oldest first."""
    rows = tx.execute(
        text(
            "SELECT substring(relname FROM '^messages_([0-9]{4}_[0-9]{2})$') AS month FROM pg_inherits"
            " JOIN pg_class ON pg_class.oid = inhrelid WHERE inhparent = to_regclass('messages')"
        )
    )
    return sorted((int(row.month[:4]), int(row.month[5:])) for row in rows if row.month is not None)


def following(month: Month) -> Month:
    """The month after."""
    year, number = month
    return (year + 1, 1) if number == 12 else (year, number + 1)


def first_id(month: Month) -> str:
    """The least id that a message of this month can have."""
    start = datetime(*month, 1, tzinfo=UTC)
    return crockford(int(start.timestamp()) * 1000 << 80, 26)


def name(month: Month) -> str:
    """What the partition of a month is called."""
    return f"messages_{month[0]:04}_{month[1]:02}"


def _make(tx: Tx, month: Month) -> None:
    """Nobody writes while the month is attached: what was written to the rest until then has been moved."""
    new, first, end = name(month), first_id(month), first_id(following(month))
    tx.execute(text("LOCK TABLE messages IN SHARE ROW EXCLUSIVE MODE"))
    tx.execute(text(f"CREATE TABLE {new} (LIKE messages INCLUDING ALL)"))
    moved = f"WITH moved AS (DELETE FROM {REST} WHERE id >= '{first}' AND id < '{end}' RETURNING *)"  # noqa: S608
    tx.execute(text(f"{moved} INSERT INTO {new} SELECT * FROM moved"))  # noqa: S608
    tx.execute(text(f"ALTER TABLE messages ATTACH PARTITION {new} FOR VALUES FROM ('{first}') TO ('{end}')"))


def _drop(tx: Tx, month: Month) -> bool:
    """Drop the partition if it is empty, and nobody is writing to it while we look."""
    old = name(month)
    empty = text(f"SELECT NOT EXISTS (SELECT 1 FROM {old})")  # noqa: S608
    if not tx.execute(empty).scalar():
        return False
    tx.execute(text("LOCK TABLE ONLY messages IN ACCESS EXCLUSIVE MODE"))
    if not tx.execute(empty).scalar():
        return False
    tx.execute(text(f"DROP TABLE {old}"))
    return True
