"""Faults in the middle of talk: python -m bench.faults [NAME …] [--people N] [--rooms N]

Two gateways, a web and a worker process over PostgreSQL and Valkey; 200 people in eight rooms who say something every
two seconds, every tenth time something that a rule forbids. Each fault is injected while they talk; afterwards every
acknowledged message must be in the history once, under the id and offset that its author was told, nobody may have seen
a gap, a repetition or another order, and nothing forbidden may have been delivered. Exit code 1 if anything is wrong.
As root the second gateway runs in a network namespace, and its cables are cut; else a relay falls silent. The disk is
full for one process with SQLite: as root on a small file system, else its files may not grow.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import tempfile
from collections.abc import Awaitable, Callable, Mapping
from contextlib import nullcontext
from pathlib import Path

from bench.faults.full import Bounded, small
from bench.faults.injections import FAULTS, filled
from bench.faults.people import enter
from bench.faults.place import CLOCKED, alone, standing
from bench.faults.run import Outcome, S, Tempo, under
from veillee.cli.people import raise_file_limit

DISK_FULL = "disk-full"
ROLES = {"gateway-1": "gateway", "gateway-2": "gateway", "web": "web", "worker": "worker"}
HEAD = (
    "| fault | lasted s | without service, of {people} | for p50 s | p99 s | max s | others behind for s "
    "| acknowledged | closed | wrong |\n|---|---|---|---|---|---|---|---|---|---|"
)


def row(outcome: Outcome) -> str:
    """A line of the table in docs/reliability.md."""
    closes = ", ".join(f"{code}: {times}" for code, times in sorted(outcome.closes.items())) or "none"
    backs = " | ".join(f"{outcome.quantile(share):.1f}" for share in (0.5, 0.99, 1.0)) if outcome.backs else "· | · | ·"
    return (
        f"| {outcome.name} | {outcome.lasted:.1f} | {len(outcome.backs)} | {backs} | {outcome.agreed:.1f} "
        f"| {outcome.acknowledged:,} | {closes} | {len(outcome.wrong) or 'nothing'} |"
    )


async def campaign(place: S, faults: Mapping[str, Callable[[S], Awaitable[None]]], count: int) -> int:
    """Inject these faults one after the other; answers how much was wrong."""
    people = await enter(place.url, count, place.rooms)
    found = 0
    for name, inject in faults.items():
        outcome = await under(place, people, name, inject, Tempo())
        print(row(outcome), flush=True)
        for each in outcome.wrong[:20]:
            print(f"  {name}: {each}", file=sys.stderr)
        found += len(outcome.wrong)
    return found


def main() -> None:
    """Run the campaign."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join([*FAULTS, DISK_FULL])}")
    parser.add_argument("--people", type=int, default=200)
    parser.add_argument("--rooms", type=int, default=8)
    given = parser.parse_args()
    if unknown := [name for name in given.names if name not in (*FAULTS, DISK_FULL)]:
        parser.error(f"unknown: {', '.join(unknown)}; take of {', '.join([*FAULTS, DISK_FULL])}")
    raise_file_limit()
    rooms = [f"salon-{number}" for number in range(given.rooms)]
    names = given.names or [*FAULTS, DISK_FULL]
    root = os.geteuid() == 0
    found = 0
    print(HEAD.format(people=given.people), flush=True)
    with tempfile.TemporaryDirectory(prefix="veillee-faults-") as made:
        folder = Path(made)
        if faults := {name: FAULTS[name] for name in names if name != DISK_FULL}:
            with standing(folder / "place", rooms, ROLES, apart=root, program=CLOCKED) as place:
                found += asyncio.run(campaign(place, faults, given.people))
        if DISK_FULL in names:
            disk = folder / "disk"
            with small(disk) if root else nullcontext(Bounded(disk)) as full, alone(full, rooms, folder / "log") as one:
                found += asyncio.run(campaign(one, {DISK_FULL: filled(5)}, given.people))
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
