"""Public datasets: from the files that each distributes to rows of a training stage. One file a dataset."""

from core.datasets.model import Dataset, Licence, Variant
from core.datasets.registry import DATASET_NAMES, find_dataset
from core.datasets.source import Source, Tally
from core.datasets.words import Words
from core.datasets.writing import RowWriter

__all__ = [
    "DATASET_NAMES",
    "Dataset",
    "Licence",
    "RowWriter",
    "Source",
    "Tally",
    "Variant",
    "Words",
    "find_dataset",
]
