"""Veillée beside other servers on the same work: python -m bench.peers [--scenario NAME …] [--servers NAME …].

One load generator (load.c) drives all of them. The server has one processor, the load the other; throttles are off.
CPU is user and system time of the server's whole process tree over the measured seconds only. In each scenario every
server is measured in turn, the bare C floor before and after them, `--repeat` times; figures are medians. Those who
wait for their turn are stopped (SIGSTOP). Prints Markdown tables, and writes .cache/peers/results.json.
`--held` adds people who only stay, `--growth` draws docs/images/growth-*.svg.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from bench.peers.apart import apart
from bench.peers.build import CACHE, HERE
from bench.peers.growth import GROWTHS, grow, straightness
from bench.peers.hold import held_table, hold
from bench.peers.install import install, versions
from bench.peers.load import Failed, Figures, raise_file_limit, run
from bench.peers.plot import plot
from bench.peers.running import Absent, Peer, Running, running
from bench.peers.scenarios import SCENARIOS, Scenario
from bench.peers.servers import FLOOR, PEERS, VEILLEE
from bench.peers.table import beside, summary, table

Results = dict[str, dict[str, Figures]]
ALONE = "veillee, door alone"
_STARTING_S = 3
"""What a server goes on doing after its port has opened."""


def median(runs: list[Figures]) -> Figures:
    """The median of each figure; what is no number is taken from the last run."""
    last = runs[-1]
    return {
        name: statistics.median(each[name] for each in runs if name in each)
        if isinstance(value, int | float)
        else value
        for name, value in last.items()
    }


@contextmanager
def awake(peer: Peer, waiting: dict[str, Running]) -> Iterator[Running]:
    """The peer's server, thawed for the block; one of its own where none waits. Raises `Absent`."""
    if peer.fresh:
        with running(peer) as server:
            time.sleep(_STARTING_S)
            yield server
        return
    server = waiting[peer.name]
    server.thaw()
    try:
        yield server
    finally:
        server.freeze()


def compare(
    scenario: Scenario, peers: list[Peer], waiting: dict[str, Running], seconds: float, repeat: int
) -> dict[str, Figures]:
    """Every server on one scenario, the floor before and after; answers the medians by server, failures as `failed`."""
    runs: dict[str, list[Figures]] = {}
    failed: dict[str, Figures] = {}
    options = {"rest": 1, "seconds": seconds * scenario.longer, **scenario.options}
    able = [peer for peer in peers if not scenario.only or peer.name in scenario.only]
    for _ in range(repeat):
        for peer in [*able, FLOOR] if FLOOR in able else able:
            if peer.name in failed:
                continue
            try:
                with awake(peer, waiting) as server:
                    runs.setdefault(peer.name, []).append(run(server, **options))
            except (Failed, Absent) as error:
                failed[peer.name] = {"failed": str(error)}
                print(f"  {scenario.name}: {peer.name}: {error}", file=sys.stderr, flush=True)
    medians = {name: median(figures) for name, figures in runs.items() if figures} | failed
    return {peer.name: medians[peer.name] for peer in able}


def start(stack: ExitStack, peers: list[Peer]) -> dict[str, Running]:
    """Start those that may wait for their turn, frozen; those that cannot be are named on standard error."""
    waiting = {}
    for peer in peers:
        if peer.fresh:
            continue
        try:
            waiting[peer.name] = stack.enter_context(running(peer))
        except Absent as error:
            print(f"{peer.name}: {error}", file=sys.stderr, flush=True)
            continue
        waiting[peer.name].freeze()
    return waiting


def door_alone(scenario: Scenario, figures: dict[str, Figures], seconds: float, repeat: int) -> Figures:
    """Veillée on a scenario less what judging and storing the same messages costs without a door (apart.py)."""
    whole, without = figures[VEILLEE.name], apart(scenario.options, seconds, repeat)
    a_delivery = without["cpu_us"] * whole["sent"] / whole["deliveries"]
    return {**whole, "cpu_us": whole["cpu_us"] - a_delivery, "apart": without}


def draw(seconds: float, repeat: int) -> Results:
    """Measure and draw each growth; answers how straight each line is, and prints it."""
    found: Results = {}
    for growth in GROWTHS:
        lines = grow(growth, seconds, repeat)
        picture = HERE.parent.parent / "docs" / "images" / f"growth-{growth.name}.svg"
        title = f"CPU of the server: {growth.title}"
        picture.write_text(plot(title, growth.title, "ms of CPU a second", lines), "utf-8")
        print(f"**{title}**\n\n| | R² | ms a second for 1,000 more | at 0 |\n|---|---|---|---|")
        found[growth.name] = {}
        for line in lines:
            slope, height, straight = straightness(line.points)
            found[growth.name][line.name] = {"points": line.points, "slope": slope, "height": height, "r2": straight}
            print(f"| {line.name} | {straight:.3f} | {slope * 1000:.1f} | {height:.1f} |")
        print(flush=True)
    return found


def arguments() -> argparse.Namespace:
    """What was asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scenario", nargs="*", choices=[each.name for each in SCENARIOS], help="all unless given")
    parser.add_argument("--servers", nargs="*", choices=[peer.name for peer in PEERS], help="all unless given")
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--held", type=int, default=0, metavar="PEOPLE", help="15000 is what 20,000 descriptors allow")
    parser.add_argument("--growth", action="store_true")
    parser.add_argument("--install", action="store_true", help="first install the packages of all (Debian, as root)")
    parser.add_argument("--priority", action="store_true", help="before the machine's other work (as root)")
    return parser.parse_args()


def main() -> None:
    """Run what was asked for."""
    given = arguments()
    raise_file_limit()
    if given.priority:
        os.nice(-10)
    if given.install:
        install(PEERS)
    print(f"{os.cpu_count()} processors, {platform.machine()}; {given.seconds:g} s, {given.repeat} times\n")
    results: Results = {}
    print(versions(PEERS) + "\n")
    peers = [peer for peer in PEERS if peer is FLOOR or given.servers is None or peer.name in given.servers]
    wanted = [each for each in SCENARIOS if given.scenario is None or each.name in given.scenario]
    with ExitStack() as stack:
        waiting = start(stack, peers) if wanted else {}
        present = [peer for peer in peers if peer.fresh or peer.name in waiting]
        for scenario in wanted:
            figures = compare(scenario, present, waiting, given.seconds, given.repeat)
            if scenario.split and "sent" in figures.get(VEILLEE.name, {}):
                figures[ALONE] = door_alone(scenario, figures, given.seconds, given.repeat)
            results[scenario.name] = figures
            print(table(scenario, figures), flush=True)
            if (split := figures.get(ALONE)) is not None:
                print(beside(split["apart"]), flush=True)
    if len(wanted) > 1:
        print(summary(results), flush=True)
    if given.held:
        results["held"] = hold(peers, given.held)
        print(held_table(results["held"], given.held), flush=True)
    if given.growth:
        results |= {f"growth-{name}": lines for name, lines in draw(given.seconds, given.repeat).items()}
    CACHE.mkdir(parents=True, exist_ok=True)
    (CACHE / "results.json").write_text(json.dumps(results, indent=1, ensure_ascii=False), "utf-8")


if __name__ == "__main__":
    main()
