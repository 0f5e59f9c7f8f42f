"""COCO: boxes of each category of a picture, or captions, from the annotation files of 2017 and 2014."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from core.datasets.model import Dataset, Licence, Row, Variant
from core.datasets.rows import Place, box_row, talk_row
from core.datasets.source import Source
from core.datasets.streaming import list_members
from core.datasets.values import coco_box, id_in, size_in, text_in
from core.formats.text_files import as_object
from core.geometry import BoxXYXY


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture that COCO names."""

    file_name: str
    size_wh: tuple[int, int]


def rows(source: Source) -> Iterator[Row]:
    """The rows of a variant; the file is read twice, because categories and pictures may stand behind annotations."""
    file = source.file(source.variant.files[0])
    return _captions(source, file) if source.variant.name == "captions" else _boxes(source, file)


def pictures_in(file: Path) -> dict[str, Picture]:
    """Every picture of a COCO file by its id."""
    return dict(_picture(value, file, where) for _, where, value in list_members(file, "images"))


def _picture(value: object, file: Path, where: str) -> tuple[str, Picture]:
    entry = as_object(value, file, where)
    name = text_in(entry, "file_name", file, where)
    return id_in(entry.get("id"), file, f"{where}.id"), Picture(name, size_in(entry, file, where))


def _pictures_and_names(file: Path) -> tuple[dict[str, Picture], dict[str, str]]:
    """Pictures and names of categories by their ids, in one reading."""
    pictures: dict[str, Picture] = {}
    names: dict[str, str] = {}
    for key, where, value in list_members(file, "images", "categories"):
        if key == "images":
            image_id, picture = _picture(value, file, where)
            pictures[image_id] = picture
        else:
            entry = as_object(value, file, where)
            names[id_in(entry.get("id"), file, where)] = text_in(entry, "name", file, where)
    return pictures, names


def _captions(source: Source, file: Path) -> Iterator[Row]:
    pictures = pictures_in(file)
    for _, where, value in list_members(file, "annotations"):
        entry = as_object(value, file, where)
        picture = pictures.get(id_in(entry.get("image_id"), file, f"{where}.image_id"))
        if picture is None:
            source.skip("the picture of a caption is not in the file", f"{file}, {where}")
            continue
        medium = source.medium(picture.file_name)
        if medium is None:
            continue
        place = Place(f"coco-{id_in(entry.get('id'), file, where)}", medium, "image", f"{file}, {where}")
        question = source.words.choose("describe_picture", place.id)
        row = talk_row(source, place, [(question, text_in(entry, "caption", file, where))])
        if row is not None:
            yield row


def _boxes(source: Source, file: Path) -> Iterator[Row]:
    pictures, names = _pictures_and_names(file)
    # Boxes of a picture are spread over the file: they are gathered, about 100 bytes each, before a row is made.
    gathered: dict[str, dict[str, list[BoxXYXY]]] = defaultdict(lambda: defaultdict(list))
    for _, where, value in list_members(file, "annotations"):
        entry = as_object(value, file, where)
        image_id, category = (id_in(entry.get(key), file, f"{where}.{key}") for key in ("image_id", "category_id"))
        if image_id not in pictures or category not in names:
            source.skip("the picture or category of a box is not in the file", f"{file}, {where}")
        elif entry.get("iscrowd"):
            source.count("crowds are left out")
        else:
            gathered[image_id][category].append(coco_box(entry.get("bbox"), file, f"{where}.bbox"))
    for image_id, picture in pictures.items():
        by_category = gathered.get(image_id, {})
        if not by_category:
            continue
        medium = source.medium(picture.file_name, rows=len(by_category))
        if medium is None:
            continue
        for category, boxes in by_category.items():
            place = Place(f"coco-{image_id}-{category}", medium, "image", f"{file}, image {image_id}")
            row = box_row(source, place, names[category], boxes, picture.size_wh, task="find_boxes")
            if row is not None:
                yield row


_MEDIA = ("{split}2017", "coco/{split}2017", "images/{split}2017", "{split}2014", "coco/{split}2014")
DATASET = Dataset(
    name="coco",
    title="COCO",
    origin="https://cocodataset.org/#download",
    licence=Licence(
        "CC BY 4.0 (annotations)",
        "https://cocodataset.org/#termsofuse",
        checked=False,
        note="pictures: Flickr's terms of use, a licence for each stands in the file",
    ),
    variants=(
        Variant(
            "boxes",
            "all boxes of a category in a picture; crowds are left out",
            2,
            False,
            ("annotations/instances_{split}2017.json or annotations/instances_{split}2014.json",),
            _MEDIA,
            "refer.py of lichengunc/refer and pycocotools, which read it: images[id, file_name, width, height], "
            "categories[id, name], annotations[image_id, category_id, bbox as x, y, w, h, iscrowd]",
        ),
        Variant(
            "captions",
            "one caption of a picture",
            3,
            False,
            ("annotations/captions_{split}2017.json or annotations/captions_{split}2014.json",),
            _MEDIA,
            "public code that reads it (make_annotations.py of simonlight/arctic-with-extraction): "
            "annotations[id, image_id, caption]; images as in the other variant",
        ),
    ),
    splits={"train": "train", "val": "val"},
    rows=rows,
)
