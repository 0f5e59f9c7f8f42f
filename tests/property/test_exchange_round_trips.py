"""Every exchange format there and back: equal, but for what the report says is lost or rounded."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from fakes_format_projects import projects
from fakes_formats import absences, boxes_in, nearly, placed, rejections, written
from hypothesis import HealthCheck, assume, given, settings

from core.formats import Contents
from core.formats.frames import steady
from core.schema import Box

# format -> (file or folder to write, how far a number may come back from where it was)
PICTURES = {
    "yolo": ("out", 1e-6),
    "labelme": ("out", 0.0),
    "cvat-images": ("out.xml", 0.0),
    "label-studio": ("out.json", 1e-6),
    "odvg": ("out.jsonl", 0.0),
    "vlm-r1": ("out.jsonl", 0.0),
    "llava": ("out.json", 0.0),
    "qwen-vl": ("out.json", 0.0),
    "qwen-vl-abs": ("out.json", 0.0),
    "refcoco": ("out", 0.0),
}
HOLD_VERDICTS = ("labelme", "label-studio", "odvg", "vlm-r1", "llava", "qwen-vl", "qwen-vl-abs", "refcoco")
QUIET = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def there_and_back(contents: Contents, format_id: str, name: str, **options: object) -> Contents:
    """Write, write again to the same bytes, and read."""
    clock = steady(25.0, 10.0)
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / name
        report = written(contents, format_id, out)
        assert report.skipped == []
        assert report.written == len(contents.annotations)
        first = {place: place.read_bytes() for place in Path(folder).rglob("*") if place.is_file()}
        written(contents, format_id, out)
        assert {place: place.read_bytes() for place in Path(folder).rglob("*") if place.is_file()} == first
        clocks = {item.id: clock for item in contents.media}
        return placed(out, format_id, contents, clocks=clocks, **options)


@pytest.mark.parametrize("format_id", PICTURES)
@QUIET
@given(projects())
def test_pictures(format_id: str, contents: Contents) -> None:
    name, within = PICTURES[format_id]
    assume(name != "out.jsonl" or contents.annotations)  # no row makes an empty file
    back = there_and_back(contents, format_id, name, exhaustive=False)
    nearly(back, contents, within=within)
    if format_id in HOLD_VERDICTS:
        assert absences(back) == absences(contents)
        assert rejections(back) == rejections(contents)


@pytest.mark.parametrize("format_id", PICTURES)
def test_a_million_pixels(format_id: str) -> None:
    name, _ = PICTURES[format_id]
    boxes = [Box(0, 0, 1_000_000, 1_000_000), Box(0.25, 1 / 3, 999_999.5, 1_000_000)]
    contents = boxes_in((1_000_000, 1_000_000), boxes)
    nearly(there_and_back(contents, format_id, name), contents, within=1e-5)
