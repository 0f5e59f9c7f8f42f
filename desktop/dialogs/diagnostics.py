"""Shows the diagnostic report exactly as it would be saved, before it is saved."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QFontDatabase, QGuiApplication
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QPlainTextEdit,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from core.workflows.diagnostics import Bundle
from desktop import icons, theme
from desktop.dialogs.fitting import resize_within_screen
from desktop.session.notices import notice_from_error
from desktop.tokens import SPACING
from desktop.wrapping import breakable, sentences


class DiagnosticsDialog(QDialog):
    """Emits `save_wanted`; whoever puts the report together calls the `show_` methods."""

    save_wanted = Signal(object, object)  # Bundle, Path

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("diagnostics_dialog")
        self.setWindowTitle(self.tr("Diagnostic report"))
        resize_within_screen(self, 720, 480)
        self._bundle: Bundle | None = None
        self._place: Path | None = None
        intro = QLabel(
            self.tr(
                "For those who look for a fault. Names of people, folders and files are taken out; there are no media"
                " and no annotations in it. Below is all that would be saved. Nothing is sent anywhere."
            ),
            self,
        )
        intro.setWordWrap(True)
        theme.set_text_role(intro, "body", muted=True)
        self._progress = QProgressBar(self)
        self._progress.setObjectName("diagnostics_progress")
        self._progress.setAccessibleName(self.tr("Putting the report together"))
        self._progress.setTextVisible(False)
        self._progress.setRange(0, 0)
        self._progress.setFixedHeight(6)
        self._said = QLabel(self.tr("Looking at this machine…"), self)
        self._said.setObjectName("diagnostics_said")
        self._said.setWordWrap(True)
        self._said.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACING.l, SPACING.l, SPACING.l, SPACING.l)
        layout.setSpacing(SPACING.m)
        layout.addWidget(intro)
        layout.addLayout(self._build_preview(), 1)
        layout.addWidget(self._progress)
        layout.addWidget(self._said)
        layout.addWidget(self._build_buttons())

    def _build_preview(self) -> QHBoxLayout:
        self._files = QListWidget(self)
        self._files.setObjectName("diagnostics_files")
        self._files.setAccessibleName(self.tr("Parts of the report"))
        self._files.setFixedWidth(170)
        self._files.setSpacing(1)
        self._files.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self._files.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._files.currentRowChanged.connect(self._show_file)
        self._text = QPlainTextEdit(self)
        self._text.setObjectName("diagnostics_text")
        self._text.setAccessibleName(self.tr("What would be saved"))
        self._text.setReadOnly(True)
        self._text.setTabChangesFocus(True)
        self._text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        face = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
        face.setPointSizeF(theme.font("small").pointSizeF())
        self._text.setFont(face)
        line = QHBoxLayout()
        line.setSpacing(SPACING.s)
        line.addWidget(self._files)
        line.addWidget(self._text, 1)
        return line

    def _build_buttons(self) -> QDialogButtonBox:
        buttons = QDialogButtonBox(parent=self)
        self._save = QPushButton(icons.icon("save", role="accent_text"), " " + self.tr("Save the report…"), self)
        self._save.setObjectName("diagnostics_save")
        self._save.setProperty("primary", True)  # not by being the default: its bold words would not fit
        self._save.setEnabled(False)
        self._save.clicked.connect(self._ask_where)
        self._copy = QPushButton(icons.icon("copy"), " " + self.tr("Copy all"), self)
        self._copy.setObjectName("diagnostics_copy")
        self._copy.setAutoDefault(False)
        self._copy.setEnabled(False)
        self._copy.clicked.connect(self._copy_all)
        self._folder = QPushButton(icons.icon("folder"), " " + self.tr("Show the folder"), self)
        self._folder.setObjectName("diagnostics_folder")
        self._folder.setAutoDefault(False)
        self._folder.clicked.connect(self._show_folder)
        for button in (self._save, self._copy, self._folder):
            buttons.addButton(button, QDialogButtonBox.ButtonRole.ActionRole)
        self._folder.hide()
        close = buttons.addButton(QDialogButtonBox.StandardButton.Close)
        close.setObjectName("diagnostics_close")
        close.setAutoDefault(False)
        buttons.rejected.connect(self.reject)
        return buttons

    # --- what is shown -----------------------------------------------------------------------

    def show_bundle(self, bundle: Bundle) -> None:
        """The report is there: every part of it can be read."""
        self._bundle = bundle
        self._progress.hide()
        self._said.hide()
        self._files.addItems([name for name, _ in bundle.files])
        self._files.setCurrentRow(0)
        self._save.setEnabled(True)
        self._copy.setEnabled(True)
        self._save.setFocus()

    def show_saved(self, path: Path) -> None:
        self._place = path
        self._say(self.tr("Saved as {path}").format(path=breakable(str(path))), problem=False)
        self._folder.show()

    def show_error(self, error: Exception) -> None:
        """It did not work; the report is still there to save elsewhere or to copy."""
        self._progress.hide()
        notice = notice_from_error(error)
        parts = (notice.what, notice.why, notice.next_step)
        self._say(breakable(sentences(*parts)), problem=True)

    def _say(self, text: str, *, problem: bool) -> None:
        self._said.setText(text)
        self._said.setProperty("problem", problem)
        self._said.style().polish(self._said)
        self._said.show()

    def _show_file(self, row: int) -> None:
        if self._bundle is not None and 0 <= row < len(self._bundle.files):
            self._text.setPlainText(self._bundle.files[row][1])

    # --- what is done ------------------------------------------------------------------------

    def _ask_where(self) -> None:
        if self._bundle is None:
            return
        suggested = Path.home() / f"groundlabel-report-{date.today():%Y-%m-%d}.zip"
        dialog = QFileDialog(self, self.tr("Save the report"), str(suggested))
        dialog.setObjectName("diagnostics_place")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setFileMode(QFileDialog.FileMode.AnyFile)
        dialog.setNameFilters([self.tr("Archives") + " (*.zip)"])
        dialog.setDefaultSuffix("zip")
        dialog.fileSelected.connect(lambda place: self.save_wanted.emit(self._bundle, Path(place)))
        dialog.open()

    def _copy_all(self) -> None:
        if self._bundle is not None:
            QGuiApplication.clipboard().setText(self._bundle.as_text())
            self._say(self.tr("Copied"), problem=False)

    def _show_folder(self) -> None:
        if self._place is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._place.parent)))
