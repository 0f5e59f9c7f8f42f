"""Records, media and answers to JSON text and back: versioned, lossless, finite numbers only. Knows no database."""

from __future__ import annotations

import dataclasses
import json
import types
import typing
from typing import Any, Literal, TypeVar, Union, get_args, get_origin

from core.errors import ProjectError
from core.schema import (
    Annotation,
    Answer,
    Box,
    Label,
    MediaItem,
    Phrase,
    Proposal,
    Query,
    Record,
    Review,
    Segment,
    SplitMark,
    Track,
    Verdict,
)

ENCODING_VERSION = 1

RECORD_KINDS: dict[str, type[Any]] = {
    "label": Label,
    "phrase": Phrase,
    "annotation": Annotation,
    "verdict": Verdict,
    "review": Review,
    "split": SplitMark,
}
_REGION_KINDS: dict[str, type[Any]] = {"box": Box, "segment": Segment, "track": Track}
_KIND_OF: dict[type[Any], str] = {cls: kind for kind, cls in (RECORD_KINDS | _REGION_KINDS).items()}

T = TypeVar("T", MediaItem, Answer, Query, Proposal)


def record_kind(record: Record) -> str:
    """The short name of a record's type, as the log writes it."""
    return _KIND_OF[type(record)]


def encode_record(record: Record) -> str:
    """One record as JSON text. Raises `ProjectError` for a number that is not finite or text that is not Unicode."""
    return _dumps({"v": ENCODING_VERSION, **_tagged(record)})


def decode_record(text: str) -> Record:
    """The record that `encode_record` wrote. Raises `ProjectError` when the text is damaged or newer."""
    return typing.cast(Record, _from_tagged(_loads(text), RECORD_KINDS))


def encode_fact(value: MediaItem | Answer) -> str:
    """A medium or an answer (with its query and proposals) as JSON text."""
    return _dumps({"v": ENCODING_VERSION, **_fields(value)})


def decode_fact(cls: type[T], text: str) -> T:
    """The medium or answer that `encode_fact` wrote."""
    return typing.cast(T, _build(cls, _loads(text)))


def encode_sides(before: tuple[Record, ...], after: tuple[Record, ...]) -> str:
    """Both sides of a Change as JSON text."""
    sides = {"before": [_tagged(record) for record in before], "after": [_tagged(record) for record in after]}
    return _dumps({"v": ENCODING_VERSION, **sides})


def decode_sides(text: str) -> tuple[tuple[Record, ...], tuple[Record, ...]]:
    """`(before, after)` of a Change."""
    data = _loads(text)
    try:
        before, after = data["before"], data["after"]
    except KeyError as error:
        raise _damaged(f"{error} is missing") from error
    sides = [tuple(_from_tagged(entry, RECORD_KINDS) for entry in side) for side in (before, after)]
    return sides[0], sides[1]


def record_to_plain(record: Record) -> dict[str, object]:
    """A record as plain JSON values with its `type`: for exports that show everything."""
    return _tagged(record)


def record_from_plain(data: dict[str, object]) -> Record:
    """The record of `record_to_plain`. Raises `ProjectError` when a field is missing or of a wrong type."""
    return typing.cast(Record, _from_tagged(data, RECORD_KINDS))


# --- to JSON --------------------------------------------------------------------------------------


def _dumps(data: dict[str, object]) -> str:
    try:
        text = json.dumps(data, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise ProjectError("A text holds characters that no file can store", why=repr(error.object)[:80]) from error
    except ValueError as error:
        raise ProjectError("A number is not finite and cannot be stored", why=str(error)) from error
    return text


def _tagged(value: Any) -> dict[str, object]:
    return {"type": _KIND_OF[type(value)], **_fields(value)}


def _fields(value: Any) -> dict[str, object]:
    return {field.name: _plain(getattr(value, field.name)) for field in dataclasses.fields(value)}


def _plain(value: Any) -> object:
    if isinstance(value, (Box, Segment, Track)):
        return _tagged(value)
    if dataclasses.is_dataclass(value):
        return _fields(value)
    if isinstance(value, (tuple, list)):
        return [_plain(part) for part in value]
    return typing.cast(object, value)


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


def _damaged(why: str) -> ProjectError:
    return ProjectError("A record of the project is damaged", why=why, next_step="Restore the file from a backup")


def _from_tagged(data: Any, kinds: dict[str, type[Any]]) -> Any:
    cls = kinds.get(str(data.get("type"))) if isinstance(data, dict) else None
    if cls is None:
        raise _damaged(f"unknown type in {str(data)[:60]}")
    return _build(cls, data)


def _hints_of(cls: type[Any]) -> dict[str, Any]:
    if cls not in _HINTS:
        _HINTS[cls] = typing.get_type_hints(cls)
    return _HINTS[cls]


_HINTS: dict[type[Any], dict[str, Any]] = {}


def _build(cls: type[Any], data: Any) -> Any:
    if not isinstance(data, dict):
        raise _damaged(f"{cls.__name__} expected, found {str(data)[:60]}")
    try:
        return cls(**{name: _value(hint, data[name]) for name, hint in _hints_of(cls).items()})
    except KeyError as error:
        raise _damaged(f"{cls.__name__} lacks {error}") from error


def _value(hint: Any, data: Any) -> Any:
    """A plain JSON value as the type that a field declares."""
    origin = get_origin(hint)
    if hint in _SCALARS:
        return _scalar(hint, data)
    if origin is Literal:
        if data not in get_args(hint):
            raise _damaged(f"{data!r} is not one of {get_args(hint)}")
        return data
    if origin in (Union, types.UnionType):
        return _union(get_args(hint), data)
    if origin is tuple:
        return _tuple(get_args(hint), data)
    return _build(hint, data)


_SCALARS: dict[Any, tuple[type, ...]] = {str: (str,), bool: (bool,), int: (int,), float: (float, int)}


def _scalar(hint: Any, data: Any) -> Any:
    if not isinstance(data, _SCALARS[hint]) or (isinstance(data, bool) and hint is not bool):
        raise _damaged(f"{hint.__name__} expected, found {str(data)[:60]}")
    return data


def _union(options: tuple[Any, ...], data: Any) -> Any:
    if data is None and type(None) in options:
        return None
    rest = [option for option in options if option is not type(None)]
    return _value(rest[0], data) if len(rest) == 1 else _from_tagged(data, _REGION_KINDS)


def _tuple(parts: tuple[Any, ...], data: Any) -> tuple[Any, ...]:
    if not isinstance(data, list):
        raise _damaged(f"a list expected, found {str(data)[:60]}")
    if len(parts) == 2 and parts[1] is Ellipsis:
        return tuple(_value(parts[0], part) for part in data)
    if len(parts) != len(data):
        raise _damaged(f"{len(parts)} values expected, found {len(data)}")
    return tuple(_value(hint, part) for hint, part in zip(parts, data, strict=True))
