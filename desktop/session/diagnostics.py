"""Puts the diagnostic report together in the files lane, and saves it where the person says."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from core.jobs import JobContext
from desktop.runner import Callbacks, Job, Priority, Runner
from desktop.session.workspace import Workspace

if TYPE_CHECKING:
    from core.workflows.diagnostics import Bundle


class Diagnostics(QObject):
    """One report at a time; what it tells is the state of the moment when it was asked for."""

    collected = Signal(object)  # Bundle
    saved = Signal(object)  # Path
    failed = Signal(object)  # Exception

    def __init__(self, workspace: Workspace, runner: Runner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._runner = runner
        self._job: Job | None = None

    def collect(self) -> None:
        """Look at everything anew; takes seconds, for libraries are tried in a process of their own."""
        self.cancel()
        project = self._workspace.project
        places = [project.path] if project is not None else []

        def task(_: JobContext) -> Bundle:
            from core.workflows.diagnostics import collect  # what it looks at is not needed to open the window

            return collect(places)

        callbacks = Callbacks(found=self.collected.emit, failed=self.failed.emit)
        self._job = self._runner.submit("files", task, callbacks, priority=Priority.NOW)

    def save(self, bundle: Bundle, path: Path) -> None:
        def task(_: JobContext) -> Path:
            bundle.save(path)
            return path

        callbacks = Callbacks(done=self.saved.emit, failed=self.failed.emit)
        self._runner.submit("files", task, callbacks, priority=Priority.NOW)

    def cancel(self) -> None:
        """Nobody wants the report that is being made any more."""
        if self._job is not None:
            self._job.cancel()
            self._job = None
