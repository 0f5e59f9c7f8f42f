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
    QHeaderView,
    QLabel,
    QProgressBar,
    QPushButton,
    QScrollArea,
    QStackedWidget,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from core.errors import UserError
from core.workflows import improving
from core.workflows.improving import MEASURES, Lesson
from desktop import icons, theme
from desktop.dialogs.improve_options import ImproveOptions
from desktop.dialogs.outcome import OutcomeView
from desktop.model_words import size_words
from desktop.session.improving import Improving, Prospect, Run
from desktop.session.models import Models
from desktop.session.versioning import Versioning
from desktop.teaching_words import kinds_words, model_words, progress_words, run_words, seconds_words
from desktop.tokens import SPACING
from desktop.views.figure import Figure
from desktop.wrapping import breakable

SIZE = QSize(820, 640)
_ROWS_SHOWN = 300


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
        self._before, self._while, self._after = self._build_before(), self._build_while(), self._build_after()
        for page in (self._before, self._while, self._after):
            self._pages.addWidget(page)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACING.l, SPACING.l, SPACING.l, SPACING.l)
        column.setSpacing(SPACING.m)
        column.addWidget(self._pages, 1)
        column.addLayout(self._build_foot())
        session.looked.connect(self._show_prospect)
        session.changed.connect(self._show_run)
        models.changed.connect(self._show_use)
        self._show_run()
        if session.run is None:
            session.look()

    # --- building ----------------------------------------------------------------------------

    def _build_before(self) -> QWidget:
        page = QWidget(self)
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACING.m)
        self._head = QLabel(self.tr("Counting what you decided…"), page)
        self._head.setObjectName("improve_head")
        self._head.setFont(theme.font("heading", bold=True))
        self._head.setWordWrap(True)
        self._rows = QTreeWidget(page)
        self._rows.setObjectName("improve_rows")
        self._rows.setAccessibleName(self.tr("What is learnt from"))
        names = {
            "accepted": self.tr("Accepted"),
            "edited": self.tr("Edited"),
            "drawn": self.tr("Drawn"),
            "imported": self.tr("Imported"),
            "not_present": self.tr("Not present"),
            "rejected": self.tr("Rejected"),
        }
        self._rows.setHeaderLabels([self.tr("Expression"), self.tr("Media"), *(names[name] for name in MEASURES)])
        self._rows.setUniformRowHeights(True)
        header = self._rows.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        for section in range(1, len(MEASURES) + 2):
            header.setSectionResizeMode(section, QHeaderView.ResizeMode.ResizeToContents)
            self._rows.headerItem().setTextAlignment(section, _RIGHT)
        self._rows.setMinimumHeight(150)
        self._options = ImproveOptions(page)
        self._options.changed.connect(self._look)
        self._estimate = QLabel(page)
        self._estimate.setObjectName("improve_estimate")
        self._estimate.setWordWrap(True)
        self._warnings = QWidget(page)
        self._warnings.setObjectName("improve_warnings")
        self._warning_lines = QVBoxLayout(self._warnings)
        self._warning_lines.setContentsMargins(0, 0, 0, 0)
        self._warning_lines.setSpacing(SPACING.xs)
        inner = QWidget(page)
        lines = QVBoxLayout(inner)
        lines.setContentsMargins(0, 0, SPACING.s, 0)
        lines.setSpacing(SPACING.m)
        lines.addWidget(self._rows, 1)
        lines.addWidget(self._options)
        lines.addWidget(self._estimate)
        lines.addWidget(self._warnings)
        area = QScrollArea(page)
        area.setAccessibleName(self.tr("What will be used"))
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(inner)
        column.addWidget(self._head)
        column.addWidget(area, 1)
        return page

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
        calm = QLabel(
            self.tr("You can close this and go on working; the model that is asked now still answers meanwhile."), page
        )
        calm.setWordWrap(True)
        theme.set_text_role(calm, "small", muted=True)
        for widget in (self._doing, self._which, self._bar, self._progress, self._trouble):
            column.addWidget(widget)
        column.addWidget(self._curve, 1)
        column.addWidget(calm)
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
        self._session.look(self._options.wishes, self._options.bases)

    def _show_prospect(self) -> None:
        found, problem = self._session.prospect, self._session.problem
        if self._session.run is not None:
            return
        if problem is not None:
            self._head.setText(breakable(str(problem) if isinstance(problem, UserError) else self.tr("It failed")))
        if found is None:
            return
        material = found.material
        total = sum(material.media.values())
        if not total:
            self._head.setText(self.tr("Nothing was decided yet: accept, correct or draw something first."))
        elif problem is None:
            parts = [f"{kinds_words((kind,)).lower()}: {count:,}" for kind, count in material.media.items()]
            self._head.setText(
                self.tr("What people decided teaches a new model ({media})").format(media=", ".join(parts))
            )
        self._show_rows(found)
        self._options.setVisible(bool(total))
        self._options.show_prospect(found)
        self._estimate.setText(self._estimated(found))
        self._show_warnings(found)
        self._show_buttons()

    def _show_rows(self, found: Prospect) -> None:
        self._rows.clear()
        heads: dict[str, QTreeWidgetItem] = {}
        for row in found.material.rows[:_ROWS_SHOWN]:
            if row.kind not in heads:
                heads[row.kind] = QTreeWidgetItem(self._rows, [kinds_words((row.kind,))])
                heads[row.kind].setFont(0, theme.font("small", bold=True))
                heads[row.kind].setFirstColumnSpanned(True)
                heads[row.kind].setExpanded(True)
            counts = [row.counts[name] for name in MEASURES]
            cells = [row.expression, f"{row.media:,}", *(f"{count:,}" if count else "" for count in counts)]
            line = QTreeWidgetItem(heads[row.kind], cells)
            line.setToolTip(0, row.expression)
            for section in range(1, len(cells)):
                line.setTextAlignment(section, _RIGHT)

    def _estimated(self, found: Prospect) -> str:
        if not found.lessons:
            return ""
        if not found.is_checked:
            return self.tr("Looking ahead…")
        lines = []
        for lesson, check in zip(found.lessons, found.checks, strict=True):
            plan = check.get("plan")
            if not plan:
                continue
            memory, disk = check.get("memory_bytes") or 0, check.get("disk_bytes") or 0
            parts = [
                self.tr("{epochs} epochs, {steps} steps").format(epochs=plan["epochs"], steps=f"{plan['steps']:,}"),
                self.tr("about {size} of memory").format(size=size_words(memory)),
                self.tr("{size} of disk").format(size=size_words(disk)),
            ]
            lines.append(f"{kinds_words(lesson.kinds)}: " + "  ·  ".join(parts))
        if lines:
            lines.append(
                self.tr("It takes about {time}, going by the last time.").format(time=seconds_words(found.seconds))
                if found.seconds
                else self.tr("How long it takes is known after the first steps.")
            )
        return "\n".join(lines)

    def _show_warnings(self, found: Prospect) -> None:
        while (old := self._warning_lines.takeAt(0)) is not None:
            if (widget := old.widget()) is not None:
                widget.deleteLater()
        if found.too_little and found.lessons:
            words = self.tr("There is too little to learn from and to measure by: decide about more items first.")
            self._warn("error", "danger", words)
        for check in found.checks:
            for text in check.get("fatal", []):
                self._warn("error", "danger", str(text))
            for text in check.get("warnings", []):
                self._warn("warning", "warning", str(text))
        skipped = [str(note["what"]) for check in found.checks for note in check.get("skipped", [])]
        for text in dict.fromkeys(skipped):
            self._warn("info", "text_muted", self.tr("Left out: {what}").format(what=text))
        for what, count in found.material.unused:
            text = self.tr("Left out, {n} times: {what}").format(n=f"{count:,}", what=what)
            self._warn("info", "text_muted", text)

    def _warn(self, glyph: str, role: str, text: str) -> None:
        line = QWidget(self._warnings)
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACING.s)
        sign = QLabel(line)
        sign.setPixmap(icons.icon(glyph, role=role).pixmap(16, 16))
        words = QLabel(breakable(text), line)
        words.setWordWrap(True)
        row.addWidget(sign, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(words, 1)
        self._warning_lines.addWidget(line)

    def _on_start(self) -> None:
        self._start.setEnabled(False)
        self._session.start(self._options.wishes, self._options.bases)

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
        self._progress.setText(progress_words(run))
        self._trouble.setText(breakable(run.problem))
        self._trouble.setVisible(bool(run.problem))
        if before is None or before.losses != run.losses:
            self._curve.show_lines(([step for step, _ in run.losses], [loss for _, loss in run.losses]))

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
            view = OutcomeView(lesson, result, in_use=self._is_used(lesson), parent=holder)
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

    def _is_used(self, lesson: Lesson) -> bool:
        return model_words(self._models.model_for(lesson.kinds[0])) == model_words(lesson.out)

    def _show_use(self) -> None:
        for lesson, view in self._outcomes:
            view.show_use(in_use=self._is_used(lesson))

    def _show_buttons(self) -> None:
        run, found = self._session.run, self._session.prospect
        state = run.state if run is not None else ""
        self._start.setVisible(run is None)
        ready = (
            found is not None and found.is_checked and bool(found.lessons) and not found.fatal and not found.too_little
        )
        self._start.setEnabled(ready and self._writable)
        self._stop.setVisible(state == "running")
        self._resume.setVisible(state in ("paused", "failed"))
        self._resume.setEnabled(self._writable)
        self._discard.setVisible(state in ("paused", "failed"))
        self._again.setVisible(state == "done")


_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
