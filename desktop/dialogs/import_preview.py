"""Shows what an import would bring before anything is written: media, regions, its classes with what people say."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFormLayout,
    QHeaderView,
    QLabel,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from core.workflows.looking import ClassFound, ImportPreview
from desktop.dialogs.report_view import ReportView
from desktop.tokens import SPACING

_ROWS_AT_LEAST = 4
BETWEEN = ";"  # several expressions of one class; a comma may stand in one


class ImportPreviewView(QWidget):
    """Counts, the table of classes whose last column can be edited, and what would be changed or left out."""

    def __init__(self, preview: ImportPreview, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("import_preview")
        self._preview = preview
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACING.m)
        layout.addLayout(self._build_counts())
        self._table = self._build_table()
        layout.addWidget(self._table, 1)
        hint = QLabel(self.tr("Change what people say for a class in the last column; put ; between several."), self)
        hint.setProperty("muted", True)
        hint.setWordWrap(True)
        layout.addWidget(hint)
        if preview.report.skipped or preview.report.changed:
            notes = ReportView(preview.report, self.tr("What would be changed or left out"), self)
            notes.hide_counts()
            layout.addWidget(notes, 1)

    def label_map(self) -> dict[str, tuple[str, ...]]:
        """Class to expressions, for the classes whose expressions come from it."""
        found: dict[str, tuple[str, ...]] = {}
        for row, one in enumerate(self._preview.classes):
            cell = self._table.item(row, 2)
            words = tuple(word.strip() for word in (cell.text() if cell else "").split(BETWEEN) if word.strip())
            if one.mappable and words and words != (one.name,):
                found[one.name] = words
        return found

    def _build_counts(self) -> QFormLayout:
        preview = self._preview
        form = QFormLayout()
        form.setContentsMargins(0, 0, 0, 0)
        form.setSpacing(SPACING.xs)
        form.setHorizontalSpacing(SPACING.l)
        media = [self.tr("{n} new").format(n=f"{preview.media_new:,}")]
        if preview.media_known:
            media.append(self.tr("{n} in the project already").format(n=f"{preview.media_known:,}"))
        if preview.missing:
            media.append(self.tr("{n} not found").format(n=f"{len(preview.missing):,}"))
        names = {
            "boxes": self.tr("{n} boxes"),
            "boxes at a frame": self.tr("{n} boxes at a frame"),
            "segments": self.tr("{n} segments"),
            "tracks": self.tr("{n} tracks"),
        }
        regions = [names[kind].format(n=f"{count:,}") for kind, count in preview.regions]
        absences = [self.tr("{n} × “not present”").format(n=f"{preview.absences:,}")] if preview.absences else []
        if preview.absences_removed:
            absences.append(
                self.tr("{n} taken back, because there are regions").format(n=f"{preview.absences_removed:,}")
            )
        for name, key, parts in (
            ("preview_media", self.tr("Media"), media),
            ("preview_regions", self.tr("New regions"), regions or [self.tr("none")]),
            ("preview_absences", self.tr("Absences"), absences),
        ):
            if parts:
                value = QLabel("  ·  ".join(parts), self)
                value.setObjectName(name)
                value.setWordWrap(True)
                form.addRow(self._muted(key), value)
        return form

    def _muted(self, text: str) -> QLabel:
        label = QLabel(text, self)
        label.setProperty("muted", True)
        return label

    def _build_table(self) -> QTableWidget:
        classes = self._preview.classes
        table = QTableWidget(len(classes), 3, self)
        table.setObjectName("preview_classes")
        table.setAccessibleName(self.tr("Classes of the file, and what people say for them"))
        table.setHorizontalHeaderLabels([self.tr("Class"), self.tr("Regions"), self.tr("People say")])
        table.verticalHeader().hide()
        table.setShowGrid(False)
        table.setAlternatingRowColors(True)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        table.setTabKeyNavigation(False)
        table.setWordWrap(False)
        header = table.horizontalHeader()
        rows_px = min(len(classes), _ROWS_AT_LEAST) * table.verticalHeader().defaultSectionSize()
        table.setMinimumHeight(header.sizeHint().height() + rows_px + 2 * SPACING.xs)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(2, QHeaderView.ResizeMode.Stretch)
        for row, one in enumerate(classes):
            self._fill(table, row, one)
        return table

    def _fill(self, table: QTableWidget, row: int, one: ClassFound) -> None:
        name = self.tr("{name}  (new)").format(name=one.name) if one.is_new else one.name
        said = f"{BETWEEN} ".join(one.expressions)
        for column, text in enumerate((name, f"{one.regions:,}", said)):
            cell = QTableWidgetItem(text)
            cell.setToolTip(text)
            if column == 1:
                cell.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            if column < 2 or not one.mappable:
                cell.setFlags(cell.flags() & ~Qt.ItemFlag.ItemIsEditable)
            if column == 2 and not one.mappable:
                cell.setToolTip(self.tr("The file says itself what people say here"))
            table.setItem(row, column, cell)
