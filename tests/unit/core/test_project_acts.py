"""What people do in a project: what each act writes, takes back, and leaves alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from core.errors import Bug, ProjectError, StaleChangeError
from core.project import Project, acts
from core.schema import Answer, Box, Change, Label, MediaItem, Proposal, Query, Rating, Segment, new_id

BOX = Box(1, 2, 30.5, 40)


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    with Project.create(tmp_path / "acts.groundlabel", author="Ann") as made:
        made.add_media(MediaItem(new_id(), "image", f"{name}.png") for name in ("a", "b"))
        yield made


@pytest.fixture
def medium(project: Project) -> str:
    return project.media()[0].id


def asked(project: Project, media_id: str, expression: str, count: int = 2) -> Answer:
    query = Query(new_id(), media_id, expression)
    found = tuple(Proposal(new_id(), query.id, Box(n, n, n + 5, n + 5), 0.5, "fake") for n in range(count))
    answer = Answer(query, found, bool(found), "raw", "fake")
    project.record_answers([answer])
    return answer


def test_a_new_phrase_brings_its_label_in_the_same_change(project: Project, medium: str) -> None:
    change = project.apply(acts.draw(project, medium, BOX, "  the  left dog "))
    assert change.author == "Ann" and change.at.endswith("+00:00")
    (label,), (phrase,), (drawn,) = project.labels(), project.phrases(), project.annotations(medium)
    assert (label.name, label.number) == ("the left dog", 0) and label.colour
    assert phrase.label_id == drawn.label_id == label.id
    assert drawn.expressions == ("the left dog",) and drawn.region == BOX and drawn.origin == "drawn"
    assert project.review(medium) == "in_work"
    assert project.history(medium) == [change] and project.history(project.media()[1].id) == []


def test_the_same_words_in_another_spelling_use_the_same_label(project: Project, medium: str) -> None:
    project.apply(acts.draw(project, medium, BOX, "Red Ring"))
    project.apply(acts.draw(project, medium, BOX, "red  ring"))
    assert len(project.labels()) == len(project.phrases()) == 1
    assert [note.expressions for note in project.annotations()] == [("Red Ring",), ("red ring",)]
    assert project.label_for("RED RING") == project.labels()[0]


def test_a_new_phrase_can_mean_a_label_that_is_there(project: Project, medium: str) -> None:
    project.apply(acts.draw(project, medium, BOX, "dog"))
    (dog,) = project.labels()
    project.apply(acts.draw(project, medium, BOX, "the puppy on the left", label=dog))
    assert project.labels() == [dog] and project.label_for("the puppy on the left") == dog


def test_a_label_number_is_never_given_out_again(project: Project, medium: str) -> None:
    project.apply(acts.draw(project, medium, BOX, "dgo"))
    project.undo()
    project.apply(acts.draw(project, medium, BOX, "dog"))
    assert [(label.name, label.number) for label in project.labels()] == [("dog", 1)]
    with pytest.raises(StaleChangeError):
        project.apply(Change("clash", (), (Label(new_id(), "cat", 0),)))
    (dog,) = project.labels()
    with pytest.raises(Bug):
        project.apply(Change("renumber", (dog,), (Label(dog.id, "dog", 9),)))


def test_accepting_keeps_the_proposal_and_its_region(project: Project, medium: str) -> None:
    answer = asked(project, medium, "dog")
    assert project.review(medium) == "proposed"
    project.apply(acts.accept(project, answer, answer.proposals))
    notes = project.annotations(medium)
    assert [note.proposal_id for note in notes] == [proposal.id for proposal in answer.proposals]
    assert [note.region for note in notes] == [proposal.region for proposal in answer.proposals]
    assert {note.origin for note in notes} == {"accepted"}
    assert project.proposal(answer.proposals[1].id) == (answer, answer.proposals[1])
    again = acts.accept(project, answer, answer.proposals)
    assert project.apply(again) == again and len(project.history()) == 1


def test_an_edited_proposal_and_an_edited_annotation_say_so(project: Project, medium: str) -> None:
    answer = asked(project, medium, "dog")
    project.apply(acts.accept_edited(project, answer, answer.proposals[0], BOX))
    project.apply(acts.accept(project, answer, answer.proposals[1:]))
    project.apply(acts.draw(project, medium, BOX, "dog"))
    for note in project.annotations(medium)[1:]:
        project.apply(acts.edit_region(project, note, Segment(0.5, 1.25)))
    assert [note.origin for note in project.annotations(medium)] == ["edited", "edited", "drawn"]


def test_rejections_stay_until_that_very_proposal_is_accepted(project: Project, medium: str) -> None:
    answer = asked(project, medium, "dog")
    project.apply(acts.reject(project, answer, answer.proposals))
    assert acts.reject(project, answer, answer.proposals).after == ()
    assert {verdict.region for verdict in project.verdicts(medium)} == {p.region for p in answer.proposals}
    project.apply(acts.accept(project, answer, answer.proposals[:1]))
    assert [verdict.proposal_id for verdict in project.verdicts(medium)] == [answer.proposals[1].id]
    project.undo()
    assert len(project.verdicts(medium)) == 2 and project.annotations() == []


def test_present_and_not_present_exclude_each_other(project: Project, medium: str) -> None:
    project.apply(acts.not_present(project, medium, "dog"))
    assert [verdict.kind for verdict in project.verdicts(medium)] == ["not_present"]
    assert acts.not_present(project, medium, "DOG").after == ()
    project.apply(acts.draw(project, medium, BOX, "Dog"))
    assert project.verdicts() == [] and len(project.annotations()) == 1
    project.apply(acts.not_present(project, medium, "dog"))
    assert project.annotations() == [] and len(project.verdicts()) == 1
    project.undo()
    assert len(project.annotations()) == 1 and project.verdicts() == []


def test_not_present_leaves_what_else_is_said_of_a_region(project: Project, medium: str) -> None:
    project.apply(acts.draw(project, medium, BOX, "dog"))
    project.apply(acts.set_expression(project, project.annotations()[0], ["dog", "pet"]))
    project.apply(acts.not_present(project, medium, "dog"))
    assert [note.expressions for note in project.annotations()] == [("pet",)]


def test_other_words_bring_their_label_unless_it_is_kept(project: Project, medium: str) -> None:
    project.apply(acts.draw(project, medium, BOX, "dog"))
    dog = project.labels()[0]
    project.apply(acts.set_expression(project, project.annotations()[0], ["the puppy", "Dog"], keep_label=True))
    assert project.annotations()[0].label_id == dog.id
    project.apply(acts.set_expression(project, project.annotations()[0], "cat"))
    assert [label.name for label in project.labels()] == ["dog", "cat"]
    assert project.annotations()[0].label_id == project.labels()[1].id
    project.apply(acts.set_label(project, project.annotations(), dog))
    note = project.annotations()[0]
    assert note.label_id == dog.id and note.expressions == ("cat",)
    with pytest.raises(ProjectError, match="needs words"):
        acts.set_expression(project, note, "  ")


def test_undoing_a_deletion_brings_things_back_to_their_place(project: Project, medium: str) -> None:
    for word in ("one", "two", "three"):
        project.apply(acts.draw(project, medium, BOX, word))
    before = project.annotations()
    project.apply(acts.delete(project, before[:2]))
    assert project.annotations() == before[2:]
    project.undo()
    assert project.annotations() == before


def test_review_and_split_are_acts(project: Project) -> None:
    ids = [item.id for item in project.media()]
    project.apply(acts.set_split(project, ids, "val"))
    project.apply(acts.set_split(project, ids[:1], "test"))
    assert project.splits() == {ids[0]: "test", ids[1]: "val"} and project.split(ids[1]) == "val"
    project.apply(acts.set_split(project, ids, None))
    assert project.split(ids[0]) is None
    project.apply(acts.set_review(project, ids[:1], "done"))
    assert project.reviews() == {ids[0]: "done"} and project.review(ids[1]) == "new"
    project.apply(acts.draw(project, ids[0], BOX, "dog"))
    assert project.review(ids[0]) == "done"


def test_labels_can_be_renamed_and_phrases_mapped(project: Project, medium: str) -> None:
    project.apply(acts.draw(project, medium, BOX, "dgo"))
    project.apply(acts.change_label(project.labels()[0], name="dog", colour="#112233"))
    project.apply(acts.add_label(project, "cat"))
    dog, cat = project.labels()
    assert (dog.name, dog.colour, dog.number) == ("dog", "#112233", 0)
    project.apply(acts.map_phrase(project, "dgo", cat))
    project.apply(acts.map_phrase(project, "kitten", cat))
    assert project.label_for("dgo") == project.label_for("kitten") == cat
    assert project.annotations()[0].label_id == dog.id


# --- undo, history, batches ---------------------------------------------------------------------------


def test_one_undoes_ones_own(tmp_path: Path, project: Project, medium: str) -> None:
    project.apply(acts.draw(project, medium, BOX, "dog"))
    with Project.open(project.path, author="Bob", role="command") as bob:
        assert bob.undo() is None and bob.undo_title() is None
        bob.apply(acts.draw(bob, medium, BOX, "cat"))
        assert project.undo_title() == "Draw “dog”"
        project.undo()
        assert [note.expressions for note in bob.annotations()] == [("cat",)]
        assert bob.undo_title() == "Draw “cat”"


def test_undo_refuses_where_somebody_else_went_on(project: Project, medium: str) -> None:
    project.apply(acts.draw(project, medium, BOX, "dog"))
    with Project.open(project.path, author="Bob", role="command") as bob:
        bob.apply(acts.edit_region(bob, bob.annotations()[0], Box(0, 0, 9, 9)))
    before = project.snapshot()
    with pytest.raises(StaleChangeError):
        project.undo()
    assert project.snapshot() == before


def test_200_steps_back_and_forth_over_a_closing(project: Project, medium: str) -> None:
    path = project.path
    project.apply(acts.draw(project, medium, BOX, "dog"))
    for step in range(200):
        project.apply(acts.edit_region(project, project.annotations()[0], Box(0, 0, step + 1, 9)))
    project.close()
    with Project.open(path, author="Ann") as again:
        for _ in range(200):
            again.undo()
        assert again.annotations()[0].region == BOX
        assert [again.undo_title(), again.redo_title()] == ["Draw “dog”", "Resize “dog”"]
    with Project.open(path, author="Ann") as again:
        for _ in range(200):
            again.redo()
        assert again.redo() is None
        assert again.annotations()[0].region == Box(0, 0, 200, 9)
        assert len(again.history()) == 601


def test_an_inverse_names_what_it_undoes_and_a_new_act_clears_redo(project: Project, medium: str) -> None:
    drawn = project.apply(acts.draw(project, medium, BOX, "dog"))
    undone = project.undo()
    assert undone is not None and undone.undoes == drawn.id and undone.author == "Ann"
    assert (undone.before, undone.after) == (drawn.after, drawn.before)
    again = project.redo()
    assert again is not None and again.undoes == undone.id
    assert [project.undo_title(), project.redo_title()] == ["Draw “dog”", None]
    project.undo()
    project.apply(acts.draw(project, medium, BOX, "cat"))
    assert project.redo() is None and project.redo_title() is None


def test_undoing_an_import_hides_its_whole_batch(project: Project) -> None:
    here = project.media()[1]
    new = [MediaItem(new_id(), "image", "new.png"), MediaItem(new_id(), "image", "worked on.png")]
    media = project.add_media([*new, MediaItem(new_id(), "image", here.path)], batch="b1")
    assert [item.id for item in media] == [new[0].id, new[1].id, here.id]
    change = acts.draw(project, media[0].id, BOX, "dog")
    project.apply(Change("Import", change.before, change.after, batch="b1"))
    assert project.media_count() == 4
    project.undo()
    assert [item.path for item in project.media()] == ["a.png", "b.png"]
    assert project.media_count() == 2 and project.annotations() == [] and project.media(1, 1) == [here]
    project.redo()
    assert project.media_count() == 4 and len(project.annotations()) == 1
    project.undo()
    project.add_media([new[0]])  # somebody adds one of them by hand
    assert [item.path for item in project.media()] == ["a.png", "b.png", "new.png"]
    project.apply(acts.draw(project, new[1].id, BOX, "dog"))  # and works on the other
    assert project.media_count() == 4


def test_listeners_hear_every_change_until_they_stop(project: Project, medium: str) -> None:
    heard: list[Change] = []
    stop = project.subscribe(heard.append)
    drawn = project.apply(acts.draw(project, medium, BOX, "dog"))
    undone = project.undo()
    assert heard == [drawn, undone]
    assert not project.poll_external()
    stop()
    stop()
    project.redo()
    assert len(heard) == 2


def test_a_label_in_use_cannot_be_taken_away(project: Project, medium: str) -> None:
    project.apply(acts.draw(project, medium, BOX, "dog"))
    with pytest.raises(StaleChangeError, match="in use"):
        project.apply(Change("drop", (*project.labels(),), ()))
    with pytest.raises(StaleChangeError, match="known already"):
        project.apply(acts.map_phrase(_Forgetful(project), "DOG", project.labels()[0]))


class _Forgetful:
    """A view that knows no phrase: what a builder saw a moment too early."""

    def __init__(self, project: Project) -> None:
        self._project = project

    def __getattr__(self, name: str) -> object:
        return getattr(self._project, name)

    def phrase_for(self, _: str) -> None:
        return None


def test_an_import_of_media_alone_can_be_undone(project: Project) -> None:
    (new,) = project.add_media([MediaItem(new_id(), "image", "new.png")], batch="b1")
    project.record_answers([Answer(Query(new_id(), new.id, "dog"), (), False, "raw", "fake")])
    project.apply(Change("Import", (), (), batch="b1"))
    assert project.undo_title() == "Import"
    project.undo()
    whole = project.snapshot()
    assert new not in whole.media and whole.answers == ()
    project.redo()
    assert new in project.snapshot().media


def test_a_segment_is_split_into_two_that_are_called_alike(project: Project, medium: str) -> None:
    project.apply(acts.draw(project, medium, Segment(1.0, 4.0), "hiss"))
    (whole,) = project.annotations()
    project.apply(acts.split_segment(project, whole, 2.5))
    first, second = sorted(project.annotations(), key=lambda note: note.region.start_s)
    assert (first.region, second.region) == (Segment(1.0, 2.5), Segment(2.5, 4.0))
    assert first.id == whole.id != second.id and second.expressions == ("hiss",)
    project.undo()
    assert project.annotations() == [whole]
    for outside in (1.0, 4.0, 9.0):
        with pytest.raises(ProjectError):
            acts.split_segment(project, whole, outside)


def test_merged_segments_reach_from_the_first_to_the_last_and_keep_all_words(project: Project, medium: str) -> None:
    for start_s, end_s, words in ((5.0, 6.0, "hiss"), (1.0, 7.5, "a noise"), (2.0, 3.0, "hiss")):
        project.apply(acts.draw(project, medium, Segment(start_s, end_s), words))
    before = project.annotations()
    project.apply(acts.merge_segments(project, before))
    (merged,) = project.annotations()
    assert merged.region == Segment(1.0, 7.5) and merged.expressions == ("a noise", "hiss")
    project.undo()
    assert {note.id for note in project.annotations()} == {note.id for note in before}
    with pytest.raises(ProjectError):
        acts.merge_segments(project, before[:1])


def test_a_rating_is_one_per_answer_and_can_be_taken_back(project: Project, medium: str) -> None:
    up = Rating("answer-1", medium, "up", "Where is the dog?", "There.", "fake", ("q1",))
    flag = replace(up, value="flag")
    project.apply(acts.rate(None, up))
    project.apply(acts.rate(up, flag))
    assert project.ratings(medium) == project.ratings() == [flag]
    assert project.undo_title() == "Rate an answer: to be looked at"
    project.undo()
    assert project.ratings(medium) == [up]
    project.apply(acts.rate(up, None))
    assert project.ratings(medium) == [] and len(project.history(medium)) == 4
    project.undo()
    project.rebuild()
    assert project.ratings(medium) == [up] and project.snapshot().ratings == (up,)
    with pytest.raises(StaleChangeError):
        project.apply(acts.rate(flag, None))
