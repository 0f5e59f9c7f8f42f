"""What is known of the selected objects, and changing it: words, label, place, attributes. Each edit is one Change."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeVar

from PySide6.QtCore import QObject, QTimer, Signal

from core.attributes import applies, problem
from core.jobs import JobContext
from core.packed import rare
from core.project import Project, acts
from core.project.attributing import set_value
from core.project.past import Moment
from core.schema import Annotation, Attribute, Change, Label, Region, Verdict
from desktop.runner import Callbacks, Job, Priority, Runner
from desktop.session.combining import Ahead
from desktop.session.editing import Editing
from desktop.session.pending import Pending
from desktop.session.selection import Selection
from desktop.session.showing import Showing
from desktop.session.workspace import Workspace

_T = TypeVar("_T")
What = Literal["nothing", "annotations", "proposals", "absent", "mixed"]


@dataclass(frozen=True, slots=True)
class Said:
    """What the selected annotations have of one attribute: `text` is what all have, "" for nothing."""

    attribute: Attribute
    text: str = ""
    various: bool = False
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Inspected:
    """The selection as one thing: what its members share, and None or "" where they differ.

    `annotation`, `pending` and `verdict` are given where just one is selected. `others` are values that the project
    defines no attribute for, of files that were imported.
    """

    what: What = "nothing"
    ids: tuple[str, ...] = ()
    labels: tuple[Label, ...] = ()
    label_id: str = ""
    expressions: tuple[str, ...] | None = None
    annotation: Annotation | None = None
    source: Pending | None = None
    pending: Pending | None = None
    verdict: Verdict | None = None
    attributes: tuple[Said, ...] = ()
    others: tuple[tuple[str, str], ...] = ()
    size_wh: tuple[int, int] | None = None
    duration_s: float | None = None
    locked: bool = False
    editable: bool = False

    @property
    def region(self) -> Region | None:
        """The place of the one thing that is selected."""
        if self.annotation is not None:
            return self.annotation.region
        return self.pending.proposal.region if self.pending is not None else None


@dataclass(frozen=True, slots=True)
class Told:
    """Who made the one selected record, and who changed it last."""

    id: str = ""
    made: Moment | None = None
    changed: Moment | None = None


class Inspecting(QObject):
    """Follows the selection; what the log says of it comes a little later, because a long log is read for it."""

    changed = Signal(object)  # Inspected
    told = Signal(object)  # Told

    def __init__(
        self,
        workspace: Workspace,
        showing: Showing,
        selection: Selection,
        editing: Editing,
        runner: Runner,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._showing = showing
        self._selection = selection
        self._editing = editing
        self._runner = runner
        self._reading: Job | None = None
        self.inspected = Inspected()
        self._soon = QTimer(self, singleShot=True, interval=0)  # contents and selection often change together
        self._soon.timeout.connect(self.refresh)
        showing.changed.connect(lambda _: self._soon.start())
        selection.changed.connect(self._soon.start)
        workspace.changed.connect(self._on_change)
        workspace.closing.connect(self._stop)

    def _on_change(self, change: Change) -> None:
        if any(isinstance(record, Attribute | Label) for record in (*rare(change.before), *rare(change.after))):
            self._soon.start()

    def _stop(self) -> None:
        self._soon.stop()
        if self._reading is not None:
            self._reading.cancel()

    def refresh(self) -> None:
        """Look at the selection anew."""
        project = self._workspace.project
        self.inspected = self._look(project) if project is not None else Inspected()
        self.changed.emit(self.inspected)
        self._read_log()

    def _look(self, project: Project) -> Inspected:
        contents, ids = self._showing.contents, self._selection.ids
        chosen = contents.chosen(ids)
        offered = [found for one in ids if (found := contents.proposal(one)) is not None]
        absent = [verdict for verdict in contents.absent if verdict.id in ids]
        item = self._workspace.current
        base = Inspected(
            labels=tuple(sorted(contents.labels.values(), key=lambda label: label.number)),
            editable=self._workspace.writable,
            size_wh=(item.width, item.height) if item is not None and item.width and item.height else None,
            duration_s=item.duration_s if item is not None else None,
        )
        if len([group for group in (chosen, offered, absent) if group]) > 1:
            return replace(base, what="mixed", ids=tuple(ids))
        if chosen:
            return inspected(base, chosen, project.attribute_table(), contents.locked_ids, contents.source_of)
        if offered:
            said = _common(pending.answer.query.expression for pending in offered)
            return replace(
                base,
                what="proposals",
                ids=tuple(pending.proposal.id for pending in offered),
                expressions=None if said is None else (said,),
                pending=offered[0] if len(offered) == 1 else None,
            )
        if absent:
            one = absent[0] if len(absent) == 1 else None
            said = _common(verdict.expression for verdict in absent)
            ids = tuple(verdict.id for verdict in absent)
            return replace(base, what="absent", ids=ids, expressions=None if said is None else (said,), verdict=one)
        return base

    # --- the log -----------------------------------------------------------------------------

    def _read_log(self) -> None:
        if self._reading is not None:
            self._reading.cancel()
            self._reading = None
        project, seen = self._workspace.project, self.inspected
        record = seen.annotation or seen.verdict
        if project is None or record is None:
            self.told.emit(Told())
            return
        media_id, record_id = record.media_id, record.id

        def task(_: JobContext) -> Told:
            found = project.past.made_and_changed(media_id, record_id)
            return Told(record_id, *(found or (None, None)))

        self._reading = self._runner.submit("files", task, Callbacks(found=self.told.emit), priority=Priority.NOW)

    # --- what a person does ------------------------------------------------------------------

    def set_label(self, ids: Sequence[str], label_id: str) -> None:
        """Another class; the words stay."""
        label = self._showing.contents.labels.get(label_id)
        if label is not None:
            self._apply(ids, lambda project, chosen: acts.set_label(project, chosen, label))

    def set_words(self, ids: Sequence[str], words: Sequence[str]) -> None:
        """Other expressions; the class stays."""

        def build(project: Project, chosen: Sequence[Annotation]) -> Change:
            ahead, title = Ahead(project), ""
            for annotation in chosen:
                act = acts.set_expression(ahead, annotation, words, keep_label=True)
                ahead.add(act)
                title = act.title
            return ahead.change(title if len(chosen) == 1 else f"Call {len(chosen)} annotations “{words[0]}”")

        if words:
            self._apply(ids, build)
        else:
            self.refresh()  # an annotation without words is nothing: what it was called stands

    def set_region(self, annotation_id: str, region: Region) -> None:
        """Another place or time, typed as numbers."""
        self._apply([annotation_id], lambda project, chosen: acts.edit_region(project, chosen[0], region))

    def set_value(self, ids: Sequence[str], attribute: Attribute, text: str) -> None:
        """What the annotations have of an attribute; "" takes it away."""
        self._apply(ids, lambda project, chosen: set_value(project, chosen, attribute, text or None))

    def _apply(self, ids: Sequence[str], build: Callable[[Project, Sequence[Annotation]], Change]) -> None:
        chosen = self._showing.contents.chosen(self._editing.unlocked(ids))
        if chosen:
            self._editing.apply(lambda project: build(project, chosen))
        self._soon.start()  # also what was not taken: the fields show again what is


def inspected(
    base: Inspected,
    chosen: Sequence[Annotation],
    table: Sequence[Attribute],
    locked_ids: frozenset[str] = frozenset(),
    source_of: Callable[[Annotation], Pending | None] = lambda _: None,
) -> Inspected:
    """Annotations as one thing."""
    one = chosen[0] if len(chosen) == 1 else None
    shown = [attribute for attribute in table if all(applies(attribute, item.label_id) for item in chosen)]
    names = {attribute.name for attribute in shown}
    return replace(
        base,
        what="annotations",
        ids=tuple(item.id for item in chosen),
        label_id=_common(item.label_id for item in chosen) or "",
        expressions=_common(item.expressions for item in chosen),
        annotation=one,
        source=source_of(one) if one is not None else None,
        attributes=tuple(_said(attribute, chosen) for attribute in shown),
        others=tuple(pair for pair in one.attributes if pair[0] not in names) if one is not None else (),
        locked=all(item.id in locked_ids for item in chosen),
    )


def _said(attribute: Attribute, chosen: Sequence[Annotation]) -> Said:
    text = _common(dict(item.attributes).get(attribute.name, "") for item in chosen)
    if text is None:
        return Said(attribute, various=True)
    return Said(attribute, text, problem=problem(attribute, text) if text else "")


def _common(values: Iterable[_T]) -> _T | None:
    found = set(values)
    return found.pop() if len(found) == 1 else None
