"""Videos and sounds that tests write themselves through PyAV. Every frame shows its number as bars of light."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

from core.media.images import RGB

SIZE_WH = (128, 64)
_BITS = 8
NTSC = Fraction(30000, 1001)


def picture(number: int, size_wh: tuple[int, int] = SIZE_WH) -> RGB:
    """Bars for the binary digits of a number above, a red left and a blue right below: up and down, left and right."""
    width, height = size_wh
    rgb = np.full((height, width, 3), 40, dtype=np.uint8)
    bar = width // _BITS
    for bit in range(_BITS):
        rgb[: height // 2, bit * bar : (bit + 1) * bar] = 230 if number >> bit & 1 else 20
    rgb[height // 2 :, : width // 2] = (200, 30, 30)
    rgb[height // 2 :, width // 2 :] = (30, 30, 200)
    return rgb


def number_in(rgb: RGB) -> int:
    """The number that an upright frame shows."""
    height, width = rgb.shape[:2]
    row = rgb[height // 8 : height * 3 // 8].mean(axis=(0, 2))
    bar = width / _BITS
    return sum(1 << bit for bit in range(_BITS) if row[int((bit + 0.5) * bar)] > 125)


def is_upright(rgb: RGB) -> bool:
    """Red on the lower left, blue on the lower right."""
    height, width = rgb.shape[:2]
    left, right = rgb[height * 3 // 4, width // 4].astype(int), rgb[height * 3 // 4, width * 3 // 4].astype(int)
    return bool(left[0] > 150 > left[2] + 50 and right[2] > 150 > right[0] + 50)


@dataclass(frozen=True)
class Recipe:
    """How to write a video. `ticks` are the times of the frames in `clock`; without them frames come at `rate`."""

    codec: str = "libx264"
    rate: Fraction = NTSC
    frames: int = 40
    ticks: Sequence[int] | None = None
    clock: Fraction | None = None
    rotation: int = 0
    hflip: bool = False
    options: Mapping[str, str] = field(default_factory=dict)
    container_options: Mapping[str, str] = field(default_factory=dict)
    with_sound: bool = False
    size_wh: tuple[int, int] = SIZE_WH


H264 = {"g": "10", "bf": "2", "preset": "ultrafast", "x264-params": "scenecut=0:bframes=2:b-adapt=0"}


@contextlib.contextmanager
def _scheduled_as_before() -> Iterator[None]:
    """SVT-AV1 lifts root's thread to real time, and with it every process that the thread starts: all others starve."""
    if not hasattr(os, "sched_getscheduler"):
        yield
        return
    policy, parameters = os.sched_getscheduler(0), os.sched_getparam(0)
    try:
        yield
    finally:
        os.sched_setscheduler(0, policy, parameters)


def write_video(path: Path, recipe: Recipe) -> Path:
    """A video by a recipe. The encoder sets no time but those of the recipe."""
    with _scheduled_as_before(), av.open(str(path), "w", container_options=dict(recipe.container_options)) as out:
        video = out.add_stream(recipe.codec, rate=recipe.rate, options=dict(recipe.options))
        video.width, video.height = recipe.size_wh
        video.pix_fmt = "yuv420p"
        video.codec_context.thread_count = 1
        if recipe.clock is not None:
            video.codec_context.time_base = recipe.clock
        if recipe.rotation or recipe.hflip:
            video.set_display_rotation(recipe.rotation, hflip=recipe.hflip)
        sound = out.add_stream("aac", rate=16000, layout="mono") if recipe.with_sound else None
        for number, tick in enumerate(recipe.ticks or range(recipe.frames)):
            frame = av.VideoFrame.from_ndarray(picture(number, recipe.size_wh), format="rgb24")
            frame.pts = tick
            frame.time_base = recipe.clock or 1 / recipe.rate
            out.mux(video.encode(frame))
        out.mux(video.encode())
        if sound is not None:
            seconds = float(recipe.frames / recipe.rate)
            for part in sound_frames(beep(seconds, 16000, seconds / 2), 16000):
                out.mux(sound.encode(part))
            out.mux(sound.encode())
    return path


def beep(seconds: float, rate: int, at_s: float, hertz: float = 440.0) -> np.ndarray:
    """[1, n] float32: 0.1 s of a tone in silence."""
    times = np.arange(round(seconds * rate)) / rate
    inside = (times >= at_s) & (times < at_s + 0.1)
    return (0.6 * np.sin(2 * np.pi * hertz * times) * inside).astype(np.float32)[None]


def tones(seconds: float, rate: int, channels: int = 1) -> np.ndarray:
    """[channels, n] float32: a slow glide, another in each channel, so that every moment sounds of its own."""
    times = np.arange(round(seconds * rate)) / rate
    glides = [0.4 * np.sin(2 * np.pi * (200 + 60 * channel + 30 * times) * times) for channel in range(channels)]
    return np.stack(glides).astype(np.float32)


def write_sound(
    path: Path, samples: np.ndarray, rate: int, codec: str, options: Mapping[str, str] | None = None
) -> Path:
    """A sound of [channels, n] float32."""
    with av.open(str(path), "w") as out:
        layout = "mono" if samples.shape[0] == 1 else "stereo"
        stream = out.add_stream(codec, rate=rate, layout=layout)
        resampler = av.AudioResampler(format=stream.format, layout=layout, rate=rate)
        for frame in sound_frames(samples, rate):
            for fitting in resampler.resample(frame):
                out.mux(stream.encode(fitting))
        out.mux(stream.encode())
    return path


def sound_frames(samples: np.ndarray, rate: int) -> Iterable[av.AudioFrame]:
    """[channels, n] float32 as frames of 1024 samples."""
    layout = "mono" if samples.shape[0] == 1 else "stereo"
    for start in range(0, samples.shape[1], 1024):
        part = np.ascontiguousarray(samples[:, start : start + 1024])
        frame = av.AudioFrame.from_ndarray(part, format="fltp", layout=layout)
        frame.sample_rate, frame.pts, frame.time_base = rate, start, Fraction(1, rate)
        yield frame
