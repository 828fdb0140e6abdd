"""The one place where objects are built and settings are read: parts in, a running house out."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path
from typing import Any

from mnemonic import Mnemonic

from veillee.automod.engine import Engine
from veillee.automod.ruleset import Ruleset, load
from veillee.bus.memory import MemoryBus
from veillee.chat.access import Access
from veillee.chat.effects import Effects
from veillee.chat.guests import Chance, Guests
from veillee.chat.history import History
from veillee.chat.judge import Judge, Screener
from veillee.chat.keys import Keys
from veillee.chat.members import Members
from veillee.chat.messages import Desk, Messages
from veillee.chat.presence import Presence, shown
from veillee.chat.recipients import Recipients
from veillee.chat.rooms import Rooms
from veillee.chat.sanctions import Sanctions
from veillee.chat.throttle import Throttle
from veillee.gateway.dispatch import Dispatch
from veillee.gateway.door import Door
from veillee.gateway.drain import Drain
from veillee.gateway.fanout import Fanout
from veillee.gateway.greetings import Greetings
from veillee.gateway.heartbeat import Heartbeat
from veillee.gateway.hub import Hub
from veillee.gateway.places import Places
from veillee.gateway.redress import Casework, Redress
from veillee.gateway.replay import Replay
from veillee.gateway.server import Clockwork, Server
from veillee.gateway.sse import Streams
from veillee.gateway.talk import Talk
from veillee.model.clock import Clock
from veillee.model.ids import Identifiers
from veillee.settings import Settings
from veillee.store import secrets as secret_rows
from veillee.store.engine import SqliteStore
from veillee.store.messages import Recorder
from veillee.store.port import Store
from veillee.store.schema import migrate


def wall_clock() -> int:
    """Unix milliseconds."""
    return time.time_ns() // 1_000_000


def shipped_packs(folder: Path | None = None) -> Mapping[str, str]:
    """The rule packs by name, `fr/hate.yaml` to its text: those of a folder, or the ones that ship with Veillée."""
    root = resources.files("veillee.automod").joinpath("packs") if folder is None else folder
    found: dict[str, str] = {}
    for language in sorted(root.iterdir(), key=lambda each: each.name):
        if language.is_dir():
            for pack in sorted(language.iterdir(), key=lambda each: each.name):
                if pack.name.endswith(".yaml"):
                    found[f"{language.name}/{pack.name}"] = pack.read_text("utf-8")
    return found


def chance(clock: Clock) -> Chance:
    """Ids, tokens, phrases and numbers from the system's randomness."""
    words = {"fr": Mnemonic("french").wordlist, "en": Mnemonic("english").wordlist}

    def phrase(language: str) -> str:
        return " ".join(secrets.choice(words["fr" if language.startswith("fr") else "en"]) for _ in range(4))

    return Chance(Identifiers(clock, secrets.token_bytes), lambda: secrets.token_hex(24), phrase, secrets.randbelow)


@dataclass(slots=True)
class Community:
    """The rooms of `chat`, built over one store: what doors, moderation and accountability are given parts of."""

    store: Store
    clock: Clock
    keys: Keys
    chance: Chance
    ruleset: Ruleset
    bus: MemoryBus
    judge: Judge
    throttle: Throttle
    sanctions: Sanctions
    presence: Presence
    rooms: Rooms
    members: Members
    access: Access
    guests: Guests
    history: History
    messages: Messages
    effects: Effects


async def build_community(
    settings: Settings,
    clock: Clock = wall_clock,
    recorder: Callable[[Clock, Keys], Recorder] | None = None,
    screener: Callable[[Engine], Screener] = lambda engine: engine,
) -> Community:
    """Open the store (migrating it) and build the community over it. `screener` may wrap the engine (tests do)."""
    if (path := settings.database) is not None:
        await asyncio.to_thread(migrate, path)
    store = SqliteStore(path)
    keys = Keys(await store.write(secret_rows.instance_secret, secrets.token_bytes(32)))
    ruleset = load(shipped_packs(settings.file("rules")))
    bus = MemoryBus()
    store.on_commit(bus.publish)
    luck = chance(clock)
    judge = Judge(screener(Engine(ruleset)), time.perf_counter)
    throttle = Throttle()
    sanctions = Sanctions(store, clock)
    presence = Presence(lambda event: bus.publish([event]))
    rooms = Rooms(store, clock, lambda slug: shown(presence.count(slug)))
    members = Members(store, clock, keys, presence)
    access = Access(rooms, members, sanctions, store)
    desk = Desk(store, None if recorder is None else recorder(clock, keys), luck.identifier)
    community = Community(
        store=store, clock=clock, keys=keys, chance=luck, ruleset=ruleset, bus=bus, judge=judge, throttle=throttle,
        sanctions=sanctions, presence=presence, rooms=rooms, members=members, access=access,
        guests=Guests(store, clock, keys, judge, sanctions, throttle, luck),
        history=History(store),
        messages=Messages(desk, clock, keys, access, judge, throttle, Recipients(store, clock, members)),
        effects=Effects(store),
    )  # fmt: skip
    await sanctions.load()
    await rooms.load()
    return community


@dataclass(slots=True)
class LiveDoor:
    """The gateway over a community."""

    hub: Hub
    door: Door
    drain: Drain
    streams: Streams
    clockwork: Clockwork
    fanout: Fanout


def build_door(community: Community, casework: Casework, settings: Settings) -> LiveDoor:
    """Everything behind `/ws`, `/sse` and `/cmd`."""
    hub = Hub()
    for view in community.rooms.listing():
        hub.open(view.room.slug, view.room.last_s)
    fanout = Fanout(hub)
    community.bus.subscribe(fanout.receive)
    replay = Replay(hub, community.history)
    places = Places(community.access, community.members, community.history, hub, replay)
    dispatch = Dispatch(
        Greetings(community.guests, community.members, community.history, hub, places, community.clock),
        places,
        Talk(community.messages, community.access, community.throttle, community.bus, community.clock),
        Redress(community.members, community.access, hub, casework),
        hub,
        community.clock,
    )
    door = Door(dispatch, Heartbeat(community.clock), community.clock, frozenset(settings.server.origins))
    drain = Drain(hub, places)
    community.sanctions.on_imposed(drain.imposed)
    return LiveDoor(
        hub, door, drain, Streams(door, lambda: secrets.token_hex(16)),
        Clockwork(door, hub, community.presence, community.guests), fanout,
    )  # fmt: skip
