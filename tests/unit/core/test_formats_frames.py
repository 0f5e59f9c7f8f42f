"""Formats in frames: those of real videos, or counted at a rate; tracks that come again."""

from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from xml.etree import ElementTree

import pytest
from fakes_formats import numbers_of, picture, read, written
from fakes_media import NTSC, Recipe, write_video
from fakes_picture_files import as_file
from fakes_span_files import (
    CVAT,
)

from core.formats import Contents, ReadOptions, find_format
from core.media.packet_index import build_index
from core.project import Project
from core.schema import Annotation, Box, Label, MediaItem, Phrase, Segment, Track
from core.workflows.transfer import convert, export, import_file

UNEVEN = Recipe(frames=12, ticks=[0, 40, 80, 200, 240, 300, 400, 440, 480, 700, 740, 800], clock=Fraction(1, 1000))


@pytest.mark.parametrize("recipe", [UNEVEN, Recipe(frames=12, rate=NTSC)])
def test_frames_of_cvat_are_the_videos_own(tmp_path: Path, recipe: Recipe) -> None:
    video = write_video(tmp_path / "v.mp4", recipe)
    index = build_index(video)
    into = tmp_path / "p.groundlabel"
    result = import_file(as_file(tmp_path / "v.xml", CVAT), "cvat-video", into, author="Ann")
    assert result.report.skipped == []
    with Project.open(into, author="Ann") as project:
        snapshot = project.snapshot()
    (track,) = [one.region for one in snapshot.annotations]
    assert isinstance(track, Track)
    assert [key.at_s for key in track.keys] == [index.time_of(0), index.time_of(4)]
    export(snapshot, "cvat-video", tmp_path / "out.xml")
    (back,) = ElementTree.parse(tmp_path / "out.xml").getroot().findall("track")
    assert back.get("group_id") == "2"  # nothing was edited: the track is as it came
    shown = [(box.get("frame"), box.get("outside"), box.get("occluded")) for box in back.findall("box")]
    assert shown == [("0", "0", "1"), ("1", "0", "0"), ("4", "0", "0"), ("5", "1", "0")]


def test_label_studio_ranges_are_frames_from_one(tmp_path: Path) -> None:
    video = write_video(tmp_path / "v.mp4", UNEVEN)
    index = build_index(video)
    value = {"ranges": [{"start": 3, "end": 5}], "timelinelabels": ["run"]}
    task = {
        "data": {"video": "v.mp4"},
        "annotations": [{"result": [{"id": "a", "type": "timelinelabels", "value": value}]}],
    }
    into = tmp_path / "p.groundlabel"
    import_file(as_file(tmp_path / "a.json", [task]), "label-studio", into, author="Ann")
    with Project.open(into, author="Ann") as project:
        snapshot = project.snapshot()
    (region,) = [one.region for one in snapshot.annotations]
    assert region == Segment(index.time_of(2), index.time_of(5))
    export(snapshot, "label-studio", tmp_path / "out.json")
    (back,) = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))
    assert back["annotations"][0]["result"][0]["value"]["ranges"] == [{"start": 3, "end": 5}]


def test_mot_writes_every_frame_and_reads_key_boxes_back(tmp_path: Path) -> None:
    video = write_video(tmp_path / "v.mp4", Recipe(frames=12, rate=Fraction(25)))
    index = build_index(video)
    keys = (Box(0, 0, 10, 10, index.time_of(1)), Box(8, 4, 18, 14, index.time_of(5)))
    item = MediaItem("m1", "video", "v.mp4", width=128, height=64, duration_s=0.48, fps=25.0)
    label = Label("l1", "car", 0)
    made = Annotation("a1", "m1", "l1", ("car",), Track(keys), "drawn")
    contents = Contents((item,), (label,), (Phrase("f", "car", "l1"),), (made,))
    written(contents, "mot", tmp_path / "out")
    rows = (tmp_path / "out" / "v" / "gt" / "gt.txt").read_text(encoding="utf-8").splitlines()
    assert [row.split(",")[0] for row in rows] == ["2", "3", "4", "5", "6"]
    assert rows[2] == "4,1,4,2,10,10,1,1,1"
    report = convert(tmp_path / "out", "mot", "csv", tmp_path / "out.csv", media_dir=tmp_path)
    assert report.skipped == []
    assert any("frame numbers became the times" in note.what for note in report.changed)
    (back,) = read(tmp_path / "out.csv", "csv").annotations
    assert isinstance(back.region, Track)
    assert [key.at_s for key in back.region.keys] == [index.time_of(1), index.time_of(5)]


def test_a_rate_that_a_tool_made_up_is_not_the_videos(tmp_path: Path) -> None:
    """Label Studio counts at its own rate unless it is told the video's: its frames are times at that rate."""
    write_video(tmp_path / "v.mp4", Recipe(frames=25, rate=Fraction(25)))
    key = {"frame": 13, "enabled": False, "rotation": 0, "x": 0, "y": 0, "width": 50, "height": 50}
    value = {"framesCount": 50, "duration": 1.0, "sequence": [key], "labels": ["car"]}
    task = {
        "data": {"video": "v.mp4"},
        "annotations": [{"result": [{"id": "a", "type": "videorectangle", "value": value}]}],
    }
    into = tmp_path / "p.groundlabel"
    import_file(as_file(tmp_path / "a.json", [task]), "label-studio", into, author="Ann")
    with Project.open(into, author="Ann") as project:
        (box,) = [one.region for one in project.snapshot().annotations]
    assert box == Box(0, 0, 64, 32, at_s=12 / 50)


def test_a_track_that_comes_again_is_several(tmp_path: Path) -> None:
    again = CVAT.replace(
        "</track>", '<box frame="8" outside="0" keyframe="1" xtl="1" ytl="2" xbr="3" ybr="4"/></track>'
    )
    batch = find_format("cvat-video").read(as_file(tmp_path / "v.xml", again), ReadOptions())
    kinds = [type(one.region).__name__ for one in batch.contents.annotations]
    assert kinds == ["Track", "Box"]
    assert any("became 2 tracks" in note.what for note in batch.report.changed)


def test_frames_of_a_video_that_is_not_at_hand_need_a_rate(tmp_path: Path) -> None:
    source = as_file(tmp_path / "v.xml", CVAT)
    report = convert(source, "cvat-video", "csv", tmp_path / "out.csv")
    assert [note.what for note in report.skipped] == ["a region at a frame of a video of unknown frame rate"]
    sequence = tmp_path / "seq" / "gt" / "gt.txt"
    as_file(sequence, "1,1,0,0,10,10,1,1,1\n3,1,5,5,10,10,1,1,1\n")
    as_file(tmp_path / "seq" / "seqinfo.ini", "[Sequence]\nname=v\nframeRate=10\nimWidth=64\nimHeight=48\n")
    report = convert(tmp_path / "seq", "mot", "csv", tmp_path / "out.csv")
    assert any("at 10 frames a second" in note.what for note in report.changed)
    found = sorted(numbers_of(one.region) for one in read(tmp_path / "out.csv", "csv").annotations)
    assert found == [(0, 0, 10, 10, 0), (5, 5, 15, 15, 0.2)]


def test_a_sequence_of_pictures_is_pictures(tmp_path: Path) -> None:
    picture(tmp_path / "seq" / "img1", "000001.jpg")
    as_file(tmp_path / "seq" / "gt" / "gt.txt", "1,7,2,3,10,10,1,3,0.5\n")
    into = tmp_path / "p.groundlabel"
    result = import_file(tmp_path / "seq", "mot", into, author="Ann")
    assert (result.report.written, result.report.skipped) == (1, [])
    with Project.open(into, author="Ann") as project:
        (made,) = project.snapshot().annotations
    assert (made.region, made.expressions, made.attributes) == (Box(2, 3, 12, 13), ("car",), (("track_id", "7"),))


# The project's file of two tasks, tracks of other shapes: docs.cvat.ai/docs/manual/advanced/xml_format.
CVAT_PROJECT = """<annotations><version>1.1</version><meta><project><id>1</id><name>p</name><tasks>
<task><id>5</id><start_frame>10</start_frame><stop_frame>30</stop_frame><frame_filter>step=5</frame_filter>
<segments><segment><id>1</id><start>0</start><stop>4</stop></segment></segments><source>a.mp4</source></task>
<task><id>6</id><source>b.mp4</source></task></tasks>
<labels><label><name>car</name></label><label><name>man</name></label></labels></project></meta>
<track id="0" label="man" task_id="6" subset="Train" source="manual">
<skeleton frame="0" keyframe="1" z_order="0">
<points label="l" outside="0" occluded="0" keyframe="1" points="1,2"/>
<points label="r" outside="0" occluded="0" keyframe="1" points="11,22"/>
<points label="x" outside="1" occluded="0" keyframe="1" points="90,90"/></skeleton>
<skeleton frame="3" keyframe="1" z_order="0">
<points label="l" outside="1" occluded="0" keyframe="1" points="1,2"/>
<points label="r" outside="1" occluded="0" keyframe="1" points="11,22"/></skeleton></track>
<track id="1" label="car" task_id="5" source="manual">
<box frame="10" outside="0" occluded="0" keyframe="1" xtl="0" ytl="0" xbr="20" ybr="10" rotation="90" z_order="0">
<attribute name="state">moves</attribute></box>
<box frame="20" outside="0" occluded="0" keyframe="1" xtl="0" ytl="0" xbr="20" ybr="10" z_order="0">
<attribute name="state">stands</attribute></box>
<box frame="25" outside="1" occluded="0" keyframe="1" xtl="0" ytl="0" xbr="20" ybr="10" z_order="0"/></track>
<track id="2" label="car" task_id="5" source="manual">
<mask frame="15" outside="0" occluded="0" keyframe="1" rle="3, 4" left="5" top="6" width="7" height="8" z_order="0"/>
</track>
<track id="3" label="car" task_id="5"><box frame="9" outside="1" keyframe="1" xtl="1" ytl="1" xbr="2" ybr="2"/></track>
<track id="4" label="car" task_id="9"><box frame="9" outside="0" keyframe="1" xtl="1" ytl="1" xbr="2" ybr="2"/></track>
</annotations>"""


def test_a_project_of_cvat_is_read_video_by_video(tmp_path: Path) -> None:
    """Frames are the video's own, whatever part and step of it a task shows; what is never seen is told."""
    batch = find_format("cvat-video").read(as_file(tmp_path / "p.xml", CVAT_PROJECT), ReadOptions())
    names = {item.id: item.path for item in batch.contents.media}
    assert [(names[one.media_id], one.region) for one in batch.contents.annotations] == [
        ("a.mp4", Track((Box(5, -5, 15, 15, at_s=10), Box(0, 0, 20, 10, at_s=20)))),
        ("a.mp4", Box(5, 6, 12, 14, at_s=15)),
        ("b.mp4", Box(1, 2, 11, 22, at_s=0)),
    ]
    assert [note.what for note in batch.report.skipped] == [
        "a track of car is never on the screen",
        "one track is of no task of the file",
    ]
    told = " ".join(note.what for note in batch.report.changed)
    assert "the attributes of one track change on its way" in told
    sized = replace(
        batch.contents, media=tuple(replace(item, fps=1.0, duration_s=60.0) for item in batch.contents.media)
    )
    written(sized, "cvat-video", tmp_path / "out")
    root = ElementTree.parse(tmp_path / "out" / "a.xml").getroot()
    assert root.findtext("meta/task/frame_filter") == "step=5"
    assert [element.get("rle") for element in root.iter("mask")] == ["3, 4"]
    assert [element.text for element in root.iter("attribute")] == ["moves", "stands"]
