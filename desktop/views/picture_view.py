"""A widget that shows one picture, zooms and pans it, or says why there is none. Knows no boxes.

The scaled picture is kept as a pixmap between frames, so that what is painted over it can move freely.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QImage,
    QNativeGestureEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop import theme
from desktop.tokens import FOCUS_RING_PX
from desktop.views.canvas_message import CanvasMessage, MessageKind, paint_message
from desktop.views.pyramid import Pyramid
from desktop.views.view_transform import (
    WHEEL_STEP,
    Point,
    ViewTransform,
    fit,
    keep_in_sight,
    pan,
    scale_limits,
    wheel_factor,
    zoom_at,
)

_KEYBOARD_FOCUS = (
    Qt.FocusReason.TabFocusReason,
    Qt.FocusReason.BacktabFocusReason,
    Qt.FocusReason.ShortcutFocusReason,
)


class PictureView(QWidget):
    """Picture, zoom and pan. `zoom` is screen pixels per picture pixel: 1.0 is 100 %, also on a HiDPI screen."""

    zoom_changed = Signal(float)
    view_changed = Signal()  # zoomed, panned, another size or another picture: another part is in sight

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(160, 120)
        self.setMouseTracking(True)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self._pyramid: Pyramid | None = None
        self._media_id = ""
        self._message = CanvasMessage(
            self.tr("Nothing to show yet"), self.tr("Open a picture or a folder, or drop files here."), "empty"
        )
        self._view = ViewTransform()
        self._is_fitted = True
        self._backdrop = QPixmap()
        self._backdrop_key: tuple[object, ...] = ()
        self._has_focus_ring = False

    def sizeHint(self) -> QSize:
        """Room for a picture."""
        return QSize(800, 600)

    # --- what is shown ---

    def set_image(self, image: QImage | Pyramid, media_id: str) -> None:
        """Show a picture. The same medium at the same size keeps its zoom; another one is fitted.

        A `Pyramid` made in a worker thread saves the window the time of making one of a huge picture.
        """
        before = self._pyramid.size_wh if self._pyramid is not None and self._media_id == media_id else None
        self._pyramid = image if isinstance(image, Pyramid) else Pyramid.build(image)
        self._media_id = media_id
        self._backdrop_key = ()
        self.view_changed.emit()
        if before != self._pyramid.size_wh:
            self.fit()
        self.update()

    def show_message(self, title: str, detail: str = "", kind: MessageKind = "info") -> None:
        """Show words instead of a picture: `empty`, `loading`, `error` (with what to do next) or `info`."""
        self._message = CanvasMessage(title, detail, kind)
        self._pyramid = None
        self._media_id = ""
        self.setAccessibleDescription(f"{title}. {detail}")
        self.update()
        self.view_changed.emit()

    def media_id(self) -> str:
        """The medium shown, or an empty text."""
        return self._media_id

    def pyramid(self) -> Pyramid | None:
        """The picture with its smaller copies."""
        return self._pyramid

    def has_image(self) -> bool:
        """Whether a picture is shown, rather than a message."""
        return self._pyramid is not None

    def picture_size(self) -> tuple[float, float]:
        """Width and height of the picture in its own pixels; 0, 0 without one."""
        return (
            (0.0, 0.0) if self._pyramid is None else (float(self._pyramid.size_wh[0]), float(self._pyramid.size_wh[1]))
        )

    # --- zoom and pan ---

    def zoom(self) -> float:
        """Screen pixels per picture pixel."""
        return self._view.scale * self.devicePixelRatioF()

    def view_transform(self) -> ViewTransform:
        """Where the picture stands, in logical widget pixels."""
        return self._view

    def fit(self) -> None:
        """Show the whole picture, and keep showing it whole when the widget changes size."""
        if self._pyramid is not None:
            self._set_view(fit(self.picture_size(), self._widget_wh()), fitted=True)

    def actual_size(self) -> None:
        """One picture pixel on one screen pixel, around the middle of the view."""
        self.set_zoom(1.0)

    def zoom_in(self) -> None:
        """One step nearer, around the middle of the view."""
        self.set_zoom(self.zoom() * WHEEL_STEP)

    def zoom_out(self) -> None:
        """One step back, around the middle of the view."""
        self.set_zoom(self.zoom() / WHEEL_STEP)

    def set_zoom(self, zoom: float, anchor: Point | None = None) -> None:
        """Zoom to screen pixels per picture pixel; `anchor` (widget pixels) stays where it is."""
        if self._pyramid is None or zoom <= 0:
            return
        width, height = self._widget_wh()
        factor = zoom / self.zoom()
        limits = scale_limits(self.picture_size(), (width, height))
        self._set_view(zoom_at(self._view, anchor or (width / 2, height / 2), factor, limits))

    def pan_by(self, dx: float, dy: float) -> None:
        """Move the picture by logical widget pixels."""
        if self._pyramid is not None:
            self._set_view(pan(self._view, dx, dy))

    def _set_view(self, view: ViewTransform, *, fitted: bool = False) -> None:
        if not fitted:
            view = keep_in_sight(view, self.picture_size(), self._widget_wh())
        is_zoomed = view.scale != self._view.scale
        self._view = view
        self._is_fitted = fitted
        self.update()
        self.view_changed.emit()
        if is_zoomed:
            self.zoom_changed.emit(self.zoom())

    def _widget_wh(self) -> tuple[float, float]:
        return (float(max(1, self.width())), float(max(1, self.height())))

    # --- events ---

    def wheelEvent(self, event: QWheelEvent) -> None:
        """The wheel zooms at the pointer, with Ctrl or without."""
        delta = event.angleDelta().y() or event.angleDelta().x()
        if self._pyramid is None or delta == 0:
            event.ignore()
            return
        at = event.position()
        self.set_zoom(self.zoom() * wheel_factor(delta), (at.x(), at.y()))
        event.accept()

    def event(self, event: QEvent) -> bool:
        """Pinching on a touch pad zooms as the wheel does."""
        if isinstance(event, QNativeGestureEvent) and event.gestureType() == Qt.NativeGestureType.ZoomNativeGesture:
            at = event.position()
            self.set_zoom(self.zoom() * (1.0 + event.value()), (at.x(), at.y()))
            return True
        return super().event(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """A fitted picture stays fitted; otherwise what is in the middle stays there."""
        super().resizeEvent(event)
        if self._is_fitted or self._pyramid is None:
            self.fit()
            return
        old, new = event.oldSize(), event.size()
        self._set_view(pan(self._view, (new.width() - old.width()) / 2, (new.height() - old.height()) / 2))

    def focusInEvent(self, event: QFocusEvent) -> None:
        """A ring shows where the keyboard is, if the keyboard brought it here."""
        self._has_focus_ring = event.reason() in _KEYBOARD_FOCUS
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """The ring goes with the focus."""
        self._has_focus_ring = False
        super().focusOutEvent(event)
        self.update()

    # --- painting ---

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Picture or message, then what a subclass paints over it, then the focus ring."""
        painter = QPainter(self)
        named = theme.colours(self.palette())
        if self._pyramid is None:
            painter.fillRect(self.rect(), QColor(named.canvas))
            paint_message(painter, QRectF(self.rect()), self._message, self.palette())
        else:
            self.paint_picture(painter)
        if self._has_focus_ring:
            half = FOCUS_RING_PX / 2
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
            painter.setPen(QPen(QColor(named.accent), FOCUS_RING_PX))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(QRectF(self.rect()).adjusted(half, half, -half, -half))
        painter.end()

    def paint_picture(self, painter: QPainter) -> None:
        """Paint the picture; subclasses paint over it."""
        painter.drawPixmap(0, 0, self.backdrop())

    def backdrop(self) -> QPixmap:
        """The picture on its ground at the present zoom, the size of the widget; drawn anew only when it changed."""
        ratio = self.devicePixelRatioF()
        named = theme.colours(self.palette())
        key = (self._view, self.size().toTuple(), ratio, named.scheme)
        if key != self._backdrop_key and self._pyramid is not None:
            pixmap = QPixmap(round(self.width() * ratio), round(self.height() * ratio))
            pixmap.setDevicePixelRatio(ratio)
            pixmap.fill(QColor(named.canvas))
            painter = QPainter(pixmap)
            self._paint_image(painter, self._pyramid, ratio)
            painter.end()
            self._backdrop, self._backdrop_key = pixmap, key
        return self._backdrop

    def picture_rect(self) -> QRectF:
        """Where the whole picture stands, in widget pixels."""
        width, height = self.picture_size()
        left, top = self._view.to_widget((0.0, 0.0))
        return QRectF(left, top, width * self._view.scale, height * self._view.scale)

    def _paint_image(self, painter: QPainter, pyramid: Pyramid, ratio: float) -> None:
        """Only the part in sight, widened to whole picture pixels so that their edges fall right."""
        whole = self.picture_rect()
        seen = whole.intersected(QRectF(self.rect()))
        if seen.isEmpty():
            return
        width, height = self.picture_size()
        x1, y1 = self._view.to_picture((seen.left(), seen.top()))
        x2, y2 = self._view.to_picture((seen.right(), seen.bottom()))
        step = 2 ** (len(pyramid.levels) - 1)
        x1, y1 = max(0.0, x1 // step * step), max(0.0, y1 // step * step)
        x2, y2 = min(width, -(-x2 // step) * step), min(height, -(-y2 // step) * step)
        corner = QPointF(*self._view.to_widget((x1, y1)))
        source = QRectF(x1, y1, x2 - x1, y2 - y1)
        target = QRectF(corner.x(), corner.y(), source.width() * self._view.scale, source.height() * self._view.scale)
        pyramid.paint(painter, target, source, self._view.scale * ratio)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setPen(QPen(QColor(128, 128, 128, 90), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(whole.adjusted(-0.5, -0.5, 0.5, 0.5))
