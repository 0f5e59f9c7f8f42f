"""Ask a model what people have answered already, and measure how far the two agree."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from core.errors import MediaError, ModelCrashedError
from core.evaluation import Judged, Truth
from core.grounding.protocol import Grounder
from core.jobs import JobContext, Note
from core.schema import MediaSource
from core.workflows.ask import Aim, ask, check_asked_for


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
    for done, medium in enumerate(media):
        context.progress(done, len(media), medium.source.item.path)
        try:
            result.judged.extend(_judge(grounder, medium, context))
        except MediaError as error:
            result.skipped.append(Note(str(error), medium.source.path))
    context.progress(len(media), len(media))
    return result


def _judge(grounder: Grounder, medium: MediumTruths, context: JobContext) -> list[Judged]:
    try:
        return list(_pairs(grounder, medium, context))
    except ModelCrashedError:
        return list(_pairs(grounder, medium, context))


def _pairs(grounder: Grounder, medium: MediumTruths, context: JobContext) -> Iterator[Judged]:
    check_asked_for(grounder, medium.source)
    for at_s in dict.fromkeys(truth.at_s for truth in medium.truths):  # the whole, or one frame after the other
        truths = [truth for truth in medium.truths if truth.at_s == at_s]
        expressions = [truth.expression for truth in truths]
        answers = ask(grounder, medium.source, expressions, JobContext(context.token), aim=Aim(at_s=at_s))
        for truth, answer in zip(truths, answers, strict=True):
            yield Judged(truth, answer)
