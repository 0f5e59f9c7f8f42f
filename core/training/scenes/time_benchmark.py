"""Examines a model of time on fresh clips and recordings: the figures of its card."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import torch

from core.geometry import SpanS, temporal_iou
from core.grounding.groundinggpt.answers import parse_answer
from core.grounding.groundinggpt.audio_processing import cut_clips, first_samples, mel_clips
from core.grounding.groundinggpt.decoding import Prefix, encode_conversation, greedy
from core.grounding.groundinggpt.drafting import Draft
from core.grounding.groundinggpt.modeling import GroundingGPT
from core.grounding.groundinggpt.processing import Processor, normalise
from core.jobs import JobContext
from core.schema import MediaKind
from core.training.scenes.clip import Clip, sample_clip
from core.training.scenes.clip_questions import CLIP_QUESTION_TYPES, ClipAsker
from core.training.scenes.clip_render import ClipRenderer, clip_batch
from core.training.scenes.render import Renderer
from core.training.scenes.sound import SOUND_QUESTION_TYPES, Recording, SoundAsker, sample_recording
from core.training.scenes.sound_render import render

SEED = 4026  # training draws from other seeds
_LONGEST = 200  # tokens of an answer


@dataclass(frozen=True, slots=True)
class TimeQuestion:
    """An expression, its type, and the spans in 0-1 that answer it (none: not present)."""

    expression: str
    type: str
    spans: tuple[SpanS, ...]


@dataclass(slots=True)
class TimeExamination:
    """Answers of one kind of medium, counted as they come. A span is right by its temporal IoU with a true one."""

    overlaps: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    presence: dict[str, list[bool]] = field(default_factory=lambda: defaultdict(list))
    unparsed: int = 0

    def add(self, question: TimeQuestion, text: str, scores: Sequence[float], processor: Processor) -> None:
        """Score one answer; `scores` are those of its spans."""
        parsed = parse_answer(text, processor.config.grammar)
        self.unparsed += parsed.error is not None
        self.presence[question.type].append(parsed.present is bool(question.spans))
        if question.spans:
            best = max(zip(scores, parsed.spans, strict=True), key=lambda pair: pair[0], default=None)
            overlap = max(temporal_iou(best[1].span_norm, true) for true in question.spans) if best else 0.0
            self.overlaps[question.type].append(overlap)

    def summary(self) -> dict[str, object]:
        """R@1 by temporal IoU, over all questions with an answer and by type; absence and presence."""
        every = [overlap for values in self.overlaps.values() for overlap in values]
        there = [right for name, values in self.presence.items() if name != "absent" for right in values]
        return {
            **_recall(every),
            "absent_accuracy": _mean(self.presence["absent"]),
            "absent_n": len(self.presence["absent"]),
            "present_accuracy": _mean(there),
            "unparsed": self.unparsed,
            "by_type": {name: _recall(values) for name, values in sorted(self.overlaps.items())},
        }


def _mean(values: Sequence[float]) -> float:
    return round(float(np.mean(values)), 4) if values else 0.0


def _recall(overlaps: Sequence[float]) -> dict[str, float]:
    return {
        "n": len(overlaps),
        "r1_30": _mean([value >= 0.3 for value in overlaps]),
        "r1_50": _mean([value >= 0.5 for value in overlaps]),
        "r1_70": _mean([value >= 0.7 for value in overlaps]),
        "mtiou": _mean(overlaps),
    }


def examination_clips(count: int, seed: int = SEED) -> Iterator[tuple[Clip, list[TimeQuestion]]]:
    """`count` clips with up to one question of each type, the same for everybody."""
    rng = np.random.default_rng(seed)
    for _ in range(count):
        clip = sample_clip(rng)
        asker = ClipAsker(clip, rng)
        asked = [question for kind in CLIP_QUESTION_TYPES if (question := asker.ask(kind, tries=20)) is not None]
        yield clip, [TimeQuestion(one.expression, one.type, one.spans) for one in asked]


def examination_recordings(count: int, seed: int = SEED) -> Iterator[tuple[Recording, list[TimeQuestion]]]:
    """`count` recordings with up to one question of each type, the same for everybody."""
    rng = np.random.default_rng(seed)
    for _ in range(count):
        recording = sample_recording(rng)
        asker = SoundAsker(recording, rng)
        asked = [question for kind in SOUND_QUESTION_TYPES if (question := asker.ask(kind, tries=20)) is not None]
        length = recording.duration_s
        yield (
            recording,
            [
                TimeQuestion(one.expression, one.type, tuple((a / length, b / length) for a, b in one.spans_s))
                for one in asked
            ],
        )


class TimeExaminer:
    """Asks a model, greedily, a few media at a time."""

    def __init__(self, model: GroundingGPT, processor: Processor, context: JobContext | None = None) -> None:
        self._model = model
        self._processor = processor
        self._context = context or JobContext()
        self._draft = Draft(processor, spans=True)
        weight = next(model.parameters())
        self._device, self._dtype = weight.device, weight.dtype
        self._batch = 16 if weight.is_cuda else 2
        config = processor.config
        if config.video is None or config.audio is None:
            raise ValueError("time is examined of a checkpoint with a video and a sound branch")
        self._video, self._audio = config.video, config.audio
        self._renderer = ClipRenderer(Renderer(self._video.frame_size, self._device))

    def run(self, count: int, seed: int = SEED) -> dict[str, object]:
        """The whole examination: `count` clips and as many recordings."""
        video, sound = TimeExamination(), TimeExamination()
        clips, recordings = list(examination_clips(count, seed)), list(examination_recordings(count, seed))
        for start in range(0, count, self._batch):
            self._context.raise_if_cancelled()
            some = clips[start : start + self._batch]
            self._ask(self._clips([clip for clip, _ in some]), [asked for _, asked in some], video)
            heard = recordings[start : start + self._batch]
            self._ask(self._recordings([one for one, _ in heard]), [asked for _, asked in heard], sound)
            self._context.progress(min(start + self._batch, count), count, "Examining")
        return {"media_of_each_kind": count, "seed": seed, "video": video.summary(), "sound": sound.summary()}

    def _prefix(self, kind: MediaKind, features: torch.Tensor) -> Prefix:
        ids = torch.tensor(self._processor.prefix_ids((kind,)), device=self._device).expand(len(features), -1)
        return encode_conversation(self._model, ids, {self._processor.patch_ids()[kind]: features})

    @torch.inference_mode()
    def _clips(self, clips: Sequence[Clip]) -> Prefix:
        times = [np.arange(self._video.frames) / self._video.frames for _ in clips]
        frames = self._renderer.frames(clip_batch(clips, times).to(self._device))
        pixels = [normalise(own).to(self._dtype) for own in frames]
        return self._prefix("video", self._model.video_features(pixels))

    @torch.inference_mode()
    def _recordings(self, recordings: Sequence[Recording]) -> Prefix:
        firsts = torch.tensor([first_samples(one.duration_s, self._audio) for one in recordings], device=self._device)
        samples = cut_clips(render(recordings, self._device), firsts, self._audio)
        return self._prefix(
            "audio", self._model.sound_features([mel_clips(own, self._audio).to(self._dtype) for own in samples])
        )

    def _ask(self, prefix: Prefix, asked: Sequence[Sequence[TimeQuestion]], result: TimeExamination) -> None:
        flat = [(row, question) for row, questions in enumerate(asked) for question in questions]
        answers = greedy(
            self._model, prefix, [row for row, _ in flat],
            [self._processor.question_ids(question.expression) for _, question in flat],
            end_id=self._processor.end_id, pad_id=self._processor.pad_id, max_new_tokens=_LONGEST,
            check=self._context.raise_if_cancelled, draft=self._draft.far,
        )  # fmt: skip
        for (_, question), answer in zip(flat, answers, strict=True):
            text, starts = self._processor.text_of(answer.ids)
            spans = parse_answer(text, self._processor.config.grammar).spans
            scores = [self._processor.score(answer.ids, answer.probabilities, starts, span) for span in spans]
            result.add(question, text, scores, self._processor)
