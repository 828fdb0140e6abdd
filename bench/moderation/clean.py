"""How often clean talk is stopped: the share of clean lines that get any verdict but `allow`.

    .venv/bin/python bench/moderation/clean.py [--show N]

Reads the clean sets and the lines labelled clean of `../shared/data` (see its README for sources and licences); says
so and ends with 0 when they are absent. Nothing of them is copied here.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from veillee.automod.engine import Engine
from veillee.automod.learner import read_all
from veillee.automod.ruleset import load
from veillee.model.verdict import Action, Facts
from veillee.outside import packs, weights

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"


def main() -> int:
    """Print, for each set, how many lines are flagged, and the rules that flag most."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--show", type=int, default=0, help="print that many flagged lines of each set")
    parser.add_argument("--data", type=Path, default=DATA)
    args = parser.parse_args()
    sets = sorted(args.data.glob("clean_*.jsonl"))
    if not sets:
        print(f"no clean sets in {args.data}: nothing measured")
        return 0
    engine = Engine(load(packs.shipped(), read_all(weights.shipped())))
    lines = flagged = 0
    for path in sets:
        rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        hits = []
        for row in rows:
            verdict, _ = engine.screen(Facts(row["text"]))
            if verdict.action is not Action.ALLOW:
                hits.append((verdict.rules, row["text"]))
        lines, flagged = lines + len(rows), flagged + len(hits)
        print(f"{path.name}: {len(hits)} of {len(rows)} flagged, {100 * len(hits) / len(rows):.2f} %")
        for rules, text in hits[: args.show]:
            print("   ", ", ".join(rules), "|", text[:160])
    print(f"in all: {flagged} of {lines}, {100 * flagged / lines:.2f} %")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
