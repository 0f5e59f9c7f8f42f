"""The image canvas: boxes over a picture under mouse and keys. Never touches a project."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QWidget

from core.schema import Box
from desktop.views.box_editor import BoxEditor
from desktop.views.canvas_box import CanvasBox, Tool
from desktop.views.gestures import BoxDrag, Drawing
from desktop.views.hit_testing import Part
from desktop.views.minimap import Minimap
from desktop.views.nudge_keys import Nudge, NudgeKeys
from desktop.views.pyramid import Pyramid
from desktop.views.view_transform import Point, reveal

__all__ = ["CanvasBox", "ImageCanvas", "Pyramid"]

_PAN_STEP_PX = 48.0
_FAR_SHARE = 0.05  # of the picture in sight, that a far step of the drawing pen goes


class ImageCanvas(BoxEditor):
    """Boxes over a picture that mouse and keys can draw, select and change.

    Call `set_image` first, then `set_annotations` and `set_proposals`: another medium starts without boxes.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Picture canvas"))
        self._nudged_by: Point = (0.0, 0.0)
        self.nudge_keys = NudgeKeys()
        self.minimap = Minimap(self)

    def aim(self) -> QPointF | None:
        """Where the pen of the keyboard stands; nowhere while the pointer is over the overview."""
        if self._pen is not None:
            return QPointF(*self._view.to_widget(self._pen))
        return None if self.minimap.underMouse() else super().aim()

    def event(self, event: QEvent) -> bool:
        """Keys that mean something here right now are not taken by a window-wide shortcut."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and self._wants(event):
            event.accept()
            return True
        return super().event(event)

    def takes(self, event: QKeyEvent) -> bool:
        """Whether a key would move or resize what is selected, or the pen that draws."""
        wants_it = bool(self._selection) or self._tool == "draw"
        return self.has_image() and wants_it and self.nudge_keys.of(event) is not None

    def _wants(self, event: QKeyEvent) -> bool:
        if not self.has_image():
            return False
        if event.key() == Qt.Key.Key_Escape:
            return self._gesture is not None or self._nudge is not None or self._tool == "draw"
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._is_plain(event):
            return self._tool == "draw"
        nudge = self.nudge_keys.of(event)
        if nudge is not None:
            return not nudge.resizing or self.takes(event)
        return event.key() == Qt.Key.Key_Space and self._is_plain(event)

    @staticmethod
    def _is_plain(event: QKeyEvent) -> bool:
        return not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc, Space, Enter and the keys that nudge; anything else goes on to the window."""
        nudge = self.nudge_keys.of(event)
        if not self.has_image():
            handled = False
        elif nudge is not None:
            self._step(nudge)
            handled = True
        else:
            handled = self._other_key(event)
        if not handled:
            super().keyPressEvent(event)

    def _other_key(self, event: QKeyEvent) -> bool:
        key = event.key()
        if key == Qt.Key.Key_Escape:
            return self._escape()
        if not self._is_plain(event):
            return False
        if key == Qt.Key.Key_Space:
            self._is_space_down = True
            self._show_cursor(None)
            return True
        if key not in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            return False
        if self._tool == "draw":
            self.press_pen()
            return True
        if len(self._selection) == 1:
            self.edit_requested.emit(self._selection[0])
            return True
        return False

    def _escape(self) -> bool:
        """One step back: the drag, then the drawing tool, then the selection."""
        self._drop_draft()
        if self.cancel_drag():
            return True
        if self._tool == "draw":
            self._change_tool("select")
            return True
        if self._selection:
            self._select(())
            return True
        return False

    # --- drawing by keys ---

    def move_pen(self, direction: Point, step_px: float) -> None:
        """A step with the pen, in picture pixels; it comes in the middle of what is in sight."""
        if self._gesture is not None and not self._is_pen_down:
            return  # the mouse is at it
        width, height = self.picture_size()
        middle = self._view.to_picture((self.width() / 2, self.height() / 2))
        x, y = middle if self._pen is None else self._pen
        if self._pen is not None:
            x, y = x + direction[0] * step_px, y + direction[1] * step_px
        self._drop_draft()
        self._pen = (round(min(max(x, 0.0), width)), round(min(max(y, 0.0), height)))
        if isinstance(self._gesture, Drawing):
            self._gesture.move_to(self._pen)
        self._set_view(reveal(self._view, Box(*self._pen, *self._pen), self._widget_wh()), fitted=self._is_fitted)
        self._describe()
        self.update()

    def press_pen(self) -> None:
        """Begin a box where the pen stands, or finish it."""
        gesture = self._gesture
        if self._pen is None:
            self.move_pen((0.0, 0.0), 0.0)
        elif gesture is None and self._is_editable:
            self._gesture, self._is_dragging = Drawing(self._pen, self.picture_size()), True
        elif isinstance(gesture, Drawing) and self._is_pen_down:
            self._finish_drag(gesture)
            self._gesture, self._is_dragging = None, False
            self.update()

    @property
    def _is_pen_down(self) -> bool:
        return self._pen is not None and isinstance(self._gesture, Drawing)

    def _put_pen_away(self) -> None:
        if self._pen is not None:
            if self._is_pen_down:
                self.cancel_drag()
            self._pen = None
            self._describe()
            self.update()

    def set_tool(self, tool: Tool) -> None:
        """`select` or `draw`; the pen of the keyboard is put away."""
        self._put_pen_away()
        super().set_tool(tool)

    def forget_gestures(self) -> None:
        """On another medium the pen begins anew."""
        self._put_pen_away()
        super().forget_gestures()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """The mouse takes over from the pen."""
        self._put_pen_away()
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """A pointer that is only shoved does not disturb a box that keys are drawing."""
        if not self._is_pen_down:
            super().mouseMoveEvent(event)

    def _change_tool(self, tool: Tool) -> None:
        self.set_tool(tool)
        self.tool_changed.emit(tool)

    def _step(self, nudge: Nudge) -> None:
        """Move the pen, or the selection, or its lower right corner; without a selection, pan."""
        if self._tool == "draw" and self._is_editable:
            left, top = self._view.to_picture((0.0, 0.0))
            right, bottom = self._view.to_picture(self._widget_wh())
            far = max(10.0, _FAR_SHARE * min(right - left, bottom - top))
            self.move_pen(nudge.direction, far if nudge.far else (10.0 if nudge.resizing else 1.0))
            return
        movable = self._movable(self._selection)
        if self._gesture is not None or (self._selection and not movable):
            return
        if not self._selection:
            step = _PAN_STEP_PX * (4 if nudge.far else 1)
            self.pan_by(-nudge.direction[0] * step, -nudge.direction[1] * step)
            return
        part = Part.BOTTOM_RIGHT if nudge.resizing else Part.BODY
        if self._nudge is not None and self._nudge.part is not part:
            self._commit_nudge()
            movable = self._movable(self._selection)
        if self._nudge is None:
            self._nudge = BoxDrag((0.0, 0.0), part, movable, self.picture_size())
            self._nudged_by = (0.0, 0.0)
        step = 10.0 if nudge.far else 1.0
        self._nudged_by = (
            self._nudged_by[0] + nudge.direction[0] * step,
            self._nudged_by[1] + nudge.direction[1] * step,
        )
        self._nudge.move_to(self._nudged_by)
        self.update()

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """Letting go of such a key commits the nudge: a held key is one change, not fifty."""
        if event.isAutoRepeat():
            event.accept()
        elif self._nudge is not None and self.nudge_keys.has_key(event.key()):
            self._commit_nudge()
        elif event.key() == Qt.Key.Key_Space:
            self._is_space_down = False
            self._update_hover()
        else:
            super().keyReleaseEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """A nudge is finished, Space is let go."""
        self._commit_nudge()
        self._is_space_down = False
        super().focusOutEvent(event)
