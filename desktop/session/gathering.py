"""Bringing media into the project: files and folders are probed in the files lane and arrive in batches."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QObject, QStandardPaths, Signal

from core.errors import UserError
from core.jobs import JobContext, Note
from core.media import is_media_path, list_media, probe_item
from core.media.aside import AsideReader
from core.media.kinds import kind_by_suffix
from core.project import Project
from core.schema import MediaItem
from desktop import core_words
from desktop.runner import Callbacks, Job, Priority, Runner
from desktop.session.notices import Notice, Notices
from desktop.session.workspace import Workspace

BATCH = 50
TELL_S = 0.4
PROJECT_SUFFIX = ".groundlabel"


@dataclass(slots=True)
class Gathered:
    """Media that were put into the project, as it knows them, and what was left out since the last batch."""

    stored: list[MediaItem] = field(default_factory=list)
    left_out: list[Note] = field(default_factory=list)


def expand(paths: Sequence[Path]) -> tuple[list[Path], list[Note]]:
    """The media among files and in folders, each once; and what is neither."""
    found: dict[Path, None] = {}
    left_out: list[Note] = []
    for path in paths:
        try:
            if path.is_dir():
                found.update(dict.fromkeys(list_media(path)))
            elif is_media_path(path):
                found[path] = None
            else:
                left_out.append(Note("not a picture, video or sound", path.name))
        except UserError as error:
            left_out.append(Note(error.what, str(path)))
    return list(found), left_out


def gather(
    paths: Sequence[Path], project: Project, context: JobContext, *, sound: Path | None = None
) -> Iterator[Gathered]:
    """Runs in the files lane: probes everything and puts it into the project, a batch at a time.

    Videos and sounds, whose headers may crash what reads them, are probed in a child process.

    `sound` belongs to the one picture among them. The first batch comes soon; after that one comes when it is worth
    telling, however many there are.
    """
    context.progress(0, 0)
    places, left_out = expand(paths)
    found: list[tuple[Path, MediaItem]] = []
    told = 0.0
    with closing(AsideReader()) as aside:
        for number, place in enumerate(places):
            context.raise_if_cancelled()
            try:
                found.append((place, _probed(place, aside, context)))
            except UserError as error:
                left_out.append(Note(error.why or error.what, place.name))
            if len(found) >= BATCH and time.monotonic() - told > TELL_S:
                yield Gathered(put(found, project, sound), left_out)
                found, left_out, told = [], [], time.monotonic()
                context.progress(number + 1, len(places))
    yield Gathered(put(found, project, sound), left_out)


def _probed(place: Path, aside: AsideReader, context: JobContext) -> MediaItem:
    look = partial(probe_item, place, root="", relative=place.name)
    return look() if kind_by_suffix(place) == "image" else aside.call(look, place.name, context)


def put(found: Sequence[tuple[Path, MediaItem]], project: Project, sound: Path | None) -> list[MediaItem]:
    """Name probed media as the project does, and add them."""
    named = project.places.media_from_paths(place for place, _ in found)
    beside = None if sound is None else project.places.media_from_path(sound)
    items = [replace(item, root=at[0], path=at[1], sound=beside) for (_, item), at in zip(found, named, strict=True)]
    return project.add_media(items)


class Gathering(QObject):
    """Adds files and folders to the open project, making one where they are if none is open."""

    started = Signal()
    progressed = Signal(object)  # Progress
    finished = Signal(int)  # how many items are new

    def __init__(self, workspace: Workspace, runner: Runner, notices: Notices, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._runner = runner
        self._notices = notices
        self._job: Job | None = None
        self._shown = False
        self._before = 0
        self._left_out: list[Note] = []
        self._sound: Path | None = None
        workspace.closing.connect(self.cancel)

    @property
    def busy(self) -> bool:
        return self._job is not None

    def take(self, paths: Sequence[Path]) -> None:
        """Whatever was opened or dropped: a project file is opened, media and folders are added."""
        projects = [path for path in paths if path.suffix == PROJECT_SUFFIX]
        media = [path for path in paths if path.suffix != PROJECT_SUFFIX]
        if projects:
            self._workspace.open(projects[0])
        if media:
            self.add(media)

    def add_pair(self, paths: Sequence[Path]) -> None:
        """A picture and the sound that belongs to it become one item, asked about together."""
        kinds = {kind_by_suffix(path): path for path in paths}
        picture, sound = kinds.get("image"), kinds.get("audio")
        if len(paths) != 2 or picture is None or sound is None:
            self._notices.warning(
                self.tr("No pair was added"),
                self.tr("A pair is one picture and one sound, and {count} files were chosen.").format(count=len(paths))
                if len(paths) != 2
                else self.tr("A pair is one picture and one sound."),
                self.tr("Choose both in one go, holding Ctrl."),
            )
            return
        self.add([picture], sound=sound)

    def add(self, paths: Sequence[Path], *, sound: Path | None = None) -> None:
        """Probe these files and folders, and put them into the project; a single picture with its sound."""
        if self._workspace.project is None and not self._make_project(paths):
            return
        project = self._workspace.project
        if project is None:
            return
        if project.read_only:
            self._notices.warning(
                self.tr("Nothing can be added"),
                self.tr("The project is read-only: {reason}").format(reason=core_words.said(project.read_only_reason)),
                self.tr("Open it where you may write, or copy it."),
            )
            return
        if self._job is not None:
            self._notices.hint(self.tr("Still adding the files before these. Try again in a moment."))
            return
        self._shown, self._before, self._left_out = False, self._workspace.items.total, []
        self._sound = sound

        def task(context: JobContext) -> Iterator[Gathered]:
            return gather(paths, project, context, sound=sound)

        callbacks = Callbacks(
            item=self._take,
            progress=self.progressed.emit,
            failed=self._notices.error,
            ended=self._finish,
        )
        self._job = self._runner.submit("files", task, callbacks, priority=Priority.BACKGROUND)
        self.started.emit()

    def cancel(self) -> bool:
        """Stop adding; what has arrived stays."""
        if self._job is None:
            return False
        self._job.cancel()
        return True

    def _take(self, batch: Gathered) -> None:
        if self._workspace.project is None:
            return
        self._left_out += batch.left_out
        self._workspace.look_for_media()
        if self._sound is not None and any(item.sound is None for item in batch.stored):
            self._notices.warning(
                self.tr("No pair was added"),
                self.tr("The picture is in the project already, without a sound, and stays as it is."),
                self.tr("Make a project for pairs, or copy the picture under another name."),
            )
        if batch.stored and not self._shown:  # only now: later the person may have gone on to another item
            self._shown = True
            self._workspace.show_item(batch.stored[0].id)

    def _finish(self) -> None:
        self._job = None
        if self._left_out:
            self._notices.post(left_out_notice(self._left_out))
        self.finished.emit(self._workspace.items.total - self._before)

    def _make_project(self, paths: Sequence[Path]) -> bool:
        try:
            path = project_for(paths)
        except OSError as error:
            folder = paths[0] if paths[0].is_dir() else paths[0].parent
            self._notices.warning(
                self.tr("There is no place for a new project"),
                self.tr("Neither {folder} nor your documents can be written to: {why}").format(
                    folder=folder,
                    why=core_words.said(error.strerror or str(error)),
                ),
                self.tr("Make a new project (File) in a folder that can be written, then add the files."),
            )
            return False
        if path is None:
            return False
        if path.exists():
            return self._workspace.open(path)
        if not self._workspace.create(path):
            return False
        self._notices.info(
            self.tr("New project {name}").format(name=path.stem),
            self.tr("Your work is kept in {path}").format(path=path),
        )
        return True


def project_for(paths: Sequence[Path]) -> Path | None:
    """Where a project for these media goes: in their folder, or in Documents when that cannot be written.

    Raises `OSError` when there are no Documents, and none can be made.
    """
    if not paths:
        return None
    folder = paths[0] if paths[0].is_dir() else paths[0].parent
    name = (folder.name or "project") + PROJECT_SUFFIX
    if (folder / name).exists() or os.access(folder, os.W_OK):
        return folder / name
    documents = Path(QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation))
    documents.mkdir(parents=True, exist_ok=True)
    return documents / name


def left_out_notice(left_out: Sequence[Note]) -> Notice:
    """One message for everything that could not be added, however much it is."""
    first = left_out[0]
    if len(left_out) == 1:
        what = QCoreApplication.translate("Gathering", "{name} was left out").format(name=first.where)
        return Notice("warning", what, core_words.said(first.what))
    what = QCoreApplication.translate("Gathering", "{count} files were left out").format(count=len(left_out))
    why = QCoreApplication.translate("Gathering", "For example {name}: {why}").format(
        name=first.where, why=core_words.said(first.what)
    )
    return Notice(
        "warning", what, why, details="\n".join(f"{note.where}: {core_words.said(note.what)}" for note in left_out)
    )
