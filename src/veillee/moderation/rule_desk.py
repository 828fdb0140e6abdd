"""Changing rules: who may do what, each step recorded. What staff write comes into force here, and nowhere else.

Everybody of the staff may write, try, backtest, put into shadow, answer for an exception, and take a change back.
Operators let it act: on a share first, then on everybody. The way itself is automod/lifecycle.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from veillee.automod import lifecycle
from veillee.automod.backtest import Report
from veillee.automod.editions import Compiled, Shelf, renumbered
from veillee.automod.examples import check
from veillee.automod.explanations import Explanation, explain
from veillee.automod.layers import alone, lay_over
from veillee.automod.problems import Problem, RulesetInvalid
from veillee.automod.ruleset import Rule
from veillee.chat.rulebook import Rulebook
from veillee.model.clock import DAY, Clock
from veillee.model.edition import Edition, Origin, Progress, RuleText, Stage, Unit
from veillee.model.errors import Code, Refused
from veillee.model.staff import Staff
from veillee.model.verdict import Facts
from veillee.moderation.backtests import Backtests
from veillee.store import audit
from veillee.store import rulebook as rows
from veillee.store.port import Store, Tx
from veillee.store.rulebook import Spoken

BACKTEST_DAYS = 30
FIGURES_DAYS = 7
NOTE_CHARACTERS = 500
TRIED_CHARACTERS = 4_000
ACTING = (Stage.CANARY, Stage.ENFORCED)
FOR_OPERATORS = (lifecycle.Canaried, lifecycle.Promoted, lifecycle.Cleared)


@dataclass(frozen=True, slots=True)
class Figures:
    """How often something fired: `hits` of `seen` drafts."""

    seen: int = 0
    hits: int = 0


@dataclass(frozen=True, slots=True)
class Entry:
    """A rule in the list: what is in force (None: nothing yet), its text, what staff have under way, its figures of the
    last seven days. `held`: the breaker put it back to hold."""

    rule_id: str
    rule: Rule | None
    text: RuleText | None
    under_way: tuple[Edition, ...]
    figures: Figures
    held: bool
    edited: bool


@dataclass(frozen=True, slots=True)
class RuleFile:
    """Everything about one rule. `wanting` says of each edition under way what is missing before it may act, `figures`
    by hash what it hit, `samples` what those in shadow hit, `tested` the samples of backtests by message id, `shipped`
    the text that came with the packs."""

    entry: Entry
    shipped: RuleText | None
    editions: tuple[Edition, ...]
    wanting: Mapping[str, frozenset[lifecycle.Wanting]]
    figures: Mapping[str, Figures]
    samples: Mapping[str, tuple[Spoken, ...]]
    tested: Mapping[str, Spoken]


class RuleDesk:
    """The verbs. Each raises `not_found` for an edition that is none, `forbidden` where it is an operator's,
    `conflict` for a step that the stage does not know, and `lifecycle.NotYet` with what is missing."""

    def __init__(self, store: Store, clock: Clock, rulebook: Rulebook, backtests: Backtests) -> None:
        self._store = store
        self._clock = clock
        self._rulebook = rulebook
        self._backtests = backtests

    @property
    def shelf(self) -> Shelf:
        """The packs as texts."""
        return self._rulebook.shelf

    def alerts(self) -> tuple[str, ...]:
        """The rules (`id@version`) that the breaker put back to hold."""
        return tuple(sorted(self._rulebook.standing.plan.held))

    async def entries(self) -> list[Entry]:
        """Every rule, by id."""
        standing = await self._store.read(rows.standing)
        tallies = await self._store.read(rows.tallies, self._clock() - FIGURES_DAYS * DAY)
        return self._entries(standing, tallies)

    async def file(self, rule_id: str) -> RuleFile:
        """Everything about a rule; raises `not_found`."""
        now = self._clock()
        editions = await self._store.read(rows.editions_of, rule_id)
        tallies = await self._store.read(rows.tallies, now - FIGURES_DAYS * DAY)
        open_ = [each for each in editions if each.progress.stage not in (Stage.SUPERSEDED, Stage.WITHDRAWN)]
        found = [each for each in self._entries(open_, tallies) if each.rule_id == rule_id]
        if not found and not editions:
            raise Refused(Code.NOT_FOUND, what="rule")
        entry = found[0] if found else Entry(rule_id, None, None, (), Figures(), False, False)
        trying = [each for each in entry.under_way if each.progress.stage is not Stage.DRAFT]
        sampled = {each.hash: tuple(await self._store.read(rows.samples, each.hash)) for each in trying}
        wanted = [message for each in entry.under_way for message in (each.report or {}).get("samples", [])]
        tested = await self._store.read(rows.messages_by_id, wanted) if wanted else {}
        return RuleFile(
            entry=entry,
            shipped=self._rulebook.base_texts.get(rule_id),
            editions=tuple(editions),
            wanting={each.hash: lifecycle.wanting(each.progress, now) for each in entry.under_way},
            figures={each.hash: _figures(tallies, each.hash) for each in editions},
            samples=sampled,
            tested=tested,
        )

    async def text(self, digest: str) -> RuleText:
        """Any rule text that ever stood here, by its hash; raises `not_found`."""
        found = await self._store.read(rows.text, digest)
        if found is None:
            raise Refused(Code.NOT_FOUND, what="rule")
        return found

    async def check(self, file: str, text: str) -> Compiled:
        """The rule of a text that somebody writes. Raises `RulesetInvalid` with every problem: what does not read, and
        examples that fail."""
        if file.split("/")[0] not in {name.split("/")[0] for name in self.shelf.files}:
            raise RulesetInvalid([Problem(file, 1, "there is no such pack", "choose one of the list")])
        compiled = await asyncio.to_thread(self.shelf.compile, file, text)
        failures = await asyncio.to_thread(check, alone([compiled], self._rulebook.base.matcher))
        if failures:
            raise RulesetInvalid([_told(file, text, failure.expected, failure.text) for failure in failures])
        return compiled

    async def try_out(self, compiled: Compiled, sentence: str, *, private: bool = False) -> Explanation:
        """What a sentence would become with this rule among those in force."""
        plan = self._rulebook.standing.plan
        others = [each for each in plan.in_force if each.rule.id != compiled.rule.id]
        ruleset = lay_over(self._rulebook.base, [*others, compiled], plan.held)
        facts = Facts(sentence[:TRIED_CHARACTERS], private=private)
        return await asyncio.to_thread(explain, ruleset, facts)

    async def save(self, file: str, text: str, note: str, staff: Staff) -> Edition:
        """Keep a text as a draft; its version is counted on by itself. The same text again is the draft that is there.

        Raises `RulesetInvalid`, and `bad_request` for what is in force already, word for word.
        """
        compiled = await self.check(file, text)
        rule_id = compiled.rule.id
        place = self.shelf.places.get(rule_id, (file, ""))[0]
        known = await self._store.read(rows.texts_of, rule_id)
        if any(each.text == compiled.text.text and each.around == compiled.text.around for each in known):
            edition = await self._store.read(rows.edition, compiled.text.hash)
            if edition is not None and edition.progress.stage is not Stage.WITHDRAWN:
                return edition
            if compiled.text.hash in self._rulebook.standing.texts([compiled.rule.ref]):
                raise Refused(Code.BAD_REQUEST, field="unchanged")
        newest = max((each.version for each in known), default=0)
        if compiled.rule.version <= newest:
            compiled = await asyncio.to_thread(self.shelf.compile, place, renumbered(compiled.text.text, newest + 1))
        now = self._clock()
        based_on = self._rulebook.standing.texts([rule.ref for rule in self._rules() if rule.id == rule_id])
        edition = Edition(
            replace(compiled.text, file=place), staff.id, now, note=note[:NOTE_CHARACTERS],
            based_on=based_on[0] if based_on else None, progress=Progress(since=now),
        )  # fmt: skip
        await self._store.write(_save, edition, staff.id, now)
        await self._rulebook.look_up()
        return edition

    async def backtest(self, digest: str, staff: Staff, days: int = BACKTEST_DAYS) -> Report:
        """Try an edition on what was said in public in the last days, and keep the figures with it."""
        edition = await self._edition(digest)
        compiled = await asyncio.to_thread(self.shelf.compile, edition.text.file, edition.text.text)
        report = await self._backtests.run([compiled], self._clock() - days * DAY)
        kept = report.kept() | {"days": days}
        await self._move(digest, lifecycle.Backtested(), staff, {"hits": report.hits, "seen": report.seen}, kept)
        return report

    async def shadow(self, digest: str, staff: Staff) -> None:
        """Judge it on live traffic, without any effect."""
        await self._move(digest, lifecycle.Shadowed(), staff)

    async def canary(self, digest: str, share: int, unit: Unit, staff: Staff) -> None:
        """Let it act on a share; raises `bad_request` for a share that is none."""
        if share not in lifecycle.SHARES:
            raise Refused(Code.BAD_REQUEST, field="share")
        event = lifecycle.Canaried(share, unit)
        await self._move(digest, event, staff, {"share": share, "unit": unit.value})

    async def promote(self, digest: str, staff: Staff) -> None:
        """Put it into force; what was in force before is superseded."""
        await self._move(digest, lifecycle.Promoted(), staff)

    async def waive(self, digest: str, staff: Staff) -> None:
        """Answer for doing without backtest or shadow: it takes two different people."""
        await self._move(digest, lifecycle.Waived(staff.id), staff)

    async def withdraw(self, digest: str, staff: Staff) -> None:
        """Judge it nowhere any more; where it was in force, what it had superseded is in force again."""
        await self._move(digest, lifecycle.Withdrawn(), staff)

    async def clear(self, digest: str, staff: Staff) -> None:
        """Let a rule that the breaker put back to hold act in full again."""
        await self._move(digest, lifecycle.Cleared(), staff)

    async def _move(
        self,
        digest: str,
        event: lifecycle.Event,
        staff: Staff,
        data: dict[str, Any] | None = None,
        report: dict[str, Any] | None = None,
    ) -> None:
        if isinstance(event, FOR_OPERATORS) and not staff.is_operator:
            raise Refused(Code.FORBIDDEN)
        await self._store.write(_step, digest, event, staff.id, self._clock(), data or {}, report)
        await self._rulebook.look_up(digest)

    async def _edition(self, digest: str) -> Edition:
        found = await self._store.read(rows.edition, digest)
        if found is None:
            raise Refused(Code.NOT_FOUND, what="edition")
        return found

    def _rules(self) -> tuple[Rule, ...]:
        return self._rulebook.standing.ruleset.rules

    def _entries(self, standing: list[Edition], tallies: Mapping[tuple[str, str], tuple[int, int]]) -> list[Entry]:
        rules = {rule.id: rule for rule in self._rules()}
        held = self._rulebook.standing.plan.held
        in_force = {each.text.rule_id: each for each in standing if _in_force(each)}
        everything = tallies.get((rows.EVERYTHING, "live"), (0, 0))[0]
        out = []
        for rule_id in sorted({*rules, *(each.text.rule_id for each in standing)}):
            rule = rules.get(rule_id)
            edited = in_force.get(rule_id)
            text = edited.text if edited is not None else self._rulebook.base_texts.get(rule_id)
            hits = tallies.get((text.hash, "live"), (0, 0))[1] if text is not None and rule is not None else 0
            under_way = tuple(
                each for each in standing
                if each.text.rule_id == rule_id and each.progress.stage is not Stage.ENFORCED
            )  # fmt: skip
            figures = Figures(everything, hits)
            is_held = rule is not None and rule.ref in held
            out.append(Entry(rule_id, rule, text, under_way, figures, is_held, edited is not None))
        return out


def _in_force(edition: Edition) -> bool:
    return edition.progress.stage is Stage.ENFORCED and edition.origin is Origin.STAFF


def _figures(tallies: Mapping[tuple[str, str], tuple[int, int]], digest: str) -> Figures:
    return Figures(*tallies.get((digest, "shadow"), (0, 0)))


def _told(file: str, text: str, expected: str, example: str) -> Problem:
    """An example that fails, at the line where it stands."""
    lines = text.splitlines()
    named = [number for number, line in enumerate(lines, 1) if example[:40] in line]
    below = [number for number, line in enumerate(lines, 1) if expected in line]
    line = next((number for number in named if not below or number >= below[0]), (below or [1])[0])
    if expected == "must_catch":
        return Problem(file, line, f"the rule misses its own line “{example}”", "widen a signal, or drop the line")
    return Problem(file, line, f"the rule catches “{example}”, which must pass", "narrow a signal, or drop the line")


def _save(tx: Tx, edition: Edition, actor: str, now: int) -> None:
    rows.hold(tx, edition.text.rule_id)
    rows.keep_texts(tx, [edition.text], now)
    rows.put(tx, edition)
    audit.append(tx, actor, "rule.drafted", edition.text.ref[:64], {"hash": edition.hash}, now)


_NAMES: dict[type, str] = {
    lifecycle.Backtested: "rule.backtested", lifecycle.Shadowed: "rule.shadowed", lifecycle.Canaried: "rule.canaried",
    lifecycle.Promoted: "rule.promoted", lifecycle.Waived: "rule.waived", lifecycle.Withdrawn: "rule.withdrawn",
    lifecycle.Cleared: "rule.cleared",
}  # fmt: skip


def _step(
    tx: Tx,
    digest: str,
    event: lifecycle.Event,
    actor: str,
    now: int,
    data: dict[str, Any],
    report: dict[str, Any] | None,
) -> None:
    edition = rows.edition(tx, digest)
    if edition is None:
        raise Refused(Code.NOT_FOUND, what="edition")
    rows.hold(tx, edition.text.rule_id)
    edition = rows.edition(tx, digest) or edition
    try:
        progress = lifecycle.step(edition.progress, event, now)
    except lifecycle.NoSuchStep:
        raise Refused(Code.CONFLICT) from None
    was_in_force = _in_force(edition)
    rows.put(tx, replace(edition, progress=progress, report=report or edition.report))
    acting = isinstance(event, lifecycle.Canaried | lifecycle.Promoted)
    if acting and edition.progress.waivers:
        data = {**data, "waived_by": list(edition.progress.waivers)}
    audit.append(tx, actor, _NAMES[type(event)], edition.text.ref[:64], {"hash": digest, **data}, now)
    others = [each for each in rows.editions_of(tx, edition.text.rule_id) if each.hash != digest]
    if isinstance(event, lifecycle.Promoted):
        for each in others:
            if _in_force(each):
                rows.put(tx, replace(each, progress=lifecycle.step(each.progress, lifecycle.Superseded(), now)))
    if isinstance(event, lifecycle.Withdrawn) and was_in_force:
        before = [each for each in others if each.progress.stage is Stage.SUPERSEDED and each.origin is Origin.STAFF]
        if before:
            newest = max(before, key=lambda each: each.progress.since)
            rows.put(tx, replace(newest, progress=lifecycle.step(newest.progress, lifecycle.Restored(), now)))
