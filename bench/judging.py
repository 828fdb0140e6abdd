"""CPU time per judged message with every shipped pack: p50 and p99, one message at a time.

    .venv/bin/python bench/judging.py [--count 4000] [--disguised]

Prints the time to load the packs, then microseconds of CPU per message for made-up talk of about 85 characters in
French and English, with the state of a conversation and without. To reach: p50 <= 60 us, load <= 1 s.
"""

from __future__ import annotations

import argparse
import time

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
    args = parser.parse_args()
    began = time.perf_counter()
    ruleset = load(packs.shipped(), read_all(weights.shipped()))
    engine = Engine(ruleset)
    engine.screen(Facts("warm"))
    print(f"packs: {len(ruleset.rules)} rules, {len(ruleset.matcher.signals)} signals, loaded in "
          f"{time.perf_counter() - began:.2f} s")  # fmt: skip
    texts = [STARTS[n % len(STARTS)] + ENDS[n * 3 % len(ENDS)] for n in range(args.count)]
    if args.disguised:
        texts = [disguise(text) for text in texts]
    print(f"text: {sum(map(len, texts)) / len(texts):.0f} characters on average")
    for name, memory in (("alone", None), ("in a conversation", Memory())):
        measure(engine, texts[:300], memory)
        times = sorted(measure(engine, texts, memory))
        p50, p99 = times[len(times) // 2], times[int(len(times) * 0.99)]
        print(f"{name}: p50 {p50:.0f} us, p99 {p99:.0f} us, mean {sum(times) / len(times):.0f} us of CPU per message")


if __name__ == "__main__":
    main()
