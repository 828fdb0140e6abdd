"""The live door, built over a community."""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass

from veillee.gateway.dispatch import Dispatch
from veillee.gateway.door import Door
from veillee.gateway.drain import Drain
from veillee.gateway.fanout import Fanout
from veillee.gateway.greetings import Greetings
from veillee.gateway.heartbeat import Heartbeat
from veillee.gateway.hub import Hub
from veillee.gateway.meter import Meter
from veillee.gateway.places import Places
from veillee.gateway.redress import Casework, Redress
from veillee.gateway.replay import Replay
from veillee.gateway.rounds import Rounds
from veillee.gateway.sending import Sockets, fastest
from veillee.gateway.sequence import Sequencer
from veillee.gateway.server import Clockwork
from veillee.gateway.sessions import Sessions
from veillee.gateway.sse import Streams
from veillee.gateway.talk import Talk
from veillee.settings import Settings
from veillee.wiring.community import Community, wall_clock


def steady_clock() -> int:
    """Milliseconds from some moment on. Unlike `wall_clock` it never jumps: for how long a connection is silent."""
    return time.monotonic_ns() // 1_000_000


@dataclass(slots=True)
class LiveDoor:
    """The gateway over a community."""

    hub: Hub
    door: Door
    drain: Drain
    streams: Streams
    clockwork: Clockwork
    fanout: Fanout
    sequence: Sequencer
    meter: Meter


def build_door(community: Community, casework: Casework, settings: Settings, *, shut: bool = False) -> LiveDoor:
    """Everything behind `/ws`, `/sse` and `/cmd`; `shut` for a process that has no live door."""
    steady = steady_clock if community.clock is wall_clock else community.clock
    hub = Hub()
    for view in community.rooms.listing():
        hub.open(view.room.slug, view.room.last_s)
    sockets = Sockets()
    fanout = Fanout(hub, sockets, fastest())
    processes = community.processes
    sequence = Sequencer(hub, community.history, fanout.receive, several=processes is not None)
    community.bus.subscribe(sequence.receive)
    community.bus.on_gap(sequence.ring)
    replay = Replay(hub, community.history, None if processes is None else sequence.catch_up)
    places = Places(community.access, community.members, community.history, hub, replay)
    greetings = Greetings(
        community.guests, community.members, community.sanctions, community.history, hub, places, community.clock
    )
    sessions = Sessions(hub, community.members)
    community.guests.on_changed(sessions.changed)
    if processes is not None:
        greetings.on_greeted(lambda guest, s: sequence.greeted(guest.id, s))
        greetings.on_greeted(lambda guest, _: community.messages.arrived(guest))
        processes.changes.on("block", sessions.blocks_changed)
    talk = Talk(community.messages, community.access, community.throttle, community.bus, community.clock)
    dispatch = Dispatch(
        greetings,
        places,
        talk,
        Redress(community.members, community.access, hub, casework),
        hub,
        steady,
    )
    meter = Meter()
    meter.over(dispatch.table, talk.waits)
    meter.over_at_once(dispatch.at_once)
    heartbeat = Heartbeat(steady)
    origins = frozenset(each for each in (*settings.server.origins, settings.instance.url) if each)
    door = Door(dispatch, heartbeat, sockets, Rounds(), steady, origins, frozenset(settings.server.trusted_proxies))
    door.shut = shut
    drain = Drain(hub, places, heartbeat)
    community.sanctions.on_imposed(drain.imposed)
    community.rooms.on_closed(drain.closed)
    return LiveDoor(
        hub, door, drain, Streams(door, lambda: secrets.token_hex(16)),
        Clockwork(door, hub, community.presence, community.guests), fanout, sequence, meter,
    )  # fmt: skip
