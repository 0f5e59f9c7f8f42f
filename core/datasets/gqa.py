"""GQA: questions with short or whole-sentence answers, or the boxes of its scene graphs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from core.datasets.model import Dataset, Licence, Row, Variant
from core.datasets.rows import Place, box_row, talk_row
from core.datasets.source import Source
from core.datasets.streaming import object_members
from core.datasets.values import box_in, id_in, size_in, text_in
from core.formats.text_files import as_object
from core.geometry import BoxXYXY


def rows(source: Source) -> Iterator[Row]:
    """The rows of a variant, question by question or picture by picture."""
    file = source.file(source.variant.files[0])
    return _boxes(source, file) if source.variant.name == "boxes" else _questions(source, file)


def _questions(source: Source, file: Path) -> Iterator[Row]:
    task, answer = ("full_answer", "fullAnswer") if source.variant.name == "sentences" else ("short_answer", "answer")
    for key, value in object_members(file):
        entry = as_object(value, file, repr(key))
        medium = source.medium(f"{id_in(entry.get('imageId'), file, f'{key!r}.imageId')}.jpg")
        if medium is None:
            continue
        place = Place(f"gqa-{key}", medium, "image", f"{file}, {key!r}")
        question = source.words.choose(task, place.id, text_in(entry, "question", file, repr(key)))
        row = talk_row(source, place, [(question, text_in(entry, answer, file, repr(key)))])
        if row is not None:
            yield row


def _boxes(source: Source, file: Path) -> Iterator[Row]:
    for image_id, value in object_members(file):
        entry = as_object(value, file, repr(image_id))
        size = size_in(entry, file, repr(image_id))
        by_name: dict[str, list[BoxXYXY]] = defaultdict(list)
        for key, thing in as_object(entry.get("objects"), file, f"{image_id!r}.objects").items():
            where = f"{image_id!r}.objects.{key}"
            found = as_object(thing, file, where)
            by_name[text_in(found, "name", file, where)].append(box_in(found, file, where, keys=("w", "h")))
        medium = source.medium(f"{image_id}.jpg", rows=len(by_name)) if by_name else None
        if medium is None:
            continue
        for name, boxes in by_name.items():
            place = Place(f"gqa-{image_id}-{name}", medium, "image", f"{file}, {image_id!r}")
            row = box_row(source, place, name, boxes, size, task="find_boxes")
            if row is not None:
                yield row


_QUESTIONS = (
    "{split}_balanced_questions.json or questions/{split}_balanced_questions.json "
    "or questions1.2/{split}_balanced_questions.json"
)
_SAID = "public code that reads it: {id: {imageId, question, answer, fullAnswer}}; images/ID.jpg"
DATASET = Dataset(
    name="gqa",
    title="GQA",
    origin="https://cs.stanford.edu/people/dorarad/gqa/download.html",
    licence=Licence(
        "CC BY 4.0",
        "https://cs.stanford.edu/people/dorarad/gqa/about.html",
        checked=False,
        note="pictures come from Visual Genome: COCO and YFCC100M",
    ),
    variants=(
        Variant(
            "questions",
            "balanced questions with short answers",
            3,
            False,
            (_QUESTIONS,),
            ("images", "gqa/images"),
            _SAID,
        ),
        Variant(
            "sentences",
            "the same questions, answered in whole sentences",
            3,
            False,
            (_QUESTIONS,),
            ("images", "gqa/images"),
            _SAID,
        ),
        Variant(
            "boxes",
            "all boxes of a name in a picture's scene graph",
            2,
            False,
            ("{split}_sceneGraphs.json or sceneGraphs/{split}_sceneGraphs.json",),
            ("images", "gqa/images"),
            "public code that reads it: {image: {width, height, objects: {id: {name}}}}; x, y, w, h of an object are "
            "as GQA's page is remembered",
            confirmed=False,
        ),
    ),
    splits={"train": "train", "val": "val"},
    rows=rows,
)
