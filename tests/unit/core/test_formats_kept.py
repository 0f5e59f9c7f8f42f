"""Fields that GroundLabel has no place for, of media without any region: they come out again in the same format."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from fakes_formats import picture, read, written

from core.commands import main
from core.formats import ReadOptions, find_format
from core.formats.groundinggpt import iter_rows
from core.project import Project
from core.schema import MediaItem
from core.workflows.placing import in_pixels

EAF = """<ANNOTATION_DOCUMENT AUTHOR="Ann KEPT" DATE="2020-01-01T00:00:00+00:00" FORMAT="3.0" VERSION="3.0"><HEADER
 MEDIA_FILE="" TIME_UNITS="milliseconds"><MEDIA_DESCRIPTOR MEDIA_URL="a.wav" MIME_TYPE="audio/x-wav"/></HEADER>
<TIME_ORDER/></ANNOTATION_DOCUMENT>"""
CVAT = """<annotations><version>1.1</version><meta><task><name>KEPT in the file</name></task></meta>
<image id="0" name="a.jpg" width="64" height="48" task_id="KEPT"><tag label="KEPT tag"/></image></annotations>"""
VOC = """<annotation><folder>KEPT</folder><filename>a.jpg</filename><source><database>KEPT too</database></source>
<size><width>64</width><height>48</height><depth>3</depth></size></annotation>"""
CVAT_VIDEO = "<annotations><meta><task><source>a.mp4</source><owner>KEPT</owner></task></meta></annotations>"
COCO = {
    "info": {"contributor": "KEPT"},
    "images": [{"id": 1, "file_name": "a.jpg", "width": 64, "height": 48, "license": "KEPT"}],
    "annotations": [],
    "categories": [{"id": 1, "name": "cat", "supercategory": "KEPT"}],
}
LABELME = {"shapes": [], "imagePath": "a.jpg", "imageHeight": 48, "imageWidth": 64, "flags": {"KEPT": True}}
STUDIO = [{"id": 1, "data": {"image": "a.jpg"}, "annotations": [], "inner_id": "KEPT"}]
ODVG = {"filename": "a.jpg", "height": 48, "width": 64, "detection": {"instances": []}, "source": "KEPT"}
CAPTIONS = {"v_a": {"duration": 5, "timestamps": [], "sentences": [], "url": "KEPT"}}
ACTIVITY = {"database": {"a": {"duration": 5, "annotations": [], "url": "KEPT"}}, "taxonomy": ["KEPT"]}
ROW = {
    "id": "KEPT",
    "image": "a.jpg",
    "source": {"set": "KEPT"},
    "groundlabel": {"size_wh": [64, 48]},
    "conversations": [
        {"from": "system", "value": "KEPT"},
        {"from": "human", "value": "<image>\na cat"},
        {"from": "gpt", "value": "not present", "loss": "KEPT"},
    ],
}
GRID = """File type = "ooTextFile"
Object class = "TextGrid"
0 9 <exists> 1 "IntervalTier" "KEPT" 0 9 1 0 9 "" """
FILES = {
    "coco": ("a.json", json.dumps(COCO), 3),
    "voc": ("a.xml", VOC, 2),
    "labelme": ("a.json", json.dumps(LABELME), 1),
    "cvat-images": ("a.xml", CVAT, 3),
    "cvat-video": ("a.xml", CVAT_VIDEO, 1),
    "label-studio": ("a.json", json.dumps(STUDIO), 1),
    "odvg": ("a.jsonl", json.dumps(ODVG), 1),
    "activitynet-captions": ("a.json", json.dumps(CAPTIONS), 1),
    "activitynet": ("a.json", json.dumps(ACTIVITY), 2),
    "webvtt": ("a.vtt", "WEBVTT\n\nNOTE KEPT\n", 1),
    "eaf": ("a.eaf", EAF, 1),
    **{name: ("a.json", json.dumps([ROW]), 4) for name in ("llava", "qwen-vl", "qwen-vl-abs")},
    "vlm-r1": ("a.jsonl", json.dumps(ROW), 4),
    "groundinggpt": ("a.json", json.dumps([ROW | {"conversations": ROW["conversations"][1:]}]), 3),
    "textgrid": ("a.TextGrid", GRID, 1),
    "csv": ("a.csv", "record,media,camera\nmedium,a.jpg,KEPT\n", 1),
}


FOLDERS = ("voc", "labelme", "cvat-video", "webvtt", "eaf", "textgrid")


@pytest.mark.parametrize("format_id", ["groundinggpt", "llava", "vlm-r1", "qwen-vl", "qwen-vl-abs"])
def test_rows_keep_their_fields_by_question(format_id: str, tmp_path: Path) -> None:
    human, gpt = {"from": "human", "value": "cat"}, {"from": "gpt", "value": "[0.1, 0.2, 0.5, 0.6]"}
    media = {"image": "a.jpg", "groundlabel": {"size_wh": [64, 48]}}
    box = {**media, "id": "first", "score": 0.5, "conversations": [human, gpt | {"loss": 1}]}
    two = [human | {"value": "dog"}, gpt, human | {"value": "bird"}, gpt | {"value": "not present"}]
    again = {**media, "score": 2, "conversations": [human, gpt]}
    (tmp_path / "in.json").write_text(
        json.dumps([box, {**media, "id": "both", "set": "train", "conversations": two}, again]), encoding="utf-8"
    )
    found = find_format(format_id).read(tmp_path / "in.json", ReadOptions())
    assert "one row asks what an earlier one asks" in " ".join(note.what for note in found.report.changed)
    written(found.contents, format_id, tmp_path / "out.json")
    rows = {row["conversations"][0]["value"].split("\n")[-1]: row for row in iter_rows(tmp_path / "out.json")}
    cat, dog, bird = (next(row for words, row in rows.items() if name in words) for name in ("cat", "dog", "bird"))
    assert (cat["id"], cat["score"], cat["conversations"][1]["loss"]) == ("first", 0.5, 1)  # type: ignore[index]
    assert dog["set"] == bird["set"] == "train"
    assert dog["id"] != bird["id"]


def test_what_a_sequence_of_mot_says_survives(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    rows = "1,1,0,0,9,9,1,-1,-1,-1\n2,1,5,5,9,9,0.5,3.5,4.5,-1\n"
    (tmp_path / "a" / "gt.txt").write_text(rows, encoding="utf-8")
    info = "[Sequence]\nname=a.mp4\nimDir=img1\nframeRate=25\nseqLength=9\nimExt=.jpg\ncamera=KEPT\n"
    (tmp_path / "a" / "seqinfo.ini").write_text(info, encoding="utf-8")
    found = find_format("mot").read(tmp_path / "a", ReadOptions())
    contents = in_pixels(found, {item.id: item for item in found.contents.media}, found.report)
    written(contents, "mot", tmp_path / "out")
    again = (tmp_path / "out" / "a" / "seqinfo.ini").read_text(encoding="utf-8")
    assert all(line in again for line in ("camera=KEPT", "imDir=img1", "imExt=.jpg", "seqLength=9", "frameRate=25"))
    assert (tmp_path / "out" / "a" / "gt" / "gt.txt").read_text(encoding="utf-8") == rows


def test_fields_of_a_yolo_table_survive(tmp_path: Path) -> None:
    for name, text in {"data.yaml": "names: [cat]\nroboflow: {licence: KEPT}\n", "labels/a.txt": ""}.items():
        (tmp_path / "in" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "in" / name).write_text(text, encoding="utf-8")
    found = read(tmp_path / "in", "yolo")
    sized = replace(found, media=tuple(replace(item, width=64, height=48) for item in found.media))
    written(sized, "yolo", tmp_path / "out")
    assert "licence: KEPT" in (tmp_path / "out" / "data.yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize("format_id", FILES)
def test_they_survive_without_a_region(format_id: str, tmp_path: Path) -> None:
    name, text, count = FILES[format_id]
    (tmp_path / name).write_text(text, encoding="utf-8")
    found = read(tmp_path / name, format_id)
    assert not found.annotations
    out = tmp_path / (
        "out" if format_id in ("voc", "labelme", "cvat-video", "webvtt", "eaf", "textgrid") else f"out-{name}"
    )
    written(found, format_id, out)
    files = [out] if out.is_file() else [place for place in out.rglob("*") if place.suffix == Path(name).suffix]
    assert "".join(place.read_text(encoding="utf-8") for place in files).count("KEPT") == count


def test_a_project_keeps_them_and_says_when_it_cannot(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    picture(tmp_path, "a.jpg")
    (tmp_path / "a.json").write_text(json.dumps(COCO), encoding="utf-8")
    into, out = tmp_path / "p.groundlabel", tmp_path / "out.json"
    importing = ["import", str(tmp_path / "a.json"), "--format", "coco", "--into", str(into), "--json"]
    for _ in range(2):  # the second time nothing is new, and nothing is lost
        assert main(importing) == 0
        assert json.loads(capsys.readouterr().out)["changed"] == []
    assert main(["export", str(into), "--format", "coco", "--out", str(out)]) == 0
    again = json.loads(out.read_text(encoding="utf-8"))
    assert (again["images"], again["info"]) == (COCO["images"], COCO["info"])
    assert again["categories"] == COCO["categories"]

    before = tmp_path / "before.groundlabel"  # a medium is a fact, and facts are not changed
    with Project.create(before, author="Ann", role="command") as project:
        project.add_media([MediaItem("m", "image", "a.jpg", width=64, height=48)])
    assert main([*importing[:5], str(before), "--json"]) == 0
    assert "because the project has it already" in capsys.readouterr().out
