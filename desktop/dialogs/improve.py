"""Improve the model: what there is to learn from, the teaching itself, and before and after side by side.

A view on `Improving`; closing it stops nothing.
"""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from core.workflows import improving
from core.workflows.improving import Lesson
from desktop import theme
from desktop.dialogs.improve_before import BeforePage
from desktop.dialogs.outcome import OutcomeView
from desktop.session.improving import Improving
from desktop.session.models import Models
from desktop.session.teaching_run import Run
from desktop.session.versioning import Versioning
from desktop.teaching_words import model_words, progress_words, run_words
from desktop.tokens import SPACING
from desktop.views.figure import Figure
from desktop.wrapping import breakable

SIZE = QSize(820, 640)
_POINTS_SHOWN = 40


class ImproveDialog(QDialog):
    """Three pages: before, while and after."""

    def __init__(
        self,
        session: Improving,
        versioning: Versioning,
        models: Models,
        *,
        writable: bool,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("improve_dialog")
        self.setWindowTitle(self.tr("Improve the model"))
        room = parent.size() - QSize(40, 40) if parent is not None else SIZE
        self.resize(SIZE.boundedTo(room).expandedTo(QSize(640, 420)))
        self._session = session
        self._versioning = versioning
        self._models = models
        self._writable = writable
        self._outcomes: list[tuple[Lesson, OutcomeView]] = []
        self._shown_run: Run | None = None
        self._pages = QStackedWidget(self)
        self._before = BeforePage(session.ahead, self)
        self._while, self._after = self._build_while(), self._build_after()
        self._before.options.changed.connect(self._look)
        for page in (self._before, self._while, self._after):
            self._pages.addWidget(page)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACING.l, SPACING.l, SPACING.l, SPACING.l)
        column.setSpacing(SPACING.m)
        column.addWidget(self._pages, 1)
        column.addLayout(self._build_foot())
        session.ahead.looked.connect(self._show_buttons)
        session.changed.connect(self._show_run)
        models.changed.connect(self._show_use)
        self._show_run()
        if session.run is None:
            session.look()

    # --- building ----------------------------------------------------------------------------

    def _build_while(self) -> QWidget:
        page = QWidget(self)
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACING.m)
        self._doing = QLabel(page)
        self._doing.setObjectName("improve_doing")
        self._doing.setFont(theme.font("heading", bold=True))
        self._doing.setWordWrap(True)
        self._which = QLabel(page)
        theme.set_text_role(self._which, "body", muted=True)
        self._bar = QProgressBar(page)
        self._bar.setObjectName("improve_bar")
        self._bar.setAccessibleName(self.tr("How far it is"))
        self._bar.setTextVisible(False)
        self._bar.setFixedHeight(6)
        self._progress = QLabel(page)
        self._progress.setObjectName("improve_progress")
        self._trouble = QLabel(page)
        self._trouble.setObjectName("improve_trouble")
        self._trouble.setWordWrap(True)
        self._curve = Figure(self.tr("Loss while learning"), page)
        self._curve.setObjectName("improve_curve")
        self._curve.label(self.tr("Loss"), self.tr("Step"))
        self._curve.setMinimumHeight(140)
        self._no_curve = QLabel(self.tr("How it learns is drawn here after some steps."), page)
        self._no_curve.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._no_curve.setWordWrap(True)
        self._calm = QLabel(page)
        self._calm.setWordWrap(True)
        for label in (self._no_curve, self._calm):
            theme.set_text_role(label, "small", muted=True)
        for widget in (self._doing, self._which, self._bar, self._progress, self._trouble):
            column.addWidget(widget)
        column.addWidget(self._curve, 1)
        column.addWidget(self._no_curve, 1)
        column.addWidget(self._calm)
        return page

    def _build_after(self) -> QScrollArea:
        area = QScrollArea(self)
        area.setObjectName("improve_after")
        area.setAccessibleName(self.tr("Before and after"))
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        return area

    def _build_foot(self) -> QHBoxLayout:
        def button(name: str, text: str, act: object, *, primary: bool = False) -> QPushButton:
            made = QPushButton(text, self)
            made.setObjectName(name)
            made.setAutoDefault(False)
            if primary:
                made.setProperty("primary", True)
            made.clicked.connect(act)
            return made

        session = self._session
        self._discard = button("improve_discard", self.tr("&Throw it away"), session.discard)
        self._again = button("improve_again", self.tr("Teach a&gain…"), self._begin_anew)
        self._start = button("improve_start", self.tr("&Start"), self._on_start, primary=True)
        self._stop = button("improve_stop", self.tr("S&top"), session.stop)
        self._stop.setToolTip(self.tr("What was learnt so far is kept; it can go on later"))
        self._resume = button("improve_resume", self.tr("&Go on"), session.resume, primary=True)
        close = button("improve_close", self.tr("&Close"), self.reject)
        line = QHBoxLayout()
        line.setSpacing(SPACING.s)
        line.addWidget(self._discard)
        line.addWidget(self._again)
        line.addStretch(1)
        for one in (self._stop, self._resume, self._start, close):
            line.addWidget(one)
        return line

    # --- before ------------------------------------------------------------------------------

    def _look(self) -> None:
        self._session.look(self._before.options.wishes, self._before.options.bases)

    def _on_start(self) -> None:
        self._start.setEnabled(False)
        self._session.start(self._before.options.wishes, self._before.options.bases)

    def _begin_anew(self) -> None:
        """What was taught stays as a version; the first page again."""
        self._session.discard()
        self._session.look()

    # --- while and after ---------------------------------------------------------------------

    def _show_run(self) -> None:
        run = self._session.run
        self._show_buttons()
        before, self._shown_run = self._shown_run, run
        if run is None:
            self._pages.setCurrentWidget(self._before)
            return
        if run.phase == "done":
            if before is None or before.phase != "done":
                self._show_outcomes(run)
                self._session.mark_seen()
            self._pages.setCurrentWidget(self._after)
            return
        self._pages.setCurrentWidget(self._while)
        self._doing.setText(run_words(run))
        lesson = run.lesson
        self._which.setText(
            self.tr("{new}, from {base}").format(new=model_words(lesson.out), base=model_words(lesson.base))
        )
        is_moving = run.state == "running"
        self._bar.setRange(0, run.of if run.of or not is_moving else 0)
        self._bar.setMaximum(max(run.of, 0 if is_moving else 1))
        self._bar.setValue(run.step)
        self._progress.setText(self.tr("Stopping…") if self._session.is_stopping else progress_words(run))
        self._trouble.setText(breakable(run.problem))
        self._trouble.setVisible(bool(run.problem))
        self._calm.setText(self._calm_words(run))
        self._curve.setVisible(bool(run.losses))
        self._no_curve.setVisible(not run.losses)
        if before is None or before.losses != run.losses:
            steps, losses = [step for step, _ in run.losses], [loss for _, loss in run.losses]
            self._curve.show_lines((steps, losses), points=len(steps) <= _POINTS_SHOWN)

    def _calm_words(self, run: Run) -> str:
        """What one may do meanwhile."""
        if run.state == "running":
            return self.tr("You can close this and go on working; the model that is asked now still answers meanwhile.")
        return self.tr("What was learnt so far is kept; it can go on later")

    def _show_outcomes(self, run: Run) -> None:
        holder = QWidget(self)
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 0, SPACING.s, 0)
        column.setSpacing(SPACING.xl)
        self._outcomes = []
        for lesson in run.lessons:
            result = improving.outcome(lesson)
            if result is None:
                gone = QLabel(
                    self.tr("The report of {model} is not there any more.").format(model=model_words(lesson.out))
                )
                column.addWidget(gone)
                continue
            view = OutcomeView(lesson, result, asked=self._models.model_for(lesson.kinds[0]), parent=holder)
            view.use_wanted.connect(lambda model, lesson=lesson: self._use(lesson, model))
            view.report_wanted.connect(
                lambda lesson=lesson: QDesktopServices.openUrl(QUrl.fromLocalFile(str(improving.report_page(lesson))))
            )
            view.setEnabled(True)
            column.addWidget(view)
            self._outcomes.append((lesson, view))
        column.addStretch(1)
        self._after.setWidget(holder)
        self._show_use()

    def _use(self, lesson: Lesson, model: str) -> None:
        self._versioning.use(model, lesson.kinds, self.tr("Chosen by hand, after the comparison"))

    def _show_use(self) -> None:
        for lesson, view in self._outcomes:
            view.show_asked(self._models.model_for(lesson.kinds[0]))

    def _show_buttons(self) -> None:
        run, found = self._session.run, self._session.ahead.prospect
        state = run.state if run is not None else ""
        self._start.setVisible(run is None)
        ready = (
            found is not None and found.is_checked and bool(found.lessons) and not found.fatal and not found.too_little
        )
        self._start.setEnabled(ready and self._writable)
        self._stop.setVisible(state == "running")
        self._stop.setEnabled(not self._session.is_stopping)
        self._resume.setVisible(state in ("paused", "failed"))
        self._resume.setEnabled(self._writable)
        self._discard.setVisible(state in ("paused", "failed"))
        self._again.setVisible(state == "done")
