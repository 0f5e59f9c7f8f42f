"""Records, media and answers to JSON text and back: versioned, lossless, finite numbers only. Knows no database."""

from __future__ import annotations

import dataclasses
import json
import types
import typing
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from itertools import islice, repeat
from typing import IO, Any, Literal, TypeVar, Union, get_args, get_origin

from core.errors import ProjectError
from core.packed import Packed
from core.schema import (
    Annotation,
    Answer,
    Attribute,
    Box,
    Label,
    MediaItem,
    Phrase,
    Proposal,
    Query,
    Rating,
    Record,
    Review,
    Segment,
    SplitMark,
    Track,
    Verdict,
)

ENCODING_VERSION = 1
_HEAD = f'{{"v":{ENCODING_VERSION},'  # of a record's body; the lines of a long Change have a version for all of them
_PIECE = 1 << 16
_LINES = 1000
_quoted = json.encoder.encode_basestring
_ENCODER = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"))

RECORD_KINDS: dict[str, type[Any]] = {
    "label": Label,
    "phrase": Phrase,
    "annotation": Annotation,
    "verdict": Verdict,
    "review": Review,
    "split": SplitMark,
    "rating": Rating,
    "attribute": Attribute,
}
_REGION_KINDS: dict[str, type[Any]] = {"box": Box, "segment": Segment, "track": Track}
# Fields that came after the first projects were written, and what those that lack them mean. Programs from before pass
# over such a field, so that the version of the encoding stays.
_ADDED: dict[tuple[type[Any], str], object] = {
    (MediaItem, "sound"): None,
    (MediaItem, "extra"): (),
    (Query, "sense"): "auto",
    (Query, "refine"): False,
}
_KIND_OF: dict[type[Any], str] = {cls: kind for kind, cls in (RECORD_KINDS | _REGION_KINDS).items()}

T = TypeVar("T", MediaItem, Answer, Query, Proposal)


def record_kind(record: Record) -> str:
    """The short name of a record's type, as the log writes it."""
    return _KIND_OF[type(record)]


def encode_record(record: Record) -> str:
    """One record as JSON text. Raises `ProjectError` for a number that is not finite or text that is not Unicode."""
    return _quick(record) or _dumps({"v": ENCODING_VERSION, **_tagged(record)})


def decode_record(text: str) -> Record:
    """The record that `encode_record` wrote. Raises `ProjectError` when the text is damaged or newer."""
    return typing.cast(Record, _from_tagged(_loads(text), RECORD_KINDS))


def encode_fact(value: MediaItem | Answer) -> str:
    """A medium or an answer (with its query and proposals) as JSON text."""
    return _dumps({"v": ENCODING_VERSION, **_fields(value)})


def decode_fact(cls: type[T], text: str) -> T:
    """The medium or answer that `encode_fact` wrote."""
    return typing.cast(T, _build(cls, _loads(text)))


def encode_sides(before: Sequence[Record], after: Sequence[Record]) -> str:
    """Both sides of a Change as JSON text."""
    sides = {"before": [_tagged(record) for record in before], "after": [_tagged(record) for record in after]}
    return _dumps({"v": ENCODING_VERSION, **sides})


class LongSides:
    """Both sides of a Change of very many records, written piece by piece: lines of JSON, packed by zlib.

    The first line says how many records `before` has; then each record has a line.
    """

    def __init__(self, stream: IO[bytes], before: Sequence[Record]) -> None:
        self._stream, self._packer = stream, zlib.compressobj(1)
        self.has_after = False
        self._write(f"{_dumps({'v': ENCODING_VERSION, 'before': len(before)})}\n")
        self._add(map(encode_record, before))

    def add_after(self, bodies: Iterable[str]) -> None:
        """Further records of `after`, as `encode_record` gave them."""
        self.has_after = True
        self._add(bodies)

    def _add(self, bodies: Iterable[str]) -> None:
        rest = iter(bodies)
        while part := list(islice(rest, _LINES)):
            self._write("".join(["{" + body[len(_HEAD) :] + "\n" for body in part]))

    def _write(self, text: str) -> None:
        self._stream.write(self._packer.compress(text.encode()))

    def end(self) -> None:
        """After the last record."""
        self._stream.write(self._packer.flush())


def decode_sides(text: str | bytes) -> tuple[Sequence[Record], Sequence[Record]]:
    """`(before, after)` of a Change."""
    if isinstance(text, bytes):
        return _decode_long_sides(text)
    data = _loads(text)
    try:
        before, after = data["before"], data["after"]
    except KeyError as error:
        raise _damaged(f"{error} is missing") from error
    sides = [tuple(_from_tagged(entry, RECORD_KINDS) for entry in side) for side in (before, after)]
    return sides[0], sides[1]


def _decode_long_sides(body: bytes) -> tuple[Sequence[Record], Sequence[Record]]:
    lines = _unpacked_lines(body)
    before: Packed[Record] = Packed()
    after: Packed[Record] = Packed()
    try:
        count = _loads(next(lines, ""))["before"]
        for number, line in enumerate(lines):
            (before if number < count else after).append(_from_tagged(json.loads(line), RECORD_KINDS))
    except (zlib.error, ValueError, KeyError, TypeError) as error:
        raise _damaged(str(error)) from error
    return before.whole(), after.whole()


def _unpacked_lines(body: bytes) -> Iterator[str]:
    unpacker = zlib.decompressobj()
    view, rest = memoryview(body), b""
    for start in range(0, len(view), _PIECE):
        *lines, rest = (rest + unpacker.decompress(view[start : start + _PIECE])).split(b"\n")
        yield from (line.decode("utf-8") for line in lines)
    if rest or not unpacker.eof:
        raise _damaged("a long Change is cut off")


def record_to_plain(record: Record) -> dict[str, object]:
    """A record as plain JSON values with its `type`: for exports that show everything."""
    return _tagged(record)


def record_from_plain(data: dict[str, object]) -> Record:
    """The record of `record_to_plain`. Raises `ProjectError` when a field is missing or of a wrong type."""
    return typing.cast(Record, _from_tagged(data, RECORD_KINDS))


# --- to JSON --------------------------------------------------------------------------------------


def _dumps(data: dict[str, object]) -> str:
    try:
        text = _ENCODER.encode(data)
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise ProjectError("A text holds characters that no file can store", why=repr(error.object)[:80]) from error
    except ValueError as error:
        raise ProjectError("A number is not finite and cannot be stored", why=str(error)) from error
    return text


def _quick(record: Record) -> str:
    """What `encode_record` says of a plain box, several times as fast: there may be a million. "" for other records."""
    if type(record) is not Annotation or type(record.region) is not Box:
        return ""
    box, at_s = record.region, "null"
    x1, y1, x2, y2 = box.x1, box.y1, box.x2, box.y2
    if not type(x1) is type(y1) is type(x2) is type(y2) is float:
        return ""
    total = x1 + y1 + x2 + y2
    if box.at_s is not None:
        if type(box.at_s) is not float:
            return ""
        total, at_s = total + box.at_s, repr(box.at_s)
    if total - total != 0:  # one of them is not finite, or all are huge
        return ""
    words = ",".join(map(_quoted, record.expressions))
    attributes = _quoted_pairs(record.attributes) if record.attributes else ""
    extra = _quoted_pairs(record.extra) if record.extra else ""
    proposal = "null" if record.proposal_id is None else _quoted(record.proposal_id)
    text = (
        f'{_HEAD}"type":"annotation","id":{_quoted(record.id)},"media_id":{_quoted(record.media_id)},'
        f'"label_id":{_quoted(record.label_id)},"expressions":[{words}],"region":{{"type":"box","x1":{x1!r},'
        f'"y1":{y1!r},"x2":{x2!r},"y2":{y2!r},"at_s":{at_s}}},"origin":{_quoted(record.origin)},'
        f'"proposal_id":{proposal},"attributes":[{attributes}],"extra":[{extra}]}}'
    )
    if not text.isascii():
        try:
            text.encode("utf-8")
        except UnicodeEncodeError:
            return ""  # the slow way says what is wrong
    return text


def _quoted_pairs(pairs: Iterable[tuple[str, str]]) -> str:
    return ",".join([f"[{_quoted(name)},{_quoted(value)}]" for name, value in pairs])


def _tagged(value: Any) -> dict[str, object]:
    return {"type": _KIND_OF[type(value)], **_fields(value)}


def _fields(value: Any) -> dict[str, object]:
    found: dict[str, object] = {}
    for name, plain, _ in _fields_of(type(value)):
        held = getattr(value, name)
        found[name] = held if type(held) in plain else _plain(held)
    return found


def _plain(value: Any) -> object:
    if value is None or isinstance(value, (str, int, float)):
        return value
    if isinstance(value, (tuple, list)):
        return [_plain(part) for part in value]
    return _tagged(value) if isinstance(value, (Box, Segment, Track)) else _fields(value)


# --- from JSON ------------------------------------------------------------------------------------


def _loads(text: str) -> dict[str, Any]:
    try:
        data = json.loads(text)
    except ValueError as error:
        raise _damaged(str(error)) from error
    if not isinstance(data, dict) or not isinstance(data.get("v"), int):
        raise _damaged("the version of the encoding is missing")
    if data["v"] > ENCODING_VERSION:
        raise ProjectError(
            "The project was written by a newer GroundLabel",
            why=f"a record has encoding {data['v']}, this one reads up to {ENCODING_VERSION}",
            next_step="Update GroundLabel",
        )
    return data


def is_newer(bodies: Iterable[object]) -> bool:
    """Whether one of these stored texts has an encoding that this version does not read."""
    found = (json.loads(body) for body in bodies if isinstance(body, str))
    return any(isinstance(data, dict) and int(data.get("v", 0)) > ENCODING_VERSION for data in found)


def _damaged(why: str) -> ProjectError:
    return ProjectError("A record of the project is damaged", why=why, next_step="Restore the file from a backup")


# How each field of each type is read: worked out once, from what the type declares.
_Reader = Callable[[Any], Any]
_FIELDS: dict[type[Any], tuple[tuple[str, frozenset[type], _Reader], ...]] = {}


def _fields_of(cls: type[Any]) -> tuple[tuple[str, frozenset[type], _Reader], ...]:
    """Name, types of JSON values that are right as they are, and reader of the others, in the order of the fields."""
    if cls not in _FIELDS:
        hints = typing.get_type_hints(cls)
        names = [field.name for field in dataclasses.fields(cls)]
        _FIELDS[cls] = tuple((name, _plain_types(hints[name]), _reader(hints[name])) for name in names)
    return _FIELDS[cls]


def _plain_types(hint: Any) -> frozenset[type]:
    options = get_args(hint) if get_origin(hint) in (Union, types.UnionType) else (hint,)
    found = {plain for option in options for plain in _SCALARS.get(option, ())}
    return frozenset(found | {type(None)} if type(None) in options else found)


def _from_tagged(data: Any, kinds: dict[str, type[Any]]) -> Any:
    cls = kinds.get(str(data.get("type"))) if isinstance(data, dict) else None
    if cls is None:
        raise _damaged(f"unknown type in {str(data)[:60]}")
    return _build(cls, data)


def _build(cls: type[Any], data: Any) -> Any:
    if not isinstance(data, dict):
        raise _damaged(f"{cls.__name__} expected, found {str(data)[:60]}")
    values = []
    for name, plain, reader in _fields_of(cls):
        if name not in data:
            if (cls, name) in _ADDED:
                values.append(_ADDED[cls, name])
                continue
            raise _damaged(f"{cls.__name__} lacks {name}")
        value = data[name]
        values.append(value if type(value) in plain else reader(value))
    return cls(*values)


def _reader(hint: Any) -> _Reader:
    """What turns a plain JSON value into the type that a field declares."""
    origin = get_origin(hint)
    if hint in _SCALARS:  # reached only by a value of another type
        return partial(_scalar, hint, _SCALARS[hint])
    if origin is Literal:
        return partial(_choice, frozenset(get_args(hint)))
    if origin in (Union, types.UnionType):
        return _union_reader(get_args(hint))
    if origin is tuple:
        return _tuple_reader(get_args(hint))
    return partial(_build, hint)


_SCALARS: dict[Any, tuple[type, ...]] = {str: (str,), bool: (bool,), int: (int,), float: (float, int)}


def _scalar(wanted: type[Any], allowed: tuple[type, ...], data: Any) -> Any:
    if type(data) not in allowed:
        raise _damaged(f"{wanted.__name__} expected, found {str(data)[:60]}")
    return data


def _choice(allowed: frozenset[str], data: Any) -> Any:
    if not isinstance(data, str) or data not in allowed:
        raise _damaged(f"{str(data)[:60]!r} is not one of {sorted(allowed)}")
    return data


def _region(data: Any) -> Any:
    return _from_tagged(data, _REGION_KINDS)


def _union_reader(options: tuple[Any, ...]) -> _Reader:
    rest = [option for option in options if option is not type(None)]
    reader = _reader(rest[0]) if len(rest) == 1 else _region
    if len(rest) == len(options):
        return reader
    return lambda data: None if data is None else reader(data)


def _tuple_reader(parts: tuple[Any, ...]) -> _Reader:
    readers = [_reader(part) for part in parts if part is not Ellipsis]
    any_length = len(readers) < len(parts)

    def read(data: Any) -> tuple[Any, ...]:
        if not isinstance(data, list) or not (any_length or len(data) == len(readers)):
            raise _damaged(f"a list of {'values' if any_length else len(readers)} expected, found {str(data)[:60]}")
        each = repeat(readers[0], len(data)) if any_length else readers
        return tuple(reader(part) for reader, part in zip(each, data, strict=True))

    return read
