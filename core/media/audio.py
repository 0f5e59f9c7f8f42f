"""Reading the sound of any container: a window of it exactly, or hours of it in overlapping windows.

Seconds are those of `core.media.packet_index`: the file's own clock, shared by pictures and sound. Only a file without
pictures counts from its first sample, as every player and editor does (an MP3 carries a few hundredths before it).
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from types import TracebackType

import av
import numpy as np

from core.errors import MediaError
from core.jobs import JobContext
from core.media.resampling import Resampler, Samples
from core.media.sound_decoding import (
    Channels,
    Piece,
    Raw,
    Reservoir,
    by_channel,
    decoded_frames,
    mixed,
    to_float,
)
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


RATE = 16_000  # what the sound branch hears
# Decoding begins this much earlier: lossy coders need a few packets before what they give is right.
_PREROLL_S = Fraction(1, 2)
# Clocks of whole milliseconds wobble; a jump beyond this is a gap in the sound (or doubled sound).
_GAP_S = 0.02
_PIECE = 16_384  # samples that are handled at once
_POLL_PACKETS = 1024
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


class AudioFile:
    """The sound of a file, open. Use it in a `with` block, from one thread; it holds seconds of sound, never all."""

    def __init__(self, path: Path) -> None:
        """Raises `MediaError` for a file without sound, or of no known kind."""
        self.path = path
        self._container = open_input(path)
        with ExitStack() as on_failure:
            on_failure.callback(self._container.close)
            self._stream = self._select()
            first = self._first_frame()
            on_failure.pop_all()
        assert self._stream.time_base is not None
        self._time_base: Fraction = self._stream.time_base
        self.native_rate = first.sample_rate
        self.channels = len(first.layout.channels)
        self._first_pts = first.pts or 0
        self._first_s = self._first_pts * self._time_base
        samples_per_tick = self._time_base * first.sample_rate
        self._samples_per_tick = (samples_per_tick.numerator, samples_per_tick.denominator)
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
        stated_s = self._stated_end_s()
        return self._counted_end_s(context or JobContext()) if stated_s is None else stated_s

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
        until_s = self._stated_end_s() if end_s is None else end_s
        total = 0 if until_s is None else max(0, round((until_s - begin) * hertz))
        parts: list[Samples] = []
        have, passed, fresh = 0, 0, False  # samples waiting and dropped; whether any of them was not yet handed out
        for part in self._stretch(begin, end_s, hertz, channels):
            job.raise_if_cancelled()
            parts.append(part)
            have, fresh = have + part.shape[1], True
            if have < size:
                continue
            waiting = np.concatenate(parts, axis=1)
            while have >= size:
                yield _window(begin, passed, hertz, waiting[:, :size].copy())
                job.raise_if_cancelled()
                fresh = have > size
                waiting, passed, have = waiting[:, step:], passed + step, have - step
                job.progress(min(passed, total) if total else passed, total)
            parts = [waiting]
        if have > 0 and fresh:
            yield _window(begin, passed, hertz, np.concatenate(parts, axis=1))

    def _select(self) -> av.AudioStream:
        stream = audio_stream(self._container)
        if stream is None:
            raise no_sound(self.path, self._container)
        for other in self._container.streams:
            if other.index != stream.index:
                other.discard = Discard.all
        return stream

    def _first_frame(self) -> av.AudioFrame:
        first = next(decoded_frames(self._container, self._stream), None)
        if first is None or not first.sample_rate or not first.layout.channels:
            raise MediaError(f"{self.path} holds no sound that can be heard", why="None of it can be decoded")
        return first

    def _stated_end_s(self) -> float | None:
        if not self._container.format.name.startswith(_TELL_LENGTH):
            return None
        length_s = stream_duration_s(self._stream)
        length_s = container_duration_s(self._container) if length_s is None else length_s
        return self.start_s + length_s if length_s is not None and length_s > 0 else None

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
        source = Reservoir(pieces, 1 if channels == "mono" else self.channels)
        while end is None or at < end:
            until = at + rate if end is None else min(at + rate, end)
            samples = source.take(*resampler.needed(at, until))
            if source.end is not None:
                until = min(until, resampler.length(source.end))
            if until <= at:
                return
            yield resampler.run(samples, at, until)
            at = until

    def _decoded(self, first: int, channels: Channels) -> Iterator[Piece]:
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

    def _pieces(self, channels: Channels, expected: int | None, latest: int | None) -> Iterator[Piece]:
        """What is decoded from here on. Without `expected`, the first piece tells its place by its PTS or is left out.

        Pieces follow each other; only a clear gap in the clock moves one, as clocks are rounded.
        """
        waiting: list[Raw] = []
        begin = 0
        for frame in decoded_frames(self._container, self._stream, self._note_damage, self._still(self._turn)):
            if frame.sample_rate != self.native_rate or not frame.samples:
                self._note_damage()
                continue
            place = self._place(frame, expected, latest)
            if place is None:
                continue
            raw = by_channel(frame)
            if waiting and (
                place != expected
                or place - begin >= _PIECE
                or (raw.dtype, len(raw)) != (waiting[0].dtype, len(waiting[0]))
            ):
                yield self._piece(begin, waiting, channels)
                waiting = []
            if not waiting:
                begin = place
            waiting.append(raw)
            expected = place + int(raw.shape[1])
        if waiting:
            yield self._piece(begin, waiting, channels)

    def _place(self, frame: av.AudioFrame, expected: int | None, latest: int | None) -> int | None:
        """The number of a frame's first sample: the one expected, unless its PTS says clearly otherwise."""
        if frame.pts is None:
            return expected
        up, down = self._samples_per_tick
        stated = ((frame.pts - self._first_pts) * 2 * up + down) // (2 * down)
        jumps = expected is None or abs(stated - expected) > _GAP_S * self.native_rate
        return stated if jumps and (latest is None or stated < latest) else expected

    def _piece(self, first: int, raw: list[Raw], channels: Channels) -> Piece:
        return Piece(first, mixed(to_float(np.concatenate(raw, axis=1)), self.channels, channels))

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
