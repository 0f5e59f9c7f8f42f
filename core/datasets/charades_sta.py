"""Charades-STA: a line per sentence, `VIDEO start end##sentence`; lengths stand in the table of Charades."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from core.datasets.model import Dataset, Licence, Row, Variant
from core.datasets.rows import Place, span_row
from core.datasets.source import Source
from core.datasets.streaming import table_rows, text_lines
from core.datasets.values import number_or_none
from core.formats.text_files import malformed
from core.formats.timed import time_in

_LINE = re.compile(r"^(\S+)\s+(\S+)\s+(\S+?)##(.*)$")


def rows(source: Source) -> Iterator[Row]:
    """A row for each line."""
    file = source.file(source.variant.files[0])
    table = source.optional(source.variant.files[1])
    lengths = _lengths(table) if table is not None else {}
    if table is None:
        source.note(f"without {source.variant.files[1]} lengths are measured from the videos", str(source.folder))
    for number, line in text_lines(file):
        where = f"line {number}"
        found = _LINE.match(line)
        if found is None:
            raise malformed(file, where, "VIDEO start end##sentence", line)
        name, start, end, sentence = found.groups()
        span = (time_in(start, file, where), time_in(end, file, where))
        medium = source.medium(name, any_of="video")
        duration = source.duration(lengths.get(name), medium, f"{file}, {where}") if medium is not None else None
        if medium is None or duration is None:
            continue
        place = Place(f"charades-{name}-{number}", medium, "video", f"{file}, {where}")
        row = span_row(source, place, sentence, [span], duration)
        if row is not None:
            yield row


def _lengths(table: Path) -> dict[str, float]:
    found: dict[str, float] = {}
    for _, row in table_rows(table, "id", "length"):
        length = number_or_none(row["length"])
        if length is not None:
            found[row["id"]] = length
    return found


DATASET = Dataset(
    name="charades-sta",
    title="Charades-STA",
    origin="https://github.com/jiyanggao/TALL and https://prior.allenai.org/projects/charades",
    licence=Licence(
        "non-commercial use (Charades)",
        "https://prior.allenai.org/projects/charades",
        checked=False,
        note="the page of Charades-STA states no licence of its own",
    ),
    variants=(
        Variant(
            "find",
            "the time span of a sentence",
            2,
            True,
            ("charades_sta_{split}.txt", "Charades_v1_{split}.csv or Charades/Charades_v1_{split}.csv"),
            ("Charades_v1_480", "Charades_v1", "videos"),
            "README.md of jiyanggao/TALL: VIDEO start end##sentence; the table's columns id and length as public code "
            "reads them",
        ),
    ),
    splits={"train": "train", "test": "test"},
    rows=rows,
)
