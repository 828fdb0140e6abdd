"""What every connection shares: the dispatch, the heartbeat, and whom not to let in."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from urllib.parse import urlsplit

from veillee.gateway.dispatch import Dispatch
from veillee.gateway.heartbeat import Heartbeat
from veillee.model.clock import Clock


class Door:
    """`origins` are the origins allowed beside the host's own, such as `https://salon.example`."""

    def __init__(self, dispatch: Dispatch, heartbeat: Heartbeat, clock: Clock, origins: frozenset[str]) -> None:
        self.dispatch = dispatch
        self.heartbeat = heartbeat
        self.clock = clock
        self.slow_readers = 0
        self._origins = origins

    def refuse(self, path: str, headers: Mapping[str, str]) -> HTTPStatus | None:
        """Why this handshake is refused, or None: another path is 404, a foreign origin 403."""
        if urlsplit(path).path != "/ws":
            return HTTPStatus.NOT_FOUND
        origin = headers.get("Origin")
        return None if self.own(origin, headers.get("Host", "")) else HTTPStatus.FORBIDDEN

    def own(self, origin: str | None, host: str) -> bool:
        """Whether a request may come from there; programs that are no browser send no origin."""
        if origin is None:
            return True
        return origin in self._origins or (host != "" and origin.partition("://")[2] == host)
