"""What the item list says about each medium, and its small pictures. Rows are worked out once and kept."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from core.errors import UserError
from core.files import cache_dir
from core.jobs import JobContext
from core.media.aside import AsideReader
from core.media.thumbnails import kept_thumbnail, thumbnail
from core.project.queue import Listed
from core.schema import Change, MediaItem, MediaKind, ReviewState
from desktop.runner import Callbacks, Job, Runner
from desktop.session.pending import pending_proposals
from desktop.session.workspace import Workspace, media_of

ROWS_KEPT = 20_000
WAITING_KEPT = 80


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
    is_missing: bool = False
    duration_s: float | None = None


@dataclass(frozen=True, slots=True)
class Small:
    """A small picture, null when there is none to be had, and whether the file is there at all."""

    image: QImage
    is_missing: bool = False


def read_thumbnail(path: Path, kind: MediaKind, side_px: int, aside: AsideReader, context: JobContext) -> Small:
    """Runs in the lane of thumbnails; videos and sounds, whose decoders may crash, are read in a child process."""
    make = partial(thumbnail, path, side_px, cache_dir(), kind=kind)
    try:
        kept = kept_thumbnail(path, side_px, cache_dir())
        if kept is None:
            kept = make() if kind == "image" else aside.call(make, path.name, context)
        return Small(QImage(str(kept)))
    except UserError:
        return Small(QImage(), not path.exists())


def make_row(item: MediaItem, known: Listed, *, is_missing: bool = False) -> ItemRow:
    """Name, state and counts of one item."""
    size = f"{item.width} × {item.height}" if item.width and item.height else ""
    name = item.path.rsplit("/", 1)[-1]
    pending = pending_proposals(known.answers, known.changes, known.decided) if known.state != "new" else ()
    return ItemRow(
        item.id, name, item.kind, known.state, len(pending), known.annotations, size, is_missing, item.duration_s
    )


class Overview(QObject):
    """Feeds the item list: rows by page, thumbnails as they are asked for."""

    reset = Signal()
    appended = Signal()
    rows_changed = Signal(list)  # media ids
    thumbnail_ready = Signal(str, QImage)
    thumbnail_dropped = Signal(str)  # media id: asked for and not made, because too many others were asked for since
    missing_changed = Signal(int)  # how many of the media that were looked at have no file

    def __init__(self, workspace: Workspace, runner: Runner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._runner = runner
        self._rows: OrderedDict[str, ItemRow] = OrderedDict()
        self._missing: set[str] = set()
        self._wanted: OrderedDict[str, int] = OrderedDict()  # media id -> side in pixels, the latest last
        self._job: Job | None = None
        self._aside = AsideReader()
        workspace.opened.connect(self._start)
        workspace.closing.connect(self._forget)
        workspace.closed.connect(self.reset)
        workspace.items_added.connect(self.appended)
        workspace.changed.connect(self._on_change)
        workspace.answers_changed.connect(lambda media_id: self._outdate([media_id]))
        workspace.refreshed.connect(self._start)
        workspace.items_reset.connect(self._start)

    def close(self) -> None:
        """After the lanes have ended: the process that reads videos and sounds ends too."""
        self._aside.close()

    def count(self) -> int:
        return len(self._workspace.items)

    def page(self, offset: int, limit: int) -> Sequence[ItemRow]:
        """Rows of the list, in the project's order."""
        project = self._workspace.project
        if project is None:
            return []
        items = self._workspace.items.some(offset, limit)
        fresh = [item for item in items if item.id not in self._rows]
        if fresh:
            known = project.queue.listed([item.id for item in fresh])
            for item in fresh:
                self._rows[item.id] = make_row(item, known[item.id], is_missing=item.id in self._missing)
        rows = [self._rows[item.id] for item in items]
        while len(self._rows) > ROWS_KEPT:
            self._rows.popitem(last=False)
        return rows

    @property
    def missing(self) -> frozenset[str]:
        """Ids of the media that were looked at and whose file was not there."""
        return frozenset(self._missing)

    def request_thumbnail(self, media_id: str, side_px: int) -> None:
        """Ask for a small picture; `thumbnail_ready` brings it. What was asked for last is made first.

        Of a list that is scrolled through quickly only the last rows are made (`thumbnail_dropped` names the others).
        """
        self._wanted[media_id] = side_px
        if len(self._wanted) > WAITING_KEPT:
            dropped, _ = self._wanted.popitem(last=False)
            self.thumbnail_dropped.emit(dropped)
        self._make_next()

    def _make_next(self) -> None:
        if self._job is not None or not self._wanted:
            return
        media_id, side_px = self._wanted.popitem()
        item, project = self._workspace.item(media_id), self._workspace.project
        if item is None or project is None:
            return

        def task(context: JobContext) -> Small:
            try:
                path = project.places.resolve(item)
            except UserError:  # the root is not known on this machine: as good as gone
                return Small(QImage(), is_missing=True)
            return read_thumbnail(path, item.kind, side_px, self._aside, context)

        def ended() -> None:
            self._job = None
            self._make_next()

        callbacks = Callbacks(done=lambda small: self._take(media_id, small), ended=ended)
        self._job = self._runner.submit("thumbnails", task, callbacks)

    def look_again(self, media_ids: Iterable[str]) -> None:
        """Files may have been found again: forget that they were missing."""
        ids = list(media_ids)
        self._missing.difference_update(ids)
        self._outdate(ids)
        self.missing_changed.emit(len(self._missing))

    def _take(self, media_id: str, small: Small) -> None:
        if small.is_missing != (media_id in self._missing):
            self._missing ^= {media_id}
            if media_id in self._rows:
                self._rows[media_id] = replace(self._rows[media_id], is_missing=small.is_missing)
            self.rows_changed.emit([media_id])
            self.missing_changed.emit(len(self._missing))
        self.thumbnail_ready.emit(media_id, small.image)

    def _start(self) -> None:
        self._rows.clear()
        self.reset.emit()

    def _on_change(self, change: Change) -> None:
        self._outdate(media_of(change))

    def _outdate(self, media_ids: list[str]) -> None:
        for media_id in media_ids:
            self._rows.pop(media_id, None)
        self.rows_changed.emit(media_ids)

    def _forget(self) -> None:
        self._wanted.clear()
        if self._job is not None:
            self._job.cancel()
        self._rows.clear()
        self._missing.clear()
        self.missing_changed.emit(0)
