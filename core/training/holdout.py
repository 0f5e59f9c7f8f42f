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
    key alone: it stays there however many media come, and a larger share only adds to what is held. Where there are
    two media or more, none of them settled, there is at least one on either side.
    """
    settled = dict(frozen or {})
    keys = list(dict.fromkeys(medium_key(sample) for sample in samples))
    held = {key for key in keys if settled.get(key, _falls_out(key) < share)}
    if share > 0 and len(keys) > 1 and not any(key in settled for key in keys):
        held = held or {min(keys, key=_falls_out)}
        if len(held) == len(keys):
            held -= {max(keys, key=_falls_out)}
    learned = [sample for sample in samples if medium_key(sample) not in held]
    return learned, [sample for sample in samples if medium_key(sample) in held]


def sides(learned: Sequence[Sample], held: Sequence[Sample]) -> dict[str, bool]:
    """The mapping that freezes a split."""
    return {medium_key(sample): False for sample in learned} | {medium_key(sample): True for sample in held}


def _falls_out(key: str) -> float:
    """A number in 0-1 that belongs to a key for ever."""
    return int.from_bytes(hashlib.sha256(f"holdout:{key}".encode()).digest()[:8]) / 2**64
