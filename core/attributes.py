"""What a value of an attribute means: its text as it is kept, as a typed value, and whether it fits. Pure.

Kept is always text: `3.5` for a number, `yes` or `no`, a choice or a text as it is.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

from core.schema import Attribute

YES, NO = "yes", "no"
Value = str | int | float | bool


def applies(attribute: Attribute, label_id: str) -> bool:
    """Whether annotations of this label have the attribute."""
    return attribute.label_ids is None or label_id in attribute.label_ids


def number_text(value: float) -> str:
    """A number as it is kept: the shortest text that gives it back."""
    return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)


def typed(attribute: Attribute, text: str) -> Value:
    """The text as the value that it means; the text itself where it does not fit."""
    if not fits(attribute, text):
        return text
    if attribute.kind == "yes_no":
        return text == YES
    if attribute.kind == "number":
        number = float(text)
        return int(number) if number.is_integer() and abs(number) < 1e15 else number
    return text


def stored(attribute: Attribute, value: object) -> str | None:
    """The text for a typed value, as a file may hold it; None where it is of another kind."""
    if isinstance(value, bool):
        return (YES if value else NO) if attribute.kind == "yes_no" else None
    if isinstance(value, int | float):
        return number_text(float(value)) if attribute.kind == "number" and math.isfinite(value) else None
    return value if isinstance(value, str) else None


def tidied(attribute: Attribute, text: str) -> str:
    """What a person typed, as it is kept."""
    said = " ".join(text.split())
    if attribute.kind == "number":
        number = _number(said.replace(",", ".") if said.count(",") == 1 and "." not in said else said)
        return said if number is None else number_text(number)
    return said


def fits(attribute: Attribute, text: str) -> bool:
    """Whether the text is a value of the attribute."""
    return not problem(attribute, text)


def problem(attribute: Attribute, text: str) -> str:
    """Why the text is no value of the attribute, for people; "" when it is one."""
    if attribute.kind == "yes_no":
        return "" if text in (YES, NO) else f"“{attribute.name}” is yes or no"
    if attribute.kind == "choice":
        return "" if text in attribute.values else f"“{attribute.name}” is one of {', '.join(attribute.values)}"
    if attribute.kind == "text":
        return "" if text.strip() else f"“{attribute.name}” is empty"
    number = _number(text)
    low, high = attribute.minimum, attribute.maximum
    if number is None:
        return f"“{attribute.name}” is a number"
    if low is not None and number < low:
        return f"“{attribute.name}” is at least {number_text(low)}"
    if high is not None and number > high:
        return f"“{attribute.name}” is at most {number_text(high)}"
    return ""


def definition_problem(attribute: Attribute) -> str:
    """What is wrong with a definition, for people; "" when it can be used."""
    if not attribute.name.strip():
        return "An attribute needs a name"
    if attribute.kind == "choice" and not attribute.values:
        return "A choice needs values"
    if len(set(attribute.values)) != len(attribute.values) or not all(value.strip() for value in attribute.values):
        return "The values of a choice differ, and none is empty"
    low, high = attribute.minimum, attribute.maximum
    if low is not None and high is not None and low > high:
        return "The smallest number is above the largest"
    if attribute.label_ids is not None and not attribute.label_ids:
        return "An attribute needs a label, or belongs to all"
    return problem(attribute, attribute.default) if attribute.default else ""


def defaults(attributes: Iterable[Attribute], label_id: str) -> tuple[tuple[str, str], ...]:
    """What a new annotation of this label has."""
    return tuple((one.name, one.default) for one in attributes if one.default and applies(one, label_id))


def with_value(pairs: tuple[tuple[str, str], ...], name: str, text: str | None) -> tuple[tuple[str, str], ...]:
    """The attributes of an annotation with another value of one; None takes it away. The order stays."""
    if text is None:
        return tuple(pair for pair in pairs if pair[0] != name)
    if any(pair[0] == name for pair in pairs):
        return tuple((key, text if key == name else value) for key, value in pairs)
    return (*pairs, (name, text))


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) else None
