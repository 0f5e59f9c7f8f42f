"""What the objects list says of an item, row by row, in which order, and which rows fit some words. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QCoreApplication

from core.project.wording import fold
from core.schema import Annotation, Box, Region, Track
from desktop.session.pending import Pending
from desktop.session.showing import Contents
from desktop.spans import lasting
from desktop.views.time_window import clock

Group = Literal["proposals", "annotations", "absent"]
Order = Literal["", "text", "time", "score", "origin"]
GROUPS: tuple[Group, ...] = ("proposals", "annotations", "absent")
_STEP_S = 0.001
_SHORT_S = 0.1  # in a narrow column


@dataclass(frozen=True, slots=True)
class Row:
    """One line. `hidden` and `locked` are None where a row cannot be either. It is sorted by `at_s` and `sure`."""

    group: Group
    id: str
    text: str
    score: str = ""
    origin: str = ""
    time: str = ""
    tip: str = ""
    origin_tip: str = ""
    colour: str = ""
    hidden: bool | None = None
    locked: bool | None = None
    at_s: float = 0.0
    sure: float = -1.0


def _tr(text: str) -> str:
    return QCoreApplication.translate("ObjectRows", text)


def rows_of(contents: Contents, origins: Mapping[str, str]) -> list[Row]:
    """Proposals, annotations, then what is not there; `origins` has the words for where annotations come from."""
    return [*_proposals(contents), *_annotations(contents, origins), *_absent(contents)]


def in_order(rows: Sequence[Row], order: Order, *, descending: bool = False) -> list[Row]:
    """The rows sorted within their groups; "" is the order of making. Equal ones keep it."""
    found: list[Row] = []
    for group in GROUPS:
        members = [row for row in rows if row.group == group]
        if order == "text":
            members.sort(key=lambda row: row.text.casefold(), reverse=descending)
        elif order == "origin":
            members.sort(key=lambda row: row.origin.casefold(), reverse=descending)
        elif order == "time":
            members.sort(key=lambda row: row.at_s, reverse=descending)
        elif order == "score":
            members.sort(key=lambda row: row.sure, reverse=descending)
        found += members
    return found


def fitting(rows: Sequence[Row], words: str) -> list[Row]:
    """The rows in which each of these words stands, in what they say or where they come from."""
    wanted = fold(words).split()
    return [row for row in rows if all(word in fold(f"{row.text} {row.origin}") for word in wanted)]


def model_name(pending: Pending) -> str:
    """The model of a proposal, without the hash of its weights."""
    return (pending.proposal.model_id or pending.answer.model_id).partition("@")[0] or _tr("model")


def score_text(score: float | None) -> str:
    """How sure the model was; a dash where it was not measured."""
    return "–" if score is None else f"{score:.2f}"


def time_text(region: Region, step_s: float = _STEP_S) -> str:
    """From when to when, or at which moment; "" for a box of a picture."""
    span = lasting(region)
    if span is not None:
        return f"{clock(span.start_s, step_s)}–{clock(span.end_s, step_s)}"
    box = region.keys[0] if isinstance(region, Track) else region
    return clock(box.at_s, step_s) if isinstance(box, Box) and box.at_s is not None else ""


def _begins(region: Region) -> float:
    span = lasting(region)
    if span is not None:
        return span.start_s
    box = region.keys[0] if isinstance(region, Track) else region
    return box.at_s or 0.0 if isinstance(box, Box) else 0.0


def _proposals(contents: Contents) -> list[Row]:
    rows = []
    for pending in contents.pending:
        said, score, model = pending.answer.query.expression, pending.score, model_name(pending)
        time = time_text(pending.proposal.region)
        told = [said, _tr("proposed by {model}").format(model=model), time, trust_text(score, pending.measured)]
        rows.append(
            Row(
                "proposals",
                pending.proposal.id,
                said,
                score=score_text(score),
                origin=model,
                time=time_text(pending.proposal.region, _SHORT_S),
                tip="\n".join(line for line in told if line),
                origin_tip=pending.proposal.model_id,
                colour=contents.colours.get(said, ""),
                at_s=_begins(pending.proposal.region),
                sure=-1.0 if score is None else score,
            )
        )
    return rows


def trust_text(shown: float | None, measured: float | None) -> str:
    """A calibrated score beside the measured one; "" where there is no calibration."""
    if shown is None or measured is None:
        return ""
    return _tr("score {calibrated}, going by what was accepted here; measured {measured}").format(
        calibrated=score_text(shown), measured=score_text(measured)
    )


def _annotations(contents: Contents, origins: Mapping[str, str]) -> list[Row]:
    rows = []
    for item in contents.annotations:
        text, origin = words_of(item, contents), origins.get(item.origin, item.origin)
        source, time = contents.source_of(item), time_text(item.region)
        where = origin if source is None else f"{origin} · {model_name(source)}"
        score = None if source is None else source.score
        trust = "" if source is None else trust_text(source.score, source.measured)
        attributes = [f"{name}: {value}" for name, value in item.attributes]
        rows.append(
            Row(
                "annotations",
                item.id,
                text,
                score="" if source is None else score_text(score),
                origin=where,
                time=time_text(item.region, _SHORT_S),
                tip="\n".join(line for line in (text, where, time, trust, *attributes) if line),
                origin_tip=where if source is None else f"{origin}\n{source.proposal.model_id}",
                colour=contents.colour_of(item),
                hidden=item.id in contents.hidden_ids,
                locked=item.id in contents.locked_ids,
                at_s=_begins(item.region),
                sure=-1.0 if score is None else score,
            )
        )
    return rows


def _absent(contents: Contents) -> list[Row]:
    return [Row("absent", verdict.id, verdict.expression, tip=verdict.expression) for verdict in contents.absent]


def words_of(annotation: Annotation, contents: Contents) -> str:
    """What a person said, and the class when that is another word."""
    said = ", ".join(annotation.expressions)
    label = contents.labels.get(annotation.label_id)
    name = label.name if label is not None else ""
    if not said:
        return name
    return said if not name or name.casefold() in said.casefold() else f"{said}  ·  {name}"
