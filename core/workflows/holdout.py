"""The frozen hold-out of a project: media that nothing learns from, so that before and after stay comparable.

A medium's side is its split: `val` is held out, `train` is learnt from, `test` is neither. Once a medium has a split it
keeps it; media without one are assigned at the next freeze, by the same rule.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from core.errors import ProjectError
from core.files import APP_NAME
from core.project import Project
from core.schema import Change, MediaItem, Record, SplitMark, SplitName
from core.training.holdout import falls_out, held_count

HELD: SplitName = "val"
LEARNT: SplitName = "train"
SHARE = 0.2


@dataclass(frozen=True, slots=True)
class HoldOut:
    """Ids of the media that are held out, that are learnt from, and that no freeze has assigned yet; in order."""

    held: tuple[str, ...]
    learnt: tuple[str, ...]
    unassigned: tuple[str, ...]


def contents_key(item: MediaItem) -> str:
    """What tells media apart: their contents where they were hashed, else where they stand. Copies are one medium."""
    return item.content_hash or f"{item.root}/{item.path}"


def assign(keys: Mapping[str, str], share: float, settled: Mapping[str, bool]) -> dict[str, bool]:
    """The side of every medium: True is held out.

    keys: media id to `contents_key`. settled: media id to side, of those that have one; a copy of a settled medium
    goes where that one is. Any other falls on its side by its key alone, about `share` of them held: the order in
    which media came decides nothing, and more media move none. When nothing is settled, the keys nearest to falling
    otherwise do so where chance would leave the share (`held_count`): some are on either side then.
    """
    by_key = {keys[media_id]: side for media_id, side in settled.items() if media_id in keys}
    sides = {key: by_key.get(key, falls_out(key) < share) for key in keys.values()}
    if not by_key:
        ordered = sorted(sides, key=falls_out)
        first = ordered[: held_count([falls_out(key) for key in ordered], share)]
        sides = {key: key in first for key in sides}
    return {media_id: settled.get(media_id, sides[key]) for media_id, key in keys.items()}


def hold_out_of(project: Project) -> HoldOut:
    """How the media that people have answered about are divided now."""
    splits = project.splits()
    media_ids = _answered_about(project)
    return HoldOut(
        tuple(media_id for media_id in media_ids if splits.get(media_id) == HELD),
        tuple(media_id for media_id in media_ids if splits.get(media_id) == LEARNT),
        tuple(media_id for media_id in media_ids if media_id not in splits),
    )


def hold_out_ahead(project: Project, *, share: float = SHARE) -> HoldOut:
    """The division as `freeze` would make it; nothing is written."""
    media_ids, splits = _answered_about(project), project.splits()
    sides = _sides(project, media_ids, splits, share)

    def on(side: SplitName) -> tuple[str, ...]:
        given = {media_id: HELD if held else LEARNT for media_id, held in sides.items()} | dict(splits)
        return tuple(media_id for media_id in media_ids if given[media_id] == side)

    return HoldOut(on(HELD), on(LEARNT), ())


def freeze(project: Project, *, share: float = SHARE) -> HoldOut:
    """Give every medium that people have answered about, and that has no split, its split; returns the division.

    One Change, not on anybody's undo stack: taking back one's own last step cannot thaw it. A split that somebody set
    stands. Raises `ProjectError` when the project cannot be written or `share` is not between 0 and 1.
    """
    if not 0 < share < 1:
        raise ProjectError(f"{share:g} of the media cannot be held out", next_step="Name a share between 0 and 1")
    wanted = _answered_about(project)
    splits = project.splits()
    sides = _sides(project, wanted, splits, share)
    marks = _marks((media_id, sides[media_id]) for media_id in wanted if media_id not in splits)
    if marks:
        held = sum(mark.split == HELD for mark in marks)
        title = f"Hold out {held} of {len(marks)} media"
        project.apply(Change(title, (), tuple[Record, ...](marks), author=APP_NAME))
    return hold_out_of(project)


def _sides(project: Project, wanted: Iterable[str], splits: Mapping[str, SplitName], share: float) -> dict[str, bool]:
    items = {item.id: item for item in project.media()}
    keys = {media_id: contents_key(items[media_id]) for media_id in (*wanted, *splits) if media_id in items}
    # a copy of what is kept apart for a test is not learnt from either
    settled = {media_id: split != LEARNT for media_id, split in splits.items() if media_id in keys}
    return assign(keys, share, settled)


def _marks(sides: Iterable[tuple[str, bool]]) -> list[SplitMark]:
    return [SplitMark(media_id, HELD if held else LEARNT) for media_id, held in sides]


def _answered_about(project: Project) -> list[str]:
    """The media with an annotation or a "no" that show in the project, in its order."""
    said = {one.media_id for one in project.annotations()} | {one.media_id for one in project.verdicts()}
    return [item.id for item in project.media() if item.id in said]
