"""Which rules judge now, and how a change is taken up, in one process and in others."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest_asyncio

from tests.automod.editing import PACKS, base, edition, shelf, text
from tests.doubles import FakeClock, FakeTicks
from tests.stores import message, opened, with_room
from veillee.automod.editions import Shelf
from veillee.automod.engine import Engine
from veillee.automod.ruleset import load
from veillee.chat.changes import Changes
from veillee.chat.judge import Judge
from veillee.chat.recollection import Recollection
from veillee.chat.rulebook import Rulebook
from veillee.model.clock import DAY, HOUR
from veillee.model.edition import Edition, Origin, Progress, RuleText, Stage, Unit
from veillee.model.verdict import Action, Facts, Verdict
from veillee.store import audit, messages
from veillee.store import rulebook as rows
from veillee.store.port import Store
from veillee.store.shared import SharedStore


class Place:
    """A judge that follows a rulebook over a store; `packs` are what it ships with."""

    def __init__(self, store: Store, clock: FakeClock, packs: dict[str, str] | None = None) -> None:
        self.store = store
        self.clock = clock
        given = packs or PACKS
        self.rulebook = Rulebook(store, clock, Shelf(given), load(given), lambda engine: engine)
        self.judge = Judge(Engine(load(given)), Recollection(store, clock), FakeTicks(), clock)
        self.judge.follow(self.rulebook)
        self.rulebook.on_changed(self.judge.changed)

    def verdict(self, said: str, room: str = "cafe") -> Verdict:
        """What becomes of a text."""
        return self.judge.look(Facts(said, conversation=room)).verdict

    async def write(self, kept: RuleText, stage: Stage, **more: object) -> Edition:
        """An edition of this stage in the store, as the desk would write it, and taken up here."""
        now = self.clock()
        progress = replace(Progress(stage, now), **more)  # type: ignore[arg-type]
        written = Edition(kept, "S1", now, progress=progress)

        def put(tx: object) -> None:
            rows.keep_texts(tx, [kept], now)  # type: ignore[arg-type]
            rows.put(tx, written)  # type: ignore[arg-type]

        await self.store.write(put)
        await self.rulebook.look_up(written.hash)
        return written


@pytest_asyncio.fixture
async def place(tmp_path: Path) -> AsyncIterator[Place]:
    """A place that has been running for a week."""
    async with opened("file", tmp_path) as store:
        await with_room(store)
        made = Place(store, FakeClock())
        await made.rulebook.load()
        made.clock.forward(7 * DAY)
        yield made


async def test_every_stage_does_what_it_says(place: Place) -> None:
    """A draft does nothing, a shadow is told, a canary acts on a share, what is in force acts on all."""
    kept = edition().text
    for stage, acts in ((Stage.DRAFT, False), (Stage.SHADOW, False), (Stage.ENFORCED, True)):
        await place.write(kept, stage)
        verdict = place.verdict("je vends figue")
        assert (verdict.action is Action.BLOCK, kept.hash in verdict.texts) == (acts, acts), stage
        assert verdict.shadowed == ((kept.hash,) if stage is Stage.SHADOW else ())
    await place.write(kept, Stage.CANARY, share=50, unit=Unit.ROOM)
    actions = {place.verdict("je vends figue", f"salon-{n}").action for n in range(16)}
    assert actions == {Action.BLOCK, Action.ALLOW}
    await place.write(kept, Stage.WITHDRAWN)
    assert place.verdict("je vends figue").action is Action.ALLOW
    assert place.verdict("je vends pomme").action is Action.BLOCK


async def test_every_text_is_kept_and_every_verdict_names_its_own(place: Place) -> None:
    """Those of the packs from the first start on, so that a year later the exact words are found."""
    verdict = place.verdict("je vends pomme")
    kept = await place.store.read(rows.text, verdict.texts[0])
    assert kept is not None
    assert (kept.ref, kept.file) == ("fr.test.pomme@1", "fr/test.yaml")
    assert "goods: {terms: [pomme]}" in kept.text


async def test_another_process_takes_a_change_up_within_a_second(tmp_path: Path) -> None:
    """Two processes over one database, without a bus: written by one, in force in the other."""
    clock = FakeClock()
    async with opened("postgres", tmp_path) as one, opened("postgres", tmp_path) as two:
        here = Place(SharedStore(one, "node-a", clock), clock)
        there = Place(SharedStore(two, "node-b", clock), clock)
        await here.rulebook.load()
        changes = Changes(there.store, "node-b")
        changes.on("rule", lambda change: there.rulebook.look_up(change.subject))
        await changes.start()
        await there.rulebook.load()
        heard = asyncio.Event()
        there.rulebook.on_changed(lambda _rules: heard.set())
        running = asyncio.create_task(changes.run())
        assert there.verdict("je vends figue").action is Action.ALLOW
        await here.write(edition().text, Stage.ENFORCED)
        async with asyncio.timeout(1.0):
            await heard.wait()
        assert there.verdict("je vends figue").action is Action.BLOCK
        assert here.verdict("je vends figue").action is Action.BLOCK
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def test_a_restart_stands_where_it_stood(place: Place) -> None:
    """In force, in shadow, held back: as the store says."""
    await place.write(edition().text, Stage.ENFORCED, tripped_at=place.clock())
    await place.write(edition("poire", goods="kiwi").text, Stage.SHADOW)
    again = Place(place.store, place.clock)
    await again.rulebook.load()
    assert again.verdict("je vends figue").action is Action.HOLD
    assert again.verdict("je vends kiwi").shadowed


async def test_a_changed_rule_that_fires_too_often_is_put_back_to_hold(place: Place) -> None:
    """At once where it was seen, then in the store, with a line in the audit; another process reads it there."""
    written = await place.write(edition().text, Stage.ENFORCED)
    actions = [place.verdict("je vends figue" if n % 5 == 0 else "bonsoir").action for n in range(60)]
    assert actions[0] is Action.BLOCK
    assert actions[-5] is Action.HOLD
    await place.rulebook.settle()
    found = await place.store.read(rows.edition, written.hash)
    assert found is not None
    assert found.progress.tripped_at == place.clock()
    (entry,) = [each for each in await place.store.read(audit.entries) if each.action == "rule.tripped"]
    assert (entry.actor, entry.subject) == ("automod", "fr.test.pomme@2")
    assert place.rulebook.standing.plan.held == {"fr.test.pomme@2"}
    assert place.verdict("je vends poire").action is Action.BLOCK


async def test_what_several_processes_saw_is_added_up(place: Place) -> None:
    """No process alone saw enough: together they put the rule back to hold."""
    written = await place.write(edition().text, Stage.ENFORCED)
    twin = Place(place.store, place.clock)
    await twin.rulebook.load()
    for each in (place, twin):
        for said in ["je vends figue"] * 2 + ["bonsoir"] * 13:
            each.verdict(said)
        await each.rulebook.settle()
    found = await place.store.read(rows.edition, written.hash)
    assert found is not None
    assert found.progress.tripped_at is not None


async def test_a_day_after_its_change_a_rule_is_not_watched(place: Place) -> None:
    """It fires as often as people give it reason to."""
    await place.write(edition().text, Stage.ENFORCED)
    place.clock.forward(DAY + HOUR)
    assert {place.verdict("je vends figue").action for _ in range(60)} == {Action.BLOCK}
    await place.rulebook.settle()
    assert place.rulebook.standing.plan.held == frozenset()


async def test_somebody_clears_it_and_it_is_watched_anew(place: Place) -> None:
    """The counts of before do not weigh on it, in memory at least until it fires too often again."""
    await place.write(edition().text, Stage.ENFORCED, tripped_at=place.clock())
    assert place.verdict("je vends figue").action is Action.HOLD
    await place.write(edition().text, Stage.ENFORCED)
    assert place.verdict("je vends figue").action is Action.BLOCK
    assert [place.verdict("je vends figue").action for _ in range(60)][-1] is Action.HOLD


async def test_a_pack_that_changed_with_a_new_release_is_watched_too(place: Place) -> None:
    """The rules that are new since the last start; on the very first start none is."""
    packs = {
        **PACKS,
        "fr/test.yaml": PACKS["fr/test.yaml"].replace("version: 1", "version: 2").replace("[poire]", "[bonsoir]"),
    }
    newer = Place(place.store, place.clock, packs)
    await newer.rulebook.load()
    assert [newer.verdict("je vends bonsoir").action for _ in range(60)][-1] is Action.HOLD
    await newer.rulebook.settle()
    (held,) = await place.store.read(rows.standing)
    assert (held.origin, held.text.ref) == (Origin.SHIPPED, "fr.test.poire@2")
    older = Place(place.store, place.clock)
    await older.rulebook.load()
    assert older.rulebook.standing.plan.held == frozenset()


async def test_an_edition_goes_on_when_what_it_leans_on_changed(place: Place) -> None:
    """A new release writes `seller` otherwise: the edition is in force under the hash of what it is now."""
    old = await place.write(edition().text, Stage.ENFORCED)
    wider = {**PACKS, "fr/common.yaml": PACKS["fr/common.yaml"].replace("vends?", "(?:vends?|cede)")}
    newer = Place(place.store, place.clock, wider)
    await newer.rulebook.load()
    verdict = newer.verdict("je cede figue")
    assert verdict.action is Action.BLOCK
    assert verdict.texts != (old.hash,)
    (now,) = await place.store.read(rows.standing)
    assert (now.hash, now.based_on, now.progress.stage) == (verdict.texts[0], old.hash, Stage.ENFORCED)


async def test_an_edition_that_cannot_be_read_any_more_leaves_the_packs_in_force(place: Place) -> None:
    """A release took away what it leaned on: it is named, and the rule of the pack acts."""
    await place.write(edition().text, Stage.ENFORCED)
    gone = RuleText("e" * 16, "fr.test.poire", 9, "fr/test.yaml", text("poire", more=" && hurry"), "signals: {}\n")
    await place.write(gone, Stage.ENFORCED)
    assert place.rulebook.unreadable == {"e" * 16}
    assert place.verdict("je vends poire").action is Action.BLOCK
    assert place.verdict("je vends figue").action is Action.BLOCK


async def test_a_rule_of_a_pack_may_be_in_shadow(place: Place) -> None:
    """`mode: shadow` in the file: counted and sampled, without any effect."""
    packs = {**PACKS, "fr/test.yaml": PACKS["fr/test.yaml"].replace("version: 1", "version: 1\n    mode: shadow", 1)}
    quiet = Place(place.store, place.clock, packs)
    await quiet.rulebook.load()
    verdict = quiet.verdict("je vends pomme")
    assert (verdict.action, len(verdict.shadowed)) == (Action.ALLOW, 1)
    await place.store.write(messages.append, message(1))
    quiet.judge.posted("M0001", verdict)
    await quiet.rulebook.settle()
    digest = verdict.shadowed[0]
    assert (await place.store.read(rows.tallies, 0))[digest, "shadow"] == (1, 1)
    assert [each.id for each in await place.store.read(rows.samples, digest)] == ["M0001"]


async def test_nothing_private_is_counted_or_tried(place: Place) -> None:
    """In a private conversation the rules in force judge, and nothing else looks."""
    await place.write(edition().text, Stage.SHADOW)
    verdict = place.judge.look(Facts("je vends figue", private=True, conversation="c1")).verdict
    assert verdict.shadowed == ()
    assert place.rulebook.tallies.take(place.clock()) == ([], [])


async def test_the_rules_stand_over_the_packs_themselves(place: Place) -> None:
    """Nothing of the files changes; the base stays what was shipped."""
    await place.write(edition().text, Stage.ENFORCED)
    assert place.rulebook.base.version == base().version
    assert shelf().places["fr.test.pomme"][1] == place.rulebook.base_texts["fr.test.pomme"].text
