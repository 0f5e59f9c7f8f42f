"""The foot of a dialog that is only ever left: one button that closes it."""

from __future__ import annotations

from PySide6.QtWidgets import QDialog, QDialogButtonBox


def close_box(dialog: QDialog, name: str) -> QDialogButtonBox:
    """A row with a Close button of this object name; Enter in the dialog does not press it."""
    box = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, parent=dialog)
    box.rejected.connect(dialog.reject)
    close = box.button(QDialogButtonBox.StandardButton.Close)
    close.setObjectName(name)
    close.setAutoDefault(False)
    return box
