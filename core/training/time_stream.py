"""Endless batches of rendered clips and recordings with questions behind them, drawn by many processes."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.utils.data import IterableDataset

from core.grounding.groundinggpt.answers import format_spans
from core.grounding.groundinggpt.processing import Processor
from core.training.packing import Asked, Questions, pack
from core.training.scenes.clip import MAX_SECONDS, MIN_SECONDS, Clip, sample_clip
from core.training.scenes.clip_questions import CLIP_QUESTION_TYPES, ClipAsker, ClipQuestionType
from core.training.scenes.clip_render import ClipBatch, clip_batch
from core.training.scenes.sound import (
    SOUND_QUESTION_TYPES,
    Recording,
    SoundAsker,
    SoundQuestionType,
    kinds_heard,
    sample_recording,
)

PLACES = 221  # with the 67 tokens of one medium's prefix a multiple of 16, which attention kernels like
_JITTER = 0.6  # of the distance between two frames: frame rates never divide a clip evenly
_CLIP_MENU: tuple[ClipQuestionType, ...] = ("noun",) * 5 + ("verb",) * 7 + ("absent",) * 3
_SOUND_MENU: tuple[SoundQuestionType, ...] = ("noun",) * 6 + ("verb",) * 3 + ("several",) * 4 + ("absent",) * 3


@dataclass(frozen=True, slots=True)
class TimeBatch:
    """b clips and b recordings with their questions; heard [b, c, k] of `kinds_heard` at the middles of the clips."""

    clips: ClipBatch
    clip_questions: Questions
    recordings: tuple[Recording, ...]
    heard: Tensor
    sound_questions: Questions

    def to(self, device: torch.device) -> TimeBatch:
        """The same on another device; recordings are numbers until they are rendered."""
        return TimeBatch(
            self.clips.to(device), self.clip_questions.to(device), self.recordings,
            self.heard.to(device, non_blocking=True), self.sound_questions.to(device),
        )  # fmt: skip

    def pin_memory(self) -> TimeBatch:
        """In page-locked memory, as `DataLoader` asks for it."""
        return TimeBatch(
            self.clips.pin_memory(), self.clip_questions.pin_memory(), self.recordings,
            self.heard.pin_memory(), self.sound_questions.pin_memory(),
        )  # fmt: skip


def clip_questions(clip: Clip, processor: Processor, rng: np.random.Generator) -> Iterator[Asked]:
    """Questions about a clip in random order."""
    asker = ClipAsker(clip, rng)
    for index in rng.permutation(len(_CLIP_MENU)):
        question = asker.ask(_CLIP_MENU[index], tries=5)
        if question is not None:
            text = format_spans(question.spans, processor.config.grammar)
            yield Asked(question.expression, text, len(question.spans), CLIP_QUESTION_TYPES.index(question.type))


def sound_questions(recording: Recording, processor: Processor, rng: np.random.Generator) -> Iterator[Asked]:
    """Questions about a recording in random order."""
    asker = SoundAsker(recording, rng)
    for index in rng.permutation(len(_SOUND_MENU)):
        question = asker.ask(_SOUND_MENU[index], tries=5)
        if question is not None:
            spans = [(start / recording.duration_s, end / recording.duration_s) for start, end in question.spans_s]
            text = format_spans(spans, processor.config.grammar)
            yield Asked(question.expression, text, len(spans), SOUND_QUESTION_TYPES.index(question.type))


def frame_times(count: int, rng: np.random.Generator) -> NDArray[np.float64]:
    """[count] times in 0-1 at which a clip's frames are seen: the first of each stretch, or a little before it."""
    late = rng.random() * _JITTER * rng.random(count)
    return np.maximum(np.arange(count) - late, 0) / count


class TimeStream(IterableDataset[TimeBatch]):
    """Every worker and process draws its own from the seed."""

    def __init__(self, processor: Processor, *, batch: int, seed: int, rank: int = 0) -> None:
        super().__init__()
        video, audio = processor.config.video, processor.config.audio
        if video is None or audio is None:
            raise ValueError("time is learned by a checkpoint with a video and a sound branch")
        self._processor = processor
        self._frames, self._slots = video.frames, audio.clips
        self._batch, self._seed, self._rank = batch, seed, rank

    def __iter__(self) -> Iterator[TimeBatch]:
        worker = torch.utils.data.get_worker_info()
        rng = np.random.default_rng([self._seed, self._rank, worker.id if worker else 0])
        for index in itertools.count():
            yield self._draw(rng, plain=index % 2 == 0)

    def _draw(self, rng: np.random.Generator, *, plain: bool) -> TimeBatch:
        """plain: no clip is blurred or compressed, which makes a batch cheap."""
        clips = [sample_clip(rng, easy=plain) for _ in range(self._batch)]
        # recordings of about one length, so that little is rendered for nothing
        length = float(np.exp(rng.uniform(np.log(MIN_SECONDS), np.log(MAX_SECONDS))))
        shares = rng.uniform(max(0.8, MIN_SECONDS / length), 1.0, self._batch)
        recordings = [sample_recording(rng, duration_s=length * float(share)) for share in shares]
        middles = (np.arange(self._slots) + 0.5) / self._slots
        return TimeBatch(
            clip_batch(clips, [frame_times(self._frames, rng) for _ in clips]),
            pack(self._processor, [clip_questions(clip, self._processor, rng) for clip in clips], PLACES),
            tuple(recordings),
            torch.from_numpy(np.stack([kinds_heard(recording, middles) for recording in recordings])),
            pack(self._processor, [sound_questions(one, self._processor, rng) for one in recordings], PLACES),
        )
