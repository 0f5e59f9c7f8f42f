"""The line that tells of a run over many items: how far it is, and how to pause, resume and cancel it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QProgressBar, QToolButton, QWidget

from desktop import icons
from desktop.elided_label import ElidedLabel
from desktop.session.proposing import Run
from desktop.tokens import SPACING

TIGHT_PX = 680


class RunStrip(QFrame):
    """Hidden while nothing runs."""

    paused = Signal()
    resumed = Signal()
    cancelled = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("run_strip")
        self._is_paused = False
        self._bar = QProgressBar(self)
        self._bar.setObjectName("run_progress")
        self._bar.setTextVisible(False)
        self._bar.setFixedSize(96, 6)
        self._bar.setAccessibleName(self.tr("Progress over many items"))
        self._text = ElidedLabel(self)
        self._text.setObjectName("run_text")
        self._pause = self._button("run_pause")
        self._pause.setAccessibleName(self.tr("Pause or resume"))
        self._pause.clicked.connect(lambda: (self.resumed if self._is_paused else self.paused).emit())
        self._cancel = cancel = self._button("run_cancel")
        cancel.setText(self.tr("Cancel"))
        cancel.setIcon(icons.icon("cancel"))
        cancel.setToolTip(self.tr("Stop asking; the answers that have come stay"))
        cancel.clicked.connect(self.cancelled)
        line = QHBoxLayout(self)
        line.setContentsMargins(SPACING.m + SPACING.xs, 0, SPACING.m, SPACING.s)
        line.setSpacing(SPACING.m)
        line.addWidget(self._bar)
        line.addWidget(self._text, 1)
        line.addWidget(self._pause)
        line.addWidget(cancel)
        self.hide()

    def show_run(self, run: Run | None) -> None:
        """How far a run is; None hides the line."""
        self.setVisible(run is not None)
        if run is None:
            return
        self._is_paused = run.state == "paused"
        self._bar.setRange(0, run.total)
        self._bar.setValue(run.done)
        told = (
            self.tr("Paused at {done} of {total} items")
            if self._is_paused
            else self.tr("{done} of {total} items asked")
        )
        parts = [told.format(done=f"{run.done:,}", total=f"{run.total:,}"), f"“{'; '.join(run.expressions)}”"]
        if run.found:
            parts.append(self.tr("found on {n}").format(n=f"{run.found:,}"))
        if run.skipped:
            parts.append(self.tr("{n} could not be asked").format(n=f"{run.skipped:,}"))
        if run.name and not self._is_paused:
            parts.append(run.name)
        self._text.setText("  ·  ".join(parts))
        self._pause.setToolTip(
            self.tr("Go on asking") if self._is_paused else self.tr("Stop after the item that is being asked about")
        )
        self._pause.setText(self.tr("Resume") if self._is_paused else self.tr("Pause"))
        self._pause.setIcon(icons.icon("play" if self._is_paused else "pause"))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """In a narrow window the buttons keep to their icons."""
        super().resizeEvent(event)
        tight = self.width() < TIGHT_PX
        for button in (self._pause, self._cancel):
            button.setToolButtonStyle(
                Qt.ToolButtonStyle.ToolButtonIconOnly if tight else Qt.ToolButtonStyle.ToolButtonTextBesideIcon
            )

    def _button(self, name: str) -> QToolButton:
        button = QToolButton(self)
        button.setObjectName(name)
        button.setIconSize(icons.BESIDE_TEXT)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        return button
