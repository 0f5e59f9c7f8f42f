"""Reading and writing XML with care: no entities, errors that name line and element, texts that XML can hold."""

from __future__ import annotations

import math
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterable, Mapping
from pathlib import Path
from xml.etree.ElementTree import Element, SubElement

import defusedxml.ElementTree  # type: ignore[import-untyped]
from defusedxml.common import DefusedXmlException  # type: ignore[import-untyped]

from core.errors import FormatError
from core.formats.text_files import malformed
from core.jobs import Note, Report

_CANNOT = dict.fromkeys((*range(9), 11, 12, *range(14, 32), 0xFFFE, 0xFFFF, *range(0xD800, 0xE000)))


def parse_xml(file: Path, root_tag: str) -> Element:
    """The root element of a file. Entities and document types with them are refused. Raises `FormatError`."""
    try:
        root: Element = defusedxml.ElementTree.parse(file).getroot()
    except ElementTree.ParseError as error:
        line, column = error.position
        raise FormatError(f"{file}, line {line}, column {column + 1}: expected XML", why=str(error)) from None
    except DefusedXmlException as error:
        raise FormatError(f"{file}: expected XML without entities", why=type(error).__name__) from None
    except (OSError, ValueError, LookupError) as error:
        raise FormatError(f"{file} cannot be read", why=str(error)) from None
    if root.tag != root_tag:
        raise malformed(file, "first element", root_tag, root.tag)
    return root


def parse_kept(text: str) -> Element:
    """An element that was kept as text when a file was read."""
    element: Element = defusedxml.ElementTree.fromstring(text)
    return element


def as_text(element: Element) -> str:
    """An element as text, without what follows it. Raises `FormatError` when it is nested too deep."""
    element.tail = None
    try:
        return ElementTree.tostring(element, encoding="unicode")
    except RecursionError:
        raise FormatError(f"The element {element.tag} cannot be kept", why="it is nested too deep") from None


def number_in(text: str | None, file: Path, where: str) -> float:
    """The finite number that an attribute or element says. Raises `FormatError`."""
    try:
        found = float((text or "").strip())
    except ValueError:
        raise malformed(file, where, "a number", text) from None
    if not math.isfinite(found):
        raise malformed(file, where, "a finite number", text)
    return found


def whole_in(text: str | None, file: Path, where: str) -> int:
    """The whole number that an attribute or element says. Raises `FormatError`."""
    found = number_in(text, file, where)
    if found != int(found):
        raise malformed(file, where, "a whole number", text)
    return int(found)


def clean(text: str) -> str:
    """The text without the control characters that cannot stand in XML."""
    return text.translate(_CANNOT)


def add(parent: Element, tag: str, text: str = "", attributes: Mapping[str, str] | None = None) -> Element:
    """A new element at the end of another."""
    element = SubElement(parent, tag, {name: clean(value) for name, value in (attributes or {}).items()})
    if text:
        element.text = clean(text)
    return element


def xml_text(root: Element, *, indent: str = "  ", declaration: bool = True) -> str:
    """The whole file, indented, with a line end."""
    ElementTree.indent(root, indent)
    head = '<?xml version="1.0" encoding="UTF-8"?>\n' if declaration else ""
    return head + ElementTree.tostring(root, encoding="unicode") + "\n"


def note_unwritable(texts: Iterable[str], report: Report) -> None:
    """A line in the report about texts with characters that XML cannot hold."""
    count = sum(text != clean(text) for text in set(texts))
    if count:
        what = "one text loses" if count == 1 else f"{count} texts lose"
        report.changed.append(Note(f"{what} control characters, which XML cannot hold"))
