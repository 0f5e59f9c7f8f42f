"""What there is to show of the current item, worked out once and handed to every view."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from PySide6.QtCore import QObject, Signal

from core.evaluation.calibration import Calibrator
from core.packed import rare
from core.project import Project
from core.project.wording import fold
from core.schema import Annotation, Answer, Change, Label, Review, Verdict
from core.workflows.calibrate import calibrated
from desktop import tokens
from desktop.session.marks import Marks
from desktop.session.pending import Pending, latest_answers, pending_proposals
from desktop.session.selection import Selection
from desktop.session.workspace import Workspace, media_of

ColourBy = Literal["label", "expression"]


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
    below: int = 0  # proposals with a score below the threshold
    put_away: int = 0  # proposals of answers that the person has closed without deciding
    locked_ids: frozenset[str] = frozenset()  # annotations that are not to be changed
    hidden_ids: frozenset[str] = frozenset()  # annotations that are not on the picture
    sources: dict[str, Pending] = field(default_factory=dict)  # by proposal: where annotations come from
    tints: dict[str, str] | None = None  # colours by folded expression, when these rather than labels have them

    def annotation(self, annotation_id: str) -> Annotation | None:
        return next((item for item in self.annotations if item.id == annotation_id), None)

    def proposal(self, proposal_id: str) -> Pending | None:
        return next((item for item in self.pending if item.proposal.id == proposal_id), None)

    def source_of(self, annotation: Annotation) -> Pending | None:
        """The proposal that an annotation was accepted or edited from, with its answer."""
        return self.sources.get(annotation.proposal_id) if annotation.proposal_id else None

    def ranked(self) -> list[Pending]:
        """The open proposals, the most certain first: the order of the keys 1 to 9."""
        return sorted(self.pending, key=lambda pending: -(pending.score or 0.0))

    def ids(self) -> list[str]:
        """Everything that can be selected, proposals first."""
        return [
            *(item.proposal.id for item in self.pending),
            *(item.id for item in self.annotations),
            *(item.id for item in self.absent),
        ]

    def chosen(self, ids: Iterable[str]) -> list[Annotation]:
        """The annotations among these ids, in their own order."""
        wanted = set(ids)
        return [item for item in self.annotations if item.id in wanted]

    def colour_of(self, annotation: Annotation) -> str:
        if self.tints is not None and annotation.expressions:
            return self.tints.get(fold(annotation.expressions[0])) or expression_tint(annotation.expressions[0])
        label = self.labels.get(annotation.label_id)
        return label.colour if label is not None and label.colour else tokens.expression_colour(0)


def expression_tint(expression: str) -> str:
    """The colour of an expression that no phrase has a number for: always the same one."""
    return tokens.expression_colour(zlib.crc32(fold(expression).encode("utf-8")))


def tints_of(project: Project) -> dict[str, str]:
    """Colours of the project's phrases, by folded expression, in the order of adding: the same on every item."""
    phrases = enumerate(project.phrases())
    return {fold(phrase.expression): tokens.expression_colour(number) for number, phrase in phrases}


def tinted(contents: Contents, project: Project) -> Contents:
    """The contents coloured by expressions."""
    tints = tints_of(project)
    colours = {said: tints.get(fold(said)) or expression_tint(said) for said in contents.colours}
    return replace(contents, colours=colours, tints=tints)


def marked(contents: Contents, marks: Marks) -> Contents:
    """The contents with what the person has locked and hidden."""
    return replace(contents, locked_ids=marks.locked, hidden_ids=marks.hidden)


def revised(contents: Contents, change: Change) -> Contents | None:
    """The contents after a change that gave annotations of the item another place or other words; None for any other.

    Reading a thousand annotations again takes longer than a frame, and this is what a nudge does.
    """
    if change.batch is not None:
        return None
    records = (*change.before, *change.after)
    before = {record.id for record in change.before if isinstance(record, Annotation)}
    after = {record.id: record for record in change.after if isinstance(record, Annotation)}
    is_plain = all(isinstance(record, Annotation | Review) for record in records)
    if not is_plain or not after or before != after.keys():
        return None
    if not before <= {item.id for item in contents.annotations}:
        return None
    if any(item.media_id != contents.media_id or item.label_id not in contents.labels for item in after.values()):
        return None
    return replace(contents, annotations=tuple(after.get(item.id, item) for item in contents.annotations))


def _calibrated(pending: Pending, curves: Mapping[str, Calibrator]) -> Pending:
    measured, model = pending.proposal.score, pending.proposal.model_id
    return pending if model not in curves else replace(pending, calibrated=calibrated(measured, model, curves))


def contents_of(
    project: Project,
    media_id: str,
    dismissed: set[str],
    threshold: float = 0.0,
    curves: Mapping[str, Calibrator] | None = None,
) -> Contents:
    """Read everything about one item. `dismissed` are ids of queries whose answers the person has put away.

    Proposals with a score below `threshold` are left out and counted; those without a score never are. `curves` by
    model id say what scores mean here.
    """
    # Without imports: reading a large one for each item takes seconds.
    known = project.queue.listed([media_id])[media_id]
    answers = known.answers
    labels = {label.id: label for label in project.labels()}
    undecided = pending_proposals(answers, known.changes, known.decided)
    open_ones = [item for item in undecided if item.answer.query.id not in dismissed]
    open_ones = [_calibrated(item, curves or {}) for item in open_ones]
    pending = [item for item in open_ones if item.score is None or item.score >= threshold]
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
    annotations = tuple(project.annotations(media_id))
    taken = {item.proposal_id for item in annotations if item.proposal_id}
    offered = (Pending(answer, proposal) for answer in answers for proposal in answer.proposals)
    return Contents(
        media_id=media_id,
        annotations=annotations,
        pending=tuple(pending),
        absent=tuple(verdict for verdict in project.verdicts(media_id) if verdict.kind == "not_present"),
        answers=tuple(latest_answers(answers)),
        labels=labels,
        colours=colours,
        sources={one.proposal.id: _calibrated(one, curves or {}) for one in offered if one.proposal.id in taken},
        below=len(open_ones) - len(pending),
        put_away=len(undecided) - len(open_ones),
    )


class Showing(QObject):
    """Keeps `contents` true for the current item; repaints are asked for only when it was the one that changed."""

    changed = Signal(object)  # Contents

    def __init__(
        self, workspace: Workspace, selection: Selection, marks: Marks | None = None, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._selection = selection
        self._marks = marks
        self._colour_by: ColourBy = "label"
        self._dismissed: set[str] = set()
        self._threshold = 0.0
        self._curves: Mapping[str, Calibrator] = {}
        self.contents = Contents()
        workspace.current_changed.connect(self._switch)
        workspace.changed.connect(self._on_change)
        workspace.answers_changed.connect(self._on_answer)
        workspace.refreshed.connect(self.refresh)
        workspace.closed.connect(self._clear)
        if marks is not None:
            marks.changed.connect(self._on_marks)

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

    def set_curves(self, curves: Mapping[str, Calibrator]) -> None:
        """What scores mean in this project, by model id."""
        if curves != self._curves:
            self._curves = dict(curves)
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
            self.contents = contents_of(project, item.id, self._dismissed, self._threshold, self._curves)
        if project is not None and self._colour_by == "expression":
            self.contents = tinted(self.contents, project)
        if self._marks is not None:
            self.contents = marked(self.contents, self._marks)
        self._selection.keep_only(self.contents.ids())
        self.changed.emit(self.contents)

    def set_colour_by(self, colour_by: str) -> None:
        """Whether boxes that share a `label` or an `expression` have one colour."""
        wanted: ColourBy = "expression" if colour_by == "expression" else "label"
        if wanted != self._colour_by:
            self._colour_by = wanted
            self.refresh()

    def _on_marks(self) -> None:
        if self._marks is not None:
            self.contents = marked(self.contents, self._marks)
            self.changed.emit(self.contents)

    def _switch(self) -> None:
        self._selection.set(())
        self.refresh()

    def _on_change(self, change: Change) -> None:
        touches_labels = any(isinstance(record, Label) for record in (*rare(change.before), *rare(change.after)))
        is_here = self.contents.media_id in media_of(change)
        contents = revised(self.contents, change) if is_here else None
        if contents is not None:
            self.contents = contents
            self.changed.emit(contents)
        elif touches_labels or is_here:
            self.refresh()

    def _on_answer(self, media_id: str) -> None:
        if media_id == self.contents.media_id:
            self.refresh()

    def _clear(self) -> None:
        self._dismissed.clear()
        self._curves = {}
        self._switch()
