"""Damaged and hostile files of pictures: refused with the place and what was expected, or left out with a line."""

from __future__ import annotations

import json
import pickle
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fakes_formats import boxes_in, read, written
from fakes_picture_files import CVAT, INSTANCES, LABEL_STUDIO, LABELME, ODVG, REF, as_file

from core.errors import FormatError
from core.formats import ReadOptions, find_format
from core.schema import Box

BROKEN: list[tuple[str, Any, str]] = [
    ("labelme", {"shapes": [{"label": "a", "points": [[1, "x"]]}]}, "shapes[0].points[0][1]: expected a number"),
    ("labelme", {"imagePath": "a.jpg"}, "expected a list 'shapes'"),
    ("labelme", '{"shapes": [{"label": "a", "points": [[1, NaN]]}]}', "NaN"),
    ("cvat-images", CVAT.replace('xtl="2.25"', 'xtl="inf"'), "expected a finite number, found 'inf'"),
    ("cvat-images", CVAT.replace('label="person"', ""), "expected an attribute label"),
    ("cvat-images", CVAT.replace("</image>", ""), "line 13, column"),
    ("cvat-images", '<!DOCTYPE a [<!ENTITY x "y">]><annotations>&x;</annotations>', "without entities"),
    ("label-studio", [{"annotations": []}], "[0].data: expected an object"),
    ("label-studio", [{"data": {"image": 1}}], "the address of a medium"),
    (
        "odvg",
        '{"filename": "a.jpg", "detection": {"instances": [{"bbox": [1, 2, 3], "category": "a"}]}}',
        "expected 4 numbers",
    ),
    ("odvg", '{"filename": "a.jpg", "detection": {}}\n{"filename": ', "line 2"),
    ("vlm-r1", [{"image": "a.jpg", "conversations": [{"from": "cat", "value": "a"}]}], "expected human or gpt"),
    ("csv", "media,label,x1,y1,x2,y2\na.jpg,cat,1,2,nan,4\n", "line 2, x2: expected a finite number"),
    ("csv", "media,label\na.jpg\n", "line 2: expected 2 cells"),
    ("csv", "who,what\n1,2\n", "line 1: expected a column media"),
    ("tsv", 'media\tlabel\n"a.jpg\tcat\n', "expected a table"),
]


@pytest.mark.parametrize(("format_id", "content", "expected"), BROKEN)
def test_damage_is_named(tmp_path: Path, format_id: str, content: Any, expected: str) -> None:
    place = as_file(tmp_path / "a.json", content)
    with pytest.raises(FormatError) as caught:
        read(place, format_id)
    assert expected in str(caught.value)
    assert str(place) in str(caught.value)


@pytest.mark.parametrize("name", ["../../x.jpg", "/etc/x.jpg", "C:\\x.jpg"])
@pytest.mark.parametrize("format_id", ["labelme", "cvat-images", "label-studio", "odvg", "vlm-r1", "csv"])
def test_names_that_lead_out_are_refused(tmp_path: Path, name: str, format_id: str) -> None:
    written(boxes_in((64, 48), [Box(1, 2, 3, 4)], "a.jpg"), format_id, tmp_path / "out.json")
    text = (tmp_path / "out.json").read_text(encoding="utf-8")
    spelled = name if format_id in ("cvat-images", "csv") else json.dumps(name)[1:-1]
    (tmp_path / "out.json").write_text(
        text.replace("/data/local-files/?d=", "").replace("a.jpg", spelled), encoding="utf-8"
    )
    batch = find_format(format_id).read(tmp_path / "out.json", ReadOptions())
    assert batch.contents.media == ()
    assert "leads out" in batch.report.skipped[0].what


@pytest.mark.parametrize(
    ("format_id", "old", "new"),
    [
        ("label-studio", '"width": 12.5', '"width": 1e999'),
        ("labelme", "30.0", "1e999"),
        ("odvg", "1.5", "-1e999"),
    ],
)
def test_a_number_that_is_none_is_refused_although_json_allows_its_spelling(
    tmp_path: Path, format_id: str, old: str, new: str
) -> None:
    documents = {"label-studio": LABEL_STUDIO, "labelme": LABELME, "odvg": ODVG}
    text = json.dumps(documents[format_id])
    assert old in text
    with pytest.raises(FormatError, match="is not a number that a file may hold"):
        read(as_file(tmp_path / "a.json", text.replace(old, new)), format_id)


def test_numbers_beyond_any_picture_are_left_out(tmp_path: Path) -> None:
    row = {"filename": "a.jpg", "detection": {"instances": [{"bbox": [0, 0, 1e300, 4], "category": "cat"}]}}
    batch = find_format("odvg").read(as_file(tmp_path / "a.jsonl", row), ReadOptions())
    assert batch.contents.annotations == ()
    assert ["numbers beyond any medium" in note.what for note in batch.report.skipped] == [True]


def test_a_name_that_is_half_a_character_is_refused(tmp_path: Path) -> None:
    row = '{"filename": "\\ud800.jpg", "detection": {"instances": []}}'
    batch = find_format("odvg").read(as_file(tmp_path / "a.jsonl", row), ReadOptions())
    assert batch.contents.media == ()


def test_a_type_that_is_no_text_is_passed_over(tmp_path: Path) -> None:
    tasks = json.loads(json.dumps(LABEL_STUDIO))
    tasks[0]["annotations"][0]["result"][3]["type"] = {"a": 1}
    assert len(read(as_file(tmp_path / "a.json", tasks), "label-studio").annotations) == 2


def test_class_numbers_that_no_table_holds_are_refused(tmp_path: Path) -> None:
    project = boxes_in((10, 10), [Box(1, 1, 2, 2)])
    far = replace(project, labels=(replace(project.labels[0], number=10**9),))
    with pytest.raises(FormatError, match="lists every class up to the largest number"):
        written(far, "yolo", tmp_path / "out")
    assert not (tmp_path / "out").exists()


class Evil:
    def __reduce__(self) -> tuple[Any, ...]:
        return (eval, ("1/0",))


@pytest.mark.parametrize(
    "data",
    [
        pickle.dumps([Evil()]),
        pickle.dumps([Path("x")]),
        b"\x80\x02]r\xff\xff\xff\x7f.",
        b"junk",
        b"",
        pickle.dumps([REF])[:40],
    ],
)
def test_a_pickle_of_anything_but_plain_values_is_refused(tmp_path: Path, data: bytes) -> None:
    as_file(tmp_path / "instances.json", INSTANCES)
    (tmp_path / "refs(x).p").write_bytes(data)
    with pytest.raises(FormatError, match="expected a pickle of lists"):
        read(tmp_path, "refcoco")
