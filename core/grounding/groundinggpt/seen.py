"""Media as the language model takes them, encoded once for as long as they are talked about."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from core.geometry import box_from_padded_norm
from core.grounding.groundinggpt.answers import ParsedBox, ParsedRegion
from core.grounding.groundinggpt.media_tensors import ReadMedium, read_medium
from core.grounding.groundinggpt.modeling import GroundingGPT
from core.grounding.protocol import ShownMedium
from core.jobs import JobContext
from core.schema import Box, MediaKind, Region, Segment

_KEPT = 32  # a picture takes 5 MB in the largest model

Key = tuple[object, ...]


@dataclass(frozen=True, slots=True, eq=False)
class SeenMedium:
    """A medium's features [1, p, d], and what numbers about it refer to: pixels of a picture or frame, or a window."""

    key: Key
    kind: MediaKind
    features: Tensor
    size_wh: tuple[int, int] | None
    at_s: float | None
    window_s: tuple[float, float] | None
    precision_s: float | None
    warnings: tuple[str, ...]

    def region(self, parsed: ParsedRegion) -> Region | None:
        """What was written of this medium, in its own pixels or seconds; None where it has no such thing."""
        if isinstance(parsed, ParsedBox):
            if self.kind != "image" or self.size_wh is None:
                return None
            return Box(*box_from_padded_norm(parsed.box_norm, self.size_wh), at_s=self.at_s)
        if self.window_s is None:
            return None
        start, end = self.window_s
        first, last = (start + value * (end - start) for value in parsed.span_norm)
        return Segment(first, last)


class SeenMedia:
    """Encodes media, and keeps what it encoded until the file changes or many others came."""

    def __init__(self, model: GroundingGPT) -> None:
        self.frames_limit: int | None = None  # look at fewer frames of a video than configured
        self._model = model
        self._kept: OrderedDict[Key, SeenMedium] = OrderedDict()

    def forget(self) -> None:
        """Free the memory."""
        self._kept.clear()

    def see(self, medium: ShownMedium, context: JobContext) -> SeenMedium:
        """A medium, encoded now or before. Raises `MediaError`, `ModelError`, `Cancelled`."""
        key = (*_key(medium), self.frames_limit)
        if key not in self._kept:
            context.progress(0, 0, f"Reading {Path(medium.source.path).name}")
            read = read_medium(
                medium.source, self._model.config,
                at_s=medium.at_s, window_s=medium.window_s, sense=medium.sense, context=context,
                frames_limit=self.frames_limit,
            )  # fmt: skip
            context.raise_if_cancelled()
            self._kept[key] = SeenMedium(
                key, read.kind, self._encode(read), read.size_wh, read.at_s, read.window_s, read.precision_s,
                read.warnings,
            )  # fmt: skip
        self._kept.move_to_end(key)
        while len(self._kept) > _KEPT:
            self._kept.popitem(last=False)
        return self._kept[key]

    @torch.inference_mode()
    def _encode(self, read: ReadMedium) -> Tensor:
        weight = next(self._model.parameters())
        tensor = read.tensor.to(weight.device, weight.dtype)
        if read.kind == "image":
            return self._model.image_features(tensor)
        return self._model.video_features([tensor]) if read.kind == "video" else self._model.sound_features([tensor])


def _key(medium: ShownMedium) -> Key:
    """Which encoding a medium has: another file under the same name has another."""
    path = Path(medium.source.path)
    try:
        status = path.stat()
        version: tuple[int, ...] = (status.st_mtime_ns, status.st_size)
    except OSError:
        version = ()  # reading it says what is wrong
    return (medium.source.path, *version, medium.at_s, medium.window_s, medium.sense)
