"""A loaded network that is asked questions behind encoded media: tensors and expressions in, replies out.

Knows nothing of files and of seconds: regions are 0-1 of the padded square or of the asked window.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

import torch
from torch import Tensor

from core.grounding.groundinggpt.answers import ParsedAnswer, ParsedRegion, parse_answer
from core.grounding.groundinggpt.coming import FIRST_FRAMES, FRAMES_A_PIECE, ComingVideo
from core.grounding.groundinggpt.decoding import Draft as DraftFunction
from core.grounding.groundinggpt.decoding import (
    Generated,
    Prefix,
    encode_conversation,
    greedy,
    joined_prefixes,
    no_draft,
)
from core.grounding.groundinggpt.drafting import Draft
from core.grounding.groundinggpt.media_tensors import ReadMedium
from core.grounding.groundinggpt.modeling import GroundingGPT
from core.grounding.groundinggpt.passes import Passes
from core.grounding.groundinggpt.placement import DeviceName, most_at_once
from core.grounding.groundinggpt.processing import Processor
from core.grounding.groundinggpt.recorded import choose_passes
from core.grounding.groundinggpt.recording import RecordedCall, Recorder, is_quantised, why_not_recorded
from core.grounding.groundinggpt.video_processing import PixelTable
from core.schema import MediaKind

# Side by side at most. A CPU is busy with one medium: more would only keep the person waiting who wants it back.
_QUESTIONS: dict[DeviceName, int] = {"cpu": 16, "cuda": 64}
_MEDIA: dict[DeviceName, int] = {"cpu": 8, "cuda": 16}
_ENCODED: dict[DeviceName, int] = {"cpu": 1, "cuda": 4}
_TOKENS_PER_NUMBER = 6
_TOKENS_OF_A_QUESTION = 128  # with its answer: what most need; a longer one needs more, and is given it
# A GPU waits for the weights as long as a pass reads about so many tokens, in 16 bits: 769 TFLOP/s by 4.2 TB/s.
_TOKENS_OF_A_PASS = 256
_FEWEST_GUESSED = 8
_KNOWN = 64  # regions of one medium that are tried again for the next question
_DECODERS: dict[DeviceName, int] = {"cpu": 1, "cuda": 4}  # each with up to four threads of its own
_FEWER = 4  # times fewer questions and media at once, each time that memory has run out

T = TypeVar("T")


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


def pieces(things: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    """Neighbours, so many at a time."""
    for start in range(0, len(things), size):
        yield things[start : start + size]


class Answering:
    """Model and processor of one checkpoint. Not thread-safe."""

    def __init__(self, model: GroundingGPT, processor: Processor) -> None:
        self.model = model
        self.processor = processor
        self.device = next(model.parameters()).device
        self._device_name: DeviceName = "cuda" if self.device.type == "cuda" else "cpu"
        self._dtype = next(model.parameters()).dtype
        self._drafts: dict[bool, Draft] = {}
        self._own_passes: Passes | None = None
        self._own_see: Callable[[Tensor], Tensor] | None = None
        self._own_watch: Callable[[Tensor], Tensor] | None = None
        self._pixels: PixelTable | None = None
        self._record = Recorder()
        self._share = 1
        # memory is short: the beginning of one conversation of a kind is kept, and no more
        self.is_scarce = self._device_name == "cuda" and any(map(is_quantised, model.language_model.modules()))

    @torch.inference_mode()
    def features(self, read: ReadMedium | ComingVideo, frames: FrameTokens | None = None) -> Tensor:
        """What the branch of its kind makes of a medium: [1, p, d]. frames: of the same video, seen before.

        Raises `MediaError` and `Cancelled` where frames are still to be decoded.
        """
        frames = FrameTokens() if frames is None else frames
        if isinstance(read, ComingVideo):
            return self._video_features(read.frames, self._coming(read, frames), frames)
        if read.kind == "video":
            return self._video_features(read.frames, self._moved(read, frames), frames)
        tensor = read.tensor.to(self.device, self._dtype)
        return self._see(tensor) if read.kind == "image" else self.model.sound_features([tensor])

    @torch.inference_mode()
    def picture_features(self, reads: Sequence[ReadMedium], check: Callable[[], None] = lambda: None) -> list[Tensor]:
        """What the picture branch makes of several pictures or frames: [1, p, d] each. check: called now and then."""
        found: list[Tensor] = []
        for some in pieces(reads, _ENCODED[self._device_name]):
            check()
            pixels = torch.cat([read.tensor for read in some]).to(self.device, self._dtype)
            found += torch.split(self._see(pixels), 1)
        return found

    def _coming(self, read: ComingVideo, frames: FrameTokens) -> Iterator[tuple[Sequence[int], Tensor]]:
        """Pixels of the frames that were not seen before, on the device, as they are decoded."""
        if self._pixels is None:
            self._pixels = PixelTable(self.device, self._dtype)
        new = [number for number in dict.fromkeys(read.frames) if number not in frames]
        for numbers, squares in read.pieces(new):
            yield numbers, self._pixels(squares)

    def _moved(self, read: ReadMedium, frames: FrameTokens) -> Iterator[tuple[Sequence[int], Tensor]]:
        rows = {number: row for row, number in enumerate(read.frames) if number not in frames}
        if rows:
            yield list(rows), read.tensor[list(rows.values())].to(self.device, self._dtype)

    def _video_features(
        self, numbers: Sequence[int], new: Iterable[tuple[Sequence[int], Tensor]], frames: FrameTokens
    ) -> Tensor:
        """As `GroundingGPT.video_features`; each frame of a video goes through the tower once."""
        video = self.model.video
        assert video is not None
        for some, pixels in new:
            frames.keep(dict(zip(some, self._watch(pixels), strict=True)))
        features: Tensor = video.clip_features(torch.stack([frames[number] for number in numbers])[None])
        frames.forget_all_but(2 * len(numbers))
        return features

    def prefix(self, media: Sequence[tuple[MediaKind, Tensor]]) -> Prefix:
        """The beginning of a conversation about media [1, p, d] in this order. Raises `ModelError`."""
        return self.prefixes([media])

    def holds(self, prefix: Prefix) -> bool:
        """Whether a prefix can still be asked about; where memory is short, one that was read later takes its place."""
        return not self.is_scarce or self._passes.holds(prefix.layers()[0][0])

    def prefixes(
        self, conversations: Sequence[Sequence[tuple[MediaKind, Tensor]]], check: Callable[[], None] = lambda: None
    ) -> Prefix:
        """The beginnings of conversations about media of the same kinds, a row each. check: called now and then.

        Raises `ModelError`.
        """
        patches = self.processor.patch_ids()
        kinds = [kind for kind, _ in conversations[0]]
        ids = self.processor.prefix_ids(kinds)
        read: list[Prefix] = []
        for some in pieces(conversations, _ENCODED[self._device_name]):
            check()
            media = [one for conversation in some for one in conversation]
            features = {patches[kind]: torch.cat([t for other, t in media if other == kind]) for kind in kinds}
            rows = torch.tensor([ids] * len(some), device=self.device)
            read.append(encode_conversation(self.model, rows, features, self._passes))
        return read[0] if len(read) == 1 else joined_prefixes(read)

    def ask(
        self, prefix: Prefix, expressions: Sequence[str], *, spans: bool, check: Callable[[], None] = lambda: None
    ) -> list[Reply]:
        """Answer every expression, none seeing another. spans: times are asked for, else boxes.

        `check` is called once a pass and may raise.
        """
        return self.ask_rows(prefix, [0] * len(expressions), expressions, spans=spans, check=check)

    def ask_rows(
        self,
        prefix: Prefix,
        rows: Sequence[int],
        expressions: Sequence[str],
        *,
        spans: bool,
        check: Callable[[], None] = lambda: None,
    ) -> list[Reply]:
        """As `ask`, each expression of the medium of its row of the prefix."""
        most = self.processor.config.grammar.max_regions * (2 if spans else 4) * _TOKENS_PER_NUMBER
        replies: list[Reply] = []
        draft, known = self._draft(spans), prefix.known if not any(rows) else []
        step = self.side_by_side()
        for start in range(0, len(expressions), step):
            group = expressions[start : start + step]
            guesses = self._guesses(draft, known, len(group))
            outputs = self._generate(prefix, rows[start : start + step], group, most, check, guesses)
            for region in (region for output in outputs for region in draft.regions(output.ids)):
                if region not in known:
                    known.insert(0, region)
            del known[_KNOWN:]
            replies += [self._reply(output, spans) for output in outputs]
        return replies

    def side_by_side(self) -> int:
        """How many questions are decoded at once: as many as pay and there is room for."""
        return self._room(_TOKENS_OF_A_QUESTION, _QUESTIONS[self._device_name])

    def media_at_once(self, kinds: Sequence[MediaKind] = ("image",)) -> int:
        """Of how many media, or pairs of them, the beginnings are kept at once."""
        return self._room(len(self.processor.prefix_ids(kinds)), _MEDIA[self._device_name])

    def decoders(self) -> int:
        """Threads that decode frames of a video while those before them are encoded."""
        cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
        return max(1, min(_DECODERS[self._device_name], cores // 4))

    def release(self) -> None:
        """Let go of what is only there to be faster."""
        self._own_passes = self._own_see = self._own_watch = None
        self._record = Recorder()

    def do_less(self) -> None:
        """Do fewer things side by side from now on."""
        self._share *= _FEWER

    @property
    def _passes(self) -> Passes:
        if self._own_passes is None:
            self._own_passes = choose_passes(self.model.language_model, self._record, scarce=self.is_scarce)
        return self._own_passes

    def _see(self, pixels: Tensor) -> Tensor:
        """As `GroundingGPT.image_features`."""
        if self._own_see is None:
            tower, plain = self.model.vision_tower, self.model.image_features
            can = tower is not None and why_not_recorded(tower) is None
            self._own_see = RecordedCall(plain, self._record, most=2) if can else plain
        usual = len(pixels) in (1, _ENCODED[self._device_name])
        return self._own_see(pixels) if usual else self.model.image_features(pixels)

    def _watch(self, pixels: Tensor) -> Tensor:
        """As `VideoBranch.frame_tokens`; a whole piece of frames by a replay, where there is memory for it."""
        video = self.model.video
        assert video is not None
        if self._own_watch is None:
            can = not self.is_scarce and why_not_recorded(video) is None
            self._own_watch = RecordedCall(video.frame_tokens, self._record, most=2) if can else video.frame_tokens
        whole = len(pixels) in (FIRST_FRAMES, FRAMES_A_PIECE)
        return self._own_watch(pixels) if whole else video.frame_tokens(pixels)

    def _room(self, tokens: int, most: int) -> int:
        kept = next(self.model.parameters()).element_size()
        most = max(1, most // self._share)
        return most_at_once(self.processor.config.text, tokens, most, (self._device_name, kept))

    def presences(
        self, prefix: Prefix, expressions: Sequence[str], check: Callable[[], None] = lambda: None
    ) -> list[float | None]:
        """How probable it is that each answer begins with a region: only the first token is computed."""
        found: list[float | None] = []
        step = self.side_by_side()
        for start in range(0, len(expressions), step):
            group = expressions[start : start + step]
            outputs = self._generate(prefix, [0] * len(group), group, 1, check)
            found += [self.processor.presence_score(output.first) for output in outputs]
        return found

    def _draft(self, spans: bool) -> Draft:
        if spans not in self._drafts:
            self._drafts[spans] = Draft(self.processor, spans=spans)
        return self._drafts[spans]

    def _guesses(self, draft: Draft, known: Sequence[Sequence[int]], questions: int) -> DraftFunction:
        """What is guessed ahead where so many questions are answered side by side."""
        if self._device_name == "cpu":
            return partial(draft.recall, known)
        most = min(3 * draft.region, _TOKENS_OF_A_PASS // questions)
        return partial(draft.recall, known, most=most if most >= _FEWEST_GUESSED else 0)

    def _generate(
        self,
        prefix: Prefix,
        rows: Sequence[int],
        expressions: Sequence[str],
        most: int,
        check: Callable[[], None],
        draft: DraftFunction = no_draft,
    ) -> list[Generated]:
        return greedy(
            self.model,
            prefix,
            rows,
            [self.processor.question_ids(expression) for expression in expressions],
            end_id=self.processor.end_id,
            pad_id=self.processor.pad_id,
            max_new_tokens=most,
            check=check,
            stops=self.processor.stops,
            draft=draft,
            passes=self._passes,
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
