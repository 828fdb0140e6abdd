"""What every connection shares: the dispatch, the heartbeat, and whom not to let in."""

from __future__ import annotations

from collections import Counter
from http import HTTPStatus

from veillee.gateway.dispatch import Dispatch
from veillee.gateway.heartbeat import Heartbeat
from veillee.gateway.rounds import Rounds
from veillee.gateway.sending import Sockets
from veillee.model.clock import Clock
from veillee.protocol.limits import CONNECTIONS_AN_ADDRESS
from veillee.protocol.provenance import network_of, own_origin

PATH = "/ws"


class Door:
    """`origins` are the origins allowed beside the host's own, such as `https://salon.example`; `proxies` those whose
    `X-Forwarded-For` is believed. `shut`: this process has no live door, and `/ws` is not found. For the metrics,
    `slow_readers` counts connections closed with 4002, and `closes` those that the server closed, by code."""

    def __init__(
        self,
        dispatch: Dispatch,
        heartbeat: Heartbeat,
        sockets: Sockets,
        rounds: Rounds,
        clock: Clock,
        origins: frozenset[str] = frozenset(),
        proxies: frozenset[str] = frozenset(),
    ) -> None:
        self.dispatch = dispatch
        self.heartbeat = heartbeat
        self.sockets = sockets
        self.rounds = rounds
        self.clock = clock
        self.slow_readers = 0
        self.shut = False
        self.closes: Counter[int] = Counter()
        self._origins = origins
        self._proxies = proxies
        self._limit = CONNECTIONS_AN_ADDRESS
        self._from: Counter[str] = Counter()

    def refuse(self, path: str, origin: str | None, host: str) -> HTTPStatus | None:
        """Why this handshake is refused, or None: another path is 404, a foreign origin 403."""
        if self.shut or path.partition("?")[0] != PATH:
            return HTTPStatus.NOT_FOUND
        return None if self.own(origin, host) else HTTPStatus.FORBIDDEN

    def own(self, origin: str | None, host: str) -> bool:
        """Whether a request may come from there; programs that are no browser send no origin."""
        return own_origin(origin, host, self._origins)

    def network(self, peer: str, forwarded: str) -> str | None:
        """The network a connection comes from; None for this machine itself. Kept as long as the connection only."""
        return network_of(peer, forwarded, self._proxies)

    def admit(self, network: str | None) -> bool:
        """Count one connection from there, unless there are too many already; `release` gives its place back."""
        if network is None:
            return True
        if self._from[network] >= self._limit:
            self.rounds.now()  # somebody may have gone just now
        if self._from[network] >= self._limit:
            return False
        self._from[network] += 1
        return True

    def release(self, network: str | None) -> None:
        """A connection that was admitted is gone."""
        if network is not None:
            self._from[network] -= 1
            if self._from[network] <= 0:
                del self._from[network]
