"""Import, export and convert, as window and command line share them: nothing is half-imported, losses are reported."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from core.errors import FormatError, MediaError, ProjectError, UserError
from core.formats import (
    Contents,
    ExchangeFormat,
    ImportBatch,
    ReadOptions,
    SnapshotLike,
    WriteOptions,
    find_format,
    names_of,
    only_split,
)
from core.formats.classes import count_note
from core.formats.frames import FrameClock
from core.formats.text_files import read_label_map, read_names
from core.jobs import JobContext, Note, Report
from core.media import probe_item
from core.media.locating import locate, search_folders
from core.packed import seldom_collecting
from core.project import Project, Snapshot
from core.schema import Change, MediaItem, SplitName, new_id
from core.workflows.merging import Merge
from core.workflows.placing import in_pixels

_HOLD_ATTRIBUTES = frozenset({"native", "coco"})  # others hold values as text at most


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What an import did. `change` is None when everything was in the project already; `missing` names media."""

    report: Report
    change: Change | None
    media: tuple[MediaItem, ...]
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """Where a medium of a batch is on the disk, and what it is there."""

    place: Path
    item: MediaItem


def read_options(
    *,
    label_map: Path | None = None,
    names: Path | None = None,
    exhaustive: bool = True,
    context: JobContext | None = None,
) -> ReadOptions:
    """What the files that somebody names say about how to read. Raises `FormatError`."""
    return ReadOptions(
        label_map=read_label_map(label_map) if label_map else {},
        names=read_names(names) if names else None,
        exhaustive=exhaustive,
        context=context or JobContext(),
    )


@seldom_collecting()
def import_file(
    source: Path,
    format_id: str,
    into: Path,
    *,
    author: str,
    options: ReadOptions | None = None,
    media_dir: Path | None = None,
    split: SplitName | None = None,
) -> ImportResult:
    """Read a file or folder into a project, which is made when there is none.

    Everything is read, checked and found before the project is touched. Raises `FormatError`, `ProjectError`, and
    `UserError` when none of the media is found.
    """
    how = options or ReadOptions()
    exchange = find_format(format_id)
    if media_dir is not None and not media_dir.is_dir():
        raise UserError(f"There is no folder {media_dir}", next_step="name the folder that holds the media")
    _check_place(into)
    batch = read_batch(source, exchange, how)
    _check_names(batch, how)
    found = find_media(batch, search_folders(source, media_dir, into.absolute().parent), how.context)
    require_found(batch, found, by_command=True)
    with _opened(into, author) as project:
        return import_into(project, batch, found=found, split=split, context=how.context)


def read_batch(source: Path, exchange: ExchangeFormat, options: ReadOptions) -> ImportBatch:
    """Read a file or folder, as the first step of what is done with it. Raises `FormatError`."""
    return exchange.read(source, replace(options, context=options.context.in_step("Reading the file")))


def require_found(batch: ImportBatch, found: Mapping[str, Found], *, by_command: bool = False) -> None:
    """Raise `UserError` where a batch names media, and none of them is on the disk."""
    media = batch.contents.media
    if media and not found and not batch.keeps_identity:
        what = f"None of the {len(media)} media that {batch.source.name} names was found"
        next_step = "name their folder with --media" if by_command else "Name the folder that holds them"
        raise UserError(what, why=f"the first is {media[0].path}", next_step=next_step)


@seldom_collecting()
def import_into(
    project: Project,
    batch: ImportBatch,
    *,
    found: dict[str, Found] | None = None,
    split: SplitName | None = None,
    context: JobContext | None = None,
) -> ImportResult:
    """Put a batch into an open project: its media and answers as facts, then one Change that names the batch.

    `found` says where the media of the batch are; left out, they are looked for beside the batch's source.
    """
    how = context or JobContext()
    if found is None:
        found = find_media(batch, search_folders(batch.source, None, project.path.parent), how)
    report = Report(batch.report.read, 0, list(batch.report.changed), list(batch.report.skipped))
    wanted, missing = _media_to_add(project, batch, found, report)
    how.raise_if_cancelled()
    contents = in_pixels(batch, wanted, report, clocks=frame_clocks(batch, found, how))
    name = new_id()
    items = project.add_media(wanted.values(), batch=name) if wanted else []
    media = {local: item.id for local, item in zip(wanted, items, strict=True)}
    pairs = zip(wanted.values(), items, strict=True)
    lost = sum(fact.extra not in ((), item.extra) for fact, item in pairs)  # it was in the project already
    one = "further fields of one medium are not kept, because the project has it already and no region carries them"
    many = (
        "further fields of {count} media are not kept, because the project has them already and no region carries them"
    )
    count_note(report, lost, one, many)
    _add_answers(project, contents, media)
    joining = how.in_step("Joining with the project")
    merge = Merge(project, contents, media, report, keeps_identity=batch.keeps_identity, context=joining)
    sizes = {local: (item.width, item.height) for local, item in zip(wanted, items, strict=True)}
    merge.sizes = {local: (width, height) for local, (width, height) in sizes.items() if width and height}
    change = merge.change(f"Import {batch.source.name}", name, split)
    how.raise_if_cancelled()
    how.in_step("Writing into the project")
    applied = project.apply(change) if change.before or change.after else None
    if batch.contents.changes:
        count = len(batch.contents.changes)
        what = f"the history of {count} Changes is not replayed: the import is one Change of its own"
        report.changed.append(Note(what, str(batch.source)))
    return ImportResult(report, applied, tuple(items), tuple(missing))


@seldom_collecting()
def export(
    contents: SnapshotLike,
    format_id: str,
    out: Path,
    *,
    split: SplitName | None = None,
    context: JobContext | None = None,
) -> Report:
    """Write a project's snapshot, or the part of it in a split. The same project gives the same bytes."""
    exchange = find_format(format_id)
    part = contents if split is None else only_split(contents, split)
    if split is not None and not part.media:
        raise UserError(f"No medium is in the split {split!r}", next_step="choose another split, or leave it out")
    how = (context or JobContext()).in_step("Writing the file")
    clock = _clock_finder(lambda item: _place_of(item, contents), how)
    report = exchange.write(part, out, WriteOptions(all_media=contents.media, clock=clock, context=how))
    _note_own(report, part, exchange)
    return report


@seldom_collecting()
def convert(
    source: Path,
    from_id: str,
    to_id: str,
    out: Path,
    *,
    options: ReadOptions | None = None,
    media_dir: Path | None = None,
) -> Report:
    """Read one format and write another, without a project. Media are opened only where the file says no size."""
    how = options or ReadOptions()
    exchange, target = find_format(from_id), find_format(to_id)
    batch = read_batch(source, exchange, how)
    _check_names(batch, how)
    report = Report(batch.report.read, 0, list(batch.report.changed), list(batch.report.skipped))
    unsized = [
        item for item in batch.contents.media if (not item.width and not item.duration_s) or item.id in batch.frames
    ]
    part = replace(batch, contents=replace(batch.contents, media=tuple(unsized)))
    found = find_media(part, search_folders(source, media_dir), how.context)
    known = {
        item.id: replace(found[item.id].item, id=item.id, path=item.path, extra=item.extra)
        if item.id in found
        else item
        for item in batch.contents.media
    }
    contents = in_pixels(batch, known, report, clocks=frame_clocks(batch, found, how.context))
    places = {item.id: found[item.id].place for item in batch.contents.media if item.id in found}
    into = how.context.in_step("Writing the file")
    writing = WriteOptions(clock=_clock_finder(lambda item: places.get(item.id), into), context=into)
    written = target.write(replace(contents, media=tuple(known.values())), out, writing)
    report.written = written.written
    report.changed += written.changed
    _note_own(report, contents, target)
    report.skipped += written.skipped
    return report


def _note_own(report: Report, contents: SnapshotLike, exchange: ExchangeFormat) -> None:
    """What people think of a model's answers is held by native alone, what attributes there are by COCO too."""
    if exchange.id != "native":
        one = "the rating of one answer is not held"
        count_note(report, len(contents.ratings), one, "the ratings of {count} answers are not held")
    if exchange.id not in _HOLD_ATTRIBUTES:
        one = "the definition of one attribute is not held"
        count_note(report, len(contents.attributes), one, "the definitions of {count} attributes are not held")


def _check_names(batch: ImportBatch, options: ReadOptions) -> None:
    """Report names of the list that the source does not have. Raises `UserError` when nothing is left to take."""
    media = batch.contents.media
    if options.names is not None:
        absent = sorted(options.names - {name for item in media for name in names_of(item.path)})
        if not media:
            raise UserError(f"None of the names on the list is in {batch.source}", why=f"the first is {absent[0]}")
        batch.report.skipped.extend(Note("is on the list, but not in the source", name) for name in absent)
    elif not media and not batch.keeps_identity:
        why = batch.report.skipped[0].what if batch.report.skipped else ""
        raise UserError(f"{batch.source} names no medium that can be used", why=why)


# --- media -------------------------------------------------------------------------------------


def find_media(batch: ImportBatch, folders: list[Path], context: JobContext) -> dict[str, Found]:
    """The media of a batch that are on the disk and can be read, by the batch's ids. What cannot be is reported."""
    context = context.in_step("Checking the media")
    places = locate([item.path for item in batch.contents.media], folders)
    found: dict[str, Found] = {}
    for done, item in enumerate(batch.contents.media):
        context.raise_if_cancelled()
        context.progress(done, len(batch.contents.media), item.path)
        place = places.get(item.path)
        if place is None:
            continue
        try:
            found[item.id] = Found(place, probe_item(place, root=item.root, relative=item.path))
        except MediaError as error:
            batch.report.skipped.append(Note(str(error), item.path))
    context.progress(len(batch.contents.media), len(batch.contents.media))
    return found


def _media_to_add(
    project: Project, batch: ImportBatch, found: dict[str, Found], report: Report
) -> tuple[dict[str, MediaItem], list[str]]:
    """The media facts by the batch's ids, and the names of those that are missing."""
    known_ids = {item.id for item in project.media()} if batch.keeps_identity else set()
    told = {note.where for note in report.skipped}
    wanted: dict[str, MediaItem] = {}
    missing: list[str] = []
    there = [item.id for item in batch.contents.media if item.id in found]
    places = dict(zip(there, project.places.media_from_paths(found[one].place for one in there), strict=True))
    for item in batch.contents.media:
        if item.id in found:
            root, relative = places[item.id]
            fact = item if batch.keeps_identity else replace(found[item.id].item, extra=item.extra)
            fact = replace(fact, root=root, path=relative)
        elif batch.keeps_identity and item.root != "outside":
            fact = item
            missing.append(item.path)
            report.changed.append(Note("was not found; it stays in the project, to be relinked", item.path))
        else:
            missing.append(item.path)
            if item.path not in told:
                report.skipped.append(Note("was not found; its regions are left out", item.path))
            continue
        if fact.id in known_ids:
            standing = project.media_item(fact.id)
            if (standing.root, standing.path) != (fact.root, fact.path):
                fact = replace(fact, id=new_id())
        wanted[item.id] = fact
    return wanted, missing


def _add_answers(project: Project, contents: Contents, media: dict[str, str]) -> None:
    known = {answer.query.id for answer in project.answers()} if contents.answers else set()
    answers = [
        replace(answer, query=replace(answer.query, media_id=media[answer.query.media_id]))
        for answer in contents.answers
        if answer.query.media_id in media and answer.query.id not in known
    ]
    if answers:
        project.record_answers(answers)


# --- frames ------------------------------------------------------------------------------------


def frame_clocks(batch: ImportBatch, found: Mapping[str, Found], context: JobContext) -> dict[str, FrameClock]:
    """The frames of those videos of a batch that are counted in frames and are at hand."""
    if batch.frames:
        context = context.in_step("Numbering the frames of videos")
    clock = _clock_finder(lambda item: found[item.id].place if item.id in found else None, context)
    clocks = {item.id: clock(item) for item in batch.contents.media if item.id in batch.frames}
    return {media_id: index for media_id, index in clocks.items() if index is not None}


def _clock_finder(
    place_of: Callable[[MediaItem], Path | None], context: JobContext
) -> Callable[[MediaItem], FrameClock | None]:
    """Numbers the frames of a video when they are asked for; None when it is not at hand or cannot be read."""

    def clock(item: MediaItem) -> FrameClock | None:
        place = place_of(item)
        if place is None or not place.is_file():
            return None
        try:
            from core.media.packet_index import build_index  # PyAV loads with it

            return build_index(place, JobContext(context.token))
        except MediaError:
            return None

    return clock


def _place_of(item: MediaItem, contents: SnapshotLike) -> Path | None:
    """Where a medium of a project's snapshot is; None for contents that come from no project."""
    if not isinstance(contents, Snapshot):
        return None
    try:
        return contents.resolve(item)
    except ProjectError:  # its root is not known here
        return None


# --- the project -------------------------------------------------------------------------------


def _check_place(into: Path) -> None:
    if into.is_dir():
        raise ProjectError(f"{into} is a folder", next_step="name a project, such as NAME.groundlabel")
    if not into.absolute().parent.is_dir():
        raise ProjectError(f"There is no folder {into.absolute().parent}", next_step="make it, or name another place")


@contextmanager
def _opened(into: Path, author: str) -> Iterator[Project]:
    """The project, made when there is none; one that was made here is taken away again when the import fails."""
    is_new = not into.exists()
    opener = Project.create if is_new else Project.open
    with ExitStack() as on_failure:
        if is_new:
            for ending in ("-journal", "-shm", "-wal", ""):  # called in reverse: the file itself goes first
                on_failure.callback(into.with_name(into.name + ending).unlink, missing_ok=True)
        with opener(into, author=author, role="command") as project:
            if project.read_only:
                raise ProjectError(f"{into} cannot be written", why=project.read_only_reason)
            yield project
        on_failure.pop_all()


def check_target(out: Path, project: Path) -> None:
    """Raise `FormatError` when an export would overwrite the project that it reads."""
    if out.exists() and project.exists() and out.samefile(project):
        raise FormatError(f"{out} is the project itself", next_step="name another place for the export")
