"""The object that `evaluate --json` prints, out of judged answers (`docs/cli.md`)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from core.evaluation.metrics import (
    as_json,
    box_figures,
    calibration_figures,
    presence_figures,
    set_figures,
    span_figures,
)
from core.evaluation.truths import Judged


def summarise(judged: Iterable[Judged], *, model_id: str, data: Sequence[str]) -> dict[str, object]:
    """All figures: over everything, for each expression, for each kind of medium."""
    pairs = list(judged)
    seconds = [pair.answer.seconds for pair in pairs]
    return {
        "model": model_id,
        "data": list(data),
        "n_queries": len(pairs),
        **_groups(pairs),
        "calibration": as_json(calibration_figures(pairs)),
        "by_expression": _apart(pairs, lambda pair: pair.truth.expression),
        "by_medium": _apart(pairs, lambda pair: pair.truth.kind),
        "seconds_per_query": round(sum(seconds) / len(seconds), 6) if seconds else None,
    }


def _groups(pairs: Sequence[Judged]) -> dict[str, object]:
    return {
        "boxes": as_json(box_figures(pairs)),
        "sets": as_json(set_figures(pairs)),
        "spans": as_json(span_figures(pairs)),
        "presence": as_json(presence_figures(pairs)),
    }


def _apart(pairs: Sequence[Judged], key: Callable[[Judged], str]) -> dict[str, object]:
    parts: dict[str, list[Judged]] = {}
    for pair in pairs:
        parts.setdefault(key(pair), []).append(pair)
    return {name: {"n_queries": len(members), **_groups(members)} for name, members in sorted(parts.items())}
