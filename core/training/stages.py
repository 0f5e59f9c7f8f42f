"""Recipes of fine-tuning as data: which parameters learn, at which rate, on what schedule. One trainer runs them all.

The three stages are the original's (its `scripts/pretrain.sh` and `scripts/finetune.sh`): 2 and 3 differ by data and
by the model that they start from. Names of parameters are those of `core.grounding.groundinggpt.modeling`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from core.schema import MediaKind

_BRIDGES = (
    r"mm_vision_projector\..+",
    r"video\.(clip_qformer|positions|projection)\..+",
    r"audio\.(qformer|positions|projection)\..+",
)
_WORDS = (r"language_model\.model\.embed_tokens\.weight",)
_LAYERS = r"language_model\.model\.(layers\..+|norm\.weight)"
_LANGUAGE = (_LAYERS, r"language_model\.lm_head\.weight")
_BRANCHES: dict[MediaKind, str] = {
    "image": r"(vision_tower|mm_vision_projector)\..+",
    "video": r"video\..+",
    "audio": r"audio\..+",
}


@dataclass(frozen=True, slots=True)
class Recipe:
    """trains: patterns of the parameters that learn, matched in full; adapters stand in for the layers' matrices.

    batch: media a process and pass; accumulate: passes a step; epochs 0: by the number of media. warm_up: share of
    the steps in which the rate rises; it falls as a cosine then. words_beside_media: whether the words of a row that
    shows a medium learn; without it only the start and end of the medium's block do. slower: patterns of what learns
    at a share of the rate where old abilities are to stay, and that share.
    """

    name: str
    trains: tuple[str, ...]
    rate: float
    batch: int
    accumulate: int
    epochs: int
    warm_up: float
    weight_decay: float
    words_beside_media: bool = True
    slower: tuple[tuple[str, float], ...] = ()

    def learns(self, name: str) -> bool:
        """Whether the parameter of this name learns."""
        return any(re.fullmatch(pattern, name) for pattern in self.trains)

    def share_of_rate(self, name: str) -> float:
        """At which the parameter of this name learns where old abilities are to stay."""
        return next((share for pattern, share in self.slower if re.fullmatch(pattern, name)), 1.0)


def branch_of(name: str) -> MediaKind | None:
    """The kind of medium whose branch the parameter of this name belongs to; None for what all have in common."""
    return next((kind for kind, pattern in _BRANCHES.items() if re.fullmatch(pattern, name)), None)


_SECOND = Recipe("stage 2", (*_BRIDGES, *_WORDS, *_LANGUAGE), 2e-5, 32, 2, 1, 0.03, 0.0)
STAGES: dict[int, Recipe] = {
    1: Recipe("stage 1", (*_BRIDGES, *_WORDS), 1e-3, 64, 1, 1, 0.03, 0.0, words_beside_media=False),
    2: _SECOND,
    3: Recipe("stage 3", _SECOND.trains, 2e-5, 32, 2, 1, 0.03, 0.0),
}
# What is new in pictures is how things look; where words change little, old questions keep their answers. What is new
# in time needs words of its own more than another way to put them together; what sees it forgets fastest.
WHOLE_OF_SMALL = Recipe("small, whole", (r".+",), 3e-4, 8, 1, 0, 1 / 15, 0.01, slower=((r"language_model\..+", 0.1),))
WHOLE_OF_SMALL_IN_TIME = Recipe(
    "small, whole, in time", (r".+",), 4e-4, 8, 1, 0, 1 / 15, 0.01, slower=((_LAYERS, 0.01), (r"video\..+", 0.25))
)
ADAPTERS_OF_SMALL = Recipe("small, adapters", _BRIDGES, 1e-3, 8, 1, 0, 1 / 15, 0.0)
ADAPTERS_OF_LARGE = Recipe("large, adapters", _BRIDGES, 2e-4, 4, 4, 0, 0.03, 0.0)
