"""Turns what is taught into batches: one lesson is one medium with every question about it, or one conversation.

Questions stand behind the medium as independent branches, put and answered by the processing of inference.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.utils.data import Dataset

from core.errors import Bug
from core.grounding.groundinggpt.answers import format_answer, format_spans
from core.grounding.groundinggpt.processing import Processor
from core.schema import MediaKind, Region
from core.training.lesson_media import LessonMedia, Shown
from core.training.packing import IGNORED
from core.training.samples import Sample, Talk, Taught
from core.training.talks import TalkWriter

ASKED, REJECTED = 0, 1  # what a branch teaches: this is the answer; this is not
KINDS: tuple[MediaKind, ...] = ("image", "video", "audio")  # the order of media in a batch
_PLACES = 1400  # question and answer tokens of one medium and step; more questions take turns


@dataclass(frozen=True, slots=True)
class Branch:
    """One question with an answer; `kind` says whether that answer is right or was rejected."""

    expression: str
    regions: tuple[int, ...]  # indices into the lesson's regions
    kind: int


@dataclass(frozen=True, slots=True)
class Lesson:
    """A medium on disk with its regions (boxes in pixels, spans in seconds) and the questions they answer.

    at_s: of a video, the frame that is shown then, as a picture (`kind` "image").
    """

    kind: MediaKind
    path: str
    regions: tuple[Region, ...]
    branches: tuple[Branch, ...]
    at_s: float | None = None


def lessons_of(taught: Sequence[Taught]) -> list[Lesson | Talk]:
    """Samples gathered by medium, or by frame of a video, in order of first appearance; then the conversations.

    A rejected region gives a branch of its own, which teaches that it is not the answer.
    """
    by_medium: dict[tuple[str, MediaKind, float | None], list[Sample]] = {}
    for one in taught:
        if isinstance(one, Sample):
            by_medium.setdefault((one.source.path, one.example.kind, one.example.at_s), []).append(one)
    lessons = [_lesson(path, kind, at_s, group) for (path, kind, at_s), group in by_medium.items()]
    return [*lessons, *(one for one in taught if isinstance(one, Talk))]


def _lesson(path: str, kind: MediaKind, at_s: float | None, samples: Sequence[Sample]) -> Lesson:
    regions: dict[Region, int] = {}

    def index(region: Region) -> int:
        return regions.setdefault(region, len(regions))

    branches: list[Branch] = []
    for sample in samples:
        example = sample.example
        if example.present is not None:
            branches.append(Branch(example.expression, tuple(index(region) for region in example.regions), ASKED))
        branches += [Branch(example.expression, (index(region),), REJECTED) for region in example.rejected]
    return Lesson(kind, path, tuple(regions), tuple(branches), at_s)


class LessonSet(Dataset[dict[str, Any]]):
    """Lessons as tensors. A variation depends on seed, epoch and place only: not on who reads it, nor on a restart.

    readers: processes that read from copies of it at once.
    """

    def __init__(
        self,
        lessons: Sequence[Lesson | Talk],
        processor: Processor,
        *,
        varied: bool = True,
        seed: int = 0,
        readers: int = 1,
    ) -> None:
        self._lessons = lessons
        self._writer = TalkWriter(processor) if any(isinstance(lesson, Talk) for lesson in lessons) else None
        self._processor = processor
        self._varied = varied
        self._seed, self._epoch = seed, 0
        self._media = LessonMedia(processor.config, readers=readers)

    def set_epoch(self, epoch: int) -> None:
        """Draw other variations; accelerate's data loader calls it as each epoch begins."""
        self._epoch = epoch

    def __len__(self) -> int:
        return len(self._lessons)

    def __getitem__(self, index: int) -> dict[str, Any]:
        """`kind`, `medium` (`Shown.tensor`); `ids`, `segments`, `labels`, `kinds` [n] int64; `weights` [n] float32.

        A conversation has `kind` None and any number of `media` (kind, `LessonMedia.whole`), which have their places
        among the ids.
        """
        lesson = self._lessons[index]
        if isinstance(lesson, Talk):
            return self._talk(lesson)
        rng = np.random.default_rng([self._seed, self._epoch, index]) if self._varied else None
        shown = self._shown(lesson, rng)
        branches = _answerable(lesson.branches, shown)
        if not branches and rng is not None:
            shown = self._shown(lesson, None)
            branches = _answerable(lesson.branches, shown)
        order = rng.permutation(len(branches)) if rng is not None else np.arange(len(branches))
        tokens = self._tokens([branches[i] for i in order], shown, lesson.kind)
        return {"kind": lesson.kind, "medium": shown.tensor, **tokens}

    def _talk(self, talk: Talk) -> dict[str, Any]:
        if self._writer is None:
            raise Bug("there are no conversations among the lessons")
        tokens = self._writer.tokens(talk)
        labels = torch.tensor(tokens.labels)
        return {
            "kind": None,
            "media": [
                (shown.kind, self._media.whole(shown.kind, Path(shown.source.path), at_s=shown.at_s))
                for shown in talk.shows
            ],
            "ids": torch.tensor(tokens.ids), "segments": torch.zeros_like(labels), "labels": labels,
            "kinds": torch.full_like(labels, ASKED), "weights": (labels != IGNORED).float(),
        }  # fmt: skip

    def _shown(self, lesson: Lesson, rng: np.random.Generator | None) -> Shown:
        expressions = [branch.expression for branch in lesson.branches]
        return self._media.show(lesson.kind, Path(lesson.path), lesson.regions, expressions, rng, at_s=lesson.at_s)

    def _answer(self, branch: Branch, shown: Shown, kind: MediaKind) -> tuple[str, int]:
        """The text of an answer, and how many regions it names."""
        grammar = self._processor.config.grammar
        places = [place for index in branch.regions if (place := shown.places[index]) is not None]
        if kind == "image":
            return format_answer([place for place in places if len(place) == 4], grammar), len(places)
        return format_spans([place for place in places if len(place) == 2], grammar), len(places)

    def _tokens(self, branches: Sequence[Branch], shown: Shown, kind: MediaKind) -> dict[str, Tensor]:
        columns: dict[str, list[NDArray[np.float64]]] = {name: [np.zeros(0)] for name in _PADDING}
        used = 0
        for number, branch in enumerate(branches):
            asked = self._processor.question_ids(branch.expression)
            text, regions = self._answer(branch, shown, kind)
            answer = self._processor.answer_ids(text)
            length = len(asked) + len(answer) - 1
            if used and used + length > _PLACES:
                continue
            used += length
            labels = np.full(length, IGNORED)
            labels[len(asked) - 1 :] = answer
            weights = np.where(labels == IGNORED, 0, max(1, regions) ** -0.5)
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


def _answerable(branches: Sequence[Branch], shown: Shown) -> list[Branch]:
    """The questions that have a right answer about what is shown, and the rejections of what is shown."""
    return [
        branch
        for branch in branches
        if not shown.unclear.intersection(branch.regions)
        and (branch.kind == ASKED or all(shown.places[index] is not None for index in branch.regions))
    ]


_PADDING: Mapping[str, float] = {"ids": 0, "segments": -1, "labels": IGNORED, "kinds": ASKED, "weights": 0.0}
_MEDIA: Mapping[MediaKind, str] = {"image": "pixel_values", "video": "clips", "audio": "sounds"}


def _media_of(lesson: Mapping[str, Any]) -> list[tuple[MediaKind, Tensor]]:
    """The one medium of questions, or those of a conversation."""
    return lesson["media"] if lesson["kind"] is None else [(lesson["kind"], lesson["medium"])]


def on_device(batch: Mapping[str, Any], device: str) -> dict[str, Any]:
    """A batch of `collate` with its tensors, also those in lists, on a device."""

    def moved(value: Any) -> Any:
        if isinstance(value, Tensor):
            return value.to(device)
        return [moved(one) for one in value] if isinstance(value, list) else value

    return {name: moved(value) for name, value in batch.items()}


def collate(lessons: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Stack lessons padded to the longest: those of one kind of medium together in the order of `KINDS`, then talks.

    `pixel_values` [b, 3, s, s]; `clips` and `sounds` are lists of tensors (`Shown`, `LessonMedia.whole`); each is left
    out where there is none. `asked`: how many of each kind have questions behind them; the media of conversations
    follow those, in the order of their places. The others [n], one row for each lesson in that order.
    """
    ordered = sorted(lessons, key=lambda lesson: len(KINDS) if lesson["kind"] is None else KINDS.index(lesson["kind"]))
    longest = max(1, *(len(lesson["ids"]) for lesson in ordered))
    batch: dict[str, Any] = {"asked": [sum(lesson["kind"] == kind for lesson in ordered) for kind in KINDS]}
    for kind, name in _MEDIA.items():
        media = [tensor for lesson in ordered for own, tensor in _media_of(lesson) if own == kind]
        if media:
            batch[name] = torch.stack(media) if kind == "image" else media
    for name, padding in _PADDING.items():
        batch[name] = torch.stack(
            [
                torch.nn.functional.pad(lesson[name], (0, longest - len(lesson[name])), value=padding)
                for lesson in ordered
            ]
        )
    return batch
