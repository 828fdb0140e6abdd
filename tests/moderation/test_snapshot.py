"""Evidence: complete, canonical, sealed before anybody can delete."""

from __future__ import annotations

import json

from tests.moderation.house import House
from veillee.model.casefile import Snapshot
from veillee.moderation import snapshot
from veillee.protocol.commands import Target


async def test_fifteen_before_and_after(house: House) -> None:
    """SAFETY.md §4 item 9: the message with fifteen on each side, and who declared what."""
    author, reporter = await house.guest("Corbeau", age=45), await house.guest("Lune42", age=17)
    said = [await house.say((author, reporter)[number % 2], f"phrase {number}") for number in range(40)]
    await house.intake.report(reporter, Target(r="cafe", id=said[20].id), "harassment", None)
    (evidence,) = (await house.cases.get((await house.only_case()).number)).evidence
    assert evidence.intact
    assert [each["id"] for each in evidence.content["messages"]] == [each.id for each in said[5:36]]
    assert evidence.content["about"] == said[20].id
    assert {each["age"] for each in evidence.content["personas"]} == {45, 17}
    assert evidence.content["terms"] == "1"


async def test_evidence_outlives_the_message(house: House) -> None:
    """LAW.md §8.3 test 3 (DSA art. 16): the author deletes one second after; staff still see what was said."""
    author, _, message, _ = await house.reported(body="ce qui fut dit")
    house.clock.now += 1_000
    await house.messages.delete(author, "cafe", message.id)
    (evidence,) = (await house.cases.get((await house.only_case()).number)).evidence
    (kept,) = [each for each in evidence.content["messages"] if each["id"] == message.id]
    assert (kept["body"], evidence.intact) == ("ce qui fut dit", True)


async def test_what_was_edited_is_kept_with_it(house: House) -> None:
    """Evidence holds the text before each edit; another report after an edit adds evidence, the same text does not."""
    author, reporter, message, _ = await house.reported(body="premier")
    await house.intake.report(await house.guest("Ours"), Target(r="cafe", id=message.id), "hate", None)
    await house.messages.edit(author, "cafe", message.id, "second")
    await house.intake.report(reporter, Target(r="cafe", id=message.id), "hate", None)
    first, second = (await house.cases.get((await house.only_case()).number)).evidence
    assert first.content["versions"] == []
    assert [each["body"] for each in second.content["versions"]] == ["premier"]


async def test_a_changed_byte_shows() -> None:
    """The digest is over the content itself."""
    content = snapshot.canonical({"b": 1, "a": "é"})
    assert content == '{"a":"é","b":1}'
    sealed = Snapshot("s", "0000-0000", 1, content, snapshot.digest(content))
    assert snapshot.intact(sealed)
    assert not snapshot.intact(Snapshot("s", "0000-0000", 1, content.replace("1", "2"), sealed.sha256))
    assert json.loads(content) == snapshot.decoded(sealed)
