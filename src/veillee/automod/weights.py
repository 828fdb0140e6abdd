"""What stages of a conversation weigh, as read from the pack `any/conversation.yaml`. No file is opened here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml

from veillee.automod.problems import Problem, closest
from veillee.model.verdict import Category

PACK = "any/conversation.yaml"
CONTEXTS = ("adult_author", "known", "newcomer", "peers", "wide_gap", "young_reader")
"""What may be known of two people beside what they say; a theme says what it weighs."""
NEVER = 2.0
"""A probability that nothing reaches."""


@dataclass(frozen=True, slots=True)
class Theme:
    """One story that stages tell together. Weights are log-odds; `*_at` are probabilities."""

    name: str
    rule: str
    category: Category
    card: str
    prior: float
    warn_at: float
    card_at: float
    hold_at: float
    weights: Mapping[str, float]
    needs: tuple[frozenset[str], ...] = ()
    together: tuple[tuple[frozenset[str], float], ...] = ()
    context: Mapping[str, float] = field(default_factory=dict)
    from_both: frozenset[str] = frozenset()
    least: int = 0
    signs: frozenset[str] = frozenset()
    raising: frozenset[str] = frozenset()
    """The stages that make it likelier."""


@dataclass(frozen=True, slots=True)
class Persistence:
    """Asking again after a refusal: what counts as asking, and after how many times something is done."""

    rule: str = "conversation.persistence@1"
    asks: frozenset[str] = frozenset()
    warn_at: int = 1
    card_at: int = 2
    hold_at: int = 3


@dataclass(frozen=True, slots=True)
class Openings:
    """First messages to many people: windows in seconds, and how many are too many."""

    rule: str = "conversation.many_first_messages@2"
    window_s: float = 3600.0
    burst_s: float = 600.0
    same_hold: int = 4
    many_warn: int = 12
    young_card: int = 3
    repeat_warn: int = 4


@dataclass(frozen=True, slots=True)
class Weights:
    """Everything about whole conversations that a volunteer can change. Without a pack: no themes."""

    themes: tuple[Theme, ...] = ()
    persistence: Persistence = field(default_factory=Persistence)
    openings: Openings = field(default_factory=Openings)
    a_no_means: Mapping[str, str] = field(default_factory=dict)
    turns: int = 60
    seconds: float = 7 * 86_400.0
    half_life_s: float = 48 * 3600.0
    dense_turns: int = 2
    dense_share: float = 0.6
    dense: float = 0.6
    sparse_turns: int = 10
    sparse_share: float = 0.15
    sparse: float = -0.7
    crowd: float = -0.8

    def stages(self) -> frozenset[str]:
        """Every stage that anything here speaks of."""
        named = {stage for theme in self.themes for stage in theme.weights}
        return frozenset(named | self.persistence.asks | set(self.a_no_means) | set(self.a_no_means.values()))


def read(text: str) -> tuple[Weights, list[Problem]]:
    """The weights of a pack, and everything that is wrong with it (then the weights are those without a pack)."""
    try:
        document = yaml.safe_load(text)
        part = document["conversation"]
        weights = Weights(
            themes=tuple(_theme(name, value) for name, value in part["themes"].items()),
            persistence=_persistence(part["persistence"]),
            openings=_openings(part["openings"]),
            a_no_means={str(asked): str(stage) for asked, stage in part["a_no_means"].items()},
            turns=int(part["window"]["turns"]),
            seconds=float(part["window"]["days"]) * 86_400,
            half_life_s=float(part["window"]["half_life_hours"]) * 3600,
            dense_turns=int(part["density"]["turns"]),
            dense_share=float(part["density"]["share"]),
            dense=float(part["density"]["weight"]),
            sparse_turns=int(part["sparsity"]["turns"]),
            sparse_share=float(part["sparsity"]["share"]),
            sparse=float(part["sparsity"]["weight"]),
            crowd=float(part["crowd"]),
        )
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        return Weights(), [Problem(PACK, line, "not YAML", f"{error.problem}")]
    except KeyError as error:
        return Weights(), [Problem(PACK, 1, f"{error} is missing or unknown", "compare with the pack as shipped")]
    except (TypeError, ValueError, AttributeError) as error:
        return Weights(), [Problem(PACK, 1, f"not as expected: {error}", "compare with the pack as shipped")]
    problems = []
    for theme in weights.themes:
        problems += [
            Problem(PACK, 1, f"{theme.name}: no context `{name}`", closest(name, CONTEXTS))
            for name in sorted(theme.context.keys() - set(CONTEXTS))
        ]
        grouped = frozenset[str]().union(theme.signs, *theme.needs, *(stages for stages, _ in theme.together))
        problems += [
            Problem(PACK, 1, f"{theme.name}: `{name}` has no weight", closest(name, theme.weights))
            for name in sorted(grouped - theme.weights.keys())
        ]
    return (Weights(), problems) if problems else (weights, [])


def unknown(weights: Weights, signals: Mapping[str, object]) -> list[Problem]:
    """A problem for every stage that no pack declares as `stage_…`; none where the packs declare no stage at all."""
    known = {name.partition("/stage_")[2] for name in signals if "/stage_" in name}
    missing = sorted(weights.stages() - known - {"minor_revealed"}) if known else []
    return [Problem(PACK, 1, f"no stage `{name}`", closest(name, known)) for name in missing]


def _theme(name: str, value: dict[str, Any]) -> Theme:
    return Theme(
        name=name,
        rule=f"conversation.{name}@{int(value['version'])}",
        category=Category(value["category"]),
        card=str(value["card"]),
        prior=float(value["prior"]),
        warn_at=float(value.get("warn_at", NEVER)),
        card_at=float(value["card_at"]),
        hold_at=float(value["hold_at"]),
        weights={str(stage): float(weight) for stage, weight in value["weights"].items()},
        raising=frozenset(str(stage) for stage, weight in value["weights"].items() if weight > 0),
        needs=tuple(frozenset(group) for group in value.get("needs", ())),
        together=tuple((frozenset(each["stages"]), float(each["weight"])) for each in value.get("together", ())),
        context={str(key): float(weight) for key, weight in value.get("context", {}).items()},
        from_both=frozenset(value.get("from_both", ())),
        least=int(value.get("least", {}).get("signs", 0)),
        signs=frozenset(value.get("least", {}).get("of", ())),
    )


def _persistence(value: dict[str, Any]) -> Persistence:
    return Persistence(
        rule=f"conversation.persistence@{int(value['version'])}",
        asks=frozenset(value["asks"]),
        warn_at=int(value["warn_at"]),
        card_at=int(value["card_at"]),
        hold_at=int(value["hold_at"]),
    )


def _openings(value: dict[str, Any]) -> Openings:
    return Openings(
        rule=f"conversation.many_first_messages@{int(value['version'])}",
        window_s=60.0 * float(value["window_minutes"]),
        burst_s=60.0 * float(value["burst_minutes"]),
        same_hold=int(value["same_hold"]),
        many_warn=int(value["many_warn"]),
        young_card=int(value["young_card"]),
        repeat_warn=int(value["repeat_warn"]),
    )
