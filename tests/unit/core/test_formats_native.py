"""The native format: everything comes back, the schema that ships describes it, and damage is named."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fakes_formats import a_project, read, written

from core.errors import FormatError
from core.files import bundled
from core.formats import ReadOptions, find_format
from core.formats.native import SCHEMA_FILE, native_schema


def complaints(schema: dict[str, Any], value: object, where: str = "$") -> list[str]:
    """What a JSON schema has against a value: the keywords that the shipped schema uses."""
    if "anyOf" in schema:
        found = [complaints(option, value, where) for option in schema["anyOf"]]
        return [] if any(not one for one in found) else min(found, key=len)
    if "const" in schema:
        return [] if value == schema["const"] else [f"{where} is not {schema['const']!r}"]
    if "enum" in schema:
        return [] if value in schema["enum"] else [f"{where} is not one of {schema['enum']}"]
    types = {"object": dict, "array": list, "string": str, "boolean": bool, "null": type(None), "number": (int, float)}
    kind = schema.get("type")
    if kind == "integer":
        return [] if isinstance(value, int) and not isinstance(value, bool) else [f"{where} is no integer"]
    if kind and (not isinstance(value, types[kind]) or (kind == "number" and isinstance(value, bool))):
        return [f"{where} is no {kind}"]
    found_here: list[str] = []
    if isinstance(value, dict):
        found_here += [f"{where} lacks {name}" for name in schema.get("required", []) if name not in value]
        for name, held in value.items():
            known = schema["properties"].get(name)
            found_here += complaints(known, held, f"{where}.{name}") if known else [f"{where}.{name} is not known"]
    if isinstance(value, list):
        for index, held in enumerate(value):
            parts = schema.get("prefixItems")
            found_here += complaints(parts[index] if parts else schema["items"], held, f"{where}[{index}]")
    return found_here


def test_everything_comes_back(tmp_path: Path) -> None:
    out = tmp_path / "all.json"
    report = written(a_project(), "native", out)
    assert read(out, "native") == a_project()
    assert (report.changed, report.skipped) == ([], [])


def test_output_is_as_the_shipped_schema_says(tmp_path: Path) -> None:
    schema = json.loads(bundled(SCHEMA_FILE).read_text(encoding="utf-8"))
    assert schema == native_schema()
    written(a_project(), "native", tmp_path / "all.json")
    document = json.loads((tmp_path / "all.json").read_text(encoding="utf-8"))
    assert complaints(schema, document) == []
    document["annotations"][0]["region"] = {"type": "circle"}
    assert complaints(schema, document)


def test_a_file_from_before_ratings_and_attributes_is_read_and_as_the_schema_says(tmp_path: Path) -> None:
    out = tmp_path / "all.json"
    written(a_project(), "native", out)
    document = json.loads(out.read_text(encoding="utf-8"))
    del document["ratings"], document["attributes"]
    assert complaints(native_schema(), document) == []
    out.write_text(json.dumps(document), encoding="utf-8")
    assert read(out, "native") == replace(a_project(), ratings=(), attributes=())


def test_the_same_project_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one.json", "two.json"):
        written(a_project(), "native", tmp_path / name)
    assert (tmp_path / "one.json").read_bytes() == (tmp_path / "two.json").read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["one.json", "two.json"]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"format": "other"}, "format: expected 'groundlabel'"),
        ({"version": 99}, "newer GroundLabel"),
        ({"media": [{"id": "m1"}]}, "media[0]: expected a field 'kind'"),
        ({"labels": [{"id": "l", "name": "n", "number": "one"}]}, "labels[0].number: expected a number, found 'one'"),
        ({"labels": 5}, "labels: expected a list, found 5"),
        ({"splits": [{"id": "nobody", "split": "train"}]}, "splits[0].id: expected the id of a medium"),
        ({"reviews": [{"id": "m1", "state": "asleep"}]}, "reviews[0].state: expected one of new"),
    ],
)
def test_damage_is_named(tmp_path: Path, change: dict[str, object], expected: str) -> None:
    out = tmp_path / "all.json"
    written(a_project(), "native", out)
    out.write_text(json.dumps(json.loads(out.read_text(encoding="utf-8")) | change), encoding="utf-8")
    with pytest.raises(FormatError) as caught:
        read(out, "native")
    assert expected in str(caught.value)
    assert str(out) in str(caught.value)


@pytest.mark.parametrize(
    "text", ['{"version": NaN}', '{"version": 1e999, "format": "groundlabel"}', "", "{", "[" * 100_000]
)
def test_what_is_no_sound_json_is_refused(tmp_path: Path, text: str) -> None:
    place = tmp_path / "x.json"
    place.write_text(text, encoding="utf-8")
    with pytest.raises(FormatError, match=r"x\.json"):
        read(place, "native")


def test_a_path_that_leads_out_is_refused_with_its_records(tmp_path: Path) -> None:
    project = a_project()
    bad = replace(project, media=(replace(project.media[0], path="/etc/a.jpg"), *project.media[1:]), changes=())
    written(bad, "native", tmp_path / "x.json")
    batch = find_format("native").read(tmp_path / "x.json", ReadOptions())
    assert [item.id for item in batch.contents.media] == ["m2", "m3"]
    assert {found.media_id for found in batch.contents.annotations} == {"m2"}
    assert "leads out" in batch.report.skipped[0].what
