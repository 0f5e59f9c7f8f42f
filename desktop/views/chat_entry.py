"""A question and its answer as people read them: words, boxes and spans as chips, and what can be done with them."""

from __future__ import annotations

from collections.abc import Collection

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from desktop import icons, theme
from desktop.object_rows import trust_text
from desktop.session.chat_entries import Entry, Mark
from desktop.tokens import SPACING
from desktop.views.flow_layout import FlowLayout
from desktop.wrapping import breakable

_CHIP_ICON_PX = 14
_ICON_PX = 16


class ChatEntry(QWidget):
    """One entry. It knows what it shows, and tells what a person wants."""

    mark_chosen = Signal(str)  # what to select
    accept_wanted = Signal(tuple)  # ids of proposals
    again_wanted = Signal()
    rated = Signal(str, str)  # id of the entry, value

    def __init__(self, entry: Entry, rating_obstacle: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("chat_entry")
        self.entry = entry
        self._chips: dict[str, QToolButton] = {}
        self._ratings = {
            "up": (self.tr("A good answer"), "good-answer"),
            "down": (self.tr("A bad answer"), "bad-answer"),
            "flag": (self.tr("To be looked at by somebody"), "flag-answer"),
        }
        self.setAccessibleName(entry.question)
        self.setAccessibleDescription(entry.text or entry.note)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACING.s)
        column.addLayout(self._question())
        self._head = QLabel(self._head_text(), self)
        self._head.setObjectName("chat_model")
        theme.set_text_role(self._head, "caption", muted=True)
        column.addWidget(self._head)
        self._text = self._words(entry.text, "chat_text")
        column.addWidget(self._text)
        column.addWidget(self._note())
        if entry.marks:
            column.addWidget(self._marks())
        column.addLayout(self._actions(rating_obstacle))
        self._show_parts()

    # --- building ----------------------------------------------------------------------------

    def _question(self) -> QHBoxLayout:
        bubble = QFrame(self)
        bubble.setProperty("bubble", True)
        inner = QVBoxLayout(bubble)
        inner.setContentsMargins(SPACING.m, SPACING.s, SPACING.m, SPACING.s)
        inner.addWidget(self._words(self.entry.question, "chat_question"))
        line = QHBoxLayout()
        line.setContentsMargins(SPACING.xl, 0, 0, 0)
        line.addWidget(bubble)
        return line

    def _words(self, text: str, name: str) -> QLabel:
        label = QLabel(breakable(text), self)
        label.setObjectName(name)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setWordWrap(True)
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        label.setSizePolicy(policy)
        return label

    def _note(self) -> QLabel:
        failed = self.entry.state == "failed"
        text = self.tr("Stopped.") if self.entry.state == "stopped" else self.entry.note
        self._remark = self._words(text, "chat_note")
        theme.set_text_role(self._remark, "small", muted=not failed)
        self._remark.setProperty("problem", failed)
        return self._remark

    def _head_text(self) -> str:
        if self.entry.state == "waiting":
            return self.tr("Answering…") if self.entry.text else self.tr("Thinking…")
        return self.tr("{model}  ·  rated earlier").format(model=self.entry.model) if self.entry.earlier else (
            self.entry.model
        )  # fmt: skip

    def _marks(self) -> QWidget:
        holder = QWidget(self)
        policy = holder.sizePolicy()
        policy.setHeightForWidth(True)
        holder.setSizePolicy(policy)
        flow = FlowLayout(holder)
        for mark in self.entry.marks:
            flow.addWidget(self._chip(mark, holder))
        opened = tuple(mark.id for mark in self.entry.marks if mark.state == "open")
        if opened:
            text = self.tr("Accept") if len(opened) == 1 else self.tr("Accept all {count}").format(count=len(opened))
            button = self._button("accept", "chat_accept", self.tr("Accept what this answer proposes"), text)
            button.setProperty("mark", "accepted")
            button.setFont(theme.font("small"))
            button.setIconSize(QSize(_CHIP_ICON_PX, _CHIP_ICON_PX))
            button.clicked.connect(lambda: self.accept_wanted.emit(opened))
            flow.addWidget(button)
        return holder

    def _chip(self, mark: Mark, parent: QWidget) -> QToolButton:
        says = {
            "open": self.tr("A proposal: click to see it"),
            "accepted": self.tr("Accepted: click to see it"),
            "closed": self.tr("Rejected, deleted, or replaced by a newer answer"),
            "not_kept": self.tr("The project is read-only: what the model proposes is not kept"),
        }
        chip = QToolButton(parent)
        chip.setObjectName("chat_mark")
        chip.setProperty("mark", mark.state)
        glyph = "segment" if mark.text.endswith(" s") and "–" in mark.text else "annotation"
        chip.setIcon(icons.icon("accept" if mark.state == "accepted" else glyph, role="text_muted"))
        chip.setIconSize(QSize(_CHIP_ICON_PX + 6, _CHIP_ICON_PX))
        chip.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        score = "" if mark.score is None else f"  {mark.score:.2f}"
        chip.setText(f"{mark.text}{score}")
        face = theme.font("small")
        face.setStrikeOut(mark.state == "closed")
        chip.setFont(face)
        chip.setToolTip("\n".join(filter(None, (says[mark.state], trust_text(mark.score, mark.measured)))))
        chip.setAccessibleName(f"{mark.text}{score}. {says[mark.state]}")
        chip.setEnabled(mark.state in ("open", "accepted"))
        chip.setCheckable(True)
        chip.clicked.connect(lambda: self._on_chip(mark, chip))
        self._chips[mark.shown_id] = chip
        return chip

    def _actions(self, rating_obstacle: str) -> QHBoxLayout:
        entry = self.entry
        line = QHBoxLayout()
        line.setSpacing(SPACING.xs)
        if entry.state == "waiting":
            return line
        line.addStretch(1)
        if entry.is_last:
            unanswered = entry.state == "stopped" or not entry.text
            tip = self.tr("Ask again") if unanswered else self.tr("Another answer, drawn by lot")
            again = self._button("regenerate", "chat_again", tip, tip if unanswered else "")
            again.clicked.connect(self.again_wanted)
            line.addWidget(again)
        if entry.text:
            copy = self._button("copy", "chat_copy", self.tr("Copy the answer"))
            copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(entry.text))
            line.addWidget(copy)
        if entry.text or entry.rating is not None:
            for value, (tip, glyph) in self._ratings.items():
                line.addWidget(self._rating(value, tip, glyph, rating_obstacle))
        return line

    def _rating(self, value: str, tip: str, glyph: str, obstacle: str) -> QToolButton:
        stands = self.entry.rating is not None and self.entry.rating.value == value
        says = self.tr("{rating}: click to take it back").format(rating=tip) if stands else tip
        button = self._button(glyph, f"chat_rate_{value}", obstacle or says)
        button.setCheckable(True)
        button.setChecked(stands)
        button.setEnabled(not obstacle)
        button.clicked.connect(lambda: self.rated.emit(self.entry.id, value))
        return button

    def _button(self, glyph: str, name: str, tip: str, text: str = "") -> QToolButton:
        button = QToolButton(self)
        button.setObjectName(name)
        button.setIcon(icons.icon(glyph))
        button.setIconSize(QSize(_ICON_PX, _ICON_PX))
        button.setToolTip(tip)
        button.setAccessibleName(tip)
        if text:
            button.setText(text)
            button.setIconSize(icons.BESIDE_TEXT)
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        return button

    # --- showing -----------------------------------------------------------------------------

    def set_selection(self, ids: Collection[str]) -> None:
        """Mark the chips of what is selected on the item."""
        for shown_id, chip in self._chips.items():
            chip.setChecked(shown_id in ids)

    def _on_chip(self, mark: Mark, chip: QToolButton) -> None:
        chip.setChecked(True)  # what is shown already stays shown
        self.mark_chosen.emit(mark.shown_id)

    def grow(self, text: str) -> None:
        """The answer as far as it is written."""
        self._text.setText(breakable(text))
        self._head.setText(self.tr("Answering…"))
        self._show_parts()

    def show_progress(self, note: str) -> None:
        """What the model does before it writes."""
        if not self._text.text() and note:
            self._head.setText(note + "…")

    def _show_parts(self) -> None:
        self._text.setVisible(bool(self._text.text()))
        self._head.setVisible(bool(self._head.text()))
        self._remark.setVisible(bool(self._remark.text()))
