"""The one-minute tour: a few cards over the sample project that point at the real window and go on by what one does.

It listens and points; it does nothing to the project that the person does not do.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QRect, Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QMainWindow, QWidget

from core.schema import Annotation, Change, Verdict
from desktop.desk import Desk
from desktop.session.session import Session
from desktop.tokens import SPACING
from desktop.views.coach_mark import CoachMark, CoachRing

FIRST_ITEM = "many-circles.jpg"  # of the sample: several of what the first card asks for
FIRST_FEW = 100
_MOVES = frozenset({QEvent.Type.Resize, QEvent.Type.Move, QEvent.Type.Show, QEvent.Type.Hide})


@dataclass(frozen=True, slots=True)
class Step:
    """What a card says, what it points at, and the id of the act that leads on."""

    act: str
    title: str
    text: str
    target: Callable[[], QWidget | None]


class Tour(QObject):
    """`open_sample(then)` opens the sample project and calls `then`."""

    def __init__(
        self,
        session: Session,
        desk: Desk,
        status: QWidget,
        open_sample: Callable[[Callable[[], None]], None],
        window: QMainWindow,
    ) -> None:
        super().__init__(window)
        self._session = session
        self._desk = desk
        self._window = window
        self._open_sample = open_sample
        self._steps = self._make_steps(status)
        self._number = -1
        self._ring: CoachRing | None = None
        self._card: CoachMark | None = None
        self._watched: QWidget | None = None
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self._place)
        session.asking.finished.connect(lambda _: self._did("asked"))
        session.workspace.changed.connect(self._on_change)
        session.workspace.current_changed.connect(lambda: self._did("moved"))
        session.workspace.closed.connect(self.end)
        session.transfer.exported.connect(lambda *_: self._did("exported"))

    def _make_steps(self, status: QWidget) -> tuple[Step, ...]:
        def tr(text: str) -> str:
            return QCoreApplication.translate("Tour", text)

        desk = self._desk

        def tool(command_id: str) -> QWidget | None:
            return desk.tool_bar.widgetForAction(desk.command(command_id))

        return (
            Step(
                "asked",
                tr("Say what you look for"),
                tr("Type “all red circles” here and press Enter. Several expressions are separated by “;”."),
                lambda: desk.bar.edit,
            ),
            Step(
                "accepted",
                tr("Decide"),
                tr(
                    "Dashed boxes are proposals with their score. Keys 1-9 choose among alternatives, Ctrl+Enter"
                    " accepts the chosen one, Ctrl+Shift+Enter all, X rejects."
                ),
                lambda: desk.canvas,
            ),
            Step(
                "corrected",
                tr("Correct"),
                tr("Drag an edge or a corner of a box that is yours. What was missed is drawn with R and a drag."),
                lambda: tool("draw_tool"),
            ),
            Step(
                "absent",
                tr("“Not present” is an answer too"),
                tr("Ask for something that is not there, such as “yellow heart”, and press N to stand behind it."),
                lambda: desk.bar.absent_button,
            ),
            Step(
                "moved",
                tr("On to the next"),
                tr("D and A go through the items. There is no Save: every edit is on the disk when it is made."),
                lambda: desk.items,
            ),
            Step(
                "exported",
                tr("Take it with you"),
                tr("Ctrl+Shift+E writes COCO, YOLO, VOC and more, and says what a format cannot hold."),
                lambda: tool("export"),
            ),
            Step(
                "",
                tr("Your corrections teach a model"),
                tr(
                    "Model, “Improve the model” (Ctrl+Shift+M) teaches a new version and shows before and after. Click"
                    " here to choose a model, or to download a larger one. Help has this tour again."
                ),
                lambda: status,
            ),
        )

    @property
    def is_running(self) -> bool:
        return self._number >= 0

    # --- going through it --------------------------------------------------------------------

    def begin(self) -> None:
        """From the first card, on the sample project."""
        self.end()
        self._open_sample(self._start)

    def end(self) -> None:
        """Put the cards away; nothing else changes."""
        if not self.is_running:
            return
        self._number = -1
        app = QApplication.instance()
        if app is not None:
            app.removeEventFilter(self)
        self._watch(None)
        for widget in (self._card, self._ring):
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self._card = self._ring = None

    def _start(self) -> None:
        items = self._session.workspace.items
        row = next((number for number, item in enumerate(items.some(0, FIRST_FEW)) if item.path == FIRST_ITEM), None)
        if row is not None:
            self._session.workspace.show_row(row)
        self._ring = CoachRing(self._window)
        self._card = CoachMark(self._window)
        self._card.next_wanted.connect(self._next)
        self._card.back_wanted.connect(lambda: self._go_to(self._number - 1))
        self._card.ended.connect(self.end)
        app = QApplication.instance()
        if app is not None:
            app.installEventFilter(self)
        self._go_to(0)
        self._desk.bar.focus()

    def _next(self) -> None:
        self._go_to(self._number + 1)

    def _did(self, act: str) -> None:
        """The person did this; if the card waits for it, the next one comes."""
        if self.is_running and self._steps[self._number].act == act:
            self._next()

    def _on_change(self, change: Change) -> None:
        if not self.is_running or change.undoes is not None:
            return
        before = {record.id for record in change.before if isinstance(record, Annotation)}
        for record in change.after:
            if isinstance(record, Verdict) and record.kind == "not_present":
                self._did("absent")
            elif isinstance(record, Annotation):
                is_own = record.id in before or record.origin == "drawn"
                self._did("corrected" if is_own else "accepted")
                return

    def _go_to(self, number: int) -> None:
        if self._card is None or number >= len(self._steps):
            self.end()
            return
        self._number = max(0, number)
        step = self._steps[self._number]
        self._card.show_step(step.title, step.text, number=self._number + 1, count=len(self._steps))
        self._watch(step.target())
        self._place()

    # --- where it stands ---------------------------------------------------------------------

    def _watch(self, target: QWidget | None) -> None:
        self._watched = target
        self._soon.stop()

    def _place(self) -> None:
        """Card and ring beside what is meant; a part that is not in sight has no ring."""
        if self._card is None or self._ring is None:
            return
        room = self._window.rect().adjusted(SPACING.s, SPACING.s, -SPACING.s, -SPACING.s)
        target = self._watched
        if target is None or not target.isVisible():
            self._ring.hide()
            self._card.stand_at(None, room)
            return
        rect = QRect(target.mapTo(self._window, target.rect().topLeft()), target.size()).intersected(room)
        self._ring.stand_around(rect)
        self._card.stand_at(rect.adjusted(-SPACING.xs, -SPACING.xs, SPACING.xs, SPACING.xs), room)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Esc ends the tour wherever the keyboard is; what moves is followed. Only while the tour runs."""
        kind = event.type()
        if kind in _MOVES and (watched is self._window or watched is self._watched):
            self._soon.start()
        elif kind in (QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress) and isinstance(event, QKeyEvent):
            is_free = QApplication.activePopupWidget() is None and QApplication.activeModalWidget() is None
            if event.key() == Qt.Key.Key_Escape and is_free and isinstance(watched, QWidget):
                event.accept()
                if kind == QEvent.Type.KeyPress:
                    self.end()
                return True
        return super().eventFilter(watched, event)
