"""Guesses what an answer goes on with: what the grammar knows before it is said, and digits ahead of their turn.

A guess costs nothing when it is wrong but the reading of it: decoding checks every guessed token against what the model
says itself (`decoding.greedy`), so that answers are those of plain greedy decoding, in fewer passes. Digits ahead are
Jacobi's iteration: what the model said of a place after the last guess is the next guess of it, until nothing changes.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from core.grounding.groundinggpt.answers import format_answer, format_spans
from core.grounding.groundinggpt.processing import Processor

_BOX, _FULL = (0.333, 0.333, 0.666, 0.666), (1.0, 1.0, 1.0, 1.0)


class Draft:
    """Knows how answers of one kind are put into tokens: boxes, or spans of time."""

    def __init__(self, processor: Processor, *, spans: bool) -> None:
        grammar = processor.config.grammar
        most = grammar.max_regions

        def ids_of(box: tuple[float, ...], count: int) -> list[int]:
            if spans:
                return processor.answer_ids(format_spans([(box[0], box[2])] * count, grammar))
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
        self._stride = (len(self._usual) - len(one)) // (most - 1) if most > 1 else len(one)
        self.region = len(one)  # tokens of one, with the answer's end

    def _places_of_ends(self, digits: int) -> frozenset[int]:
        """The places behind the last digit of each region."""
        places = [place + 1 for place, token in enumerate(self._usual) if token in self._digits]
        return frozenset(places[digits - 1 :: digits]) if digits else frozenset()

    def __call__(self, ids: Sequence[int], said: Sequence[int] = (), ahead: int = 0) -> list[int]:
        """The tokens that follow these if the answer keeps to its grammar; none when in doubt.

        said: what the model made of the places that follow, behind a guess that was wrong. ahead: so many tokens are
        guessed at least, digits among them; 0 guesses what is certain, up to the next digit.
        """
        at = len(ids)
        if at and list(ids) == self._absent[:at]:
            return self._absent[at:-1]
        if (not at and not ahead) or at >= len(self._usual):
            return []
        if not all(self._fits(place, token) for place, token in enumerate(ids)):
            return []
        guessed: list[int] = []
        while at < len(self._usual) - 1:
            say = said[len(guessed)] if len(guessed) < len(said) else None
            if at in self._ends and say != self._usual[at]:
                return [*guessed, *self._closing]  # one region, until the model says that another follows
            if self._usual[at] in self._digits and len(guessed) >= ahead:
                break
            guessed.append(say if say is not None and self._fits(at, say) else self._usual[at])
            at += 1
        return guessed

    def far(self, ids: Sequence[int], said: Sequence[int] = (), *, most: int | None = None) -> list[int]:
        """As a call that guesses one region ahead and the beginning of the next, or `most` tokens.

        That is what pays on a CPU (`docs/adr/0045-passes.md`).
        """
        return self(ids, said, round(1.25 * self.region) if most is None else most)

    def recall(
        self,
        known: Sequence[Sequence[int]],
        ids: Sequence[int],
        said: Sequence[int] = (),
        *,
        most: int | None = None,
    ) -> list[int]:
        """As `far`, out of regions that were named before: the one that what stands and what was said agrees with best.

        known: as `regions` gives them. Where what was said agrees with none, it is believed itself.
        """
        begun = list(ids[len(ids) - len(ids) % self._stride :])
        best: Sequence[int] | None = None
        agreed = -1
        for region in known:
            if list(region[1 : len(begun)]) != begun[1:]:
                continue
            pairs = zip(region[len(begun) :], said, strict=False)
            alike = sum(1 for _ in itertools.takewhile(lambda pair: pair[0] == pair[1], pairs))
            if alike > agreed:
                best, agreed = region, alike
        if best is None or (said and not agreed):
            return self.far(ids, said, most=most)
        return self.far(ids, best[len(begun) :], most=most)

    def regions(self, ids: Sequence[int]) -> list[list[int]]:
        """The regions of an answer as tokens, each with what stands before its first digit; none of one in doubt."""
        whole = ids[: len(ids) - len(ids) % self._stride]
        if len(whole) > len(self._usual) or not all(self._fits(place, token) for place, token in enumerate(whole)):
            return []
        return [list(whole[start : start + self._stride]) for start in range(0, len(whole), self._stride)]

    def _fits(self, place: int, token: int) -> bool:
        usual = self._usual[place]
        return token == usual or (usual in self._digits and token in self._digits) or token == self._other[place]
