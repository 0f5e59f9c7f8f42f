"""Small drawings of a report as SVG text: colours come from the page's style, so they follow light and dark."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from core.geometry import SpanS

_SIDE, _MARGIN = 260, 34
_LONG, _WAVE, _LANE = 480, 64, 14
_STEPS_S = (0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1800, 3600)


def reliability_chart(bins: Sequence[Mapping[str, Any]]) -> str:
    """Mean score (across) against the share that is right (up); the area of a dot is the number of regions."""
    total = max(sum(one["n"] for one in bins), 1)
    inner = _SIDE - _MARGIN - 12

    def place(score: float, right: float) -> tuple[float, float]:
        return _MARGIN + score * inner, 12 + (1 - right) * inner

    (x0, y0), (x1, y1) = place(0, 0), place(1, 1)
    shapes = [f'<rect class=frame x="{x0}" y="{y1}" width="{inner}" height="{inner}"/>']
    shapes.append(f'<line class=guide x1="{x0}" y1="{y0}" x2="{x1}" y2="{y1}"/>')
    points = [(*place(one["score"], one["accuracy"]), one["n"]) for one in bins if one["n"]]
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y, _ in points)
    shapes.append(f'<polyline class=curve points="{path}"/>')
    shapes += [
        f'<circle class=dot cx="{x:.1f}" cy="{y:.1f}" r="{3 + 9 * (n / total) ** 0.5:.1f}"/>' for x, y, n in points
    ]
    for tick in (0, 0.5, 1):
        x, y = place(tick, tick)
        shapes.append(f'<text class=tick x="{x}" y="{_SIDE - 6}" text-anchor="middle">{tick:g}</text>')
        shapes.append(f'<text class=tick x="{_MARGIN - 8}" y="{y + 4}" text-anchor="end">{tick:g}</text>')
    middle = _MARGIN + inner / 2
    shapes.append(f'<text class=tick x="{middle + inner / 4}" y="{_SIDE - 6}" text-anchor="middle">score</text>')
    shapes.append(f'<text class=tick x="{_MARGIN + 6}" y="28">right</text>')
    label = "Share that is right against mean score"
    return f'<svg class=square viewBox="0 0 {_SIDE} {_SIDE}" role="img" aria-label="{label}">{"".join(shapes)}</svg>'


def timeline_chart(
    duration_s: float, true_s: Sequence[SpanS], found_s: Sequence[SpanS], loudness: Sequence[float] = ()
) -> str:
    """Two lanes of spans over an axis in seconds, true above answered; over them a sound's loudness (peaks, 0-1)."""
    top = _WAVE if loudness else 0
    height = top + 2 * _LANE + 30
    shapes = []
    for number, peak in enumerate(loudness):
        x, half = (number + 0.5) * _LONG / len(loudness), max(0.5, peak * (_WAVE / 2 - 2))
        shapes.append(
            f'<line class=wave x1="{x:.1f}" y1="{_WAVE / 2 - half:.1f}" x2="{x:.1f}" y2="{_WAVE / 2 + half:.1f}"/>'
        )
    for lane, (kind, spans) in enumerate((("true", true_s), ("said", found_s))):
        y = top + 4 + lane * (_LANE + 2)
        shapes.append(f'<rect class=lane x="0" y="{y}" width="{_LONG}" height="{_LANE}" rx="3"/>')
        for start, end in spans:
            x, wide = _along(start, duration_s), max(2.0, _along(end, duration_s) - _along(start, duration_s))
            shapes.append(f'<rect class={kind} x="{x:.1f}" y="{y}" width="{wide:.1f}" height="{_LANE}" rx="3"/>')
    step = next((step for step in _STEPS_S if duration_s / step <= 8), _STEPS_S[-1])
    for number in range(int(duration_s / step + 1e-6) + 1):
        x = _along(number * step, duration_s)
        anchor = "start" if x < 10 else "end" if x > _LONG - 20 else "middle"
        shapes.append(
            f'<text class=tick x="{x:.1f}" y="{height - 4}" text-anchor="{anchor}">{number * step:g} s</text>'
        )
    label = "When it is true, and when it was answered"
    return f'<svg class=times viewBox="0 0 {_LONG} {height}" role="img" aria-label="{label}">{"".join(shapes)}</svg>'


def _along(time_s: float, duration_s: float) -> float:
    return min(max(time_s / duration_s, 0.0), 1.0) * _LONG
