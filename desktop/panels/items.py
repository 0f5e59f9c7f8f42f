"""The list of items with thumbnails; tells which one was picked. Knows only its model."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QSize, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QPushButton,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from core.project import Filter
from core.schema import Label
from desktop import icons
from desktop.session.overview import Overview
from desktop.tokens import SPACING
from desktop.views.filter_row import FilterRow
from desktop.views.thumbnail_delegate import ThumbnailList
from desktop.views.thumbnails import ThumbnailModel, ThumbnailRow


class ItemsPanel(QWidget):
    """All media of the project in order. Picking a row shows it."""

    row_chosen = Signal(int)
    filter_wanted = Signal(object)  # Filter
    words_wanted = Signal()  # what can be filtered by is wanted: `set_words`
    left = Signal()  # the keyboard may go back to the canvas
    find_wanted = Signal()  # moved files are to be looked for

    def __init__(self, overview: Overview, order: QAction | None = None, parent: QWidget | None = None) -> None:
        """`order` switches the order of the list."""
        super().__init__(parent)
        self.setObjectName("items_panel")
        self.setMinimumWidth(170)
        self._overview = overview
        self._is_syncing = False
        self._model = ThumbnailModel(
            count=overview.count,
            fetch_page=self._page,
            request_thumbnail=overview.request_thumbnail,
            parent=self,
        )
        self._list = ThumbnailList(self)
        self._list.setObjectName("item_list")
        self._list.setModel(self._model)
        self._list.selectionModel().currentChanged.connect(self._on_current)
        self._empty = QLabel(self.tr("No items yet.\nDrop pictures or a folder here."), self)
        self._empty.setObjectName("items_empty")
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._empty.setProperty("muted", True)
        self._empty.setMargin(SPACING.l)
        self.filter = FilterRow(self, order)
        self.filter.changed.connect(self.filter_wanted)
        self.filter.opened.connect(self.words_wanted)
        self.filter.left.connect(self.left)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        holder = QWidget(self)
        self._stack = QStackedLayout(holder)
        self._stack.addWidget(self._empty)
        self._stack.addWidget(self._list)
        self.setFocusProxy(self._list)
        self._nothing = self._build_nothing()
        self._stack.addWidget(self._nothing)
        outer.addWidget(self.filter)
        outer.addWidget(holder, 1)
        outer.addWidget(self._build_missing())
        overview.reset.connect(self._reset)
        overview.appended.connect(self._append)
        overview.rows_changed.connect(self._model.rows_changed)
        overview.thumbnail_ready.connect(self._model.thumbnail_ready)
        overview.thumbnail_dropped.connect(self._model.thumbnail_dropped)
        overview.missing_changed.connect(self._show_missing)
        self._show_emptiness()

    def _build_nothing(self) -> QWidget:
        """What stands in place of the list when nothing fits the filter."""
        page = QWidget(self)
        sign = QLabel(page)
        sign.setPixmap(icons.icon("filter", role="text_muted").pixmap(28, 28))
        sign.setAlignment(Qt.AlignmentFlag.AlignCenter)
        text = QLabel(self.tr("No item fits this filter.\nEsc shows all of them."), page)
        text.setObjectName("items_nothing")
        text.setAlignment(Qt.AlignmentFlag.AlignCenter)
        text.setProperty("muted", True)
        text.setWordWrap(True)
        button = QPushButton(self.tr("Show all items"), page)
        button.setObjectName("filter_show_all")
        button.clicked.connect(self.filter.clear)
        column = QVBoxLayout(page)
        column.setContentsMargins(SPACING.l, SPACING.l, SPACING.l, SPACING.l)
        column.setSpacing(SPACING.m)
        column.addStretch(1)
        column.addWidget(sign)
        column.addWidget(text)
        column.addWidget(button, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(2)
        return page

    def _build_missing(self) -> QWidget:
        """Says that files are not where they were, and offers to look for them."""
        self._missing = QPushButton(icons.icon("missing", role="danger"), "", self)
        self._missing.setObjectName("find_moved_button")
        self._missing.setAccessibleName(self.tr("Find moved files"))
        self._missing.setToolTip(self.tr("Look for the moved files in a folder that you name"))
        self._missing.clicked.connect(self.find_wanted)
        holder = QWidget(self)
        line = QHBoxLayout(holder)
        line.setContentsMargins(SPACING.s, SPACING.xs, SPACING.s, SPACING.s)
        line.addWidget(self._missing)
        self._missing_holder = holder
        holder.hide()
        return holder

    def _show_missing(self, count: int) -> None:
        self._missing_holder.setVisible(count > 0)
        text = self.tr("1 missing  ·  Find…") if count == 1 else self.tr("{n} missing  ·  Find…").format(n=f"{count:,}")
        self._missing.setText(" " + text)

    def has_focus(self) -> bool:
        """Whether the keyboard is in the list or its filter."""
        focused = self.focusWidget()
        return focused is not None and focused.hasFocus()

    def look_again(self, media_ids: Sequence[str]) -> None:
        """Their files were found again: small pictures can be made now."""
        for media_id in media_ids:
            self._model.forget_thumbnail(media_id)

    @property
    def chosen_ids(self) -> list[str]:
        """Ids of the media whose rows are selected, in the order of the list."""
        rows = sorted(index.row() for index in self._list.selectionModel().selectedIndexes())
        found = (self._model.media_id(row) for row in rows)
        return [media_id for media_id in found if media_id]

    def set_words(self, labels: Sequence[Label], expressions: Sequence[str]) -> None:
        """What can be filtered by."""
        self.filter.set_words(labels, expressions)

    def show_filter(self, wanted: Filter, shown: int, total: int) -> None:
        """Which filter holds, and how many of how many items fit it."""
        self.filter.show_filter(wanted)
        self.filter.show_count(shown, total)
        self._show_emptiness()

    def sizeHint(self) -> QSize:
        """Room for a picture and a name."""
        return QSize(250, 400)

    def show_row(self, row: int) -> None:
        """Mark the current item without choosing it again."""
        index = self._model.index(row)
        self._is_syncing = True
        if not index.isValid():
            self._list.selectionModel().clear()
        elif index != self._list.currentIndex():
            self._list.selectionModel().setCurrentIndex(
                index, QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Current
            )
        self._is_syncing = False
        if index.isValid():
            self._list.scrollTo(index)

    def _page(self, offset: int, limit: int) -> list[ThumbnailRow]:
        return [
            ThumbnailRow(
                *(row.media_id, row.name, row.kind, row.state, row.proposals, row.annotations),
                *(row.is_missing, row.detail, row.duration_s),
            )
            for row in self._overview.page(offset, limit)
        ]

    def _reset(self) -> None:
        row = self._list.currentIndex().row()
        blocked = self._list.selectionModel().blockSignals(True)
        self._model.reload()
        self._list.selectionModel().blockSignals(blocked)
        self._show_emptiness()
        if 0 <= row < self._model.rowCount():
            self.show_row(row)

    def _append(self) -> None:
        self._model.rows_appended()
        self._show_emptiness()

    def _show_emptiness(self) -> None:
        nothing = self._empty if self.filter.wanted.is_empty else self._nothing
        self._stack.setCurrentWidget(self._list if self._model.rowCount() else nothing)

    def _on_current(self, index: QModelIndex, _: QModelIndex) -> None:
        if index.isValid() and not self._is_syncing:
            self.row_chosen.emit(index.row())
