"""The open project as the window sees it: opening and closing, the list of items, which one is shown.

Signals say what changed; nobody needs to ask twice. Every write of a person goes through `editing`, every
answer through `asking`; both announce it here.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Qt, QThread, QTimer, Signal

from core.errors import UserError
from core.packed import Packed
from core.project import Filter, Project
from core.project import media_of as media_of_records
from core.project.queue import KINDS, STATES
from core.schema import Annotation, Change, MediaItem, Rating, Review, SplitMark, Verdict
from desktop.session.items import Items
from desktop.session.memory import Memory
from desktop.session.notices import Notices
from desktop.session.other_windows import knock
from desktop.session.preferences import Preferences

POLL_MS = 2000
ORDER = "order"  # the name under which it is kept that items are listed by benefit
_LOG = logging.getLogger(__name__)


def media_of(change: Change) -> list[str]:
    """Ids of the media that a change is about, in order, each once."""
    ids: dict[str, None] = {}
    for records in (change.after, change.before):
        if isinstance(records, Packed):  # a long one knows them, and reading it through takes a while
            ids |= dict.fromkeys(sorted(media_of_records(records)))
            continue
        for record in records:
            if isinstance(record, Annotation | Verdict | Rating):
                ids[record.media_id] = None
            elif isinstance(record, Review | SplitMark):
                ids[record.id] = None
    return list(ids)


class Workspace(QObject):
    """At most one open project, its items in order, and the current one."""

    opened = Signal()
    closing = Signal()  # the project is still there: what hangs on it must end now
    closed = Signal()
    items_added = Signal()  # at the end of the list
    items_reset = Signal()  # items came or went anywhere in the list
    current_changed = Signal()
    changed = Signal(object)  # Change, also from undo and redo
    answers_changed = Signal(str)  # media id: a model said something new
    filter_changed = Signal()  # other items are listed, as `items.wanted` says
    refreshed = Signal()  # another process wrote: everything may be different
    _heard_elsewhere = Signal(object)  # Change, applied on another thread

    def __init__(
        self, preferences: Preferences, notices: Notices, memory: Memory, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._preferences = preferences
        self.author: str = preferences.get("person.name")
        self._notices = notices
        self._memory = memory
        self._project: Project | None = None
        self._items = Items()
        self._current = -1  # the row of the current item
        self._current_item: MediaItem | None = None
        self._heard_elsewhere.connect(self._tell, Qt.ConnectionType.QueuedConnection)
        self._poll = QTimer(self)
        self._poll.setInterval(POLL_MS)
        self._poll.timeout.connect(self.look_for_external_writes)

    # --- the project -----------------------------------------------------------------------

    @property
    def project(self) -> Project | None:
        return self._project

    @property
    def writable(self) -> bool:
        return self._project is not None and not self._project.read_only

    def create(self, path: Path) -> bool:
        """A new project in a new file; the one that was open is closed. False when it could not be made."""
        try:
            project = Project.create(path, author=self.author)
        except UserError as error:
            self._notices.error(error)
            return False
        self._take(project)
        return True

    def open(self, path: Path) -> bool:
        """Open a project file. False when it could not be opened; the one that was open then stays open.

        One that another window of this person has open is not opened twice: that window comes forward.
        """
        if ".." in path.parts:
            path = path.resolve()
        if self._project is not None and is_same_file(self._project.path, path):
            return True
        if knock(path, "raise"):
            what = self.tr("{name} is open in another window").format(name=path.stem)
            self._notices.info(what, self.tr("That window was brought to the front."))
            return False
        try:
            project = Project.open(path, author=self.author)
        except UserError as error:
            self._notices.error(error)
            return False
        self._take(project)
        return True

    def close(self) -> None:
        """Close the project, if one is open, remembering where the person was."""
        if self._project is None:
            return
        self.closing.emit()
        self._poll.stop()
        project, self._project = self._project, None
        self._items = Items()
        self._put(-1)
        project.close()
        self.closed.emit()

    def set_author(self, author: str) -> None:
        """From now on Changes carry this name. An open project is opened again under it."""
        if author == self.author:
            return
        self.author = author
        if self._project is not None:
            path = self._project.path
            self.close()
            self.open(path)

    def _take(self, project: Project) -> None:
        self.close()
        self._project = project
        project.subscribe(self._hear)
        place = self._memory.place(project.path)
        self._items = Items(project, read_filter(place.get("filter")), by_benefit=place.get(ORDER) == "benefit")
        self._preferences.add_recent_project(project.path)
        wanted = place.get("item")
        row = self._items.row_of(wanted) if isinstance(wanted, str) else 0
        self._put(min(max(row, 0), len(self._items) - 1))
        if isinstance(wanted, str) and self._items.row_of(wanted) < 0:
            self._stay_at(self._items.find(wanted))
        self._poll.start()
        self.opened.emit()
        self.filter_changed.emit()
        self.current_changed.emit()

    def look_for_external_writes(self) -> None:
        """Show what a command or another window has written to the same file."""
        if self._project is None:
            return
        try:
            if not self._project.poll_external():
                return
        except UserError as error:
            self._poll.stop()
            self._notices.error(error)
            return
        self._follow_count()
        self.refreshed.emit()

    def _hear(self, change: Change) -> None:
        """Called by the project on whatever thread applied the change; views hear of it on the GUI thread."""
        if QThread.currentThread() is self.thread():
            self._tell(change)
        else:
            self._heard_elsewhere.emit(change)

    def _tell(self, change: Change) -> None:
        if self._project is None:
            return
        if change.batch is not None:
            self.reload_items()  # an import brings media; undoing it takes them away
        self.changed.emit(change)

    def reload_items(self) -> None:
        """Read the list of items again; the person stays at the same one, or near it."""
        if self._project is None:
            return
        self._items.recount()
        kept = self._stay_at(self._current_item)
        if not kept:
            self._put(min(max(self._current, 0), len(self._items) - 1))
        self.items_reset.emit()
        if not kept:
            self.current_changed.emit()

    def show_only(self, wanted: Filter, seqs: Sequence[int] | None = None) -> None:
        """List what fits a filter; the current item stays shown, listed or not. `seqs`: the media found to fit."""
        if self._project is None or (wanted == self._items.wanted and seqs is None):
            return
        self._items = Items(self._project, wanted, seqs, by_benefit=self._items.by_benefit)
        kept = self._stay_at(self._current_item)
        if not kept:
            self._put(0 if len(self._items) else -1)
        self.items_reset.emit()
        self.filter_changed.emit()
        if not kept:
            self.current_changed.emit()

    def reorder(self, *, by_benefit: bool) -> None:
        """List the same items in another order, or in the same one as it is now; the person stays at the same one."""
        if self._project is None:
            return
        self._items = Items(self._project, self._items.wanted, by_benefit=by_benefit)
        self._stay_at(self._current_item)
        self.items_reset.emit()

    # --- items -----------------------------------------------------------------------------

    @property
    def items(self) -> Items:
        return self._items

    @property
    def current(self) -> MediaItem | None:
        return self._current_item

    @property
    def current_row(self) -> int:
        return self._current

    def item(self, media_id: str) -> MediaItem | None:
        """The item of this id; None when it is of another project, or was taken out of this one."""
        current = self._current_item
        return current if current is not None and current.id == media_id else self._items.find(media_id)

    def look_for_media(self) -> None:
        """Media were put into the project: list them too."""
        if self._project is not None:
            self._follow_count()

    def show_row(self, row: int) -> None:
        """Make the item in this row the current one; a row outside the list changes nothing."""
        if 0 <= row < len(self._items) and row != self._current:
            self._put(row)
            self.current_changed.emit()

    def show_item(self, media_id: str) -> None:
        """Make this item the current one; a filter that hides it is lifted."""
        if self._items.row_of(media_id) < 0 and self._items.find(media_id) is not None:
            self.show_only(Filter())
        self.show_row(self._items.row_of(media_id))

    def step(self, by: int) -> None:
        """The next (+1) or previous (-1) item, stopping at the ends."""
        current = self._current_item
        self.show_row(self._current + by if current is None else self._items.row_beside(current.id, by))

    def resolve(self, item: MediaItem) -> Path:
        """Where a medium can be read now. Raises `UserError` when no project is open."""
        if self._project is None:
            raise UserError("No project is open")
        return self._project.places.resolve(item)

    def _put(self, row: int) -> None:
        self._current, self._current_item = row, self._items.at(row)

    def _stay_at(self, item: MediaItem | None) -> bool:
        """Keep an item shown wherever the list has it now, also where a filter hides it. False when it is gone."""
        found = self._items.find(item.id) if item is not None else None
        if found is None:
            return False
        self._current, self._current_item = self._items.row_of(found.id), found
        return True

    def _follow_count(self) -> None:
        """Media may have been added: at the end, unless something that was hidden came back or went."""
        current = self._current_item
        more = self._items.recount()
        if more < 0 or (current is not None and self._items.row_of(current.id) != self._current):
            self.reload_items()
        elif more:
            self.items_added.emit()
            if current is None:
                self.show_row(0)


def read_filter(kept: object) -> Filter:
    """The filter that was kept with a project's place; whatever is not understood of it asks for nothing."""
    if not isinstance(kept, dict):
        return Filter()

    def text(key: str) -> str:
        found = kept.get(key)
        return found if isinstance(found, str) else ""

    def some(key: str) -> list[object]:
        found = kept.get(key)
        return found if isinstance(found, list) else []

    states = frozenset(state for state in STATES if state in some("states"))
    kinds = frozenset(kind for kind in KINDS if kind in some("kinds"))
    return Filter(states, kinds, text("expression"), text("label"), text("text"))


def is_same_file(a: Path, b: Path) -> bool:
    """Whether two names lead to one file, through links or relative parts."""
    try:
        return a == b or a.resolve() == b.resolve()
    except OSError:  # a loop of links: the opening says so
        return False
