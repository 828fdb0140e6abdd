"""How often each rule fires, counted between two writes."""

from __future__ import annotations

from dataclasses import replace

from veillee.chat.tallies import MOST_SAMPLES, Tallies
from veillee.model.clock import HOUR
from veillee.model.verdict import ALLOWED, Action
from veillee.store.rulebook import EVERYTHING, Count

NOW = 10 * HOUR + 5
HIT = replace(ALLOWED, action=Action.WARN, texts=("live",))
SHADOWED = replace(ALLOWED, shadowed=("dark",))


def test_drafts_are_counted_for_everything_and_for_who_is_watched() -> None:
    """Hits of rules that nobody watches are counted too, without what they saw."""
    tallies = Tallies()
    tallies.watch({"new"}, {"dark"})
    for verdict in (ALLOWED, HIT, SHADOWED, ALLOWED):
        tallies.note(verdict)
    counts, samples = tallies.take(NOW)
    assert counts == [
        Count(EVERYTHING, 10 * HOUR, "live", 4, 0), Count("dark", 10 * HOUR, "shadow", 4, 1),
        Count("live", 10 * HOUR, "live", 0, 1), Count("new", 10 * HOUR, "live", 4, 0),
    ]  # fmt: skip
    assert samples == []
    assert tallies.take(NOW) == ([], [])


def test_who_is_watched_from_now_on_saw_nothing_before() -> None:
    """A rule that comes into shadow in between has its own count."""
    tallies = Tallies()
    tallies.note(ALLOWED)
    tallies.watch((), {"dark"})
    tallies.note(SHADOWED)
    counts, _ = tallies.take(NOW)
    assert Count("dark", 10 * HOUR, "shadow", 1, 1) in counts
    assert Count(EVERYTHING, 10 * HOUR, "live", 2, 0) in counts


def test_samples_name_messages_and_are_bounded() -> None:
    """What was caught in shadow, by the id that it was kept under."""
    tallies = Tallies()
    tallies.sample("M1", SHADOWED)
    assert tallies.take(NOW)[1] == [("dark", "M1")]
    for number in range(2 * MOST_SAMPLES):
        tallies.sample(f"M{number}", SHADOWED)
    assert len(tallies.take(NOW)[1]) == MOST_SAMPLES
