"""A model takes over by itself only if it is better where nobody trained, and has forgotten nothing."""

from __future__ import annotations

import numpy as np
import pytest

from core.evaluation.adoption import decide
from core.evaluation.comparison import paired_bootstrap
from core.evaluation.outcomes import Outcome

RENDERED = {"single": {"acc50": 0.9}, "plural_f1_50": 0.8, "absent_accuracy": 0.9, "present_accuracy": 1.0}


def outcomes(values: list[float], expression: str = "cup") -> list[Outcome]:
    return [Outcome(f"m{n}", expression, value, value) for n, value in enumerate(values)]


def test_the_same_difference_everywhere_has_no_spread() -> None:
    found = paired_bootstrap(outcomes([1, 1, 1, 1]), outcomes([0.5, 0.5, 0.5, 0.5]))
    assert (found.n, found.media, found.difference, found.low, found.high) == (4, 4, 0.5, 0.5, 0.5)
    assert (found.new, found.old) == (1.0, 0.5)


def test_two_media_have_bounds_that_can_be_counted() -> None:
    """Of two media with differences 0 and 1 a draw is 0, 1/2 or 1 with probabilities 1/4, 1/2, 1/4."""
    found = paired_bootstrap(outcomes([0, 1]), outcomes([0, 0]), confidence=0.8)
    assert (found.difference, found.low, found.high) == (0.5, 0.0, 1.0)
    assert paired_bootstrap(outcomes([0, 1]), outcomes([0, 0]), confidence=0.4).low == 0.5


def test_a_medium_is_drawn_with_all_its_queries() -> None:
    new = outcomes([1, 0], "cup") + outcomes([1, 0], "dog") + outcomes([1, 0], "cat")
    old = outcomes([0, 1], "cup") + outcomes([0, 1], "dog") + outcomes([0, 1], "cat")
    found = paired_bootstrap(new, old)
    assert (found.n, found.media, found.difference) == (6, 2, 0.0)
    assert (found.low, found.high) == (-1.0, 1.0)


def test_only_what_both_were_asked_counts() -> None:
    found = paired_bootstrap(outcomes([1, 1, 1]), outcomes([0]))
    assert (found.n, found.difference) == (1, 1.0)
    nothing = paired_bootstrap(outcomes([1]), outcomes([1], "dog"))
    assert (nothing.n, nothing.difference) == (0, None)


def test_better_and_nothing_forgotten_is_adopted() -> None:
    held_out = paired_bootstrap(outcomes([1.0] * 20), outcomes([1.0] * 12 + [0.0] * 8))
    found = decide(held_out, RENDERED, {**RENDERED, "plural_f1_50": 0.75})
    assert found.adopt
    assert found.drop == pytest.approx(0.0125)
    assert [(one.name, one.before, one.after) for one in found.abilities][1] == ("plural_f1_50", 0.8, 0.75)


def test_no_better_is_adopted_only_where_everything_was_right_and_perhaps_worse_is_not() -> None:
    perfect = outcomes([1.0] * 10)
    assert decide(paired_bootstrap(perfect, perfect), RENDERED, RENDERED).adopt
    for same in (outcomes([1.0, 0.0] * 10), outcomes([0.0] * 10)):
        found = decide(paired_bootstrap(same, same), RENDERED, RENDERED)
        assert not found.adopt
        assert "no better" in found.reasons[0]
    maybe = paired_bootstrap(outcomes([1.0] * 10 + [0.0] * 10), outcomes([0.0] * 9 + [1.0] * 9 + [0.0] * 2))
    assert maybe.difference == pytest.approx(0.05)
    found = decide(maybe, RENDERED, RENDERED)
    assert not found.adopt
    assert "may be worse" in found.reasons[0]
    surely = decide(paired_bootstrap(outcomes([0.0] * 9 + [1.0]), outcomes([1.0] * 10)), RENDERED, RENDERED)
    assert not surely.adopt and surely.reasons[0].endswith("it is worse")


def test_what_forgets_is_not_adopted_however_good() -> None:
    held_out = paired_bootstrap(outcomes([1.0] * 20), outcomes([0.0] * 20))
    found = decide(held_out, RENDERED, {**RENDERED, "absent_accuracy": 0.82})
    assert found.drop == pytest.approx(0.02)
    assert not found.adopt
    assert "forgotten" in found.reasons[1]
    assert not decide(held_out).adopt  # nobody looked


def test_time_is_examined_by_its_own_figures() -> None:
    one = {"r1_50": 0.8, "absent_accuracy": 0.9, "present_accuracy": 1.0}
    before = {"video": one, "sound": one}
    after = {"video": {**one, "r1_50": 0.5}, "sound": one}
    found = decide(paired_bootstrap(outcomes([1.0] * 5), outcomes([0.0] * 5)), before, after)
    assert found.drop == pytest.approx(0.05)
    assert not found.adopt


def test_too_few_held_out_media_decide_nothing() -> None:
    assert not decide(paired_bootstrap(outcomes([1.0] * 2), outcomes([0.0] * 2)), RENDERED, RENDERED).adopt
    assert not decide(paired_bootstrap([], []), RENDERED, RENDERED).adopt


def test_training_that_was_spoiled_after_the_freeze_is_not_adopted() -> None:
    """Wrong labels lower what is right on a hold-out that was frozen before: seldom is such a model taken."""
    generator = np.random.default_rng(7)
    adopted = {"spoiled": 0, "taught": 0}
    for _ in range(50):
        easy = generator.random(60)
        before = outcomes([float(value < 0.6) for value in easy])
        for name, chance in (("spoiled", 0.45), ("taught", 0.8)):
            after = outcomes([float(value < chance) for value in np.clip(easy + generator.normal(0, 0.1, 60), 0, 1)])
            adopted[name] += decide(paired_bootstrap(after, before, rounds=500), RENDERED, RENDERED).adopt
    assert adopted["spoiled"] == 0
    assert adopted["taught"] == 50
