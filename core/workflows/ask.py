"""Ask a model about one medium: queries out of expressions, answers one by one, and the words of `ground --json`."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from core.errors import ModelError, UserError
from core.grounding.protocol import Grounder
from core.jobs import JobContext
from core.media import probe_item
from core.schema import Answer, Box, MediaKind, MediaSource, Proposal, Query, Segment, Track, new_id

_KIND_WORDS: dict[MediaKind, str] = {"image": "picture", "video": "video", "audio": "sound"}


def medium_at(path: Path) -> MediaSource:
    """A medium that belongs to no project. Raises `MediaError` when it is missing, empty or no medium."""
    return MediaSource(probe_item(path, root="", relative=path.as_posix()), str(path))


def make_queries(source: MediaSource, expressions: Sequence[str], *, author: str = "") -> list[Query]:
    """One query for each expression, word for word. Raises `UserError` for an expression without words."""
    now = datetime.now(UTC).isoformat(timespec="milliseconds")
    if any(not expression.strip() for expression in expressions):
        raise UserError("There is nothing to look for", why="An expression is empty", next_step="Say what to look for")
    return [Query(new_id(), source.item.id, text, author=author, asked_at=now) for text in expressions]


def ask(
    grounder: Grounder, source: MediaSource, expressions: Sequence[str], context: JobContext, *, author: str = ""
) -> Iterator[Answer]:
    """Answer every expression about one medium, in order, each as soon as it is known.

    Raises `UserError` for an empty expression, `ModelError` when the model cannot answer for this kind of
    medium, `MediaError` when it cannot be read, `Cancelled`.
    """
    queries = make_queries(source, expressions, author=author)
    if source.item.kind != "image":
        check_kind(grounder, source)
    for done, answer in enumerate(grounder.ground(queries, source, context), start=1):
        yield answer
        context.progress(done, len(queries))


def check_kind(grounder: Grounder, source: MediaSource) -> None:
    """Raise `ModelError` when a model has no sense for this kind of medium."""
    info = grounder.describe()
    kind = source.item.kind
    if kind not in info.kinds:
        known = " and ".join(f"{_KIND_WORDS[known]}s" for known in sorted(info.kinds))
        raise ModelError(
            f"{source.path} cannot be asked about",
            why=f"It is a {_KIND_WORDS[kind]}, and the model {info.name} answers for {known}",
            next_step="Choose another model",
        )


def answers_to_json(
    source: MediaSource, answers: Iterable[Answer], *, model_id: str, media_name: str | None = None
) -> dict[str, object]:
    """The object that `ground --json` prints (`docs/cli.md`). `media_name` is the medium as the person named it."""
    answers = list(answers)
    item = source.item
    warnings = [*item.warnings, *(text for answer in answers for text in answer.warnings)]
    return {
        "media": media_name or source.path,
        "kind": item.kind,
        "width": item.width,
        "height": item.height,
        "duration_s": item.duration_s,
        "model": model_id,
        "warnings": list(dict.fromkeys(warnings)),
        "results": [_result(answer) for answer in answers],
    }


def _result(answer: Answer) -> dict[str, object]:
    return {
        "expression": answer.query.expression,
        "present": answer.present,
        "presence_score": _rounded(answer.presence_score, 6),
        "error": answer.error,
        "proposals": [_proposal(proposal) for proposal in answer.proposals],
        "dropped": list(answer.dropped),
        "raw_text": answer.raw_text,
        "seconds": round(answer.seconds, 4),
    }


def _proposal(proposal: Proposal) -> dict[str, object]:
    box: list[float] | None = None
    time_s: float | None = None
    segment: list[float] | None = None
    match proposal.region:
        case Box() as region:
            box, time_s = _corners(region), region.at_s
        case Segment(start_s, end_s):
            segment = [start_s, end_s]
        case Track(keys):  # a track is told by its first box and its extent in time
            box, time_s = _corners(keys[0]), keys[0].at_s
            segment = [keys[0].at_s or 0.0, keys[-1].at_s or 0.0]
    return {
        "box_xyxy": box,
        "time_s": time_s,
        "segment_s": segment,
        "precision_s": proposal.precision_s,
        "score": _rounded(proposal.score, 6),
        "sense": proposal.sense,
        "method": proposal.method,
    }


def _corners(box: Box) -> list[float]:
    return [round(value, 3) for value in (box.x1, box.y1, box.x2, box.y2)]


def _rounded(value: float | None, digits: int) -> float | None:
    return None if value is None or math.isnan(value) else round(value, digits)
