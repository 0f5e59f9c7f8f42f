"""The current item as a list: proposals, annotations, what is not present. Shares the selection of the canvas."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from PySide6.QtCore import QEvent, QItemSelection, QItemSelectionModel, QSize, Qt, Signal
from PySide6.QtGui import QBrush, QColor, QIcon, QPainter, QPixmap, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QLabel,
    QStackedLayout,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from desktop import icons, theme
from desktop.object_rows import Row, rows_of
from desktop.session.showing import Contents
from desktop.tokens import SPACING, readable
from desktop.views.mark_columns import COLUMN_WIDTH_PX, MARK_ROLE, MarkDelegate

HIDE_COLUMN, LOCK_COLUMN = 3, 4
ID_ROLE = Qt.ItemDataRole.UserRole + 1
_SWATCH_PX = 14


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
        self._swatches: dict[tuple[object, ...], QIcon] = {}
        self._tree = self._build_tree()
        self._empty = QLabel(self)
        self._empty.setObjectName("objects_empty")
        self._empty.setText(self.tr("Nothing here yet.\nAsk for something above,\nor draw a box."))
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._empty.setProperty("muted", True)
        self._empty.setMargin(SPACING.l)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        holder = QWidget(self)
        self._stack = QStackedLayout(holder)
        self._stack.addWidget(self._empty)
        self._stack.addWidget(self._tree)
        self.setFocusProxy(self._tree)
        outer.addWidget(holder)

    def _build_tree(self) -> QTreeWidget:
        tree = QTreeWidget(self)
        tree.setObjectName("object_list")
        tree.setAccessibleName(self.tr("Objects"))
        tree.setHeaderLabels([self.tr("Expression"), self.tr("Score"), self.tr("Origin"), "", ""])
        tree.headerItem().setToolTip(HIDE_COLUMN, self.tr("Hidden on the picture"))
        tree.headerItem().setToolTip(LOCK_COLUMN, self.tr("Locked: cannot be changed"))
        tree.setItemDelegateForColumn(HIDE_COLUMN, MarkDelegate("hide", "show", tree))
        tree.setItemDelegateForColumn(LOCK_COLUMN, MarkDelegate("lock", "unlock", tree))
        tree.setMouseTracking(True)
        tree.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        tree.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        tree.setRootIsDecorated(False)
        tree.setIndentation(SPACING.s)
        tree.setUniformRowHeights(True)
        tree.setIconSize(QSize(_SWATCH_PX, _SWATCH_PX))
        tree.setExpandsOnDoubleClick(False)
        tree.setTextElideMode(Qt.TextElideMode.ElideRight)
        header = tree.header()
        header.setStretchLastSection(False)
        header.setSectionsMovable(False)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(2, QHeaderView.ResizeMode.ResizeToContents)
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

    def show_contents(self, contents: Contents) -> None:
        """List what there is; the selection stays. Of a thousand rows only those that differ are written anew."""
        self._contents = contents
        rows = rows_of(contents, self._origins)
        before, self._shown = self._shown, tuple(rows)
        if rows and [(row.group, row.id) for row in rows] == [(row.group, row.id) for row in before]:
            changed = [row for row, old in zip(rows, before, strict=True) if row != old]
            for row in changed:
                self._write(self._rows[row.id], row)
            if not changed:
                return
        else:
            self._list(rows)
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
        for column, text in enumerate((row.text, row.score, row.origin)):
            line.setText(column, text)
        line.setToolTip(0, row.tip)
        line.setToolTip(2, row.origin_tip)
        line.setTextAlignment(1, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        if row.group == "absent":
            line.setIcon(0, icons.icon("not-present", role="text_muted"))
        elif row.colour:
            line.setIcon(0, self._swatch(row.colour, dashed=row.group == "proposals"))
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

    def _swatch(self, colour: str, *, dashed: bool) -> QIcon:
        """A filled square for an annotation, an outlined one for a proposal: colour is never the only sign."""
        ratio = self.devicePixelRatioF()
        key = (colour, dashed, ratio, theme.colours(self.palette()).scheme)
        if key not in self._swatches:
            self._swatches[key] = self._draw_swatch(colour, ratio, dashed=dashed)
        return self._swatches[key]

    def _draw_swatch(self, colour: str, ratio: float, *, dashed: bool) -> QIcon:
        pixmap = QPixmap(round(_SWATCH_PX * ratio), round(_SWATCH_PX * ratio))
        pixmap.setDevicePixelRatio(ratio)
        pixmap.fill(Qt.GlobalColor.transparent)
        named = theme.colours(self.palette())
        shade = QColor(readable(colour, named.surface))
        painter = QPainter(pixmap)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pen = painter.pen()
        pen.setColor(shade)
        pen.setWidthF(1.6)
        if dashed:
            pen.setStyle(Qt.PenStyle.CustomDashLine)
            pen.setDashPattern([1.6, 1.4])
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush if dashed else shade)
        painter.drawRoundedRect(2, 2, _SWATCH_PX - 4, _SWATCH_PX - 4, 2, 2)
        painter.end()
        icon = QIcon(pixmap)
        icon.addPixmap(pixmap, QIcon.Mode.Selected)  # the colour says the same in a selected row
        return icon

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._give_room_to_words()

    def _give_room_to_words(self) -> None:
        """Only proposals have scores; and a long expression is worth more than where its box comes from."""
        tree, header = self._tree, self._tree.header()
        tree.setColumnHidden(1, not self._contents.pending)
        tree.setColumnHidden(2, False)
        shown = (1, 2) if self._contents.pending else (2,)
        others = sum(max(tree.sizeHintForColumn(column), header.sectionSizeHint(column)) for column in shown)
        others += 2 * COLUMN_WIDTH_PX
        tree.setColumnHidden(2, tree.sizeHintForColumn(0) + others > tree.viewport().width())

    def changeEvent(self, event: QEvent) -> None:
        """Swatches are drawn for one background: draw them anew when the theme changes."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "_stack"):
            self._shown = ()
            self.show_contents(self._contents)

    # --- what a person does ------------------------------------------------------------------

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
