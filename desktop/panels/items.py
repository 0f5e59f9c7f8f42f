"""The list of items with thumbnails; tells which one was picked. Knows only its model."""

from __future__ import annotations

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QSize, Qt, Signal
from PySide6.QtWidgets import QAbstractItemView, QLabel, QListView, QStackedLayout, QVBoxLayout, QWidget

from desktop.session.overview import Overview
from desktop.tokens import SPACING
from desktop.views.thumbnail_delegate import ThumbnailDelegate
from desktop.views.thumbnails import ThumbnailModel, ThumbnailRow


class ItemsPanel(QWidget):
    """All media of the project in order. Picking a row shows it."""

    row_chosen = Signal(int)

    def __init__(self, overview: Overview, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("items_panel")
        self.setMinimumWidth(170)
        self._overview = overview
        self._model = ThumbnailModel(
            count=overview.count,
            fetch_page=self._page,
            request_thumbnail=overview.request_thumbnail,
            parent=self,
        )
        self._list = QListView(self)
        self._list.setObjectName("item_list")
        self._list.setAccessibleName(self.tr("Items"))
        self._list.setModel(self._model)
        self._list.setItemDelegate(ThumbnailDelegate(self._list))
        self._list.setUniformItemSizes(True)
        self._list.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self._list.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self._list.setMouseTracking(True)
        self._list.selectionModel().currentChanged.connect(self._on_current)
        self._empty = QLabel(self.tr("No items yet.\nDrop pictures or a folder here,\nor press Ctrl+O."), self)
        self._empty.setObjectName("items_empty")
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._empty.setProperty("muted", True)
        self._empty.setMargin(SPACING.l)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        holder = QWidget(self)
        self._stack = QStackedLayout(holder)
        self._stack.addWidget(self._empty)
        self._stack.addWidget(self._list)
        outer.addWidget(holder)
        overview.reset.connect(self._reset)
        overview.appended.connect(self._append)
        overview.rows_changed.connect(self._model.rows_changed)
        overview.thumbnail_ready.connect(self._model.thumbnail_ready)
        self._show_emptiness()

    def sizeHint(self) -> QSize:
        """Room for a picture and a name."""
        return QSize(250, 400)

    def show_row(self, row: int) -> None:
        """Mark the current item without choosing it again."""
        index = self._model.index(row)
        if index != self._list.currentIndex():
            self._list.selectionModel().setCurrentIndex(
                index, QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Current
            )
        if index.isValid():
            self._list.scrollTo(index)

    def _page(self, offset: int, limit: int) -> list[ThumbnailRow]:
        return [
            ThumbnailRow(row.media_id, row.name, row.kind, row.state, row.proposals, row.annotations, detail=row.detail)
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
        self._stack.setCurrentWidget(self._list if self._model.rowCount() else self._empty)

    def _on_current(self, index: QModelIndex, _: QModelIndex) -> None:
        if index.isValid():
            self.row_chosen.emit(index.row())
