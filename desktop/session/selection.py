"""Which boxes of the current item are selected: one truth for the canvas and the objects panel."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QObject, Signal


class Selection(QObject):
    """Ids of annotations, proposals and verdicts, in the order in which they were selected."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._ids: tuple[str, ...] = ()

    @property
    def ids(self) -> tuple[str, ...]:
        return self._ids

    def set(self, ids: Iterable[str]) -> None:
        """Select exactly these. Telling what is already so does nothing, so that listeners cannot loop."""
        wanted = tuple(dict.fromkeys(ids))
        if wanted != self._ids:
            self._ids = wanted
            self.changed.emit()

    def keep_only(self, existing: Iterable[str]) -> None:
        """Drop what is no longer there."""
        there = set(existing)
        self.set(selected for selected in self._ids if selected in there)
