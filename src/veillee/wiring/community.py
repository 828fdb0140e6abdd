"""The community, built over one store: the only place that makes the objects of `chat`."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from mnemonic import Mnemonic

from veillee.automod.editions import Shelf
from veillee.automod.engine import Engine
from veillee.automod.learner import read_all
from veillee.automod.ruleset import Ruleset, load
from veillee.bus.memory import MemoryBus
from veillee.bus.port import Bus
from veillee.bus.wire import Address
from veillee.chat.access import Access
from veillee.chat.effects import Effects
from veillee.chat.guests import Chance, Guests
from veillee.chat.history import History
from veillee.chat.judge import Judge, Screener, SecondLook
from veillee.chat.keys import Keys
from veillee.chat.members import Members
from veillee.chat.messages import Desk, Messages
from veillee.chat.presence import Presence, shown
from veillee.chat.recipients import Recipients
from veillee.chat.recollection import Recollection
from veillee.chat.rooms import Rooms
from veillee.chat.rulebook import Rulebook
from veillee.chat.sanctions import Sanctions
from veillee.chat.shift import Shift
from veillee.chat.throttle import Throttle
from veillee.chat.ticks import Ticks
from veillee.model.clock import Clock
from veillee.model.ids import Identifiers
from veillee.outside import packs, weights
from veillee.settings import Settings
from veillee.store import secrets as secret_rows
from veillee.store.messages import Recorder
from veillee.store.port import Store
from veillee.store.shared import SharedStore
from veillee.wiring.collecting import set_aside
from veillee.wiring.processes import Processes, build_processes, node_name
from veillee.wiring.storage import open_store

RecorderOf = Callable[[Store, Clock, Keys, Presence], Recorder]
"""Makes what writes the case of a refusal: from above, where casework is known."""


def wall_clock() -> int:
    """Unix milliseconds."""
    return time.time_ns() // 1_000_000


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
    rulebook: Rulebook
    bus: Bus
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
    shift: Shift
    processes: Processes | None = None


@lru_cache(maxsize=1)
def _compiled(texts: tuple[tuple[str, str], ...]) -> tuple[Ruleset, Shelf]:
    """The ruleset of these packs, compiled once: nothing changes it, so that several houses may share it."""
    made = load(dict(texts), read_all(weights.shipped())), Shelf(dict(texts))
    set_aside()
    return made


async def build_community(
    settings: Settings,
    clock: Clock = wall_clock,
    recorder: RecorderOf | None = None,
    screener: Callable[[Engine], Screener] = lambda engine: engine,
    second_look: SecondLook | None = None,
    *,
    doorless: bool = False,
) -> Community:
    """Open the store (migrating it) and build the community over it. `screener` may wrap the engine (tests do);
    `second_look` is asked where a rule wants more than one look. `doorless`: nobody connects to this process. Raises
    `AddressInvalid` for the address of the bus, and what `open_store` raises."""
    bus_at = Address.parse(settings.bus.url) if settings.bus.url else None
    store = await open_store(settings)
    node = None if bus_at is None else node_name()
    if node is not None:
        store = SharedStore(store, node, clock)
    keys = Keys(await store.write(secret_rows.instance_secret, secrets.token_bytes(32)))
    ruleset, shelf = _compiled(tuple(packs.chosen(settings.own(settings.rules)).items()))
    processes = None if bus_at is None or node is None else build_processes(
        bus_at, store, node, keys, rooms=not doorless
    )  # fmt: skip
    bus: Bus = MemoryBus() if processes is None else processes.bus
    store.on_commit(bus.publish)
    luck = chance(clock)
    recollection = Recollection(store, clock)
    ticks = Ticks(time.thread_time, time.perf_counter)
    judge = Judge(screener(Engine(ruleset)), recollection, ticks, clock, second_look)
    rulebook = Rulebook(store, clock, shelf, ruleset, screener)
    judge.follow(rulebook)
    rulebook.on_changed(judge.changed)
    throttle = Throttle(None if processes is None else processes.bus.rates)
    sanctions = Sanctions(store, clock)
    presence = Presence(
        lambda event: bus.publish([event]), secrets.randbelow, lambda event: bus.here([event]),
        None if processes is None else processes.others(),
    )  # fmt: skip
    rooms = Rooms(store, clock, lambda slug: shown(presence.count(slug)))
    members = Members(store, clock, keys, presence)
    access = Access(rooms, members, sanctions, store)
    shift = Shift(store, clock, "chores", node)
    desk = Desk(store, None if recorder is None else recorder(store, clock, keys, presence), luck.identifier)
    community = Community(
        store=store, clock=clock, keys=keys, chance=luck, rulebook=rulebook, bus=bus, judge=judge,
        throttle=throttle, sanctions=sanctions, presence=presence, rooms=rooms, members=members, access=access,
        guests=Guests(store, clock, keys, judge, sanctions, throttle, luck),
        history=History(store),
        messages=Messages(desk, clock, keys, access, judge, throttle, Recipients(store, clock, members)),
        effects=Effects(store, shift), shift=shift, processes=processes,
    )  # fmt: skip
    store.on_commit(community.effects.hear)
    community.guests.on_entered(community.messages.entered)
    if processes is not None:
        processes.watch(presence)
        changes = processes.changes
        changes.on("sanction", lambda change: sanctions.look_up(change.subject))
        changes.on("guest", lambda change: community.guests.look_up(change.subject))
        changes.on("room", lambda change: rooms.look_up(change.subject))
        changes.on("risk", lambda change: recollection.learn(change.subject, change.data))
        changes.on("rule", lambda change: rulebook.look_up(change.subject))
        changes.on("owed", community.effects.owed)
        await changes.start()
    await sanctions.load()
    await rooms.load()
    await rulebook.load()
    return community
