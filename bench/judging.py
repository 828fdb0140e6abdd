"""CPU time per judged message with every shipped pack: p50 and p99, one message at a time.

    .venv/bin/python bench/judging.py [--count 4000] [--disguised] [--copies 5] [--lines FOLDER]

Prints the time to load the packs and the memory they take, then microseconds of CPU per message for made-up talk of
about 85 characters in French and English, with the state of a conversation and without; `--lines` judges every line
of the clean sets in a folder instead, each of them once. `--copies` loads the packs so many times over, each copy with
other words and ids: what packs will cost when there are more. To reach: p50 <= 60 us, p99 <= 300 us, load <= 1 s,
memory <= 100 MiB.
"""

from __future__ import annotations

import argparse
import gc
import json
import re
import time
from pathlib import Path
from typing import Any

import yaml

from veillee.automod.engine import Engine
from veillee.automod.learner import read_all
from veillee.automod.ruleset import load
from veillee.automod.state import Memory
from veillee.model.verdict import Facts, Persona
from veillee.outside import packs, weights

STARTS = (
    "Salut tout le monde, je rentre du boulot et", "Franchement, hier soir au cinéma avec ma sœur",
    "Quelqu'un connaît un bon restaurant à Nantes où", "Bonsoir, moi c'est plutôt la randonnée et le vélo,",
    "Hello everyone, I just finished my shift at the bakery", "Does anybody know whether the last train tonight",
    "My neighbour plays the trumpet every evening and I", "On regarde le match ensemble demain, ou alors",
)  # fmt: skip
ENDS = (
    " je suis un peu crevé, mais ça va.", " on a bien rigolé, vous l'avez vu ?", " on mange bien pour pas trop cher ?",
    " and honestly it was lovely, what about you?", " still runs after midnight, or shall I walk?",
    " vous faites quoi ce week-end, vous ?", " il faudrait que j'apprenne à cuisiner un jour.",
)  # fmt: skip


def disguise(text: str) -> str:
    """The same, written so that the engine must undo it: leet and repeated letters."""
    return text.replace("o", "0", 2).replace("e", "eeee", 1).replace("i", "1", 1)


def copied(shipped: dict[str, str], copies: int) -> dict[str, str]:
    """The packs so many times over: every copy has folders and ids of its own, and other letters in its long words."""
    out = dict(shipped)
    for copy in range(1, copies):
        for name, text in shipped.items():
            folder, _, file = name.partition("/")
            other = "any" if folder == "any" else f"{folder[0]}{chr(ord('f') + copy)}"
            document = _other_words(yaml.safe_load(text), copy, False)
            for key in ("spelling", "units", "articles", "ordinary") + (("signals",) if folder == "any" else ()):
                document.pop(key, None)
            for rule in document.get("rules", ()):
                rule["id"] = f"{other}.{rule['id'].partition('.')[2]}"
            out[f"{other}/{copy}_{file}"] = yaml.safe_dump(document, allow_unicode=True, width=10_000)
    return {name: text for name, text in out.items() if text.strip() != "{}"}


def _other_words(value: Any, copy: int, inside: bool) -> Any:
    """Words of five letters and more with a letter put in, wherever words are looked for or given as examples."""
    looked = {"terms", "patterns", "raw", "lists", "must_catch", "must_pass"}
    if isinstance(value, dict):
        return {key: _other_words(item, copy, inside or key in looked) for key, item in value.items()}
    if isinstance(value, list):
        return [_other_words(item, copy, inside) for item in value]
    if not inside or not isinstance(value, str):
        return value
    letter = "kwzxjqv"[copy % 7]
    return re.sub(r"(?<![{\\\w])([a-z]{3})([a-z]{2,})(?![\w}])", rf"\1{letter}\2", value)


def memory_mib() -> float:
    """What this process holds now, in MiB."""
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * 4096 / 2**20


def measure(engine: Engine, texts: list[str], memory: Memory | None) -> list[float]:
    """Microseconds of CPU for each text."""
    times = []
    for number, text in enumerate(texts):
        facts = Facts(text)
        if memory is not None:
            author = Persona(f"a{number % 50}", f"Lune{number % 50}", age=30, device=f"d{number % 50}")
            facts = Facts(text, conversation=f"c{number % 20}", at=float(number), author=author)
        started = time.thread_time_ns()
        state = memory.recall(facts) if memory is not None else None
        _, state = engine.screen(facts, state)
        if memory is not None:
            memory.keep(facts, state)
        times.append((time.thread_time_ns() - started) / 1_000)
    return times


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=4_000)
    parser.add_argument("--disguised", action="store_true")
    parser.add_argument("--copies", type=int, default=1)
    parser.add_argument("--lines", type=Path, help="folder of clean sets, to judge every line of them once")
    args = parser.parse_args()
    texts_of_packs = copied(packs.shipped(), args.copies)
    before = memory_mib()
    began = time.process_time()
    ruleset = load(texts_of_packs, read_all(weights.shipped()))
    engine = Engine(ruleset)
    engine.screen(Facts("warm"))
    loaded = time.process_time() - began
    print(f"packs: {len(ruleset.rules)} rules, {len(ruleset.matcher.signals)} signals, "
          f"{sum(map(len, texts_of_packs.values())) / 1000:.0f} kB, loaded in {loaded:.2f} s of CPU, "
          f"{memory_mib() - before:.0f} MiB")  # fmt: skip
    texts = [STARTS[n % len(STARTS)] + ENDS[n * 3 % len(ENDS)] for n in range(args.count)]
    if args.lines:
        paths = sorted(args.lines.glob("clean_*.jsonl"))
        rows = (row for path in paths for row in path.read_text(encoding="utf-8").split("\n") if row)
        texts = [json.loads(row)["text"] for row in rows]
        texts.sort(key=hash)
    if args.disguised:
        texts = [disguise(text) for text in texts]
    print(f"text: {sum(map(len, texts)) / len(texts):.0f} characters on average")
    for name, memory in (("alone", None), ("in a conversation", Memory())):
        if not args.lines:
            measure(engine, texts[:300], memory)
        times = sorted(measure(engine, texts, memory))
        p50, p99 = times[len(times) // 2], times[int(len(times) * 0.99)]
        print(f"{name}: p50 {p50:.0f} us, p99 {p99:.0f} us, mean {sum(times) / len(times):.0f} us of CPU per message")
    print(f"memory after all: {memory_mib() - before:.0f} MiB")


if __name__ == "__main__":
    main()
