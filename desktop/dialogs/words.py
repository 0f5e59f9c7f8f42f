"""Asks what a box shows: its expressions, and the class they belong to."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QComboBox,
    QCompleter,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLabel,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from desktop import theme
from desktop.elided_combo import ElidedComboBox
from desktop.session.pending import split_expressions
from desktop.tokens import SPACING

LabelFor = Callable[[str], str]  # expression -> the name of the class that typing it uses


class WordsDialog(QDialog):
    """One line for expressions (several with `;`), one for the class. The class follows the words until touched."""

    def __init__(
        self,
        title: str,
        *,
        expressions: Sequence[str] = (),
        label: str | None = None,
        known: Sequence[str] = (),
        labels: Sequence[str] = (),
        label_for: LabelFor | None = None,
        may_keep: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        """Without `label`, only words are asked for. `may_keep`: an empty line leaves what several boxes have."""
        super().__init__(parent)
        self.setObjectName("words_dialog")
        self.setWindowTitle(title)
        self.setMinimumWidth(380)
        self._label_for = label_for or (lambda expression: expression)
        self._is_label_touched = False
        self._may_keep = may_keep
        self._edit = self._build_edit(expressions, known)
        form = QFormLayout()
        form.setSpacing(SPACING.m)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.addRow(self.tr("&Expression"), self._edit)
        self._label = self._build_label(labels)
        self._has_label = label is not None
        if label is not None:
            self._label.setCurrentText(label)
            self._label.editTextChanged.connect(self._touch_label)
            form.addRow(self.tr("&Label"), self._label)
            self._label_is_own = self._label_for(self._first()) == label
        else:
            self._label.hide()
        note = QLabel(self.tr("Several expressions are separated by ;"), self)
        theme.set_text_role(note, "small", muted=True)
        buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel, parent=self
        )
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        self._ok = buttons.button(QDialogButtonBox.StandardButton.Ok)
        self._ok.setObjectName("words_ok")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACING.l, SPACING.l, SPACING.l, SPACING.l)
        layout.setSpacing(SPACING.m)
        layout.addLayout(form)
        layout.addWidget(note)
        layout.addWidget(buttons)
        self._edit.selectAll()
        self._edit.setFocus()
        self._update()

    def _build_edit(self, expressions: Sequence[str], known: Sequence[str]) -> QLineEdit:
        edit = QLineEdit("; ".join(expressions), self)
        edit.setObjectName("words_edit")
        edit.setMaxLength(2000)
        edit.setPlaceholderText(self.tr("As they are") if self._may_keep else self.tr("What is it, in your words?"))
        edit.setAccessibleName(self.tr("Expression"))
        completer = QCompleter(list(known), edit)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        edit.setCompleter(completer)
        edit.textChanged.connect(self._on_words)
        edit.returnPressed.connect(self.accept)  # also while the list of known words is open
        return edit

    def _build_label(self, labels: Sequence[str]) -> ElidedComboBox:
        box = ElidedComboBox(self)
        box.setObjectName("label_edit")
        box.setEditable(True)
        box.setAccessibleName(self.tr("Label"))
        box.addItems(list(labels))
        box.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        line = box.lineEdit()
        if self._may_keep and line is not None:
            line.setPlaceholderText(self.tr("As they are"))
        return box

    def accept(self) -> None:
        """Once, and only with words."""
        if self.isVisible() and self._ok.isEnabled():
            super().accept()

    @property
    def expressions(self) -> tuple[str, ...]:
        return split_expressions(self._edit.text())

    @property
    def label(self) -> str:
        return " ".join(self._label.currentText().split()) if self._has_label else ""

    def _first(self) -> str:
        return self.expressions[0] if self.expressions else ""

    def _on_words(self) -> None:
        if self._has_label and not self._is_label_touched and self.expressions and self._label_is_own:
            blocked = self._label.blockSignals(True)
            self._label.setCurrentText(self._label_for(self._first()))
            self._label.blockSignals(blocked)
        self._update()

    def _touch_label(self) -> None:
        self._is_label_touched = True
        self._update()

    def _update(self) -> None:
        if self._may_keep:
            self._ok.setEnabled(bool(self.expressions or self.label))
        else:
            self._ok.setEnabled(bool(self.expressions) and (not self._has_label or bool(self.label)))
