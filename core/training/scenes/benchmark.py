"""The bundled model's own examination: fresh scenes from a fixed seed, every type of question, figures for each.

The recipe (this seed, `sample_scene`, one question of each type that a scene lends itself to) is the
evaluation set; pictures go through the renderer, words and answers through the model's processing.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import torch

from core.geometry import BoxXYXY, iou, match_one_to_one
from core.grounding.groundinggpt.answers import parse_answer
from core.grounding.groundinggpt.decoding import encode_prefix, greedy
from core.grounding.groundinggpt.drafting import Draft
from core.grounding.groundinggpt.modeling import GroundingGPT
from core.grounding.groundinggpt.processing import Processor, normalise
from core.jobs import JobContext
from core.training.scenes.expressions import QUESTION_TYPES, Asker, Question
from core.training.scenes.render import Renderer, scene_batch
from core.training.scenes.scene import Scene, sample_scene

SEED = 20_261_123
SCENES = 2000


@dataclass(slots=True)
class Examination:
    """Everything counted so far; `summary` turns it into figures."""

    overlaps: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))  # single targets, by type
    hits: dict[str, list[int]] = field(default_factory=lambda: defaultdict(lambda: [0, 0, 0]))  # true, false, missed
    presence: dict[str, list[bool]] = field(default_factory=lambda: defaultdict(list))
    unparsed: int = 0
    asked: Counter[str] = field(default_factory=Counter)
    effects: Counter[str] = field(default_factory=Counter)
    by_effect: dict[str, list[bool]] = field(default_factory=lambda: defaultdict(list))
    scenes: int = 0

    def add(self, scene: Scene, question: Question, text: str, processor: Processor) -> None:
        """Score one answer."""
        parsed = parse_answer(text, processor.config.grammar)
        self.asked[question.type] += 1
        self.unparsed += parsed.error is not None
        self.presence[question.type].append(parsed.present is bool(question.targets))
        truth = [scene.things[i].box_norm for i in question.targets]
        found = [box.box_norm for box in parsed.boxes]
        if question.type == "plural":
            self._count(self.hits["plural"], truth, found)
        elif question.type != "absent":
            overlap = iou(truth[0], found[0]) if found else 0.0
            self.overlaps[question.type].append(overlap)
            for effect in scene.effects:
                self.by_effect[effect].append(overlap >= 0.5)

    @staticmethod
    def _count(hits: list[int], truth: Sequence[BoxXYXY], found: Sequence[BoxXYXY]) -> None:
        pairs = [(iou(a, b), i, j) for i, a in enumerate(truth) for j, b in enumerate(found)]
        matched = len(match_one_to_one(pairs, 0.5))
        hits[0] += matched
        hits[1] += len(found) - matched
        hits[2] += len(truth) - matched

    def summary(self) -> dict[str, object]:
        """Figures: single targets overall and by type, plurals, absence, shares of types and effects."""
        singles = [overlap for values in self.overlaps.values() for overlap in values]
        true, false, missed = self.hits["plural"]
        by_type: dict[str, object] = {name: _accuracy(values) for name, values in sorted(self.overlaps.items())}
        by_type["plural"] = {"n": self.asked["plural"], "f1_50": _ratio(2 * true, 2 * true + false + missed)}
        by_type["absent"] = {"n": self.asked["absent"], "accuracy": _mean(self.presence["absent"])}
        total = sum(self.asked.values())
        return {
            "scenes": self.scenes,
            "queries": total,
            "single": _accuracy(singles),
            "plural_f1_50": _ratio(2 * true, 2 * true + false + missed),
            "absent_accuracy": _mean(self.presence["absent"]),
            "present_accuracy": _mean(
                [v for name, values in self.presence.items() if name != "absent" for v in values]
            ),
            "unparsed": self.unparsed,
            "by_type": by_type,
            "by_effect_acc50": {name: _mean(values) for name, values in sorted(self.by_effect.items())},
            "share_of_queries": {name: _ratio(count, total) for name, count in sorted(self.asked.items())},
            "share_of_scenes": {name: _ratio(count, self.scenes) for name, count in sorted(self.effects.items())},
        }


def _ratio(part: float, whole: float) -> float:
    return round(part / whole, 4) if whole else 0.0


def _mean(values: Sequence[float]) -> float:
    return _ratio(float(sum(values)), len(values))


def _accuracy(overlaps: Sequence[float]) -> dict[str, float]:
    return {
        "n": len(overlaps),
        "acc50": _mean([value >= 0.5 for value in overlaps]),
        "acc75": _mean([value >= 0.75 for value in overlaps]),
        "miou": _mean(overlaps),
    }


def examination_scenes(count: int = SCENES, seed: int = SEED) -> Iterator[tuple[Scene, list[Question]]]:
    """The evaluation set: `count` scenes with their questions, the same for everybody."""
    rng = np.random.default_rng(seed)
    for _ in range(count):
        scene = sample_scene(rng)
        asker = Asker(scene, rng)
        questions = [question for kind in QUESTION_TYPES if (question := asker.ask(kind, tries=20)) is not None]
        yield scene, questions


@torch.inference_mode()
def examine(
    model: GroundingGPT,
    processor: Processor,
    *,
    count: int = SCENES,
    seed: int = SEED,
    context: JobContext | None = None,
) -> Examination:
    """Ask the model everything in the evaluation set, greedily, a batch of pictures at a time."""
    context = context or JobContext()
    weight = next(model.parameters())
    batch, chunk = (128, 512) if weight.is_cuda else (8, 16)  # pictures encoded, questions decoded side by side
    draft = Draft(processor, spans=False)
    renderer = Renderer(processor.config.image_size, weight.device)
    result = Examination()
    items = list(examination_scenes(count, seed))
    for start in range(0, len(items), batch):
        group = items[start : start + batch]
        pictures = renderer.pictures(scene_batch([scene for scene, _ in group]).to(weight.device))
        prefix = encode_prefix(
            model, processor.prefix_ids(), processor.first_patch(), normalise(pictures).to(weight.dtype)
        )
        flat = [(row, question) for row, (_, questions) in enumerate(group) for question in questions]
        flat.sort(key=lambda pair: len(pair[1].targets))  # answers of like length together
        for part in range(0, len(flat), chunk):
            asked = flat[part : part + chunk]
            answers = greedy(
                model, prefix, [row for row, _ in asked],
                [processor.question_ids(question.expression) for _, question in asked],
                end_id=processor.end_id, pad_id=processor.pad_id, max_new_tokens=560,
                check=context.raise_if_cancelled, draft=draft.far,
            )  # fmt: skip
            for (row, question), answer in zip(asked, answers, strict=True):
                result.add(group[row][0], question, processor.text_of(answer.ids)[0], processor)
        for scene, _ in group:
            result.effects.update(scene.effects)
            result.scenes += 1
        context.progress(result.scenes, count, "Examining")
    return result
