"""Several acts as one Change, so that one undo takes all of it back. Pure; writes nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from core.project import acts
from core.project.acts import ProjectView
from core.project.wording import fold
from core.schema import (
    Annotation,
    Answer,
    Attribute,
    Change,
    Label,
    Phrase,
    Proposal,
    Record,
    Region,
    Review,
    SplitMark,
    Verdict,
)
from desktop.session.pending import Pending

_Key = tuple[type, str]
_R = TypeVar("_R", Label, Phrase, Annotation, Verdict)


class Ahead:
    """A project as it will be once the acts so far are applied: what the next builder reads."""

    def __init__(self, project: ProjectView) -> None:
        self._project = project
        self._before: dict[_Key, Record] = {}
        self._after: dict[_Key, Record] = {}
        self._reviews: dict[str, Review | None] = {}  # as the project has them: asked for by each of a thousand acts
        self._attributes: list[Attribute] | None = None  # like these

    def add(self, change: Change) -> None:
        """Take an act in."""
        kept = {_key(record) for record in change.after}
        for record in change.before:
            if _key(record) in self._after:
                if _key(record) not in kept:
                    del self._after[_key(record)]
            else:
                self._before[_key(record)] = record
        for record in change.after:
            self._after[_key(record)] = record

    def change(self, title: str) -> Change:
        """Everything taken in, as one Change."""
        return Change(title, tuple(self._before.values()), tuple(self._after.values()))

    # --- what builders read ------------------------------------------------------------------

    def labels(self) -> list[Label]:
        return [*self._project.labels(), *self._added(Label)]

    def next_label_number(self) -> int:
        numbers = [label.number + 1 for label in self._added(Label)]
        return max([self._project.next_label_number(), *numbers])

    def phrase_for(self, expression: str) -> Phrase | None:
        added = (phrase for phrase in self._added(Phrase) if fold(phrase.expression) == fold(expression))
        return next(added, None) or self._project.phrase_for(expression)

    def label_for(self, expression: str) -> Label | None:
        phrase = self.phrase_for(expression)
        if phrase is None:
            return None
        return next((label for label in self.labels() if label.id == phrase.label_id), None)

    def annotations(self, media_id: str | None = None) -> list[Annotation]:
        kept = [item for item in self._project.annotations(media_id) if not self._touched(item)]
        return kept + [item for item in self._added(Annotation) if media_id in (None, item.media_id)]

    def verdicts(self, media_id: str | None = None) -> list[Verdict]:
        kept = [item for item in self._project.verdicts(media_id) if not self._touched(item)]
        return kept + [item for item in self._added(Verdict) if media_id in (None, item.media_id)]

    def review_record(self, media_id: str) -> Review | None:
        added = self._after.get((Review, media_id))
        if isinstance(added, Review):
            return added
        if media_id not in self._reviews:
            self._reviews[media_id] = self._project.review_record(media_id)
        return self._reviews[media_id]

    def split_record(self, media_id: str) -> SplitMark | None:
        added = self._after.get((SplitMark, media_id))
        return added if isinstance(added, SplitMark) else self._project.split_record(media_id)

    def attribute_table(self) -> list[Attribute]:
        if self._attributes is None:
            self._attributes = self._project.attribute_table()
        return self._attributes

    def _touched(self, record: Record) -> bool:
        return _key(record) in self._before or _key(record) in self._after

    def _added(self, kind: type[_R]) -> list[_R]:
        return [record for record in self._after.values() if isinstance(record, kind)]


def _key(record: Record) -> _Key:
    return (type(record), record.id)


def accept_together(project: ProjectView, chosen: Sequence[Pending]) -> Change:
    """Proposals of one or several answers, accepted as they are."""
    title = f"Accept {len(chosen)} proposals"
    return _together(project, chosen, acts.accept, title)


def reject_together(project: ProjectView, chosen: Sequence[Pending]) -> Change:
    """Proposals of one or several answers, turned down."""
    title = f"Reject {len(chosen)} proposals"
    return _together(project, chosen, acts.reject, title)


def _together(
    project: ProjectView,
    chosen: Sequence[Pending],
    act: Callable[[ProjectView, Answer, Sequence[Proposal]], Change],
    title: str,
) -> Change:
    """One Change of what is done answer by answer; the title is for several answers."""
    ahead = Ahead(project)
    titles = []
    for group in by_answer(chosen):
        change = act(ahead, group[0].answer, [pending.proposal for pending in group])
        ahead.add(change)
        titles.append(change.title)
    return ahead.change(titles[0] if len(titles) == 1 else title)


def absent_together(
    project: ProjectView, media_id: str, expressions: Sequence[str], pending: Sequence[Pending]
) -> Change:
    """Expressions none of which is there; what a model still offers for them is turned down with it."""
    ahead = Ahead(project)
    titles = []
    for expression in expressions:
        offered = [item for item in pending if fold(item.answer.query.expression) == fold(expression)]
        for group in by_answer(offered):
            ahead.add(acts.reject(ahead, group[0].answer, [item.proposal for item in group]))
        act = acts.not_present(ahead, media_id, expression)
        ahead.add(act)
        titles.append(act.title)
    return ahead.change(titles[0] if len(titles) == 1 else f"{len(titles)} expressions are not present")


def draw_called(project: ProjectView, media_id: str, region: Region, expressions: Sequence[str]) -> Change:
    """A region drawn by hand that several expressions name."""
    ahead = Ahead(project)
    act = acts.draw(ahead, media_id, region, expressions[0])
    ahead.add(act)
    if len(expressions) > 1:
        drawn = next(record for record in act.after if isinstance(record, Annotation))
        ahead.add(acts.set_expression(ahead, drawn, expressions))
    return ahead.change(act.title)


def delete_together(
    project: ProjectView,
    annotations: Sequence[Annotation],
    absent: Sequence[Verdict],
    pending: Sequence[Pending] = (),
) -> Change:
    """Annotations and "not present" verdicts, taken away; proposals among them are turned down."""
    if pending and not annotations and not absent:
        return reject_together(project, pending)
    ahead = Ahead(project)
    title = f"Delete {len(annotations) + len(absent) + len(pending)} objects"
    if annotations:
        act = acts.delete(ahead, annotations)
        ahead.add(act)
        title = act.title if not absent and not pending else title
    if absent:
        act = acts.take_back_verdicts(ahead, absent)
        ahead.add(act)
        title = act.title if not annotations and not pending else title
    if pending:
        ahead.add(reject_together(ahead, pending))
    return ahead.change(title)


def rename_together(
    project: ProjectView, annotation: Annotation, expressions: Sequence[str], label_name: str
) -> Change:
    """Other words for an annotation, and the class of this name: a known one, or a new one for new words."""
    ahead = Ahead(project)
    wanted = next((label for label in project.labels() if fold(label.name) == fold(label_name)), None)
    act = acts.set_expression(ahead, annotation, expressions, label=wanted)
    ahead.add(act)
    title = act.title
    changed = next((record for record in act.after if isinstance(record, Annotation)), annotation)
    if label_name and wanted is None and fold(label_name) != fold(expressions[0]):
        added = acts.add_label(ahead, label_name)
        ahead.add(added)
        wanted = next(record for record in added.after if isinstance(record, Label))
    if wanted is not None and changed.label_id != wanted.id:
        relabel = acts.set_label(ahead, [changed], wanted)
        ahead.add(relabel)
        title = title if act.after else relabel.title
    return ahead.change(title)


def rename_all_together(
    project: ProjectView, annotations: Sequence[Annotation], expressions: Sequence[str], label_name: str
) -> Change:
    """Other words and another class for several annotations. Without words each keeps its own, without a class too."""
    ahead = Ahead(project)
    for annotation in annotations:
        if expressions:
            ahead.add(rename_together(ahead, annotation, expressions, label_name))
    said = expressions[0] if expressions else label_name
    if not expressions and label_name:
        wanted = next((label for label in project.labels() if fold(label.name) == fold(label_name)), None)
        if wanted is None:
            added = acts.add_label(ahead, label_name)
            ahead.add(added)
            wanted = next(record for record in added.after if isinstance(record, Label))
        ahead.add(acts.set_label(ahead, annotations, wanted))
    return ahead.change(f"Call {len(annotations)} annotations “{said}”")


def by_answer(chosen: Sequence[Pending]) -> list[list[Pending]]:
    """Proposals grouped by the answer they came in, in order."""
    groups: dict[str, list[Pending]] = {}
    for pending in chosen:
        groups.setdefault(pending.answer.query.id, []).append(pending)
    return list(groups.values())
