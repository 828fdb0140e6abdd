"""A guest and the same guest as a member of a room."""

from __future__ import annotations

from dataclasses import replace

from veillee.model.guest import Guest, Member


def test_a_renamed_guest_is_the_same_guest() -> None:
    """A new pseudonym makes a new value; the one held elsewhere stays what it was."""
    before = Guest("01", "device", "Lune42", "lune42", 0)
    after = replace(before, pseudonym="Hibou7", skeleton="hibou7")
    assert (before.pseudonym, after.id, after.protected) == ("Lune42", before.id, False)
    assert Member("u", before.id, "cafe", before.pseudonym, before.device).guest_id == after.id
