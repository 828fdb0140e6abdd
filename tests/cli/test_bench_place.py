"""The throw-away instance of a measurement: made, served by a child process, gone."""

from __future__ import annotations

from pathlib import Path

import pytest

from veillee.cli.bench_place import CROWD, ROOM, SMALL, Unmeasurable, make_instance, serving
from veillee.cli.people import admit, connect
from veillee.settings import FILE, load
from veillee.wiring.community import wall_clock
from veillee.wiring.office import office


@pytest.mark.processes
async def test_it_opens_is_measured_and_goes(tmp_path: Path) -> None:
    """People can speak in it, CPU and memory can be read, and after the block nobody answers."""
    await make_instance(tmp_path)
    async with serving(tmp_path) as child:
        people = await connect(child.port, await admit(child.port, 2), [ROOM])
        people[0].send(ROOM, "k1", "Bonsoir à tous, la soirée est douce.")
        await people[0].answered.wait()
        assert people[0].refusals == []
        assert child.cpu() > 0
        assert child.memory() > 10 << 20
    with pytest.raises(Unmeasurable) as gone:
        child.cpu()
    assert gone.value.what == "gone"


async def test_its_rooms_are_there(tmp_path: Path) -> None:
    """The room, the crowd's, and the small ones; readable by its owner only."""
    await make_instance(tmp_path)
    async with office(load(tmp_path), wall_clock) as here:
        slugs = {view.room.slug for view in here.rooms.listing()}
    assert slugs == {ROOM, CROWD, *SMALL}
    assert load(tmp_path).server.metrics_port == 0


@pytest.mark.processes
async def test_one_that_does_not_start_says_why(tmp_path: Path) -> None:
    """The last line that it wrote."""
    (tmp_path / FILE).write_text("[nothing]\n", "utf-8")
    with pytest.raises(Unmeasurable) as stopped:
        async with serving(tmp_path):
            pass
    assert stopped.value.what == "start"
    assert "[nothing]" in stopped.value.detail
