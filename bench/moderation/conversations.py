"""Whole conversations: how many of the bad ones are seen, how early, and how often harmless talk is taken for one.

    .venv/bin/python bench/moderation/conversations.py [--data FOLDER] [--show N]

Bad and harmless short conversations are those of tests/automod/conversations (`first` were written before the rules,
`fresh` after); harmless long ones are those of `../shared/data`, taken as conversations of two and as rooms, with the
ages 34 and 15 declared and with none. Says so where that folder is absent. Nothing of it is copied here.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tests.automod.dialogues import START, Dialogue, judged, read  # noqa: E402
from veillee.automod.engine import Engine  # noqa: E402
from veillee.automod.ruleset import load  # noqa: E402
from veillee.automod.state import Memory  # noqa: E402
from veillee.model.verdict import Action, Facts, Persona, Verdict  # noqa: E402
from veillee.outside import packs  # noqa: E402

DATA = ROOT.parent / "shared" / "data"
THEMES = {
    "luring": "minor_safety", "ambush": "ambush", "persistence": "harassment", "romance": "scam", "trade": "drugs",
}  # fmt: skip
LONG = ("clean_fr_xpersona_valid", "clean_en_xpersona_valid", "clean_fr_parisstories_train", "clean_en_ubuntu_irc")


def whole(verdict: Verdict) -> bool:
    """Whether something was found that follows from the conversation or the persona, not from one message."""
    return any(rule.startswith(("conversation.", "persona.")) for rule in verdict.rules)


def seen(verdicts: list[Verdict], theme: str) -> int | None:
    """The first turn (from 1) at which the theme's category was flagged, or None."""
    for number, verdict in enumerate(verdicts, start=1):
        named = THEMES[theme] in verdict.categories and verdict.action is not Action.ALLOW
        if named and any("says_age" not in rule for rule in verdict.rules):
            return number
    return None


def long_conversations(path: Path) -> Iterator[list[tuple[str, str]]]:
    """`(who, text)` turns of each conversation of a file, in their order."""
    found: dict[str, list[tuple[str, str]]] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        turns = found.setdefault(str(row.get("conv", "one")), [])
        turns.append((str(row.get("user", len(turns) % 2)), row["text"]))
    yield from found.values()


def flagged(engine: Engine, turns: list[tuple[str, str]], ages: tuple[int | None, int | None]) -> list[Verdict]:
    """The verdicts of a long conversation that follow from the whole of it."""
    memory, out = Memory(), []
    names = sorted({who for who, _ in turns})
    pair = len(names) == 2
    people = {who: Persona(who, age=ages[i % 2] if pair else None, device=who) for i, who in enumerate(names)}
    for number, (who, text) in enumerate(turns):
        readers = tuple(people[name] for name in names if name != who) if pair else ()
        facts = Facts(text, private=pair, conversation="c", at=START + 20 * number, author=people[who], readers=readers)
        verdict, state = engine.screen(facts, memory.recall(facts))
        memory.keep(facts, state)
        if whole(verdict):
            out.append(verdict)
    return out


def main() -> int:
    """Print recall and latency by theme, then what was flagged of harmless talk."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--show", type=int, default=0, help="print that many misses and false alarms of each part")
    parser.add_argument("--data", type=Path, default=DATA)
    args = parser.parse_args()
    engine = Engine(load(packs.shipped()))
    for theme in THEMES:
        for part, by_language in read(theme).items():
            for language, lines in by_language.items():
                at = [seen(judged(engine, Dialogue.of(line)), theme) for line in lines]
                hits = [number for number in at if number is not None]
                when = f"{statistics.median(hits):g}" if hits else "-"
                print(f"{theme} {language} {part}: {len(hits)} of {len(lines)} seen, median at turn {when}")
                for line in [line for line, number in zip(lines, at, strict=True) if number is None][: args.show]:
                    print("    missed:", line[:150])
    for part, by_language in read("benign").items():
        for language, lines in by_language.items():
            wrong = [line for line in lines if any(map(whole, judged(engine, Dialogue.of(line))))]
            print(f"harmless {language} {part}: {len(wrong)} of {len(lines)} flagged")
            for line in wrong[: args.show]:
                print("    flagged:", line[:150])
    if not args.data.is_dir():
        print(f"no data in {args.data}: long conversations not measured")
        return 0
    for name in LONG:
        for ages in ((None, None), (34, 15)):
            rules: Counter[str] = Counter()
            total = wrong_ones = turns_seen = 0
            shown = args.show
            started = time.process_time()
            for turns in long_conversations(args.data / f"{name}.jsonl"):
                total, turns_seen = total + 1, turns_seen + len(turns)
                found = flagged(engine, turns, ages)
                wrong_ones += bool(found)
                rules.update(rule for verdict in found for rule in verdict.rules)
                if found and shown > 0:
                    shown -= 1
                    print("    flagged:", found[0].rules, found[0].signals)
            spent = 1e6 * (time.process_time() - started) / max(1, turns_seen)
            print(f"{name} ages {ages}: {wrong_ones} of {total} flagged, {spent:.0f} us a turn, {dict(rules)}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
