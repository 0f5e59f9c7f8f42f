"""Between people's words, pictures and pixels on one side and token ids and tensors on the other.

Training and inference both go through here, so that a model is asked exactly as it was taught.
"""

from __future__ import annotations

import codecs
import math
import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from tokenizers import Tokenizer
from torch import Tensor

from core.errors import ModelError
from core.geometry import square_padding
from core.grounding.groundinggpt.answers import ParsedRegion
from core.grounding.groundinggpt.configuration import GroundingGPTConfig
from core.grounding.groundinggpt.prompts import TrainingPiece, learned_tokens
from core.grounding.groundinggpt.vocabulary import read_tokenizer
from core.schema import MediaKind

# OpenAI's CLIP: mean and standard deviation of RGB in 0-1.
CLIP_MEAN = (0.48145466, 0.4578275, 0.40821073)
CLIP_STD = (0.26862954, 0.26130258, 0.27577711)

_REWORDED_AT_MOST = 5


def pad_to_square(rgb: NDArray[np.uint8], pad_rgb: tuple[int, int, int]) -> NDArray[np.uint8]:
    """[h, w, 3] -> [side, side, 3], the picture in the middle (`core.geometry.square_padding`)."""
    height, width = rgb.shape[:2]
    side, left, top = square_padding((width, height))
    if width == height:
        return rgb
    square = np.empty((side, side, 3), np.uint8)
    square[:] = np.array(pad_rgb, np.uint8)
    square[top : top + height, left : left + width] = rgb
    return square


def _compiled(rewordings: Sequence[tuple[str, str]]) -> list[tuple[re.Pattern[str], str]]:
    try:
        return [(re.compile(pattern), replacement) for pattern, replacement in rewordings]
    except (re.error, TypeError, ValueError) as error:
        raise ModelError("The checkpoint's rewordings cannot be used", why=str(error)) from error


def _pieces_before_a_part(tokenizer: Tokenizer, special: str) -> int:
    """How many ids a text gets at its front that it does not get behind a special token.

    None for most tokenizers; LLaMA's, in one of its settings, begins only whole texts with a piece of space.
    """
    tokenizer.encode_special_tokens = False
    alone, behind, before = (
        len(tokenizer.encode(text, add_special_tokens=False).ids) for text in ("\na", f"{special}\na", special)
    )
    return max(alone + before - behind, 0)


class Processor:
    """Tokenizer, prompt and pixels of one checkpoint."""

    def __init__(self, config: GroundingGPTConfig, tokenizer: Tokenizer) -> None:
        self.config = config
        self.tokenizer = tokenizer
        self._surplus = _pieces_before_a_part(tokenizer, config.tokens.image_end)
        self.tokenizer.encode_special_tokens = True  # typed text never becomes a media token
        self.end_id = self._id("</s>")
        # any token will do: nothing attends to it, and LLaMA's own tokenizer has none for the purpose
        self.pad_id = self._id("<pad>" if tokenizer.token_to_id("<pad>") is not None else "<unk>")
        self.begin_id = self._id("<s>")
        self._unknown_id: int | None = tokenizer.token_to_id("<unk>")
        self._bytes = [self._piece_bytes(index) for index in range(tokenizer.get_vocab_size())]
        self._pieces = [piece.decode("utf-8", "replace") for piece in self._bytes]
        # LLaMA's pieces may begin with the space before them
        self._opening_ids = [k for k, piece in enumerate(self._pieces) if piece.lstrip().startswith(("[", "{"))]
        self.digit_ids = frozenset(self._id(digit) for digit in "0123456789")
        self._rewordings = _compiled(config.prompt.rewordings)
        for medium in config.patches:
            self._block(medium)  # complains of tokens that are missing

    @classmethod
    def load(cls, folder: Path, config: GroundingGPTConfig) -> Processor:
        """With the tokenizer of a checkpoint's folder. Raises `ModelError`."""
        processor = cls(config, read_tokenizer(folder, config))
        for medium in config.patches:
            processor.prefix_ids([medium])  # a token that is missing is noticed now, not at the first question
        return processor

    def _id(self, token: str) -> int:
        index = self.tokenizer.token_to_id(token)
        if index is None:
            raise ModelError(f"The tokenizer lacks {token!r}", next_step="copy the checkpoint's folder again")
        return int(index)

    def _piece_bytes(self, index: int) -> bytes:
        token = str(self.tokenizer.id_to_token(index) or "")
        if re.fullmatch(r"<0x[0-9A-F]{2}>", token):  # a letter that the vocabulary lacks comes in several of these
            return bytes([int(token[3:5], 16)])
        return token.replace("▁", " ").encode()

    # --- text ------------------------------------------------------------------------------

    def clean_expression(self, expression: str) -> str:
        """What people type, as the checkpoint was taught: one line, no closing mark, lower case where configured."""
        text = " ".join(expression.split()).rstrip("?!. ")
        text = text.lower() if self.config.prompt.lower_case else text
        for _ in range(_REWORDED_AT_MOST):
            before = text
            for pattern, replacement in self._rewordings:
                # what would leave nothing to look for is left as it is
                text = " ".join(pattern.sub(replacement, text).split()).rstrip("?!. ") or text
            if text == before:
                break
        return text

    def prefix_ids(self, media: Sequence[MediaKind] = ("image",)) -> list[int]:
        """Token ids before every question about one picture, or about these media in this order.

        Raises `ModelError` for a kind that the checkpoint has no branch or no tokens for.
        """
        prompt = self.config.prompt
        ids = [self.begin_id, *self._encode(prompt.before_media)]
        for number, medium in enumerate(media):
            ids += self._encode_behind_media(prompt.between_media) if number else []
            ids += self._block(medium)
        return [*ids, *self._encode_behind_media(prompt.after_media)]

    def _block(self, medium: MediaKind) -> list[int]:
        if medium not in self.config.patches:
            raise ModelError(f"This checkpoint knows no {medium}", next_step="choose another model for it")
        start, patch, end = (self._id(token) for token in self.config.tokens.around(medium))
        return [start, *[patch] * self.config.patches[medium], end]

    def conversation_ids(self, pieces: Sequence[tuple[str, MediaKind | None]]) -> list[int]:
        """Token ids of a conversation: words, each with the medium that follows them (`prompts.prompt_pieces`).

        Raises `ModelError` for a kind that the checkpoint has no branch or no tokens for.
        """
        ids = [self.begin_id]
        for number, (words, medium) in enumerate(pieces):
            ids += self._encode_behind_media(words) if number else self._encode(words)
            ids += self._block(medium) if medium is not None else []
        return ids

    def lesson_ids(self, pieces: Sequence[TrainingPiece]) -> tuple[list[int], list[bool]]:
        """Token ids of a conversation to learn from, as `conversation_ids` gives them, and which of them are learned.

        Raises `ModelError` for a kind that the checkpoint has no branch or no tokens for.
        """
        ids, learned = [self.begin_id], [False]
        for number, piece in enumerate(pieces):
            encoded = self.tokenizer.encode(piece.words, add_special_tokens=False)
            first = self._surplus if number and piece.words else 0
            ids += encoded.ids[first:]
            learned += learned_tokens(piece.learned, encoded.offsets)[first:]
            block = self._block(piece.medium) if piece.medium is not None else []
            ids += block
            learned += [False] * len(block)
        return ids, learned

    def unwritable(self, text: str) -> bool:
        """Whether the tokenizer has no token for something in a text."""
        return self._unknown_id is not None and self._unknown_id in self._encode(text)

    def patch_ids(self) -> dict[MediaKind, int]:
        """The patch token of each kind of medium that the checkpoint has a branch for."""
        return {medium: self._id(self.config.tokens.around(medium)[1]) for medium in self.config.patches}

    def first_patch(self) -> int:
        """Index of the first patch in `prefix_ids`."""
        return self.prefix_ids().index(self._id(self.config.tokens.image_patch))

    def question_ids(self, expression: str) -> list[int]:
        """Token ids from the end of the prefix to where the answer begins."""
        prompt = self.config.prompt
        words = prompt.question.format(expression=self.clean_expression(expression)) + prompt.answer
        return self._encode(words) if prompt.after_media else self._encode_behind_media(words)

    def answer_ids(self, answer: str) -> list[int]:
        """Token ids of an answer with its end."""
        return [*self._encode(answer), self.end_id]

    def _encode(self, text: str) -> list[int]:
        return list(self.tokenizer.encode(text, add_special_tokens=False).ids) if text else []

    def _encode_behind_media(self, text: str) -> list[int]:
        return self._encode(text)[self._surplus :]

    def text_of(self, ids: Sequence[int]) -> tuple[str, list[int]]:
        """The text of generated ids, and at which character each id starts."""
        starts, text = [], ""
        decoder = codecs.getincrementaldecoder("utf-8")("replace")
        for index in ids:
            starts.append(len(text))
            text += decoder.decode(self._bytes[index])
        return text + decoder.decode(b"", True), starts

    def stops(self, ids: Sequence[int]) -> bool:
        """Whether the last of these ids complete the text that ends an answer."""
        stop = self.config.prompt.stop
        return bool(stop) and stop in "".join(self._pieces[index] for index in ids[-len(stop) :])

    def score(
        self, ids: Sequence[int], probabilities: Sequence[float], starts: Sequence[int], region: ParsedRegion
    ) -> float:
        """Geometric mean of the probabilities of a region's digit tokens."""
        logs = [
            math.log(max(probability, 1e-12))
            for index, probability, start in zip(ids, probabilities, starts, strict=True)
            if region.start <= start < region.end and index in self.digit_ids
        ]
        return math.exp(sum(logs) / len(logs)) if logs else 0.0

    def presence_score(self, first: Tensor | None) -> float | None:
        """Probability that the answer begins a region rather than `not present`, from the first token's softmax."""
        if first is None:
            return None
        absent_id = self._encode(self.config.grammar.absent)[0]
        region = sum(float(first[index]) for index in self._opening_ids)
        absent = float(first[absent_id])
        return region / (region + absent) if region + absent > 0 else None

    # --- pixels ----------------------------------------------------------------------------

    def pixel_values(self, rgb: NDArray[np.uint8]) -> Tensor:
        """[h, w, 3] uint8 -> [1, 3, s, s] float32: padded square, bicubic, CLIP's normalisation."""
        return picture_pixels(rgb, self.config.image_size, self.config.pad_rgb)


def picture_pixels(rgb: NDArray[np.uint8], side: int, pad_rgb: tuple[int, int, int]) -> Tensor:
    """[h, w, 3] uint8 -> [1, 3, side, side] float32: padded square, bicubic, CLIP's normalisation."""
    return scaled_pixels(Image.fromarray(rgb), side, pad_rgb)


def scaled_pixels(picture: Image.Image, side: int, pad_rgb: tuple[int, int, int]) -> Tensor:
    """An RGB picture -> as `picture_pixels`, to the bit, without making the padded square at full size.

    Pillow scales along the rows first, each on its own, then along the columns. So bars above and below may be added
    between the two, when rows are short already; bars beside it are part of the rows.
    """
    longest, left, top = square_padding(picture.size)
    is_wide, is_high = picture.width > picture.height, picture.width < picture.height
    if is_wide and longest != side:
        picture = picture.resize((side, picture.height), Image.Resampling.BICUBIC)
    square = picture
    if is_wide or is_high:
        square = Image.new("RGB", (longest if is_high else picture.width, longest), pad_rgb)
        square.paste(picture, (left, top))
    if square.size != (side, side):
        square = square.resize((side, side), Image.Resampling.BICUBIC)
    return normalise(torch.from_numpy(np.array(square)).permute(2, 0, 1)[None])


def normalise(pixels: Tensor) -> Tensor:
    """[b, 3, h, w] uint8 or 0-255 -> float32 with CLIP's mean and standard deviation."""
    mean = torch.tensor(CLIP_MEAN, device=pixels.device)[None, :, None, None]
    std = torch.tensor(CLIP_STD, device=pixels.device)[None, :, None, None]
    return (pixels.float() / 255 - mean) / std
