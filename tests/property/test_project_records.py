"""Records, media and answers go through JSON text without losing anything; what is not finite is refused."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import ProjectError
from core.project import encoding
from core.schema import (
    Annotation,
    Answer,
    Attribute,
    Box,
    Label,
    MediaItem,
    Phrase,
    Proposal,
    Query,
    Rating,
    Review,
    Segment,
    SplitMark,
    Track,
    Verdict,
)

texts = st.text(st.characters(codec="utf-8"), max_size=12)
numbers = st.floats(allow_nan=False, allow_infinity=False)
pairs = st.lists(st.tuples(texts, texts), max_size=3).map(tuple)
boxes = st.builds(Box, numbers, numbers, numbers, numbers, st.none() | numbers)
regions = boxes | st.builds(Segment, numbers, numbers) | st.builds(Track, st.lists(boxes, max_size=4).map(tuple))
records = st.one_of(
    st.builds(Label, texts, texts, st.integers(0, 2**31), texts),
    st.builds(Phrase, texts, texts, texts),
    st.builds(
        Annotation,
        texts,
        texts,
        texts,
        st.lists(texts, max_size=3).map(tuple),
        regions,
        st.sampled_from(["drawn", "accepted", "edited", "imported"]),
        st.none() | texts,
        pairs,
        pairs,
    ),
    st.builds(
        Verdict,
        texts,
        texts,
        texts,
        st.sampled_from(["rejected", "not_present"]),
        st.none() | texts,
        st.none() | regions,
    ),
    st.builds(Review, texts, st.sampled_from(["new", "proposed", "in_work", "done", "needs_review"])),
    st.builds(SplitMark, texts, st.sampled_from(["train", "val", "test"])),
    st.builds(
        Rating,
        texts,
        texts,
        st.sampled_from(["up", "down", "flag"]),
        texts,
        texts,
        texts,
        st.lists(texts, max_size=3).map(tuple),
    ),
    st.builds(
        Attribute,
        texts,
        texts,
        st.sampled_from(["text", "number", "choice", "yes_no"]),
        st.lists(texts, max_size=3).map(tuple),
        st.none() | numbers,
        st.none() | numbers,
        texts,
        st.none() | st.lists(texts, max_size=3).map(tuple),
    ),
)
queries = st.builds(
    Query, texts, texts, texts, st.none() | numbers, st.none() | st.tuples(numbers, numbers), texts, texts
)
proposals = st.builds(
    Proposal,
    texts,
    texts,
    regions,
    st.none() | numbers,
    texts,
    st.sampled_from(["see", "hear"]),
    st.sampled_from(["decoded", "windows"]),
    st.none() | numbers,
)
answers = st.builds(
    Answer,
    queries,
    st.lists(proposals, max_size=3).map(tuple),
    st.none() | st.booleans(),
    texts,
    texts,
    st.none() | numbers,
    st.none() | texts,
    st.lists(texts, max_size=2).map(tuple),
    st.lists(texts, max_size=2).map(tuple),
    numbers,
)
media = st.builds(
    MediaItem,
    texts,
    st.sampled_from(["image", "video", "audio"]),
    texts,
    width=st.none() | st.integers(0, 10**6),
    duration_s=st.none() | numbers,
    orientation=st.integers(1, 8),
    warnings=st.lists(texts, max_size=2).map(tuple),
    sound=st.none() | st.tuples(texts, texts),
)


@given(records)
def test_a_record_comes_back_as_it_was(record: Any) -> None:
    assert encoding.decode_record(encoding.encode_record(record)) == record
    assert encoding.record_from_plain(encoding.record_to_plain(record)) == record


@given(st.lists(records, max_size=4), st.lists(records, max_size=4))
def test_both_sides_of_a_change_come_back(before: list[Any], after: list[Any]) -> None:
    text = encoding.encode_sides(tuple(before), tuple(after))
    assert encoding.decode_sides(text) == (tuple(before), tuple(after))


@given(answers)
def test_an_answer_comes_back_with_its_query_and_proposals(answer: Answer) -> None:
    assert encoding.decode_fact(Answer, encoding.encode_fact(answer)) == answer


@given(media)
def test_a_medium_comes_back(item: MediaItem) -> None:
    assert encoding.decode_fact(MediaItem, encoding.encode_fact(item)) == item


@given(numbers)
def test_a_number_comes_back_bit_for_bit(number: float) -> None:
    segment = Segment(number, 0.0)
    back = encoding.decode_record(encoding.encode_record(Annotation("a", "m", "l", (), segment, "drawn")))
    assert isinstance(back, Annotation) and isinstance(back.region, Segment)
    assert back.region.start_s.hex() == number.hex()


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf])
def test_a_number_that_is_not_finite_is_refused(number: float) -> None:
    with pytest.raises(ProjectError, match="not finite"):
        encoding.encode_record(Annotation("a", "m", "l", (), Box(0, 0, number, 1), "drawn"))


def test_text_that_no_file_can_store_is_refused() -> None:
    with pytest.raises(ProjectError, match="characters"):
        encoding.encode_record(Label("l", "caf\udce9", 0))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{}",
        "[1]",
        '{"v":1}',
        '{"v":1,"type":"moon"}',
        '{"v":1,"type":"review","id":"a"}',
        '{"v":1,"type":"review","id":"a","state":"lost"}',
        '{"v":1,"type":"label","id":"a","name":"b","number":"3","colour":""}',
        '{"v":1,"type":"label","id":"a","name":"b","number":true,"colour":""}',
    ],
)
def test_a_damaged_record_is_an_error_that_says_so(text: str) -> None:
    with pytest.raises(ProjectError, match="damaged"):
        encoding.decode_record(text)


def test_a_record_of_a_newer_encoding_is_refused() -> None:
    text = encoding.encode_record(Review("a", "done")).replace('"v":1', '"v":2')
    with pytest.raises(ProjectError, match="newer"):
        encoding.decode_record(text)
