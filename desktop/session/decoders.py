"""The threads that decode the open medium: begun, listened to while it is open, and asked to end when it is left.

What they tell is heard on the thread of the window.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Qt, Signal

from core.jobs import Progress
from core.media.packet_index import PacketIndex
from desktop.runner import Callbacks
from desktop.session.decoding_thread import DecodingThread
from desktop.session.frame_worker import Frame, FrameWorker, Prepare
from desktop.session.sound_worker import OpenCard, Opened, SoundWorker


class Decoders(QObject):
    """`frames` and `sound` of the open medium, each None where it has none or is not opened yet."""

    _heard = Signal(object)

    def __init__(
        self,
        prepare: Prepare,
        open_card: OpenCard,
        progress: Callable[[Progress], object],
        parent: QObject | None = None,
    ) -> None:
        """`progress` is told how far a file is numbered, whichever worker does it."""
        super().__init__(parent)
        self._prepare, self._open_card, self._progress = prepare, open_card, progress
        self._heard.connect(self._call, Qt.ConnectionType.QueuedConnection)
        self._turn = 0
        self._ending: list[DecodingThread] = []
        self.frames: FrameWorker | None = None
        self.sound: SoundWorker | None = None

    def open_frames(
        self, path: Path, take: Callable[[PacketIndex | Frame], object], fail: Callable[[Exception], object]
    ) -> None:
        """Decode a video: `take` gets its index, then each frame that was asked for."""
        self.frames = FrameWorker(path, self._prepare, self._callbacks(take, fail), self._heard.emit)

    def open_sound(
        self, path: Path, take: Callable[[Opened], object], fail: Callable[[Exception], object], *, volume: float
    ) -> None:
        """Decode a sound, or that of a video: `take` gets what the file says of itself."""
        self.sound = SoundWorker(path, self._callbacks(take, fail), self._heard.emit, self._open_card)
        self.sound.volume = volume

    def close(self) -> None:
        """Have the threads end soon; nobody waits for them here, and nobody hears them any more."""
        for worker in (self.frames, self.sound):
            if worker is not None:
                worker.stop()
                self._ending.append(worker)
        self._ending = [worker for worker in self._ending if worker.is_alive]
        self._turn += 1
        self.frames = self.sound = None

    def join(self) -> None:
        """Wait until every thread that was asked to end has ended."""
        for worker in self._ending:
            worker.join()
        self._ending.clear()

    def _callbacks(self, take: Callable[..., object], fail: Callable[[Exception], object]) -> Callbacks:
        return Callbacks(item=self._mine(take), progress=self._mine(self._progress), failed=self._mine(fail))

    def _mine(self, act: Callable[..., object]) -> Callable[..., None]:
        """The act, for as long as the medium that is open now stays open."""
        turn = self._turn

        def call(*arguments: object) -> None:
            if turn == self._turn:
                act(*arguments)

        return call

    def _call(self, callback: Callable[[], object]) -> None:
        callback()
