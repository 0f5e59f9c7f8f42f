"""What the branches read of any medium: a picture, a paused frame, a window of a video or of a sound, as tensors.

Only what is looked at is decoded and held: the sampled frames, the clips that are heard. Seconds are presentation time
on the file's own clock (`core.media.packet_index`, `core.media.audio`). It knows no model.

Shapes: t frames, s side of the square that a tower sees, c clips, m mel bins, f mel frames.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor

from core.errors import MediaError, ModelError
from core.geometry import SpanS
from core.grounding.groundinggpt.audio_processing import clip_spans, mel_clip, sound_clips
from core.grounding.groundinggpt.configuration import AudioConfig, GroundingGPTConfig, VideoConfig
from core.grounding.groundinggpt.processing import pad_to_square, picture_pixels
from core.grounding.groundinggpt.video_processing import clip_pixels
from core.jobs import JobContext
from core.media.audio import AudioFile
from core.media.images import RGB, read_image
from core.media.packet_index import PacketIndex
from core.media.video import open_video
from core.schema import MediaKind, MediaSource, Sense

SLACK_S = 0.5  # a time that far outside a medium means its first or last moment
_WHOLE_S = 120.0  # a longer stretch of sound is read clip by clip
_ROOM = 4  # a frame is decoded at up to this many times the side that it is scaled to


@dataclass(frozen=True, slots=True, eq=False)
class ReadMedium:
    """What a branch reads. `kind` names the branch: "image" for a paused frame, "audio" for the sound of a video.

    tensor: picture or frame [1, 3, s, s], video [t, 3, s, s], sound [c, 1, m, f]; normalised float32 on the CPU.
    window_s: the stretch of time it stands for; precision_s: from one sampled frame or clip to the next.
    size_wh: upright pixels of the picture or frame. at_s: when the paused frame is shown.
    """

    kind: MediaKind
    tensor: Tensor
    window_s: SpanS | None = None
    precision_s: float | None = None
    size_wh: tuple[int, int] | None = None
    at_s: float | None = None
    warnings: tuple[str, ...] = ()


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
    picture = read_image(path)
    return _picture(picture.rgb, config, warnings=picture.warnings)


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


def _picture(
    rgb: RGB, config: GroundingGPTConfig, *, at_s: float | None = None, warnings: tuple[str, ...] = ()
) -> ReadMedium:
    pixels = picture_pixels(rgb, config.image_size, config.pad_rgb)
    return ReadMedium("image", pixels, size_wh=(rgb.shape[1], rgb.shape[0]), at_s=at_s, warnings=warnings)


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
    ) -> None:
        """Numbers the frames unless an `index` is at hand. frames_limit: look at fewer frames than configured."""
        self._config = config
        self._limit = frames_limit
        fast = config.video is not None and config.video.fit == "stretch"  # the original's own decoder and scaling
        self._video = open_video(path, index=index, context=context, fast=fast)
        self._kept: OrderedDict[int, NDArray[np.uint8]] = OrderedDict()

    def __enter__(self) -> VideoReader:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._video.close()

    @property
    def index(self) -> PacketIndex:
        """The frames, to be given to another reader of the same file."""
        return self._video.index

    @property
    def extent_s(self) -> SpanS:
        """From the first frame's coming to the last one's going."""
        return self.index.start_s, self.index.end_s

    def frame(self, at_s: float) -> ReadMedium:
        """The frame on the screen at a time, as a picture of its full size. Raises `MediaError` outside the video."""
        first, last = self.extent_s
        if not first - SLACK_S <= at_s <= last + 1 / max(self.index.fps, 1.0):
            raise MediaError(
                f"{self._video.path} shows no frame at {at_s:g} s",
                why=f"It lasts from {first:.3f} s to {last:.3f} s",
                next_step="Name a time inside it",
            )
        number = self.index.index_at(at_s)
        rgb = self._video.frame(number)
        return _picture(rgb, self._config, at_s=self.index.time_of(number), warnings=self._video.warnings)

    def sampled(self, window_s: SpanS) -> list[int]:
        """The frames that stand for a window: those on the screen at evenly spread times from its start on.

        As many as the branch takes, or as many as there are. By time, not by number: where frames come at an uneven
        pace, a place in the answer still is a place in time.
        """
        start, end = window_s
        count = min(video_config(self._config).frames, len(self.index.window(start, end)), self._limit or 1 << 30)
        return [int(number) for number in self.index.indices_at(start + np.arange(count) * ((end - start) / count))]

    def window(self, window_s: SpanS, context: JobContext | None = None) -> ReadMedium:
        """[t, 3, s, s] of a stretch of the video. Raises `MediaError`, `Cancelled`."""
        start, end = inside(window_s, self.extent_s, self._video.path)
        numbers = self.sampled((start, end))
        job = context or JobContext()
        frames = np.stack([self._scaled(number, job) for number in numbers])
        warnings = self._video.warnings
        if self._limit is not None and self._limit < video_config(self._config).frames:
            warnings = (
                *warnings,
                f"Memory is short: {len(numbers)} frames were looked at in each stretch of the video",
            )
        return ReadMedium(
            "video", clip_pixels(frames), (start, end), (end - start) / len(numbers), self.index.size_wh,
            warnings=warnings,
        )  # fmt: skip

    def _scaled(self, number: int, job: JobContext) -> NDArray[np.uint8]:
        """[s, s, 3] of one frame, as the branch's configuration makes it a square."""
        if number in self._kept:
            self._kept.move_to_end(number)
            return self._kept[number]
        job.raise_if_cancelled()
        video = video_config(self._config)
        side = video.frame_size
        if video.fit == "stretch":
            square = self._video.frame(number, size_wh=(side, side))
        else:
            rgb = self._video.frame(number, size_wh=_decoded_size(self.index.size_wh, side))
            padded = Image.fromarray(pad_to_square(rgb, self._config.pad_rgb))
            square = np.asarray(padded.resize((side, side), Image.Resampling.BICUBIC))
        self._kept[number] = square
        while len(self._kept) > 2 * video.frames:
            self._kept.popitem(last=False)
        return square


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
        self._config = config
        self._sound = AudioFile(path)

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
            job.raise_if_cancelled()
            return self.heard(self._sound.read(start, end, rate=self._config.sample_rate), (start, end))
        clips = []
        for first, last in clip_spans(end - start, self._config):
            job.raise_if_cancelled()
            part = self._sound.read(start + float(first), min(start + float(last), end), rate=self._config.sample_rate)
            clips.append(mel_clip(torch.from_numpy(part), self._config))
        return self._read(torch.stack(clips), (start, end))

    def heard(self, samples: NDArray[np.float32], window_s: SpanS) -> ReadMedium:
        """[1, n] samples of a window -> [c, 1, m, f]; silence stands where the file ended before the window."""
        count = max(1, round((window_s[1] - window_s[0]) * self._config.sample_rate))
        whole = np.zeros((1, count), dtype=np.float32)
        whole[:, : samples.shape[1]] = samples[:, :count]
        return self._read(sound_clips(torch.from_numpy(whole), self._config), window_s)

    def _read(self, clips: Tensor, window_s: SpanS) -> ReadMedium:
        precision_s = clip_step_s(window_s[1] - window_s[0], self._config)
        return ReadMedium("audio", clips, window_s, precision_s, warnings=self._sound.warnings)


def clip_step_s(length_s: float, config: AudioConfig) -> float:
    """From the start of one clip to that of the next; of a sound no longer than a clip, its length."""
    starts = [start for start, _ in clip_spans(length_s, config)]
    step = float(starts[1] - starts[0]) if len(starts) > 1 else 0.0
    return step or length_s
