"""Opens the dialog that checks this installation: the window stays usable beside it."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QWidget

from desktop.session.session import Session


class HelpDialogs(QObject):
    """One at a time; closing it stops what it checks."""

    def __init__(self, session: Session, window: QWidget) -> None:
        super().__init__(window)
        self._session = session
        self._window = window

    def check_installation(self) -> None:
        from desktop.dialogs.installation import InstallationDialog  # the checks come with it: not for the start

        there = self._window.findChild(InstallationDialog)
        if there is not None:
            there.raise_()
            there.activateWindow()
            return
        installation = self._session.installation
        dialog = InstallationDialog(self._window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.start_wanted.connect(installation.start)
        dialog.stop_wanted.connect(installation.stop)
        dialog.rejected.connect(installation.stop)
        dialog.report_wanted.connect(lambda: dialog.copy(installation.report()))
        installation.checked.connect(dialog.show_check)
        installation.stepped.connect(dialog.show_step)
        installation.progressed.connect(dialog.show_note)
        installation.ended.connect(dialog.show_end)
        installation.stopped.connect(dialog.show_stopped)
        installation.failed.connect(dialog.show_error)
        dialog.begin()
        dialog.show()
