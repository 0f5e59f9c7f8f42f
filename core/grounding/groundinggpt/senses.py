"""Seeing and hearing: by which senses a medium is asked about, and how their answers become one. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

from core.errors import MediaError, ModelError
from core.grounding.groundinggpt.sweep import SenseAnswer
from core.grounding.groundinggpt.windows import FoundSpan
from core.schema import Answer, AskedSense, MediaKind, Method, Proposal, Query, Segment, Sense, new_id

BRANCH_OF: dict[Sense, MediaKind] = {"see": "video", "hear": "audio"}
_DOES: dict[Sense, str] = {"see": "see videos", "hear": "hear"}


def senses_for(
    wanted: AskedSense, path: Path, *, has: Collection[Sense], can: Collection[Sense], model: str
) -> list[Sense]:
    """The senses to ask by, seeing first. has: those that the file gives; can: those that the model has.

    Raises `MediaError` for a sense that the file lacks, `ModelError` for one that the model lacks.
    """
    forced: list[Sense] = ["see", "hear"] if wanted == "both" else [wanted] if wanted in ("see", "hear") else []
    for sense in forced:
        if sense not in has:
            raise _lacks(path, sense)
        if sense not in can:
            raise ModelError(f"The model {model} cannot {_DOES[sense]}", next_step="Choose another model or --sense")
    if forced:
        return forced
    found = [sense for sense in BRANCH_OF if sense in has and sense in can]
    if not found:
        needed = " and ".join(_DOES[sense] for sense in BRANCH_OF if sense in has)
        raise ModelError(
            f"The model {model} cannot answer about {path}",
            why=f"It would have to {needed}",
            next_step="Choose another model for it",
        )
    return found


def _lacks(path: Path, sense: Sense) -> MediaError:
    if sense == "hear":
        return MediaError(f"{path} cannot be heard", why="It is a silent video", next_step="Ask with --sense see")
    return MediaError(f"{path} cannot be seen", why="It is a sound", next_step="Ask with --sense hear")


def combined(
    query: Query, by_sense: Mapping[Sense, SenseAnswer], *, model_id: str, seconds: float, warnings: Sequence[str] = ()
) -> Answer:
    """One answer: present if any sense says so, absent only if all do; an error of one never counts as absence."""
    answers = list(by_sense.items())
    failed = {sense: answer for sense, answer in answers if answer.error is not None}
    is_there = any(answer.present for _, answer in answers)
    notes = [*warnings, *(text for _, answer in answers for text in answer.warnings)]
    if is_there:
        notes += [f"{query.expression}: {sense}: {answer.error}" for sense, answer in failed.items()]
    presences = [answer.presence for _, answer in answers if answer.presence is not None]
    alone = len(answers) == 1
    return Answer(
        query=query,
        proposals=tuple(
            proposal
            for sense, answer in answers
            for proposal in span_proposals(query, answer.spans, sense, answer.method, model_id)
        ),
        present=True if is_there else None if failed else False,
        raw_text="\n".join(answer.text if alone else f"{sense}: {answer.text}" for sense, answer in answers),
        model_id=model_id,
        presence_score=max(presences, default=None),
        error=None if is_there else _errors(failed, alone),
        dropped=tuple(chunk for _, answer in answers for chunk in answer.dropped),
        warnings=tuple(dict.fromkeys(notes)),
        seconds=seconds,
    )


def _errors(failed: Mapping[Sense, SenseAnswer], alone: bool) -> str | None:
    texts = [str(answer.error) if alone else f"{sense}: {answer.error}" for sense, answer in failed.items()]
    return "; ".join(texts) or None


def span_proposals(
    query: Query, spans: Sequence[FoundSpan], sense: Sense, method: Method, model_id: str
) -> list[Proposal]:
    """Spans as they are offered to a person."""
    return [
        Proposal(
            new_id(), query.id, Segment(*span.span_s), span.score, model_id,
            sense=sense, method=method, precision_s=span.precision_s,
        )
        for span in spans
    ]  # fmt: skip
