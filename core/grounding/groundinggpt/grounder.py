"""GroundingGPT behind the `Grounder` protocol: one picture encoded once, any number of questions about it."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from pathlib import Path

import torch

from core.errors import ModelError
from core.geometry import box_from_padded_norm
from core.grounding.groundinggpt.answers import parse_answer
from core.grounding.groundinggpt.decoding import Generated, Prefix, encode_prefix, greedy
from core.grounding.groundinggpt.filling import discard
from core.grounding.groundinggpt.modeling import GroundingGPT
from core.grounding.groundinggpt.processing import Processor
from core.jobs import JobContext
from core.media.images import read_image
from core.schema import Answer, Box, MediaSource, ModelInfo, Proposal, Query, new_id

BATCH = 16  # questions decoded side by side
_KEPT_PREFIXES = 4
_TOKENS_PER_NUMBER = 6


class _Encoded:
    """An encoded picture with what answering needs to know of it."""

    def __init__(self, prefix: Prefix, size_wh: tuple[int, int], warnings: tuple[str, ...]) -> None:
        self.prefix = prefix
        self.size_wh = size_wh
        self.warnings = warnings


class GroundingGPTGrounder:
    """A loaded checkpoint. Not thread-safe: one lane asks it."""

    def __init__(self, model: GroundingGPT, processor: Processor, info: ModelInfo) -> None:
        self._model = model
        self._processor = processor
        self._info = info
        self._device = next(model.parameters()).device
        self._encoded: OrderedDict[tuple[str, int, int], _Encoded] = OrderedDict()
        self.frames_limit: int | None = None

    def describe(self) -> ModelInfo:
        """See `Grounder.describe`."""
        return self._info

    def prepare(self, media: MediaSource, context: JobContext) -> None:
        """See `Grounder.prepare`."""
        self._encode(media, context)

    def ground(self, queries: Sequence[Query], media: MediaSource, context: JobContext) -> Iterator[Answer]:
        """See `Grounder.ground`. Answers come in groups of up to `BATCH`."""
        for start in range(0, len(queries), BATCH):
            began = time.monotonic()
            encoded = self._encode(media, context)
            group = queries[start : start + BATCH]
            generated = greedy(
                self._model,
                encoded.prefix,
                [0] * len(group),
                [self._processor.question_ids(query.expression) for query in group],
                end_id=self._processor.end_id,
                pad_id=self._processor.pad_id,
                max_new_tokens=self._longest_answer(),
                check=context.raise_if_cancelled,
                stops=self._processor.stops,
            )
            seconds = (time.monotonic() - began) / len(group)
            for offset, (query, output) in enumerate(zip(group, generated, strict=True)):
                context.progress(start + offset + 1, len(queries), query.expression)
                yield self._answer(query, output, encoded, seconds)

    def release_caches(self) -> None:
        """Forget what was encoded."""
        self._encoded.clear()

    def close(self) -> None:
        """See `Grounder.close`."""
        self.release_caches()
        discard(self._model)
        if self._device.type == "cuda":
            torch.cuda.empty_cache()

    def _longest_answer(self) -> int:
        return self._processor.config.grammar.max_regions * 4 * _TOKENS_PER_NUMBER

    def _encode(self, media: MediaSource, context: JobContext) -> _Encoded:
        if media.item.kind not in self._info.kinds:
            raise ModelError(
                f"The model {self._info.name} cannot answer about {media.item.path}",
                why=f"it answers about {', '.join(sorted(self._info.kinds))}, and this is {media.item.kind}",
                next_step="choose another model for it",
            )
        path = Path(media.path)
        status = path.stat() if path.exists() else None
        key = (media.path, status.st_mtime_ns if status else 0, status.st_size if status else 0)
        if key in self._encoded:
            self._encoded.move_to_end(key)
            return self._encoded[key]
        context.raise_if_cancelled()
        picture = read_image(path)
        pixels = self._processor.pixel_values(picture.rgb).to(self._device, next(self._model.parameters()).dtype)
        context.raise_if_cancelled()
        prefix = encode_prefix(self._model, self._processor.prefix_ids(), self._processor.first_patch(), pixels)
        encoded = _Encoded(prefix, (picture.rgb.shape[1], picture.rgb.shape[0]), picture.warnings)
        self._encoded[key] = encoded
        while len(self._encoded) > _KEPT_PREFIXES:
            self._encoded.popitem(last=False)
        return encoded

    def _answer(self, query: Query, output: Generated, encoded: _Encoded, seconds: float) -> Answer:
        text, starts = self._processor.text_of(output.ids)
        parsed = parse_answer(text, self._processor.config.grammar)
        proposals = tuple(
            Proposal(
                new_id(),
                query.id,
                Box(*box_from_padded_norm(box.box_norm, encoded.size_wh)),
                self._processor.score(output.ids, output.probabilities, starts, box),
                self._info.id,
            )
            for box in parsed.boxes
        )
        return Answer(
            query=query,
            proposals=proposals,
            present=parsed.present,
            raw_text=text,
            model_id=self._info.id,
            presence_score=self._processor.presence_score(output.first),
            error=parsed.error,
            dropped=parsed.dropped,
            warnings=encoded.warnings,
            seconds=seconds,
        )
