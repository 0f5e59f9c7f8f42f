"""What people stand behind, as truths that a model is measured by: the samples whose right answer is known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from core.errors import UserError
from core.evaluation import Truth
from core.jobs import Note
from core.schema import MediaSource, SplitName
from core.training.samples import read_samples


@dataclass(slots=True)
class TruthSet:
    """Media with their truths, in the order they stand in the data, and what could not be used."""

    pairs: list[tuple[MediaSource, Truth]] = field(default_factory=list)
    skipped: list[Note] = field(default_factory=list)


def read_truths(data: Sequence[Path], *, media_root: Path | None = None, split: SplitName | None = None) -> TruthSet:
    """The truths of projects and conversation-row files, mixed; see `read_samples`.

    Raises `UserError` when there is nothing to measure by: no sample, or none whose right answer is known.
    """
    found = read_samples(data, media_root=media_root, split=split, purpose="measure by")
    pairs = [
        (sample.source, Truth(sample.source.item.id, example.kind, example.expression, example.regions, bool(present)))
        for sample in found.samples
        if (present := (example := sample.example).present) is not None
    ]
    if not pairs:
        raise UserError(
            f"There is nothing to measure by in {', '.join(map(str, data))}",
            why="every expression there has rejections only, so no right answer is known",
        )
    return TruthSet(pairs, found.skipped)
