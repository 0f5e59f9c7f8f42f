"""One medium by one sense, ready to be asked about any window of it: reads, encodes once, asks, tells seconds."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

import torch
from torch import Tensor

from core.errors import MediaError
from core.geometry import SpanS
from core.grounding.groundinggpt.answering import Answering, FrameTokens, Reply
from core.grounding.groundinggpt.answers import ParsedSpan
from core.grounding.groundinggpt.coming import ComingVideo
from core.grounding.groundinggpt.configuration import AudioConfig, GroundingGPTConfig
from core.grounding.groundinggpt.decoding import Prefix
from core.grounding.groundinggpt.encoded import Kept
from core.grounding.groundinggpt.media_tensors import ReadMedium, SoundReader, VideoReader, clip_step_s
from core.grounding.groundinggpt.windows import FoundSpan, WindowAnswer
from core.jobs import JobContext
from core.schema import MediaKind

_MOST_FEATURES = 4096
_MOST_FEATURE_BYTES = 96 << 20  # three hours of the bundled model's windows; minutes of a large one's
_MOST_PREFIXES = 4
_FINEST_SOUND_S = 0.1
_PRESENCE_VIDEO_S = 4.0


@dataclass(frozen=True, slots=True, eq=False)
class Featured:
    """What a branch made of a medium, [1, p, d], and what is known of the medium (without its tensor)."""

    features: Tensor
    read: ReadMedium

    @property
    def kind(self) -> MediaKind:
        """The branch."""
        return self.read.kind


class Encoder:
    """Features and prefixes of media, each made once while there is room."""

    def __init__(self, answering: Answering) -> None:
        self.answering = answering
        self._features: Kept[Featured] = Kept(_MOST_FEATURES, weight=_bytes, most_weight=_MOST_FEATURE_BYTES)
        self._prefixes: Kept[Prefix] = Kept(1 if answering.is_scarce else _MOST_PREFIXES)

    def clear(self) -> None:
        """Let go of everything."""
        self._features.clear()
        self._prefixes.clear()

    def features(
        self, key: Hashable, read: Callable[[], ReadMedium | ComingVideo], frames: FrameTokens | None = None
    ) -> Featured:
        """Features under a key; `read` is called for those that are not there. frames: as in `Answering.features`."""
        return self._features.get(key, lambda: self._encode(read(), frames))

    def pictures(
        self, reads: Mapping[Hashable, Callable[[], ReadMedium]], check: Callable[[], None]
    ) -> dict[Hashable, Featured | MediaError]:
        """As `features` for several pictures at once, or why one cannot be read. check: called now and then."""
        found: dict[Hashable, Featured | MediaError] = {}
        new: dict[Hashable, ReadMedium] = {}
        for key, read in reads.items():
            known = self._features.known(key)
            try:
                if known is None:
                    new[key] = read()
                else:
                    found[key] = known
            except MediaError as error:
                found[key] = error
        made = self.answering.picture_features(list(new.values()), check)
        for (key, medium), features in zip(new.items(), made, strict=True):
            found[key] = self._features.get(key, partial(_without_tensor, features, medium))
        return found

    def prefix(self, key: Hashable, media: Sequence[Featured]) -> Prefix:
        """The beginning of the conversation about media in this order.

        Where memory is short, it is the only one: those before it are gone.
        """
        known = self._prefixes.known(key)
        if known is not None and self.answering.holds(known):
            return known
        if self.answering.is_scarce:
            self._prefixes.clear()
        return self._prefixes.get(
            key, lambda: self.answering.prefix([(medium.kind, medium.features) for medium in media])
        )

    def _encode(self, read: ReadMedium | ComingVideo, frames: FrameTokens | None) -> Featured:
        features = self.answering.features(read, frames)
        return _without_tensor(features, read.told() if isinstance(read, ComingVideo) else read)


def _without_tensor(features: Tensor, read: ReadMedium) -> Featured:
    return Featured(features, replace(read, tensor=torch.empty(0)))


def _bytes(featured: Featured) -> int:
    return featured.features.numel() * featured.features.element_size()


class MediumAsker:
    """A `WindowAsker` over an open video or sound. Not thread-safe; the reader is the caller's to close.

    `asked` counts the windows. `extent_s` is the whole medium until it is set to the part that is asked about.
    """

    def __init__(
        self,
        encoder: Encoder,
        reader: VideoReader | SoundReader,
        config: GroundingGPTConfig,
        key: Hashable,
        context: JobContext,
    ) -> None:
        """key: of the medium and the sense, for what was encoded before."""
        self.asked = 0
        self._frames = FrameTokens()
        self._encoder, self._key, self._context = encoder, key, context
        self.extent_s: SpanS = reader.extent_s if isinstance(reader, VideoReader) else reader.extent_s(context)
        self._read: Callable[[SpanS, JobContext], ReadMedium | ComingVideo]
        if isinstance(reader, VideoReader):
            self._read = reader.coming
            self._length_for = (0.0, float(reader.most_frames))
            self._finest_s = 1.0 / max(reader.index.fps, 1e-3)
        else:
            assert config.audio is not None
            self._read = reader.window
            self._length_for = length_by_step(config.audio)
            self._finest_s = _FINEST_SOUND_S

    @property
    def finest_s(self) -> float:
        """See `WindowAsker`."""
        return self._finest_s

    def length_for(self, precision_s: float) -> float:
        """See `WindowAsker`."""
        least_s, steps = self._length_for
        return least_s + steps * precision_s

    def prepare(self, window_s: SpanS) -> None:
        """Encode a window ahead of its questions."""
        self._encoded(window_s)

    def ask(self, window_s: SpanS, expressions: Sequence[str]) -> list[WindowAnswer]:
        """See `WindowAsker`."""
        prefix, read = self._encoded(window_s)
        check = self._context.raise_if_cancelled
        replies = self._encoder.answering.ask(prefix, expressions, spans=True, check=check)
        return [window_answer(reply, read) for reply in replies]

    def presences(self, window_s: SpanS, expressions: Sequence[str]) -> list[float | None]:
        """See `WindowAsker`."""
        prefix, _ = self._encoded(window_s)
        return self._encoder.answering.presences(prefix, expressions, self._context.raise_if_cancelled)

    def _encoded(self, window_s: SpanS) -> tuple[Prefix, ReadMedium]:
        self._context.raise_if_cancelled()
        self.asked += 1
        key = (self._key, round(window_s[0], 6), round(window_s[1], 6))
        medium = self._encoder.features(key, lambda: self._read(window_s, self._context), self._frames)
        self._context.raise_if_cancelled()
        return self._encoder.prefix(key, [medium]), medium.read


def window_answer(reply: Reply, read: ReadMedium) -> WindowAnswer:
    """A reply about a window with its places in seconds of the medium."""
    assert read.window_s is not None
    assert read.precision_s is not None
    start, end = read.window_s
    length = end - start
    spans = tuple(
        FoundSpan((start + region.span_norm[0] * length, start + region.span_norm[1] * length), read.precision_s, score)
        for region, score in reply.regions
        if isinstance(region, ParsedSpan)
    )
    return WindowAnswer(
        read.window_s, spans, reply.present, reply.presence, reply.text, reply.error, reply.dropped, read.warnings
    )


def length_by_step(config: AudioConfig) -> tuple[float, float]:
    """`(a, b)` such that clips of a sound of a + b * p seconds begin p seconds after each other, however laid out."""
    lengths = 10 * config.clip_s, 20 * config.clip_s
    steps = [clip_step_s(length_s, config) for length_s in lengths]
    slope = (lengths[1] - lengths[0]) / (steps[1] - steps[0])
    return lengths[0] - slope * steps[0], slope


def hears_s(kind: MediaKind, config: GroundingGPTConfig) -> float:
    """The longest window that a branch takes in without a gap; a video has none between the frames it samples."""
    if kind == "audio" and config.audio is not None:
        return config.audio.clips * config.audio.clip_s
    return float("inf")


def presence_window_s(kind: MediaKind, config: GroundingGPTConfig) -> float:
    """Length of the windows of which only presence is asked: one clip of sound; a few seconds of video."""
    if kind == "audio" and config.audio is not None:
        return config.audio.clip_s
    return _PRESENCE_VIDEO_S
