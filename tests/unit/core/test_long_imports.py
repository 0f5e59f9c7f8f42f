"""Very many annotations: packed rows, files that are walked, and Changes that are written by parts."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from core.errors import FormatError, StaleChangeError
from core.formats.json_stream import members
from core.packed import Packed
from core.project import Project, present
from core.project.encoding import decode_record, encode_record, record_to_plain
from core.schema import (
    Annotation,
    Box,
    Change,
    Label,
    MediaItem,
    Phrase,
    Record,
    Segment,
    SplitMark,
    Track,
    Verdict,
)

SLICE = 512
MANY = 2 * SLICE + 7


@pytest.fixture(autouse=True)
def short_slices(monkeypatch: pytest.MonkeyPatch) -> None:
    """Several slices and several parts of some hundred records each: what is long is a matter of these figures."""
    monkeypatch.setattr("core.packed.SLICE", SLICE)
    monkeypatch.setattr(present, "MOST_AT_ONCE", 600)  # more than one statement asks about
    monkeypatch.setattr("core.project.log.MOST_AT_ONCE", 600)


def _records(count: int) -> list[Record]:
    label, phrase = Label("l", "dog", 0, "#112233"), Phrase("h", "a dog", "l")
    track = Track((Box(1, 2, 3, 4, at_s=0.5), Box(2, 3, 4, 5, at_s=1.5)))
    regions = (Box(0.1, 2, 3, 1e6), Segment(0.25, 3.5), track, Box(1, 2, 3, 4, at_s=2.0))
    found: list[Record] = [label, phrase, SplitMark("m", "train")]
    for number in range(count):
        region = regions[number % 4]
        extra = (("coco", "{}"),) if number % 3 else ()
        found.append(
            Annotation(f"a{number}", "m", "l", ("a dog", "犬"), region, "imported", None, (("pose", "up"),), extra)
        )
    found.append(Verdict("v1", "m", "a cat", "not_present"))
    found.append(Verdict("v2", "m", "a dog", "rejected", "p", Box(1, 1, 2, 2)))
    return found


@pytest.fixture
def project(tmp_path: Path) -> Project:
    opened = Project.create(tmp_path / "p.groundlabel", author="mara", role="command")
    opened.add_media([MediaItem("m", "image", "m.jpg", width=10, height=10)])
    return opened


def test_packed_records_are_the_same_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.packed._MOST_BYTES_IN_MEMORY", 10_000)  # so that some go to the disk
    records = _records(MANY)
    packed = Packed(records)
    assert len(packed) == len(records)
    assert list(packed) == records
    assert packed == records
    assert packed[-1] == records[-1] and packed[SLICE] == records[SLICE] and packed[3:5] == tuple(records[3:5])
    assert packed.rare == records[:3]
    assert packed != records[:-1]


@pytest.mark.parametrize("number", range(8))
def test_a_plain_box_is_written_as_any_record_is(number: int) -> None:
    texts = ("a", 'quote " \\ \n \u2028 \x07', "犬🐕", "")
    extra = () if number % 2 else (("coco", '{"a": "\\n"}'), (texts[1], ""))
    box = Box(0.1 + number, -0.0, 1e22, 5e-324, at_s=None if number % 3 else 1.5)
    proposal = None if number % 2 else texts[number // 2]
    one = Annotation(texts[number % 4], "m", "l", texts[: number % 4], box, "drawn", proposal, extra, extra)
    plain = json.dumps({"v": 1, **record_to_plain(one)}, ensure_ascii=False, separators=(",", ":"))
    assert encode_record(one) == plain
    assert decode_record(encode_record(one)) == one


def test_a_short_row_is_a_tuple() -> None:
    assert Packed(_records(2)).whole() == tuple(_records(2))


@pytest.mark.parametrize("piece", [1, 7, 1 << 20])
def test_members_come_as_json_loads_them(tmp_path: Path, piece: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.formats.json_stream._BYTES", piece)
    document = {
        "a": [1, -2.5e3, 'x\\"é🐕\n', None, {"b": [[], {}]}],
        "info": {"a": [True]},
        "n": 12345,
        "z": [],
        "t": "",
    }
    place = tmp_path / "f.json"
    place.write_text(json.dumps(document, indent=1) + "\n\n", encoding="utf-8-sig")
    found: dict[str, object] = {}
    for name, index, value in members(place, ("a", "z")):
        if index < 0:
            found[name] = value
        else:
            entries = found[name]
            assert isinstance(entries, list) and len(entries) == index
            entries.append(value)
    assert found == document


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ('{"a": [1, 2\n, }', "line 2, column 3"),
        ('{"a": [1 2]}', "line 1, column 10"),
        ('{"a": [1]} x', "line 1, column 12"),
        ('{"a": [NaN]}', "line 1, column 8"),
        ('{"a": 1e999}', "line 1, column 7"),
        ('{"a": "b', "line 1, column 7"),
        ('{"a": 1,\n"a": 2}', "each name once"),
        ("{a: 1}", "line 1, column 2"),
        ("[1, 2]", "an object"),
        ("", "empty"),
    ],
)
@pytest.mark.parametrize("piece", [1, 1 << 20])
def test_what_is_wrong_is_named(
    text: str, where: str, piece: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.formats.json_stream._BYTES", piece)
    place = tmp_path / "f.json"
    place.write_text(text, encoding="utf-8")
    with pytest.raises(FormatError, match=where):
        list(members(place, ("a",)))


def test_a_long_change_is_one_undo(project: Project) -> None:
    absent = Verdict("w", "m", "a dog", "not_present")
    project.apply(Change("No dog", (), (absent,)))
    records = _records(MANY)
    annotations = [one for one in records if isinstance(one, Annotation)]
    project.apply(Change("Import", (absent,), Packed(records), batch="b"))
    assert project.annotations() == annotations
    assert [one.id for one in project.verdicts()] == ["v1", "v2"]
    project.undo()
    assert project.annotations() == [] and project.labels() == []
    assert project.verdicts() == [absent]
    project.redo()
    assert project.annotations() == annotations
    assert project.label_for("a dog") == records[0]
    last = project.history()[-1]
    assert list(last.after) == records and list(last.before) == [absent]
    snapshot = project.snapshot()
    project.rebuild()
    assert project.snapshot().annotations == snapshot.annotations
    project.close()


def test_a_long_change_on_a_stale_project_writes_nothing(project: Project) -> None:
    gone = Verdict("w", "m", "a dog", "not_present")
    with pytest.raises(StaleChangeError):
        project.apply(Change("Import", (gone,), Packed(_records(MANY)), batch="b"))
    project.apply(Change("Mine", (), (Label("l", "dog", 0), _records(1)[3])))
    with pytest.raises(StaleChangeError):
        project.apply(Change("Import", (), Packed(_records(MANY)), batch="b"))
    assert len(project.annotations()) == 1
    with pytest.raises(StaleChangeError):
        project.apply(Change("Import", (), Packed(_records(MANY)[3:]), batch="b"))
    project.close()
