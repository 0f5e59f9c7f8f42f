"""Project to format to project: equal, but for what the report says is lost."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from fakes_format_projects import box_in, projects
from fakes_formats import absences, boxes_in, read, regions, rejections, written
from hypothesis import given, settings
from hypothesis import strategies as st

from core.formats import Contents
from core.formats.examples import examples_from_snapshot
from core.formats.groundinggpt import iter_rows, row_to_example
from core.schema import Annotation, Box, Label, MediaItem, Segment
from core.workflows.placing import turned

FORMATS = ("native", "coco", "voc", "groundinggpt")


def _there_and_back(contents: Contents, format_id: str, **options: object) -> Contents:
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / ("out" if format_id == "voc" else "out.json")
        report = written(contents, format_id, out)
        assert report.written == len(contents.annotations)
        assert report.skipped == []
        return read(out, format_id, **options)


@settings(max_examples=40, deadline=None)
@given(projects())
def test_native_gives_everything_back(contents: Contents) -> None:
    assert _there_and_back(contents, "native") == contents


@settings(max_examples=40, deadline=None)
@given(projects())
def test_coco_gives_regions_words_verdicts_and_splits_back(contents: Contents) -> None:
    back = _there_and_back(contents, "coco")
    assert regions(back) == regions(contents)
    assert absences(back) == absences(contents)
    assert rejections(back) == rejections(contents)
    assert [(label.number, label.name) for label in back.labels] == [
        (label.number, label.name) for label in contents.labels
    ]
    names, back_names = ({item.id: item.path for item in found.media} for found in (contents, back))
    assert {back_names[mark.id]: mark.split for mark in back.splits} == {names[m.id]: m.split for m in contents.splits}


@settings(max_examples=40, deadline=None)
@given(projects())
def test_voc_gives_regions_and_words_back(contents: Contents) -> None:
    back = _there_and_back(contents, "voc", exhaustive=False)
    assert regions(back) == regions(contents)
    sizes = {(item.path, item.width, item.height) for item in contents.media}
    assert {(item.path, item.width, item.height) for item in back.media} == sizes


@settings(max_examples=40, deadline=None)
@given(projects())
def test_rows_give_the_examples_of_the_project(contents: Contents) -> None:
    back = _there_and_back(contents, "groundinggpt")
    assert regions(back) == regions(contents)
    assert absences(back) == absences(contents)
    assert rejections(back) == rejections(contents)
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "rows.json"
        written(contents, "groundinggpt", out)
        assert [row_to_example(row) for row in iter_rows(out)] == examples_from_snapshot(contents)


@pytest.mark.parametrize("format_id", FORMATS)
def test_large_pixel_values_come_back_to_the_last_bit(format_id: str) -> None:
    boxes = [Box(0, 0, 99_999, 99_999), Box(0.1, 0.2, 12_345.678_901_234_5, 1 / 3 + 1), Box(1e-9, 0, 1e9 / 7, 1e15)]
    boxes += [Box(1.01495361328125, 0, 549755813889.5182, 1)]  # no width gives this corner back
    contents = boxes_in((100_000, 100_000), boxes)
    assert regions(_there_and_back(contents, format_id)) == regions(contents)


@given(st.integers(1, 8), box_in((640, 480)))
def test_turning_boxes_keeps_them_inside_and_as_large(orientation: int, box: Box) -> None:
    x1, y1, x2, y2 = turned((box.x1, box.y1, box.x2, box.y2), orientation, (640, 480))
    upright = (640, 480) if orientation < 5 else (480, 640)
    assert 0 <= x1 <= x2 <= upright[0]
    assert 0 <= y1 <= y2 <= upright[1]
    assert (x2 - x1) * (y2 - y1) == pytest.approx((box.x2 - box.x1) * (box.y2 - box.y1), rel=1e-9, abs=1e-6)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.floats(0, 60), st.floats(0, 60)).map(sorted), min_size=1, max_size=4, unique_by=tuple))
def test_segments_come_back_through_rows(spans: list[list[float]]) -> None:
    label = Label("l1", "dog", 0)
    item = MediaItem("m1", "audio", "a.wav", duration_s=60.0)
    found = [Annotation(f"a{n}", "m1", "l1", ("dog",), Segment(*span), "imported") for n, span in enumerate(spans)]
    contents = Contents(media=(item,), labels=(label,), annotations=tuple(found))
    assert regions(_there_and_back(contents, "groundinggpt")) == regions(contents)
