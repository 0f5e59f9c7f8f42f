"""Puts what was read into a project: one Change that names the batch, joined with what stands there already."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from core.formats import Contents
from core.formats.classes import count_note
from core.jobs import JobContext, Note, Report
from core.packed import Packed
from core.project import Project
from core.project.acts import LABEL_COLOURS
from core.project.wording import fold, tidy
from core.schema import (
    Annotation,
    Box,
    Change,
    Label,
    Phrase,
    Record,
    Region,
    Review,
    SplitMark,
    SplitName,
    Verdict,
    new_id,
)


@dataclass(slots=True)
class Merge:
    """One import being put together. `media` gives the project's id for the batch's own; others are left out."""

    project: Project
    contents: Contents
    media: Mapping[str, str]
    report: Report
    keeps_identity: bool = False
    before: list[Record] = field(default_factory=list)
    after: Packed[Record] = field(default_factory=Packed)
    labels: dict[str, Label] = field(default_factory=dict)
    context: JobContext = field(default_factory=JobContext)
    said: set[tuple[str, str]] = field(default_factory=set)  # (medium, folded expression) with a region
    said_here: dict[tuple[str, ...], tuple[str, ...]] = field(default_factory=dict)
    tidied: dict[str, str] = field(default_factory=dict)  # a million regions say a few words
    folded: dict[str, str] = field(default_factory=dict)
    sizes: dict[str, tuple[float, float]] = field(default_factory=dict)  # by the batch's id, in pixels

    def change(self, title: str, batch: str, split: SplitName | None) -> Change:
        """The Change; its sides are empty when everything is in the project already."""
        self._add_labels()
        self._add_phrases()
        self._add_annotations()
        self._add_verdicts()
        self._add_reviews()
        self._add_splits(split)
        self._add_ratings()
        self._add_attributes()
        return Change(title=title, before=tuple(self.before), after=self.after.whole(), batch=batch)

    # --- words

    def _add_labels(self) -> None:
        by_name = {label.name: label for label in self.project.labels()}
        taken_ids = {label.id for label in by_name.values()}
        free = self.project.next_label_number()
        wanted = {label.number for label in self.contents.labels if label.number >= free}
        spare = max(wanted, default=free - 1) + 1
        given: set[int] = set()
        for label in self.contents.labels:
            known = by_name.get(label.name)
            if known is None:
                number = label.number
                if number < free or number in given:
                    number, spare = spare, spare + 1
                given.add(number)
                id_ = label.id if label.id not in taken_ids else new_id()
                colour = label.colour or LABEL_COLOURS[number % len(LABEL_COLOURS)]
                known = Label(id_, label.name, number, colour)
                if self.keeps_identity and number == label.number:
                    known = replace(known, colour=label.colour)
                by_name[label.name] = known
                self.after.append(known)
                if number != label.number:
                    what = f"{label.name} has number {number} here, {label.number} in the file"
                    self.report.changed.append(Note(what, "classes"))
            self.labels[label.id] = known

    def _add_phrases(self) -> None:
        known = {fold(phrase.expression): phrase for phrase in self.project.phrases()}
        ids = {phrase.id for phrase in known.values()}
        for phrase in self.contents.phrases:
            label, folded = self.labels[phrase.label_id], fold(phrase.expression)
            standing = known.get(folded)
            if standing is None:
                id_ = phrase.id if phrase.id not in ids else new_id()
                known[folded] = Phrase(id_, self._words(phrase.expression), label.id)
                self.after.append(known[folded])
            elif standing.label_id != label.id:
                what = f"“{phrase.expression}” keeps its label in the project, not {label.name}"
                self.report.changed.append(Note(what, "phrases"))

    def _words(self, expression: str) -> str:
        if self.keeps_identity:
            return expression
        if expression not in self.tidied:
            self.tidied[expression] = tidy(expression)
        return self.tidied[expression]

    def _fold(self, expression: str) -> str:
        if expression not in self.folded:
            self.folded[expression] = fold(expression)
        return self.folded[expression]

    def _add_attributes(self) -> None:
        """What can be said of annotations; of one name, the project's definition is kept."""
        known = {fold(attribute.name): attribute for attribute in self.project.attribute_table()}
        ids = {attribute.id for attribute in known.values()}
        for found in self.contents.attributes:
            label_ids = found.label_ids
            if label_ids is not None:
                label_ids = tuple(dict.fromkeys(self.labels[one].id for one in label_ids))
            wanted = replace(found, label_ids=label_ids)
            standing = known.get(fold(found.name))
            if standing is None:
                wanted = wanted if wanted.id not in ids else replace(wanted, id=new_id())
                known[fold(found.name)] = wanted
                ids.add(wanted.id)
                self.after.append(wanted)
            elif replace(standing, id=wanted.id) != wanted:
                what = f"the attribute “{found.name}” keeps its definition in the project"
                self.report.changed.append(Note(what, "attributes"))

    # --- annotations and verdicts

    def _add_annotations(self) -> None:
        standing: dict[str, Annotation] = {}  # by id: ids of other tools' files are new ones, which none has
        places: Counter[bytes] = Counter()
        touched = set(self.media.values())
        for one in self.project.every_annotation():
            if self.keeps_identity:
                standing[one.id] = one
            if one.media_id in touched:
                places[_place(one)] += 1
                self.said |= {(one.media_id, fold(text)) for text in one.expressions}
        new: set[tuple[str, str]] = set()
        again = beyond = 0
        total = len(self.contents.annotations)
        for done, found in enumerate(self.contents.annotations):
            if done % 5000 == 0:
                self.context.raise_if_cancelled()
                self.context.progress(done, total)
            if found.media_id not in self.media:
                continue
            beyond += self._is_beyond(found)
            annotation = self._here(found)
            place = _place(annotation) if places else b""
            if annotation.id in standing or places[place] > 0:
                again += self._is_there(annotation, standing.get(annotation.id, annotation))
                places[place] -= 1
                continue
            self.after.append(annotation)
            self.report.written += 1
            new |= {(annotation.media_id, self._fold(text)) for text in annotation.expressions}
        among, many = "one region is in the project already", "{count} regions are in the project already"
        count_note(self.report, again, among, many)
        among, many = (
            "one box reaches beyond its picture, and is taken as written",
            "{count} boxes reach beyond their pictures, and are taken as written",
        )
        count_note(self.report, beyond, among, many)
        for verdict in self.project.every_verdict():
            if verdict.kind == "not_present" and (verdict.media_id, fold(verdict.expression)) in new:
                self.before.append(verdict)  # what is there cannot be "not present"
        self.said |= new

    def _is_beyond(self, found: Annotation) -> bool:
        """Whether a box leaves its picture by more than the pixel in which tools differ."""
        size, box = self.sizes.get(found.media_id), found.region
        if size is None or not isinstance(box, Box):
            return False
        return box.x1 < -1 or box.y1 < -1 or box.x2 > size[0] + 1 or box.y2 > size[1] + 1

    def _here(self, found: Annotation) -> Annotation:
        """An annotation of the batch with the project's ids and words; written out, as there may be a million."""
        said = found.expressions
        if said not in self.said_here:
            self.said_here[said] = tuple(dict.fromkeys(map(self._words, said)))
        return Annotation(
            found.id,
            self.media[found.media_id],
            self.labels[found.label_id].id,
            self.said_here[said],
            found.region,
            found.origin,
            found.proposal_id,
            found.attributes,
            found.extra,
        )

    def _is_there(self, annotation: Annotation, standing: Annotation) -> bool:
        if standing == annotation:
            return True
        what = f"annotation {annotation.id} was changed in the project; the project's is kept"
        self.report.skipped.append(Note(what, annotation.media_id))
        return False

    def _add_verdicts(self) -> None:
        def key(verdict: Verdict) -> tuple[str, str, str, Region | None]:
            return (verdict.media_id, self._fold(verdict.expression), verdict.kind, verdict.region)

        known: set[tuple[str, str, str, Region | None]] = set()
        ids: set[str] = set()
        touched = set(self.media.values())
        for standing in self.project.every_verdict():
            if self.keeps_identity:
                ids.add(standing.id)
            elif standing.media_id in touched:
                known.add(key(standing))
        against = 0
        for found in self.contents.verdicts:
            if found.media_id not in self.media:
                continue
            verdict = replace(found, media_id=self.media[found.media_id], expression=self._words(found.expression))
            if not self.keeps_identity:
                if verdict.kind == "not_present" and (verdict.media_id, self._fold(verdict.expression)) in self.said:
                    against += 1
                    continue
                if key(verdict) in known:
                    continue
                known.add(key(verdict))
            if verdict.id not in ids:
                self.after.append(verdict)
        one = "one absence is left out, because there is a region of these words"
        count_note(self.report, against, one, "{count} absences are left out, because there are regions of these words")

    # --- marks

    def _add_reviews(self) -> None:
        one = "one medium keeps its review state in the project"
        many = "{count} media keep their review state in the project"
        kept = self._add_marks(self.contents.reviews, self.project.review_record)
        count_note(self.report, kept, one, many)

    def _add_splits(self, split: SplitName | None) -> None:
        marks = self.contents.splits
        if split is not None:
            marks = tuple(SplitMark(item.id, split) for item in self.contents.media)
        one, many = "one medium keeps its split in the project", "{count} media keep their split in the project"
        count_note(self.report, self._add_marks(marks, self.project.split_record), one, many)

    def _add_ratings(self) -> None:
        """Whoever has rated an answer in the project keeps to it."""
        known = {rating.id for rating in self.project.ratings()}
        for rating in self.contents.ratings:
            if rating.media_id in self.media and rating.id not in known:
                self.after.append(replace(rating, media_id=self.media[rating.media_id]))

    def _add_marks(
        self, marks: tuple[Review, ...] | tuple[SplitMark, ...], present: Callable[[str], Record | None]
    ) -> int:
        """Take in what nobody said yet of a medium; returns for how many somebody had said something else."""
        kept, done = 0, set()
        for found in marks:
            media_id = self.media.get(found.id)
            if media_id is None or media_id in done:
                continue
            done.add(media_id)
            mark, standing = replace(found, id=media_id), present(media_id)
            if standing is None:
                self.after.append(mark)
            elif standing != mark:
                kept += 1
        return kept


def _place(annotation: Annotation) -> bytes:
    """Medium, label and region as a short digest: those of a whole project are held."""
    text = repr((annotation.media_id, annotation.label_id, annotation.region))
    return hashlib.blake2b(text.encode("utf-8"), digest_size=16).digest()
