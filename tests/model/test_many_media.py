"""Questions about many media at once: the answers of asking one after the other, whatever is among them."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from PIL import Image

from core.errors import Cancelled
from core.grounding.groundinggpt.answering import Answering
from core.grounding.groundinggpt.checkpoint import open_checkpoint
from core.grounding.groundinggpt.grounder import GroundingGPTGrounder
from core.grounding.groundinggpt.loading import _Loader, load_grounder
from core.grounding.groundinggpt.placement import Placement
from core.grounding.groundinggpt.processing import Processor
from core.grounding.protocol import Asked, Batching, Grounder, ground_many, one_by_one
from core.jobs import JobContext
from core.schema import Answer, Query, new_id
from core.workflows.ask import medium_at
from tests.fakes_model import squares_picture, tiny_checkpoint


def asked(path: Path, *expressions: str) -> Asked:
    media = medium_at(path)
    return Asked(media, tuple(Query(new_id(), media.item.id, words) for words in expressions))


@pytest.fixture(scope="module")
def grounder(tmp_path_factory: pytest.TempPathFactory) -> Grounder:
    folder = tiny_checkpoint(tmp_path_factory.mktemp("model"))
    config = json.loads((folder / "config.json").read_text())
    config["grammar"]["max_regions"] = 1  # untrained, it never ends an answer by itself
    (folder / "config.json").write_text(json.dumps(config))
    return load_grounder(folder, "cpu")


@pytest.fixture
def pictures(tmp_path: Path) -> list[Asked]:
    """Several sizes and numbers of questions; one picture comes twice, one is spoiled, one is asked wrongly."""
    words = ["the red square", "all blue squares", "a green circle", "the square on the left"]
    found = []
    for number in range(9):
        path = squares_picture(tmp_path / f"{number}.png", (number, 4, 20 + number, 30), (60, 10, 90, 40))
        Image.open(path).resize((96 + 8 * number, 64)).save(path)
        found.append(asked(path, *words[: 1 + number % 4]))
    found.append(replace(found[2], queries=found[3].queries))
    (tmp_path / "4.png").write_bytes(b"no picture")
    wrong = replace(found[5].queries[0], window_s=(0.0, 1.0))
    return [*found, replace(found[5], queries=(wrong,))]


def facts(answer: Answer) -> tuple[object, ...]:
    regions = [(proposal.region, pytest.approx(proposal.score, abs=1e-4)) for proposal in answer.proposals]
    presence = pytest.approx(answer.presence_score, abs=1e-4)
    return (answer.query, answer.raw_text, answer.present, answer.error, answer.dropped, regions, presence)


def test_many_pictures_are_answered_as_one_after_the_other(grounder: Grounder, pictures: list[Asked]) -> None:
    assert isinstance(grounder, Batching)
    told: list[tuple[int, int]] = []
    context = JobContext(report=lambda progress: told.append((progress.done, progress.total)))
    together = list(ground_many(grounder, pictures, context))
    alone = list(one_by_one(grounder, pictures, JobContext()))
    assert [one.index for one in together] == list(range(len(pictures)))
    for one, other in zip(together, alone, strict=True):
        assert [facts(answer) for answer in one.answers] == [facts(answer) for answer in other.answers]
        assert str(one.error) == str(other.error)
    assert [one.index for one in together if one.error is not None] == [4, 10]
    assert told[-1] == (len(pictures), len(pictures))


def test_getting_ready_changes_no_answer_and_a_full_memory_only_ends_it(
    pictures: list[Asked], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stored = open_checkpoint(tiny_checkpoint(tmp_path / "tiny"))
    loader = _Loader(stored, Processor.load(stored.folder, stored.config), "tiny", "cpu")
    plain, ready = (loader.load(Placement("cpu", 32, 16, 32), JobContext()) for _ in range(2))
    assert isinstance(ready, GroundingGPTGrounder)
    ready.warm_up()

    def full(*_given: object, **_named: object) -> object:
        raise torch.OutOfMemoryError("CUDA out of memory")

    with monkeypatch.context() as patch:
        patch.setattr(Answering, "ask", full)
        ready.warm_up()
    one = pictures[3]
    answers = [[facts(a) for a in each.ground(one.queries, one.media, JobContext())] for each in (plain, ready)]
    assert answers[0] == answers[1]


def test_they_are_given_up_on_the_way(grounder: Grounder, pictures: list[Asked]) -> None:
    class Wish:
        asked = 0

        def is_set(self) -> bool:
            self.asked += 1
            return self.asked > 4

    with pytest.raises(Cancelled):
        list(ground_many(grounder, pictures, JobContext(Wish())))
