"""The bundled model is healthy: its examination, and pictures drawn by another hand.

The bounds stand well under what was measured (`ckpt/mini/README.md`): they catch a spoiled checkpoint or processing,
not a percent.
"""

from __future__ import annotations

import random

import pytest

from core.geometry import BoxXYXY, iou, match_one_to_one
from core.grounding.groundinggpt.answers import parse_answer
from core.training.scenes.benchmark import examine
from tests.fakes_pictures import RGB, SHAPES, Drawn, Sketch
from tests.model.conftest import Mini


def test_it_passes_its_examination(mini: Mini) -> None:
    figures = examine(mini.model, mini.processor, count=24).summary()
    assert figures["single"]["acc50"] >= 0.90  # type: ignore[index]
    assert figures["single"]["acc75"] >= 0.85  # type: ignore[index]
    assert figures["plural_f1_50"] >= 0.85  # type: ignore[operator]
    assert figures["absent_accuracy"] >= 0.90  # type: ignore[operator]
    assert figures["unparsed"] == 0


# --- another hand --------------------------------------------------------------------------------

UNSEEN_ON = {"white": {"white"}, "grey": {"white", "grey"}, "dark": {"black", "brown"}, "gradient": {"white"}}


def drawing(rng: random.Random) -> tuple[Sketch, list[Drawn]]:
    """Two to five different things in a grid, 6 to 25 % of the picture's longer side."""
    size_wh = rng.choice([(640, 480), (1200, 800), (300, 500)])
    ground = rng.choice(sorted(UNSEEN_ON))
    colours = [colour for colour in RGB if colour not in UNSEEN_ON[ground]]
    columns, rows = (3, 2) if size_wh[0] > size_wh[1] else (2, 3)
    cells = rng.sample([(x, y) for x in range(columns) for y in range(rows)], rng.randint(2, 5))
    sketch = Sketch(size_wh, ground)
    things = []
    for (x, y), kind in zip(cells, rng.sample([*SHAPES, "A", "K", "B"], len(cells)), strict=True):
        centre = ((x + 0.5) * size_wh[0] / columns, (y + 0.5) * size_wh[1] / rows)
        side = rng.uniform(0.06, 0.25) * max(size_wh)
        things.append(sketch.draw(kind, rng.choice(colours), centre, side))
    return sketch, things


@pytest.fixture(scope="module")
def drawings(mini: Mini) -> list[tuple[Drawn, dict[str, list[BoxXYXY] | None]]]:
    """For each thing drawn: what the model says to each way of asking for it, and to what is not there."""
    rng = random.Random(20)
    asked = []
    for _ in range(16):
        sketch, things = drawing(rng)
        ways: list[tuple[int, str, str]] = []
        for index, thing in enumerate(things):
            other = rng.choice([colour for colour in RGB if colour != thing.colour])
            ways += [
                (index, "plain", f"the {thing.words}"),
                (index, "upper case", f"THE {thing.words.upper()}"),
                (index, "a sentence", f"The {thing.words}."),
                (index, "bare", thing.words),
                (index, "find", f"find the {thing.words}"),
                (index, "absent", f"the {other} {thing.words.split(' ', 1)[1]}"),
            ]
        answers = mini.boxes(sketch.rgb, [text for _, _, text in ways])
        for index, thing in enumerate(things):
            said = {way: boxes for (at, way, _), boxes in zip(ways, answers, strict=True) if at == index}
            asked.append((thing, said))
    return asked


@pytest.mark.parametrize("way", ["plain", "upper case", "a sentence", "bare", "find"])
def test_it_finds_what_another_hand_drew(
    drawings: list[tuple[Drawn, dict[str, list[BoxXYXY] | None]]], way: str
) -> None:
    overlaps = [iou(thing.box, said[way][0]) if said[way] else 0.0 for thing, said in drawings]
    assert len(overlaps) >= 40
    assert sum(overlap >= 0.5 for overlap in overlaps) / len(overlaps) >= 0.92
    assert sum(overlap >= 0.75 for overlap in overlaps) / len(overlaps) >= 0.88


def test_it_says_what_is_not_there(drawings: list[tuple[Drawn, dict[str, list[BoxXYXY] | None]]]) -> None:
    right = [said["absent"] == [] for _, said in drawings]
    assert sum(right) / len(right) >= 0.92


def test_it_counts_what_is_alike(mini: Mini) -> None:
    sketch = Sketch((900, 600))
    red = [sketch.draw("circle", "red", (110 + 170 * n, 130 + 40 * (n % 2)), 80 + 8 * n) for n in range(5)]
    blue = [sketch.draw("square", "blue", (160 + 260 * n, 440), 90) for n in range(3)]
    answers = mini.boxes(sketch.rgb, ["all red circles", "the squares", "every blue square", "all green circles"])
    for truth, found in zip((red, blue, blue, []), answers, strict=True):
        assert found is not None and len(found) == len(truth)
        pairs = [(iou(a.box, b), i, j) for i, a in enumerate(truth) for j, b in enumerate(found)]
        assert len(match_one_to_one(pairs, 0.5)) == len(truth)


def test_it_understands_places_and_extremes(mini: Mini) -> None:
    sketch = Sketch((640, 480))
    things = {
        "left": sketch.draw("star", "red", (100, 120), 90), "right": sketch.draw("star", "red", (540, 330), 50),
        "ring": sketch.draw("ring", "blue", (320, 200), 100),
    }  # fmt: skip
    questions = {
        "the leftmost star": "left", "the largest star": "left", "the smallest star": "right",
        "the star left of the blue ring": "left", "the star to the right of the ring": "right",
        "the star in the bottom right corner": "right",
    }  # fmt: skip
    for (text, name), boxes in zip(questions.items(), mini.boxes(sketch.rgb, list(questions)), strict=True):
        assert boxes and iou(boxes[0], things[name].box) >= 0.5, text


def test_presence_is_near_one_or_near_nought_on_clear_cases(mini: Mini) -> None:
    sketch = Sketch((640, 480))
    sketch.draw("square", "green", (200, 200), 120)
    sketch.draw("heart", "red", (460, 300), 100)
    there = ["the green square", "the red heart"]
    not_there = ["the blue star", "the purple circle"]
    prefix = mini.encode(mini.processor.pixel_values(sketch.rgb))
    answers = mini.generate(prefix, [*there, *not_there])
    scores = [mini.processor.presence_score(answer.first) for answer in answers]
    assert all(score is not None and score > 0.95 for score in scores[:2]), scores
    assert all(score is not None and score < 0.05 for score in scores[2:]), scores
    for answer in answers[:2]:
        text, starts = mini.processor.text_of(answer.ids)
        (box,) = parse_answer(text, mini.processor.config.grammar).boxes
        assert 0.2 < mini.processor.score(answer.ids, answer.probabilities, starts, box) <= 1
