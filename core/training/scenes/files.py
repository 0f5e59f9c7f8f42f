"""Writes rendered scenes as files that other tools read: PNGs of the picture, and conversation rows about them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from core.errors import UserError
from core.formats.examples import Example, box_order
from core.formats.groundinggpt import example_to_row
from core.geometry import box_from_padded_norm
from core.jobs import JobContext
from core.schema import Box
from core.training.branches import questions_of
from core.training.scenes.expressions import QUESTION_TYPES, Asker, Question
from core.training.scenes.render import Renderer, scene_batch
from core.training.scenes.scene import Scene, sample_scene

ROWS = "rows.json"


@dataclass(frozen=True, slots=True)
class Written:
    """What came out: the file of rows, and how many media and questions."""

    rows: Path
    media: int
    asked: int


def write_scenes(
    folder: Path, *, count: int, seed: int, side: int, context: JobContext, many: bool = False, device: str = "cpu"
) -> Written:
    """Render `count` scenes into a folder; the longer side of a picture is `side` pixels. Raises `UserError`.

    many: ask as much about each as in the first lessons, instead of one question of each type. device: where pixels
    are computed; another one may round a pixel otherwise.
    """
    rng = np.random.default_rng(seed)
    renderer = Renderer(side, device)
    rows: list[str] = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for number in range(count):
            context.raise_if_cancelled()
            scene = sample_scene(rng)
            asked = list(questions_of(scene, rng)) if many else _one_of_each(scene, rng)
            pixels, corner = picture_of(scene, renderer)
            name = f"scene-{number + 1:05d}.png"
            Image.fromarray(pixels).save(folder / name, compress_level=1)
            size_wh = (pixels.shape[1], pixels.shape[0])
            rows += [
                json.dumps(example_to_row(_example(scene, question, name, size_wh, corner, side)))
                for question in _once(asked)
            ]
            context.progress(number + 1, count, "Rendering")
        path = folder / ROWS
        path.write_text("[\n" + ",\n".join(rows) + "\n]\n", encoding="utf-8")
    except OSError as error:
        raise UserError(f"{folder} cannot be written", why=error.strerror or str(error)) from error
    return Written(path, count, len(rows))


def _one_of_each(scene: Scene, rng: np.random.Generator) -> list[Question]:
    asker = Asker(scene, rng)
    return [question for kind in QUESTION_TYPES if (question := asker.ask(kind, tries=20)) is not None]


def picture_of(scene: Scene, renderer: Renderer) -> tuple[NDArray[np.uint8], tuple[int, int]]:
    """The picture without its padding, [h, w, 3], and the corner (x, y) in pixels of the square where it begins."""
    square = renderer.pictures(scene_batch([scene]).to(renderer.device))[0].permute(1, 2, 0).cpu().numpy()
    rows, columns = content_of(scene, renderer.side)
    return np.ascontiguousarray(square[rows, columns]), (columns.start, rows.start)


def content_of(scene: Scene, side: int) -> tuple[slice, slice]:
    """The rows and the columns of the picture inside its padded square."""
    centre = (np.arange(side, dtype=np.float32) + 0.5) / side  # as the renderer decides
    x1, y1, x2, y2 = (np.float32(value) for value in scene.content)
    columns, rows = np.flatnonzero((centre >= x1) & (centre < x2)), np.flatnonzero((centre >= y1) & (centre < y2))
    return slice(int(rows[0]), int(rows[-1]) + 1), slice(int(columns[0]), int(columns[-1]) + 1)


def _once(questions: list[Question]) -> list[Question]:
    """Each expression once: two rows with the same words about one picture would be one question."""
    return list({question.expression: question for question in reversed(questions)}.values())[::-1]


def _example(
    scene: Scene, question: Question, name: str, size_wh: tuple[int, int], corner: tuple[int, int], side: int
) -> Example:
    regions: list[Box] = []
    for index in question.targets:
        x1, y1, x2, y2 = box_from_padded_norm(scene.things[index].box_norm, (side, side))
        box = (x1 - corner[0], y1 - corner[1], x2 - corner[0], y2 - corner[1])
        x1, y1, x2, y2 = (round(min(max(value, 0.0), limit), 2) for value, limit in zip(box, size_wh * 2, strict=True))
        regions.append(Box(x1, y1, x2, y2))
    regions.sort(key=lambda box: box_order(box, size_wh))
    return Example(
        name, "image", question.expression, bool(regions), tuple(regions), size_wh=size_wh, media_id=Path(name).stem
    )
