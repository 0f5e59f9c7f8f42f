"""Chooses the model that answers, the device that it runs on, and its precision."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QFormLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from core.errors import UserError
from core.grounding.registry import find_model
from core.schema import ModelInfo
from core.settings import BITS
from desktop import icons
from desktop.session.models import DEVICES, ModelChoice
from desktop.tokens import SPACING
from desktop.wrapping import breakable, sentence


class ModelDialog(QDialog):
    """Models of this machine, or any folder. Read `model`, `device` and `bits` once it was accepted."""

    def __init__(
        self,
        choices: Sequence[ModelChoice],
        model: str,
        device: str,
        info: ModelInfo | None,
        parent: QWidget | None = None,
        *,
        bits: str = "auto",
    ) -> None:
        super().__init__(parent)
        self.setObjectName("model_dialog")
        self.setWindowTitle(self.tr("Choose the model"))
        self.setMinimumWidth(480)
        self._info = info
        self._loaded = model
        self._list = QListWidget(self)
        self._list.setObjectName("model_list")
        self._list.setAccessibleName(self.tr("Models"))
        self._list.setMinimumHeight(110)
        for choice in choices:
            self._add(choice, str(choice.folder) if choice.name != model and str(choice.folder) == model else "")
        self._select(model)
        self._detail = QLabel(self)
        self._detail.setObjectName("model_detail")
        self._detail.setWordWrap(True)
        self._detail.setTextFormat(Qt.TextFormat.PlainText)
        self._detail.setMinimumHeight(96)
        self._detail.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._list.currentItemChanged.connect(self._describe)
        self._list.itemDoubleClicked.connect(self.accept)
        browse = QPushButton(icons.icon("folder"), self.tr("Choose a folder…"), self)
        browse.setObjectName("model_browse")
        browse.setAutoDefault(False)
        browse.clicked.connect(self._browse)
        self._device = QComboBox(self)
        self._device.setObjectName("device_choice")
        words = {
            "auto": self.tr("Automatic"),
            "cpu": self.tr("Processor (CPU)"),
            "cuda": self.tr("Graphics card (CUDA)"),
        }
        for name in DEVICES:
            self._device.addItem(words[name], name)
        self._device.setCurrentIndex(max(0, self._device.findData(device)))
        self._bits = QComboBox(self)
        self._bits.setObjectName("bits_choice")
        precisions = {
            "auto": self.tr("Automatic"),
            "16": self.tr("16 bits"),
            "8": self.tr("8 bits: half the memory"),
            "4": self.tr("4 bits: a third of the memory, less exact"),
        }
        for name in BITS:
            self._bits.addItem(precisions[name], name)
        self._bits.setCurrentIndex(max(0, self._bits.findData(bits)))
        form = QFormLayout()
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.addRow(self.tr("&Runs on"), self._device)
        form.addRow(self.tr("&Precision"), self._bits)
        buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel, parent=self
        )
        self._ok = buttons.button(QDialogButtonBox.StandardButton.Ok)
        self._ok.setText(self.tr("Use this model"))
        self._ok.setObjectName("model_use")
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACING.l, SPACING.l, SPACING.l, SPACING.l)
        layout.setSpacing(SPACING.m)
        for part in (self._list, browse, self._detail):
            layout.addWidget(part)
        layout.setAlignment(browse, Qt.AlignmentFlag.AlignLeft)
        layout.addLayout(form)
        layout.addWidget(buttons)
        self._describe()

    @property
    def model(self) -> str:
        row = self._list.currentItem()
        return str(row.data(Qt.ItemDataRole.UserRole)) if row is not None else self._loaded

    @property
    def device(self) -> str:
        return str(self._device.currentData())

    @property
    def bits(self) -> str:
        return str(self._bits.currentData())

    def _add(self, choice: ModelChoice, value: str = "") -> None:
        note = self.tr("small demonstrator, comes with GroundLabel") if choice.bundled else str(choice.folder.parent)
        row = QListWidgetItem(icons.icon("model"), f"{choice.name}   —   {note}", self._list)
        row.setToolTip(str(choice.folder))
        row.setData(Qt.ItemDataRole.UserRole, value or choice.name)
        row.setData(Qt.ItemDataRole.UserRole + 1, str(choice.folder))

    def _select(self, model: str) -> None:
        for number in range(self._list.count()):
            if self._list.item(number).data(Qt.ItemDataRole.UserRole) == model:
                self._list.setCurrentRow(number)
                return

    def _browse(self) -> None:
        dialog = QFileDialog(self, self.tr("A model's folder"))
        dialog.setObjectName("model_folder_dialog")
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self._take_folder)
        dialog.open()

    def _take_folder(self, folder: str) -> None:
        path = Path(folder)
        self._add(ModelChoice(path.name, path, False), str(path))
        self._list.setCurrentRow(self._list.count() - 1)

    def _describe(self) -> None:
        row = self._list.currentItem()
        self._ok.setEnabled(row is not None)
        if row is None:
            self._detail.setText(self.tr("No model was found. Choose the folder of a checkpoint."))
            return
        problem = why_not(str(row.data(Qt.ItemDataRole.UserRole)))
        self._ok.setEnabled(not problem)
        lines = [breakable(problem or str(row.data(Qt.ItemDataRole.UserRole + 1)))]
        info = self._info
        if info is not None and row.data(Qt.ItemDataRole.UserRole) == self._loaded:
            kinds = ", ".join(sorted(info.kinds))
            lines += [
                info.summary,
                self.tr("Answers about: {kinds}").format(kinds=kinds),
                self.tr("Runs on {device}, {dtype}, attention: {attention}").format(
                    device=info.device, dtype=info.dtype, attention=info.attention
                ),
                *info.notes,
                self.tr("Licence: {licence}").format(licence=info.licence),
            ]
        self._detail.setText("\n".join(line for line in lines if line))


def why_not(model: str) -> str:
    """Why this name or folder is no model; "" when it is one."""
    try:
        find_model(model)
    except UserError as error:
        return " ".join(sentence(part) for part in (error.what, error.why, error.next_step) if part)
    return ""
