"""Somebody who knows when things happen, and answers about any window as exactly as a model of so many frames could."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from core.geometry import SpanS
from core.grounding.groundinggpt.windows import FoundSpan, WindowAnswer


@dataclass
class KnowingAsker:
    """A `WindowAsker` that knows the truth. Ends are told to the next sample inside the window, or to its edge.

    truth: expression -> its spans. spoiled: what becomes of an answer before it is given, for tests of mistrust.
    """

    truth: Mapping[str, Sequence[SpanS]]
    extent_s: SpanS
    samples: int = 64
    finest_s: float = 1 / 30
    spoiled: Callable[[WindowAnswer], WindowAnswer] = lambda answer: answer
    asked: list[SpanS] = field(default_factory=list)

    def length_for(self, precision_s: float) -> float:
        return self.samples * precision_s

    def ask(self, window_s: SpanS, expressions: Sequence[str]) -> list[WindowAnswer]:
        assert self.extent_s[0] - 1e-9 <= window_s[0] < window_s[1] <= self.extent_s[1] + 1e-9
        self.asked.append(window_s)
        return [self.spoiled(self._answer(window_s, words)) for words in expressions]

    def presences(self, window_s: SpanS, expressions: Sequence[str]) -> list[float | None]:
        self.asked.append(window_s)
        return [0.95 if self._within(window_s, words) else 0.05 for words in expressions]

    def _within(self, window_s: SpanS, words: str) -> list[SpanS]:
        cut = [(max(start, window_s[0]), min(end, window_s[1])) for start, end in self.truth.get(words, ())]
        step = max((window_s[1] - window_s[0]) / self.samples, self.finest_s)
        return [span for span in cut if span[1] - span[0] > 2 * step]

    def _answer(self, window_s: SpanS, words: str) -> WindowAnswer:
        start, end = window_s
        step = max((end - start) / self.samples, self.finest_s)

        def told(time_s: float) -> float:
            return min(start + round((time_s - start) / step) * step, end)

        spans = tuple(FoundSpan((told(a), told(b)), step, 0.9) for a, b in self._within(window_s, words))
        return WindowAnswer(window_s, spans, bool(spans), 0.95 if spans else 0.05, "spans" if spans else "not present")
