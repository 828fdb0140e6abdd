"""How many processes and engines so many people need, from measured figures: python -m bench.capacity

Everything that is known is in FIGURES, each with where it comes from. The rest is arithmetic. The model: everybody
writes one message a minute in rooms of a hundred, people come to any gateway, and every process hears every event.
"""

from __future__ import annotations

import argparse
import math
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Figure:
    """A measured number, what it is, and the command that measures it again."""

    value: float
    unit: str
    what: str
    command: str


FIGURES = {
    "message": Figure(422, "µs of CPU", "a message judged, stored and answered, without deliveries", "bench.door"),
    "delivery": Figure(7.0, "µs of CPU", "a delivery, nothing joined", "bench.door"),
    "connection": Figure(9.8, "KiB", "an idle connection", "bench.door"),
    "process": Figure(122, "MiB", "a process before anybody comes", "bench.door"),
    "receiving": Figure(20.1, "µs of CPU", "an event received over the bus", "bench.valkey"),
    "passing": Figure(1.3, "µs of CPU", "Valkey takes one event", "bench.valkey"),
    "passing_on": Figure(0.33, "µs of CPU", "Valkey hands it to one process", "bench.valkey"),
    "commits": Figure(6_200, "messages/s", "PostgreSQL acknowledges, 100 senders at once", "bench.store"),
}
"""`message` and `delivery` follow from two lines of docs/benchmarks.md: 100 × 11.2 µs a message in a room of 100 and
1,000 × 7.4 µs in a room of 1,000 differ by 900 deliveries. `process` is the server of that page without
its people."""

SHARE = 0.6
"""Of a processor, and of what PostgreSQL acknowledges: the rest is for the evening that is livelier than others."""
SECONDS_A_MESSAGE = 60
ROOM = 100
SIZES = (1_000, 10_000, 50_000, 100_000, 300_000, 1_000_000)
MOST_GATEWAYS = 10_000
BESIDE = 2
"""Processes that hear the bus beside gateways: web and worker."""


@dataclass(frozen=True, slots=True)
class Need:
    """What so many people need. `messages` and `deliveries` a second; `gateways`, `valkeys` and `databases` are
    processors of each kind, `used` the share of the whole capacity of PostgreSQL (one machine) and Valkey (one
    processor) that is taken; `first` is what is fullest of those that cannot simply be started once more."""

    people: int
    messages: float
    deliveries: float
    gateways: int
    people_a_gateway: int
    memory_gib: float
    valkeys: int
    databases: int
    used_valkey: float
    used_postgres: float
    first: str


def need(people: int, figures: dict[str, float] | None = None, room: int = ROOM) -> Need:
    """The smallest set-up for so many people in rooms of `room`. `figures` by the names of FIGURES."""
    known = {name: figure.value for name, figure in FIGURES.items()} if figures is None else figures
    messages = people / SECONDS_A_MESSAGE
    deliveries = messages * min(room, people)
    gateways = _gateways(messages, deliveries, known)
    valkey = 0.0
    if gateways > 1:
        hearing = gateways + BESIDE
        valkey = messages * (known["passing"] + hearing * known["passing_on"]) / 1e6
    postgres = messages / known["commits"]
    memory = (people * known["connection"] + gateways * known["process"] * 1024) / 1024**2
    if gateways == 1:
        first = "gateway"
    else:
        first = "PostgreSQL" if postgres > valkey else "Valkey"
    return Need(
        people, messages, deliveries, gateways, math.ceil(people / gateways), memory, math.ceil(valkey / SHARE),
        math.ceil(postgres / SHARE) if gateways > 1 else 0, valkey, postgres, first,
    )  # fmt: skip


def _gateways(messages: float, deliveries: float, known: dict[str, float]) -> int:
    """The fewest gateways of which each stays within its share of a processor.

    Messages and deliveries are divided among them; what the others say, each of them hears. ValueError where no number
    is enough: when hearing alone fills a processor.
    """
    own = (messages * known["message"] + deliveries * known["delivery"]) / 1e6
    for count in range(1, MOST_GATEWAYS):
        heard = messages * (count - 1) / count * known["receiving"] / 1e6
        if own / count + heard <= SHARE:
            return count
    raise ValueError("no number of gateways is enough")


def table(needs: list[Need]) -> str:
    """The table of docs/operate/scale-out.md."""
    lines = [
        "| people | messages/s | deliveries/s | gateways | people each | memory | Valkey, of one processor "
        "| PostgreSQL, of one machine | first to be full |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for each in needs:
        alone = each.gateways == 1
        lines.append(
            f"| {each.people:,} | {each.messages:,.0f} | {each.deliveries:,.0f} | {each.gateways:,} "
            f"| {each.people_a_gateway:,} | {each.memory_gib:.1f} GiB "
            f"| {'none needed' if alone else f'{each.used_valkey:.1%}'} "
            f"| {'SQLite will do' if alone else f'{each.used_postgres:.0%}'} | {each.first} |"
        )
    return "\n".join(lines)


def figures() -> str:
    """What the table is computed from, as a table."""
    rows = [
        f"| {each.what} | {each.value:,g} {each.unit} | `python -m {each.command}` |" for each in FIGURES.values()
    ]  # fmt: skip
    return "\n".join(["| figure | value | measured by |", "|---|---|---|", *rows])


def main() -> None:
    """Print both tables; `--room` and `--delivery` show another evening."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--room", type=int, default=ROOM)
    parser.add_argument("--delivery", type=float, help="µs of CPU a delivery, in place of the measured one")
    given = parser.parse_args()
    if given.delivery is not None:
        FIGURES["delivery"] = replace(FIGURES["delivery"], value=given.delivery)
    print(figures(), table([need(people, room=given.room) for people in SIZES]), sep="\n\n")


if __name__ == "__main__":
    main()
