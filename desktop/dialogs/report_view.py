"""Shows how an import or export ended: counts, and every thing changed or left out with its reason."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from core.jobs import Report
from desktop import core_words, icons, theme
from desktop.tokens import SPACING
from desktop.views.note_tree import NoteTree


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
            layout.addWidget(NoteTree(report.skipped, report.changed, self), 1)
            copy = QPushButton(icons.icon("copy"), " " + self.tr("Copy this list"), self)
            copy.setAutoDefault(False)
            copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(self.as_text()))
            layout.addWidget(copy, 0, Qt.AlignmentFlag.AlignLeft)

    def hide_counts(self) -> None:
        """Leave the counts out, where nothing has been read or written yet; and nothing is done either."""
        self._counts.hide()
        if self._report.changed and not self._report.skipped:
            self._sign.setPixmap(icons.icon("info", role="accent").pixmap(24, 24))

    def _build_head(self, head: str) -> QHBoxLayout:
        report = self._report
        name, role = ("warning", "warning") if report.skipped else ("done", "success")
        picture = self._sign = QLabel(self)
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

    def as_text(self) -> str:
        """The whole report as lines."""
        left_out, changed = self.tr("left out: {where}: {what}"), self.tr("changed: {where}: {what}")
        told = [(left_out, note) for note in self._report.skipped] + [(changed, note) for note in self._report.changed]
        return "\n".join(line.format(where=note.where, what=core_words.said(note.what)) for line, note in told)
