"""Boxes inside a model's sentences: from the padded square that the model sees to the picture as it is."""

from __future__ import annotations

import re

from core.geometry import square_padding

_BOX = re.compile(r"\[([\d.]+), ([\d.]+), ([\d.]+), ([\d.]+)\]")
_DECIMALS = 3


def boxes_of_picture(text: str, size_wh: tuple[int, int], *, as_published: bool = False) -> str:
    """Rewrite every `[x1, y1, x2, y2]` of 0-1 of the padded square as 0-1 of the picture of this size in pixels.

    Values go through whole pixels, as in the original. What is no box, or not four numbers, stays as it is.
    as_published: the original replaces one box after another in the whole text, so that a rewritten box that equals a
    later one is rewritten again.
    """
    if not as_published:
        return _BOX.sub(lambda match: _rewritten(match, size_wh), text)
    for match in _BOX.finditer(text):
        text = text.replace(match.group(), _rewritten(match, size_wh))
    return text


def _rewritten(match: re.Match[str], size_wh: tuple[int, int]) -> str:
    side, left, top = square_padding(size_wh)
    try:
        values = [float(value) for value in match.groups()]
    except ValueError:  # two points in one number
        return match.group()
    fitted = []
    for value, before, length in zip(values, (left, top, left, top), (*size_wh, *size_wh), strict=True):
        inside = round((round(value * side) - before) / length, _DECIMALS)
        fitted.append(min(max(inside, 0.0), 1.0))
    return f"[{', '.join(str(value) for value in fitted)}]"
