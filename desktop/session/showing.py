"""What there is to show of the current item, worked out once and handed to every view."""

from __future__ import annotations

from dataclasses import dataclass, field

from PySide6.QtCore import QObject, Signal

from core.project import Project
from core.schema import Annotation, Answer, Change, Label, Verdict
from desktop import tokens
from desktop.session.pending import Pending, latest_answers, pending_proposals
from desktop.session.selection import Selection
from desktop.session.workspace import Workspace, media_of


@dataclass(frozen=True, slots=True)
class Contents:
    """One item: what people stand behind, what a model offers, and what people said no to."""

    media_id: str = ""
    annotations: tuple[Annotation, ...] = ()
    pending: tuple[Pending, ...] = ()
    absent: tuple[Verdict, ...] = ()
    answers: tuple[Answer, ...] = ()
    labels: dict[str, Label] = field(default_factory=dict)
    colours: dict[str, str] = field(default_factory=dict)  # of expressions
    hidden: int = 0  # proposals below the threshold
    put_away: int = 0  # proposals of answers that the person has closed without deciding

    def annotation(self, annotation_id: str) -> Annotation | None:
        return next((item for item in self.annotations if item.id == annotation_id), None)

    def proposal(self, proposal_id: str) -> Pending | None:
        return next((item for item in self.pending if item.proposal.id == proposal_id), None)

    def ranked(self) -> list[Pending]:
        """The open proposals, the most certain first: the order of the keys 1 to 9."""
        return sorted(self.pending, key=lambda pending: -(pending.proposal.score or 0.0))

    def ids(self) -> list[str]:
        """Everything that can be selected, proposals first."""
        return [
            *(item.proposal.id for item in self.pending),
            *(item.id for item in self.annotations),
            *(item.id for item in self.absent),
        ]

    def colour_of(self, annotation: Annotation) -> str:
        label = self.labels.get(annotation.label_id)
        return label.colour if label is not None and label.colour else tokens.expression_colour(0)


def contents_of(project: Project, media_id: str, dismissed: set[str], threshold: float = 0.0) -> Contents:
    """Read everything about one item. `dismissed` are ids of queries whose answers the person has put away.

    Proposals with a score below `threshold` are left out and counted; those without a score never are.
    """
    known = project.listed([media_id])[media_id]  # without imports: reading a large one for each item takes seconds
    answers = known.answers
    labels = {label.id: label for label in project.labels()}
    undecided = pending_proposals(answers, known.changes, known.decided)
    open_ones = [item for item in undecided if item.answer.query.id not in dismissed]
    pending = [item for item in open_ones if item.proposal.score is None or item.proposal.score >= threshold]
    colours: dict[str, str] = {}
    for answer in answers:
        expression = answer.query.expression
        label = project.label_for(expression)
        if label is not None and label.colour:
            colours[expression] = label.colour
        elif expression not in colours:  # the colour that its label will get when a proposal is accepted
            fresh = sum(1 for other in colours if project.label_for(other) is None)
            number = project.next_label_number() + fresh
            colours[expression] = tokens.expression_colour(number)
    return Contents(
        media_id=media_id,
        annotations=tuple(project.annotations(media_id)),
        pending=tuple(pending),
        absent=tuple(verdict for verdict in project.verdicts(media_id) if verdict.kind == "not_present"),
        answers=tuple(latest_answers(answers)),
        labels=labels,
        colours=colours,
        hidden=len(open_ones) - len(pending),
        put_away=len(undecided) - len(open_ones),
    )


class Showing(QObject):
    """Keeps `contents` true for the current item; repaints are asked for only when it was the one that changed."""

    changed = Signal(object)  # Contents

    def __init__(self, workspace: Workspace, selection: Selection, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._selection = selection
        self._dismissed: set[str] = set()
        self._threshold = 0.0
        self.contents = Contents()
        workspace.current_changed.connect(self._switch)
        workspace.changed.connect(self._on_change)
        workspace.answers_changed.connect(self._on_answer)
        workspace.refreshed.connect(self.refresh)
        workspace.closed.connect(self._clear)

    @property
    def threshold(self) -> float:
        return self._threshold

    @property
    def has_open_answer(self) -> bool:
        """True while proposals wait for a decision."""
        return bool(self.contents.pending)

    def dismiss(self) -> bool:
        """Put the open answers away undecided. False when none was open."""
        if not self.has_open_answer:
            return False
        self._dismissed |= {pending.answer.query.id for pending in self.contents.pending}
        self.refresh()
        return True

    def set_threshold(self, threshold: float) -> None:
        """Show only the proposals that the model is at least so certain of; 0 shows all."""
        if threshold != self._threshold:
            self._threshold = threshold
            self.refresh()

    def restore_dismissed(self) -> None:
        """Show again what was put away."""
        self._dismissed.clear()
        self.refresh()

    def refresh(self) -> None:
        """Read the current item again and tell the views."""
        item, project = self._workspace.current, self._workspace.project
        if item is None or project is None:
            self.contents = Contents()
        else:
            self.contents = contents_of(project, item.id, self._dismissed, self._threshold)
        self._selection.keep_only(self.contents.ids())
        self.changed.emit(self.contents)

    def _switch(self) -> None:
        self._selection.set(())
        self.refresh()

    def _on_change(self, change: Change) -> None:
        touches_labels = any(isinstance(record, Label) for record in (*change.before, *change.after))
        if touches_labels or self.contents.media_id in media_of(change):
            self.refresh()

    def _on_answer(self, media_id: str) -> None:
        if media_id == self.contents.media_id:
            self.refresh()

    def _clear(self) -> None:
        self._dismissed.clear()
        self._switch()
