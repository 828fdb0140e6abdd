"""No undecided message is ever delivered, whatever happens to whoever decides."""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.community import Place, draft, place
from tests.stores import LASTING
from veillee.automod.engine import Engine
from veillee.chat.judge import BUDGET_S, Screener
from veillee.chat.messages import Posted
from veillee.model.clock import MINUTE
from veillee.model.errors import Code, Refused
from veillee.model.guest import Guest
from veillee.model.verdict import Action, Facts, Kind, Verdict

GUESTS = 30
ROUNDS = 8
SEED = 20_241_124


class Unreliable:
    """An engine that raises, times out, takes too long or asks for a second look, each at random; and a second look
    that raises, is lost or answers. `decided` holds the texts that were judged to the end, and allowed."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self.decided: set[str] = set()
        self.faults: Counter[str] = Counter()

    def over(self, engine: Engine) -> Screener:
        """Stand before the real engine."""
        self._engine = engine
        return self

    def screen(
        self, facts: Facts, state: Any = None, ticks: Callable[[], float] | None = None, budget_s: float | None = None
    ) -> tuple[Verdict, Any]:
        """As `Engine.screen`, when nothing happens to it. Pseudonyms are judged in peace."""
        verdict, after = self._engine.screen(facts, state, ticks, budget_s)
        if facts.kind is Kind.PSEUDONYM:
            return verdict, after
        fate = self._chance.choices(["fine", "raise", "timeout", "slow", "second"], [60, 10, 8, 2, 20])[0]
        self.faults[fate] += 1
        if fate == "raise":
            raise RuntimeError("the engine broke")
        if fate == "timeout":
            raise TimeoutError
        if fate == "slow":
            until = time.thread_time() + 1.5 * BUDGET_S
            while time.thread_time() < until:
                pass
        elif fate == "second":
            return replace(verdict, second_look=True), after
        elif verdict.action is Action.ALLOW:
            self.decided.add(facts.text)
        return verdict, after

    async def look_again(self, facts: Facts, verdict: Verdict) -> Verdict:
        """Allows, or fails, or is never heard of again."""
        fate = self._chance.choices(["answered", "failed", "lost"], [60, 30, 10])[0]
        self.faults[fate] += 1
        if fate == "failed":
            raise ConnectionError("nobody there")
        if fate == "lost":
            await asyncio.Event().wait()
        self.decided.add(facts.text)
        return replace(verdict, second_look=False)


async def say(here: Place, guest: Guest, body: str) -> Posted | Code:
    """Post; what became of it."""
    try:
        return await here.community.messages.post(guest, draft(body))
    except Refused as refused:
        return refused.code


@pytest.mark.timeout(120)
@pytest.mark.parametrize("kind", LASTING)
@pytest.mark.parametrize("policy", ["hold", "block"])
async def test_what_was_not_judged_to_the_end_reaches_nobody(policy: str, kind: str, tmp_path: Path) -> None:
    """Thirty guests speak at once and edit what they said, while the engine and its second look fail at random.

    Every text that was delivered had been judged to the end and allowed; every other one waits for a person, or is
    refused, as the room's policy says; nothing disappears.
    """
    unreliable = Unreliable(random.Random(SEED))
    outcomes: dict[str, Posted | Code] = {}
    async with place(tmp_path, unreliable.over, second_look=unreliable.look_again, on_fault=policy, kind=kind) as here:
        guests = [await here.guest(f"Voisin{letter}{other}") for letter in "abcdef" for other in "bdfgh"]
        for number in range(ROUNDS):
            bodies = [f"Il fait doux ce soir, phrase {number} de {guest.pseudonym}." for guest in guests]
            said = await asyncio.gather(*(say(here, guest, body) for guest, body in zip(guests, bodies, strict=True)))
            outcomes |= dict(zip(bodies, said, strict=True))
            here.clock.forward(2 * MINUTE)  # the breaker's rest is over, and everybody may speak again
        delivered = await here.settled()
        edits = await edit_everything(here, guests, outcomes)
        edited = {event.data["b"] for event in here.heard.durable() if event.kind == "edit"}

    assert len(outcomes) == GUESTS * ROUNDS
    assert set(delivered) <= unreliable.decided
    assert len(delivered) == len(set(delivered))
    assert edited <= unreliable.decided
    assert edited == {body for body, taken in edits.items() if taken}
    for body, outcome in outcomes.items():
        if body in delivered:
            assert isinstance(outcome, Posted)
            assert not outcome.held
        elif policy == "hold":
            assert isinstance(outcome, Posted)
            assert outcome.held
        else:
            assert outcome is Code.BLOCKED_CONTENT
    fates = {"fine", "raise", "timeout", "slow", "second", "answered", "failed", "lost"}
    assert fates == set(unreliable.faults), "the load was too small to show anything"
    assert 0 < len(delivered) < len(outcomes)


async def edit_everything(here: Place, guests: list[Guest], outcomes: dict[str, Posted | Code]) -> dict[str, bool]:
    """Each guest edits their last published message; answers whether each new text was taken."""

    async def edit(guest: Guest, message_id: str, body: str) -> bool:
        try:
            await here.community.messages.edit(guest, "cafe", message_id, body)
        except Refused:
            return False
        return True

    taken: dict[str, bool] = {}
    for guest in guests:
        own = [
            outcome
            for body, outcome in outcomes.items()
            if body.endswith(f"de {guest.pseudonym}.") and isinstance(outcome, Posted) and not outcome.held
        ]
        if own:
            body = f"Corrigé par {guest.pseudonym} : il fait frais."
            taken[body] = await edit(guest, own[-1].id, body)
    return taken
