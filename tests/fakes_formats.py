"""What tests of the exchange formats share: small projects as plain contents, pictures on the disk, comparing."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from PIL import Image

from core.formats import Contents, ReadOptions, WriteOptions, find_format
from core.jobs import Report
from core.schema import (
    Annotation,
    Answer,
    Attribute,
    Box,
    Change,
    Label,
    MediaItem,
    Phrase,
    Proposal,
    Query,
    Rating,
    Region,
    Review,
    Segment,
    SplitMark,
    Track,
    Verdict,
)

Facts = set[tuple[Any, ...]]


def picture(folder: Path, name: str, size_wh: tuple[int, int] = (64, 48), *, orientation: int = 1) -> Path:
    """A real picture on the disk; `orientation` is written as its EXIF value."""
    place = folder / name
    place.parent.mkdir(parents=True, exist_ok=True)
    image = Image.new("RGB", size_wh, (10, 120, 200))
    exif = Image.Exif()
    exif[0x0112] = orientation
    image.save(place, exif=exif)
    return place


def a_project() -> Contents:
    """Everything that a project may know, once."""
    image = MediaItem("m1", "image", "数据/é ü/a.jpg", width=640, height=480, content_hash="ff", warnings=("short",))
    clip = MediaItem("m2", "video", "b.mp4", width=320, height=240, duration_s=12.5, fps=29.97)
    other = MediaItem("m3", "image", "c.png", width=100, height=300, orientation=6, raw_width=300, raw_height=100)
    cat, dog = Label("l1", "cat", 0, "#0072b2"), Label("l2", "犬", 4)
    query = Query("q1", "m1", "the cat", author="Ann", asked_at="2026-01-01T00:00:00+00:00")
    proposal = Proposal("p1", "q1", Box(1.5, 2.25, 30, 40), 0.75, "mini-ab")
    answer = Answer(query, (proposal,), True, "[0.1, 0.2, 0.3, 0.4]", "mini-ab", 0.9, None, ("[x]",), (), 0.25)
    drawn = Annotation(
        "a1", "m1", "l1", ("the cat", "left one"), Box(0, 0, 10.5, 480), "drawn", None, (("pose", "left"),)
    )
    taken = Annotation("a2", "m1", "l1", ("the cat",), Box(1.5, 2.25, 30, 40), "accepted", "p1")
    span = Annotation("a3", "m2", "l2", ("犬が走る",), Segment(0.5, 3.75), "drawn")
    track = Annotation("a4", "m2", "l2", (), Track((Box(1, 2, 3, 4, 0.0), Box(2, 3, 4, 5, 1.0))), "drawn")
    verdicts = (
        Verdict("v1", "m1", "a dog", "not_present"),
        Verdict("v2", "m1", "the cat", "rejected", "p9", Box(5, 5, 6, 6)),
        Verdict("v3", "m3", "a bird", "rejected", None, Box(1, 1, 9, 9)),
    )
    change = Change("Draw", (), (cat, dog, drawn), "Ann", "c1", "2026-01-01T00:00:01+00:00", None, "b1")
    return Contents(
        media=(image, clip, other),
        labels=(cat, dog),
        phrases=(Phrase("f1", "the cat", "l1"), Phrase("f2", "a dog", "l2")),
        annotations=(drawn, taken, span, track),
        verdicts=verdicts,
        reviews=(Review("m1", "done"),),
        splits=(SplitMark("m1", "train"), SplitMark("m3", "val")),
        answers=(answer,),
        changes=(change,),
        ratings=(Rating("g1", "m1", "down", "Where is the dog?", "There: [1.0, 2.0, 3.0, 4.0]", "mini@1", ("q1",)),),
        attributes=(
            Attribute("t1", "pose", "choice", ("left", "right"), default="left"),
            Attribute("t2", "speed", "number", (), 0.0, 3.5, label_ids=("l2",)),
        ),
    )


def boxes_in(size_wh: tuple[int, int], boxes: Sequence[Region], name: str = "a.jpg") -> Contents:
    """A project of one picture with these regions, all called "thing"."""
    label = Label("l1", "thing", 0)
    item = MediaItem("m1", "image", name, width=size_wh[0], height=size_wh[1])
    found = [Annotation(f"a{n}", "m1", "l1", ("thing",), box, "imported") for n, box in enumerate(boxes)]
    return Contents(media=(item,), labels=(label,), phrases=(Phrase("f1", "thing", "l1"),), annotations=tuple(found))


def written(contents: Contents, format_id: str, out: Path) -> Report:
    """Write contents in a format."""
    return find_format(format_id).write(contents, out, WriteOptions())


def read(source: Path, format_id: str, **options: Any) -> Contents:
    """Read a file in a format."""
    return find_format(format_id).read(source, ReadOptions(**options)).contents


def regions(contents: Any) -> list[tuple[Any, ...]]:
    """Every region with its medium's name, label and expressions: ids and order do not matter."""
    names = {item.id: item.path for item in contents.media}
    labels = {label.id: label.name for label in contents.labels}
    return sorted(
        (names[a.media_id], labels[a.label_id], tuple(sorted(a.expressions)), repr(_floats(a.region)))
        for a in contents.annotations
    )


def _floats(region: Region) -> Region:
    """Whole numbers may come back as int or float: the same number."""
    if isinstance(region, Box):
        return Box(float(region.x1), float(region.y1), float(region.x2), float(region.y2), region.at_s)
    return Segment(float(region.start_s), float(region.end_s)) if isinstance(region, Segment) else region


def absences(contents: Any) -> Facts:
    """Every "not present" with its medium's name."""
    names = {item.id: item.path for item in contents.media}
    return {(names[v.media_id], v.expression) for v in contents.verdicts if v.kind == "not_present"}


def rejections(contents: Any) -> Facts:
    """Every rejection with its medium's name and region."""
    names = {item.id: item.path for item in contents.media}
    return {(names[v.media_id], v.expression, v.region) for v in contents.verdicts if v.kind == "rejected"}
