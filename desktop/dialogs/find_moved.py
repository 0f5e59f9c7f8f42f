"""Asks in which folder moved files are to be looked for, shows what was found, and relinks all of it at once."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from core.jobs import Progress
from core.workflows.relinking import Plan
from desktop import icons, theme
from desktop.dialogs.fitting import resize_within_screen
from desktop.session.notices import notice_from_error
from desktop.tokens import SPACING
from desktop.wrapping import breakable, sentences

ROWS_SHOWN = 500


class FindMovedDialog(QDialog):
    """Emits `look_wanted` and `relink_wanted`; whoever searches calls the `show_` methods."""

    look_wanted = Signal(object)  # Path
    relink_wanted = Signal(object)  # Plan
    stop_wanted = Signal()

    def __init__(self, start: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("find_moved_dialog")
        self.setWindowTitle(self.tr("Find moved files"))
        resize_within_screen(self, 640, 460)
        self._start = start
        self._plan: Plan | None = None
        intro = QLabel(
            self.tr(
                "Name the folder where the files are now. Folders below it are searched too. A file is taken"
                " if its contents are the same, whatever its name; nothing on the disk is changed."
            ),
            self,
        )
        intro.setWordWrap(True)
        self._status = QLabel(self)
        self._status.setObjectName("moved_status")
        self._status.setWordWrap(True)
        theme.set_text_role(self._status, "body", muted=True)
        self._progress = QProgressBar(self)
        self._progress.setTextVisible(False)
        self._progress.setFixedHeight(6)
        self._progress.hide()
        self._list = QTreeWidget(self)
        self._list.setObjectName("moved_list")
        self._list.setAccessibleName(self.tr("What was found"))
        self._list.setHeaderLabels([self.tr("Item"), self.tr("Is now")])
        self._list.setRootIsDecorated(False)
        self._list.setUniformRowHeights(True)
        self._list.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self._list.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self._list.header().setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACING.l, SPACING.l, SPACING.l, SPACING.l)
        column.setSpacing(SPACING.m)
        column.addWidget(intro)
        column.addLayout(self._build_line())
        for widget in (self._progress, self._status):
            column.addWidget(widget)
        column.addWidget(self._list, 1)
        column.addWidget(self._build_buttons())
        self._update()

    def _build_line(self) -> QHBoxLayout:
        self._folder = QLineEdit(self)
        self._folder.setObjectName("moved_folder")
        self._folder.setPlaceholderText(self.tr("The folder to search"))
        self._folder.setAccessibleName(self.tr("The folder to search"))
        self._folder.textChanged.connect(lambda _: self._update())
        self._folder.returnPressed.connect(self._look)
        browse = QPushButton(icons.icon("folder"), "", self)
        browse.setObjectName("moved_browse")
        browse.setAutoDefault(False)
        browse.setToolTip(self.tr("Choose…"))
        browse.setAccessibleName(self.tr("Choose…"))
        browse.clicked.connect(self._browse)
        self._look_button = QPushButton(icons.icon("search"), " " + self.tr("Search"), self)
        self._look_button.setObjectName("moved_look")
        self._look_button.setAutoDefault(False)
        self._look_button.clicked.connect(self._look)
        line = QHBoxLayout()
        line.setSpacing(SPACING.s)
        line.addWidget(self._folder, 1)
        line.addWidget(browse)
        line.addWidget(self._look_button)
        return line

    def _build_buttons(self) -> QDialogButtonBox:
        buttons = QDialogButtonBox(parent=self)
        self._go = buttons.addButton(self.tr("Relink"), QDialogButtonBox.ButtonRole.ActionRole)
        self._go.setObjectName("moved_go")
        self._go.setProperty("primary", True)
        self._go.setAutoDefault(False)
        self._go.clicked.connect(self._relink)
        close = buttons.addButton(QDialogButtonBox.StandardButton.Cancel)
        close.setAutoDefault(False)
        close.clicked.connect(self.reject)
        return buttons

    # --- what it shows -----------------------------------------------------------------------

    def show_progress(self, progress: Progress) -> None:
        self._progress.setRange(0, progress.total)
        self._progress.setValue(progress.done)

    def show_plan(self, plan: Plan) -> None:
        """What would be relinked, and what would stay missing and why."""
        self._progress.hide()
        self._plan = plan
        self._list.clear()
        for match in plan.matches[:ROWS_SHOWN]:
            how = str(match.place) if match.by_content else self.tr("{place} (by name only)").format(place=match.place)
            self._row(match.item.path, how)
        for item in plan.other_contents[:ROWS_SHOWN]:
            self._row(item.path, self.tr("A file of this name holds something else"))
        for item in plan.not_found[:ROWS_SHOWN]:
            self._row(item.path, self.tr("Not found there"))
        left = len(plan.other_contents) + len(plan.not_found)
        if not plan.survey.missing:
            text = self.tr("No file is missing.")
        elif not plan.matches:
            text = self.tr("None of the {n} missing files is there.").format(n=f"{left:,}")
        else:
            text = self.tr("{n} of {all} missing files were found.").format(
                n=f"{len(plan.matches):,}", all=f"{len(plan.survey.missing):,}"
            )
        self._status.setText(text)
        self._update()
        if plan.matches:
            self._go.setFocus()

    def show_error(self, error: Exception) -> None:
        """The search could not be done."""
        self._progress.hide()
        notice = notice_from_error(error)
        self._status.setText(breakable(sentences(notice.what, notice.why, notice.next_step)))
        self._update()

    def reject(self) -> None:
        """A running search ends with the dialog."""
        self.stop_wanted.emit()
        super().reject()

    # --- what a person does ------------------------------------------------------------------

    def _look(self) -> None:
        text = self._folder.text().strip()
        if not text:
            return
        self._plan = None
        self._list.clear()
        self._status.setText(self.tr("Searching…"))
        self._progress.setRange(0, 0)
        self._progress.show()
        self._update()
        self.look_wanted.emit(Path(text).expanduser())

    def _relink(self) -> None:
        if self._plan is not None and self._plan.matches:
            self.relink_wanted.emit(self._plan)
            self.accept()

    def _browse(self) -> None:
        dialog = QFileDialog(self, self.tr("Choose"), self._folder.text() or str(self._start))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.fileSelected.connect(self._folder.setText)
        dialog.fileSelected.connect(lambda _: self._look())
        dialog.open()

    def _row(self, name: str, place: str) -> None:
        row = QTreeWidgetItem(self._list, [name, place])
        row.setToolTip(0, name)
        row.setToolTip(1, place)

    def _update(self) -> None:
        count = len(self._plan.matches) if self._plan is not None else 0
        self._look_button.setEnabled(bool(self._folder.text().strip()))
        self._go.setEnabled(count > 0)
        text = self.tr("Relink 1 file") if count == 1 else self.tr("Relink {n} files").format(n=f"{count:,}")
        self._go.setText(text if count else self.tr("Relink"))
