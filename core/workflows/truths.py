"""What people stand behind, as truths that a model is measured by: the samples whose right answer is known."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from core.errors import UserError
from core.evaluation import Truth
from core.formats import ReadOptions
from core.jobs import Note
from core.schema import MediaSource, SplitName
from core.training.samples import PROJECT_SUFFIX, SampleSet, read_samples
from core.workflows.transfer import import_file


@dataclass(slots=True)
class TruthSet:
    """Media with their truths, in the order they stand in the data, and what could not be used."""

    pairs: list[tuple[MediaSource, Truth]] = field(default_factory=list)
    skipped: list[Note] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Benchmark:
    """The exchange format that data other than projects are in, and how it is read."""

    format_id: str
    options: ReadOptions = field(default_factory=ReadOptions)


def read_truths(
    data: Sequence[Path],
    *,
    media_root: Path | None = None,
    split: SplitName | None = None,
    benchmark: Benchmark | None = None,
) -> TruthSet:
    """The truths of projects and conversation-row files, mixed; see `read_samples`.

    With a `benchmark`, whatever is no project is read in its format, as `import` reads it. Raises `UserError` when
    there is nothing to measure by: no sample, or none whose right answer is known.
    """
    if benchmark is None:
        found = read_samples(data, media_root=media_root, split=split, purpose="measure by")
    else:
        found = _read_benchmark(data, media_root, split, benchmark)
    pairs = [
        (
            sample.source,
            Truth(
                sample.source.item.id, example.kind, example.expression, example.regions, bool(present), example.at_s
            ),
        )
        for sample in found.samples
        if (present := (example := sample.example).present) is not None
    ]
    if not pairs:
        raise UserError(
            f"There is nothing to measure by in {', '.join(map(str, data))}",
            why="every expression there has rejections only, so no right answer is known",
        )
    return TruthSet(pairs, found.skipped)


def _read_benchmark(
    data: Sequence[Path], media_root: Path | None, split: SplitName | None, benchmark: Benchmark
) -> SampleSet:
    """The samples of data in an exchange format: by way of a project that is thrown away."""
    found = SampleSet()
    with tempfile.TemporaryDirectory(prefix="groundlabel-") as folder:
        for number, path in enumerate(data):
            project = path
            if path.suffix != PROJECT_SUFFIX:
                project = Path(folder) / f"{number}{PROJECT_SUFFIX}"
                report = import_file(
                    path, benchmark.format_id, project, author="", options=benchmark.options, media_dir=media_root
                ).report
                found.skipped += report.skipped
            try:
                part = read_samples([project], split=split)
            except UserError as error:
                where = f"the split {split} of {path}" if split else str(path)
                raise UserError(f"There is nothing to measure by in {where}", why=error.why) from error
            found.samples += part.samples
            found.skipped += part.skipped
    return found
