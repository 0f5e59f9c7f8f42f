"""Whether a new model takes the old one's place: both measured on the same media, decided by the rule, written down."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from core.evaluation import summarise
from core.grounding.protocol import Grounder
from core.grounding.registry import find_model
from core.jobs import JobContext
from core.project import Project
from core.schema import ModelInfo
from core.settings import Settings
from core.workflows.compare import compare
from core.workflows.evaluate import Evaluation, MediumTruths, evaluate
from core.workflows.versions import record_evaluation, use


class LoadedLater(Grounder, Protocol):
    """A grounder that is loaded when it is needed, as the hosted one is."""

    def load(self, context: JobContext) -> ModelInfo:
        """Load, and say what was loaded."""
        ...


Opener = Callable[[str], AbstractContextManager[LoadedLater]]
Examiner = Callable[[str], Mapping[str, Any]]  # the examination of a model on the rendered set, by name


@dataclass(frozen=True, slots=True)
class Measured:
    """One model on some media: `result` is the object of `evaluate --json`."""

    model: str
    result: dict[str, Any]
    evaluation: Evaluation


def measure(
    model: str, media: Sequence[MediumTruths], data: Sequence[Path], context: JobContext, opener: Opener
) -> Measured:
    """Ask a model everything that has a truth. Raises what `evaluate` raises."""
    with opener(model) as grounder:
        model_id = grounder.load(context).id
        evaluation = evaluate(grounder, media, context)
    result = summarise(evaluation.judged, model_id=model_id, data=[str(path) for path in data])
    return Measured(model, result, evaluation)


def weigh(new: Measured, old: Measured, examine: Examiner | None = None) -> dict[str, Any]:
    """The new model's result, the old one's (`against`), their `comparison`, and with `examine` the decision.

    Both are examined on the same rendered scenes: what the old one could do may not be forgotten.
    """
    examined = {} if examine is None else {"before": examine(old.model), "after": examine(new.model)}
    comparison = compare(new.evaluation.judged, old.evaluation.judged, **examined)
    return {**new.result, "against": old.result, "comparison": comparison}


def settle(project: Project, model: str, weighed: Mapping[str, Any], settings: Settings) -> bool:
    """Write the figures beside the new model, and make the project ask it if the rule says so; returns whether.

    It is asked about the kinds of media that it was measured on.
    weighed: of `weigh`. Raises `ModelError`, `ProjectError`.
    """
    record_evaluation(find_model(model).folder, weighed)
    adoption = weighed["comparison"]["adoption"]
    adopted = bool(adoption and adoption["adopt"])
    if adopted:
        kinds = frozenset(weighed["by_medium"])
        use(project, model, settings, kinds=kinds, why=". ".join(adoption["reasons"]))
    return adopted
