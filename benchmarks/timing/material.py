"""Media to ask about, drawn by the project's own scenes and written as real files; one seed gives the same ones."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import numpy as np
from PIL import Image

from core.schema import MediaItem, MediaSource, new_id
from core.training.scenes.benchmark import examination_scenes
from core.training.scenes.files import picture_of
from core.training.scenes.render import Renderer

PHOTOGRAPH_WH = (1280, 960)
SEED = 7_2026  # neither the trainer's nor the examinations'
GENERAL = (
    "the red circle", "all blue squares", "the largest triangle", "the green star", "the yellow thing on the left",
    "the letter A", "the smallest circle", "all black things", "the purple heart", "the orange square",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Material:
    """A medium and what is asked about it: at least ten expressions of a picture, fewer of others."""

    source: MediaSource
    expressions: tuple[str, ...]


def photographs(
    folder: Path,
    count: int,
    *,
    size_wh: tuple[int, int] = PHOTOGRAPH_WH,
    seed: int = SEED,
    name: str = "photo",
    scenes: int = 40,
) -> list[Material]:
    """JPEGs of scenes, blown up and with the grain of a camera, so that they weigh what photographs weigh.

    scenes: so many different ones at most; beyond, they come again with other grain.
    """
    folder.mkdir(parents=True, exist_ok=True)
    renderer = Renderer(320)
    grain = np.random.default_rng(seed).normal(0, 6, (size_wh[1] + 64, size_wh[0] + 64, 1)).astype(np.float32)
    shift = np.random.default_rng(seed + 1)
    made = []
    drawn = []
    for scene, questions in examination_scenes(min(count, scenes), seed):
        pixels, _ = picture_of(scene, renderer)
        drawn.append((Image.fromarray(pixels).resize(size_wh, Image.Resampling.BICUBIC), questions))
    for number in range(count):
        picture, questions = drawn[number % len(drawn)]
        large = np.asarray(picture, dtype=np.float32)
        x, y = (int(value) for value in shift.integers(0, 64, 2))
        noisy = large + grain[y : y + size_wh[1], x : x + size_wh[0]]
        path = folder / f"{name}-{number:04d}.jpg"
        Image.fromarray(noisy.clip(0, 255).astype(np.uint8)).save(path, quality=90)
        item = MediaItem(new_id(), "image", path.name, width=size_wh[0], height=size_wh[1])
        asked = dict.fromkeys([*(question.expression for question in questions), *GENERAL])
        made.append(Material(MediaSource(item, str(path)), tuple(asked)))
    return made


def clips(folder: Path, count: int, *, seconds: float = 10.0, seed: int = SEED) -> Iterator[Material]:
    """MP4s of so many seconds, 640 x 480 or so, 25 frames a second (painted small and ten a second, then blown up)."""
    from core.media.writing import write_video
    from core.training.scenes.clip import sample_clip
    from core.training.scenes.clip_questions import CLIP_QUESTION_TYPES, ClipAsker
    from core.training.scenes.media_files import clip_frames

    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(seed)
    painted, shown = max(1, round(seconds * 10)), max(1, round(seconds * 25))
    moments = (np.arange(shown) * painted // shown + 0.5) / painted
    for number in range(count):
        clip = sample_clip(rng, easy=True)
        asker = ClipAsker(clip, rng)
        asked = dict.fromkeys(q.expression for kind in CLIP_QUESTION_TYPES * 2 if (q := asker.ask(kind)) is not None)
        path = folder / f"clip-{number:03d}.mp4"
        frames = (np.kron(frame, np.ones((4, 4, 1), np.uint8)) for frame in clip_frames(clip, moments, Renderer(160)))
        first = next(frames)
        write_video(path, chain([first], frames), size_wh=(first.shape[1], first.shape[0]), rate=25)
        item = MediaItem(new_id(), "video", path.name, duration_s=shown / 25)
        yield Material(MediaSource(item, str(path)), (*asked, *(text for text in GENERAL if text not in asked)))


def sounds(folder: Path, count: int, *, seconds: float | None = 6.0, seed: int = SEED) -> Iterator[Material]:
    """FLAC files of so many seconds, or of many lengths."""
    from core.training.scenes.media_files import write_recording
    from core.training.scenes.sound import SOUND_QUESTION_TYPES, SoundAsker, sample_recording

    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(seed)
    for number in range(count):
        recording = sample_recording(rng, duration_s=seconds)
        asker = SoundAsker(recording, rng)
        asked = dict.fromkeys(
            q.expression for kind in SOUND_QUESTION_TYPES * 2 if (q := asker.ask(kind)) is not None
        ) | dict.fromkeys(("the beep", "the siren", "the bell", "a low beep", "noise", "a click"))
        path = folder / f"sound-{number:03d}.flac"
        medium = write_recording(path, recording)
        item = MediaItem(new_id(), "audio", path.name, duration_s=medium.duration_s)
        yield Material(MediaSource(item, str(path)), tuple(asked))
