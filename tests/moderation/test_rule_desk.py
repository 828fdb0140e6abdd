"""Changing rules: who may do what, in which order, and what is written of it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.automod.editing import text
from tests.moderation import rules
from tests.moderation.rules import FILE, NADIA, PAUL, Place
from veillee.automod.lifecycle import NotYet, Wanting
from veillee.automod.problems import RulesetInvalid
from veillee.model.clock import DAY
from veillee.model.edition import Edition, Stage, Unit
from veillee.model.errors import Code, Refused
from veillee.model.verdict import Action


@pytest_asyncio.fixture
async def place(tmp_path: Path) -> AsyncIterator[Place]:
    """A desk of rules, closed afterwards."""
    made = await rules.build(tmp_path)
    yield made
    await made.store.close()


async def drafted(place: Place, **changes: object) -> Edition:
    """A draft by Nadia."""
    return await place.desk.save(FILE, text(**changes), "des figues aussi", NADIA)  # type: ignore[arg-type]


async def in_force(place: Place, **changes: object) -> Edition:
    """An edition that went the whole way."""
    made = await drafted(place, **changes)
    await place.desk.backtest(made.hash, NADIA)
    await place.desk.shadow(made.hash, NADIA)
    place.clock.forward(DAY)
    await place.desk.promote(made.hash, PAUL)
    return made


async def test_the_whole_way_is_in_the_audit(place: Place) -> None:
    """From the draft to force, each step by whoever took it; and it acts only at the end."""
    await place.said("je vends figue", "bonsoir")
    made = await drafted(place)
    report = await place.desk.backtest(made.hash, NADIA)
    assert (report.hits, report.seen) == (1, 2)
    await place.desk.shadow(made.hash, NADIA)
    assert place.verdict("je vends figue").action is Action.ALLOW
    place.clock.forward(DAY)
    await place.desk.canary(made.hash, 50, Unit.ROOM, PAUL)
    await place.desk.promote(made.hash, PAUL)
    assert place.verdict("je vends figue").rules == ("fr.test.pomme@2",)
    assert await place.told() == [
        ("S2", "rule.drafted"), ("S2", "rule.backtested"), ("S2", "rule.shadowed"), ("S1", "rule.canaried"),
        ("S1", "rule.promoted"),
    ]  # fmt: skip


async def test_nothing_is_put_into_force_early(place: Place) -> None:
    """What is missing is said; nothing is written."""
    made = await drafted(place)
    for acting in (place.desk.promote(made.hash, PAUL), place.desk.canary(made.hash, 5, Unit.ROOM, PAUL)):
        with pytest.raises(NotYet) as early:
            await acting
        assert early.value.wanting == {Wanting.BACKTEST, Wanting.SHADOW}
    assert place.verdict("je vends figue").action is Action.ALLOW
    assert [action for _, action in await place.told()] == ["rule.drafted"]


async def test_two_people_may_answer_for_an_exception_and_both_are_written_down(place: Place) -> None:
    """One twice is not two."""
    made = await drafted(place)
    await place.desk.waive(made.hash, PAUL)
    await place.desk.waive(made.hash, PAUL)
    with pytest.raises(NotYet):
        await place.desk.promote(made.hash, PAUL)
    await place.desk.waive(made.hash, NADIA)
    await place.desk.promote(made.hash, PAUL)
    assert place.verdict("je vends figue").action is Action.BLOCK
    assert [actor for actor, action in await place.told() if action == "rule.waived"] == ["S1", "S1", "S2"]


async def test_letting_a_rule_act_is_the_operators(place: Place) -> None:
    """A moderator writes, tries, shadows, answers, takes back; no more."""
    made = await drafted(place)
    for acting in (
        place.desk.promote(made.hash, NADIA), place.desk.canary(made.hash, 5, Unit.ROOM, NADIA),
        place.desk.clear(made.hash, NADIA),
    ):  # fmt: skip
        with pytest.raises(Refused) as refused:
            await acting
        assert refused.value.code is Code.FORBIDDEN


async def test_taking_back_restores_what_was_in_force_before(place: Place) -> None:
    """One edition after the other, down to the rule of the pack."""
    first = await in_force(place, goods="figue")
    second = await in_force(place, goods="kiwi")
    assert place.verdict("je vends kiwi").rules == ("fr.test.pomme@3",)
    await place.desk.withdraw(second.hash, NADIA)
    assert place.verdict("je vends kiwi").action is Action.ALLOW
    assert place.verdict("je vends figue").rules == ("fr.test.pomme@2",)
    await place.desk.withdraw(first.hash, NADIA)
    assert place.verdict("je vends pomme").rules == ("fr.test.pomme@1",)
    assert place.verdict("je vends figue").action is Action.ALLOW


async def test_versions_count_on_by_themselves(place: Place) -> None:
    """A text that says version 1 again becomes 2, then 3: no verdict is ambiguous."""
    first, second = await drafted(place, version=1), await drafted(place, version=1, goods="kiwi")
    assert (first.text.version, second.text.version) == (2, 3)
    assert "version: 3" in second.text.text
    assert first.based_on == place.rulebook.base_texts["fr.test.pomme"].hash


async def test_the_same_text_again_is_the_same_draft(place: Place) -> None:
    """Pressing twice makes no second one; what is in force already is no change."""
    first = await drafted(place)
    assert (await drafted(place)).hash == first.hash
    with pytest.raises(Refused) as refused:
        await place.desk.save(FILE, place.desk.shelf.places["fr.test.pomme"][1], "", NADIA)
    assert refused.value.params == {"field": "unchanged"}


async def test_a_rule_that_does_not_prove_itself_is_not_kept(place: Place) -> None:
    """What does not read, and lines that it misses or catches, each with its line."""
    for wrong, line in (
        (text().replace("spam", "spamm"), 3),
        (text().replace("must_catch: [je vends figue]", "must_catch: [je donne figue]"), 10),
        (text().replace("must_pass: [on mange figue]", "must_pass: [on vends figue]"), 11),
    ):
        with pytest.raises(RulesetInvalid) as refusal:
            await place.desk.save(FILE, wrong, "", NADIA)
        assert [each.line for each in refusal.value.problems] == [line]
    with pytest.raises(RulesetInvalid):
        await place.desk.save("de/test.yaml", text(), "", NADIA)
    assert await place.told() == []


async def test_a_sentence_is_tried_with_the_rule_among_the_others(place: Place) -> None:
    """Nothing is kept of it, and nothing changes."""
    compiled = await place.desk.check(FILE, text())
    told = await place.desk.try_out(compiled, "je vends figue")
    assert told.verdict.rules == ("fr.test.pomme@2",)
    assert (await place.desk.try_out(compiled, "je vends poire")).verdict.rules == ("fr.test.poire@1",)
    assert place.verdict("je vends figue").action is Action.ALLOW


async def test_what_is_known_of_a_rule(place: Place) -> None:
    """Text, editions, what is missing, figures, samples of what was tried."""
    await place.said("je vends figue", "bonsoir")
    made = await drafted(place)
    await place.desk.backtest(made.hash, NADIA)
    for said in ("je vends pomme", "bonsoir", "je vends pomme"):
        place.verdict(said)
    await place.rulebook.settle()
    file = await place.desk.file("fr.test.pomme")
    assert file.entry.text == file.shipped
    assert (file.entry.figures.hits, file.entry.figures.seen) == (2, 3)
    assert file.wanting[made.hash] == {Wanting.SHADOW}
    assert [each.body for each in file.tested.values()] == ["je vends figue"]
    assert file.editions[0].report is not None
    assert file.editions[0].report["hits"] == 1
    with pytest.raises(Refused):
        await place.desk.file("fr.test.nothing")
    with pytest.raises(Refused):
        await place.desk.text("0" * 16)
    assert (await place.desk.text(made.hash)).text == made.text.text


async def test_a_new_rule_stands_in_the_list_before_it_acts(place: Place) -> None:
    """Beside those of the packs, with nothing in force."""
    made = await drafted(place, name="cerise", goods="cerise", version=1)
    entries = {entry.rule_id: entry for entry in await place.desk.entries()}
    assert set(entries) == {"fr.test.pomme", "fr.test.poire", "fr.test.cerise"}
    assert entries["fr.test.cerise"].rule is None
    assert entries["fr.test.cerise"].under_way[0].hash == made.hash
    assert entries["fr.test.pomme"].rule is not None


async def test_what_the_breaker_held_back_is_an_alert_until_an_operator_clears_it(place: Place) -> None:
    """Named for everybody of the staff; cleared by one who may."""
    made = await in_force(place)
    for _ in range(40):
        place.verdict("je vends figue")
    await place.rulebook.settle()
    assert place.desk.alerts() == ("fr.test.pomme@2",)
    assert {entry.rule_id for entry in await place.desk.entries() if entry.held} == {"fr.test.pomme"}
    await place.desk.clear(made.hash, PAUL)
    assert place.desk.alerts() == ()
    assert place.verdict("je vends figue").action is Action.BLOCK


async def test_steps_out_of_order_are_refused(place: Place) -> None:
    """An unknown edition, a share that is none, clearing a draft."""
    made = await drafted(place)
    for attempt, code in (
        (place.desk.shadow("0" * 16, NADIA), Code.NOT_FOUND),
        (place.desk.backtest("0" * 16, NADIA), Code.NOT_FOUND),
        (place.desk.canary(made.hash, 99, Unit.ROOM, PAUL), Code.BAD_REQUEST),
        (place.desk.clear(made.hash, PAUL), Code.CONFLICT),
    ):
        with pytest.raises(Refused) as refused:
            await attempt
        assert refused.value.code is code
    await place.desk.withdraw(made.hash, NADIA)
    assert (await place.desk.file("fr.test.pomme")).editions[0].progress.stage is Stage.WITHDRAWN
