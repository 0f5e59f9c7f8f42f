"""Ask a model what people have answered already, and measure how far the two agree."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from core.errors import MediaError
from core.evaluation import Judged, Truth
from core.grounding.protocol import Asked, Grounder
from core.jobs import JobContext, Note
from core.schema import MediaSource
from core.workflows.ask import Aim, check_asked_for, make_queries
from core.workflows.asking_many import Crashed, answer_all


@dataclass(frozen=True, slots=True)
class MediumTruths:
    """A medium and everything known to be true of it."""

    source: MediaSource
    truths: tuple[Truth, ...]


@dataclass(slots=True)
class Evaluation:
    """Judged answers, and the media that could not be asked about."""

    judged: list[Judged] = field(default_factory=list)
    skipped: list[Note] = field(default_factory=list)


def group_by_medium(pairs: Iterable[tuple[MediaSource, Truth]]) -> list[MediumTruths]:
    """Truths gathered by the path of their medium, in order of first appearance: each is decoded once.

    A medium that stands in several data under several ids has the first one from here on.
    """
    sources: dict[str, MediaSource] = {}
    truths: dict[str, list[Truth]] = {}
    for source, truth in pairs:
        known = sources.setdefault(source.path, source)
        truths.setdefault(source.path, []).append(replace(truth, media_id=known.item.id))
    return [MediumTruths(source, tuple(truths[path])) for path, source in sources.items()]


def evaluate(grounder: Grounder, media: Sequence[MediumTruths], context: JobContext) -> Evaluation:
    """Ask every expression that has a truth and put answer and truth side by side.

    A medium that cannot be read is skipped and noted. Raises `ModelError`, `Cancelled`, and
    `ModelCrashedError` when the model crashes twice on the same medium.
    """
    result = Evaluation()
    fitting = [medium for medium in media if _is_for(grounder, medium, result.skipped)]
    by_medium = [_truths_in_order(medium) for medium in fitting]
    asked = (_asked(medium.source, truths) for medium, truths in zip(fitting, by_medium, strict=True))
    for outcome in answer_all(grounder, asked, context):
        source = fitting[outcome.index].source
        if isinstance(outcome, Crashed):
            raise outcome.error
        if outcome.error is not None:
            result.skipped.append(Note(str(outcome.error), source.path))
        else:
            result.judged += map(Judged, by_medium[outcome.index], outcome.answers)
        context.progress(outcome.index + 1, len(fitting), source.item.path)
    return result


def _is_for(grounder: Grounder, medium: MediumTruths, skipped: list[Note]) -> bool:
    try:
        check_asked_for(grounder, medium.source)
    except MediaError as error:
        skipped.append(Note(str(error), medium.source.path))
        return False
    return True


def _truths_in_order(medium: MediumTruths) -> list[Truth]:
    """The whole, or one frame after the other."""
    moments = dict.fromkeys(truth.at_s for truth in medium.truths)
    return [truth for at_s in moments for truth in medium.truths if truth.at_s == at_s]


def _asked(source: MediaSource, truths: Sequence[Truth]) -> Asked:
    queries = [make_queries(source, [truth.expression], aim=Aim(at_s=truth.at_s))[0] for truth in truths]
    return Asked(source, tuple(queries))
