"""The timeline's arithmetic: zoom at the cursor, tiers, what is under the pointer, drags and snapping."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.schema import Segment
from desktop.views.time_drag import SpanDrag, tail_of
from desktop.views.time_spans import Part, TimeSpan, mergeable, neighbour, span_at, spans_over, tiers_of
from desktop.views.time_window import SHORTEST_S, TimeWindow, clock, ticks

WINDOW = TimeWindow(0.0, 10.0, 1000.0, 10.0)  # 10 ms a pixel


def span(name: str, start_s: float, end_s: float, *, proposal: bool = False) -> TimeSpan:
    return TimeSpan(name, Segment(start_s, end_s), name, "#0072b2", is_proposal=proposal)


@given(st.floats(0, 1000), st.floats(0.2, 5), st.floats(0.2, 5))
def test_zooming_keeps_the_second_under_the_cursor(x: float, once: float, twice: float) -> None:
    window = TimeWindow(3000.0, 60.0, 1000.0, 10_800.0)
    before = window.s_of(x)
    after = window.zoomed(once, x).zoomed(twice, x)
    assert after.s_of(x) == pytest.approx(before, abs=1e-6)


@given(st.lists(st.tuples(st.floats(0.01, 100), st.floats(-500, 1500)), max_size=8))
def test_no_zoom_or_pan_leaves_the_medium(moves: list[tuple[float, float]]) -> None:
    window = TimeWindow(0.0, 10.0, 1000.0, 10.0)
    for factor, x in moves:
        window = window.zoomed(factor, x).panned(x)
        assert window.start_s >= 0 and window.end_s <= 10 + 1e-9
        assert window.seconds >= SHORTEST_S * 0.999


def test_a_page_is_turned_when_the_playhead_leaves_it() -> None:
    window = TimeWindow(0.0, 2.0, 1000.0, 10.0)
    assert window.following(1.0) is window
    assert window.following(2.0).start_s == pytest.approx(1.9)
    assert WINDOW.following(9.99) is WINDOW
    assert window.showing(0.5, 1.5) is window
    wide = window.showing(4.0, 8.0)
    assert wide.start_s <= 4.0 and wide.end_s >= 8.0


def test_the_ruler_has_round_numbers_with_room_between() -> None:
    for seconds in (0.02, 0.7, 10, 3600, 10_800):
        window = TimeWindow(0.0, seconds, 1000.0, 10_800.0)
        step, places = ticks(window, 80)
        assert 4 <= len(places) <= 13 and step / window.seconds_a_pixel >= 80
    assert [clock(at, step) for at, step in ((0.25, 0.01), (61, 1), (3725.5, 0.1), (59.9999, 0.001))] == [
        "0:00.25",
        "1:01",
        "1:02:05.5",
        "1:00.000",
    ]
    assert clock(5, 1, hours=True) == "0:00:05"


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(1, 20)), max_size=20))
def test_no_two_segments_of_a_tier_overlap(places: list[tuple[int, int]]) -> None:
    spans = [span(str(n), start, start + length) for n, (start, length) in enumerate(places)]
    rows = tiers_of(spans)
    for one in spans:
        for other in spans:
            if one.id < other.id and rows[one.id] == rows[other.id]:
                a, b = one.segment, other.segment
                assert a.end_s <= b.start_s or b.end_s <= a.start_s
    deepest = max((sum(s.segment.start_s <= t < s.segment.end_s for s in spans) for t in range(71)), default=0)
    assert len(set(rows.values())) == deepest


def test_edges_come_first_and_the_selected_before_others() -> None:
    spans = [span("a", 1, 3), span("b", 2, 6), span("c", 3, 5)]
    rows = tiers_of(spans)
    assert rows == {"a": 0, "b": 1, "c": 0}

    def hit(x: float, row: int | None, *selected: str) -> tuple[str, Part] | None:
        found = span_at(spans, rows, selected, WINDOW, x, row=row, grab_px=5)
        return (found.id, found.part) if found else None

    assert hit(200, 0) == ("a", Part.BODY)
    assert hit(104, 0) == ("a", Part.START)
    assert hit(300, 0, "c") == ("c", Part.START)
    assert hit(300, 0, "a") == ("a", Part.END)
    assert hit(400, 1) == ("b", Part.BODY)
    assert hit(700, 0) is None
    assert hit(150, None) is None  # over the waveform a new one can be drawn here
    assert hit(150, None, "a") == ("a", Part.BODY)
    assert hit(203, None) == ("b", Part.START)
    tiny = [span("t", 1.0, 1.06)]
    found = span_at(tiny, tiers_of(tiny), (), WINDOW, 103, row=0, grab_px=5)
    assert found is not None and found.part is Part.BODY
    assert [one.id for one in spans_over(spans, 3.0)] == ["a", "c", "b"]


def test_neighbours_and_what_can_be_merged() -> None:
    spans = [span("b", 4, 5), span("a", 1, 2), span("p", 6, 7, proposal=True)]

    def step(selected: list[str], at_s: float, by: int) -> str | None:
        found = neighbour(spans, selected, at_s, by)
        return found.id if found else None

    assert [step(["a"], 1, 1), step(["b"], 4.5, -1), step(["p"], 6, 1)] == ["b", "a", None]
    assert step(["a"], 5.5, -1) == "b"  # the playhead has left the selected one
    assert [step([], 3, 1), step([], 3, -1), step([], 0.5, -1)] == ["b", "a", None]
    assert mergeable(spans, ["b", "a", "p"]) == ["a", "b"]
    assert mergeable(spans, ["a", "p"]) == []


def test_a_drag_makes_resizes_and_moves_within_the_medium() -> None:
    made = SpanDrag(4.0, 10.0).moved_to(2.5)
    assert made.result == Segment(2.5, 4.0) and made.edge_s == 2.5
    assert SpanDrag(4.0, 10.0).moved_to(4.001).result is None
    assert SpanDrag(9.0, 10.0).moved_to(30.0).result == Segment(9.0, 10.0)
    kept = Segment(2.0, 4.0)
    end = SpanDrag(4.02, 10.0, "a", Part.END, kept)
    assert end.moved_to(5.02).result == Segment(2.0, pytest.approx(5.0))
    assert end.moved_to(4.02).result is None
    crossed = end.moved_to(0.0).present
    assert crossed is not None and crossed.start_s == 2.0 and crossed.end_s == pytest.approx(2.01)
    body = SpanDrag(3.0, 10.0, "a", Part.BODY, kept)
    assert body.moved_to(100.0).result == Segment(8.0, 10.0)
    assert body.moved_to(100.0).edge_s is None
    assert tail_of(Segment(2.0, 4.0), 0.5) == Segment(3.5, 4.0)
    assert tail_of(Segment(2.0, 2.2), 0.5) == Segment(2.0, 2.2)


def test_a_snapping_drag_lands_on_edges_and_takes_the_other_end_along() -> None:
    def snap(at_s: float) -> float:
        return 5.0 if abs(at_s - 5.0) < 0.2 else at_s

    assert SpanDrag(4.9, 10.0).moved_to(7.0, snap).result == Segment(5.0, 7.0)
    body = SpanDrag(3.0, 10.0, "a", Part.BODY, Segment(2.0, 4.0))
    assert body.moved_to(4.1, snap).result == Segment(pytest.approx(3.0), pytest.approx(5.0))
