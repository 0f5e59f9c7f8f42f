"""Files that mean harm, for every format: names that lead out of the folder, XML bombs, JSON without a bottom."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from pathlib import Path, PurePosixPath

import pytest

from core.errors import FormatError, UserError
from core.formats import Contents, ReadOptions, WriteOptions, find_format, format_ids
from core.formats.frames import steady
from core.schema import Annotation, Box, Label, MediaItem, Phrase, Segment, Track

XML_IDS = ("voc", "cvat-images", "cvat-video", "eaf")
NAMED_BY_FILE = ("yolo", "webvtt", "srt", "audacity", "textgrid")  # a medium is called like its text
NAMES = ("../../x.jpg", "/etc/x.jpg", "C:\\x.jpg", "\\\\host\\share\\x.jpg", "a/../../x.jpg", "c:x.jpg")
LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
BOMBS = {
    "entities in entities": f'<!DOCTYPE a [<!ENTITY l0 "ha">{LAUGHS}]>',
    "an external file": '<!DOCTYPE a [<!ENTITY l11 SYSTEM "file:///etc/passwd">]>',
    "an external table": '<!DOCTYPE a [<!ENTITY % t SYSTEM "http://127.0.0.1:9/t.dtd"> %t; <!ENTITY l11 "x">]>',
}


def _contents() -> Contents:
    """Each kind of medium with each kind of region."""
    media = (
        MediaItem("p", "image", "theplace.jpg", width=64, height=48),
        MediaItem("v", "video", "theplace.mp4", width=64, height=48, duration_s=9.0, fps=25.0),
        MediaItem("s", "audio", "theplace.wav", duration_s=9.0),
    )
    track = Track((Box(1, 2, 30, 40, at_s=1.0), Box(11, 12, 40, 44, at_s=2.0)))
    regions = (("p", Box(1, 2, 30, 40)), ("v", track), ("v", Segment(1, 2)), ("s", Segment(3, 4)))
    return Contents(
        media=media,
        labels=(Label("l", "dog", 0),),
        phrases=(Phrase("h", "a dog", "l"),),
        annotations=tuple(
            Annotation(f"a{n}", medium, "l", ("a dog",), region, "drawn") for n, (medium, region) in enumerate(regions)
        ),
    )


def _written(format_id: str, folder: Path) -> Path:
    suffix = {"csv": ".csv", "tsv": ".tsv", "charades-sta": ".txt", "cvat-images": ".xml"}.get(format_id, ".json")
    out = folder / f"out{'' if format_id in XML_IDS and format_id != 'cvat-images' else suffix}"
    find_format(format_id).write(_contents(), out, WriteOptions(clock=lambda item: steady(item.fps, item.duration_s)))
    return out


def _files(source: Path) -> list[Path]:
    return [source] if source.is_file() else sorted(place for place in source.rglob("*") if place.is_file())


def _spelled(name: str, place: Path) -> str:
    return json.dumps(name)[1:-1] if place.suffix in (".json", ".jsonl") or place.name.endswith(".json") else name


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("format_id", [one for one in format_ids() if one not in NAMED_BY_FILE])
def test_no_name_leads_out_of_the_folder(format_id: str, name: str, tmp_path: Path) -> None:
    source = _written(format_id, tmp_path)
    changed = 0
    for place in _files(source):
        if place.suffix == ".p":
            continue
        text = place.read_text(encoding="utf-8")
        for kind in ("jpg", "mp4", "wav"):
            text = text.replace(f"theplace.{kind}", _spelled(name.replace("jpg", kind), place))
        text = text.replace("theplace", _spelled(name.removesuffix(".jpg"), place))
        changed += text != place.read_text(encoding="utf-8")
        place.write_text(text, encoding="utf-8")
    assert changed > 0
    try:
        batch = find_format(format_id).read(source, ReadOptions())
    except UserError as error:
        assert str(error)
        return
    for item in batch.contents.media:
        path = PurePosixPath(item.path)
        assert not path.is_absolute() and ".." not in path.parts and "\\" not in item.path and ":" not in item.path
    # native makes names of its own inside the folder; Label Studio's count from the folder that it serves
    assert batch.report.skipped or format_id == "native" or (format_id == "label-studio" and name[0] == "/")


@pytest.mark.parametrize("place", ["/", "/etc", "../../..", "C:\\"])
def test_a_yolo_dataset_is_not_looked_for_elsewhere(place: str, tmp_path: Path) -> None:
    root = tmp_path / "a" / "dataset"
    (root / "labels").mkdir(parents=True)
    (root / "labels" / "one.txt").write_text("0 0.5 0.5 0.5 0.5\n", encoding="utf-8")
    (root / "data.yaml").write_text(json.dumps({"names": ["dog"], "path": place, "train": place}), encoding="utf-8")
    batch = find_format("yolo").read(root, ReadOptions())
    assert [item.path for item in batch.contents.media] == ["one"]


@pytest.mark.parametrize("bomb", BOMBS.values(), ids=BOMBS)
@pytest.mark.parametrize("format_id", XML_IDS)
def test_entities_are_refused(format_id: str, bomb: str, tmp_path: Path) -> None:
    source = _written(format_id, tmp_path)
    for place in _files(source):
        head, mark, rest = place.read_text(encoding="utf-8").rpartition("?>")
        place.write_text(head + mark + bomb + rest.replace("theplace", "&l11;").replace("dog", "&l11;"), "utf-8")
    with pytest.raises(FormatError, match="without entities"):
        find_format(format_id).read(source, ReadOptions())


@pytest.mark.parametrize("opening", ["[", '{"a":', '{"annotations":['])
@pytest.mark.parametrize("format_id", format_ids())
def test_a_nest_without_a_bottom_is_refused(format_id: str, opening: str, tmp_path: Path) -> None:
    source = _written(format_id, tmp_path)
    texts = [place for place in _files(source) if place.suffix in (".json", ".jsonl")]
    for place in texts:
        place.write_text(opening * 100_000, encoding="utf-8")
    if texts:
        with pytest.raises(UserError):
            find_format(format_id).read(source, ReadOptions())
    else:
        assert find_format(format_id).read(source, ReadOptions()).contents.media


def test_a_name_that_no_system_takes_is_no_crash(tmp_path: Path) -> None:
    (tmp_path / "data.yaml").write_text("names: [dog]\ntrain: train.txt\n", encoding="utf-8")
    (tmp_path / "train.txt").write_text("é" * 3000 + ".jpg\n./\n", encoding="utf-8")
    batch = find_format("yolo").read(tmp_path, ReadOptions())
    assert len(batch.contents.annotations) == 0


@pytest.mark.parametrize("format_id", ["voc", "labelme", "yolo", "srt", "eaf", "textgrid", "mot", "cvat-video"])
def test_an_export_into_an_older_one_takes_away_what_is_no_longer_true(format_id: str, tmp_path: Path) -> None:
    def project(*names: str) -> Contents:
        whole = _contents()
        media = [
            replace(item, id=f"{item.id}{name}", path=f"{name}/{item.path}") for name in names for item in whole.media
        ]
        said = [
            replace(one, id=f"{one.id}{n}", media_id=f"{one.media_id}{n}") for n in names for one in whole.annotations
        ]
        return replace(whole, media=tuple(media), annotations=tuple(said))

    exchange = find_format(format_id)
    options = WriteOptions(clock=lambda item: steady(item.fps, item.duration_s))
    out, fresh = tmp_path / "out", tmp_path / "fresh"
    exchange.write(project("one", "two", "three"), out, options)
    gone = [place for place in _files(out) if "two" in place.relative_to(out).as_posix()]
    edited = [place for place in _files(out) if "three" in place.relative_to(out).as_posix()]
    assert gone and edited
    edited[0].write_text("by hand", encoding="utf-8")
    (out / "mine.xml").write_text("mine", encoding="utf-8")
    report = exchange.write(project("one"), out, options)
    exchange.write(project("one"), fresh, options)
    names = {place.relative_to(out).as_posix() for place in _files(out)}
    assert names == {place.relative_to(fresh).as_posix() for place in _files(fresh)} | {
        "mine.xml",
        edited[0].relative_to(out).as_posix(),
    }
    assert any("earlier export" in note.what and "removed" in note.what for note in report.changed)
    assert any("edited since" in note.what for note in report.changed)


@pytest.mark.parametrize("name", ["../outside.xml", "/etc/passwd"])
def test_a_list_of_files_removes_nothing_elsewhere(name: str, tmp_path: Path) -> None:
    outside = tmp_path / "outside.xml"
    outside.write_text("x", encoding="utf-8")
    out = tmp_path / "out"
    out.mkdir()
    digest = hashlib.sha256(b"x").hexdigest()
    (out / ".groundlabel-files").write_text(f"{digest}  {name}\n", encoding="utf-8")
    find_format("voc").write(_contents(), out, WriteOptions())
    assert outside.read_text(encoding="utf-8") == "x"


@pytest.mark.parametrize("digits", [12, 400, 5000])
def test_a_time_beyond_all_reckoning_is_refused(digits: int, tmp_path: Path) -> None:
    source = tmp_path / "a.vtt"
    source.write_text(f"WEBVTT\n\n00:01.000 --> {'9' * digits}:00:01.000\nhi\n", encoding="utf-8")
    with pytest.raises(FormatError, match="line 3"):
        find_format("webvtt").read(source, ReadOptions())
