"""Which item next: works out the benefit of every item that is not done, and keeps it where the queue finds it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt

from core.errors import ProjectError
from core.evaluation.benefit import Weights, combine, disagreement, uncertainty
from core.evaluation.calibration import Calibrator
from core.jobs import JobContext
from core.media.descriptors import LENGTH, Descriptor, describe
from core.project import Project, places
from core.project.queue import Listed
from core.project.wording import fold
from core.schema import Answer, MediaItem
from core.workflows.calibrate import calibrated, trust

PAGE = 500


@dataclass(frozen=True, slots=True)
class Standing:
    """An item in the order: why it is there. Parts are None where nothing is known."""

    media_id: str
    path: str
    benefit: float
    uncertainty: float | None
    disagreement: float | None


@dataclass(slots=True)
class _Pool:
    """What is known of the items, page by page: open ones, and what those look like that were looked at."""

    items: list[MediaItem] = field(default_factory=list)
    unsure: list[float | None] = field(default_factory=list)
    apart: list[float | None] = field(default_factory=list)
    looks: list[npt.NDArray[np.float32]] = field(default_factory=list)
    seen: list[npt.NDArray[np.float32]] = field(default_factory=list)


def order(
    project: Project, cache: Path, context: JobContext | None = None, *, weights: Weights | None = None
) -> list[Standing]:
    """The open items, the most worthwhile first; nothing is written.

    cache: where small pictures are kept (`core.files.cache_dir`). Items are read a page at a time; each costs one small
    picture, and the scores are calibrated on what people decided here. Raises `Cancelled`.
    """
    job = context or JobContext()
    curves = {model_id: found.fit.calibrator for model_id, found in trust(project).items()}
    pool = _Pool()
    total, done, roots = project.media_count(), 0, project.places.roots()
    for page in _pages(project):
        listed = project.queue.listed([item.id for item in page])
        for item in page:
            job.raise_if_cancelled()
            done += 1
            job.progress(done, total, item.path)
            _take(pool, item, listed[item.id], _look(item, roots, cache), curves)
    looks = _stacked(pool.looks)
    benefits = combine(pool.unsure, pool.apart, looks, _stacked(pool.seen), weights)
    found = [
        Standing(item.id, item.path, float(benefit), unsure, apart)
        for item, benefit, unsure, apart in zip(pool.items, benefits, pool.unsure, pool.apart, strict=True)
    ]
    return sorted(found, key=lambda one: -one.benefit)


def keep(project: Project, standings: Sequence[Standing]) -> None:
    """Put an order where the queue finds it (`Queue.by_benefit`), in place of the one before."""
    project.measures.set_benefits({one.media_id: one.benefit for one in standings})


def _pages(project: Project) -> Iterator[list[MediaItem]]:
    offset = 0
    while page := project.media(offset, PAGE):
        yield page
        offset += len(page)


def _look(item: MediaItem, roots: Mapping[str, str], cache: Path) -> Descriptor:
    """The descriptor of an item; NaN where its file is not to be had."""
    try:
        found = describe(places.absolute_place(item.root, item.path, roots), item.kind, cache)
    except ProjectError:  # its folder is not known here
        found = None
    return np.full(LENGTH, np.nan, dtype=np.float32) if found is None else found


def _take(pool: _Pool, item: MediaItem, listed: Listed, look: Descriptor, curves: Mapping[str, Calibrator]) -> None:
    if listed.state in ("done", "needs_review") or listed.annotations:
        pool.seen.append(look)
    if listed.state == "done":
        return
    latest, before = _versions(listed.answers)
    pool.items.append(item)
    pool.unsure.append(uncertainty(latest, lambda proposal: calibrated(proposal.score, proposal.model_id, curves)))
    pairs = [disagreement(old, new) for old, new in zip(before, latest, strict=True) if old is not None]
    pool.apart.append(sum(pairs) / len(pairs) if pairs else None)
    pool.looks.append(look)


def _versions(answers: Sequence[Answer]) -> tuple[list[Answer], list[Answer | None]]:
    """For each expression about the whole medium: the latest answer, and the latest of another model before it."""
    by_words: dict[str, list[Answer]] = {}
    for answer in answers:
        if answer.query.at_s is None and answer.query.window_s is None:
            by_words.setdefault(fold(answer.query.expression), []).append(answer)
    latest = [said[-1] for said in by_words.values()]
    before = [
        next((old for old in reversed(said) if old.model_id != said[-1].model_id), None) for said in by_words.values()
    ]
    return latest, before


def _stacked(vectors: Sequence[npt.NDArray[np.float32]]) -> npt.NDArray[np.float32]:
    return np.stack(vectors) if vectors else np.zeros((0, LENGTH), dtype=np.float32)
