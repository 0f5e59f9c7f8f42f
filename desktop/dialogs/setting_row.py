"""One setting: its name, the control that fits its kind, what it means, and the way back to the default."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QSpinBox,
    QToolButton,
    QWidget,
)

from core.settings_table import Setting
from desktop import icons, theme
from desktop.session.preferences import Preferences
from desktop.tokens import SPACING

CONTROL_PX = 210
MOST_LETTERS = 200


def _tr(text: str) -> str:
    return QCoreApplication.translate("Settings", text) if text else ""


class SettingRow(QWidget):
    """Shows the value, and follows it when it is changed elsewhere."""

    def __init__(self, setting: Setting, preferences: Preferences, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName(f"row_{setting.key}")
        self._setting = setting
        self._preferences = preferences
        self._title, self._note = _tr(setting.title), _tr(setting.description)
        self._control = self._make()
        self._control.setObjectName(f"setting_{setting.key}")
        self._control.setAccessibleName(self._title)
        self._control.setAccessibleDescription(self._note)
        self._control.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._control.installEventFilter(self)
        self._back = QToolButton(self)
        self._back.setObjectName(f"reset_{setting.key}")
        self._back.setIcon(icons.icon("undo"))
        self._back.setToolTip(self.tr("Back to the default"))
        self._back.setAccessibleName(self.tr("{title}: back to the default").format(title=self._title))
        self._back.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._back.clicked.connect(self._reset)
        self._lay_out()
        self._show(setting.key)
        preferences.changed.connect(self._show)

    def fits(self, wanted: str) -> bool:
        """Whether the words are in its name, meaning or choices; `wanted` in small letters."""
        choices = " ".join(map(_tr, self._setting.choice_titles))
        return wanted in f"{self._title} {self._note} {choices}".casefold()

    def settle(self) -> None:
        """Take what was typed and not yet left."""
        if isinstance(self._control, QLineEdit):
            self._control.editingFinished.emit()
        elif isinstance(self._control, QSpinBox | QDoubleSpinBox):
            self._control.interpretText()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The wheel scrolls the page; it changes a value only where the keyboard is."""
        if event.type() == QEvent.Type.Wheel and not self._control.hasFocus():
            event.ignore()
            return True
        return super().eventFilter(watched, event)

    # --- building ----------------------------------------------------------------------------

    def _lay_out(self) -> None:
        title = QLabel(self._title, self)
        title.setWordWrap(True)
        note = QLabel(self._note, self)
        note.setWordWrap(True)
        theme.set_text_role(note, "small", muted=True)
        holder = QWidget(self)  # as wide for each kind: what can be clicked is no wider than it looks
        holder.setFixedWidth(CONTROL_PX)
        held = QHBoxLayout(holder)
        held.setContentsMargins(0, 0, 0, 0)
        held.addWidget(self._control)
        if isinstance(self._control, QCheckBox):
            held.addStretch(1)
        right = QHBoxLayout()
        right.setSpacing(SPACING.xs)
        right.addWidget(holder)
        right.addWidget(self._back)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(SPACING.l)
        grid.setVerticalSpacing(2)
        grid.addWidget(title, 0, 0)
        grid.addWidget(note, 1, 0)
        grid.addLayout(right, 0, 1, 2, 1, Qt.AlignmentFlag.AlignTop)
        grid.setColumnStretch(0, 1)

    def _make(self) -> QWidget:
        """The control for the kind of the setting."""
        setting = self._setting
        if setting.kind is bool:
            check = QCheckBox(self)
            check.toggled.connect(self._set)
            return check
        if setting.choices:
            box = QComboBox(self)
            for value, words in zip(setting.choices, setting.choice_titles or setting.choices, strict=True):
                box.addItem(_tr(words), value)
            box.currentIndexChanged.connect(lambda _: self._set(box.currentData()))
            return box
        if setting.kind is int:
            whole = QSpinBox(self)
            whole.setRange(int(setting.minimum or 0), int(setting.maximum or 1_000_000))
            whole.setSingleStep(int(setting.step))
            whole.valueChanged.connect(self._set)
            return self._dressed(whole)
        if setting.kind is float:
            number = QDoubleSpinBox(self)
            number.setDecimals(2)
            number.setRange(setting.minimum or 0.0, 1e6 if setting.maximum is None else setting.maximum)
            number.setSingleStep(setting.step)
            number.valueChanged.connect(lambda value: self._set(round(value, 2)))
            return self._dressed(number)
        line = QLineEdit(self)
        line.setMaxLength(MOST_LETTERS)
        line.editingFinished.connect(lambda: self._set(" ".join(line.text().split())))
        return line

    def _dressed(self, box: QSpinBox | QDoubleSpinBox) -> QWidget:
        """Unit, the word for nothing, and no change while a number is only half typed."""
        box.setKeyboardTracking(False)
        box.lineEdit().setTextMargins(SPACING.s - 2, 0, 0, 0)
        if self._setting.unit:
            box.setSuffix(f" {self._setting.unit}")
        if self._setting.zero:
            box.setSpecialValueText(_tr(self._setting.zero))
        return box

    # --- values ------------------------------------------------------------------------------

    def _set(self, value: Any) -> None:
        if value == "":  # a text that is empty means the default
            self._reset()
        elif value != self._preferences.get(self._setting.key):
            self._preferences.set(self._setting.key, value)

    def _reset(self) -> None:
        had_focus = self._back.hasFocus()
        self._preferences.reset(self._setting.key)
        self._show(self._setting.key)
        if had_focus:
            self._control.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show(self, key: str) -> None:
        if key != self._setting.key:
            return
        value, control = self._preferences.get(key), self._control
        was_blocked = control.blockSignals(True)
        if isinstance(control, QCheckBox):
            control.setChecked(bool(value))
        elif isinstance(control, QComboBox):
            control.setCurrentIndex(control.findData(value))
        elif isinstance(control, QSpinBox | QDoubleSpinBox):
            control.setValue(value)
        elif isinstance(control, QLineEdit):
            control.setText(str(value))
        control.blockSignals(was_blocked)
        self._back.setEnabled(value != self._preferences.default(key))
