"""The notes of a finished job as a list: notes that differ by numbers only stand under one line, and unfold from it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTreeWidget,
    QTreeWidgetItem,
    QWidget,
)

from core.jobs import Note
from desktop import core_words, icons
from desktop.tokens import SPACING

SHOWN = 500  # of one line; who wants to read more copies the list
_FEWEST = 3  # notes that are alike and stand under one line
_HIGH_PX = (120, 320)
_WHERE_PX = 240
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")


class _Wrapped(QStyledItemDelegate):
    """Rows as high as their words need at the width of the first column; a tree does not see to that itself."""

    def initStyleOption(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> None:
        """Of a place its end says most."""
        super().initStyleOption(option, index)
        if index.column():
            option.features &= ~QStyleOptionViewItem.ViewItemFeature.WrapText
            option.textElideMode = Qt.TextElideMode.ElideLeft

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        size = super().sizeHint(option, index)
        tree = self.parent()
        if index.column() or not isinstance(tree, QTreeWidget):
            return size
        steps = (1 if tree.rootIsDecorated() else 0) + (1 if index.parent().isValid() else 0)
        room = tree.columnWidth(0) - steps * tree.indentation() - tree.iconSize().width() - 3 * SPACING.s
        words = QRect(0, 0, max(room, 80), 10_000)
        wrapped = tree.fontMetrics().boundingRect(words, Qt.TextFlag.TextWordWrap, str(index.data())).height()
        return QSize(0, max(size.height(), wrapped + SPACING.s))


class NoteTree(QTreeWidget):
    """What was left out first, then what was changed."""

    def __init__(self, skipped: Iterable[Note], changed: Iterable[Note], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("report_list")
        self.setHeaderLabels([self.tr("What"), self.tr("Where")])
        self.setWordWrap(True)
        self.setIconSize(QSize(16, 16))
        self.setItemDelegate(_Wrapped(self))
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setMinimumHeight(_HIGH_PX[0])
        header = self.header()
        header.setStretchLastSection(False)
        header.setMaximumSectionSize(_WHERE_PX)
        header.setSectionResizeMode(0, header.ResizeMode.Stretch)
        header.setSectionResizeMode(1, header.ResizeMode.ResizeToContents)
        header.sectionResized.connect(self.scheduleDelayedItemsLayout)  # as many lines as the words now need
        self._folded: dict[int, list[Note]] = {}  # what unfolds from a row, by its place, until it did
        self.itemExpanded.connect(self._unfold)
        for glyph, role, notes in (("warning", "warning", skipped), ("info", "accent", changed)):
            self._add(gathered(notes), glyph, role)
        places = [self.model().index(row, 1).data() for row in range(self.topLevelItemCount())]
        self.setRootIsDecorated(bool(self._folded))
        self.setColumnHidden(1, not any(places))
        self.setHeaderHidden(self.isColumnHidden(1))

    def sizeHint(self) -> QSize:
        """As high as its rows, within reason."""
        least, most = _HIGH_PX
        row_px = self.fontMetrics().height() + SPACING.m  # rows themselves do not know it before they are shown
        high = (self.topLevelItemCount() + 1) * row_px + self.header().sizeHint().height()
        return QSize(super().sizeHint().width(), max(least, min(most, high)))

    def _add(self, kinds: Sequence[list[Note]], glyph: str, role: str) -> None:
        icon = icons.icon(glyph, role=role)
        for alike in kinds[:SHOWN]:
            for row in self._rows_of(alike):
                row.setIcon(0, icon)
                self.addTopLevelItem(row)
            if len(alike) >= _FEWEST:
                self._folded[self.topLevelItemCount() - 1] = alike
        if len(kinds) > SHOWN:
            self.addTopLevelItem(self._more(sum(len(alike) for alike in kinds[SHOWN:])))

    def _rows_of(self, alike: list[Note]) -> list[QTreeWidgetItem]:
        """A row of its own for each of few; one that unfolds for many."""
        if len(alike) < _FEWEST:
            return [self._row(note) for note in alike]
        head = self._row(alike[0])
        head.setText(1, self.tr("{n} times").format(n=f"{len(alike):,}"))
        head.setToolTip(1, "")
        head.setChildIndicatorPolicy(QTreeWidgetItem.ChildIndicatorPolicy.ShowIndicator)
        return [head]

    def _row(self, note: Note) -> QTreeWidgetItem:
        what = core_words.said(note.what)
        row = QTreeWidgetItem([what, note.where])
        row.setToolTip(0, what)
        row.setToolTip(1, note.where)
        return row

    def _more(self, count: int) -> QTreeWidgetItem:
        row = QTreeWidgetItem([self.tr("{n} more; the copied list has them all").format(n=f"{count:,}")])
        row.setDisabled(True)
        return row

    def _unfold(self, head: QTreeWidgetItem) -> None:
        alike = self._folded.pop(self.indexOfTopLevelItem(head), [])
        head.addChildren([self._row(note) for note in alike[:SHOWN]])
        if len(alike) > SHOWN:
            head.addChild(self._more(len(alike) - SHOWN))


def gathered(notes: Iterable[Note]) -> list[list[Note]]:
    """Notes that say the same of different numbers together, in the order in which each kind came first."""
    kinds: dict[str, list[Note]] = {}
    for note in notes:
        kinds.setdefault(_NUMBER.sub("0", note.what), []).append(note)
    return list(kinds.values())
