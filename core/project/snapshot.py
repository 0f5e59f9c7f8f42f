"""Everything a project knows at one moment, frozen: what exports and training read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from core.project.places import absolute_place
from core.schema import (
    Annotation,
    Answer,
    Attribute,
    Change,
    Label,
    MediaItem,
    Phrase,
    Rating,
    Review,
    SplitMark,
    SplitName,
    Verdict,
)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One state of a project. `roots` are `(name, folder)` pairs; order is that of adding everywhere."""

    path: str
    roots: tuple[tuple[str, str], ...]
    media: tuple[MediaItem, ...]
    labels: tuple[Label, ...]
    phrases: tuple[Phrase, ...]
    annotations: Sequence[Annotation]
    verdicts: Sequence[Verdict]
    reviews: tuple[Review, ...]
    splits: tuple[SplitMark, ...]
    answers: tuple[Answer, ...]
    changes: tuple[Change, ...]
    ratings: tuple[Rating, ...] = ()
    attributes: tuple[Attribute, ...] = ()

    def resolve(self, item: MediaItem) -> Path:
        """The absolute place of a medium. Raises `ProjectError` when its root is not known here."""
        return absolute_place(item.root, item.path, dict(self.roots))

    def split_of(self) -> dict[str, SplitName]:
        """Medium id to split, of the media that have one."""
        return {mark.id: mark.split for mark in self.splits}
