"""When a newly taught model takes the place of the old one by itself: better where it counts, nothing forgotten."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from core.evaluation.comparison import Difference

LARGEST_DROP = 0.02  # on the rendered set: what the model could do before
FEWEST_MEDIA = 3  # a bootstrap over fewer says nothing

# The headline figures of an examination (`scenes examine --json`), by where they stand in it.
_OF_PICTURES = (("single", "acc50"), ("plural_f1_50",), ("absent_accuracy",), ("present_accuracy",))
_OF_TIME = tuple(
    (kind, name) for kind in ("video", "sound") for name in ("r1_50", "absent_accuracy", "present_accuracy")
)


@dataclass(frozen=True, slots=True)
class Ability:
    """One figure of the rendered set, before and after."""

    name: str
    before: float
    after: float


@dataclass(frozen=True, slots=True)
class Adoption:
    """The decision, what it rests on, and the reasons in words (both for yes and for no)."""

    adopt: bool
    reasons: tuple[str, ...]
    held_out: Difference
    abilities: tuple[Ability, ...] = ()
    drop: float | None = None


def decide(
    held_out: Difference, before: Mapping[str, Any] | None = None, after: Mapping[str, Any] | None = None
) -> Adoption:
    """The rule: on the frozen hold-out the lower bound is not negative, and the rendered set drops by under 2 points.

    A model that got nothing more right takes nobody's place, unless everything was right before: where both know
    nothing yet, no difference is no sign that anything was learnt.
    before, after: the examinations of the old and the new model (`examine_checkpoint`), on the same scenes. Their mean
    headline figure is what may not drop; where they were not examined, nothing is adopted by itself.
    """
    abilities = compare_abilities(before, after) if before is not None and after is not None else ()
    drop = _mean([one.before for one in abilities]) - _mean([one.after for one in abilities]) if abilities else None
    is_kept = drop is not None and drop < LARGEST_DROP
    reasons = (_why_by_hold_out(held_out), _why_by_rendered(drop))
    return Adoption(_is_better(held_out) and is_kept, reasons, held_out, abilities, drop)


def compare_abilities(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[Ability, ...]:
    """The headline figures that both examinations have."""
    names = _OF_TIME if "video" in before else _OF_PICTURES
    pairs = [(path, _at(before, path), _at(after, path)) for path in names]
    return tuple(Ability(" ".join(path), old, new) for path, old, new in pairs if old is not None and new is not None)


def _is_better(held_out: Difference) -> bool:
    if held_out.low is None or held_out.difference is None or held_out.media < FEWEST_MEDIA:
        return False
    return held_out.low >= 0 and not _gained_nothing(held_out)


def _gained_nothing(held_out: Difference) -> bool:
    return (held_out.difference or 0.0) <= 0 and (held_out.low or 0.0) >= 0 and (held_out.new or 0.0) < 1


def _why_by_hold_out(held_out: Difference) -> str:
    if held_out.low is None or held_out.difference is None:
        return "Nothing was held out, so nobody knows whether it is better"
    if held_out.media < FEWEST_MEDIA:
        return f"Only {held_out.media} held-out media: too few to tell"
    if _gained_nothing(held_out):
        return "On the hold-out it is no better"
    sure, points = f"{held_out.confidence:.0%}", _points(held_out.difference)
    low, high = _points(held_out.low), _points(held_out.high or 0.0)
    if (held_out.high or 0.0) < 0:
        return f"On the hold-out {points} points, {sure} between {low} and {high}: it is worse"
    if held_out.low < 0:
        return f"On the hold-out {points} points, {sure} between {low} and {high}: it may be worse"
    return f"On the hold-out {points} points, {sure} between {low} and {high}"


def _why_by_rendered(drop: float | None) -> str:
    if drop is None:
        return "What it could do before was not examined"
    if drop >= LARGEST_DROP:
        return f"On the rendered set {_points(-drop)} points: it has forgotten too much"
    return f"On the rendered set {_points(-drop)} points"


def _points(share: float) -> str:
    return f"{100 * share + 0.0:+.1f}"  # nothing is no minus


def _at(figures: Mapping[str, Any], path: tuple[str, ...]) -> float | None:
    value: Any = figures
    for name in path:
        value = value.get(name) if isinstance(value, Mapping) else None
    return float(value) if isinstance(value, (int, float)) else None


def _mean(values: list[float]) -> float:
    return sum(values) / len(values)
