"""COCO: pycocotools loads it, foreign files come in whole, and what COCO has no place for is reported."""

from __future__ import annotations

import contextlib
import io
import json
from dataclasses import replace
from pathlib import Path

import pytest
from fakes_formats import a_project, absences, boxes_in, read, regions, written
from pycocotools.coco import COCO

from core.errors import FormatError
from core.formats import ReadOptions, find_format
from core.schema import Box, Segment

FOREIGN = {
    "info": {"year": 2017, "contributor": "somebody"},
    "licenses": [{"id": 4, "name": "Attribution"}],
    "images": [
        {"id": 7, "file_name": "a.jpg", "width": 64, "height": 48, "license": 4, "date_captured": "2013"},
        {"id": 9, "file_name": "sub/b.jpg", "width": 64, "height": 48},
    ],
    "categories": [
        {"id": 3, "name": "cat", "supercategory": "animal"},
        {"id": 90, "name": "dog", "supercategory": "animal"},
    ],
    "annotations": [
        {
            "id": 1,
            "image_id": 7,
            "category_id": 3,
            "bbox": [1, 2, 10.5, 20],
            "area": 99.5,
            "iscrowd": 0,
            "segmentation": [[1, 2, 11.5, 2, 11.5, 22]],
            "my_field": {"deep": [1, 2]},
            "attributes": {"occluded": True, "colour": "red"},
        },
        {
            "id": 2,
            "image_id": 7,
            "category_id": 90,
            "bbox": [0, 0, 64, 48],
            "area": 3072,
            "iscrowd": 1,
            "segmentation": {"size": [48, 64], "counts": [0, 3072]},
        },
        {"id": 3, "image_id": 9, "category_id": 3, "bbox": [5, 5, 0, 3]},
    ],
}


def loaded(path: Path) -> COCO:
    with contextlib.redirect_stdout(io.StringIO()):
        return COCO(str(path))


def foreign_file(folder: Path, **change: object) -> Path:
    place = folder / "foreign.json"
    place.write_text(json.dumps(FOREIGN | change), encoding="utf-8")
    return place


def test_pycocotools_loads_every_box_as_it_stands(tmp_path: Path) -> None:
    report = written(a_project(), "coco", tmp_path / "out.json")
    coco = loaded(tmp_path / "out.json")
    assert {image["file_name"] for image in coco.loadImgs(coco.getImgIds())} == {"数据/é ü/a.jpg", "c.png"}
    assert {(cat["id"], cat["name"]) for cat in coco.loadCats(coco.getCatIds())} == {(1, "cat"), (5, "犬")}
    found = coco.loadAnns(coco.getAnnIds())
    assert [one["bbox"] for one in found] == [[0, 0, 10.5, 480], [1.5, 2.25, 28.5, 37.75]]
    assert [one["area"] for one in found] == [10.5 * 480, 28.5 * 37.75]
    assert [one["id"] for one in found] == [1, 2]
    assert found[1]["attributes"] == {
        "expression": "the cat",
        "expressions": ["the cat"],
        "origin": "accepted",
        "score": 0.75,
    }
    document = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))
    assert document["licenses"] == []
    assert document["info"] == {}
    assert [(one["file_name"], one["start_s"], one["end_s"]) for one in document["time_segments"]] == [
        ("b.mp4", 0.5, 3.75)
    ]
    assert [note.what for note in report.skipped] == ["COCO holds boxes in pictures only"]


def test_names_are_unique_and_lead_nowhere_else(tmp_path: Path) -> None:
    project = boxes_in((9, 9), [])
    paths = [("project", "../pics/a.jpg"), ("project", "../pics/sub/b.jpg"), ("disk", "a.jpg"), ("project", "in/c.jpg")]
    media = tuple(replace(project.media[0], id=f"m{n}", root=root, path=path) for n, (root, path) in enumerate(paths))
    written(replace(project, media=media), "coco", tmp_path / "out.json")
    images = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))["images"]
    assert [image["file_name"] for image in images] == ["a.jpg", "sub/b.jpg", "disk/a.jpg", "in/c.jpg"]


def test_masks_and_crowds_become_boxes_and_are_written_again(tmp_path: Path) -> None:
    batch = find_format("coco").read(foreign_file(tmp_path), ReadOptions())
    assert [found.region for found in batch.contents.annotations] == [Box(1, 2, 11.5, 22), Box(0, 0, 64, 48)]
    told = " ".join(note.what for note in batch.report.changed)
    assert "one mask became its box" in told
    assert "one crowd became its box" in told
    assert ["has no area" in note.what for note in batch.report.skipped] == [True]
    written(batch.contents, "coco", tmp_path / "again.json")
    again = json.loads((tmp_path / "again.json").read_text(encoding="utf-8"))
    assert (again["info"], again["licenses"]) == (FOREIGN["info"], FOREIGN["licenses"])
    assert again["categories"] == FOREIGN["categories"]
    assert again["images"][0]["date_captured"] == "2013"
    for before, after in zip(FOREIGN["annotations"][:2], again["annotations"], strict=True):
        kept = {name: value for name, value in before.items() if name not in ("id", "image_id", "attributes")}
        assert {name: after[name] for name in kept} == kept
    assert again["annotations"][0]["attributes"]["occluded"] is True
    assert again["annotations"][0]["attributes"]["colour"] == "red"


def test_a_mask_whose_box_was_edited_stays_out(tmp_path: Path) -> None:
    contents = read(foreign_file(tmp_path), "coco")
    moved = replace(contents.annotations[0], region=Box(2, 2, 11.5, 22))
    report = written(replace(contents, annotations=(moved, contents.annotations[1])), "coco", tmp_path / "again.json")
    first = json.loads((tmp_path / "again.json").read_text(encoding="utf-8"))["annotations"][0]
    assert (first["segmentation"], first["area"]) == ([], 9.5 * 20)
    assert first["my_field"] == {"deep": [1, 2]}
    assert any("its box was edited" in note.what for note in report.changed)


def test_classes_that_a_picture_does_not_name_are_absent_from_it(tmp_path: Path) -> None:
    # sub/b.jpg names "cat", though its box has no area: nobody knows that there is none.
    assert absences(read(foreign_file(tmp_path), "coco")) == {("sub/b.jpg", "dog")}
    assert absences(read(foreign_file(tmp_path), "coco", exhaustive=False)) == set()
    mapped = read(foreign_file(tmp_path), "coco", label_map={"dog": ("a dog",)})
    assert absences(mapped) == {("sub/b.jpg", "a dog")}
    assert [label.name for label in mapped.labels] == ["cat", "dog"]
    assert mapped.annotations[1].expressions == ("a dog",)


def test_segments_and_words_come_back(tmp_path: Path) -> None:
    written(a_project(), "coco", tmp_path / "out.json")
    back = read(tmp_path / "out.json", "coco")
    kept = replace(a_project(), annotations=a_project().annotations[:3])
    assert regions(back) == regions(kept)
    assert [found.origin for found in back.annotations] == ["drawn", "accepted", "drawn"]
    assert back.annotations[0].attributes == (("pose", "left"),)
    assert back.annotations[2].region == Segment(0.5, 3.75)


@pytest.mark.parametrize(
    "name", ["../../x.jpg", "/etc/x.jpg", "C:\\x.jpg", "c:x.jpg", "..\\..\\x.jpg", "a/../../x.jpg", ".."]
)
def test_names_that_lead_out_are_refused(tmp_path: Path, name: str) -> None:
    images = [{"id": 7, "file_name": name, "width": 64, "height": 48}, FOREIGN["images"][1]]
    batch = find_format("coco").read(foreign_file(tmp_path, images=images), ReadOptions())
    assert [item.path for item in batch.contents.media] == ["sub/b.jpg"]
    assert batch.contents.annotations == ()
    assert any("leads out" in note.what and "images[0]" in note.where for note in batch.report.skipped)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"images": "none"}, "images: expected a list"),
        ({"images": [{"id": 1}]}, "images[0].file_name: expected text"),
        ({"images": FOREIGN["images"] * 2}, "images[2].id: expected an id used once, found 7"),
        (
            {"annotations": [{"image_id": 7, "category_id": 3, "bbox": [1, 2, 3]}]},
            "annotations[0].bbox: expected 4 numbers",
        ),
        (
            {"annotations": [{"image_id": 7, "category_id": 3, "bbox": [1, 2, 3, "4"]}]},
            "annotations[0].bbox[3]: expected a number",
        ),
        ({"annotations": [{"image_id": 7, "category_id": 3}]}, "annotations[0]: expected a field 'bbox'"),
        ({"categories": [{"id": 1, "name": ""}]}, "categories[0].name: expected the name of a category"),
    ],
)
def test_damage_is_named(tmp_path: Path, change: dict[str, object], expected: str) -> None:
    with pytest.raises(FormatError) as caught:
        read(foreign_file(tmp_path, **change), "coco")
    assert expected in str(caught.value)


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999"])
def test_numbers_that_are_none_are_refused(tmp_path: Path, number: str) -> None:
    place = foreign_file(tmp_path)
    place.write_text(place.read_text(encoding="utf-8").replace("10.5", number), encoding="utf-8")
    with pytest.raises(FormatError, match=r"foreign\.json"):
        read(place, "coco")


def test_an_annotation_of_no_picture_is_reported(tmp_path: Path) -> None:
    stray = [{"id": 1, "image_id": 1234, "category_id": 3, "bbox": [1, 2, 3, 4]}]
    batch = find_format("coco").read(foreign_file(tmp_path, annotations=stray), ReadOptions())
    assert [note.what for note in batch.report.skipped] == ["image_id 1234 is not in the file"]
