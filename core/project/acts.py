"""What people do, as Changes: pure builders that read a project and write nothing. `Project.apply` writes.

A new phrase brings its Label and its Phrase in the same Change; the first act on a medium puts it "in work".
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from core.attributes import defaults
from core.errors import ProjectError
from core.project.wording import fold, tidy
from core.schema import (
    Annotation,
    Answer,
    Attribute,
    Box,
    Change,
    Label,
    Origin,
    Phrase,
    Proposal,
    Rating,
    RatingValue,
    Record,
    Region,
    Review,
    ReviewState,
    Segment,
    SplitMark,
    SplitName,
    Verdict,
    new_id,
)

# Told apart with the common colour-vision deficiencies, first the most distinct; repeats with the numbers.
LABEL_COLOURS = (
    "#0072b2",  # blue
    "#e69f00",  # orange
    "#009e73",  # bluish green
    "#cc79a7",  # reddish purple
    "#d55e00",  # vermilion
    "#56b4e9",  # sky blue
    "#f0e442",  # yellow
    "#c9ced6",  # light grey
)


class ProjectView(Protocol):
    """The little that the builders read; `Project` fits, and so does a hand-written fake."""

    def labels(self) -> list[Label]: ...
    def next_label_number(self) -> int: ...
    def phrase_for(self, expression: str) -> Phrase | None: ...
    def label_for(self, expression: str) -> Label | None: ...
    def annotations(self, media_id: str | None = None) -> list[Annotation]: ...
    def verdicts(self, media_id: str | None = None) -> list[Verdict]: ...
    def review_record(self, media_id: str) -> Review | None: ...
    def split_record(self, media_id: str) -> SplitMark | None: ...
    def attribute_table(self) -> list[Attribute]: ...


@dataclass(slots=True)
class Draft:
    """The two sides of a Change while it is being put together."""

    project: ProjectView
    before: list[Record] = field(default_factory=list)
    after: list[Record] = field(default_factory=list)
    attributes: list[Attribute] | None = None

    def change(self, title: str) -> Change:
        return Change(title=title, before=tuple(self.before), after=tuple(self.after))

    def label(self, expression: str, wanted: Label | None) -> Label:
        """The label of an expression; a new phrase is added, with `wanted` or a label of its own."""
        known = self.project.label_for(expression)
        if known is not None:
            return known
        label = wanted or self._new_label(expression)
        self.after.append(Phrase(new_id(), expression, label.id))
        return label

    def _new_label(self, expression: str) -> Label:
        label = new_label(self.project, expression)
        self.after.append(label)
        return label

    def annotate(
        self, media_id: str, label: Label, said: str, region: Region, origin: Origin, proposal_id: str | None = None
    ) -> None:
        """A new annotation, with the values that its attributes begin with."""
        if self.attributes is None:  # once for all of them: there may be a thousand
            self.attributes = self.project.attribute_table()
        begun = defaults(self.attributes, label.id)
        self.after.append(Annotation(new_id(), media_id, label.id, (said,), region, origin, proposal_id, begun))

    def begin_work(self, media_id: str) -> None:
        """The first act on a medium puts it in work."""
        present = self.project.review_record(media_id)
        if present is None or present.state in ("new", "proposed"):
            self.put(present, Review(media_id, "in_work"))

    def put(self, present: Record | None, wanted: Record) -> None:
        if present is not None:
            self.before.append(present)
        self.after.append(wanted)

    def take_back_absence(self, media_id: str, expression: str) -> None:
        """What is there cannot be "not present"."""
        self.before.extend(
            verdict
            for verdict in self.project.verdicts(media_id)
            if verdict.kind == "not_present" and fold(verdict.expression) == fold(expression)
        )

    def take_back_rejections(self, media_id: str, proposal_ids: set[str]) -> None:
        """Who accepts a proposal has changed their mind about rejecting it."""
        self.before.extend(
            verdict
            for verdict in self.project.verdicts(media_id)
            if verdict.kind == "rejected" and verdict.proposal_id in proposal_ids
        )


def new_label(project: ProjectView, name: str) -> Label:
    """A label with the next number and the next colour; it must still be put into a Change."""
    number = project.next_label_number()
    return Label(new_id(), tidy(name), number, LABEL_COLOURS[number % len(LABEL_COLOURS)])


def draw(project: ProjectView, media_id: str, region: Region, expression: str, *, label: Label | None = None) -> Change:
    """A region drawn by hand. `label` is what a phrase that is new maps to; by default a label of its own."""
    said = _said(expression)
    draft = Draft(project)
    used = draft.label(said, label)
    draft.annotate(media_id, used, said, region, "drawn")
    draft.take_back_absence(media_id, said)
    draft.begin_work(media_id)
    return draft.change(f"Draw “{said}”")


def accept(
    project: ProjectView, answer: Answer, proposals: Sequence[Proposal], *, label: Label | None = None
) -> Change:
    """Proposals accepted as they are; those accepted before are left alone."""
    media_id, said = answer.query.media_id, _said(answer.query.expression)
    taken = {annotation.proposal_id for annotation in project.annotations(media_id)}
    fresh = [proposal for proposal in proposals if proposal.id not in taken]
    title = f"Accept “{said}”" if len(fresh) == 1 else f"Accept {len(fresh)} × “{said}”"
    if not fresh:
        return Change(title, (), ())
    return _accepted(project, answer, [(proposal, proposal.region) for proposal in fresh], title, label)


def accept_edited(
    project: ProjectView, answer: Answer, proposal: Proposal, region: Region, *, label: Label | None = None
) -> Change:
    """A proposal accepted with another region."""
    said = _said(answer.query.expression)
    return _accepted(project, answer, [(proposal, region)], f"Accept “{said}”, edited", label)


def _accepted(
    project: ProjectView,
    answer: Answer,
    regions: Sequence[tuple[Proposal, Region]],
    title: str,
    label: Label | None,
) -> Change:
    media_id, said = answer.query.media_id, _said(answer.query.expression)
    draft = Draft(project)
    used = draft.label(said, label)
    for proposal, region in regions:
        origin: Origin = "accepted" if region == proposal.region else "edited"
        draft.annotate(media_id, used, said, region, origin, proposal.id)
    draft.take_back_absence(media_id, said)
    draft.take_back_rejections(media_id, {proposal.id for proposal, _ in regions})
    draft.begin_work(media_id)
    return draft.change(title)


def reject(project: ProjectView, answer: Answer, proposals: Sequence[Proposal]) -> Change:
    """Proposals turned down: each becomes a verdict that trains. Those rejected before are left alone."""
    media_id, said = answer.query.media_id, _said(answer.query.expression)
    known = {verdict.proposal_id for verdict in project.verdicts(media_id) if verdict.kind == "rejected"}
    fresh = [proposal for proposal in proposals if proposal.id not in known]
    draft = Draft(project)
    for proposal in fresh:
        draft.after.append(Verdict(new_id(), media_id, said, "rejected", proposal.id, proposal.region))
    if fresh:
        draft.begin_work(media_id)
    return draft.change(f"Reject “{said}”" if len(fresh) == 1 else f"Reject {len(fresh)} × “{said}”")


def not_present(project: ProjectView, media_id: str, expression: str) -> Change:
    """A person's word that nothing here fits the expression. What they said of it before is taken back."""
    said = _said(expression)
    draft = Draft(project)
    known = [v for v in project.verdicts(media_id) if v.kind == "not_present" and fold(v.expression) == fold(said)]
    for annotation in project.annotations(media_id):
        rest = tuple(text for text in annotation.expressions if fold(text) != fold(said))
        if rest != annotation.expressions:
            draft.before.append(annotation)
            if rest:
                draft.after.append(replace(annotation, expressions=rest))
    if not known:
        draft.label(said, None)
        draft.after.append(Verdict(new_id(), media_id, said, "not_present"))
        draft.begin_work(media_id)
    return draft.change(f"“{said}” is not present")


def edit_region(project: ProjectView, annotation: Annotation, region: Region) -> Change:
    """Another region for an annotation; what was accepted or imported counts as edited from then on."""
    draft = Draft(project)
    if region != annotation.region:
        origin: Origin = "drawn" if annotation.origin == "drawn" else "edited"
        draft.before.append(annotation)
        draft.after.append(replace(annotation, region=region, origin=origin))
        draft.begin_work(annotation.media_id)
    called = _called(annotation)
    moved = all(abs(was - now) < _SAME_SIZE for was, now in zip(_size(annotation.region), _size(region), strict=True))
    return draft.change(f"Move “{called}”" if moved else f"Resize “{called}”")


def _size(region: Region) -> tuple[float, float]:
    """Width and height in pixels, or the length in seconds; of a track, which has many, nothing."""
    if isinstance(region, Box):
        return region.x2 - region.x1, region.y2 - region.y1
    return (region.end_s - region.start_s if isinstance(region, Segment) else 0.0), 0.0


def split_segment(project: ProjectView, annotation: Annotation, at_s: float) -> Change:
    """A segment cut in two at a time inside it; both parts are called alike, the first stays the one it was."""
    region = annotation.region
    if not isinstance(region, Segment) or not region.start_s < at_s < region.end_s:
        raise ProjectError(f"“{_called(annotation)}” cannot be split there", next_step="Choose a time inside a segment")
    draft = Draft(project)
    origin: Origin = "drawn" if annotation.origin == "drawn" else "edited"
    draft.before.append(annotation)
    draft.after.append(replace(annotation, region=Segment(region.start_s, at_s), origin=origin))
    rest = replace(annotation, id=new_id(), region=Segment(at_s, region.end_s), origin=origin)
    draft.after.append(replace(rest, proposal_id=None, extra=()))
    draft.begin_work(annotation.media_id)
    return draft.change(f"Split “{_called(annotation)}”")


def merge_segments(project: ProjectView, annotations: Sequence[Annotation]) -> Change:
    """Segments of one medium made one, from the first start to the last end; the earliest stays, with all words."""
    chosen = sorted(annotations, key=_begins)
    if len(chosen) < 2 or any(not isinstance(item.region, Segment) for item in chosen):
        raise ProjectError("There is nothing to merge", next_step="Choose two or more segments")
    draft = Draft(project)
    first = chosen[0]
    ends = [item.region.end_s for item in chosen if isinstance(item.region, Segment)]
    words = tuple({fold(text): text for item in chosen for text in item.expressions}.values())
    origin: Origin = "drawn" if all(item.origin == "drawn" for item in chosen) else "edited"
    draft.before.extend(chosen)
    draft.after.append(replace(first, region=Segment(_begins(first), max(ends)), expressions=words, origin=origin))
    draft.begin_work(first.media_id)
    return draft.change(f"Merge {len(chosen)} × “{_called(first)}”")


def _begins(annotation: Annotation) -> float:
    return annotation.region.start_s if isinstance(annotation.region, Segment) else 0.0


def set_expression(
    project: ProjectView,
    annotation: Annotation,
    expressions: str | Sequence[str],
    *,
    label: Label | None = None,
    keep_label: bool = False,
) -> Change:
    """Other words for an annotation, one or several; its label follows the first, unless `keep_label`."""
    words = [expressions] if isinstance(expressions, str) else list(expressions)
    said = tuple({fold(text): text for text in map(_said, words)}.values())
    if not said:
        raise ProjectError("An annotation needs words", next_step="Type what it shows")
    draft = Draft(project)
    label_id = annotation.label_id if keep_label else draft.label(said[0], label).id
    changed = replace(annotation, expressions=said, label_id=label_id)
    title = f"Call “{_called(annotation)}” “{said[0]}”"
    if changed == annotation:
        return Change(title, (), ())
    draft.before.append(annotation)
    draft.after.append(changed)
    for text in said:
        draft.take_back_absence(annotation.media_id, text)
    draft.begin_work(annotation.media_id)
    return draft.change(title)


def set_label(project: ProjectView, annotations: Iterable[Annotation], label: Label) -> Change:
    """Another class for annotations; what people say about them stays."""
    draft = Draft(project)
    changed = [annotation for annotation in annotations if annotation.label_id != label.id]
    draft.before.extend(changed)
    draft.after.extend(replace(annotation, label_id=label.id) for annotation in changed)
    for media_id in sorted({annotation.media_id for annotation in changed}):
        draft.begin_work(media_id)
    return draft.change(f"Label {_these(changed)} as “{label.name}”")


def delete(project: ProjectView, annotations: Iterable[Annotation]) -> Change:
    """Annotations taken away."""
    draft = Draft(project)
    draft.before.extend(annotations)
    gone = [record for record in draft.before if isinstance(record, Annotation)]
    for media_id in sorted({annotation.media_id for annotation in gone}):
        draft.begin_work(media_id)
    return draft.change(f"Delete {_these(gone)}")


def take_back_verdicts(project: ProjectView, verdicts: Iterable[Verdict]) -> Change:
    """Rejections or "not present" records taken away."""
    draft = Draft(project, before=list(verdicts))
    return draft.change(f"Take back {len(draft.before)} × “no”")


def set_review(project: ProjectView, media_ids: Iterable[str], state: ReviewState) -> Change:
    """Where media stand in the work."""
    draft = Draft(project)
    for media_id in media_ids:
        present = project.review_record(media_id)
        if present is None or present.state != state:
            draft.put(present, Review(media_id, state))
    return draft.change(f"Mark as {state.replace('_', ' ')}")


def set_split(project: ProjectView, media_ids: Iterable[str], split: SplitName | None) -> Change:
    """The split of media; None takes them out of any."""
    draft = Draft(project)
    for media_id in media_ids:
        present = project.split_record(media_id)
        if present is not None and present.split != split:
            draft.before.append(present)
        if split is not None and (present is None or present.split != split):
            draft.after.append(SplitMark(media_id, split))
    return draft.change(f"Put into {split}" if split else "Take out of the split")


def add_label(project: ProjectView, name: str) -> Change:
    """A label without a phrase yet."""
    label = new_label(project, _said(name))
    return Change(f"Add label “{label.name}”", (), (label,))


def change_label(label: Label, *, name: str | None = None, colour: str | None = None) -> Change:
    """Another name or colour for a label; its number stays."""
    changed = replace(label, name=label.name if name is None else _said(name), colour=colour or label.colour)
    title = f"Change label “{label.name}”"
    return Change(title, (), ()) if changed == label else Change(title, (label,), (changed,))


def map_phrase(project: ProjectView, expression: str, label: Label) -> Change:
    """The label that typing an expression uses from now on; annotations keep theirs."""
    said = _said(expression)
    present = project.phrase_for(said)
    title = f"“{said}” means “{label.name}”"
    if present is None:
        return Change(title, (), (Phrase(new_id(), said, label.id),))
    if present.label_id == label.id:
        return Change(title, (), ())
    return Change(title, (present,), (replace(present, label_id=label.id),))


_SAME_SIZE = 1e-3  # pixels or seconds
_RATED: dict[RatingValue, str] = {"up": "good", "down": "bad", "flag": "to be looked at"}


def rate(present: Rating | None, wanted: Rating | None) -> Change:
    """What a person thinks of an answer, in place of what stood before; None takes the rating back."""
    title = "Take back a rating" if wanted is None else f"Rate an answer: {_RATED[wanted.value]}"
    return Change(title, () if present is None else (present,), () if wanted is None else (wanted,))


def _said(expression: str) -> str:
    said = tidy(expression)
    if not said:
        raise ProjectError("An expression needs words", next_step="Type what to look for")
    return said


def _called(annotation: Annotation) -> str:
    return annotation.expressions[0] if annotation.expressions else "annotation"


def _these(annotations: Sequence[Annotation]) -> str:
    return f"“{_called(annotations[0])}”" if len(annotations) == 1 else f"{len(annotations)} annotations"
