"""The past of one item: what touched it, what is undone, and restoring any state as one new Change."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.project import Project, acts
from core.project.relabelling import merge_labels
from core.project.restoring import restore
from core.schema import Annotation, Answer, Box, Change, MediaItem, Proposal, Query, new_id

BOX = Box(1.0, 2.0, 11.0, 12.0)
FURTHER = Box(3.0, 4.0, 13.0, 14.0)


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    with Project.create(tmp_path / "past.groundlabel", author="Ann") as made:
        made.add_media(MediaItem(new_id(), "image", f"{name}.png") for name in ("a", "b"))
        yield made


@pytest.fixture
def medium(project: Project) -> str:
    return project.media()[0].id


def one(project: Project, medium: str) -> Annotation:
    return project.annotations(medium)[0]


def test_moments_are_of_the_item_newest_first_and_say_what_was_undone(project: Project, medium: str) -> None:
    project.apply(acts.draw(project, medium, BOX, "dog"))
    project.apply(acts.draw(project, project.media()[1].id, BOX, "cat"))
    project.apply(acts.edit_region(project, one(project, medium), FURTHER))
    project.undo()
    found = project.past.moments(medium)
    assert [(moment.title, moment.undone) for moment in found] == [
        ("Undo: Move “dog”", False),
        ("Move “dog”", True),
        ("Draw “dog”", False),
    ]
    project.redo()
    assert [moment.undone for moment in project.past.moments(medium)] == [False, True, False, False]
    assert {moment.author for moment in found} == {"Ann"} and all(moment.at for moment in found)


def test_a_long_past_is_read_page_by_page_and_of_one_object(project: Project, medium: str) -> None:
    for number in range(6):
        project.apply(acts.draw(project, medium, BOX, f"dog {number}"))
    third = project.annotations(medium)[2]
    project.apply(acts.edit_region(project, third, FURTHER))
    first = project.past.moments(medium, limit=4)
    rest = project.past.moments(medium, before=first[-1].seq, limit=4)
    assert [len(first), len(rest)] == [4, 3] and first[-1].seq > rest[0].seq
    assert [moment.title for moment in project.past.moments(medium, of=third.id)] == ["Move “dog 2”", "Draw “dog 2”"]
    found = project.past.made_and_changed(medium, third.id)
    assert found is not None
    assert [moment.title for moment in found] == ["Draw “dog 2”", "Move “dog 2”"]
    assert project.past.made_and_changed(medium, "nobody") is None


def test_a_change_over_several_items_says_what_it_did_on_this_one(project: Project, medium: str) -> None:
    other = project.media()[1].id
    for media_id in (medium, other):
        project.apply(acts.draw(project, media_id, BOX, "dog"))
    project.apply(acts.delete(project, project.annotations()))
    latest = project.past.moments(medium)[0]
    sides = project.past.sides(medium, latest.seq)
    assert [record.media_id for record in sides.before] == [medium] and sides.after == ()
    assert project.past.sides(medium, 99).before == ()


def test_any_state_is_restored_as_one_change_that_can_be_undone(project: Project, medium: str) -> None:
    query = Query(new_id(), medium, "dog")
    answer = Answer(query, (Proposal(new_id(), query.id, BOX, 0.5, "fake"),), True, "", "fake")
    project.record_answers([answer])
    project.apply(acts.accept(project, answer, answer.proposals))
    accepted = project.past.moments(medium)[0]
    kept = project.annotations(medium)
    project.apply(acts.edit_region(project, kept[0], FURTHER))
    project.apply(acts.delete(project, project.annotations(medium)))
    project.apply(acts.not_present(project, medium, "dog"))
    before = (project.annotations(medium), project.verdicts(medium))
    count = len(project.history(medium))
    wanted = project.past.state_after(medium, accepted.seq)
    change = project.apply(restore(project, medium, wanted, accepted.title))
    assert change.title == "Restore the state after: Accept “dog”"
    assert project.annotations(medium) == kept and project.verdicts(medium) == []
    assert len(project.history(medium)) == count + 1
    again = restore(project, medium, wanted, accepted.title)
    assert (again.before, again.after) == ((), ())
    project.undo()
    assert (project.annotations(medium), project.verdicts(medium)) == before


def test_a_state_from_before_its_label_was_merged_brings_the_label_back(project: Project, medium: str) -> None:
    project.apply(acts.draw(project, medium, BOX, "dog"))
    project.apply(acts.draw(project, project.media()[1].id, BOX, "hound"))
    drawn, (dog, hound) = project.past.moments(medium)[0], project.labels()
    kept = project.annotations(medium)
    project.apply(merge_labels(project, dog, hound))
    wanted = project.past.state_after(medium, drawn.seq)
    project.apply(restore(project, medium, wanted, drawn.title))
    assert project.annotations(medium) == kept and project.labels() == [dog, hound]
    project.undo()
    assert project.labels() == [hound]
    project.apply(acts.add_label(project, "Dog"))
    project.apply(restore(project, medium, wanted, drawn.title))
    assert {project.label_ever(item.label_id).name for item in project.annotations(medium)} == {"Dog"}  # type: ignore[union-attr]


def test_an_import_is_a_moment_that_names_its_batch(project: Project, medium: str) -> None:
    project.apply(acts.draw(project, medium, BOX, "dog"))
    drawn = one(project, medium)
    brought = Annotation("brought", medium, drawn.label_id, ("dog",), FURTHER, "imported")
    project.apply(Change("Import all.json", (), (brought,), batch="b1"))
    project.apply(acts.delete(project, [brought]))
    moments = project.past.moments(medium)
    assert [moment.batch for moment in moments] == [None, "b1", None]
    assert set(project.past.state_after(medium, moments[1].seq)) == {drawn, brought}
    assert project.past.state_after(medium, moments[2].seq) == (drawn,)
