"""Where a sound begins and where it falls silent, from its peaks: what a person's segment snaps to."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import numpy.typing as npt

from core.media.peaks import Peaks
from core.media.spectrogram import Floats

_SMOOTH_BINS = 3
_SHORTEST_S = 0.03  # a burst or a pause that is shorter is no edge
_FLOOR_SHARE, _LOUD_SHARE = 0.15, 0.95
_ABOVE_FLOOR_DB = 9.0  # sound begins at this much over the quiet ...
_BELOW_LOUD_DB = 30.0  # ... and no lower than this under the loud
_SILENCE_DB = -75.0


def edges_between(peaks: Peaks, start_s: float, end_s: float) -> tuple[float, ...]:
    """Seconds at which sound begins or ends in a stretch, ascending. Looks at what lies around it for its measure."""
    around_s = max(1.0, (end_s - start_s) / 2)
    first_s, rms = peaks.loudness(start_s - around_s, end_s + around_s)
    places = first_s + edges_of(rms, _SHORTEST_S / peaks.bin_s) * peaks.bin_s
    return tuple(float(place) for place in places if start_s <= place <= end_s)


def edges_of(rms: Floats, shortest: float) -> npt.NDArray[np.int64]:
    """Numbers of the bins before which loud and quiet change places; runs below `shortest` bins are passed over."""
    if rms.size < _SMOOTH_BINS:
        return np.zeros(0, dtype=np.int64)
    decibels = 20 * np.log10(np.maximum(rms, 1e-6))
    quiet, loud = np.quantile(decibels, (_FLOOR_SHARE, _LOUD_SHARE))
    threshold = max(quiet + _ABOVE_FLOOR_DB, loud - _BELOW_LOUD_DB, _SILENCE_DB)
    if loud <= threshold:
        return np.zeros(0, dtype=np.int64)
    is_loud = decibels > threshold
    changes = np.flatnonzero(np.diff(is_loud)) + 1
    bounds = np.concatenate([[0], changes, [rms.size]])
    kept: list[int] = []
    state = bool(is_loud[0])
    for begin, end in pairwise(bounds[1:]):
        if end - begin >= shortest and bool(is_loud[begin]) != state:
            kept.append(int(begin))
            state = not state
    return np.array(kept, dtype=np.int64)


def nearest_edge(edges: tuple[float, ...], at_s: float, within_s: float) -> float | None:
    """The edge that is next to a time, if one is near enough."""
    best = min(edges, key=lambda edge: abs(edge - at_s), default=None)
    return best if best is not None and abs(best - at_s) <= within_s else None
