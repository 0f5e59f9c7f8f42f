"""How well one query was answered, as one number: what models are compared by and the worst cases are found by."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from core.evaluation.truths import Judged
from core.geometry import iou, match_one_to_one, temporal_iou

Changed = tuple[Judged, Judged]  # the answers of two models to one question, the old one's first
MATCH = 0.5  # the overlap at which a region counts as found, in space and in time


@dataclass(frozen=True, slots=True)
class Outcome:
    """One query of one medium. `value` is 0-1 (`outcome_of`), `closeness` the mean overlap with what is true, 0-1."""

    media_id: str
    expression: str
    value: float
    closeness: float


def outcome_of(pair: Judged) -> Outcome:
    """The outcome of one query, 1 is right.

    One true box: whether the best-scored box has IoU 0.5 with it (as acc50). Several: F1 of one-to-one matches at
    IoU 0.5. Spans: whether the best-scored one has temporal IoU 0.5 with a true one (as r1_50). Absent: whether the
    answer says so. An answer that cannot be read is 0.
    """
    value, closeness = _measured(pair)
    return Outcome(pair.truth.media_id, pair.truth.expression, value, closeness)


def outcomes_of(judged: Iterable[Judged]) -> list[Outcome]:
    """The outcomes of many queries, in their order."""
    return [outcome_of(pair) for pair in judged]


def _measured(pair: Judged) -> tuple[float, float]:
    if not pair.truth.regions:
        right = float(pair.answer.present is pair.truth.present)
        return right, right
    if pair.true_spans:
        said = pair.spans[0][0] if pair.spans else None
        closeness = max(temporal_iou(said, true) for true in pair.true_spans) if said else 0.0
        return float(closeness >= MATCH), closeness
    if len(pair.true_boxes) == 1 and len(pair.truth.regions) == 1:
        closeness = iou(pair.boxes[0][0], pair.true_boxes[0]) if pair.boxes else 0.0
        return float(closeness >= MATCH), closeness
    return _of_a_set(pair)


def _of_a_set(pair: Judged) -> tuple[float, float]:
    overlaps = [
        (iou(box, true), place, number)
        for place, (box, _) in enumerate(pair.boxes)
        for number, true in enumerate(pair.true_boxes)
    ]
    found, wanted = len(pair.boxes), len(pair.true_boxes)
    if not found + wanted:
        return 0.0, 0.0
    right = len(match_one_to_one(overlaps, MATCH))
    best = [max((o for o, _, n in overlaps if n == number), default=0.0) for number in range(wanted)]
    return 2 * right / (found + wanted), sum(best) / wanted if wanted else 0.0


def worst(judged: Sequence[Judged], count: int) -> list[Judged]:
    """The worst answers that are not right, worst first: of each expression in turn, so that none fills the list."""
    ranked: dict[str, list[tuple[float, float, float, int]]] = {}
    for place, pair in enumerate(judged):
        found = outcome_of(pair)
        if found.value < 1:
            confidence = max((score or 0.0 for _, score in (*pair.boxes, *pair.spans)), default=0.0)
            rank = (found.value, found.closeness, -confidence, place)
            ranked.setdefault(pair.truth.expression, []).append(rank)
    turns = sorted((turn, rank) for members in ranked.values() for turn, rank in enumerate(sorted(members)))
    return [judged[rank[3]] for _, rank in turns[:count]]


def changed(new: Sequence[Judged], old: Sequence[Judged], count: int) -> tuple[list[Changed], list[Changed]]:
    """What got better and what got worse, as (before, after), the largest differences first, `count` of either."""
    before = {(pair.truth.media_id, pair.truth.expression): pair for pair in old}
    moved: list[tuple[float, int, Changed]] = []
    for place, pair in enumerate(new):
        was = before.get((pair.truth.media_id, pair.truth.expression))
        if was is not None:
            moved.append((outcome_of(pair).value - outcome_of(was).value, place, (was, pair)))
    ranked = sorted(moved, key=lambda one: (-abs(one[0]), one[1]))
    better = [both for gain, _, both in ranked if gain > 0]
    return better[:count], [both for gain, _, both in ranked if gain < 0][:count]
