"""Which regions stand on a frame, how key boxes make a track, where a change happened."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.schema import Annotation, Box, Change, Region, Segment, Track
from core.tracks import box_between
from desktop.session.on_frame import (
    key_on,
    keyed,
    moment_of,
    moment_of_change,
    moved,
    on_frame,
    region_on,
    unkeyed,
    with_key,
)
from desktop.session.showing import Contents

A, B = Box(0, 0, 10, 10, 1.0), Box(20, 10, 40, 30, 2.0)
TRACK = Track((A, B))


def at(time_s: float) -> tuple[float, object]:
    return time_s, lambda other: abs(other - time_s) < 0.001


def annotation(region: Region, name: str = "a") -> Annotation:
    return Annotation(name, "m", "l", ("ball",), region, "drawn")


def test_a_box_is_on_its_own_frame_only() -> None:
    assert region_on(A, *at(1.0)) is A
    assert region_on(A, *at(1.04)) is None
    assert region_on(Box(0, 0, 1, 1), *at(7.0)) is not None  # without a time: on every frame


def test_between_keys_a_track_moves_in_a_straight_line() -> None:
    assert box_between(TRACK, 1.5) == Box(10, 5, 25, 20, 1.5)
    assert box_between(TRACK, 2.0) == B
    assert box_between(TRACK, 0.99) is None
    assert box_between(TRACK, 2.01) is None
    assert key_on(TRACK, at(2.0)[1]) == B


def test_what_is_on_a_frame_keeps_spans_and_says_what_was_worked_out() -> None:
    contents = Contents("m", (annotation(A, "a"), annotation(TRACK, "t"), annotation(Segment(0, 9), "s")))
    found = on_frame(contents, *at(1.5))
    assert [item.id for item in found.contents.annotations] == ["t", "s"]
    assert found.between == {"t"}
    assert on_frame(contents, *at(1.0)).between == frozenset()


def test_a_box_becomes_a_track_on_another_frame_and_a_box_again() -> None:
    track = keyed(A, *at(3.0))
    assert track == Track((A, replace(A, at_s=3.0)))
    assert keyed(A, *at(1.0)) is None
    assert unkeyed(track, at(3.0)[1]) == A
    assert unkeyed(A, at(1.0)[1]) is None


def test_a_key_is_added_where_the_track_is() -> None:
    assert keyed(TRACK, *at(1.5)) == Track((A, Box(10, 5, 25, 20, 1.5), B))
    assert keyed(TRACK, *at(5.0)) == Track((A, B, replace(B, at_s=5.0)))
    assert keyed(TRACK, *at(0.5)) == Track((replace(A, at_s=0.5), A, B))
    assert keyed(TRACK, *at(2.0)) is None


def test_dragging_a_track_replaces_or_adds_the_key_of_that_frame() -> None:
    there = Box(5, 5, 6, 6, 2.0)
    assert moved(TRACK, there) == Track((A, there))
    assert with_key(TRACK, replace(there, at_s=1.2)).keys[1].at_s == 1.2
    assert moved(A, there) is there


@pytest.mark.parametrize(
    ("region", "when"), [(A, 1.0), (TRACK, 1.0), (Segment(3.0, 4.0), 3.0), (Box(0, 0, 1, 1), None)]
)
def test_regions_have_a_moment(region: Region, when: float | None) -> None:
    assert moment_of(region) == when


def test_a_change_happened_where_the_key_changed() -> None:
    longer = with_key(TRACK, replace(B, at_s=5.0))
    change = Change("Move", (annotation(TRACK),), (annotation(longer),))
    assert moment_of_change(change) == ("m", 5.0)
    assert moment_of_change(Change("Delete", (annotation(B),), ())) == ("m", 2.0)
    assert moment_of_change(Change("Draw", (), (annotation(Box(0, 0, 1, 1)),))) is None
