"""Figures of the house, connected: which object feeds which measure, and the listener that shows them.

To connect one more, write one line: `metrics.source(NAME, lambda: …)`.
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
import platform
import sys
from collections.abc import AsyncIterator, Callable, Mapping
from importlib.metadata import version

import structlog

from veillee.accountability.duty import Duty
from veillee.automod.metered import Tally
from veillee.bus.valkey import ValkeyBus
from veillee.gateway.server import listen
from veillee.gateway.vitals import Vitals
from veillee.settings import FILE, Listening, SettingsInvalid
from veillee.store import standing
from veillee.store.port import StoreUnavailable
from veillee.store.standing import Standing
from veillee.web.metrics import Metrics
from veillee.web.scrape import BadNetwork, Network, Scrape, networks
from veillee.wiring.community import Community
from veillee.wiring.door import LiveDoor
from veillee.wiring.journal import tell_slow_readers

log = structlog.get_logger("metrics")

SIZES = (0, 9, 99, 999)
"""The largest room of each size but the last."""
FRESH_MS = 5_000
"""What the store was asked for is shown again for so long: scraping often costs it nothing."""
NOTHING = Standing(0, None, {}, 0, 0, None, {})


def connect(community: Community, live: LiveDoor, duty: Duty, tally: Tally, vitals: Vitals) -> Metrics:
    """Every measure of the catalogue that has a source, with it."""
    metrics = Metrics()
    _door(metrics, community, live)
    _judging(metrics, community, tally)
    _people(metrics, community, duty)
    _lasting(metrics, community)
    between(metrics, None if community.processes is None else community.processes.bus)
    metrics.source("veillee_sequence_gaps_filled_total", lambda: live.sequence.filled)
    metrics.source("veillee_loop_lateness_seconds", lambda: vitals.lateness)
    metrics.source("veillee_gc_pause_seconds", lambda: vitals.pauses)
    build = {(version("veillee"), platform.python_version()): 1.0}
    metrics.source("veillee_build_info", lambda: build)
    return metrics


def _door(metrics: Metrics, community: Community, live: LiveDoor) -> None:
    meter, door = live.meter, live.door

    def connections() -> dict[str, float]:
        streams = live.streams.open()
        return {"websocket": max(0, len(door.heartbeat.links()) - streams), "sse": streams}

    metrics.source("veillee_connections", connections)
    crowds = Crowds(community)
    metrics.before(crowds.refresh)
    metrics.source("veillee_rooms", lambda: crowds.rooms)
    metrics.source("veillee_members", lambda: crowds.members)
    metrics.source("veillee_rooms_guarded", lambda: crowds.guarded)
    metrics.source("veillee_resumes_total", lambda: meter.resumes)
    metrics.source("veillee_dismissals_total", lambda: meter.dismissed)
    metrics.source("veillee_commands_total", lambda: meter.commands)
    metrics.source("veillee_messages_total", lambda: meter.messages)
    metrics.source("veillee_acknowledgement_seconds", lambda: meter.acknowledged)
    metrics.source("veillee_deliveries_total", lambda: live.fanout.delivered)
    metrics.source("veillee_writes_total", lambda: live.fanout.writes)
    metrics.source("veillee_sent_bytes_total", lambda: live.fanout.sent_bytes)
    metrics.source("veillee_closes_total", lambda: door.closes)
    metrics.source("veillee_slow_readers_total", lambda: door.slow_readers)


def _judging(metrics: Metrics, community: Community, tally: Tally) -> None:
    judge = community.judge
    metrics.source("veillee_verdicts_total", lambda: tally.verdicts)
    metrics.source("veillee_cards_total", lambda: tally.cards)
    metrics.source("veillee_judging_seconds", lambda: tally.seconds)
    metrics.source("veillee_judge_faults_total", lambda: judge.faults)
    metrics.source("veillee_judge_resting", lambda: float(judge.resting()))
    metrics.source("veillee_judge_holding_rules", judge.holding)
    metrics.source("veillee_second_looks_total", lambda: judge.second_looks)


def _people(metrics: Metrics, community: Community, duty: Duty) -> None:
    rooms = community.rooms
    metrics.source("veillee_on_duty", lambda: len(duty.watching()))
    metrics.source("veillee_rooms_shut", lambda: float(rooms.shut_reason is not None))


def _lasting(metrics: Metrics, community: Community) -> None:
    stands = Stands(community)
    metrics.before(stands.refresh)
    now = community.clock

    def age(at: int | None) -> float:
        return 0.0 if at is None else max(0, now() - at) / 1000

    metrics.source("veillee_cases_open", lambda: stands.found.cases)
    metrics.source("veillee_oldest_case_seconds", lambda: age(stands.found.oldest_case_at))
    metrics.source("veillee_reports_last_day", lambda: stands.found.reports)
    metrics.source("veillee_appeals_waiting", lambda: stands.found.appeals)
    metrics.source("veillee_sanctions_standing", lambda: stands.found.sanctions)
    metrics.source("veillee_outbox_effects", lambda: stands.found.effects)
    metrics.source("veillee_outbox_oldest_seconds", lambda: age(stands.found.oldest_effect_at))
    pulse = community.store.pulse
    metrics.source("veillee_store_group_operations", lambda: pulse.groups)
    metrics.source("veillee_store_commit_seconds", lambda: pulse.commits)
    metrics.source("veillee_store_waiting_operations", pulse.waiting)
    metrics.source("veillee_store_unavailable_total", lambda: pulse.unavailable)


def between(metrics: Metrics, bus: ValkeyBus | None) -> None:
    """The measures of the bus; None for a single process, which needs none."""
    if bus is None:
        metrics.source("veillee_bus_connected", lambda: 1.0)
        return
    metrics.source("veillee_bus_connected", lambda: float(bus.connected))
    metrics.source("veillee_bus_published_total", lambda: bus.published)
    metrics.source("veillee_bus_received_total", lambda: bus.received)
    metrics.source("veillee_bus_dropped_total", lambda: bus.lost)
    metrics.source("veillee_bus_reconnects_total", lambda: bus.reconnects)
    metrics.source("veillee_bus_answer_seconds", lambda: bus.answers)


class Stands:
    """What the store was asked for last."""

    def __init__(self, community: Community) -> None:
        self._community = community
        self._asked: int | None = None
        self.found = NOTHING

    async def refresh(self) -> None:
        """Ask again, unless what is known is fresh; while the store cannot be read, what was known stays."""
        now = self._community.clock()
        if self._asked is not None and 0 <= now - self._asked < FRESH_MS:
            return
        self._asked = now
        with contextlib.suppress(StoreUnavailable):
            self.found = await self._community.store.read(standing.now, now)


class Crowds:
    """Rooms that are not closed and people in them, by size; how many rooms nobody watches."""

    def __init__(self, community: Community) -> None:
        self._community = community
        self.rooms: Mapping[str, int] = {}
        self.members: Mapping[str, int] = {}
        self.guarded = 0

    async def refresh(self) -> None:
        """Look at every room once."""
        rooms, members, guarded = dict.fromkeys(_names(), 0), dict.fromkeys(_names(), 0), 0
        for view in self._community.rooms.listing():
            count = self._community.presence.count(view.room.slug)
            size = _names()[sum(count > largest for largest in SIZES)]
            rooms[size] += 1
            members[size] += count
            guarded += self._community.access.guarded(view.room)
        self.rooms, self.members, self.guarded = rooms, members, guarded


@functools.cache
def _names() -> list[str]:
    starts = [0, *(largest + 1 for largest in SIZES)]
    return ["0", *(f"{start}-{end}" for start, end in zip(starts[1:], SIZES[1:], strict=False)), f"{starts[-1]}+"]


def readers_of(server: Listening) -> tuple[Network, ...]:
    """Who may read the figures. Raises `SettingsInvalid`."""
    try:
        return networks(server.metrics_allow)
    except BadNetwork as bad:
        raise SettingsInvalid(f"server.metrics_allow in {FILE}: {bad}.") from None


@contextlib.asynccontextmanager
async def observed(
    metrics: Metrics,
    vitals: Vitals,
    server: Listening,
    readers: tuple[Network, ...],
    slow_readers: Callable[[], int],
    started: Callable[[int], None] = lambda port: None,
) -> AsyncIterator[None]:
    """Watch the process, tell of slow readers, and show the figures inside this block; `started` gets the port.

    A port that is taken does not keep the place shut: one sentence says that nobody can look at the figures.
    """
    telling = asyncio.create_task(tell_slow_readers(slow_readers))
    try:
        with vitals.watching():
            async with _shown(metrics, server, readers, started):
                yield
    finally:
        telling.cancel()
        await asyncio.gather(telling, return_exceptions=True)


@contextlib.asynccontextmanager
async def _shown(
    metrics: Metrics, server: Listening, readers: tuple[Network, ...], started: Callable[[int], None]
) -> AsyncIterator[None]:
    if server.metrics_port == 0:
        yield
        return
    try:
        listener = listen(server.metrics_host, server.metrics_port)
    except OSError:
        where = f"{server.metrics_host}:{server.metrics_port}"
        print(f"No metrics: {where} cannot be listened on; give server.metrics_port another.", file=sys.stderr)  # noqa: T201
        log.warning("metrics port is taken", port=server.metrics_port)
        yield
        return
    started(listener.getsockname()[1])
    async with Scrape(metrics.text, readers).listening(listener):
        yield
