"""Messages that lie over a corner of the window and stop nobody: what, why, what next, details to copy."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPlainTextEdit, QToolButton, QVBoxLayout, QWidget

from desktop import icons, theme
from desktop.session.notices import Notice, NoticeKind
from desktop.tokens import RADIUS_PX, SPACING
from desktop.wrapping import breakable, sentence

WIDTH_PX = 420
LIMIT = 3
FADE_MS = 9000
_LOOK: dict[NoticeKind, tuple[str, str]] = {
    "info": ("info", "accent"),
    "success": ("done", "success"),
    "warning": ("warning", "warning"),
    "error": ("error", "danger"),
}


class MessageCard(QFrame):
    """One message. It stays until it is closed, unless it only informs."""

    report_wanted = Signal()

    def __init__(self, notice: Notice, parent: QWidget) -> None:
        super().__init__(parent)
        self.notice = notice
        self.setObjectName("message_card")
        self.setAccessibleName(notice.what)
        self.setAccessibleDescription(notice.text)
        self.setFrameShape(QFrame.Shape.NoFrame)
        outer = QHBoxLayout(self)
        outer.setContentsMargins(SPACING.m, SPACING.m, SPACING.s, SPACING.m)
        outer.setSpacing(SPACING.m)
        glyph, role = _LOOK[notice.kind]
        picture = QLabel(self)
        picture.setPixmap(icons.icon(glyph, role=role).pixmap(20, 20))
        outer.addWidget(picture, 0, Qt.AlignmentFlag.AlignTop)
        outer.addLayout(self._build_text(), 1)
        close = QToolButton(self)
        close.setObjectName("message_close")
        close.setAccessibleName(self.tr("Close this message"))
        close.setIcon(icons.icon("dismiss", role="text_muted"))
        close.clicked.connect(self.deleteLater)
        outer.addWidget(close, 0, Qt.AlignmentFlag.AlignTop)
        self._paint()

    def _build_text(self) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(SPACING.xs)
        what = self._line(self.notice.what, "message_what")
        what.setFont(theme.font("body", bold=True))
        column.addWidget(what)
        for text, name in ((self.notice.why, "message_why"), (self.notice.next_step, "message_next")):
            if text:
                column.addWidget(self._line(sentence(text), name))
        if self.notice.details:
            column.addLayout(self._build_details())
        return column

    def _line(self, text: str, name: str) -> QLabel:
        line = QLabel(breakable(text), self)
        line.setObjectName(name)
        line.setTextFormat(Qt.TextFormat.PlainText)
        line.setWordWrap(True)
        line.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        return line

    def _build_details(self) -> QVBoxLayout:
        self._details = QPlainTextEdit(self.notice.details, self)
        self._details.setObjectName("message_details")
        self._details.setReadOnly(True)
        self._details.setAccessibleName(self.tr("Details"))
        self._details.setFixedHeight(120)
        self._details.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self._details.hide()
        show = self._button(self.tr("Details"), "message_show_details")
        show.setCheckable(True)
        show.toggled.connect(self._show_details)
        copy = self._button(self.tr("Copy"), "message_copy")
        copy.setIcon(icons.icon("copy"))
        copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(self.notice.text))
        buttons = QHBoxLayout()
        buttons.addWidget(show)
        buttons.addWidget(copy)
        if self.notice.is_fault:
            report = self._button(self.tr("Report…"), "message_report")
            report.setIcon(icons.icon("details"))
            report.setToolTip(self.tr("See and save a diagnostic report"))
            report.clicked.connect(self.report_wanted)
            buttons.addWidget(report)
        buttons.addStretch()
        column = QVBoxLayout()
        column.addLayout(buttons)
        column.addWidget(self._details)
        return column

    def _button(self, text: str, name: str) -> QToolButton:
        button = QToolButton(self)
        button.setObjectName(name)
        button.setText(text)
        button.setIconSize(icons.BESIDE_TEXT)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        return button

    def _show_details(self, shown: bool) -> None:
        self._details.setVisible(shown)
        stack = self.parentWidget()
        if isinstance(stack, MessageStack):
            QTimer.singleShot(0, stack.place)

    def _paint(self) -> None:
        named = theme.colours(self.palette())
        edge = getattr(named, _LOOK[self.notice.kind][1])
        self.setStyleSheet(
            f"#message_card {{ background: {named.raised}; border: 1px solid {named.border_strong};"
            f" border-left: 4px solid {edge}; border-radius: {RADIUS_PX}px; }}"
        )

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.PaletteChange and event.spontaneous() is False and self.isVisible():
            QTimer.singleShot(0, self, self._paint)
        super().changeEvent(event)


class MessageStack(QWidget):
    """The cards, newest below, over the lower right corner of the widget that it is given."""

    report_wanted = Signal()  # in the card of a fault

    def __init__(self, over: QWidget) -> None:
        super().__init__(over)
        self.setObjectName("message_stack")
        self._over = over
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(SPACING.s)
        over.installEventFilter(self)
        self.hide()

    def post(self, notice: Notice) -> None:
        """Show a message. The same one again does not pile up."""
        cards = self.cards()
        if any(card.notice.text == notice.text for card in cards):
            return
        for card in cards[: max(0, len(cards) + 1 - LIMIT)]:
            card.deleteLater()
            self._column.removeWidget(card)
        card = MessageCard(notice, self)
        card.report_wanted.connect(self.report_wanted)
        card.destroyed.connect(self._later_place)
        self._column.addWidget(card)
        if notice.kind in ("info", "success"):
            QTimer.singleShot(FADE_MS, card, card.deleteLater)
        self.place()

    def cards(self) -> list[MessageCard]:
        """What is shown now, oldest first."""
        found = (self._column.itemAt(number) for number in range(self._column.count()))
        cards = (item.widget() for item in found if item is not None)
        return [card for card in cards if isinstance(card, MessageCard)]

    def place(self) -> None:
        """Lie over the corner, as high as the cards need."""
        self.setVisible(bool(self.cards()))
        if not self.cards():
            return
        margin = SPACING.l
        width = min(WIDTH_PX, self._over.width() - 2 * margin)
        height = min(self._column.heightForWidth(width), self._over.height() - 2 * margin)
        height = max(height, self._column.minimumHeightForWidth(width))
        self.setGeometry(self._over.width() - width - margin, self._over.height() - height - margin, width, height)
        self.raise_()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Resize, QEvent.Type.LayoutRequest):
            self.place()
        return super().eventFilter(watched, event)

    def _later_place(self) -> None:
        QTimer.singleShot(0, self, self.place)
