"""Opens one video or sound, and plays it: where it is, how fast, round what loop. Shows nothing itself.

What the sound card has played is the clock; without a card or a sound the computer's clock is. Decoding goes on in
threads of their own (`decoders`), which are waited for in `shutdown`.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import Literal

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from core.media.packet_index import PacketIndex
from core.schema import MediaSource
from desktop.session.decoders import Decoders
from desktop.session.frame_worker import Frame, Prepare
from desktop.session.playing import (
    SPEEDS,
    Clock,
    SpanS,
    clamped_speed,
    clean_loop,
    due_at,
    last_frame_before,
    running_start,
    stepped,
    wrapped,
)
from desktop.session.sound_worker import OpenCard, Opened, open_card

TICK_MS = 12
CARD_PATIENCE_S = 1.5  # a sound card that takes nothing for so long is left out
Marks = tuple[float | None, float | None]
SoundState = Literal["none", "on", "no_card", "broken"]

__all__ = ["SPEEDS", "Transport"]


class Transport(QObject):
    """At most one open medium. All times are seconds of the file's own clock (`start_s` to `start_s + duration_s`).

    At rest a video stands at the time of the frame that is shown; a sound stands wherever it was put.
    """

    opened = Signal()  # length and frames are known now
    closed = Signal()
    moved = Signal(float)  # position_s
    playing_changed = Signal(bool)
    settings_changed = Signal()  # speed, loop, marks, volume, or whether there is a sound
    frame_changed = Signal(object)  # Frame that belongs on the screen
    progressed = Signal(object)  # Progress of finding out how long a medium is, and what its frames are
    failed = Signal(object)  # UserError or another exception: the medium cannot be shown or heard

    def __init__(self, prepare: Prepare, parent: QObject | None = None, *, open_card: OpenCard = open_card) -> None:
        super().__init__(parent)
        self._decoders = Decoders(prepare, open_card, self.progressed.emit, self)
        self._source: MediaSource | None = None
        self._index: PacketIndex | None = None
        self._span: SpanS = (0.0, 0.0)
        self._is_open = False
        self._sound_state: SoundState = "none"
        self._position_s = 0.0
        self._running_s = 0.0
        self._end_s = 0.0
        self._clock: Clock | None = None  # of the computer, where no sound card drives
        self._began_at = 0.0
        self._playing = False
        self._plays_loop = True
        self._speed = 1.0
        self._loop: SpanS | None = None
        self._marks: Marks = (None, None)
        self._volume, self._muted = 1.0, False
        self._asked: int | None = None  # the frame that was decoded last, or is going to be
        self.frame: Frame | None = None
        self._tick = QTimer(self, interval=TICK_MS, timerType=Qt.TimerType.PreciseTimer)
        self._tick.timeout.connect(self._advance)

    # --- what it is about --------------------------------------------------------------------

    @property
    def source(self) -> MediaSource | None:
        """The open medium, also while it is still being opened."""
        return self._source

    @property
    def media_id(self) -> str:
        """The id of the open medium, or an empty text."""
        return self._source.item.id if self._source is not None else ""

    @property
    def is_open(self) -> bool:
        """Whether length and frames are known, so that it can be played."""
        return self._is_open

    @property
    def index(self) -> PacketIndex | None:
        """The frames of an open video."""
        return self._index

    @property
    def start_s(self) -> float:
        return self._span[0]

    @property
    def end_s(self) -> float:
        return self._span[1]

    @property
    def duration_s(self) -> float:
        """From the first frame or sample to the end of the last one; as it was probed until it is open."""
        return self._span[1] - self._span[0]

    @property
    def position_s(self) -> float:
        return self._position_s

    @property
    def playing(self) -> bool:
        return self._playing

    @property
    def speed(self) -> float:
        return self._speed

    @property
    def loop_s(self) -> SpanS | None:
        """The stretch that is played again and again."""
        return self._loop

    @property
    def marks_s(self) -> Marks:
        """Where the marked part begins and ends; None for an end that is not marked."""
        return self._marks

    @property
    def marked_s(self) -> SpanS | None:
        """The marked part, the medium's own ends for what is not marked; None without any mark."""
        begin, end = self._marks
        if begin is None and end is None:
            return None
        return (self.start_s if begin is None else begin, self.end_s if end is None else end)

    @property
    def volume(self) -> float:
        """0 to 1."""
        return self._volume

    @property
    def muted(self) -> bool:
        return self._muted

    @property
    def sound_state(self) -> SoundState:
        """Whether something can be heard: `none` is a video without sound, `broken` one whose sound cannot be read."""
        return self._sound_state

    # --- opening -----------------------------------------------------------------------------

    def open(self, source: MediaSource) -> None:
        """Open a video or a sound; `opened` or `failed` follows. A picture closes what was open."""
        self.close()
        item = source.item
        if item.kind == "image":
            return
        self._source = source
        self._span = (0.0, item.duration_s or 0.0)
        path = Path(source.path)
        if item.kind == "video":
            self._decoders.open_frames(path, self._take_of_video, self._fail)
        else:
            self._open_sound(path)

    def close(self) -> None:
        """Leave the medium. Its threads end soon; nobody waits for them here."""
        self.pause()
        self._decoders.close()
        was_open = self._source is not None
        self._index = self._source = self.frame = None
        self._is_open, self._sound_state, self._asked = False, "none", None
        self._span, self._position_s, self._loop, self._marks = (0.0, 0.0), 0.0, None, (None, None)
        if was_open:
            self.closed.emit()

    def shutdown(self) -> None:
        """Close, and wait until every thread has ended."""
        self.close()
        self._decoders.join()

    def _open_sound(self, path: Path) -> None:
        volume = 0.0 if self._muted else self._volume
        self._decoders.open_sound(path, self._take_sound, self._lose_sound, volume=volume)

    def _take_of_video(self, found: PacketIndex | Frame) -> None:
        if isinstance(found, Frame):
            self._show(found)
            return
        self._index = found
        if found.has_audio and self._source is not None:
            self._open_sound(Path(self._source.path))
        self._become_open((found.start_s, found.end_s))

    def _take_sound(self, sound: Opened) -> None:
        self._sound_state = "on" if sound.has_card else "no_card"
        if self._index is None:
            self._become_open((sound.start_s, sound.end_s))
        self.settings_changed.emit()

    def _become_open(self, span: SpanS) -> None:
        wanted_s = self._position_s
        self._span, self._is_open = span, True
        self.opened.emit()
        self.seek(wanted_s)

    def _lose_sound(self, error: Exception) -> None:
        """A video goes on without its sound; a sound that cannot be read is all there was."""
        self._sound_state = "broken"
        if self._index is None:
            self._fail(error)
        self.settings_changed.emit()

    def _fail(self, error: Exception) -> None:
        self.pause()
        self.failed.emit(error)

    # --- moving ------------------------------------------------------------------------------

    def seek(self, position_s: float) -> None:
        """Go to a time; while playing, go on from there. Until the medium is open the wish is kept."""
        if not self._is_open:
            self._position_s = max(0.0, position_s)
            return
        position_s = min(max(position_s, self.start_s), self.end_s)
        if self._playing:
            self._start(position_s)
            return
        if self._index is not None and self._decoders.frames is not None:
            number = self._index.index_at(position_s)
            position_s = self._index.time_of(number)
            if self._asked != number:
                self._asked = number
                self._decoders.frames.show(number)
        self._place(position_s)

    def step(self, frames: int) -> None:
        """Go so many frames on (or back), and rest there; in a sound, so many hundredths of a second."""
        self.pause()
        if self._index is not None:
            self.seek(stepped(self._index, self._position_s, frames))
        elif self._is_open:
            self.seek(self._position_s + frames * 0.01)

    def play(self, start_s: float | None = None, end_s: float | None = None) -> None:
        """Play from `start_s` (where it is) to `end_s` (the end, or round the loop), and rest there."""
        if not self._is_open:
            return
        at_end = self._position_s >= self._resting_end(self.end_s) - 1e-6
        begin = self._position_s if start_s is None else start_s
        if start_s is None and at_end:
            begin = self.start_s
        self._end_s = min(self.end_s if end_s is None else end_s, self.end_s)
        self._plays_loop = end_s is None
        was_playing, self._playing = self._playing, True
        self._start(min(max(begin, self.start_s), self.end_s))
        self._tick.start()
        if not was_playing:
            self.playing_changed.emit(True)

    def pause(self) -> None:
        """Rest at the frame that is shown."""
        if not self._playing:
            return
        self._rest()
        self.seek(self.frame.at_s if self._index is not None and self.frame is not None else self._position_s)

    def toggle(self) -> None:
        """Play or rest."""
        if self._playing:
            self.pause()
        else:
            self.play()

    def set_speed(self, speed: float) -> None:
        """0.25 to 2 times as fast as recorded; a playing medium goes on from where it is."""
        if clamped_speed(speed) != self._speed:
            self._speed = clamped_speed(speed)
            self._restart()

    def set_loop(self, span: SpanS | None) -> None:
        """Play this stretch again and again; None ends it. Playing begins at its start where it was beyond its end."""
        loop = clean_loop(span, self.start_s, self.end_s)
        if loop != self._loop:
            self._loop = loop
            self._restart()

    def mark_in(self) -> None:
        """The marked part begins here; an end before that is given up."""
        end = self._marks[1]
        self.set_marks((self._position_s, end if end is not None and end > self._position_s else None))

    def mark_out(self) -> None:
        """The marked part ends here, in a video with the frame that is shown; a beginning after that is given up."""
        here = self._position_s
        if self._index is not None:
            number = self._index.index_at(here) + 1
            here = self._index.time_of(number) if number < len(self._index) else self.end_s
        begin = self._marks[0]
        self.set_marks((begin if begin is not None and begin < here else None, here))

    def set_marks(self, marks: Marks) -> None:
        """Mark a part of the medium, or nothing with (None, None)."""
        if marks != self._marks:
            self._marks = marks
            self.settings_changed.emit()

    def set_volume(self, volume: float, *, muted: bool = False) -> None:
        """0 to 1; a muted sound goes on as the clock."""
        self._volume, self._muted = min(max(volume, 0.0), 1.0), muted
        if self._decoders.sound is not None:
            self._decoders.sound.volume = 0.0 if muted else self._volume
        self.settings_changed.emit()

    # --- playing -----------------------------------------------------------------------------

    def _restart(self) -> None:
        if self._playing:
            self._start(self._position_s)
        self.settings_changed.emit()

    def _active_loop(self) -> SpanS | None:
        return self._loop if self._plays_loop else None

    def _start(self, position_s: float) -> None:
        """Everything goes from a position on: frames, sound, clock."""
        loop = self._active_loop()
        self._running_s = running_start(position_s, loop)
        self._began_at = time.perf_counter()
        self._clock = None
        self._place(wrapped(self._running_s, loop)[1])
        if self._decoders.frames is not None and self._index is not None:
            self._decoders.frames.play(due_at(self._index, self._running_s, loop), loop)
        if self._decoders.sound is not None and self._sound_state == "on":
            self._decoders.sound.play(self._running_s, self._speed, loop, self._end_s)
        else:
            self._clock = Clock(self._running_s, self._began_at, self._speed)

    def _advance(self) -> None:
        """What time it is, and what belongs on the screen."""
        now = time.perf_counter()
        clock = self._clock or (self._decoders.sound.clock if self._decoders.sound is not None else None)
        if clock is None:
            if now - self._began_at > CARD_PATIENCE_S:
                self._leave_card(now)
            return
        self._running_s = max(self._running_s, clock.now(now))
        loop = self._active_loop()
        if loop is None and self._running_s >= self._end_s:
            self._finish()
            return
        if self._decoders.frames is not None and self._index is not None:
            frame = self._decoders.frames.pull(due_at(self._index, self._running_s, loop))
            if frame is not None:
                self._show(frame)
        self._place(wrapped(self._running_s, loop)[1])

    def _leave_card(self, now: float) -> None:
        """The card takes nothing: go on without it."""
        self._sound_state = "no_card"
        self._clock = Clock(self._running_s, now, self._speed)
        if self._decoders.sound is not None:
            self._decoders.sound.rest()
        self.settings_changed.emit()

    def _finish(self) -> None:
        end_s = self._end_s
        self._rest()
        self.seek(self._resting_end(end_s))

    def _resting_end(self, end_s: float) -> float:
        return end_s if self._index is None else last_frame_before(self._index, end_s)

    def _rest(self) -> None:
        self._tick.stop()
        self._playing, self._clock = False, None
        if self._decoders.sound is not None:
            self._decoders.sound.rest()
        if self._decoders.frames is not None:
            self._decoders.frames.rest()
        self.playing_changed.emit(False)

    def _show(self, frame: Frame) -> None:
        self.frame = frame
        if self._playing:
            self._asked = frame.number
        self.frame_changed.emit(frame)

    def _place(self, position_s: float) -> None:
        self._position_s = position_s
        self.moved.emit(position_s)
