"""YOLO: the class table, the layouts that people have, polygons and points, hostile files."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from fakes_formats import a_project, absences, boxes_in, nearly, picture, placed, read, written

from core.errors import FormatError
from core.formats import ReadOptions, find_format
from core.schema import Box, Label
from core.workflows.transfer import convert, import_file


def data_set(folder: Path, *lines: str, names: str = "names: {0: cat, 1: dog}", name: str = "a") -> Path:
    """A folder as Ultralytics lays it out (docs.ultralytics.com/datasets/detect): images/train, labels/train."""
    (folder / "labels" / "train").mkdir(parents=True, exist_ok=True)
    (folder / "labels" / "train" / f"{name}.txt").write_text("".join(f"{x}\n" for x in lines), encoding="utf-8")
    (folder / "data.yaml").write_text(f"path: .\ntrain: images/train\nval: images/val\n{names}\n", encoding="utf-8")
    return folder


def test_the_layout_of_ultralytics_is_read(tmp_path: Path) -> None:
    picture(tmp_path / "images" / "train", "a.jpg", (100, 50))
    picture(tmp_path / "images" / "train", "empty.jpg", (100, 50))
    into = tmp_path / "p.groundlabel"
    result = import_file(data_set(tmp_path, "0 0.5 0.5 0.2 0.4"), "yolo", into, author="Ann")
    assert (result.report.written, result.report.skipped) == (1, [])
    back = convert(tmp_path, "yolo", "coco", tmp_path / "out.json")
    assert back.written == 1
    found = read(tmp_path / "out.json", "coco")
    (box,) = [one.region for one in found.annotations]
    assert isinstance(box, Box)
    assert (box.x1, box.y1, box.x2, box.y2) == pytest.approx((40, 15, 60, 35))
    assert {mark.split for mark in found.splits} == {"train"}
    assert absences(found) == {("train/a.jpg", "dog"), ("train/empty.jpg", "cat"), ("train/empty.jpg", "dog")}


def test_a_darknet_folder_is_read(tmp_path: Path) -> None:
    (tmp_path / "classes.txt").write_text("cat\nblue dog\n", encoding="utf-8")
    (tmp_path / "a.txt").write_text("1 0.5 0.5 1 1\n", encoding="utf-8")
    picture(tmp_path, "a.png", (10, 10))
    found = read(tmp_path, "yolo")
    assert [item.path for item in found.media] == ["a.png"]
    assert [(label.name, label.number) for label in found.labels] == [("cat", 0), ("blue dog", 1)]
    assert found.annotations[0].region == Box(0, 0, 1, 1)


def test_the_class_table_is_the_projects_own(tmp_path: Path) -> None:
    project = boxes_in((10, 10), [Box(1, 1, 2, 2)])
    labels = (Label("l0", "cat", 0), replace(project.labels[0], number=3))
    report = written(replace(project, labels=labels), "yolo", tmp_path / "out")
    text = (tmp_path / "out" / "data.yaml").read_text(encoding="utf-8")
    assert "  0: cat\n  1: unused-1\n  2: unused-2\n  3: thing\n" in text
    assert (tmp_path / "out" / "labels" / "a.txt").read_text(encoding="utf-8") == "3 0.15 0.15 0.1 0.1\n"
    assert any("unused" in note.what for note in report.changed)
    back = read(tmp_path / "out", "yolo")
    assert [(label.name, label.number) for label in back.labels] == [("cat", 0), ("thing", 3)]


def test_polygons_points_and_scores_go_out_as_they_came(tmp_path: Path) -> None:
    lines = ["0 0.1 0.1 0.5 0.1 0.5 0.7", "1 0.5 0.5 0.2 0.2 0.875"]
    batch = find_format("yolo").read(data_set(tmp_path, *lines), ReadOptions())
    assert ["one polygon became its box" in note.what for note in batch.report.changed] == [True]
    project = boxes_in((640, 480), [], "train/a.jpg")
    written(placed(tmp_path, "yolo", project), "yolo", tmp_path / "out")
    assert (tmp_path / "out" / "labels" / "train" / "a.txt").read_text(encoding="utf-8").splitlines() == lines


def test_key_points_stay_with_their_box(tmp_path: Path) -> None:
    line = "0 0.5 0.5 0.2 0.2 0.1 0.2 2 0.3 0.4 1"
    source = data_set(tmp_path, line, names="kpt_shape: [2, 3]\nnames: [cat]")
    project = boxes_in((100, 100), [], "train/a.jpg")
    written(placed(source, "yolo", project), "yolo", tmp_path / "out")
    assert (tmp_path / "out" / "labels" / "train" / "a.txt").read_text(encoding="utf-8") == line + "\n"


def test_losses_are_told_and_splits_come_back(tmp_path: Path) -> None:
    report = written(a_project(), "yolo", tmp_path / "out")
    told = " ".join(note.what for note in (*report.changed, *report.skipped))
    assert "3 rejections and absences are not held" in told
    assert "one of the tracks not written: YOLO holds boxes in pictures" in told
    assert "expressions of 4 regions" in told
    back = read(tmp_path / "out", "yolo", exhaustive=False)
    names = {item.id: item.path for item in back.media}
    assert {names[mark.id]: mark.split for mark in back.splits} == {"数据/é ü/a.jpg": "train", "c.png": "val"}


def test_pictures_of_one_stem_keep_texts_of_their_own(tmp_path: Path) -> None:
    project = boxes_in((9, 9), [Box(1, 1, 2, 2)], "x/a.jpg")
    other = replace(project.media[0], id="m2", path="x/a.png")
    report = written(replace(project, media=(*project.media, other)), "yolo", tmp_path / "out")
    assert ["which YOLO itself does not find" in note.what for note in report.changed] == [True]
    back = placed(tmp_path / "out", "yolo", replace(project, media=(*project.media, other)), exhaustive=False)
    assert [item.path for item in back.media] == ["x/a.jpg", "x/a.png"]
    nearly(replace(back, media=back.media), replace(project, media=(*project.media, other)), within=1e-9)


@pytest.mark.parametrize(
    ("lines", "names", "expected"),
    [
        (("0 0.5 0.5 0.1",), "names: [cat]", "line 1: expected class x y width height"),
        (("0 0.5 0.5 0.1 0.1", "7 0.5 0.5 0.1 0.1"), "names: [cat]", "line 2: expected the number of a class"),
        (("0 nan 0.5 0.1 0.1",), "names: [cat]", "line 1: expected a finite number, found 'nan'"),
        (("0 0.5 one 0.1 0.1",), "names: [cat]", "line 1: expected a number, found 'one'"),
        (("0 0.5 0.5 0.1 0.1",), "names: {0: [", "data.yaml, line"),
        (("0 0.5 0.5 0.1 0.1",), "nc: 2", "names: expected the names of the classes"),
        (("0 0.5 0.5 0.1 0.1",), "names: [cat, cat]", "expected a name that is used once"),
    ],
)
def test_damage_is_named(tmp_path: Path, lines: tuple[str, ...], names: str, expected: str) -> None:
    with pytest.raises(FormatError) as caught:
        read(data_set(tmp_path, *lines, names=names), "yolo")
    assert expected in str(caught.value)


@pytest.mark.parametrize("name", ["../../x.jpg", "/etc/x.jpg", "C:/x.jpg"])
def test_names_that_lead_out_are_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / "data.yaml").write_text("train: train.txt\nnames: [cat]\n", encoding="utf-8")
    (tmp_path / "train.txt").write_text(f"{name}\n", encoding="utf-8")
    batch = find_format("yolo").read(tmp_path, ReadOptions())
    assert batch.contents.media == ()
    assert "leads out" in batch.report.skipped[0].what
