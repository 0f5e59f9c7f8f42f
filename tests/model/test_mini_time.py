"""The bundled model of time is healthy: its examination in small, and clips and sounds made by another hand.

The bounds stand well under what was measured (`ckpt/mini-time/README.md`): they catch a spoiled checkpoint or
processing, not a percent.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
import torch

from core.files import bundled
from core.geometry import temporal_iou
from core.grounding.groundinggpt.checkpoint import load_model
from core.grounding.groundinggpt.loading import load_grounder
from core.grounding.groundinggpt.processing import Processor
from core.grounding.protocol import Grounder
from core.jobs import JobContext
from core.media.writing import write_video
from core.schema import Answer, Segment
from core.training.scenes.time_benchmark import TimeExaminer
from core.workflows.ask import Aim, ask, medium_at
from tests.fakes_clips import write_all

FOLDER = bundled("ckpt") / "mini-time"


@pytest.fixture(scope="module", autouse=True)
def one_thread() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def test_it_passes_its_examination() -> None:
    model = load_model(FOLDER)
    figures: dict[str, Any] = TimeExaminer(model, Processor.load(FOLDER, model.config)).run(5, seed=99)
    assert figures["sound"]["r1_50"] >= 0.9 and figures["sound"]["absent_accuracy"] >= 0.8
    assert figures["video"]["r1_30"] >= 0.7 and figures["video"]["absent_accuracy"] >= 0.6
    assert figures["video"]["unparsed"] == figures["sound"]["unparsed"] == 0


def _best(answer: Answer) -> Segment:
    region = max(answer.proposals, key=lambda proposal: proposal.score or 0.0).region
    assert isinstance(region, Segment)
    return region


def test_it_finds_in_time_what_another_hand_made(tmp_path: Path) -> None:
    grounder: Grounder = load_grounder(FOLDER, "cpu")
    right: dict[str, list[bool]] = {"video": [], "audio": [], "absent": []}
    for made in write_all(tmp_path, 4, seed=31):
        words = [question.expression for question in made.questions]
        answers = ask(grounder, medium_at(tmp_path / made.file), words, JobContext())
        for question, answer in zip(made.questions, answers, strict=True):
            if not question.spans_s:
                right["absent"].append(answer.present is False)
            elif question.type != "move":
                best = _best(answer) if answer.proposals else Segment(0.0, 0.0)
                overlap = max(temporal_iou((best.start_s, best.end_s), span) for span in question.spans_s)
                right[made.kind].append(overlap >= 0.5)
    grounder.close()
    assert sum(right["video"]) >= 0.75 * len(right["video"]) > 5
    assert sum(right["audio"]) >= 0.6 * len(right["audio"]) > 2
    assert sum(right["absent"]) >= 0.5 * len(right["absent"]) > 2


def test_each_sense_answers_for_itself_where_a_video_is_seen_and_heard(tmp_path: Path) -> None:
    """A circle from 2 s to 5 s, a beep from 7 s to 9.5 s, in one file."""
    rate, length = 25, 12
    frames = np.full((rate * length, 240, 320, 3), 235, np.uint8)
    cv2.circle(frames[2 * rate], (120, 120), 30, (220, 20, 20), -1)
    frames[2 * rate : 5 * rate] = frames[2 * rate]
    time = np.arange(16_000 * length) / 16_000
    beep = 0.4 * np.sin(2 * np.pi * 880 * time) * ((time >= 7) & (time < 9.5))
    path = tmp_path / "seen and heard.mp4"
    write_video(path, frames, size_wh=(320, 240), rate=rate, sound=[np.round(beep * 32767).astype(np.int16)])
    grounder = load_grounder(FOLDER, "cpu")
    circle, heard, absent = ask(grounder, medium_at(path), ["the red circle", "the beep", "the siren"], JobContext())
    assert [proposal.sense for proposal in circle.proposals] == ["see"]
    assert [proposal.sense for proposal in heard.proposals] == ["hear"]
    assert temporal_iou((_best(circle).start_s, _best(circle).end_s), (2, 5)) >= 0.8
    assert temporal_iou((_best(heard).start_s, _best(heard).end_s), (7, 9.5)) >= 0.8
    assert absent.present is False
    only_seen = list(ask(grounder, medium_at(path), ["the beep"], JobContext(), aim=Aim(sense="see")))
    assert only_seen[0].present is False
    (closer,) = ask(grounder, medium_at(path), ["the beep"], JobContext(), aim=Aim(sense="hear", refine=True))
    assert closer.proposals[0].precision_s is not None and closer.proposals[0].precision_s <= 0.1
    assert temporal_iou((_best(closer).start_s, _best(closer).end_s), (7, 9.5)) >= 0.97
    grounder.close()
