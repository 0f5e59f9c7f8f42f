"""The right side of the desk: the list of objects, and what is known of the selected ones below it."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QSplitter, QWidget

from desktop.actions import Actions
from desktop.panels.inspector import Inspector
from desktop.panels.objects import ObjectsPanel
from desktop.session.session import Session


class ObjectsDesk(QObject):
    """Joins both panels to the session; the desk puts `widget` into a dock."""

    def __init__(self, session: Session, actions: Actions, parent: QWidget) -> None:
        super().__init__(parent)
        self._session = session
        self.objects = ObjectsPanel(parent)
        self.inspector = Inspector(parent)
        self.widget = QSplitter(Qt.Orientation.Vertical, parent)
        self.widget.setObjectName("objects_split")
        self.widget.setChildrenCollapsible(False)
        self.widget.addWidget(self.objects)
        self.widget.addWidget(self.inspector)
        self.widget.setStretchFactor(0, 1)
        self.widget.setStretchFactor(1, 1)
        inspecting, inspector = session.inspecting, self.inspector
        inspecting.changed.connect(inspector.show_inspected)
        inspecting.told.connect(inspector.show_told)
        inspector.label_wanted.connect(inspecting.set_label)
        inspector.words_wanted.connect(inspecting.set_words)
        inspector.region_wanted.connect(inspecting.set_region)
        inspector.value_wanted.connect(inspecting.set_value)
        inspector.history_wanted.connect(actions["history"].trigger)
        self.objects.selection_changed.connect(session.selection.set)
        session.workspace.current_changed.connect(self._on_current)

    def _on_current(self) -> None:
        item = self._session.workspace.current
        self.objects.set_kind(item.kind if item is not None else "image")
