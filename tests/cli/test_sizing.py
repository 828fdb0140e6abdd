"""From figures to a verdict: what ends first, how many people that is, and what to do about it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from veillee.cli.sizing import (
    DESCRIPTOR_SHARE,
    OWN_DESCRIPTORS,
    PROCESSOR_SHARE,
    ROOM,
    SECONDS_A_MESSAGE,
    Limit,
    Measured,
    rounded,
    size,
)

GOOD = Measured(
    processors=4, descriptors=100_000, memory=8 << 30, people=1_000, entries=400, entry_cpu=0.002, message_cpu=0.0002,
    delivery_cpu=5e-6, messages=5_000, answer_p99=0.004, connection_memory=12 << 10, sync=0.0005, sync_p99=0.002,
)  # fmt: skip


def test_the_processor_ends_first_on_a_good_machine() -> None:
    """0.6 of a second of CPU for a message a minute of each: 0.2 ms and a hundred deliveries of 5 µs."""
    verdict = size(GOOD)
    assert verdict.limit == "processor"
    assert verdict.limits["processor"] == pytest.approx(0.6 * 60 / 0.0007, abs=1)
    assert (verdict.people, verdict.rate, round(verdict.margin, 2)) == (51_000, 850.0, 0.4)
    assert verdict.remedies[0] == "scale_out"


@pytest.mark.parametrize(
    ("change", "limit", "remedy"),
    [
        ({"descriptors": 1_024}, "descriptors", "descriptors"),
        ({"memory": 100 << 20}, "memory", "memory"),
        ({"messages": 50.0}, "disk", "disk"),
        ({"processors": 1}, "processor", "processor"),
    ],
)
def test_what_is_short_is_named_with_its_remedy(change: dict[str, float], limit: Limit, remedy: str) -> None:
    """The smallest of the four decides; the remedy for it comes first, the proxy last."""
    verdict = size(replace(GOOD, **change))  # type: ignore[arg-type]
    assert (verdict.limit, verdict.remedies[0], verdict.remedies[-1]) == (limit, remedy, "proxy")
    assert verdict.people <= verdict.limits[limit]


def test_a_slow_disk_is_named_although_it_does_not_end_first() -> None:
    """Group commit hides it from the count, not from people who wait."""
    assert "disk" in size(replace(GOOD, sync_p99=0.05)).remedies
    assert "slow_answers" in size(replace(GOOD, answer_p99=0.2)).remedies


def test_one_crowd_is_smaller_than_many_rooms() -> None:
    """Everybody hears everybody: the largest n with n / 60 × (message + n × delivery) within the share."""
    crowd = size(GOOD).crowd
    used = crowd / SECONDS_A_MESSAGE * (GOOD.message_cpu + crowd * GOOD.delivery_cpu)
    assert used <= PROCESSOR_SHARE
    more = crowd * 1.2
    assert more / SECONDS_A_MESSAGE * (GOOD.message_cpu + more * GOOD.delivery_cpu) > PROCESSOR_SHARE
    assert crowd < size(GOOD).people


def test_several_processes_share_disk_and_memory() -> None:
    """Three gateways on four processors, as far as the disk goes."""
    assert size(replace(GOOD, messages=1e9, memory=1 << 50)).several == rounded(3 * size(GOOD).limits["processor"])
    assert size(replace(GOOD, messages=2_000)).several == rounded(60_000)


def test_no_descriptors_means_nobody() -> None:
    """And not a negative number of people."""
    assert size(replace(GOOD, descriptors=OWN_DESCRIPTORS - 1)).people == 0


@given(st.integers(0, 10_000_000))
def test_rounding_never_promises_more(people: int) -> None:
    """Two leading digits, downwards, less than a tenth lost."""
    assert 0 <= people - rounded(people) <= people / 10


@given(st.floats(1e-6, 0.1), st.floats(1e-7, 1e-3), st.integers(200, 1_000_000))
def test_a_worse_machine_never_carries_more(message: float, delivery: float, descriptors: int) -> None:
    """For any figures: twice the cost, half the descriptors, not one person more."""
    here = replace(GOOD, message_cpu=message, delivery_cpu=delivery, descriptors=descriptors)
    worse = replace(here, message_cpu=2 * message, delivery_cpu=2 * delivery, descriptors=descriptors // 2)
    assert size(worse).people <= size(here).people
    assert size(worse).crowd <= size(here).crowd
    assert size(here).limits["descriptors"] <= descriptors * DESCRIPTOR_SHARE
    assert size(here).rate == pytest.approx(size(here).people / SECONDS_A_MESSAGE, abs=0.1)
    assert ROOM == 100
