"""What became of the boxes and spans of a conversation, and what is shown of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.grounding.protocol import ChatReply
from core.project import Project, acts
from core.schema import Answer, Box, MediaItem, Proposal, Query, Rating, Region, Segment, new_id
from core.workflows.chat import Exchange
from desktop.session.chat_entries import Mark, earlier_entries, entry_of, fates_of, mark_text


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    with Project.create(tmp_path / "talk.groundlabel", author="Ann") as made:
        made.add_media([MediaItem("m1", "image", "a.png")])
        yield made


def said(text: str, count: int) -> Exchange:
    """A question, answered with so many boxes."""
    query = Query(new_id(), "m1", text)
    boxes = tuple(Proposal(new_id(), query.id, Box(n, 0, n + 5, 5), 0.5, "mini@1") for n in range(count))
    reply = ChatReply(f"{count} of them", "raw", (Answer(query, boxes, True, "raw", "mini@1"),), "mini@1")
    return Exchange(text, (), (), None, reply)


def marks(project: Project, exchange: Exchange) -> tuple[Mark, ...]:
    return entry_of("e", exchange, None, fates_of(project, "m1")).marks


def test_a_box_is_open_then_accepted_or_closed_and_open_again_after_undo(project: Project) -> None:
    exchange = said("cups", 3)
    answer = exchange.reply.answers[0]
    assert [mark.state for mark in marks(project, exchange)] == ["not_kept"] * 3
    project.record_answers([answer])
    assert [mark.state for mark in marks(project, exchange)] == ["open"] * 3
    project.apply(acts.accept(project, answer, answer.proposals[:1]))
    project.apply(acts.reject(project, answer, answer.proposals[1:2]))
    found = marks(project, exchange)
    assert [mark.state for mark in found] == ["accepted", "closed", "open"]
    assert found[0].shown_id == project.annotations()[0].id and found[2].shown_id == found[2].id
    project.undo()
    assert [mark.state for mark in marks(project, exchange)] == ["accepted", "open", "open"]
    project.record_answers(said("Cups", 1).reply.answers)  # the same question, asked again
    assert [mark.state for mark in marks(project, exchange)] == ["accepted", "closed", "closed"]


def test_a_rated_answer_is_shown_from_its_rating_alone(project: Project) -> None:
    exchange = said("cups", 2)
    project.record_answers(exchange.reply.answers)
    rating = Rating("e1", "m1", "flag", "cups", "2 of them", "mini@1", (exchange.reply.answers[0].query.id,))
    fates = fates_of(project, "m1")
    (entry,) = earlier_entries([rating], (), fates)
    assert (entry.question, entry.text, entry.model, entry.earlier) == ("cups", "2 of them", "mini", True)
    assert entry.rating == rating and [mark.text for mark in entry.marks] == ["1", "2"]
    assert earlier_entries([rating], ["e1"], fates) == []


@pytest.mark.parametrize(
    ("region", "text"),
    [(Box(0, 0, 1, 1), "2"), (Box(0, 0, 1, 1, at_s=1.25), "2 · 1.25 s"), (Segment(0.5, 12), "0.50–12.00 s")],
)
def test_what_a_chip_says(region: Region, text: str) -> None:
    assert mark_text(Proposal("p", "q", region, None, "mini@1"), 2) == text


def test_what_was_lost_on_the_way_is_said_below_the_answer(project: Project) -> None:
    reply = ChatReply(
        "", "raw", (), "mini@1", dropped=("[1, 2]",), error="nothing to read", warnings=("cut",), left_out=3
    )
    entry = entry_of("e", Exchange("what?", (), (), None, reply), None, fates_of(project, "m1"))
    assert entry.state == "failed"
    assert entry.note.splitlines() == [
        "nothing to read", "Left out: [1, 2]", "The model had no room for the first questions: 3", "cut",
    ]  # fmt: skip
