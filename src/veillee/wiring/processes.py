"""What ties the processes of one instance together: the bus between them, and what each looks up again.

An instance of one process, without `[bus] url`, has none of this.
"""

from __future__ import annotations

import asyncio
import secrets
from dataclasses import dataclass

from veillee.bus.valkey import ValkeyBus
from veillee.bus.wire import Address
from veillee.chat.changes import Changes
from veillee.chat.elsewhere import Elsewhere
from veillee.chat.keys import Keys
from veillee.chat.presence import Others, Presence
from veillee.chat.whereabouts import LEASE_S, Whereabouts
from veillee.store.port import Store


def node_name() -> str:
    """The name of this process, until it ends."""
    return secrets.token_hex(8)


@dataclass(slots=True)
class Processes:
    """This process (`node`) among the others."""

    node: str
    bus: ValkeyBus
    changes: Changes
    elsewhere: Elsewhere
    whereabouts: Whereabouts | None = None

    def others(self) -> Others:
        """The other processes, for presence."""
        return Others(self.node, self.elsewhere, lambda move: self.bus.publish([move]))

    def watch(self, presence: Presence) -> None:
        """Listen to the bus; call once presence is built."""
        self.whereabouts = Whereabouts(self.node, self.bus.leases, presence, self.elsewhere)
        self.bus.subscribe(self.changes.hear)
        self.bus.subscribe(self.whereabouts.hear)
        self.bus.on_gap(self.changes.ring)
        self.bus.on_gap(self.whereabouts.ring)

    async def run(self) -> None:
        """Be one of several, until cancelled; the bus goes last, so that the others can be told."""
        assert self.whereabouts is not None
        connected = asyncio.create_task(self.bus.run())
        try:
            await asyncio.gather(self.changes.run(), self.whereabouts.run())
        finally:
            connected.cancel()
            await asyncio.gather(connected, return_exceptions=True)


def build_processes(address: Address, store: Store, node: str, keys: Keys, *, rooms: bool) -> Processes:
    """This process and its bus at an address. Instances that share a Valkey do not hear each other: keys and channels
    begin with a mark of the instance. Without `rooms` nobody is connected to this process."""
    bus = ValkeyBus(address, node, f"veillee:{keys.instance()}", rooms=rooms)
    return Processes(node, bus, Changes(store, node), Elsewhere(LEASE_S))
