"""The figures of `evaluate`, each a pure function of truths and answers. Shares are 0-1; undefined ones are None.

A figure is undefined where nothing is counted: the mean over no query, the precision of no proposal.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields

from core.evaluation.truths import Judged
from core.geometry import iou, match_one_to_one, temporal_iou

MATCH_IOU = 0.5
BINS = 10
_RECALL_LEVELS = 101


@dataclass(frozen=True, slots=True)
class BoxFigures:
    """Single targets: the best-scored box of each query against the one true box."""

    n: int
    acc50: float | None
    acc75: float | None
    miou: float | None


@dataclass(frozen=True, slots=True)
class SetFigures:
    """Sets of boxes over all queries together, matched one to one at IoU 0.5."""

    n: int
    precision50: float | None
    recall50: float | None
    f1_50: float | None
    ap50: float | None


@dataclass(frozen=True, slots=True)
class SpanFigures:
    """Time spans: the best-scored span of each query against the true one that it matches best."""

    n: int
    r1_30: float | None
    r1_50: float | None
    r1_70: float | None
    mtiou: float | None


@dataclass(frozen=True, slots=True)
class PresenceFigures:
    """Whether a thing is there at all. An answer that could not be read is wrong."""

    n: int
    accuracy: float | None


@dataclass(frozen=True, slots=True)
class Bin:
    """Proposals whose score lies from `low` up to `high`: how many, their mean score, the share that is right."""

    low: float
    high: float
    n: int
    score: float | None
    accuracy: float | None


@dataclass(frozen=True, slots=True)
class Calibration:
    """Expected calibration error over ten equal bins of scores. A proposal is right at IoU 0.5 with any true region."""

    ece: float | None
    bins: tuple[Bin, ...]


def box_figures(judged: Iterable[Judged]) -> BoxFigures:
    """Queries with exactly one true region, a box. No box answered counts as IoU 0."""
    overlaps = [
        iou(pair.boxes[0][0], pair.true_boxes[0]) if pair.boxes else 0.0
        for pair in judged
        if len(pair.truth.regions) == 1 and pair.true_boxes
    ]
    return BoxFigures(len(overlaps), _share(overlaps, 0.5), _share(overlaps, 0.75), _mean(overlaps))


def set_figures(judged: Iterable[Judged]) -> SetFigures:
    """All queries with boxes, and those about something absent, where every box is a false positive."""
    pairs = [pair for pair in judged if _asks_for_boxes(pair)]
    found = sum(len(pair.boxes) for pair in pairs)
    wanted = sum(len(pair.true_boxes) for pair in pairs)
    right = sum(len(_matches(pair)) for pair in pairs)
    return SetFigures(
        len(pairs),
        right / found if found else None,
        right / wanted if wanted else None,
        2 * right / (found + wanted) if found + wanted else None,
        _average_precision(pairs, wanted),
    )


def span_figures(judged: Iterable[Judged]) -> SpanFigures:
    """Queries with true spans. No span answered counts as overlap 0."""
    overlaps = [
        max(temporal_iou(pair.spans[0][0], true) for true in pair.true_spans) if pair.spans else 0.0
        for pair in judged
        if pair.true_spans
    ]
    r1_30, r1_50, r1_70 = (_share(overlaps, threshold) for threshold in (0.3, 0.5, 0.7))
    return SpanFigures(len(overlaps), r1_30, r1_50, r1_70, _mean(overlaps))


def presence_figures(judged: Iterable[Judged]) -> PresenceFigures:
    """All queries."""
    right = [float(pair.answer.present is pair.truth.present) for pair in judged]
    return PresenceFigures(len(right), _mean(right))


def calibration_figures(judged: Iterable[Judged]) -> Calibration:
    """All scored proposals. A score of 1 falls into the last bin."""
    binned: list[list[tuple[float, bool]]] = [[] for _ in range(BINS)]
    for score, is_right in (scored for pair in judged for scored in _scored(pair)):
        binned[min(max(int(score * BINS), 0), BINS - 1)].append((score, is_right))
    total = sum(map(len, binned))
    bins: list[Bin] = []
    error = 0.0
    for number, members in enumerate(binned):
        mean_score = _mean([score for score, _ in members])
        accuracy = _mean([float(is_right) for _, is_right in members])
        bins.append(Bin(number / BINS, (number + 1) / BINS, len(members), mean_score, accuracy))
        if mean_score is not None and accuracy is not None:
            error += len(members) / total * abs(accuracy - mean_score)
    return Calibration(error if total else None, tuple(bins))


def as_json(figures: object) -> dict[str, object]:
    """A record of figures as plain values, numbers to six digits."""
    values: dict[str, object] = {}
    for field in fields(figures):  # type: ignore[arg-type]
        value = getattr(figures, field.name)
        if isinstance(value, tuple):
            values[field.name] = [as_json(member) for member in value]
        else:
            values[field.name] = round(value, 6) if isinstance(value, float) else value
    return values


def _asks_for_boxes(pair: Judged) -> bool:
    if pair.truth.regions:
        return bool(pair.true_boxes)
    return pair.truth.kind == "image" or bool(pair.boxes)


def _matches(pair: Judged) -> list[tuple[int, int]]:
    """One-to-one matches of ranked proposals and true boxes; of equal overlaps the better score goes first."""
    overlaps = [
        (iou(box, true), place, number)
        for place, (box, _) in enumerate(pair.boxes)
        for number, true in enumerate(pair.true_boxes)
    ]
    return match_one_to_one(overlaps, MATCH_IOU)


def _average_precision(pairs: Sequence[Judged], wanted: int) -> float | None:
    """Average precision at IoU 0.5 as COCO counts it: one ranking of all proposals, 101 levels of recall."""
    if not wanted:
        return None
    ranked = sorted((hit for pair in pairs for hit in _hits_by_rank(pair)), key=lambda hit: -hit[0])
    precisions: list[float] = []
    recalls: list[float] = []
    right = 0
    for place, (_, is_right) in enumerate(ranked, start=1):
        right += is_right
        precisions.append(right / place)
        recalls.append(right / wanted)
    for place in range(len(precisions) - 1, 0, -1):
        precisions[place - 1] = max(precisions[place - 1], precisions[place])
    total, place = 0.0, 0
    for level in range(_RECALL_LEVELS):
        while place < len(recalls) and recalls[place] < level / (_RECALL_LEVELS - 1):
            place += 1
        total += precisions[place] if place < len(recalls) else 0.0
    return total / _RECALL_LEVELS


def _hits_by_rank(pair: Judged) -> list[tuple[float, bool]]:
    """(score, right) of each box of one query, best score first; each takes the free true box it overlaps most."""
    free = list(pair.true_boxes)
    hits: list[tuple[float, bool]] = []
    for box, score in pair.boxes:
        best = max(free, key=lambda true: iou(box, true), default=None)
        is_right = best is not None and iou(box, best) >= MATCH_IOU
        if best is not None and is_right:
            free.remove(best)
        hits.append((-1.0 if score is None else score, is_right))
    return hits


def _scored(pair: Judged) -> list[tuple[float, bool]]:
    boxes = [(score, any(iou(box, true) >= MATCH_IOU for true in pair.true_boxes)) for box, score in pair.boxes]
    spans = [(s, any(temporal_iou(span, true) >= MATCH_IOU for true in pair.true_spans)) for span, s in pair.spans]
    return [(score, is_right) for score, is_right in boxes + spans if score is not None]


def _mean(values: Sequence[float]) -> float | None:
    return sum(values) / len(values) if values else None


def _share(overlaps: Sequence[float], threshold: float) -> float | None:
    return _mean([float(overlap >= threshold) for overlap in overlaps])
