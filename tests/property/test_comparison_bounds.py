"""Whatever two models answered: the comparison is fair to both sides, and its bounds hold what was measured."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.evaluation.comparison import paired_bootstrap
from core.evaluation.outcomes import Outcome

values = st.floats(0, 1, allow_nan=False)
queries = st.lists(
    st.tuples(st.sampled_from("abcdef"), st.sampled_from(["cup", "dog"]), values, values),
    min_size=1,
    max_size=12,
    unique_by=lambda query: query[:2],
)


def sides(asked: list[tuple[str, str, float, float]]) -> tuple[list[Outcome], list[Outcome]]:
    return (
        [Outcome(media, words, new, 0.0) for media, words, new, _ in asked],
        [Outcome(media, words, old, 0.0) for media, words, _, old in asked],
    )


@given(queries)
@settings(max_examples=40)
def test_changing_sides_changes_signs(asked: list[tuple[str, str, float, float]]) -> None:
    new, old = sides(asked)
    one, other = paired_bootstrap(new, old, rounds=200), paired_bootstrap(old, new, rounds=200)
    assert one.difference == pytest.approx(-other.difference)
    assert one.low == pytest.approx(-other.high)
    assert one.high == pytest.approx(-other.low)
    assert -1 <= one.low <= one.high <= 1


@given(queries, st.randoms(use_true_random=False))
@settings(max_examples=40)
def test_the_order_of_queries_decides_nothing(asked: list[tuple[str, str, float, float]], random: object) -> None:
    new, old = sides(asked)
    found = paired_bootstrap(new, old, rounds=200)
    random.shuffle(new)
    random.shuffle(old)
    again = paired_bootstrap(new, old, rounds=200)
    assert (found.low, found.high) == (pytest.approx(again.low), pytest.approx(again.high))


@given(queries)
@settings(max_examples=40)
def test_a_model_is_not_better_than_itself(asked: list[tuple[str, str, float, float]]) -> None:
    new, _ = sides(asked)
    found = paired_bootstrap(new, new, rounds=100)
    assert (found.difference, found.low, found.high) == (0.0, 0.0, 0.0)
