"""Formats of pictures: files as other tools document them, shapes that are no boxes, unknown fields."""

from __future__ import annotations

import json
import pickle
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from fakes_formats import a_project, absences, boxes_in, nearly, picture, placed, read, regions, rejections, written
from fakes_picture_files import CVAT, INSTANCES, LABEL_STUDIO, LABELME, ODVG, REF, as_file, boxes
from pycocotools.coco import COCO

from core.formats import Contents, ReadOptions, find_format
from core.formats.refcoco import read_refs
from core.formats.spaces import from_pixels, qwen_resized_wh, to_pixels
from core.project import Project
from core.schema import Box
from core.workflows.transfer import convert, import_file

# --- labelme -----------------------------------------------------------------------------------


def test_labelme_shapes_become_boxes_and_go_out_as_they_came(tmp_path: Path) -> None:
    batch = find_format("labelme").read(as_file(tmp_path / "a.json", LABELME), ReadOptions())
    assert boxes(batch.contents) == [
        ("shelf", ("the left shelf",), Box(10, 20, 30, 40)),
        ("bag", ("bag",), Box(1, 1, 9, 8)),
        ("hole", ("hole",), Box(15, 15, 25, 25)),
    ]
    assert "2 shapes became their boxes" in " ".join(note.what for note in batch.report.changed)
    assert ["tip" in note.what for note in batch.report.skipped] == [True]
    written(batch.contents, "labelme", tmp_path / "out.json")
    back = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))
    assert back["flags"] == {"blurry": True}
    assert back["lineColor"] == [0, 255, 0, 128]
    assert back["shapes"][0]["flags"] == {"occluded": True}
    assert back["shapes"][0]["group_id"] == 3
    assert [shape["points"] for shape in back["shapes"][1:]] == [shape["points"] for shape in LABELME["shapes"][1:]]
    assert [shape["shape_type"] for shape in back["shapes"]] == ["rectangle", "polygon", "circle", "point"]


def test_an_edited_box_leaves_its_polygon_behind(tmp_path: Path) -> None:
    found = read(as_file(tmp_path / "a.json", LABELME), "labelme")
    moved = [
        replace(one, region=Box(0, 0, 9, 8)) if one.region == Box(1, 1, 9, 8) else one for one in found.annotations
    ]
    report = written(replace(found, annotations=tuple(moved)), "labelme", tmp_path / "out.json")
    assert "the shape is left out, because its box was edited" in [note.what for note in report.changed]
    back = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))
    assert (back["shapes"][1]["shape_type"], back["shapes"][1]["points"]) == ("rectangle", [[0, 0], [9, 8]])


# --- CVAT --------------------------------------------------------------------------------------


def test_cvat_shapes_become_boxes_and_go_out_as_they_came(tmp_path: Path) -> None:
    batch = find_format("cvat-images").read(as_file(tmp_path / "a.xml", CVAT), ReadOptions())
    assert boxes(batch.contents)[:2] == [
        ("car", ("car",), Box(2.25, 4.5, 20.75, 30)),
        ("person", ("person",), Box(1, 2, 11, 20)),
    ]
    turned = boxes(batch.contents)[2][2]
    assert (turned.x1, turned.y1, turned.x2, turned.y2) == pytest.approx((25, 15, 35, 35))
    assert batch.contents.annotations[0].attributes == (("model", "a"),)
    assert {mark.split for mark in batch.contents.splits} == {"train"}
    written(batch.contents, "cvat-images", tmp_path / "out.xml")
    root = ElementTree.parse(tmp_path / "out.xml").getroot()
    assert root.findtext("meta/task/name") == "shoes"
    image = root.find("image")
    assert image is not None
    assert image.get("task_id") == "4"
    assert [child.tag for child in image] == ["tag", "points", "box", "polygon", "box"]
    assert image.findall("box")[0].attrib["occluded"] == "1"
    assert image.findall("box")[1].attrib["rotation"] == "90"
    polygon = image.find("polygon")
    assert polygon is not None and polygon.get("points") == "1.0,2.0;11.0,2.0;6.0,20.0"


def test_cvat_expressions_and_attributes_come_back(tmp_path: Path) -> None:
    written(a_project(), "cvat-images", tmp_path / "out.xml")
    back = read(tmp_path / "out.xml", "cvat-images", exhaustive=False)
    assert regions(back) == regions(replace(a_project(), annotations=a_project().annotations[:2]))
    assert back.annotations[0].attributes == (("pose", "left"),)


# --- Label Studio ------------------------------------------------------------------------------


def test_label_studio_is_in_percent_and_keeps_what_it_does_not_know(tmp_path: Path) -> None:
    source = as_file(tmp_path / "a.json", LABEL_STUDIO)
    project = boxes_in((200, 100), [], "sub/a.jpg")
    found = placed(source, "label-studio", project)
    assert boxes(found) == [("Moon", ("the moon",), Box(100, 25, 125, 35)), ("Sky", ("Sky",), Box(0, 0, 20, 20))]
    report = written(found, "label-studio", tmp_path / "out.json")
    (task,) = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))
    assert (task["project"], task["data"]) == (83, LABEL_STUDIO[0]["data"])
    results = task["annotations"][0]["result"]
    assert [result["type"] for result in results] == ["rectanglelabels", "textarea", "polygonlabels", "choices"]
    assert results[2]["value"] == {"points": [[0, 0], [10, 0], [10, 20]], "polygonlabels": ["Sky"]}
    assert report.skipped == []
    again = placed(tmp_path / "out.json", "label-studio", project)
    assert regions(again) == regions(found)


def test_a_turned_box_of_label_studio_is_the_box_around_it(tmp_path: Path) -> None:
    tasks = json.loads(json.dumps(LABEL_STUDIO))
    tasks[0]["annotations"][0]["result"][0]["value"]["rotation"] = 90
    found = placed(as_file(tmp_path / "a.json", tasks), "label-studio", boxes_in((200, 100), [], "sub/a.jpg"))
    box = found.annotations[0].region
    assert isinstance(box, Box)
    assert (box.x1, box.y1, box.x2, box.y2) == pytest.approx((90, 25, 100, 50))  # about its upper left corner


# --- ODVG --------------------------------------------------------------------------------------


def test_odvg_rows_of_both_kinds_are_read(tmp_path: Path) -> None:
    source = as_file(tmp_path / "a.jsonl", "".join(json.dumps(row) + "\n" for row in ODVG))
    found = read(source, "odvg")
    assert boxes(found) == [
        ("cat", ("cat",), Box(1.5, 2, 30, 40)),
        ("a dog", ("a dog",), Box(1, 2, 3, 4)),
        ("two red cars", ("two red cars",), Box(5, 6, 7, 8)),
        ("two red cars", ("two red cars",), Box(9, 10, 11, 12)),
    ]
    written(found, "odvg", tmp_path / "out.jsonl")
    first = json.loads((tmp_path / "out.jsonl").read_text(encoding="utf-8").splitlines()[0])
    assert first["detection"]["instances"] == [{"bbox": [1.5, 2, 30, 40], "label": 1, "category": "cat", "score": 0.5}]
    assert json.loads((tmp_path / "out_label_map.json").read_text(encoding="utf-8"))["1"] == "cat"


# --- RefCOCO -----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["refs.json", "refs(unc).p"])
def test_refcoco_is_read_from_json_and_from_a_pickle(tmp_path: Path, name: str) -> None:
    as_file(tmp_path / "instances.json", INSTANCES)
    if name.endswith(".p"):
        (tmp_path / name).write_bytes(pickle.dumps([REF], protocol=0))
    else:
        as_file(tmp_path / name, [REF])
    batch = find_format("refcoco").read(tmp_path, ReadOptions())
    assert boxes(batch.contents) == [("cat", ("left cat", "the one"), Box(1, 2, 11, 22))]
    assert {mark.split for mark in batch.contents.splits} == {"test"}
    assert any("no expression refers to" in note.what for note in batch.report.changed)
    written(batch.contents, "refcoco", tmp_path / "out")
    (ref,) = read_refs(tmp_path / "out" / "refs(groundlabel).p")
    assert isinstance(ref, dict)
    assert (ref["split"], ref["file_name"]) == ("testA", REF["file_name"])
    assert [one["raw"] for one in ref["sentences"]] == ["Left cat.", "the one"]
    assert [ref] == read_refs(tmp_path / "out" / "refs.json")


# --- conversation rows -------------------------------------------------------------------------


def rows_of(contents: Contents, format_id: str, out: Path) -> list[Any]:
    written(contents, format_id, out)
    text = out.read_text(encoding="utf-8")
    return json.loads(text) if text.startswith("[") else [json.loads(line) for line in text.splitlines()]


@pytest.mark.parametrize(
    ("format_id", "answer", "space"),
    [
        ("vlm-r1", '[{"bbox_2d": [20, 10.5, 100, 50], "label": "thing"}]', "pixels"),
        ("llava", "[0.100, 0.302, 0.500, 0.500]", "padded_norm"),
        ("qwen-vl", '[{"bbox_2d": [100, 105, 500, 500], "label": "thing"}]', "picture_1000"),
        ("qwen-vl-abs", '[{"bbox_2d": [20, 12, 98, 56], "label": "thing"}]', "qwen_resized"),
    ],
)
def test_answers_are_in_the_space_of_their_model(tmp_path: Path, format_id: str, answer: str, space: str) -> None:
    contents = boxes_in((200, 100), [Box(20, 10.5, 100, 50)])
    (row,) = rows_of(contents, format_id, tmp_path / "rows")
    assert row["conversations"][1]["value"] == answer
    assert row["groundlabel"]["coordinate_space"] == space
    assert regions(read(tmp_path / "rows", format_id)) == regions(contents)
    del row["groundlabel"]  # as another tool would have written it
    as_file(tmp_path / "bare.json", [row])
    nearly(placed(tmp_path / "bare.json", format_id, contents), contents, within=1.5)


def test_the_size_that_qwen_resizes_to() -> None:
    # qwen-vl-utils, smart_resize(height, width) with factor 28, 56² to 14·14·4·1280 pixels.
    assert qwen_resized_wh((1920, 1080)) == (1316, 728)
    assert qwen_resized_wh((640, 480)) == (644, 476)
    assert qwen_resized_wh((10, 10)) == (56, 56)
    box = (1.0, 2.0, 300.0, 400.0)
    assert to_pixels(from_pixels(box, "qwen_resized", (640, 480)), "qwen_resized", (640, 480)) == pytest.approx(box)


def test_rows_of_other_tools_are_read(tmp_path: Path) -> None:
    # github.com/om-ai-lab/VLM-R1, issue 11: a row of its RefCOCO file.
    rec = {
        "height": 640,
        "width": 427,
        "image": "train2014/a.jpg",
        "problem": "Please provide the bounding box coordinate of the region this sentence describes: the lady.",
        "solution": [103.93, 299.99, 238.15, 477.41],
    }
    # github.com/QwenLM/Qwen2.5-VL, qwen-vl-finetune/README.md: "Locate house in this image …".
    qwen = {
        "image": "b.jpg",
        "conversations": [
            {
                "from": "human",
                "value": "<image>\nLocate house in this image and output the bbox coordinates in JSON format.",
            },
            {"from": "gpt", "value": '```json\n{\n"bbox_2d": [135, 114, 1016, 672]\n}\n```'},
        ],
    }
    found = read(as_file(tmp_path / "a.json", [rec]), "vlm-r1")
    assert boxes(found) == [("the lady", ("the lady",), Box(103.93, 299.99, 238.15, 477.41))]
    batch = find_format("qwen-vl-abs").read(as_file(tmp_path / "b.json", [qwen]), ReadOptions())
    assert set(batch.spaces.values()) == {"qwen_resized"}
    assert boxes(batch.contents) == [("house", ("house",), Box(135, 114, 1016, 672))]


def test_absences_and_rejections_are_rows_too(tmp_path: Path) -> None:
    for format_id in ("vlm-r1", "llava", "qwen-vl", "qwen-vl-abs"):
        written(a_project(), format_id, tmp_path / "rows")
        back = read(tmp_path / "rows", format_id)
        assert absences(back) == absences(a_project())
        assert rejections(back) == rejections(a_project())


# --- several of them -------------------------------------------------------------------------------


def test_a_table_of_another_tool_is_read(tmp_path: Path) -> None:
    text = "filename,width,height,class,xmin,ymin,xmax,ymax,score\na.jpg,64,48,cat,1,2,30,40,0.5\n"
    found = read(as_file(tmp_path / "a.csv", text), "csv")
    assert boxes(found) == [("cat", ("cat",), Box(1, 2, 30, 40))]
    assert (found.media[0].width, found.media[0].kind) == (64, "image")
    written(found, "csv", tmp_path / "out.csv")
    header, row = (tmp_path / "out.csv").read_text(encoding="utf-8").splitlines()
    assert header.endswith(",score")
    assert row.endswith(",0.5")


@pytest.mark.parametrize(("size", "expected"), [((100, 200), (50, 50, 62.5, 70)), ((200, 100), (65, 100, 75, 125))])
def test_percents_are_of_the_picture_as_the_tool_saw_it(
    tmp_path: Path, size: tuple[int, int], expected: tuple[float, ...]
) -> None:
    """A picture of 200×100 that EXIF turns to 100×200: a tool that says 200×100 worked on it as it is stored."""
    picture(tmp_path, "sub/a.jpg", (200, 100), orientation=6)
    tasks = json.loads(json.dumps(LABEL_STUDIO))
    first = tasks[0]["annotations"][0]["result"][0]
    first |= {"original_width": size[0], "original_height": size[1]}
    tasks[0]["annotations"][0]["result"] = [first]
    convert(as_file(tmp_path / "a.json", tasks), "label-studio", "csv", tmp_path / "out.csv", media_dir=tmp_path)
    into = tmp_path / "p.groundlabel"
    import_file(tmp_path / "a.json", "label-studio", into, author="Ann")
    with Project.open(into, author="Ann") as project:
        (box,) = [one.region for one in project.snapshot().annotations]
    assert isinstance(box, Box)
    assert (box.x1, box.y1, box.x2, box.y2) == pytest.approx(expected)


def test_pycocotools_reads_the_instances_of_refcoco(tmp_path: Path) -> None:
    written(a_project(), "refcoco", tmp_path / "out")
    loaded = COCO(str(tmp_path / "out" / "instances.json"))
    refs = read_refs(tmp_path / "out" / "refs.json")
    said = {one["ann_id"]: [s["sent"] for s in one["sentences"]] for one in refs if isinstance(one, dict)}
    found = {tuple(loaded.anns[number]["bbox"]): words for number, words in said.items()}
    assert found == {(0, 0, 10.5, 480): ["the cat", "left one"], (1.5, 2.25, 28.5, 37.75): ["the cat"]}
