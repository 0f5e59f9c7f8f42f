"""What a checkpoint's answers say: boxes, spans and absence as text, by its grammar. Knows no tokens or pixels."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from core.geometry import BoxXYXY, SpanS
from core.grounding.groundinggpt.configuration import AnswerGrammar

_NUMBER = r"[01](?:\.\d{0,6})?"
_BOX = re.compile(rf"\[({_NUMBER}), ({_NUMBER}), ({_NUMBER}), ({_NUMBER})\]")
_SPAN = re.compile(rf"\{{({_NUMBER}), ?({_NUMBER})\}}")
_CHUNK = re.compile(r"\[[^\[\]{}]*\]?|\{[^\[\]{}]*\}?")


@dataclass(frozen=True, slots=True)
class ParsedBox:
    """A box that a model wrote: 0-1 of the padded square, and where it stands in the text."""

    box_norm: BoxXYXY
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class ParsedSpan:
    """A stretch of time that a model wrote: 0-1 of the window it was asked about, and where it stands in the text."""

    span_norm: SpanS
    start: int
    end: int


ParsedRegion = ParsedBox | ParsedSpan


@dataclass(frozen=True, slots=True)
class ParsedAnswer:
    """What a text says. `present` is None exactly when `error` is set."""

    boxes: tuple[ParsedBox, ...]
    present: bool | None
    dropped: tuple[str, ...]
    error: str | None
    spans: tuple[ParsedSpan, ...] = ()


def _number_text(value: float, decimals: int) -> str:
    return f"{min(max(value, 0.0), 1.0):.{decimals}f}"


def round_box(box_norm: BoxXYXY, decimals: int = 3) -> BoxXYXY:
    """A box as the answer will write it."""
    return tuple(round(min(max(value, 0.0), 1.0), decimals) for value in box_norm)  # type: ignore[return-value]


def format_answer(boxes_norm: Sequence[BoxXYXY], grammar: AnswerGrammar) -> str:
    """The answer to an expression with these boxes (0-1 of the padded square), ordered by y1 then x1.

    No boxes is the answer for absence; beyond `max_regions` the lowest ones are left out.
    """
    if not boxes_norm:
        return grammar.absent
    rounded = sorted((round_box(box, grammar.decimals) for box in boxes_norm), key=lambda box: (box[1], box[0], box))
    texts = [
        "[" + ", ".join(_number_text(value, grammar.decimals) for value in box) + "]"
        for box in rounded[: grammar.max_regions]
    ]
    return grammar.joiner.join(texts)


def format_spans(spans_norm: Sequence[SpanS], grammar: AnswerGrammar) -> str:
    """The answer to an expression with these spans (0-1 of the asked window), ordered by their starts.

    No spans is the answer for absence; beyond `max_regions` the latest ones are left out.
    """
    if not spans_norm:
        return grammar.absent
    texts = [
        "{" + ",".join(_number_text(value, grammar.decimals) for value in span) + "}"
        for span in sorted(spans_norm)[: grammar.max_regions]
    ]
    return grammar.joiner.join(texts)


def parse_answer(text: str, grammar: AnswerGrammar) -> ParsedAnswer:
    """Read an answer. One malformed region of several is dropped and listed; nothing parseable is an error."""
    boxes: list[ParsedBox] = []
    spans: list[ParsedSpan] = []
    dropped: list[str] = []
    for chunk in _CHUNK.finditer(text):
        match = (_BOX if chunk.group().startswith("[") else _SPAN).fullmatch(chunk.group())
        values = [float(value) for value in match.groups()] if match else []
        if len(values) == 4 and max(values) <= 1 and values[2] > values[0] and values[3] > values[1]:
            boxes.append(ParsedBox((values[0], values[1], values[2], values[3]), chunk.start(), chunk.end()))
        elif len(values) == 2 and max(values) <= 1 and values[1] > values[0]:
            spans.append(ParsedSpan((values[0], values[1]), chunk.start(), chunk.end()))
        else:
            dropped.append(chunk.group())
    if boxes or spans:
        return ParsedAnswer(tuple(boxes), True, tuple(dropped), None, tuple(spans))
    if not dropped and text.strip().rstrip(".").lower() == grammar.absent:
        return ParsedAnswer((), False, (), None)
    return ParsedAnswer(
        (), None, tuple(dropped), "the model's answer names no region and does not say that it is absent"
    )
