"""Teaches the linear models and writes their weights with a model card beside each.

    .venv/bin/python -m bench.moderation.learn [--data FOLDER] [--write]

Needs scikit-learn (`uv pip install --require-hashes -r requirements/learn.txt`) and the sets of `../shared/data`. Only
data whose licence lets weights be given away is learnt from (SOURCES); what is held out is only measured. The packs'
own lines are learnt from too: ordinary chat, and the near-misses that tell it from abuse.
"""

from __future__ import annotations

import argparse
import hashlib
import itertools
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import scipy.sparse
import sklearn
import yaml
from sklearn.linear_model import LogisticRegression

from bench.moderation import sets
from veillee.automod.learner import MIDDLE, PAIR, Card, Learner, damping, pair_feature, weighed, word_features
from veillee.automod.normalise import Skeleton
from veillee.automod.ruleset import Ruleset, load
from veillee.model.verdict import Category
from veillee.outside import packs

BUCKETS = 1 << 18
WEIGHTS = Path(__file__).resolve().parents[2] / "src" / "veillee" / "automod" / "models"
ORDINARY = Path(__file__).resolve().parents[2] / "tests" / "rules" / "ordinary.yaml"
OWN = 3.0
"""What a line of a pack counts beside a line of a public set: it is what a chat looks like."""
SOURCES = {
    "mlma_fr": "HKUST-KnowComp/MLMA_hate_speech @ 47983698, MIT",
    "ftr_train": "NataliaVanetik/FTR-dataset @ 324f4e87, MIT",
    "davidson_en": "t-davidson/hate-speech-and-offensive-language @ cb50f7e9, MIT",
    "sms_spam_train": "UCI SMS Spam Collection v.1, CC BY 4.0",
    "clean_fr_xpersona_valid": "HLTCHKUST/Xpersona @ 1da049a1, MIT",
    "clean_en_xpersona_valid": "HLTCHKUST/Xpersona @ 1da049a1, MIT",
    "clean_en_ubuntu_irc": "jkkummerfeld/irc-disentanglement @ 82ed04f9, CC BY 4.0",
}
"""Public data that may be learnt from. CyberAgressionAdo (CC BY-NC) and ParisStories (BY-SA) are only measured."""
CURVES = (0.99, 0.998, 0.999, 0.9995)


@dataclass(frozen=True, slots=True)
class Task:
    """One model: which rows are its harmful ones, and which categories of the packs it is about."""

    name: str
    about: str
    harmful: tuple[str, ...]
    clean: tuple[str, ...]
    categories: frozenset[Category]
    related: frozenset[Category]


TASKS = (
    Task(
        "hostility",
        "whether a line is hateful, abusive or insulting",
        ("mlma_fr", "ftr_train", "davidson_en"),
        ("clean_fr_xpersona_valid", "clean_en_xpersona_valid", "clean_en_ubuntu_irc", "sms_spam_train"),
        frozenset({Category.HATE, Category.HARASSMENT, Category.VIOLENCE}),
        frozenset({Category.SEXUAL_CONTENT, Category.SEXUAL_VIOLENCE, Category.EXTORTION, Category.MINOR_SAFETY}),
    ),
    Task(
        "advertising",
        "whether a line is unsolicited advertising, a lure of a prize or of money",
        ("sms_spam_train",),
        ("clean_fr_xpersona_valid", "clean_en_xpersona_valid", "clean_en_ubuntu_irc"),
        frozenset({Category.SPAM, Category.SCAM}),
        frozenset({Category.MONEY_LAUNDERING, Category.DRUGS, Category.SEXUAL_EXPLOITATION}),
    ),
)


def lines(task: Task, folder: Path, *, held_out: bool) -> list[tuple[str, bool, float, str]]:
    """(text, harmful, weight, set) of the public rows of a task, either those to learn from or those held out."""
    return [
        (row.bare, row.harmful, 1.0, name)
        for name in (*task.harmful, *task.clean)
        for row in sets.read(name, folder)
        if row.held_out is held_out and (name in task.harmful or not row.harmful)
    ]


def own(task: Task, ruleset: Ruleset) -> list[tuple[str, bool, float, str]]:
    """The lines of the packs: what rules of the task's categories catch, and what every rule lets pass."""
    out = []
    for rule in ruleset.rules:
        mine = rule.category in task.categories
        if mine or rule.category not in task.related:
            out += [(text, mine, OWN, "packs") for text in rule.must_catch]
        out += [(text, False, OWN, "packs") for text in rule.must_pass if rule.category not in task.related or mine]
    ordinary = yaml.safe_load(ORDINARY.read_text(encoding="utf-8"))
    said = [str(text) for lines in ordinary.values() for text in lines]
    out += [(text, False, OWN, "packs") for text in (*ruleset.everyday, *said)]
    return out


def matrix(texts: Iterable[str]) -> Any:
    """Texts as rows of hashed features, weighed exactly as `Learner.score` weighs them."""
    starts: list[int] = [0]
    columns: list[int] = []
    values: list[float] = []
    for text in texts:
        words = weighed(Skeleton(text).words.split())
        row: dict[int, float] = {}
        for word in words:
            for at in word_features(word, BUCKETS):
                row[at] = row.get(at, 0.0) + 1.0
        for first, second in itertools.pairwise(words):
            at = pair_feature(first, second, BUCKETS)
            row[at] = row.get(at, 0.0) + PAIR
        damp = damping(len(words))
        columns += row.keys()
        values += [value * damp for value in row.values()]
        starts.append(len(columns))
    shape = (len(starts) - 1, BUCKETS)
    return scipy.sparse.csr_matrix((np.array(values, np.float32), np.array(columns), np.array(starts)), shape=shape)


def teach(task: Task, folder: Path, ruleset: Ruleset, strength: float) -> tuple[dict[str, Any], bytes]:
    """The model card and the weights of a task."""
    rows = lines(task, folder, held_out=False) + own(task, ruleset)
    labels, weigh = np.array([row[1] for row in rows]), np.array([row[2] for row in rows])
    model = LogisticRegression(C=strength, solver="liblinear", max_iter=500, random_state=0)
    model.fit(matrix(row[0] for row in rows), labels, sample_weight=weigh)
    dense = model.coef_[0]
    scale = float(np.quantile(np.abs(dense[dense != 0]), 0.9995)) / (MIDDLE - 1)
    weights = bytes(np.clip(np.rint(dense / scale) + MIDDLE, 1, 255).astype(np.uint8))
    digest = hashlib.sha256(weights).hexdigest()
    bias = float(model.intercept_[0])
    bare = Learner(Card(task.name, digest, scale, bias, 1.0, 0.0), weights)
    held = lines(task, folder, held_out=True)
    odds = np.array([_logit(bare.score(Skeleton(row[0]).words.split())) for row in held])
    curve = LogisticRegression(C=1e6).fit(odds.reshape(-1, 1), np.array([row[1] for row in held]))
    slope, offset = float(curve.coef_[0][0]), float(curve.intercept_[0])
    learner = Learner(Card(task.name, digest, scale, bias, slope, offset), weights)
    card = {
        "name": task.name,
        "about": task.about,
        "sha256": digest,
        "rules": ruleset.version,
        "serving": {"scale": scale, "bias": bias, "slope": slope, "offset": offset},
        "learnt_from": {
            name: {
                "rows": sum(row[3] == name for row in rows),
                "harmful": sum(row[3] == name and row[1] for row in rows),
                "source": SOURCES.get(name, "the packs of this repository"),
            }
            for name in dict.fromkeys(row[3] for row in rows)
        },
        "held_out": "one row in five by hash of its text or conversation",
        "calibration": thresholds(learner, held),
        "measured": measured(learner, folder),
        "made_with": f"scikit-learn {sklearn.__version__}, LogisticRegression(C={strength}), {BUCKETS} buckets",
    }
    return card, weights


def thresholds(learner: Learner, held: list[tuple[str, bool, float, str]]) -> dict[str, Any]:
    """The scores above which 1 %, 0.2 %, 0.1 % and 0.05 % of clean chat lies, and what of the harmful lies above."""
    scores = [(learner.score(Skeleton(text).words.split()), harmful, name) for text, harmful, _, name in held]
    clean = np.array([score for score, _, name in scores if name.startswith("clean")])
    out = {}
    for share in CURVES:
        least = float(np.quantile(clean, share))
        recall = {
            name: round(float(np.mean([score > least for score, harmful, of in scores if harmful and of == name])), 3)
            for name in dict.fromkeys(of for _, harmful, of in scores if harmful)
        }
        out[f"clean_{100 * (1 - share):.2f}_percent"] = {"above": round(least, 4), "recall": recall}
    return out


def measured(learner: Learner, folder: Path) -> dict[str, Any]:
    """The area under the curve of each set that has both labels; a set that is never learnt from is measured whole."""
    out = {}
    for name in sets.present(folder):
        rows = [row for row in sets.read(name, folder) if row.held_out or name not in SOURCES]
        scores = [(learner.score(Skeleton(row.bare).words.split()), row.harmful) for row in rows]
        if 0 < sum(harmful for _, harmful in scores) < len(scores):
            out[name] = round(area(scores), 3)
    return out


def area(scores: list[tuple[float, bool]]) -> float:
    """The probability that a harmful row scores above a clean one, ties counting half (Mann and Whitney, 1947)."""
    ranks = _ranks([score for score, _ in scores])
    hits = sum(harmful for _, harmful in scores)
    total = sum(rank for rank, (_, harmful) in zip(ranks, scores, strict=True) if harmful)
    return float((total - hits * (hits + 1) / 2) / (hits * (len(scores) - hits)))


def _ranks(values: list[float]) -> list[float]:
    order = sorted(range(len(values)), key=values.__getitem__)
    ranks = [0.0] * len(values)
    at = 0
    while at < len(order):
        after = at
        while after < len(order) and values[order[after]] == values[order[at]]:
            after += 1
        for place in range(at, after):
            ranks[order[place]] = (at + after + 1) / 2
        at = after
    return ranks


def _logit(share: float) -> float:
    share = min(max(share, 1e-12), 1 - 1e-12)
    return float(np.log(share / (1 - share)))


def main(write: Callable[[str], object] = print) -> int:
    """Teach every task, print its card, and with --write put both files where they are shipped from."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=sets.DATA)
    parser.add_argument("--strength", type=float, default=1.0, help="inverse of the regularisation")
    parser.add_argument("--write", action="store_true")
    args = parser.parse_args()
    if not sets.present(args.data):
        write(f"no sets in {args.data}: nothing to learn from")
        return 1
    ruleset = load(packs.shipped())
    for task in TASKS:
        card, weights = teach(task, args.data, ruleset, args.strength)
        text = json.dumps(card, indent=2) + "\n"
        write(text)
        if args.write:
            WEIGHTS.mkdir(exist_ok=True)
            (WEIGHTS / f"{task.name}.bin").write_bytes(weights)
            (WEIGHTS / f"{task.name}.json").write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
