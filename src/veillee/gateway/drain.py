"""Ending things properly: sanctions that close connections, and a restart that brings everybody back."""

from __future__ import annotations

from typing import Any

from veillee.gateway.hub import Hub
from veillee.gateway.link import Link
from veillee.gateway.places import Places
from veillee.model.sanction import Sanction, SanctionKind
from veillee.protocol.close_codes import CloseCode


class Drain:
    """Says `bye` with the reason before it closes: a close reason holds only 123 bytes."""

    def __init__(self, hub: Hub, places: Places) -> None:
        self._hub = hub
        self._places = places

    def imposed(self, sanction: Sanction) -> None:
        """A sanction holds from now on: whoever may not be here any more is told why, and leaves."""
        if sanction.kind is SanctionKind.SERVICE_BAN:
            for link in self._hub.of_device(sanction.device):
                link.event("bye", self._reason(sanction))
                link.close(CloseCode.SUSPENDED)
        elif sanction.kind is SanctionKind.ROOM_BAN and sanction.room is not None:
            for link in self._hub.of_device(sanction.device):
                if sanction.room in link.rooms:
                    self._places.depart(link, sanction.room)
                    link.event("bye", self._reason(sanction), sanction.room)

    def closed(self, slug: str) -> None:
        """The room has closed: everybody in it is told, and leaves it."""
        for link in list(self._hub.room(slug).links()):
            self._places.depart(link, slug)
            link.event("bye", {"c": "room_closed"}, slug)

    def restart(self) -> None:
        """The process is going down: every client reconnects by itself and resumes."""
        for link in self._hub.everybody():
            self._end(link)

    @staticmethod
    def _end(link: Link) -> None:
        link.event("bye", {"c": "maintenance"})
        link.close(CloseCode.RESTARTING)

    @staticmethod
    def _reason(sanction: Sanction) -> dict[str, Any]:
        return {
            "c": "suspended", "kind": sanction.kind.value, "rule": sanction.rule, "until": sanction.ends_at,
            "case": sanction.case_number, "code": sanction.code,
        }  # fmt: skip
