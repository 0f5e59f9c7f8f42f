"""Finding moved files again: surveys and searches in the files lane, and keeps what the person agrees to."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal

from core.errors import UserError
from core.jobs import JobContext
from core.workflows.relinking import Plan, look_in, relink, survey
from desktop.runner import Callbacks, Job, Priority, Runner
from desktop.session.notices import Notices
from desktop.session.overview import Overview
from desktop.session.pictures import Pictures
from desktop.session.workspace import Workspace


class Relinking(QObject):
    """One search at a time."""

    progressed = Signal(object)  # Progress
    found = Signal(object)  # Plan
    failed = Signal(object)  # Exception
    relinked = Signal(list)  # media ids

    def __init__(
        self,
        workspace: Workspace,
        overview: Overview,
        pictures: Pictures,
        runner: Runner,
        notices: Notices,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._overview = overview
        self._pictures = pictures
        self._runner = runner
        self._notices = notices
        self._job: Job | None = None
        workspace.closing.connect(self.cancel)

    def look(self, folder: Path) -> None:
        """Search a folder and everything below it for the media that have no file now."""
        self.cancel()
        project = self._workspace.project
        if project is None:
            return

        def task(context: JobContext) -> Plan:
            return look_in(folder, survey(project, context), context)

        callbacks = Callbacks(found=self.found.emit, failed=self.failed.emit, progress=self.progressed.emit)
        self._job = self._runner.submit("files", task, callbacks, priority=Priority.NOW)

    def apply(self, plan: Plan) -> None:
        """From now on the media are where they were found."""
        project = self._workspace.project
        if project is None or not plan.matches:
            return
        try:
            count = relink(project, plan)
        except UserError as error:
            self._notices.error(error)
            return
        ids = [match.item.id for match in plan.matches]
        self._pictures.forget(ids)
        self._overview.look_again(ids)
        self.relinked.emit(ids)
        self._notices.hint(
            self.tr("1 file was found again") if count == 1 else self.tr("{n} files were found again").format(n=count)
        )
        if self._workspace.current is not None and self._workspace.current.id in ids:
            self._pictures.show_current()

    def cancel(self) -> None:
        """Stop the search; nothing has been changed by it."""
        if self._job is not None:
            self._job.cancel()
            self._job = None
