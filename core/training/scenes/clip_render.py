"""Turns clips into frames and labels, a batch at a time, on whatever device torch is given.

Shapes: b clips, t frames, n strokes, f fields of a stroke, p patches of a frame.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, replace

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.training.scenes.clip import MAX_ACTORS, Clip
from core.training.scenes.render import Renderer
from core.training.scenes.scene import MAX_CLUTTER, STROKE_FIELDS
from core.training.scenes.vocabulary import COLOURS, SHAPES

MAX_CLIP_STROKES = MAX_CLUTTER + MAX_ACTORS  # always so many: painting is compiled for one shape
_OPACITY = STROKE_FIELDS.index("opacity")


@dataclass(frozen=True, slots=True)
class ClipBatch:
    """Clips as arrays, ready to move to a device.

    strokes [b, t, n, f]; kinds [b, n] index of `SHAPES` or -1; colours [b, t, n] index of `COLOURS`;
    content [b, 4], background [b, 12], noise [b, cells], post [b, 6] as in `Scene`;
    states [b, t, ...] of `Clip.states`.
    `plain`: no clip is blurred, noisy or compressed. `used`: strokes that paint.
    """

    strokes: Tensor
    kinds: Tensor
    colours: Tensor
    content: Tensor
    background: Tensor
    noise: Tensor
    post: Tensor
    states: Tensor
    plain: bool
    used: int

    def to(self, device: torch.device | str) -> ClipBatch:
        """The same on another device."""
        return self._each(lambda tensor: tensor.to(device, non_blocking=True))

    def pin_memory(self) -> ClipBatch:
        """The same in page-locked memory."""
        return self._each(lambda tensor: tensor.pin_memory())

    def _each(self, move: Callable[[Tensor], Tensor]) -> ClipBatch:
        moved = {f.name: move(getattr(self, f.name)) for f in fields(self) if f.name not in ("plain", "used")}
        return replace(self, **moved)  # type: ignore[arg-type]


def clip_batch(clips: Sequence[Clip], times: Sequence[NDArray[np.float64]]) -> ClipBatch:
    """Stack clips, each seen at its own times (0-1 of its window, the same number of them for each)."""
    count, frames = len(clips), len(times[0])
    strokes = np.zeros((count, frames, MAX_CLIP_STROKES, len(STROKE_FIELDS)), np.float32)
    strokes[..., 1:3], strokes[..., 3:5] = -9.0, 1e-3
    kinds = np.full((count, MAX_CLIP_STROKES), -1, np.int64)
    colours = np.zeros((count, frames, MAX_CLIP_STROKES), np.int64)
    names = tuple(COLOURS)
    for row, (clip, at) in enumerate(zip(clips, times, strict=True)):
        own = clip.strokes(at)
        strokes[row, :, : own.shape[1]] = own
        inner = clip.window[0] + at * (clip.window[1] - clip.window[0])
        for actor in clip.actors:
            kinds[row, actor.stroke] = SHAPES.index(actor.kind)
            colours[row, :, actor.stroke] = names.index(actor.colour)
            if actor.repaint is not None:
                colours[row, inner >= actor.repaint.when.middle, actor.stroke] = names.index(actor.repaint.colour)

    def stack(name: str) -> Tensor:
        return torch.from_numpy(np.stack([np.asarray(getattr(clip.scene, name), np.float32) for clip in clips]))

    post = stack("post")
    return ClipBatch(
        torch.from_numpy(strokes), torch.from_numpy(kinds), torch.from_numpy(colours), stack("content"),
        stack("background"), stack("noise"), post,
        torch.from_numpy(np.stack([clip.states(at) for clip, at in zip(clips, times, strict=True)])),
        not bool((post[:, :3] > 0).any()), max(len(clip.scene.strokes) for clip in clips),
    )  # fmt: skip


class ClipRenderer:
    """Paints every frame of a batch of clips with a renderer of pictures."""

    def __init__(self, renderer: Renderer) -> None:
        self._renderer = renderer

    def frames(self, batch: ClipBatch) -> Tensor:
        """[b, t, 3, side, side] uint8 RGB, padded to the square."""
        b, t, n, f = batch.strokes.shape
        ground = self._renderer.ground(batch.background, batch.noise)
        canvas = ground[:, None].expand(-1, t, -1, -1, -1).flatten(0, 1)
        canvas = self._renderer.paint(canvas, batch.strokes.reshape(b * t, n, f), batch.used)
        content = batch.content.repeat_interleave(t, 0)
        if batch.plain:
            return self._renderer.framed(canvas, content).reshape(b, t, *canvas.shape[1:])
        post = batch.post.repeat_interleave(t, 0)
        post[:, 5] += torch.arange(t, device=post.device).repeat(b) * 7919  # fresh noise in every frame
        return self._renderer.finish(canvas, post, content).reshape(b, t, *canvas.shape[1:])

    def owners(self, batch: ClipBatch, frames: slice, patches: int) -> Tensor:
        """[b, t', p] the stroke that each patch of these frames shows, -1 for none; what is hardly visible is none."""
        strokes = batch.strokes[:, frames]
        b, t, n, f = strokes.shape
        numbers = torch.arange(n, device=strokes.device)
        shown = (strokes[..., _OPACITY] > 0.5) & (batch.kinds[:, None] >= 0)
        of_stroke = torch.where(shown, numbers, -1).reshape(b * t, n)
        content = batch.content.repeat_interleave(t, 0)
        owners = self._renderer.owners(strokes.reshape(b * t, n, f), of_stroke, content, patches, batch.used)
        return owners.reshape(b, t, -1)
