"""Before and after: what was measured of the old and the new model, the decision in words, and the choice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QScrollArea,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from core.evaluation.adoption import LARGEST_DROP
from core.workflows.improving import Lesson
from desktop import core_words, icons, theme
from desktop.teaching_words import kinds_words, model_words, points_words, share_words
from desktop.tokens import SPACING
from desktop.views.case_view import SAID_COLOUR, TRUE_COLOUR, CasePair
from desktop.wrapping import sentence

_ROWS_AT_ONCE = 14


class OutcomeView(QWidget):
    """One run: `result` is what `evaluate --json` said of it."""

    use_wanted = Signal(str)  # the new model, or the old one
    report_wanted = Signal()

    def __init__(self, lesson: Lesson, result: Mapping[str, Any], *, asked: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("outcome")
        self._lesson = lesson
        self._comparison = result["comparison"]
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACING.m)
        column.addLayout(self._build_decision())
        column.addLayout(self._build_buttons())
        column.addWidget(self._build_figures())
        column.addWidget(self._build_legend())
        moved = result.get("moved") or {}
        for title, cases in (
            (self.tr("What got better"), moved.get("better") or []),
            (self.tr("What got worse"), moved.get("worse") or []),
        ):
            column.addWidget(self._build_cases(title, cases))
        self.show_asked(asked)

    def _build_decision(self) -> QHBoxLayout:
        adoption = self._comparison.get("adoption") or {}
        is_adopted = bool(adoption.get("adopt"))
        sign = QLabel(self)
        glyph, role = ("done", "success") if is_adopted else ("info", "warning")
        sign.setPixmap(icons.icon(glyph, role=role).pixmap(24, 24))
        head = QLabel(self._decision(adoption, is_adopted=is_adopted), self)
        head.setObjectName("outcome_decision")
        head.setFont(theme.font("heading", bold=True))
        head.setWordWrap(True)
        why = QLabel("\n".join(sentence(core_words.said(reason)) for reason in adoption.get("reasons", [])), self)
        why.setObjectName("outcome_why")
        why.setWordWrap(True)
        theme.set_text_role(why, "body", muted=True)
        words = QVBoxLayout()
        words.setSpacing(SPACING.xs)
        words.addWidget(head)
        words.addWidget(why)
        line = QHBoxLayout()
        line.setSpacing(SPACING.m)
        line.addWidget(sign, 0, Qt.AlignmentFlag.AlignTop)
        line.addLayout(words, 1)
        return line

    def _decision(self, adoption: Mapping[str, Any], *, is_adopted: bool) -> str:
        new, old = model_words(self._lesson.out), model_words(self._lesson.against)
        if is_adopted:
            text = self.tr("Adopted: {kinds} are asked of {new} from now on")
            return text.format(kinds=kinds_words(self._lesson.kinds), new=new)
        overall, drop = self._comparison["overall"], adoption.get("rendered_drop")
        low, high = overall.get("low"), overall.get("high")
        if high is not None and high < 0:
            return self.tr("Kept {old}, because {new} is worse").format(old=old, new=new)
        if low is not None and low >= 0 and drop is not None and drop >= LARGEST_DROP:
            return self.tr("Kept {old}, because {new} has forgotten too much").format(old=old, new=new)
        return self.tr("Kept {old}, because {new} is not surely better").format(old=old, new=new)

    def _build_figures(self) -> QTreeWidget:
        tree = QTreeWidget(self)
        tree.setObjectName("outcome_figures")
        tree.setAccessibleName(self.tr("Figures before and after"))
        tree.setHeaderLabels(
            [
                *(self.tr("On the hold-out"), self.tr("Questions"), self.tr("Before"), self.tr("After")),
                *(self.tr("Points"), self.tr("80 % between")),
            ]
        )
        tree.headerItem().setToolTip(
            5, self.tr("Drawn anew from the held-out media, four of five times the difference lies between these")
        )
        tree.setUniformRowHeights(True)
        tree.setRootIsDecorated(True)
        overall = self._comparison["overall"]
        self._row(tree, self.tr("All"), overall, bold=True)
        names = {"image": self.tr("Pictures"), "video": self.tr("Videos"), "audio": self.tr("Sounds")}
        by_medium = self._comparison["by_medium"]
        if len(by_medium) > 1:
            for kind, one in by_medium.items():
                self._row(tree, names.get(kind, kind), one)
        by_words = sorted(self._comparison["by_expression"].items(), key=lambda part: -int(part[1]["n"]))
        for expression, one in by_words:
            self._row(tree, expression, one)
        adoption = self._comparison.get("adoption") or {}
        if adoption.get("abilities"):
            head = QTreeWidgetItem(tree, [self.tr("What it could do before: rendered scenes")])
            head.setFont(0, theme.font("body", bold=True))
            for one in adoption["abilities"]:
                change = float(one["after"]) - float(one["before"])
                cells = [self._ability(str(one["name"])), "", share_words(one["before"]), share_words(one["after"])]
                self._align(QTreeWidgetItem(head, [*cells, points_words(change), ""]))
            head.setExpanded(True)
            head.setFirstColumnSpanned(True)
        header = tree.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        for section in range(1, 6):
            header.setSectionResizeMode(section, QHeaderView.ResizeMode.ResizeToContents)
            tree.headerItem().setTextAlignment(section, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        count = tree.topLevelItemCount() + len(adoption.get("abilities", ()))
        row_px = tree.sizeHintForIndex(tree.model().index(0, 0)).height()
        tree.setFixedHeight(min(count, _ROWS_AT_ONCE) * row_px + header.sizeHint().height() + 2 * SPACING.xs)
        return tree

    def _row(self, tree: QTreeWidget, name: str, one: Mapping[str, Any], *, bold: bool = False) -> None:
        between = "" if one.get("low") is None else f"{points_words(one['low'])} … {points_words(one['high'])}"
        cells = [name, str(one["n"]), share_words(one["old"]), share_words(one["new"])]
        row = QTreeWidgetItem(tree, [*cells, points_words(one["difference"]), between])
        row.setToolTip(0, name)
        self._align(row)
        if bold:
            for section in range(6):
                row.setFont(section, theme.font("body", bold=True))

    def _align(self, row: QTreeWidgetItem) -> None:
        for section in range(1, 6):
            row.setTextAlignment(section, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)

    def _build_legend(self) -> QLabel:
        legend = QLabel(
            f'<span style="color:{TRUE_COLOUR}">■</span> {self.tr("true")}&nbsp;&nbsp;&nbsp;'
            f'<span style="color:{SAID_COLOUR}">■</span> {self.tr("answered")}',
            self,
        )
        theme.set_text_role(legend, "caption", muted=True)
        return legend

    def _build_cases(self, title: str, cases: Sequence[Mapping[str, Any]]) -> QWidget:
        box = QWidget(self)
        column = QVBoxLayout(box)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACING.s)
        head = QLabel(title if cases else f"{title}: {self.tr('nothing')}", box)
        head.setFont(theme.font("body", bold=True))
        column.addWidget(head)
        if not cases:
            return box
        strip = QWidget(box)
        line = QHBoxLayout(strip)
        line.setContentsMargins(0, 0, 0, SPACING.s)
        line.setSpacing(SPACING.m)
        for case in cases:
            line.addWidget(CasePair(case, strip))
        line.addStretch(1)
        area = QScrollArea(box)
        area.setAccessibleName(title)
        area.setWidgetResizable(True)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(strip)
        area.setFixedHeight(strip.sizeHint().height() + SPACING.l)
        column.addWidget(area)
        return box

    def _build_buttons(self) -> QHBoxLayout:
        self.use_new = QPushButton(self.tr("&Use the new model"), self)
        self.use_new.setObjectName("outcome_use_new")
        self.use_new.clicked.connect(lambda: self.use_wanted.emit(self._lesson.out))
        self.keep_old = QPushButton(self.tr("&Keep the old one"), self)
        self.keep_old.setObjectName("outcome_keep_old")
        self.keep_old.clicked.connect(lambda: self.use_wanted.emit(self._lesson.against))
        report = QPushButton(icons.icon("file"), " " + self.tr("Open the &report"), self)
        report.setObjectName("outcome_report")
        report.clicked.connect(self.report_wanted)
        line = QHBoxLayout()
        line.setSpacing(SPACING.s)
        for button in (self.use_new, self.keep_old, report):
            button.setAutoDefault(False)
            line.addWidget(button)
        line.addStretch(1)
        return line

    def show_asked(self, model: str) -> None:
        """Which model is asked now, one of the two or a third: the others are offered."""
        for button, own in ((self.use_new, self._lesson.out), (self.keep_old, self._lesson.against)):
            is_asked = model_words(own) == model_words(model)
            button.setEnabled(not is_asked)
            button.setToolTip(self.tr("It is asked already") if is_asked else "")

    def _ability(self, name: str) -> str:
        """The name of a figure of an examination, in words."""
        words = {
            "single acc50": self.tr("One object, acc@0.5"),
            "plural_f1_50": self.tr("Several objects, F1@0.5"),
            "absent_accuracy": self.tr("Not there, and said so"),
            "present_accuracy": self.tr("There, and said so"),
            "video r1_50": self.tr("Videos, R@1 at 0.5"),
            "video absent_accuracy": self.tr("Videos: not there, and said so"),
            "video present_accuracy": self.tr("Videos: there, and said so"),
            "sound r1_50": self.tr("Sounds, R@1 at 0.5"),
            "sound absent_accuracy": self.tr("Sounds: not there, and said so"),
            "sound present_accuracy": self.tr("Sounds: there, and said so"),
        }
        return words.get(name, name.replace("_", " "))
