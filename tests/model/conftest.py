"""The bundled model, loaded once on one thread of the CPU."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from core.files import bundled
from core.geometry import BoxXYXY, box_from_padded_norm
from core.grounding.groundinggpt.answers import parse_answer
from core.grounding.groundinggpt.checkpoint import load_model
from core.grounding.groundinggpt.decoding import Draft as DraftFunction
from core.grounding.groundinggpt.decoding import Generated, Prefix, encode_prefix, greedy, no_draft
from core.grounding.groundinggpt.drafting import Draft
from core.grounding.groundinggpt.joining import join_matrices
from core.grounding.groundinggpt.modeling import GroundingGPT
from core.grounding.groundinggpt.processing import Processor


@dataclass(frozen=True, slots=True)
class Mini:
    """A model with its processing, asked the way the grounder asks."""

    model: GroundingGPT
    processor: Processor

    def draft(self) -> DraftFunction:
        """Guesses as much as the grounder does."""
        return Draft(self.processor, spans=False).far

    def encode(self, pixels: torch.Tensor) -> Prefix:
        return encode_prefix(self.model, self.processor.prefix_ids(), self.processor.first_patch(), pixels)

    def generate(
        self,
        prefix: Prefix,
        expressions: Sequence[str],
        rows: Sequence[int] | None = None,
        *,
        max_new_tokens: int = 768,
        check: Callable[[], None] = lambda: None,
        draft: DraftFunction = no_draft,
    ) -> list[Generated]:
        return greedy(
            self.model, prefix, rows or [0] * len(expressions),
            [self.processor.question_ids(expression) for expression in expressions],
            end_id=self.processor.end_id, pad_id=self.processor.pad_id, max_new_tokens=max_new_tokens, check=check,
            draft=draft,
        )  # fmt: skip

    def boxes(self, rgb: NDArray[np.uint8], expressions: Sequence[str]) -> list[list[BoxXYXY] | None]:
        """Boxes in pixels for each expression: [] is `not present`, None what cannot be understood."""
        size_wh = (rgb.shape[1], rgb.shape[0])
        found: list[list[BoxXYXY] | None] = []
        for answer in self.generate(self.encode(self.processor.pixel_values(rgb)), expressions, draft=self.draft()):
            parsed = parse_answer(self.processor.text_of(answer.ids)[0], self.processor.config.grammar)
            found.append(
                None if parsed.error else [box_from_padded_norm(box.box_norm, size_wh) for box in parsed.boxes]
            )
        return found


@pytest.fixture(scope="session")
def mini() -> Mini:
    torch.set_num_threads(1)
    folder = bundled("ckpt/mini")
    model = load_model(folder)
    join_matrices(model.language_model)
    return Mini(model, Processor.load(folder, model.config))
