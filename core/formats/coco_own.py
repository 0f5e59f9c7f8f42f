"""What only GroundLabel's own COCO files hold: attributes, phrases, verdicts, splits and review states."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import cast, get_args

from core.attributes import definition_problem
from core.formats.classes import Collector
from core.formats.records import Reader
from core.formats.text_files import as_list, as_number, as_numbers, as_object, as_text, malformed
from core.schema import (
    Attribute,
    Box,
    Label,
    MediaItem,
    Review,
    ReviewState,
    SplitMark,
    SplitName,
    Verdict,
    VerdictKind,
    new_id,
)

OWN = "groundlabel"  # the section's name

_MOST_ID = 1 << 63

Json = dict[str, object]


def id_in(entry: Json, source: Path, where: str, name: str = "id") -> int:
    """The whole number of a field. Raises `FormatError`."""
    found = entry.get(name)
    if type(found) is int and -_MOST_ID < found < _MOST_ID:
        return found
    number = as_number(found, source, f"{where}.{name}")
    if number != int(number):
        raise malformed(source, f"{where}.{name}", "a whole number", entry.get(name))
    return int(number)


@dataclass(frozen=True, slots=True)
class OwnSection:
    """Reads the section into a collector. `classes` are labels by the file's ids, `by_name` media by file name."""

    source: Path
    collector: Collector
    classes: dict[int, Label]
    by_name: dict[str, MediaItem]

    def attributes(self, entries: list[object]) -> None:
        """What the project that wrote the file says of annotations: the kinds of values that `attributes` hold."""
        reader = Reader(str(self.source))
        for index, value in enumerate(entries):
            where = f"{OWN}.attributes[{index}]"
            entry = dict(as_object(value, self.source, where))
            ids = entry.pop("category_ids", None)
            if ids is not None:
                numbers = [
                    id_in({"id": one}, self.source, where) for one in as_list(ids, self.source, f"{where}.category_ids")
                ]
                entry["label_ids"] = [self.classes[number].id for number in numbers if number in self.classes]
            attribute: Attribute = reader.build(Attribute, {**entry, "id": new_id()}, where)
            why = definition_problem(attribute)
            if why:
                self.collector.skip(f"an attribute cannot be used: {why}", f"{self.source}, {where}")
            else:
                self.collector.attributes[attribute.name] = attribute

    def read(self, own: Json) -> None:
        for index, value in enumerate(as_list(own.get("phrases", []), self.source, f"{OWN}.phrases")):
            where = f"{OWN}.phrases[{index}]"
            entry = as_object(value, self.source, where)
            category = id_in(entry, self.source, where, "category_id")
            if category in self.classes:
                text = as_text(entry.get("expression"), self.source, f"{where}.expression")
                self.collector.phrases.pop(text, None)  # what the file says goes before what was guessed
                self.collector.phrase(text, self.classes[category])
        for index, value in enumerate(as_list(own["verdicts"], self.source, f"{OWN}.verdicts")):
            self._verdict(value, f"{OWN}.verdicts[{index}]")
        for name, split in as_object(own.get("splits", {}), self.source, f"{OWN}.splits").items():
            if split not in get_args(SplitName):
                raise malformed(self.source, f"{OWN}.splits[{name!r}]", "train, val or test", split)
            if name in self.by_name:
                self.collector.splits.append(SplitMark(self.by_name[name].id, cast("SplitName", split)))
        for name, state in as_object(own.get("reviews", {}), self.source, f"{OWN}.reviews").items():
            if state not in get_args(ReviewState):
                expected = f"one of {', '.join(get_args(ReviewState))}"
                raise malformed(self.source, f"{OWN}.reviews[{name!r}]", expected, state)
            if name in self.by_name:
                self.collector.reviews.append(Review(self.by_name[name].id, cast("ReviewState", state)))

    def _verdict(self, value: object, where: str) -> None:
        entry = as_object(value, self.source, where)
        kind = entry.get("kind")
        if kind not in get_args(VerdictKind):
            raise malformed(self.source, f"{where}.kind", f"one of {', '.join(get_args(VerdictKind))}", kind)
        item = self.by_name.get(as_text(entry.get("file_name"), self.source, f"{where}.file_name"))
        if item is None:
            return
        region: Box | None = None
        if "box_xyxy" in entry:
            region = Box(*as_numbers(entry["box_xyxy"], 4, self.source, f"{where}.box_xyxy"))
        expression = as_text(entry.get("expression"), self.source, f"{where}.expression")
        verdict = Verdict(new_id(), item.id, expression, cast("VerdictKind", kind), region=region)
        self.collector.verdicts.append(verdict)
