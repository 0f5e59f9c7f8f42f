"""Scores are calibrated on what people decided: by hand where it can be counted, and out of a real project."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from core import commands
from core.evaluation.calibration import (
    IDENTITY,
    Calibrator,
    Decision,
    fit,
    fit_isotonic,
    fit_platt,
    suggest_threshold,
)
from core.evaluation.overlaps import overlap
from core.project import Project, acts
from core.schema import Answer, Box, MediaItem, Proposal, Query, Segment, Track, new_id
from core.workflows.calibrate import calibrated, trust


def decisions(pairs: list[tuple[float, int]]) -> list[Decision]:
    return [Decision(score, bool(right), f"m{n}") for n, (score, right) in enumerate(pairs)]


def test_isotonic_regression_by_hand() -> None:
    """0.4 is right and 0.6 is not: they are pooled. (0 + 1)/(1 + 2), (1 + 1)/(2 + 2), (1 + 1)/(1 + 2)."""
    curve = fit_isotonic(np.array([0.9, 0.6, 0.4, 0.2]), np.array([1.0, 0.0, 1.0, 0.0]))
    assert curve.scores == pytest.approx((0.2, 0.5, 0.9))
    assert curve.values == pytest.approx((1 / 3, 1 / 2, 2 / 3))
    assert curve(0.5) == pytest.approx(0.5)
    assert curve(0.7) == pytest.approx(0.5 + (2 / 3 - 1 / 2) / 2)
    assert (curve(0.0), curve(1.0)) == (pytest.approx(1 / 3), pytest.approx(2 / 3))


def test_platts_curve_finds_the_odds_that_made_the_data() -> None:
    generator = np.random.default_rng(0)
    scores = generator.uniform(0.02, 0.98, 20_000)
    odds = 2 * np.log(scores / (1 - scores)) - 1
    curve = fit_platt(scores, (generator.random(20_000) < 1 / (1 + np.exp(-odds))).astype(float))
    assert (curve.slope, curve.offset) == (pytest.approx(2, abs=0.1), pytest.approx(-1, abs=0.1))
    assert curve(0.5) == pytest.approx(1 / (1 + np.e), abs=0.02)


def test_scores_that_say_nothing_get_one_value() -> None:
    curve = fit_platt(np.array([0.2, 0.4, 0.6, 0.8]), np.array([1.0, 1.0, 0.0, 0.0]))
    assert curve(0.1) == curve(0.9) == pytest.approx(0.5)


def test_overconfident_scores_are_lowered_and_good_ones_left_alone() -> None:
    generator = np.random.default_rng(1)
    truth = generator.random(400)
    boastful = decisions([(float(p**0.3), int(generator.random() < p)) for p in truth])
    found = fit(boastful)
    assert found.calibrator.method in ("platt", "isotonic")
    assert found.error_after is not None and found.error_before is not None
    assert found.error_after < found.error_before
    assert found.calibrator(0.5**0.3) == pytest.approx(0.5, abs=0.12)


def test_too_little_changes_nothing() -> None:
    assert fit(decisions([(0.5, n % 2) for n in range(19)])).calibrator == IDENTITY
    assert fit(decisions([(0.5, n < 4) for n in range(50)])).calibrator == IDENTITY
    one_medium = [Decision(0.1 * (n % 10), n % 2 == 0, "m") for n in range(100)]
    assert fit(one_medium).error_before is None
    assert fit([]).n == 0


def test_the_threshold_with_the_best_f1_by_hand() -> None:
    pairs = [(0.9, 1), (0.8, 1), (0.7, 0), (0.6, 1), (0.3, 0), (0.2, 0)]
    best = suggest_threshold(decisions(pairs))
    assert best is not None
    assert (best.score, best.kept) == (pytest.approx(0.45), 4)
    assert (best.precision, best.recall, best.f1) == (0.75, 1.0, pytest.approx(6 / 7))
    with_missed = suggest_threshold(decisions(pairs), missed=3)
    assert with_missed is not None and with_missed.recall == 0.5
    exact = suggest_threshold(decisions(pairs), precision=0.9)
    assert exact is not None and (exact.kept, exact.precision) == (2, 1.0)
    assert suggest_threshold(decisions([(0.9, 0), (0.8, 1)]), precision=0.9) is None
    assert suggest_threshold(decisions([(0.9, 0)])) is None
    assert suggest_threshold([]) is None


def test_equal_scores_are_shown_or_hidden_together() -> None:
    best = suggest_threshold(decisions([(0.5, 1), (0.5, 0), (0.5, 1)]))
    assert best is not None and (best.kept, best.score) == (3, 0.0)


def test_regions_of_every_kind_overlap() -> None:
    assert overlap(Segment(0, 4), Segment(2, 4)) == 0.5
    assert overlap(Box(0, 0, 10, 10), Segment(0, 4)) == 0
    track = Track((Box(0, 0, 10, 10, at_s=0.0), Box(10, 0, 20, 10, at_s=1.0)))
    assert overlap(track, Box(10, 0, 20, 10, at_s=0.9)) == 1
    assert overlap(Box(0, 0, 10, 10, at_s=0.9), track) == 0
    assert overlap(track, track) == 1


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    with Project.create(tmp_path / "p.groundlabel", author="mara", role="command") as made:
        yield made


def propose(project: Project, *scores: float, model: str = "m@1") -> Answer:
    """A fresh picture with a proposal of each score."""
    (item,) = project.add_media([MediaItem(new_id(), "image", f"{project.media_count()}.png")])
    query = Query(new_id(), item.id, "cup")
    found = tuple(
        Proposal(new_id(), query.id, Box(20 * n, 0, 20 * n + 10, 10), score, model) for n, score in enumerate(scores)
    )
    answer = Answer(query, found, bool(found), "", model)
    project.record_answers([answer])
    return answer


def test_what_people_decided_is_counted_per_model(project: Project) -> None:
    first = propose(project, 0.9, 0.8, 0.7, 0.6)
    project.apply(acts.accept(project, first, first.proposals[:1]))
    project.apply(acts.accept_edited(project, first, first.proposals[1], Box(20, 0, 30, 9)))
    project.apply(acts.accept_edited(project, first, first.proposals[2], Box(0, 50, 5, 60)))
    project.apply(acts.draw(project, first.query.media_id, Box(0, 80, 5, 90), "Cup"))
    second = propose(project, 0.5)
    project.apply(acts.reject(project, second, second.proposals))
    third = propose(project, 0.4, model="m@2")
    project.apply(acts.not_present(project, third.query.media_id, "cup"))
    propose(project, 0.3, model="m@3")  # nobody has decided
    found = trust(project)
    assert list(found) == ["m@1", "m@2"]
    one = found["m@1"]
    assert (one.accepted, one.edited, one.rejected, one.missed) == (1, 2, 1, 1)
    assert (one.fit.n, one.fit.right) == (4, 2)  # edited beyond recognition is not right
    assert one.threshold is not None and one.threshold.kept == 2
    assert (found["m@2"].rejected, found["m@2"].threshold) == (1, None)


def test_taking_back_a_decision_takes_it_out(project: Project) -> None:
    answer = propose(project, 0.9)
    project.apply(acts.reject(project, answer, answer.proposals))
    assert trust(project)["m@1"].rejected == 1
    project.undo()
    assert trust(project) == {}


def test_measured_scores_stay_as_they_are(project: Project) -> None:
    answer = propose(project, 0.9)
    curves = {"m@1": Calibrator("isotonic", scores=(0.0, 1.0), values=(0.0, 0.5))}
    assert calibrated(0.9, "m@1", curves) == pytest.approx(0.45)
    assert calibrated(0.9, "other", curves) == 0.9
    assert calibrated(None, "m@1", curves) is None
    assert project.answers() == [answer]


def test_the_command(project: Project, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.logs.log_to_file", lambda: None)
    assert commands.main(["calibrate", str(project.path)]) == 0
    assert "Nobody" in capsys.readouterr().out
    generator = np.random.default_rng(3)
    for chance in generator.random(60):
        answer = propose(project, float(chance**0.3))
        act = acts.accept if generator.random() < chance else acts.reject
        project.apply(act(project, answer, answer.proposals))
    assert commands.main(["calibrate", str(project.path), "--json"]) == 0
    (one,) = json.loads(capsys.readouterr().out)["models"]
    assert one["accepted"] + one["rejected"] == one["decided"] == 60
    assert one["method"] == "platt"
    assert one["error_after"] < one["error_before"]
    assert 0 < one["threshold"]["score"] < 1
    assert commands.main(["calibrate", str(project.path), "--precision", "0.8"]) == 0
    assert "precision 0.8" in capsys.readouterr().out
    assert commands.main(["calibrate", str(project.path), "--precision", "2"]) == 2
