"""What a model was first taught, shown again beside corrections so that nothing is forgotten: rendered scenes as files.

They are drawn once for each seed and size and kept in the user's cache; the same seed draws the same files.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

from core.errors import TrainingError
from core.files import cache_dir
from core.grounding.groundinggpt.configuration import GroundingGPTConfig
from core.jobs import JobContext
from core.schema import MediaKind
from core.training.samples import Sample, read_samples
from core.training.scenes.files import ROWS, Written, write_scenes
from core.training.scenes.media_files import write_clips, write_recordings

_SEED = 500_000_000  # and on: neither the first lessons' nor the examination's
# Drawing takes some hundredths of a second: so many are drawn at most, and shown again in later epochs, varied. Of few,
# what reads them learns each by heart.
AT_MOST: dict[MediaKind, int] = {"image": 160, "video": 200, "audio": 200}
_RATE = 2  # frames a second of clips, at least; of short ones as many as the model looks at


def taught_on_scenes(folder: Path) -> bool:
    """Whether a checkpoint, or the one that it was made of, was taught on rendered scenes (its `training.json`)."""
    try:
        facts = json.loads((folder / "training.json").read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return False
    return isinstance(facts, dict) and ("recipe" in facts or facts.get("taught_on_scenes") is True)


def replay_samples(
    config: GroundingGPTConfig, wanted: int, seed: int, context: JobContext, device: str
) -> list[Sample]:
    """Questions about some `wanted` rendered media, of each kind that the checkpoint knows as many.

    device: where pictures are drawn. Raises `TrainingError`, `Cancelled`.
    """
    kinds = sorted(config.patches)
    counts = {kind: wanted // len(kinds) + (number < wanted % len(kinds)) for number, kind in enumerate(kinds)}
    return [
        sample
        for kind, count in counts.items()
        for sample in scenes_of(kind, config, min(AT_MOST[kind], count), seed, context, device)
    ]


def scenes_of(
    kind: MediaKind, config: GroundingGPTConfig, count: int, seed: int, context: JobContext, device: str
) -> list[Sample]:
    """Questions about `count` rendered media of one kind. Raises `TrainingError`, `Cancelled`."""
    return read_samples([_drawn(kind, count, _SEED + seed, config, context, device)]).samples if count else []


def _side(config: GroundingGPTConfig, kind: MediaKind) -> int:
    """Pixels of the longer side: as the model sees it, a multiple of 8."""
    if kind == "image":
        return max(64, config.image_size // 8 * 8)
    return 0 if config.video is None or kind == "audio" else max(64, config.video.frame_size // 8 * 8)


def _drawn(
    kind: MediaKind, count: int, seed: int, config: GroundingGPTConfig, context: JobContext, device: str
) -> Path:
    """The file of rows, drawn now unless it is there already."""
    side, frames = _side(config, kind), 0 if config.video is None else config.video.frames
    size = f"{side}x{frames}" if kind == "video" else str(side)
    folder = cache_dir() / "scenes" / f"{kind}-{size}-{seed}-{count}"
    if (folder / ROWS).is_file():
        return folder / ROWS
    beside = folder.with_name(f".{folder.name}.{os.getpid()}")
    draw: dict[MediaKind, Callable[[], Written]] = {
        "image": lambda: write_scenes(
            beside, count=count, seed=seed, side=side, context=context, many=True, device=device
        ),
        "video": lambda: write_clips(
            beside, count=count, seed=seed, side=side, rate=_RATE, context=context, least=frames
        ),
        "audio": lambda: write_recordings(beside, count=count, seed=seed, context=context),
    }
    try:
        draw[kind]()
        beside.replace(folder)
    except OSError as error:
        if not (folder / ROWS).is_file():  # unless another process was faster
            raise TrainingError(f"{folder} cannot be written", why=error.strerror or str(error)) from error
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    return folder / ROWS
