"""Which media are kept apart to measure by: the same in every run, and never the same picture on both sides."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping, Sequence

from core.schema import MediaSource
from core.training.samples import Sample, T, Taught


def medium_key(sample: Sample) -> str:
    """What tells media apart here: their contents where these were hashed, else where they stand.

    A copy of a picture, or the same one in a project and in rows, has the same key.
    """
    return source_key(sample.source)


def source_key(source: MediaSource) -> str:
    """The key of a medium."""
    return source.item.content_hash or os.path.realpath(source.path)


def keys_of(one: Taught) -> tuple[str, ...]:
    """The keys of all media that something is about; of a conversation without any its own."""
    if isinstance(one, Sample):
        return (medium_key(one),)
    return tuple(dict.fromkeys(source_key(shown.source) for shown in one.shows)) or (one.key,)


def split_media(
    taught: Sequence[T], share: float, frozen: Mapping[str, bool] | None = None, *, again: bool = False
) -> tuple[list[T], list[T]]:
    """What to learn from and what to measure by, both in their order; about `share` of the media are held.

    frozen: keys of media (`medium_key`) whose side is settled; True is held. Any other medium falls on its side by its
    key alone: it stays there however many media come, and a larger share only adds to what is held. Only where chance
    would hold less than half or more than one and a half times the share, the keys nearest to falling otherwise do.
    A conversation about media of both sides is on neither. again: these are what another split left, so they fall by
    another lot: by the first hardly any of them would.
    """

    def lot(key: str) -> float:
        return falls_out(f"again:{key}" if again else key)

    settled = dict(frozen or {})
    keys = list(dict.fromkeys(key for one in taught for key in keys_of(one)))
    open_keys = sorted((key for key in keys if key not in settled), key=lot)
    falling = held_count([lot(key) for key in open_keys], share)
    held = {key for key in keys if settled.get(key)} | set(open_keys[:falling])
    learned = [one for one in taught if held.isdisjoint(keys_of(one))]
    return learned, [one for one in taught if held.issuperset(keys_of(one))]


def held_count(lots: Sequence[float], share: float) -> int:
    """How many of these are held, of `falls_out` in ascending order; of two or more never none and never all.

    Few media may fall far from the share: it is between half and one and a half times of it.
    """
    if share <= 0 or len(lots) < 2:
        return 0
    fell = sum(lot < share for lot in lots)
    usual = share * len(lots)
    return min(max(fell, round(usual / 2), 1), max(round(usual * 1.5), 1), len(lots) - 1)


def sides(learned: Sequence[Taught], held: Sequence[Taught]) -> dict[str, bool]:
    """The mapping that freezes a split."""
    return {key: side for part, side in ((learned, False), (held, True)) for one in part for key in keys_of(one)}


def falls_out(key: str) -> float:
    """A number in 0-1 that belongs to a key for ever."""
    return int.from_bytes(hashlib.sha256(f"holdout:{key}".encode()).digest()[:8]) / 2**64
