"""Verbs on rules, on every store that lasts."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import insert

from tests.doubles import START, Recording
from tests.stores import message, with_room
from veillee.model.casefile import (
    AUTOMOD,
    Case,
    CaseState,
    Danger,
    Decision,
    Measure,
    Reason,
    Source,
    Subject,
    SubjectKind,
)
from veillee.model.clock import DAY, HOUR
from veillee.model.edition import Edition, Origin, Progress, RuleText, Stage, Unit
from veillee.model.event import Changed
from veillee.store import casefiles, decisions, erasure, messages
from veillee.store import rulebook as rows
from veillee.store.port import Store, Tx
from veillee.store.rulebook import EVERYTHING, SAMPLES, Count
from veillee.store.tables.chat import messages as table


def text(number: int = 1, rule_id: str = "fr.spam.fruit") -> RuleText:
    """A rule text."""
    return RuleText(
        f"{number:016x}", rule_id, number, "fr/spam.yaml", f"id: {rule_id}\n# é « {number} »\n", "signals: {}\n"
    )


async def test_texts_are_kept_once_and_found_by_hash_and_rule(store: Store) -> None:
    """The first day counts; the newest comes first."""
    assert await store.read(rows.texts_kept) == 0
    assert len(await store.write(rows.keep_texts, [text(1), text(2)], START)) == 2
    assert [each.hash for each in await store.write(rows.keep_texts, [text(2), text(3)], START + DAY)] == [text(3).hash]
    assert await store.read(rows.text, text(2).hash) == replace(text(2), at=START)
    assert await store.read(rows.text, "0" * 16) is None
    assert [each.version for each in await store.read(rows.texts_of, "fr.spam.fruit")] == [3, 2, 1]
    assert await store.read(rows.first_seen, START + 1) == {text(3).hash: START + DAY}


async def test_an_edition_is_written_and_moved_and_told(store: Store) -> None:
    """Everything of it comes back; where it stands changes, what it is does not; every process is told."""
    heard = Recording()
    store.on_commit(heard)
    await store.write(rows.keep_texts, [text()], START)
    first = Edition(
        replace(text(), at=START), "S1", START, note="essai", based_on="f" * 16, progress=Progress(since=START)
    )
    await store.write(rows.put, first)
    assert await store.read(rows.edition, first.hash) == first
    progress = Progress(Stage.CANARY, START + 5, START + 1, START + 2, 25, Unit.MESSAGE, START + 6, ("S1", "S2"))
    moved = replace(first, progress=progress, report={"hits": 3})
    await store.write(rows.put, replace(moved, by="S9", note="autre"))
    assert await store.read(rows.edition, first.hash) == moved
    assert [event for event in heard.events if isinstance(event, Changed)] == [Changed("rule", first.hash)] * 2


async def test_what_stands_is_neither_superseded_nor_withdrawn(store: Store) -> None:
    """Drafts, shadows, canaries and what is in force; of one rule everything, the newest first."""
    await store.write(rows.keep_texts, [text(n) for n in range(1, 7)], START)
    for number, stage in enumerate(Stage, 1):
        await store.write(rows.put, Edition(text(number), "S1", START + number, Origin.STAFF, progress=Progress(stage)))
    standing = {each.progress.stage for each in await store.read(rows.standing)}
    assert standing == {Stage.DRAFT, Stage.SHADOW, Stage.CANARY, Stage.ENFORCED}
    everything = await store.read(rows.editions_of, "fr.spam.fruit")
    assert [each.text.version for each in everything] == [6, 5, 4, 3, 2, 1]


async def test_tallies_add_up_over_hours_and_processes(store: Store) -> None:
    """Two processes count the same hour; only the hours asked for are summed."""
    hour = START - START % HOUR
    await store.write(rows.count, [Count("a", hour, "live", 10, 2), Count(EVERYTHING, hour, "live", 10, 0)], [], START)
    await store.write(rows.count, [Count("a", hour, "live", 5, 1), Count("a", hour - HOUR, "live", 100, 50)], [], START)
    await store.write(rows.count, [Count("a", hour, "shadow", 5, 4)], [], START)
    found = await store.read(rows.tallies, START)
    assert found == {("a", "live"): (15, 3), ("a", "shadow"): (5, 4), (EVERYTHING, "live"): (10, 0)}
    assert await store.read(rows.tallies, hour - HOUR, ("a",)) == {("a", "live"): (115, 53), ("a", "shadow"): (5, 4)}


async def test_the_newest_samples_are_kept(store: Store) -> None:
    """Fifty of each edition; what its author took back is not among what is shown."""
    total = SAMPLES + 10
    for number in range(total):
        await store.write(messages.append, message(number))
    await store.write(rows.count, [], [("a", f"M{number:04}") for number in range(total)], START)
    found = await store.read(rows.samples, "a")
    assert [each.id for each in found] == [f"M{number:04}" for number in reversed(range(10, total))]
    await store.write(messages.remove, "M0042", "author", START)
    assert "M0042" not in {each.id for each in await store.read(rows.samples, "a")}


async def test_a_backtest_reads_what_was_said_in_public_in_order(store: Store) -> None:
    """Since a day, page after page; nothing of what is no room of the place, nothing that its author took back."""
    await with_room(store, "jardin")
    for number in range(6):
        await store.write(messages.append, message(number, room="cafe" if number % 2 else "jardin", at=START + number))
    await store.write(messages.remove, "M0003", "author", START)
    await store.write(messages.remove, "M0004", "moderation", START)
    first = await store.read(rows.spoken, START + 1, "", 2)
    assert [each.id for each in first] == ["M0001", "M0002"]
    second = await store.read(rows.spoken, START + 1, first[-1].id, 9)
    assert [each.id for each in second] == ["M0004", "M0005"]
    assert set(await store.read(rows.messages_by_id, ["M0000", "M0003", "M9999"])) == {"M0000"}


async def test_nothing_private_is_read(store: Store) -> None:
    """A conversation is no room of the place: whatever is stored of it stays out of backtests and samples."""
    values = {
        "id": "M0001", "room": "@G1:G2", "guest_id": "G1", "device": "d", "u": "u", "pseudonym": "Lune",
        "body": "entre nous", "at": START, "state": "published",
    }  # fmt: skip

    def whisper(tx: Tx) -> None:
        tx.execute(insert(table).values(**values))

    await store.write(whisper)
    await store.write(rows.count, [], [("a", "M0001")], START)
    assert await store.read(rows.spoken, 0, "", 10) == []
    assert await store.read(rows.samples, "a") == []
    assert await store.read(rows.messages_by_id, ["M0001"]) == {}


async def test_what_people_decided_is_told_of_each_message(store: Store) -> None:
    """The last word of a person counts; that of a tool does not."""
    said = (
        ("M1", [("S1", Measure.REMOVE)]), ("M2", [("S1", Measure.NO_ACTION)]), ("M3", [(AUTOMOD, Measure.BLOCK)]),
        ("M4", [("S1", Measure.WARN), ("S2", Measure.REVERSE)]),
        ("M5", [(AUTOMOD, Measure.HOLD), ("S1", Measure.REMOVE)]),
    )  # fmt: skip
    for place, (message_id, taken) in enumerate(said):
        subject = Subject(SubjectKind.MESSAGE, message_id, "cafe", "G1", "d-G1", "Lune42")
        number = f"AAAA-000{place}"
        case = Case(number, subject, Source.REPORT, CaseState.DECIDED, 1, Danger.LOW, 0, 1, (Reason.HATE,), (), START)
        await store.write(casefiles.add, case)
        for turn, (by, measure) in enumerate(taken):
            decision = Decision(
                f"D{place}{turn}", number, START + turn, by, measure, False, None, None, None, None, "", "", None
            )
            await store.write(decisions.append, decision)
    assert await store.read(rows.judged_by_people, START) == {"M1": True, "M2": False, "M4": False, "M5": True}
    assert await store.read(rows.judged_by_people, START + 5) == {}


async def test_counts_and_samples_are_erased_on_their_day(store: Store) -> None:
    """Tallies after sixty days, samples with their message; texts stay."""
    await store.write(messages.append, message(1, at=START))
    await store.write(rows.keep_texts, [text()], START)
    await store.write(
        rows.count, [Count("a", START - START % HOUR, "live", 1, 1)], [("a", "M0001"), ("a", "M0002")], START
    )
    done = await store.write(erasure.erase, START + HOUR, 100)
    assert done == {"rule_samples": 1}
    done = await store.write(erasure.erase, START + 61 * DAY, 100)
    assert (done["rule_tallies"], done["rule_samples"]) == (1, 1)
    assert await store.read(rows.text, text().hash) is not None
