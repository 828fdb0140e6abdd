"""The audit: appended with what it tells about, read newest first."""

from __future__ import annotations

from veillee.store import audit
from veillee.store.port import Store


async def test_entries_come_newest_first_and_by_subject(bare: Store) -> None:
    """The page of the audit shows the latest first and can be narrowed to one subject."""
    await bare.write(audit.append, "01NADIA", "duty.started", "01NADIA", {"until": 5}, 1)
    await bare.write(audit.append, "cli", "staff.added", "01PAUL", {}, 2)
    found = await bare.read(audit.entries)
    assert [entry.action for entry in found] == ["staff.added", "duty.started"]
    assert found[1].data == {"until": 5}
    assert [entry.actor for entry in await bare.read(audit.entries, subject="01PAUL")] == ["cli"]
    assert [entry.id for entry in await bare.read(audit.entries, before=found[0].id)] == [found[1].id]


async def test_acts_are_counted_by_person_and_time(bare: Store) -> None:
    """How many cases somebody decided since an hour: what a suggested break counts."""
    for at in (1, 5, 9):
        await bare.write(audit.append, "01NADIA", "case.decided", "x", {}, at)
    await bare.write(audit.append, "01PAUL", "case.decided", "x", {}, 9)
    assert await bare.read(audit.count, "01NADIA", "case.decided", 5) == 2
