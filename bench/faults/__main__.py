"""Faults in the middle of talk: python -m bench.faults [NAME …] [--people N] [--rooms N]

Two gateways, a web and a worker process over PostgreSQL and Valkey; 200 people in eight rooms who say something every
two seconds, every tenth time something that a rule forbids. Each fault is injected while they talk; afterwards every
acknowledged message must be in the history once, under the id and offset that its author was told, nobody may have seen
a gap, a repetition or another order, and nothing forbidden may have been delivered. Exit code 1 if anything is wrong.
As root the second gateway runs in a network namespace, and its cables are cut; else a relay falls silent.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import tempfile
from pathlib import Path

from bench.faults.injections import FAULTS
from bench.faults.people import enter
from bench.faults.place import CLOCKED, Place, standing
from bench.faults.run import Outcome, Tempo, under
from veillee.cli.people import raise_file_limit

ROLES = {"gateway-1": "gateway", "gateway-2": "gateway", "web": "web", "worker": "worker"}
HEAD = (
    "| fault | lasted s | without service, of {people} | back p50 s | p99 s | max s | all agree after s "
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


async def campaign(place: Place, names: list[str], count: int) -> int:
    """Inject these faults one after the other; answers how much was wrong."""
    people = await enter(place.web.url, count, place.rooms)
    found = 0
    print(HEAD.format(people=count), flush=True)
    for name in names:
        outcome = await under(place, people, name, FAULTS[name], Tempo())
        print(row(outcome), flush=True)
        for each in outcome.wrong[:20]:
            print(f"  {name}: {each}", file=sys.stderr)
        found += len(outcome.wrong)
    return found


def main() -> None:
    """Run the campaign."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(FAULTS)} (all by default)")
    parser.add_argument("--people", type=int, default=200)
    parser.add_argument("--rooms", type=int, default=8)
    given = parser.parse_args()
    if unknown := [name for name in given.names if name not in FAULTS]:
        parser.error(f"unknown: {', '.join(unknown)}; take of {', '.join(FAULTS)}")
    raise_file_limit()
    rooms = [f"salon-{number}" for number in range(given.rooms)]
    with (
        tempfile.TemporaryDirectory(prefix="veillee-faults-") as folder,
        standing(Path(folder), rooms, ROLES, apart=os.geteuid() == 0, program=CLOCKED) as place,
    ):
        found = asyncio.run(campaign(place, given.names or list(FAULTS), given.people))
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
