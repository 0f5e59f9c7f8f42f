"""The small picture in the corner of a zoomed canvas: shows which part is seen; a click or drag goes elsewhere."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QEnterEvent, QImage, QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QWidget

from desktop import theme
from desktop.views.picture_view import PictureView
from desktop.views.pyramid import Pyramid

LONGEST_SIDE_PX = 168
MARGIN_PX = 12
LEAST_VIEW_PX = 420  # in a smaller canvas the map would stand in the way
SHARE = 0.3  # of the canvas that it may take on either axis
LEAST_PART_PX = 6.0  # the mark of a tiny part is still to be seen


class Minimap(QWidget):
    """A child of the view that it belongs to. Shown only while some of the picture is out of sight."""

    def __init__(self, view: PictureView) -> None:
        super().__init__(view)
        self.setObjectName("minimap")
        self.setAccessibleName(self.tr("Overview of the picture"))
        self.setToolTip(self.tr("Click or drag to go there"))
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._view = view
        self._is_wanted = True
        self._small = QPixmap()
        self._small_key: tuple[object, ...] = ()
        self._small_of: Pyramid | None = None
        self.hide()
        view.view_changed.connect(self.follow)

    def set_wanted(self, wanted: bool) -> None:
        """Whether it may be shown at all."""
        self._is_wanted = wanted
        self.follow()

    def follow(self) -> None:
        """Stand in the lower right corner and mark the part in sight, or hide."""
        view = self._view
        seen, whole = QRectF(view.rect()), view.picture_rect()
        is_cut = view.has_image() and not seen.adjusted(-1, -1, 1, 1).contains(whole)
        if not (self._is_wanted and is_cut and min(view.width(), view.height()) >= LEAST_VIEW_PX * 0.6):
            self.hide()
            return
        room_x, room_y = min(LONGEST_SIDE_PX, view.width() * SHARE), min(LONGEST_SIDE_PX, view.height() * SHARE)
        factor = min(room_x / whole.width(), room_y / whole.height())
        width, height = max(16, round(whole.width() * factor)), max(16, round(whole.height() * factor))
        self.setGeometry(view.width() - width - MARGIN_PX, view.height() - height - MARGIN_PX, width, height)
        self.show()
        self.update()

    def part_in_sight(self) -> QRectF:
        """The part of the map that stands for what the view shows."""
        whole = self._view.picture_rect()
        seen = whole.intersected(QRectF(self._view.rect()))
        across, down = self.width() / whole.width(), self.height() / whole.height()
        part = QRectF(
            (seen.x() - whole.x()) * across, (seen.y() - whole.y()) * down, seen.width() * across, seen.height() * down
        )
        if part.width() < LEAST_PART_PX or part.height() < LEAST_PART_PX:
            middle = part.center()
            part.setSize(part.size().expandedTo(QRectF(0, 0, LEAST_PART_PX, LEAST_PART_PX).size()))
            part.moveCenter(middle)
        return part

    # --- mouse ---

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Go where the click is."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._go_to(event.position())
        event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Follow the drag."""
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._go_to(event.position())
        event.accept()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """The canvas has nothing to do with it."""
        event.accept()

    def _go_to(self, at: QPointF) -> None:
        """Bring this place into the middle of the view, as far as the picture still fills it."""
        view = self._view
        width, height = view.picture_size()
        scale = view.view_transform().scale
        x = centre_within(at.x() / self.width() * width, view.width() / scale, width)
        y = centre_within(at.y() / self.height() * height, view.height() / scale, height)
        x, y = view.view_transform().to_widget((x, y))
        view.pan_by(view.width() / 2 - x, view.height() / 2 - y)

    def enterEvent(self, event: QEnterEvent) -> None:
        """The pointer aims at the map, no longer at the picture."""
        super().enterEvent(event)
        self._view.update()

    def leaveEvent(self, event: QEvent) -> None:
        """It aims at the picture again."""
        super().leaveEvent(event)
        self._view.update()

    # --- painting ---

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The picture, quieter where it is out of sight, and a frame around what is seen."""
        pyramid = self._view.pyramid()
        if pyramid is None:
            return
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self._picture(pyramid))
        part = self.part_in_sight()
        shade = QColor(0, 0, 0, 110)
        for strip in _around(part, QRectF(self.rect())):
            painter.fillRect(strip, shade)
        painter.setPen(QPen(QColor(0, 0, 0, 150), 1))
        painter.drawRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5))
        painter.setPen(QPen(QColor("#ffffff"), 1.5))
        painter.drawRect(part.adjusted(0.75, 0.75, -0.75, -0.75))
        painter.end()

    def _picture(self, pyramid: Pyramid) -> QPixmap:
        """The whole picture at this size, kept."""
        ratio = self.devicePixelRatioF()
        key = (self.size().toTuple(), ratio, theme.colours(self.palette()).scheme)
        if key != self._small_key or pyramid is not self._small_of:
            wanted = self.size() * ratio
            level: QImage = pyramid.levels[-1]
            small = level.scaled(
                wanted, Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation
            )
            pixmap = QPixmap(wanted)
            pixmap.fill(QColor(theme.colours(self.palette()).canvas))
            painter = QPainter(pixmap)
            painter.drawImage(0, 0, small)
            painter.end()
            pixmap.setDevicePixelRatio(ratio)
            self._small, self._small_key, self._small_of = pixmap, key, pyramid
        return self._small


def centre_within(wanted: float, seen: float, extent: float) -> float:
    """The nearest middle of a part of length `seen` that lies within `extent`; its middle where the part is longer."""
    half = seen / 2
    return extent / 2 if seen >= extent else min(max(wanted, half), extent - half)


def _around(hole: QRectF, whole: QRectF) -> list[QRectF]:
    """The rest of a rectangle around a hole in it."""
    hole = hole.intersected(whole)
    return [
        QRectF(whole.left(), whole.top(), whole.width(), hole.top() - whole.top()),
        QRectF(whole.left(), hole.bottom(), whole.width(), whole.bottom() - hole.bottom()),
        QRectF(whole.left(), hole.top(), hole.left() - whole.left(), hole.height()),
        QRectF(hole.right(), hole.top(), whole.right() - hole.right(), hole.height()),
    ]
