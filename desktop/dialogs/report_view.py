"""Shows how an import or export ended: counts, and every thing changed or left out with its reason."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from core.jobs import Report
from desktop import core_words, icons, theme
from desktop.tokens import SPACING

ROWS_SHOWN = 2000


class _Wrapped(QStyledItemDelegate):
    """Rows as high as their words need at the width of the first column; a tree does not see to that itself."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        size = super().sizeHint(option, index)
        tree = self.parent()
        if index.column() or not isinstance(tree, QTreeWidget):
            return size
        room = tree.columnWidth(0) - tree.iconSize().width() - 3 * SPACING.s
        words = QRect(0, 0, max(room, 80), 10_000)
        wrapped = tree.fontMetrics().boundingRect(words, Qt.TextFlag.TextWordWrap, str(index.data())).height()
        return QSize(0, max(size.height(), wrapped + SPACING.s))


class ReportView(QWidget):
    """A head line with an icon, and a list when there is something to list."""

    def __init__(self, report: Report, head: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("report_view")
        self._report = report
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACING.m)
        layout.addLayout(self._build_head(head))
        if report.skipped or report.changed:
            layout.addWidget(self._build_list(), 1)
            copy = QPushButton(icons.icon("copy"), " " + self.tr("Copy this list"), self)
            copy.setAutoDefault(False)
            copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(self.as_text()))
            layout.addWidget(copy, 0, Qt.AlignmentFlag.AlignLeft)

    def hide_counts(self) -> None:
        """Leave the counts out, where nothing has been read or written yet."""
        self._counts.hide()

    def _build_head(self, head: str) -> QHBoxLayout:
        report = self._report
        name, role = ("warning", "warning") if report.skipped else ("done", "success")
        picture = QLabel(self)
        picture.setPixmap(icons.icon(name, role=role).pixmap(24, 24))
        title = QLabel(head, self)
        title.setObjectName("report_head")
        title.setFont(theme.font("body", bold=True))
        title.setWordWrap(True)
        counts = QLabel(
            self.tr("{read} read  ·  {written} written  ·  {changed} changed  ·  {skipped} left out").format(
                read=f"{report.read:,}",
                written=f"{report.written:,}",
                changed=f"{len(report.changed):,}",
                skipped=f"{len(report.skipped):,}",
            ),
            self,
        )
        counts.setObjectName("report_counts")
        counts.setProperty("muted", True)
        self._counts = counts
        words = QVBoxLayout()
        words.setSpacing(SPACING.xs)
        words.addWidget(title)
        words.addWidget(counts)
        line = QHBoxLayout()
        line.setSpacing(SPACING.m)
        line.addWidget(picture, 0, Qt.AlignmentFlag.AlignTop)
        line.addLayout(words, 1)
        return line

    def _build_list(self) -> QTreeWidget:
        tree = QTreeWidget(self)
        tree.setObjectName("report_list")
        tree.setHeaderLabels([self.tr("What"), self.tr("Where")])
        tree.setRootIsDecorated(False)
        tree.setWordWrap(True)
        tree.setIconSize(QSize(16, 16))
        tree.setItemDelegate(_Wrapped(tree))
        tree.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        tree.setTextElideMode(Qt.TextElideMode.ElideNone)
        tree.setMinimumHeight(150)
        tree.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        tree.header().setStretchLastSection(False)
        tree.header().setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        tree.header().setMaximumSectionSize(320)
        has_places = any(note.where for note in (*self._report.skipped, *self._report.changed))
        tree.setColumnHidden(1, not has_places)
        tree.header().sectionResized.connect(tree.scheduleDelayedItemsLayout)  # as many lines as the words now need
        tree.setHeaderHidden(not has_places)
        for glyph, role, notes in (
            ("warning", "warning", self._report.skipped),
            ("info", "accent", self._report.changed),
        ):
            for note in notes[:ROWS_SHOWN]:
                what = core_words.said(note.what)
                row = QTreeWidgetItem(tree, [what, note.where])
                row.setIcon(0, icons.icon(glyph, role=role))
                row.setToolTip(0, what)
                row.setToolTip(1, note.where)
        return tree

    def as_text(self) -> str:
        """The whole report as lines."""
        left_out, changed = self.tr("left out: {where}: {what}"), self.tr("changed: {where}: {what}")
        told = [(left_out, note) for note in self._report.skipped] + [(changed, note) for note in self._report.changed]
        return "\n".join(line.format(where=note.where, what=core_words.said(note.what)) for line, note in told)
