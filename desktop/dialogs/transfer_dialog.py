"""What importing and exporting ask in the same way: a form that runs something, tells how far it is, or why not."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialog, QLabel, QProgressBar, QPushButton, QVBoxLayout, QWidget

from core.jobs import Progress, Report
from desktop import core_words, theme
from desktop.dialogs.report_view import ReportView
from desktop.session.notices import notice_from_error
from desktop.tokens import SPACING
from desktop.wrapping import breakable, sentences


class TransferDialog(QDialog):
    """Whoever runs what is wanted calls `show_progress`, then `show_report` or `show_error`."""

    stop_wanted = Signal()
    _go: QPushButton  # these three are built by the dialog, with words of its own
    _look: QPushButton
    _close: QPushButton

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        """`name` is what its parts are called by: `import` or `export`."""
        super().__init__(parent)
        self.setObjectName(f"{name}_dialog")
        self._is_running = False
        self._preview: QWidget | None = None
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(SPACING.l, SPACING.l, SPACING.l, SPACING.l)
        self._layout.setSpacing(SPACING.m)
        self._problem = QLabel(self)
        self._problem.setObjectName(f"{name}_problem")
        self._problem.setProperty("problem", True)
        self._problem.setWordWrap(True)
        self._problem.hide()
        self._progress = QProgressBar(self)
        self._progress.setTextVisible(False)
        self._progress.setFixedHeight(6)
        self._progress.hide()
        self._step = QLabel(self)
        self._step.setObjectName(f"{name}_step")
        theme.set_text_role(self._step, "small", muted=True)
        self._step.hide()

    def show_progress(self, progress: Progress) -> None:
        """Which step it is in, and how far that is."""
        step = core_words.said(progress.step)
        if step and progress.total:
            step = self.tr("{step}: {done} of {total}").format(
                step=step, done=f"{progress.done:,}", total=f"{progress.total:,}"
            )
        self._step.setText(step)
        self._progress.setRange(0, progress.total)
        self._progress.setValue(progress.done)

    def show_error(self, error: Exception) -> None:
        """It did not work, and nothing came of it; the form is still there to try again."""
        self._set_running(False)
        notice = notice_from_error(error)
        self._problem.setText(breakable(sentences(notice.what, notice.why, notice.next_step)))
        self._problem.show()

    def reject(self) -> None:
        """Cancel stops first what is running."""
        if self._is_running:
            self.stop_wanted.emit()
        super().reject()

    def _set_running(self, running: bool) -> None:
        self._is_running = running
        self._progress.setRange(0, 0)
        self._progress.setVisible(running)
        self._step.clear()
        self._step.setVisible(running)

    def _drop_preview(self) -> None:
        if self._preview is not None:
            self._preview.hide()
            self._layout.removeWidget(self._preview)
            self._preview.deleteLater()
            self._preview = None

    def _end_with(self, report: Report, head: str, at: int, close: str) -> None:
        """What came of it, at a place of the layout; all that is left to do is to close."""
        self._look.hide()
        view = ReportView(report, head, self)
        self._layout.insertWidget(at, view, 1)
        view.show()  # what is not shown has no size yet
        self._go.hide()
        self._close.setText(close)
        self._close.setDefault(True)
        self._close.setFocus()
        self.adjustSize()
