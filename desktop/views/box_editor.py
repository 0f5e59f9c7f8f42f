"""What a mouse does to boxes: hover, pick, select, draw, move and resize. One signal for each thing that was done.

Drags are previewed here and leave as one signal on release; whoever listens changes the project and sends the
new boxes back. Without that, the box returns to where it was. Keys are the canvas's.
"""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QEvent, QPointF, Qt, Signal
from PySide6.QtGui import QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QWidget

from core.schema import Box
from desktop.views.box_view import BoxView
from desktop.views.canvas_box import Tool
from desktop.views.gestures import DRAG_THRESHOLD_PX, BoxDrag, Drawing, Gesture, Panning, RubberBand
from desktop.views.hit_testing import Hit, Part, boxes_at, in_rubber_band, intersects, next_in_stack, pick
from desktop.views.snapping import Guide, Snapped, held_by_aim, held_by_drag, held_by_drawing, snap
from desktop.views.view_transform import Point

GRAB_PX = 6.0
SAME_PLACE_PX = 4.0
_ADDING = Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.ControlModifier


class BoxEditor(BoxView):
    """Boxes that a mouse can draw, select and change. `set_…` calls never emit."""

    box_drawn = Signal(object)  # Box
    box_changed = Signal(str, object)  # id, Box: one box moved, resized or nudged; once, on release
    boxes_changed = Signal(object)  # dict[id, Box]: several boxes moved together; once, on release
    edit_requested = Signal(str)  # id: a double click, Enter or F2
    tool_changed = Signal(str)  # the person put the tool away with Esc
    pointer_moved = Signal(object)  # (x, y) in picture pixels, or None outside the picture

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tool: Tool = "select"
        self._gesture: Gesture | None = None
        self._nudge: BoxDrag | None = None
        self._press_at = QPointF()
        self._pointer = QPointF(-1, -1)
        self._is_dragging = False
        self._press_hit: Hit | None = None
        self._was_selected = False
        self._is_adding = False
        self._last_click: QPointF | None = None
        self._before_cycle: tuple[str, ...] | None = None
        self._is_space_down = False
        self._is_snapping = True
        self._is_free = False  # Alt is down: nothing catches
        self._guides: tuple[Guide, ...] = ()

    def set_snapping(self, snapping: bool) -> None:
        """Whether edges of the picture and of other boxes catch what is drawn, moved or resized."""
        self._is_snapping = snapping

    def set_tool(self, tool: Tool) -> None:
        """`select` or, where boxes may be drawn, `draw`; a drag in progress ends without effect."""
        if tool == self._tool or (tool == "draw" and not self._is_editable):
            return
        self.cancel_drag()
        self._tool = tool
        self._update_hover()
        self.update()

    def tool(self) -> Tool:
        """The tool in hand."""
        return self._tool

    def set_editable(self, editable: bool) -> None:
        """Whether boxes can be drawn and changed; in a project opened read-only they can only be looked at."""
        self._is_editable = editable
        if not editable:
            self.cancel_drag()
            self.set_tool("select")
        self._update_hover()

    def cancel_drag(self) -> bool:
        """Forget the drag or nudge in progress; whether there was one."""
        had = self._gesture is not None or self._nudge is not None
        self._gesture = None
        self._nudge = None
        self._is_dragging = False
        self._guides = ()
        if had:
            self._update_hover()
            self.update()
        return had

    # --- what the box view asks ---

    def live_drag(self) -> Gesture | None:
        """A nudge, or the gesture once it has become a drag."""
        return self._nudge or (self._gesture if self._is_dragging else None)

    def guides(self) -> tuple[Guide, ...]:
        """What has caught the edges that are held."""
        return self._guides

    def aim(self) -> QPointF | None:
        """The pointer while drawing, or where the corner lies that was caught."""
        if self._tool != "draw" or not self.underMouse() or self._is_space_down:
            return None
        at = self._view.to_widget(self._caught().point)
        return QPointF(*at)

    def settle(self) -> None:
        """A nudge of the old selection is committed."""
        self._commit_nudge()

    def forget_gestures(self) -> None:
        """Drag, nudge and the memory of clicks."""
        self.cancel_drag()
        self._last_click = self._before_cycle = None
        self.unsetCursor()

    def boxes_replaced(self) -> None:
        """A drag goes on only if its boxes are still where it took them, and nobody has locked them."""
        drag = self._nudge or self._gesture
        if isinstance(drag, BoxDrag) and any(
            key not in self._by_id or self._by_id[key].box != box or self._by_id[key].locked
            for key, box in drag.originals.items()
        ):
            self.cancel_drag()
        self._update_hover()

    # --- picking and hovering ---

    def _pick(self, at: QPointF) -> Hit | None:
        return pick(self.boxes(), self._selection, self._to_picture(at), self._tolerance())

    def _tolerance(self) -> float:
        return GRAB_PX / self._view.scale

    def _to_picture(self, at: QPointF) -> Point:
        return self._view.to_picture((at.x(), at.y()))

    def _update_hover(self) -> None:
        hit = None
        if self.has_image() and self._tool == "select" and self.underMouse() and not self._is_dragging:
            hit = self._pick(self._pointer)
        self._set_hovered(hit.id if hit else "")
        self._show_cursor(hit)

    def _show_cursor(self, hit: Hit | None) -> None:
        shape = Qt.CursorShape.ArrowCursor
        if isinstance(self._gesture, Panning):
            shape = Qt.CursorShape.ClosedHandCursor
        elif self._is_space_down:
            shape = Qt.CursorShape.OpenHandCursor
        elif self._tool == "draw" and self.has_image():
            shape = Qt.CursorShape.CrossCursor
        elif hit is not None and self._is_editable and not self._by_id[hit.id].locked:
            shape = _cursor_of(hit.part, is_selected=hit.id in self._selection)
        if self.cursor().shape() != shape:
            self.setCursor(shape)

    # --- mouse ---

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin a gesture."""
        if not self.has_image() or self._gesture is not None:
            event.ignore()
            return
        self._commit_nudge()
        self._drop_draft()
        self._press_at = self._pointer = event.position()
        self._is_free = bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
        self._is_dragging = False
        if event.button() == Qt.MouseButton.MiddleButton or (
            event.button() == Qt.MouseButton.LeftButton and self._is_space_down
        ):
            self._gesture = Panning((self._press_at.x(), self._press_at.y()))
            self._show_cursor(None)
        elif event.button() == Qt.MouseButton.LeftButton and self._tool == "draw":
            self._gesture = Drawing(self._caught().point, self.picture_size())
        elif event.button() == Qt.MouseButton.LeftButton:
            self._press_select(event.modifiers())
        elif event.button() == Qt.MouseButton.RightButton:
            hit = self._pick(self._press_at)
            if hit is not None and hit.id not in self._selection:
                self._select((hit.id,))
        event.accept()

    def _press_select(self, modifiers: Qt.KeyboardModifier) -> None:
        point = self._to_picture(self._press_at)
        self._is_adding = bool(modifiers & _ADDING)
        self._press_hit = hit = self._pick(self._press_at)
        if hit is None or self._is_adding:
            self._gesture = RubberBand(point, self._selection if self._is_adding else ())
            return
        stack = {item.id for item in boxes_at(self.boxes(), point, self._tolerance())}
        self._was_selected = hit.id in self._selection or (
            hit.part is Part.BODY and any(box_id in stack for box_id in self._selection)
        )
        if not self._was_selected:
            self._before_cycle = None
            self._select((hit.id,))
        held = self._selection if hit.part is Part.BODY else (hit.id,)
        self._gesture = BoxDrag(point, hit.part, self._movable(held), self.picture_size())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Preview the gesture, or show what is under the pointer."""
        self._pointer = event.position()
        self._is_free = bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
        self._tell_pointer()
        self._drop_draft()
        if isinstance(self._gesture, Panning):
            self.pan_by(*self._gesture.step_to((self._pointer.x(), self._pointer.y())))
            return
        if self._gesture is None:
            self._update_hover()
            if self._tool == "draw":
                self.update()
            return
        if not self._is_dragging and (self._pointer - self._press_at).manhattanLength() < DRAG_THRESHOLD_PX:
            return
        self._is_dragging = True
        self._preview()

    def _preview(self) -> None:
        if self._gesture is not None and not isinstance(self._gesture, Panning):
            caught = self._caught()
            self._guides = caught.guides
            self._gesture.move_to(caught.point)
        self.update()

    def _caught(self) -> Snapped:
        """The pointer in the picture, drawn to an edge that is near what is held."""
        point, gesture = self._to_picture(self._pointer), self._gesture
        if not self._is_snapping or self._is_free or isinstance(gesture, RubberBand):
            return Snapped(point)
        moving: Iterable[str] = ()
        if isinstance(gesture, BoxDrag):
            held, moving = held_by_drag(gesture, point), gesture.originals
        else:
            held = held_by_drawing(gesture, point) if isinstance(gesture, Drawing) else held_by_aim(point)
        if held is None:
            return Snapped(point)
        left, top = self._view.to_picture((0.0, 0.0))
        right, bottom = self._view.to_picture(self._widget_wh())
        sight = Box(left, top, right, bottom)
        others = [item.box for item in self.boxes() if item.id not in moving and intersects(item.box, sight)]
        return snap(held, point, others, self.picture_size(), self._view.scale)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End the gesture: a drag becomes one signal, a press without a drag a click."""
        gesture = self._gesture
        is_mine = event.button() == Qt.MouseButton.LeftButton or (
            event.button() == Qt.MouseButton.MiddleButton and isinstance(gesture, Panning)
        )
        if gesture is None or not is_mine:
            return
        self._pointer = event.position()
        was_drag = self._is_dragging
        if was_drag:
            self._preview()
            self._last_click = None
            self._guides = ()
            self._finish_drag(gesture)
        self._gesture = None
        self._is_dragging = False
        if not was_drag and not isinstance(gesture, Panning | Drawing):
            self._click()
        self._update_hover()
        self.update()

    def _finish_drag(self, gesture: Gesture) -> None:
        """Emit what came of it while the preview still stands, so that nothing flickers back."""
        if isinstance(gesture, BoxDrag):
            self._emit_changed(gesture.changed())
        elif isinstance(gesture, Drawing):
            drawn = gesture.drawn()
            if drawn is not None:
                self._draft = drawn  # stays in sight while a dialog asks what it is
                self.box_drawn.emit(drawn)
        elif isinstance(gesture, RubberBand) and gesture.band is not None:
            touched = in_rubber_band(self.boxes(), gesture.band)
            self._select(tuple(dict.fromkeys([*gesture.keep, *touched])))

    def _emit_changed(self, changed: dict[str, Box]) -> None:
        if len(changed) == 1:
            self.box_changed.emit(*next(iter(changed.items())))
        elif changed:
            self.boxes_changed.emit(changed)

    def _click(self) -> None:
        """A press without a drag: toggle with Shift or Ctrl, clear on empty ground, walk down a stack of boxes."""
        hit = self._press_hit
        if self._is_adding:
            if hit is not None:
                without = tuple(box_id for box_id in self._selection if box_id != hit.id)
                self._select(without if hit.id in self._selection else (*self._selection, hit.id))
        elif hit is None:
            self._select(())
        elif self._was_selected and (hit.part is Part.BODY or len(self._selection) > 1):
            stack = boxes_at(self.boxes(), self._to_picture(self._press_at), self._tolerance())
            again = self._last_click is not None and (
                (self._last_click - self._press_at).manhattanLength() <= SAME_PLACE_PX
            )
            current = self._selection[0] if again and len(self._selection) == 1 else None
            self._before_cycle = self._selection if again else None
            self._select((next_in_stack(stack, current) or hit.id,))
        self._last_click = None if self._is_adding else QPointF(self._press_at)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Edit the box that was selected before the first of the two clicks may have walked on to the next."""
        if event.button() != Qt.MouseButton.LeftButton or self._tool != "select" or not self.has_image():
            self.mousePressEvent(event)
            return
        if self._before_cycle is not None and all(box_id in self._by_id for box_id in self._before_cycle):
            self._select(self._before_cycle)
            self._before_cycle = None
        hit = self._pick(event.position())
        self._last_click = None
        if hit is not None:
            target = self._selection[0] if len(self._selection) == 1 else hit.id
            self.edit_requested.emit(target)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom, and let a drag in progress follow."""
        super().wheelEvent(event)
        if self._is_dragging:
            self._preview()
        else:
            self._update_hover()

    def enterEvent(self, event: QEvent) -> None:
        """The pointer comes."""
        super().enterEvent(event)  # type: ignore[arg-type]
        self._update_hover()

    def leaveEvent(self, event: QEvent) -> None:
        """The pointer goes: nothing is hovered."""
        super().leaveEvent(event)
        self._pointer = QPointF(-1, -1)
        self._tell_pointer()
        self._update_hover()
        self.update()

    def _movable(self, ids: Iterable[str]) -> dict[str, Box]:
        """Those of the boxes that may be changed."""
        items = (self._by_id[key] for key in ids) if self._is_editable else ()
        return {item.id: item.box for item in items if not item.locked}

    def _tell_pointer(self) -> None:
        x, y = self._to_picture(self._pointer)
        width, height = self.picture_size()
        self.pointer_moved.emit((x, y) if 0 <= x < width and 0 <= y < height else None)

    def _commit_nudge(self) -> None:
        nudge = self._nudge
        if nudge is not None:
            self._emit_changed(nudge.changed())
            self._nudge = None
            self.update()


def _cursor_of(part: Part, *, is_selected: bool) -> Qt.CursorShape:
    x_side, y_side = part.value
    if part is Part.BODY:
        return Qt.CursorShape.SizeAllCursor if is_selected else Qt.CursorShape.PointingHandCursor
    if y_side == 0:
        return Qt.CursorShape.SizeHorCursor
    if x_side == 0:
        return Qt.CursorShape.SizeVerCursor
    return Qt.CursorShape.SizeFDiagCursor if x_side == y_side else Qt.CursorShape.SizeBDiagCursor
