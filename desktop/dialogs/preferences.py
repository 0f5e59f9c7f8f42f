"""The few settings of a person: the name written beside their work, and the look of the window."""

from __future__ import annotations

from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLabel,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from desktop import theme
from desktop.tokens import SPACING


class PreferencesDialog(QDialog):
    """Read `name` and `theme` once it was accepted."""

    def __init__(self, name: str, scheme: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("preferences_dialog")
        self.setWindowTitle(self.tr("Settings"))
        self.setMinimumWidth(380)
        self._name = QLineEdit(name, self)
        self._name.setObjectName("name_edit")
        self._name.setMaxLength(200)
        self._scheme = QComboBox(self)
        self._scheme.setObjectName("theme_choice")
        for value, text in (
            ("system", self.tr("As the system")),
            ("light", self.tr("Light")),
            ("dark", self.tr("Dark")),
        ):
            self._scheme.addItem(text, value)
        self._scheme.setCurrentIndex(max(0, self._scheme.findData(scheme)))
        form = QFormLayout()
        form.setSpacing(SPACING.m)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.addRow(self.tr("Your &name"), self._name)
        note = QLabel(self.tr("It is written beside everything you do, so that a team knows who decided what."), self)
        theme.set_text_role(note, "small", muted=True)
        note.setWordWrap(True)
        form.addRow("", note)
        form.addRow(self.tr("&Colours"), self._scheme)
        buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel, parent=self
        )
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        self._ok = buttons.button(QDialogButtonBox.StandardButton.Ok)
        self._name.textChanged.connect(lambda text: self._ok.setEnabled(bool(text.strip())))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACING.l, SPACING.l, SPACING.l, SPACING.l)
        layout.setSpacing(SPACING.l)
        layout.addLayout(form)
        layout.addWidget(buttons)

    @property
    def name(self) -> str:
        return " ".join(self._name.text().split())

    @property
    def scheme(self) -> str:
        return str(self._scheme.currentData())
