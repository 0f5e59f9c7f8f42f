"""What work cost is read off the log: counts and times of a day's work that can be added up by hand."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from core import commands
from core.errors import ProjectError
from core.project import Project, acts, migrations, opening
from core.project.measures import Attention, ModelChoice
from core.schema import Answer, Box, Change, MediaItem, Proposal, Query, new_id
from core.workflows.effort import effort_of
from core.workflows.working_time import derived_seconds

WHOLE = Box(0, 0, 10, 10)


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    with Project.create(tmp_path / "p.groundlabel", author="mara", role="command") as made:
        yield made


def at(seconds: float) -> str:
    return f"2026-03-01T10:{int(seconds) // 60:02d}:{seconds % 60:06.3f}+00:00"


def add(project: Project, name: str) -> MediaItem:
    (item,) = project.add_media([MediaItem(new_id(), "image", name)])
    return item


def propose(project: Project, item: MediaItem, count: int, asked_s: float, model: str = "m@1") -> Answer:
    query = Query(new_id(), item.id, "cup", author="mara", asked_at=at(asked_s))
    found = tuple(Proposal(new_id(), query.id, WHOLE, 0.9, model) for _ in range(count))
    answer = Answer(query, found, True, "", model)
    project.record_answers([answer])
    return answer


def do(project: Project, seconds: float, change: Change, author: str = "") -> None:
    project.apply(replace(change, at=at(seconds), author=author))


def day(project: Project) -> tuple[MediaItem, MediaItem]:
    """On `a` three proposals are dealt with in 30 s; on `b`, which no model saw, two boxes are drawn in 40 s."""
    a, b = add(project, "a.png"), add(project, "b.png")
    answer = propose(project, a, 3, 10)
    one, two, three = answer.proposals
    do(project, 20, acts.accept(project, answer, [one]))
    do(project, 30, acts.accept_edited(project, answer, two, Box(0, 0, 10, 5)))
    do(project, 40, acts.reject(project, answer, [three]))
    do(project, 60, acts.draw(project, b.id, WHOLE, "cup"))
    do(project, 80, acts.draw(project, b.id, Box(5, 5, 9, 9), "cup"))
    return a, b


def test_a_days_work_by_hand(project: Project) -> None:
    a, b = day(project)
    add(project, "untouched.png")
    found = effort_of(project)
    first, second = found.items
    assert (first.media_id, second.media_id) == (a.id, b.id)
    assert (first.offered, first.accepted, first.edited, first.rejected, first.drawn) == (3, 1, 1, 1, 0)
    assert (first.objects, first.edits, first.overlap) == (2, 3, 0.75)
    assert (first.seconds, first.measured, first.assisted, first.model_id) == (30, False, True, "m@1")
    assert (second.offered, second.drawn, second.objects, second.seconds) == (0, 2, 2, 40)
    assert (second.overlap, second.assisted, second.model_id) == (None, False, "")
    assert (found.with_proposals.seconds_per_object, found.without_proposals.seconds_per_object) == (15, 20)
    assert found.total.seconds_per_object == 70 / 4
    assert [(one.name, one.items) for one in found.days] == [("2026-03-01", 2)]
    assert [(one.name, one.accepted, one.overlap) for one in found.models] == [("m@1", 1, 0.75)]


def test_versions_stand_in_the_order_in_which_they_were_asked(project: Project) -> None:
    for number, model in enumerate(("cells-9@1", "cells-10@1", "cells-11@1")):
        item = add(project, f"{number}.png")
        do(
            project,
            100 * number + 20,
            acts.accept(project, *_only(propose(project, item, 1, 100 * number + 10, model))),
        )
    assert [one.name for one in effort_of(project).models] == ["cells-9@1", "cells-10@1", "cells-11@1"]


def _only(answer: Answer) -> tuple[Answer, list[Proposal]]:
    return answer, list(answer.proposals)


def test_each_model_version_stands_by_its_own_proposals(project: Project) -> None:
    item = add(project, "a.png")
    old, new = propose(project, item, 2, 0, "m@1"), propose(project, item, 1, 5, "m@2")
    do(project, 10, acts.accept(project, new, new.proposals))
    do(project, 20, acts.reject(project, old, old.proposals))
    one, two = effort_of(project).models
    assert (one.name, one.offered, one.rejected, one.accepted, one.items) == ("m@1", 2, 2, 0, 0)
    assert (two.name, two.offered, two.rejected, two.accepted, two.items) == ("m@2", 1, 0, 1, 1)


def test_pauses_do_not_count_and_neither_do_imports_and_others(project: Project) -> None:
    a, b = add(project, "a.png"), add(project, "b.png")
    do(project, 0, acts.draw(project, a.id, WHOLE, "cup"))
    do(project, 30, acts.draw(project, b.id, WHOLE, "dog"), author="ben")
    do(project, 600, acts.draw(project, b.id, WHOLE, "cat"))
    propose(project, a, 1, 640)
    do(project, 900, replace(acts.draw(project, a.id, Box(1, 1, 2, 2), "mug"), batch="import"))
    derived = derived_seconds(project.history(), ())
    assert derived == {a.id: 0, b.id: 0}
    item = effort_of(project).items[0]
    assert (item.objects, item.edits, item.assisted) == (2, 1, False)


def test_a_change_about_several_media_is_shared(project: Project) -> None:
    a, b = add(project, "a.png"), add(project, "b.png")
    do(project, 0, acts.set_review(project, [a.id], "done"))
    do(project, 10, acts.set_review(project, [a.id, b.id], "needs_review"))
    assert derived_seconds(project.history(), ()) == {a.id: 5, b.id: 5}
    assert [item.edits for item in effort_of(project).items] == [0, 0]


def test_measured_time_takes_the_place_of_derived_time(project: Project) -> None:
    a, _ = day(project)
    c = add(project, "only looked at.png")
    project.measures.record_attention(
        [Attention(a.id, at(5), 12.5), Attention(a.id, at(30), 2.5), Attention(c.id, at(90), 3.0, author="ben")]
    )
    first, second, third = effort_of(project).items
    assert (first.seconds, first.measured) == (15, True)
    assert (second.seconds, second.measured) == (40, False)
    assert (third.seconds, third.objects, third.edits, third.day) == (3, 0, 0, "")
    assert [stretch.author for stretch in project.measures.attention()] == ["mara", "mara", "ben"]
    for wrong in (-1.0, float("nan")):
        with pytest.raises(ProjectError, match="no time"):
            project.measures.record_attention([Attention(a.id, at(0), wrong)])
    assert len(project.measures.attention()) == 3


def test_choices_of_models_are_kept_in_order(project: Project) -> None:
    assert project.measures.model_choices() == []
    project.measures.choose_model(ModelChoice("cells", "cells@1", why="better by 4 points"))
    project.measures.choose_model(ModelChoice("mini", "mini@0", why="gone back"))
    assert [(one.model, one.author) for one in project.measures.model_choices()] == [
        ("cells", "mara"),
        ("mini", "mara"),
    ]


def test_a_project_from_before_has_no_measures_until_it_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "old.groundlabel"
    with monkeypatch.context() as before:
        before.setattr(migrations.upgrade, "__defaults__", (migrations.REVISIONS[:2],))
        before.setattr(opening, "SCHEMA_VERSION", 2)
        with Project.create(path, author="mara") as old:
            day(old)
    with Project.open(path, author="mara", read_only=True) as reader:
        assert (reader.measures.attention(), reader.measures.benefits(), reader.measures.model_choices()) == (
            [],
            {},
            [],
        )
        assert len(effort_of(reader).items) == 2
    with Project.open(path, author="mara") as project:
        project.measures.set_benefits({"a": 0.25, "b": 0.5})
        project.measures.set_benefits({"c": 0.5, "b": 0.75})
        assert list(project.measures.benefits().items()) == [("b", 0.75), ("c", 0.5)]


def test_the_command(project: Project, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.logs.log_to_file", lambda: None)
    words = ["effort", str(project.path)]
    assert commands.main(words) == 0
    assert "Nobody" in capsys.readouterr().out
    day(project)
    assert commands.main([*words, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["with_proposals"]["seconds_per_object"] == 15
    assert [item["path"] for item in found["items"]] == ["a.png", "b.png"]
    assert commands.main([*words, "--csv"]) == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert [(row["path"], row["accepted"], row["assisted"], row["overlap"]) for row in rows] == [
        ("a.png", "1", "1", "0.75"),
        ("b.png", "0", "0", ""),
    ]
    assert commands.main(words) == 0
    assert "without proposals" in capsys.readouterr().out
    assert commands.main([*words, "--json", "--csv"]) == 2
