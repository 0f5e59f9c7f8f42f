"""Says in the window's language what core says in English: core knows no Qt, so its texts are found by their shape.

`resources/translations/core_texts.json` lists every shape, with `{0}` for values; `make translations` gathers it.
A text that has no known shape, such as a library's own message, stays as it is.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from PySide6.QtCore import QCoreApplication

from core.errors import UserError
from core.files import bundled
from desktop.wrapping import sentences

CONTEXT = "Core"
_PROBE = "Nothing was changed"  # said by core, and the same in English alone
_FIELD = re.compile(r"\{\w*\}")
_LEAST_INSIDE = 7  # letters of its own that a remark needs to be found again inside another one


@dataclass(frozen=True, slots=True)
class _Shape:
    """A text with places for values. `piece` is its longest part: looked for first, being quick to find."""

    source: str
    piece: str
    letters: int
    fields: tuple[str, ...]
    pattern: str

    def match(self, text: str) -> re.Match[str] | None:
        """The values in a text of this shape; patterns are compiled when they are first needed."""
        return re.fullmatch(self.pattern, text, re.DOTALL) if self.piece in text else None


def said(text: str) -> str:
    """A text of core in the window's language; any other text as it is."""
    if _translated(_PROBE) == _PROBE:
        return text  # the window speaks English
    if text in _known()[0]:
        return _translated(text)
    return (_remarks(text) if ". " in text or text.endswith(".") else "") or _by_shape(text) or text


def error_text(error: UserError) -> str:
    """What happened, why, and what to do next, as sentences in the window's language."""
    return sentences(said(error.what), said(error.why), said(error.next_step))


def known_sources() -> list[str]:
    """Every text of core that is known, by heart or by its shape."""
    exact, shapes = _known()
    return sorted({*exact, *(shape.source for shape in shapes)})


def _by_shape(text: str) -> str:
    """A text with values in the window's language; "" where its shape is not known, or said in English."""
    for shape in _shapes_of(text):
        spoken = _translated(shape.source)
        return "" if spoken == shape.source else _filled(spoken, shape, text)
    return ""


def _remarks(text: str) -> str:
    """An error that core has already written as sentences; "" where none of them is known."""
    parts = [part.rstrip(".") for part in text.split(". ")]
    spoken = [_as_begun(part) for part in parts]
    return sentences(*spoken) if spoken != parts else ""


def _as_begun(part: str) -> str:
    """A remark that may have got its capital only as a sentence."""
    small = part[:1].lower() + part[1:]
    for text in (part, small):
        if text in _known()[0]:
            return _translated(text)
    return _by_shape(part) or _by_shape(small) or part


def _filled(spoken: str, shape: _Shape, text: str) -> str:
    found = shape.match(text)
    values = {}
    for number, field in enumerate(shape.fields, start=1):
        value = found[number] if found else ""
        is_quoted = found is not None and text[: found.start(number)].endswith("“")  # a person's words stay
        values[field] = value if is_quoted else _inside(value)
    return _FIELD.sub(lambda match: values.get(match.group(), match.group()), spoken)


def _inside(value: str) -> str:
    """A value that is itself a text of core, such as a state of work; else as it is."""
    if value in _known()[0]:
        return _translated(value)
    fits = any(shape.letters >= _LEAST_INSIDE or shape.fields == ("{count}",) for shape in _shapes_of(value))
    return said(value) if fits else value


def _shapes_of(text: str) -> Iterator[_Shape]:
    """The shapes that a text has, the most telling first."""
    return (shape for shape in _known()[1] if shape.match(text))


def _translated(source: str) -> str:
    return QCoreApplication.translate(CONTEXT, source)


@cache
def _known() -> tuple[frozenset[str], tuple[_Shape, ...]]:
    """What is known by heart, and what by its shape, the most telling first."""
    sources = json.loads(bundled("resources/translations/core_texts.json").read_text(encoding="utf-8"))
    shapes = [_shape(source) for source in sources if _FIELD.search(source)]
    shapes.sort(key=lambda shape: -shape.letters)
    return frozenset(source for source in sources if not _FIELD.search(source)), tuple(shapes)


def _shape(source: str) -> _Shape:
    pieces, fields = _FIELD.split(source), tuple(_FIELD.findall(source))
    pattern = re.escape(pieces[0])
    for field, piece in zip(fields, pieces[1:], strict=True):
        pattern += (r"([\d.,]+)" if field == "{count}" else "(.*?)") + re.escape(piece)
    letters = sum(map(str.isalpha, "".join(pieces)))
    return _Shape(source, max(pieces, key=len), letters, fields, pattern)
