"""What no text may do: hold the judging up. Fuzzed texts of up to 4 kB, adversarial ones among them, with every pack.

    scripts/campaign worst [--count 100000] [--seed 1]

Every text is judged once in a conversation; the twenty that cost most thread CPU are judged again, the least of five
times told. To reach: none over 5 ms.
"""

from __future__ import annotations

import argparse
import heapq
import random
import time

from bench.moderation.forms import FORMS
from veillee.automod.engine import Engine
from veillee.automod.ruleset import Ruleset, load
from veillee.model.verdict import Facts, Persona
from veillee.outside import packs

LONGEST = 4_096
"""Bytes of UTF-8."""
SIGNS = tuple("aeé0134@$!*.,-_'\"?;:()[]{}<>|/\\+€ \n\t\u200b\u0301ßœаеѕ😂🔫🏳️‍🌈ａ𝐚ꜱ")


def pieces_of(ruleset: Ruleset) -> list[str]:
    """What the rules look for: terms, words of patterns, examples."""
    out = [term for signal in ruleset.matcher.signals.values() for term in signal.terms]
    out += [text for rule in ruleset.rules for text in (*rule.must_catch, *rule.must_pass)]
    out += [*ruleset.matcher.lexicon.spelt, *sorted(ruleset.matcher.lexicon.known)]
    return out


def fuzzed(chance: random.Random, pieces: list[str]) -> str:
    """One text: a piece over and over, many pieces, signs alone, or a mixture, perhaps in one of the forms."""
    length = chance.choice((80, 300, 1_000, LONGEST, LONGEST))
    way = chance.randrange(6)
    if way == 0:
        text = (chance.choice(pieces) + chance.choice((" ", "", ". ", "-"))) * length
    elif way == 1:
        text = "".join(chance.choice(SIGNS) for _ in range(length))
    elif way == 2:
        text = (chance.choice(SIGNS) + chance.choice(SIGNS) + chance.choice(("", " ", "a"))) * length
    elif way == 3:
        some = [chance.choice(pieces) for _ in range(chance.randrange(1, 6))]
        text = " ".join(chance.choice(some) for _ in range(length // 4 + 1))
    elif way == 4:
        text = chance.choice((" ", "", " je ", " tu ", " i ")).join(
            chance.choice(pieces) for _ in range(length // 8 + 1)
        )
    else:
        text = " ".join(chance.choice((chance.choice(pieces), chance.choice(SIGNS))) for _ in range(length // 6 + 1))
    text = text[:length]
    if chance.random() < 0.4:
        text = chance.choice(tuple(FORMS.values()))(text)
    return text.encode("utf-8", "ignore")[:LONGEST].decode("utf-8", "ignore")


def cost_ms(engine: Engine, text: str) -> float:
    """Milliseconds of CPU of this thread for one look."""
    facts = Facts(text, conversation="c", author=Persona("a", age=30, device="d"))
    started = time.thread_time_ns()
    engine.screen(facts)
    return (time.thread_time_ns() - started) / 1e6


def main() -> int:
    """Print the worst; 1 when one of them is over the limit."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--limit", type=float, default=5.0, help="milliseconds")
    args = parser.parse_args()
    ruleset = load(packs.shipped())
    engine, chance, pieces = Engine(ruleset), random.Random(args.seed), pieces_of(ruleset)
    worst: list[tuple[float, int, str]] = []
    total = 0.0
    for number in range(args.count):
        text = fuzzed(chance, pieces)
        spent = cost_ms(engine, text)
        total += spent
        heapq.heappush(worst, (spent, number, text))
        if len(worst) > 20:
            heapq.heappop(worst)
    again = sorted(((min(cost_ms(engine, text) for _ in range(5)), text) for _, _, text in worst), reverse=True)
    print(f"{args.count} texts, {total / args.count:.2f} ms on average; the worst twenty, least of five times:")
    for spent, text in again:
        print(f"{spent:6.2f} ms  {len(text.encode())} bytes  {text[:100]!r}")
    return 1 if again and again[0][0] > args.limit else 0


if __name__ == "__main__":
    raise SystemExit(main())
