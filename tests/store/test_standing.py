"""What stands and waits is counted as of a moment: what is over, lifted or answered is not."""

from __future__ import annotations

from tests.doubles import START
from veillee.model.casefile import Appeal, AppealState, Appellant, Reason, Report, Source
from veillee.model.clock import DAY, HOUR
from veillee.model.sanction import Sanction, SanctionKind
from veillee.store import appeals, casefiles, outbox, sanctions, standing
from veillee.store.engine import SqliteStore
from veillee.store.port import Tx
from veillee.store.standing import Standing


def _report(tx: Tx, name: str, at: int) -> None:
    casefiles.add_report(tx, Report(name, Source.REPORT, "device:d", None, Reason.HATE, "", "fr", at), name)


def _sanction(tx: Tx, name: str, starts: int, ends: int) -> None:
    sanctions.impose(tx, Sanction(name, SanctionKind.MUTE, "d", "G1", None, "2", starts, ends, None, None))


async def test_nothing_waits_in_an_empty_place(store: SqliteStore) -> None:
    """Zeros, and no oldest."""
    assert await store.read(standing.now, START) == Standing(0, None, {}, 0, 0, None, {})


async def test_only_what_stands_now_is_counted(store: SqliteStore) -> None:
    """Reports of the last day, effects with the oldest's time, appeals without an answer, sanctions that hold."""

    def write(tx: Tx) -> None:
        _report(tx, "r1", START - DAY)
        _report(tx, "r2", START - HOUR)
        outbox.put(tx, "statement", {}, START - 5_000)
        outbox.put(tx, "statement", {}, START - 4_000)
        for name, state in (("a1", AppealState.PENDING), ("a2", AppealState.UPHELD)):
            appeals.lodge(tx, Appeal(name, "N", name, Appellant.SUBJECT, "s1", "", START, state, None, None, ""))
        _sanction(tx, "holds", START - 1, START + HOUR)
        _sanction(tx, "over", START - HOUR, START)
        _sanction(tx, "to come", START + 1, START + HOUR)
        _sanction(tx, "lifted", START - 1, START + HOUR)
        sanctions.lift(tx, "lifted", START)

    await store.write(write)
    found = await store.read(standing.now, START)
    assert (found.reports, found.appeals, found.sanctions) == ({"hate": 1}, 1, {"mute": 1})
    assert (found.effects, found.oldest_effect_at) == (2, START - 5_000)
