"""Reading the sound of any container: a window of it exactly, or hours of it in overlapping windows.

Seconds are those of `core.media.packet_index`: the file's own clock, shared by pictures and sound. Only a file without
pictures counts from its first sample, as every player and editor does (an MP3 carries a few hundredths before it).
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Any, Literal

import av
import numpy as np
import numpy.typing as npt

from core.errors import MediaError
from core.jobs import JobContext
from core.media.resampling import Resampler, Samples
from core.media.streams import (
    DECODE_ERRORS,
    Discard,
    audio_stream,
    container_duration_s,
    no_sound,
    open_container,
    open_input,
    stream_duration_s,
    video_stream,
)

_log = logging.getLogger(__name__)

Channels = Literal["mono", "all"]

RATE = 16_000  # what the sound branch hears
# Decoding begins this much earlier: lossy coders need a few packets before what they give is right.
_PREROLL_S = Fraction(1, 2)
# Clocks of whole milliseconds wobble; a jump beyond this is a gap in the sound (or doubled sound).
_GAP_S = 0.02
_POLL_PACKETS = 1024
# What whole numbers mean: silence, and the distance from it to the loudest.
_FULL_SCALE = {"uint8": (128, 128), "int16": (0, 1 << 15), "int32": (0, 1 << 31), "int64": (0, 1 << 63)}
# These say how long they are; of others (MP3, ADTS, AC-3 streams) the length is a guess from the bit rate.
_TELL_LENGTH = ("mov", "matroska", "wav", "w64", "flac", "ogg", "asf", "aiff", "avi", "caf")


@dataclass(frozen=True, slots=True, eq=False)
class SoundWindow:
    """`samples` is [channels, n] float32, -1 to 1; `start_s` and `end_s` are where it stands in the file."""

    start_s: float
    end_s: float
    rate: int
    samples: Samples


def read_audio(
    path: Path,
    start_s: float | None = None,
    end_s: float | None = None,
    *,
    rate: int | None = RATE,
    channels: Channels = "mono",
) -> Samples:
    """The sound of a window as [channels, n] float32, -1 to 1; see `AudioFile.read`. Raises `MediaError`."""
    with AudioFile(path) as sound:
        return sound.read(start_s, end_s, rate=rate, channels=channels)


@dataclass(frozen=True, slots=True, eq=False)
class _Piece:
    """Decoded samples [h, n] and the number of the first of them, counted from the first of the sound."""

    first: int
    samples: Samples

    @property
    def end(self) -> int:
        return self.first + int(self.samples.shape[1])


class _Reservoir:
    """Hands out stretches of a sound, in ascending order, from decoded pieces; silence where there is none."""

    def __init__(self, pieces: Iterator[_Piece], channels: int) -> None:
        self._source = pieces
        self._channels = channels
        self._pieces: list[_Piece] = []
        self._reach = 0
        self.end: int | None = None  # behind the last sample, once that is known

    def take(self, first: int, end: int) -> Samples:
        """[h, end - first] samples. What lies before `first` is forgotten."""
        while self._reach < end and self.end is None:
            piece = next(self._source, None)
            if piece is None:
                self.end = self._reach
                break
            self._reach = max(self._reach, piece.end)
            if piece.end > first:
                self._pieces.append(piece)
        self._pieces = [piece for piece in self._pieces if piece.end > first]
        out = np.zeros((self._channels, end - first), dtype=np.float32)
        for piece in self._pieces:
            a, b = max(first, piece.first), min(end, piece.end)
            if a < b:
                out[:, a - first : b - first] = piece.samples[:, a - piece.first : b - piece.first]
        return out


class AudioFile:
    """The sound of a file, open. Use it in a `with` block, from one thread; it holds seconds of sound, never all."""

    def __init__(self, path: Path) -> None:
        """Raises `MediaError` for a file without sound, or of no known kind."""
        self.path = path
        self._container = open_input(path)
        try:
            self._stream = self._select()
            first = self._first_frame()
        except BaseException:
            self._container.close()
            raise
        assert self._stream.time_base is not None
        self._time_base: Fraction = self._stream.time_base
        self.native_rate = first.sample_rate
        self.channels = len(first.layout.channels)
        self._first_s = Fraction(0) if first.pts is None else first.pts * self._time_base
        self._has_video = video_stream(self._container) is not None
        # What is second 0 to callers, on the clock of the file.
        self._zero_s = Fraction(0) if self._has_video else self._first_s
        self._damaged = False
        self._turn = 0  # which reading the decoder belongs to
        self._is_open = True

    def __enter__(self) -> AudioFile:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file; harmless twice."""
        self._turn += 1
        self._is_open = False
        self._container.close()

    @property
    def start_s(self) -> float:
        """When the first sample sounds."""
        return float(self._first_s - self._zero_s)

    @property
    def warnings(self) -> tuple[str, ...]:
        """What is not as it should be in what was read so far."""
        return (f"{self.path.name} is damaged: some of its sound is missing",) if self._damaged else ()

    def end_s(self, context: JobContext | None = None) -> float:
        """When the sound ends: as the file says; where that is a guess, its packets are counted (no decoding)."""
        length_s = stream_duration_s(self._stream)
        if self._container.format.name.startswith(_TELL_LENGTH):
            if length_s is None:
                length_s = container_duration_s(self._container)
            if length_s is not None and length_s > 0:
                return self.start_s + length_s
        return self._counted_end_s(context or JobContext())

    def read(
        self,
        start_s: float | None = None,
        end_s: float | None = None,
        *,
        rate: int | None = RATE,
        channels: Channels = "mono",
    ) -> Samples:
        """The sound from `start_s` to `end_s`: [1 or channels, n] float32 at `rate` (None: as recorded).

        Exact to the sample: n is round((end - start) * rate), silence stands where the file has none before or
        between, and what lies after its end is left out. Without a start from the first sample, without an end to the
        last. A part equals the same part of the whole. mono is the mean of the channels.
        """
        begin = self.start_s if start_s is None else start_s
        parts = list(self._stretch(begin, end_s, rate or self.native_rate, channels))
        if not parts:
            return np.zeros((1 if channels == "mono" else self.channels, 0), dtype=np.float32)
        return parts[0] if len(parts) == 1 else np.concatenate(parts, axis=1)

    def windows(
        self,
        window_s: float,
        overlap_s: float = 0.0,
        *,
        start_s: float | None = None,
        end_s: float | None = None,
        rate: int | None = RATE,
        channels: Channels = "mono",
        context: JobContext | None = None,
    ) -> Iterator[SoundWindow]:
        """The sound in windows of one length, each beginning `window_s - overlap_s` after the one before.

        The last one may be shorter; it holds something that no window before it does. Decodes once, forward, and
        holds one window. Raises `Cancelled`.
        """
        if not 0 <= overlap_s < window_s:
            raise ValueError("a window must be longer than its overlap")
        job = context or JobContext()
        hertz = rate or self.native_rate
        begin = self.start_s if start_s is None else start_s
        size, step = round(window_s * hertz), max(1, round((window_s - overlap_s) * hertz))
        total = 0 if end_s is None else max(0, round((end_s - begin) * hertz))
        waiting: Samples | None = None
        passed, fresh = 0, False  # samples dropped from the front; whether `waiting` holds any that nobody saw
        for part in self._stretch(begin, end_s, hertz, channels):
            job.raise_if_cancelled()
            waiting = part if waiting is None else np.concatenate((waiting, part), axis=1)
            fresh = True
            while waiting.shape[1] >= size:
                yield _window(begin, passed, hertz, waiting[:, :size].copy())
                job.raise_if_cancelled()
                fresh = waiting.shape[1] > size
                waiting = waiting[:, step:]
                passed += step
                job.progress(min(passed, total) if total else passed, total)
        if waiting is not None and waiting.shape[1] and fresh:
            yield _window(begin, passed, hertz, waiting.copy())

    def _select(self) -> av.AudioStream:
        stream = audio_stream(self._container)
        if stream is None:
            raise no_sound(self.path, has_video=video_stream(self._container) is not None)
        for other in self._container.streams:
            if other.index != stream.index:
                other.discard = Discard.all
        return stream

    def _first_frame(self) -> av.AudioFrame:
        first = next(_frames(self._container, self._stream), None)
        if first is None or not first.sample_rate or not first.layout.channels:
            raise MediaError(f"{self.path} holds no sound that can be heard", why="None of it can be decoded")
        return first

    def _latest_sample(self) -> int | None:
        """Beyond which no sample can lie, where the file tells its length."""
        length_s = container_duration_s(self._container)
        if length_s is None or not self._container.format.name.startswith(_TELL_LENGTH):
            return None
        return round((length_s + abs(self.start_s) + 1) * self.native_rate)

    def _stretch(self, start_s: float, end_s: float | None, rate: int, channels: Channels) -> Iterator[Samples]:
        """The wanted samples at the wanted rate, a second or so at a time."""
        resampler = Resampler(self.native_rate, rate)
        at = round((start_s - self.start_s) * rate)  # outputs are numbered from the first sample of the sound
        end = None if end_s is None else at + round((end_s - start_s) * rate)
        pieces = self._decoded(max(0, resampler.needed(at, at + 1)[0]), channels)
        source = _Reservoir(pieces, 1 if channels == "mono" else self.channels)
        while end is None or at < end:
            until = at + rate if end is None else min(at + rate, end)
            samples = source.take(*resampler.needed(at, until))
            if source.end is not None:
                until = min(until, resampler.length(source.end))
            if until <= at:
                return
            yield resampler.run(samples, at, until)
            at = until

    def _decoded(self, first: int, channels: Channels) -> Iterator[_Piece]:
        """Decoded pieces that begin at or before sample `first`."""
        if not self._is_open:
            raise ValueError(f"{self.path} was closed")
        self._turn += 1
        latest = self._latest_sample()
        start_s = self._first_s + Fraction(first, self.native_rate) - _PREROLL_S
        if start_s > self._first_s and self._seek(start_s):
            pieces = self._pieces(channels, None, latest)
            head = next(pieces, None)
            if head is None and latest is not None and first >= latest:
                return
            if head is not None and head.first <= first:
                yield head
                yield from pieces
                return
            _log.info("%s: no exact jump to %s s, decoding from the beginning", self.path, float(start_s))
        self._container.close()
        self._container = open_input(self.path)
        self._stream = self._select()
        yield from self._pieces(channels, 0, latest)

    def _pieces(self, channels: Channels, expected: int | None, latest: int | None) -> Iterator[_Piece]:
        """What is decoded from here on. Without `expected`, the first piece tells its place by its PTS or is left out.

        Pieces follow each other; only a clear gap in the clock moves one, as clocks are rounded.
        """
        for frame in _frames(self._container, self._stream, self._note_damage, self._still(self._turn)):
            if frame.sample_rate != self.native_rate or not frame.samples:
                self._note_damage()
                continue
            place = expected
            if frame.pts is not None:
                stated = round((frame.pts * self._time_base - self._first_s) * self.native_rate)
                jumps = expected is None or abs(stated - expected) > _GAP_S * self.native_rate
                if jumps and (latest is None or stated < latest):
                    place = stated
            if place is None:
                continue
            samples = _mixed(_to_float(frame), self.channels, channels)
            expected = place + samples.shape[1]
            yield _Piece(place, samples)

    def _note_damage(self) -> None:
        self._damaged = True

    def _still(self, turn: int) -> Callable[[], None]:
        """A check that nobody closed the file or began another reading: reading on would bring down the process."""

        def check() -> None:
            if turn != self._turn:
                raise ValueError(f"{self.path} was closed, or read from elsewhere, before this reading ended")

        return check

    def _seek(self, start_s: Fraction) -> bool:
        try:
            self._container.seek(int(start_s / self._time_base), stream=self._stream)
        except DECODE_ERRORS as error:
            _log.info("%s: no jump to %s s: %s", self.path, float(start_s), error)
            return False
        return True

    def _counted_end_s(self, job: JobContext) -> float:
        with open_container(self.path) as container:
            stream = audio_stream(container)
            assert stream is not None
            size, end = self.path.stat().st_size, Fraction(0)
            try:
                for number, packet in enumerate(container.demux(stream)):
                    if number % _POLL_PACKETS == 0:
                        job.raise_if_cancelled()
                        job.progress(min(packet.pos or 0, size), size)
                    if packet.pts is not None:
                        end = max(end, (packet.pts + (packet.duration or 0)) * self._time_base)
            except DECODE_ERRORS as error:
                _log.info("%s ends early: %s", self.path, error)
        return float(max(end, self._first_s) - self._zero_s)


def _window(begin_s: float, passed: int, rate: int, samples: Samples) -> SoundWindow:
    start_s = begin_s + passed / rate
    return SoundWindow(start_s, start_s + samples.shape[1] / rate, rate, samples)


def _frames(
    container: av.container.InputContainer,
    stream: av.AudioStream,
    on_damage: Callable[[], None] = lambda: None,
    check: Callable[[], None] = lambda: None,
) -> Iterator[av.AudioFrame]:
    """Decoded frames; damaged packets are passed over. `check` is called before each touch of the file."""
    packets = container.demux(stream)
    while True:
        check()
        try:
            packet = next(packets, None)
        except DECODE_ERRORS as error:
            _log.info("%s ends early: %s", container.name, error)
            on_damage()
            return
        if packet is None:
            return
        try:
            frames = packet.decode()
        except DECODE_ERRORS as error:
            _log.info("%s: damaged packet at %s: %s", container.name, packet.pts, error)
            on_damage()
            continue
        yield from frames


def _to_float(frame: av.AudioFrame) -> Samples:
    """[h, n] float32, -1 to 1, of whatever kind of samples."""
    samples: npt.NDArray[Any] = frame.to_ndarray()
    if not frame.format.is_planar:
        samples = samples.reshape(-1, len(frame.layout.channels)).T
    scale = _FULL_SCALE.get(samples.dtype.name)
    if scale is None:
        return samples.astype(np.float32)
    silence, full = scale
    return (samples.astype(np.float32) - np.float32(silence)) / np.float32(full)


def _mixed(samples: Samples, count: int, channels: Channels) -> Samples:
    """One channel, the mean of all; or all: a stretch with another number of channels sounds alike in each."""
    if channels == "all" and samples.shape[0] == count:
        return samples
    mean = samples.mean(axis=0, keepdims=True, dtype=np.float32)
    return mean if channels == "mono" else np.repeat(mean, count, axis=0)
