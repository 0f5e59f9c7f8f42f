"""What a Change did on one item, in lines for people. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication

from core.project.past import Kept, Sides
from core.schema import Annotation, Box, Region, Segment, Track, Verdict


@dataclass(frozen=True, slots=True)
class Source:
    """A proposal that was decided about: the model, how sure it was, and what it was asked."""

    model_id: str
    score: float | None
    expression: str


def _tr(text: str) -> str:
    return QCoreApplication.translate("Differences", text)


def difference_lines(sides: Sides, names: Mapping[str, str]) -> Iterator[str]:
    """A line for each record that came, went or changed. `names` are the labels' by their ids."""
    before = {record.id: record for record in sides.before}
    after = {record.id: record for record in sides.after}
    for record_id in dict.fromkeys((*before, *after)):
        old, new = before.get(record_id), after.get(record_id)
        if old is None and new is not None:
            yield "+ " + _whole(new)
        elif new is None and old is not None:
            yield "− " + _whole(old)
        elif isinstance(old, Annotation) and isinstance(new, Annotation):
            parts = "; ".join(_changes(old, new, names))
            if parts:
                yield f"~ {_called(new)}: {parts}"


def place_text(region: Region) -> str:
    """Where a region is: corner and size in pixels, or from when to when."""
    match region:
        case Box():
            place = _tr("{x}, {y}, {w} × {h} px").format(
                x=_px(region.x1), y=_px(region.y1), w=_px(region.x2 - region.x1), h=_px(region.y2 - region.y1)
            )
            return place if region.at_s is None else _tr("{place} at {at} s").format(place=place, at=_s(region.at_s))
        case Segment():
            return _tr("{start}–{end} s").format(start=_s(region.start_s), end=_s(region.end_s))
        case Track():
            start, end = region.keys[0].at_s or 0.0, region.keys[-1].at_s or 0.0
            track = _tr("track of {n} key boxes, {start}–{end} s")
            return track.format(n=len(region.keys), start=_s(start), end=_s(end))


def _whole(record: Kept) -> str:
    if isinstance(record, Verdict):
        kind = _tr("not present") if record.kind == "not_present" else _tr("rejected")
        where = f", {place_text(record.region)}" if record.region is not None else ""
        return f"“{record.expression}” {kind}{where}"
    return f"{_called(record)}, {place_text(record.region)}"


def _called(annotation: Annotation) -> str:
    return "“" + ", ".join(annotation.expressions or ("?",)) + "”"


def _changes(old: Annotation, new: Annotation, names: Mapping[str, str]) -> Iterator[str]:
    if old.expressions != new.expressions:
        yield _tr("was called {old}").format(old=_called(old))
    if old.label_id != new.label_id:
        label = _tr("label {old} → {new}")
        yield label.format(old=names.get(old.label_id, "?"), new=names.get(new.label_id, "?"))
    if old.region != new.region:
        yield f"{place_text(old.region)} → {place_text(new.region)}"
    then, now = dict(old.attributes), dict(new.attributes)
    for name in dict.fromkeys((*then, *now)):
        if then.get(name) != now.get(name):
            yield f"{name} {then.get(name, '–')} → {now.get(name, '–')}"


def _px(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def _s(value: float) -> str:
    return f"{value:.3f}".rstrip("0").removesuffix(".")
