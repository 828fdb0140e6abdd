"""Veillée beside other servers on the same work: python -m bench.peers [--scenario NAME …] [--servers NAME …].

One load generator (load.c) drives all of them. The server has one processor, the load the other; throttles are off.
CPU is user and system time of the server's whole process tree over the measured seconds only. In each scenario every
server is measured in turn, the bare C floor before and after them, `--repeat` times; figures are medians. Those who
wait for their turn are stopped (SIGSTOP). Prints one Markdown table per scenario, and writes .cache/peers/results.json.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import sys
from contextlib import ExitStack

from bench.peers.build import CACHE
from bench.peers.load import Failed, Figures, raise_file_limit, run
from bench.peers.running import Absent, Peer, Running, running
from bench.peers.scenarios import SCENARIOS, Scenario
from bench.peers.servers import FLOOR, PEERS
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


def main() -> None:
    """Run what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scenario", nargs="*", default=[], choices=[each.name for each in SCENARIOS])
    parser.add_argument("--servers", nargs="*", default=[], choices=[peer.name for peer in PEERS])
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--repeat", type=int, default=3)
    given = parser.parse_args()
    raise_file_limit()
    print(f"{os.cpu_count()} processors, {platform.machine()}; {given.seconds:g} s, {given.repeat} times\n")
    results: Results = {}
    with ExitStack() as stack:
        peers = [peer for peer in PEERS if peer is FLOOR or not given.servers or peer.name in given.servers]
        servers = start(stack, peers)
        for scenario in SCENARIOS:
            if not given.scenario or scenario.name in given.scenario:
                results[scenario.name] = compare(scenario, servers, given.seconds, given.repeat)
                print(table(scenario, results[scenario.name]), flush=True)
    CACHE.mkdir(parents=True, exist_ok=True)
    (CACHE / "results.json").write_text(json.dumps(results, indent=1, ensure_ascii=False), "utf-8")


if __name__ == "__main__":
    main()
