"""The line that tells of a run over many items: how far it is, and how to pause, resume and cancel it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QProgressBar, QToolButton, QWidget

from desktop import icons
from desktop.elided_label import ElidedLabel
from desktop.session.proposing import Run
from desktop.tokens import SPACING


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
        self._bar.setFixedSize(140, 6)
        self._bar.setAccessibleName(self.tr("Progress over many items"))
        self._text = ElidedLabel(self)
        self._text.setObjectName("run_text")
        self._pause = self._button("run_pause")
        self._pause.clicked.connect(lambda: (self.resumed if self._is_paused else self.paused).emit())
        cancel = self._button("run_cancel")
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
        words = self.tr("Paused:") if self._is_paused else self.tr("Asking")
        parts = [
            self.tr("{words} “{asked}”").format(words=words, asked="; ".join(run.expressions)),
            self.tr("{done} of {total} items").format(done=f"{run.done:,}", total=f"{run.total:,}"),
        ]
        if run.found:
            parts.append(self.tr("found on {n}").format(n=f"{run.found:,}"))
        if run.skipped:
            parts.append(self.tr("{n} could not be asked").format(n=f"{run.skipped:,}"))
        if run.name and not self._is_paused:
            parts.append(run.name)
        self._text.setText("  ·  ".join(parts))
        self._pause.setText(self.tr("Resume") if self._is_paused else self.tr("Pause"))
        self._pause.setIcon(icons.icon("play" if self._is_paused else "stop"))

    def _button(self, name: str) -> QToolButton:
        button = QToolButton(self)
        button.setObjectName(name)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        return button
