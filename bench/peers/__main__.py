"""Veillée beside other servers on the same work: python -m bench.peers [--scenario NAME …] [--servers NAME …].

One load generator (load.c) drives all of them. The server has one processor, the load the other; throttles are off.
CPU is user and system time of the server's whole process tree over the measured seconds only. In each scenario every
server is measured in turn, the bare C floor before and after them, `--repeat` times; figures are medians. Those who
wait for their turn are stopped (SIGSTOP). Prints one Markdown table per scenario, and writes .cache/peers/results.json.
`--held` adds people who only stay, `--growth` draws docs/images/growth-*.svg.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import sys
from contextlib import ExitStack

from bench.peers.apart import apart
from bench.peers.build import CACHE, HERE
from bench.peers.growth import GROWTHS, grow, straightness
from bench.peers.hold import held_table, hold
from bench.peers.load import Failed, Figures, raise_file_limit, run
from bench.peers.plot import plot
from bench.peers.running import Absent, Peer, Running, running
from bench.peers.scenarios import SCENARIOS, Scenario
from bench.peers.servers import FLOOR, PEERS, VEILLEE
from bench.peers.table import table

Results = dict[str, dict[str, Figures]]


def median(runs: list[Figures]) -> Figures:
    """The median of each figure; what is no number is taken from the last run."""
    last = runs[-1]
    return {
        name: statistics.median(each[name] for each in runs if name in each)
        if isinstance(value, int | float)
        else value
        for name, value in last.items()
    }


def compare(scenario: Scenario, servers: list[Running], seconds: float, repeat: int) -> dict[str, Figures]:
    """Every server on one scenario, the floor before and after; answers the medians by server, failures as `failed`."""
    floor = next(server for server in servers if server.peer is FLOOR)
    others = [s for s in servers if s is not floor and (not scenario.only or s.peer.name in scenario.only)]
    runs: dict[str, list[Figures]] = {}
    failed: dict[str, Figures] = {}
    options = {"rest": 1, "seconds": seconds * scenario.longer, **scenario.options}
    for _ in range(repeat):
        for server in [*([] if scenario.only else [floor]), *others, *([] if scenario.only else [floor])]:
            name = server.peer.name
            if name in failed or scenario.name in server.peer.leaves_out:
                continue
            server.thaw()
            try:
                runs.setdefault(name, []).append(run(server, **options))
            except (Failed, Absent) as error:
                failed[name] = {"failed": str(error)}
                print(f"  {scenario.name}: {name}: {error}", file=sys.stderr, flush=True)
            finally:
                server.freeze()
    return {name: median(figures) for name, figures in runs.items() if name not in failed} | failed


def start(stack: ExitStack, peers: list[Peer]) -> list[Running]:
    """Start all of them, frozen; those that cannot be are named on standard error."""
    servers = []
    for peer in peers:
        try:
            server = stack.enter_context(running(peer))
        except Absent as error:
            print(f"{peer.name}: {error}", file=sys.stderr, flush=True)
            continue
        server.freeze()
        servers.append(server)
    return servers


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
    return parser.parse_args()


def main() -> None:
    """Run what was asked for."""
    given = arguments()
    raise_file_limit()
    print(f"{os.cpu_count()} processors, {platform.machine()}; {given.seconds:g} s, {given.repeat} times\n")
    results: Results = {}
    peers = [peer for peer in PEERS if peer is FLOOR or given.servers is None or peer.name in given.servers]
    wanted = [each for each in SCENARIOS if given.scenario is None or each.name in given.scenario]
    with ExitStack() as stack:
        servers = start(stack, peers) if wanted else []
        for scenario in wanted:
            figures = compare(scenario, servers, given.seconds, given.repeat)
            if scenario.split and "sent" in figures.get(VEILLEE.name, {}):
                figures["veillee, door alone"] = door_alone(scenario, figures, given.seconds, given.repeat)
            results[scenario.name] = figures
            print(table(scenario, figures), flush=True)
    if given.held:
        results["held"] = hold(peers, given.held)
        print(held_table(results["held"], given.held), flush=True)
    if given.growth:
        results |= {f"growth-{name}": lines for name, lines in draw(given.seconds, given.repeat).items()}
    CACHE.mkdir(parents=True, exist_ok=True)
    (CACHE / "results.json").write_text(json.dumps(results, indent=1, ensure_ascii=False), "utf-8")


if __name__ == "__main__":
    main()
