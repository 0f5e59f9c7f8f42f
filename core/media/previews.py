"""Small still pictures of what is none: a frame from a third into a video, the loudness of a sound as a drawing.

Costs stay small however long the file is: a few frames are decoded, a few dozen short stretches are heard.
"""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from core.errors import MediaError
from core.media.audio import AudioFile
from core.media.images import RGB
from core.media.resampling import Samples
from core.media.streams import (
    DECODE_ERRORS,
    container_duration_s,
    frame_orientation,
    no_pictures,
    open_container,
    read_stream_header,
    video_stream,
)
from core.media.video import turned

_PATIENCE_S = 3.0  # then what was decoded by now has to do
_WALKED_FRAMES = 90  # from the key frame before the wanted one; then whatever was reached stands for it
_BARS = 48
_HEARD_WHOLE_S = 60.0
_STRETCH_S = 0.1
_RATE = 8000
_SILENCE = np.zeros(1, dtype=np.float32)
_GROUND, _INK = (43, 47, 54), (142, 178, 232)  # as calm on a light list as on a dark one


def video_preview(path: Path, side_px: int) -> Image.Image:
    """The upright frame a third into a video, within a square of `side_px`. Raises `MediaError`."""
    with open_container(path) as container:
        stream = video_stream(container)
        if stream is None or stream.time_base is None:
            raise no_pictures(path, container)
        wanted_s = (container_duration_s(container) or 0.0) / 3
        start_s = float((stream.start_time or 0) * stream.time_base)
        found = None
        until = time.monotonic() + _PATIENCE_S
        try:
            if wanted_s > 0:
                container.seek(round((start_s + wanted_s) / float(stream.time_base)), stream=stream)
            for number, frame in enumerate(container.decode(stream)):
                found = frame
                is_there = frame.time is None or frame.time >= start_s + wanted_s
                if is_there or number >= _WALKED_FRAMES or time.monotonic() > until:
                    break
        except DECODE_ERRORS as error:
            if found is None:
                raise MediaError(f"No frame of {path} can be decoded", why=str(error)) from error
        if found is None:
            raise MediaError(f"No frame of {path} can be decoded")
        scale = min(1.0, side_px / max(found.width, found.height))
        size = (max(1, round(found.width * scale)), max(1, round(found.height * scale)))
        try:
            pixels: RGB = np.asarray(found.to_ndarray(format="rgb24", width=size[0], height=size[1]), dtype=np.uint8)
        except DECODE_ERRORS as error:
            raise MediaError(f"No frame of {path} can be shown", why=str(error)) from error
        return Image.fromarray(turned(pixels, frame_orientation(found)))


def sound_preview(path: Path, side_px: int) -> Image.Image:
    """The loudness of a sound over its whole length as bars, `side_px` wide. Raises `MediaError`."""
    return _drawn(_loudness(path), side_px)


def _loudness(path: Path) -> list[float]:
    """`_BARS` peaks, 0 to 1, relative to the loudest."""
    length_s = read_stream_header(path).duration_s or 0.0
    try:
        with AudioFile(path) as sound:
            if length_s <= _HEARD_WHOLE_S:
                samples = np.abs(sound.read(sound.start_s, sound.start_s + _HEARD_WHOLE_S, rate=_RATE)[0])
                parts = np.array_split(samples, _BARS)
            else:
                parts = _heard_here_and_there(sound, length_s)
    except DECODE_ERRORS as error:
        raise MediaError(f"{path} cannot be decoded", why=str(error)) from error
    peaks = [float(part.max()) if len(part) else 0.0 for part in parts]
    loudest = max(peaks)
    return [peak / loudest if loudest > 1e-4 else 0.0 for peak in peaks]


def _heard_here_and_there(sound: AudioFile, length_s: float) -> list[Samples]:
    """A short stretch for each bar; silence for those that there was no time for."""
    until = time.monotonic() + _PATIENCE_S
    parts: list[Samples] = []
    for bar in range(_BARS):
        at_s = sound.start_s + length_s * (bar + 0.5) / _BARS
        late = time.monotonic() > until
        parts.append(_SILENCE if late else np.abs(sound.read(at_s, at_s + _STRETCH_S, rate=_RATE)[0]))
    return parts


def _drawn(peaks: list[float], side_px: int) -> Image.Image:
    width, height = side_px, side_px * 3 // 4
    picture = Image.new("RGB", (width * 2, height * 2), _GROUND)  # twice as large: shrinking makes smooth ends
    pen = ImageDraw.Draw(picture)
    step = width * 2 / (len(peaks) + 2)
    for number, peak in enumerate(peaks, start=1):
        half = max(step * 0.3, peak * height * 0.78)
        left = number * step + step * 0.2
        box = (left, height - half, left + step * 0.6, height + half)
        pen.rounded_rectangle(box, radius=step * 0.3, fill=_INK)
    return picture.resize((width, height), Image.Resampling.LANCZOS)
