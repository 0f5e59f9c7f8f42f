"""GroundingGPT behind the `Grounder` protocol: pictures, paused frames, videos and sounds, each encoded once."""

from __future__ import annotations

import itertools
import os
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import torch

from core.errors import MediaError, ModelError
from core.geometry import box_from_padded_norm
from core.grounding.groundinggpt.answering import Answering, Reply, pieces
from core.grounding.groundinggpt.answers import ParsedBox
from core.grounding.groundinggpt.asking import Encoder, Featured
from core.grounding.groundinggpt.chat import GroundingGPTChat
from core.grounding.groundinggpt.encoded import file_key
from core.grounding.groundinggpt.filling import discard
from core.grounding.groundinggpt.media_tensors import ReadMedium, SoundReader, audio_config, read_picture
from core.grounding.groundinggpt.modeling import GroundingGPT
from core.grounding.groundinggpt.processing import Processor
from core.grounding.groundinggpt.timed import TimedMedia
from core.grounding.protocol import Asked, ChatPart, ChatQuestion, ChatReply, Replied, one_by_one
from core.jobs import JobContext
from core.schema import Answer, Box, MediaKind, MediaSource, ModelInfo, Proposal, Query, new_id

_READERS = max(2, min(4, (os.cpu_count() or 2) // 2))  # threads that read pictures ahead


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
            stills = self._stills(media, None, context)
            if not self._answering.is_scarce:  # there is one prefix, and it is of what people ask about
                self._encoder.prefix(self._still_key(media, None), stills)
        else:
            self._timed.prepare(media, context)

    def warm_up(self) -> None:
        """Answer a question about a grey picture, so that the first real one waits for nothing to be recorded."""
        if "image" not in self._info.kinds:
            return
        side = self._config.image_size
        grey = ReadMedium("image", torch.zeros(1, 3, side, side), size_wh=(side, side))
        try:
            prefix = self._answering.prefix([("image", self._answering.features(grey))])
            self._answering.ask(prefix, ["this"], spans=False)
        except torch.OutOfMemoryError:  # the weights fit; what answering needs is found out by answering
            self.release_caches()

    def ground(self, queries: Sequence[Query], media: MediaSource, context: JobContext) -> Iterator[Answer]:
        """See `Grounder.ground`. Answers come in groups of questions about one frame or window."""
        done = 0
        for group in _groups(queries, self._answering.side_by_side()):
            answers = (
                self._still_answers(group, media, context)
                if media.item.kind == "image" or group[0].at_s is not None
                else self._timed.answers(group, media, context)
            )
            for answer in answers:
                done += 1
                context.progress(done, len(queries), answer.query.expression)
                yield answer

    def ground_many(self, asked: Sequence[Asked], context: JobContext) -> Iterator[Replied]:
        """See `Batching.ground_many`. Pictures are answered side by side, other media one after the other."""
        first = 0
        for alone, same in itertools.groupby(asked, key=_is_picture):
            stretch = list(same)
            answered = self._pictures(stretch, context) if alone else one_by_one(self, stretch, context)
            for replied in answered:
                context.progress(first + replied.index + 1, len(asked), stretch[replied.index].media.item.path)
                yield replace(replied, index=first + replied.index)
            first += len(stretch)

    def converse(self, question: ChatQuestion, context: JobContext) -> Iterator[ChatPart | ChatReply]:
        """See `Chat.converse`."""
        return self._chat.converse(question, context)

    def release_caches(self) -> None:
        """Let go of all encoded media and of the memory that torch keeps in hand."""
        self._encoder.clear()
        self._answering.release()
        self._timed.clear()
        self._chat.forget()
        if self._device.type == "cuda":
            torch.cuda.empty_cache()

    def do_less(self) -> None:
        """Fewer questions and media side by side from now on."""
        self._answering.do_less()

    def close(self) -> None:
        """See `Grounder.close`."""
        self._encoder.clear()
        self._answering.release()
        self._timed.clear()
        self._chat.forget()
        discard(self._model)
        if self._device.type == "cuda":
            torch.cuda.empty_cache()

    # --- many pictures -------------------------------------------------------------------------

    def _pictures(self, asked: Sequence[Asked], context: JobContext) -> Iterator[Replied]:
        """Read by threads while the model computes; encoded, and asked all their questions, some at a time."""
        self._check_branches(["image"], asked[0].media)
        groups = list(pieces(asked, self._answering.media_at_once()))
        with ThreadPoolExecutor(_READERS, thread_name_prefix="pictures") as pool:
            coming = [self._reading(pool, groups[0])]
            done = 0
            for number, group in enumerate(groups):
                if number + 1 < len(groups):
                    coming.append(self._reading(pool, groups[number + 1]))
                for index, replied in enumerate(self._answered(group, coming.pop(0), context)):
                    yield replace(replied, index=done + index)
                done += len(group)

    def _reading(self, pool: ThreadPoolExecutor, group: Sequence[Asked]) -> list[Future[ReadMedium]]:
        return [pool.submit(read_picture, Path(one.media.path), self._config) for one in group]

    def _answered(
        self, group: Sequence[Asked], reads: Sequence[Future[ReadMedium]], context: JobContext
    ) -> list[Replied]:
        """All answers about some pictures."""
        began = time.monotonic()
        check = context.raise_if_cancelled
        keys = [file_key(one.media.path) for one in group]
        by_key = self._encoder.pictures({key: read.result for key, read in zip(keys, reads, strict=True)}, check)
        found = [by_key[key] for key in keys]
        known = [(k, featured) for k, featured in enumerate(found) if isinstance(featured, Featured)]
        asked = [(row, query) for row, (k, _) in enumerate(known) for query in group[k].queries]
        replies: list[Reply] = []
        if asked:
            prefix = self._answering.prefixes([[("image", featured.features)] for _, featured in known], check)
            rows, words = [row for row, _ in asked], [query.expression for _, query in asked]
            replies = self._answering.ask_rows(prefix, rows, words, spans=False, check=check)
        seconds = (time.monotonic() - began) / max(len(asked), 1)
        answers: list[list[Answer]] = [[] for _ in group]
        for (row, query), reply in zip(asked, replies, strict=True):
            k, featured = known[row]
            answers[k].append(self._still_answer(query, reply, [featured], seconds))
        return [
            Replied(k, error=one) if isinstance(one, MediaError) else Replied(k, tuple(answers[k]))
            for k, one in enumerate(found)
        ]

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


def _groups(queries: Sequence[Query], most: int) -> Iterator[list[Query]]:
    """Neighbours that ask about the same frame or window in the same way, up to `most` of them."""
    for _, same in itertools.groupby(queries, key=lambda q: (q.at_s, q.window_s, q.sense, q.refine)):
        yield from map(list, pieces(list(same), most))


def _is_picture(asked: Asked) -> bool:
    """Whether every question is about a picture, alone, and can be."""
    try:
        for query in asked.queries:
            _check_still(query, asked.media)
    except MediaError:
        return False
    return asked.media.item.kind == "image" and asked.media.sound is None


def _check_still(query: Query, media: MediaSource) -> None:
    """Raise `MediaError` for a question that a picture, or a frame, has no answer to."""
    if media.item.kind == "audio":
        raise MediaError(f"{media.path} has no frame to look at", why="It is a sound", next_step="Ask about a window")
    if query.window_s is not None or (media.item.kind == "image" and query.at_s is not None):
        raise MediaError(f"{media.path} has no times in it", why="One picture is asked about, and it stands still")
    if query.sense == "hear" or (query.sense == "both" and media.sound is None):
        raise MediaError(f"{media.path} cannot be heard", why="One picture is asked about", next_step="Ask to see it")
