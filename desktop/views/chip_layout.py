"""Where label chips go, so that none covers another: pure arithmetic, no Qt.

All coordinates are logical widget pixels. Boxes come in order of importance; who comes first gets the better place.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

Rect = tuple[float, float, float, float]  # x1, y1, x2, y2

CHIP_MAX_WIDTH_PX = 220.0
CHIP_MIN_WIDTH_PX = 34.0
CHIP_GAP_PX = 3.0
MIN_BOX_SIDE_PX = 10.0
CHIP_COMPACT_WIDTH_PX = 76.0
COVER_SHARE = 0.08  # of the view that resting chips may cover: the picture comes first
_CELL_PX = 64.0


@dataclass(frozen=True, slots=True)
class ChipWish:
    """A box that wants a chip. `width` is what its whole text needs; `must` if it is selected or hovered."""

    id: str
    box: Rect
    width: float
    must: bool = False


def layout(wishes: Iterable[ChipWish], widget_wh: tuple[float, float], height: float) -> dict[str, Rect]:
    """Chip rectangles of this height by box id, none overlapping another, all inside the widget.

    A chip with no free place is left out, and so are the last ones of a crowd that would hide the picture:
    their boxes still have their colours, and hovering shows the chip.
    """
    taken = _Occupied()
    placed: dict[str, Rect] = {}
    budget = COVER_SHARE * widget_wh[0] * widget_wh[1]
    for wish in wishes:
        if budget <= 0 and not wish.must:
            break
        chip = _place(wish, widget_wh, height, taken)
        if chip is not None:
            taken.add(chip)
            placed[wish.id] = chip
            budget -= (chip[2] - chip[0]) * (chip[3] - chip[1])
    return placed


def floating(wish: ChipWish, widget_wh: tuple[float, float], height: float) -> Rect | None:
    """The chip of a hovered box, drawn above everything: its best place, whatever lies there."""
    return _place(wish, widget_wh, height, _Occupied())


def _place(wish: ChipWish, widget_wh: tuple[float, float], height: float, taken: _Occupied) -> Rect | None:
    x1, y1, x2, y2 = wish.box
    if x2 < 0 or y2 < 0 or x1 > widget_wh[0] or y1 > widget_wh[1]:
        return None
    if not wish.must and min(x2 - x1, y2 - y1) < MIN_BOX_SIDE_PX:
        return None
    for width in _widths(wish):
        for chip in _candidates(wish.box, (width, height), widget_wh):
            if _inside(chip, widget_wh) and taken.is_free(chip):
                return chip
    return None


def _widths(wish: ChipWish) -> Iterator[float]:
    """Whole text first, then as wide as the box, then the shortest that still says something."""
    full = min(wish.width, CHIP_MAX_WIDTH_PX)
    yield full
    as_box = max(CHIP_COMPACT_WIDTH_PX, wish.box[2] - wish.box[0])
    if as_box < full:
        yield as_box
        if as_box > CHIP_COMPACT_WIDTH_PX:
            yield CHIP_COMPACT_WIDTH_PX


def _candidates(box: Rect, chip_wh: tuple[float, float], widget_wh: tuple[float, float]) -> Iterator[Rect]:
    """Above left, below left, inside on the left, above right, below right, at last anywhere along the view's edge."""
    x1, y1, x2, y2 = box
    width, height = chip_wh
    above, below = y1 - height - CHIP_GAP_PX, y2 + CHIP_GAP_PX
    inset = CHIP_GAP_PX + 1
    corners = [(x1, above), (x1, below)]
    if x2 - x1 >= width + 2 * inset and y2 - y1 >= 2 * height:
        corners += [(x1 + inset, y1 + inset), (x1 + inset, y2 - height - inset)]
    corners += [(x2 - width, above), (x2 - width, below)]
    left = min(max(x1, inset), widget_wh[0] - width - inset)
    lowest = widget_wh[1] - height - inset
    corners += [(left, min(max(top, inset), lowest)) for top in (above, y1 + inset, below)]
    for x, y in corners:
        yield (x, y, x + width, y + height)


def _inside(chip: Rect, widget_wh: tuple[float, float]) -> bool:
    return chip[0] >= 0 and chip[1] >= 0 and chip[2] <= widget_wh[0] and chip[3] <= widget_wh[1]


class _Occupied:
    """Rectangles in a coarse grid, so that asking for a free place does not look at all of them."""

    def __init__(self) -> None:
        self._cells: dict[tuple[int, int], list[Rect]] = {}

    def add(self, rect: Rect) -> None:
        for cell in _cells(rect):
            self._cells.setdefault(cell, []).append(rect)

    def is_free(self, rect: Rect) -> bool:
        x1, y1, x2, y2 = rect
        for cell in _cells(rect):
            for a1, b1, a2, b2 in self._cells.get(cell, ()):
                if x1 < a2 + 1 and a1 < x2 + 1 and y1 < b2 + 1 and b1 < y2 + 1:
                    return False
        return True


def _cells(rect: Rect) -> Iterator[tuple[int, int]]:
    # One pixel more on each side: chips keep a pixel between them, and neighbours may lie in the next cell.
    for column in range(int((rect[0] - 1) // _CELL_PX), int((rect[2] + 1) // _CELL_PX) + 1):
        for row in range(int((rect[1] - 1) // _CELL_PX), int((rect[3] + 1) // _CELL_PX) + 1):
            yield (column, row)
