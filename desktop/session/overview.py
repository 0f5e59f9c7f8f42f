"""What the item list says about each medium, and its small pictures. Rows are worked out once and kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from core.errors import UserError
from core.files import cache_dir
from core.jobs import JobContext
from core.media import thumbnail
from core.project import Project
from core.schema import Change, MediaItem, MediaKind, ReviewState
from desktop.runner import Callbacks, Job, Priority, Runner
from desktop.session.pending import pending_proposals
from desktop.session.workspace import Workspace, media_of


@dataclass(frozen=True, slots=True)
class ItemRow:
    """What the list says of one medium."""

    media_id: str
    name: str
    kind: MediaKind
    state: ReviewState = "new"
    proposals: int = 0
    annotations: int = 0
    detail: str = ""


def read_thumbnail(path: Path, side_px: int) -> QImage:
    """Runs in the files lane. A null image when there is none to be had."""
    try:
        return QImage(str(thumbnail(path, side_px, cache_dir())))
    except UserError:
        return QImage()


def make_row(project: Project, item: MediaItem, state: ReviewState) -> ItemRow:
    """Name, state and counts of one item."""
    size = f"{item.width} × {item.height}" if item.width and item.height else ""
    name = item.path.rsplit("/", 1)[-1]
    annotations = len(project.annotations(item.id))
    if state == "new":  # nobody has looked at it yet, but an import may have brought annotations
        return ItemRow(item.id, name, item.kind, annotations=annotations, detail=size)
    pending = pending_proposals(project.answers(item.id), project.history(item.id))
    return ItemRow(item.id, name, item.kind, state, len(pending), annotations, detail=size)


class Overview(QObject):
    """Feeds the item list: rows by page, thumbnails as they are asked for."""

    reset = Signal()
    appended = Signal()
    rows_changed = Signal(list)  # media ids
    thumbnail_ready = Signal(str, QImage)

    def __init__(self, workspace: Workspace, runner: Runner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._runner = runner
        self._rows: dict[str, ItemRow] = {}
        self._states: dict[str, ReviewState] = {}
        self._jobs: set[Job] = set()
        workspace.opened.connect(self._start)
        workspace.closing.connect(self._forget)
        workspace.closed.connect(self.reset)
        workspace.items_added.connect(self.appended)
        workspace.changed.connect(self._on_change)
        workspace.answers_changed.connect(lambda media_id: self._outdate([media_id]))
        workspace.refreshed.connect(self._start)
        workspace.items_reset.connect(self._start)

    def count(self) -> int:
        return len(self._workspace.items)

    def page(self, offset: int, limit: int) -> Sequence[ItemRow]:
        """Rows of the list, in the project's order."""
        project = self._workspace.project
        if project is None:
            return []
        rows = []
        for item in self._workspace.items.some(offset, limit):
            row = self._rows.get(item.id)
            if row is None:
                row = self._rows[item.id] = make_row(project, item, self._states.get(item.id, "new"))
            rows.append(row)
        return rows

    def request_thumbnail(self, media_id: str, side_px: int) -> None:
        """Start making a small picture; `thumbnail_ready` brings it."""
        item = self._workspace.item(media_id)
        if item is None:
            return
        try:
            path = self._workspace.resolve(item)
        except UserError:  # the canvas says why when the item is shown
            return

        def task(_: JobContext) -> QImage:
            return read_thumbnail(path, side_px)

        def done(image: QImage) -> None:
            self.thumbnail_ready.emit(media_id, image)

        job = self._runner.submit(
            "files", task, Callbacks(done=done, ended=lambda: self._jobs.discard(job)), priority=Priority.BACKGROUND
        )
        self._jobs.add(job)

    def _start(self) -> None:
        project = self._workspace.project
        self._rows.clear()
        self._states = project.reviews() if project is not None else {}
        self.reset.emit()

    def _on_change(self, change: Change) -> None:
        self._outdate(media_of(change))

    def _outdate(self, media_ids: list[str]) -> None:
        project = self._workspace.project
        if project is None:
            return
        for media_id in media_ids:
            self._rows.pop(media_id, None)
            self._states[media_id] = project.review(media_id)
        self.rows_changed.emit(media_ids)

    def _forget(self) -> None:
        for job in list(self._jobs):
            job.cancel()
        self._jobs.clear()
        self._rows.clear()
        self._states.clear()
