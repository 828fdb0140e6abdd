"""A backtest over a million stored messages: how long it takes, reading included.

    .venv/bin/python bench/backtesting.py [--messages 1000000] [--workers 2]

Writes made-up public talk to a SQLite file in a temporary folder, then tries a changed rule on all of it as
`veillee rules backtest` does. Prints seconds and messages a second. To reach: 1,000,000 in 60 s on two cores.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sqlite3
import tempfile
import time
from pathlib import Path

from bench.judging import ENDS, STARTS
from veillee.automod.editions import Shelf
from veillee.automod.learner import read_all
from veillee.automod.ruleset import load
from veillee.model.ids import crockford
from veillee.moderation.backtests import Backtests
from veillee.outside import packs, weights
from veillee.store.engine import SqliteStore
from veillee.store.schema import migrate

DAY_ONE = 1_795_000_000_000
ROW = (
    "INSERT INTO messages (id, room, s, guest_id, device, u, pseudonym, body, at, state)"
    " VALUES (?, 'cafe', ?, ?, 'd', 'u', 'Lune', ?, ?, 'published')"
)


def fill(path: Path, count: int) -> None:
    """A room and so many messages by 5,000 people; one in two hundred shouts."""
    migrate(path)
    db = sqlite3.connect(path)
    db.execute("INSERT INTO rooms (slug, epoch, name, created_at) VALUES ('cafe', 'e1', 'Le café', 0)")
    shouts = "venez tous !!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!"
    texts = [start + end for start in STARTS for end in ENDS]
    db.executemany(
        ROW,
        (
            (crockford((DAY_ONE + n << 80) | n, 26), n, f"G{n % 5000}",
             shouts if n % 200 == 0 else f"{texts[n % len(texts)]} {n}", DAY_ONE + n)
            for n in range(count)
        ),
    )  # fmt: skip
    db.commit()
    db.close()


async def run(path: Path, workers: int) -> None:
    """Print what it took."""
    given, learners = packs.shipped(), read_all(weights.shipped())
    base, shelf = load(given, learners), Shelf(given)
    edition = shelf.compile(*shelf.places["fr.spam.flood"])
    store = SqliteStore(path)
    backtests = Backtests(store, lambda: DAY_ONE, lambda: base, workers)
    began, cpu = time.perf_counter(), os.times()
    report = await backtests.run([edition], 0)
    took, after = time.perf_counter() - began, os.times()
    await store.close()
    own = after.user + after.system - cpu.user - cpu.system
    children = after.children_user + after.children_system - cpu.children_user - cpu.children_system
    print(f"{report.seen} messages, {report.hits} hits by {report.people} people, {workers} workers")
    print(f"{took:.1f} s ({report.seen / took:,.0f} messages a second)")
    print(f"CPU: {own:.1f} s to read and hand out, {children:.1f} s to judge")


def main() -> None:
    """Fill, run, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=1_000_000)
    parser.add_argument("--workers", type=int, default=2)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "bench.db"
        fill(path, args.messages)
        asyncio.run(run(path, args.workers))


if __name__ == "__main__":
    main()
