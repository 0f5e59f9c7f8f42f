"""How far a model's scores can be trusted in one project: learnt from the proposals that people decided on.

Nothing is written: measured scores stay as they are, a calibrated one is worked out where it is shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass

from core.evaluation.calibration import Calibrator, Decision, Fit, Threshold, fit, suggest_threshold
from core.evaluation.overlaps import overlap
from core.project import Project
from core.project.wording import fold
from core.schema import Annotation, Proposal

RIGHT_OVERLAP = 0.5  # an edited proposal was right if it overlaps so far with what became of it


@dataclass(frozen=True, slots=True)
class ModelTrust:
    """What people made of one model's proposals. `threshold` hides what is seldom right; None: nothing to go by.

    `missed`: regions that people drew by hand where this model had answered the same words on the same medium.
    """

    model_id: str
    accepted: int
    edited: int
    rejected: int
    missed: int
    fit: Fit
    threshold: Threshold | None

    def as_json(self) -> dict[str, object]:
        """Plain values for `--json`."""
        curve = asdict(self.fit.calibrator)
        return {
            "model": self.model_id,
            "accepted": self.accepted,
            "edited": self.edited,
            "rejected": self.rejected,
            "missed": self.missed,
            "decided": self.fit.n,
            "right": self.fit.right,
            "method": curve.pop("method"),
            "curve": curve,
            "error_before": self.fit.error_before,
            "error_after": self.fit.error_after,
            "threshold": None if self.threshold is None else asdict(self.threshold),
        }


@dataclass(slots=True)
class _Tally:
    decisions: list[Decision]
    accepted: int = 0
    edited: int = 0
    rejected: int = 0
    missed: int = 0


def trust(project: Project, *, precision: float | None = None) -> dict[str, ModelTrust]:
    """For each model id that proposed anything in this project, what its scores mean here. See `suggest_threshold`."""
    return {
        model_id: ModelTrust(
            model_id,
            tally.accepted,
            tally.edited,
            tally.rejected,
            tally.missed,
            fit(tally.decisions),
            suggest_threshold(tally.decisions, missed=tally.missed, precision=precision),
        )
        for model_id, tally in sorted(_tallies(project).items())
    }


def calibrated(score: float | None, model_id: str, known: Mapping[str, Calibrator]) -> float | None:
    """The score to show for a proposal; what was not measured stays unknown."""
    curve = known.get(model_id)
    return score if score is None or curve is None else curve(score)


def _tallies(project: Project) -> dict[str, _Tally]:
    finals: dict[str, Annotation] = {}
    drawn: dict[tuple[str, str], int] = {}
    for annotation in project.annotations():
        if annotation.proposal_id is not None:
            finals[annotation.proposal_id] = annotation
        elif annotation.origin == "drawn":
            for words in annotation.expressions:
                drawn[annotation.media_id, fold(words)] = drawn.get((annotation.media_id, fold(words)), 0) + 1
    rejected: set[str] = set()
    absent: set[tuple[str, str]] = set()
    for verdict in project.verdicts():
        if verdict.kind == "not_present":
            absent.add((verdict.media_id, fold(verdict.expression)))
        elif verdict.proposal_id is not None:
            rejected.add(verdict.proposal_id)
    found: dict[str, _Tally] = {}
    counted: set[tuple[str, str, str]] = set()
    for answer in project.answers():
        tally = found.setdefault(answer.model_id, _Tally([]))
        place = (answer.query.media_id, fold(answer.query.expression))
        if answer.error is None and (answer.model_id, *place) not in counted:
            counted.add((answer.model_id, *place))
            tally.missed += drawn.get(place, 0)
        for proposal in answer.proposals:
            is_no = proposal.id in rejected or place in absent
            _count(tally, proposal, finals.get(proposal.id), is_no, answer.query.media_id)
    return {model_id: tally for model_id, tally in found.items() if tally.decisions}


def _count(tally: _Tally, proposal: Proposal, final: Annotation | None, is_no: bool, media_id: str) -> None:
    if final is not None:
        same = final.region == proposal.region
        tally.accepted += same
        tally.edited += not same
        right = same or overlap(proposal.region, final.region) >= RIGHT_OVERLAP
    elif is_no:
        tally.rejected += 1
        right = False
    else:
        return
    if proposal.score is not None:
        tally.decisions.append(Decision(proposal.score, right, media_id))
