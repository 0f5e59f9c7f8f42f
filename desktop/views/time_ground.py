"""What every widget over a stretch of time has in common: wheel, drags, keys, all told to one `TimelineState`."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QResizeEvent, QShowEvent, QWheelEvent
from PySide6.QtWidgets import QWidget

from desktop.views.time_spans import Part
from desktop.views.time_window import wheel_factor
from desktop.views.timeline_state import TimelineState

DRAG_THRESHOLD_PX = 4.0
_ADDING = Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.ControlModifier
_KEYBOARD_FOCUS = (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason, Qt.FocusReason.ShortcutFocusReason)


class TimeGround(QWidget):
    """A widget whose x is time. Subclasses say which row a y is in, and paint."""

    def __init__(self, state: TimelineState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.state = state
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.has_focus_ring = False
        self._press_at: QPointF | None = None
        self._press_row: int | None = None
        self._is_dragging = False
        self._is_scrubbing = False
        self._is_adding = False
        self._pan_x: float | None = None
        state.window_changed.connect(self.update)
        state.changed.connect(self.update)

    def row_at(self, _y: float) -> int | None:
        """The tier under a y; None over a waveform, where segments have the whole height."""
        return None

    def is_ruler(self, _y: float) -> bool:
        """Whether a press here moves the playhead at once."""
        return False

    # --- mouse -------------------------------------------------------------------------------

    def wheelEvent(self, event: QWheelEvent) -> None:
        """The wheel zooms at the pointer; with Shift, or sideways, it pans."""
        turn = event.angleDelta()
        delta = turn.y() or turn.x()
        if not self.state.has_medium or not delta:
            event.ignore()
            return
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier or not turn.y():
            self.state.set_window(self.state.window.panned(-delta / 120 * self.width() * 0.1))
        else:
            self.state.zoom(wheel_factor(delta), event.position().x())
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin to scrub, pan, drag a segment or make one."""
        if not self.state.has_medium:
            event.ignore()
            return
        at = event.position()
        if event.button() == Qt.MouseButton.MiddleButton:
            self._pan_x = at.x()
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
        elif event.button() == Qt.MouseButton.LeftButton:
            self._press_at, self._is_dragging = at, False
            self._is_scrubbing = self.is_ruler(at.y())
            self._is_adding = bool(event.modifiers() & _ADDING)
            if self._is_scrubbing:
                self.state.seek_wanted.emit(self.state.window.s_of(at.x()))
            else:
                self._press_row = self.row_at(at.y())
                self.state.press(at.x(), self._press_row, adding=self._is_adding)
        event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Go on with it, or show what the pointer would take hold of."""
        x = event.position().x()
        if self._pan_x is not None:
            self.state.set_window(self.state.window.panned(self._pan_x - x))
            self._pan_x = x
        elif self._is_scrubbing:
            self.state.seek_wanted.emit(self.state.window.s_of(x))
        elif self._press_at is None:
            self._show_cursor(event.position())
        elif self._is_dragging or abs(x - self._press_at.x()) >= DRAG_THRESHOLD_PX:
            self._is_dragging = True
            self.state.drag_to(x, snapping=bool(event.modifiers() & Qt.KeyboardModifier.AltModifier))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A drag is applied; a press without one was a click."""
        if event.button() == Qt.MouseButton.MiddleButton and self._pan_x is not None:
            self._pan_x = None
            self.unsetCursor()
        elif event.button() == Qt.MouseButton.LeftButton and self._press_at is not None:
            at, self._press_at = self._press_at, None
            if self._is_scrubbing:
                self._is_scrubbing = False
            elif self._is_dragging:
                snapping = bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
                self.state.drag_to(event.position().x(), snapping=snapping)
                self.state.release()
            else:
                self.state.click(at.x(), self._press_row, adding=self._is_adding)
            self._is_dragging = False

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Play what is there."""
        at = event.position()
        if event.button() == Qt.MouseButton.LeftButton and self.state.has_medium and not self.is_ruler(at.y()):
            self.state.double_click(at.x(), self.row_at(at.y()))

    def _show_cursor(self, at: QPointF) -> None:
        shape = Qt.CursorShape.ArrowCursor
        if self.state.has_medium and not self.is_ruler(at.y()):
            hit = self.state.hit(at.x(), self.row_at(at.y()))
            if hit is None:
                shape = Qt.CursorShape.IBeamCursor if self.state.is_editable else Qt.CursorShape.ArrowCursor
            elif hit.part is not Part.BODY and self.state.is_editable:
                shape = Qt.CursorShape.SizeHorCursor
            else:
                shape = Qt.CursorShape.PointingHandCursor
        if self.cursor().shape() != shape:
            self.setCursor(shape)

    # --- keys --------------------------------------------------------------------------------

    def event(self, event: QEvent) -> bool:
        """Esc ends a drag: no window-wide shortcut takes it first."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and self._wants(event):
            event.accept()
            return True
        return super().event(event)

    def _wants(self, event: QKeyEvent) -> bool:
        plain = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        return plain and event.key() == Qt.Key.Key_Escape and self.state.drag is not None

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc ends a drag; the other keys are commands."""
        if self._wants(event):
            self._press_at, self._is_dragging = None, False
            self.state.cancel_drag()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """A ring shows where the keyboard is, if the keyboard brought it here."""
        self.has_focus_ring = event.reason() in _KEYBOARD_FOCUS
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """The ring goes with the focus."""
        self.has_focus_ring = False
        super().focusOutEvent(event)
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The same stretch over another width."""
        super().resizeEvent(event)
        if self.isVisible():
            self.state.set_window(self.state.window.resized(float(self.width())))

    def showEvent(self, event: QShowEvent) -> None:
        """Several widgets share the state: the one in sight says how wide it is."""
        super().showEvent(event)
        self.state.set_window(self.state.window.resized(float(self.width())))
