"""What a lesson shows of its medium: read as inference reads it, and varied where no word minds.

Shapes: t frames, s side of the square that a tower sees, n samples of sound.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from core.errors import MediaError
from core.geometry import BoxXYXY, SpanS, box_to_padded_norm
from core.grounding.groundinggpt.asking import hears_s
from core.grounding.groundinggpt.configuration import GroundingGPTConfig
from core.grounding.groundinggpt.encoded import Kept
from core.grounding.groundinggpt.media_tensors import SoundReader, VideoReader, audio_config
from core.grounding.groundinggpt.processing import picture_pixels
from core.grounding.groundinggpt.video_processing import clip_pixels
from core.grounding.groundinggpt.windows import LONGEST_S, SWEPT_S
from core.media import read_image
from core.media.images import RGB
from core.schema import Box, MediaKind, Region, Segment
from core.training.augment import vary
from core.training.vary_time import (
    cut_spans,
    draw_swept_window,
    draw_window,
    may_cut,
    shuffled,
    vary_frames,
    vary_sound,
)

if TYPE_CHECKING:  # PyAV loads with it, and pictures are read without
    from core.media.packet_index import PacketIndex

# Of frames that stay decoded between epochs: a reader's, and those of all readers.
_FRAME_BYTES, _FRAME_BYTES_OF_ALL = 1 << 30, 2 << 30
_INDEXES = 10_000
_CUT_SHARE = 0.5  # how often another window of a short medium is shown


@dataclass(frozen=True, slots=True, eq=False)
class Shown:
    """A medium, and where its regions are in it.

    tensor: as a branch reads it, picture [3, s, s] and video [t, 3, s, s]; of a sound [1, n] samples, of which the mel
    clips are made where the model is (`audio_processing.sound_clips`: slow, but not on a GPU). places: for each region
    a box in 0-1 of the padded square or a span in 0-1 of the window, None for what is not shown. unclear: regions that
    the window cuts apart, so that no answer about them would be right.
    """

    tensor: Tensor
    places: tuple[BoxXYXY | SpanS | None, ...]
    unclear: frozenset[int] = frozenset()


def _bytes_of(frame: NDArray[np.uint8]) -> int:
    return frame.nbytes


class LessonMedia:
    """Reads media for one checkpoint; frames of videos are decoded once while there is room.

    readers: processes that each hold such a reader.
    """

    def __init__(self, config: GroundingGPTConfig, *, readers: int = 1) -> None:
        self._config = config
        room = min(_FRAME_BYTES, _FRAME_BYTES_OF_ALL // readers)
        self._frames: Kept[NDArray[np.uint8]] = Kept(1 << 30, weight=_bytes_of, most_weight=room)
        self._indexes: Kept[PacketIndex] = Kept(_INDEXES)

    def show(
        self,
        kind: MediaKind,
        path: Path,
        regions: Sequence[Region],
        expressions: Sequence[str],
        rng: np.random.Generator | None,
        *,
        at_s: float | None = None,
    ) -> Shown:
        """The medium with its regions; varied if there is an `rng`. at_s: a frame of a video. Raises `MediaError`."""
        if kind == "image":
            rgb = read_image(path).rgb if at_s is None else self._frame(path, at_s)
            return self._picture(rgb, regions, expressions, rng)
        spans = [(region.start_s, region.end_s) for region in regions if isinstance(region, Segment)]
        if len(spans) != len(regions):
            raise MediaError(f"{path} is not a picture", why="Boxes are learned from pictures")
        if kind == "video":
            return self._video(path, spans, expressions, rng)
        return self._sound(path, spans, expressions, rng)

    def whole(self, kind: MediaKind, path: Path, *, at_s: float | None = None) -> Tensor:
        """All of a medium, as a conversation about it sees and hears it, unvaried: no one checks what words mind.

        Picture [3, s, s], video [t, 3, s, s], sound [c, 1, m, f] of mel clips. Raises `MediaError`.
        """
        if kind == "image":
            return self.show(kind, path, (), (), None, at_s=at_s).tensor
        if kind == "video":
            with VideoReader(path, self._config, index=self._index(path), kept=self._frames) as reader:
                return reader.window(reader.extent_s).tensor
        with SoundReader(path, audio_config(self._config)) as sound:
            return sound.window(sound.extent_s()).tensor

    def _frame(self, path: Path, at_s: float) -> RGB:
        """[h, w, 3] of the frame that is shown at a time, decoded once while there is room."""

        def decoded() -> RGB:
            from core.media.video import open_video

            with open_video(path, index=self._index(path)) as video:
                return video.still(at_s).rgb

        return self._frames.get((str(path), at_s), decoded)

    def _index(self, path: Path) -> PacketIndex:
        from core.media.packet_index import build_index

        return self._indexes.get(str(path), lambda: build_index(path))

    def _picture(
        self, rgb: RGB, regions: Sequence[Region], expressions: Sequence[str], rng: np.random.Generator | None
    ) -> Shown:
        boxes: Sequence[BoxXYXY] = [
            (region.x1, region.y1, region.x2, region.y2) for region in regions if isinstance(region, Box)
        ]
        if rng is not None:
            varied = vary(rgb, boxes, expressions, rng)
            rgb, boxes = varied.rgb, varied.boxes
        size_wh = (rgb.shape[1], rgb.shape[0])
        pixels = picture_pixels(rgb, self._config.image_size, self._config.pad_rgb)[0]
        return Shown(pixels, tuple(box_to_padded_norm(box, size_wh) for box in boxes))

    def _video(
        self, path: Path, spans_s: Sequence[SpanS], expressions: Sequence[str], rng: np.random.Generator | None
    ) -> Shown:
        with VideoReader(path, self._config, index=self._index(path), kept=self._frames) as reader:
            window = self._window("video", reader.extent_s, spans_s, expressions, rng)
            squares = reader.squares(reader.sampled(window))
        if rng is not None:
            squares = vary_frames(squares, expressions, rng)
        cut = cut_spans(spans_s, window)
        return Shown(clip_pixels(squares), cut.spans_norm, cut.unclear)

    def _sound(
        self, path: Path, spans_s: Sequence[SpanS], expressions: Sequence[str], rng: np.random.Generator | None
    ) -> Shown:
        config = audio_config(self._config)
        with SoundReader(path, config) as reader:
            window = self._window("audio", reader.extent_s(), spans_s, expressions, rng)
            samples = reader.samples(window)
        cut = cut_spans(spans_s, window)
        places = cut.spans_norm
        if rng is not None:
            if may_cut(expressions) and rng.random() < _CUT_SHARE:
                samples, places = shuffled(samples, places, rng)
            samples = vary_sound(samples, config.sample_rate, expressions, rng)
        return Shown(samples, places, cut.unclear)

    def _window(
        self,
        kind: MediaKind,
        extent_s: SpanS,
        spans_s: Sequence[SpanS],
        expressions: Sequence[str],
        rng: np.random.Generator | None,
    ) -> SpanS:
        """What is shown of a medium in time: all of a short one, a window of a long one, as it will be asked."""
        taken_s = hears_s(kind, self._config)
        if extent_s[1] - extent_s[0] > min(LONGEST_S, taken_s):
            return draw_swept_window(extent_s, spans_s, min(SWEPT_S, taken_s), rng)
        if rng is not None and may_cut(expressions) and rng.random() < _CUT_SHARE:
            return draw_window(extent_s, spans_s, rng)
        return extent_s
