"""Fills rows with independent questions and their answers, as token ids, behind any kind of medium."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields

import numpy as np
import torch
from torch import Tensor

from core.grounding.groundinggpt.processing import Processor

IGNORED = -100
_TOO_FEW = 35  # places in which no question with its answer has room


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with the text that answers it, how many regions that names, and the number of its type."""

    expression: str
    answer: str
    regions: int
    type: int


@dataclass(frozen=True, slots=True)
class Questions:
    """Questions of b media, s places for question and answer tokens.

    ids, segments, labels, types: [b, s] int64; weights [b, s] float32. A label stands where its token is
    *predicted from*, so no shift is needed; segments are -1 on padding.
    """

    ids: Tensor
    segments: Tensor
    labels: Tensor
    weights: Tensor
    types: Tensor

    def to(self, device: torch.device | str) -> Questions:
        """The same on another device."""
        return Questions(*(getattr(self, f.name).to(device, non_blocking=True) for f in fields(self)))

    def pin_memory(self) -> Questions:
        """The same in page-locked memory."""
        return Questions(*(getattr(self, f.name).pin_memory() for f in fields(self)))


def pack(processor: Processor, rows: Sequence[Iterable[Asked]], length: int) -> Questions:
    """Take questions for every row until its `length` places are full. Long lists count less than their length."""
    shape = (len(rows), length)
    ids = np.full(shape, processor.pad_id, np.int64)
    segments = np.full(shape, -1, np.int64)
    labels = np.full(shape, IGNORED, np.int64)
    weights = np.zeros(shape, np.float32)
    types = np.zeros(shape, np.int64)
    for row, questions in enumerate(rows):
        used = number = 0
        for one in questions:
            asked = processor.question_ids(one.expression)
            answer = processor.answer_ids(one.answer)
            end = used + len(asked) + len(answer) - 1  # the last token predicts nothing
            if end > length:
                if length - used < _TOO_FEW:
                    break
                continue
            ids[row, used:end] = (asked + answer)[:-1]
            segments[row, used:end] = number
            first = used + len(asked) - 1
            labels[row, first:end] = answer
            weights[row, first:end] = max(1, one.regions) ** -0.5
            weights[row, first] = 1.0
            types[row, used:end] = one.type
            used, number = end, number + 1
    return Questions(*(torch.from_numpy(array) for array in (ids, segments, labels, weights, types)))


def answer_loss(logits: Tensor, labels: Tensor, weights: Tensor) -> tuple[Tensor, Tensor]:
    """[b, s, v] -> weighted mean of the next-token losses, and each of them [b, s] (0 where nothing is learned)."""
    each = torch.nn.functional.cross_entropy(
        logits.float().flatten(0, 1), labels.flatten(), ignore_index=IGNORED, reduction="none"
    ).view_as(labels)
    return (each * weights).sum() / weights.sum(), each


def losses_by_type(each: Tensor, labels: Tensor, types: Tensor, names: Sequence[str]) -> dict[str, Tensor]:
    """`answer_NAME`: mean loss of every type of question, for the log."""
    losses = {}
    for index, name in enumerate(names):
        of_type = (types == index) & (labels != IGNORED)
        losses[f"answer_{name}"] = (each.detach() * of_type).sum() / of_type.sum().clamp(min=1)
    return losses
