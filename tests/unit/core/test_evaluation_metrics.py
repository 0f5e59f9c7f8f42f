"""The figures of `evaluate` against values worked out by hand, and average precision against COCO's own code."""

import contextlib
import io

import numpy as np
import pytest

from core.evaluation import (
    Judged,
    Truth,
    box_figures,
    calibration_figures,
    presence_figures,
    set_figures,
    span_figures,
    summarise,
)
from core.schema import Answer, Box, MediaKind, Proposal, Query, Region, Segment

UNIT = Box(0, 0, 10, 10)
HALF = Box(0, 0, 10, 5)  # IoU 0.5 with UNIT
EIGHTY = Box(0, 0, 10, 8)  # IoU 0.8 with UNIT
FAR = Box(50, 50, 60, 60)


def judged(
    true: list[Region],
    said: list[tuple[Region, float | None]],
    *,
    kind: MediaKind = "image",
    expression: str = "cup",
    error: str | None = None,
    seconds: float = 0.0,
) -> Judged:
    query = Query("q", "m", expression)
    proposals = tuple(Proposal(f"p{k}", "q", region, score, "fake") for k, (region, score) in enumerate(said))
    present = None if error else bool(said)
    answer = Answer(query, proposals, present, "", "fake", error=error, seconds=seconds)
    return Judged(Truth("m", kind, expression, tuple(true), bool(true)), answer)


def test_boxes_take_the_best_scored_proposal_of_single_targets() -> None:
    figures = box_figures(
        [
            judged([UNIT], [(FAR, 0.4), (EIGHTY, 0.9)]),  # 0.8
            judged([UNIT], [(UNIT, 0.3), (HALF, 0.6)]),  # 0.5: the better-scored one, though the other fits
            judged([UNIT], [(UNIT, None), (FAR, 0.1)]),  # 0: a scored one goes before an unscored one
            judged([UNIT], []),  # 0
            judged([UNIT, FAR], [(UNIT, 0.9)]),  # two true regions: not counted
            judged([], [(UNIT, 0.9)]),  # absent: not counted
        ]
    )
    assert (figures.n, figures.acc50, figures.acc75, figures.miou) == (4, 0.5, 0.25, pytest.approx(1.3 / 4))


def test_sets_match_one_to_one_and_count_boxes_on_absent_classes() -> None:
    figures = set_figures(
        [
            judged([UNIT, FAR], [(UNIT, 0.9), (EIGHTY, 0.8)]),  # 1 right, 1 double, 1 missed
            judged([UNIT], []),  # 1 missed
            judged([], [(UNIT, 0.5), (FAR, 0.5)]),  # 2 false
            judged([], []),  # right to be silent: counted as a query
        ]
    )
    assert figures.n == 4
    assert (figures.precision50, figures.recall50) == (1 / 4, 1 / 3)
    assert figures.f1_50 == pytest.approx(2 / 7)


def test_sets_of_equal_overlaps_go_by_score() -> None:
    pair = judged([UNIT], [(UNIT, 0.2), (UNIT, 0.9)])
    assert [score for _, score in pair.boxes] == [0.9, 0.2]
    assert set_figures([pair]).precision50 == 0.5


def test_average_precision_by_hand() -> None:
    # ranked: right, wrong, right of two wanted: precision 1 up to recall 0.5, then 2/3 up to recall 1
    pairs = [judged([UNIT], [(UNIT, 0.9), (FAR, 0.8)]), judged([UNIT], [(UNIT, 0.7)])]
    assert set_figures(pairs).ap50 == pytest.approx((51 * 1 + 50 * 2 / 3) / 101)


def test_average_precision_agrees_with_coco() -> None:
    from pycocotools.coco import COCO
    from pycocotools.cocoeval import COCOeval

    random = np.random.default_rng(5)
    pairs: list[Judged] = []
    for _ in range(40):
        corners = random.uniform(0, 80, (int(random.integers(0, 5)), 2))
        true = [Box(x, y, x + 20, y + 20) for x, y in corners.tolist()]
        jitter = [(b.x1 + random.normal(0, 3), b.y1 + random.normal(0, 3)) for b in true if random.random() < 0.8]
        wild = random.uniform(0, 80, (int(random.integers(0, 3)), 2)).tolist()
        pairs.append(judged(true, [(Box(x, y, x + 20, y + 20), random.uniform()) for x, y in [*jitter, *wild]]))
    truths, found = [], []
    for image, pair in enumerate(pairs, start=1):
        truths += [
            {"id": len(truths) + k, "image_id": image, "category_id": 1, "iscrowd": 0, "area": 400.0}
            | {"bbox": [box[0], box[1], 20, 20]}
            for k, box in enumerate(pair.true_boxes, start=1)
        ]
        found += [
            {"image_id": image, "category_id": 1, "bbox": [box[0], box[1], 20, 20], "score": score}
            for box, score in pair.boxes
        ]
    with contextlib.redirect_stdout(io.StringIO()):
        coco = COCO()
        coco.dataset = {
            "info": {},
            "images": [{"id": image + 1} for image in range(len(pairs))],
            "annotations": truths,
            "categories": [{"id": 1, "name": "cup"}],
        }
        coco.createIndex()
        evaluator = COCOeval(coco, coco.loadRes(found), "bbox")
        evaluator.evaluate()
        evaluator.accumulate()
        evaluator.summarize()
    assert set_figures(pairs).ap50 == pytest.approx(evaluator.stats[1], abs=1e-6)


def test_spans_take_the_best_scored_against_the_best_matching() -> None:
    figures = span_figures(
        [
            judged([Segment(0, 10), Segment(20, 30)], [(Segment(20, 25), 0.9), (Segment(0, 10), 0.1)], kind="video"),
            judged([Segment(0, 10)], [(Segment(6, 10), 0.5)], kind="audio"),  # 0.4
            judged([Segment(0, 10)], [], kind="audio"),  # 0
            judged([UNIT], [(UNIT, 0.9)]),  # no span: not counted
        ]
    )
    assert (figures.n, figures.r1_30, figures.r1_50, figures.r1_70) == (3, 2 / 3, 1 / 3, 0.0)
    assert figures.mtiou == pytest.approx((0.5 + 0.4) / 3)


def test_presence_counts_every_query_and_an_unreadable_answer_is_wrong() -> None:
    pairs = [
        judged([UNIT], [(FAR, 0.5)]),
        judged([], []),
        judged([], [(UNIT, 0.5)]),
        judged([UNIT], [], error="unreadable"),
        judged([], [], error="unreadable"),
    ]
    assert presence_figures(pairs) == type(presence_figures([]))(5, 2 / 5)


def test_calibration_by_hand() -> None:
    pairs = [
        judged([UNIT], [(UNIT, 0.95), (FAR, 0.91)]),  # bin 9: mean 0.93, half right
        judged([UNIT], [(HALF, 0.25)]),  # bin 2: 0.25, right (IoU exactly 0.5)
        judged([], [(UNIT, 1.0)]),  # bin 9 as well: wrong
        judged([UNIT], [(UNIT, None)]),  # no score: not counted
    ]
    figures = calibration_figures(pairs)
    last = figures.bins[9]
    assert [member.n for member in figures.bins] == [0, 0, 1, 0, 0, 0, 0, 0, 0, 3]
    assert (last.low, last.high, last.accuracy) == (0.9, 1.0, pytest.approx(1 / 3))
    assert last.score == pytest.approx((0.95 + 0.91 + 1.0) / 3)
    assert figures.ece == pytest.approx(3 / 4 * abs(1 / 3 - (0.95 + 0.91 + 1.0) / 3) + 1 / 4 * 0.75)


def test_nothing_to_count_is_none_and_never_zero() -> None:
    result = summarise([], model_id="fake", data=[])
    assert result["boxes"] == {"n": 0, "acc50": None, "acc75": None, "miou": None}
    assert result["sets"] == {"n": 0, "precision50": None, "recall50": None, "f1_50": None, "ap50": None}
    assert result["spans"] == {"n": 0, "r1_30": None, "r1_50": None, "r1_70": None, "mtiou": None}
    assert result["presence"] == {"n": 0, "accuracy": None}
    assert result["seconds_per_query"] is None


def test_summary_has_the_contracts_keys_and_parts() -> None:
    pairs = [
        judged([UNIT], [(UNIT, 0.9)], expression="red cup", seconds=0.2),
        judged([UNIT], [(FAR, 0.9)], expression="dog", seconds=0.4),
        judged([Segment(0, 1)], [(Segment(0, 1), 0.9)], expression="dog", kind="audio"),
    ]
    result = summarise(pairs, model_id="fake-1", data=["a.groundlabel"])
    assert list(result) == [
        *("model", "data", "n_queries", "boxes", "sets", "spans", "presence", "calibration"),
        *("by_expression", "by_medium", "seconds_per_query"),
    ]
    assert (result["model"], result["data"], result["n_queries"]) == ("fake-1", ["a.groundlabel"], 3)
    assert result["seconds_per_query"] == pytest.approx(0.2)
    assert list(result["by_expression"]) == ["dog", "red cup"]
    assert result["by_expression"]["red cup"]["boxes"]["acc50"] == 1.0
    assert result["by_expression"]["dog"]["n_queries"] == 2
    assert result["by_medium"]["audio"]["spans"]["n"] == 1
    assert result["by_medium"]["image"]["boxes"]["acc50"] == 0.5
    assert len(result["calibration"]["bins"]) == 10
