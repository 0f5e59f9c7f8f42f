"""Draws what more pictures give: reads measured figures, writes one SVG.

.venv/bin/python benchmarks/learning_curve.py docs/measurements/learning_curve.json docs/images/learning-curve.svg
"""

from __future__ import annotations

import argparse
import json
import math
from collections.abc import Mapping, Sequence
from pathlib import Path

WIDTH, HEIGHT = 560, 300
LEFT, TOP, RIGHT, BOTTOM = 48, 16, 150, 40
COLOURS = ("#0f62fe", "#b8560b", "#1a774a")


def draw(title: str, axis: str, curves: Mapping[str, Sequence[tuple[int, float]]]) -> str:
    """An SVG of figures in 0-1 over a number of pictures, which is on a logarithmic scale."""
    counts = sorted({count for points in curves.values() for count, _ in points})
    low, high = math.log(counts[0]), math.log(counts[-1])

    def x(count: int) -> float:
        return LEFT + (math.log(count) - low) / (high - low) * (WIDTH - LEFT - RIGHT)

    def y(value: float) -> float:
        return TOP + (1 - value) * (HEIGHT - TOP - BOTTOM)

    parts = [f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>']
    for value in (0, 0.25, 0.5, 0.75, 1):
        parts.append(f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y(value)}" y2="{y(value)}" stroke="#d0d5dd"/>')
        parts.append(f'<text x="{LEFT - 8}" y="{y(value) + 4}" text-anchor="end">{value:g}</text>')
    for count in counts:
        parts.append(f'<text x="{x(count):.1f}" y="{HEIGHT - 22}" text-anchor="middle">{count}</text>')
    middle = (LEFT + WIDTH - RIGHT) / 2
    parts.append(f'<text x="{middle}" y="{HEIGHT - 6}" text-anchor="middle">{axis}</text>')
    last = -math.inf
    heights: dict[str, float] = {}
    for name in sorted(curves, key=lambda name: -curves[name][-1][1]):  # names stand apart, top down
        last = heights[name] = max(y(curves[name][-1][1]) + 4, last + 15)
    for colour, (name, points) in zip(COLOURS, curves.items(), strict=False):
        path = " ".join(f"{x(count):.1f},{y(value):.1f}" for count, value in points)
        parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts += [f'<circle cx="{x(n):.1f}" cy="{y(value):.1f}" r="3.5" fill="{colour}"/>' for n, value in points]
        parts.append(f'<text x="{WIDTH - RIGHT + 10}" y="{heights[name]:.1f}" fill="{colour}">{name}</text>')
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{title}" '
        'font-family="sans-serif" font-size="12" fill="#344054">'
    )
    return head + "".join(parts) + "</svg>\n"


def main() -> None:
    """Read, draw, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("figures", type=Path)
    parser.add_argument("out", type=Path)
    args = parser.parse_args()
    content = json.loads(args.figures.read_text(encoding="utf-8"))
    curves = {name: [(int(n), float(value)) for n, value in points] for name, points in content["curves"].items()}
    args.out.write_text(draw(content["title"], content["axis"], curves), encoding="utf-8")


if __name__ == "__main__":
    main()
