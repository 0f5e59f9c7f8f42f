"""Which item next: what is unsure, disputed or unlike the rest comes first, and the queue can be switched to it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from core import commands
from core.evaluation.benefit import Weights, combine, disagreement, uncertainty
from core.media.descriptors import LENGTH, describe, layout_descriptor
from core.project import Filter, Project, acts, queue
from core.schema import Answer, Box, MediaItem, Proposal, Query, new_id
from core.workflows.ordering import keep, order

NOWHERE = np.zeros((0, LENGTH), dtype=np.float32)


def answer(
    media_id: str, *scores: float, model: str = "m@1", presence: float | None = None, shift: float = 0.0
) -> Answer:
    query = Query(new_id(), media_id, "cup")
    found = tuple(
        Proposal(new_id(), query.id, Box(20 * n + shift, 0, 20 * n + 10 + shift, 10), score, model)
        for n, score in enumerate(scores)
    )
    return Answer(query, found, bool(found), "", model, presence_score=presence)


def test_uncertainty_by_hand() -> None:
    def plain(proposal: Proposal) -> float | None:
        return proposal.score

    assert uncertainty([], plain) is None
    assert uncertainty([answer("a", 1.0, 0.5)], plain) == pytest.approx(0.25)
    assert uncertainty([answer("a", 0.3, 0.2)], plain) == pytest.approx(0.75)  # surely wrong: worth looking at
    assert uncertainty([answer("a", presence=0.5)], plain) == 1
    assert uncertainty([answer("a", presence=0.25)], plain) == pytest.approx(0.8113, abs=1e-4)
    assert uncertainty([answer("a", 1.0, presence=0.6)], plain) == 0  # its regions speak for themselves
    assert uncertainty([answer("a", presence=0.0), answer("a", presence=0.5)], plain) == 0.5
    garbled = Answer(Query("q", "a", "cup"), (), None, "", "m@1", error="garbled")
    assert uncertainty([garbled], plain) == 1
    assert uncertainty([answer("a", 0.5)], lambda _: 1.0) == 0  # by the calibrated score


def test_disagreement_by_hand() -> None:
    assert disagreement(answer("a", 0.9, 0.8), answer("a", 0.5, 0.4)) == 0
    assert disagreement(answer("a", 0.9), answer("a")) == 1
    assert disagreement(answer("a"), answer("a")) == 0
    assert disagreement(answer("a", 0.9), answer("a", 0.9, 0.8)) == pytest.approx(1 / 3)
    assert disagreement(answer("a", 0.9), answer("a", 0.9, shift=5.0)) == pytest.approx(2 / 3)


def looks(*values: float) -> np.ndarray:
    return np.repeat(np.array(values, dtype=np.float32)[:, None], LENGTH, axis=1)


def test_parts_count_by_rank_and_unknown_ones_are_neutral() -> None:
    same = looks(0.5, 0.5, 0.5, 0.5)
    benefits = combine([0.001, 0.9, 0.002, None], [None] * 4, same, same, Weights(1.0, 0.0, 0.0))
    assert benefits.tolist() == [0.0, 1.0, 0.5, 0.5]
    assert combine([], [], NOWHERE, NOWHERE).tolist() == []


def test_what_is_unlike_the_seen_comes_first_and_near_copies_do_not_follow_it() -> None:
    benefits = combine([None] * 4, [None] * 4, looks(0.1, 0.9, 0.9, 0.5), looks(0.0), Weights(0.0, 0.0, 1.0))
    assert np.argsort(-benefits, kind="stable").tolist() == [1, 3, 0, 2]
    assert benefits[2] == pytest.approx(0, abs=0.01)


def test_what_cannot_be_seen_is_not_new() -> None:
    shown = looks(0.1, 0.9)
    shown[1] = np.nan
    benefits = combine([None, None], [None, None], shown, looks(0.0), Weights(0.0, 0.0, 1.0))
    assert benefits[0] > benefits[1] == 0


def test_a_descriptor_tells_colours_places_and_patterns(tmp_path: Path) -> None:
    plain = Image.new("RGB", (80, 40), "red")
    half = plain.copy()
    half.paste("blue", (0, 0, 40, 40))
    striped = Image.fromarray(np.tile(np.array([0, 255], dtype=np.uint8), (64, 32)))
    one, two, three = map(layout_descriptor, (plain, half, striped))
    assert one.shape == (LENGTH,)
    assert one.min() >= 0 and three.max() <= 1.01
    assert np.linalg.norm(one - two) > 0.5
    assert three[48:].mean() > 0.9 and one[48:].max() < 0.01
    half.save(tmp_path / "half.png")
    kept = describe(tmp_path / "half.png", "image", tmp_path / "cache")
    assert kept is not None and np.abs(kept - two).max() < 0.1
    assert describe(tmp_path / "absent.png", "image", tmp_path / "cache") is None


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    """Five grey pictures; the last is done."""
    with Project.create(tmp_path / "p.groundlabel", author="mara", role="command") as made:
        for name in "abcde":
            Image.new("RGB", (40, 20), "grey").save(tmp_path / f"{name}.png")
        made.add_media(MediaItem(new_id(), "image", f"{name}.png", width=40, height=20) for name in "abcde")
        made.apply(acts.set_review(made, [made.media()[4].id], "done"))
        yield made


def test_the_queue_follows_the_order_and_can_go_back(project: Project, tmp_path: Path) -> None:
    a, b, c, d, e = project.media()
    project.record_answers([answer(a.id, 0.99), answer(b.id, 0.5), answer(c.id, 0.9)])
    project.record_answers([answer(c.id, 0.95, model="m@2", shift=9.0), answer(d.id, 0.98)])
    found = order(project, tmp_path / "cache")
    assert [one.path for one in found] == ["b.png", "c.png", "d.png", "a.png"]
    assert [one.disagreement is None for one in found] == [True, False, True, True]
    assert project.queue.by_benefit(Filter()) == [1, 2, 3, 4, 5]  # nothing is kept yet
    keep(project, found)
    assert project.queue.by_benefit(Filter()) == [2, 3, 4, 1, 5]
    assert project.queue.by_benefit(Filter(states=frozenset({"proposed"}), text="a")) == [1]
    assert project.queue.matching(Filter()) == [1, 2, 3, 4, 5]
    assert e.id not in project.measures.benefits()


def test_next_and_previous_in_either_order(project: Project) -> None:
    a, b, c, d, _ = project.media()
    everything = frozenset(queue.STATES)
    assert project.queue.beside_by_benefit(1, 1, everything) == [2]  # nothing is kept yet
    project.measures.set_benefits({a.id: 0.2, b.id: 0.9, c.id: 0.2})
    walk = [2]
    while following := project.queue.beside_by_benefit(walk[-1], 1, everything):
        walk += following
    assert walk == [2, 1, 3, 4, 5] == project.queue.by_benefit(Filter())
    assert project.queue.beside_by_benefit(4, -1, everything, 5) == [3, 1, 2]
    assert project.queue.beside_by_benefit(2, 1, frozenset({"done"})) == [5]
    project.apply(acts.set_review(project, [a.id, d.id], "done"))
    assert project.queue.beside_by_benefit(2, 1, queue.UNREVIEWED, 5) == [3]
    assert project.queue.beside(2, 1, queue.UNREVIEWED, 5) == [3]


def test_missing_files_do_not_stop_it(project: Project, tmp_path: Path) -> None:
    (tmp_path / "a.png").unlink()
    project.add_media([MediaItem(new_id(), "image", "far.png", root="elsewhere")])
    assert {one.path for one in order(project, tmp_path / "cache")} == {f"{n}.png" for n in ("a", "b", "c", "d", "far")}


def test_the_command(project: Project, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.logs.log_to_file", lambda: None)
    project.record_answers([answer(project.media()[0].id, 0.99), answer(project.media()[1].id, 0.5)])
    assert commands.main(["order", str(project.path), "--dry-run", "--json"]) == 0
    items = json.loads(capsys.readouterr().out)["items"]
    assert len(items) == 4
    assert project.measures.benefits() == {}
    assert commands.main(["order", str(project.path)]) == 0
    assert "b.png" in capsys.readouterr().out
    kept = project.measures.benefits()
    assert {item["media_id"]: item["benefit"] for item in items} == pytest.approx(kept, abs=1e-6)
    assert next(iter(kept)) == items[0]["media_id"]
    project.apply(acts.set_review(project, [item.id for item in project.media()], "done"))
    assert commands.main(["order", str(project.path)]) == 0
    assert "Every item is done" in capsys.readouterr().out
    assert project.measures.benefits() == {}
