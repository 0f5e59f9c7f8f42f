"""TextVQA: questions about what is written in photographs; of ten answers the one that most people gave."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from core.datasets.model import Dataset, Licence, Row, Variant
from core.datasets.rows import Place, talk_row
from core.datasets.source import Source
from core.datasets.streaming import list_members
from core.datasets.values import id_in, text_in
from core.formats.text_files import as_list, as_object, as_text


def rows(source: Source) -> Iterator[Row]:
    """A row for each question; of answers that are as frequent the first stands."""
    file = source.file(source.variant.files[0])
    for _, where, value in list_members(file, "data"):
        entry = as_object(value, file, where)
        medium = source.medium(f"{text_in(entry, 'image_id', file, where)}.jpg")
        if medium is None:
            continue
        given = as_list(entry.get("answers", []), file, f"{where}.answers")
        answers = [as_text(answer, file, f"{where}.answers").strip() for answer in given]
        question_id = id_in(entry.get("question_id"), file, f"{where}.question_id")
        place = Place(f"textvqa-{question_id}", medium, "image", f"{file}, {where}")
        question = source.words.choose("short_answer", place.id, text_in(entry, "question", file, where))
        best = Counter(filter(None, answers)).most_common(1)
        row = talk_row(source, place, [(question, best[0][0] if best else "")])
        if row is not None:
            yield row


DATASET = Dataset(
    name="textvqa",
    title="TextVQA",
    origin="https://textvqa.org/dataset/",
    licence=Licence("CC BY 4.0", "https://textvqa.org/dataset/", checked=False, note="pictures come from Open Images"),
    variants=(
        Variant(
            "questions",
            "questions with the most frequent of ten answers",
            3,
            False,
            ("TextVQA_0.5.1_{split}.json",),
            ("train_images", "textvqa/train_images", "images"),
            "mmpretrain/datasets/textvqa.py of open-mmlab/mmpretrain: data[question, question_id, image_id, answers]",
        ),
    ),
    splits={"train": "train", "val": "val"},
    rows=rows,
)
