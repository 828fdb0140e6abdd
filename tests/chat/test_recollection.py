"""The judge's memory: what matters of it is in the store, and only for seven days."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.community import Place, draft, place
from tests.doubles import START, FakeClock
from tests.stores import message, opened, with_room
from veillee.automod.state import Claim, Conversation, Device, Evidence, RiskState
from veillee.chat.recollection import DAYS, Kept, Recollection
from veillee.model.clock import DAY
from veillee.model.verdict import Facts, Persona
from veillee.store import messages, risks
from veillee.store.port import Store

FACTS = Facts("Bonsoir", conversation="cafe", at=START / 1000, author=Persona("G1", "Lune42", device="d1"))
SEEN = Evidence("age_asked", 3, START / 1000, "G1")


def _after(before: RiskState) -> RiskState:
    """What an engine would give back once it saw something worth keeping."""
    return replace(before, conversation=replace(before.conversation, evidence=(SEEN,), ages=(("G1", 34),)))


async def _write(store: Store, kept: Kept, at: int = START) -> None:
    await store.write(messages.append, replace(message(1, at=at), risk=kept))


async def test_what_was_kept_is_known_after_a_restart(tmp_path: Path) -> None:
    """Evidence and ages said come back in the next process."""
    async with opened("file", tmp_path) as store:
        await with_room(store)
        first = Recollection(store, FakeClock())
        await first.prepare(FACTS)
        kept = first.keep(FACTS, before := first.recall(FACTS), _after(before))
        assert [subject for subject, _ in kept] == ["conversation:cafe"]
        await _write(store, kept)
    async with opened("file", tmp_path) as store:
        second = Recollection(store, FakeClock())
        await second.prepare(FACTS)
        assert second.recall(FACTS).conversation.evidence == (SEEN,)
        assert second.recall(FACTS).conversation.ages == (("G1", 34),)


@pytest.mark.parametrize(("later", "known"), [(DAYS * DAY, True), (DAYS * DAY + 1, False)])
async def test_what_was_kept_is_forgotten_after_seven_days(tmp_path: Path, later: int, known: bool) -> None:
    """A score of last week weighs on nobody."""
    async with opened("file", tmp_path) as store:
        await with_room(store)
        first = Recollection(store, FakeClock())
        await _write(store, first.keep(FACTS, RiskState(), _after(RiskState())))
        second = Recollection(store, FakeClock(START + later))
        await second.prepare(FACTS)
        assert bool(second.recall(FACTS).conversation.evidence) is known


async def test_only_what_changed_is_written(tmp_path: Path) -> None:
    """Counting turns writes nothing; a persona shown by a device writes the device."""
    async with opened("memory", tmp_path) as store:
        recollection = Recollection(store, FakeClock())
        await recollection.prepare(FACTS)
        before = recollection.recall(FACTS)
        turned = replace(before, conversation=replace(before.conversation, turns=before.conversation.turns + 1))
        assert recollection.keep(FACTS, before, turned) == ()
        assert recollection.recall(FACTS).conversation.turns == turned.conversation.turns
        claimed = replace(turned, device=Device(claims=(Claim("G1", 34, "f"),)))
        assert [subject for subject, _ in recollection.keep(FACTS, turned, claimed)] == ["device:d:d1"]
        assert recollection.keep(FACTS, claimed, claimed) == ()
        assert recollection.keep(FACTS, claimed, None) == ()


async def test_a_text_without_author_or_conversation_leaves_nothing(tmp_path: Path) -> None:
    """Nothing to hold on to, nothing kept."""
    async with opened("memory", tmp_path) as store:
        recollection = Recollection(store, FakeClock())
        bare = Facts("Bonsoir")
        await recollection.prepare(bare)
        assert recollection.keep(bare, RiskState(), _after(RiskState())) == ()
        assert recollection.recall(FACTS).conversation == Conversation()


async def test_the_store_is_asked_once_and_does_not_undo_what_is_newer(tmp_path: Path) -> None:
    """What was judged since is kept, even though the store holds something older."""
    async with opened("file", tmp_path) as store:
        await with_room(store)
        recollection = Recollection(store, FakeClock())
        await _write(store, recollection.keep(FACTS, RiskState(), _after(RiskState())))
        again = Recollection(store, FakeClock())
        await again.prepare(FACTS)
        before = again.recall(FACTS)
        newer = replace(before, conversation=replace(before.conversation, ages=(("G1", 34), ("G2", 15))))
        again.keep(FACTS, before, newer)
        await again.prepare(FACTS)
        assert again.recall(FACTS).conversation.ages == (("G1", 34), ("G2", 15))


@pytest.mark.parametrize("state", [{"turns": "many"}, ["no"], 7, {"evidence": [{"stage": 1}]}], ids=str)
async def test_what_cannot_be_read_any_more_is_forgotten(tmp_path: Path, state: Any) -> None:
    """A state of another version stops nobody from speaking."""
    async with opened("memory", tmp_path) as store:
        await with_room(store)
        await _write(store, (("conversation:cafe", state),))
        recollection = Recollection(store, FakeClock())
        await recollection.prepare(FACTS)
        assert recollection.recall(FACTS).conversation == Conversation()


async def _contradict(cafe: Place, nick: str, age: int, device: str) -> None:
    guest = await cafe.guest(nick, device=device)
    await cafe.community.messages.post(guest, draft(f"moi j'ai {age} ans", f"{nick}{age}"))


async def test_a_conversations_signs_are_written_with_the_message(tmp_path: Path) -> None:
    """The real engine over the real store: an age that was said is in the store once the message is answered."""
    async with place(tmp_path) as here:
        await _contradict(here, "Lune42", 34, "carnet")
        guest_device = here.community.keys.device("carnet")
        subjects = ["conversation:cafe", f"device:d:{guest_device}"]
        found = await here.community.store.read(risks.load, subjects, 0)
    assert found
    assert "34" in str(found)
