"""What a conversation about an item looks like: its entries, the boxes and spans in them, and what became of those.

Of Qt it uses only the words of another language; it does not know how an answer is got.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from PySide6.QtCore import QCoreApplication

from core.evaluation.calibration import Calibrator
from core.project import Project
from core.schema import Answer, Box, Proposal, Rating, Segment
from core.workflows.calibrate import calibrated
from core.workflows.chat import Exchange
from desktop import core_words
from desktop.session.pending import pending_proposals

EntryState = Literal["waiting", "answered", "failed", "stopped"]
MarkState = Literal["open", "accepted", "closed", "not_kept"]


@dataclass(frozen=True, slots=True)
class Mark:
    """A box or span of an answer. `id` is its proposal's, `shown_id` what is selected to see it.

    `score` as it is shown everywhere; `measured` is the model's own where that is another one.
    "closed": rejected, deleted since, or replaced by a newer answer. "not_kept": the project could not be written.
    """

    id: str
    text: str
    score: float | None
    state: MarkState
    shown_id: str = ""
    measured: float | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """A question and what came of it. `earlier` ones were rated before and are shown because of that."""

    id: str
    question: str
    text: str = ""
    model: str = ""
    note: str = ""
    state: EntryState = "answered"
    marks: tuple[Mark, ...] = ()
    rating: Rating | None = None
    is_last: bool = False
    earlier: bool = False


@dataclass(frozen=True, slots=True)
class Fates:
    """What became of the proposals of one item."""

    open: frozenset[str] = frozenset()
    accepted: tuple[tuple[str, str], ...] = ()  # (proposal, annotation)
    answers: tuple[Answer, ...] = ()
    curves: Mapping[str, Calibrator] = field(default_factory=dict)  # what scores mean in the project, by model id

    def mark(self, proposal: Proposal, number: int) -> Mark:
        """A proposal as it is shown; `number` counts the boxes of an answer from 1."""
        annotation_id = dict(self.accepted).get(proposal.id)
        state: MarkState = "closed"
        if annotation_id is not None:
            state = "accepted"
        elif proposal.id in self.open:
            state = "open"
        elif all(proposal.query_id != answer.query.id for answer in self.answers):
            state = "not_kept"
        shown_id, measured = annotation_id or proposal.id, proposal.score
        if proposal.model_id not in self.curves:
            return Mark(proposal.id, mark_text(proposal, number), measured, state, shown_id)
        score = calibrated(measured, proposal.model_id, self.curves)
        return Mark(proposal.id, mark_text(proposal, number), score, state, shown_id, measured)

    def marks(self, answers: Sequence[Answer]) -> tuple[Mark, ...]:
        """Everything that answers offer, in their order."""
        offered = [proposal for answer in answers for proposal in answer.proposals]
        return tuple(self.mark(proposal, number) for number, proposal in enumerate(offered, start=1))


def fates_of(project: Project, media_id: str, curves: Mapping[str, Calibrator] | None = None) -> Fates:
    """Read what became of the proposals of an item. curves: what scores mean here, by model id."""
    answers = project.answers(media_id)
    pending = pending_proposals(answers, project.history(media_id))
    taken = ((note.proposal_id, note.id) for note in project.annotations(media_id) if note.proposal_id)
    return Fates(frozenset(item.proposal.id for item in pending), tuple(taken), tuple(answers), curves or {})


def mark_text(proposal: Proposal, number: int) -> str:
    """A box by its number, and its time in a video; a span by its ends."""
    match proposal.region:
        case Segment(start_s, end_s):
            return f"{start_s:.2f}–{end_s:.2f} s"
        case Box(at_s=at_s) if at_s is not None:
            return f"{number} · {at_s:.2f} s"
        case _:
            return str(number)


def entry_of(entry_id: str, exchange: Exchange, rating: Rating | None, fates: Fates) -> Entry:
    """An exchange as it is shown."""
    reply = exchange.reply
    return Entry(
        id=entry_id,
        question=exchange.text,
        text=reply.text,
        model=model_name(reply.model_id),
        note="\n".join(_notes(exchange)),
        state="answered" if reply.error is None else "failed",
        marks=fates.marks(reply.answers),
        rating=rating,
    )


def earlier_entry(rating: Rating, fates: Fates) -> Entry:
    """An answer that was rated in an earlier session, as the rating tells it."""
    answers = [answer for answer in fates.answers if answer.query.id in rating.query_ids]
    name = model_name(rating.model_id)
    return Entry(rating.id, rating.question, rating.text, name, marks=fates.marks(answers), rating=rating, earlier=True)


def earlier_entries(ratings: Sequence[Rating], known: Collection[str], fates: Fates) -> list[Entry]:
    """Rated answers that are not among those of this session."""
    return [earlier_entry(rating, fates) for rating in ratings if rating.id not in known]


def model_name(model_id: str) -> str:
    """A model's name for people, without the digits of its weights."""
    return model_id.partition("@")[0]


def _notes(exchange: Exchange) -> list[str]:
    reply = exchange.reply
    notes = [core_words.said(reply.error)] if reply.error else []
    lost = QCoreApplication.translate("Chat", "Left out: {text}")
    notes += [lost.format(text=core_words.said(dropped)) for dropped in reply.dropped]
    if reply.left_out:
        forgot = QCoreApplication.translate("Chat", "The model had no room for the first questions: {count}")
        notes.append(forgot.format(count=reply.left_out))
    return notes + [core_words.said(warning) for warning in reply.warnings]
