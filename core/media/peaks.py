"""Peaks of a sound: lowest, highest and loudness at every zoom, from a file in the user's cache, computed once.

Level 0 has a bin for each 5 ms, every further level one for four of those below it. Beside them stands a coarse
spectrogram, a column for each quarter of a second. The file is written whole or not at all, named by the medium's
content, and begins anew with another version.
"""

from __future__ import annotations

import json
import os
import struct
import tempfile
import threading
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np
import numpy.typing as npt

from core.errors import MediaError
from core.files import cache_dir
from core.jobs import JobContext
from core.media.audio import AudioFile
from core.media.spectrogram import BANDS, COARSE_STEP_S, Floats, Picture, spectrum_columns

VERSION = 1
BINS_PER_S = 200
FACTOR = 4  # bins of a level that make one of the next
_MAGIC = b"GLPEAKS\n"
_TAIL = struct.Struct("<8sQ")  # magic, length of the description before it
_READ_S = 20.0  # sound that is held at once while computing
_SHOW_EVERY = 3  # readings between two previews
_SLACK = 1e-6  # of a bin: seconds are rounded numbers
_FIELDS = 3  # low, high, sum of squares


@dataclass(frozen=True, slots=True)
class PeakFacts:
    """What a peak file says of its sound. Times are seconds of the file's own clock; `count` is samples."""

    rate: int
    start_s: float
    count: int
    bin_samples: int
    sizes: tuple[int, ...]  # bins of each level
    columns: int  # of the coarse spectrogram
    warnings: tuple[str, ...] = ()

    @property
    def end_s(self) -> float:
        """When the last sample has sounded."""
        return self.start_s + self.count / self.rate


@dataclass(frozen=True, slots=True, eq=False)
class Columns:
    """What a stretch of sound looks like: one value a column, NaN where there is no sound."""

    low: Floats
    high: Floats
    rms: Floats


class Peaks:
    """Answers what any stretch looks like, in time that depends on the number of columns alone. Thread-safe."""

    def __init__(self, facts: PeakFacts, levels: Sequence[Floats | None], coarse: Picture, path: Path | None) -> None:
        """`levels` are arrays [bins, 3]; None stands for one that is read from `path` when it is needed."""
        self.facts = facts
        self.coarse = coarse  # [columns, BANDS] uint8, as `spectrogram` gives them
        self._levels = list(levels)
        self._path = path
        self._stream: BinaryIO | None = None
        self._lock = threading.Lock()

    def window(self, start_s: float, end_s: float, columns: int) -> Columns:
        """The stretch in equal columns; each tells of every bin that it touches."""
        facts = self.facts
        first = (start_s - facts.start_s) * facts.rate
        step = (end_s - start_s) * facts.rate / max(1, columns)
        edges = first + step * np.arange(columns + 1)
        level = self._level_for(step)
        size = facts.bin_samples * FACTOR**level
        begins = np.floor(edges[:-1] / size + _SLACK).astype(np.int64)
        ends = np.maximum(np.ceil(edges[1:] / size - _SLACK).astype(np.int64), begins + 1)
        out = Columns(*(np.full(columns, np.nan, dtype=np.float32) for _ in range(_FIELDS)))
        inside = np.flatnonzero((ends > 0) & (begins < facts.sizes[level]) & (edges[:-1] < facts.count))
        if not inside.size:
            return out
        begins = np.clip(begins[inside], 0, facts.sizes[level] - 1)
        ends = np.clip(ends[inside], begins + 1, facts.sizes[level])
        base, until = int(begins[0]), int(ends[-1])
        bins = self._bins(level, base, until)
        weights = self._samples_of(level, base, until)
        low, high, squares, counts = _reduce(bins, weights, begins - base, ends - base)
        out.low[inside], out.high[inside] = low, high
        out.rms[inside] = np.sqrt(squares / np.maximum(counts, 1))
        return out

    def loudness(self, start_s: float, end_s: float) -> tuple[float, Floats]:
        """Root mean squares of the 5 ms bins of a stretch, and when the first of them begins."""
        facts = self.facts
        first = max(0, int((start_s - facts.start_s) * facts.rate / facts.bin_samples))
        until = min(facts.sizes[0], int(np.ceil((end_s - facts.start_s) * facts.rate / facts.bin_samples)))
        if until <= first:
            return start_s, np.zeros(0, dtype=np.float32)
        squares = self._bins(0, first, until)[:, 2]
        rms: Floats = np.sqrt(squares / self._samples_of(0, first, until)).astype(np.float32)
        return facts.start_s + first * facts.bin_samples / facts.rate, rms

    @property
    def bin_s(self) -> float:
        """How long the finest bin is: a column that is shorter needs the samples themselves."""
        return self.facts.bin_samples / self.facts.rate

    @property
    def is_whole(self) -> bool:
        """Whether this is all of the sound, rather than a preview."""
        return self._path is not None

    def close(self) -> None:
        """Let go of the file; harmless twice."""
        with self._lock:
            if self._stream is not None:
                self._stream.close()
                self._stream = None

    def _level_for(self, samples_a_column: float) -> int:
        """The coarsest level whose bins are no longer than a column."""
        level = 0
        while level + 1 < len(self.facts.sizes) and self.facts.bin_samples * FACTOR ** (level + 1) <= samples_a_column:
            level += 1
        while self._levels[level] is None and self._path is None and level + 1 < len(self._levels):
            level += 1  # a preview has no finest level
        return level

    def _bins(self, level: int, first: int, until: int) -> Floats:
        held = self._levels[level]
        if held is not None:
            part: Floats = held[first:until]
            return part
        assert self._path is not None
        with self._lock:
            if self._stream is None:
                self._stream = self._path.open("rb")
            self._stream.seek(len(_MAGIC) + first * _FIELDS * 4)
            raw = self._stream.read((until - first) * _FIELDS * 4)
        bins: Floats = np.frombuffer(raw, dtype="<f4").reshape(-1, _FIELDS)
        return bins

    def _samples_of(self, level: int, first: int, until: int) -> Floats:
        """How many samples each bin tells of: the last one may be short."""
        size = self.facts.bin_samples * FACTOR**level
        left = self.facts.count - np.arange(first, until, dtype=np.int64) * size
        held: Floats = np.clip(left, 1, size).astype(np.float32)
        return held


def _reduce(
    bins: Floats, weights: Floats, begins: npt.NDArray[np.int64], ends: npt.NDArray[np.int64]
) -> tuple[Floats, Floats, Floats, Floats]:
    """Lowest, highest, sum of squares and samples of several runs of bins, which may overlap by one."""
    pairs = np.stack([begins, ends], axis=1).reshape(-1)
    padded = np.concatenate([bins, bins[-1:]])  # an end may lie behind the last bin
    heavy = np.concatenate([weights, weights[-1:]])
    low = np.minimum.reduceat(padded[:, 0], pairs)[::2]
    high = np.maximum.reduceat(padded[:, 1], pairs)[::2]
    squares = np.add.reduceat(padded[:, 2], pairs)[::2]
    return low, high, squares, np.add.reduceat(heavy, pairs)[::2]


# --- the cache --------------------------------------------------------------------------------


def peaks_path(content_hash: str) -> Path:
    """Where the peaks of a medium with this content are kept."""
    return cache_dir() / "peaks" / f"{content_hash}.v{VERSION}.peaks"


def load_peaks(path: Path) -> Peaks | None:
    """The peaks in a file; None when there is none, or it is of no use (cut off, another version)."""
    try:
        with path.open("rb") as stream:
            facts, coarse_at = _facts_of(stream)
            upper: list[Floats | None] = [None]
            stream.seek(len(_MAGIC) + facts.sizes[0] * _FIELDS * 4)
            for size in facts.sizes[1:]:
                raw = stream.read(size * _FIELDS * 4)
                upper.append(np.frombuffer(raw, dtype="<f4").reshape(size, _FIELDS))
            stream.seek(coarse_at)
            coarse = np.frombuffer(stream.read(facts.columns * BANDS), dtype=np.uint8).reshape(facts.columns, BANDS)
    except (OSError, ValueError, KeyError, TypeError, struct.error):
        return None
    return Peaks(facts, upper, coarse, path)


def _facts_of(stream: BinaryIO) -> tuple[PeakFacts, int]:
    """The description at the end, and where the coarse spectrogram begins. Raises `ValueError`."""
    size = stream.seek(0, os.SEEK_END)
    stream.seek(size - _TAIL.size)
    magic, length = _TAIL.unpack(stream.read(_TAIL.size))
    if magic != _MAGIC or length > size:
        raise ValueError("no peak file")
    stream.seek(size - _TAIL.size - length)
    said = json.loads(stream.read(length))
    facts = PeakFacts(**{**said, "sizes": tuple(said["sizes"]), "warnings": tuple(said["warnings"])})
    coarse_at = len(_MAGIC) + sum(facts.sizes) * _FIELDS * 4
    if not facts.sizes or coarse_at + facts.columns * BANDS + length + _TAIL.size != size:
        raise ValueError("the file is cut off")
    return facts, coarse_at


# --- computing --------------------------------------------------------------------------------


def compute_peaks(path: Path, kept_in: Path, context: JobContext) -> Iterator[Peaks]:
    """Peaks of the sound of any container: growing previews, then, last, the whole, kept in a file.

    Where they are kept already, only the whole. Holds seconds of sound and the upper levels, never all samples.
    Raises `MediaError` for a file without sound, `Cancelled`; nothing is left behind then.
    """
    kept = load_peaks(kept_in)
    if kept is not None:
        yield kept
        return
    kept_in.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=kept_in.parent, prefix=".peaks-", suffix=".new")
    draft = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream, AudioFile(path) as sound:
            yield from _write(sound, stream, context)
        draft.replace(kept_in)
    finally:
        draft.unlink(missing_ok=True)
    whole = load_peaks(kept_in)
    if whole is None:
        raise MediaError(f"The waveform of {path.name} cannot be kept in {kept_in.parent}")
    yield whole


def _write(sound: AudioFile, stream: BinaryIO, context: JobContext) -> Iterator[Peaks]:
    """Level 0 as it comes, the others and the description at the end."""
    rate = sound.native_rate
    size = max(1, rate // BINS_PER_S)
    whole = size * FACTOR * BINS_PER_S  # samples in a reading: whole bins, whole seconds or so
    window_s = whole * max(1, round(_READ_S * rate / whole)) / rate
    stream.write(_MAGIC)
    second: list[Floats] = []
    coarse: list[Picture] = []
    count = bins = 0
    for number, part in enumerate(sound.windows(window_s, rate=None, context=context)):
        samples = part.samples[0]
        fresh = _binned(samples, size)
        stream.write(fresh.astype("<f4").tobytes())
        second.append(_grouped(fresh))
        coarse.append(spectrum_columns(samples, rate, COARSE_STEP_S))
        count, bins = count + samples.size, bins + len(fresh)
        if number % _SHOW_EVERY == 0:
            facts = PeakFacts(rate, sound.start_s, count, size, (bins, sum(map(len, second))), sum(map(len, coarse)))
            yield Peaks(facts, [None, np.concatenate(second)], np.concatenate(coarse), None)
    if not count:
        raise MediaError(f"{sound.path} holds no sound that can be heard", why="None of it can be decoded")
    levels = [np.concatenate(second)]
    while len(levels[-1]) > FACTOR:
        levels.append(_grouped(levels[-1]))
    picture = np.concatenate(coarse)
    sizes = (bins, *map(len, levels))
    facts = PeakFacts(rate, sound.start_s, count, size, sizes, len(picture), sound.warnings)
    for level in levels:
        stream.write(level.astype("<f4").tobytes())
    stream.write(picture.tobytes())
    said = json.dumps(asdict(facts)).encode()
    stream.write(said + _TAIL.pack(_MAGIC, len(said)))


def _binned(samples: Floats, size: int) -> Floats:
    """[bins, 3]: lowest, highest and sum of squares of each `size` samples; the last bin may have fewer."""
    starts = np.arange(0, samples.size, size)
    if not starts.size:
        return np.zeros((0, _FIELDS), dtype=np.float32)
    squares = np.add.reduceat(samples * samples, starts)
    return np.stack([np.minimum.reduceat(samples, starts), np.maximum.reduceat(samples, starts), squares], axis=1)


def _grouped(bins: Floats) -> Floats:
    """The next level."""
    starts = np.arange(0, len(bins), FACTOR)
    if not starts.size:
        return np.zeros((0, _FIELDS), dtype=np.float32)
    low, high = np.minimum.reduceat(bins[:, 0], starts), np.maximum.reduceat(bins[:, 1], starts)
    return np.stack([low, high, np.add.reduceat(bins[:, 2], starts)], axis=1)


def columns_of(samples: Floats, rate: int, first_s: float, start_s: float, end_s: float, columns: int) -> Columns:
    """The same as `Peaks.window`, out of samples that begin at `first_s`: for columns shorter than a bin."""
    out = Columns(*(np.full(columns, np.nan, dtype=np.float32) for _ in range(_FIELDS)))
    edges = (start_s - first_s) * rate + (end_s - start_s) * rate / max(1, columns) * np.arange(columns + 1)
    begins = np.floor(edges[:-1] + _SLACK).astype(np.int64)
    ends = np.maximum(np.ceil(edges[1:] - _SLACK).astype(np.int64), begins + 1)
    inside = np.flatnonzero((begins >= 0) & (begins < samples.size))
    if inside.size:
        bins = np.stack([samples, samples, samples * samples], axis=1)
        begins, ends = begins[inside], np.minimum(ends[inside], samples.size)
        base, until = int(begins[0]), int(ends[-1])
        ones = np.ones(until - base, dtype=np.float32)
        low, high, squares, counts = _reduce(bins[base:until], ones, begins - base, ends - base)
        out.low[inside], out.high[inside], out.rms[inside] = low, high, np.sqrt(squares / counts)
    return out
