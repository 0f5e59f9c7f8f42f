"""The clips and sounds of another hand are what they say: the model is measured by them."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from core.media.audio import read_audio
from core.media.video import open_video
from core.workflows.truths import read_truths
from tests.fakes_clips import COLOURS, fake_clip, overlap_of, write_all
from tests.fakes_sounds import Question, fake_sound


@pytest.mark.parametrize("seed", range(6))
def test_a_shape_is_there_in_its_spans_only(seed: int, tmp_path: Path) -> None:
    made = fake_clip(tmp_path, "clip", np.random.default_rng(seed), duration_s=6)
    nouns = [question for question in made.questions if question.type == "noun"]
    assert nouns and made.questions[-1].type == "absent"
    with open_video(tmp_path / made.file) as video:
        for question in nouns:
            ((start, end),) = question.spans_s
            assert 0 <= start < end <= made.duration_s
            colour = next(name for name in COLOURS if name in question.expression.split())
            within = video.frame_at((start + end) / 2)
            for time_s in (start - 0.3, end + 0.3):
                if 0 <= time_s < made.duration_s:
                    assert _share(within, colour) > _share(video.frame_at(time_s), colour) + 0.001, question


def _share(rgb: np.ndarray, colour: str) -> float:
    return max(float((np.abs(rgb.astype(int) - one).max(axis=2) < 50).mean()) for one in COLOURS[colour])


@pytest.mark.parametrize("seed", range(6))
def test_a_sound_is_heard_in_its_spans_only(seed: int, tmp_path: Path) -> None:
    made = fake_sound(tmp_path, "sound", np.random.default_rng(seed), duration_s=8)
    samples = read_audio(tmp_path / made.file)[0]
    assert len(samples) / 16_000 == pytest.approx(made.duration_s, abs=0.01)
    heard = np.zeros(len(samples), dtype=bool)
    spans = [span for question in made.questions for span in question.spans_s]
    for start, end in spans:
        heard[round((start - 0.01) * 16_000) if start > 0.01 else 0 : round((end + 0.01) * 16_000)] = True
    assert np.abs(samples[~heard]).max() < 0.07
    for start, end in spans:
        for part in np.array_split(samples[round(start * 16_000) : round(end * 16_000)], 2):
            assert np.abs(part).max() > 0.1, "it lasts"


def test_files_truths_and_rows_agree(tmp_path: Path) -> None:
    made = write_all(tmp_path, 1, 5)
    told = json.loads((tmp_path / "truths.json").read_text())
    assert [one["file"] for one in told] == [one.file for one in made]
    truths = read_truths([tmp_path / "rows.json"])
    assert truths.skipped == []
    assert len(truths.pairs) == sum(len(one["questions"]) for one in told)


def test_an_answer_is_judged_by_its_best_scored_span() -> None:
    asked = Question("the beep", "beep", ((1.0, 2.0),))
    spans = [{"segment_s": [5.0, 6.0], "score": 0.4}, {"segment_s": [1.0, 2.5], "score": 0.9}]
    assert overlap_of(asked, {"error": None, "present": True, "proposals": spans}) == pytest.approx(2 / 3)
    assert overlap_of(asked, {"error": None, "present": False, "proposals": []}) == 0.0
    assert overlap_of(asked, {"error": "unreadable"}) == 0.0
    nothing = Question("the bell", "absent", ())
    assert overlap_of(nothing, {"error": None, "present": False, "proposals": []}) == 1.0
    assert overlap_of(nothing, {"error": None, "present": True, "proposals": spans}) == 0.0
