"""Windows, merging and closer looks hold for any medium and any events."""

from dataclasses import replace
from itertools import pairwise

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from core.geometry import SpanS, temporal_iou
from core.grounding.groundinggpt.presence import join_windows
from core.grounding.groundinggpt.refine import ROUNDS, refine
from core.grounding.groundinggpt.spans import merge
from core.grounding.groundinggpt.sweep import ask_presence, ask_windows
from core.grounding.groundinggpt.windows import LONGEST_S, SWEPT_S, FoundSpan, overlapping, plan
from tests.fakes_windows import KnowingAsker

starts = st.floats(-2, 5)
lengths = st.floats(0.1, 4000)


@st.composite
def events(draw: st.DrawFn, length_s: float, shortest_s: float, longest_s: float) -> list[SpanS]:
    """Up to five spans, well apart from each other."""
    spans: list[SpanS] = []
    at = draw(st.floats(0, length_s / 3))
    for _ in range(draw(st.integers(1, 5))):
        end = at + draw(st.floats(shortest_s, longest_s))
        if end > length_s:
            break
        spans.append((at, end))
        at = end + draw(st.floats(4, 4 + length_s / 3))
    return spans


@given(starts, lengths)
def test_windows_cover_the_medium_and_overlap_by_half(start: float, length: float) -> None:
    windows = plan((start, start + length))
    assert (windows[0][0], windows[-1][1]) == (start, start + length)
    if length <= LONGEST_S:
        assert windows == [(start, start + length)]
        return
    for number, (first, last) in enumerate(windows):
        assert abs(first - (start + number * SWEPT_S / 2)) < 1e-6
        assert SWEPT_S / 2 - 1e-5 <= last - first <= SWEPT_S + 1e-6
    assert all(after[0] < before[1] for before, after in pairwise(windows))


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_sweep_finds_every_event_once(data: st.DataObject) -> None:
    length = data.draw(st.floats(61, 900))
    truth = data.draw(events(length, 2.0, 45.0))
    asker = KnowingAsker({"beep": truth}, (0.0, length))
    (answer,) = ask_windows(asker, plan(asker.extent_s), ["beep"])
    found = sorted(span.span_s for span in answer.spans)
    assert len(found) == len(truth)
    assert all(temporal_iou(a, b) > 0.6 for a, b in zip(found, truth, strict=True))
    assert answer.present is bool(truth)
    assert answer.error is None


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_refining_ends_at_a_frame_from_the_truth(data: st.DataObject) -> None:
    length = data.draw(st.floats(6, 60))
    (truth,) = data.draw(events(length, 1.0, 20.0).filter(bool))[:1]
    asker = KnowingAsker({"beep": [truth]}, (0.0, length), samples=data.draw(st.sampled_from([32, 64])))
    found = asker.ask(asker.extent_s, ["beep"])[0].spans
    assume(found)
    (before,) = found
    asker.asked.clear()
    after = refine(before, "beep", asker)
    assert len(asker.asked) <= 3 * ROUNDS
    assert after.precision_s <= before.precision_s
    assert after.precision_s <= 1.34 * asker.finest_s or before.precision_s < 1.34 * asker.finest_s
    assert all(abs(a - b) <= after.precision_s for a, b in zip(after.span_s, truth, strict=True))


@settings(max_examples=40, deadline=None)
@given(st.floats(0.5, 8), st.floats(10, 40), st.sampled_from(["absent", "error", "elsewhere"]))
def test_an_answer_that_denies_or_jumps_away_changes_nothing(length: float, start: float, way: str) -> None:
    asker = KnowingAsker({"beep": [(start, start + length)]}, (0.0, 60.0))
    found = asker.ask((0.0, 60.0), ["beep"])[0].spans
    known = found[0] if found else FoundSpan((start, start + length), 1.0, 0.5)

    def spoil(answer):
        if way == "absent":
            return replace(answer, spans=(), present=False, presence=0.1)
        if way == "error":
            return replace(answer, spans=(), present=None, error="what?")
        end = answer.window_s[1]
        return replace(answer, spans=(FoundSpan((end - 0.02, end - 0.01), 0.001, 0.9),))

    assert refine(known, "beep", replace(asker, spoiled=spoil)) == known


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_presence_over_windows_becomes_spans_within_a_window(data: st.DataObject) -> None:
    length = data.draw(st.floats(3, 200))
    truth = data.draw(events(length, 2.0, 20.0))
    asker = KnowingAsker({"beep": truth}, (0.0, length), samples=1000, finest_s=0.01)
    windows = overlapping(asker.extent_s, 2.0, 1.0)
    (answer,) = ask_presence(asker, windows, ["beep"], step_s=1.0)
    found = sorted(span.span_s for span in answer.spans)
    assert len(found) == len(truth)
    assert all(a[0] - 2 <= b[0] and b[1] <= a[1] + 2 for a, b in zip(found, truth, strict=True))
    assert all(abs(x - y) <= 2.0 for a, b in zip(found, truth, strict=True) for x, y in zip(a, b, strict=True))
    assert answer.method == "windows"


@given(st.lists(st.floats(0, 1) | st.none(), min_size=1, max_size=40))
def test_joined_windows_stand_in_order_and_apart(presences: list[float | None]) -> None:
    windows = overlapping((0.0, 1.0 + len(presences)), 2.0, 1.0)[: len(presences)]
    spans = join_windows(windows, presences[: len(windows)], 1.0)
    assert all(a.span_s[1] < b.span_s[0] for a, b in pairwise(spans))
    assert all(0.5 <= span.score <= 1 and span.span_s[0] < span.span_s[1] for span in spans)


@given(st.lists(st.tuples(st.floats(0, 90), st.floats(0.01, 20), st.floats(0, 1)), max_size=12))
def test_merging_never_names_a_thing_twice_nor_invents_one(given_spans: list[tuple[float, float, float]]) -> None:
    asker = KnowingAsker({}, (0.0, 100.0))
    answers = []
    for window in plan(asker.extent_s):
        inside = [
            FoundSpan((max(a, window[0]), min(a + n, window[1])), 0.3, score)
            for a, n, score in given_spans
            if min(a + n, window[1]) > max(a, window[0])
        ]
        (answer,) = asker.ask(window, ["x"])
        answers.append(replace(answer, spans=tuple(inside), present=bool(inside), presence=0.9 if inside else 0.1))
    merged = merge(answers, asker.extent_s)
    spans = [candidate.found.span_s for candidate in merged]
    for k, a in enumerate(spans):
        assert 0 <= a[0] < a[1] <= 100
        for b in spans[k + 1 :]:
            assert min(a[1], b[1]) - max(a[0], b[0]) < 0.5 * min(a[1] - a[0], b[1] - b[0]) + 1e-9
    assert [c.evidence for c in merged] == sorted((c.evidence for c in merged), reverse=True)
    assert all(0 < len(candidate.yes) <= candidate.holding for candidate in merged)
    assert bool(spans) <= bool(given_spans)


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_one_window_that_is_wrong_is_outvoted(data: st.DataObject) -> None:
    """A span that one window of the plan makes up, and one that one window of the plan fails to see."""
    truth = (35.0, 37.0)
    asker = KnowingAsker({"beep": [truth]}, (0.0, 100.0))
    windows = plan(asker.extent_s)
    wrong = data.draw(st.sampled_from([w for w in windows if w[1] <= 30 or w[0] >= 40]))
    deaf = data.draw(st.sampled_from([w for w in windows if w[0] <= 35 and w[1] >= 37]))

    def spoil(answer):
        if answer.window_s == wrong:
            made_up = FoundSpan((wrong[0] + 4, wrong[0] + 7), 0.3, 0.99)
            return replace(answer, spans=(made_up,), present=True, presence=0.9)
        return replace(answer, spans=(), present=False, presence=0.2) if answer.window_s == deaf else answer

    (answer,) = ask_windows(replace(asker, spoiled=spoil), windows, ["beep"])
    (found,) = answer.spans
    assert temporal_iou(found.span_s, truth) > 0.8
    assert any("are not sure" in text for text in answer.warnings)
