"""Verdicts, split and review state of one medium as an object inside a file of another tool: the key `groundlabel`."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast, get_args

from core.formats.batch import SnapshotLike
from core.formats.classes import Collector
from core.formats.records import Reader, to_plain
from core.formats.text_files import as_list, as_object, as_text, malformed
from core.schema import MediaItem, Region, Review, ReviewState, SplitMark, SplitName, Verdict, VerdictKind, new_id

MARKS = "groundlabel"
Json = dict[str, object]


@dataclass(slots=True)
class Marks:
    """The marks of every medium of a project, as objects to be written."""

    by_media: dict[str, Json] = field(default_factory=dict)

    @classmethod
    def of(cls, contents: SnapshotLike) -> Marks:
        """Those of a project."""
        verdicts: dict[str, list[Json]] = defaultdict(list)
        for verdict in contents.verdicts:
            entry: Json = {"expression": verdict.expression, "kind": verdict.kind}
            if verdict.region is not None:
                entry["region"] = to_plain(verdict.region, hint=Region)
            verdicts[verdict.media_id].append(entry)
        found: dict[str, Json] = {media_id: {"verdicts": entries} for media_id, entries in verdicts.items()}
        for mark in contents.splits:
            found.setdefault(mark.id, {})["split"] = mark.split
        for review in contents.reviews:
            found.setdefault(review.id, {})["review"] = review.state
        return cls(found)

    def entry(self, item: MediaItem) -> Json:
        """`{"groundlabel": {…}}`: what is added to the object of a medium. Also without marks: it says so."""
        return {MARKS: self.by_media.get(item.id, {})}


def read_marks(value: object, item: MediaItem, collector: Collector, file: Path, where: str) -> None:
    """Take the marks of a medium in. Raises `FormatError`."""
    place = f"{where}.{MARKS}"
    own = as_object(value, file, place)
    reader = Reader(str(file))
    for index, entry in enumerate(as_list(own.get("verdicts", []), file, f"{place}.verdicts")):
        at = f"{place}.verdicts[{index}]"
        verdict = as_object(entry, file, at)
        kind = verdict.get("kind")
        if kind not in get_args(VerdictKind):
            raise malformed(file, f"{at}.kind", f"one of {', '.join(get_args(VerdictKind))}", kind)
        region = None
        if "region" in verdict:
            region = reader.build(Verdict, {**_BARE, "region": verdict["region"]}, at).region
        words = as_text(verdict.get("expression"), file, f"{at}.expression")
        collector.verdicts.append(Verdict(new_id(), item.id, words, cast("VerdictKind", kind), region=region))
    split, state = own.get("split"), own.get("review")
    if split is not None:
        if split not in get_args(SplitName):
            raise malformed(file, f"{place}.split", "train, val or test", split)
        collector.splits.append(SplitMark(item.id, cast("SplitName", split)))
    if state is not None:
        if state not in get_args(ReviewState):
            raise malformed(file, f"{place}.review", f"one of {', '.join(get_args(ReviewState))}", state)
        collector.reviews.append(Review(item.id, cast("ReviewState", state)))


_BARE: Json = {"id": "", "media_id": "", "expression": "", "kind": "rejected"}
