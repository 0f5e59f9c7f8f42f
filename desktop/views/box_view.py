"""A picture with boxes on it: which there are, which are selected or hovered, and how they are painted.

Knows nothing of mouse and keys; a subclass says what is being dragged (`live_drag`) and where to aim (`aim`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from PySide6.QtCore import QEvent, QPointF, Signal
from PySide6.QtGui import QColor, QHelpEvent, QImage, QPainter, QPixmap
from PySide6.QtWidgets import QToolTip, QWidget

from core.schema import Box
from desktop import theme
from desktop.views.canvas_box import CanvasBox
from desktop.views.canvas_message import MessageKind
from desktop.views.canvas_painter import MANY_SELECTED, CanvasPainter
from desktop.views.chip_layout import CHIP_MAX_WIDTH_PX, Rect
from desktop.views.chips import ChipPainter
from desktop.views.gestures import BoxDrag, Drawing, Gesture, RubberBand
from desktop.views.hit_testing import Part
from desktop.views.picture_view import PictureView
from desktop.views.pyramid import Pyramid
from desktop.views.snapping import Guide
from desktop.views.view_transform import Point, reveal


class BoxView(PictureView):
    """Boxes over a picture. `set_…` calls never emit, unless a selected box is gone afterwards."""

    selection_changed = Signal(list)  # ids, the first selected first
    hover_changed = Signal(str)  # id under the pointer, or an empty text

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._annotations: tuple[CanvasBox, ...] = ()
        self._proposals: tuple[CanvasBox, ...] = ()
        self._by_id: dict[str, CanvasBox] = {}
        self._selection: tuple[str, ...] = ()
        self._hovered = ""
        self._pen: Point | None = None  # where keys draw, in picture pixels
        self._draft: Box | None = None  # drawn and told, not yet an annotation: somebody is asking what it is
        self._is_editable = True
        self._has_cross_hair = True
        self._chips = ChipPainter()
        self._resting = QPixmap()
        self._resting_key: tuple[object, ...] = ()
        self._resting_items: tuple[CanvasBox, ...] = ()
        self._resting_chips: dict[str, Rect] = {}
        self._lifted: dict[str, Box] = {}  # where the boxes were that the layer leaves out
        self._revision = 0
        self._picture_number = 0

    # --- what is shown ---

    def set_image(self, image: QImage | Pyramid, media_id: str) -> None:
        """Show a picture; another medium than before also ends a drag, the selection and the boxes."""
        if media_id != self._media_id:
            self._forget_boxes()
        super().set_image(image, media_id)
        self._picture_number += 1
        self._revision += 1
        self._describe()

    def show_message(self, title: str, detail: str = "", kind: MessageKind = "info") -> None:
        """Show words instead of a picture, and no boxes."""
        self._forget_boxes()
        super().show_message(title, detail, kind)
        self.unsetCursor()

    def set_annotations(self, boxes: Sequence[CanvasBox]) -> None:
        """What people stand behind: solid lines, filled chips."""
        self._annotations = tuple(boxes)
        self._draft = None
        self._index_boxes()

    def set_proposals(self, boxes: Sequence[CanvasBox]) -> None:
        """What a model offers: dashed lines, chips with the score."""
        self._proposals = tuple(replace(item, is_proposal=True) for item in boxes)
        self._index_boxes()

    def boxes(self) -> tuple[CanvasBox, ...]:
        """Everything shown: annotations, then proposals."""
        return self._annotations + self._proposals

    def set_cross_hair(self, shown: bool) -> None:
        """Whether lines through the pointer help to aim while drawing."""
        self._has_cross_hair = shown
        self.update()

    # --- selection ---

    def set_selection(self, ids: Iterable[str]) -> None:
        """Select these boxes; unknown ids are left out. Does not emit `selection_changed`."""
        wanted = tuple(dict.fromkeys(box_id for box_id in ids if box_id in self._by_id))
        if wanted == self._selection:
            return
        self.settle()
        self._selection = wanted
        self._describe()
        self.update()

    def selection(self) -> list[str]:
        """Ids of the selected boxes."""
        return list(self._selection)

    def select_all(self) -> None:
        """Select every box, as a person's act."""
        self._select(tuple(self._by_id))

    def reveal(self, box_id: str) -> None:
        """Pan as little as needed to bring a box into sight."""
        if box_id in self._by_id and self.has_image():
            view = reveal(self._view, self._by_id[box_id].box, self._widget_wh())
            if view != self._view:
                self._set_view(view)

    def _select(self, ids: tuple[str, ...]) -> None:
        if ids == self._selection:
            return
        self.settle()
        self._selection = ids
        self._describe()
        self.update()
        self.selection_changed.emit(list(ids))

    def _forget_boxes(self) -> None:
        self.forget_gestures()
        self._annotations = self._proposals = ()
        self._draft = None
        self._index_boxes()

    def _index_boxes(self) -> None:
        self._by_id = {item.id: item for item in self.boxes()}
        self._revision += 1
        if self._hovered not in self._by_id:
            self._set_hovered("")
        self.boxes_replaced()
        remaining = tuple(box_id for box_id in self._selection if box_id in self._by_id)
        if remaining != self._selection:
            self._select(remaining)
        self._describe()
        self.update()

    def _drop_draft(self) -> None:
        if self._draft is not None:
            self._draft = None
            self.update()

    def _set_hovered(self, box_id: str) -> None:
        if box_id != self._hovered:
            self._hovered = box_id
            self.update()
            self.hover_changed.emit(box_id)

    def _describe(self) -> None:
        """What a screen reader says: how much there is, and what is selected, or where the pen stands."""
        if not self.has_image():
            return
        text = self.tr("{annotations} annotations, {proposals} proposals, {selected} selected")
        counts = (len(self._annotations), len(self._proposals), len(self._selection))
        names = ("annotations", "proposals", "selected")
        said = text.format(**dict(zip(names, counts, strict=True)))
        if self._pen is not None:
            said = self.tr("Drawing at {x:.0f}, {y:.0f}").format(x=self._pen[0], y=self._pen[1])
            drag = self.live_drag()
            if isinstance(drag, Drawing) and drag.band is not None:
                said += ", " + size_text(drag.band)
        elif len(self._selection) == 1 and self._selection[0] in self._by_id:
            item = self._by_id[self._selection[0]]
            said += f": {item.text}, {place_text(item.box)}, {size_text(item.box)}"
        self.setAccessibleDescription(said)

    # --- what a subclass says ---

    def live_drag(self) -> Gesture | None:
        """The drag to preview, if there is one."""
        return None

    def aim(self) -> QPointF | None:
        """Where to draw the cross-hair, in widget pixels."""
        return None

    def guides(self) -> tuple[Guide, ...]:
        """Lines that show what caught a drag."""
        return ()

    def settle(self) -> None:
        """Called before the selection changes: finish what is pending for the old one."""

    def forget_gestures(self) -> None:
        """Called when the medium changes: nothing pending may reach the next one."""

    def boxes_replaced(self) -> None:
        """Called when boxes were set: a drag of a box that changed underneath must end."""

    # --- painting ---

    def event(self, event: QEvent) -> bool:
        """A tool tip has the whole text where a chip had to cut it."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            item = self._by_id.get(self._hovered)
            is_cut = item is not None and self._chips.width(item) > CHIP_MAX_WIDTH_PX
            QToolTip.showText(event.globalPos(), item.text if item is not None and is_cut else "", self)
            return True
        return super().event(event)

    def changeEvent(self, event: QEvent) -> None:
        """A new font or palette: chips are measured and drawn anew."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.PaletteChange, QEvent.Type.ApplicationFontChange):
            self._chips = ChipPainter()
            self._revision += 1
            self.update()

    def paint_picture(self, painter: QPainter) -> None:
        """The resting layer from its cache, then whatever is alive."""
        drag = self.live_drag()
        moving = drag.boxes if isinstance(drag, BoxDrag) else {}
        few = self._selection if len(self._selection) <= MANY_SELECTED else ()
        painter.drawPixmap(0, 0, self._resting_layer(frozenset((*few, *moving))))
        brush = self._brush()
        if self._hovered and self._hovered not in self._selection:
            brush.paint_hovered(painter, self._by_id[self._hovered], self._resting_chips.get(self._hovered))
        live = [replace(self._by_id[key], box=moving.get(key, self._by_id[key].box)) for key in self._selection]
        still = (item for item in live if self._lifted.get(item.id, item.box) == item.box)
        chips = (
            {}
            if moving
            else {item.id: self._resting_chips[item.id] for item in still if item.id in self._resting_chips}
        )
        brush.paint_selected(painter, live, chips, handles=self._is_editable, tinted=not moving)
        aim = self.aim() if self._has_cross_hair or self._pen is not None else None
        if aim is not None:
            brush.paint_cross_hair(painter, aim, self.picture_rect())
        brush.paint_guides(painter, self.guides())
        self._paint_drag(painter, brush, drag)

    def _paint_drag(self, painter: QPainter, brush: CanvasPainter, drag: Gesture | None) -> None:
        """The band, and the size or place of the one box that is changing."""
        if isinstance(drag, BoxDrag) and len(drag.boxes) == 1:
            box = next(iter(drag.boxes.values()))
            brush.paint_measure(painter, box, place_text(box) if drag.part is Part.BODY else size_text(box))
        elif isinstance(drag, Drawing | RubberBand) and drag.band is not None:
            brush.paint_band(painter, drag.band, QColor(theme.colours(self.palette()).accent))
            if isinstance(drag, Drawing):
                brush.paint_measure(painter, drag.band, size_text(drag.band))
        elif drag is None and self._draft is not None:
            brush.paint_band(painter, self._draft, QColor(theme.colours(self.palette()).accent))

    def _brush(self) -> CanvasPainter:
        return CanvasPainter(self._chips, self._view, self._widget_wh(), self.devicePixelRatioF())

    def _resting_layer(self, without: frozenset[str]) -> QPixmap:
        """Picture and boxes at rest, without those in hand; drawn anew only when something of it changed.

        A selected box is lifted off it, so that dragging, nudging and storing it leave the other thousand alone.
        """
        backdrop = self.backdrop()
        key = (self._backdrop_key, self._picture_number, self._chips, without, self._revision)
        if key == self._resting_key:
            return self._resting
        shown = tuple(item for item in self.boxes() if item.id not in without)
        if key[:-1] != self._resting_key[:-1] or shown != self._resting_items:
            layer = QPixmap(backdrop)
            painter = QPainter(layer)
            lifted = [item for item in self.boxes() if item.id in without]
            self._resting_chips = self._brush().paint_resting(painter, shown, lifted)
            painter.end()
            self._lifted = {item.id: item.box for item in lifted}
            self._resting, self._resting_items = layer, shown
        self._resting_key = key
        return self._resting


def size_text(box: Box) -> str:
    """Width and height, as shown while drawing and resizing."""
    return f"{box.x2 - box.x1:.0f} × {box.y2 - box.y1:.0f} px"


def place_text(box: Box) -> str:
    """The upper left corner, as shown while moving."""
    return f"{box.x1:.0f}, {box.y1:.0f}"
