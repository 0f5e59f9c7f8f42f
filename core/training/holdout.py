"""Which media are kept apart to measure by: the same in every run, and never the same picture on both sides."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping, Sequence

from core.training.samples import Sample


def medium_key(sample: Sample) -> str:
    """What tells media apart here: their contents where these were hashed, else where they stand.

    A copy of a picture, or the same one in a project and in rows, has the same key.
    """
    return sample.source.item.content_hash or os.path.realpath(sample.source.path)


def split_media(
    samples: Sequence[Sample], share: float, frozen: Mapping[str, bool] | None = None
) -> tuple[list[Sample], list[Sample]]:
    """The samples to learn from and those to measure by, both in their order; about `share` of the media are held.

    frozen: keys of media (`medium_key`) whose side is settled; True is held. Any other medium falls on its side by its
    key alone: it stays there however many media come, and a larger share only adds to what is held. Only where chance
    would hold less than half or more than one and a half times the share, the keys nearest to falling otherwise do.
    """
    settled = dict(frozen or {})
    keys = list(dict.fromkeys(medium_key(sample) for sample in samples))
    open_keys = sorted((key for key in keys if key not in settled), key=falls_out)
    held = {key for key in keys if settled.get(key)} | set(open_keys[: held_count(open_keys, share)])
    learned = [sample for sample in samples if medium_key(sample) not in held]
    return learned, [sample for sample in samples if medium_key(sample) in held]


def held_count(keys: Sequence[str], share: float) -> int:
    """How many of these keys, in the order in which they fall out, are held; of two or more never none and never all.

    Few media may fall far from the share: it is between half and one and a half times of it.
    """
    if share <= 0 or len(keys) < 2:
        return 0
    fell = sum(falls_out(key) < share for key in keys)
    usual = share * len(keys)
    return min(max(fell, round(usual / 2), 1), max(round(usual * 1.5), 1), len(keys) - 1)


def sides(learned: Sequence[Sample], held: Sequence[Sample]) -> dict[str, bool]:
    """The mapping that freezes a split."""
    return {medium_key(sample): False for sample in learned} | {medium_key(sample): True for sample in held}


def falls_out(key: str) -> float:
    """A number in 0-1 that belongs to a key for ever."""
    return int.from_bytes(hashlib.sha256(f"holdout:{key}".encode()).digest()[:8]) / 2**64
