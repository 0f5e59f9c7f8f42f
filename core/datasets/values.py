"""Checked values of annotation files: ids, sizes, boxes as `x, y, width, height`."""

from __future__ import annotations

from pathlib import Path

from core.formats.text_files import as_number, as_numbers, malformed
from core.geometry import BoxXYXY, xywh_to_xyxy

Json = dict[str, object]


def id_in(value: object, file: Path, where: str) -> str:
    """An id, which some files write as a number and others as text."""
    if isinstance(value, str) and value.strip():
        return value.strip()
    if isinstance(value, bool) or not isinstance(value, int):
        raise malformed(file, where, "an id", value)
    return str(value)


def text_in(entry: Json, key: str, file: Path, where: str) -> str:
    """The text under a key, without space around it."""
    value = entry.get(key)
    if not isinstance(value, str):
        raise malformed(file, f"{where}.{key}", "text", value)
    return value.strip()


def size_in(entry: Json, file: Path, where: str, *, keys: tuple[str, str] = ("width", "height")) -> tuple[int, int]:
    """Width and height in pixels."""
    found = tuple(int(as_number(entry.get(key), file, f"{where}.{key}")) for key in keys)
    if min(found) <= 0:
        raise malformed(file, where, "a size in pixels", found)
    return found[0], found[1]


def box_in(entry: Json, file: Path, where: str, *, keys: tuple[str, str] = ("width", "height")) -> BoxXYXY:
    """A box that stands as `x`, `y` and its size under `keys`, in pixels."""
    x, y, width, height = (as_number(entry.get(key), file, f"{where}.{key}") for key in ("x", "y", *keys))
    return xywh_to_xyxy((x, y, width, height))


def coco_box(value: object, file: Path, where: str) -> BoxXYXY:
    """COCO's `bbox`: `[x, y, width, height]` in pixels."""
    x, y, width, height = as_numbers(value, 4, file, where)
    return xywh_to_xyxy((x, y, width, height))


def number_or_none(value: object) -> float | None:
    """A number, or None where the file says nothing that is one."""
    if isinstance(value, str):
        try:
            return float(value)
        except ValueError:
            return None
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
