"""What annotating cost, and what proposals saved: by item, by model version and over time, out of the project's log."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, field, fields

from core.evaluation.overlaps import overlap
from core.project import Project, media_of
from core.schema import Annotation, Answer, Change, MediaItem, MediaKind, Proposal, ReviewState, Verdict
from core.workflows.working_time import derived_seconds, is_work, measured_seconds, seconds_of, when


@dataclass(frozen=True, slots=True)
class ItemEffort:
    """One medium that somebody worked on. `seconds` are `measured` by the window, or derived from the times of acts.

    `offered`, `accepted` (as they were), `edited`, `rejected`: proposals. `overlap`: mean IoU of the proposals that
    were taken with what became of them. `drawn`: objects by hand. `objects`: all that stand. `edits`: acts of people.
    `assisted`: a model had proposed something before the first act. `model_id`: the model that answered last.
    """

    media_id: str
    path: str
    kind: MediaKind
    state: ReviewState
    day: str
    seconds: float
    measured: bool
    objects: int
    drawn: int
    offered: int
    accepted: int
    edited: int
    rejected: int
    overlap: float | None
    edits: int
    assisted: bool
    model_id: str


@dataclass(frozen=True, slots=True)
class Summary:
    """Items together: of one model version, of one day, with or without proposals, or all of them.

    Seconds per object count items that have objects and a known time.
    """

    name: str
    items: int
    objects: int
    drawn: int
    offered: int
    accepted: int
    edited: int
    rejected: int
    overlap: float | None
    edits: int
    seconds: float
    seconds_per_object: float | None


@dataclass(frozen=True, slots=True)
class Effort:
    """Everything: items in the project's order; summaries by model (of its own proposals) and by day of work."""

    items: tuple[ItemEffort, ...]
    models: tuple[Summary, ...]
    days: tuple[Summary, ...]
    with_proposals: Summary
    without_proposals: Summary
    total: Summary

    def as_json(self) -> dict[str, object]:
        """Plain values for `--json`."""
        return asdict(self)

    def as_csv(self) -> str:
        """A line for each item, with a head."""
        stream = io.StringIO()
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow([one.name for one in fields(ItemEffort)])
        for item in self.items:
            writer.writerow([_cell(getattr(item, one.name)) for one in fields(ItemEffort)])
        return stream.getvalue()


def _cell(value: object) -> object:
    if isinstance(value, bool):
        return int(value)
    return "" if value is None else round(value, 3) if isinstance(value, float) else value


@dataclass(slots=True)
class _Work:
    """What is known of one medium."""

    answers: list[Answer] = field(default_factory=list)
    annotations: list[Annotation] = field(default_factory=list)
    verdicts: list[Verdict] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Fate:
    """What became of one proposal; `iou` with what was accepted."""

    model_id: str
    media_id: str
    kind: str
    iou: float | None = None


def effort_of(project: Project) -> Effort:
    """What the work in a project cost. Media that nobody worked on are left out, and so are imports."""
    history = project.history()
    works = _gather(project, history)
    measured = measured_seconds(project.measures.attention())
    derived = derived_seconds(history, (answer.query for work in works.values() for answer in work.answers))
    reviews = project.reviews()
    items: list[ItemEffort] = []
    fates: list[_Fate] = []
    for medium in project.media():
        work = works.get(medium.id)
        if work is None or not (work.changes or medium.id in measured):
            continue
        own = [fate for answer in work.answers for fate in _fates(answer, work)]
        time = seconds_of(medium.id, measured, derived)
        items.append(_item(medium, work, own, time, reviews.get(medium.id, "new")))
        fates += own
    return Effort(
        tuple(items),
        tuple(_by_model(items, fates, _models_by_time(works.values()))),
        tuple(_grouped(items, lambda item: item.day)),
        summarise("with proposals", [item for item in items if item.assisted]),
        summarise("without proposals", [item for item in items if not item.assisted]),
        summarise("all", items),
    )


def _gather(project: Project, history: Sequence[Change]) -> dict[str, _Work]:
    works: dict[str, _Work] = {}
    for answer in project.answers():
        works.setdefault(answer.query.media_id, _Work()).answers.append(answer)
    for annotation in project.annotations():
        works.setdefault(annotation.media_id, _Work()).annotations.append(annotation)
    for verdict in project.verdicts():
        works.setdefault(verdict.media_id, _Work()).verdicts.append(verdict)
    for change in filter(is_work, history):
        for media_id in media_of((*change.before, *change.after)):
            works.setdefault(media_id, _Work()).changes.append(change)
    for stretch in project.measures.attention():
        works.setdefault(stretch.media_id, _Work())
    return works


def _fates(answer: Answer, work: _Work) -> list[_Fate]:
    finals = {one.proposal_id: one for one in work.annotations if one.proposal_id is not None}
    rejected = {one.proposal_id for one in work.verdicts if one.kind == "rejected"}

    def fate(proposal: Proposal) -> _Fate:
        final = finals.get(proposal.id)
        place = (answer.model_id, answer.query.media_id)
        if final is not None:
            same = final.region == proposal.region
            return _Fate(
                *place, "accepted" if same else "edited", 1.0 if same else overlap(proposal.region, final.region)
            )
        return _Fate(*place, "rejected" if proposal.id in rejected else "open")

    return [fate(proposal) for proposal in answer.proposals]


def _item(
    medium: MediaItem, work: _Work, fates: Sequence[_Fate], time: tuple[float, bool], state: ReviewState
) -> ItemEffort:
    acts = [change for change in work.changes if _edits(change)]
    first = when(acts[0].at) if acts else None
    asked = [when(answer.query.asked_at) for answer in work.answers if answer.proposals]
    assisted = any(first is None or at_s is None or at_s <= first for at_s in asked)
    overlaps = [fate.iou for fate in fates if fate.iou is not None]
    made = [one for one in work.annotations if one.origin != "imported"]
    return ItemEffort(
        media_id=medium.id,
        path=medium.path,
        kind=medium.kind,
        state=state,
        day=work.changes[-1].at[:10] if work.changes else "",
        seconds=time[0],
        measured=time[1],
        objects=len(made),
        drawn=sum(one.proposal_id is None for one in made),
        offered=len(fates),
        accepted=_count(fates, "accepted"),
        edited=_count(fates, "edited"),
        rejected=_count(fates, "rejected"),
        overlap=sum(overlaps) / len(overlaps) if overlaps else None,
        edits=len(acts),
        assisted=assisted,
        model_id=work.answers[-1].model_id if work.answers else "",
    )


def _edits(change: Change) -> bool:
    """Whether a Change touches what stands on a medium, not only its state."""
    return any(isinstance(record, (Annotation, Verdict)) for record in (*change.before, *change.after))


def _count(fates: Iterable[_Fate], kind: str) -> int:
    return sum(fate.kind == kind for fate in fates)


# --- summaries ------------------------------------------------------------------------------------


def summarise(name: str, items: Sequence[ItemEffort]) -> Summary:
    """Items together. The mean overlap is over proposals that were taken, not over items."""
    taken = [(item.overlap, item.accepted + item.edited) for item in items if item.overlap is not None]
    weight = sum(count for _, count in taken)
    timed = [item for item in items if item.objects and item.seconds > 0]
    objects = sum(item.objects for item in timed)
    return Summary(
        name,
        len(items),
        sum(item.objects for item in items),
        sum(item.drawn for item in items),
        sum(item.offered for item in items),
        sum(item.accepted for item in items),
        sum(item.edited for item in items),
        sum(item.rejected for item in items),
        sum(iou * count for iou, count in taken) / weight if weight else None,
        sum(item.edits for item in items),
        sum(item.seconds for item in items),
        sum(item.seconds for item in timed) / objects if objects else None,
    )


def _models_by_time(works: Iterable[_Work]) -> list[str]:
    """The models that answered, the one that was asked first in front: later versions stand below earlier ones."""
    first: dict[str, str] = {}
    for answer in (answer for work in works for answer in work.answers):
        at = answer.query.asked_at
        first[answer.model_id] = min(first.get(answer.model_id, at), at)
    return sorted(first, key=lambda model_id: (first[model_id], model_id))


def _by_model(items: Sequence[ItemEffort], fates: Sequence[_Fate], models: Sequence[str]) -> list[Summary]:
    """Each model version by its own proposals; its time is that of the items that it answered last."""
    known = {fate.model_id for fate in fates} | {item.model_id for item in items if item.model_id}
    found = []
    for model_id in (one for one in models if one in known):
        own = [fate for fate in fates if fate.model_id == model_id]
        ious = [fate.iou for fate in own if fate.iou is not None]
        last = summarise(model_id, [item for item in items if item.model_id == model_id])
        found.append(
            Summary(
                model_id,
                last.items,
                last.objects,
                last.drawn,
                len(own),
                _count(own, "accepted"),
                _count(own, "edited"),
                _count(own, "rejected"),
                sum(ious) / len(ious) if ious else None,
                last.edits,
                last.seconds,
                last.seconds_per_object,
            )
        )
    return found


def _grouped(items: Sequence[ItemEffort], key: Callable[[ItemEffort], str]) -> list[Summary]:
    groups: dict[str, list[ItemEffort]] = {}
    for item in items:
        groups.setdefault(key(item), []).append(item)
    return [summarise(name, members) for name, members in sorted(groups.items()) if name]
