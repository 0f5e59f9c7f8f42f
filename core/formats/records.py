"""Frozen records to plain JSON values, back with every value checked, and the JSON schema that describes them.

All three walk the declared types of `core.schema`, so they cannot disagree. A region and a record of a Change
carry a `type`; fields that have their default value are left out.
"""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Sequence
from typing import Any, Literal, Union, get_args, get_origin

from core.formats.text_files import as_list, as_number, as_object, as_text, malformed, plain_number
from core.packed import Packed
from core.schema import Annotation, Attribute, Box, Label, Phrase, Rating, Review, Segment, SplitMark, Track, Verdict

TYPE_NAMES: dict[type[Any], str] = {
    Box: "box",
    Segment: "segment",
    Track: "track",
    Label: "label",
    Phrase: "phrase",
    Annotation: "annotation",
    Verdict: "verdict",
    Review: "review",
    SplitMark: "split",
    Rating: "rating",
    Attribute: "attribute",
}


_known_hints: dict[type[Any], dict[str, Any]] = {}


def _hints(cls: type[Any]) -> dict[str, Any]:
    if cls not in _known_hints:
        _known_hints[cls] = typing.get_type_hints(cls)
    return _known_hints[cls]


def _default(field: dataclasses.Field[Any]) -> Any:
    return field.default  # MISSING when there is none, or when it is made anew each time


# --- to plain values ---------------------------------------------------------------------------


def to_plain(value: Any, *, hint: Any = None) -> Any:
    """A record, or a value in one, as JSON values. `hint` is the declared type of the field it stands in."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        plain = {"type": TYPE_NAMES[type(value)]} if hint is not None and _is_choice(hint) else {}
        for field in dataclasses.fields(value):
            held = getattr(value, field.name)
            if held != _default(field) or isinstance(held, bool):
                plain[field.name] = to_plain(held, hint=_hints(type(value))[field.name])
        return plain
    if isinstance(value, tuple | Packed):
        inner = get_args(hint)[0] if get_args(hint) else None
        return [to_plain(part, hint=inner) for part in value]
    return plain_number(value) if isinstance(value, float) else value


def _is_choice(hint: Any) -> bool:
    return get_origin(hint) in (Union, types.UnionType) and len(_dataclasses_of(hint)) > 1


def _dataclasses_of(hint: Any) -> list[type[Any]]:
    return [option for option in get_args(hint) if dataclasses.is_dataclass(option) and isinstance(option, type)]


# --- from plain values -------------------------------------------------------------------------


@dataclasses.dataclass(slots=True)
class Reader:
    """Builds records out of one file; errors name the file and the element. `unknown` collects fields passed over."""

    file: str
    unknown: set[str] = dataclasses.field(default_factory=set)

    def build(self, cls: type[Any], value: object, where: str) -> Any:
        """A record of this class. Raises `FormatError`."""
        given = as_object(value, self.file, where)
        hints = _hints(cls)
        arguments: dict[str, Any] = {}
        for field in dataclasses.fields(cls):
            if field.name in given:
                arguments[field.name] = self.value(hints[field.name], given[field.name], f"{where}.{field.name}")
            elif field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING:
                raise malformed(self.file, where, f"a field {field.name!r}", sorted(given))
        self.unknown |= {f"{cls.__name__}.{name}" for name in given if name not in hints and name != "type"}
        return cls(**arguments)

    def value(self, hint: Any, value: object, where: str) -> Any:
        """A value of this declared type. Raises `FormatError`."""
        origin = get_origin(hint)
        if origin is Literal:
            if value not in get_args(hint):
                raise malformed(self.file, where, f"one of {', '.join(map(str, get_args(hint)))}", value)
            return value
        if origin in (Union, types.UnionType):
            return self._choice(hint, value, where)
        if origin is tuple:
            return self._tuple(get_args(hint), value, where)
        if origin is Sequence:
            return self._tuple((*get_args(hint), ...), value, where)
        if dataclasses.is_dataclass(hint) and isinstance(hint, type):
            return self.build(hint, value, where)
        return self._scalar(hint, value, where)

    def _scalar(self, hint: Any, value: object, where: str) -> Any:
        if hint is str:
            return as_text(value, self.file, where)
        if hint is bool:
            if not isinstance(value, bool):
                raise malformed(self.file, where, "true or false", value)
            return value
        number = as_number(value, self.file, where)
        if hint is int:
            if number != int(number):
                raise malformed(self.file, where, "a whole number", value)
            return int(number)
        return number

    def _choice(self, hint: Any, value: object, where: str) -> Any:
        if value is None and type(None) in get_args(hint):
            return None
        if _is_choice(hint):
            named = {TYPE_NAMES[option]: option for option in _dataclasses_of(hint)}
            kind = as_object(value, self.file, where).get("type")
            if not isinstance(kind, str) or kind not in named:
                raise malformed(self.file, f"{where}.type", f"one of {', '.join(named)}", kind)
            return self.build(named[kind], value, where)
        option = next(option for option in get_args(hint) if option is not type(None))
        return self.value(option, value, where)

    def _tuple(self, parts: tuple[Any, ...], value: object, where: str) -> tuple[Any, ...]:
        values = as_list(value, self.file, where)
        if len(parts) == 2 and parts[1] is Ellipsis:
            parts = (parts[0],) * len(values)
        if len(parts) != len(values):
            raise malformed(self.file, where, f"{len(parts)} values", value)
        pairs = zip(parts, values, strict=True)
        return tuple(self.value(part, held, f"{where}[{index}]") for index, (part, held) in enumerate(pairs))


# --- the schema --------------------------------------------------------------------------------


def schema_of(cls: type[Any], *, tagged: bool = False) -> dict[str, Any]:
    """The JSON schema of a record."""
    properties: dict[str, Any] = {"type": {"const": TYPE_NAMES[cls]}} if tagged else {}
    required = ["type"] if tagged else []
    for field in dataclasses.fields(cls):
        properties[field.name] = _schema_of_hint(_hints(cls)[field.name])
        if field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING:
            required.append(field.name)
    return {"type": "object", "properties": properties, "required": required}


def _schema_of_hint(hint: Any) -> dict[str, Any]:
    origin, parts = get_origin(hint), get_args(hint)
    if origin is Literal:
        return {"enum": list(parts)}
    if origin in (Union, types.UnionType):
        options = [part for part in parts if part is not type(None)]
        tagged = _is_choice(hint)
        found = [schema_of(part, tagged=True) if tagged else _schema_of_hint(part) for part in options]
        found += [{"type": "null"}] if type(None) in parts else []
        return {"anyOf": found}
    if origin is Sequence:
        return {"type": "array", "items": _schema_of_hint(parts[0])}
    if origin is tuple:
        if len(parts) == 2 and parts[1] is Ellipsis:
            return {"type": "array", "items": _schema_of_hint(parts[0])}
        return {"type": "array", "prefixItems": [_schema_of_hint(part) for part in parts], "minItems": len(parts)}
    if dataclasses.is_dataclass(hint) and isinstance(hint, type):
        return schema_of(hint)
    return {"type": {str: "string", bool: "boolean", int: "integer", float: "number"}[hint]}
