"""What an import or export would do, worked out in full before anything is written."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from core.formats import ReadOptions, SnapshotLike, find_format
from core.formats.losses import RegionKind, kind_of
from core.formats.registry import suffix_of
from core.jobs import JobContext, Note, Report
from core.media.locating import search_folders
from core.project import Project
from core.schema import Annotation, Label, MediaItem, SplitName, Verdict, new_id
from core.workflows.merging import Merge
from core.workflows.placing import in_pixels
from core.workflows.transfer import Found, export, find_media, frame_clocks, read_batch, require_found

_FEW = 3  # expressions of a class that are shown


@dataclass(frozen=True, slots=True)
class ClassFound:
    """A class of the file: its regions, what people would say of them, and whether the project has it.

    `mappable`: the expressions come from the label map or the name of the class, so that a label map changes them.
    """

    name: str
    regions: int
    expressions: tuple[str, ...]
    is_new: bool
    mappable: bool


@dataclass(frozen=True, slots=True)
class ImportPreview:
    """What would come in. `report` is what the import's own report would say; `regions` counts by kind what is new."""

    media_new: int
    media_known: int
    missing: tuple[str, ...]
    regions: tuple[tuple[RegionKind, int], ...]
    absences: int
    absences_removed: int
    classes: tuple[ClassFound, ...]
    report: Report


def look_at_import(
    project: Project,
    source: Path,
    format_id: str,
    *,
    options: ReadOptions,
    media_dir: Path | None = None,
    split: SplitName | None = None,
) -> ImportPreview:
    """Read a file and find its media as an import does, and write nothing. Raises what the import would raise."""
    how = options.context
    batch = read_batch(source, find_format(format_id), options)
    found = find_media(batch, search_folders(source, media_dir, project.path.parent), how)
    require_found(batch, found)
    report = Report(batch.report.read, 0, list(batch.report.changed), list(batch.report.skipped))
    known, missing = _media(project, batch.contents.media, found, keeps=batch.keeps_identity)
    told = {note.where for note in report.skipped}
    for name in missing:
        if name not in told:
            report.skipped.append(Note("was not found; its regions are left out", name))
    wanted = {key: found[key].item if key in found else item for key, (item, _) in known.items()}
    contents = in_pixels(batch, wanted, report, clocks=frame_clocks(batch, found, how))
    media = {key: item.id for key, (item, _) in known.items()}
    labels = {label.name for label in project.labels()}
    joining = how.in_step("Joining with the project")
    merge = Merge(project, contents, media, report, keeps_identity=batch.keeps_identity, context=joining)
    change = merge.change("", new_id(), split)
    kinds = Counter(kind_of(one) for one in change.after if isinstance(one, Annotation))
    return ImportPreview(
        media_new=sum(not there for _, there in known.values()),
        media_known=sum(there for _, there in known.values()),
        missing=tuple(missing),
        regions=tuple(sorted(kinds.items())),
        absences=sum(isinstance(one, Verdict) and one.kind == "not_present" for one in change.after),
        absences_removed=sum(isinstance(one, Verdict) for one in change.before),
        classes=_classes(contents.labels, contents.annotations, options, labels),
        report=report,
    )


def _media(
    project: Project, media: Sequence[MediaItem], found: dict[str, Found], *, keeps: bool
) -> tuple[dict[str, tuple[MediaItem, bool]], list[str]]:
    """By the batch's id: the project's medium, or the one that would be added, and whether it is there already."""
    there = [item for item in media if item.id in found]
    standing = dict(
        zip((i.id for i in there), project.places.known_media(found[i.id].place for i in there), strict=True)
    )
    known: dict[str, tuple[MediaItem, bool]] = {}
    missing: list[str] = []
    for item in media:
        present = standing.get(item.id)
        if present is not None:
            known[item.id] = (present, True)
        elif item.id in found:
            known[item.id] = (replace(found[item.id].item, id=new_id()), False)
        else:
            missing.append(item.path)
            if keeps and item.root != "outside":
                known[item.id] = (item, False)
    return known, missing


def _classes(
    labels: Sequence[Label], annotations: Sequence[Annotation], options: ReadOptions, standing: set[str]
) -> tuple[ClassFound, ...]:
    counts: Counter[str] = Counter()
    said: dict[str, dict[str, None]] = {label.id: {} for label in labels}
    for annotation in annotations:
        counts[annotation.label_id] += 1
        said[annotation.label_id].update(dict.fromkeys(annotation.expressions))
    found = []
    for label in labels:
        usual = tuple(options.label_map.get(label.name, (label.name,)))
        words = tuple(said[label.id]) or usual
        mappable = set(words) <= set(usual)
        found.append(ClassFound(label.name, counts[label.id], words[:_FEW], label.name not in standing, mappable))
    return tuple(found)


def look_at_export(contents: SnapshotLike, format_id: str, context: JobContext) -> Report:
    """The report that an export would end with: everything is written to a folder that is thrown away."""
    with tempfile.TemporaryDirectory(prefix="groundlabel-") as folder:
        return export(contents, format_id, Path(folder) / f"look{suffix_of(format_id)}", context=context)
