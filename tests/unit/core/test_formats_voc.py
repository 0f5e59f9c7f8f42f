"""Pascal VOC: numbers as written, absences, hostile files, and what VOC has no place for is reported."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest
from fakes_formats import a_project, absences, boxes_in, read, regions, written

from core.errors import FormatError
from core.formats import ReadOptions, find_format
from core.schema import Box

CAT = (
    "<object><name>cat</name>{more}"
    "<bndbox><xmin>{0}</xmin><ymin>{1}</ymin><xmax>{2}</xmax><ymax>{3}</ymax></bndbox></object>"
)


def one_object(box: tuple[object, ...] = (1, 2, 30, 40), name: str = "cat", more: str = "") -> str:
    return CAT.format(*box, more=more).replace("cat", name)


def annotation_file(folder: Path, name: str, *objects: str, filename: str | None = None, extra: str = "") -> Path:
    place = folder / f"{name}.xml"
    place.parent.mkdir(parents=True, exist_ok=True)
    size = "<size><width>64</width><height>48</height><depth>3</depth></size>"
    text = f"<annotation><filename>{filename or name + '.jpg'}</filename>{extra}{size}{''.join(objects)}</annotation>"
    place.write_text(text, encoding="utf-8")
    return place


def test_numbers_are_taken_as_written(tmp_path: Path) -> None:
    annotation_file(tmp_path, "a", one_object((48, 240, 195, 371)), one_object((0, 0, 64.5, 0.125)))
    found = read(tmp_path, "voc")
    assert [one.region for one in found.annotations] == [Box(48, 240, 195, 371), Box(0, 0, 64.5, 0.125)]
    assert (found.media[0].path, found.media[0].width, found.media[0].height) == ("a.jpg", 64, 48)
    written(found, "voc", tmp_path / "out")
    bounds = ElementTree.parse(tmp_path / "out" / "a.xml").findall("object/bndbox")
    numbers = [[element.findtext(name) for name in ("xmin", "ymin", "xmax", "ymax")] for element in bounds]
    assert numbers == [["48", "240", "195", "371"], ["0", "0", "64.5", "0.125"]]


def test_a_box_without_area_is_kept_out_and_reported(tmp_path: Path) -> None:
    annotation_file(tmp_path, "a", one_object((5, 5, 5, 5)), one_object(name="dog"))
    annotation_file(tmp_path, "b", one_object())
    batch = find_format("voc").read(tmp_path, ReadOptions())
    assert [(note.what, "object 1" in note.where) for note in batch.report.skipped] == [
        ("the box [5, 5, 5, 5] of cat has no area", True)
    ]
    assert len(batch.contents.annotations) == 2
    assert absences(batch.contents) == {("b.jpg", "dog")}  # a.jpg names a cat, so nobody says that there is none


def test_absences_can_be_turned_off_and_speak_the_mapped_words(tmp_path: Path) -> None:
    annotation_file(tmp_path, "a", one_object())
    annotation_file(tmp_path, "b")
    assert absences(read(tmp_path, "voc", label_map={"cat": ("a cat", "kitty")})) == {
        ("b.jpg", "a cat"),
        ("b.jpg", "kitty"),
    }
    assert absences(read(tmp_path, "voc", exhaustive=False)) == set()


@pytest.mark.parametrize("listed", ["a", "a.jpg"])
def test_a_list_restricts_to_the_names_on_it(tmp_path: Path, listed: str) -> None:
    annotation_file(tmp_path, "a", one_object())
    annotation_file(tmp_path, "b", one_object(name="dog"))
    found = read(tmp_path, "voc", names=frozenset([listed]))
    assert [item.path for item in found.media] == ["a.jpg"]
    assert [label.name for label in found.labels] == ["cat"]


def test_what_came_in_goes_out_again(tmp_path: Path) -> None:
    more = "<pose>Left</pose><truncated>1</truncated><difficult>0</difficult><part><name>head</name></part>"
    head = "<folder>VOC2007</folder><source><database>mine</database></source>"
    annotation_file(tmp_path, "a", one_object(more=more), extra=head)
    written(read(tmp_path, "voc"), "voc", tmp_path / "out")
    root = ElementTree.parse(tmp_path / "out" / "a.xml").getroot()
    assert root.findtext("source/database") == "mine"
    assert root.findtext("folder") == "VOC2007"
    texts = [root.findtext(f"object/{name}") for name in ("pose", "truncated", "difficult", "part/name")]
    assert texts == ["Left", "1", "0", "head"]


def test_a_tree_of_voc_is_read_from_its_root_or_its_list(tmp_path: Path) -> None:
    annotation_file(tmp_path / "Annotations", "a", one_object())
    annotation_file(tmp_path / "Annotations", "sub/b", one_object(), filename="b.jpg")
    image_set = tmp_path / "ImageSets" / "Main" / "train.txt"
    image_set.parent.mkdir(parents=True)
    image_set.write_text("a 1\n", encoding="utf-8")
    assert [item.path for item in read(tmp_path, "voc").media] == ["a.jpg", "sub/b.jpg"]
    assert [item.path for item in read(image_set, "voc").media] == ["a.jpg"]


def test_words_go_round_and_losses_are_told(tmp_path: Path) -> None:
    report = written(a_project(), "voc", tmp_path / "out")
    back = read(tmp_path / "out", "voc", exhaustive=False)
    pictures = replace(a_project(), annotations=a_project().annotations[:2])
    assert regions(back) == regions(pictures)
    assert back.annotations[0].attributes == (("pose", "left"),)
    told = " ".join(note.what for note in report.changed)
    assert "3 rejections and absences are not held" in told
    assert "where 4 regions came from is not held" in told
    assert {note.where for note in report.skipped} == {"b.mp4"}


def test_pictures_of_one_stem_get_files_of_their_own(tmp_path: Path) -> None:
    project = boxes_in((9, 9), [])
    media = tuple(replace(project.media[0], id=name, path=name) for name in ("x/a.jpg", "x/a.png", "y/a.jpg"))
    written(replace(project, media=media), "voc", tmp_path / "out")
    files = sorted(path.relative_to(tmp_path / "out").as_posix() for path in (tmp_path / "out").rglob("*.xml"))
    assert files == ["x/a.png.xml", "x/a.xml", "y/a.xml"]
    assert sorted(item.path for item in read(tmp_path / "out", "voc").media) == ["x/a.jpg", "x/a.png", "y/a.jpg"]


@pytest.mark.parametrize(
    ("objects", "expected"),
    [
        ("<object><name>cat</name></object>", "object 1: expected an element bndbox"),
        (one_object() + one_object(("one", 2, 3, 4)), "object 2, element bndbox/xmin: expected a number, found 'one'"),
        (one_object((1, "nan", 3, 4)), "object 1, element bndbox/ymin: expected a finite number, found 'nan'"),
        (one_object((1, 2, "inf", 4)), "element bndbox/xmax: expected a finite number"),
        (one_object(name=" "), "object 1, element name: expected the name of a class"),
        ("<object>", "line 1, column"),
    ],
)
def test_damage_is_named(tmp_path: Path, objects: str, expected: str) -> None:
    place = annotation_file(tmp_path, "a", objects)
    with pytest.raises(FormatError) as caught:
        read(tmp_path, "voc")
    assert expected in str(caught.value)
    assert str(place) in str(caught.value)


def test_entities_are_refused(tmp_path: Path) -> None:
    bomb = '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><annotation><filename>&x;</filename></annotation>'
    (tmp_path / "a.xml").write_text(bomb, encoding="utf-8")
    with pytest.raises(FormatError, match="without entities"):
        read(tmp_path, "voc")


@pytest.mark.parametrize("name", ["../../x.jpg", "/etc/x.jpg", "C:/x.jpg"])
def test_names_that_lead_out_are_refused(tmp_path: Path, name: str) -> None:
    annotation_file(tmp_path, "a", one_object(), filename=name)
    batch = find_format("voc").read(tmp_path, ReadOptions())
    assert batch.contents.media == ()
    assert "leads out" in batch.report.skipped[0].what


def test_a_folder_without_annotations_is_no_empty_project(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match="expected XML files"):
        read(tmp_path, "voc")
