"""The filter over the item list: a line for words, three conditions behind a funnel, and how many are left."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QObject, QSignalBlocker, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import (
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from core.project import Filter
from core.project.queue import STATES, UNREVIEWED
from core.schema import Label
from desktop import icons, theme
from desktop.elided_combo import ElidedComboBox
from desktop.tokens import SPACING
from desktop.views.thumbnails import state_text

TYPING_PAUSE_MS = 180


class FilterRow(QWidget):
    """Says what is wanted with `changed`; shows what it is told with `show_filter` and `show_count`."""

    changed = Signal(object)  # Filter
    left = Signal()  # Esc where there was nothing to clear
    opened = Signal()  # the conditions are looked at: the words to choose from are wanted now

    def __init__(self, parent: QWidget | None = None, order: QAction | None = None) -> None:
        """`order` switches the order of the list; its button stands beside the funnel."""
        super().__init__(parent)
        self.setObjectName("filter_row")
        self._order = QToolButton(self)
        self._order.setObjectName("order_button")
        self._order.setVisible(order is not None)
        if order is not None:
            self._order.setDefaultAction(order)
        self._typing = QTimer(self, singleShot=True, interval=TYPING_PAUSE_MS)
        self._typing.timeout.connect(self._tell)
        self._text = QLineEdit(self)
        self._text.setObjectName("filter_text")
        self._text.setPlaceholderText(self.tr("Find by name"))
        self._text.setAccessibleName(self.tr("Find items by name"))
        self._text.addAction(icons.icon("search", role="text_muted"), QLineEdit.ActionPosition.LeadingPosition)
        self._text.setMaxLength(200)
        self._text.textEdited.connect(lambda _: self._typing.start())
        self._text.returnPressed.connect(self._tell)
        self._funnel = QToolButton(self)
        self._funnel.setObjectName("filter_more")
        self._funnel.setIcon(icons.icon("filter"))
        self._funnel.setCheckable(True)
        self._funnel.setToolTip(self.tr("Filter by state, medium and words"))
        self._funnel.setAccessibleName(self.tr("More filters"))
        self._funnel.toggled.connect(self._unfold)
        self._states = self._choice("filter_state", self.tr("State"))
        self._kinds = self._choice("filter_medium", self.tr("Medium"))
        self._words = self._choice("filter_words", self.tr("Label or expression"))
        self._fill_fixed()
        self._count = QLabel(self)
        self._count.setObjectName("filter_count")
        theme.set_text_role(self._count, "caption", muted=True)
        self._clear = QToolButton(self)
        self._clear.setObjectName("filter_clear")
        self._clear.setText(self.tr("Show all"))
        self._clear.setIcon(icons.icon("clear", role="text_muted"))
        self._clear.setIconSize(icons.BESIDE_TEXT)
        self._clear.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._clear.setAutoRaise(True)
        self._clear.setToolTip(self.tr("Clear the filter (Esc)"))
        self._clear.clicked.connect(self.clear)
        self._lay_out()
        for widget in (self._text, self._funnel, self._states, self._kinds, self._words, self._clear):
            widget.installEventFilter(self)
        self._unfold(False)
        self.show_count(0, 0)

    def _choice(self, name: str, said: str) -> QComboBox:
        box = ElidedComboBox(self)
        box.setObjectName(name)
        box.setAccessibleName(said)
        box.setToolTip(said)
        box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        box.setMinimumContentsLength(6)
        box.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        box.setMaxVisibleItems(16)
        box.currentIndexChanged.connect(lambda _: self._tell())
        return box

    def _fill_fixed(self) -> None:
        with QSignalBlocker(self._states):
            self._states.addItem(self.tr("Any state"), ())
            for state in STATES:
                self._states.addItem(state_text(state).capitalize(), (state,))
            self._states.addItem(self.tr("Not done"), tuple(sorted(UNREVIEWED)))
        with QSignalBlocker(self._kinds):
            self._kinds.addItem(self.tr("All media"), ())
            for kind, text in (
                ("image", self.tr("Pictures")),
                ("video", self.tr("Videos")),
                ("audio", self.tr("Sounds")),
            ):
                self._kinds.addItem(text, (kind,))
        with QSignalBlocker(self._words):
            self._words.addItem(self.tr("Any label or expression"), ("", ""))

    def _lay_out(self) -> None:
        line = QHBoxLayout()
        line.setSpacing(SPACING.s)
        line.addWidget(self._text, 1)
        line.addWidget(self._order)
        line.addWidget(self._funnel)
        self._more = QWidget(self)
        grid = QGridLayout(self._more)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(SPACING.xs)
        grid.setVerticalSpacing(SPACING.s)
        grid.addWidget(self._states, 0, 0)
        grid.addWidget(self._kinds, 0, 1)
        grid.addWidget(self._words, 1, 0, 1, 2)
        grid.setColumnStretch(0, 11)
        grid.setColumnStretch(1, 9)
        self._result = QWidget(self)
        foot = QHBoxLayout(self._result)
        foot.setContentsMargins(SPACING.xs, 0, 0, 0)
        foot.addWidget(self._count, 1)
        foot.addWidget(self._clear)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACING.s, SPACING.xs, SPACING.s, SPACING.s)
        column.setSpacing(SPACING.s)
        column.addLayout(line)
        column.addWidget(self._more)
        column.addWidget(self._result)

    # --- what it shows -----------------------------------------------------------------------

    @property
    def wanted(self) -> Filter:
        """What is asked for now."""
        label_id, expression = self._words.currentData() or ("", "")
        states, kinds = self._states.currentData() or (), self._kinds.currentData() or ()
        return Filter(frozenset(states), frozenset(kinds), expression, label_id, self._text.text().strip())

    def show_filter(self, wanted: Filter) -> None:
        """Take up a filter that was set elsewhere, or kept."""
        if wanted == self.wanted:
            self._mark(wanted)
            return
        if wanted.text != self._text.text().strip():
            self._typing.stop()
            self._text.setText(wanted.text)
        self._choose(self._states, lambda data: frozenset(data) == wanted.states)
        self._choose(self._kinds, lambda data: frozenset(data) == wanted.kinds)
        words = (wanted.label_id, wanted.expression)
        if self._words.findData(words) < 0:
            self._add_words(wanted.expression or self.tr("A label"), words)
        self._choose(self._words, lambda data: tuple(data) == words)
        self._mark(wanted)

    def show_count(self, shown: int, total: int) -> None:
        """How many of how many are listed."""
        self._count.setText(self.tr("{shown} of {total}").format(shown=f"{shown:,}", total=f"{total:,}"))
        self._mark(self.wanted)

    def set_words(self, labels: Sequence[Label], expressions: Sequence[str]) -> None:
        """What can be chosen: classes first, then expressions that are no class by name."""
        chosen = tuple(self._words.currentData() or ("", ""))
        named = {label.name.casefold() for label in labels}
        with QSignalBlocker(self._words):
            while self._words.count() > 1:
                self._words.removeItem(1)
            for label in labels:
                self._words.addItem(icons.icon("label"), label.name, (label.id, ""))
            for expression in expressions:
                if expression.casefold() not in named:
                    self._words.addItem(icons.icon("chat"), expression, ("", expression))
            if chosen != ("", "") and self._words.findData(chosen) < 0:
                self._words.addItem(chosen[1] or self.tr("A label"), chosen)
            self._words.setCurrentIndex(max(0, self._words.findData(chosen)))

    def focus(self) -> None:
        """Go to the line."""
        self._text.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._text.selectAll()

    def clear(self) -> bool:
        """Ask for everything. False when everything was asked for already."""
        had = not self.wanted.is_empty
        self._typing.stop()
        self._text.clear()
        for box in (self._states, self._kinds, self._words):
            with QSignalBlocker(box):
                box.setCurrentIndex(0)
        if had:
            self._tell()
        return had

    def _add_words(self, text: str, data: tuple[str, str]) -> None:
        with QSignalBlocker(self._words):
            self._words.addItem(text, data)

    def _choose(self, box: QComboBox, fits: Callable[[tuple[str, ...]], bool]) -> None:
        with QSignalBlocker(box):
            found = [row for row in range(box.count()) if fits(box.itemData(row) or ())]
            box.setCurrentIndex(found[0] if found else 0)

    def _mark(self, wanted: Filter) -> None:
        self._result.setVisible(not wanted.is_empty)
        hidden = bool(wanted.states or wanted.kinds or wanted.expression or wanted.label_id)
        self._funnel.setIcon(icons.icon("filter", role="accent" if hidden else "text"))
        if hidden and not self._funnel.isChecked():
            self._funnel.setChecked(True)

    def _unfold(self, shown: bool) -> None:
        if shown:
            self.opened.emit()
        self._more.setVisible(shown)

    def _tell(self) -> None:
        self._typing.stop()
        self._mark(self.wanted)
        self.changed.emit(self.wanted)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Esc clears the filter, and letters typed here are no commands of the window."""
        if isinstance(event, QKeyEvent):
            is_escape = event.key() == Qt.Key.Key_Escape
            plain = not event.modifiers() & ~Qt.KeyboardModifier.ShiftModifier
            if event.type() == QEvent.Type.ShortcutOverride and (is_escape or (plain and bool(event.text()))):
                event.accept()
                return True
            if event.type() == QEvent.Type.KeyPress and is_escape:
                if not self.clear():
                    self.left.emit()
                return True
        return super().eventFilter(watched, event)
