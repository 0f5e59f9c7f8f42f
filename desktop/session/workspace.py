"""The open project as the window sees it: opening and closing, the list of items, which one is shown.

Signals say what changed; nobody needs to ask twice. Every write of a person goes through `editing`, every
answer through `asking`; both announce it here.
"""

from __future__ import annotations

import logging
from pathlib import Path

from PySide6.QtCore import QObject, Qt, QThread, QTimer, Signal

from core.errors import UserError
from core.project import Project
from core.schema import Annotation, Change, MediaItem, Rating, Review, SplitMark, Verdict
from desktop.session.items import Items
from desktop.session.memory import Memory
from desktop.session.notices import Notices
from desktop.session.preferences import Preferences

POLL_MS = 2000
_LOG = logging.getLogger(__name__)


def media_of(change: Change) -> list[str]:
    """Ids of the media that a change is about, in order, each once."""
    ids: dict[str, None] = {}
    for record in (*change.after, *change.before):
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
        """Open a project file. False when it could not be opened; the one that was open then stays open."""
        if ".." in path.parts:
            path = path.resolve()
        if self._project is not None and is_same_file(self._project.path, path):
            return True
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
        self._items = Items(project)
        self._preferences.add_recent_project(project.path)
        wanted = self._memory.place(project.path).get("item")
        row = self._items.row_of(wanted) if isinstance(wanted, str) else 0
        self._put(min(max(row, 0), len(self._items) - 1))
        self._poll.start()
        self.opened.emit()
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
        kept = self._items.row_of(self._current_item.id) if self._current_item is not None else -1
        self._put(kept if kept >= 0 else min(max(self._current, 0), len(self._items) - 1))
        self.items_reset.emit()
        if kept < 0:
            self.current_changed.emit()

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

    def add_media(self, items: list[MediaItem]) -> list[MediaItem]:
        """Put probed media into the project. Returns them as the project knows them, old ones included."""
        if self._project is None:
            return []
        stored = self._project.add_media(items)
        self._follow_count()
        return stored

    def show_row(self, row: int) -> None:
        """Make the item in this row the current one; a row outside the list changes nothing."""
        if 0 <= row < len(self._items) and row != self._current:
            self._put(row)
            self.current_changed.emit()

    def show_item(self, media_id: str) -> None:
        self.show_row(self._items.row_of(media_id))

    def step(self, by: int) -> None:
        """The next (+1) or previous (-1) item, stopping at the ends."""
        self.show_row(self._current + by)

    def resolve(self, item: MediaItem) -> Path:
        """Where a medium can be read now. Raises `UserError` when no project is open."""
        if self._project is None:
            raise UserError("No project is open")
        return self._project.resolve(item)

    def _put(self, row: int) -> None:
        self._current, self._current_item = row, self._items.at(row)

    def _follow_count(self) -> None:
        """Media may have been added: at the end, unless something that was hidden came back or went."""
        current = self._current_item
        more = self._items.recount()
        if more < 0 or (current is not None and self._items.row_of(current.id) != self._current):
            self.reload_items()
        elif more:
            self.items_added.emit()
            if self._current < 0:
                self.show_row(0)


def is_same_file(a: Path, b: Path) -> bool:
    """Whether two names lead to one file, through links or relative parts."""
    try:
        return a == b or a.resolve() == b.resolve()
    except OSError:  # a loop of links: the opening says so
        return False
