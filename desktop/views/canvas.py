"""The image canvas: boxes over a picture under mouse and keys. Never touches a project."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QWidget

from desktop.views.box_editor import BoxEditor
from desktop.views.canvas_box import CanvasBox, Tool
from desktop.views.gestures import BoxDrag
from desktop.views.hit_testing import Part
from desktop.views.minimap import Minimap
from desktop.views.pyramid import Pyramid
from desktop.views.view_transform import Point

__all__ = ["CanvasBox", "ImageCanvas", "Pyramid"]

_ARROWS = {
    Qt.Key.Key_Left: (-1.0, 0.0),
    Qt.Key.Key_Right: (1.0, 0.0),
    Qt.Key.Key_Up: (0.0, -1.0),
    Qt.Key.Key_Down: (0.0, 1.0),
}
_PAN_STEP_PX = 48.0


class ImageCanvas(BoxEditor):
    """Boxes over a picture that mouse and keys can draw, select and change.

    Call `set_image` first, then `set_annotations` and `set_proposals`: another medium starts without boxes.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Picture canvas"))
        self._nudged_by: Point = (0.0, 0.0)
        self.minimap = Minimap(self)

    def aim(self) -> QPointF | None:
        """Nowhere while the pointer is over the overview."""
        return None if self.minimap.underMouse() else super().aim()

    def event(self, event: QEvent) -> bool:
        """Keys that mean something here right now are not taken by a window-wide shortcut."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and self._wants(event):
            event.accept()
            return True
        return super().event(event)

    def _wants(self, event: QKeyEvent) -> bool:
        if not self.has_image():
            return False
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            return event.key() in _ARROWS and bool(self._selection)
        if event.key() == Qt.Key.Key_Escape:
            return self._gesture is not None or self._nudge is not None or self._tool == "draw"
        return event.key() == Qt.Key.Key_Space or event.key() in _ARROWS

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc, Space, arrows, R, Enter and the zoom keys; anything else goes on to the window."""
        with_control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        if not self.has_image():
            handled = False
        elif event.key() in _ARROWS:
            large = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            self._arrow(_ARROWS[Qt.Key(event.key())], large=large, resizing=with_control)
            handled = True
        else:
            handled = self._control_key(event.key()) if with_control else self._plain_key(event)
        if not handled:
            super().keyPressEvent(event)

    def _control_key(self, key: int) -> bool:
        acts = {
            Qt.Key.Key_F: self.fit,
            Qt.Key.Key_0: self.actual_size,
            Qt.Key.Key_Plus: self.zoom_in,
            Qt.Key.Key_Equal: self.zoom_in,
            Qt.Key.Key_Minus: self.zoom_out,
            Qt.Key.Key_A: self.select_all,
        }
        act = acts.get(Qt.Key(key))
        if act is not None:
            act()
        return act is not None

    def _plain_key(self, event: QKeyEvent) -> bool:
        key = event.key()
        if key == Qt.Key.Key_Escape:
            return self._escape()
        if key == Qt.Key.Key_Space:
            self._is_space_down = True
            self._show_cursor(None)
            return True
        if key == Qt.Key.Key_R and self._is_editable:
            self._change_tool("select" if self._tool == "draw" else "draw")
            return True
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_F2) and len(self._selection) == 1:
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

    def _change_tool(self, tool: Tool) -> None:
        self.set_tool(tool)
        self.tool_changed.emit(tool)

    def _arrow(self, direction: Point, *, large: bool, resizing: bool) -> None:
        """Move the selection by 1 or 10 picture pixels, or its lower right corner; without a selection, pan."""
        movable = self._movable(self._selection)
        if self._gesture is not None or (self._selection and not movable):
            return
        if not self._selection:
            step = _PAN_STEP_PX * (4 if large else 1)
            self.pan_by(-direction[0] * step, -direction[1] * step)
            return
        part = Part.BOTTOM_RIGHT if resizing else Part.BODY
        if self._nudge is not None and self._nudge.part is not part:
            self._commit_nudge()
            movable = self._movable(self._selection)
        if self._nudge is None:
            self._nudge = BoxDrag((0.0, 0.0), part, movable, self.picture_size())
            self._nudged_by = (0.0, 0.0)
        step = 10.0 if large else 1.0
        self._nudged_by = (self._nudged_by[0] + direction[0] * step, self._nudged_by[1] + direction[1] * step)
        self._nudge.move_to(self._nudged_by)
        self.update()

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """Letting go of an arrow commits the nudge: a held key is one change, not fifty."""
        if event.isAutoRepeat():
            event.accept()
        elif event.key() in _ARROWS:
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
