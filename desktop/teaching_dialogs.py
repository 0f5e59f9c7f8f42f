"""Opens the dialogs about making the model better: teaching, versions, what the work cost. None of them blocks."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QDialog, QMainWindow

from desktop.session.session import Session


class TeachingDialogs(QObject):
    """One method for each dialog. The work goes on beside them."""

    def __init__(self, session: Session, window: QMainWindow) -> None:
        super().__init__(window)
        self._session = session
        self._window = window
        session.workspace.closed.connect(self._close_all)

    def improve(self) -> None:
        from desktop.dialogs.improve import ImproveDialog  # here and below: what the window opens without

        session = self._session
        if session.workspace.project is None or self._raised(ImproveDialog):
            return
        self._show(
            ImproveDialog(
                session.improving,
                session.versioning,
                session.models,
                writable=session.workspace.writable,
                parent=self._window,
            )
        )

    def versions(self) -> None:
        from desktop.dialogs.versions import VersionsDialog

        session = self._session
        if session.workspace.project is None or self._raised(VersionsDialog):
            return
        self._show(VersionsDialog(session.versioning, editable=session.workspace.writable, parent=self._window))

    def effort(self) -> None:
        from desktop.dialogs.effort import EffortDialog

        if self._session.workspace.project is None or self._raised(EffortDialog):
            return
        self._show(EffortDialog(self._session.efforts, self._session.workspace.project.path, self._window))

    def _raised(self, kind: type[QDialog]) -> bool:
        dialog = self._window.findChild(kind)
        if dialog is not None:
            dialog.raise_()
            dialog.activateWindow()
        return dialog is not None

    def _show(self, dialog: QDialog) -> None:
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setModal(False)
        dialog.show()

    def _close_all(self) -> None:
        for name in ("improve_dialog", "versions_dialog", "effort_dialog"):
            dialog = self._window.findChild(QDialog, name)
            if dialog is not None:
                dialog.close()
