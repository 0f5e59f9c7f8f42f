"""The item list's model: rows fetched in pages, thumbnails asked for when painted. Knows no project and no files.

Everything comes through callables that the builder passes; pictures arrive later through `thumbnail_ready`.
A hundred thousand rows cost one count and the pages that are looked at.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QAbstractListModel, QCoreApplication, QModelIndex, QObject, QPersistentModelIndex, Qt, Slot
from PySide6.QtGui import QImage, QPixmap

from core.schema import MediaKind, ReviewState

Index = QModelIndex | QPersistentModelIndex

PAGE_ROWS = 40  # what a page costs is felt while scrolling
PAGES_KEPT = 200
THUMBNAILS_KEPT = 600
THUMBNAIL_SIDE_PX = 192  # device pixels that are asked for: sharp at 200 %


@dataclass(frozen=True, slots=True)
class ThumbnailRow:
    """What the list says about one medium."""

    media_id: str
    name: str
    kind: MediaKind = "image"
    state: ReviewState = "new"
    proposals: int = 0
    annotations: int = 0
    is_missing: bool = False
    detail: str = ""
    duration_s: float | None = None


class ThumbnailModel(QAbstractListModel):
    """Rows by number, thumbnails by medium.

    `fetch_page(offset, limit)` returns rows and is called on the GUI thread: it must be quick.
    `request_thumbnail(media_id, side_px)` starts making a picture elsewhere and returns at once.
    """

    RowRole = Qt.ItemDataRole.UserRole + 1
    MediaIdRole = Qt.ItemDataRole.UserRole + 2

    def __init__(
        self,
        *,
        count: Callable[[], int],
        fetch_page: Callable[[int, int], Sequence[ThumbnailRow]],
        request_thumbnail: Callable[[str, int], None],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._count = count
        self._fetch_page = fetch_page
        self._request_thumbnail = request_thumbnail
        self._length = count()
        self._pages: OrderedDict[int, tuple[ThumbnailRow, ...]] = OrderedDict()
        self._row_of: dict[str, int] = {}
        self._thumbnails: OrderedDict[str, QPixmap] = OrderedDict()
        self._asked: set[str] = set()
        self._failed: set[str] = set()

    # --- Qt's side ---

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 the signature is Qt's
        """Every row at once: the view needs only the number."""
        return 0 if parent.isValid() else self._length

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Name, tool tip, accessible text, the thumbnail (asked for if it is not there yet), the whole row."""
        row = self.row(index.row()) if index.isValid() else None
        if row is None:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return row.name
        if role == Qt.ItemDataRole.DecorationRole:
            return self.thumbnail(row.media_id)
        if role == Qt.ItemDataRole.ToolTipRole:
            return describe(row)
        if role in (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.AccessibleDescriptionRole):
            return describe(row).replace("\n", ", ")
        if role == self.RowRole:
            return row
        return row.media_id if role == self.MediaIdRole else None

    # --- rows ---

    def row(self, number: int) -> ThumbnailRow | None:
        """The row of this number; its page is fetched if need be."""
        if not 0 <= number < self._length:
            return None
        page_number, place = divmod(number, PAGE_ROWS)
        page = self._page(page_number)
        return page[place] if place < len(page) else None

    def media_id(self, number: int) -> str | None:
        """The medium of a row."""
        row = self.row(number)
        return row.media_id if row else None

    def row_number(self, media_id: str) -> int | None:
        """Where a medium stands; looked for in what was fetched, then page by page."""
        known = self._row_of.get(media_id)
        if known is not None:
            return known
        for page_number in range(-(-self._length // PAGE_ROWS)):
            if page_number in self._pages:
                continue
            for place, row in enumerate(self._page(page_number)):
                if row.media_id == media_id:
                    return page_number * PAGE_ROWS + place
        return None

    def reload(self) -> None:
        """Another project or filter: everything anew (thumbnails are kept)."""
        self.beginResetModel()
        self._forget_pages()
        self._asked.clear()
        self._failed.clear()
        self._length = self._count()
        self.endResetModel()

    def rows_appended(self) -> None:
        """Media were added at the end; the selection and the place in the list stay."""
        length = self._count()
        if length < self._length:
            self.reload()
        elif length > self._length:
            self.beginInsertRows(QModelIndex(), self._length, length - 1)
            self._pages.pop(self._length // PAGE_ROWS, None)
            self._length = length
            self.endInsertRows()

    def rows_changed(self, media_ids: Sequence[str]) -> None:
        """Counts or states of these media changed: fetch their pages again when they are looked at."""
        numbers = [self._row_of[media_id] for media_id in media_ids if media_id in self._row_of]
        for page_number in {number // PAGE_ROWS for number in numbers}:
            self._pages.pop(page_number, None)
        for number in numbers:
            index = self.index(number)
            self.dataChanged.emit(index, index)

    def _page(self, page_number: int) -> tuple[ThumbnailRow, ...]:
        page = self._pages.get(page_number)
        if page is None:
            page = tuple(self._fetch_page(page_number * PAGE_ROWS, PAGE_ROWS))
            self._pages[page_number] = page
            for place, row in enumerate(page):
                self._row_of[row.media_id] = page_number * PAGE_ROWS + place
            if len(self._pages) > PAGES_KEPT:
                self._pages.popitem(last=False)
        else:
            self._pages.move_to_end(page_number)
        return page

    def _forget_pages(self) -> None:
        self._pages.clear()
        self._row_of.clear()

    # --- thumbnails ---

    def thumbnail(self, media_id: str) -> QPixmap | None:
        """The picture of a medium, or None until it has come."""
        found = self._thumbnails.get(media_id)
        if found is not None:
            self._thumbnails.move_to_end(media_id)
        elif media_id not in self._asked and media_id not in self._failed:
            self._asked.add(media_id)
            self._request_thumbnail(media_id, THUMBNAIL_SIDE_PX)
        return found

    def has_failed(self, media_id: str) -> bool:
        """Whether no picture could be made of a medium."""
        return media_id in self._failed

    @Slot(str, QImage)
    def thumbnail_ready(self, media_id: str, image: QImage) -> None:
        """A thumbnail has come (on the GUI thread); a null image means that there is none to be had."""
        self._asked.discard(media_id)
        if image.isNull():
            self._failed.add(media_id)
        else:
            self._failed.discard(media_id)
            self._thumbnails[media_id] = QPixmap.fromImage(image)
            if len(self._thumbnails) > THUMBNAILS_KEPT:
                self._thumbnails.popitem(last=False)
        number = self._row_of.get(media_id)
        if number is not None and number < self._length:
            index = self.index(number)
            self.dataChanged.emit(index, index, [Qt.ItemDataRole.DecorationRole])

    @Slot(str)
    def thumbnail_dropped(self, media_id: str) -> None:
        """It was asked for and will not come: ask again when it is painted again."""
        self._asked.discard(media_id)

    def forget_thumbnail(self, media_id: str) -> None:
        """Ask again the next time a medium is painted, for example after a file was found again."""
        self._thumbnails.pop(media_id, None)
        self._failed.discard(media_id)
        self._asked.discard(media_id)
        self.rows_changed([media_id])


def state_text(state: ReviewState) -> str:
    """A state of work in words."""
    return {
        "new": _tr("new"),
        "proposed": _tr("proposed"),
        "in_work": _tr("in work"),
        "done": _tr("done"),
        "needs_review": _tr("needs review"),
    }[state]


def clock_text(seconds: float) -> str:
    """A length in time as people read it: 0.47 s, 0:07, 12:30, 1:02:03."""
    if 0 < seconds < 1:
        return f"{seconds:.2f} s"
    whole = max(0, round(seconds))
    hours, minutes = divmod(whole // 60, 60)
    return f"{hours}:{minutes:02d}:{whole % 60:02d}" if hours else f"{minutes}:{whole % 60:02d}"


def missing_text() -> str:
    """What stands in place of the state when there is no file."""
    return _tr("missing")


def describe(row: ThumbnailRow) -> str:
    """What a tool tip or a screen reader says about a row."""
    lines = [row.name, state_text(row.state).capitalize()]
    if row.is_missing:
        lines.append(_tr("The file is missing"))
    if row.proposals:
        lines.append(_tr("{n} proposals").format(n=row.proposals) if row.proposals > 1 else _tr("1 proposal"))
    if row.annotations:
        lines.append(_tr("{n} annotations").format(n=row.annotations) if row.annotations > 1 else _tr("1 annotation"))
    if row.detail:
        lines.append(row.detail)
    if row.duration_s:
        lines.append(clock_text(row.duration_s))
    return "\n".join(lines)


def _tr(text: str) -> str:
    return QCoreApplication.translate("Thumbnails", text)
