"""The measuring itself, with a handful of people; and what is made of its passes."""

from __future__ import annotations

import io
import resource
from dataclasses import replace
from pathlib import Path

import pytest

from veillee.cli import bench_steps
from veillee.cli.bench_place import Unmeasurable, make_instance, serving
from veillee.cli.bench_steps import QUICK, STEPS, Pass, costs, memory_available, on_memory, syncs, within_descriptors
from veillee.cli.progress import Progress

LITTLE = replace(QUICK, people=12, room=6, rate=20, crowd_rate=10, seconds=0.5, each=3)


@pytest.mark.processes
async def test_every_figure_is_measured(tmp_path: Path) -> None:
    """Twelve people are enough for each figure to be there and to make sense."""
    await make_instance(tmp_path)
    progress = Progress(io.StringIO(), STEPS)
    async with serving(tmp_path) as child:
        found = await bench_steps.measure(child, LITTLE, [0.001, 0.002], 5_000, progress)
    assert (found.people, found.descriptors, found.sync) == (12, 5_000, 0.002)
    assert found.entries > 1
    assert 0 < found.entry_cpu < 1
    assert 0 < found.message_cpu < 1
    assert 0 < found.delivery_cpu < 0.1
    assert found.messages > 1
    assert 0 < found.answer_p99 < 10
    assert found.connection_memory > 0


def test_costs_come_from_what_differs() -> None:
    """10 µs a delivery and 200 µs a message are found again; what an even pace costs beside is not counted."""
    message, delivery, idle = 200e-6, 10e-6, 50e-3
    passes = [Pass(n, m, idle * paced + m * (message + n * delivery), 1, 0.01)
              for n, m, paced in ((100, 100, 1), (1_000, 100, 1), (5, 1_000, 0))]  # fmt: skip
    assert costs(*passes) == pytest.approx((message, delivery))


@pytest.mark.parametrize(("crowd_people", "crowd_cpu"), [(100, 0.5), (1_000, 0.1)])
def test_passes_that_tell_nothing_apart_still_give_a_cost(crowd_people: int, crowd_cpu: float) -> None:
    """Rooms of one size, or a clock too coarse: half of it is deliveries, and nothing is zero or negative."""
    found = costs(Pass(100, 100, 0.2, 1, 0), Pass(crowd_people, 100, crowd_cpu, 1, 0), Pass(3, 10, 0.0001, 1, 0))
    assert found[1] == pytest.approx(10e-6)
    assert found[0] > 0


def test_the_load_fits_the_descriptors(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where few files may be open fewer people take part; where almost none, a sentence."""
    monkeypatch.setattr(resource, "getrlimit", lambda _: (300, 300))
    monkeypatch.setattr(bench_steps, "raise_file_limit", lambda _: None)
    load, allowed = within_descriptors(QUICK)
    assert (load.people, load.room, allowed) == (100, 100, 300)
    monkeypatch.setattr(resource, "getrlimit", lambda _: (205, 205))
    with pytest.raises(Unmeasurable) as stopped:
        within_descriptors(QUICK)
    assert (stopped.value.what, stopped.value.detail) == ("descriptors", "205")


def test_the_disk_is_asked_as_often_as_wanted(tmp_path: Path) -> None:
    """Each time takes some."""
    took = syncs(tmp_path, 5)
    assert len(took) == 5
    assert min(took) > 0


def test_a_container_has_what_it_was_given(tmp_path: Path) -> None:
    """Its own limit counts where there is one, and never below nothing."""
    (tmp_path / "memory.current").write_text("1000\n")
    for limit, left in (("5000\n", 4_000), ("500\n", 0)):
        (tmp_path / "memory.max").write_text(limit)
        assert memory_available(tmp_path) == left
    (tmp_path / "memory.max").write_text("max\n")
    assert memory_available(tmp_path) > 1 << 20


def test_memory_is_known_and_so_is_a_folder_in_memory() -> None:
    """/dev/shm is memory, /proc is not called so."""
    assert memory_available() > 1 << 20
    assert on_memory(Path("/dev/shm"))
    assert not on_memory(Path("/proc"))
