"""Puts two evaluations side by side: the difference with its interval, and whether the new model is adopted."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from core.evaluation import Judged
from core.evaluation.adoption import Adoption, decide
from core.evaluation.comparison import paired_bootstrap
from core.evaluation.metrics import as_json
from core.evaluation.outcomes import Outcome, outcomes_of

_ROUNDS = 1000  # of a part: there may be thousands of expressions


def compare(
    new: Sequence[Judged],
    old: Sequence[Judged],
    *,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """The `comparison` of `evaluate --json`: over all queries, by expression, by kind of medium, and the decision.

    before, after: examinations of the old and the new model on the rendered set; without both, `adoption` is None.
    """
    ours, theirs = outcomes_of(new), outcomes_of(old)
    overall = paired_bootstrap(ours, theirs)
    kinds = {pair.truth.media_id: pair.truth.kind for pair in (*new, *old)}
    examined = before is not None and after is not None
    return {
        "overall": as_json(overall),
        "by_expression": _apart(ours, theirs, lambda one: one.expression),
        "by_medium": _apart(ours, theirs, lambda one: kinds[one.media_id]),
        "adoption": adoption_json(decide(overall, before, after)) if examined else None,
    }


def _apart(ours: Sequence[Outcome], theirs: Sequence[Outcome], key: Callable[[Outcome], str]) -> dict[str, object]:
    new, old = _grouped(ours, key), _grouped(theirs, key)
    return {name: as_json(paired_bootstrap(new[name], old.get(name, []), rounds=_ROUNDS)) for name in sorted(new)}


def _grouped(outcomes: Sequence[Outcome], key: Callable[[Outcome], str]) -> dict[str, list[Outcome]]:
    groups: dict[str, list[Outcome]] = {}
    for outcome in outcomes:
        groups.setdefault(key(outcome), []).append(outcome)
    return groups


def adoption_json(found: Adoption) -> dict[str, Any]:
    """A decision as plain values."""
    return {
        "adopt": found.adopt,
        "reasons": list(found.reasons),
        "rendered_drop": None if found.drop is None else round(found.drop, 6),
        "abilities": [as_json(one) for one in found.abilities],
    }
