"""Reads pictures in the files lane and keeps the few that were shown last or come next.

What a view wants of a picture (`prepare`) is done in the lane as well, so that showing it costs nothing.
"""

from __future__ import annotations

import logging
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from core.errors import MediaError, UserError
from core.jobs import JobContext
from core.media import read_image
from core.schema import MediaItem
from desktop.runner import Callbacks, Job, Priority, Runner
from desktop.session.workspace import Workspace

Prepare = Callable[[QImage], Any]  # what the canvas is handed; must work outside the GUI thread
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Picture:
    """A decoded picture ready to be drawn, or the reason why there is none."""

    media_id: str
    image: Any = None
    bytes: int = 0
    warnings: tuple[str, ...] = ()
    error: UserError | None = None


def load_picture(media_id: str, path: Path, prepare: Prepare) -> Picture:
    """Runs in the files lane. A picture that cannot be read is an answer too, not an exception."""
    try:
        pixels = read_image(path)
    except UserError as error:
        return Picture(media_id, error=error)
    height, width = pixels.rgb.shape[:2]
    raw = QImage(pixels.rgb.data, width, height, width * 3, QImage.Format.Format_RGB888)
    # RGB32 is what the screen takes; converting here copies the pixels and spares the GUI thread the work
    image = raw.convertToFormat(QImage.Format.Format_RGB32)
    return Picture(media_id, prepare(image), image.sizeInBytes() * 4 // 3, pixels.warnings)


class Pictures(QObject):
    """Asks for the current item's picture, and for its neighbours' after it."""

    ready = Signal(object)  # Picture of the current item
    loading = Signal(str)  # media id: the current item's picture is not there yet

    def __init__(self, workspace: Workspace, runner: Runner, prepare: Prepare, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._prepare = prepare
        self._workspace = workspace
        self._runner = runner
        self._kept: OrderedDict[str, Picture] = OrderedDict()
        self._jobs: dict[str, Job] = {}
        self._ahead = 1
        self._room_bytes = 400_000_000
        workspace.current_changed.connect(self.show_current)
        workspace.closing.connect(self._forget)

    def set_ahead(self, count: int) -> None:
        """How many pictures on either side of the current one are read before they are wanted."""
        self._ahead = count

    def set_room(self, room_bytes: int) -> None:
        """How much is kept; the current picture always is."""
        self._room_bytes = room_bytes
        self._trim()

    def show_current(self) -> None:
        """Deliver the current picture from the cache or, as soon as it is read, from the disk."""
        item = self._workspace.current
        if item is None:
            return
        self._drop_requests_except(item.id)
        kept = self._kept.get(item.id)
        if kept is not None:
            self._kept.move_to_end(item.id)
            self.ready.emit(kept)
        elif item.kind == "image":
            self.loading.emit(item.id)
            self._request(item, Priority.NOW)
        row = self._workspace.current_row
        for neighbour in (row + by for far in range(1, self._ahead + 1) for by in (far, -far)):
            beside = self._workspace.items.at(neighbour)
            if beside is not None:
                self._request(beside, Priority.SOON)

    def reload(self) -> None:
        """Read the current picture again, for when its file has been mended."""
        item = self._workspace.current
        if item is not None and item.kind == "image":
            self._kept.pop(item.id, None)
            self.show_current()

    def forget(self, media_ids: Sequence[str]) -> None:
        """Their files are elsewhere now: what was read of them no longer holds."""
        for media_id in media_ids:
            self._kept.pop(media_id, None)

    def _request(self, item: MediaItem, priority: Priority) -> None:
        if item.kind != "image" or item.id in self._kept or item.id in self._jobs:
            return
        prepare = self._prepare
        try:
            path = self._workspace.resolve(item)
        except UserError as error:  # its root is not known on this machine
            self._take(Picture(item.id, error=error))
            return

        def task(_: JobContext) -> Picture:
            return load_picture(item.id, path, prepare)

        def ended() -> None:
            self._jobs.pop(item.id, None)

        callbacks = Callbacks(done=self._take, failed=lambda error: self._fail(item.id, error), ended=ended)
        self._jobs[item.id] = self._runner.submit("files", task, callbacks, priority=priority)

    def _drop_requests_except(self, media_id: str) -> None:
        for requested, job in list(self._jobs.items()):
            if requested != media_id:
                job.cancel()  # ends only what has not begun
                self._jobs.pop(requested, None)

    def _fail(self, media_id: str, error: Exception) -> None:
        _LOG.error("reading a picture failed", exc_info=error)
        self._take(Picture(media_id, error=MediaError("The picture cannot be shown", why=str(error))))

    def _take(self, picture: Picture) -> None:
        if self._workspace.item(picture.media_id) is None:
            return  # of a project that was closed meanwhile
        self._kept[picture.media_id] = picture
        current = self._workspace.current
        if current is not None and current.id == picture.media_id:
            self._kept.move_to_end(picture.media_id)
            self.ready.emit(picture)
        self._trim()

    def _trim(self) -> None:
        current = self._workspace.current
        total = sum(kept.bytes for kept in self._kept.values())
        for media_id in list(self._kept):
            if total <= self._room_bytes or len(self._kept) <= 1:
                return
            if current is not None and media_id == current.id:
                continue
            total -= self._kept.pop(media_id).bytes

    def _forget(self) -> None:
        for job in self._jobs.values():
            job.cancel()
        self._jobs.clear()
        self._kept.clear()
