"""Where an object is, as numbers that can be typed: x, y, width, height in pixels, or start and end in seconds."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from core.schema import Box, Region, Segment
from desktop import theme
from desktop.tokens import SPACING
from desktop.views.number_edit import NumberEdit

LEAST_PX, LEAST_S = 1.0, 0.001
_FAR = 1e6


class PlaceFields(QWidget):
    """Four fields for a box, two for a segment. What was not typed keeps all its digits."""

    changed = Signal(object)  # Region

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._region: Region | None = None
        self._limits = (_FAR, _FAR)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(SPACING.xs)
        self._grid.setVerticalSpacing(SPACING.xs)
        self._fields: dict[str, tuple[QLabel, NumberEdit]] = {}
        texts = (
            *(("x", self.tr("x"), self.tr("Left edge in pixels")), ("y", self.tr("y"), self.tr("Top edge in pixels"))),
            *(("w", self.tr("w"), self.tr("Width in pixels")), ("h", self.tr("h"), self.tr("Height in pixels"))),
            ("start", self.tr("from"), self.tr("Start in seconds")),
            ("end", self.tr("to"), self.tr("End in seconds")),
        )
        for number, (name, short, long) in enumerate(texts):
            self._add(name, short, long, row=number // 2, column=2 * (number % 2))
        self._grid.setColumnStretch(1, 1)
        self._grid.setColumnStretch(3, 1)

    def _add(self, name: str, short: str, long: str, *, row: int, column: int) -> None:
        in_time = name in ("start", "end")
        label = QLabel(short, self)
        theme.set_text_role(label, "small", muted=True)
        field = NumberEdit(3 if in_time else 1, 0.1 if in_time else 1.0, self)
        field.setObjectName(f"place_{name}")
        field.setAccessibleName(long)
        field.setToolTip(long)
        field.valueChanged.connect(lambda value: self._on_typed(name, value))
        self._grid.addWidget(label, row, column)
        self._grid.addWidget(field, row, column + 1)
        self._fields[name] = (label, field)

    def show_region(
        self, region: Region | None, size_wh: tuple[int, int] | None, duration_s: float | None, *, editable: bool
    ) -> None:
        """A box or a segment, and the medium that it lies in; nothing else has numbers here."""
        self._region = region
        shown: dict[str, tuple[float, float, float]] = {}
        if isinstance(region, Box):
            width, height = size_wh or (_FAR, _FAR)
            w, h = region.x2 - region.x1, region.y2 - region.y1
            shown = {
                "x": (region.x1, 0.0, width - w),
                "y": (region.y1, 0.0, height - h),
                "w": (w, LEAST_PX, width - region.x1),
                "h": (h, LEAST_PX, height - region.y1),
            }
        elif isinstance(region, Segment):
            shown = {
                "start": (region.start_s, 0.0, region.end_s - LEAST_S),
                "end": (region.end_s, region.start_s + LEAST_S, duration_s or _FAR),
            }
        for name, (label, field) in self._fields.items():
            label.setVisible(name in shown)
            field.setVisible(name in shown)
            field.setEnabled(editable)
            if name in shown:
                field.show_value(*shown[name])

    def _on_typed(self, name: str, value: float) -> None:
        region = with_number(self._region, name, value) if self._region is not None else None
        if region is not None and region != self._region:
            self._region = region  # the next number that is typed builds on it, before it is shown again
            self.changed.emit(region)


def with_number(region: Region, name: str, value: float) -> Region:
    """The region with one of its numbers replaced; x and y move a box, w and h its right and lower edge."""
    if isinstance(region, Box):
        match name:
            case "x":
                return replace(region, x1=value, x2=value + region.x2 - region.x1)
            case "y":
                return replace(region, y1=value, y2=value + region.y2 - region.y1)
            case "w":
                return replace(region, x2=region.x1 + value)
            case "h":
                return replace(region, y2=region.y1 + value)
    if isinstance(region, Segment):
        return replace(region, start_s=value) if name == "start" else replace(region, end_s=value)
    return region
