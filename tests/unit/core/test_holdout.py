"""What is held out once stays held out, whatever comes later, and copies never stand on both sides."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import ProjectError
from core.project import Project, acts
from core.schema import Box, MediaItem, new_id
from core.workflows.holdout import assign, freeze, hold_out_of


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    with Project.create(tmp_path / "p.groundlabel", author="mara", role="command") as made:
        yield made


def add(project: Project, count: int, *, contents: str = "") -> list[str]:
    """Pictures with a box each."""
    start = project.media_count()
    items = project.add_media(
        MediaItem(new_id(), "image", f"{start + n}.png", content_hash=f"{contents}{start + n}") for n in range(count)
    )
    for item in items:
        project.apply(acts.draw(project, item.id, Box(0, 0, 5, 5), "cup"))
    return [item.id for item in items]


def test_a_freeze_divides_what_people_answered_about(project: Project) -> None:
    answered = add(project, 100)
    project.add_media([MediaItem(new_id(), "image", "untouched.png")])
    assert hold_out_of(project).unassigned == tuple(answered)
    found = freeze(project, share=0.2)
    assert found.unassigned == ()
    assert sorted((*found.held, *found.learnt)) == sorted(answered)
    assert 10 <= len(found.held) <= 30
    assert set(project.splits()) == set(answered)


def test_later_freezes_move_nothing_and_assign_what_is_new(project: Project) -> None:
    add(project, 40)
    first = freeze(project, share=0.3)
    fresh = add(project, 40)
    second = freeze(project, share=0.3)
    assert set(first.held) <= set(second.held)
    assert set(first.learnt) <= set(second.learnt)
    assert set(fresh) & set(second.held) and set(fresh) & set(second.learnt)
    changes = len(project.history())
    assert freeze(project, share=0.9) == second
    assert len(project.history()) == changes


def test_taking_back_ones_last_step_does_not_thaw(project: Project) -> None:
    add(project, 10)
    found = freeze(project)
    undone = project.undo()
    assert undone is not None and "Draw" in undone.title
    assert set(project.splits()) == {*found.held, *found.learnt}


def test_splits_that_came_with_the_data_stand(project: Project) -> None:
    media = add(project, 6)
    project.apply(acts.set_split(project, media[:2], "val"))
    project.apply(acts.set_split(project, media[2:3], "test"))
    found = freeze(project, share=0.5)
    assert set(media[:2]) <= set(found.held)
    assert media[2] not in (*found.held, *found.learnt)
    assert project.split(media[2]) == "test"


def test_a_copy_of_what_is_held_is_held(project: Project) -> None:
    (original,) = add(project, 1)
    project.apply(acts.set_split(project, [original], "val"))
    (copy,) = project.add_media([MediaItem(new_id(), "image", "copy.png", content_hash="0")])
    project.apply(acts.draw(project, copy.id, Box(0, 0, 5, 5), "cup"))
    assert copy.id in freeze(project, share=0.01).held


def test_a_share_that_is_none(project: Project) -> None:
    for share in (0.0, 1.0, -1.0):
        with pytest.raises(ProjectError, match="cannot be held out"):
            freeze(project, share=share)


keys = st.dictionaries(st.text("abc", min_size=1, max_size=4), st.text("xyz", min_size=1, max_size=2), max_size=12)


@given(keys, keys, st.floats(0.05, 0.95))
def test_more_media_move_none(first: dict[str, str], more: dict[str, str], share: float) -> None:
    before = assign(first, share, {})
    after = assign({**more, **first}, share, before)
    assert all(after[media_id] == side for media_id, side in before.items())
    by_key: dict[str, set[bool]] = {}
    for media_id, side in after.items():
        by_key.setdefault({**more, **first}[media_id], set()).add(side)
    assert all(len(sides) == 1 for sides in by_key.values())
    if len(set(first.values())) > 1:
        assert set(before.values()) == {True, False}
