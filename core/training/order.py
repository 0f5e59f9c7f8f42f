"""In which order lessons are shown: anew in each epoch, those of similar length together, the same wherever it runs.

What is shown depends on the seed and the place in the run alone: not on how many processes share it, nor on whether it
was stopped and went on.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from torch.utils.data import Dataset, Sampler

from core.training.lessons import Lesson, LessonSet, collate
from core.training.samples import Talk
from core.training.talks import LONGEST

_ASKED, _ANSWERED, _LETTERS = 6, 13, 4  # tokens around a question, of a region, letters of a token, about
_JITTER = 0.25  # by how much lengths are blurred, so that neighbours differ from epoch to epoch


def places(lesson: Lesson | Talk) -> int:
    """About how many tokens a lesson's questions and answers take."""
    if isinstance(lesson, Talk):
        return min(LONGEST, sum(_ASKED + len(turn.text) // _LETTERS for turn in lesson.turns))
    return sum(
        _ASKED + len(one.expression) // _LETTERS + _ANSWERED * max(1, len(one.regions)) for one in lesson.branches
    )


class Order(Sampler[int]):
    """Numbers of what is shown: `epoch * everything + index`, so that an epoch's variations are its own.

    Each step shows its share of scenes: where some steps showed scenes alone, they would undo what the others learn.

    lengths: of the lessons, then of `replayed` scenes for each of some epochs; an epoch shows all lessons and its own
    scenes, and begins again with the first scenes when there are no more. step: media of one update.
    """

    def __init__(self, lengths: Sequence[int], *, lessons: int, replayed: int, step: int, seed: int) -> None:
        self._lengths = np.asarray(lengths, np.float64)
        self._lessons, self._replayed = lessons, replayed
        self._step, self._seed = max(1, step), seed
        self.epoch = 0

    def __len__(self) -> int:
        return self._lessons + self._replayed

    def __iter__(self) -> Iterator[int]:
        base = self.epoch * len(self._lengths)
        return iter([base + index for index in self.of_epoch(self.epoch)])

    def of_epoch(self, epoch: int) -> list[int]:
        """Indices of an epoch: whole steps in random order, each of similar lengths; what is left over last."""
        rng = np.random.default_rng([self._seed, epoch])
        scenes = len(self._lengths) - self._lessons
        first = epoch * self._replayed
        steps = len(self) // self._step
        sizes = np.full(steps, self._step)
        replayed = np.diff(np.arange(steps + 1) * self._step * self._replayed // max(1, len(self)))
        lessons = self._in_steps(np.arange(self._lessons), sizes - replayed, rng)
        old = self._in_steps(self._lessons + (first + np.arange(self._replayed)) % max(1, scenes), replayed, rng)
        shown = [np.concatenate([lessons[step], old[step]]) for step in (*rng.permutation(steps), -1)]
        return [int(index) for step in shown for index in self._by_length(step, rng)]

    def _in_steps(self, shown: NDArray[np.int64], sizes: NDArray[np.int64], rng: np.random.Generator) -> list[Any]:
        """So many for each step, of similar lengths; the shortest first. Then what is left over, of any length."""
        shown = rng.permutation(shown)
        whole = int(sizes.sum())
        return [*np.split(self._by_length(shown[:whole], rng), np.cumsum(sizes)[:-1]), shown[whole:]]

    def _by_length(self, shown: NDArray[np.int64], rng: np.random.Generator) -> NDArray[np.int64]:
        blurred = self._lengths[shown] * rng.uniform(1 - _JITTER, 1 + _JITTER, len(shown))
        return shown[np.argsort(blurred, kind="stable")]


class Course(Dataset[dict[str, Any]]):
    """Lessons by the numbers of an `Order`. How one is varied depends on the seed and its number alone.

    shown: how many an epoch shows.
    """

    def __init__(self, lessons: LessonSet, *, shown: int) -> None:
        self._lessons, self._shown = lessons, shown

    def __len__(self) -> int:
        return self._shown

    def __getitem__(self, number: int) -> dict[str, Any]:
        """The tensors of `LessonSet`."""
        epoch, index = divmod(number, len(self._lessons))
        self._lessons.set_epoch(epoch)
        return self._lessons[index]


def collate_rows(lessons: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """`collate`, with what has a row for each lesson in front: the Trainer counts a batch by what comes first."""
    batch = collate(lessons)
    return {"ids": batch.pop("ids"), **batch}
