"""What a model learns from and is measured by: questions about media on disk, out of projects and conversation rows.

`core.formats.examples` defines what trains; this module finds the media. A project and the rows exported
from it give the identical list of samples.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from core.errors import MediaError, UserError
from core.formats.examples import Example, examples_from_snapshot, with_size
from core.formats.groundinggpt import iter_rows, row_to_examples
from core.jobs import Note
from core.media import probe_item
from core.media.locating import locate, search_folders
from core.project import Project
from core.schema import MediaSource, SplitName

PROJECT_SUFFIX = ".groundlabel"


@dataclass(frozen=True, slots=True)
class Sample:
    """One question about one medium that can be read here, with what people answered (`Example`)."""

    source: MediaSource
    example: Example


@dataclass(slots=True)
class SampleSet:
    """Samples in the order they stand in the data, and what could not be used."""

    samples: list[Sample] = field(default_factory=list)
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
    found = SampleSet()
    for path in data:
        pairs = _of_project(path, found) if path.suffix == PROJECT_SUFFIX else _of_rows(path, media_root, found)
        found.samples += [sample for sample in pairs if split in (None, sample.example.split)]
    if not found.samples:
        where = f"the split {split} of " if split else ""
        why = found.skipped[0].what if found.skipped else "No annotation and no absence stands there"
        raise UserError(f"There is nothing to {purpose} in {where}{', '.join(map(str, data))}", why=why)
    return found


def _of_project(path: Path, found: SampleSet) -> Iterator[Sample]:
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
            found.skipped.append(Note(f"There is no file {source.path}", source.path))


def _of_rows(path: Path, media_root: Path | None, found: SampleSet) -> Iterator[Sample]:
    if path.is_dir():
        raise UserError(f"{path} is a folder", next_step="Name a project or a file of conversation rows")
    examples = [example for row in iter_rows(path) for example in row_to_examples(row, source=path)]
    names = list(dict.fromkeys(example.media_path for example in examples))
    places = locate(names, search_folders(path, media_root))
    sources = {name: source for name in names if (source := _source(name, places.get(name), found)) is not None}
    for example in examples:
        if example.media_path in sources:
            source = sources[example.media_path]
            yield Sample(source, _sized(example, source))


def _source(name: str, place: Path | None, found: SampleSet) -> MediaSource | None:
    if place is None:
        found.skipped.append(Note(f"The medium {name} was not found", name))
        return None
    try:
        return MediaSource(probe_item(place, root="", relative=name), str(place))
    except MediaError as error:
        found.skipped.append(Note(str(error), str(place)))
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


def take_media(samples: Sequence[Sample], count: int) -> list[Sample]:
    """The samples of the first `count` media, in their order."""
    kept = list(dict.fromkeys(sample.source.path for sample in samples))[:count]
    return [sample for sample in samples if sample.source.path in set(kept)]
