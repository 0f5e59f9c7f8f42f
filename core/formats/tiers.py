"""What ELAN and Praat share: a tier per label, and further tiers for spans that overlap, called `label #2`, `label #3`.

Both refuse spans of one tier that overlap. `dog #2` is read as `dog` where there is a tier `dog`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from core.jobs import Note, Report
from core.schema import Annotation, Label, Segment

_MORE = re.compile(r"^(.*) #(\d+)$", re.DOTALL)


@dataclass(slots=True)
class Tier:
    """Spans that do not overlap, in order of time, each with its text and the annotation it is of."""

    name: str
    label: Label
    spans: list[tuple[Segment, str, Annotation]] = field(default_factory=list)
    is_points: bool = False


def tiers_of(
    annotations: Sequence[Annotation], labels: Iterable[Label], *, silent: bool, points: bool, report: Report
) -> list[Tier]:
    """Spans laid out on tiers, by label number.

    `silent`: a span without expression has an empty text, otherwise its label. `points`: spans without length go to
    tiers of their own. Spans that share only an end do not overlap.
    """
    by_label: dict[str, list[tuple[Segment, str, Annotation]]] = {}
    labels = list(labels)
    names = {label.id: label.name for label in labels}
    for one in annotations:
        assert isinstance(one.region, Segment)  # what sort_out lets through
        texts = one.expressions or (("",) if silent else (names[one.label_id],))
        by_label.setdefault(one.label_id, []).extend((one.region, text, one) for text in texts)
    ordered = sorted(labels, key=lambda label: label.number)
    taken = {label.name for label in ordered}
    found: list[Tier] = []
    for label in ordered:
        mine: list[Tier] = []
        spans = sorted(by_label.get(label.id, ()), key=lambda entry: (entry[0].start_s, entry[0].end_s))
        for entry in spans:
            is_point = points and entry[0].start_s == entry[0].end_s
            tier = next((t for t in mine if t.is_points == is_point and _fits(entry[0], t)), None)
            if tier is None:
                tier = Tier(label.name if not mine else _free(label.name, taken), label, is_points=is_point)
                taken.add(tier.name)
                mine.append(tier)
            tier.spans.append(entry)
        found += mine
    for label in ordered:
        more = _MORE.match(label.name)
        if more and more[1] in {other.name for other in ordered}:
            report.changed.append(Note(f"the label {label.name!r} reads back as {more[1]!r}", "classes"))
    return found


def _fits(segment: Segment, tier: Tier) -> bool:
    last = tier.spans[-1][0]
    if tier.is_points:
        return segment.start_s > last.start_s
    return segment.start_s >= last.end_s and segment != last


def _free(name: str, taken: set[str]) -> str:
    number = 2
    while f"{name} #{number}" in taken:
        number += 1
    return f"{name} #{number}"


def label_names(tiers: Sequence[str]) -> dict[str, str]:
    """The label of each tier by its name."""
    known = set(tiers)
    found: dict[str, str] = {}
    for name in tiers:
        more = _MORE.match(name)
        found[name] = more[1] if more and more[1] in known else name
    return found
