"""What an old verdict rested on."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
import pytest_asyncio

from tests.automod.editing import PACKS, base, text
from tests.moderation import rules
from tests.moderation.house import House
from tests.moderation.rules import FILE, NADIA, PAUL, Place
from veillee.model.clock import DAY
from veillee.model.errors import Refused
from veillee.model.verdict import Action, Category, Verdict
from veillee.moderation.rule_history import RuleHistory
from veillee.store import rulebook as rows


@pytest_asyncio.fixture
async def place(tmp_path: Path) -> AsyncIterator[Place]:
    """A desk of rules, closed afterwards."""
    (tmp_path / "rules").mkdir()
    made = await rules.build(tmp_path / "rules")
    yield made
    await made.store.close()


async def test_a_case_is_explained_with_the_texts_of_its_day(house: House, place: Place) -> None:
    """The rule was changed twice since: the text that judged is shown, and fires again as it did."""
    past = place.verdict("je vends pomme")
    old = await place.store.read(rows.text, past.texts[0])
    assert old is not None
    await house.store.write(rows.keep_texts, [old], 0)
    judged = Verdict(Action.BLOCK, (Category.SPAM,), ("fr.test.pomme@1", "minors.sexual@1"), texts=past.texts)
    house.engine.verdicts["je vends pomme"] = judged
    author = await house.guest("Corbeau")
    with pytest.raises(Refused) as refused:
        await house.say(author, "je vends pomme")
    history = RuleHistory(house.store, base().matcher)
    assert refused.value.case is not None
    (told,) = await history.of_case(refused.value.case)
    assert (told.body, told.action, told.rules) == ("je vends pomme", "block", judged.rules)
    assert [each.text for each in told.texts] == [old.text]
    assert told.unkept == ("minors.sexual@1",)
    again = history.again(told.texts[0], told.body)
    assert again is not None
    assert again.verdict.rules == ("fr.test.pomme@1",)
    assert "goods: {terms: [pomme]}" in old.text
    assert "seller" in old.around
    with pytest.raises(Refused):
        await history.of_case("AAAA-AAAA")


async def test_a_version_of_a_rule_is_found_whatever_is_in_force(place: Place) -> None:
    """Those of the packs and those that staff wrote."""
    made = await place.desk.save(FILE, text(), "", NADIA)
    await place.desk.waive(made.hash, NADIA)
    await place.desk.waive(made.hash, PAUL)
    await place.desk.promote(made.hash, PAUL)
    place.clock.forward(400 * DAY)
    history = RuleHistory(place.store, base().matcher)
    assert [each.hash for each in await history.of_rule("fr.test.pomme", 2)] == [made.hash]
    (first,) = await history.of_rule("fr.test.pomme", 1)
    assert first.text.strip().splitlines()[0] in PACKS["fr/test.yaml"]
    with pytest.raises(Refused):
        await history.of_rule("fr.test.pomme", 3)


async def test_a_text_that_cannot_be_read_any_more_is_still_shown(place: Place) -> None:
    """It explains as text, without being tried again."""
    (kept,) = await RuleHistory(place.store, base().matcher).of_rule("fr.test.pomme", 1)
    assert RuleHistory(place.store, base().matcher).again(replace(kept, text="id: ["), "je vends pomme") is None
