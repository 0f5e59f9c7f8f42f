"""One attribute of the selection as a field: a list for choices, a line for numbers and texts."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QLabel, QVBoxLayout, QWidget

from core.attributes import NO, YES, number_text
from core.schema import Attribute
from desktop import theme
from desktop.session.inspecting import Said
from desktop.views.form_line import FormLine
from desktop.views.quiet_combo import QuietCombo
from desktop.wrapping import breakable


class AttributeField(QWidget):
    """Shows what annotations have; says what a person wants them to have, "" for nothing."""

    wanted = Signal(object, str)  # Attribute, text

    def __init__(self, attribute: Attribute, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.attribute = attribute
        self._said = Said(attribute)
        self._combo: QComboBox | None = None
        self._line: FormLine | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(self._build_combo() if attribute.kind in ("choice", "yes_no") else self._build_line())
        self._problem = QLabel(self)
        self._problem.setProperty("problem", True)
        self._problem.setFont(theme.font("small"))
        self._problem.setWordWrap(True)
        self._problem.hide()
        column.addWidget(self._problem)

    def _build_combo(self) -> QWidget:
        self._combo = combo = QuietCombo(self)
        combo.setObjectName(f"attribute_{self.attribute.name}")
        combo.setAccessibleName(self.attribute.name)
        combo.addItem("–", "")
        if self.attribute.kind == "yes_no":
            combo.addItem(self.tr("Yes"), YES)
            combo.addItem(self.tr("No"), NO)
        for value in self.attribute.values if self.attribute.kind == "choice" else ():
            combo.addItem(value, value)
        combo.activated.connect(lambda _: self._on_chosen())
        return combo

    def _build_line(self) -> QWidget:
        self._line = line = FormLine(self)
        line.setObjectName(f"attribute_{self.attribute.name}")
        line.setAccessibleName(self.attribute.name)
        line.editingFinished.connect(self.commit)
        return line

    def show_said(self, said: Said, *, editable: bool) -> None:
        """What the annotations have now. A line that is being typed in is left alone."""
        self._said = said
        if self._combo is not None:
            self._show_choice(self._combo, said)
            self._combo.setEnabled(editable)
        if self._line is not None:
            self._line.show_text(said.text)
            self._line.setPlaceholderText(self.tr("Various") if said.various else range_text(said.attribute))
            self._line.setEnabled(editable)
        self._problem.setText(breakable(said.problem))
        self._problem.setVisible(bool(said.problem))

    def _show_choice(self, combo: QComboBox, said: Said) -> None:
        known = combo.findData(said.text)
        if said.various:
            combo.setPlaceholderText(self.tr("Various"))
            combo.setCurrentIndex(-1)
        elif known < 0:  # of a time when it was another kind of attribute
            combo.setPlaceholderText(said.text)
            combo.setCurrentIndex(-1)
        else:
            combo.setCurrentIndex(known)

    def commit(self) -> None:
        """Take what was typed, if anything was."""
        if self._line is not None and self._line.isModified():
            self._line.setModified(False)
            if self._line.text() != self._said.text:
                self.wanted.emit(self.attribute, self._line.text().strip())

    def _on_chosen(self) -> None:
        text = str(self._combo.currentData()) if self._combo is not None else ""
        if self._said.various or text != self._said.text:
            self.wanted.emit(self.attribute, text)


def range_text(attribute: Attribute) -> str:
    """Which numbers fit, as a hint; "" where all do."""
    low, high = attribute.minimum, attribute.maximum
    if attribute.kind != "number" or (low is None and high is None):
        return ""
    if low is None or high is None:
        return f"≥ {number_text(low)}" if low is not None else f"≤ {number_text(high or 0.0)}"
    return f"{number_text(low)} – {number_text(high)}"
