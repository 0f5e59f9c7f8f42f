"""Whatever models say and pictures show: benefits are shares, and a quarrel has two equal sides."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.evaluation.benefit import combine, disagreement, uncertainty
from core.evaluation.overlaps import overlap
from core.schema import Answer, Box, Proposal, Query, Region, Segment, Track

share = st.floats(0, 1)
number = st.floats(0, 50)


@st.composite
def boxes(draw: st.DrawFn) -> Box:
    x, y = draw(number), draw(number)
    return Box(x, y, x + 1 + draw(number), y + 1 + draw(number), at_s=draw(st.none() | st.floats(0, 9)))


@st.composite
def regions(draw: st.DrawFn) -> Region:
    start = draw(number)
    other = draw(st.sampled_from(["box", "span", "track"]))
    if other == "box":
        return draw(boxes())
    if other == "span":
        return Segment(start, start + 0.5 + draw(number))
    return Track(tuple(draw(st.lists(boxes(), min_size=1, max_size=3))))


@st.composite
def answers(draw: st.DrawFn) -> Answer:
    found = draw(st.lists(st.tuples(boxes(), st.none() | share), max_size=4))
    proposals = tuple(Proposal(str(n), "q", region, score, "m@1") for n, (region, score) in enumerate(found))
    error = draw(st.sampled_from([None, None, "garbled"]))
    presence = draw(st.none() | share)
    return Answer(Query("q", "m", "cup"), proposals, bool(found), "", "m@1", presence_score=presence, error=error)


@given(regions(), regions())
def test_an_overlap_is_a_share(a: Region, b: Region) -> None:
    assert 0 <= overlap(a, b) <= 1 + 1e-9
    assert isinstance(a, Track) or overlap(a, a) == pytest.approx(1)


@given(answers(), answers())
def test_a_quarrel_has_two_equal_sides(one: Answer, other: Answer) -> None:
    assert disagreement(one, other) == pytest.approx(disagreement(other, one))
    assert -1e-9 <= disagreement(one, other) <= 1
    assert disagreement(one, one) == pytest.approx(0)


@given(st.lists(answers(), max_size=4))
def test_uncertainty_is_a_share(said: list[Answer]) -> None:
    found = uncertainty(said, lambda proposal: proposal.score)
    assert found is None if not said else 0 <= found <= 1 + 1e-9


@given(st.data(), st.integers(0, 8), st.integers(0, 3))
def test_benefits_are_shares_and_a_copy_of_what_was_seen_is_not_new(data: st.DataObject, count: int, seen: int) -> None:
    parts = st.lists(st.none() | share, min_size=count, max_size=count)
    looks = np.array(data.draw(st.lists(st.tuples(share, share), min_size=count, max_size=count)), dtype=np.float32)
    known = np.array(data.draw(st.lists(st.tuples(share, share), min_size=seen, max_size=seen)), dtype=np.float32)
    unsure, apart = data.draw(parts), data.draw(parts)
    found = combine(unsure, apart, looks.reshape(count, 2), known.reshape(seen, 2))
    assert len(found) == count
    assert all(-1e-9 <= value <= 1 + 1e-9 for value in found)
    nothing_new = combine(unsure, apart, looks.reshape(count, 2), looks.reshape(count, 2))
    assert all(new <= value + 1e-2 for new, value in zip(nothing_new, found, strict=True))
