"""What formats read into and write from: contents of a project as plain records. Knows no store."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from core.formats.frames import FrameClock
from core.formats.spaces import Space
from core.jobs import JobContext, Report
from core.packed import Packed
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


class SnapshotLike(Protocol):
    """Everything a project knows, at one moment. The store's own snapshot fits."""

    @property
    def media(self) -> Sequence[MediaItem]: ...
    @property
    def labels(self) -> Sequence[Label]: ...
    @property
    def phrases(self) -> Sequence[Phrase]: ...
    @property
    def annotations(self) -> Sequence[Annotation]: ...
    @property
    def verdicts(self) -> Sequence[Verdict]: ...
    @property
    def reviews(self) -> Sequence[Review]: ...
    @property
    def splits(self) -> Sequence[SplitMark]: ...
    @property
    def answers(self) -> Sequence[Answer]: ...
    @property
    def changes(self) -> Sequence[Change]: ...
    @property
    def ratings(self) -> Sequence[Rating]: ...
    @property
    def attributes(self) -> Sequence[Attribute]: ...


@dataclass(frozen=True, slots=True)
class Contents:
    """The same as a plain value: what a format has read, or a part of a project that is to be written."""

    media: tuple[MediaItem, ...] = ()
    labels: tuple[Label, ...] = ()
    phrases: tuple[Phrase, ...] = ()
    annotations: Sequence[Annotation] = ()
    verdicts: Sequence[Verdict] = ()
    reviews: tuple[Review, ...] = ()
    splits: tuple[SplitMark, ...] = ()
    answers: tuple[Answer, ...] = ()
    changes: tuple[Change, ...] = ()
    ratings: tuple[Rating, ...] = ()
    attributes: tuple[Attribute, ...] = ()


@dataclass(frozen=True, slots=True)
class ImportBatch:
    """What a file says, before any medium was looked for.

    Records point at each other by ids that hold inside the batch. `MediaItem.path` is the name the file
    uses, already checked to be relative and inside; `width`/`height` are what the file says, or None.
    `keeps_identity` is true for the native format: ids are the project's own, unknown media stay.
    `spaces` names media whose regions are not in pixels and seconds yet (`core.formats.spaces`). `frames` names videos
    whose times are frame numbers from 0, a segment's end the first frame after it; `MediaItem.fps` is the rate that the
    file says, for when the video is not at hand. `verdicts_placed`: the regions of verdicts are in pixels and seconds
    whatever the space of the others.
    """

    format_id: str
    source: Path
    contents: Contents
    report: Report
    keeps_identity: bool = False
    spaces: Mapping[str, Space] = field(default_factory=dict)
    frames: frozenset[str] = frozenset()
    verdicts_placed: bool = False


def names_of(path: str) -> tuple[str, str, str, str]:
    """The names by which a list may mean a medium: path and file name, each with and without suffix."""
    name = path.rsplit("/", 1)[-1]
    return (path, name, path.rsplit(".", 1)[0], name.rsplit(".", 1)[0])


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """How to read. `names` restricts to these stems or file names; `label_map` gives expressions to classes."""

    label_map: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    names: frozenset[str] | None = None
    exhaustive: bool = True
    context: JobContext = field(default_factory=JobContext)

    def wants(self, path: str) -> bool:
        """Whether a medium of this name is asked for."""
        return self.names is None or not self.names.isdisjoint(names_of(path))


@dataclass(frozen=True, slots=True)
class WriteOptions:
    """How to write. `all_media` is the whole project's list when only a part is written: names stay the same.

    `clock` gives the frames of a video for formats that count them, None where the video is not at hand.
    """

    all_media: Sequence[MediaItem] | None = None
    clock: Callable[[MediaItem], FrameClock | None] = lambda _: None
    context: JobContext = field(default_factory=JobContext)


class ExchangeFormat(Protocol):
    """One exchange format. A module of `core.formats` offers it as `FORMAT`."""

    @property
    def id(self) -> str: ...

    @property
    def title(self) -> str: ...

    def read(self, source: Path, options: ReadOptions) -> ImportBatch:
        """Read a file or folder. Raises `FormatError` that names file, place and what was expected."""
        ...

    def write(self, contents: SnapshotLike, out: Path, options: WriteOptions) -> Report:
        """Write whole files or nothing; the same contents give the same bytes. The report lists what is not held."""
        ...


def only_split(contents: SnapshotLike, split: SplitName) -> Contents:
    """The part of a project whose media belong to a split. The history is left out: it tells of all media."""
    wanted = {mark.id for mark in contents.splits if mark.split == split}
    return Contents(
        media=tuple(item for item in contents.media if item.id in wanted),
        labels=tuple(contents.labels),
        phrases=tuple(contents.phrases),
        annotations=Packed(item for item in contents.annotations if item.media_id in wanted).whole(),
        verdicts=Packed(item for item in contents.verdicts if item.media_id in wanted).whole(),
        reviews=tuple(item for item in contents.reviews if item.id in wanted),
        splits=tuple(item for item in contents.splits if item.id in wanted),
        answers=tuple(item for item in contents.answers if item.query.media_id in wanted),
        ratings=tuple(item for item in contents.ratings if item.media_id in wanted),
        attributes=tuple(contents.attributes),
    )
