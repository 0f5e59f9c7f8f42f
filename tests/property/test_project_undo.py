"""Any sequence of acts can be taken back to the start and done again to the end; the log alone gives the present."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from core.errors import ProjectError, StaleChangeError
from core.project import Project, acts
from core.project.attributing import define, remove, set_value
from core.project.relabelling import delete_label, merge_labels
from core.project.restoring import restore
from core.schema import (
    Annotation,
    Answer,
    Attribute,
    Box,
    Change,
    MediaItem,
    Proposal,
    Query,
    Review,
    SplitMark,
    new_id,
)

words = st.sampled_from(["dog", "a red ring", "Dog ", "数据", "é ü"])
boxes = st.builds(lambda x, y: Box(x, y, x + 5.25, y + 0.1), st.floats(0, 90), st.floats(0, 90))


def present(project: Project) -> tuple[Any, ...]:
    """What people's work amounts to now, in its order."""
    whole = project.snapshot(history=False)
    return (
        (whole.labels, whole.phrases, whole.attributes, whole.annotations, whole.verdicts),
        (set(whole.reviews), set(whole.splits)),
    )


def everything(project: Project) -> tuple[Any, ...]:
    return (present(project), project.undo_title(), project.redo_title(), project.media())


class Work(RuleBasedStateMachine):
    """One person at work, in random order, on two media; `depth` and `undone` are what undo should know."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.path = Path(self.folder.name) / "work.groundlabel"
        self.project = Project.create(self.path, author="Ann")
        self.media = self.project.add_media(MediaItem(new_id(), "image", f"{name}.png") for name in "ab")
        self.empty = present(self.project)
        self.states = [self.empty]
        self.at = 0
        self.logged = 0

    @initialize()
    def answer(self) -> None:
        self.answers = [self._answer(item.id, word) for item in self.media for word in ("dog", "cat")]
        self.project.record_answers(self.answers)

    def _answer(self, media_id: str, word: str) -> Answer:
        query = Query(new_id(), media_id, word)
        found = tuple(Proposal(new_id(), query.id, Box(n, n, n + 9, n + 9), 0.5, "fake") for n in range(3))
        return Answer(query, found, True, "raw", "fake")

    def act(self, change: Change) -> None:
        before = present(self.project)
        self.project.apply(change)
        if change.before != change.after:
            self.logged += 1
            self.states[self.at + 1 :] = [present(self.project)]
            self.at += 1
        else:
            assert present(self.project) == before

    @rule(n=st.integers(0, 1), box=boxes, word=words)
    def draw(self, n: int, box: Box, word: str) -> None:
        self.act(acts.draw(self.project, self.media[n].id, box, word))

    @rule(n=st.integers(0, 3), count=st.integers(1, 3), box=st.none() | boxes)
    def accept(self, n: int, count: int, box: Box | None) -> None:
        answer = self.answers[n]
        if box is not None:
            self.act(acts.accept_edited(self.project, answer, answer.proposals[0], box))
        else:
            self.act(acts.accept(self.project, answer, answer.proposals[:count]))

    @rule(n=st.integers(0, 3), count=st.integers(1, 3))
    def reject(self, n: int, count: int) -> None:
        self.act(acts.reject(self.project, self.answers[n], self.answers[n].proposals[:count]))

    @rule(n=st.integers(0, 1), word=words)
    def not_present(self, n: int, word: str) -> None:
        self.act(acts.not_present(self.project, self.media[n].id, word))

    @precondition(lambda self: self.project.annotations())
    @rule(pick=st.integers(0, 99), box=boxes, word=words, what=st.sampled_from(["move", "call", "label", "delete"]))
    def change_one(self, pick: int, box: Box, word: str, what: str) -> None:
        standing = self.project.annotations()
        chosen = standing[pick % len(standing)]
        labels = self.project.labels()
        match what:
            case "move":
                self.act(acts.edit_region(self.project, chosen, box))
            case "call":
                self.act(acts.set_expression(self.project, chosen, word))
            case "label":
                self.act(acts.set_label(self.project, [chosen], labels[pick % len(labels)]))
            case _:
                self.act(acts.delete(self.project, standing[: 1 + pick % 3]))

    @rule(
        n=st.integers(0, 1), state=st.sampled_from(["in_work", "done"]), split=st.sampled_from(["train", "val", None])
    )
    def mark(self, n: int, state: Any, split: Any) -> None:
        self.act(acts.set_review(self.project, [self.media[n].id], state))
        self.act(acts.set_split(self.project, [item.id for item in self.media], split))

    @rule(
        name=st.sampled_from(["pose", "size", "POSE"]), kind=st.sampled_from(["text", "choice"]), pick=st.integers(0, 9)
    )
    def define(self, name: str, kind: Any, pick: int) -> None:
        table = self.project.attribute_table()
        id_ = table[pick % len(table)].id if table and pick < 6 else new_id()
        values = ("a", "b") if kind == "choice" else ()
        try:
            self.act(define(self.project, Attribute(id_, name, kind, values, default="a" if pick % 2 else "")))
        except ProjectError as error:
            assert "already" in str(error)

    @precondition(lambda self: self.project.annotations() and self.project.attribute_table())
    @rule(pick=st.integers(0, 99), text=st.sampled_from(["a", "b", None]), gone=st.booleans())
    def say(self, pick: int, text: str | None, gone: bool) -> None:
        table, standing = self.project.attribute_table(), self.project.annotations()
        attribute = table[pick % len(table)]
        if gone and pick % 3 == 0:
            self.act(remove(self.project, attribute))
        else:
            self.act(set_value(self.project, standing[pick % len(standing) :][:3], attribute, text))

    @precondition(lambda self: len(self.project.labels()) > 1)
    @rule(pick=st.integers(0, 99), merge=st.booleans())
    def fewer_labels(self, pick: int, merge: bool) -> None:
        labels = self.project.labels()
        gone, kept = labels[pick % len(labels)], labels[(pick + 1) % len(labels)]
        if merge:
            self.act(merge_labels(self.project, gone, kept))
            assert gone.id not in {item.label_id for item in self.project.annotations()}
        elif gone.id in self.project.label_uses():
            with pytest.raises(ProjectError, match="cannot be deleted"):
                delete_label(self.project, gone)
        else:
            self.act(delete_label(self.project, gone))
        assert self.project.next_label_number() > gone.number

    @rule(n=st.integers(0, 1), pick=st.integers(0, 99))
    def restore(self, n: int, pick: int) -> None:
        """Whatever was done meanwhile, an item can be brought to how it stood after any Change, and back."""
        media_id = self.media[n].id
        moments = self.project.past.moments(media_id, limit=1000)
        if not moments:
            return
        chosen = moments[pick % len(moments)]
        wanted = self.project.past.state_after(media_id, chosen.seq)
        self.act(restore(self.project, media_id, wanted, chosen.title))
        standing = {item.id: item for item in (*self.project.annotations(media_id), *self.project.verdicts(media_id))}
        assert standing.keys() == {record.id for record in wanted}
        for record in wanted:
            found = standing[record.id]
            if isinstance(record, Annotation):  # its label may have a namesake by now
                assert isinstance(found, Annotation)
                assert replace(found, label_id=record.label_id) == record
            else:
                assert found == record

    @invariant()
    def the_past_leads_to_the_present(self) -> None:
        for item in self.media:
            moments = self.project.past.moments(item.id, limit=1)
            if moments:
                now = self.project.past.state_after(item.id, moments[0].seq)
                assert set(now) == {*self.project.annotations(item.id), *self.project.verdicts(item.id)}

    @rule()
    def import_batch(self) -> None:
        batch = new_id()
        (item,) = self.project.add_media([MediaItem(new_id(), "image", f"{batch}.png")], batch=batch)
        self.act(Change("Import", (), (Review(item.id, "in_work"), SplitMark(item.id, "test")), batch=batch))

    @rule(times=st.integers(1, 4))
    def undo(self, times: int) -> None:
        for _ in range(times):
            inverse = self.project.undo()
            assert (inverse is None) == (self.at == 0)
            self.at = max(0, self.at - 1)
            self.logged += inverse is not None
        assert present(self.project) == self.states[self.at]

    @rule(times=st.integers(1, 4))
    def redo(self, times: int) -> None:
        for _ in range(times):
            again = self.project.redo()
            assert (again is None) == (self.at == len(self.states) - 1)
            self.at = min(len(self.states) - 1, self.at + 1)
            self.logged += again is not None
        assert present(self.project) == self.states[self.at]

    @rule()
    def reopen(self) -> None:
        before = everything(self.project)
        self.project.close()
        self.project = Project.open(self.path, author="Ann")
        assert everything(self.project) == before

    @precondition(lambda self: self.project.annotations())
    @rule(box=boxes)
    def stale(self, box: Box) -> None:
        """A Change built on what is no longer so writes nothing, whatever else it holds."""
        standing = self.project.annotations()[-1]
        gone = Annotation(new_id(), standing.media_id, standing.label_id, ("dog",), box, "drawn")
        before = everything(self.project)
        fresh = Annotation(new_id(), standing.media_id, standing.label_id, ("new",), box, "drawn")
        for change in (
            Change("stale", (standing, gone), (fresh,)),
            Change("stale", (), (fresh, standing)),
            Change("stale", (), (fresh, Annotation(new_id(), "no such", standing.label_id, (), box, "drawn"))),
            Change("stale", (), (fresh, Annotation(new_id(), standing.media_id, "no such", (), box, "drawn"))),
        ):
            try:
                self.project.apply(change)
            except StaleChangeError:
                continue
            raise AssertionError("a stale Change was written")
        assert everything(self.project) == before

    def teardown(self) -> None:
        try:
            self._check_the_end()
        finally:
            self.project.close()
            self.folder.cleanup()

    def _check_the_end(self) -> None:
        assert len(self.project.history()) == self.logged  # it grew with every act, and never shrank
        whole = everything(self.project)
        self.project.rebuild()
        assert everything(self.project) == whole
        while self.project.redo() is not None:
            pass
        final = present(self.project)
        assert final == self.states[-1]
        while self.project.undo() is not None:
            pass
        assert present(self.project) == self.empty
        assert self.project.media() == self.media
        while self.project.redo() is not None:
            pass
        assert present(self.project) == final


TestWork = Work.TestCase
TestWork.settings = settings(
    max_examples=20, stateful_step_count=20, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
