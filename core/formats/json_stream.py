"""Reads a JSON object piece by piece: the lists in it that may be long come entry by entry, the rest whole."""

from __future__ import annotations

import codecs
import json
from collections.abc import Collection, Iterator, Mapping
from json.scanner import make_scanner
from pathlib import Path
from typing import IO

from core.errors import FormatError
from core.formats.text_files import malformed, reading, refuse_constant, to_finite

_BYTES = 1 << 20
_NEAR_END = 32  # a text that was cut off is wrong within so many characters of its end
_TAIL = 3
_SPACE = " \t\r\n"


Inside = Mapping[str, Collection[str]]
Member = tuple[str, int, object]


def members(path: Path, streamed: Collection[str], inside: Inside | None = None) -> Iterator[Member]:
    """The members of the object in a file: `(name, -1, value)`.

    For a list of one of the `streamed` names that is `(name, -1, [])`, then `(name, index, entry)` for each entry.
    Entries of a list of `inside` are objects with long lists of their own, whose names it gives: their entries come
    first, as `("changes.after", index, entry)` with the index of the object, then `("changes", index, rest)`.
    Raises `FormatError` naming line and column; NaN, Infinity and a name that stands twice are refused.
    """
    with reading(path), path.open("rb") as stream:
        yield from _Walk(path, stream).members(streamed, inside or {})


def entries(path: Path) -> Iterator[object]:
    """The entries of the list in a file. Raises `FormatError`."""
    with reading(path), path.open("rb") as stream:
        yield from _Walk(path, stream).whole_list()


class _Walk:
    """A window of text that moves over the file. One use."""

    def __init__(self, path: Path, stream: IO[bytes]) -> None:
        self.path, self.stream = path, stream
        self.text, self.at = "", 0
        self.line, self.column = 1, 1  # of the first character of the window
        self.bytes_read, self.at_end = 0, False
        self.utf8 = codecs.getincrementaldecoder("utf-8-sig")()
        # The scanner itself: `raw_decode` around it costs a third more, for a million small values.
        decoder = json.JSONDecoder(parse_constant=refuse_constant, parse_float=to_finite)
        self.scan = make_scanner(decoder)  # type: ignore[arg-type]  # typeshed names its argument wrongly

    def members(self, streamed: Collection[str], inside: Inside) -> Iterator[Member]:
        if self._peek() != "{":
            if not self._peek():
                raise FormatError(f"{self.path}, line 1: expected JSON", why="the file is empty")
            raise malformed(self.path, "", "an object", self._value())
        yield from self._object(streamed, inside)
        self._end()

    def whole_list(self) -> Iterator[object]:
        if self._peek() != "[":
            raise malformed(self.path, "", "a list", self._value())
        yield from self._entries()
        self._end()

    def _end(self) -> None:
        if self._peek():
            raise self._wrong("the end of the file")

    def _object(self, streamed: Collection[str], inside: Inside) -> Iterator[Member]:
        """The members of the object that begins here, as `members` gives them."""
        self.at += 1
        seen: set[str] = set()
        while self._goes_on("}", first=not seen):
            if self._peek() != '"':
                raise self._wrong("a name in quotes")
            name = str(self._value())
            if name in seen:
                raise malformed(self.path, "", "each name once", name)
            seen.add(name)
            if self._peek() != ":":
                raise self._wrong("a colon")
            self.at += 1
            if name in streamed and self._peek() == "[":
                yield name, -1, []
                if name in inside:
                    yield from self._objects(name, inside[name])
                else:
                    yield from ((name, index, value) for index, value in enumerate(self._entries()))
            else:
                yield name, -1, self._value()

    def _objects(self, name: str, long: Collection[str]) -> Iterator[Member]:
        """The entries of a list, those of the lists inside them one by one."""
        self.at += 1
        index = 0
        while self._goes_on("]", first=index == 0):
            if self._peek() != "{":
                yield name, index, self._value()
            else:
                rest: dict[str, object] = {}
                for part, number, value in self._object(long, {}):
                    if number < 0:
                        rest[part] = value
                    else:
                        yield f"{name}.{part}", index, value
                yield name, index, rest
            index += 1

    def _entries(self) -> Iterator[object]:
        self.at += 1
        first = True
        while self._goes_on("]", first=first):
            first = False
            yield self._value()

    def _goes_on(self, closing: str, *, first: bool) -> bool:
        """Whether another entry comes; steps over the comma or the end."""
        mark = self._peek()
        if mark == closing:
            self.at += 1
            return False
        if first:
            return True
        if mark != ",":
            raise self._wrong(f"a comma or {closing}")
        self.at += 1
        return True

    def _peek(self) -> str:
        """The next character that is no space; "" at the end."""
        while True:
            while self.at < len(self.text):
                if self.text[self.at] not in _SPACE:
                    return self.text[self.at]
                self.at += 1
            if not self._more():
                return ""

    def _value(self) -> object:
        """The value that begins here."""
        self._peek()
        while True:
            try:
                value, end = self.scan(self.text, self.at)
            except StopIteration as stop:  # how the scanner says that no value begins there
                if stop.value > len(self.text) - _NEAR_END and self._more():
                    continue
                raise self._wrong("JSON", "Expecting value", stop.value) from None
            except json.JSONDecodeError as error:
                is_cut = error.msg.startswith("Unterminated") or error.pos > len(self.text) - _NEAR_END
                if is_cut and self._more():
                    continue
                raise self._wrong("JSON", error.msg, error.pos) from None
            except ValueError as error:
                raise self._wrong("JSON", str(error)) from None
            except RecursionError:
                raise FormatError(f"{self.path}: expected JSON", why="it is nested too deep") from None
            if end > len(self.text) - _TAIL and self._more():  # a number may go on: 1, 1., 1e, 1e+
                continue
            self.at = end
            return value

    def _more(self) -> bool:
        """Forget what was read, and read on: as much again as is being waited for. False at the end of the file."""
        if self.at_end:
            return False
        done = self.text[: self.at]
        lines = done.count("\n")
        self.line += lines
        self.column = self.column + len(done) if not lines else len(done) - done.rindex("\n")
        self.text, self.at = self.text[self.at :], 0
        piece = self.stream.read(max(_BYTES, len(self.text)))
        try:
            self.text += self.utf8.decode(piece, final=not piece)
        except UnicodeDecodeError as error:
            where = self.bytes_read + error.start
            raise FormatError(f"{self.path}: expected text in UTF-8", why=f"byte {where} or near is not") from None
        self.bytes_read += len(piece)
        self.at_end = not piece
        return True

    def _wrong(self, expected: str, why: str = "", at: int | None = None) -> FormatError:
        position = self.at if at is None else at
        done = self.text[:position]
        lines = done.count("\n")
        column = self.column + len(done) if not lines else len(done) - done.rindex("\n")
        found = why or f"found {self.text[position : position + 20]!r}"
        return FormatError(f"{self.path}, line {self.line + lines}, column {column}: expected {expected}", why=found)
