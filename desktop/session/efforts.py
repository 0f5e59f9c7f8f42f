"""What the work has cost, read off the project's log in the background, and written to a file when that is wanted."""

from __future__ import annotations

import json
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from core.errors import UserError
from core.files import write_atomically
from core.jobs import JobContext
from core.workflows.effort import Effort, effort_of
from desktop.runner import Callbacks, Priority, Runner
from desktop.session.attending import Attending
from desktop.session.workspace import Workspace


class Efforts(QObject):
    """Reads and exports."""

    read = Signal(object)  # Effort
    written = Signal(object)  # Path
    failed = Signal(object)  # Exception

    def __init__(
        self, workspace: Workspace, attending: Attending, runner: Runner, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._attending = attending
        self._runner = runner

    def look(self) -> None:
        """Read everything; `read` follows."""
        project = self._workspace.project
        if project is None:
            return
        self._attending.keep()

        def task(_: JobContext) -> Effort:
            return effort_of(project)

        self._runner.submit(
            "files", task, Callbacks(done=self.read.emit, failed=self.failed.emit), priority=Priority.NOW
        )

    def write(self, effort: Effort, path: Path) -> None:
        """Write a table of items (.csv), or everything (.json)."""

        def task(_: JobContext) -> Path:
            is_json = path.suffix.lower() == ".json"
            text = json.dumps(effort.as_json(), ensure_ascii=False, indent=1) + "\n" if is_json else effort.as_csv()
            try:
                write_atomically(path, text)
            except OSError as error:
                raise UserError(f"{path} cannot be written", why=error.strerror or str(error)) from error
            return path

        self._runner.submit("files", task, Callbacks(done=self.written.emit, failed=self.failed.emit))
