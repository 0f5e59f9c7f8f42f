"""The list of formats: every reserved id is there, and files and folders are told apart as the formats write them."""

from __future__ import annotations

from pathlib import Path

import pytest
from fakes_formats import boxes_in, written

from core.errors import UserError
from core.formats import find_format, format_ids
from core.formats.registry import RESERVED_IDS, suffix_of
from core.schema import Annotation, Box, Label, MediaItem, Segment, Track


def test_every_reserved_format_is_there() -> None:
    assert format_ids() == list(RESERVED_IDS)
    assert [find_format(name).id for name in format_ids()] == list(RESERVED_IDS)
    titles = [find_format(name).title for name in format_ids()]
    assert len(set(titles)) == len(titles)


def test_an_unknown_format_names_those_there_are() -> None:
    with pytest.raises(UserError, match="native, coco, yolo"):
        find_format("os")


@pytest.mark.parametrize("format_id", RESERVED_IDS)
def test_a_format_without_a_suffix_writes_a_folder(tmp_path: Path, format_id: str) -> None:
    contents = boxes_in((64, 48), [Box(1, 2, 3, 4)])
    clip = MediaItem("m2", "video", "v.mp4", width=64, height=48, duration_s=2.0, fps=10.0)
    label = Label("l2", "run", 1)
    more = (
        Annotation("s", "m2", "l2", ("run",), Segment(0, 1), "drawn"),
        Annotation("t", "m2", "l2", ("run",), Track((Box(1, 2, 3, 4, 0.0), Box(2, 3, 4, 5, 1.0))), "drawn"),
    )
    both = type(contents)(
        media=(*contents.media, clip), labels=(*contents.labels, label), annotations=(*contents.annotations, *more)
    )
    out = tmp_path / f"out{suffix_of(format_id)}"
    report = written(both, format_id, out)
    assert report.written >= 1
    assert out.is_dir() is (suffix_of(format_id) == "")
    assert report.read == report.written + sum(_count(note.what) for note in report.skipped)


def _count(what: str) -> int:
    """How many regions a line about skipped ones is about."""
    first = what.split()[0]
    return int(first) if first.isdecimal() else 1
