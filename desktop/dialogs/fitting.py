"""How large a dialog opens: as it likes, but with air around it on the screen that it opens on."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QDialog

_AIR = QSize(40, 60)  # a frame and a title bar


def resize_within_screen(dialog: QDialog, width: int, height: int) -> None:
    """Logical pixels; what a dialog cannot do without it still gets."""
    dialog.resize(QSize(width, height).boundedTo(dialog.screen().availableSize() - _AIR))
