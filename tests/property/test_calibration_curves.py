"""Whatever people decide: a calibrated score is a share, and never turns the order of proposals around."""

from __future__ import annotations

import itertools

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from core.evaluation.calibration import Decision, fit, fit_isotonic, fit_platt, suggest_threshold

pairs = st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=60)
GRID = np.linspace(0, 1, 41)


@given(pairs)
def test_curves_never_fall_and_stay_in_range(decided: list[tuple[float, bool]]) -> None:
    scores = np.array([score for score, _ in decided])
    truths = np.array([float(right) for _, right in decided])
    for way in (fit_platt, fit_isotonic):
        values = [way(scores, truths)(score) for score in GRID]
        assert all(0 <= value <= 1 for value in values)
        assert all(low <= high + 1e-12 for low, high in itertools.pairwise(values))


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans(), st.sampled_from("abcdefgh")), max_size=60))
def test_a_chosen_curve_is_better_on_media_it_has_not_seen(decided: list[tuple[float, bool, str]]) -> None:
    found = fit([Decision(*one) for one in decided])
    if found.calibrator.method != "none":
        assert found.error_after is not None and found.error_before is not None
        assert found.error_after < found.error_before


@given(pairs, st.integers(0, 5))
def test_no_other_threshold_has_a_better_f1(decided: list[tuple[float, bool]], missed: int) -> None:
    all_of = [Decision(score, right, "m") for score, right in decided]
    best = suggest_threshold(all_of, missed=missed)
    wanted = sum(right for _, right in decided) + missed
    if best is None:
        assert not any(right for _, right in decided)
        return
    for at in {0.0, *(score for score, _ in decided)}:
        kept = [right for score, right in decided if score >= at]
        assert 2 * sum(kept) / (len(kept) + wanted) <= best.f1 + 1e-12
    kept_now = [right for score, right in decided if score >= best.score]
    assert len(kept_now) >= best.kept
