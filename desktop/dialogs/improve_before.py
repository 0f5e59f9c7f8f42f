"""The first page of “Improve the model”: what is learnt from, what can be chosen, how long it takes, what is wrong."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QScrollArea,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from core.errors import UserError
from core.workflows.improving import MEASURES
from desktop import core_words, icons, theme
from desktop.dialogs.improve_options import ImproveOptions
from desktop.model_words import size_words
from desktop.session.looking_ahead import LookingAhead, Prospect
from desktop.teaching_words import kinds_words, seconds_words
from desktop.tokens import SPACING
from desktop.wrapping import breakable

_ROWS_SHOWN = 300
_ROWS_HIGH = (3, 8)  # the list is as high as what stands in it, within these
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class BeforePage(QWidget):
    """Shows what `LookingAhead` knows; `options` holds the choices."""

    def __init__(self, ahead: LookingAhead, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ahead = ahead
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACING.m)
        self._head = QLabel(self.tr("Counting what you decided…"), self)
        self._head.setObjectName("improve_head")
        self._head.setFont(theme.font("heading", bold=True))
        self._head.setWordWrap(True)
        self._rows = self._build_rows()
        self.options = ImproveOptions(self)
        self.options.hide()
        self._estimate = QLabel(self)
        self._estimate.setObjectName("improve_estimate")
        self._estimate.setWordWrap(True)
        self._warnings = QWidget(self)
        self._warnings.setObjectName("improve_warnings")
        self._warning_lines = QVBoxLayout(self._warnings)
        self._warning_lines.setContentsMargins(0, 0, 0, 0)
        self._warning_lines.setSpacing(SPACING.xs)
        self._inner = inner = QWidget(self)
        lines = QVBoxLayout(inner)
        lines.setContentsMargins(0, 0, SPACING.s, 0)
        lines.setSpacing(SPACING.m)
        for widget in (self._rows, self._estimate, self._warnings, self.options):
            lines.addWidget(widget)
        lines.addStretch(1)
        self._area = QScrollArea(self)
        self._area.setAccessibleName(self.tr("What will be used"))
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._area.setWidget(inner)
        column.addWidget(self._head)
        column.addWidget(self._area, 1)
        self.options.unfolded.connect(lambda: QTimer.singleShot(0, self._show_options))
        ahead.looked.connect(self._show)

    def _build_rows(self) -> QTreeWidget:
        rows = QTreeWidget(self)
        rows.setObjectName("improve_rows")
        rows.setAccessibleName(self.tr("What is learnt from"))
        names = {
            "accepted": self.tr("Accepted"),
            "edited": self.tr("Edited"),
            "drawn": self.tr("Drawn"),
            "imported": self.tr("Imported"),
            "not_present": self.tr("Not present"),
            "rejected": self.tr("Rejected"),
        }
        rows.setHeaderLabels([self.tr("Expression"), self.tr("Media"), *(names[name] for name in MEASURES)])
        rows.setUniformRowHeights(True)
        header = rows.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        for section in range(1, len(MEASURES) + 2):
            header.setSectionResizeMode(section, QHeaderView.ResizeMode.ResizeToContents)
            rows.headerItem().setTextAlignment(section, _RIGHT)
        return rows

    def _show_options(self) -> None:
        """What was unfolded at the end of the page is to be seen; once there is room for it."""
        self._inner.adjustSize()
        self._area.ensureWidgetVisible(self.options)
        bar = self._area.verticalScrollBar()
        bar.setValue(bar.maximum())

    # --- what is known -----------------------------------------------------------------------

    def _show(self) -> None:
        found, problem = self._ahead.prospect, self._ahead.problem
        if problem is not None:
            known = core_words.error_text(problem) if isinstance(problem, UserError) else self.tr("It failed")
            self._head.setText(breakable(known))
        if found is None:
            return
        media = found.material.media
        if not media:
            self._head.setText(self.tr("Nothing was decided yet: accept, correct or draw something first."))
        elif problem is None:
            parts = [f"{kinds_words((kind,)).lower()}: {count:,}" for kind, count in media.items()]
            self._head.setText(
                self.tr("What people decided teaches a new model ({media})").format(media=", ".join(parts))
            )
        self._show_rows(found)
        self._rows.setVisible(bool(found.material.rows))
        self.options.setVisible(bool(media))
        self.options.show_prospect(found)
        self._estimate.setText(self._estimated(found))
        self._estimate.setVisible(bool(self._estimate.text()))
        self._show_warnings(found)

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
        self._fit_rows(len(heads) + min(len(found.material.rows), _ROWS_SHOWN))

    def _fit_rows(self, count: int) -> None:
        """No empty room below few of them: the choices and the estimate are to be seen too."""
        least, most = _ROWS_HIGH
        row_px = max(self._rows.sizeHintForRow(0), self._rows.fontMetrics().height() + SPACING.s)
        high = row_px * min(max(count, least), most) + self._rows.header().sizeHint().height() + 2 * SPACING.xs
        self._rows.setFixedHeight(high)

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
        return "\n".join([*lines, self._time_words(found)] if lines else lines)

    def _time_words(self, found: Prospect) -> str:
        if found.timing == "trying":
            return self.tr("Trying a step, to see how long it takes…")
        if found.seconds is None:
            return self.tr("How long it takes is known after the first steps.")
        about = (
            self.tr("Learning takes about {time}, going by the last time. Before and after are measured then.")
            if found.timing == "known"
            else self.tr("Learning takes about {time}, going by one step. Before and after are measured then.")
        )
        return about.format(time=seconds_words(found.seconds))

    # --- what is wrong -----------------------------------------------------------------------

    def _show_warnings(self, found: Prospect) -> None:
        while (old := self._warning_lines.takeAt(0)) is not None:
            if (widget := old.widget()) is not None:
                widget.deleteLater()
        if found.too_little and found.material.media:
            words = self.tr("There is too little to learn from and to measure by: decide about more items first.")
            self._warn("error", "danger", words)
        else:
            self._warn_of_sides(found)
        for check in found.checks:
            for text in check.get("fatal", []):
                self._warn("error", "danger", core_words.said(str(text)))
            for text in check.get("warnings", []):
                self._warn("warning", "warning", core_words.said(str(text)))
        skipped = [str(note["what"]) for check in found.checks for note in check.get("skipped", [])]
        for text in dict.fromkeys(skipped):
            self._warn("info", "text_muted", self.tr("Left out: {what}").format(what=core_words.said(text)))
        for what, count in found.material.unused:
            text = self.tr("Left out, {n} times: {what}").format(n=f"{count:,}", what=core_words.said(what))
            self._warn("info", "text_muted", text)
        self._warnings.setVisible(self._warning_lines.count() > 0)

    def _warn_of_sides(self, found: Prospect) -> None:
        """Kinds of media of which all are on one side of the hold-out."""
        material = found.material
        for lesson in found.lessons:
            if not material.is_measured(lesson.kinds):
                text = self.tr("{kinds}: none are held out, so nobody will know whether the new model is better.")
                self._warn("warning", "warning", text.format(kinds=kinds_words(lesson.kinds)))
        for kind in material.media:
            if kind not in material.kinds:
                text = self.tr("{kinds}: all are held out, so nothing is learnt from them. Decide about more.")
                self._warn("info", "text_muted", text.format(kinds=kinds_words((kind,))))

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
