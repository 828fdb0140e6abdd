"""Figures become text that Prometheus reads; nothing global is touched, and what nobody feeds is not shown."""

from __future__ import annotations

import prometheus_client
import pytest
from prometheus_client.parser import text_string_to_metric_families

from veillee.model.histogram import Histogram
from veillee.web.measures import BY_THE_CLIENT, CATALOGUE
from veillee.web.metrics import Metrics


async def samples(metrics: Metrics) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    """Every sample by name and labels."""
    text = (await metrics.text()).decode()
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


async def test_each_kind_of_source_is_shown() -> None:
    """A number, numbers by one label, by several, and a histogram."""
    metrics = Metrics()
    waits = Histogram((0.5, 1.0))
    for value in (0.2, 0.7, 3.0):
        waits.observe(value)
    metrics.source("veillee_deliveries_total", lambda: 7)
    metrics.source("veillee_closes_total", lambda: {4002: 3})
    metrics.source("veillee_messages_total", lambda: {("refused", "empty"): 2})
    metrics.source("veillee_acknowledgement_seconds", lambda: waits)
    found = await samples(metrics)
    assert found["veillee_deliveries_total", ()] == 7
    assert found["veillee_closes_total", (("code", "4002"),)] == 3
    assert found["veillee_messages_total", (("code", "empty"), ("outcome", "refused"))] == 2
    buckets = {name: value for name, value in found.items() if name[0] == "veillee_acknowledgement_seconds_bucket"}
    assert sorted(buckets.values()) == [1, 2, 3]
    assert found["veillee_acknowledgement_seconds_sum", ()] == pytest.approx(3.9)


async def test_the_process_is_shown_as_everywhere() -> None:
    """CPU, memory and descriptors, read from /proc."""
    found = await samples(Metrics())
    assert {name for name, _ in found} >= BY_THE_CLIENT


async def test_what_nobody_feeds_is_not_shown() -> None:
    """And can be listed."""
    metrics = Metrics()
    metrics.source("veillee_deliveries_total", lambda: 7)
    everything = {measure.name for measure in CATALOGUE}
    assert metrics.unconnected() == everything - {"veillee_deliveries_total"} - BY_THE_CLIENT
    assert not any(name.startswith("veillee_bus") for name, _ in await samples(metrics))


async def test_the_store_is_asked_first() -> None:
    """`before` is awaited, then the sources are read."""
    metrics, known = Metrics(), {"cases": 0}

    async def ask() -> None:
        known["cases"] = 4

    metrics.before(ask)
    metrics.source("veillee_cases_open", lambda: known["cases"])
    assert (await samples(metrics))["veillee_cases_open", ()] == 4


@pytest.mark.parametrize("name", ["veillee_unknown", "process_open_fds"])
def test_a_name_outside_the_catalogue_is_refused(name: str) -> None:
    """And so is one that the client reads by itself."""
    with pytest.raises(KeyError):
        Metrics().source(name, lambda: 1)


async def test_nothing_global_is_touched() -> None:
    """Two houses in one process do not share a figure, and the client's default registry knows of none."""
    one, other = Metrics(), Metrics()
    one.source("veillee_deliveries_total", lambda: 1)
    await one.text()
    assert "veillee_deliveries_total" in other.unconnected()
    assert b"veillee" not in prometheus_client.generate_latest(prometheus_client.REGISTRY)
