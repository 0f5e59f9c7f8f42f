"""The self-test does the whole job once, and tells each step that fails from those that do not."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

import pytest

from core.commands import dispatch, main
from core.commands.behind import read_told
from core.errors import Cancelled, ModelCrashedError
from core.grounding.protocol import Grounder
from core.grounding.registry import find_model, load_model
from core.jobs import JobContext
from core.project import Project
from core.schema import Answer, Box, MediaSource, ModelInfo, Proposal, Query, Region, Segment, new_id
from core.workflows.sample import load_sample
from core.workflows.self_test import ASKED, STEPS, RunBehind, Step, self_test


class Answering:
    """Answers what is asked of the sample: rightly, or with `said` in place of it."""

    def __init__(self, said: dict[str, tuple[Region, ...]]) -> None:
        self.said = said
        self.closed = False

    def describe(self) -> ModelInfo:
        kinds = frozenset({"image", "video", "audio"})
        return ModelInfo("fake-1", "fake", "", "cpu", "none", kinds, True, 32, 0, "none", "a fake", "Apache-2.0")  # type: ignore[arg-type]

    def prepare(self, media: MediaSource, context: JobContext) -> None:
        """Nothing to prepare."""

    def ground(self, queries: Sequence[Query], media: MediaSource, context: JobContext) -> Iterator[Answer]:
        for query in queries:
            regions = self.said[query.expression]
            proposals = tuple(Proposal(new_id(), query.id, region, 0.9, "fake-1") for region in regions)
            yield Answer(query, proposals, bool(proposals), "said", "fake-1")

    def close(self) -> None:
        self.closed = True


def truth() -> dict[str, tuple[Region, ...]]:
    """What is where in the media that are asked about."""
    sample = load_sample()
    found: dict[str, tuple[Region, ...]] = {}
    for file, words in ASKED.values():
        for picture in sample.pictures:
            if picture.file == file:
                found[words] = tuple(Box(*corners) for corners in picture.boxes_xyxy[words])
        for clip in sample.clips:
            if clip.file == file:
                found[words] = tuple(Segment(*span) for span in clip.spans_s[words])
    return found


def taught(words: Sequence[str], told: Path, context: JobContext) -> Iterator[dict[str, Any]]:
    """As if the model had been taught; looks at what there was to learn from."""
    with Project.open(words[1], author="", read_only=True) as project:
        assert project.annotations()
    out = Path(words[words.index("--out") + 1])
    out.mkdir()
    (out / "config.json").write_text("{}")
    yield {"event": "done", "steps": 2}
    yield {"event": "ended", "code": 0}


def run_here(words: Sequence[str], told: Path, context: JobContext) -> Iterator[dict[str, Any]]:
    """The command itself, in this process, whose libraries are loaded already."""
    with told.open("a") as stream, redirect_stdout(stream):
        code = dispatch(list(words))
    yield from read_told(told)[0]
    yield {"event": "ended", "code": code}


def steps_of(run_behind: RunBehind, open_model: Callable[[str], Grounder]) -> list[Step]:
    """The steps as they ended; each is told when it begins, too."""
    told = list(self_test(run_behind, JobContext(), open_model=open_model))
    begun, ended = told[::2], told[1::2]
    assert [(step.name, step.state) for step in begun] == [(step.name, "running") for step in ended]
    return ended


def test_with_the_bundled_models_every_step_goes_well_and_nothing_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Real models, a real export, two real steps and the model that came of them; in one process, to save time."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    steps = steps_of(run_here, lambda model: load_model(find_model(model), "cpu"))
    assert [(step.name, step.state) for step in steps] == [(name, "ok") for name in STEPS], steps
    assert "annotations 1" in steps[STEPS.index("export")].found
    assert list(tmp_path.glob("groundlabel*")) == []


def test_a_wrong_answer_is_that_step_s_failure_and_the_others_are_tried() -> None:
    right = truth()
    wrong = {ASKED["picture"][1]: (), ASKED["video"][1]: (Segment(0.0, 1.0),)}
    grounder = Answering({**right, **wrong})
    steps = steps_of(taught, lambda model: Answering(right) if model.endswith("taught") else grounder)
    assert {step.name for step in steps if step.ok} == set(STEPS) - {"picture", "video"}
    for step in steps:
        assert step.ok or ("was not found where it is" in step.found and "unpack" in step.advice)
    assert grounder.closed


def test_teaching_that_fails_is_named_and_what_needs_it_is_left_out() -> None:
    def falls(words: Sequence[str], told: Path, context: JobContext) -> Iterator[dict[str, Any]]:
        yield {"event": "ended", "code": -11, "crashed": True}

    def complains(words: Sequence[str], told: Path, context: JobContext) -> Iterator[dict[str, Any]]:
        yield {"event": "ended", "code": 1, "what": "No room", "why": "it is full", "next_step": "Free some"}

    grounder = Answering(truth())
    for run_behind, found, advice in ((falls, "ended by itself", "close"), (complains, "No room. It is full.", "Free")):
        last = steps_of(run_behind, lambda _: grounder)[-1]
        assert (last.name, last.state) == ("finetune", "failed")
        assert found in last.found and advice in last.advice


def test_a_model_that_crashes_and_one_that_is_not_there_are_steps_and_a_stop_is_a_stop() -> None:
    def crashes(model: str) -> Grounder:
        raise ModelCrashedError("The model stopped working", next_step="Ask again")

    steps = steps_of(taught, crashes)
    assert [step.name for step in steps if step.ok] == ["project", "export", "finetune"]
    assert {step.advice for step in steps if not step.ok} == {"Ask again"}
    stop = threading.Event()
    running = self_test(taught, JobContext(stop), open_model=crashes)
    next(running)
    stop.set()
    with pytest.raises(Cancelled):
        list(running)


@pytest.mark.parametrize("as_json", [True, False])
def test_the_command_says_which_step_failed_and_what_to_do(
    as_json: bool, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """There is no temporary folder: the first step cannot be made, and says so."""
    monkeypatch.setattr("core.commands.checks.all_checks", lambda: iter(()))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "gone"))
    code = main(["checks", "--self-test", *(["--json"] if as_json else [])])
    printed = capsys.readouterr().out
    assert code == 3
    if as_json:
        told = json.loads(printed)
        assert told["ok"] is False
        (step,) = told["self_test"]["steps"]
        assert step["name"] == "project" and "No such file" in step["found"] and "temporary folder" in step["advice"]
    else:
        assert "FAILED  self-test / project" in printed and "The self-test failed: project." in printed
