"""Who is restricted now, asked before every act: the standing sanctions in memory, the store behind them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, datetime

from veillee.model.clock import Clock
from veillee.model.errors import Code, Refused
from veillee.model.guest import Guest
from veillee.model.sanction import Sanction, SanctionKind
from veillee.store import sanctions as rows
from veillee.store.port import Store

Listener = Callable[[Sanction], None]


class Sanctions:
    """The standing sanctions. `load` before use; `impose` and `lift` are idempotent (the outbox repeats them)."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._by_device: dict[str, dict[str, Sanction]] = defaultdict(dict)
        self._listeners: list[Listener] = []

    async def load(self) -> None:
        """Read what stands from the store."""
        self._by_device.clear()
        for sanction in await self._store.read(rows.standing, self._clock()):
            self._by_device[sanction.device][sanction.id] = sanction

    def on_imposed(self, listener: Listener) -> None:
        """Called at once with each sanction that is imposed."""
        self._listeners.append(listener)

    async def impose(self, sanction: Sanction) -> None:
        """Write the sanction, then let it hold; the same one again changes nothing, nor does one lifted since."""
        self._let_hold(await self._store.write(rows.impose, sanction))

    async def lift(self, sanction_id: str) -> None:
        """Undo a sanction: the person is exactly as before."""
        lifted = await self._store.write(rows.lift, sanction_id, self._clock())
        if lifted is not None:
            self._let_go(lifted)

    async def look_up(self, sanction_id: str) -> None:
        """Another process imposed or lifted it: let it hold here as it stands now."""
        found = await self._store.read(rows.get, sanction_id)
        if found is not None:
            self._let_hold(found)

    def _let_hold(self, sanction: Sanction) -> None:
        if sanction.lifted_at is not None:
            self._let_go(sanction)
            return
        if sanction.id in self._by_device.get(sanction.device, {}):
            return
        self._forget_ended(sanction.device)
        self._by_device[sanction.device][sanction.id] = sanction
        for listener in self._listeners:
            listener(sanction)

    def _let_go(self, sanction: Sanction) -> None:
        if (standing := self._by_device.get(sanction.device)) is not None:
            standing.pop(sanction.id, None)
            if not standing:
                del self._by_device[sanction.device]

    def _forget_ended(self, device: str) -> None:
        now = self._clock()
        for known in list(self._by_device[device].values()):
            if known.ends_at is not None and known.ends_at <= now:
                del self._by_device[device][known.id]

    def active(self, device: str, room: str | None = None) -> list[Sanction]:
        """What restricts this device now, everywhere or in `room`."""
        found = self._by_device.get(device)
        if not found:
            return []
        now = self._clock()
        return [s for s in found.values() if s.active(now) and (s.room is None or s.room == room)]

    def check_presence(self, device: str, room: str | None = None) -> None:
        """Raises `suspended` if this device may not be here."""
        for sanction in self.active(device, room):
            if sanction.kind in (SanctionKind.SERVICE_BAN, SanctionKind.ROOM_BAN):
                raise _refused(Code.SUSPENDED, sanction)

    def check_speaking(self, guest: Guest, room: str) -> None:
        """Raises `suspended` or `muted` if this guest may not speak in the room."""
        if guest.device not in self._by_device:
            return
        self.check_presence(guest.device, room)
        for sanction in self.active(guest.device, room):
            if sanction.kind is SanctionKind.MUTE:
                raise _refused(Code.MUTED, sanction)

    def slow_seconds(self, guest: Guest, room: str) -> int:
        """Seconds between two messages that a `slow` sanction asks of this guest, 0 without one."""
        if guest.device not in self._by_device:
            return 0
        return 30 if any(s.kind is SanctionKind.SLOW for s in self.active(guest.device, room)) else 0


def _refused(code: Code, sanction: Sanction) -> Refused:
    assert sanction.ends_at is not None
    end = datetime.fromtimestamp(sanction.ends_at / 1000, UTC)
    return Refused(
        code,
        case=sanction.case_number,
        secret=sanction.code,
        r=sanction.rule,
        h=end.strftime("%H:%M UTC, %d/%m"),
        d=end.strftime("%d/%m/%Y %H:%M UTC"),
        until=sanction.ends_at,
    )
