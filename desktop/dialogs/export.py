"""Asks where to and in which format, runs the export, and ends with its report."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import (
    QComboBox,
    QDialogButtonBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QWidget,
)

from core.jobs import Report
from desktop import core_words, icons
from desktop.dialogs.report_view import ReportView
from desktop.dialogs.transfer_dialog import TransferDialog
from desktop.session.transfer import FormatChoice
from desktop.tokens import SPACING
from desktop.wrapping import breakable

_NATIVE = "native"  # the format whose files are called by the app's name


class ExportDialog(TransferDialog):
    """Emits `wanted`; whoever runs the export calls `show_progress`, then `show_report` or `show_error`."""

    wanted = Signal(str, object)  # format id, Path
    look_wanted = Signal(str)  # format id

    def __init__(self, formats: list[FormatChoice], project: Path, summary: str, parent: QWidget | None = None) -> None:
        super().__init__("export", parent)
        self.setWindowTitle(self.tr("Export"))
        self.setMinimumWidth(520)
        self._project = project
        self._suffixes = {choice.id: choice.suffix for choice in formats}
        self._out: Path | None = None
        self._is_path_touched = False
        what = QLabel(summary, self)
        what.setWordWrap(True)
        what.setProperty("muted", True)
        what.ensurePolished()
        what.setMinimumHeight(what.heightForWidth(self.minimumWidth() - 2 * SPACING.l))  # two lines in some languages
        self._layout.addWidget(what)
        self._layout.addLayout(self._build_form(formats))
        for widget in (self._problem, self._step, self._progress):
            self._layout.addWidget(widget)
        self._build_buttons()
        self._suggest()

    def _build_form(self, formats: list[FormatChoice]) -> QFormLayout:
        self._format = QComboBox(self)
        self._format.setObjectName("export_format")
        for choice in formats:
            self._format.addItem(core_words.said(choice.title), choice.id)
        self._format.setCurrentIndex(max(0, self._format.findData("coco")))
        self._format.currentIndexChanged.connect(self._drop_preview)
        self._format.currentIndexChanged.connect(self._suggest)
        self._path = QLineEdit(self)
        self._path.setObjectName("export_path")
        self._path.setAccessibleName(self.tr("Export to"))
        self._path.textEdited.connect(self._touch)
        browse = self._place = QPushButton(icons.icon("folder"), "", self)
        browse.setAutoDefault(False)
        browse.setObjectName("export_browse")
        browse.setToolTip(self.tr("Choose a place"))
        browse.setAccessibleName(self.tr("Choose a place"))
        browse.clicked.connect(self._browse)
        place = QHBoxLayout()
        place.addWidget(self._path, 1)
        place.addWidget(browse)
        form = QFormLayout()
        form.setSpacing(SPACING.m)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.addRow(self.tr("&Format"), self._format)
        to = QLabel(self.tr("Write &to"), self)
        to.setBuddy(self._path)
        form.addRow(to, place)
        return form

    def _build_buttons(self) -> None:
        buttons = QDialogButtonBox(parent=self)
        self._look = buttons.addButton(self.tr("&Preview"), QDialogButtonBox.ButtonRole.ActionRole)
        self._look.setObjectName("export_look")
        self._look.setAutoDefault(False)
        self._look.setToolTip(self.tr("See what this format does not hold, before anything is written"))
        self._look.clicked.connect(self._ask_look)
        self._go = buttons.addButton(self.tr("Export"), QDialogButtonBox.ButtonRole.ActionRole)
        self._go.setObjectName("export_go")
        self._go.setDefault(True)
        self._go.clicked.connect(self._start)
        self._folder = buttons.addButton(self.tr("Show the folder"), QDialogButtonBox.ButtonRole.ActionRole)
        self._folder.setObjectName("export_show_folder")
        self._folder.setAutoDefault(False)
        self._folder.clicked.connect(self._show_folder)
        self._folder.hide()
        self._close = buttons.addButton(QDialogButtonBox.StandardButton.Cancel)
        self._close.setObjectName("export_close")
        self._close.clicked.connect(self.reject)
        self._layout.addWidget(buttons)

    # --- what happens ------------------------------------------------------------------------

    def show_preview(self, report: Report) -> None:
        """What the format would change or leave out. Nothing is written yet."""
        self._set_running(False)
        self._drop_preview()
        lost = bool(report.skipped or report.changed)
        head = (
            self.tr("This format does not hold everything. Nothing is written yet.")
            if lost
            else self.tr("This format holds everything. Nothing is written yet.")
        )
        self._preview = preview = ReportView(report, head, self)
        preview.hide_counts()
        self._layout.insertWidget(2, preview, 1)
        preview.show()
        self._go.setFocus()
        self.adjustSize()

    def _ask_look(self) -> None:
        self._problem.hide()
        self._set_running(True)
        self.look_wanted.emit(str(self._format.currentData()))

    def show_report(self, report: Report) -> None:
        """The export is done: the form gives way to what came of it."""
        self._set_running(False)
        self._drop_preview()
        for done in (self._format, self._path, self._place):
            done.setEnabled(False)
        self._folder.show()
        head = self.tr("Exported to {path}").format(path=breakable(str(self._out)))
        self._end_with(report, head, 2, self.tr("Close"))

    def _start(self) -> None:
        self._out = Path(self._path.text().strip()).expanduser()
        self._problem.hide()
        self._set_running(True)
        self.wanted.emit(str(self._format.currentData()), self._out)

    def _set_running(self, running: bool) -> None:
        super()._set_running(running)
        self._look.setEnabled(not running)
        self._format.setEnabled(not running)
        self._go.setEnabled(not running and bool(self._path.text().strip()))

    def _suggest(self) -> None:
        if self._is_path_touched:
            return
        format_id = str(self._format.currentData())
        name = "groundlabel" if format_id == _NATIVE else format_id
        suffix = self._suffixes.get(format_id, "")
        tail = suffix if suffix == f".{format_id}" else f"-{name}{suffix}"
        self._path.setText(str(self._project.with_name(self._project.stem + tail)))

    def _touch(self, text: str) -> None:
        self._is_path_touched = True
        self._go.setEnabled(bool(text.strip()))

    def _browse(self) -> None:
        dialog = QFileDialog(self, self.tr("Export to"), self._path.text())
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setFileMode(QFileDialog.FileMode.AnyFile)
        dialog.fileSelected.connect(self._take_path)
        dialog.open()

    def _take_path(self, path: str) -> None:
        self._path.setText(path)
        self._touch(path)

    def _show_folder(self) -> None:
        if self._out is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._out.parent)))
