"""The demo's place: what was said before, who talks, what waits in the queue."""

from __future__ import annotations

from pathlib import Path

from veillee.cli.demo_place import FICTITIOUS, crew_of, seed
from veillee.cli.scenes import REPORTED, SCENES
from veillee.settings import Settings
from veillee.wiring.house import build_house


async def test_seeding_fills_rooms_queue_and_duty(tmp_path: Path) -> None:
    """Rooms have their history in order, the queue holds the report, somebody is on duty, and rooms may open."""
    house = await build_house(Settings(tmp_path, legal=FICTITIOUS))
    async with house.running():
        cast = await seed(house)
        crew = await crew_of(house)
        house.refresh()
        for scene in SCENES:
            events = await house.community.history.page(scene.slug, limit=100)
            assert [(event.data["n"], event.data["b"]) for event in events] == list(scene.history)
            assert [event.at for event in events] == sorted(event.at for event in events)
        waiting = await house.moderation.queue.view()
        assert [each.case.subject.room for each in waiting] == [REPORTED[0]]
        assert {person.staff.role.value for person, _ in crew} == {"moderator", "operator"}
        assert house.community.rooms.attended
        assert house.community.rooms.shut_reason is None
        assert cast[REPORTED[1]].pseudonym == REPORTED[1]
