"""Asks what to bring in and how to read it, runs the import, and ends with its report."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal, SignalInstance
from PySide6.QtWidgets import (
    QCheckBox,
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
from core.workflows.looking import ImportPreview
from desktop import core_words, icons
from desktop.dialogs.import_preview import ImportPreviewView
from desktop.dialogs.transfer_dialog import TransferDialog
from desktop.session.transfer import FormatChoice, ImportRequest
from desktop.tokens import SPACING


class ImportDialog(TransferDialog):
    """Emits `wanted`; whoever runs the import calls `show_progress`, then `show_report` or `show_error`.

    So do they who look ahead on `look_wanted`, and end with `show_preview`.
    """

    wanted = Signal(object)  # ImportRequest
    look_wanted = Signal(object)  # ImportRequest

    def __init__(self, formats: list[FormatChoice], folder: Path, parent: QWidget | None = None) -> None:
        super().__init__("import", parent)
        self.setWindowTitle(self.tr("Import annotations"))
        self.setMinimumWidth(540)
        self._start_folder = folder
        self._folder_formats = {choice.id for choice in formats if not choice.suffix}
        self._preview: ImportPreviewView | None = None
        self._words: dict[str, tuple[str, ...]] = {}  # what was edited in a preview
        self._form = QWidget(self)
        self._form.setLayout(self._build_form(formats))
        for widget in (self._form, self._problem, self._step, self._progress):
            self._layout.addWidget(widget)
        self._build_buttons()
        self.setMinimumWidth(max(self.minimumWidth(), self._layout.minimumSize().width()))  # long words in a language

    def _build_form(self, formats: list[FormatChoice]) -> QFormLayout:
        form = QFormLayout()
        form.setContentsMargins(0, 0, 0, 0)
        form.setSpacing(SPACING.m)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        self._format = QComboBox(self)
        self._format.setObjectName("import_format")
        for choice in formats:
            self._format.addItem(core_words.said(choice.title), choice.id)
        self._format.setCurrentIndex(max(0, self._format.findData("coco")))
        self._source = self._line("import_source", self.tr("The file or folder of annotations"))
        self._media = self._line("import_media", self.tr("Only if they are not beside it"))
        self._label_map = self._line("import_label_map", self.tr("Class names to expressions; optional"))
        self._source.textChanged.connect(self._take_source)
        self._split = QComboBox(self)
        self._split.setObjectName("import_split")
        for value, text in (
            ("", self.tr("None")),
            ("train", self.tr("Training")),
            ("val", self.tr("Validation")),
            ("test", self.tr("Test")),
        ):
            self._split.addItem(text, value)
        self._exhaustive = QCheckBox(self.tr("A class that is not in a picture counts as “not present” there"), self)
        self._exhaustive.setObjectName("import_exhaustive")
        self._exhaustive.setChecked(True)
        form.addRow(self.tr("&Format"), self._format)
        form.addRow(self._named(self.tr("F&rom"), self._source), self._with_browse(self._source, folder=None))
        form.addRow(self._named(self.tr("&Media in"), self._media), self._with_browse(self._media, folder=True))
        form.addRow(
            self._named(self.tr("&Label map"), self._label_map), self._with_browse(self._label_map, folder=False)
        )
        form.addRow(self.tr("&Split"), self._split)
        form.addRow("", self._exhaustive)
        return form

    def _line(self, name: str, hint: str) -> QLineEdit:
        line = QLineEdit(self)
        line.setObjectName(name)
        line.setPlaceholderText(hint)
        line.setAccessibleName(hint)
        return line

    def _named(self, text: str, line: QLineEdit) -> QLabel:
        label = QLabel(text, self)
        label.setBuddy(line)
        return label

    def _with_browse(self, line: QLineEdit, *, folder: bool | None) -> QHBoxLayout:
        """`folder` None: the format says whether a file or a folder is wanted."""
        browse = QPushButton(icons.icon("folder"), "", self)
        browse.setAutoDefault(False)
        browse.setObjectName(line.objectName() + "_browse")
        browse.setToolTip(self.tr("Choose…"))
        browse.setAccessibleName(self.tr("Choose…"))
        browse.setAutoDefault(False)
        browse.clicked.connect(lambda: self._browse(line, folder=self._wants_folder() if folder is None else folder))
        row = QHBoxLayout()
        row.addWidget(line, 1)
        row.addWidget(browse)
        return row

    def _build_buttons(self) -> None:
        buttons = QDialogButtonBox(parent=self)
        self._look = buttons.addButton(self.tr("&Preview"), QDialogButtonBox.ButtonRole.ActionRole)
        self._look.setObjectName("import_look")
        self._look.setAutoDefault(False)
        self._look.setToolTip(self.tr("See what would come in, before anything is written"))
        self._look.clicked.connect(self._preview_or_back)
        self._go = buttons.addButton(self.tr("Import"), QDialogButtonBox.ButtonRole.ActionRole)
        self._go.setObjectName("import_go")
        self._go.setDefault(True)
        self._go.setEnabled(False)
        self._look.setEnabled(False)
        self._go.clicked.connect(self._start)
        self._close = buttons.addButton(QDialogButtonBox.StandardButton.Cancel)
        self._close.setObjectName("import_close")
        self._close.clicked.connect(self.reject)
        self._layout.addWidget(buttons)

    # --- what happens ------------------------------------------------------------------------

    def show_preview(self, preview: ImportPreview) -> None:
        """What would come in; the form gives way to it until somebody goes back."""
        self._set_running(False)
        self._preview = ImportPreviewView(preview, self)
        self._form.hide()
        self._layout.insertWidget(0, self._preview, 1)
        self._preview.show()
        self._look.setText(self.tr("&Back"))
        self._go.setFocus()
        self.adjustSize()

    def _preview_or_back(self) -> None:
        if self._preview is None:
            self._ask(self.look_wanted)
            return
        self._words = self._preview.label_map()
        self._leave_preview()
        self._form.show()
        self.adjustSize()

    def _leave_preview(self) -> None:
        self._drop_preview()
        self._look.setText(self.tr("&Preview"))

    def show_report(self, report: Report) -> None:
        """The import is done: the form gives way to what came of it."""
        self._set_running(False)
        self._leave_preview()
        self._form.hide()
        self._end_with(report, self.tr("Imported. One Undo takes all of it back."), 0, self.tr("Close"))

    def _start(self) -> None:
        if self._preview is not None:
            self._words = self._preview.label_map()
        self._ask(self.wanted)

    def _ask(self, signal: SignalInstance) -> None:
        self._problem.hide()
        self._set_running(True)
        media, label_map = self._media.text().strip(), self._label_map.text().strip()
        signal.emit(
            ImportRequest(
                source=Path(self._source.text().strip()).expanduser(),
                format_id=str(self._format.currentData()),
                media_dir=Path(media).expanduser() if media else None,
                label_map=Path(label_map).expanduser() if label_map else None,
                split=self._split.currentData() or None,
                exhaustive=self._exhaustive.isChecked(),
                expressions=tuple(self._words.items()),
            )
        )

    def _set_running(self, running: bool) -> None:
        super()._set_running(running)
        self._form.setEnabled(not running)
        if self._preview is not None:
            self._preview.setEnabled(not running)
        self._update()

    def _take_source(self) -> None:
        self._words = {}  # they were of another file
        self._update()

    def _update(self) -> None:
        for button in (self._go, self._look):
            button.setEnabled(not self._is_running and bool(self._source.text().strip()))

    def _wants_folder(self) -> bool:
        return str(self._format.currentData()) in self._folder_formats

    def _browse(self, line: QLineEdit, *, folder: bool) -> None:
        dialog = QFileDialog(self, self.tr("Choose"), line.text() or str(self._start_folder))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.Directory if folder else QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(line.setText)
        dialog.open()
