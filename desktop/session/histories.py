"""The history of the current item: page by page out of the log, what each Change did, and restoring a state.

The log is read in the lane of files, because one import in it may be large; what comes too late is dropped.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from core.errors import UserError
from core.jobs import JobContext
from core.project import Project
from core.project.past import Kept, Moment, Sides
from core.project.restoring import restore
from core.schema import Annotation, Change
from desktop.runner import Callbacks, Job, Priority, Runner
from desktop.session.differences import Source, difference_lines
from desktop.session.editing import Editing
from desktop.session.notices import Notices
from desktop.session.workspace import Workspace, media_of

PAGE = 60


@dataclass(frozen=True, slots=True)
class Entry:
    """One Change on the item. `lines` say what it did here, None for an import that was not looked into yet.

    `sources` are the proposals that it accepted. `ids` are the records that it left on the item.
    """

    moment: Moment
    lines: tuple[str, ...] | None = None
    sources: tuple[Source, ...] = ()
    ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """A stretch of the history, newest first. `first`: it begins with the latest Change."""

    media_id: str
    entries: tuple[Entry, ...]
    first: bool
    last: bool


class Histories(QObject):
    """Reads for whoever has the history open; idle otherwise."""

    came = Signal(object)  # Page
    looked = Signal(object)  # Entry of an import, looked into
    outdated = Signal()  # the current item has changed, or is another one

    def __init__(
        self,
        workspace: Workspace,
        editing: Editing,
        notices: Notices,
        runner: Runner,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._editing = editing
        self._notices = notices
        self._runner = runner
        self._job: Job | None = None
        workspace.changed.connect(self._on_change)
        workspace.current_changed.connect(self.outdated)
        workspace.closing.connect(self._stop)

    def _on_change(self, change: Change) -> None:
        item = self._workspace.current
        if item is not None and item.id in media_of(change):
            self.outdated.emit()

    def _stop(self) -> None:
        if self._job is not None:
            self._job.cancel()

    # --- reading -----------------------------------------------------------------------------

    def read(self, *, before: int | None = None, of: str | None = None) -> None:
        """The next page below the Change of this number, or the first one; of one object, if named."""
        project, item = self._workspace.project, self._workspace.current
        if project is None or item is None:
            return
        media_id = item.id

        def task(context: JobContext) -> Page:
            moments = project.past.moments(media_id, of=of, before=before, limit=PAGE)
            entries = tuple(_entries(project, media_id, moments, context))
            return Page(media_id, entries, first=before is None, last=len(moments) < PAGE)

        self._stop()
        callbacks = Callbacks(found=self._on_page, failed=self._on_failed)
        self._job = self._runner.submit("files", task, callbacks, priority=Priority.NOW)

    def look(self, moment: Moment) -> None:
        """What an import did on the item."""
        project, item = self._workspace.project, self._workspace.current
        if project is None or item is None:
            return
        media_id = item.id
        callbacks = Callbacks(done=self.looked.emit, failed=self._on_failed)
        self._runner.submit("files", lambda _: _entry(project, media_id, moment), callbacks, priority=Priority.NOW)

    def _on_page(self, page: Page) -> None:
        item = self._workspace.current
        if item is not None and item.id == page.media_id:
            self.came.emit(page)

    def _on_failed(self, error: Exception) -> None:
        if isinstance(error, UserError):
            self._notices.error(error)

    # --- restoring ---------------------------------------------------------------------------

    def restore(self, moment: Moment) -> None:
        """Bring the current item back to how it stood after a Change: one new Change, nothing leaves the log."""
        project, item = self._workspace.project, self._workspace.current
        if project is None or item is None:
            return
        media_id = item.id

        def done(wanted: tuple[Kept, ...]) -> None:
            if self._workspace.project is project:
                self._apply(media_id, wanted, moment)

        callbacks = Callbacks(done=done, failed=self._on_failed)
        self._runner.submit(
            "files", lambda _: project.past.state_after(media_id, moment.seq), callbacks, priority=Priority.NOW
        )

    def _apply(self, media_id: str, wanted: tuple[Kept, ...], moment: Moment) -> None:
        applied = self._editing.act(lambda project: restore(project, media_id, wanted, moment.title))
        if applied is not None and applied.before == applied.after:
            self._notices.hint(self.tr("The item is in that state already"))


def _entries(project: Project, media_id: str, moments: list[Moment], context: JobContext) -> Iterator[Entry]:
    for moment in moments:
        context.raise_if_cancelled()
        yield Entry(moment) if moment.batch is not None else _entry(project, media_id, moment)


def _entry(project: Project, media_id: str, moment: Moment) -> Entry:
    sides = project.past.sides(media_id, moment.seq)
    labels = {label_id: project.label_ever(label_id) for label_id in _label_ids(sides)}
    names = {label_id: label.name for label_id, label in labels.items() if label is not None}
    lines = tuple(difference_lines(sides, names))
    return Entry(moment, lines, tuple(_sources(project, sides)), tuple(record.id for record in sides.after))


def _label_ids(sides: Sides) -> set[str]:
    return {record.label_id for record in (*sides.before, *sides.after) if isinstance(record, Annotation)}


def _sources(project: Project, sides: Sides) -> Iterator[Source]:
    """The proposals that came in with a Change: accepted, rejected, or edited while accepting."""
    stood = {record.id for record in sides.before}
    for record in sides.after:
        if record.id in stood or record.proposal_id is None:
            continue
        found = project.proposal(record.proposal_id)
        if found is not None:
            yield Source(found[1].model_id, found[1].score, found[0].query.expression)
