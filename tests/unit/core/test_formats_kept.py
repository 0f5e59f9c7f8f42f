"""Fields that GroundLabel has no place for, of media without any region: they come out again in the same format."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from fakes_formats import picture, read, written

from core.commands import main
from core.project import Project
from core.schema import MediaItem

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
    "csv": ("a.csv", "record,media,camera\nmedium,a.jpg,KEPT\n", 1),
}


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
    out = tmp_path / ("out" if format_id in ("voc", "labelme", "cvat-video", "webvtt", "eaf") else f"out-{name}")
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
