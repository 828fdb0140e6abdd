"""What looks for lost, repeated, unordered and unjudged messages after a fault finds each of them."""

from __future__ import annotations

from typing import Any

import pytest

from bench.faults.checks import wrong
from bench.faults.people import FORBIDDEN, Regular


def person() -> Regular:
    """Somebody who said two things, and saw both."""
    return Regular(
        "Babo", "cafe", "token", 1, acknowledged={"k1": ("m1", 1), "k2": ("m2", 2)}, seen={1: "m1", 2: "m2"},
        delivered={"un", "deux"}, last=2,
    )  # fmt: skip


def event(s: int, message: str, body: str) -> dict[str, Any]:
    """A message of the history."""
    return {"e": "msg", "s": s, "d": {"id": message, "b": body}}


WHOLE = [event(1, "m1", "un"), event(2, "m2", "deux")]


def test_nothing_is_wrong_with_a_whole_history() -> None:
    """What was said, acknowledged and seen is what is there."""
    assert wrong({"cafe": WHOLE}, [person()]) == []


@pytest.mark.parametrize(
    ("events", "said"),
    [
        (WHOLE[:1], "was acknowledged as m2 at 2"),
        ([event(1, "m2", "deux"), event(2, "m1", "un")], "was acknowledged as m1 at 1"),
        ([*WHOLE, event(4, "m4", "quatre")], "offsets with a hole"),
        ([*WHOLE, event(3, "m3", "un")], "2 times 'un'"),
        ([*WHOLE, event(3, "m3", f"{FORBIDDEN[0]} (3, Babo)")], "delivered unjudged"),
    ],
)
def test_what_is_wrong_with_a_history_is_found(events: list[dict[str, Any]], said: str) -> None:
    """Lost, in another place, a hole, twice, never judged."""
    assert any(said in each for each in wrong({"cafe": events}, [person()]))


def test_what_somebody_was_shown_wrongly_is_found() -> None:
    """Another message in its place, forbidden words that the history does not have, an order that was not theirs."""
    deceived = person()
    deceived.seen[2] = "m9"
    deceived.delivered.add(FORBIDDEN[1])
    deceived.acknowledged = {"k2": ("m2", 2), "k1": ("m1", 1)}
    found = " ".join(wrong({"cafe": WHOLE}, [deceived]))
    assert "saw m9 at 2" in found
    assert "was shown" in found
    assert "not in the order" in found
