"""Turns scenes into pixels and dense labels, a batch at a time, on whatever device torch is given.

The shapes come from distance fields, so one painting step serves every kind, fill, outline and shade.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
import torch
import torch.nn.functional as nnf
from torch import Tensor

from core.training.scenes.noise import white_noise
from core.training.scenes.scene import MAX_CLUTTER, MAX_THINGS, NOISE_GRIDS, STROKE_FIELDS, Scene
from core.training.scenes.shapes import FIELD, REACH, atlas
from core.training.scenes.vocabulary import COLOURS, FILLS, KINDS, SIZES

PAD_RGB = (122.0, 116.0, 104.0)  # what processing pads pictures to a square with
MAX_STROKES = MAX_THINGS + MAX_CLUTTER
DESIGN_SIDE = 320.0  # the side for which blur and noise were chosen


@dataclass(frozen=True, slots=True)
class SceneBatch:
    """Scenes as arrays, ready to move to a device.

    strokes [b, MAX_STROKES, f]; thing_of_stroke [b, MAX_STROKES] index of the thing or -1;
    boxes [b, MAX_THINGS, 4] in 0-1; classes [b, MAX_THINGS, 4] kind, colour, fill, size;
    content [b, 4]; background [b, 12]; noise [b, cells]; post [b, 6]. `used`: rows of strokes that paint.
    """

    strokes: Tensor
    thing_of_stroke: Tensor
    boxes: Tensor
    classes: Tensor
    content: Tensor
    background: Tensor
    noise: Tensor
    post: Tensor
    used: int

    def to(self, device: torch.device | str) -> SceneBatch:
        """The same on another device."""
        return self._each(lambda tensor: tensor.to(device, non_blocking=True))

    def pin_memory(self) -> SceneBatch:
        """The same in page-locked memory."""
        return self._each(lambda tensor: tensor.pin_memory())

    def _each(self, move: Callable[[Tensor], Tensor]) -> SceneBatch:
        moved: dict[str, Any] = {f.name: move(getattr(self, f.name)) for f in fields(self) if f.name != "used"}
        return replace(self, **moved)


@dataclass(frozen=True, slots=True)
class DenseLabels:
    """What every patch shows: thing [b, p] (-1: background), classes [b, p, 4], boxes [b, p, 4] in 0-1."""

    thing: Tensor
    classes: Tensor
    boxes: Tensor


def scene_batch(scenes: Sequence[Scene]) -> SceneBatch:
    """Stack scenes, filling up with strokes that paint nothing."""
    count = len(scenes)
    strokes = np.zeros((count, MAX_STROKES, len(STROKE_FIELDS)), np.float32)
    strokes[:, :, 1:3], strokes[:, :, 3:5] = -9.0, 1e-3
    of_thing = np.full((count, MAX_STROKES), -1, np.int64)
    boxes = np.zeros((count, MAX_THINGS, 4), np.float32)
    classes = np.zeros((count, MAX_THINGS, 4), np.int64)
    kinds, colours, sizes = ({n: i for i, n in enumerate(names)} for names in (KINDS, COLOURS, SIZES))
    for row, scene in enumerate(scenes):
        drawn, things = len(scene.strokes), len(scene.things)
        strokes[row, :drawn] = scene.strokes
        of_thing[row, drawn - things : drawn] = np.arange(things)
        for index, thing in enumerate(scene.things):
            boxes[row, index] = thing.box_norm
            classes[row, index] = (
                kinds[thing.kind], colours[thing.colour], FILLS.index(thing.fill), sizes[thing.size]
            )  # fmt: skip
    stack: Callable[[str], Tensor] = lambda name: torch.from_numpy(  # noqa: E731
        np.stack([np.asarray(getattr(scene, name), np.float32) for scene in scenes])
    )
    return SceneBatch(
        torch.from_numpy(strokes), torch.from_numpy(of_thing), torch.from_numpy(boxes), torch.from_numpy(classes),
        stack("content"), stack("background"), stack("noise"), stack("post"),
        max(len(scene.strokes) for scene in scenes),
    )  # fmt: skip


_COS, _SIN = len(STROKE_FIELDS), len(STROKE_FIELDS) + 1


def _with_trigonometry(strokes: Tensor) -> Tensor:
    """Strokes with cosine and sine of their angle and of their texture's direction behind: not once a pixel."""
    angles = strokes[..., [5, 16]]
    both = torch.stack([angles.cos(), angles.sin()], -1).flatten(-2)
    return torch.cat([strokes, both], -1)


@functools.cache
def _fields(device: str) -> Tensor:
    return torch.from_numpy(atlas().fields).flatten().to(device)


def _distance(fields: Tensor, stroke: Tensor, x: Tensor, y: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Signed distance in 0-1 units (positive inside) and local coordinates of every pixel. stroke [b, f]."""
    column = stroke[:, :, None, None]
    dx, dy = x - column[:, 1], y - column[:, 2]
    cos, sin = column[:, _COS], column[:, _SIN]
    u, v = (dx * cos + dy * sin) / column[:, 3], (dy * cos - dx * sin) / column[:, 4]
    gx = ((u / REACH + 1) * (FIELD / 2) - 0.5).clamp(0, FIELD - 1.001)
    gy = ((v / REACH + 1) * (FIELD / 2) - 0.5).clamp(0, FIELD - 1.001)
    x0, y0 = gx.floor(), gy.floor()
    fx, fy = gx - x0, gy - y0
    base = (column[:, 0] * FIELD + y0) * FIELD + x0
    index = base.to(torch.int64)
    top = fields[index] * (1 - fx) + fields[index + 1] * fx
    bottom = fields[index + FIELD] * (1 - fx) + fields[index + FIELD + 1] * fx
    distance = top * (1 - fy) + bottom * fy
    outside = torch.maximum((u.abs() - REACH).clamp(min=0), (v.abs() - REACH).clamp(min=0))
    return (distance - outside) * torch.minimum(column[:, 3], column[:, 4]), u, v


def _paint(canvas: Tensor, fields: Tensor, stroke: Tensor, x: Tensor, y: Tensor, pixel: float) -> Tensor:
    """One stroke of every scene over the canvas [b, 3, h, w] (0-255). `pixel` is a pixel's size in 0-1."""
    distance, u, v = _distance(fields, stroke, x, y)
    c = stroke[:, :, None, None]
    cover = (distance / pixel + 0.5).clamp(0, 1)
    fill, line = c[:, 12], c[:, 13]
    rim = (1 - ((distance - line) / pixel + 0.5).clamp(0, 1)) * (line > 0)
    outlined, solid = fill == 1, fill == 0
    alpha = torch.where(outlined, cover * rim, cover) * c[:, 19]
    wave = u * c[:, _COS + 2] + v * c[:, _SIN + 2]
    across = v * c[:, _COS + 2] - u * c[:, _SIN + 2]
    stripe = (torch.sin(wave * c[:, 14] + c[:, 15]) * 3 - 0.9).clamp(0, 1)
    dots = ((torch.cos(wave * c[:, 14]) * torch.cos(across * c[:, 14])).abs() * 4 - 2.6).clamp(0, 1)
    second = torch.where(fill == 2, stripe, torch.where(fill == 3, dots, rim * solid))
    ramp = torch.where(c[:, 18] > 0.5, (u * u + v * v).sqrt() * 1.2 - 0.4, wave)
    light = 1 - c[:, 17] * (ramp * 0.5 + 0.5).clamp(0, 1)
    first_rgb, second_rgb = stroke[:, 6:9, None, None], stroke[:, 9:12, None, None]
    colour = (first_rgb + (second_rgb - first_rgb) * second[:, None]) * light[:, None]
    return canvas + (colour - canvas) * alpha[:, None]


def _claim(owner: Tensor, thing: Tensor, fields: Tensor, stroke: Tensor, x: Tensor, y: Tensor) -> Tensor:
    """Points [b, h, w] that a thing covers become its own."""
    distance, _, _ = _distance(fields, stroke, x, y)
    return torch.where((distance > 0) & (thing >= 0), thing, owner)


def _octaves(noise: Tensor, side: int) -> tuple[Tensor, Tensor]:
    """Two smooth fields [b, 1, side, side] of about unit variance, from the scene's normal numbers."""
    fields = torch.zeros(noise.shape[0], 2, side, side, device=noise.device)
    start, weight = 0, 1.0
    for grid in NOISE_GRIDS:
        cells = noise[:, start : start + 2 * grid * grid].reshape(-1, 2, grid, grid)
        fields = fields + weight * nnf.interpolate(cells, (side, side), mode="bicubic", align_corners=False)
        start, weight = start + 2 * grid * grid, weight * 0.6
    return fields[:, :1], fields[:, 1:]


def _hash_noise(seed: Tensor, side: int) -> Tensor:
    """White noise in [-1, 1], [b, 1, side, side], for a seed [b] of every picture."""
    grid = torch.arange(side * side, device=seed.device, dtype=torch.int64).reshape(1, 1, side, side)
    return white_noise(grid, seed.to(torch.int64)[:, None, None, None])


def _ground(b: Tensor, noise: Tensor, side: int, x: Tensor, y: Tensor) -> Tensor:
    """The background [b, 12] of every scene as pixels, [b, 3, side, side]."""
    kind, angle, amount = (b[:, i, None, None, None] for i in (0, 10, 11))
    first, second, third = (b[:, i : i + 3, None, None] for i in (1, 4, 7))
    blend, light = _octaves(noise, side)
    along = (x * torch.cos(angle) + y * torch.sin(angle) - 0.2).clamp(0, 1)
    gradient = first + (second - first) * along
    smooth = first + (second - first) * torch.sigmoid(blend * 1.5) * amount
    photo = first + (second - first) * torch.sigmoid(blend * 3) + (third - first) * torch.sigmoid(light * 4 - 3)
    photo = photo * (1 + 0.16 * amount * light) + 10 * amount * blend
    cell = torch.floor(x * (6 + 14 * amount)) + torch.where(angle > 1.5, torch.floor(y * (6 + 14 * amount)), 0.0)
    pattern = first + (second - first) * (torch.remainder(cell, 2) * 0.6)
    ground = torch.where(kind == 1, gradient, first.expand_as(gradient))
    for number, picture in ((2, smooth), (3, photo), (4, pattern)):
        ground = torch.where(kind == number, picture, ground)
    return ground.clamp(0, 255)


def _blur(pictures: Tensor, sigma: Tensor) -> Tensor:
    """Gaussian blur with a sigma (pixels) for each picture; 0 leaves it as it is. Shifted sums: they fuse."""
    offsets = torch.arange(-4, 5, device=pictures.device, dtype=torch.float32)
    weights = torch.exp(-(offsets**2) / (2 * sigma[:, None].clamp(min=0.05) ** 2))
    weights = (weights / weights.sum(1, keepdim=True))[:, :, None, None, None]  # [b, 9, 1, 1, 1]
    height, width = pictures.shape[2:]
    padded = nnf.pad(pictures, (4, 4, 0, 0), mode="replicate")
    across = weights[:, 0] * padded[..., :width]
    for k in range(1, 9):
        across = across + weights[:, k] * padded[..., k : k + width]
    padded = nnf.pad(across, (0, 0, 4, 4), mode="replicate")
    down = weights[:, 0] * padded[..., :height, :]
    for k in range(1, 9):
        down = down + weights[:, k] * padded[..., k : k + height, :]
    return down


# Annex K of ITU-T T.81, the luminance table.
_QUANT = (
    16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55, 14, 13, 16, 24, 40, 57, 69, 56,
    14, 17, 22, 29, 51, 87, 80, 62, 18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113, 92,
    49, 64, 78, 87, 103, 121, 120, 101, 72, 92, 95, 98, 112, 100, 103, 99,
)  # fmt: skip


def _jpeg(pictures: Tensor, quality: Tensor) -> Tensor:
    """What JPEG's block quantisation does at a quality of 1-100; 0 leaves a picture as it is."""
    device, side = pictures.device, pictures.shape[-1]
    k = torch.arange(8, device=device, dtype=torch.float32)
    basis = torch.cos((2 * k[None] + 1) * k[:, None] * torch.pi / 16) * 0.5
    basis[0] *= 0.5**0.5
    to_ycc = torch.tensor([[0.299, 0.587, 0.114], [-0.1687, -0.3313, 0.5], [0.5, -0.4187, -0.0813]], device=device)
    ycc = torch.einsum("ij,bjhw->bihw", to_ycc, pictures - 128.0)
    blocks = ycc.reshape(-1, 3, side // 8, 8, side // 8, 8)
    coefficients = torch.einsum("ki,bcyixj,lj->bcykxl", basis, blocks, basis)
    percent = torch.where(quality < 50, 5000 / quality.clamp(min=1), 200 - 2 * quality)
    table = torch.tensor(_QUANT, device=device, dtype=torch.float32).reshape(8, 8)
    step = (table[None] * percent[:, None, None] / 100).clamp(min=1)[:, None, None, :, None, :]
    step = step * torch.tensor([1.0, 1.6, 1.6], device=device).reshape(1, 3, 1, 1, 1, 1)
    coefficients = torch.round(coefficients / step) * step
    decoded = torch.einsum("ki,bcykxl,lj->bcyixj", basis, coefficients, basis).reshape(pictures.shape)
    rgb = torch.einsum("ij,bjhw->bihw", torch.linalg.inv(to_ycc), decoded) + 128.0
    return torch.where(quality[:, None, None, None] > 0, rgb, pictures)


class Renderer:
    """Renders batches at one size on one device. `compile_kernels` fuses the painting step (worth it on a GPU)."""

    def __init__(self, side: int, device: torch.device | str = "cpu", *, compile_kernels: bool = False) -> None:
        if side % 8:
            raise ValueError("the side must be a multiple of 8, because JPEG works in blocks of 8")
        self.side = side
        self.device = torch.device(device)
        axis = (torch.arange(side, device=self.device, dtype=torch.float32) + 0.5) / side
        self._x, self._y = axis[None, None, :], axis[None, :, None]
        self._paint = torch.compile(_paint, dynamic=False) if compile_kernels else _paint
        self._claim = torch.compile(_claim, dynamic=False) if compile_kernels else _claim
        self._finish = torch.compile(self._disturb, dynamic=False) if compile_kernels else self._disturb

    def pictures(self, batch: SceneBatch) -> Tensor:
        """[b, 3, side, side] uint8 RGB, padded to the square as processing would pad them."""
        canvas = self.paint(self.ground(batch.background, batch.noise), batch.strokes, batch.used)
        return self.finish(canvas, batch.post, batch.content)

    def ground(self, background: Tensor, noise: Tensor) -> Tensor:
        """[b, 12] and [b, cells] of scenes -> [b, 3, side, side] float32, 0-255: the canvas without strokes."""
        return _ground(background, noise, self.side, self._x[None], self._y[None])

    def paint(self, canvas: Tensor, strokes: Tensor, used: int) -> Tensor:
        """The first `used` of strokes [b, n, f] over the canvas [b, 3, side, side]."""
        fields = _fields(str(self.device))
        strokes = _with_trigonometry(strokes)
        if len(strokes) == 1 and self.device.type == "cpu":
            return self._paint_where_needed(canvas.clone(), fields, strokes, used)
        for index in range(used):
            canvas = self._paint(canvas, fields, strokes[:, index], self._x, self._y, 1.0 / self.side)
        return canvas

    def _paint_where_needed(self, canvas: Tensor, fields: Tensor, strokes: Tensor, used: int) -> Tensor:
        """`paint` of one scene, each stroke on no more pixels than it can reach."""
        for index in range(used):
            stroke = strokes[:, index]
            x, y, width, height = (float(stroke[0, field]) for field in (1, 2, 3, 4))
            reach = REACH * math.hypot(width, height) + 1 / self.side
            columns, rows = (
                slice(max(0, int((at - reach) * self.side)), max(0, int((at + reach) * self.side) + 1)) for at in (x, y)
            )
            here = canvas[..., rows, columns]
            if here.numel():
                painted = self._paint(here, fields, stroke, self._x[..., columns], self._y[:, rows], 1.0 / self.side)
                canvas[..., rows, columns] = painted
        return canvas

    def finish(self, canvas: Tensor, post: Tensor, content: Tensor) -> Tensor:
        """Blur, noise, JPEG and padding: [b, 3, side, side] uint8."""
        # the noise stays outside of the compiled step: Triton would narrow its 64-bit integers
        return self._finish(canvas, post, content, _hash_noise(post[:, 5], self.side))

    def _disturb(self, canvas: Tensor, post: Tensor, content: Tensor, noise: Tensor) -> Tensor:
        scale = self.side / DESIGN_SIDE
        canvas = (canvas - 128) * post[:, 3, None, None, None] + 128 + post[:, 4, None, None, None]
        canvas = _blur(canvas.clamp(0, 255), post[:, 0] * scale)
        canvas = canvas + noise * post[:, 1, None, None, None]
        return self.framed(_jpeg(canvas.clamp(0, 255), post[:, 2]), content)

    def framed(self, canvas: Tensor, content: Tensor) -> Tensor:
        """[b, 3, side, side] of 0-255 -> uint8, with the padding around each picture's content [b, 4]."""
        c = content[:, :, None, None]
        inside = (self._x >= c[:, 0]) & (self._x < c[:, 2]) & (self._y >= c[:, 1]) & (self._y < c[:, 3])
        pad = torch.tensor(PAD_RGB, device=canvas.device)[None, :, None, None]
        return torch.where(inside[:, None], canvas, pad).clamp(0, 255).round().to(torch.uint8)

    def labels(self, batch: SceneBatch, patches: int) -> DenseLabels:
        """What each of patches x patches shows: the thing that covers most of 4 x 4 points inside it."""
        thing = self.owners(batch.strokes, batch.thing_of_stroke, batch.content, patches, batch.used)
        row = thing.clamp(min=0)[..., None].expand(-1, -1, 4)
        return DenseLabels(thing, batch.classes.gather(1, row), batch.boxes.gather(1, row))

    def owners(self, strokes: Tensor, thing_of_stroke: Tensor, content: Tensor, patches: int, used: int) -> Tensor:
        """[b, n, f] strokes, [b, n] their things (-1: none) -> [b, patches * patches] the thing of each patch or -1."""
        fields = _fields(str(self.device))
        side = patches * 4
        axis = (torch.arange(side, device=self.device, dtype=torch.float32) + 0.5) / side
        x, y = axis[None, None, :], axis[None, :, None]
        count = strokes.shape[0]
        owner = torch.full((count, side, side), -1, device=self.device, dtype=torch.int64)
        strokes = _with_trigonometry(strokes)
        for index in range(used):
            thing = thing_of_stroke[:, index, None, None]
            owner = self._claim(owner, thing, fields, strokes[:, index], x, y)
        c = content[:, :, None, None]
        owner = torch.where((x >= c[:, 0]) & (x < c[:, 2]) & (y >= c[:, 1]) & (y < c[:, 3]), owner, -1)
        cells = owner.reshape(count, patches, 4, patches, 4).permute(0, 1, 3, 2, 4).reshape(count, -1, 16)
        votes = (cells[..., :, None] == cells[..., None, :]).sum(-1) * (cells >= 0)
        best = votes.argmax(-1, keepdim=True)
        return cells.gather(-1, best)[..., 0]
