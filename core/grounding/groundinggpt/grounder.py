"""GroundingGPT behind the `Grounder` protocol: pictures, paused frames, videos and sounds, each encoded once."""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import torch

from core.errors import MediaError, ModelError
from core.geometry import box_from_padded_norm
from core.grounding.groundinggpt.answering import BATCH, Answering, Reply
from core.grounding.groundinggpt.answers import ParsedBox
from core.grounding.groundinggpt.asking import Encoder, Featured
from core.grounding.groundinggpt.chat import GroundingGPTChat
from core.grounding.groundinggpt.encoded import file_key
from core.grounding.groundinggpt.filling import discard
from core.grounding.groundinggpt.media_tensors import SoundReader, audio_config, read_picture
from core.grounding.groundinggpt.modeling import GroundingGPT
from core.grounding.groundinggpt.processing import Processor
from core.grounding.groundinggpt.timed import TimedMedia
from core.grounding.protocol import ChatPart, ChatQuestion, ChatReply
from core.jobs import JobContext
from core.schema import Answer, Box, MediaKind, MediaSource, ModelInfo, Proposal, Query, new_id


class GroundingGPTGrounder:
    """A loaded checkpoint. Not thread-safe: one lane asks it."""

    def __init__(
        self, model: GroundingGPT, processor: Processor, info: ModelInfo, *, answering: Answering | None = None
    ) -> None:
        """answering: who answers behind encoded media, unless it is the model itself."""
        self._model = model
        self._config = processor.config
        self._info = info
        self._device = next(model.parameters()).device
        self._answering = answering or Answering(model, processor)
        self._encoder = Encoder(self._answering)
        self._timed = TimedMedia(self._encoder, processor.config, model=info.name, model_id=info.id)
        self._chat = GroundingGPTChat(model, processor, info)

    @property
    def frames_limit(self) -> int | None:
        """At most so many frames of a stretch of video are looked at; None: as many as the checkpoint takes."""
        return self._timed.frames_limit

    @frames_limit.setter
    def frames_limit(self, frames: int | None) -> None:
        self._timed.frames_limit = frames
        self._chat.frames_limit = frames

    def describe(self) -> ModelInfo:
        """See `Grounder.describe`."""
        return self._info

    def prepare(self, media: MediaSource, context: JobContext) -> None:
        """See `Grounder.prepare`."""
        if media.item.kind == "image":
            self._stills(media, None, context)
        else:
            self._timed.prepare(media, context)

    def ground(self, queries: Sequence[Query], media: MediaSource, context: JobContext) -> Iterator[Answer]:
        """See `Grounder.ground`. Answers come in groups of up to `BATCH` questions of one frame or window."""
        done = 0
        for group in _groups(queries):
            answers = (
                self._still_answers(group, media, context)
                if media.item.kind == "image" or group[0].at_s is not None
                else self._timed.answers(group, media, context)
            )
            for answer in answers:
                done += 1
                context.progress(done, len(queries), answer.query.expression)
                yield answer

    def converse(self, question: ChatQuestion, context: JobContext) -> Iterator[ChatPart | ChatReply]:
        """See `Chat.converse`."""
        return self._chat.converse(question, context)

    def release_caches(self) -> None:
        """Let go of all encoded media and of the memory that torch keeps in hand."""
        self._encoder.clear()
        self._timed.clear()
        self._chat.forget()
        if self._device.type == "cuda":
            torch.cuda.empty_cache()

    def close(self) -> None:
        """See `Grounder.close`."""
        self._encoder.clear()
        self._timed.clear()
        self._chat.forget()
        discard(self._model)
        if self._device.type == "cuda":
            torch.cuda.empty_cache()

    # --- pictures, alone or with a sound, and paused frames ------------------------------------

    def _still_answers(self, queries: Sequence[Query], media: MediaSource, context: JobContext) -> Iterator[Answer]:
        began = time.monotonic()
        _check_still(queries[0], media)
        stills = self._stills(media, queries[0].at_s, context)
        prefix = self._encoder.prefix(self._still_key(media, queries[0].at_s), stills)
        words = [query.expression for query in queries]
        replies = self._answering.ask(prefix, words, spans=False, check=context.raise_if_cancelled)
        seconds = (time.monotonic() - began) / len(queries)
        for query, reply in zip(queries, replies, strict=True):
            yield self._still_answer(query, reply, stills, seconds)

    def _stills(self, media: MediaSource, at_s: float | None, context: JobContext) -> list[Featured]:
        """The picture or frame, behind the sound that belongs to it: the order of the published conversations."""
        path = Path(media.path)
        needed: list[MediaKind] = ["image"] if media.sound is None else ["image", "audio"]
        self._check_branches(needed, media)
        context.raise_if_cancelled()
        found: list[Featured] = []
        if media.sound is not None:
            found.append(self._companion(media.sound, context))
        if media.item.kind == "image":
            found.append(self._encoder.features(file_key(media.path), lambda: read_picture(path, self._config)))
        else:
            with self._timed.video(path, context) as video:
                at = at_s or 0.0
                found.append(self._encoder.features((file_key(media.path), at), lambda: video.frame(at)))
        context.raise_if_cancelled()
        return found

    def _companion(self, sound: str, context: JobContext) -> Featured:
        """All of a sound at once, however long, as the sound branch takes it in."""
        with SoundReader(Path(sound), audio_config(self._config)) as reader:
            window_s = reader.extent_s(context)
            return self._encoder.features((file_key(sound), "whole"), lambda: reader.window(window_s, context))

    def _still_key(self, media: MediaSource, at_s: float | None) -> object:
        sound = None if media.sound is None else file_key(media.sound)
        return (file_key(media.path), sound, at_s)

    def _check_branches(self, needed: Sequence[MediaKind], media: MediaSource) -> None:
        missing = [kind for kind in needed if kind not in self._info.kinds]
        if not missing:
            return
        what = "a picture with a sound" if media.sound is not None else f"{media.item.path}"
        lacks = " and ".join(
            {"image": "see pictures", "audio": "hear", "video": "see videos"}[kind] for kind in missing
        )
        raise ModelError(
            f"The model {self._info.name} cannot answer about {what}",
            why=f"it cannot {lacks}",
            next_step="choose another model for it",
        )

    def _still_answer(self, query: Query, reply: Reply, stills: Sequence[Featured], seconds: float) -> Answer:
        read = stills[-1].read
        assert read.size_wh is not None
        size_wh = read.size_wh
        proposals = tuple(
            Proposal(
                new_id(),
                query.id,
                Box(*box_from_padded_norm(region.box_norm, size_wh), at_s=read.at_s),
                score,
                self._info.id,
            )
            for region, score in reply.regions
            if isinstance(region, ParsedBox)
        )
        return Answer(
            query=query,
            proposals=proposals,
            present=reply.present,
            raw_text=reply.text,
            model_id=self._info.id,
            presence_score=reply.presence,
            error=reply.error,
            dropped=reply.dropped,
            warnings=tuple(text for still in stills for text in still.read.warnings),
            seconds=seconds,
        )


def _groups(queries: Sequence[Query]) -> Iterator[list[Query]]:
    """Neighbours that ask about the same frame or window in the same way, up to `BATCH` of them."""
    for _, same in itertools.groupby(queries, key=lambda q: (q.at_s, q.window_s, q.sense, q.refine)):
        group = list(same)
        yield from (group[start : start + BATCH] for start in range(0, len(group), BATCH))


def _check_still(query: Query, media: MediaSource) -> None:
    """Raise `MediaError` for a question that a picture, or a frame, has no answer to."""
    if media.item.kind == "audio":
        raise MediaError(f"{media.path} has no frame to look at", why="It is a sound", next_step="Ask about a window")
    if query.window_s is not None or (media.item.kind == "image" and query.at_s is not None):
        raise MediaError(f"{media.path} has no times in it", why="One picture is asked about, and it stands still")
    if query.sense == "hear" or (query.sense == "both" and media.sound is None):
        raise MediaError(f"{media.path} cannot be heard", why="One picture is asked about", next_step="Ask to see it")
