"""What the branches read of any medium: a picture, a paused frame, a window of a video or of a sound, as tensors.

Only what is looked at is decoded and held: the sampled frames, the clips that are heard. Seconds are presentation time
on the file's own clock (`core.media.packet_index`, `core.media.audio`). It knows no model.

Shapes: t frames, s side of the square that a tower sees, c clips, m mel bins, f mel frames.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor

from core.errors import MediaError, ModelError
from core.geometry import SpanS
from core.grounding.groundinggpt.audio_processing import clip_spans, clips_beyond_ends, mel_clips, sound_clips
from core.grounding.groundinggpt.coming import ComingVideo, Decoders, rows
from core.grounding.groundinggpt.configuration import AudioConfig, GroundingGPTConfig, VideoConfig
from core.grounding.groundinggpt.encoded import Kept
from core.grounding.groundinggpt.processing import pad_to_square, picture_pixels, scaled_pixels
from core.jobs import JobContext
from core.media.images import open_upright
from core.schema import MediaKind, MediaSource, Sense

if TYPE_CHECKING:  # PyAV loads with these, and pictures are read without it
    from core.media.audio import SoundWindow
    from core.media.packet_index import PacketIndex
    from core.media.video import VideoFile

SLACK_S = 0.5  # a window may reach that far out of its medium; it ends where the medium does
_WHOLE_S = 120.0  # a longer stretch of sound is read clip by clip
_PIECE_S = 1.0  # sound is decoded in pieces of this length
_AHEAD_S = 30.0  # what lies further ahead is jumped to, not decoded up to
_ROOM = 4  # a frame is decoded at up to this many times the side that it is scaled to


@dataclass(frozen=True, slots=True, eq=False)
class ReadMedium:
    """What a branch reads. `kind` names the branch: "image" for a paused frame, "audio" for the sound of a video.

    tensor: picture or frame [1, 3, s, s], video [t, 3, s, s], sound [c, 1, m, f]; normalised float32 on the CPU.
    window_s: the stretch of time it stands for; precision_s: from one sampled frame or clip to the next.
    size_wh: upright pixels of the picture or frame. at_s: when the paused frame is shown. frames: which frame of the
    video each row is; one may come several times.
    """

    kind: MediaKind
    tensor: Tensor
    window_s: SpanS | None = None
    precision_s: float | None = None
    size_wh: tuple[int, int] | None = None
    at_s: float | None = None
    warnings: tuple[str, ...] = ()
    frames: tuple[int, ...] = ()


def read_medium(
    source: MediaSource,
    config: GroundingGPTConfig,
    *,
    at_s: float | None = None,
    window_s: SpanS | None = None,
    sense: Sense = "see",
    context: JobContext | None = None,
    frames_limit: int | None = None,
) -> ReadMedium:
    """What the checkpoint's branch reads of a medium.

    at_s: a frame of a video, as a picture. window_s: a stretch of a video or sound; None is the whole, however long.
    sense: "hear" of a video means its sound; a sound is heard in any case.
    Raises `ModelError` where the checkpoint has no branch for it, `MediaError` for what cannot be read, for a time
    outside the medium and for the sound of a silent one, `Cancelled`.
    """
    job = context or JobContext()
    kind, path = source.item.kind, Path(source.path)
    job.raise_if_cancelled()
    if kind == "image":
        if sense == "hear":
            raise MediaError(f"{path} cannot be heard", why="It is a picture", next_step="Name a sound beside it")
        return read_picture(path, config)
    if kind == "audio" or sense == "hear":
        if at_s is not None:
            raise MediaError(
                f"{path} has no frame to look at", why="It is heard, not seen", next_step="Ask of a window"
            )
        with SoundReader(path, audio_config(config)) as sound:
            return sound.window(window_s or sound.extent_s(job), job)
    with VideoReader(path, config, job, frames_limit=frames_limit) as video:
        return video.frame(at_s) if at_s is not None else video.window(window_s or video.extent_s, job)


def read_picture(path: Path, config: GroundingGPTConfig) -> ReadMedium:
    """A picture for the picture branch. Raises `MediaError`, `ModelError`."""
    picture, warnings = open_upright(path)
    pixels = scaled_pixels(picture, config.image_size, config.pad_rgb)
    return ReadMedium("image", pixels, size_wh=picture.size, warnings=warnings)


def audio_config(config: GroundingGPTConfig) -> AudioConfig:
    """How the checkpoint hears. Raises `ModelError` where it does not."""
    if config.audio is None:
        raise ModelError("This checkpoint cannot hear", next_step="choose another model for it")
    return config.audio


def video_config(config: GroundingGPTConfig) -> VideoConfig:
    """How the checkpoint sees videos. Raises `ModelError` where it does not."""
    if config.video is None:
        raise ModelError("This checkpoint knows no video", next_step="choose another model for it")
    return config.video


def inside(span_s: SpanS, extent_s: SpanS, path: Path) -> SpanS:
    """The part of a window that a medium has. Raises `MediaError` for times that lie outside it or are no window."""
    (start, end), (first, last) = span_s, extent_s
    if not (first - SLACK_S <= start and end <= last + SLACK_S and max(start, first) < min(end, last)):
        raise MediaError(
            f"{path} has no stretch from {start:g} s to {end:g} s",
            why=f"It lasts from {first:.3f} s to {last:.3f} s",
            next_step="Name a start and a later end inside it",
        )
    return max(start, first), min(end, last)


class VideoReader:
    """A video open for one or many windows. Use it in a `with` block, from one thread.

    Frames that two overlapping windows share are decoded once: it keeps those of the last two, at the branch's size.
    """

    def __init__(
        self,
        path: Path,
        config: GroundingGPTConfig,
        context: JobContext | None = None,
        *,
        index: PacketIndex | None = None,
        frames_limit: int | None = None,
        kept: Kept[NDArray[np.uint8]] | None = None,
        threads: int = 0,
    ) -> None:
        """Numbers the frames unless an `index` is at hand. frames_limit: look at fewer frames than configured.

        kept: where decoded frames stay, [s, s, 3] by path and number, when several readers are to share them.
        threads: that decode ahead, each with a decoder of its own; 0 decodes when a frame is wanted.
        """
        from core.media.video import open_video

        self._config = config
        self._limit = frames_limit
        fast = config.video is not None and config.video.fit == "stretch"  # the original's own decoder and scaling
        self._video = open_video(path, index=index, context=context, fast=fast)
        frames = config.video.frames if config.video is not None else 1
        kept = Kept(2 * frames) if kept is None else kept
        self._decoders = Decoders(self._video, self._scaled, kept, threads)

    def __enter__(self) -> VideoReader:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._decoders.close()
        self._video.close()

    @property
    def index(self) -> PacketIndex:
        """The frames, to be given to another reader of the same file."""
        return self._video.index

    @property
    def extent_s(self) -> SpanS:
        """From the first frame's coming to the last one's going."""
        return self.index.start_s, self.index.end_s

    @property
    def most_frames(self) -> int:
        """How many frames of a window are looked at."""
        frames = video_config(self._config).frames
        return frames if self._limit is None else min(frames, max(1, self._limit))

    def frame(self, at_s: float) -> ReadMedium:
        """The frame on the screen at a time, as a picture of its full size. Raises `MediaError` outside the video."""
        still = self._video.still(at_s)
        pixels = picture_pixels(still.rgb, self._config.image_size, self._config.pad_rgb)
        height, width = still.rgb.shape[:2]
        return ReadMedium("image", pixels, size_wh=(width, height), at_s=still.at_s, warnings=still.warnings)

    def sampled(self, window_s: SpanS) -> list[int]:
        """The frames that stand for a window: those on the screen at evenly spread times from its start on.

        With `repeats` always as many as the branch takes, so that a place among them always means the same place in the
        window; a frame that is shown for long, or of few that there are, comes again. Else each comes once. By time,
        not by number: where frames come at an uneven pace, a place in the answer still is a place in time.
        """
        start, end = window_s
        video = video_config(self._config)
        frames = video.frames
        moments = np.arange(frames) * self.most_frames // frames
        times = start + moments * ((end - start) / self.most_frames)
        numbers = [int(number) for number in self.index.indices_at(times)]
        return numbers if video.repeats else list(dict.fromkeys(numbers))

    def window(self, window_s: SpanS, context: JobContext | None = None) -> ReadMedium:
        """[t, 3, s, s] of a stretch of the video. Raises `MediaError`, `Cancelled`."""
        return self.coming(window_s, context).here()

    def coming(self, window_s: SpanS, context: JobContext | None = None) -> ComingVideo:
        """A stretch of the video, to be decoded while it is encoded. Raises `MediaError`."""
        start, end = inside(window_s, self.extent_s, self._video.path)
        numbers = tuple(self.sampled((start, end)))
        job = context or JobContext()

        def told() -> ReadMedium:
            warnings = self._video.warnings
            if self.most_frames < video_config(self._config).frames:
                short = f"Memory is short: {self.most_frames} frames of a stretch were looked at, not more"
                warnings = (*warnings, short)
            return ReadMedium(
                "video", torch.empty(0), (start, end), (end - start) / len(set(numbers)), self.index.size_wh,
                warnings=warnings, frames=numbers,
            )  # fmt: skip

        return ComingVideo(numbers, partial(self._decoders.pieces, job=job), told)

    def squares(self, numbers: Sequence[int], context: JobContext | None = None) -> NDArray[np.uint8]:
        """[t, s, s, 3] of frames by their numbers, as the branch's configuration makes them squares.

        Raises `MediaError`, `Cancelled`.
        """
        return rows(numbers, partial(self._decoders.pieces, job=context or JobContext()))

    def _scaled(self, video: VideoFile, number: int) -> NDArray[np.uint8]:
        branch = video_config(self._config)
        side = branch.frame_size
        if branch.fit == "stretch":
            return video.frame(number, size_wh=(side, side))
        rgb = video.frame(number, size_wh=_decoded_size(self.index.size_wh, side))
        padded = Image.fromarray(pad_to_square(rgb, self._config.pad_rgb))
        return np.asarray(padded.resize((side, side), Image.Resampling.BICUBIC))


def _decoded_size(size_wh: tuple[int, int], side: int) -> tuple[int, int] | None:
    """A size with the same aspect that is not needlessly large; None for the frame's own."""
    longest = max(size_wh)
    if longest <= _ROOM * side:
        return None
    width, height = (max(1, round(length * _ROOM * side / longest)) for length in size_wh)
    return width, height


class SoundReader:
    """The sound of a file, open for one or many windows. Use it in a `with` block, from one thread."""

    def __init__(self, path: Path, config: AudioConfig) -> None:
        """Raises `MediaError` for a file without sound."""
        from core.media.audio import AudioFile

        self._config = config
        self._sound = AudioFile(path)
        self._coming: Iterator[SoundWindow] = iter(())
        self._held: deque[tuple[int, NDArray[np.float32]]] = deque()  # pieces by the number of their first sample

    def __enter__(self) -> SoundReader:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._sound.close()

    def extent_s(self, context: JobContext | None = None) -> SpanS:
        """When the sound begins and ends; where the file does not say, its packets are counted."""
        return self._sound.start_s, self._sound.end_s(context)

    def window(self, window_s: SpanS, context: JobContext | None = None) -> ReadMedium:
        """[c, 1, m, f] of a stretch of the sound, of any length. Raises `MediaError`, `Cancelled`."""
        job = context or JobContext()
        start, end = inside(window_s, self.extent_s(job), self._sound.path)
        if end - start <= _WHOLE_S:
            return self._read(sound_clips(self.samples((start, end), job), self._config), (start, end))
        self._coming, self._held = iter(()), deque()
        clips = []
        rate = self._config.sample_rate
        for first, last in clip_spans(end - start, self._config):
            job.raise_if_cancelled()
            # whole samples, as they are counted where all of the sound is at hand
            begin, stop = math.floor(first * rate), math.floor(last * rate)
            low, high = max(begin, 0), min(stop, round((end - start) * rate))
            part = torch.from_numpy(self._sound.read(start + low / rate, start + high / rate, rate=rate))
            if clips_beyond_ends(self._config):
                part = torch.nn.functional.pad(part, (low - begin, stop - begin - (low - begin) - part.shape[1]))
            clips.append(mel_clips(part[:1] - part[:1].mean(), self._config))
        return self._read(torch.cat(clips), (start, end))

    def samples(self, window_s: SpanS, context: JobContext | None = None) -> Tensor:
        """[1, n] samples of a stretch at the branch's rate. Raises `MediaError`, `Cancelled`."""
        job = context or JobContext()
        start, end = inside(window_s, self.extent_s(job), self._sound.path)
        return torch.from_numpy(self._stretch(start, end, job))

    def _stretch(self, start_s: float, end_s: float, job: JobContext) -> NDArray[np.float32]:
        """[1, n] samples; silence where there is no sound. Goes on from the stretch before, where it began earlier.

        So windows that overlap are decoded once, forward, and as many seconds are held as one window is long.
        """
        rate = self._config.sample_rate
        first, end = round(start_s * rate), round(end_s * rate)
        if not self._held or first < self._held[0][0] or first > _end_of(self._held[-1]) + _AHEAD_S * rate:
            self._held = deque()
            self._coming = self._sound.windows(_PIECE_S, start_s=start_s, rate=rate)
        while not self._held or _end_of(self._held[-1]) < end:
            job.raise_if_cancelled()
            piece = next(self._coming, None)
            if piece is None:
                break
            at = first if not self._held else _end_of(self._held[-1])
            self._held.append((at, piece.samples))
            while len(self._held) > 1 and _end_of(self._held[0]) <= first:
                self._held.popleft()
        samples = np.zeros((1, max(1, end - first)), dtype=np.float32)
        for at, part in self._held:
            a, b = max(first, at), min(end, at + part.shape[1])
            if a < b:
                samples[:, a - first : b - first] = part[:, a - at : b - at]
        return samples

    def _read(self, clips: Tensor, window_s: SpanS) -> ReadMedium:
        precision_s = clip_step_s(window_s[1] - window_s[0], self._config)
        return ReadMedium("audio", clips, window_s, precision_s, warnings=self._sound.warnings)


def _end_of(piece: tuple[int, NDArray[np.float32]]) -> int:
    return piece[0] + int(piece[1].shape[1])


def clip_step_s(length_s: float, config: AudioConfig) -> float:
    """From the start of one clip to that of the next; of a sound no longer than a clip, its length."""
    starts = [start for start, _ in clip_spans(length_s, config)]
    step = float(starts[1] - starts[0]) if len(starts) > 1 else 0.0
    return step or length_s
