"""Where a person says what to look for, and sees what came of it. Knows no model and no project."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, QStringListModel, Qt, Signal
from PySide6.QtGui import QAction, QGuiApplication, QKeyEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import (
    QCompleter,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QSizePolicy,
    QSlider,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from core.jobs import Progress
from core.schema import MediaKind
from desktop import icons, theme
from desktop.elided_label import ElidedLabel
from desktop.session.pending import split_expressions
from desktop.tokens import SPACING

HISTORY_LIMIT = 200
HISTORY_KEPT = 50  # of them are there again after a restart
NARROW_PX = 540
TIGHT_PX = 680


class _PartCompleter(QCompleter):
    """Completes the last of several expressions separated by `;`."""

    def __init__(self, words: QStringListModel, edit: QLineEdit) -> None:
        super().__init__(words, edit)
        self._edit = edit
        self.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.setFilterMode(Qt.MatchFlag.MatchContains)

    def splitPath(self, path: str) -> list[str]:
        return [path.rpartition(";")[2].strip()]

    def pathFromIndex(self, index: QModelIndex | QPersistentModelIndex) -> str:
        before, mark, _ = self._edit.text().rpartition(";")
        return f"{before}{mark} {super().pathFromIndex(index)}" if mark else super().pathFromIndex(index)


class ExpressionBar(QFrame):
    """A line to type in, what is running, and the answer in a few words. Its height never changes."""

    asked = Signal(tuple)  # expressions
    absent = Signal(tuple)  # expressions that the person says are not there
    cancelled = Signal()
    typing = Signal()
    threshold_changed = Signal(float)  # 0 to 1
    history_changed = Signal(list)  # what was asked, the latest last

    def __init__(
        self,
        accept_all: QAction,
        reject_all: QAction,
        ask_more: Sequence[QAction] = (),
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("expression_bar")
        self._history: list[str] = []
        self._place = 0
        self._words = QStringListModel(self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACING.m, SPACING.s, SPACING.m, SPACING.s)
        layout.setSpacing(SPACING.s)
        layout.addLayout(self._build_line(ask_more))
        layout.addWidget(self._build_strip(accept_all, reject_all))
        self.show_hint("")

    # --- building ----------------------------------------------------------------------------

    def _build_line(self, ask_more: Sequence[QAction]) -> QHBoxLayout:
        self.edit = QLineEdit(self)
        self.edit.setObjectName("expression_edit")
        self.edit.setPlaceholderText(self.tr("What are you looking for?  e.g.  white blood cell; platelets"))
        self.edit.setAccessibleName(self.tr("Expression"))
        self.setFocusProxy(self.edit)
        self.edit.setClearButtonEnabled(True)
        self.edit.setMaxLength(2000)
        self.edit.addAction(icons.icon("search", role="text_muted"), QLineEdit.ActionPosition.LeadingPosition)
        self.edit.setCompleter(_PartCompleter(self._words, self.edit))
        self.edit.returnPressed.connect(self._ask)
        self.edit.textEdited.connect(self.typing)
        self.edit.textChanged.connect(self._update_buttons)
        self.edit.installEventFilter(self)
        self.ask_button = QPushButton(icons.icon("ask", role="accent_text"), " " + self.tr("Ask"), self)
        self.ask_button.setObjectName("ask_button")
        self.ask_button.setProperty("primary", True)
        self.ask_button.setToolTip(self.tr("Ask the model about this item (Enter)"))
        self.ask_button.clicked.connect(self._ask)
        self.absent_button = QPushButton(icons.icon("not-present"), " " + self.tr("Not present"), self)
        self.absent_button.setObjectName("not_present_button")
        self.absent_button.setAccessibleName(self.tr("Not present"))
        self.set_kind("image")
        self.absent_button.clicked.connect(self.mark_absent)
        self.more_button = QToolButton(self)
        self.more_button.setObjectName("ask_more_button")
        self.more_button.setIcon(icons.icon("propose-all"))
        self.more_button.setToolTip(self.tr("Ask about several items in the background"))
        self.more_button.setAccessibleName(self.tr("Ask about several items"))
        self.more_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.more_button.addActions(list(ask_more))
        self.more_button.setVisible(bool(ask_more))
        line = QHBoxLayout()
        line.setSpacing(SPACING.s)
        for widget in (self.edit, self.ask_button, self.more_button, self.absent_button):
            line.addWidget(widget)
        self._update_buttons()
        return line

    def _build_strip(self, accept_all: QAction, reject_all: QAction) -> QWidget:
        self._strip = QStackedWidget(self)
        self._strip.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._strip.setFixedHeight(30)
        self._summary = ElidedLabel(self)
        self._summary.setObjectName("answer_summary")
        self._decisions = [self._decision(accept_all), self._decision(reject_all)]
        said = QWidget(self)
        said_line = QHBoxLayout(said)
        said_line.setContentsMargins(SPACING.xs, 0, 0, 0)
        said_line.addWidget(self._summary, 1)
        said_line.addWidget(self._build_threshold())
        for button in self._decisions:
            said_line.addWidget(button)
        running = QWidget(self)
        running_line = QHBoxLayout(running)
        running_line.setContentsMargins(SPACING.xs, 0, 0, 0)
        running_line.setSpacing(SPACING.m)
        self._progress = QProgressBar(self)
        self._progress.setObjectName("ask_progress")
        self._progress.setTextVisible(False)
        self._progress.setFixedSize(140, 6)
        self._running = ElidedLabel(self)
        self._running.setObjectName("ask_running")
        self.cancel_button = QToolButton(self)
        self.cancel_button.setObjectName("cancel_button")
        self.cancel_button.setText(self.tr("Cancel"))
        self.cancel_button.setIcon(icons.icon("cancel"))
        self.cancel_button.setIconSize(icons.BESIDE_TEXT)
        self.cancel_button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.cancel_button.setToolTip(self.tr("Stop the running question (Esc)"))
        self.cancel_button.clicked.connect(self.cancelled)
        running_line.addWidget(self._progress)
        running_line.addWidget(self._running, 1)
        running_line.addWidget(self.cancel_button)
        self._strip.addWidget(said)
        self._strip.addWidget(running)
        return self._strip

    def _build_threshold(self) -> QWidget:
        """A slider for the least score that is shown, and how many proposals it hides."""
        self._threshold = QWidget(self)
        self._hides = QLabel(self._threshold)
        self._hides.setObjectName("threshold_text")
        theme.set_text_role(self._hides, "caption", muted=True)
        self._slider = QSlider(Qt.Orientation.Horizontal, self._threshold)
        self._slider.setObjectName("threshold")
        self._slider.setRange(0, 100)
        self._slider.setPageStep(10)
        self._slider.setFixedSize(72, 26)
        self._slider.setAccessibleName(self.tr("Least score that is shown"))
        self._slider.setToolTip(self.tr("Hide proposals with a lower score"))
        self._slider.valueChanged.connect(self._on_threshold)
        line = QHBoxLayout(self._threshold)
        line.setContentsMargins(0, 0, SPACING.s, 0)
        line.setSpacing(SPACING.s)
        line.addWidget(self._hides)
        line.addWidget(self._slider)
        self._suggestion = QToolButton(self._threshold)
        self._suggestion.setObjectName("threshold_suggestion")
        self._suggestion.setAutoRaise(True)
        self._suggestion.setFont(theme.font("caption"))
        self._suggestion.setToolTip(self.tr("Where proposals are right most often, going by what was accepted here"))
        self._suggestion.clicked.connect(self._on_suggestion)
        self._suggestion.hide()
        line.insertWidget(1, self._suggestion)
        self._suggested: float | None = None
        self._threshold.hide()
        return self._threshold

    def _decision(self, action: QAction) -> QToolButton:
        button = QToolButton(self)
        button.setDefaultAction(action)
        button.setObjectName(action.objectName().replace("action_", "") + "_button")
        button.setIconSize(icons.BESIDE_TEXT)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        return button

    # --- what it shows -----------------------------------------------------------------------

    def set_kind(self, kind: MediaKind) -> None:
        """Whether the item is a picture, a video or a sound."""
        tips = {
            "image": self.tr("Say that this is not in the picture (N)"),
            "video": self.tr("Say that this is not in the video (N)"),
            "audio": self.tr("Say that this is not to be heard (N)"),
        }
        self.absent_button.setToolTip(tips[kind])

    def show_hint(self, text: str) -> None:
        """Nothing is open: a quiet line."""
        self._show_summary(text, muted=True, decisions=False)

    def show_answer(self, text: str, *, open_proposals: int) -> None:
        """What the model said, with the buttons to decide about all of it."""
        self._show_summary(text, muted=False, decisions=open_proposals > 0)

    def show_threshold(self, threshold: float, *, hidden: int, shown: int, suggested: float | None = None) -> None:
        """The least score shown; the slider is there only where there are proposals to hide or to show.

        suggested: the threshold that decisions in this project speak for.
        """
        self._suggested = suggested
        is_other = suggested is not None and round(suggested * 100) != round(threshold * 100)
        self._suggestion.setVisible(is_other)
        self._suggestion.setText(self.tr("suggested {least}").format(least=f"{suggested or 0:.2f}"))
        blocked = self._slider.blockSignals(True)
        self._slider.setValue(round(threshold * 100))
        self._slider.blockSignals(blocked)
        least = self.tr("≥ {least}").format(least=f"{threshold:.2f}" if threshold else "0")
        hides = self.tr("{least} hides {n}").format(least=least, n=hidden)
        self._hides.setText(hides if hidden else least)
        self._threshold.setVisible(hidden + shown > 0)

    def set_history(self, asked: Sequence[str]) -> None:
        """What was asked in this project before, the latest last."""
        self._history = list(asked)[-HISTORY_LIMIT:]
        self._place = len(self._history)

    def _on_suggestion(self) -> None:
        if self._suggested is not None:
            self._slider.setValue(round(self._suggested * 100))

    def _on_threshold(self, value: int) -> None:
        self.threshold_changed.emit(value / 100)

    def show_running(self, text: str) -> None:
        """A question runs; progress is not known yet."""
        self._progress.setRange(0, 0)
        self._running.setText(text)
        self._strip.setCurrentIndex(1)

    def show_progress(self, progress: Progress, text: str) -> None:
        """How far the running question is."""
        self._progress.setRange(0, progress.total)
        self._progress.setValue(progress.done)
        self._running.setText(text)

    def set_known(self, expressions: Sequence[str]) -> None:
        """Expressions to complete from."""
        if list(expressions) != self._words.stringList():
            self._words.setStringList(list(expressions))

    @property
    def expressions(self) -> tuple[str, ...]:
        return split_expressions(self.edit.text())

    def focus(self) -> None:
        self.edit.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.edit.selectAll()

    def _show_summary(self, text: str, *, muted: bool, decisions: bool) -> None:
        self._summary.setText(text)
        if self._summary.property("muted") != muted:
            self._summary.setProperty("muted", muted)
            self._summary.style().polish(self._summary)
        for button in self._decisions:
            button.setVisible(decisions)
        self._strip.setCurrentIndex(0)

    # --- what a person does ------------------------------------------------------------------

    def _ask(self) -> None:
        expressions = self.expressions
        if expressions:
            self._remember(self.edit.text().strip())
            self.asked.emit(expressions)
            if not self.edit.hasFocus():
                self.edit.home(False)  # a long line is read from its beginning

    def mark_absent(self) -> None:
        """The person's own answer: none of these is here."""
        if self.expressions:
            self._remember(self.edit.text().strip())
        self.absent.emit(self.expressions)

    def _remember(self, text: str) -> None:
        if text in self._history:
            self._history.remove(text)
        self._history.append(text)
        del self._history[:-HISTORY_LIMIT]
        self._place = len(self._history)
        self.history_changed.emit(self._history[-HISTORY_KEPT:])

    def take_expressions(self) -> tuple[str, ...]:
        """What is to be asked now, kept in the history."""
        if self.expressions:
            self._remember(self.edit.text().strip())
        return self.expressions

    def _update_buttons(self) -> None:
        self.ask_button.setEnabled(bool(self.expressions))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """In a narrow window the buttons keep to their icons, and leave the room to the words."""
        super().resizeEvent(event)
        narrow = self.width() < NARROW_PX
        self.absent_button.setText("" if narrow else " " + self.tr("Not present"))
        tight = self.width() < TIGHT_PX
        style = Qt.ToolButtonStyle.ToolButtonIconOnly if tight else Qt.ToolButtonStyle.ToolButtonTextBesideIcon
        for button in self._decisions:
            button.setToolButtonStyle(style)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Up and Down walk through what was asked before."""
        if watched is self.edit and event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            popup = self.edit.completer().popup()
            is_choosing = popup is not None and popup.isVisible()
            if event.matches(QKeySequence.StandardKey.Paste) and self._paste_lines():
                return True
            if not is_choosing and event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
                self._walk(-1 if event.key() == Qt.Key.Key_Up else 1)
                return True
        return super().eventFilter(watched, event)

    def _paste_lines(self) -> bool:
        """A list, one expression a line, becomes one line of expressions."""
        lines = [line.strip() for line in QGuiApplication.clipboard().text().splitlines() if line.strip()]
        if len(lines) < 2:
            return False
        self.edit.insert("; ".join(lines))
        return True

    def _walk(self, by: int) -> None:
        place = min(max(self._place + by, 0), len(self._history))
        self._place = place
        self.edit.setText(self._history[place] if place < len(self._history) else "")
