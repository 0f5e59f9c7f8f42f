"""Damaged and hostile files of spans and tracks: refused with the place and what was expected, never half imported."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from fakes_formats import read
from fakes_picture_files import as_file
from fakes_span_files import (
    CVAT,
    EAF,
    SUFFIX,
    TEXTGRID,
)

from core.errors import FormatError
from core.formats import ReadOptions, find_format
from core.workflows.transfer import import_file

BROKEN: list[tuple[str, Any, str]] = [
    ("charades-sta", "AO8RW 0.0 6.9 no marks", "line 1: expected VIDEO start end##sentence"),
    ("charades-sta", "AO8RW 7 6.9##a", "line 1: expected an end at or after the start (7)"),
    ("charades-sta", "A 0 1##a\nA nan 1##b", "line 2: expected a time in seconds"),
    ("activitynet-captions", {"v": {"timestamps": [[0, 1]], "sentences": []}}, "v.sentences: expected 1 sentences"),
    ("activitynet-captions", '{"v": {"timestamps": [[0, Infinity]], "sentences": ["a"]}}', "Infinity"),
    (
        "activitynet",
        {"database": {"v": {"annotations": [{"segment": [0], "label": "a"}]}}},
        "segment: expected 2 numbers",
    ),
    ("audacity", "0.5\n", "line 1: expected start⇥end⇥label"),
    ("audacity", "0.5\tx\ta\n", "line 1: expected a time in seconds"),
    ("webvtt", "00:01.000 --> 00:04.000\na", "line 1: expected WEBVTT"),
    ("webvtt", "WEBVTT\n\n00:01.000 -> 00:04.000\na", "line 4: expected times"),
    ("webvtt", "WEBVTT\n\n00:05.000 --> 00:04.000\na", "line 3: expected an end at or after the start"),
    ("srt", "1\n00:00:01,000 --> 00:00\na", "line 2: expected times"),
    ("srt", "hello\n", "line 1: expected the number of a cue"),
    (
        "textgrid",
        TEXTGRID.replace("<exists>\n3", "<exists>\n4"),
        "expected the class of a tier, found 'the end of the file'",
    ),
    ("textgrid", TEXTGRID.replace('"ding"', "ding"), "expected the text of an interval"),
    ("textgrid", TEXTGRID.replace("1.5\n2.3\n", "1.5\n0.3\n"), "line 16: expected an end after the start (1.5)"),
    (
        "eaf",
        EAF.replace('TIME_SLOT_REF2="ts3"', 'TIME_SLOT_REF2="ts9"'),
        "annotation a2, TIME_SLOT_REF2: expected the id",
    ),
    ("eaf", EAF.replace('"500"', '"half"'), "TIME_SLOT 3: expected a number"),
    ("eaf", EAF.replace('ANNOTATION_REF="a1"', 'ANNOTATION_REF="a3"'), "annotation a3: expected an annotation"),
    ("cvat-video", CVAT.replace('frame="4"', 'frame="4.5"'), "expected a whole number"),
    ("cvat-video", CVAT.replace('ybr="44"', 'ybr="nan"', 1), "track 0, frame 4, ybr: expected a finite number"),
    ("mot", "1,1,2,3,4\n", "line 1: expected frame,id,left,top"),
    ("mot", "1,1,2,3,4,5,1,1,1\n1,1,2,3,4,5,1,1,1\n", "line 2: expected one row for a frame and id"),
]


@pytest.mark.parametrize(("format_id", "content", "expected"), BROKEN)
def test_damage_is_named(tmp_path: Path, format_id: str, content: Any, expected: str) -> None:
    place = as_file(tmp_path / f"a{SUFFIX[format_id]}", content)
    with pytest.raises(FormatError) as caught:
        read(place, format_id)
    assert expected in str(caught.value)
    assert str(place) in str(caught.value)


@pytest.mark.parametrize(
    ("format_id", "content"),
    [
        ("charades-sta", "../../x.mp4 0 1##a\n"),
        ("activitynet-captions", {"/etc/x": {"timestamps": [[0, 1]], "sentences": ["a"]}}),
        ("activitynet", {"database": {"C:/x": {"annotations": [{"segment": [0, 1], "label": "a"}]}}}),
        ("eaf", EAF.replace("./clip.mp4", "../../clip.mp4")),
        ("cvat-video", CVAT.replace("v.mp4", "/etc/v.mp4")),
    ],
)
def test_names_that_lead_out_are_refused(tmp_path: Path, format_id: str, content: Any) -> None:
    batch = find_format(format_id).read(as_file(tmp_path / f"a{SUFFIX[format_id]}", content), ReadOptions())
    assert batch.contents.media == ()
    assert "leads out" in batch.report.skipped[0].what


def test_nothing_is_half_imported(tmp_path: Path) -> None:
    into = tmp_path / "p.groundlabel"
    with pytest.raises(FormatError):
        import_file(as_file(tmp_path / "v.srt", "1\n00:00:01,000 --> x\n"), "srt", into, author="Ann")
    assert not into.exists()
