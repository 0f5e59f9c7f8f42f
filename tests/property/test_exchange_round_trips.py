"""Every exchange format there and back: equal, but for what the report says is lost or rounded."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path

import pytest
from fakes_format_projects import clips, projects, tracked
from fakes_formats import absences, boxes_in, nearly, placed, rejections, written
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from core.formats import Contents
from core.formats.frames import steady
from core.formats.mot import dense_boxes
from core.schema import Annotation, Box, Track

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
    "csv": ("out.csv", 0.0),
    "tsv": ("out.tsv", 0.0),
}
CLIPS = {
    "charades-sta": ("out.txt", 0.0),
    "activitynet-captions": ("out.json", 0.0),
    "activitynet": ("out.json", 0.0),
    "audacity": ("out", 0.0),
    "webvtt": ("out", 1e-9),
    "srt": ("out", 1e-9),
    "eaf": ("out", 1e-9),
    "textgrid": ("out", 0.0),
    "csv": ("out.csv", 0.0),
    "tsv": ("out.tsv", 0.0),
}
WITHOUT_LABELS = ("charades-sta", "activitynet-captions", "audacity", "webvtt", "srt")
TRACKS = {
    "cvat-video": ("out", 1e-9),
    "mot": ("out", 1e-5),
    "label-studio": ("out.json", 1e-6),
    "csv": ("out.csv", 0.0),
    "tsv": ("out.tsv", 0.0),
}
HOLD_VERDICTS = tuple(name for name in PICTURES if name not in ("yolo", "cvat-images"))
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


@pytest.mark.parametrize("format_id", CLIPS)
@QUIET
@given(st.data())
def test_clips(format_id: str, data: st.DataObject) -> None:
    name, within = CLIPS[format_id]
    contents = data.draw(clips(one_word=format_id in WITHOUT_LABELS))
    assume(contents.annotations)
    back = there_and_back(contents, format_id, name)
    nearly(merged(back), merged(contents), within=within)


@pytest.mark.parametrize("format_id", TRACKS)
@QUIET
@given(tracked())
def test_tracks(format_id: str, contents: Contents) -> None:
    name, within = TRACKS[format_id]
    assume(contents.annotations)
    if format_id == "mot":  # it holds classes, no words
        names = {label.id: label.name for label in contents.labels}
        alone = tuple(replace(a, expressions=(names[a.label_id],)) for a in contents.annotations)
        contents = replace(contents, annotations=alone)
    back = there_and_back(contents, format_id, name)
    if format_id == "mot":
        back, contents = at_every_frame(back), at_every_frame(contents)
    nearly(back, contents, within=within)


def merged(contents: Contents) -> Contents:
    """Formats with a row per expression join those of one span and label: so do both sides here."""
    found: dict[tuple[str, str, object], Annotation] = {}
    for one in contents.annotations:
        place = (one.media_id, one.label_id, one.region)
        said = (*(found[place].expressions if place in found else ()), *one.expressions)
        found[place] = replace(one, expressions=tuple(dict.fromkeys(said)))
    return replace(contents, annotations=tuple(found.values()))


def at_every_frame(contents: Contents) -> Contents:
    """Tracks by their boxes at every frame: which of them are keys makes no difference."""
    clock = steady(25.0, 10.0)
    assert clock is not None
    dense = []
    for one in contents.annotations:
        if isinstance(one.region, Track):
            frames = [(clock.index_at(key.at_s or 0.0), key) for key in one.region.keys]
            keys = tuple(replace(box, at_s=frame / 25) for frame, box in dense_boxes(frames, clock))
            one = replace(one, region=Track(keys))
        dense.append(one)
    return replace(contents, annotations=tuple(dense))
