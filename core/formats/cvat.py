"""What CVAT's two XML formats share: boxes of shapes, attributes, and the table of labels in `meta`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from xml.etree.ElementTree import Element

from core.formats.classes import Collector
from core.formats.shapes import Point, box_around, rotated
from core.formats.text_files import malformed, plain_number
from core.formats.xml_files import add, number_in, parse_kept
from core.schema import Annotation, Box, Label

CORNERS = ("xtl", "ytl", "xbr", "ybr")
SHAPES = ("box", "polygon", "polyline", "points", "ellipse", "mask", "cuboid", "skeleton")
EXPRESSION = "expression"


def box_of(element: Element, file: Path, where: str) -> Box:
    """The box of a shape, or around it; it may have no area. Raises `FormatError`."""

    def value(name: str) -> float:
        return number_in(element.get(name), file, f"{where}, {name}")

    match element.tag:
        case "box":
            box = Box(*(value(name) for name in CORNERS))
            turn = number_in(element.get("rotation", "0"), file, f"{where}, rotation")
            if turn:
                box = rotated(box, turn, ((box.x1 + box.x2) / 2, (box.y1 + box.y2) / 2))
            return box
        case "ellipse":
            x, y, wide, high = value("cx"), value("cy"), value("rx"), value("ry")
            return Box(x - wide, y - high, x + wide, y + high)
        case "mask":
            left, top = value("left"), value("top")
            return Box(left, top, left + value("width"), top + value("height"))
        case "cuboid":
            names = [f"{side}{n}" for n in (1, 2) for side in ("xtl", "ytl", "xtr", "ytr", "xbr", "ybr", "xbl", "ybl")]
            held = [value(name) for name in names if element.get(name) is not None]
            if len(held) < 4 or len(held) % 2:
                raise malformed(file, where, "the corners of a cuboid", sorted(element.attrib))
            return box_around(zip(held[::2], held[1::2], strict=True))
        case "skeleton":
            points = [child for child in element if child.tag == "points"]
            if not points:
                raise malformed(file, where, "points of a skeleton", [child.tag for child in element])
            shown = [child for child in points if child.get("outside") != "1"] or points
            inner = [box_of(child, file, where) for child in shown]
            return box_around([(box.x1, box.y1) for box in inner] + [(box.x2, box.y2) for box in inner])
    return box_around(_points(element.get("points"), file, f"{where}, points"))


def _points(text: str | None, file: Path, where: str) -> Sequence[Point]:
    found: list[Point] = []
    for pair in (text or "").split(";"):
        cells = pair.split(",")
        if len(cells) != 2:
            raise malformed(file, where, "points as x,y;x,y", text)
        found.append((number_in(cells[0], file, where), number_in(cells[1], file, where)))
    return found


def is_outside(element: Element) -> bool:
    """Whether a shape says that the thing is not on the screen: a skeleton says so by each of its points."""
    if element.tag == "skeleton" and element.get("outside") is None:
        points = [child for child in element if child.tag == "points"]
        return bool(points) and all(point.get("outside") == "1" for point in points)
    return element.get("outside") == "1"


def is_plain(element: Element) -> bool:
    """Whether a shape is an upright box, which needs no original beside it."""
    return element.tag == "box" and float(element.get("rotation", "0") or 0) == 0


def words_of(element: Element) -> tuple[tuple[str, ...] | None, list[tuple[str, str]]]:
    """The expressions among a shape's attributes (None: there are none), and the other attributes."""
    pairs = [(child.get("name") or "", child.text or "") for child in element.findall("attribute")]
    said = tuple(dict.fromkeys(value for name, value in pairs if name == EXPRESSION and value.strip()))
    return said or None, [(name, value) for name, value in pairs if name and name != EXPRESSION]


def add_words(parent: Element, annotation: Annotation, label: str) -> None:
    """The attributes of a region: its expressions, where they are not just its label, and its own."""
    said = annotation.expressions if annotation.expressions != (label,) else ()
    for name, value in (*((EXPRESSION, text) for text in said), *annotation.attributes):
        add(parent, "attribute", value, {"name": name})


def set_corners(element: Element, box: Box) -> None:
    """The four numbers of a box, in pixels, to the last bit."""
    for name, value in zip(CORNERS, (box.x1, box.y1, box.x2, box.y2), strict=True):
        element.set(name, str(plain_number(value)))


def read_labels(meta: Element | None, collector: Collector) -> None:
    """The table of labels in its order: numbers count from 0."""
    if meta is not None:
        for label in meta.iter("label"):
            name = (label.findtext("name") or "").strip()
            if name:
                collector.label(name)


def meta_element(kept: object, labels: Iterable[Label], facts: Sequence[tuple[str, str]]) -> Element:
    """The kept `meta` with labels that are new since; or a new one with `facts` of the task."""
    names = [label.name for label in sorted(labels, key=lambda label: label.number)]
    if isinstance(kept, str):
        meta = parse_kept(kept)
        table = next(meta.iter("labels"), None)
        if table is None:
            table = add(add(meta, "task"), "labels")
    else:
        meta = Element("meta")
        task = add(meta, "task")
        for tag, text in facts:
            add(task, tag, text)
        table = add(task, "labels")
    known = {(label.findtext("name") or "").strip() for label in table}
    for name in names:
        if name not in known:
            label = add(table, "label")
            add(label, "name", name)
            add(label, "attributes")
    return meta
