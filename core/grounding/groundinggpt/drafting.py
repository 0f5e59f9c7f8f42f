"""Guesses what an answer goes on with: brackets, zeros, points and commas are known before they are said.

A guess costs nothing when it is wrong: decoding checks every guessed token against what the model says itself
(`decoding.greedy`), so that answers are those of plain greedy decoding, in fewer passes.
"""

from __future__ import annotations

from collections.abc import Sequence

from core.grounding.groundinggpt.answers import format_answer, format_spans
from core.grounding.groundinggpt.processing import Processor

_BOX, _FULL = (0.555, 0.555, 0.555, 0.555), (1.0, 1.0, 1.0, 1.0)


class Draft:
    """Knows how answers of one kind are put into tokens: boxes, or spans of time."""

    def __init__(self, processor: Processor, *, spans: bool) -> None:
        grammar = processor.config.grammar
        most = grammar.max_regions

        def ids_of(box: tuple[float, ...], count: int) -> list[int]:
            if spans:
                return processor.answer_ids(format_spans([(box[0], box[1])] * count, grammar))
            return processor.answer_ids(format_answer([(box[0], box[1], box[2], box[3])] * count, grammar))

        self._digits = processor.digit_ids
        self._usual = ids_of(_BOX, most)
        full = ids_of(_FULL, most)
        self._other = full if len(full) == len(self._usual) else self._usual  # of numbers that begin with 1
        self._absent = processor.answer_ids(grammar.absent)
        one = ids_of(_BOX, 1)
        last = max((place for place, token in enumerate(one) if token in self._digits), default=-1)
        self._closing = one[last + 1 : -1]  # between the last digit and the end
        self._ends = self._places_of_ends(sum(token in self._digits for token in one))

    def _places_of_ends(self, digits: int) -> frozenset[int]:
        """The places behind the last digit of each region."""
        places = [place + 1 for place, token in enumerate(self._usual) if token in self._digits]
        return frozenset(places[digits - 1 :: digits]) if digits else frozenset()

    def __call__(self, ids: Sequence[int]) -> list[int]:
        """The tokens that follow these if the answer keeps to its grammar and names one region; none when in doubt."""
        at = len(ids)
        if not at:
            return []
        if list(ids) == self._absent[:at]:
            return self._absent[at:-1]
        if at >= len(self._usual) or not all(self._fits(place, token) for place, token in enumerate(ids)):
            return []
        if at in self._ends:
            return self._closing
        guessed: list[int] = []
        while at < len(self._usual) - 1 and self._usual[at] not in self._digits:
            guessed.append(self._usual[at])
            at += 1
        return guessed

    def _fits(self, place: int, token: int) -> bool:
        usual = self._usual[place]
        return token == usual or (usual in self._digits and token in self._digits) or token == self._other[place]
