"""Recall, precision, macro-F1 and flagged share of clean lines, per set and per category, with every shipped pack.

    scripts/campaign moderation [--data FOLDER] [--held-out] [--show N]

Sets are read from `../shared/data` with their split kept; where it is absent, only the packs' own examples are
measured. A row counts as flagged when its verdict is anything but `allow`. Rows of a conversation are judged in their
order with the memory of that conversation, as in a room.
"""

from __future__ import annotations

import argparse
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

from bench.moderation import left_out, sets
from bench.moderation.figures import counted
from veillee.automod.engine import Engine
from veillee.automod.learner import read_all
from veillee.automod.ruleset import Ruleset, load
from veillee.automod.state import Memory
from veillee.model.verdict import Action, Facts, Persona, Verdict
from veillee.outside import packs, weights


def main() -> int:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=sets.DATA)
    parser.add_argument("--held-out", action="store_true", help="only rows that nothing is trained on")
    parser.add_argument(
        "--show", type=int, default=0, metavar="N", help="print N false alarms and N misses of each set"
    )
    parser.add_argument("--only", metavar="SET", help="one set")
    args = parser.parse_args()
    ruleset = load(packs.shipped(), read_all(weights.shipped()))
    names = sets.present(args.data)
    if not names:
        print(f"no sets in {args.data}: only the packs' own examples are measured")
    else:
        print("| set | rows | recall | precision | macro-F1 | clean flagged | clean held or blocked |")
        print("|---|---|---|---|---|---|---|")
    shown: list[str] = []
    for name in names:
        if args.only and args.only != name:
            continue
        rows = [row for row in sets.read(name, args.data) if row.held_out or not args.held_out]
        judged = list(judge(ruleset, rows))
        counts = counted((row.harmful, _flagged(v), v.action.gravity >= 3) for row, v in judged)
        some = any(row.harmful for row in rows)
        quality = f"{counts.recall:.3f} | {counts.precision:.3f} | {counts.macro_f1:.3f}" if some else "· | · | ·"
        print(
            f"| {name} | {len(rows)} | {quality} | {100 * counts.clean_flagged:.2f} % | "
            f"{100 * counts.clean_stopped:.2f} % |"
        )
        shown += _shown(name, judged, args.show)
    if not args.only:
        print(
            "\n| category | lines to catch | caught | caught without their own rule | near-misses | flagged | stopped |"
        )
        print("|---|---|---|---|---|---|---|")
        for (language, category), entry in left_out.by_category(ruleset).items():
            whole = max(1, entry.catch)
            caught = f"{entry.caught / whole:.2f} | {entry.by_others / whole:.2f}"
            near = f"{entry.near} | {entry.near_flagged} | {entry.near_stopped}"
            print(f"| {language} {category} | {entry.catch} | {caught} | {near} |")
    print("\n".join(shown))
    return 0


def judge(ruleset: Ruleset, rows: list[sets.Row]) -> Iterator[tuple[sets.Row, Verdict]]:
    """Each row with its verdict; the memory of a conversation goes from row to row."""
    engine, memory = Engine(ruleset), Memory()
    clocks: dict[str, float] = defaultdict(float)
    for row in rows:
        facts = Facts(row.text)
        if row.conversation is not None:
            clocks[row.conversation] += 20.0
            who = Persona(f"{row.conversation}/{row.user}", minutes_since_entry=60.0)
            facts = Facts(row.text, conversation=row.conversation, at=clocks[row.conversation], author=who)
        verdict, state = engine.screen(facts, memory.recall(facts))
        memory.keep(facts, state)
        yield row, verdict


def _flagged(verdict: Verdict) -> bool:
    return verdict.action is not Action.ALLOW


def _shown(name: str, judged: list[tuple[sets.Row, Verdict]], most: int) -> Iterator[str]:
    """False alarms and misses to read, and the rules that were wrong most often."""
    if not most:
        return
    wrong = Counter(ref for row, v in judged if not row.harmful and _flagged(v) for ref in v.rules)
    yield f"\n{name}: false alarms by rule: {', '.join(f'{ref} {n}' for ref, n in wrong.most_common(8)) or 'none'}"
    false = [f"  + {','.join(v.rules)} | {row.text[:200]}" for row, v in judged if not row.harmful and _flagged(v)]
    missed = [f"  - {row.text[:200]}" for row, v in judged if row.harmful and not _flagged(v)]
    yield from (*false[:most], *missed[:most])


if __name__ == "__main__":
    raise SystemExit(main())
