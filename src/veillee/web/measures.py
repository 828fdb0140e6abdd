"""Every figure that `/metrics` may show: its name with the unit, its kind, its labels, and one sentence.

No label is ever a person: no id, pseudonym, device, address or text; rooms are counted by size, not named. The page
docs/reference/metrics.md has a heading for each, checked by a test.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["counter", "gauge", "histogram"]


@dataclass(frozen=True, slots=True)
class Measure:
    """One figure. A counter's name ends in `_total`; `labels` are names of label values, in order."""

    name: str
    kind: Kind
    help: str
    labels: tuple[str, ...] = ()


def _counter(name: str, sentence: str, *labels: str) -> Measure:
    return Measure(f"veillee_{name}_total", "counter", sentence, labels)


def _gauge(name: str, sentence: str, *labels: str) -> Measure:
    return Measure(f"veillee_{name}", "gauge", sentence, labels)


def _histogram(name: str, sentence: str, *labels: str) -> Measure:
    return Measure(f"veillee_{name}", "histogram", sentence, labels)


CATALOGUE: tuple[Measure, ...] = (
    # Who is here
    _gauge("connections", "Open connections of this process.", "transport"),
    _gauge("rooms", "Rooms that are not closed, by how many people are in them.", "size"),
    _gauge("members", "People present in rooms of this process, by the size of the room.", "size"),
    _counter("resumes", "Rooms named in hello, by whether what was missed could be replayed.", "outcome"),
    _counter("dismissals", "Commands that ended the connection, by close code.", "code"),
    _counter("closes", "Connections that the server closed, by close code.", "code"),
    # What is said
    _counter("commands", "Commands carried out, by name and outcome (ok or the error code).", "command", "outcome"),
    _counter("messages", "Messages sent to the server, by what became of them.", "outcome", "code"),
    _histogram("acknowledgement_seconds", "From a send command until its answer; slow mode left out."),
    _counter("deliveries", "Events handed to connections."),
    _counter("writes", "Writes that deliveries took: several events may travel in one."),
    _counter("sent_bytes", "Bytes written to connections by the fanout."),
    _counter("slow_readers", "Connections closed with 4002 because they did not read."),
    # Is it safe
    _counter("verdicts", "Verdicts by kind of text, action and gravest category.", "kind", "action", "category"),
    _counter("cards", "Help cards chosen, by card.", "card"),
    _histogram("judging_seconds", "One look of the engine at a text."),
    _counter("judge_faults", "Looks without an answer: the room's policy decided, hold or block.", "reason"),
    _gauge("judge_resting", "1 while the engine is left alone after faults in a row."),
    _gauge("judge_holding_rules", "Rules that only hold, because they fired too often after a change."),
    _counter("second_looks", "Second looks that a rule asked for."),
    _gauge("cases_open", "Cases that wait for a person."),
    _gauge("oldest_case_seconds", "Age of the oldest open case; 0 without one."),
    _gauge("reports_last_day", "Reports and notices of the last 24 hours, by reason.", "reason"),
    _gauge("appeals_waiting", "Appeals that wait for an answer."),
    _gauge("on_duty", "Staff on duty."),
    _gauge("rooms_guarded", "Rooms whose unattended rules apply because nobody watches."),
    _gauge("rooms_shut", "1 while no public room may open: see `veillee check`."),
    _gauge("sanctions_standing", "Sanctions that hold now, by kind.", "kind"),
    # Does it last
    _histogram("store_group_operations", "Operations in one commit."),
    _histogram("store_commit_seconds", "From the first operation of a group until the disk has it."),
    _gauge("store_waiting_operations", "Operations in the store's queue."),
    _counter("store_unavailable", "Commits that failed; their callers were told that nothing happened."),
    _gauge("outbox_effects", "Side effects decided and not yet carried out."),
    _gauge("outbox_oldest_seconds", "Age of the oldest of them; 0 without one."),
    _counter("bus_published", "Packets of events handed to the bus."),
    _counter("bus_received", "Packets of events that came from other processes over the bus."),
    _counter(
        "bus_dropped", "Packets of events that the bus could not pass on; durable ones are fetched from the store."
    ),
    _counter("bus_reconnects", "Times the connection to the bus was made again after a loss."),
    _histogram("bus_answer_seconds", "From asking the bus, once a second, until it answered."),
    _gauge("bus_connected", "1 while the bus reaches other processes, or needs not."),
    _counter("sequence_gaps_filled", "Events fetched from the store because the bus had lost them."),
    # The process
    _histogram("loop_lateness_seconds", "By how much the event loop was late for an appointment."),
    _histogram("gc_pause_seconds", "How long the garbage collector stopped the process.", "generation"),
    _gauge("build_info", "1, with version and Python.", "version", "python"),
    Measure("process_cpu_seconds_total", "counter", "CPU time of the process, user and system."),
    Measure("process_resident_memory_bytes", "gauge", "Resident memory."),
    Measure("process_virtual_memory_bytes", "gauge", "Virtual memory."),
    Measure("process_open_fds", "gauge", "Open descriptors: each connection is one."),
    Measure("process_max_fds", "gauge", "Descriptors that the process may have (ulimit -n)."),
    Measure("process_start_time_seconds", "gauge", "When the process started, Unix time."),
)
BY_THE_CLIENT = frozenset(measure.name for measure in CATALOGUE if measure.name.startswith("process_"))
"""Read from /proc by prometheus-client itself, under the names that every board knows."""
