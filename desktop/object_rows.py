"""What the objects list says of an item, row by row. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QCoreApplication

from core.schema import Annotation
from desktop.session.showing import Contents

Group = Literal["proposals", "annotations", "absent"]


@dataclass(frozen=True, slots=True)
class Row:
    """One line. `hidden` and `locked` are None where a row cannot be either."""

    group: Group
    id: str
    text: str
    score: str = ""
    origin: str = ""
    tip: str = ""
    origin_tip: str = ""
    colour: str = ""
    hidden: bool | None = None
    locked: bool | None = None


def _tr(text: str) -> str:
    return QCoreApplication.translate("ObjectRows", text)


def rows_of(contents: Contents, origins: Mapping[str, str]) -> list[Row]:
    """Proposals, annotations, then what is not there; `origins` has the words for where annotations come from."""
    return [*_proposals(contents), *_annotations(contents, origins), *_absent(contents)]


def _proposals(contents: Contents) -> list[Row]:
    rows = []
    for pending in contents.pending:
        said, score = pending.answer.query.expression, pending.proposal.score
        model = pending.answer.model_id.partition("@")[0] or _tr("model")
        rows.append(
            Row(
                "proposals",
                pending.proposal.id,
                said,
                score="–" if score is None else f"{score:.2f}",
                origin=model,
                tip=_tr("{words}\nproposed by {model}").format(words=said, model=model),
                origin_tip=pending.proposal.model_id,
                colour=contents.colours.get(said, ""),
            )
        )
    return rows


def _annotations(contents: Contents, origins: Mapping[str, str]) -> list[Row]:
    rows = []
    for item in contents.annotations:
        text, origin = words_of(item, contents), origins.get(item.origin, item.origin)
        rows.append(
            Row(
                "annotations",
                item.id,
                text,
                origin=origin,
                tip=f"{text}\n{origin}",
                colour=contents.colour_of(item),
                hidden=item.id in contents.hidden_ids,
                locked=item.id in contents.locked_ids,
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
