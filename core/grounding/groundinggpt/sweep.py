"""Asking about a whole medium by one sense: one window or many, then closer where it matters. Knows no model, no files.

What was found so far is reported window by window; nothing is kept of a window but what was said of it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from core.geometry import SpanS
from core.grounding.groundinggpt.presence import join_windows
from core.grounding.groundinggpt.refine import refine
from core.grounding.groundinggpt.spans import Candidate, merge
from core.grounding.groundinggpt.windows import FoundSpan, WindowAnswer, WindowAsker, around
from core.schema import Method

DOUBTED = 24  # spans of a sweep that windows do not agree about and that one more window decides on, the best first
CLOSER = 3  # the best of a sweep that are looked at closer without being told to
REFINED = 16  # and at most so many when told to
_TEXTS = 40  # windows whose words are kept


@dataclass(frozen=True, slots=True)
class SenseAnswer:
    """What one sense says about one expression. `present` is None exactly when `error` is set."""

    spans: tuple[FoundSpan, ...]
    present: bool | None
    presence: float | None
    text: str
    method: Method = "decoded"
    error: str | None = None
    dropped: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


# Called after each window with how many were asked, and with what was found so far for each expression; None where
# that was not worked out again.
Found = list[tuple[FoundSpan, ...]]
Watch = Callable[[int, Found | None], None]
_LOOKS = 60  # how often in a sweep it is worked out what was found so far


def ask_windows(
    asker: WindowAsker,
    windows: Sequence[SpanS],
    expressions: Sequence[str],
    *,
    closer: bool = False,
    watch: Watch = lambda _done, _found: None,
) -> list[SenseAnswer]:
    """One answer for each expression, from spans that were written. closer: refine what was found.

    Raises `MediaError`, `Cancelled`.
    """
    extent_s = (windows[0][0], windows[-1][1])
    said: list[list[WindowAnswer]] = [[] for _ in expressions]
    for done, window_s in enumerate(windows, start=1):
        for answers, answer in zip(said, asker.ask(window_s, expressions), strict=True):
            answers.append(answer)
        watch(done, [_so_far(answers, extent_s) for answers in said] if _is_look(done, len(windows)) else None)
    if len(windows) == 1:
        return [_of_one(answers[0], words, asker, closer) for answers, words in zip(said, expressions, strict=True)]
    return [_of_many(answers, words, asker, extent_s, closer) for answers, words in zip(said, expressions, strict=True)]


def ask_presence(
    asker: WindowAsker,
    windows: Sequence[SpanS],
    expressions: Sequence[str],
    *,
    step_s: float,
    watch: Watch = lambda _done, _found: None,
) -> list[SenseAnswer]:
    """One answer for each expression, from how probable it is in each window. Raises `MediaError`, `Cancelled`."""
    heard: list[list[float | None]] = [[] for _ in expressions]
    for done, window_s in enumerate(windows, start=1):
        for presences, presence in zip(heard, asker.presences(window_s, expressions), strict=True):
            presences.append(presence)
        look = _is_look(done, len(windows))
        watch(done, [tuple(join_windows(windows[:done], known, step_s)) for known in heard] if look else None)
    return [_of_presences(presences, windows, step_s) for presences in heard]


def _is_look(done: int, total: int) -> bool:
    return done == total or done % max(1, total // _LOOKS) == 0


def _so_far(answers: Sequence[WindowAnswer], extent_s: SpanS) -> tuple[FoundSpan, ...]:
    if len(answers) == 1:
        return answers[0].spans
    return tuple(candidate.found for candidate in merge(answers, extent_s) if candidate.likely)


def _of_one(answer: WindowAnswer, expression: str, asker: WindowAsker, closer: bool) -> SenseAnswer:
    spans = tuple(refine(span, expression, asker) for span in answer.spans) if closer else answer.spans
    return SenseAnswer(
        spans, answer.present, answer.presence, answer.text,
        error=answer.error, dropped=answer.dropped, warnings=answer.warnings,
    )  # fmt: skip


def _of_many(
    answers: Sequence[WindowAnswer], expression: str, asker: WindowAsker, extent_s: SpanS, closer: bool
) -> SenseAnswer:
    failed = [answer for answer in answers if answer.error is not None]
    warnings = list(dict.fromkeys(text for answer in answers for text in answer.warnings))
    text = _texts(answers)
    if len(failed) == len(answers):
        return SenseAnswer((), None, None, text, error=failed[0].error, warnings=tuple(warnings))
    candidates = _decided(merge(answers, extent_s), expression, asker)
    believed = [candidate for candidate in candidates if candidate.believed]
    doubted = len(candidates) - len(believed)
    if failed:
        warnings.append(f"{expression}: the answers about {len(failed)} of {len(answers)} windows were not understood")
    if doubted:
        warnings.append(f"{expression}: {doubted} spans of which windows are not sure were left out")
    best = max((candidate.support for candidate in believed or candidates), default=None)
    presence = _highest(answers) if best is None else best
    dropped = tuple(chunk for answer in answers for chunk in answer.dropped)
    spans = _closer(believed, expression, asker, closer)
    return SenseAnswer(spans, bool(spans), presence, text, dropped=dropped, warnings=tuple(warnings))


def _highest(answers: Sequence[WindowAnswer]) -> float | None:
    return max((answer.presence for answer in answers if answer.presence is not None), default=None)


def _decided(candidates: Sequence[Candidate], expression: str, asker: WindowAsker) -> list[Candidate]:
    """Candidates, best evidence first, each of the best doubtful ones with the vote of one more window around it."""
    asked = 0
    decided: list[Candidate] = []
    for candidate in candidates:
        if not candidate.believed and asked < DOUBTED:
            asked += 1
            window_s = around(candidate.found.span_s, asker.extent_s)
            candidate = candidate.heard(asker.ask(window_s, [expression])[0])
        decided.append(candidate)
    return sorted(decided, key=lambda candidate: (-candidate.evidence, candidate.found.span_s))


def _closer(believed: Sequence[Candidate], expression: str, asker: WindowAsker, closer: bool) -> tuple[FoundSpan, ...]:
    """The best spans refined, the others as they are; in the order of their evidence."""
    first = REFINED if closer else CLOSER
    return tuple(
        refine(candidate.found, expression, asker, ends=closer) if number < first else candidate.found
        for number, candidate in enumerate(believed)
    )


def _texts(answers: Sequence[WindowAnswer]) -> str:
    """The words about the windows in which something was found or that were not understood, a line each."""
    telling = [answer for answer in answers if answer.spans or answer.error is not None]
    lines = [f"{answer.window_s[0]:.3f}-{answer.window_s[1]:.3f} s: {answer.text}" for answer in telling[:_TEXTS]]
    if len(telling) > _TEXTS:
        lines.append(f"and {len(telling) - _TEXTS} more")
    return "\n".join(lines) or (answers[0].text if answers else "")


def _of_presences(presences: Sequence[float | None], windows: Sequence[SpanS], step_s: float) -> SenseAnswer:
    known = [presence for presence in presences if presence is not None]
    text = " ".join("-" if presence is None else f"{presence:.3f}" for presence in presences)
    if not known:
        why = "the model's answers neither name a region nor say that it is absent"
        return SenseAnswer((), None, None, text, "windows", error=why)
    spans = sorted(join_windows(windows, presences, step_s), key=lambda span: (-span.score, span.span_s))
    return SenseAnswer(tuple(spans), bool(spans), max(known), text, "windows")
