"""Which datasets there are. A new one is one file here, named like the dataset, and a line in this table."""

from __future__ import annotations

import importlib
from typing import cast

from core.datasets.model import Dataset
from core.errors import UserError

# name -> (module, what it offers)
_PLACES: dict[str, tuple[str, str]] = {
    "llava": ("llava", "DATASET"),
    "coco": ("coco", "DATASET"),
    "gqa": ("gqa", "DATASET"),
    "ocr-vqa": ("ocr_vqa", "DATASET"),
    "textvqa": ("textvqa", "DATASET"),
    "visual-genome": ("visual_genome", "DATASET"),
    "flickr30k-entities": ("flickr30k_entities", "DATASET"),
    "valley": ("valley", "DATASET"),
    "didemo": ("didemo", "DATASET"),
    "activitynet-captions": ("activitynet_captions", "DATASET"),
    "charades-sta": ("charades_sta", "DATASET"),
    "vggss": ("vggss", "DATASET"),
    "wavecaps": ("wavecaps", "DATASET"),
    "clotho": ("clotho", "DATASET"),
    "refcoco": ("refcoco", "REFCOCO"),
    "refcoco+": ("refcoco", "REFCOCO_PLUS"),
    "refcocog": ("refcoco", "REFCOCOG"),
}
DATASET_NAMES = tuple(_PLACES)


def find_dataset(name: str) -> Dataset:
    """The dataset of this name. Raises `UserError` naming those there are."""
    if name not in _PLACES:
        raise UserError(f"There is no dataset {name!r}", next_step=f"give one of {', '.join(DATASET_NAMES)}")
    module, attribute = _PLACES[name]
    return cast("Dataset", getattr(importlib.import_module(f"core.datasets.{module}"), attribute))
