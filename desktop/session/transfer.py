"""Out and back: exports and imports run in the files lane and end with a report."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QObject, Signal

from core.formats import ReadOptions
from core.formats.registry import find_format, format_ids, suffix_of
from core.jobs import JobContext, Report
from core.media.locating import search_folders
from core.project import Project
from core.schema import SplitName
from core.workflows import looking, transfer
from desktop.runner import Callbacks, Job, Priority, Runner
from desktop.session.notices import Notices
from desktop.session.workspace import Workspace

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class FormatChoice:
    """A format as a dialog offers it. `suffix` ends the name of its file; it is empty where it is a folder."""

    id: str
    title: str
    suffix: str


@dataclass(frozen=True, slots=True)
class ImportRequest:
    """What to bring in: a file or folder, its format, and where media may lie besides where the file says."""

    source: Path
    format_id: str
    media_dir: Path | None = None
    label_map: Path | None = None
    split: SplitName | None = None
    exhaustive: bool = True
    expressions: tuple[tuple[str, tuple[str, ...]], ...] = ()  # per class, in place of what the label map says


def format_choices() -> list[FormatChoice]:
    """The formats that can be read and written, in their documented order."""
    return [FormatChoice(name, find_format(name).title, suffix_of(name)) for name in format_ids()]


class Transfer(QObject):
    """One export or import at a time."""

    started = Signal()
    progressed = Signal(object)  # Progress
    exported = Signal(object, object)  # Report, Path
    imported = Signal(object, object)  # Report, Path
    looked = Signal(object)  # ImportPreview
    export_looked = Signal(object)  # Report
    failed = Signal(object)  # Exception
    ended = Signal()

    def __init__(self, workspace: Workspace, runner: Runner, notices: Notices, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._runner = runner
        self._notices = notices
        self._job: Job | None = None
        workspace.closing.connect(self.cancel)

    @property
    def busy(self) -> bool:
        return self._job is not None

    def cancel(self) -> bool:
        """Stop what is running; a half-written file is not left behind."""
        if self._job is None:
            return False
        self._job.cancel()
        return True

    def export(self, format_id: str, out: Path) -> None:
        """Write the whole project as it stands now."""
        project = self._workspace.project
        if project is None or self._job is not None:
            return

        def task(context: JobContext) -> Report:
            transfer.check_target(out, project.path)
            return transfer.export(project.snapshot(history=format_id == "native"), format_id, out, context=context)

        self._run(task, lambda report: self.exported.emit(report, out))

    def look_at_export(self, format_id: str) -> None:
        """Find out what an export would leave out; nothing is left behind."""
        project = self._workspace.project
        if project is None or self._job is not None:
            return

        def task(context: JobContext) -> Report:
            return looking.look_at_export(project.snapshot(history=format_id == "native"), format_id, context)

        self._run(task, self.export_looked.emit)

    def look(self, request: ImportRequest) -> None:
        """Find out what an import would bring; nothing is written."""
        project = self._workspace.project
        if project is None or self._job is not None:
            return

        def task(context: JobContext) -> looking.ImportPreview:
            return looking.look_at_import(
                project,
                request.source,
                request.format_id,
                options=_options(request, context),
                media_dir=request.media_dir,
                split=request.split,
            )

        self._run(task, self.looked.emit)

    def bring_in(self, request: ImportRequest) -> None:
        """Read a file into the open project: one Change, taken back by one undo."""
        project = self._workspace.project
        if project is None or self._job is not None:
            return

        def task(context: JobContext) -> Report:
            return import_request(project, request, context)

        self._run(task, lambda report: self._take_import(report, request.source))

    def _take_import(self, report: Report, source: Path) -> None:
        self._workspace.reload_items()
        self._workspace.refreshed.emit()
        self.imported.emit(report, source)

    def _run(self, task: Callable[[JobContext], T], done: Callable[[T], None]) -> None:
        callbacks = Callbacks(done=done, progress=self.progressed.emit, failed=self.failed.emit, ended=self._ended)
        self._job = self._runner.submit("files", task, callbacks, priority=Priority.NOW)
        self.started.emit()

    def _ended(self) -> None:
        self._job = None
        self.ended.emit()


def _options(request: ImportRequest, context: JobContext) -> ReadOptions:
    options = transfer.read_options(label_map=request.label_map, exhaustive=request.exhaustive, context=context)
    return replace(options, label_map={**options.label_map, **dict(request.expressions)})


def import_request(project: Project, request: ImportRequest, context: JobContext) -> Report:
    """Runs in the files lane: read, find the media, and put everything into the project as one Change."""
    batch = transfer.read_batch(request.source, find_format(request.format_id), _options(request, context))
    folders = search_folders(request.source, request.media_dir, project.path.parent)
    found = transfer.find_media(batch, folders, context)
    transfer.require_found(batch, found)
    result = transfer.import_into(project, batch, found=found, split=request.split, context=context)
    return result.report
