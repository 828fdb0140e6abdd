"""A small house of rules for tests: two packs, and editions of their rules."""

from __future__ import annotations

from veillee.automod.editions import Compiled, Shelf
from veillee.automod.ruleset import Ruleset, load

RULE = """id: fr.test.{name}
version: {version}
category: spam
action: {action}
reason: Du commerce.
source: Règle 6
signals:
  goods: {{terms: [{goods}]}}
condition: goods && seller{more}
must_catch: [je vends {goods}]
must_pass: [on mange {goods}]
"""
PACKS = {
    "fr/common.yaml": 'signals:\n  seller: {patterns: ["(?:je|on) vends?"]}\n',
    "fr/test.yaml": "rules:\n"
    + "".join(
        "  - "
        + RULE.format(name=name, version=1, action="block", goods=name, more="").strip().replace("\n", "\n    ")
        + "\n"
        for name in ("pomme", "poire")
    ),
}


def text(name: str = "pomme", *, goods: str = "figue", version: int = 2, action: str = "block", more: str = "") -> str:
    """The text of a rule; `more` is added to its condition."""
    return RULE.format(name=name, version=version, action=action, goods=goods, more=more)


def shelf() -> Shelf:
    """The packs as texts."""
    return Shelf(PACKS)


def base() -> Ruleset:
    """The packs as rules."""
    return load(PACKS)


def edition(name: str = "pomme", **changes: object) -> Compiled:
    """A rule of this text, compiled over the packs."""
    return shelf().compile("fr/test.yaml", text(name, **changes))  # type: ignore[arg-type]
