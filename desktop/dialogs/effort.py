"""What the work has cost, and what proposals saved: figures, over time and by model version, and a file of them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QTabWidget,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from core.errors import UserError
from core.workflows.effort import Effort, ItemEffort, Summary
from desktop import icons, theme
from desktop.dialogs.close_box import close_box
from desktop.session.efforts import Efforts
from desktop.teaching_words import seconds_words
from desktop.tokens import SPACING
from desktop.views.figure import Figure
from desktop.wrapping import breakable

SIZE = QSize(860, 600)
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_ROWS_SHOWN = 2000


class EffortDialog(QDialog):
    """A view on `Efforts`; reads once, when it opens."""

    def __init__(self, efforts: Efforts, project: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("effort_dialog")
        self.setWindowTitle(self.tr("What the work cost"))
        room = parent.size() - QSize(40, 40) if parent is not None else SIZE
        self.resize(SIZE.boundedTo(room).expandedTo(QSize(640, 420)))
        self._efforts = efforts
        self._project = project
        self._effort: Effort | None = None
        self._head = QLabel(self.tr("Reading the log…"), self)
        self._head.setObjectName("effort_head")
        self._head.setFont(theme.font("heading", bold=True))
        self._head.setWordWrap(True)
        self._tiles: dict[str, QLabel] = {}
        self._tabs = QTabWidget(self)
        self._tabs.setObjectName("effort_tabs")
        self._tabs.setAccessibleName(self.tr("Figures"))
        self._tabs.addTab(self._build_figures(), self.tr("&Over time"))
        self._models = self._build_table("effort_models", self.tr("By model version"), self.tr("Model"))
        self._tabs.addTab(self._models, self.tr("By &model version"))
        self._items = self._build_table("effort_items", self.tr("By item"), self.tr("Item"))
        self._tabs.addTab(self._items, self.tr("By &item"))
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACING.l, SPACING.l, SPACING.l, SPACING.l)
        column.setSpacing(SPACING.m)
        column.addWidget(self._head)
        column.addLayout(self._build_tiles())
        column.addWidget(self._tabs, 1)
        column.addLayout(self._build_foot())
        efforts.read.connect(self._show)
        efforts.written.connect(self._on_written)
        efforts.failed.connect(self._on_failed)
        efforts.look()

    # --- building ----------------------------------------------------------------------------

    def _build_tiles(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(SPACING.xl)
        grid.setVerticalSpacing(0)
        texts = {
            "with": self.tr("seconds an object, with proposals"),
            "without": self.tr("seconds an object, without"),
            "accepted": self.tr("of the decided proposals taken as they were"),
            "overlap": self.tr("mean overlap of proposal and result"),
            "edits": self.tr("edits an object"),
        }
        for place, (name, text) in enumerate(texts.items()):
            figure = QLabel("–", self)
            figure.setObjectName(f"effort_{name}")
            figure.setFont(theme.font("title", bold=True))
            caption = QLabel(text, self)
            caption.setWordWrap(True)
            caption.setAlignment(Qt.AlignmentFlag.AlignTop)
            theme.set_text_role(caption, "caption", muted=True)
            grid.addWidget(figure, 0, place)
            grid.addWidget(caption, 1, place)
            grid.setColumnStretch(place, 1)
            self._tiles[name] = figure
        return grid

    def _build_figures(self) -> QWidget:
        page = QWidget(self)
        self._which = QComboBox(page)
        self._which.setObjectName("effort_which")
        self._which.setAccessibleName(self.tr("Which figure"))
        self._which.addItem(self.tr("Seconds an object"), "seconds")
        self._which.addItem(self.tr("Proposals taken as they were, in per cent"), "accepted")
        self._which.addItem(self.tr("Overlap of proposal and result, in per cent"), "overlap")
        self._which.addItem(self.tr("Edits an object"), "edits")
        self._which.activated.connect(self._draw)
        self._figure = Figure(self.tr("By day"), page)
        self._figure.setObjectName("effort_figure")
        column = QVBoxLayout(page)
        column.setContentsMargins(SPACING.m, SPACING.m, SPACING.m, SPACING.m)
        column.setSpacing(SPACING.s)
        column.addWidget(self._which, 0, Qt.AlignmentFlag.AlignLeft)
        self._no_figure = QLabel(page)
        self._no_figure.setAlignment(Qt.AlignmentFlag.AlignCenter)
        theme.set_text_role(self._no_figure, "small", muted=True)
        column.addWidget(self._figure, 1)
        column.addWidget(self._no_figure, 1)
        self._figure.hide()  # axes of nothing say nothing
        return page

    def _build_table(self, name: str, said: str, first: str) -> QTreeWidget:
        tree = QTreeWidget(self)
        tree.setObjectName(name)
        tree.setAccessibleName(said)
        tree.setRootIsDecorated(False)
        tree.setUniformRowHeights(True)
        tree.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        tree.setHeaderLabels(
            [
                *(first, self.tr("Objects"), self.tr("Proposed"), self.tr("As it was"), self.tr("Edited")),
                *(self.tr("Rejected"), self.tr("Overlap"), self.tr("Edits"), self.tr("Time")),
            ]
        )
        header = tree.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        for section in range(1, 9):
            header.setSectionResizeMode(section, QHeaderView.ResizeMode.ResizeToContents)
            tree.headerItem().setTextAlignment(section, _RIGHT)
        return tree

    def _build_foot(self) -> QHBoxLayout:
        self._export = QPushButton(icons.icon("export"), " " + self.tr("&Export…"), self)
        self._export.setObjectName("effort_export")
        self._export.setAutoDefault(False)
        self._export.setEnabled(False)
        self._export.clicked.connect(self._ask_file)
        self._said = QLabel(self)
        self._said.setObjectName("effort_said")
        theme.set_text_role(self._said, "small", muted=True)
        buttons = close_box(self, "effort_close")
        line = QHBoxLayout()
        line.setSpacing(SPACING.s)
        line.addWidget(self._export)
        line.addWidget(self._said, 1)
        line.addWidget(buttons)
        return line

    # --- showing -----------------------------------------------------------------------------

    def _show(self, effort: Effort) -> None:
        self._effort = effort
        total = effort.total
        if not total.items:
            self._head.setText(self.tr("Nobody has worked on an item yet."))
        else:
            self._head.setText(
                self.tr("Objects: {objects}  ·  items: {items}  ·  time: {time}").format(
                    objects=f"{total.objects:,}", items=f"{total.items:,}", time=seconds_words(total.seconds)
                )
            )
        decided = total.accepted + total.edited + total.rejected
        figures = {
            "with": _number(effort.with_proposals.seconds_per_object, 1),
            "without": _number(effort.without_proposals.seconds_per_object, 1),
            "accepted": f"{100 * total.accepted / decided:.0f} %" if decided else "–",
            "overlap": _number(total.overlap, 2),
            "edits": _number(total.edits / total.objects if total.objects else None, 1),
        }
        for name, text in figures.items():
            self._tiles[name].setText(text)
        self._models.clear()
        for one in effort.models:
            self._row(self._models, one.name, one)
        self._items.clear()
        for item in effort.items[:_ROWS_SHOWN]:
            self._row(self._items, item.path, item)
        self._export.setEnabled(bool(total.items))
        self._draw()

    def _row(self, tree: QTreeWidget, name: str, one: Summary | ItemEffort) -> None:
        def number(attribute: str) -> str:
            count = getattr(one, attribute)
            return f"{count:,}" if count else ""

        time = seconds_words(one.seconds) if one.seconds else ""
        counts = [number(part) for part in ("objects", "offered", "accepted", "edited", "rejected")]
        overlap = one.overlap
        cells = [name, *counts, "" if overlap is None else f"{overlap:.2f}", number("edits"), time]
        row = QTreeWidgetItem(tree, cells)
        row.setToolTip(0, name)
        for section in range(1, 9):
            row.setTextAlignment(section, _RIGHT)

    def _draw(self) -> None:
        if self._effort is None:
            return
        which = str(self._which.currentData())
        days = [day for day in self._effort.days if _value(day, which) is not None]
        values = [_value(day, which) or 0.0 for day in days]
        self._figure.setVisible(bool(values))
        self._no_figure.setVisible(not values)
        self._no_figure.setText(self.tr("There is nothing to draw of this yet."))
        self._figure.show_lines((list(range(len(values))), values), points=True, from_zero=True)
        self._figure.name_points(_thinned([day.name for day in days]))
        self._figure.label(self._which.currentText())

    # --- a file ------------------------------------------------------------------------------

    def _ask_file(self) -> None:
        start = self._project.with_name(f"{self._project.stem}-effort.csv")
        dialog = QFileDialog(self, self.tr("Export"), str(start))
        dialog.setObjectName("effort_file_dialog")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilters([self.tr("A table of items") + " (*.csv)", self.tr("Everything") + " (*.json)"])
        dialog.setDefaultSuffix("csv")
        dialog.selectFile(start.name)
        dialog.fileSelected.connect(lambda file: self.write(Path(file)))
        dialog.open()

    def write(self, path: Path) -> None:
        """Write what is shown; the end of the name says how."""
        if self._effort is not None:
            self._efforts.write(self._effort, path)

    def _on_written(self, path: Path) -> None:
        self._said.setText(self.tr("Written to {name}").format(name=path.name))
        self._said.setToolTip(str(path))

    def _on_failed(self, error: Exception) -> None:
        self._said.setText(breakable(str(error) if isinstance(error, UserError) else self.tr("It failed")))


def _number(value: float | None, decimals: int) -> str:
    return "–" if value is None else f"{value:.{decimals}f}"


def _value(day: Summary, which: str) -> float | None:
    decided = day.accepted + day.edited + day.rejected
    if which == "seconds":
        return day.seconds_per_object
    if which == "accepted":
        return 100 * day.accepted / decided if decided else None
    if which == "overlap":
        return None if day.overlap is None else 100 * day.overlap
    return day.edits / day.objects if day.objects else None


def _thinned(names: Sequence[str], most: int = 8) -> list[str]:
    """Names for points, some left empty where there are too many to be read."""
    each = max(1, -(-len(names) // most))
    return [name if number % each == 0 else "" for number, name in enumerate(names)]
