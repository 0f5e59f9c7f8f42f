"""Pure geometry: boxes, overlaps, the padded square, time spans. No files, no torch.

Boxes are `(x1, y1, x2, y2)` tuples unless a name says `xywh`; pixels unless a name says `_norm`.
"""

from __future__ import annotations

from collections.abc import Sequence

BoxXYXY = tuple[float, float, float, float]
SpanS = tuple[float, float]


def xyxy_to_xywh(box_xyxy: BoxXYXY) -> BoxXYXY:
    """Corners to corner and size."""
    x1, y1, x2, y2 = box_xyxy
    return (x1, y1, x2 - x1, y2 - y1)


def xywh_to_xyxy(box_xywh: BoxXYXY) -> BoxXYXY:
    """Corner and size to corners."""
    x, y, width, height = box_xywh
    return (x, y, x + width, y + height)


def turned(box_xyxy: BoxXYXY, orientation: int, raw_wh: tuple[float, float]) -> BoxXYXY:
    """A box of the picture as stored, in the upright picture. `orientation` is EXIF's value 1-8."""
    x1, y1, x2, y2 = box_xyxy
    width, height = raw_wh
    match orientation:
        case 2:
            return (width - x2, y1, width - x1, y2)
        case 3:
            return (width - x2, height - y2, width - x1, height - y1)
        case 4:
            return (x1, height - y2, x2, height - y1)
        case 5:
            return (y1, x1, y2, x2)
        case 6:
            return (height - y2, x1, height - y1, x2)
        case 7:
            return (height - y2, width - x2, height - y1, width - x1)
        case 8:
            return (y1, width - x2, y2, width - x1)
    return box_xyxy


def clip_box(box_xyxy: BoxXYXY, size_wh: tuple[float, float]) -> BoxXYXY:
    """The part of a box inside a picture of this size (may have no area)."""
    x1, y1, x2, y2 = box_xyxy
    width, height = size_wh
    return (min(max(x1, 0.0), width), min(max(y1, 0.0), height), min(max(x2, 0.0), width), min(max(y2, 0.0), height))


def box_area(box_xyxy: BoxXYXY) -> float:
    """Area in square units of the box; 0 for a box turned inside out."""
    x1, y1, x2, y2 = box_xyxy
    return max(0.0, x2 - x1) * max(0.0, y2 - y1)


def iou(a: BoxXYXY, b: BoxXYXY) -> float:
    """Intersection over union of two boxes, 0 when neither has an area."""
    inter = box_area((max(a[0], b[0]), max(a[1], b[1]), min(a[2], b[2]), min(a[3], b[3])))
    union = box_area(a) + box_area(b) - inter
    return inter / union if union > 0 else 0.0


def temporal_iou(a: SpanS, b: SpanS) -> float:
    """Intersection over union of two time spans, 0 when neither has a length."""
    inter = max(0.0, min(a[1], b[1]) - max(a[0], b[0]))
    union = max(0.0, a[1] - a[0]) + max(0.0, b[1] - b[0]) - inter
    return inter / union if union > 0 else 0.0


def square_padding(size_wh: tuple[int, int]) -> tuple[int, int, int]:
    """`(side, left, top)` of the square that a picture is padded to.

    The picture stands at floor((long - short) / 2) on the short axis, as in GroundingGPT.
    """
    width, height = size_wh
    side = max(width, height)
    return side, (side - width) // 2, (side - height) // 2


def box_to_padded_norm(box_xyxy: BoxXYXY, size_wh: tuple[int, int]) -> BoxXYXY:
    """Pixels of the picture to 0-1 of its padded square."""
    side, left, top = square_padding(size_wh)
    x1, y1, x2, y2 = box_xyxy
    return ((x1 + left) / side, (y1 + top) / side, (x2 + left) / side, (y2 + top) / side)


def box_from_padded_norm(box_norm: BoxXYXY, size_wh: tuple[int, int]) -> BoxXYXY:
    """0-1 of the padded square to pixels of the picture, clipped to it."""
    side, left, top = square_padding(size_wh)
    x1, y1, x2, y2 = box_norm
    return clip_box((x1 * side - left, y1 * side - top, x2 * side - left, y2 * side - top), size_wh)


def match_one_to_one(pairs: Sequence[tuple[float, int, int]], threshold: float) -> list[tuple[int, int]]:
    """Greedy one-to-one matching of `(overlap, left index, right index)`: best overlap first, each index once."""
    taken_left: set[int] = set()
    taken_right: set[int] = set()
    matches: list[tuple[int, int]] = []
    for overlap, left, right in sorted(pairs, key=lambda pair: (-pair[0], pair[1], pair[2])):
        if overlap < threshold:
            break
        if left not in taken_left and right not in taken_right:
            taken_left.add(left)
            taken_right.add(right)
            matches.append((left, right))
    return matches
