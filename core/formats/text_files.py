"""Reading and writing text files with care: JSON, lists, label maps, numbers, names of media, all-or-nothing writes."""

from __future__ import annotations

import csv
import json
import math
import os
import re
import uuid
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import NoReturn, TextIO, cast

from core.errors import FormatError

_DRIVE = re.compile(r"^[A-Za-z]:")
_MOST_CHARACTERS_SHOWN = 60
_MOST_CLASSES = 100_000

Whole = str | bytes | Iterator[str]


def shown(value: object) -> str:
    """A value as an error message shows it: short."""
    text = repr(value)
    return text if len(text) <= _MOST_CHARACTERS_SHOWN else text[: _MOST_CHARACTERS_SHOWN - 1] + "…"


def malformed(file: Path | str, where: str, expected: str, found: object) -> FormatError:
    """The error for a value that is not what it should be."""
    place = f"{file}, {where}" if where else str(file)
    return FormatError(f"{place}: expected {expected}, found {shown(found)}")


def is_file(path: Path) -> bool:
    """Whether there is a file, for a name that a file says: one that the system does not take names none."""
    try:
        return path.is_file()
    except OSError:
        return False


def is_folder(path: Path) -> bool:
    """Whether there is a folder, for a name that a file says."""
    try:
        return path.is_dir()
    except OSError:
        return False


@contextmanager
def reading(path: Path) -> Iterator[None]:
    """Around what opens or reads a file: what the system says against it is raised as a `FormatError`."""
    try:
        yield
    except FileNotFoundError:
        raise FormatError(f"There is no file {path}", next_step="check the name") from None
    except IsADirectoryError:
        raise FormatError(f"{path} is a folder", next_step="name a file in it") from None
    except OSError as error:
        raise FormatError(f"{path} cannot be read", why=error.strerror or str(error)) from error


def read_text(path: Path) -> str:
    """The text of a UTF-8 file, with or without byte order mark. Raises `FormatError`."""
    try:
        with reading(path):
            return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise FormatError(f"{path}: expected text in UTF-8", why=f"byte {error.start} is not") from None


@contextmanager
def opened_text(path: Path, *, newline: str) -> Iterator[TextIO]:
    """A UTF-8 file to be read by lines, as `open` ends them. Raises `FormatError`, also while it is read."""
    try:
        with reading(path), path.open(encoding="utf-8-sig", newline=newline) as stream:
            yield stream
    except UnicodeDecodeError as error:
        place = f"{path}, line {_undecodable_line(path)}"
        raise FormatError(f"{place}: expected text in UTF-8", why=error.reason) from None


def _undecodable_line(path: Path) -> int:
    """The number of the first line that is no UTF-8."""
    with path.open("rb") as stream:
        return next((number for number, line in enumerate(stream, start=1) if not is_utf8(line)), 0)


def is_utf8(line: bytes) -> bool:
    """Whether these bytes are text in UTF-8."""
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def lines_of(path: Path) -> list[str]:
    """The lines of a text, ended by LF or CR LF alone: other scripts have characters that Python ends lines at too."""
    lines = read_text(path).replace("\r\n", "\n").split("\n")
    return lines[:-1] if lines and not lines[-1] else lines


def one_line(text: str) -> str:
    """A text on one line: each line end or tabulator becomes a space."""
    return re.sub(r"[\r\n\t]+", " ", text)


def refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a number that a file may hold")


def to_finite(text: str) -> float:
    """A number of a JSON text; 1e999 is none, although it is spelled like one."""
    number = float(text)
    if number - number != 0:
        refuse_constant(text)
    return number


def parse_json(text: str, file: Path, *, first_line: int = 1) -> object:
    """The value of a JSON text. NaN and Infinity are refused. Raises `FormatError` naming line and column."""
    try:
        return json.loads(text, parse_constant=refuse_constant, parse_float=to_finite)
    except json.JSONDecodeError as error:
        line = error.lineno + first_line - 1
        raise FormatError(f"{file}, line {line}, column {error.colno}: expected JSON", why=error.msg) from None
    except ValueError as error:
        raise FormatError(f"{file}, line {first_line} or after: expected JSON", why=str(error)) from None
    except RecursionError:
        raise FormatError(f"{file}: expected JSON", why="it is nested too deep") from None


def read_json(path: Path) -> object:
    """The value of a JSON file."""
    text = read_text(path)
    if not text.strip():
        raise FormatError(f"{path}, line 1: expected JSON", why="the file is empty")
    return parse_json(text, path)


def as_object(value: object, file: Path | str, where: str) -> dict[str, object]:
    """The value as a JSON object."""
    if not isinstance(value, dict):
        raise malformed(file, where, "an object", value)
    return value


def as_list(value: object, file: Path | str, where: str) -> list[object]:
    """The value as a JSON list."""
    if not isinstance(value, list):
        raise malformed(file, where, "a list", value)
    return value


def as_text(value: object, file: Path | str, where: str) -> str:
    """The value as text."""
    if not isinstance(value, str):
        raise malformed(file, where, "text", value)
    return value


def as_number(value: object, file: Path | str, where: str) -> float:
    """The value as a finite number."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise malformed(file, where, "a number", value)
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    if not math.isfinite(number):
        raise malformed(file, where, "a finite number", value)
    return number


def as_numbers(value: object, count: int, file: Path | str, where: str) -> tuple[float, ...]:
    """The value as a list of so many finite numbers."""
    numbers = as_list(value, file, where)
    if len(numbers) != count:
        raise malformed(file, where, f"{count} numbers", value)
    if all(type(number) is float and number - number == 0 for number in numbers):
        return cast("tuple[float, ...]", tuple(numbers))
    return tuple(as_number(number, file, f"{where}[{index}]") for index, number in enumerate(numbers))


def as_size(value: object, file: Path | str, where: str) -> int | None:
    """A width or height in pixels; None when it is absent or 0, as some tools write for unknown."""
    if value is None:
        return None
    number = as_number(value, file, where)
    if number < 0 or number != int(number):
        raise malformed(file, where, "a whole number of pixels", value)
    return int(number) or None


def without_gaps(names: Mapping[int, str], first: int, format_name: str) -> dict[int, str]:
    """A table of classes with every number from 0: those between that are not used are called `unused-N`.

    N counts from `first`. Raises `FormatError` when the numbers are far too large for a table.
    """
    most = max(names, default=-1)
    if most >= _MOST_CLASSES:
        why = f"{names[most]!r} has the number {most}"
        raise FormatError(f"{format_name} lists every class up to the largest number", why=why)
    return {number: names.get(number, f"unused-{number + first}") for number in range(most + 1)}


def plain_number(value: float) -> int | float:
    """260 rather than 260.0, as most tools write it; the value is the same to the last bit."""
    return int(value) if float(value).is_integer() and abs(value) < 2**53 else value


def width_from(start: float, end: float) -> float:
    """The size that gives `end` back when it is added to `start`, to the last bit where there is one.

    That is `end - start` as a rule. Where rounding leaves no such size, it is the nearest.
    """
    size = end - start
    for candidate in (size, math.nextafter(size, math.inf), math.nextafter(size, -math.inf)):
        if start + candidate == end:
            return candidate
    return size


def safe_name(name: str) -> str | None:
    """A medium's name as a relative POSIX path, or None when it would lead out of the folder it is looked for in."""
    posix = name.strip().replace("\\", "/")
    if posix.startswith("/") or _DRIVE.match(posix) or "\0" in posix:
        return None
    try:
        posix.encode("utf-8")
    except UnicodeEncodeError:  # half a character, which no file system has
        return None
    parts = [part for part in posix.split("/") if part not in ("", ".")]
    if not parts or ".." in parts:
        return None
    return "/".join(parts)


def read_names(path: Path) -> frozenset[str]:
    """The stems or file names of a list, one a line. Empty lines are passed over."""
    names = frozenset(line.strip().replace("\\", "/") for line in read_text(path).splitlines() if line.strip())
    if not names:
        raise FormatError(f"{path}, line 1: expected names, one a line", why="the file is empty")
    return names


def read_label_map(path: Path) -> dict[str, tuple[str, ...]]:
    """What people say for each class: a JSON object, or two columns `class,expression` (csv or tsv).

    A class may have several expressions: a JSON list, or several lines.
    """
    if path.suffix.lower() == ".json":
        table = as_object(read_json(path), path, "")
        return {name: tuple(_expressions_of(said, path, f"{name!r}")) for name, said in table.items()}
    text = read_text(path)
    first = text.splitlines()[0] if text.strip() else ""
    found: dict[str, tuple[str, ...]] = {}
    for number, row in enumerate(csv.reader(text.splitlines(), delimiter="\t" if "\t" in first else ","), start=1):
        cells = [cell.strip() for cell in row]
        if not any(cells) or (number == 1 and [cell.lower() for cell in cells] == ["class", "expression"]):
            continue
        if len(cells) != 2 or not all(cells):
            raise malformed(path, f"line {number}", "two columns, class and expression", row)
        found[cells[0]] = (*found.get(cells[0], ()), cells[1])
    if not found:
        raise FormatError(f"{path}: expected a class and an expression on each line", why="there is none")
    return found


def _expressions_of(said: object, path: Path, where: str) -> Iterator[str]:
    for text in said if isinstance(said, list) else [said]:
        expression = as_text(text, path, where).strip()
        if not expression:
            raise malformed(path, where, "an expression", text)
        yield expression


def json_text(document: Mapping[str, object]) -> str:
    """A JSON object with each entry of its lists on a line of its own, any script as it is, no NaN."""
    parts = [f"{one_line_json(name)}: {_lines(value)}" for name, value in document.items()]
    return "{\n" + ",\n".join(parts) + "\n}\n"


def json_pieces(members: Iterable[tuple[str, object]]) -> Iterator[str]:
    """What `json_text` gives, by pieces: a value that is an iterator is walked as a list while it is written.

    An entry of it that is an iterator gives the text of the entry by pieces.
    """
    opening = "{\n"
    for name, value in members:
        yield f"{opening}{one_line_json(name)}: "
        opening = ",\n"
        if isinstance(value, Iterator):
            between = "[\n "
            for entry in value:
                yield between
                if isinstance(entry, Iterator):
                    yield from entry
                else:
                    yield one_line_json(entry)
                between = ",\n "
            yield "[]" if between.startswith("[") else "\n]"
        else:
            yield _lines(value)
    yield "\n}\n"


def json_lines_text(entries: Iterable[object]) -> str:
    """A JSON list with each entry on a line of its own."""
    lines = ",\n".join(map(one_line_json, entries))
    return f"[\n{lines}\n]\n" if lines else "[]\n"


def _lines(value: object) -> str:
    if isinstance(value, list) and value:
        return "[\n " + ",\n ".join(map(one_line_json, value)) + "\n]"
    return one_line_json(value)


def one_line_json(value: object) -> str:
    """A value as JSON on one line, any script as it is. NaN is refused with `ValueError`."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def write_files(files: Mapping[Path, Whole] | Mapping[Path, str] | Iterable[tuple[Path, Whole]]) -> None:
    """Write texts so that each file is either whole or as it was: a temporary file beside it, then a replace.

    A text may come in pieces. Every temporary file is complete before the first replace. Raises `FormatError` when a
    place cannot be written.
    """
    pairs = list(files.items() if isinstance(files, Mapping) else files)
    waiting: list[tuple[Path, Path]] = []
    place: Path | None = None
    try:
        for place, text in pairs:
            waiting.append((_write_beside(place, text), place))
        while waiting:
            temporary, place = waiting[0]
            temporary.replace(place)
            waiting.pop(0)
    except OSError as error:
        raise FormatError(f"{place} cannot be written", why=error.strerror or str(error)) from error
    except UnicodeEncodeError as error:
        raise FormatError(f"{place} cannot be written", why=f"{shown(error.object)} is not valid text") from error
    finally:
        for temporary, _ in waiting:
            temporary.unlink(missing_ok=True)


def _write_beside(place: Path, text: Whole) -> Path:
    if place.is_dir():
        raise IsADirectoryError(21, "there is a folder of this name", str(place))
    place.parent.mkdir(parents=True, exist_ok=True)
    temporary = place.parent / f".{place.name[:40]}.{uuid.uuid4().hex}.part"
    with ExitStack() as on_failure:
        on_failure.callback(temporary.unlink, missing_ok=True)
        with temporary.open("xb") as stream:
            for piece in (text,) if isinstance(text, str | bytes) else text:
                stream.write(piece.encode("utf-8") if isinstance(piece, str) else piece)
            stream.flush()
            os.fsync(stream.fileno())
        on_failure.pop_all()
    return temporary
