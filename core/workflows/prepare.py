"""Prepares rows of a public dataset: writes them and a page about them, and counts what is left out."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from core.datasets import Dataset, RowWriter, Source, Tally, Variant, Words, find_dataset
from core.datasets.media import MediaFinder
from core.errors import UserError
from core.files import write_atomically
from core.jobs import JobContext, Note, Report
from core.schema import SplitName

_STEP = 500  # rows between two signs of life


@dataclass(frozen=True, slots=True)
class Wish:
    """What to prepare, and how.

    stage, variant: None takes the dataset's first one that fits. split: None takes its first. media: the folder below
    which media lie, if not the source. take: so many rows at most. keep_missing: rows whose medium is not there stay.
    """

    name: str
    source: Path
    out: Path
    stage: int | None = None
    variant: str | None = None
    split: SplitName | None = None
    seed: int = 0
    media: Path | None = None
    take: int | None = None
    keep_missing: bool = False


@dataclass(frozen=True, slots=True)
class Prepared:
    """What was prepared: `missing` are the media that are not there, with the rows that were lost by each."""

    dataset: Dataset
    variant: Variant
    stage: int
    split: SplitName
    rows: int
    media: int
    missing: dict[str, int]
    about: Path
    report: Report = field(default_factory=Report)


def about_path(out: Path) -> Path:
    """Where the page about a file of rows stands: `rows.json` has `rows.about.json`."""
    return out.with_name(f"{out.stem}.about.json")


def choose_variant(dataset: Dataset, name: str | None, stage: int | None) -> Variant:
    """The variant that is meant. Raises `UserError` when there is none of this name or for this stage.

    A stage that the original's files do not settle may be any.
    """
    named = [variant for variant in dataset.variants if name in (None, variant.name)]
    if not named:
        known = ", ".join(variant.name for variant in dataset.variants)
        raise UserError(f"{dataset.title} has no variant {name!r}", next_step=f"give one of {known}")
    fitting = [variant for variant in named if stage in (None, variant.stage)]
    fitting += [variant for variant in named if not variant.settled]
    if not fitting:
        stages = sorted({str(variant.stage) for variant in named})
        raise UserError(f"{dataset.title} has no rows for stage {stage}", why=f"it has for stage {', '.join(stages)}")
    return fitting[0]


def prepare(wish: Wish, context: JobContext | None = None) -> Prepared:
    """Write the rows and the page about them. Raises `UserError` (`FormatError`) when nothing was or can be written."""
    job = context or JobContext()
    dataset = find_dataset(wish.name)
    variant = choose_variant(dataset, wish.variant, wish.stage)
    split = wish.split or next(iter(dataset.splits))
    if split not in dataset.splits:
        raise UserError(f"{dataset.title} has no split {split}", next_step=f"give one of {', '.join(dataset.splits)}")
    for folder in (wish.source, wish.media):
        if folder is not None and not folder.is_dir():
            raise UserError(f"There is no folder {folder}", next_step=f"see prepare --list {dataset.name}")
    folders = [name.replace("{split}", dataset.splits[split]) for name in variant.media]
    finder = MediaFinder(wish.media or wish.source, folders, keep=wish.keep_missing)
    source = Source(wish.source, dataset, variant, split, Words.load(wish.seed), finder, Tally(), job)
    _check_out(source, wish.out)
    with RowWriter(wish.out) as writer:
        for row in islice(dataset.rows(source), wish.take):
            if writer.count % _STEP == 0:
                job.raise_if_cancelled()
                job.progress(writer.count, wish.take or 0, f"Preparing {dataset.title}")
            if not writer.write(row):
                source.tally.skipped.append(Note("a text with half a character", repr(row["id"])))
        job.progress(1, 1)
        if not writer.count:
            raise _nothing(source)
        done = _prepared(wish, source, writer.count)
        writer.finish()
    _write_about(wish, done)
    return done


def _prepared(wish: Wish, source: Source, rows: int) -> Prepared:
    tally = source.tally
    report = Report(read=tally.read, written=rows, changed=list(tally.notes), skipped=list(tally.skipped))
    report.changed += [Note(f"{what}: {count}") for what, count in tally.counted.items()]
    for name, lost in tally.missing.items():
        report.skipped.append(
            Note("missing, one row left out" if lost == 1 else f"missing, {lost} rows left out", name)
        )
    stage = wish.stage or source.variant.stage
    about = about_path(wish.out)
    return Prepared(
        source.dataset,
        source.variant,
        stage,
        source.split,
        rows,
        len(tally.media),
        dict(tally.missing),
        about,
        report,
    )


def _check_out(source: Source, out: Path) -> None:
    """Refuse to write over what is read."""
    for written in (out, about_path(out)):
        read = (place for pattern in source.variant.files for place in source.files(pattern))
        if written.exists() and any(place.exists() and place.samefile(written) for place in read):
            raise UserError(f"{written} is a file of {source.dataset.title} itself", next_step="name another place")


def _nothing(source: Source) -> UserError:
    tally = source.tally
    what = f"There are no rows to write from {source.folder}"
    if tally.missing:
        name = next(iter(tally.missing))
        many = len(tally.missing)
        why = f"{many} media are missing, {name} first" if many > 1 else f"the medium {name} is missing"
        return UserError(what, why=why, next_step="Name their folder by --media, or keep the rows by --keep-missing")
    if tally.skipped:
        note = tally.skipped[0]
        return UserError(what, why=f"{note.where}: {note.what}")
    return UserError(what, why=f"nothing in {source.dataset.title} belongs to the split {source.split}")


def about_as_json(wish: Wish, done: Prepared) -> dict[str, object]:
    """What is recorded beside the rows: where they come from, the licence, how they were made, what is missing."""
    licence = done.dataset.licence
    return {
        "dataset": done.dataset.name,
        "title": done.dataset.title,
        "origin": done.dataset.origin,
        "licence": {"name": licence.name, "url": licence.url, "checked": licence.checked, "note": licence.note},
        "variant": done.variant.name,
        "layout": {"read_from": done.variant.layout, "confirmed": done.variant.confirmed},
        "stage": done.stage,
        "stage_is_the_originals": done.variant.settled,
        "split": done.split,
        "seed": wish.seed,
        "rows": done.rows,
        "media": done.media,
        "missing": {"media": len(done.missing), "rows": sum(done.missing.values()), "names": list(done.missing)},
    }


def _write_about(wish: Wish, done: Prepared) -> None:
    text = json.dumps(about_as_json(wish, done), ensure_ascii=False, indent=1) + "\n"
    text = text.encode("utf-8", "backslashreplace").decode("utf-8")  # half a character in the name of a medium
    try:
        write_atomically(done.about, text)
    except OSError as error:
        raise UserError(f"{done.about} cannot be written", why=error.strerror or str(error)) from error
