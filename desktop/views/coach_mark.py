"""A small card that points at a part of the window and says what it is for, and a ring around that part.

Stands over the window and stops nobody: everything beside the card can be used. Knows no tour.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QAccessible, QAccessibleEvent, QColor, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QToolButton, QVBoxLayout, QWidget

from desktop import icons, theme
from desktop.tokens import FOCUS_RING_PX, RADIUS_PX, SPACING

WIDTH_PX = 340
ARROW_PX = 10
RING_GAP_PX = 4
Side = Literal["below", "above", "right", "left", "none"]


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a card stands, on which side of its target, and where its arrow points, in pixels of the window."""

    rect: QRect
    side: Side
    tip: QPoint


def find_spot(target: QRect | None, card: QSize, room: QRect) -> Spot:
    """A place in `room` for a card: beside its target where there is room, else within it, low, without an arrow."""
    if target is not None:
        middle = target.center()
        for side, x, y in (
            ("below", middle.x() - card.width() // 2, target.bottom() + 1),
            ("above", middle.x() - card.width() // 2, target.top() - card.height()),
            ("right", target.right() + 1, middle.y() - card.height() // 2),
            ("left", target.left() - card.width(), middle.y() - card.height() // 2),
        ):
            if side in ("below", "above"):
                x = min(max(x, room.left()), room.right() + 1 - card.width())
            else:
                y = min(max(y, room.top()), room.bottom() + 1 - card.height())
            rect = QRect(QPoint(x, y), card)
            if room.contains(rect):
                return Spot(rect, side, _tip(side, target, rect))  # type: ignore[arg-type]
    within = target if target is not None else room
    corner = QPoint(within.center().x() - card.width() // 2, within.bottom() + 1 - card.height() - SPACING.l)
    x = min(max(corner.x(), room.left()), max(room.left(), room.right() + 1 - card.width()))
    y = min(max(corner.y(), room.top()), max(room.top(), room.bottom() + 1 - card.height()))
    return Spot(QRect(QPoint(x, y), card), "none", QPoint())


def _tip(side: Side, target: QRect, rect: QRect) -> QPoint:
    """The point of the target's edge that is nearest, but no nearer to the card's corners than the arrow is wide."""
    near = 2 * ARROW_PX + RADIUS_PX
    x = min(max(target.center().x(), rect.left() + near), rect.right() - near)
    y = min(max(target.center().y(), rect.top() + near), rect.bottom() - near)
    places = {
        "below": QPoint(x, rect.top()),
        "above": QPoint(x, rect.bottom()),
        "right": QPoint(rect.left(), y),
        "left": QPoint(rect.right(), y),
    }
    return places[side]


class CoachMark(QWidget):
    """The card. `ended` also by Esc while it has the keyboard."""

    next_wanted = Signal()
    back_wanted = Signal()
    ended = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("coach_mark")
        self.setFixedWidth(WIDTH_PX + 2 * ARROW_PX)
        self._spot = Spot(QRect(), "none", QPoint())
        self._title = QLabel(self)
        self._title.setObjectName("coach_title")
        self._title.setFont(theme.font("heading"))
        self._title.setWordWrap(True)
        self._title.setTextFormat(Qt.TextFormat.PlainText)
        self._text = QLabel(self)
        self._text.setObjectName("coach_text")
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self._text.setWordWrap(True)
        self._count = QLabel(self)
        self._count.setObjectName("coach_count")
        theme.set_text_role(self._count, "caption", muted=True)
        close = QToolButton(self)
        close.setObjectName("coach_end")
        close.setIcon(icons.icon("dismiss", role="text_muted"))
        close.setToolTip(self.tr("End the tour (Esc)"))
        close.setAccessibleName(self.tr("End the tour"))
        close.clicked.connect(self.ended)
        self._back = QPushButton(self.tr("&Back"), self)
        self._back.setObjectName("coach_back")
        self._back.clicked.connect(self.back_wanted)
        self._next = QPushButton(self.tr("&Next"), self)
        self._next.setObjectName("coach_next")
        self._next.setProperty("primary", True)
        self._next.clicked.connect(self.next_wanted)
        head = QHBoxLayout()
        head.addWidget(self._title, 1)
        head.addWidget(close, 0, Qt.AlignmentFlag.AlignTop)
        foot = QHBoxLayout()
        foot.setSpacing(SPACING.s)
        foot.addWidget(self._count, 1)
        foot.addWidget(self._back)
        foot.addWidget(self._next)
        layout = QVBoxLayout(self)
        edge = ARROW_PX + SPACING.m
        layout.setContentsMargins(edge + SPACING.xs, edge, edge, edge)
        layout.setSpacing(SPACING.s)
        layout.addLayout(head)
        layout.addWidget(self._text)
        layout.addSpacing(SPACING.xs)
        layout.addLayout(foot)
        self.hide()

    def show_step(self, title: str, text: str, *, number: int, count: int) -> None:
        """Say something else; `number` counts from 1."""
        self._title.setText(title)
        self._text.setText(text)
        self._count.setText(self.tr("{number} of {count}").format(number=number, count=count))
        self._back.setEnabled(number > 1)
        self._next.setText(self.tr("&Done") if number == count else self.tr("&Next"))
        self.setAccessibleName(title)
        self.setAccessibleDescription(f"{text} {self._count.text()}")
        QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.Alert))

    def stand_at(self, target: QRect | None, room: QRect) -> None:
        """Beside this part of the window."""
        width = min(WIDTH_PX + 2 * ARROW_PX, room.width())
        self.setFixedWidth(width)
        layout = self.layout()
        if layout is not None:
            layout.activate()  # the words have changed: how high they are is counted anew
        self._spot = find_spot(target, QSize(width, max(self.heightForWidth(width), 1)), room)
        self.setGeometry(self._spot.rect)
        self.show()
        self.raise_()
        self.update()

    def paintEvent(self, _: QPaintEvent) -> None:
        """A raised card with an edge of accent, and an arrow that grows out of it."""
        named = theme.colours(self.palette())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        body = QRectF(self.rect()).adjusted(ARROW_PX, ARROW_PX, -ARROW_PX, -ARROW_PX)
        outline = QPainterPath()
        outline.addRoundedRect(body.adjusted(0.75, 0.75, -0.75, -0.75), RADIUS_PX, RADIUS_PX)
        if self._spot.side != "none":
            outline = outline.united(self._arrow(body))
        painter.setPen(QPen(QColor(named.accent), 1.5))
        painter.setBrush(QColor(named.raised))
        painter.drawPath(outline)

    def _arrow(self, body: QRectF) -> QPainterPath:
        tip = QPointF(self.mapFromParent(self._spot.tip))
        along = {"below": (1, 0, body.top()), "above": (1, 0, body.bottom()),
                 "right": (0, 1, body.left()), "left": (0, 1, body.right())}[self._spot.side]  # fmt: skip
        dx, dy, edge = along
        inward = 2.0 if self._spot.side in ("below", "right") else -2.0
        foot = QPointF(tip.x(), edge + inward) if dx else QPointF(edge + inward, tip.y())
        path = QPainterPath(tip)
        path.lineTo(foot + QPointF(dx * ARROW_PX, dy * ARROW_PX))
        path.lineTo(foot - QPointF(dx * ARROW_PX, dy * ARROW_PX))
        path.closeSubpath()
        return path


class CoachRing(QWidget):
    """A ring of accent around what is meant; clicks go through it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("coach_ring")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.hide()

    def stand_around(self, target: QRect) -> None:
        self.setGeometry(target.adjusted(-RING_GAP_PX, -RING_GAP_PX, RING_GAP_PX, RING_GAP_PX))
        self.show()
        self.raise_()

    def paintEvent(self, _: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(theme.colours(self.palette()).accent), FOCUS_RING_PX))
        inset = FOCUS_RING_PX / 2
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(inset, inset, -inset, -inset), RADIUS_PX, RADIUS_PX)
