"""The attributes that a project defines: adding, changing, removing them, each one Change that can be undone."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from core.packed import rare
from core.project import attributing
from core.schema import Attribute, Change, Label
from desktop.session.editing import Editing
from desktop.session.workspace import Workspace


class Defining(QObject):
    """Changes to the table of attributes."""

    table_changed = Signal(list, list)  # Attribute, Label

    def __init__(self, workspace: Workspace, editing: Editing, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._editing = editing
        workspace.changed.connect(self._on_change)

    def table(self) -> list[Attribute]:
        """What can be said of annotations, in order of adding."""
        project = self._workspace.project
        return project.attribute_table() if project is not None else []

    def labels(self) -> list[Label]:
        """The classes that an attribute can belong to."""
        project = self._workspace.project
        return project.labels() if project is not None else []

    def define(self, attribute: Attribute) -> None:
        """A new attribute, or another definition of the one with its id."""
        self._editing.apply(lambda project: attributing.define(project, attribute))

    def remove(self, attribute: Attribute) -> None:
        """An attribute and what annotations say of it."""
        self._editing.apply(lambda project: attributing.remove(project, attribute))

    def _on_change(self, change: Change) -> None:
        if any(isinstance(record, Attribute | Label) for record in (*rare(change.before), *rare(change.after))):
            self.table_changed.emit(self.table(), self.labels())
