"""`/metrics`: figures that the objects of the house keep anyway, read when somebody scrapes.

A source is a function that answers a number, numbers by label values, or histograms. Reading happens in the event
loop and takes about a millisecond; putting it into Prometheus' text happens in a thread.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from prometheus_client import CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.metrics_core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)

from veillee.model.histogram import Histogram
from veillee.web.measures import BY_THE_CLIENT, CATALOGUE, Measure

Value = float | Histogram
Read = Value | Mapping[Any, Value]
Source = Callable[[], Read]
"""Answers one value where the measure has no labels, else values by label value (a tuple where there are several)."""


class Metrics:
    """Sources by measure. Nothing global: the registry is this object's own."""

    def __init__(self) -> None:
        self._measures = {measure.name: measure for measure in CATALOGUE}
        self._sources: dict[str, Source] = {}
        self._refresh: list[Callable[[], Awaitable[None]]] = []
        self._process = CollectorRegistry()
        ProcessCollector(registry=self._process)

    def source(self, name: str, read: Source) -> None:
        """Where a measure's figures come from; KeyError for a name that the catalogue does not have."""
        if name in BY_THE_CLIENT:
            raise KeyError(name)
        self._sources[self._measures[name].name] = read

    def before(self, refresh: Callable[[], Awaitable[None]]) -> None:
        """Await this before each reading: for figures that the store has to be asked for."""
        self._refresh.append(refresh)

    def unconnected(self) -> set[str]:
        """The measures that nothing feeds yet: they are not shown."""
        return set(self._measures) - set(self._sources) - BY_THE_CLIENT

    def collect(self) -> list[Metric]:
        """Every connected measure as it stands now."""
        return [_family(self._measures[name], read()) for name, read in self._sources.items()]

    async def text(self) -> bytes:
        """What Prometheus reads (text format 0.0.4)."""
        for refresh in self._refresh:
            await refresh()
        return await asyncio.to_thread(_render, self.collect(), self._process)


class _Taken:
    """Families that were read already, as a collector."""

    def __init__(self, families: list[Metric]) -> None:
        self._families = families

    def collect(self) -> list[Metric]:
        return self._families


def _render(families: list[Metric], process: CollectorRegistry) -> bytes:
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Taken(families))
    return generate_latest(registry) + generate_latest(process)


def _family(measure: Measure, read: Read) -> Metric:
    values: Mapping[Any, Value] = read if isinstance(read, Mapping) else {(): read}
    family: Any
    if measure.kind == "histogram":
        family = HistogramMetricFamily(measure.name, measure.help, labels=measure.labels)
    elif measure.kind == "counter":
        family = CounterMetricFamily(measure.name, measure.help, labels=measure.labels)
    else:
        family = GaugeMetricFamily(measure.name, measure.help, labels=measure.labels)
    for key, value in list(values.items()):
        labels = [str(each) for each in (key if isinstance(key, tuple) else (key,))]
        if isinstance(value, Histogram):
            family.add_metric(labels, value.cumulative(), value.total)
        elif not math.isnan(value):
            family.add_metric(labels, value)
    return family  # type: ignore[no-any-return]
