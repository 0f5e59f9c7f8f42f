"""A button that shows a key, and takes the next one that is pressed after it was clicked."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QKeyCombination, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QPushButton, QWidget

from desktop.actions import native
from desktop.keymap import canonical

_ALONE = (
    *(Qt.Key.Key_Shift, Qt.Key.Key_Control, Qt.Key.Key_Alt, Qt.Key.Key_Meta, Qt.Key.Key_AltGr),
    *(Qt.Key.Key_CapsLock, Qt.Key.Key_NumLock, Qt.Key.Key_unknown),
)


class KeyButton(QPushButton):
    """`pressed_key` tells what was pressed; the one who listens decides, and shows the key that holds then."""

    pressed_key = Signal(str)  # as `canonical` writes it

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._key = ""
        self.is_listening = False
        self.setAutoDefault(False)
        self.setMinimumWidth(150)
        self.clicked.connect(self.listen)

    def show_key(self, key: str) -> None:
        """The key that holds; an empty text for none."""
        self._key = key
        self.is_listening = False
        self._show()

    def listen(self) -> None:
        """Take the next key."""
        self.is_listening = True
        self.setFocus(Qt.FocusReason.OtherFocusReason)
        self._show()

    def _show(self) -> None:
        said = native(QKeySequence(self._key)) if self._key else self.tr("None")
        self.setText(self.tr("Press the keys…") if self.is_listening else said.replace("&", "&&"))
        self.setAccessibleDescription(self.text())
        self.setProperty("listening", self.is_listening)

    def event(self, event: QEvent) -> bool:
        """While it listens, Tab and shortcuts are keys like any other."""
        if self.is_listening and isinstance(event, QKeyEvent):
            if event.type() == QEvent.Type.ShortcutOverride:
                event.accept()
                return True
            if event.type() == QEvent.Type.KeyPress:
                self._take(event)
                return True
            return True
        return super().event(event)

    def _take(self, event: QKeyEvent) -> None:
        event.accept()
        if event.key() in _ALONE or event.isAutoRepeat():
            return
        if event.key() == Qt.Key.Key_Escape and not event.modifiers():
            self.show_key(self._key)
            return
        modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        pressed = QKeySequence(QKeyCombination(modifiers, Qt.Key(event.key())))
        key = canonical(pressed.toString(QKeySequence.SequenceFormat.PortableText))
        self.show_key(self._key)
        if key:
            self.pressed_key.emit(key)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Elsewhere now: nothing is taken any more."""
        if self.is_listening:
            self.show_key(self._key)
        super().focusOutEvent(event)
