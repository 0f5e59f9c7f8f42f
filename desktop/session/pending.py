"""Which proposals of an item still wait for a person's word. Pure; knows neither Qt nor the store."""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass

from core.project.wording import fold
from core.schema import Annotation, Answer, Change, Proposal, Verdict


@dataclass(frozen=True, slots=True)
class Pending:
    """A proposal that nobody has decided about, with the answer it came in; `calibrated` where its score is."""

    answer: Answer
    proposal: Proposal
    calibrated: float | None = None

    @property
    def score(self) -> float | None:
        """The score to show: calibrated where that is known, else as it was measured."""
        return self.proposal.score if self.calibrated is None else self.calibrated

    @property
    def measured(self) -> float | None:
        """The score as the model gave it, where another one is shown."""
        return None if self.calibrated is None else self.proposal.score


def effective_changes(changes: Sequence[Change]) -> list[Change]:
    """The changes that stand: neither undone nor themselves an undo; a redone one stands again."""
    undone_by = {change.undoes: change.id for change in changes if change.undoes}

    def stands(change_id: str) -> bool:
        undo = undone_by.get(change_id)
        return undo is None or not stands(undo)

    return [change for change in changes if change.undoes is None and stands(change.id)]


def decided_proposals(changes: Sequence[Change]) -> set[str]:
    """Ids of the proposals that a standing change accepted, edited or rejected, deleted since or not.

    What a change took away or replaced had been decided too, by an import perhaps that is not among `changes`.
    """
    return {
        record.proposal_id
        for change in effective_changes(changes)
        for record in (*change.before, *change.after)
        if isinstance(record, Annotation | Verdict) and record.proposal_id
    }


def latest_answers(answers: Sequence[Answer]) -> list[Answer]:
    """The newest answer to each expression, in order of asking: asking again replaces what was said before."""
    newest: dict[tuple[str, float | None, tuple[float, float] | None], Answer] = {}
    for answer in answers:
        key = (fold(answer.query.expression), answer.query.at_s, answer.query.window_s)
        newest.pop(key, None)
        newest[key] = answer
    return list(newest.values())


def pending_proposals(
    answers: Sequence[Answer], changes: Sequence[Change], known: Set[str] = frozenset()
) -> list[Pending]:
    """What waits for a decision, newest answer last, within an answer in the model's own order.

    `known` are proposals that are known to be decided without looking at `changes`.
    """
    decided = decided_proposals(changes) | known
    return [
        Pending(answer, proposal)
        for answer in latest_answers(answers)
        for proposal in answer.proposals
        if proposal.id not in decided
    ]


def split_expressions(text: str) -> tuple[str, ...]:
    """Several expressions typed at once, separated by `;` or line ends: trimmed, each once, in order."""
    parts = (" ".join(part.split()) for line in text.splitlines() for part in line.split(";"))
    return tuple(dict.fromkeys(part for part in parts if part))
