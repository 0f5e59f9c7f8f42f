"""The self-test tells a model that finds the sample's blue square from one that does not, or that cannot be loaded."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

import pytest

from core.commands import main
from core.errors import ModelError
from core.jobs import JobContext
from core.schema import Answer, Box, MediaSource, ModelInfo, Proposal, Query, new_id
from core.workflows.sample import load_sample
from core.workflows.self_test import EXPRESSION, PICTURE, run_self_test


class Answering:
    """Answers every query with the same boxes; none: not present."""

    def __init__(self, *boxes: Box) -> None:
        self.boxes = boxes
        self.closed = False

    def describe(self) -> ModelInfo:
        return ModelInfo(
            "fake-1", "fake", "", "cpu", "none", frozenset({"image"}), True, 32, 0, "none", "a fake", "Apache-2.0"
        )

    def prepare(self, media: MediaSource, context: JobContext) -> None:
        """Nothing to prepare."""

    def ground(self, queries: Sequence[Query], media: MediaSource, context: JobContext) -> Iterator[Answer]:
        for query in queries:
            proposals = tuple(Proposal(new_id(), query.id, box, 0.9, "fake-1") for box in self.boxes)
            yield Answer(query, proposals, bool(proposals), "said", "fake-1")

    def close(self) -> None:
        self.closed = True


def true_box() -> Box:
    picture = next(picture for picture in load_sample().pictures if picture.file == PICTURE)
    return Box(*picture.boxes_xyxy[EXPRESSION][0])


def test_a_model_that_finds_it_passes_every_step() -> None:
    grounder = Answering(true_box())
    tested = run_self_test(lambda: grounder)
    assert [(step.name, step.ok) for step in tested.steps] == [("model", True), ("ground", True), ("export", True)]
    assert tested.ok
    assert "annotations: 1" in tested.steps[-1].found
    assert grounder.closed


@pytest.mark.parametrize("boxes", [(), (Box(0.0, 0.0, 20.0, 20.0),)])
def test_a_model_that_misses_it_fails(boxes: tuple[Box, ...]) -> None:
    tested = run_self_test(lambda: Answering(*boxes))
    assert not tested.ok
    assert {step.name: step.ok for step in tested.steps}["ground"] is False


def test_a_model_that_cannot_be_loaded_is_a_step() -> None:
    def broken() -> Answering:
        raise ModelError("There is no model 'x'")

    tested = run_self_test(broken)
    assert [(step.name, step.ok) for step in tested.steps] == [("stopped", False)]
    assert "There is no model" in tested.steps[0].found


def test_the_command_says_that_the_self_test_failed(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.commands.checks.all_checks", lambda: iter(()))
    code = main(["checks", "--self-test", "--model", "no-such-model", "--json"])
    told = json.loads(capsys.readouterr().out)
    assert code == 3
    assert told["ok"] is False
    assert "no-such-model" in told["self_test"]["steps"][0]["found"]
