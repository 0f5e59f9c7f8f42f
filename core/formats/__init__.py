"""Exchange formats, one file each: contents of a project to files and back."""

from core.formats.batch import (
    Contents,
    ExchangeFormat,
    ImportBatch,
    ReadOptions,
    SnapshotLike,
    WriteOptions,
    names_of,
    only_split,
)
from core.formats.registry import find_format, format_ids

__all__ = [
    "Contents",
    "ExchangeFormat",
    "ImportBatch",
    "ReadOptions",
    "SnapshotLike",
    "WriteOptions",
    "find_format",
    "format_ids",
    "names_of",
    "only_split",
]
