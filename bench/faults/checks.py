"""What must be true after a fault: compares what people were told and saw with the history as it stands."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import httpx

from bench.faults.people import FORBIDDEN, Regular

Events = Sequence[Mapping[str, Any]]


async def whole_history(url: str, room: str) -> list[dict[str, Any]]:
    """Every event of a room, oldest first, page by page over HTTP."""
    events: list[dict[str, Any]] = []
    async with httpx.AsyncClient(base_url=url, timeout=20) as http:
        while True:
            after = events[-1]["s"] if events else 0
            answer = await http.get(f"/api/v1/rooms/{room}/messages", params={"after": after, "limit": 100})
            answer.raise_for_status()
            if not (page := answer.json()["events"]):
                return events
            events.extend(page)


def wrong(histories: Mapping[str, Events], people: Sequence[Regular]) -> list[str]:
    """Everything that must not be, a sentence each: lost, twice, out of order, unjudged, or noted by somebody."""
    found = [f"{person.name}: {fault}" for person in people for fault in person.faults]
    for room, events in histories.items():
        found += _of_room(room, events, [person for person in people if person.room == room])
    return found


def _of_room(room: str, events: Events, people: Sequence[Regular]) -> list[str]:
    found = []
    if (offsets := [event["s"] for event in events]) != list(range(1, len(events) + 1)):
        found.append(f"{room}: offsets with a hole or twice among {len(offsets)}")
    bodies = Counter(str(event["d"].get("b", event["d"]["id"])) for event in events)
    found += [f"{room}: {times} times {body!r}" for body, times in bodies.items() if times > 1]
    found += [f"{room}: delivered unjudged {body!r}" for body in bodies if forbidden(body)]
    stored = {event["s"]: event["d"]["id"] for event in events}
    for person in people:
        name = person.name
        for key, (message, s) in person.acknowledged.items():
            if stored.get(s) != message:
                found.append(f"{name}: {key} was acknowledged as {message} at {s}, there is {stored.get(s)}")
        for s, saw in person.seen.items():
            if stored.get(s) != saw:
                found.append(f"{name}: saw {saw} at {s}, there is {stored.get(s)}")
        own = [s for _, s in person.acknowledged.values()]
        if own != sorted(own):
            found.append(f"{name}: their own messages are not in the order in which they were said")
        found += [f"{name}: was shown {body!r}" for body in person.delivered if forbidden(body)]
    return found


def forbidden(body: str) -> bool:
    """Whether this is something that people said although it must never be delivered."""
    return body.startswith(FORBIDDEN)
