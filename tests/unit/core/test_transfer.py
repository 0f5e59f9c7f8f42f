"""Import, export and convert on real projects: media found, one Change, nothing half-imported, exit codes."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fakes_formats import a_project, absences, boxes_in, picture, read, regions, rejections, written

from core.commands import convert as convert_command
from core.commands import main
from core.errors import FormatError, UserError
from core.formats import Contents, ReadOptions
from core.media.locating import locate, search_folders
from core.project import Project, Snapshot
from core.schema import Box
from core.workflows.transfer import convert, export, import_file, read_options


def snapshot_of(path: Path) -> Snapshot:
    with Project.open(path, author="Ann", role="command") as project:
        return project.snapshot()


def coco_file(folder: Path, *names: str, boxes: tuple[list[float], ...] = ([1, 2, 10, 20],), **image: Any) -> Path:
    """A COCO file with the same boxes, called "cat", in each picture; "dog" is in none."""
    place = folder / "coco.json"
    size = {"width": 64, "height": 48} | image
    found = [(number, box) for number in range(len(names)) for box in boxes]
    document = {
        "images": [{"id": number, "file_name": name, **size} for number, name in enumerate(names)],
        "categories": [{"id": 2, "name": "cat"}, {"id": 7, "name": "dog"}],
        "annotations": [{"id": n, "image_id": i, "category_id": 2, "bbox": box} for n, (i, box) in enumerate(found)],
    }
    place.write_text(json.dumps(document), encoding="utf-8")
    return place


def import_here(source: Path, format_id: str, into: Path, **more: Any) -> Any:
    return import_file(source, format_id, into, author="Ann", **more)


def test_boxes_beyond_the_picture_are_reported(tmp_path: Path) -> None:
    picture(tmp_path, "a.jpg")  # 64 x 48
    source = coco_file(tmp_path, "a.jpg", boxes=([0, 0, 65, 48], [0, 0, 1e6, 1e6], [-5, 0, 9, 9]))
    result = import_here(source, "coco", tmp_path / "p.groundlabel")
    assert [note.what for note in result.report.changed] == [
        "2 boxes reach beyond their pictures, and are taken as written"
    ]
    assert result.report.written == 3


def test_a_line_that_is_no_text_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"filename,class,xmin,ymin,xmax,ymax\na.jpg,c\xe9t,1,2,3,4\n")
    with pytest.raises(FormatError, match=r"a\.csv, line 2: expected text in UTF-8"):
        read(tmp_path / "a.csv", "csv")


def test_an_import_is_one_change_that_can_be_undone(tmp_path: Path) -> None:
    picture(tmp_path / "images", "a.jpg")
    picture(tmp_path / "images", "b.jpg")
    into = tmp_path / "p.groundlabel"
    result = import_here(coco_file(tmp_path, "a.jpg", "b.jpg"), "coco", into, split="train")
    assert (result.report.read, result.report.written, result.report.exit_code) == (2, 2, 0)
    found = snapshot_of(into)
    assert [change.batch is not None for change in found.changes] == [True]
    assert [item.path for item in found.media] == ["images/a.jpg", "images/b.jpg"]
    assert {found.media[0].width, found.media[0].content_hash is None} == {64, False}
    assert [(label.name, label.number) for label in found.labels] == [("cat", 1), ("dog", 6)]
    assert all(label.colour for label in found.labels)
    assert absences(found) == {("images/a.jpg", "dog"), ("images/b.jpg", "dog")}
    assert {mark.split for mark in found.splits} == {"train"}
    with Project.open(into, author="Ann") as project:
        assert project.undo() is not None
        assert (project.annotations(), project.media()) == ([], [])
        assert project.redo() is not None
        assert len(project.annotations()) == 2


def test_the_same_import_twice_adds_nothing(tmp_path: Path) -> None:
    picture(tmp_path, "a.jpg")
    source, into = coco_file(tmp_path, "a.jpg", boxes=([1, 2, 3, 4], [1, 2, 3, 4])), tmp_path / "p.groundlabel"
    import_here(source, "coco", into)
    before = snapshot_of(into)
    assert len(before.annotations) == 2  # two equal boxes in the file are two
    result = import_here(source, "coco", into)
    assert result.change is None
    assert snapshot_of(into) == before
    assert any("already" in note.what for note in result.report.changed)


def test_an_import_joins_what_is_there(tmp_path: Path) -> None:
    picture(tmp_path, "a.jpg")
    into = tmp_path / "p.groundlabel"
    import_here(coco_file(tmp_path, "a.jpg", boxes=()), "coco", into, split="val")
    assert absences(snapshot_of(into)) == {("a.jpg", "cat"), ("a.jpg", "dog")}
    result = import_here(coco_file(tmp_path, "a.jpg"), "coco", into, split="train")
    found = snapshot_of(into)
    assert absences(found) == {("a.jpg", "dog")}  # what is there cannot be "not present"
    assert (len(found.labels), len(found.media)) == (2, 1)
    assert [mark.split for mark in found.splits] == ["val"]  # once and for all
    assert any("keeps its split" in note.what for note in result.report.changed)


def test_a_failed_import_leaves_nothing(tmp_path: Path) -> None:
    into = tmp_path / "p.groundlabel"
    with pytest.raises(UserError, match="None of the 1 media"):
        import_here(coco_file(tmp_path, "gone.jpg"), "coco", into)
    picture(tmp_path, "gone.jpg")
    with pytest.raises(FormatError):
        import_here(coco_file(tmp_path, "gone.jpg", boxes=([1, 2, 3],)), "coco", into)
    assert not list(tmp_path.glob("p.groundlabel*"))


def test_missing_and_broken_media_are_listed_and_left_out(tmp_path: Path) -> None:
    picture(tmp_path, "a.jpg")
    (tmp_path / "text.jpg").write_text("no picture", encoding="utf-8")
    source = coco_file(tmp_path, "a.jpg", "gone.jpg", "text.jpg", "../a.jpg")
    result = import_here(source, "coco", tmp_path / "p.groundlabel")
    assert result.report.exit_code == 3
    assert set(result.missing) == {"gone.jpg", "text.jpg"}
    assert len(result.report.skipped) == 3
    assert [item.path for item in result.media] == ["a.jpg"]
    assert len(snapshot_of(tmp_path / "p.groundlabel").annotations) == 1


def test_boxes_of_a_stored_picture_turn_with_it(tmp_path: Path) -> None:
    picture(tmp_path, "a.jpg", (64, 48), orientation=6)  # upright it is 48 wide and 64 high
    result = import_here(coco_file(tmp_path, "a.jpg"), "coco", tmp_path / "p.groundlabel")
    (found,) = snapshot_of(tmp_path / "p.groundlabel").annotations
    assert found.region == Box(26, 1, 46, 11)
    assert any("EXIF" in note.what for note in result.report.changed)
    other = tmp_path / "other"
    other.mkdir()
    picture(other, "a.jpg", (64, 48), orientation=6)
    upright = import_here(coco_file(other, "a.jpg", width=48, height=64), "coco", other / "p.groundlabel")
    assert snapshot_of(other / "p.groundlabel").annotations[0].region == Box(1, 2, 11, 22)
    assert upright.report.changed == []


def test_media_are_looked_for_where_people_keep_them(tmp_path: Path) -> None:
    places = ("beside/a.jpg", "beside/images/b.jpg", "beside/JPEGImages/c.jpg", "media/d.jpg", "media/x/e.jpg", "f.JPG")
    for name in places:
        picture(tmp_path, name)
    picture(tmp_path, "media/same.jpg")
    names = ["a.jpg", "b.jpg", "c.jpg", "d.jpg", "deep/x/e.jpg", "f.png", "one/same.jpg", "two/same.jpg"]
    source = tmp_path / "beside" / "coco.json"
    source.write_text("{}", encoding="utf-8")
    found = locate(names, search_folders(source, tmp_path / "media"))
    assert {name: place.relative_to(tmp_path).as_posix() for name, place in found.items()} == {
        "a.jpg": "beside/a.jpg",
        "b.jpg": "beside/images/b.jpg",
        "c.jpg": "beside/JPEGImages/c.jpg",
        "d.jpg": "media/d.jpg",
        "deep/x/e.jpg": "media/x/e.jpg",
        "f.png": "f.JPG",
        "one/same.jpg": "media/same.jpg",  # and no file is given to two names
    }


def test_native_into_an_empty_project_equals_it(tmp_path: Path) -> None:
    project = a_project()
    for item in project.media:
        if item.kind == "image":
            picture(tmp_path, item.path)
    written(project, "native", tmp_path / "all.json")
    result = import_here(tmp_path / "all.json", "native", tmp_path / "p.groundlabel")
    found = snapshot_of(tmp_path / "p.groundlabel")
    for part in ("media", "labels", "phrases", "annotations", "verdicts", "reviews", "splits", "answers"):
        assert getattr(found, part) == getattr(project, part), part
    assert result.missing == ("b.mp4",)  # it stays, to be relinked
    assert any("history" in note.what for note in result.report.changed)
    again = import_here(tmp_path / "all.json", "native", tmp_path / "p.groundlabel")
    assert again.change is None
    assert snapshot_of(tmp_path / "p.groundlabel") == found


@pytest.mark.parametrize("format_id", ["native", "coco", "voc", "groundinggpt"])
def test_project_to_files_to_project(tmp_path: Path, format_id: str) -> None:
    for name in ("a", "b"):
        picture(tmp_path, f"数据/é ü/{name}.jpg")
    names = ("数据/é ü/a.jpg", "数据/é ü/b.jpg")
    import_here(
        coco_file(tmp_path, *names, boxes=([0, 0, 64, 48], [0.1, 0.7, 1 / 3, 9])), "coco", tmp_path / "p.groundlabel"
    )
    before = snapshot_of(tmp_path / "p.groundlabel")
    out = tmp_path / ("out" if format_id == "voc" else "out.json")
    export(before, format_id, out)
    import_here(out, format_id, tmp_path / "q.groundlabel")
    after = snapshot_of(tmp_path / "q.groundlabel")
    assert regions(after) == regions(before)
    if format_id != "voc":  # a class that no file of a VOC folder names is not known to be absent
        assert absences(after) == absences(before)


def test_an_export_is_the_same_to_the_byte_and_can_be_one_split(tmp_path: Path) -> None:
    for name in ("a.jpg", "b.jpg"):
        picture(tmp_path, name)
    into = tmp_path / "p.groundlabel"
    import_here(coco_file(tmp_path, "a.jpg"), "coco", into, split="train")
    import_here(coco_file(tmp_path, "b.jpg"), "coco", into, split="val")
    for format_id in ("native", "coco", "groundinggpt"):
        for name in ("one", "two"):
            export(snapshot_of(into), format_id, tmp_path / name)
        assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()
    export(snapshot_of(into), "coco", tmp_path / "val.json", split="val")
    assert [item.path for item in read(tmp_path / "val.json", "coco").media] == ["b.jpg"]
    with pytest.raises(UserError, match="No medium"):
        export(snapshot_of(into), "coco", tmp_path / "none.json", split="test")


def test_rows_without_size_take_it_from_the_picture(tmp_path: Path) -> None:
    picture(tmp_path, "a.jpg", (200, 100))
    turns = [{"from": "human", "value": "<image>\ncat"}, {"from": "gpt", "value": "[0.000, 0.250, 0.500, 0.750]"}]
    (tmp_path / "rows.json").write_text(json.dumps([{"image": "a.jpg", "conversations": turns}]), encoding="utf-8")
    import_here(tmp_path / "rows.json", "groundinggpt", tmp_path / "p.groundlabel")
    assert snapshot_of(tmp_path / "p.groundlabel").annotations[0].region == Box(0, 0, 100, 100)
    convert(tmp_path / "rows.json", "groundinggpt", "coco", tmp_path / "coco.json")
    assert read(tmp_path / "coco.json", "coco").annotations[0].region == Box(0, 0, 100, 100)


def test_convert_needs_no_project_and_no_media(tmp_path: Path) -> None:
    contents = boxes_in((640, 480), [Box(1, 2, 3.25, 4), Box(0, 0, 640, 480)])
    written(contents, "native", tmp_path / "n.json")
    convert(tmp_path / "n.json", "native", "voc", tmp_path / "voc")
    convert(tmp_path / "voc", "voc", "coco", tmp_path / "c.json")
    convert(tmp_path / "c.json", "coco", "groundinggpt", tmp_path / "g.json")
    assert regions(read(tmp_path / "g.json", "groundinggpt")) == regions(contents)
    assert list(tmp_path.glob("*.groundlabel")) == []


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("map.json", '{"cat": "a cat", "dog": ["hound", "dog"]}'),
        ("map.csv", "class,expression\ncat,a cat\ndog,hound\ndog,dog\n"),
        ("map.tsv", "cat\ta cat\ndog\thound\ndog\tdog\n"),
    ],
)
def test_label_maps(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    options = read_options(label_map=tmp_path / name)
    assert dict(options.label_map) == {"cat": ("a cat",), "dog": ("hound", "dog")}


def test_a_label_map_that_is_none_names_its_line(tmp_path: Path) -> None:
    (tmp_path / "map.csv").write_text("cat,a cat\ndog\n", encoding="utf-8")
    with pytest.raises(FormatError, match=r"map\.csv, line 2: expected two columns"):
        read_options(label_map=tmp_path / "map.csv")


def test_work_of_people_goes_out_and_comes_back(tmp_path: Path) -> None:
    picture(tmp_path, "a.jpg")
    project = a_project()
    media = replace(project.media[0], path="a.jpg")
    kept = Contents(
        media=(media,),
        labels=project.labels,
        phrases=project.phrases,
        annotations=project.annotations[:2],
        verdicts=project.verdicts[:2],
        answers=project.answers,
    )
    written(kept, "native", tmp_path / "n.json")
    import_here(tmp_path / "n.json", "native", tmp_path / "p.groundlabel", options=ReadOptions())
    before = snapshot_of(tmp_path / "p.groundlabel")
    for format_id in ("coco", "groundinggpt"):
        export(before, format_id, tmp_path / f"{format_id}.json")
        import_here(tmp_path / f"{format_id}.json", format_id, tmp_path / f"{format_id}.groundlabel")
        after = snapshot_of(tmp_path / f"{format_id}.groundlabel")
        assert (absences(after), rejections(after)) == (absences(before), rejections(before))
        assert regions(after) == regions(before)


def test_names_on_the_list_that_are_nowhere_are_told(tmp_path: Path) -> None:
    picture(tmp_path, "a.jpg")
    source = coco_file(tmp_path, "a.jpg", "b.jpg")
    options = ReadOptions(names=frozenset(["a", "nobody"]))
    result = import_here(source, "coco", tmp_path / "p.groundlabel", options=options)
    assert [item.path for item in result.media] == ["a.jpg"]
    assert [note.where for note in result.report.skipped] == ["nobody"]
    with pytest.raises(UserError, match="None of the names on the list"):
        import_here(source, "coco", tmp_path / "q.groundlabel", options=ReadOptions(names=frozenset(["nobody"])))
    with pytest.raises(UserError, match="names no medium that can be used"):
        import_here(coco_file(tmp_path, "../a.jpg"), "coco", tmp_path / "q.groundlabel")
    assert not (tmp_path / "q.groundlabel").exists()


# --- the commands ------------------------------------------------------------------------------


def test_import_and_export_as_commands(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    picture(tmp_path, "a.jpg")
    source, into = coco_file(tmp_path, "a.jpg", "gone.jpg"), tmp_path / "p.groundlabel"
    (tmp_path / "map.json").write_text('{"cat": "the cat"}', encoding="utf-8")
    arguments = [
        "import",
        str(source),
        "--format",
        "coco",
        "--into",
        str(into),
        "--label-map",
        str(tmp_path / "map.json"),
    ]
    assert main([*arguments, "--json"]) == 3
    said = capsys.readouterr()
    report = json.loads(said.out)
    assert (report["media"], report["written"], report["missing"], said.err) == (1, 1, ["gone.jpg"], "")
    assert main(["export", str(into), "--format", "coco", "--out", str(tmp_path / "out.json"), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["written"] == 1
    document = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))
    assert document["annotations"][0]["attributes"]["expression"] == "the cat"
    assert [category["id"] for category in document["categories"]] == [2, 7]


@pytest.mark.parametrize(
    "arguments",
    [
        ["import", "nowhere.json", "--format", "coco", "--into", "p.groundlabel"],
        ["import", ".", "--format", "coco", "--into", "p.groundlabel"],
        ["import", "nowhere.json", "--format", "nonsense", "--into", "p.groundlabel"],
        ["export", "nowhere.groundlabel", "--format", "coco", "--out", "x.json"],
    ],
)
def test_user_errors_are_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(arguments) == 1
    said = capsys.readouterr()
    assert (said.out, said.err.count("\n")) == ("", 1)
    assert said.err.startswith("GroundLabel: ")
    assert list(tmp_path.iterdir()) == []


def test_an_export_never_overwrites_its_project(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    picture(tmp_path, "a.jpg")
    into = tmp_path / "p.groundlabel"
    import_here(coco_file(tmp_path, "a.jpg"), "coco", into)
    assert main(["export", str(into), "--format", "native", "--out", str(into)]) == 1
    assert "is the project itself" in capsys.readouterr().err
    assert len(snapshot_of(into).annotations) == 1


def test_convert_as_a_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    import argparse

    parser = argparse.ArgumentParser()
    convert_command.add_arguments(parser)
    source = coco_file(tmp_path, "a.jpg")
    arguments = [str(source), "--from", "coco", "--to", "voc", "--out", str(tmp_path / "voc"), "--json"]
    assert convert_command.run(parser.parse_args(arguments)) == 0
    assert json.loads(capsys.readouterr().out)["written"] == 1
    assert (tmp_path / "voc" / "a.xml").is_file()


def test_ratings_are_held_by_the_native_format_and_reported_by_others(tmp_path: Path) -> None:
    rated = replace(a_project(), changes=())
    written(rated, "native", tmp_path / "all.json")
    into = tmp_path / "p.groundlabel"
    import_here(tmp_path / "all.json", "native", into)
    import_here(tmp_path / "all.json", "native", into)
    assert snapshot_of(into).ratings == rated.ratings
    lost = "the rating of one answer is not held"
    assert lost not in [note.what for note in export(snapshot_of(into), "native", tmp_path / "n.json").changed]
    assert lost in [note.what for note in export(snapshot_of(into), "coco", tmp_path / "c.json").changed]
    picture(tmp_path, "a.jpg")
    assert lost in [note.what for note in convert(tmp_path / "all.json", "native", "coco", tmp_path / "d.json").changed]
