"""Reads the sound of the current item for the eye: its peaks in the background, finer detail when it is looked at."""

from __future__ import annotations

import logging
from collections import OrderedDict
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from PySide6.QtCore import QObject, Signal

from core.errors import MediaError, UserError
from core.jobs import JobContext
from core.media import content_hash
from core.media.audio import AudioFile
from core.media.peaks import Peaks, compute_peaks, peaks_path
from core.media.sound_edges import edges_between
from core.media.spectrogram import BANDS, Floats, Picture, tile
from core.schema import MediaItem
from desktop.runner import Callbacks, Job, Priority, Runner
from desktop.session.workspace import Workspace

STRETCH_S = 2.0  # samples are read in stretches of this length
TILES_KEPT = 96  # 24 kB each
STRETCHES_KEPT = 16
_WAITING_MOST = 8  # requests for what has been scrolled past are dropped
_LOG = logging.getLogger(__name__)


class Sounds(QObject):
    """Peaks of the current video or sound. Of a video without sound nothing is said."""

    started = Signal(str)  # media id
    progressed = Signal(object)  # Progress
    peaks_came = Signal(object)  # Peaks: growing previews, then the whole
    detail_came = Signal()
    failed = Signal(object)  # UserError

    def __init__(self, workspace: Workspace, runner: Runner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._runner = runner
        self.media_id = ""
        self.peaks: Peaks | None = None
        self._path = Path()
        self._job: Job | None = None
        self._tiles: OrderedDict[tuple[int, int], Picture] = OrderedDict()
        self._stretches: OrderedDict[int, tuple[float, Floats]] = OrderedDict()
        self._asked: OrderedDict[object, Job] = OrderedDict()
        workspace.current_changed.connect(self.follow)
        workspace.closing.connect(self.forget)

    def follow(self) -> None:
        """Begin with the current item; what was being read of another one ends."""
        self.forget()
        item = self._workspace.current
        if item is None or item.kind == "image":
            return
        self.media_id = item.id
        self.started.emit(item.id)
        try:
            self._path = self._workspace.resolve(item)
        except UserError as error:  # its root is not known on this machine
            self._fail(item, error)
            return
        path, known = self._path, item.content_hash

        def task(context: JobContext) -> Iterator[Peaks]:
            return compute_peaks(path, peaks_path(known or content_hash(path)), context)

        callbacks = Callbacks(
            item=self._mine(self._take),
            progress=self._mine(self.progressed.emit),
            failed=self._mine(lambda error: self._fail(item, error)),
        )
        self._job = self._runner.submit("files", task, callbacks, priority=Priority.NOW)

    def forget(self) -> None:
        """Leave the item."""
        for job in (self._job, *self._asked.values()):
            if job is not None:
                job.cancel()
        if self.peaks is not None:
            self.peaks.close()
        self._job, self.peaks, self.media_id = None, None, ""
        self._tiles.clear()
        self._stretches.clear()
        self._asked.clear()

    # --- detail ------------------------------------------------------------------------------

    def tile(self, level: int, number: int) -> Picture | None:
        """A tile of the spectrogram if it is there; else it is asked for, and `detail_came` follows."""
        key = (level, number)
        found = self._tiles.get(key)
        if found is not None:
            self._tiles.move_to_end(key)
            return found
        path = self._path
        nothing = np.zeros((0, BANDS), dtype=np.uint8)
        self._ask(key, lambda context: tile(path, level, number, context), self._tiles, TILES_KEPT, nothing)
        return None

    def samples(self, start_s: float, end_s: float) -> tuple[float, Floats] | None:
        """Samples that cover a stretch, with the second of the first of them; None until they are there."""
        first, last = max(0, int(start_s // STRETCH_S)), max(0, int(end_s // STRETCH_S))
        if last - first >= STRETCHES_KEPT - 1 or self.peaks is None:
            return None
        if last > first and last * STRETCH_S >= self.peaks.facts.end_s:
            last -= 1
        path = self._path
        parts = []
        for number in range(first, last + 1):
            found = self._stretches.get(number)
            if found is None:
                nothing = (number * STRETCH_S, np.zeros(0, dtype=np.float32))
                task = partial(_stretch, path, number)
                self._ask(number, task, self._stretches, STRETCHES_KEPT, nothing)
            else:
                self._stretches.move_to_end(number)
                parts.append(found)
        if len(parts) <= last - first:
            return None
        return parts[0][0], np.concatenate([part[1] for part in parts])

    def edges(self, start_s: float, end_s: float) -> tuple[float, ...]:
        """Where sound begins and ends in a stretch; none until the peaks are known."""
        return () if self.peaks is None or self._job is not None else edges_between(self.peaks, start_s, end_s)

    def _ask(
        self, key: Any, task: Callable[[JobContext], Any], kept: OrderedDict[Any, Any], most: int, nothing: Any
    ) -> None:
        """Have a detail read, once; where that fails, `nothing` is what there is of it."""
        if key in self._asked:
            return

        def take(found: Any) -> None:
            kept[key] = found
            while len(kept) > most:
                kept.popitem(last=False)
            self.detail_came.emit()

        def fail(error: Exception) -> None:
            _LOG.info("no detail of %s: %s", self._path, error)
            kept[key] = nothing

        def ended() -> None:
            self._asked.pop(key, None)

        callbacks = Callbacks(done=self._mine(take), failed=self._mine(fail), ended=self._mine(ended))
        self._asked[key] = self._runner.submit("files", task, callbacks, priority=Priority.NOW)
        while len(self._asked) > _WAITING_MOST:
            self._asked.popitem(last=False)[1].cancel()

    # --- taking ------------------------------------------------------------------------------

    def _mine(self, act: Callable[..., object]) -> Callable[..., None]:
        """The act, for as long as the item is the current one."""
        media_id = self.media_id

        def call(*arguments: object) -> None:
            if media_id and media_id == self.media_id:
                act(*arguments)

        return call

    def _take(self, peaks: Peaks) -> None:
        self.peaks = peaks
        if peaks.is_whole:
            self._job = None
        self.peaks_came.emit(peaks)

    def _fail(self, item: MediaItem, error: Exception) -> None:
        self._job = None
        if item.kind == "video":
            _LOG.info("no waveform of %s: %s", item.path, error)
            return
        if not isinstance(error, UserError):
            _LOG.error("reading a sound failed", exc_info=error)
            error = MediaError("The sound cannot be shown", why=str(error))
        self.failed.emit(error)


def _stretch(path: Path, number: int, _: JobContext) -> tuple[float, Floats]:
    """Runs in the files lane."""
    start_s = number * STRETCH_S
    with AudioFile(path) as sound:
        begin_s = sound.start_s if number == 0 else start_s
        return begin_s, sound.read(begin_s, start_s + STRETCH_S, rate=None)[0]
