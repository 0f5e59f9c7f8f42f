"""Reads JSON files of any size value by value: lists, objects, lists inside an object. Holds one value at a time."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TextIO

from core.errors import FormatError
from core.formats.text_files import malformed, reading, refuse_constant

_SPACE = re.compile(r"[ \t\r\n]*")
_AFTER_A_VALUE = frozenset(',]}: \t\r\n[{"')
_CHUNK = 1 << 20  # characters
_NUMBER = 64  # characters, more than a number has
_LARGEST = 1 << 28  # characters of one value: more is a damaged file, not an annotation

_DECODER = json.JSONDecoder(parse_constant=refuse_constant)


def list_items(path: Path) -> Iterator[tuple[str, object]]:
    """The elements of a JSON list, or of JSON lines, each with the words that say where it stands."""
    with _Text(path) as text:
        if text.peek() == "[":
            for index, value in enumerate(text.elements("row")):
                yield f"row {index}", value
            text.end()
            return
        number = 0
        while text.peek():
            yield f"row {number}", text.value(f"row {number}")
            number += 1


def object_members(path: Path) -> Iterator[tuple[str, object]]:
    """The members of a JSON object, in the order of the file."""
    with _Text(path) as text:
        for key in text.names():
            yield key, text.value(f"{key!r}")
        text.end()


def list_members(path: Path, *wanted: str) -> Iterator[tuple[str, str, object]]:
    """(key, place, element) of the lists that stand under these keys of a JSON object, in the order of the file."""
    found: set[str] = set()
    with _Text(path) as text:
        for key in text.names():
            if key not in wanted or text.peek() != "[":
                text.pass_over(key)
                continue
            found.add(key)
            for index, value in enumerate(text.elements(key)):
                yield key, f"{key}[{index}]", value
        text.end()
    missing = [key for key in wanted if key not in found]
    if missing:
        raise FormatError(f"{path}: expected a list under {missing[0]!r}", why="there is none")


def table_rows(path: Path, *columns: str) -> Iterator[tuple[str, dict[str, str]]]:
    """The rows of a CSV file with a line of titles, among them `columns`. UTF-8, else Latin-1."""
    with ExitStack() as stack:
        reader = csv.DictReader(stack.enter_context(_open(path, _encoding_of(path))))
        absent = [name for name in columns if name not in (reader.fieldnames or ())]
        if absent:
            raise malformed(path, "line 1", f"a column {absent[0]}", ",".join(reader.fieldnames or ()))
        try:
            for row in reader:
                where = f"line {reader.line_num}"
                if any(row.get(name) is None for name in columns):
                    raise malformed(path, where, f"{len(reader.fieldnames or ())} cells", list(row.values())[:3])
                yield where, {name: value for name, value in row.items() if isinstance(value, str)}
        except csv.Error as error:
            raise FormatError(f"{path}, line {reader.line_num}: expected CSV", why=str(error)) from None


def text_lines(path: Path) -> Iterator[tuple[int, str]]:
    """The lines of a text that are not empty, numbered from 1."""
    with _open(path, "utf-8-sig") as stream:
        try:
            for number, line in enumerate(stream, start=1):
                if line.strip():
                    yield number, line.strip()
        except UnicodeDecodeError as error:
            raise FormatError(f"{path}: expected text in UTF-8", why=f"byte {error.start} is not") from None


def _encoding_of(path: Path) -> str:
    with _open(path, "utf-8-sig") as stream:
        try:
            while stream.read(_CHUNK):
                pass
        except UnicodeDecodeError:
            return "latin-1"
    return "utf-8-sig"


def _open(path: Path, encoding: str) -> TextIO:
    with reading(path):
        return path.open(encoding=encoding, newline="")


class _Text:
    """A JSON text that comes in by parts. What was read is forgotten."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._stream = _open(path, "utf-8-sig")
        self._held = ""
        self._at = 0
        self._ended = False

    def __enter__(self) -> _Text:
        return self

    def __exit__(self, *_: object) -> None:
        self._stream.close()

    def peek(self) -> str:
        """The next character that is no space, "" at the end."""
        while True:
            space = _SPACE.match(self._held, self._at)
            self._at = space.end() if space else self._at
            if self._at < len(self._held):
                return self._held[self._at]
            if self._ended:
                return ""
            self._more()

    def value(self, where: str) -> object:
        """The value that begins here."""
        self.peek()
        while True:
            try:
                value, end = _DECODER.raw_decode(self._held, self._at)
            except json.JSONDecodeError as error:
                if self._ended or len(self._held) - self._at > _LARGEST:
                    raise FormatError(f"{self._path}, {where}: expected JSON", why=error.msg) from None
            except ValueError as error:
                raise FormatError(f"{self._path}, {where}: expected JSON", why=str(error)) from None
            except RecursionError:
                raise FormatError(f"{self._path}, {where}: expected JSON", why="it is nested too deep") from None
            else:
                whole = self._held[end : end + 1] in _AFTER_A_VALUE or len(self._held) - end > _NUMBER
                if whole or self._ended:  # "0." and "1e+" look like 0 and 1 until the rest has come
                    self._at = end
                    return value
            self._more()

    def elements(self, where: str) -> Iterator[object]:
        """The elements of the list that begins here."""
        self._take("[", where)
        index = 0
        while self.peek() != "]" or index:
            yield self.value(f"{where} {index}")
            index += 1
            if self.peek() == "]":
                break
            self._take(",", f"after {where} {index - 1}")
        self._take("]", where)

    def names(self) -> Iterator[str]:
        """The keys of the object that begins here; the value must be read before the next is asked for."""
        self._take("{", "the beginning")
        first = True
        while self.peek() != "}" or not first:
            key = self.value("a key")
            if not isinstance(key, str):
                raise malformed(self._path, "a key", "text", key)
            self._take(":", f"after {key!r}")
            yield key
            first = False
            if self.peek() == "}":
                break
            self._take(",", f"after the value of {key!r}")
        self._take("}", "the end")

    def pass_over(self, key: str) -> None:
        """Read a value that nobody wants; a list by its elements, so that it is never held as a whole."""
        if self.peek() == "[":
            for _ in self.elements(key):
                pass
        else:
            self.value(f"{key!r}")

    def end(self) -> None:
        """Raise `FormatError` unless nothing follows."""
        if self.peek():
            raise malformed(self._path, "the end", "nothing more", self._held[self._at : self._at + 20])

    def _take(self, mark: str, where: str) -> None:
        found = self.peek()
        if found != mark:
            raise malformed(self._path, where, mark, found or "the end of the file")
        self._at += 1

    def _more(self) -> None:
        rest = self._held[self._at :]
        try:
            part = self._stream.read(max(_CHUNK, len(rest)))
        except UnicodeDecodeError as error:
            raise FormatError(f"{self._path}: expected text in UTF-8", why=f"byte {error.start} is not") from None
        self._ended = not part
        self._held, self._at = rest + part, 0
