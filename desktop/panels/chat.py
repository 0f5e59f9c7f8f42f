"""The chat about the current item: what was said, a field for the next question. Knows no model and no project."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from desktop import icons, theme
from desktop.session.chat_entries import Entry
from desktop.tokens import SPACING
from desktop.views.chat_entry import ChatEntry
from desktop.views.growing_edit import GrowingEdit
from desktop.wrapping import breakable

MOST_SHOWN = 200  # a longer conversation shows its end
_EMPTY_ICON_PX = 32


class ChatPanel(QWidget):
    """Entries one below the other, newest last, and what a person types."""

    asked = Signal(str)
    again = Signal()
    cancelled = Signal()
    cleared = Signal()
    typing = Signal()
    mark_chosen = Signal(str)
    accept_wanted = Signal(tuple)
    rated = Signal(str, str)
    about_frame = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("chat_panel")
        self.setMinimumWidth(240)
        self._rows: list[ChatEntry] = []
        self._is_running = False
        self._selected: frozenset[str] = frozenset()
        self._obstacle = ""
        self._follows = True  # whether the end stays in sight while it grows
        self._rating_obstacle = ""
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        self._stack = QStackedWidget(self)
        self._stack.addWidget(self._build_empty())
        self._stack.addWidget(self._build_list())
        outer.addWidget(self._stack, 1)
        outer.addWidget(self._build_foot())
        self._show_state()

    # --- building ----------------------------------------------------------------------------

    def _build_empty(self) -> QWidget:
        page = QWidget(self)
        column = QVBoxLayout(page)
        column.setContentsMargins(SPACING.l, SPACING.l, SPACING.l, SPACING.l)
        column.setSpacing(SPACING.s)
        self._empty_icon = QLabel(page)
        self._empty_icon.setAlignment(Qt.AlignmentFlag.AlignCenter)
        title = QLabel(self.tr("Ask about this item"), page)
        title.setFont(theme.font("body", bold=True))
        self._empty_text = QLabel(page)
        self._empty_text.setObjectName("chat_empty")
        self._empty_text.setProperty("muted", True)
        for label in (title, self._empty_text):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            label.setWordWrap(True)
        column.addStretch(1)
        for label in (self._empty_icon, title, self._empty_text):
            column.addWidget(label)
        column.addStretch(1)
        room = QScrollArea(self)  # for a low window: the words are not squeezed into each other
        room.setAccessibleName(self.tr("What can be asked"))
        room.setFrameShape(QFrame.Shape.NoFrame)
        room.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        room.setWidgetResizable(True)
        room.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        room.setWidget(page)
        return room

    def _build_list(self) -> QScrollArea:
        self._scroll = QScrollArea(self)
        self._scroll.setObjectName("chat_list")
        self._scroll.setAccessibleName(self.tr("Questions and answers"))
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        page = QWidget(self._scroll)
        self._column = QVBoxLayout(page)
        self._column.setContentsMargins(SPACING.m, SPACING.m, SPACING.m, SPACING.m)
        self._column.setSpacing(SPACING.l)
        self._column.addStretch(1)
        self._scroll.setWidget(page)
        bar = self._scroll.verticalScrollBar()
        bar.rangeChanged.connect(lambda _, end: bar.setValue(end) if self._follows else None)
        bar.valueChanged.connect(self._on_scrolled)
        return self._scroll

    def _build_foot(self) -> QWidget:
        foot = QWidget(self)
        column = QVBoxLayout(foot)
        column.setContentsMargins(SPACING.m, SPACING.s, SPACING.m, SPACING.m)
        column.setSpacing(SPACING.s)
        self._reason = QLabel(foot)
        self._reason.setObjectName("chat_obstacle")
        self._reason.setWordWrap(True)
        theme.set_text_role(self._reason, "small", muted=True)
        self.edit = GrowingEdit(foot)
        self.edit.setObjectName("chat_edit")
        self.edit.setAccessibleName(self.tr("Question"))
        self.setFocusProxy(self.edit)
        self.edit.setPlaceholderText(self.tr("Ask about this item"))
        self.edit.sent.connect(self._send)
        self.edit.textChanged.connect(self._on_typed)
        self._clear = QToolButton(foot)
        self._clear.setObjectName("chat_clear")
        self._clear.setIcon(icons.icon("clear"))
        self._clear.setIconSize(icons.BESIDE_TEXT)
        self._clear.setText(self.tr("Clear"))
        self._clear.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._clear.setToolTip(self.tr("Forget what was said about this item. Boxes and rated answers stay."))
        self._clear.clicked.connect(self.cleared)
        self._go = QPushButton(foot)
        self._go.setObjectName("chat_send")
        self._go.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._go.clicked.connect(self._on_go)
        line = QHBoxLayout()
        line.setSpacing(SPACING.s)
        line.addWidget(self._clear)
        line.addStretch(1)
        line.addWidget(self._go)
        for part in (self._reason, self._build_about(foot), self.edit):
            column.addWidget(part)
        column.addLayout(line)
        return foot

    def _build_about(self, foot: QWidget) -> QWidget:
        """What of a video is talked about; there for videos only."""
        self._about = QWidget(foot)
        row = QHBoxLayout(self._about)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACING.xs)
        title = QLabel(self.tr("About"), self._about)
        theme.set_text_role(title, "small", muted=True)
        row.addWidget(title)
        self._about_whole = QToolButton(self._about)
        self._about_whole.setObjectName("chat_about_whole")
        self._about_whole.setText(self.tr("Whole video"))
        self._about_frame = QToolButton(self._about)
        self._about_frame.setObjectName("chat_about_frame")
        self._about_frame.setText(self.tr("This frame"))
        self._about_frame.setToolTip(self.tr("The next question is about the frame that is shown; playing stops there"))
        choice = QButtonGroup(self._about)
        for button in (self._about_whole, self._about_frame):
            button.setCheckable(True)
            button.setFont(theme.font("small"))
            choice.addButton(button)
            row.addWidget(button)
        self._about_whole.setChecked(True)
        row.addStretch(1)
        self._about_frame.toggled.connect(self.about_frame)
        self._about.hide()
        return self._about

    def set_video(self, is_video: bool, *, about_frame: bool) -> None:
        """Whether the item is a video, and whether one frame of it is talked about."""
        self._about.setVisible(is_video)
        if is_video and about_frame != self._about_frame.isChecked():
            blocked = self._about_frame.blockSignals(True)
            (self._about_frame if about_frame else self._about_whole).setChecked(True)
            self._about_frame.blockSignals(blocked)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._paint_icon()

    def changeEvent(self, event: QEvent) -> None:
        """The icon of the empty page has the colours of the theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "_empty_icon"):
            self._paint_icon()

    def _paint_icon(self) -> None:
        drawn = icons.icon("chat", role="text_muted").pixmap(_EMPTY_ICON_PX, _EMPTY_ICON_PX)
        self._empty_icon.setPixmap(drawn)

    def sizeHint(self) -> QSize:
        """Room for a few sentences."""
        return QSize(320, 420)

    # --- showing -----------------------------------------------------------------------------

    def show_entries(self, entries: Sequence[Entry], *, running: bool) -> None:
        """The conversation; rows that say the same as before stay as they are."""
        wanted = list(entries)[-MOST_SHOWN:]
        focused = self._focused()
        kept = 0
        while kept < min(len(wanted), len(self._rows)) and self._rows[kept].entry == wanted[kept]:
            kept += 1
        for row in self._rows[kept:]:
            self._column.removeWidget(row)
            row.hide()
            row.deleteLater()
        del self._rows[kept:]
        for entry in wanted[kept:]:
            row = ChatEntry(entry, self._rating_obstacle, self)
            row.mark_chosen.connect(self.mark_chosen)
            row.accept_wanted.connect(self.accept_wanted)
            row.again_wanted.connect(self.again)
            row.rated.connect(self.rated)
            row.set_selection(self._selected)
            self._column.insertWidget(len(self._rows), row)
            self._rows.append(row)
        self._focus_again(*focused)
        self._is_running = running
        self._stack.setCurrentIndex(1 if wanted else 0)
        self._show_state()

    def _focused(self) -> tuple[str, str]:
        """The entry and the button in it that have the keyboard; a row that is made anew gives it to its own."""
        widget = self.focusWidget()
        row = next(
            (row for row in self._rows if widget is not None and widget.hasFocus() and row.isAncestorOf(widget)), None
        )
        return ("", "") if row is None or widget is None else (row.entry.id, widget.objectName())

    def _focus_again(self, entry_id: str, name: str) -> None:
        row = next((row for row in self._rows if row.entry.id == entry_id), None)
        button = row.findChild(QToolButton, name) if row is not None else None
        if button is not None and button is not self.focusWidget():
            button.setFocus(Qt.FocusReason.OtherFocusReason)

    def grow(self, text: str) -> None:
        """The answer that is being written, so far."""
        if self._rows:
            self._rows[-1].grow(text)

    def show_progress(self, note: str) -> None:
        """What the model does before it answers, such as being loaded."""
        if self._rows and self._is_running:
            self._rows[-1].show_progress(note)

    def set_selection(self, ids: Collection[str]) -> None:
        """Mark what is selected on the item."""
        self._selected = frozenset(ids)
        for row in self._rows:
            row.set_selection(self._selected)

    def set_obstacles(self, asking: str, rating: str) -> None:
        """Why no question can be put, and why nothing can be rated; "" where it can."""
        if rating != self._rating_obstacle:
            self._rating_obstacle = rating
            entries = [row.entry for row in self._rows]
            self.show_entries((), running=self._is_running)
            self.show_entries(entries, running=self._is_running)
        self._obstacle = asking
        self._show_state()

    def set_empty_text(self, text: str) -> None:
        """What can be asked here."""
        self._empty_text.setText(text)

    def follow(self) -> None:
        """Go to the end, and stay there while it grows."""
        self._follows = True
        bar = self._scroll.verticalScrollBar()
        bar.setValue(bar.maximum())

    def focus(self) -> None:
        """To where one types."""
        self.edit.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _show_state(self) -> None:
        self._reason.setText(breakable(self._obstacle))
        self._reason.setVisible(bool(self._obstacle))
        self._empty_text.setVisible(not self._obstacle)
        self.edit.setEnabled(not self._obstacle)
        self._clear.setEnabled(not self._is_running and any(not row.entry.earlier for row in self._rows))
        if self._is_running:
            self._go.setText(" " + self.tr("Stop"))
            self._go.setIcon(icons.icon("stop"))
            self._go.setToolTip(self.tr("Stop the answer"))
        else:
            self._go.setText(" " + self.tr("Send"))
            self._go.setIcon(icons.icon("send", role="accent_text" if self._can_send else "text_disabled"))
            self._go.setToolTip(self.tr("Ask the model (Enter); Shift+Enter begins a new line"))
        if self._go.property("primary") is not (not self._is_running):
            self._go.setProperty("primary", not self._is_running)
            self._go.style().polish(self._go)
        self._go.setEnabled(self._is_running or self._can_send)

    @property
    def _can_send(self) -> bool:
        return not self._obstacle and not self._is_running and bool(self.edit.toPlainText().strip())

    # --- what a person does ------------------------------------------------------------------

    def _on_typed(self) -> None:
        self._show_state()
        if self.edit.toPlainText():
            self.typing.emit()

    def _on_go(self) -> None:
        if self._is_running:
            self.cancelled.emit()
        else:
            self._send()

    def _send(self) -> None:
        if self._can_send:
            self.follow()
            self.asked.emit(self.edit.toPlainText().strip())

    def take_question(self) -> None:
        """The question was put: the field is free for the next one."""
        self.edit.setPlainText("")

    def _on_scrolled(self, value: int) -> None:
        bar = self._scroll.verticalScrollBar()
        self._follows = value >= bar.maximum() - SPACING.xl
