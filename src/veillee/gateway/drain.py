"""Ending things properly: sanctions that close connections, and a restart that brings everybody back."""

from __future__ import annotations

from typing import Any

from veillee.gateway.heartbeat import Heartbeat
from veillee.gateway.hub import Hub
from veillee.gateway.places import Places
from veillee.model.sanction import Sanction, SanctionKind
from veillee.protocol.close_codes import CloseCode


class Drain:
    """Says `bye` with the reason before it closes: a close reason holds only 123 bytes."""

    def __init__(self, hub: Hub, places: Places, heartbeat: Heartbeat) -> None:
        self._hub = hub
        self._places = places
        self._heartbeat = heartbeat

    def imposed(self, sanction: Sanction) -> None:
        """A sanction holds from now on: whoever may not be here any more is told why, and leaves."""
        everywhere = sanction.kind is SanctionKind.SERVICE_BAN
        if not everywhere and sanction.kind is not SanctionKind.ROOM_BAN:
            return
        for link in self._hub.of_device(sanction.device):
            if everywhere:
                link.event("bye", reason(sanction))
                link.close(CloseCode.SUSPENDED)
                continue
            for slug in [sanction.room] if sanction.room is not None else sorted(link.rooms):
                if slug in link.rooms:
                    self._places.depart(link, slug)
                    link.event("bye", reason(sanction), slug)

    def closed(self, slug: str) -> None:
        """The room has closed: everybody in it is told, and leaves it."""
        for link in self._hub.room(slug).links():
            self._places.depart(link, slug)
            link.event("bye", {"c": "room_closed"}, slug)

    def restart(self) -> None:
        """The process is going down: every client reconnects by itself and resumes."""
        for link in self._heartbeat.links():
            link.event("bye", {"c": "maintenance"})
            link.close(CloseCode.RESTARTING)

    def abort(self) -> None:
        """Drop whoever did not answer in time."""
        for link in self._heartbeat.links():
            link.abort()


def reason(sanction: Sanction) -> dict[str, Any]:
    """Why somebody has to go, as `bye` says it: only to the person themselves, for it holds their code."""
    return {
        "c": "suspended", "kind": sanction.kind.value, "rule": sanction.rule, "until": sanction.ends_at,
        "case": sanction.case_number, "code": sanction.code,
    }  # fmt: skip
