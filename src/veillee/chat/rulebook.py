"""Which rules judge now: the packs, what staff laid over them, canaries and shadows; the same in every process.

The store is what counts. A change is taken up as soon as it is heard of (chat/changes), within milliseconds of its
compiling: nothing restarts. Every text that ever judged is kept under its hash. What fires too often after a change is
put back to hold, by whichever process sees it first.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection
from typing import Any

import structlog

from veillee.automod import breaker, lifecycle
from veillee.automod.editions import Compiled, Shelf
from veillee.automod.engine import Engine
from veillee.automod.problems import RulesetInvalid
from veillee.automod.ruleset import Ruleset
from veillee.automod.standing import Canary, Plan, Standing, noted
from veillee.chat.judge import Screener
from veillee.chat.tallies import LIVE, SHADOW, Tallies
from veillee.model.casefile import AUTOMOD
from veillee.model.clock import DAY, Clock
from veillee.model.edition import Edition, Origin, Progress, RuleText, Stage
from veillee.model.verdict import Facts, Verdict
from veillee.store import audit
from veillee.store import rulebook as rows
from veillee.store.port import Store, StoreUnavailable, Tx

EVERY_S = 2.0
"""Seconds between two writes of what was counted, and two looks at what fires too often."""
WATCH_MS = DAY
"""How long a changed rule is watched."""

log = structlog.get_logger("rules")

OnChanged = Callable[[tuple[str, ...]], None]
"""Told of the rules (`id@version`) that are new in force, or may act in full again."""


class Rulebook:
    """`load` before use; `look_up` when an edition changed; `run` until cancelled. `wrap` makes of an engine what the
    judge asks."""

    def __init__(
        self, store: Store, clock: Clock, shelf: Shelf, base: Ruleset, wrap: Callable[[Engine], Screener]
    ) -> None:
        self._store = store
        self._clock = clock
        self._wrap = wrap
        self._listeners: list[OnChanged] = []
        self._compiled: dict[str, Compiled] = {}
        self._lately: dict[str, int] = {}
        self._too_often: set[str] = set()
        self._turn = asyncio.Lock()
        self.shelf = shelf
        self.base = base
        self.base_texts: dict[str, RuleText] = {}
        self.tallies = Tallies()
        self.editions: tuple[Edition, ...] = ()
        self.unreadable: frozenset[str] = frozenset()
        self.standing = Standing(base, Plan(), wrap)

    def on_changed(self, listener: OnChanged) -> None:
        """Call this when other rules are in force."""
        self._listeners.append(listener)

    async def load(self) -> None:
        """Keep the texts of the packs, watch those that are new since the last start, and take up every edition."""
        kept = [self.shelf.kept(rule) for rule in self.base.rules]
        self.base_texts = {text.rule_id: text for text in kept}
        shadows = [rule for rule in self.base.rules if rule.mode == "shadow"]
        for rule in shadows:
            text = self.base_texts[rule.id]
            self._compiled[text.hash] = self.shelf.compile(text.file, text.text)
        first_start = not await self._store.read(rows.texts_kept)
        now = self._clock()
        await self._store.write(rows.keep_texts, kept, 0 if first_start else now)
        seen = await self._store.read(rows.first_seen, max(1, now - WATCH_MS))
        of_base = {text.hash for text in kept}
        self._lately = {digest: at for digest, at in seen.items() if digest in of_base}
        await self.look_up()

    async def look_up(self, _hash: str = "") -> None:
        """Take up the editions as the store has them now."""
        async with self._turn:
            editions = await self._store.read(rows.standing)
            unreadable = set()
            for edition in editions:
                if edition.hash in self._compiled or edition.origin is Origin.SHIPPED:
                    continue
                try:
                    compiled = await asyncio.to_thread(self.shelf.compile, edition.text.file, edition.text.text)
                except RulesetInvalid:
                    log.warning("an edited rule cannot be read any more", rule=edition.text.ref)
                    unreadable.add(edition.hash)
                    continue
                if compiled.text.hash != edition.hash:
                    await self._store.write(_carry_over, edition, compiled.text, self._clock())
                self._compiled[compiled.text.hash] = compiled
            if unreadable != self.unreadable or any(each.hash not in self._compiled for each in editions):
                editions = await self._store.read(rows.standing)
            self.unreadable = frozenset(unreadable)
            plan = self._planned(tuple(editions))
            self._take_up(tuple(editions), await asyncio.to_thread(Standing, self.base, plan, self._wrap))

    def choose(self, facts: Facts) -> Screener:
        """What judges this draft."""
        return self.standing.choose(facts)

    def note(self, facts: Facts, verdict: Verdict, before: Any) -> Verdict:
        """The verdict with the texts it rests on; counted, if it is about something public."""
        told = noted(self.standing, facts, verdict, before)
        if not facts.private:
            self.tallies.note(told)
        return told

    def sample(self, message_id: str, verdict: Verdict) -> None:
        """What was judged has become this message."""
        if verdict.shadowed:
            self.tallies.sample(message_id, verdict)

    def tripped(self, rules: Collection[str]) -> None:
        """These rules (`id@version`) fired too often: from this moment they refuse nothing here, soon nowhere."""
        self._too_often.update(digest for digest in self.standing.texts(rules))
        self._take_up(self.editions, Standing(self.base, self._planned(self.editions), self._wrap))

    async def run(self) -> None:
        """Write what was counted, and hold back what fires too often, until cancelled."""
        while True:
            await asyncio.sleep(EVERY_S)
            try:
                await self.settle()
            except StoreUnavailable:
                log.warning("the counts of rules wait for the store")
            except Exception:
                log.exception("the counts of rules could not be written")

    async def settle(self) -> None:
        """Once: write what was counted, and put back to hold what fired too often since it changed."""
        now = self._clock()
        counts, sampled = self.tallies.take(now)
        if counts or sampled:
            await self._store.write(rows.count, counts, sampled, now)
        watched = self._watched(now)
        modes = {edition.hash: SHADOW for edition in self.editions if edition.progress.stage is Stage.CANARY}
        for digest, since in watched.items():
            found = await self._store.read(rows.tallies, since, (digest,))
            seen, hits = found.get((digest, modes.get(digest, LIVE)), (0, 0))
            if breaker.too_often(seen, hits):
                self._too_often.add(digest)
        for digest in sorted(self._too_often):
            await self._store.write(_trip, digest, now)
            self._too_often.discard(digest)
            await self.look_up()

    def _watched(self, now: int) -> dict[str, int]:
        """What acts and changed within a day, by hash, with when; not what is held back already."""
        acting = (Stage.CANARY, Stage.ENFORCED)
        staff = {each.hash: each.progress.since for each in self.editions if each.progress.stage in acting}
        held = {each.hash for each in self.editions if each.progress.tripped_at is not None}
        since = {**self._lately, **staff}
        return {digest: at for digest, at in since.items() if now - at < WATCH_MS and digest not in held}

    def _planned(self, editions: tuple[Edition, ...]) -> Plan:
        """What stands where, by these editions."""
        by_stage: dict[Stage, list[Edition]] = {}
        for edition in editions:
            if edition.hash in self._compiled or edition.origin is Origin.SHIPPED:
                by_stage.setdefault(edition.progress.stage, []).append(edition)
        in_force = [
            self._compiled[each.hash] for each in by_stage.get(Stage.ENFORCED, []) if each.origin is Origin.STAFF
        ]
        replaced = {each.rule.id for each in in_force}
        base = {text.hash: text.ref for text in self.base_texts.values() if text.rule_id not in replaced}
        acting = (*by_stage.get(Stage.ENFORCED, []), *by_stage.get(Stage.CANARY, []))
        held = {
            each.text.ref for each in acting
            if (each.progress.tripped_at is not None or each.hash in self._too_often)
            and (each.origin is Origin.STAFF or each.hash in base)
        } | {ref for digest, ref in base.items() if digest in self._too_often}  # fmt: skip
        asleep = [self._compiled[digest] for digest in base if digest in self._compiled]
        asleep += [each for each in in_force if each.rule.mode == "shadow"]
        return Plan(
            in_force=in_force,
            canaries=[
                Canary(self._compiled[each.hash], each.progress.share, each.progress.unit)
                for each in by_stage.get(Stage.CANARY, [])
            ],
            shadows=[*asleep, *(self._compiled[each.hash] for each in by_stage.get(Stage.SHADOW, []))],
            held=frozenset(held),
            hashes={ref: digest for digest, ref in base.items()},
        )

    def _take_up(self, editions: tuple[Edition, ...], standing: Standing) -> None:
        """Judge so from now on."""
        before, known = self.standing, {edition.hash: edition for edition in self.editions}
        acting = [each for each in editions if each.progress.stage in (Stage.ENFORCED, Stage.CANARY)]
        acting = [each for each in acting if each.hash in self._compiled or each.origin is Origin.SHIPPED]
        fresh = [each for each in acting if each.origin is Origin.STAFF and _newly(each, known.get(each.hash))]
        cleared = [each for each in acting if each.origin is Origin.SHIPPED and _newly(each, known.get(each.hash))]
        self.editions = editions
        self.standing = standing
        watched = self._watched(self._clock())
        self.tallies.watch(watched, self.standing.watched)
        lately = [self._ref(digest) for digest in self._lately if digest in watched] if not before.plan.hashes else []
        if changed := tuple(dict.fromkeys([*(each.text.ref for each in (*fresh, *cleared)), *lately])):
            for listener in self._listeners:
                listener(changed)

    def _ref(self, digest: str) -> str:
        return next(text.ref for text in self.base_texts.values() if text.hash == digest)


def _newly(edition: Edition, before: Edition | None) -> bool:
    """Whether it acts in full now and did not before."""
    now = edition.progress
    if now.tripped_at is not None:
        return False
    return before is None or before.progress.stage is not now.stage or before.progress.tripped_at is not None


def _carry_over(tx: Tx, edition: Edition, text: RuleText, now: int) -> None:
    """The shared signals that an edition leans on have changed: it goes on under the hash of what it is now."""
    rows.hold(tx, edition.text.rule_id)
    rows.keep_texts(tx, [text], now)
    if rows.edition(tx, text.hash) is None:
        rows.put(tx, Edition(text, edition.by, now, edition.origin, edition.note, edition.hash, edition.progress))
    stale = rows.edition(tx, edition.hash)
    if stale is not None:
        gone = Progress(Stage.SUPERSEDED, now)
        rows.put(tx, Edition(stale.text, stale.by, stale.at, stale.origin, stale.note, stale.based_on, gone))
    audit.append(tx, AUTOMOD, "rule.carried_over", text.ref[:64], {"from": edition.hash, "to": text.hash}, now)


def _trip(tx: Tx, digest: str, now: int) -> None:
    """Put an edition, or a rule of the packs, back to hold; nothing if it is already, or acts no more."""
    edition = rows.edition(tx, digest)
    if edition is None:
        text = rows.text(tx, digest)
        if text is None:
            return
        edition = Edition(text, AUTOMOD, now, Origin.SHIPPED, progress=Progress(Stage.ENFORCED, now))
    rows.hold(tx, edition.text.rule_id)
    if edition.progress.tripped_at is not None or not lifecycle.allowed(edition.progress, lifecycle.Tripped()):
        return
    progress = lifecycle.step(edition.progress, lifecycle.Tripped(), now)
    rows.put(
        tx,
        Edition(
            edition.text, edition.by, edition.at, edition.origin, edition.note, edition.based_on, progress,
            edition.report,
        ),
    )  # fmt: skip
    audit.append(tx, AUTOMOD, "rule.tripped", edition.text.ref[:64], {"hash": digest}, now)
