"""The queue's filters agree with what the project says of each medium, one by one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.project import Filter, Project, acts
from core.schema import Answer, Box, MediaItem, MediaKind, Proposal, Query, ReviewState, new_id
from desktop.session.overview import make_row

KINDS: tuple[MediaKind, ...] = ("image", "video", "audio")


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    with Project.create(tmp_path / "p.groundlabel", author="mara", role="command") as made:
        names = ("a_1.png", "a%2.mp4", "Ärger.wav", "b/CAT.png", "b/dog.mp4", "b/100%.wav")
        made.add_media(MediaItem(new_id(), KINDS[number % 3], name) for number, name in enumerate(names))
        yield made


def answer(item: MediaItem, said: str, *, error: str | None = None) -> Answer:
    query = Query(new_id(), item.id, said)
    found = () if error else (Proposal(new_id(), query.id, Box(0, 0, 5, 5), 0.5, "m@1"),)
    return Answer(query, found, None if error else True, "", "m@1", error=error)


def names(project: Project, wanted: Filter) -> list[str]:
    return [item.path for item in project.queue.numbered(project.queue.matching(wanted))]


def test_states_are_those_that_each_medium_has(project: Project) -> None:
    media = project.media()
    project.record_answers([answer(media[0], "cat"), answer(media[1], "cat", error="unreadable")])
    project.apply(acts.set_review(project, [media[2].id], "done"))
    project.apply(acts.set_review(project, [media[3].id], "needs_review"))
    project.apply(acts.draw(project, media[4].id, Box(1, 1, 3, 3), "cat"))
    states: list[frozenset[ReviewState]] = [
        frozenset({state}) for state in ("new", "proposed", "in_work", "done", "needs_review")
    ]
    for wanted in (
        *states,
        frozenset({"new", "proposed"}),
        frozenset({"proposed", "done"}),
        frozenset({"new", "done"}),
    ):
        expected = [item.path for item in media if project.review(item.id) in wanted]
        assert names(project, Filter(states=frozenset(wanted))) == expected
    assert [project.queue.listed([item.id])[item.id].state for item in media] == [project.review(i.id) for i in media]
    project.undo()
    assert names(project, Filter(states=frozenset({"in_work"}))) == []


def test_words_media_and_names_together(project: Project) -> None:
    media = project.media()
    project.record_answers([answer(media[0], "White  Cell")])
    project.apply(acts.not_present(project, media[1].id, "white cell"))
    project.apply(acts.draw(project, media[2].id, Box(1, 1, 3, 3), "WHITE CELL"))
    label = project.label_for("white cell")
    assert label is not None
    assert names(project, Filter(expression="white cell")) == ["a_1.png", "a%2.mp4", "Ärger.wav"]
    assert names(project, Filter(label_id=label.id)) == ["a_1.png", "Ärger.wav"]
    assert names(project, Filter(expression="white cell", kinds=frozenset({"audio"}))) == ["Ärger.wav"]
    assert names(project, Filter(text="cat")) == ["b/CAT.png"]
    assert names(project, Filter(text="äRGER")) == ["Ärger.wav"]
    assert names(project, Filter(text="_")) == ["a_1.png"] and names(project, Filter(text="%")) == [
        "a%2.mp4",
        "b/100%.wav",
    ]
    assert names(project, Filter(text="b wav")) == ["b/100%.wav"]
    assert names(project, Filter()) == [item.path for item in media]


def test_what_is_not_asked_yet_leaves_done_ones_and_answered_ones_out(project: Project) -> None:
    media = project.media()
    project.record_answers([answer(media[0], "cat"), answer(media[0], "dog"), answer(media[1], "cat")])
    project.apply(acts.set_review(project, [media[2].id], "done"))
    open_ones = [item.path for item in project.queue.numbered(project.queue.unasked(["CAT", "dog"]))]
    assert open_ones == ["a%2.mp4", "b/CAT.png", "b/dog.mp4", "b/100%.wav"]
    assert project.queue.phrases_by_use() == ["cat", "dog"]


def test_a_page_counts_what_waits_as_the_item_itself_does(project: Project) -> None:
    item = project.media()[0]
    first, second = answer(item, "cat"), answer(item, "dog")
    project.record_answers([first, second])
    project.apply(acts.accept(project, first, first.proposals))
    project.apply(acts.delete(project, project.annotations(item.id)))
    row = make_row(item, project.queue.listed([item.id])[item.id])
    assert (row.state, row.proposals, row.annotations) == ("in_work", 1, 0)
