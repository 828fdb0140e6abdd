"""What moderation offers guests at the live door: to report, and to contest."""

from __future__ import annotations

from veillee.chat.throttle import REPORTING, Throttle
from veillee.model.clock import Clock
from veillee.model.guest import Guest
from veillee.moderation.appeals import Appeals
from veillee.moderation.intake import Intake
from veillee.protocol.commands import Target


class Reception:
    """The port `Casework` of the gateway, and of the HTTP door."""

    def __init__(self, intake: Intake, appeals: Appeals, throttle: Throttle, clock: Clock) -> None:
        self._intake = intake
        self._appeals = appeals
        self._throttle = throttle
        self._clock = clock

    async def report(self, reporter: Guest, target: Target, reason: str, note: str | None) -> str:
        """Report a message, a person or a room; answers the receipt code. Raises as `Intake.report`."""
        return await self._intake.report(reporter, target, reason, note)

    async def appeal(self, guest: Guest | None, code: str, note: str) -> str:
        """Contest the decision that a code opens; answers the code. Raises as `Appeals.lodge`, and `rate_limited`."""
        if guest is not None:
            await self._throttle.take(f"appeal:{guest.device}", REPORTING, self._clock())
        return await self._appeals.lodge(code, note)
