"""Plays the sound of a file in a thread of its own; what the sound card has played is the clock of everything else.

A card that cannot be opened is told once; pictures then run by the computer's clock.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from core.jobs import JobContext
from core.media.audio import AudioFile
from desktop.runner import Callbacks
from desktop.session.decoding_thread import DecodingThread, Deliver
from desktop.session.playing import Clock, SpanS, wrapped

Block = npt.NDArray[np.float32]  # [n, channels], -1 to 1
Fill = Callable[[Block, float], None]  # fill this; it will be heard in so many seconds
RATE = 48_000
_BLOCK_S = 0.05
_AHEAD = 10  # blocks decoded before they are due
_LATENCY_MAX_S = 1.0


class Card(Protocol):
    """An open sound card that calls a `Fill` from a thread of its own until it is closed."""

    def close(self) -> None: ...


OpenCard = Callable[[int, Fill], Card | None]  # channels; None where there is no sound card


@dataclass(frozen=True, slots=True)
class Opened:
    """What a sound file says of itself, in seconds; `has_card` is False where nothing can be heard here."""

    start_s: float
    end_s: float
    has_card: bool
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Playing:
    """Play from a running position on, until `end_s` or round a loop."""

    running_s: float
    speed: float
    loop: SpanS | None
    end_s: float


class SoundWorker(DecodingThread):
    """One sound, one thread. Every call returns at once; `stop` and later `join` end it."""

    def __init__(self, path: Path, callbacks: Callbacks, deliver: Deliver, open_card: OpenCard) -> None:
        """`callbacks.item` is handed one `Opened`."""
        super().__init__("groundlabel-sound", self._work, callbacks, deliver)
        self._path = path
        self._open_card = open_card
        self._playing: _Playing | None = None
        self._blocks: deque[tuple[float, Block]] = deque()  # with the running position of each
        self._fed_all = False
        self._clock: Clock | None = None
        self.volume = 1.0
        self._begin()

    # --- called by the owner -----------------------------------------------------------------

    @property
    def clock(self) -> Clock | None:
        """Where the sound is that can be heard now; None until the card has taken the first of it."""
        return self._clock

    def play(self, running_s: float, speed: float, loop: SpanS | None, end_s: float) -> None:
        """Play from a running position on."""
        self._go_on_with(_Playing(running_s, speed, loop, end_s))

    def rest(self) -> None:
        """Be silent."""
        self._go_on_with(None)

    def _go_on_with(self, playing: _Playing | None) -> None:
        with self._changed:
            self._playing, self._clock, self._fed_all = playing, None, False
            self._blocks.clear()
            self._changed.notify()

    # --- the thread --------------------------------------------------------------------------

    def _work(self, context: JobContext) -> Iterator[Opened]:
        with AudioFile(self._path) as sound:
            channels = min(2, sound.channels)
            card = self._open_card(channels, self._fill)
            try:
                yield Opened(sound.start_s, sound.end_s(context), card is not None, sound.warnings)
                if card is not None:
                    self._serve(sound, channels)
            finally:
                if card is not None:
                    card.close()

    def _serve(self, sound: AudioFile, channels: int) -> None:
        playing: _Playing | None = None
        blocks: Iterator[tuple[float, Block]] = iter(())
        while True:
            with self._changed:
                self._changed.wait_for(self._has_work)
                if self._stopped:
                    return
                if self._playing is not playing:
                    playing = self._playing
                    blocks = iter(()) if playing is None else stretch(sound, channels, playing)
            found = next(blocks, None)
            with self._changed:
                if self._playing is not playing:
                    continue
                if found is None:
                    self._fed_all = True
                else:
                    self._blocks.append(found)

    def _has_work(self) -> bool:
        hungry = self._playing is not None and not self._fed_all and len(self._blocks) < _AHEAD
        return self._stopped or hungry

    # --- the card's thread -------------------------------------------------------------------

    def _fill(self, wanted: Block, latency_s: float) -> None:
        """Hand the card what is due, and note when it will be heard. Silence, and a clock that stands, without any."""
        heard_at = time.perf_counter() + min(max(latency_s, 0.0), _LATENCY_MAX_S)
        wanted[:] = 0.0
        with self._changed:
            playing = self._playing
            if playing is None:
                return
            at, filled = 0, 0.0
            while at < len(wanted) and self._blocks:
                running_s, block = self._blocks.popleft()
                take = min(len(block), len(wanted) - at)
                wanted[at : at + take] = block[:take] * self.volume
                if at == 0:
                    self._clock = Clock(running_s, heard_at, playing.speed)
                per_sample_s = playing.speed / RATE
                filled = running_s + take * per_sample_s
                if take < len(block):
                    self._blocks.appendleft((filled, block[take:]))
                at += take
            if at == 0 and self._clock is not None:
                self._stand(heard_at)
            self._changed.notify()

    def _stand(self, at: float) -> None:
        """Nothing to play: at the end time goes on, elsewhere it waits for the decoder."""
        clock = self._clock
        if clock is not None and not self._fed_all and clock.speed:
            self._clock = Clock(clock.now(at), at, 0.0)


def stretch(sound: AudioFile, channels: int, playing: _Playing) -> Iterator[tuple[float, Block]]:
    """The sound from a running position on, round the loop if there is one, as blocks for the card.

    Other speeds are read at another rate, so that the card plays them faster or slower (and higher or lower).
    """
    rate = max(1, round(RATE / playing.speed))
    running_s, loop = playing.running_s, playing.loop
    until_s = loop[1] if loop is not None else playing.end_s
    lap, start_s = wrapped(running_s, loop)
    while True:
        total, done = max(0, round((until_s - start_s) * rate)), 0
        for samples in _pieces(sound, start_s, until_s, rate, total):
            yield running_s + done / rate, _for_card(samples, channels)
            done += samples.shape[1]
        if loop is None:
            return
        lap += 1
        running_s, start_s = loop[0] + lap * (loop[1] - loop[0]), loop[0]


def _pieces(sound: AudioFile, start_s: float, end_s: float, rate: int, total: int) -> Iterator[npt.NDArray[np.float32]]:
    """[channels, n] pieces that hold `total` samples together: silence stands where the file has no more."""
    size = max(1, round(_BLOCK_S * RATE))
    done = 0
    for window in sound.windows(size / rate, start_s=start_s, end_s=end_s, rate=rate, channels="all"):
        piece = window.samples[:, : total - done]
        if piece.shape[1]:
            yield piece
        done += piece.shape[1]
    while done < total:
        piece = np.zeros((sound.channels, min(size, total - done)), dtype=np.float32)
        yield piece
        done += piece.shape[1]


def _for_card(samples: npt.NDArray[np.float32], channels: int) -> Block:
    """Stereo stays, one channel stays, more are mixed down alike to both sides."""
    if samples.shape[0] > 2:
        samples = np.repeat(samples.mean(axis=0, keepdims=True), channels, axis=0)
    return np.ascontiguousarray(samples.T)


def open_card(channels: int, fill: Fill) -> Card | None:
    """The default sound card; None where PortAudio or a card is missing."""
    try:
        import sounddevice
    except OSError:  # PortAudio itself is not there
        return None

    def call(out: Block, _frames: int, moment: Any, _status: object) -> None:
        fill(out, float(moment.outputBufferDacTime - moment.currentTime))

    try:
        stream = sounddevice.OutputStream(samplerate=RATE, channels=channels, dtype="float32", callback=call)
        stream.start()
    except sounddevice.PortAudioError:
        return None
    return _OpenStream(stream)


class _OpenStream:
    """A PortAudio stream as a `Card`."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream

    def close(self) -> None:
        self._stream.stop()
        self._stream.close()
