"""A small line plot as SVG: axes, ticks, a label at the end of each line; it takes the colour of the text around it."""

from __future__ import annotations

import math
from dataclasses import dataclass

_WIDE, _HIGH = 640, 340
_LEFT, _RIGHT, _TOP, _BOTTOM = 64, 96, 34, 52
_COLOURS = ("#c2571a", "#7d8590", "#3b82b0", "#5f9a4d")


@dataclass(frozen=True, slots=True)
class Series:
    """A line: its name, and its points from left to right."""

    name: str
    points: list[tuple[float, float]]


def ticks(highest: float, wanted: int = 5) -> list[float]:
    """Round values from 0 up to the first one that is not below `highest`, about `wanted` of them."""
    if highest <= 0:
        return [0.0, 1.0]
    rough = highest / wanted
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(factor * power for factor in (1, 2, 2.5, 5, 10) if factor * power >= rough)
    return [number * step for number in range(math.ceil(highest / step - 1e-9) + 1)]


def plot(title: str, across: str, up: str, series: list[Series]) -> str:
    """The picture. Axes begin at 0."""
    across_ticks = ticks(max(x for line in series for x, _ in line.points))
    up_ticks = ticks(max(y for line in series for _, y in line.points))

    def at(x: float, y: float) -> tuple[float, float]:
        return (
            _LEFT + x / across_ticks[-1] * (_WIDE - _LEFT - _RIGHT),
            _HIGH - _BOTTOM - y / up_ticks[-1] * (_HIGH - _TOP - _BOTTOM),
        )

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDE} {_HIGH}" role="img" aria-label="{title}" '
        'font-family="system-ui, sans-serif" font-size="12">',
        "<style>svg { color: #24292f } @media (prefers-color-scheme: dark) { svg { color: #d0d7de } }</style>",
        f"<title>{title}</title>",
        f'<text x="{_LEFT}" y="20" font-size="14" font-weight="600" fill="currentColor">{title}</text>',
    ]
    for value in up_ticks:
        x, y = at(0, value)
        parts.append(
            f'<path d="M{x:.1f} {y:.1f}H{_WIDE - _RIGHT}" stroke="currentColor" stroke-opacity="0.15"/>'
            f'<text x="{x - 8:.1f}" y="{y + 4:.1f}" text-anchor="end" fill="currentColor">{value:g}</text>'
        )
    for value in across_ticks:
        x, y = at(value, 0)
        parts.append(
            f'<path d="M{x:.1f} {y:.1f}v4" stroke="currentColor"/>'
            f'<text x="{x:.1f}" y="{y + 18:.1f}" text-anchor="middle" fill="currentColor">{value:,.0f}</text>'
        )
    origin = at(0, 0)
    middle = (_LEFT + _WIDE - _RIGHT) / 2
    parts += [
        f'<path d="M{origin[0]:.1f} {_TOP}V{origin[1]:.1f}H{_WIDE - _RIGHT}" fill="none" stroke="currentColor"/>',
        f'<text x="{middle:.0f}" y="{_HIGH - 10}" text-anchor="middle" fill="currentColor">{across}</text>',
        f'<text transform="translate(14 {(_TOP + _HIGH - _BOTTOM) / 2:.0f}) rotate(-90)" text-anchor="middle" '
        f'fill="currentColor">{up}</text>',
    ]
    for line, colour in zip(series, _COLOURS, strict=False):
        places = [at(x, y) for x, y in line.points]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
        parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>' for x, y in places]
        x, y = places[-1]
        parts.append(f'<text x="{x + 8:.1f}" y="{y + 4:.1f}" fill="{colour}">{line.name}</text>')
    return "\n".join([*parts, "</svg>", ""])
