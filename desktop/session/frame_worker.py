"""Decodes a video in a thread of its own: numbers its frames, gives single ones, and plays ahead into a short queue."""

from __future__ import annotations

import time
from collections import OrderedDict, deque
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PySide6.QtGui import QImage

from core.errors import MediaError
from core.jobs import JobContext, Progress
from core.media.images import RGB
from core.media.packet_index import PacketIndex, build_index
from core.media.video import VideoFile, first_frame
from desktop.runner import Callbacks
from desktop.session.decoding_thread import DecodingThread, Deliver
from desktop.session.playing import Due, SpanS, following

Prepare = Callable[[QImage], Any]  # what the canvas is handed; must work outside the GUI thread
_AHEAD = 8  # frames decoded before they are due
_AHEAD_BYTES = 96_000_000
_REPORT_S = 0.1  # how often numbering the frames says how far it is
BEFORE_NUMBERING = -1  # the number of the first frame while the frames have none
_BACK = 12  # frames that are decoded and kept at once on the way back: each way back begins at a key frame


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """A frame ready to be drawn; `at_s` is its own time, `due` its place in the order of playing."""

    number: int
    at_s: float
    image: Any
    due: Due
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Stream:
    """Play from here on."""

    first: Due
    loop: SpanS | None


class FrameWorker(DecodingThread):
    """One video, one thread. Every call returns at once; `stop` and later `join` end it."""

    def __init__(self, path: Path, prepare: Prepare, callbacks: Callbacks, deliver: Deliver) -> None:
        """`callbacks.item` is handed the `PacketIndex`, then each single `Frame`; `progress` counts bytes numbered."""
        super().__init__("groundlabel-frames", self._work, callbacks, deliver)
        self._path = path
        self._prepare = prepare
        self._still: int | None = None
        self._stream: _Stream | None = None
        self._ready: deque[Frame] = deque()
        self._due = Due(0, 0)
        self._room = _AHEAD
        self._kept: OrderedDict[int, Frame] = OrderedDict()  # decoded last: a step or two from them costs nothing
        self._last = 0
        self._begin()

    # --- called by the owner -----------------------------------------------------------------

    def show(self, number: int) -> None:
        """Decode one frame and tell it; a later wish replaces one that has not begun. Ends playing."""
        with self._changed:
            self._still, self._stream = number, None
            self._ready.clear()
            self._changed.notify()

    def play(self, first: Due, loop: SpanS | None) -> None:
        """Decode ahead from a frame on."""
        with self._changed:
            self._still, self._stream, self._due = None, _Stream(first, loop), first
            self._ready.clear()
            self._changed.notify()

    def pull(self, due: Due) -> Frame | None:
        """The latest decoded frame that is due, if there is one newer than those pulled before."""
        found = None
        with self._changed:
            self._due = due
            while self._ready and self._ready[0].due <= due:
                found = self._ready.popleft()
            self._changed.notify()
        return found

    def rest(self) -> None:
        """End playing."""
        with self._changed:
            self._stream = None
            self._ready.clear()

    # --- the thread --------------------------------------------------------------------------

    def _work(self, context: JobContext) -> Iterator[PacketIndex | Frame]:
        with suppress(MediaError):  # numbering says it again if nothing can be shown at all
            first = first_frame(self._path)
            yield Frame(BEFORE_NUMBERING, first.at_s, self._prepare(drawable(first.rgb)), Due(0, 0))
        index = build_index(self._path, JobContext(context.token, _now_and_then(context.report)))
        with VideoFile(self._path, index) as video:
            yield index
            yield from self._serve(video)

    def _serve(self, video: VideoFile) -> Iterator[Frame]:
        at: Due | None = None
        stream: _Stream | None = None
        while True:
            with self._changed:
                self._changed.wait_for(self._has_work)
                if self._stopped:
                    return
                still, self._still = self._still, None
                if self._stream is not stream:
                    stream = self._stream
                    at = stream.first if stream is not None else None
                if at is not None:
                    at = max(at, self._due)  # what is late already is passed over
            if still is not None:
                yield self._single(video, still)
            elif stream is not None and at is not None:
                self._push(self._frame(video, at), stream)
                self._last = at.number
                at = following(at, video.index, stream.loop)
                self._note_end(stream, at)

    def _single(self, video: VideoFile, number: int) -> Frame:
        """A frame to rest at. One before the last brings those before it along, as the next wish is for them."""
        is_back = self._last - _BACK <= number < self._last
        self._last = number
        if number not in self._kept and is_back:
            for before in range(max(0, number + 1 - min(_BACK, self._room)), number):
                self._frame(video, Due(0, before))
        return self._kept.get(number) or self._frame(video, Due(0, number))

    def _has_work(self) -> bool:
        wants_more = self._stream is not None and len(self._ready) < self._room
        return self._stopped or self._still is not None or wants_more

    def _push(self, frame: Frame, stream: _Stream) -> None:
        with self._changed:
            if self._stream is stream:
                self._ready.append(frame)

    def _note_end(self, stream: _Stream, at: Due | None) -> None:
        """After the last frame there is nothing to do until something else is wanted."""
        if at is None:
            with self._changed:
                if self._stream is stream:
                    self._stream = None

    def _frame(self, video: VideoFile, due: Due) -> Frame:
        try:
            rgb = video.frame(due.number)
        except MediaError as error:
            return Frame(due.number, video.index.time_of(due.number), None, due, (error.what,))
        self._room = max(2, min(_AHEAD, _AHEAD_BYTES // max(1, rgb.nbytes * 16 // 9)))
        frame = Frame(due.number, video.index.time_of(due.number), self._prepare(drawable(rgb)), due, video.warnings)
        self._kept[due.number] = frame
        self._kept.move_to_end(due.number)
        while len(self._kept) > 2 * self._room:
            self._kept.popitem(last=False)
        return frame


def _now_and_then(report: Callable[[Progress], None]) -> Callable[[Progress], None]:
    """The report, but not more often than anybody can read."""
    last = 0.0

    def tell(progress: Progress) -> None:
        nonlocal last
        if time.monotonic() - last >= _REPORT_S:
            last = time.monotonic()
            report(progress)

    return tell


def drawable(rgb: RGB) -> QImage:
    """[h, w, 3] uint8 in the format that the screen takes, as a copy."""
    height, width = rgb.shape[:2]
    raw = QImage(rgb.data, width, height, width * 3, QImage.Format.Format_RGB888)
    return raw.convertToFormat(QImage.Format.Format_RGB32)
