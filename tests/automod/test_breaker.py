"""The breaker is a fold over events."""

from __future__ import annotations

from veillee.automod.breaker import FAULTS_IN_A_ROW, REST_S, WATCH_S, Breaker, Changed, Faulted, Looked, step


def test_faults_in_a_row_open_it_for_a_while() -> None:
    """After some faults the engine rests; one good look in between starts the count anew."""
    state = Breaker()
    for _ in range(FAULTS_IN_A_ROW - 1):
        state = step(state, Faulted(), 10.0)
    assert not step(step(state, Looked(), 10.0), Faulted(), 10.0).resting(10.0)
    state = step(state, Faulted(), 10.0)
    assert state.resting(10.0 + REST_S - 1)
    assert not state.resting(10.0 + REST_S)


def test_a_changed_rule_that_fires_on_everything_only_holds() -> None:
    """More than 5 % of the traffic and more than two hits within a day of the change: within 100 events."""
    state = step(Breaker(), Changed(("fr.a.b@2",)), 0.0)
    for number in range(100):
        state = step(state, Looked(("fr.a.b@2",) if number % 10 == 0 else ()), float(number))
    assert state.hold_only(("fr.a.b@2",))
    assert not state.hold_only(("fr.a.b@2", "fr.c.d@1"))


def test_a_rare_rule_stays_whole() -> None:
    """One hit in fifty is what rules are for."""
    state = step(Breaker(), Changed(("fr.a.b@2",)), 0.0)
    for number in range(500):
        state = step(state, Looked(("fr.a.b@2",) if number % 50 == 0 else ()), float(number))
    assert not state.hold_only(("fr.a.b@2",))


def test_the_watch_ends_after_a_day() -> None:
    """An old change is no longer watched, and a new version is whole again."""
    state = step(Breaker(), Changed(("r@1",)), 0.0)
    assert step(state, Looked(), WATCH_S + 1).watched == {}
    tripped = Breaker(tripped=frozenset({"r@1"}))
    assert not step(tripped, Changed(("r@1",)), 0.0).hold_only(("r@1",))
