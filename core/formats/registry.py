"""Which exchange formats there are. A new one is one file here whose name is its id, offering `FORMAT`."""

from __future__ import annotations

import importlib
import importlib.util
from typing import cast

from core.errors import UserError
from core.formats.batch import ExchangeFormat

# The ids that other programs and people rely on (`docs/cli.md`).
RESERVED_IDS = (
    *("native", "coco", "yolo", "voc", "labelme", "cvat-images", "cvat-video", "label-studio", "refcoco", "odvg"),
    *("vlm-r1", "llava", "groundinggpt", "qwen-vl", "qwen-vl-abs", "mot", "charades-sta", "activitynet-captions"),
    *("activitynet", "webvtt", "srt", "eaf", "textgrid", "audacity", "csv", "tsv"),
)

# Formats with a file for each medium, or several files: what is written or read is a folder.
FOLDER_IDS = frozenset(
    {"yolo", "voc", "labelme", "cvat-video", "refcoco", "mot", "webvtt", "srt", "eaf", "textgrid", "audacity"}
)
_SUFFIXES = {
    **{"cvat-images": ".xml", "odvg": ".jsonl", "vlm-r1": ".jsonl", "charades-sta": ".txt"},
    **{"csv": ".csv", "tsv": ".tsv"},
}


def suffix_of(format_id: str) -> str:
    """How the name of a file of this format ends; "" for a folder."""
    return "" if format_id in FOLDER_IDS else _SUFFIXES.get(format_id, ".json")


def _module_name(format_id: str) -> str:
    return f"core.formats.{format_id.replace('-', '_')}"


def format_ids() -> list[str]:
    """The ids that can be read and written now, in their documented order."""
    return [name for name in RESERVED_IDS if importlib.util.find_spec(_module_name(name)) is not None]


def find_format(format_id: str) -> ExchangeFormat:
    """The format of this id. Raises `UserError` naming those there are."""
    known = format_ids()
    if format_id not in known:
        raise UserError(f"There is no format {format_id!r}", next_step=f"give one of {', '.join(known)}")
    return cast("ExchangeFormat", importlib.import_module(_module_name(format_id)).FORMAT)
