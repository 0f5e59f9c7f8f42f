"""Flickr30K Entities: captions whose phrases have boxes, as a conversation about them or as one grounded caption."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from core.datasets.media import Medium
from core.datasets.model import Dataset, Licence, Row, Variant
from core.datasets.rows import Place, joined, talk_row, usable_boxes
from core.datasets.source import Source
from core.datasets.streaming import text_lines
from core.formats.text_files import malformed
from core.formats.xml_files import number_in, parse_xml, whole_in
from core.geometry import BoxXYXY

_PHRASE = re.compile(r"\[/EN#(\d+)((?:/[^\s/\]]+)+)\s+([^\]]+)\]")


@dataclass(frozen=True, slots=True)
class _Boxes:
    size_wh: tuple[int, int]
    by_chain: dict[str, list[BoxXYXY]]


def rows(source: Source) -> Iterator[Row]:
    """A row for each caption that has a phrase with a box."""
    listed = source.file(source.variant.files[0])
    sentences, annotations = source.file("Sentences"), source.file("Annotations")
    for _, image_id in text_lines(listed):
        captions = sentences / f"{image_id}.txt"
        if not captions.is_file():
            source.skip("there are no captions", f"{listed}, {image_id}")
            continue
        lines = list(text_lines(captions))
        medium = source.medium(f"{image_id}.jpg", rows=len(lines))
        if medium is None:
            continue
        boxes = _boxes_in(source, medium, annotations / f"{image_id}.xml")
        for number, line in lines:
            place = Place(f"flickr30k-{image_id}-{number}", medium, "image", f"{captions}, line {number}")
            row = _row(source, place, line, boxes)
            if row is not None:
                yield row


def _row(source: Source, place: Place, line: str, boxes: _Boxes) -> Row | None:
    good = boxes.by_chain
    phrases = [(found.group(1), _inside(found.group(3).strip(), found.start())) for found in _PHRASE.finditer(line)]
    grounded = [(phrase, good[chain]) for chain, phrase in phrases if good.get(chain)]
    if not grounded:
        source.count("captions without a phrase that has a box are left out")
        return None
    if source.variant.name == "conversation":
        turns = [
            (source.words.choose("find_box", f"{place.id}-{index}", phrase), joined(found, boxes.size_wh))
            for index, (phrase, found) in enumerate(dict(grounded).items())
        ]
        return talk_row(source, place, turns)

    def with_boxes(found: re.Match[str]) -> str:
        own = good.get(found.group(1))
        return f"{found.group(3).strip()} {joined(own, boxes.size_wh)}" if own else found.group(3).strip()

    question = source.words.choose("describe_picture_boxes", place.id)
    return talk_row(source, place, [(question, _PHRASE.sub(with_boxes, line))])


def _inside(phrase: str, at: int) -> str:
    """A phrase as it stands inside a sentence: what begins a caption loses its capital."""
    return phrase[:1].lower() + phrase[1:] if at == 0 and phrase[1:2].islower() else phrase


def _boxes_in(source: Source, medium: Medium, file: Path) -> _Boxes:
    """Boxes by chain. Corners count from 1 in the files; the dataset's own reader takes 1 off all four."""
    root = parse_xml(file, "annotation")
    size = (
        whole_in(root.findtext("size/width"), file, "width"),
        whole_in(root.findtext("size/height"), file, "height"),
    )
    if min(size) <= 0:
        raise malformed(file, "size", "a size in pixels", size)
    found: dict[str, list[BoxXYXY]] = defaultdict(list)
    for index, thing in enumerate(root.iterfind("object"), start=1):
        corners = thing.find("bndbox")
        if corners is None:  # the whole scene, or nothing that can be seen
            continue
        where = f"object {index}"
        x1, y1, x2, y2 = (
            number_in(corners.findtext(key), file, f"{where}, {key}") - 1 for key in ("xmin", "ymin", "xmax", "ymax")
        )
        for name in thing.iterfind("name"):
            found[(name.text or "").strip()].append((x1, y1, x2, y2))
    placed = {chain: usable_boxes(source, medium, boxes, size) for chain, boxes in found.items()}
    real = next((one.size_wh for one in placed.values()), size)
    return _Boxes(real, {chain: one.boxes_xyxy for chain, one in placed.items()})


_FILES = ("{split}.txt", "Sentences", "Annotations")
_MEDIA = ("flickr30k-images", "flickr30k_images", "images")
_SAID = (
    "README.md and flickr30k_entities_utils.py of BryanPlummer/flickr30k_entities: [/EN#chain/type words], "
    "object[name, bndbox | nobndbox, scene], train.txt, val.txt, test.txt"
)
DATASET = Dataset(
    name="flickr30k-entities",
    title="Flickr30K Entities",
    origin="https://github.com/BryanPlummer/flickr30k_entities",
    licence=Licence(
        "non-commercial research and education; Flickr's terms of use (pictures)",
        "https://github.com/BryanPlummer/flickr30k_entities",
        checked=True,
        note="pictures are asked for at the page of Flickr30K",
    ),
    variants=(
        Variant("conversation", "one turn for each phrase of a caption", 3, True, _FILES, _MEDIA, _SAID),
        Variant("detail", "a caption with the boxes behind its phrases", 3, True, _FILES, _MEDIA, _SAID),
    ),
    splits={"train": "train", "val": "val", "test": "test"},
    rows=rows,
)
