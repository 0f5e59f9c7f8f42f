"""Clips drawn by another hand than the trainer's, with OpenCV, and sounds beside them; and what is true of each.

    python -m tests.fakes_clips OUT --count 20 [--seed 0] [--ask [--model NAME|DIR]]

writes OUT/clip-000.mp4 …, OUT/sound-000.wav or .flac …, OUT/truths.json (files, expressions, spans in seconds) and
OUT/rows.json (the same as conversation rows, for `evaluate`). `--ask` asks `ground --json` everything and prints the
share that is right. Plain grounds, plain shapes, hard cuts: what anybody would try first.
"""

from __future__ import annotations

import argparse
import json
import math
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from core.formats.examples import Example
from core.formats.groundinggpt import example_to_row
from core.geometry import temporal_iou
from core.media.writing import write_video
from core.schema import Segment
from tests.fakes_sounds import FakeFile, Question, Span, fake_sound

ROOT = Path(__file__).resolve().parent.parent
RGB = tuple[int, int, int]
COLOURS: dict[str, tuple[RGB, ...]] = {
    "red": ((255, 0, 0), (205, 25, 25)), "green": ((0, 150, 0), (34, 160, 34)), "blue": ((0, 0, 255), (30, 70, 215)),
    "yellow": ((255, 225, 0), (250, 235, 40)), "orange": ((255, 140, 0),), "purple": ((128, 0, 128), (145, 45, 190)),
    "pink": ((255, 105, 180),), "black": ((0, 0, 0),), "white": ((255, 255, 255),),
}  # fmt: skip
GROUNDS: tuple[RGB, ...] = (
    (255, 255, 255), (255, 255, 255), (0, 0, 0), (128, 128, 128), (200, 200, 200), (25, 35, 70), (200, 225, 240),
    (225, 240, 215), (90, 60, 40),
)  # fmt: skip
SIZES_WH = ((320, 240), (640, 480), (426, 240), (640, 360), (240, 320), (360, 640), (320, 320))
SHAPES = ("circle", "square", "triangle", "star")
NOUNS = ("the {}", "the {}", "{}", "when is the {} visible?", "when can the {} be seen?")
MOVES = ("the {} moves", "when does the {} move?", "the {} is moving")


@dataclass(frozen=True)
class Actor:
    """A shape: where (px), when it is there, when and whereto it goes, when it takes which other colour."""

    shape: str
    colour: str
    rgb: RGB
    size: float
    at: tuple[float, float]
    seen_s: Span
    goes: tuple[Span, tuple[float, float]] | None = None
    turns: tuple[float, str, RGB] | None = None

    def draw(self, canvas: np.ndarray, time_s: float) -> None:
        """Paint it as it is at a time, if it is there."""
        if not self.seen_s[0] <= time_s < self.seen_s[1]:
            return
        x, y = self.at
        if self.goes is not None:
            (start, end), (to_x, to_y) = self.goes
            share = min(1.0, max(0.0, (time_s - start) / (end - start)))
            x, y = x + share * (to_x - x), y + share * (to_y - y)
        rgb = self.turns[2] if self.turns is not None and time_s >= self.turns[0] else self.rgb
        points = _outline(self.shape, x, y, self.size / 2)
        cv2.fillPoly(canvas, [np.round(points * 16).astype(np.int32)], rgb, lineType=cv2.LINE_AA, shift=4)

    def questions(self, rng: np.random.Generator, duration_s: float) -> Iterator[Question]:
        """What can be asked about it alone."""
        start, end = self.seen_s
        turn = end if self.turns is None else self.turns[0]
        yield Question(_worded(rng, NOUNS, self.colour, self.shape), "noun", ((start, turn),))
        if self.turns is not None:
            yield Question(_worded(rng, NOUNS, self.turns[1], self.shape), "noun", ((turn, end),))
        elif self.goes is not None:
            yield Question(_worded(rng, MOVES, self.colour, self.shape), "move", (self.goes[0],))


def _outline(shape: str, x: float, y: float, half: float) -> np.ndarray:
    if shape == "square":
        unit = [(-1, -1), (1, -1), (1, 1), (-1, 1)]
    elif shape == "triangle":
        unit = [(0, -1), (1, 0.8), (-1, 0.8)]
    else:
        count, inner = (64, 1.0) if shape == "circle" else (10, 0.4)
        radii = [1.0 if number % 2 == 0 else inner for number in range(count)]
        turns = [2 * math.pi * number / count - math.pi / 2 for number in range(count)]
        unit = [(radius * math.cos(turn), radius * math.sin(turn)) for radius, turn in zip(radii, turns, strict=True)]
    return np.array([(x + half * u, y + half * v) for u, v in unit])


def _worded(rng: np.random.Generator, frames: Sequence[str], colour: str, shape: str) -> str:
    return frames[int(rng.integers(len(frames)))].format(f"{colour} {shape}")


def _stands_out(rgb: RGB, ground: RGB) -> bool:
    return max(abs(a - b) for a, b in zip(rgb, ground, strict=True)) > 90


def _times(rng: np.random.Generator, duration: float) -> Span:
    """When something is there: all the time, from a moment on, until one, or between two; 12 % of the clip at least."""
    first, last = sorted(rng.uniform(0.06, 0.94, 2))
    start, end = ((0, 1), (first, 1), (0, last), (first, last))[int(rng.choice(4, p=(0.1, 0.3, 0.25, 0.35)))]
    if end - start < 0.12:
        return _times(rng, duration)
    return (round(start * duration, 2), round(end * duration, 2))


def _actors(rng: np.random.Generator, size_wh: tuple[int, int], ground: RGB, duration: float) -> list[Actor]:
    """One to four shapes, each in a band of its own so that none hides another, no two of one name at any time."""
    width, height = size_wh
    colours = [(name, rgbs[int(rng.integers(len(rgbs)))]) for name, rgbs in COLOURS.items()]
    colours = [(name, rgb) for name, rgb in colours if _stands_out(rgb, ground)]
    colours = [colours[i] for i in rng.permutation(len(colours))]
    count = int(rng.choice([1, 2, 3, 4], p=(0.2, 0.35, 0.3, 0.15)))
    across = rng.random() < 0.5  # bands lie side by side, or one above the other
    actors: list[Actor] = []
    for number in range(count):
        name, rgb = colours[number]
        band = (width if across else height) / count
        size = float(min(rng.uniform(0.08, 0.3) * min(size_wh), band * 0.9))
        low_x, high_x = (number * band, (number + 1) * band) if across else (0, width)
        low_y, high_y = (0, height) if across else (number * band, (number + 1) * band)
        room = ((low_x + size / 2, low_y + size / 2), (high_x - size / 2, high_y - size / 2))
        at, to = ((float(x), float(y)) for x, y in rng.uniform(*room, (2, 2)))
        actor = Actor(SHAPES[int(rng.integers(4))], name, rgb, size, at, _times(rng, duration))
        spare = colours[count + number] if count + number < len(colours) else None
        actors.append(_acting(rng, actor, to, spare, duration))
    return actors


def _acting(
    rng: np.random.Generator, actor: Actor, to: tuple[float, float], spare: tuple[str, RGB] | None, duration: float
) -> Actor:
    """The actor, who may go somewhere or take a colour that nobody else has."""
    start, end = actor.seen_s
    roll = rng.random()
    if roll < 0.4 and math.dist(actor.at, to) > 1.2 * actor.size and end - start > 0.3 * duration:
        length = float(rng.uniform(0.15, 0.6) * duration)
        length = min(length, 0.8 * (end - start))
        begin = start + float(rng.uniform(0.1, 0.9)) * (end - start - length)
        goes = ((round(begin, 2), round(begin + length, 2)), to)
        return replace(actor, goes=goes)
    if roll > 0.8 and spare is not None and end - start > 0.3 * duration:
        turn = round(start + float(rng.uniform(0.4, 0.6)) * (end - start), 2)
        return replace(actor, turns=(turn, *spare))
    return actor


def _absent(rng: np.random.Generator, actors: Sequence[Actor]) -> Question:
    """Something that is never there: often a colour or a shape that is, but not together."""
    shown = {(colour, a.shape) for a in actors for colour in (a.colour, a.turns[1] if a.turns else a.colour)}
    while True:
        colour = str(rng.choice([*COLOURS, *(colour for colour, _ in sorted(shown))]))
        shape = str(rng.choice([*SHAPES, *(shape for _, shape in sorted(shown))]))
        if (colour, shape) not in shown:
            return Question(_worded(rng, NOUNS, colour, shape), "absent", ())


def fake_clip(folder: Path, name: str, rng: np.random.Generator, duration_s: float | None = None) -> FakeFile:
    """Write a video of 5 to 40 s of plain shapes on a plain ground; questions about it."""
    duration = round(float(duration_s or np.exp(rng.uniform(np.log(5), np.log(40)))), 1)
    size_wh = SIZES_WH[int(rng.integers(len(SIZES_WH)))]
    ground = GROUNDS[int(rng.integers(len(GROUNDS)))]
    rate = int(rng.choice([10, 15, 24, 25, 30]))
    actors = _actors(rng, size_wh, ground, duration)
    count = round(duration * rate)
    path = folder / f"{name}.mp4"
    write_video(path, _frames(actors, size_wh, ground, count, rate), size_wh=size_wh, rate=rate, crf=23)
    questions = [question for actor in actors for question in actor.questions(rng, duration)]
    return FakeFile(path.name, "video", count / rate, (*questions, _absent(rng, actors)))


def _frames(
    actors: Sequence[Actor], size_wh: tuple[int, int], ground: RGB, count: int, rate: int
) -> Iterator[np.ndarray]:
    for number in range(count):
        canvas = np.empty((size_wh[1], size_wh[0], 3), dtype=np.uint8)
        canvas[:] = ground
        for actor in actors:
            actor.draw(canvas, (number + 0.5) / rate)
        yield canvas


# --- files, and asking about them ------------------------------------------------------------------


def write_all(folder: Path, count: int, seed: int) -> list[FakeFile]:
    """`count` videos and `count` sounds with their truths, in a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    made: list[FakeFile] = []
    for number in range(count):
        made.append(fake_clip(folder, f"clip-{number:03d}", np.random.default_rng([seed, number, 0])))
        made.append(fake_sound(folder, f"sound-{number:03d}", np.random.default_rng([seed, number, 1])))
    (folder / "truths.json").write_text(json.dumps([asdict(one) for one in made], indent=1), encoding="utf-8")
    rows = [json.dumps(example_to_row(_example(one, question))) for one in made for question in one.questions]
    (folder / "rows.json").write_text("[\n" + ",\n".join(rows) + "\n]\n", encoding="utf-8")
    return made


def _example(one: FakeFile, question: Question) -> Example:
    spans = tuple(Segment(*span) for span in question.spans_s)
    kind = "video" if one.kind == "video" else "audio"
    return Example(
        one.file, kind, question.expression, bool(spans), spans, duration_s=one.duration_s, media_id=Path(one.file).stem
    )


def ask_all(folder: Path, made: Sequence[FakeFile], model: str | None) -> dict[str, Any]:
    """What `ground` says about every file, counted by kind of medium and sort of question."""
    counted: dict[str, list[float]] = {}
    wrong: list[dict[str, Any]] = []
    for one in made:
        words = [question.expression for question in one.questions]
        line = [sys.executable, str(ROOT / "main.py"), "ground", str(folder / one.file), *words, "--json"]
        line += ("--model", model) if model else ()
        done = subprocess.run(line, capture_output=True, text=True, check=False)
        results = json.loads(done.stdout)["results"] if done.stdout else [{"error": done.stderr}] * len(one.questions)
        for question, result in zip(one.questions, results, strict=True):
            overlap = overlap_of(question, result)
            counted.setdefault(f"{one.kind}, {question.type}", []).append(overlap)
            counted.setdefault(f"{one.kind}, {'present' if question.spans_s else 'absent'}", []).append(overlap)
            if overlap < 0.5:
                wrong.append({"file": one.file, **asdict(question), "answer": result})
    figures = {name: _figures(np.array(found)) for name, found in sorted(counted.items())}
    return {"figures": figures, "wrong": wrong}


def _figures(overlaps: np.ndarray) -> dict[str, float]:
    return {"n": len(overlaps), "r1_50": float((overlaps >= 0.5).mean()), "r1_70": float((overlaps >= 0.7).mean())}


def overlap_of(question: Question, result: dict[str, Any]) -> float:
    """Temporal IoU of the best-scored span; for what is absent 1 if that was said."""
    if result.get("error"):
        return 0.0
    spans = [one for one in result["proposals"] if one["segment_s"] is not None]
    if not question.spans_s:
        return float(result["present"] is False)
    best = max(spans, key=lambda one: one["score"] or 0.0, default=None)
    return 0.0 if best is None else max(temporal_iou(tuple(best["segment_s"]), span) for span in question.spans_s)


def main() -> None:
    """Write, and ask if told to."""
    parser = argparse.ArgumentParser(prog="python -m tests.fakes_clips", description="Clips and sounds with truths.")
    parser.add_argument("out", type=Path, help="folder for the files")
    parser.add_argument("--count", type=int, default=20, help="how many videos, and how many sounds")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--ask", action="store_true", help="ask ground about all of them")
    parser.add_argument("--model", help="a model's name or folder")
    options = parser.parse_args()
    made = write_all(options.out, options.count, options.seed)
    asked = ask_all(options.out, made, options.model) if options.ask else {}
    facts = {"out": str(options.out), "files": len(made), "questions": sum(len(one.questions) for one in made)}
    print(json.dumps({**facts, **asked}))  # noqa: T201


if __name__ == "__main__":
    main()
