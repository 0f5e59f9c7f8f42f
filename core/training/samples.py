"""What a model learns from and is measured by: questions about media on disk, out of projects and conversation rows.

`core.formats.examples` defines what trains; this module finds the media. A project and the rows exported
from it give the identical list of samples. Rows of others are conversations besides, for models that hold some.
"""

from __future__ import annotations

import hashlib
import itertools
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeVar

from core.errors import MediaError, UserError
from core.formats.examples import Example, examples_from_snapshot, with_size
from core.formats.groundinggpt import Row, numbered_rows, row_to_examples
from core.grounding.groundinggpt.prompts import Turn
from core.jobs import Note
from core.media import probe_item
from core.media.locating import locate, search_folders
from core.project import Project
from core.schema import MediaKind, MediaSource, SplitName
from core.training.talk_rows import Named, TalkRow, is_exported, talk_row

PROJECT_SUFFIX = ".groundlabel"


@dataclass(frozen=True, slots=True)
class ShownHere:
    """A medium that can be read here, and as what it is shown: a frame of a video is a picture (`at_s`)."""

    source: MediaSource
    kind: MediaKind
    at_s: float | None = None


@dataclass(frozen=True, slots=True)
class Sample:
    """One question about one medium that can be read here, with what people answered (`Example`)."""

    source: MediaSource
    example: Example

    @property
    def split(self) -> SplitName | None:
        """The part of the data that its medium belongs to, where that is said."""
        return self.example.split

    @property
    def shows(self) -> tuple[ShownHere, ...]:
        """The one medium."""
        return (ShownHere(self.source, self.example.kind, self.example.at_s),)

    def without_split(self) -> Sample:
        """The same, of no part of the data."""
        return replace(self, example=replace(self.example, split=None))


@dataclass(frozen=True, slots=True)
class Talk:
    """A conversation about any number of media, shown in the order in which its turns name them.

    samples: the questions in it that are answered by places, for models that hold no conversation.
    """

    turns: tuple[Turn, ...]
    shows: tuple[ShownHere, ...]
    split: SplitName | None = None
    samples: tuple[Sample, ...] = ()

    @property
    def answers(self) -> int:
        """How many there are."""
        return sum(not turn.human for turn in self.turns)

    def without_split(self) -> Talk:
        """The same, of no part of the data."""
        return replace(self, split=None, samples=tuple(sample.without_split() for sample in self.samples))

    @property
    def key(self) -> str:
        """What tells conversations without media apart: their words."""
        words = "\0".join(turn.text for turn in self.turns)
        return "words:" + hashlib.sha256(words.encode("utf-8", "surrogatepass")).hexdigest()


Taught = Sample | Talk
T = TypeVar("T", bound=Taught)


@dataclass(slots=True)
class SampleSet:
    """Samples in the order they stand in the data, and what could not be used."""

    samples: list[Sample] = field(default_factory=list)
    skipped: list[Note] = field(default_factory=list)


@dataclass(slots=True)
class Material:
    """Samples and conversations in the order they stand in the data, and what could not be used."""

    taught: list[Taught] = field(default_factory=list)
    skipped: list[Note] = field(default_factory=list)


def read_samples(
    data: Sequence[Path],
    *,
    media_root: Path | None = None,
    split: SplitName | None = None,
    purpose: str = "learn from",
) -> SampleSet:
    """The samples of projects and conversation-row files, mixed; of one split only, if named.

    Media of rows are looked for in `media_root` and beside the file. `purpose` completes the sentence when
    nothing can be used. Raises `ProjectError`, `FormatError`, and `UserError` when nothing can be used.
    """
    found = _read(data, media_root, split, purpose, words=False)
    return SampleSet([one for one in found.taught if isinstance(one, Sample)], found.skipped)


def read_material(data: Sequence[Path], *, media_root: Path | None = None, split: SplitName | None = None) -> Material:
    """The same, with rows that no project wrote as conversations (`Talk`). Raises as `read_samples` does."""
    return _read(data, media_root, split, "learn from", words=True)


def _read(
    data: Sequence[Path], media_root: Path | None, split: SplitName | None, purpose: str, *, words: bool
) -> Material:
    found = Material()
    for path in data:
        if path.suffix == PROJECT_SUFFIX:
            taught: Iterator[Taught] = _of_project(path, found.skipped)
        else:
            taught = _of_rows(path, media_root, found.skipped, words=words)
        found.taught += [one for one in taught if split in (None, one.split)]
    if not found.taught:
        where = f"the split {split} of " if split else ""
        why = found.skipped[0].what if found.skipped else "No annotation and no absence stands there"
        raise UserError(f"There is nothing to {purpose} in {where}{', '.join(map(str, data))}", why=why)
    return found


def _of_project(path: Path, skipped: list[Note]) -> Iterator[Sample]:
    with Project.open(path, author="", read_only=True, role="command") as project:
        snapshot = project.snapshot()
    sources = {item.id: MediaSource(item, str(snapshot.resolve(item))) for item in snapshot.media}
    missing: set[str] = set()
    for example in examples_from_snapshot(snapshot):
        source = sources[example.media_id]
        if Path(source.path).is_file():
            yield Sample(source, example)
        elif source.path not in missing:
            missing.add(source.path)
            skipped.append(Note(f"There is no file {source.path}", source.path))


# --- rows ------------------------------------------------------------------------------------------


def _of_rows(path: Path, media_root: Path | None, skipped: list[Note], *, words: bool) -> Iterator[Taught]:
    if path.is_dir():
        raise UserError(f"{path} is a folder", next_step="Name a project or a file of conversation rows")
    read = [_read_row(row, path, where, words=words) for where, row in numbered_rows(path)]
    names = dict.fromkeys(example.media_path for _, examples in read for example in examples)
    names |= dict.fromkeys(one.name for row, _ in read if isinstance(row, TalkRow) for one in row.media)
    places = locate(list(names), search_folders(path, media_root))
    sources = {name: source for name in names if (source := _source(name, places.get(name), skipped)) is not None}
    reasons = Counter[str]()
    for row, examples in read:
        samples = [
            Sample(sources[example.media_path], _sized(example, sources[example.media_path]))
            for example in examples
            if example.media_path in sources
        ]
        talk = _talk(row, samples, sources) if isinstance(row, TalkRow) else row
        if isinstance(talk, Talk):
            yield talk
            continue
        yield from samples
        if talk is not None and not samples:
            reasons[talk] += 1
    for reason, count in reasons.items():
        what = f"One row is passed over: {reason}" if count == 1 else f"{count} rows are passed over: {reason}"
        skipped.append(Note(what, str(path)))


def _read_row(row: Row, path: Path, where: str, *, words: bool) -> tuple[TalkRow | str | None, list[Example]]:
    """A row as a conversation, or why it is none (None where it need not be), and as questions with places."""
    examples = row_to_examples(row, source=path, where=where)
    talk = talk_row(row, path, where) if words and not is_exported(row) else None
    return talk, examples


def _talk(row: TalkRow, samples: Sequence[Sample], sources: Mapping[str, MediaSource]) -> Talk | str | None:
    """The conversation about media that are here; else what is wrong, None where that was said of its medium."""
    if any(one.name not in sources for one in row.media):
        return None
    wrong = next((one for one in row.media if not _can_be_shown(one, sources[one.name])), None)
    if wrong is not None:
        return f"a file of another kind is named as {'an' if wrong.kind in ('image', 'audio') else 'a'} {wrong.kind}"
    shows = tuple(ShownHere(sources[one.name], one.kind, one.at_s) for one in row.media)
    return Talk(row.turns, shows, row.split, tuple(samples))


def _can_be_shown(one: Named, source: MediaSource) -> bool:
    """Whether a file is what it is named as; a video has sound, and frames."""
    kind = source.item.kind
    return kind == ("video" if one.at_s is not None else one.kind) or (one.kind == "audio" and kind == "video")


def _source(name: str, place: Path | None, skipped: list[Note]) -> MediaSource | None:
    if place is None:
        skipped.append(Note(f"The medium {name} was not found", name))
        return None
    try:
        return MediaSource(probe_item(place, root="", relative=name), str(place))
    except MediaError as error:
        skipped.append(Note(str(error), str(place)))
        return None


def _sized(example: Example, source: MediaSource) -> Example:
    """Boxes and spans that a row gives in 0-1, in pixels and seconds of the medium."""
    if not example.regions_norm and not example.spans_norm:
        return example
    item = source.item
    size = (item.width, item.height) if item.width and item.height else None
    return with_size(
        replace(example, size_wh=example.size_wh or size, duration_s=example.duration_s or item.duration_s)
    )


def take_media(taught: Sequence[T], count: int) -> list[T]:
    """What is about the first `count` media alone, in its order; a conversation without any counts as one."""
    media = [[shown.source.path for shown in one.shows] or [one.key] for one in taught]  # type: ignore[union-attr]
    kept = set(list(dict.fromkeys(itertools.chain.from_iterable(media)))[:count])
    return [one for one, own in zip(taught, media, strict=True) if kept.issuperset(own)]
