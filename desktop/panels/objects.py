"""The current item as a list: proposals, annotations, what is not present. Shares the selection of the canvas.

A press on a heading sorts within the groups; a line above the list, there where the list is long, finds words.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from PySide6.QtCore import QEvent, QItemSelection, QItemSelectionModel, QSize, Qt, Signal
from PySide6.QtGui import QBrush, QColor, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QLabel,
    QLineEdit,
    QStackedLayout,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from core.schema import MediaKind
from desktop import icons, theme
from desktop.object_rows import Order, Row, fitting, in_order, rows_of
from desktop.session.showing import Contents
from desktop.tokens import SPACING
from desktop.views.mark_columns import COLUMN_WIDTH_PX, MARK_ROLE, MarkDelegate
from desktop.views.swatches import SWATCH_PX, Swatches

SCORE_COLUMN, ORIGIN_COLUMN, HIDE_COLUMN, LOCK_COLUMN, TIME_COLUMN = 1, 2, 3, 4, 5
_ORDERS: dict[int, Order] = {0: "text", SCORE_COLUMN: "score", ORIGIN_COLUMN: "origin", TIME_COLUMN: "time"}
_LEAST_LETTERS = 5  # of an expression, before a column gives way to it
_LONG_LIST = 10  # rows from which on there is a line to find words in
ID_ROLE = Qt.ItemDataRole.UserRole + 1


class ObjectsPanel(QWidget):
    """Rows in three groups. A selected row is a selected box."""

    selection_changed = Signal(list)  # ids
    edit_requested = Signal(str)
    hide_wanted = Signal(str)  # id: hide it, or show it again
    lock_wanted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("objects_panel")
        self.setMinimumWidth(200)
        self._origins = {
            "drawn": self.tr("drawn"),
            "accepted": self.tr("accepted"),
            "edited": self.tr("edited"),
            "imported": self.tr("imported"),
        }
        self._rows: dict[str, QTreeWidgetItem] = {}
        self._contents = Contents()
        self._shown: tuple[Row, ...] = ()
        self._is_syncing = False
        self._swatches = Swatches(self)
        self._order: Order = ""
        self._descending = False
        self._kind: MediaKind = "image"
        self._count = 0
        self._tree = self._build_tree()
        self._empty = QLabel(self)
        self._empty.setObjectName("objects_empty")
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._empty.setProperty("muted", True)
        self._empty.setMargin(SPACING.l)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addWidget(self._build_filter())
        holder = QWidget(self)
        self._stack = QStackedLayout(holder)
        self._stack.addWidget(self._empty)
        self._stack.addWidget(self._tree)
        outer.addWidget(holder)
        self._show_kind()

    def _build_filter(self) -> QWidget:
        self._filter_row = QWidget(self)
        self._filter = QLineEdit(self._filter_row)
        self._filter.setObjectName("objects_filter")
        self._filter.setPlaceholderText(self.tr("Find among the objects"))
        self._filter.setAccessibleName(self.tr("Find among the objects"))
        self._filter.setClearButtonEnabled(True)
        self._filter.textChanged.connect(lambda _: self.show_contents(self._contents))
        column = QVBoxLayout(self._filter_row)
        column.setContentsMargins(SPACING.s, SPACING.xs, SPACING.s, SPACING.xs)
        column.addWidget(self._filter)
        self._filter_row.hide()
        return self._filter_row

    def _build_tree(self) -> QTreeWidget:
        tree = QTreeWidget(self)
        tree.setObjectName("object_list")
        tree.setAccessibleName(self.tr("Objects"))
        tree.setHeaderLabels([self.tr("Expression"), self.tr("Score"), self.tr("Origin"), "", "", self.tr("Time")])
        tree.headerItem().setToolTip(HIDE_COLUMN, self.tr("Hidden"))
        tree.headerItem().setToolTip(LOCK_COLUMN, self.tr("Locked: cannot be changed"))
        tree.setItemDelegateForColumn(HIDE_COLUMN, MarkDelegate("hide", "show", tree))
        tree.setItemDelegateForColumn(LOCK_COLUMN, MarkDelegate("lock", "unlock", tree))
        tree.setMouseTracking(True)
        tree.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        tree.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        tree.setRootIsDecorated(False)
        tree.setIndentation(SPACING.s)
        tree.setUniformRowHeights(True)
        tree.setIconSize(QSize(SWATCH_PX, SWATCH_PX))
        tree.setExpandsOnDoubleClick(False)
        tree.setTextElideMode(Qt.TextElideMode.ElideRight)
        header = tree.header()
        header.setStretchLastSection(False)
        header.setSectionsMovable(False)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(SCORE_COLUMN, QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(TIME_COLUMN, QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(ORIGIN_COLUMN, QHeaderView.ResizeMode.Fixed)
        header.moveSection(TIME_COLUMN, 1)
        header.setSectionsClickable(True)
        header.sectionClicked.connect(self._sort_by)
        header.setMinimumSectionSize(COLUMN_WIDTH_PX)
        for column in (HIDE_COLUMN, LOCK_COLUMN):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.Fixed)
            header.resizeSection(column, COLUMN_WIDTH_PX)
        tree.itemClicked.connect(self._on_click)
        tree.itemSelectionChanged.connect(self._on_selection)
        tree.itemDoubleClicked.connect(self._on_double_click)
        return tree

    def sizeHint(self) -> QSize:
        """Room for a few words, a score and an origin."""
        return QSize(290, 400)

    # --- showing -----------------------------------------------------------------------------

    def set_kind(self, kind: MediaKind) -> None:
        """Whether the item is a picture, a video or a sound: what to do where there is nothing yet."""
        if kind != self._kind:
            self._kind = kind
            self._show_kind()

    def _show_kind(self) -> None:
        if self._count:
            text = self.tr("No object has these words.")
        elif self._kind == "audio":
            text = self.tr("Nothing here yet.\nAsk for something above,\nor drag a segment over the sound.")
        elif self._kind == "video":
            text = self.tr(
                "Nothing here yet.\nAsk for something above,\ndraw a box with R,\nor drag a segment in the timeline."
            )
        else:
            text = self.tr("Nothing here yet.\nAsk for something above,\nor draw a box with R.")
        self._empty.setText(text)

    def show_contents(self, contents: Contents) -> None:
        """List what there is; the selection stays. Of a thousand rows only those that differ are written anew."""
        self._contents = contents
        every = rows_of(contents, self._origins)
        self._count = len(every)
        self._filter_row.setVisible(self._count >= _LONG_LIST or bool(self._filter.text()))
        rows = in_order(fitting(every, self._filter.text()), self._order, descending=self._descending)
        before, self._shown = self._shown, tuple(rows)
        if rows and [(row.group, row.id) for row in rows] == [(row.group, row.id) for row in before]:
            changed = [row for row, old in zip(rows, before, strict=True) if row != old]
            for row in changed:
                self._write(self._rows[row.id], row)
            if not changed:
                return
        else:
            self._list(rows)
        self._show_kind()
        self._stack.setCurrentWidget(self._tree if self._rows else self._empty)
        self._give_room_to_words()

    def _list(self, rows: Sequence[Row]) -> None:
        """All rows anew, in their groups."""
        selected = {row_id for row_id, line in self._rows.items() if line.isSelected()}
        self._is_syncing = True
        self._tree.clear()
        self._rows.clear()
        titles = {
            "proposals": self.tr("Proposals ({count})"),
            "annotations": self.tr("Annotations ({count})"),
            "absent": self.tr("Not present ({count})"),
        }
        for group, title in titles.items():
            members = [row for row in rows if row.group == group]
            if members:
                lines = [QTreeWidgetItem([row.text, "", ""]) for row in members]
                for line, row in zip(lines, members, strict=True):
                    self._write(line, row)
                    self._rows[row.id] = line
                self._group(title.format(count=len(members))).addChildren(lines)
        self._tree.expandAll()
        self._select(selected)
        self._is_syncing = False

    def set_selection(self, ids: Sequence[str]) -> None:
        """Mark these rows without telling anybody."""
        self._is_syncing = True
        self._select(set(ids))
        if ids and ids[-1] in self._rows and len(ids) < len(self._rows):
            self._tree.scrollToItem(self._rows[ids[-1]])
        self._is_syncing = False

    def _select(self, wanted: set[str]) -> None:
        """These rows and no others, in one call: a thousand calls are felt."""
        chosen, model = QItemSelection(), self._tree.model()
        for number, (_, members) in enumerate(groupby(self._shown, key=lambda row: row.group)):
            group = model.index(number, 0)
            start = 0
            for is_wanted, run in groupby(row.id in wanted for row in members):
                end = start + len(list(run))
                if is_wanted:
                    chosen.select(model.index(start, 0, group), model.index(end - 1, LOCK_COLUMN, group))
                start = end
        flags = QItemSelectionModel.SelectionFlag
        self._tree.selectionModel().select(chosen, flags.ClearAndSelect | flags.Rows)

    def _group(self, title: str) -> QTreeWidgetItem:
        group = QTreeWidgetItem(self._tree, [title])
        group.setFlags(Qt.ItemFlag.ItemIsEnabled)
        group.setFirstColumnSpanned(True)
        group.setFont(0, theme.font("small", bold=True))
        group.setForeground(0, QBrush(QColor(theme.colours(self.palette()).text_muted)))
        return group

    def _write(self, line: QTreeWidgetItem, row: Row) -> None:
        line.setData(0, ID_ROLE, row.id)
        for column, text in ((0, row.text), (SCORE_COLUMN, row.score), (ORIGIN_COLUMN, row.origin)):
            line.setText(column, text)
        line.setText(TIME_COLUMN, row.time)
        line.setToolTip(0, row.tip)
        line.setToolTip(ORIGIN_COLUMN, row.origin_tip)
        line.setTextAlignment(SCORE_COLUMN, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        if row.group == "absent":
            line.setIcon(0, icons.icon("not-present", role="text_muted"))
        elif row.colour:
            line.setIcon(0, self._swatches.of(row.colour, dashed=row.group == "proposals"))
        if row.hidden is not None and row.locked is not None:
            self._mark(line, row.text, is_hidden=row.hidden, is_locked=row.locked)

    def _mark(self, line: QTreeWidgetItem, text: str, *, is_hidden: bool, is_locked: bool) -> None:
        """Whether an annotation is hidden or locked; a hidden one is written in a quieter colour."""
        line.setData(HIDE_COLUMN, MARK_ROLE, is_hidden)
        line.setData(LOCK_COLUMN, MARK_ROLE, is_locked)
        line.setToolTip(HIDE_COLUMN, self.tr("Hidden: click to show") if is_hidden else self.tr("Click to hide"))
        line.setToolTip(LOCK_COLUMN, self.tr("Locked: click to unlock") if is_locked else self.tr("Click to lock"))
        said = [word for word, holds in ((self.tr("hidden"), is_hidden), (self.tr("locked"), is_locked)) if holds]
        line.setData(0, Qt.ItemDataRole.AccessibleTextRole, ", ".join([text, *said]) if said else None)
        if is_hidden or line.font(0).italic():
            named = theme.colours(self.palette())
            line.setForeground(0, QBrush(QColor(named.text_muted if is_hidden else named.text)))
            face = line.font(0)
            face.setItalic(is_hidden)
            line.setFont(0, face)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._give_room_to_words()

    def _give_room_to_words(self) -> None:
        """Columns that say nothing are left out; and a long expression is worth more than where its box comes from."""
        tree, header = self._tree, self._tree.header()
        left = tree.viewport().width() - 2 * COLUMN_WIDTH_PX
        least = tree.fontMetrics().horizontalAdvance("m" * _LEAST_LETTERS) + SWATCH_PX + 2 * SPACING.s
        for column, said in ((TIME_COLUMN, any(row.time for row in self._shown)), (SCORE_COLUMN, self._has_scores())):
            wanted = self._wanted_width(column)
            tree.setColumnHidden(column, not said or left - wanted < least)
            left -= 0 if tree.isColumnHidden(column) else wanted
        room = left - tree.sizeHintForColumn(0)
        wanted = self._wanted_width(ORIGIN_COLUMN)
        longest = max(self._origins.values(), key=len)
        plain = tree.fontMetrics().horizontalAdvance(longest) + 2 * SPACING.s
        plain = max(plain, header.sectionSizeHint(ORIGIN_COLUMN))
        tree.setColumnHidden(ORIGIN_COLUMN, room < min(plain, wanted))
        header.resizeSection(ORIGIN_COLUMN, min(wanted, max(room, plain)))

    def _has_scores(self) -> bool:
        return any(row.score for row in self._shown)

    def _wanted_width(self, column: int) -> int:
        return max(self._tree.sizeHintForColumn(column), self._tree.header().sectionSizeHint(column))

    def changeEvent(self, event: QEvent) -> None:
        """Swatches are drawn for one background: draw them anew when the theme changes."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "_stack"):
            self._shown = ()
            self.show_contents(self._contents)

    # --- what a person does ------------------------------------------------------------------

    def _sort_by(self, column: int) -> None:
        """A heading sorts upwards, then downwards, then not at all; scores the other way round."""
        wanted = _ORDERS.get(column, "")
        if not wanted:
            return
        first = wanted == "score"
        if wanted != self._order:
            self._order, self._descending = wanted, first
        elif self._descending == first:
            self._descending = not first
        else:
            self._order, self._descending = "", False
        header = self._tree.header()
        header.setSortIndicatorShown(bool(self._order))
        if self._order:
            down = Qt.SortOrder.DescendingOrder if self._descending else Qt.SortOrder.AscendingOrder
            header.setSortIndicator(column, down)
        self.show_contents(self._contents)

    def _on_selection(self) -> None:
        if self._is_syncing:
            return
        self.selection_changed.emit([str(row.data(0, ID_ROLE)) for row in self._tree.selectedItems()])

    def _on_click(self, row: QTreeWidgetItem, column: int) -> None:
        row_id = row.data(0, ID_ROLE)
        if isinstance(row_id, str) and row.data(column, MARK_ROLE) is not None:
            (self.hide_wanted if column == HIDE_COLUMN else self.lock_wanted).emit(row_id)

    def _on_double_click(self, row: QTreeWidgetItem, column: int) -> None:
        row_id = row.data(0, ID_ROLE)
        if isinstance(row_id, str) and column not in (HIDE_COLUMN, LOCK_COLUMN):
            self.edit_requested.emit(row_id)
