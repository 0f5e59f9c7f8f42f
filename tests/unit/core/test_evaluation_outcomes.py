"""The number that a query is worth, by hand for each sort of question, and which answers are the worst."""

from __future__ import annotations

import pytest

from core.evaluation.outcomes import changed, outcome_of, worst
from core.schema import Segment
from tests.fakes_judged import judged, square


def test_one_target_is_right_by_its_best_scored_box() -> None:
    near = outcome_of(judged([square(0)], [(square(50), 0.2), (square(2), 0.9)]))
    assert (near.value, near.closeness) == (1.0, pytest.approx(80 / 120))
    assert outcome_of(judged([square(0)], [(square(50), 0.9), (square(0), 0.2)])).value == 0
    assert outcome_of(judged([square(0)])).value == 0


def test_several_targets_are_worth_their_f1() -> None:
    pair = judged([square(0), square(20), square(40)], [(square(0), 0.9), (square(20), 0.8), (square(80), 0.7)])
    found = outcome_of(pair)
    assert found.value == pytest.approx(2 * 2 / 6)
    assert found.closeness == pytest.approx(2 / 3)


def test_spans_absence_and_what_cannot_be_read() -> None:
    assert outcome_of(judged([Segment(0, 4), Segment(8, 10)], [(Segment(8, 11), 0.5)])).value == 1
    assert outcome_of(judged([Segment(0, 4)], [(Segment(3, 8), 0.5)])).value == 0
    assert outcome_of(judged([])).value == 1
    assert outcome_of(judged([], [(square(0), 0.9)])).value == 0
    assert outcome_of(judged([], error="garbled")).value == 0
    assert outcome_of(judged([square(0)], error="garbled")).value == 0


def test_the_worst_come_first_and_no_expression_fills_the_list() -> None:
    wrong = [judged([square(0)], [(square(50 + n), 0.1 * n)], media=f"m{n}", expression="cup") for n in range(5)]
    pairs = [
        judged([square(0)], [(square(0), 0.9)], expression="right"),
        *wrong,
        judged([square(0)], [(square(4), 0.9)], expression="dog"),
    ]
    chosen = worst(pairs, 3)
    assert [pair.truth.expression for pair in chosen] == ["cup", "dog", "cup"]
    assert chosen[0].truth.media_id == "m4"  # as wrong as the others, and the surest of it
    assert len(worst(pairs, 100)) == 6


def test_what_changed_is_found_by_question_the_largest_first() -> None:
    right, wrong = [(square(0), 0.9)], [(square(50), 0.9)]
    old = [
        judged([square(0)], wrong, media="a"),
        judged([square(0)], right, media="b"),
        judged([square(0), square(20)], right, media="c"),
        judged([square(0)], right, media="same"),
    ]
    new = [
        judged([square(0)], right, media="same"),
        judged([square(0), square(20)], [(square(0), 0.9), (square(20), 0.8)], media="c"),
        judged([square(0)], wrong, media="b"),
        judged([square(0)], right, media="a"),
        judged([square(0)], right, media="not asked before"),
    ]
    better, worse = changed(new, old, 5)
    assert [(was.truth.media_id, now.truth.media_id) for was, now in better] == [("a", "a"), ("c", "c")]
    assert [now.truth.media_id for _, now in worse] == ["b"]
    assert changed(new, old, 1)[0] == better[:1]
