"""Reading JSON and tables value by value: the same values as a whole reading, and errors that name places."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.datasets import streaming
from core.datasets.streaming import list_items, list_members, object_members, table_rows, text_lines
from core.errors import FormatError
from tests.fakes_datasets import put_text

PLAIN = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
VALUES = st.recursive(
    PLAIN, lambda v: st.lists(v, max_size=4) | st.dictionaries(st.text(), v, max_size=4), max_leaves=12
)


@pytest.fixture
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Texts come in three characters at a time, so that every value is torn somewhere."""
    monkeypatch.setattr(streaming, "_CHUNK", 3)


@given(values=st.lists(VALUES, max_size=6), indent=st.sampled_from([None, 1]), part=st.integers(1, 9))
def test_a_list_is_read_as_it_is(values: list[object], indent: int | None, part: int) -> None:
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        place = put_text(Path(folder) / "a.json", json.dumps(values, indent=indent))
        patch.setattr(streaming, "_CHUNK", part)
        assert [value for _, value in list_items(place)] == values


@given(members=st.dictionaries(st.text(), VALUES, max_size=6), part=st.integers(1, 9))
def test_an_object_is_read_as_it_is(members: dict[str, object], part: int) -> None:
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        place = put_text(Path(folder) / "a.json", json.dumps(members))
        patch.setattr(streaming, "_CHUNK", part)
        assert dict(object_members(place)) == members


@pytest.mark.usefixtures("small_parts")
def test_lists_inside_an_object_are_read_whatever_stands_between(tmp_path: Path) -> None:
    document = {"info": {"year": 2017}, "images": [{"id": 1}, {"id": 23456}], "licenses": [1], "annotations": []}
    place = put_text(tmp_path / "coco.json", json.dumps(document))
    found = list(list_members(place, "images", "annotations"))
    assert found == [("images", "images[0]", {"id": 1}), ("images", "images[1]", {"id": 23456})]


@pytest.mark.usefixtures("small_parts")
def test_numbers_that_a_part_tears_stay_whole(tmp_path: Path) -> None:
    assert [value for _, value in list_items(put_text(tmp_path / "n.json", "[12345, -6.5e3, 7]"))] == [12345, -6500, 7]


def test_json_lines_are_a_list_too(tmp_path: Path) -> None:
    place = put_text(tmp_path / "a.jsonl", '{"id": 1}\n\n{"id": 2}\n')
    assert list(list_items(place)) == [("row 0", {"id": 1}), ("row 1", {"id": 2})]


def test_a_byte_order_mark_is_no_part_of_the_text(tmp_path: Path) -> None:
    assert list(object_members(put_text(tmp_path / "a.json", '{"a": 1}', "utf-8-sig"))) == [("a", 1)]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[{"id": 1}, {"id": ]', "row 1"),
        ("[1, 2", "after row 1"),
        ("[1 2]", "after row 0"),
        ("[NaN]", "NaN is not a number"),
        ("[1]]", "nothing more"),
        ("[" * 100_000, "nested too deep"),
    ],
)
def test_a_damaged_list_names_the_place(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(FormatError, match=said):
        list(list_items(put_text(tmp_path / "bad.json", text)))


@pytest.mark.parametrize(
    ("text", "said"), [('{"a" 1}', "after 'a'"), ('{"a": 1', "after the value of 'a'"), ("[]", "{")]
)
def test_a_damaged_object_names_the_place(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(FormatError, match=said):
        list(object_members(put_text(tmp_path / "bad.json", text)))


def test_a_missing_list_is_named(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match="'annotations'"):
        list(list_members(put_text(tmp_path / "a.json", '{"images": []}'), "images", "annotations"))


def test_missing_files_and_folders_are_named(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match="There is no file"):
        list(list_items(tmp_path / "none.json"))
    with pytest.raises(FormatError, match="is a folder"):
        list(object_members(tmp_path))


def test_tables_are_read_in_latin_1_where_they_are_no_utf_8(tmp_path: Path) -> None:
    place = put_text(tmp_path / "a.csv", 'name,maker\n"a, b",Álvaro\n', "latin-1")
    assert list(table_rows(place, "name")) == [("line 2", {"name": "a, b", "maker": "Álvaro"})]
    assert [row["maker"] for _, row in table_rows(put_text(tmp_path / "b.csv", "maker\nÁlvaro\n"), "maker")] == [
        "Álvaro"
    ]


@pytest.mark.parametrize(("text", "said"), [("a,b\n1,2\n", "a column c"), ("a,c\n1\n", "line 2")])
def test_a_table_without_a_column_or_a_cell_is_refused(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(FormatError, match=said):
        list(table_rows(put_text(tmp_path / "a.csv", text), "a", "c"))


def test_lines_keep_their_numbers(tmp_path: Path) -> None:
    assert list(text_lines(put_text(tmp_path / "a.txt", "one\n\n two \n"))) == [(1, "one"), (3, "two")]
