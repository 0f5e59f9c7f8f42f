"""OCR-VQA: questions about book covers, and what is printed on them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath

from core.datasets.model import Dataset, Licence, Row, Variant
from core.datasets.rows import Place, talk_row
from core.datasets.source import Source
from core.datasets.streaming import object_members
from core.formats.text_files import as_list, as_object, as_text, malformed

_NUMBERS = {"train": 1, "val": 2, "test": 3}  # how dataset.json writes a book's split


def rows(source: Source) -> Iterator[Row]:
    """A row for each question of each cover of the split."""
    file = source.file(source.variant.files[0])
    for key, value in object_members(file):
        entry = as_object(value, file, repr(key))
        if entry.get("split") != _NUMBERS[source.split]:
            continue
        questions = as_list(entry.get("questions"), file, f"{key!r}.questions")
        answers = as_list(entry.get("answers"), file, f"{key!r}.answers")
        if len(questions) != len(answers):
            raise malformed(file, f"{key!r}.answers", f"{len(questions)} answers", answers)
        url = as_text(entry.get("imageURL"), file, f"{key!r}.imageURL")
        suffix = PurePosixPath(url.split("?")[0]).suffix or ".jpg"
        medium = source.medium(f"{key}{suffix}", any_of="image", rows=len(questions))
        if medium is None:
            continue
        for index, (question, answer) in enumerate(zip(questions, answers, strict=True)):
            where = f"{key!r}.questions[{index}]"
            place = Place(f"ocr-vqa-{key}-{index}", medium, "image", f"{file}, {where}")
            asked = source.words.choose("short_answer", place.id, as_text(question, file, where))
            row = talk_row(source, place, [(asked, as_text(answer, file, f"{key!r}.answers[{index}]"))])
            if row is not None:
                yield row


DATASET = Dataset(
    name="ocr-vqa",
    title="OCR-VQA",
    origin="https://ocr-vqa.github.io/",
    licence=Licence(
        "not stated on a page that was found; copies of it say Apache 2.0",
        "https://ocr-vqa.github.io/",
        checked=False,
        note="book covers keep the rights of their publishers",
    ),
    variants=(
        Variant(
            "questions",
            "questions about book covers with short answers",
            3,
            False,
            ("dataset.json",),
            ("images", "ocr_vqa/images"),
            "mmpretrain/datasets/ocr_vqa.py of open-mmlab/mmpretrain: {id: {imageURL, questions, answers, split 1-3}}",
        ),
    ),
    splits={"train": "1", "val": "2", "test": "3"},
    rows=rows,
)
