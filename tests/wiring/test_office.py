"""What commands open: the instance's own store, and only for its owner's eyes."""

from __future__ import annotations

import stat
from pathlib import Path

from veillee.settings import Settings, Storing
from veillee.wiring.community import wall_clock
from veillee.wiring.office import office


async def test_the_store_is_made_for_its_owner_only(tmp_path: Path) -> None:
    """A new database can be read and written by its owner, and the next opening finds what was in it."""
    settings = Settings(tmp_path)
    async with office(settings, wall_clock) as here:
        assert await here.accounts.everybody() == []
        assert here.rooms.listing() == []
    assert settings.database is not None
    assert stat.S_IMODE(settings.database.stat().st_mode) == 0o600
    async with office(settings, wall_clock) as here:
        assert here.actor == "cli"


async def test_a_memory_store_works_too(tmp_path: Path) -> None:
    """The memory twin is a supported mode."""
    async with office(Settings(tmp_path, store=Storing(":memory:")), wall_clock) as here:
        assert await here.accounts.everybody() == []
