"""What is known of a dataset before any of its files is opened: where it comes from, what it needs, its licence."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.schema import SplitName

if TYPE_CHECKING:
    from core.datasets.source import Source

Row = dict[str, object]


@dataclass(frozen=True, slots=True)
class Licence:
    """Under which terms a dataset is given. `checked`: read on a page of its makers, not taken from hearsay."""

    name: str
    url: str
    checked: bool
    note: str = ""


@dataclass(frozen=True, slots=True)
class Variant:
    """One way to make rows of a dataset.

    stage: of training, 1 to 3. settled: the original's published files say so; otherwise it is a choice of ours.
    files: names of annotation files below the source, `{split}` as the dataset spells it; alternatives by ` or `.
    media: folders to look for media in, best first. layout: where the fields of these files were read. confirmed:
    whether files and fields were found in public documentation or code that reads them.
    """

    name: str
    what: str
    stage: int
    settled: bool
    files: tuple[str, ...]
    media: tuple[str, ...]
    layout: str
    confirmed: bool = True


@dataclass(frozen=True, slots=True)
class Dataset:
    """One dataset. The first variant of a stage is the one that is meant when none is named.

    splits: our name of each split -> how the dataset spells it. rows: makes the rows; it yields one at a time and
    says what it leaves out to the source. whole: why an annotation file is read as a whole, "" when it is not.
    """

    name: str
    title: str
    origin: str
    licence: Licence
    variants: tuple[Variant, ...]
    splits: dict[SplitName, str]
    rows: Callable[[Source], Iterator[Row]]
    whole: str = ""
