"""Turns samples into batches: one lesson is one picture with every question people answered about it.

Questions stand behind the picture as independent branches, put and answered by the processing of inference.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.utils.data import Dataset

from core.errors import TrainingError
from core.geometry import BoxXYXY, box_to_padded_norm
from core.grounding.groundinggpt.answers import format_answer
from core.grounding.groundinggpt.processing import Processor
from core.media import read_image
from core.schema import Box, Region
from core.training.augment import vary
from core.training.packing import IGNORED
from core.training.samples import Sample

ASKED, REJECTED = 0, 1  # what a branch teaches: this is the answer; this is not
_PLACES = 1400  # question and answer tokens of one picture and step; more questions take turns


@dataclass(frozen=True, slots=True)
class Branch:
    """One question with an answer text; `kind` says whether that text is right or was rejected."""

    expression: str
    boxes: tuple[int, ...]  # indices into the lesson's boxes
    kind: int


@dataclass(frozen=True, slots=True)
class Lesson:
    """A picture on disk with its boxes (pixels) and the questions they answer."""

    path: str
    boxes: tuple[BoxXYXY, ...]
    branches: tuple[Branch, ...]


def lessons_of(samples: Sequence[Sample]) -> list[Lesson]:
    """Samples gathered by picture, in order of first appearance. Raises `TrainingError` for other media.

    A rejected box gives a branch of its own, which teaches that it is not the answer.
    """
    by_path: dict[str, list[Sample]] = {}
    for sample in samples:
        if sample.example.kind != "image":
            raise TrainingError(
                f"{sample.source.item.path} is not a picture", why="this model learns from pictures only"
            )
        by_path.setdefault(sample.source.path, []).append(sample)
    return [_lesson(path, group) for path, group in by_path.items()]


def _lesson(path: str, samples: Sequence[Sample]) -> Lesson:
    boxes: dict[BoxXYXY, int] = {}

    def index(region: Region) -> int:
        assert isinstance(region, Box)
        return boxes.setdefault((region.x1, region.y1, region.x2, region.y2), len(boxes))

    branches: list[Branch] = []
    for sample in samples:
        example = sample.example
        if example.present is not None:
            branches.append(Branch(example.expression, tuple(index(region) for region in example.regions), ASKED))
        branches += [Branch(example.expression, (index(region),), REJECTED) for region in example.rejected]
    return Lesson(path, tuple(boxes), tuple(branches))


class LessonSet(Dataset[dict[str, Tensor]]):
    """Lessons as tensors. Varied by torch's global generator, so that a resumed run draws what it would have drawn."""

    def __init__(self, lessons: Sequence[Lesson], processor: Processor, *, varied: bool = True) -> None:
        self._lessons = lessons
        self._processor = processor
        self._varied = varied

    def __len__(self) -> int:
        return len(self._lessons)

    def __getitem__(self, index: int) -> dict[str, Tensor]:
        """`pixel_values` [3, s, s]; `ids`, `segments`, `labels`, `kinds` [n] int64; `weights` [n] float32."""
        lesson = self._lessons[index]
        rng = np.random.default_rng(int(torch.randint(0, 2**62, ()))) if self._varied else None
        rgb, boxes = read_image(Path(lesson.path)).rgb, lesson.boxes
        if rng is not None:
            changed = vary(rgb, boxes, [branch.expression for branch in lesson.branches], rng)
            rgb, boxes = changed.rgb, changed.boxes
        size_wh = (rgb.shape[1], rgb.shape[0])
        norm = [box_to_padded_norm(box, size_wh) for box in boxes]
        order = rng.permutation(len(lesson.branches)) if rng is not None else np.arange(len(lesson.branches))
        tensors = self._tokens([lesson.branches[i] for i in order], norm)
        tensors["pixel_values"] = self._processor.pixel_values(rgb)[0]
        return tensors

    def _tokens(self, branches: Sequence[Branch], boxes_norm: Sequence[BoxXYXY]) -> dict[str, Tensor]:
        columns: dict[str, list[NDArray[np.float64]]] = {
            name: [] for name in ("ids", "segments", "labels", "kinds", "weights")
        }
        used = 0
        for number, branch in enumerate(branches):
            asked = self._processor.question_ids(branch.expression)
            text = format_answer([boxes_norm[i] for i in branch.boxes], self._processor.config.grammar)
            answer = self._processor.answer_ids(text)
            length = len(asked) + len(answer) - 1
            if used and used + length > _PLACES:
                continue
            used += length
            labels = np.full(length, IGNORED)
            labels[len(asked) - 1 :] = answer
            weights = np.where(labels == IGNORED, 0, max(1, len(branch.boxes)) ** -0.5)
            weights[len(asked) - 1] = 1.0
            for name, column in (
                ("ids", np.array((asked + answer)[:-1])),
                ("segments", np.full(length, number)),
                ("labels", labels),
                ("kinds", np.full(length, branch.kind)),
                ("weights", weights),
            ):
                columns[name].append(column)
        joined = {name: torch.from_numpy(np.concatenate(parts)) for name, parts in columns.items()}
        return {name: t.float() if name == "weights" else t.long() for name, t in joined.items()}


_PADDING: Mapping[str, float] = {"ids": 0, "segments": -1, "labels": IGNORED, "kinds": ASKED, "weights": 0.0}


def collate(lessons: Sequence[dict[str, Tensor]]) -> dict[str, Tensor]:
    """Stack lessons, padded to the longest: `pixel_values` [b, 3, s, s], the others [b, n]."""
    longest = max(len(lesson["ids"]) for lesson in lessons)
    batch = {"pixel_values": torch.stack([lesson["pixel_values"] for lesson in lessons])}
    for name, padding in _PADDING.items():
        batch[name] = torch.stack(
            [
                torch.nn.functional.pad(lesson[name], (0, longest - len(lesson[name])), value=padding)
                for lesson in lessons
            ]
        )
    return batch
