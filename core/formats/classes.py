"""What detection formats share: classes and their expressions, absences, and collecting what was read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from core.formats.batch import Contents, ReadOptions
from core.jobs import Note, Report
from core.schema import Annotation, Attribute, Label, MediaItem, Phrase, Review, SplitMark, Verdict, new_id


@dataclass(slots=True)
class Collector:
    """Gathers the records of one file while it is read; `contents` freezes them."""

    options: ReadOptions
    report: Report = field(default_factory=Report)
    media: list[MediaItem] = field(default_factory=list)
    labels: dict[str, Label] = field(default_factory=dict)
    phrases: dict[str, Phrase] = field(default_factory=dict)
    annotations: list[Annotation] = field(default_factory=list)
    verdicts: list[Verdict] = field(default_factory=list)
    reviews: list[Review] = field(default_factory=list)
    splits: list[SplitMark] = field(default_factory=list)
    attributes: dict[str, Attribute] = field(default_factory=dict)

    def skip(self, what: str, where: str) -> None:
        """Something in the file does not come in, for this reason."""
        self.report.skipped.append(Note(what, where))

    def note(self, what: str, where: str) -> None:
        """Something comes in other than it was written."""
        self.report.changed.append(Note(what, where))

    def label(self, name: str, number: int | None = None) -> Label:
        """The label of a class; made when it is new."""
        if name not in self.labels:
            free = len(self.labels) if number is None else number
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

    def complete_absences(self, seen: Mapping[str, set[str]], label_names: Iterable[str]) -> None:
        """Detection formats are exhaustive: a class that a picture does not name is not present in it.

        `seen` gives, per medium id, the classes named in it, also by regions that could not be taken.
        """
        if not self.options.exhaustive:
            return
        names = list(label_names)
        grouped = self.annotations_by_media()
        for item in self.media:
            said = {text for annotation in grouped.get(item.id, ()) for text in annotation.expressions}
            for name in names:
                if name not in seen.get(item.id, set()):
                    missing = [text for text in self.expressions_of(self.labels[name]) if text not in said]
                    self.verdicts.extend(Verdict(new_id(), item.id, text, "not_present") for text in missing)

    def annotations_by_media(self) -> dict[str, list[Annotation]]:
        """The annotations gathered so far, by medium."""
        grouped: dict[str, list[Annotation]] = {}
        for annotation in self.annotations:
            grouped.setdefault(annotation.media_id, []).append(annotation)
        return grouped

    def contents(self) -> Contents:
        """Everything gathered, as a value."""
        unused = sorted(set(self.options.label_map) - set(self.labels))
        if unused:
            self.note(f"the label map also names {', '.join(unused)}", "label map")
        self.report.read = len(self.annotations) + len(self.report.skipped)
        return Contents(
            media=tuple(self.media),
            labels=tuple(self.labels.values()),
            phrases=tuple(self.phrases.values()),
            annotations=tuple(self.annotations),
            verdicts=tuple(self.verdicts),
            reviews=tuple(self.reviews),
            splits=tuple(self.splits),
            attributes=tuple(self.attributes.values()),
        )


def count_note(report: Report, count: int, one: str, many: str, where: str = "") -> None:
    """One line in the report about so many things that a format does not hold; none when there are none."""
    if count:
        report.changed.append(Note(one if count == 1 else many.format(count=count), where))


def note_other_extras(report: Report, annotations: Iterable[Annotation], own: str) -> None:
    """Fields that were kept for another format's sake stay behind."""
    count = sum(any(name != own for name, _ in annotation.extra) for annotation in annotations)
    one = "one annotation's fields of another format are not held"
    count_note(report, count, one, "the fields of another format are not held, of {count} annotations")
