"""What the command line needs of an instance to work on its rules: the rulebook, backtests, history. No server runs."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass

from veillee.automod.editions import Shelf
from veillee.automod.learner import read_all
from veillee.automod.ruleset import load
from veillee.chat.rulebook import Rulebook
from veillee.model.clock import Clock
from veillee.moderation.backtests import Backtests
from veillee.moderation.rule_history import RuleHistory
from veillee.outside import packs, weights
from veillee.settings import Settings
from veillee.store.port import Store
from veillee.wiring.storage import open_store


@dataclass(frozen=True, slots=True)
class RuleOffice:
    """An instance's rules. `shelf_with` reads a pack as if it lay among the instance's own."""

    store: Store
    clock: Clock
    texts: dict[str, str]
    rulebook: Rulebook
    backtests: Backtests
    history: RuleHistory

    def shelf_with(self, name: str, text: str) -> Shelf:
        """The packs with this one in place of the one of its name. Raises `RulesetInvalid` where it is broken."""
        texts = {**self.texts, name: text}
        load(texts, self.rulebook.base.matcher.learners)
        return Shelf(texts)


@contextlib.asynccontextmanager
async def rule_office(settings: Settings, clock: Clock) -> AsyncIterator[RuleOffice]:
    """Open the instance's store (`open_store`) and its rules as they stand; closed after the block. Raises
    `RulesetInvalid` for broken packs."""
    texts = packs.chosen(settings.own(settings.rules))
    learners = read_all(weights.shipped())
    base = load(texts, learners)
    store = await open_store(settings)
    try:
        rulebook = Rulebook(store, clock, Shelf(texts), base, lambda engine: engine)
        await rulebook.load()
        backtests = Backtests(store, clock, lambda: rulebook.standing.ruleset)
        yield RuleOffice(store, clock, texts, rulebook, backtests, RuleHistory(store, base.matcher))
    finally:
        await store.close()
