"""Opens the dialogs about what is recorded: labels, attributes, and the history of an item. None of them blocks."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QWidget

from desktop.dialogs.attributes import AttributesDialog
from desktop.dialogs.history import HistoryDialog
from desktop.dialogs.labels import LabelsDialog
from desktop.session.session import Session


class RecordDialogs(QObject):
    """One method for each dialog."""

    def __init__(self, session: Session, window: QWidget) -> None:
        super().__init__(window)
        self._session = session
        self._window = window

    def show_labels(self) -> None:
        session, labelling = self._session, self._session.labelling
        if session.workspace.project is None:
            return
        dialog = LabelsDialog(labelling.rows(), editable=session.workspace.writable, parent=self._window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.renamed.connect(labelling.rename)
        dialog.recoloured.connect(labelling.recolour)
        dialog.mapped.connect(labelling.map)
        dialog.added.connect(labelling.add)
        dialog.merged.connect(labelling.merge)
        dialog.deleted.connect(labelling.delete)
        labelling.table_changed.connect(dialog.show_rows)
        dialog.open()

    def show_attributes(self) -> None:
        session, defining = self._session, self._session.defining
        if session.workspace.project is None:
            return
        editable = session.workspace.writable
        dialog = AttributesDialog(defining.table(), defining.labels(), editable=editable, parent=self._window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.defined.connect(defining.define)
        dialog.removed.connect(defining.remove)
        defining.table_changed.connect(dialog.show_table)
        dialog.open()

    def show_history(self) -> None:
        session, histories = self._session, self._session.histories
        item, seen = session.workspace.current, session.inspecting.inspected
        if item is None:
            return
        chosen = seen.annotation or seen.verdict
        called = "" if chosen is None else (seen.expressions or ("?",))[0]
        dialog = HistoryDialog(item.path, called, editable=session.workspace.writable, parent=self._window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)

        def read(before: int | None) -> None:
            histories.read(before=before, of=chosen.id if chosen is not None and dialog.only.isChecked() else None)

        def show(ids: tuple[str, ...]) -> None:
            there = session.showing.contents.ids()
            session.selection.set(one for one in ids if one in there)

        kept = session.selection.ids
        dialog.page_wanted.connect(read)
        dialog.look_wanted.connect(histories.look)
        dialog.restore_wanted.connect(histories.restore)
        dialog.shown.connect(show)
        dialog.finished.connect(lambda _: show(kept))
        histories.came.connect(dialog.show_page)
        histories.looked.connect(dialog.show_looked)
        histories.outdated.connect(dialog.reload)
        dialog.open()
        dialog.reload()
