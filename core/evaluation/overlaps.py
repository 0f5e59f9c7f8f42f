"""How far two regions of any kind are the same."""

from __future__ import annotations

from core.geometry import iou, temporal_iou
from core.schema import Box, Region, Segment, Track


def overlap(a: Region, b: Region) -> float:
    """IoU of two boxes or two spans, 0-1. A track is compared at the times of the other's boxes, of its own else.

    A box and a span have nothing in common: 0.
    """
    match a, b:
        case Segment(), Segment():
            return temporal_iou((a.start_s, a.end_s), (b.start_s, b.end_s))
        case Box(), Box():
            return iou(_corners(a), _corners(b))
        case Track(keys), (Box() | Track()):
            other = b.keys if isinstance(b, Track) else (b,)
            return sum(iou(_corners(_nearest(keys, box)), _corners(box)) for box in other) / len(other)
        case Box(), Track():
            return overlap(b, a)
        case _:
            return 0.0


def _nearest(keys: tuple[Box, ...], box: Box) -> Box:
    if box.at_s is None:
        return keys[0]
    at_s = box.at_s
    return min(keys, key=lambda key: abs((key.at_s or 0.0) - at_s))


def _corners(box: Box) -> tuple[float, float, float, float]:
    return (box.x1, box.y1, box.x2, box.y2)
