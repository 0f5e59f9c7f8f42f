"""Clotho: five captions of each sound; every sound has a licence of its own, which is kept with its rows."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from core.datasets.model import Dataset, Licence, Row, Variant
from core.datasets.rows import Place, talk_row
from core.datasets.source import Source
from core.datasets.streaming import table_rows

_CAPTIONS = tuple(f"caption_{number}" for number in range(1, 6))


def rows(source: Source) -> Iterator[Row]:
    """A row for each caption of each sound."""
    file = source.file(source.variant.files[0])
    metadata = source.optional(source.variant.files[1])
    licences = _licences(metadata) if metadata is not None else {}
    if metadata is None:
        source.note("without the metadata table the licence of each sound is not known", str(source.folder))
    for where, entry in table_rows(file, "file_name", *_CAPTIONS):
        name = entry["file_name"].strip()
        medium = source.medium(name, rows=len(_CAPTIONS))
        if medium is None:
            continue
        for column in _CAPTIONS:
            place = Place(f"clotho-{name}-{column[-1]}", medium, "audio", f"{file}, {where}, {column}")
            row = talk_row(source, place, [(source.words.choose("describe_sound", place.id), entry[column])])
            if row is not None:
                yield row | ({"licence": licences[name]} if name in licences else {})


def _licences(table: Path) -> dict[str, str]:
    """The licence of each sound and who made it."""
    found: dict[str, str] = {}
    for _, row in table_rows(table, "file_name", "license"):
        maker, link = row.get("manufacturer", "").strip(), row.get("sound_link", "").strip()
        parts = [row["license"].strip(), f"by {maker}" if maker else "", link]
        found[row["file_name"].strip()] = ", ".join(part for part in parts if part)
    return found


DATASET = Dataset(
    name="clotho",
    title="Clotho",
    origin="https://zenodo.org/records/4783391",
    licence=Licence(
        "captions: Tampere University's licence (its LICENSE file); sounds: each its own",
        "https://zenodo.org/records/4783391",
        checked=True,
        note="the licence of each sound stands in its rows",
    ),
    variants=(
        Variant(
            "captions",
            "one of five captions of a sound",
            3,
            True,
            ("clotho_captions_{split}.csv", "clotho_metadata_{split}.csv"),
            ("{split}", "clotho_audio_{split}", "clotho_audio_files/{split}", "clotho_audio_{split}/{split}"),
            "zenodo.org/records/4783391 and public code that reads it: file_name, caption_1-5; metadata: file_name, "
            "sound_link, manufacturer, license; not all of it is UTF-8",
        ),
    ),
    splits={"train": "development", "val": "validation", "test": "evaluation"},
    rows=rows,
)
