"""The work: who is where and says how much. Each is the same for every server, and measured in the same run."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Scenario:
    """`options` are the load's. `shown` are the figures of its table, with their headings; `longer` stretches the run
    where there is little to count. `only` names the peers that know how (acknowledging). `split` asks for Veillée's
    live door alone as well, judging and storing measured apart."""

    name: str
    title: str
    options: dict[str, Any]
    shown: dict[str, str]
    longer: float = 1
    only: frozenset[str] = field(default_factory=frozenset)
    split: bool = False


COST = {"cpu_us": "CPU µs per delivery"}
LAST = {"last_p50_ms": "to the last reader p50, ms", "last_p99_ms": "p99, ms"}
ACK = {"acked_s": "acknowledged messages/s", "ack_p50_ms": "p50, ms", "ack_p99_ms": "p99, ms"}
OURS = frozenset({"veillee"})

SCENARIOS = (
    Scenario("quiet-1000", "Room of 1,000, 1 message/s", {"conns": 1000, "rate": 1, "warm": 2}, COST | LAST, longer=2),
    Scenario("busy-1000", "Room of 1,000, 50 messages/s", {"conns": 1000, "rate": 50}, COST | LAST),
    Scenario("last-1000", "Room of 1,000, 30 messages/s", {"conns": 1000, "rate": 30}, COST | LAST),
    Scenario("quiet-100", "Room of 100, 1 message/s", {"conns": 100, "rate": 1, "warm": 2}, COST | LAST, longer=2),
    Scenario("busy-100", "Room of 100, 300 messages/s", {"conns": 100, "rate": 300}, COST | LAST),
    Scenario("full-100", "Room of 100, closed loop, 400 messages in flight",
             {"conns": 100, "mode": "full", "flight": 400}, {"deliveries_s": "deliveries/s"} | COST | LAST),
    Scenario("rooms-100", "100 rooms of 10, 2 messages/s each",
             {"conns": 1000, "rooms": 100, "rate": 200}, COST | LAST, split=True),
    Scenario("acked-100", "100 senders in 10 rooms, each sends again once answered",
             {"conns": 100, "rooms": 10, "mode": "acked"}, ACK | COST, only=OURS),
    Scenario("acked-300", "300 senders in 30 rooms, each sends again once answered",
             {"conns": 300, "rooms": 30, "mode": "acked"}, ACK | COST, only=OURS),
)  # fmt: skip
