"""DiDeMo: descriptions of moments in videos, marked by several people in chunks of five seconds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from core.datasets.model import Dataset, Licence, Row, Variant
from core.datasets.rows import Place, span_row
from core.datasets.source import Source
from core.datasets.streaming import list_items
from core.datasets.values import id_in, text_in
from core.formats.text_files import as_list, as_numbers, as_object, malformed

_CHUNK_S = 5.0


def rows(source: Source) -> Iterator[Row]:
    """A row for each description, with the chunks that most people marked; of equals the first."""
    file = source.file(source.variant.files[0])
    for where, value in list_items(file):
        entry = as_object(value, file, where)
        marked: list[tuple[float, ...]] = []
        for index, pair in enumerate(as_list(entry.get("times"), file, f"{where}.times")):
            marked.append(as_numbers(pair, 2, file, f"{where}.times[{index}]"))
        if not marked:
            raise malformed(file, f"{where}.times", "at least one pair of chunks", marked)
        medium = source.medium(text_in(entry, "video", file, where), any_of="video")
        duration = source.duration(None, medium, f"{file}, {where}") if medium is not None else None
        if medium is None or duration is None:
            continue
        first, last = Counter(marked).most_common(1)[0][0]
        span = (first * _CHUNK_S, min((last + 1) * _CHUNK_S, duration))  # the last chunk ends with the video
        row_id = f"didemo-{id_in(entry.get('annotation_id'), file, f'{where}.annotation_id')}"
        place = Place(row_id, medium, "video", f"{file}, {where}")
        row = span_row(source, place, text_in(entry, "description", file, where), [span], duration)
        if row is not None:
            yield row


DATASET = Dataset(
    name="didemo",
    title="DiDeMo",
    origin="https://github.com/LisaAnne/LocalizingMoments",
    licence=Licence(
        "BSD 2-Clause (annotations)",
        "https://github.com/LisaAnne/LocalizingMoments",
        checked=True,
        note="videos: Creative Commons, listed in the makers' video_licenses.txt",
    ),
    variants=(
        Variant(
            "find",
            "the time span of a description; lengths are measured from the videos",
            2,
            True,
            ("{split}_data.json or data/{split}_data.json",),
            ("videos", "video"),
            "README.md of LisaAnne/LocalizingMoments: annotation_id, description, video, times in chunks of 5 s. "
            "The folder of the videos is the one that you download them to",
        ),
    ),
    splits={"train": "train", "val": "val", "test": "test"},
    rows=rows,
)
