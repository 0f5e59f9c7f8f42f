"""Writes rendered clips and recordings as real files: MP4, WAV, FLAC, and conversation rows about them.

A clip's frames are painted for the middle of the time in which they are shown, so an event is off by half a frame at
most. Spans in rows are relative to the length of the file as it came out.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch
from numpy.typing import NDArray

from core.errors import UserError
from core.formats.examples import Example
from core.formats.groundinggpt import example_to_row
from core.geometry import SpanS
from core.jobs import JobContext
from core.media.images import RGB
from core.schema import MediaKind, Segment
from core.training.scenes.clip import Clip, sample_clip
from core.training.scenes.clip_questions import CLIP_QUESTION_TYPES, ClipAsker
from core.training.scenes.clip_render import ClipRenderer, clip_batch
from core.training.scenes.files import ROWS, Written, content_of
from core.training.scenes.render import Renderer
from core.training.scenes.scene import Scene
from core.training.scenes.sound import SOUND_QUESTION_TYPES, Recording, SoundAsker, sample_recording
from core.training.scenes.sound_render import SAMPLE_RATE, wav_samples

if TYPE_CHECKING:
    from core.media.writing import Pcm

BATCH = 16  # frames painted at once
_PIECE = SAMPLE_RATE // 4  # samples of a sound track handed to the encoder at once


@dataclass(frozen=True, slots=True)
class WrittenMedium:
    """A file that came out; its length is that of its frames or samples."""

    path: Path
    kind: MediaKind
    duration_s: float
    size_wh: tuple[int, int] | None = None


def write_clip(
    path: Path, clip: Clip, *, side: int = 320, rate: int = 12, sound: Recording | None = None
) -> WrittenMedium:
    """Write a clip as an MP4 whose longer side is at most `side` pixels (a multiple of 8), `rate` frames a second.

    With `sound`, it is heard from the first frame on; what is longer than the pictures is left out. Raises
    `MediaError`.
    """
    from core.media.writing import write_video  # PyAV loads with it, and scenes need none

    count = max(1, round(clip.duration_s * rate))
    frames = clip_frames(clip, (np.arange(count) + 0.5) / count, Renderer(side))
    rows, columns = _even_content(clip.scene, side)
    size_wh = (columns.stop - columns.start, rows.stop - rows.start)
    track = None if sound is None else pieces_of(wav_samples(sound)[: round(count / rate * SAMPLE_RATE)])
    write_video(path, frames, size_wh=size_wh, rate=rate, sound=track, sound_rate=SAMPLE_RATE)
    return WrittenMedium(path, "video", count / rate, size_wh)


def write_recording(path: Path, recording: Recording) -> WrittenMedium:
    """Write a recording as WAV or FLAC, as the name ends. Raises `MediaError`."""
    from core.media.writing import write_sound

    samples = wav_samples(recording)
    write_sound(path, pieces_of(samples), SAMPLE_RATE)
    return WrittenMedium(path, "audio", len(samples) / SAMPLE_RATE)


def clip_frames(clip: Clip, moments: NDArray[np.float64], renderer: Renderer) -> Iterator[RGB]:
    """The frames at these moments (0-1 of the clip's window), [h, w, 3] without padding, both sides even.

    Painted a batch at a time; a frame that looks like the one before it is not painted again.
    """
    strokes, noisy = clip.strokes(moments), clip.scene.post[1] > 0
    fresh = [n for n in range(len(moments)) if n == 0 or noisy or not np.array_equal(strokes[n], strokes[n - 1])]
    ends = [*fresh[1:], len(moments)]
    rows, columns = _even_content(clip.scene, renderer.side)
    painter = ClipRenderer(renderer)
    for begin in range(0, len(fresh), BATCH):
        part = fresh[begin : begin + BATCH]
        batch = clip_batch([clip], [moments[part]])
        batch.post[:, 5] += begin  # no noise comes again with the next batch
        with torch.inference_mode():
            squares = painter.frames(batch)[0].permute(0, 2, 3, 1).cpu().numpy()
        for square, first, end in zip(squares, part, ends[begin : begin + BATCH], strict=True):
            for _ in range(end - first):
                yield np.ascontiguousarray(square[rows, columns])


def pieces_of(samples: Pcm) -> Iterator[Pcm]:
    """The samples a quarter of a second at a time."""
    for start in range(0, len(samples), _PIECE):
        yield samples[start : start + _PIECE]


def _even_content(scene: Scene, side: int) -> tuple[slice, slice]:
    """Rows and columns of the picture in its padded square, one less where their number is odd: H.264 needs pairs."""
    rows, columns = content_of(scene, side)
    return _even(rows), _even(columns)


def _even(places: slice) -> slice:
    return slice(places.start, places.stop - (places.stop - places.start) % 2)


# --- many of them, with rows -------------------------------------------------------------------

# Draws one medium into a folder under a name without suffix: the file, and (expression, spans in 0-1) of each question.
_Asked = list[tuple[str, tuple[SpanS, ...]]]
_Draw = Callable[[Path, str, np.random.Generator], tuple[WrittenMedium, _Asked]]


def write_clips(
    folder: Path, *, count: int, seed: int, side: int, rate: int, context: JobContext, least: int = 1
) -> Written:
    """Render `count` clips into a folder as MP4, with rows about them. Raises `UserError`, `Cancelled`.

    rate: frames a second; more where a clip would have fewer than `least` of them.
    """

    def draw(target: Path, name: str, rng: np.random.Generator) -> tuple[WrittenMedium, _Asked]:
        clip = sample_clip(rng)
        asker = ClipAsker(clip, rng)
        asked = [q for kind in CLIP_QUESTION_TYPES if (q := asker.ask(kind)) is not None]
        own = max(rate, math.ceil(least / clip.duration_s))
        medium = write_clip(target / f"{name}.mp4", clip, side=side, rate=own)
        return medium, [(question.expression, tuple(question.spans)) for question in asked]

    return _write_many(folder, draw, count, seed, "clip", context)


def write_recordings(folder: Path, *, count: int, seed: int, context: JobContext) -> Written:
    """Render `count` recordings into a folder as FLAC, with rows about them. Raises `UserError`, `Cancelled`."""

    def draw(target: Path, name: str, rng: np.random.Generator) -> tuple[WrittenMedium, _Asked]:
        recording = sample_recording(rng)
        asker = SoundAsker(recording, rng)
        asked = [q for kind in SOUND_QUESTION_TYPES if (q := asker.ask(kind)) is not None]
        medium = write_recording(target / f"{name}.flac", recording)
        return medium, [
            (question.expression, tuple((a / medium.duration_s, b / medium.duration_s) for a, b in question.spans_s))
            for question in asked
        ]

    return _write_many(folder, draw, count, seed, "recording", context)


def _write_many(folder: Path, draw: _Draw, count: int, seed: int, name: str, context: JobContext) -> Written:
    rng = np.random.default_rng(seed)
    rows: list[str] = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for number in range(count):
            context.raise_if_cancelled()
            medium, asked = draw(folder, f"{name}-{number + 1:05d}", rng)
            rows += [json.dumps(example_to_row(example)) for example in examples_of(medium, asked)]
            context.progress(number + 1, count, "Rendering")
        path = folder / ROWS
        path.write_text("[\n" + ",\n".join(rows) + "\n]\n", encoding="utf-8")
    except OSError as error:
        raise UserError(f"{folder} cannot be written", why=error.strerror or str(error)) from error
    return Written(path, count, len(rows))


def examples_of(medium: WrittenMedium, asked: _Asked) -> list[Example]:
    """Each expression about a medium once, its spans in seconds of the file, in order."""
    return [
        Example(
            medium.path.name, medium.kind, expression, bool(spans), _segments(spans, medium.duration_s),
            size_wh=medium.size_wh, duration_s=medium.duration_s, media_id=medium.path.stem,
        )
        for expression, spans in dict(reversed(asked)).items()
    ][::-1]  # fmt: skip


def _segments(spans: Sequence[SpanS], duration_s: float) -> tuple[Segment, ...]:
    clipped = sorted((max(0.0, start), min(1.0, end)) for start, end in spans)
    return tuple(Segment(round(start * duration_s, 3), round(end * duration_s, 3)) for start, end in clipped)
