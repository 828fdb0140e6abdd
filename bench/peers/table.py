"""Figures as Markdown: absolute, and as ratios to the floor and to Veillée."""

from __future__ import annotations

from bench.peers.load import Figures
from bench.peers.scenarios import SCENARIOS, Scenario

LATE_MS = 20
"""A load that falls behind its pace says bursts: a neighbour on the machine, and the figures are not to be trusted."""


def number(value: float) -> str:
    """Three digits that say something: 1,234 · 12.3 · 1.23."""
    if value >= 1_000:
        return f"{value:,.0f}"
    return f"{value:.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def _ratio(figures: dict[str, Figures], name: str, beside: str, figure: str) -> str:
    mine, theirs = figures[name].get(figure), figures.get(beside, {}).get(figure)
    return f"{mine / theirs:.2f}" if mine and theirs else ""


def table(scenario: Scenario, figures: dict[str, Figures]) -> str:
    """One table: a line per server, its figures, the first of them beside the floor's and Veillée's, what was lost."""
    first = next(iter(scenario.shown))
    headings = ["", *scenario.shown.values(), "÷ floor", "÷ Veillée", "at rest, ms/s", "wrong", "load's CPU"]
    rows = [f"**{scenario.title}**\n", "| " + " | ".join(headings) + " |", "|---" * len(headings) + "|"]
    for name, each in figures.items():
        if "failed" in each:
            rows.append(f"| {name} | {each['failed'].splitlines()[0]} |" + " |" * (len(headings) - 2))
            continue
        cells = [number(each[figure]) if figure in each else "" for figure in scenario.shown]
        ratios = [_ratio(figures, name, beside, first) for beside in ("floor", "veillee")]
        wrong = each["lost"] + each["duplicates"] + each["disorder"] + each["refused"]
        rest = number(each.get("rest_cpu_ms_s", 0))
        busy = f"{each['generator_busy']:.0%}"
        if each.get("late_p99_ms", 0) > LATE_MS:
            busy += f", {each['late_p99_ms']:.0f} ms late"
        rows.append("| " + " | ".join([name, *cells, *ratios, rest, f"{wrong:.0f}", busy]) + " |")
    return "\n".join([*rows, ""])


def beside(without: Figures) -> str:
    """What judging and storing cost without a door (apart.py), in one line."""
    judging, whole = without["judging_us"], without["cpu_us"]
    return (
        f"Measured apart: judging {number(judging)} µs, access and storing {number(whole - judging)} µs of CPU a"
        f" message, {number(without['a_commit'])} messages a commit.\n"
    )


def summary(results: dict[str, dict[str, Figures]]) -> str:
    """All scenarios in one table: the first figure of each and, in brackets, its ratio to the floor."""
    shared = [each for each in SCENARIOS if each.name in results and not each.only]
    names = list(dict.fromkeys(name for scenario in shared for name in results[scenario.name]))
    headings = ["", *(f"{each.title}: {next(iter(each.shown.values()))}" for each in shared)]
    rows = ["| " + " | ".join(headings) + " |", "|---" * len(headings) + "|"]
    for name in names:
        cells = []
        for scenario in shared:
            figures, figure = results[scenario.name], next(iter(scenario.shown))
            if figure not in figures.get(name, {}):
                cells.append("")
                continue
            beside = _ratio(figures, name, "floor", figure)
            cells.append(number(figures[name][figure]) + (f" ({beside})" if beside else ""))
        rows.append("| " + " | ".join([name, *cells]) + " |")
    return "\n".join([*rows, ""])
