"""The project's classes: labelling what is selected, names, colours, and which expressions mean which class."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from core.packed import rare
from core.project import Project, acts
from core.project.relabelling import delete_label, merge_labels
from core.project.wording import fold
from core.schema import Annotation, Change, Label, Phrase
from desktop.session.combining import Ahead
from desktop.session.editing import Editing
from desktop.session.notices import Notices
from desktop.session.selection import Selection
from desktop.session.showing import Showing
from desktop.session.workspace import Workspace


@dataclass(frozen=True, slots=True)
class LabelRow:
    """A class, the expressions that mean it, and how many annotations and verdicts stand on it."""

    label: Label
    phrases: tuple[Phrase, ...] = ()
    uses: int = 0


@dataclass(frozen=True, slots=True)
class NewPhrase:
    """An expression that was used for the first time and became a label of its own; `others` it could mean."""

    phrase: Phrase
    label: Label
    others: tuple[Label, ...]


def table(project: Project) -> list[LabelRow]:
    """The classes in order of their numbers."""
    phrases, uses = project.phrases(), project.label_uses()
    return [
        LabelRow(label, tuple(p for p in phrases if p.label_id == label.id), uses.get(label.id, 0))
        for label in project.labels()
    ]


def means(project: Project, new: NewPhrase, label: Label) -> Change:
    """A new phrase means a class that there was: its regions move there, and its own label goes if nobody uses it."""
    ahead = Ahead(project)
    ahead.add(acts.map_phrase(ahead, new.phrase.expression, label))
    moved = [item for item in project.annotations() if item.label_id == new.label.id]
    ahead.add(acts.set_label(ahead, moved, label))
    if not any(p.label_id == new.label.id and p.id != new.phrase.id for p in project.phrases()):
        ahead.add(Change("", (new.label,), ()))
    return ahead.change(f"“{new.phrase.expression}” means “{label.name}”")


class Labelling(QObject):
    """Changes to the table of classes, each one a Change that can be undone."""

    table_changed = Signal(list)  # LabelRow
    phrase_added = Signal(object)  # NewPhrase: what it means may be asked, once

    def __init__(
        self,
        workspace: Workspace,
        showing: Showing,
        selection: Selection,
        editing: Editing,
        notices: Notices,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._showing = showing
        self._selection = selection
        self._editing = editing
        self._notices = notices
        workspace.changed.connect(self._on_change)

    def rows(self) -> list[LabelRow]:
        project = self._workspace.project
        return table(project) if project is not None else []

    def label_selected(self, number: int) -> None:
        """Give the selected annotations the class of this number."""
        project, contents = self._workspace.project, self._showing.contents
        if project is None:
            return
        label = next((label for label in project.labels() if label.number == number), None)
        if label is None:
            self._notices.hint(self.tr("There is no label {n} yet; the menu Items shows the labels").format(n=number))
            return
        chosen = [found for selected in self._selection.ids if (found := contents.annotation(selected))]
        if not chosen:
            self._notices.hint(self.tr("Select a box to label it “{name}”").format(name=label.name))
            return
        free = set(self._editing.unlocked([one.id for one in chosen]))
        chosen = [one for one in chosen if one.id in free]
        if chosen:
            self._editing.apply(lambda project: acts.set_label(project, chosen, label))

    def rename(self, label: Label, name: str) -> None:
        """Another name for a class; its number, which exports rely on, stays."""
        wanted = " ".join(name.split())
        if not wanted or wanted == label.name:
            return
        if any(fold(row.label.name) == fold(wanted) and row.label.id != label.id for row in self.rows()):
            self._notices.hint(self.tr("There is a label “{name}” already").format(name=wanted))
            return
        self._editing.apply(lambda _: acts.change_label(label, name=wanted))

    def recolour(self, label: Label, colour: str) -> None:
        self._editing.apply(lambda _: acts.change_label(label, colour=colour))

    def map(self, expression: str, label: Label) -> None:
        """From now on typing this expression uses this class."""
        if expression.strip():
            self._editing.apply(lambda project: acts.map_phrase(project, expression, label))

    def add(self, name: str) -> None:
        """A class without an expression yet."""
        wanted = " ".join(name.split())
        if not wanted:
            return
        if any(fold(row.label.name) == fold(wanted) for row in self.rows()):
            self._notices.hint(self.tr("There is a label “{name}” already").format(name=wanted))
            return
        self._editing.apply(lambda project: acts.add_label(project, wanted))

    def merge(self, gone: Label, kept: Label) -> None:
        """Everything that is called `gone` is called `kept` from now on; the number of `gone` is retired."""
        self._editing.apply(lambda project: merge_labels(project, gone, kept))

    def delete(self, label: Label) -> None:
        """A class that nobody uses goes; of one in use a message says how often it is used."""
        self._editing.apply(lambda project: delete_label(project, label))

    def settle(self, new: NewPhrase, label_id: str) -> None:
        """The answer to what a new phrase means. Its own label, which it has already, needs no Change."""
        label = next((other for other in new.others if other.id == label_id), None)
        if label is not None:
            self._editing.apply(lambda project: means(project, new, label))

    def _on_change(self, change: Change) -> None:
        project = self._workspace.project
        if any(isinstance(record, Label | Phrase) for record in (*rare(change.before), *rare(change.after))):
            self.table_changed.emit(self.rows())
        if project is None or change.undoes or change.batch or change.author != project.author:
            return
        if not any(isinstance(record, Annotation) for record in change.after):
            return
        fresh = {record.id: record for record in change.after if isinstance(record, Label)}
        for record in change.after:
            if isinstance(record, Phrase) and record.label_id in fresh:
                label = fresh[record.label_id]
                others = tuple(other for other in project.labels() if other.id not in fresh)
                if others:
                    self.phrase_added.emit(NewPhrase(record, label, others))
                return
