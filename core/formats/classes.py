"""What detection formats share: classes and their expressions, absences, and collecting what was read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from core.formats.batch import Contents, ReadOptions
from core.formats.text_files import safe_name, shown
from core.jobs import Note, Report
from core.packed import Packed
from core.schema import (
    Annotation,
    Attribute,
    Label,
    MediaItem,
    MediaKind,
    Origin,
    Phrase,
    Region,
    Review,
    Segment,
    SplitMark,
    Track,
    Verdict,
    new_id,
)

_MOST = 1e16  # pixels or seconds


@dataclass(slots=True)
class Collector:
    """Gathers the records of one file while it is read; `contents` freezes them."""

    options: ReadOptions
    report: Report = field(default_factory=Report)
    media: list[MediaItem] = field(default_factory=list)
    labels: dict[str, Label] = field(default_factory=dict)
    phrases: dict[str, Phrase] = field(default_factory=dict)
    annotations: list[Annotation] | Packed[Annotation] = field(default_factory=list)  # packed: nothing is said again
    verdicts: list[Verdict] | Packed[Verdict] = field(default_factory=list)
    reviews: list[Review] = field(default_factory=list)
    splits: list[SplitMark] = field(default_factory=list)
    attributes: dict[str, Attribute] = field(default_factory=dict)
    by_path: dict[str, MediaItem] = field(default_factory=dict)
    places: dict[tuple[str, str, Region], int] = field(default_factory=dict)
    refused: set[str] = field(default_factory=set)
    repeated: int = 0
    numbers: set[int] = field(default_factory=set)
    next_number: int = 0

    def skip(self, what: str, where: str) -> None:
        """Something in the file does not come in, for this reason."""
        self.report.skipped.append(Note(what, where))

    def note(self, what: str, where: str) -> None:
        """Something comes in other than it was written."""
        self.report.changed.append(Note(what, where))

    def medium(self, written: str, where: str, kind: MediaKind, **facts: Any) -> MediaItem | None:
        """The medium of a name, made when it is new. None: it is not asked for, or leads out, which is reported once.

        `facts` are further fields of `MediaItem`, such as the size that the file says.
        """
        name = safe_name(written)
        if name is None:
            if written not in self.refused:
                self.refused.add(written)
                self.skip(f"the name {shown(written)} leads out of the folder", where)
            return None
        if not self.options.wants(name):
            return None
        if name not in self.by_path:
            item = MediaItem(id=new_id(), kind=kind, path=name, **facts)
            self.by_path[name] = item
            self.media.append(item)
        return self.by_path[name]

    def set_facts(self, item: MediaItem, **facts: Any) -> None:
        """What a file says about a medium further on, such as its size."""
        known = replace(item, **facts)
        self.by_path[item.path] = known
        index = next(i for i in range(len(self.media) - 1, -1, -1) if self.media[i].id == item.id)
        self.media[index] = known

    def annotate(
        self,
        item: MediaItem,
        label: Label,
        region: Region,
        *,
        expressions: Sequence[str] | None = None,
        attributes: Iterable[tuple[str, str]] = (),
        extra: tuple[tuple[str, str], ...] = (),
        origin: Origin = "imported",
    ) -> None:
        """A region. Without `expressions`, people say what the label map has for its class, or the class itself."""
        if not _is_sane(region):
            self.skip(f"a region of {label.name} has numbers beyond any medium", item.path)
            return
        said = self.expressions_of(label) if expressions is None else tuple(dict.fromkeys(expressions))
        for expression in said:
            self.phrase(expression, label)
        self.annotations.append(
            Annotation(new_id(), item.id, label.id, said, region, origin, attributes=tuple(attributes), extra=extra)
        )

    def say(
        self,
        item: MediaItem,
        label: Label,
        region: Region,
        expression: str,
        *,
        extra: tuple[tuple[str, str], ...] = (),
    ) -> None:
        """One expression about a region: the same region with the same label in one medium is one annotation."""
        place = (item.id, label.id, region)
        known = self.annotations[self.places[place]] if place in self.places else None
        if known is not None and expression in known.expressions:
            self.repeated += 1
        elif known is None or extra:
            count = len(self.annotations)
            self.annotate(item, label, region, expressions=(expression,), extra=extra)
            if len(self.annotations) > count:
                self.places[place] = count
        else:
            assert isinstance(self.annotations, list)
            self.phrase(expression, label)
            self.annotations[self.places[place]] = replace(known, expressions=(*known.expressions, expression))

    def label_for(self, expression: str, name: str = "") -> Label:
        """The label of a region that only an expression is known of: as the file or the label map says, or its own."""
        mapped = next((label for label, said in self.options.label_map.items() if expression in said), "")
        return self.label(name or mapped or expression)

    def label(self, name: str, number: int | None = None) -> Label:
        """The label of a class; made when it is new. A number that is taken, or none, becomes the next free one."""
        if name not in self.labels:
            free = self.next_number if number is None or number in self.numbers else number
            self.numbers.add(free)
            self.next_number = max(self.next_number, free + 1)
            self.labels[name] = Label(id=new_id(), name=name, number=free)
        return self.labels[name]

    def expressions_of(self, label: Label) -> tuple[str, ...]:
        """What people say for a class: what the label map says, otherwise the name of the class."""
        expressions = tuple(self.options.label_map.get(label.name, (label.name,)))
        for expression in expressions:
            self.phrase(expression, label)
        return expressions

    def phrase(self, expression: str, label: Label) -> None:
        """Remember which label an expression uses; the first use decides."""
        if expression not in self.phrases:
            self.phrases[expression] = Phrase(id=new_id(), expression=expression, label_id=label.id)

    def complete_absences(
        self, seen: Mapping[str, set[str]], label_names: Iterable[str], said: Mapping[str, set[str]] | None = None
    ) -> None:
        """Detection formats are exhaustive: a class that a picture does not name is not present in it.

        `seen` gives, per medium id, the classes named in it, also by regions that could not be taken; `said`, where
        somebody knows it already, the expressions.
        """
        if not self.options.exhaustive:
            return
        expressions = {name: self.expressions_of(self.labels[name]) for name in label_names}
        if said is None:
            found: dict[str, set[str]] = {}
            for annotation in self.annotations:
                found.setdefault(annotation.media_id, set()).update(annotation.expressions)
            said = found
        for item in self.media:
            of_item = said.get(item.id, set())
            for name, texts in expressions.items():
                if name not in seen.get(item.id, set()):
                    missing = [text for text in texts if text not in of_item]
                    self.verdicts.extend(Verdict(new_id(), item.id, text, "not_present") for text in missing)

    def contents(self) -> Contents:
        """Everything gathered, as a value."""
        unused = sorted(set(self.options.label_map) - set(self.labels))
        if unused:
            self.note(f"the label map also names {', '.join(unused)}", "label map")
        one, many = "one region is said twice and becomes one", "{count} regions are said again and stay one each"
        count_note(self.report, self.repeated, one, many)
        self.report.read = len(self.annotations) + len(self.report.skipped)
        return Contents(
            media=tuple(self.media),
            labels=tuple(self.labels.values()),
            phrases=tuple(self.phrases.values()),
            annotations=_whole(self.annotations),
            verdicts=_whole(self.verdicts),
            reviews=tuple(self.reviews),
            splits=tuple(self.splits),
            attributes=tuple(self.attributes.values()),
        )


R = TypeVar("R", Annotation, Verdict)


def _whole(records: list[R] | Packed[R]) -> Sequence[R]:
    return records.whole() if isinstance(records, Packed) else tuple(records)


def _is_sane(region: Region) -> bool:
    """Whether all numbers of a region can be reckoned with: a sum or a product of them is still a number."""
    if isinstance(region, Segment):
        return abs(region.start_s) < _MOST and abs(region.end_s) < _MOST
    boxes = region.keys if isinstance(region, Track) else (region,)
    return all(abs(value) < _MOST for box in boxes for value in (box.x1, box.y1, box.x2, box.y2, box.at_s or 0.0))


def count_note(report: Report, count: int, one: str, many: str, where: str = "") -> None:
    """One line in the report about so many things that a format does not hold; none when there are none."""
    if count:
        report.changed.append(Note(one if count == 1 else many.format(count=count), where))


def has_other_extras(annotation: Annotation, own: str) -> bool:
    """Whether fields of another format than this were kept."""
    return any(name != own for name, _ in annotation.extra)


def note_media_extras(report: Report, media: Iterable[MediaItem], own: str) -> None:
    """One line about media with fields that were kept for another format's sake."""
    count = sum(any(name != own for name, _ in item.extra) for item in media)
    one = "one medium's fields of another format are not held"
    count_note(report, count, one, "the fields of another format are not held, of {count} media")


def note_extras_left(report: Report, count: int) -> None:
    """One line about so many annotations with fields of another format."""
    one = "one annotation's fields of another format are not held"
    count_note(report, count, one, "the fields of another format are not held, of {count} annotations")
