"""A loaded network that is asked questions behind encoded media: tensors and expressions in, replies out.

Knows nothing of files and of seconds: regions are 0-1 of the padded square or of the asked window.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from core.grounding.groundinggpt.answers import ParsedAnswer, ParsedRegion, parse_answer
from core.grounding.groundinggpt.decoding import Generated, Prefix, encode_conversation, greedy
from core.grounding.groundinggpt.drafting import Draft
from core.grounding.groundinggpt.media_tensors import ReadMedium
from core.grounding.groundinggpt.modeling import GroundingGPT
from core.grounding.groundinggpt.processing import Processor
from core.schema import MediaKind

BATCH = 16  # questions decoded side by side
_TOKENS_PER_NUMBER = 6


@dataclass(frozen=True, slots=True)
class Reply:
    """What was written in answer to one question. `regions` are of the kind that was asked for, with their scores.

    An answer that names only regions of the other kind is an error, and so is one that cannot be understood: then
    `present` is None.
    """

    text: str
    regions: tuple[tuple[ParsedRegion, float], ...]
    present: bool | None
    presence: float | None
    error: str | None
    dropped: tuple[str, ...]


class FrameTokens:
    """What the tower made of the frames of one video, by their numbers: windows that overlap share them."""

    def __init__(self) -> None:
        self._tokens: dict[int, Tensor] = {}

    def __contains__(self, number: int) -> bool:
        return number in self._tokens

    def __getitem__(self, number: int) -> Tensor:
        return self._tokens[number]

    def keep(self, tokens: Mapping[int, Tensor]) -> None:
        """Add [p, w] of frames."""
        self._tokens.update(tokens)

    def forget_all_but(self, most: int) -> None:
        """Let go of those that were added first."""
        for number in list(self._tokens)[: max(0, len(self._tokens) - most)]:
            del self._tokens[number]


class Answering:
    """Model and processor of one checkpoint. Not thread-safe."""

    def __init__(self, model: GroundingGPT, processor: Processor) -> None:
        self.model = model
        self.processor = processor
        self.device = next(model.parameters()).device
        self._drafts: dict[bool, Draft] = {}

    @torch.inference_mode()
    def features(self, read: ReadMedium, frames: FrameTokens | None = None) -> Tensor:
        """What the branch of its kind makes of a medium: [1, p, d]. frames: of the same video, seen before."""
        dtype = next(self.model.parameters()).dtype
        if read.kind == "video":
            return self._video_features(read, dtype, FrameTokens() if frames is None else frames)
        tensor = read.tensor.to(self.device, dtype)
        return self.model.image_features(tensor) if read.kind == "image" else self.model.sound_features([tensor])

    def _video_features(self, read: ReadMedium, dtype: torch.dtype, frames: FrameTokens) -> Tensor:
        """As `GroundingGPT.video_features`; each frame of a video goes through the tower once."""
        video = self.model.video
        assert video is not None
        rows = {number: row for row, number in enumerate(read.frames) if number not in frames}
        if rows:
            new = video.frame_tokens(read.tensor[list(rows.values())].to(self.device, dtype))
            frames.keep(dict(zip(rows, new, strict=True)))
        features: Tensor = video.clip_features(torch.stack([frames[number] for number in read.frames])[None])
        frames.forget_all_but(2 * len(read.frames))
        return features

    def prefix(self, media: Sequence[tuple[MediaKind, Tensor]]) -> Prefix:
        """The beginning of a conversation about media [1, p, d] in this order. Raises `ModelError`."""
        patches = self.processor.patch_ids()
        ids = torch.tensor([self.processor.prefix_ids([kind for kind, _ in media])], device=self.device)
        features = {patches[kind]: torch.cat([t for other, t in media if other == kind]) for kind, _ in media}
        return encode_conversation(self.model, ids, features)

    def ask(
        self, prefix: Prefix, expressions: Sequence[str], *, spans: bool, check: Callable[[], None] = lambda: None
    ) -> list[Reply]:
        """Answer every expression, none seeing another. spans: times are asked for, else boxes.

        `check` is called once a token and may raise.
        """
        numbers = self.processor.config.grammar.max_regions * (2 if spans else 4)
        replies: list[Reply] = []
        for start in range(0, len(expressions), BATCH):
            group = expressions[start : start + BATCH]
            outputs = self._generate(prefix, group, numbers * _TOKENS_PER_NUMBER, check, self._draft(spans))
            replies += [self._reply(output, spans) for output in outputs]
        return replies

    def presences(
        self, prefix: Prefix, expressions: Sequence[str], check: Callable[[], None] = lambda: None
    ) -> list[float | None]:
        """How probable it is that each answer begins with a region: only the first token is computed."""
        found: list[float | None] = []
        for start in range(0, len(expressions), BATCH):
            outputs = self._generate(prefix, expressions[start : start + BATCH], 1, check)
            found += [self.processor.presence_score(output.first) for output in outputs]
        return found

    def _draft(self, spans: bool) -> Draft:
        if spans not in self._drafts:
            self._drafts[spans] = Draft(self.processor, spans=spans)
        return self._drafts[spans]

    def _generate(
        self,
        prefix: Prefix,
        expressions: Sequence[str],
        most: int,
        check: Callable[[], None],
        draft: Callable[[Sequence[int]], Sequence[int]] = lambda _ids: (),
    ) -> list[Generated]:
        return greedy(
            self.model,
            prefix,
            [0] * len(expressions),
            [self.processor.question_ids(expression) for expression in expressions],
            end_id=self.processor.end_id,
            pad_id=self.processor.pad_id,
            max_new_tokens=most,
            check=check,
            stops=self.processor.stops,
            draft=draft,
        )

    def _reply(self, output: Generated, spans: bool) -> Reply:
        text, starts = self.processor.text_of(output.ids)
        parsed = parse_answer(text, self.processor.config.grammar)
        wanted: Sequence[ParsedRegion] = parsed.spans if spans else parsed.boxes
        other: Sequence[ParsedRegion] = parsed.boxes if spans else parsed.spans
        return Reply(
            text,
            tuple((r, self.processor.score(output.ids, output.probabilities, starts, r)) for r in wanted),
            None if other and not wanted else parsed.present,
            self.processor.presence_score(output.first),
            _error(parsed, bool(wanted), spans),
            (*parsed.dropped, *(text[region.start : region.end] for region in other)),
        )


def _error(parsed: ParsedAnswer, has_wanted: bool, spans: bool) -> str | None:
    if parsed.error is not None or has_wanted or not parsed.present:
        return parsed.error
    return f"the model's answer names only {'boxes, not times' if spans else 'times, not boxes'}"
