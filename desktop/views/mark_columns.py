"""Paints the two narrow columns of the objects list in which a click hides or locks a row."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from desktop import icons, theme

MARK_ROLE = Qt.ItemDataRole.UserRole + 2  # True: marked, False: could be, None: not this row
COLUMN_WIDTH_PX = 26
_GLYPH_PX = 15.0


class MarkDelegate(QStyledItemDelegate):
    """A mark that is set is always shown; one that could be set only in the row under the pointer or selected."""

    def __init__(self, marked: str, unmarked: str, parent: object = None) -> None:
        """Names of the icons for a row with the mark, and for one without."""
        super().__init__(parent)  # type: ignore[arg-type]
        self._marked = marked
        self._unmarked = unmarked

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """A narrow column."""
        return QSize(COLUMN_WIDTH_PX, super().sizeHint(option, index).height())

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """The row's ground, then the icon."""
        super().paint(painter, option, index)
        marked = index.data(MARK_ROLE)
        flags = QStyle.StateFlag.State_Selected | QStyle.StateFlag.State_MouseOver
        if marked is None or not (marked or option.state & flags):
            return
        named = theme.colours(option.palette)
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        colour = QColor(named.selection_text if selected else named.text if marked else named.text_muted)
        if selected and not marked:
            colour.setAlpha(150)
        middle = QRectF(option.rect).center()
        place = QRectF(middle.x() - _GLYPH_PX / 2, middle.y() - _GLYPH_PX / 2, _GLYPH_PX, _GLYPH_PX)
        icons.paint_glyph(painter, place, self._marked if marked else self._unmarked, colour)
