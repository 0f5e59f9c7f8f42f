"""What Grounding DINO is given and what its numbers mean: pictures to pixels, words to tokens, logits to boxes.

Knows no network. A query is one phrase: dots and question marks separate phrases for this model, so they
become spaces, and one dot ends the phrase.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import torch
from tokenizers import Tokenizer
from torch import Tensor
from transformers.models.grounding_dino.image_processing_pil_grounding_dino import GroundingDinoImageProcessorPil

from core.errors import ModelError
from core.geometry import BoxXYXY, box_area, clip_box, iou
from core.media.images import RGB

# The threshold of transformers' post-processing. The second threshold of the paper's demo chooses the words that a
# box is labelled with; here every box answers the one phrase that was asked, so it has nothing to choose.
BOX_THRESHOLD = 0.25
# The model answers one thing with several of its 900 boxes now and then; real neighbours seldom overlap this much.
NMS_IOU = 0.7
MAX_REGIONS = 100
# BERT's [CLS], [SEP], "." and "?": what transformers' own model takes for the borders of phrases.
_BORDERS = frozenset({101, 102, 1012, 1029})


@dataclass(frozen=True, slots=True, eq=False)
class Phrase:
    """An expression as the model reads it: `ids` is [1, tokens]; `places` are the tokens that are words of it."""

    ids: Tensor
    places: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ScoredBox:
    """A box in pixels of the upright original, and its score."""

    box: BoxXYXY
    score: float


class Processor:
    """Preprocessing as the checkpoint's folder declares it."""

    def __init__(self, images: GroundingDinoImageProcessorPil, tokenizer: Tokenizer, max_tokens: int) -> None:
        self._images = images
        self._tokenizer = tokenizer
        self._max_tokens = max_tokens

    @classmethod
    def load(cls, folder: Path, *, max_tokens: int, vocabulary: int) -> Processor:
        """Read preprocessor_config.json and tokenizer.json. Raises `ModelError`."""
        for name in ("preprocessor_config.json", "tokenizer.json"):
            if not (folder / name).is_file():
                raise ModelError(
                    f"{folder} is incomplete", why=f"{name} is missing", next_step="copy or download it again"
                )
        try:
            tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        except Exception as error:  # the library has no narrower type for a file of nonsense
            raise ModelError(f"{folder / 'tokenizer.json'} cannot be read", why=str(error)) from error
        highest = max(tokenizer.get_vocab().values(), default=0)
        if highest >= vocabulary:
            raise ModelError(
                f"{folder / 'tokenizer.json'} does not belong to this model",
                why=f"its tokens have numbers up to {highest}, the model has {vocabulary} of them",
                next_step="copy or download the folder again",
            )
        tokenizer.no_truncation()
        tokenizer.no_padding()
        return cls(_image_processor(folder), tokenizer, max_tokens)

    def pixel_values(self, rgb: RGB) -> Tensor:
        """A picture, [height, width, 3] uint8, as [1, 3, h, w] float32: resized and normalised."""
        pixels: Tensor = self._images(images=rgb, input_data_format="channels_last", return_tensors="pt")[
            "pixel_values"
        ]
        return pixels

    def phrase(self, expression: str) -> Phrase | None:
        """The tokens of an expression; None when no word of it is left, or there are more than the model reads."""
        text = " ".join(re.sub(r"[.?]", " ", expression.lower()).split())
        ids = self._tokenizer.encode(f"{text}.").ids
        places = tuple(place for place, token in enumerate(ids) if token not in _BORDERS)
        if not places or len(ids) > self._max_tokens:
            return None
        return Phrase(torch.tensor([ids]), places)


def _image_processor(folder: Path) -> GroundingDinoImageProcessorPil:
    path = folder / "preprocessor_config.json"
    try:
        images = GroundingDinoImageProcessorPil.from_pretrained(folder, local_files_only=True)
        images(images=torch.zeros(8, 8, 3).to(torch.uint8).numpy(), return_tensors="pt")  # so that nonsense shows here
    except Exception as error:  # whatever the library makes of a size that is a word
        raise ModelError(f"{path} cannot be used", why=str(error), next_step="copy or download it again") from error
    return images


def best_boxes(logits: Tensor, boxes_norm: Tensor, phrase: Phrase, size_wh: tuple[int, int]) -> list[ScoredBox]:
    """Boxes at or above the threshold, best first, of those that cover one another only the best.

    `logits` is [queries, tokens], `boxes_norm` [queries, 4] as centre and size in 0-1 of the picture. The score of a
    box is the highest probability (sigmoid) over the words of the phrase.
    """
    scores = phrase_scores(logits, phrase)
    width, height = size_wh
    kept: list[ScoredBox] = []
    for index in torch.argsort(scores, descending=True, stable=True).tolist():
        score = float(scores[index])
        if score < BOX_THRESHOLD or len(kept) == MAX_REGIONS:
            break
        x, y, w, h = boxes_norm[index].tolist()
        corners = ((x - w / 2) * width, (y - h / 2) * height, (x + w / 2) * width, (y + h / 2) * height)
        box = clip_box(corners, (float(width), float(height)))
        if box_area(box) > 0 and all(iou(box, other.box) <= NMS_IOU for other in kept):
            kept.append(ScoredBox(box, score))
    return kept


def phrase_scores(logits: Tensor, phrase: Phrase) -> Tensor:
    """How surely each box shows what the phrase says, [queries], 0-1."""
    return logits[:, list(phrase.places)].float().sigmoid().amax(dim=-1)
