"""How long people worked on each medium: as it was measured, else as the times of their acts tell."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from core.files import APP_NAME
from core.project import media_of
from core.project.measures import Attention
from core.schema import Change, Query

IDLE_S = 120.0  # between two acts; after a longer pause somebody had gone


def when(text: str) -> float | None:
    """Seconds since 1970 of an ISO time; None where none stands."""
    try:
        return datetime.fromisoformat(text).timestamp()
    except ValueError:
        return None


def is_work(change: Change) -> bool:
    """Whether a person did it, one thing at a time: no import, and nothing that the app did by itself."""
    return change.batch is None and change.author != APP_NAME


def derived_seconds(changes: Iterable[Change], queries: Iterable[Query]) -> dict[str, float]:
    """Seconds by medium: the time before each act of a person since their last one, unless they were away.

    The first act after a pause counts from that person's first question about the medium within `IDLE_S` before it,
    if there is one, else nothing: what was looked at before it is not known. A Change about several media is shared
    among them evenly.
    """
    asked: dict[tuple[str, str], list[float]] = {}
    for query in queries:
        at_s = when(query.asked_at)
        if at_s is not None:
            asked.setdefault((query.author, query.media_id), []).append(at_s)
    last: dict[str, float] = {}
    found: dict[str, float] = {}
    for change in changes:
        at_s, media = when(change.at), media_of((*change.before, *change.after))
        if at_s is None or not is_work(change):
            continue
        before = last.get(change.author)
        last[change.author] = at_s
        if before is None or not 0 <= at_s - before <= IDLE_S:
            starts = [s for m in media for s in asked.get((change.author, m), ()) if at_s - IDLE_S <= s <= at_s]
            before = min(starts, default=at_s)
        for media_id in media:
            found[media_id] = found.get(media_id, 0.0) + (at_s - before) / len(media)
    return found


def measured_seconds(stretches: Iterable[Attention]) -> dict[str, float]:
    """Seconds by medium, as the window recorded them."""
    found: dict[str, float] = {}
    for stretch in stretches:
        found[stretch.media_id] = found.get(stretch.media_id, 0.0) + stretch.seconds
    return found


def seconds_of(media_id: str, measured: Mapping[str, float], derived: Mapping[str, float]) -> tuple[float, bool]:
    """Seconds of a medium, and whether they were measured."""
    if media_id in measured:
        return measured[media_id], True
    return derived.get(media_id, 0.0), False
