"""The parts of the session that need no window: lanes, what is pending, several acts as one Change."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from core.jobs import JobContext
from core.packed import SLICE, Packed
from core.project import Project, acts
from core.schema import Annotation, Answer, Box, Change, MediaItem, Proposal, Query, Review, Segment, Track, new_id
from desktop.runner import Callbacks, Job, Priority, Runner
from desktop.session.combining import absent_together, accept_together
from desktop.session.copies import Copied, aside, fitted, not_there_yet, put_together
from desktop.session.memory import Memory
from desktop.session.pending import pending_proposals, split_expressions
from desktop.session.showing import contents_of, revised
from desktop.session.teaching_run import curve
from desktop.session.workspace import media_of

TIMEOUT_MS = 10_000


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    with Project.create(tmp_path / "p.groundlabel", author="mara", role="command") as made:
        yield made


@pytest.fixture
def item(project: Project) -> MediaItem:
    return project.add_media([MediaItem(new_id(), "image", "a.png", width=100, height=100)])[0]


def answer(item: MediaItem, expression: str, count: int) -> Answer:
    query = Query(new_id(), item.id, expression)
    boxes = (Box(number, 0, number + 10, 10) for number in range(count))
    proposals = tuple(Proposal(new_id(), query.id, box, 0.5, "m") for box in boxes)
    return Answer(query, proposals, bool(proposals), "", "m")


def still_pending(project: Project, item: MediaItem) -> list[str]:
    found = pending_proposals(project.answers(item.id), project.history(item.id))
    return [pending.answer.query.expression for pending in found]


def test_undo_and_redo_bring_a_proposal_back_and_decide_it_again(project: Project, item: MediaItem) -> None:
    said = answer(item, "cell", 1)
    project.record_answers([said])
    for _ in range(2):
        assert still_pending(project, item) == ["cell"]
        if project.redo_title() is None:
            project.apply(acts.accept(project, said, said.proposals))
        else:
            project.redo()
        assert still_pending(project, item) == []
        project.undo()
    assert still_pending(project, item) == ["cell"]


def test_a_deleted_annotation_is_not_offered_again(project: Project, item: MediaItem) -> None:
    said = answer(item, "cell", 1)
    project.record_answers([said])
    project.apply(acts.accept(project, said, said.proposals))
    project.apply(acts.delete(project, project.annotations(item.id)))
    assert still_pending(project, item) == []


def test_asking_again_replaces_what_was_offered(project: Project, item: MediaItem) -> None:
    project.record_answers([answer(item, "cell", 3), answer(item, "ring", 1), answer(item, "Cell", 2)])
    assert still_pending(project, item) == ["ring", "Cell", "Cell"]


def test_new_phrases_accepted_together_get_labels_of_their_own(project: Project, item: MediaItem) -> None:
    project.record_answers([answer(item, "cell", 2), answer(item, "ring", 1)])
    pending = pending_proposals(project.answers(item.id), [])
    change = project.apply(accept_together(project, pending))
    assert [(label.name, label.number) for label in project.labels()] == [("cell", 0), ("ring", 1)]
    assert len(project.annotations(item.id)) == 3
    assert project.undo() is not None
    assert project.annotations() == [] and project.labels() == []
    assert change.title == "Accept 3 proposals"


def test_not_present_turns_down_what_is_still_offered(project: Project, item: MediaItem) -> None:
    project.record_answers([answer(item, "cell", 2)])
    pending = pending_proposals(project.answers(item.id), [])
    project.apply(absent_together(project, item.id, ["cell"], pending))
    assert sorted(verdict.kind for verdict in project.verdicts(item.id)) == ["not_present", "rejected", "rejected"]
    assert still_pending(project, item) == []
    assert not any(isinstance(record, Annotation) for record in project.history()[0].after)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("cell", ("cell",)),
        (" white  cell ;; ring;cell ; ring", ("white cell", "ring", "cell")),
        ("a\nb", ("a", "b")),
        ("  ; ", ()),
        ("红细胞；x", ("红细胞；x",)),
    ],
)
def test_split_expressions(typed: str, meant: tuple[str, ...]) -> None:
    assert split_expressions(typed) == meant


def test_a_question_overtakes_background_work_and_a_waiting_job_ends_at_once(qtbot: QtBot) -> None:
    runner = Runner()
    begun, gate = threading.Event(), threading.Event()
    order: list[str] = []
    cancelled: list[str] = []
    ended: list[str] = []

    def task(name: str) -> Callbacks:
        return Callbacks(done=order.append, cancelled=lambda: cancelled.append(name), ended=lambda: ended.append(name))

    def wait(_: JobContext) -> str:
        begun.set()
        gate.wait(TIMEOUT_MS / 1000)
        return "first"

    runner.submit("model", wait, task("first"))
    assert begun.wait(TIMEOUT_MS / 1000)
    runner.submit("model", lambda _: "background", task("background"), priority=Priority.BACKGROUND)
    doomed = runner.submit("model", lambda _: "doomed", task("doomed"))
    runner.submit("model", lambda _: "question", task("question"), priority=Priority.NOW)
    doomed.cancel()
    qtbot.waitUntil(lambda: ended == ["doomed"], timeout=TIMEOUT_MS)
    gate.set()
    qtbot.waitUntil(lambda: len(ended) == 4, timeout=TIMEOUT_MS)
    assert order == ["first", "question", "background"]
    assert cancelled == ["doomed"]
    runner.shutdown()


def test_results_and_errors_come_back_on_the_gui_thread(qtbot: QtBot) -> None:
    runner = Runner()
    seen: list[tuple[str, object, str]] = []

    def note(kind: str) -> object:
        return lambda value: seen.append((kind, value, threading.current_thread().name))

    def numbers(context: JobContext) -> Iterator[int]:
        context.progress(1, 2)
        yield 1
        yield 2

    def broken(_: JobContext) -> None:
        raise KeyError("gone")

    runner.submit("files", numbers, Callbacks(item=note("item")))  # type: ignore[arg-type]
    qtbot.waitUntil(lambda: len(seen) == 2, timeout=TIMEOUT_MS)
    runner.submit("files", broken, Callbacks(failed=note("failed")))  # type: ignore[arg-type]
    qtbot.waitUntil(lambda: len(seen) == 3, timeout=TIMEOUT_MS)
    assert [(kind, str(value)) for kind, value, _ in seen] == [("item", "1"), ("item", "2"), ("failed", "'gone'")]
    assert {thread for _, _, thread in seen} == {threading.current_thread().name}
    runner.shutdown()


def test_what_is_only_read_is_not_told_once_nobody_wants_it(qtbot: QtBot) -> None:
    runner = Runner()
    told: list[str] = []
    asked, may_end = threading.Event(), threading.Event()

    def never_looks(_: JobContext) -> str:
        asked.set()
        may_end.wait()
        return "all of it"

    callbacks = Callbacks(
        found=lambda _: told.append("found"), done=lambda _: told.append("done"), ended=lambda: told.append("ended")
    )
    job = runner.submit("files", never_looks, callbacks)
    asked.wait()
    job.cancel()
    may_end.set()
    qtbot.waitUntil(lambda: "ended" in told, timeout=TIMEOUT_MS)
    assert told == ["done", "ended"]  # what it did is done, but what it found is of no use any more
    told.clear()
    runner.submit("files", lambda _: "all of it", callbacks)
    qtbot.waitUntil(lambda: "ended" in told, timeout=TIMEOUT_MS)
    assert told == ["done", "found", "ended"]
    runner.shutdown()


def test_nothing_comes_between_a_result_and_its_end() -> None:
    """Whoever presses on at once, on seeing a result, must not meet a task that still counts as running."""
    delivered: list[Callable[[], object]] = []
    told: list[str] = []
    callbacks = Callbacks(done=lambda _: told.append("done"), ended=lambda: told.append("ended"))
    Job(lambda _: 1, callbacks, delivered.append).run()
    (tell,) = delivered
    tell()
    assert told == ["done", "ended"]


def test_memory_survives_a_spoiled_file(tmp_path: Path) -> None:
    path = tmp_path / "places.json"
    path.write_text("{ not json", encoding="utf-8")
    memory = Memory(path)
    assert memory.place(tmp_path / "x.groundlabel") == {}
    memory.set_place(tmp_path / "x.groundlabel", {"item": "1"})
    assert Memory(path).place(tmp_path / "x.groundlabel") == {"item": "1"}


def test_a_change_of_places_and_words_needs_no_reading_and_says_the_same(project: Project, item: MediaItem) -> None:
    project.apply(acts.draw(project, item.id, Box(0, 0, 9, 9), "cell"))
    project.apply(acts.draw(project, item.id, Box(10, 10, 19, 19), "ring"))
    shown = contents_of(project, item.id, set())
    first, second = shown.annotations
    moved = project.apply(acts.edit_region(project, first, Box(5, 5, 9, 9)))
    now = revised(shown, moved)
    assert now == contents_of(project, item.id, set())
    undone = project.undo()
    assert undone is not None and now is not None
    assert revised(now, undone) == shown
    assert revised(shown, project.apply(acts.set_expression(project, first, "nucleus"))) is None  # a new label
    assert revised(shown, project.apply(acts.delete(project, [second]))) is None


def test_copies_step_aside_fit_the_picture_and_bring_their_words(project: Project, item: MediaItem) -> None:
    small = MediaItem(new_id(), "image", "b.png", width=50, height=40)
    clip = MediaItem(new_id(), "video", "c.mp4", width=50, height=40)
    project.add_media([small])
    ring = Copied(item.id, Box(30, 20, 70, 60), ("ring", "halo"), "round thing", (("worn", "yes"),))
    assert [fitted(ring, item), fitted(ring, clip)] == [ring, None]
    there = fitted(ring, small)
    assert there is not None and there.region == Box(30, 20, 50, 40)
    assert fitted(replace(ring, region=Box(60, 60, 90, 90)), small) is None
    assert fitted(replace(ring, region=Segment(0, 1)), small) is None
    project.apply(acts.not_present(project, small.id, "halo"))
    project.apply(put_together(project, small.id, [there], "Paste"))
    [stored] = project.annotations(small.id)
    assert (stored.expressions, stored.attributes, stored.origin) == (("ring", "halo"), (("worn", "yes"),), "drawn")
    assert [label.name for label in project.labels()] == ["halo", "round thing"]
    assert project.verdicts(small.id) == []
    assert not_there_yet([there], [stored]) == []
    assert [copy.region for copy in aside([there], (50, 40), [stored])] == [Box(18, 8, 38, 28)]
    assert project.undo() is not None
    assert project.annotations(small.id) == [] and [label.name for label in project.labels()] == ["halo"]


def test_copies_go_onto_the_frame_that_is_shown_and_segments_into_the_same_kind() -> None:
    clip = MediaItem("v", "video", "c.mp4", width=50, height=40, duration_s=4.0)
    sound = MediaItem("s", "audio", "d.wav", duration_s=4.0)
    box = Copied("p", Box(10, 10, 70, 30), ("ring",), "ring")
    placed = fitted(box, clip, 1.5)
    assert placed is not None and placed.region == Box(10, 10, 50, 30, 1.5)
    again = fitted(placed, clip, 2.5)
    assert again is not None and again.region == Box(10, 10, 50, 30, 2.5)
    assert fitted(box, sound) is None
    siren = Copied("other", Segment(3.0, 9.0), ("siren",), "siren", kind="audio")
    cut = fitted(siren, sound)
    assert cut is not None and cut.region == Segment(3.0, 4.0)
    assert fitted(siren, clip, 1.5) is None
    assert fitted(replace(siren, region=Segment(5.0, 9.0)), sound) is None
    track = Copied("v", Track((Box(0, 0, 5, 5, 0.0), Box(5, 5, 9, 9, 2.0))), ("ball",), "ball", kind="video")
    assert fitted(track, clip, 1.0) == track
    assert fitted(track, replace(clip, id="w"), 1.0) is None


def test_copies_where_there_is_no_room_to_step_aside_stay(item: MediaItem) -> None:
    whole = Copied(item.id, Box(0, 0, 100, 100), ("all",), "all")
    standing = Annotation(new_id(), item.id, "l", ("all",), Box(0, 0, 100, 100), "drawn")
    assert aside([whole], (100, 100), [standing]) == [whole]


def test_a_loss_that_many_steps_tell_is_one_point_and_a_resumed_run_takes_points_back() -> None:
    told = [(1, None), (2, 0.9), (3, 0.9), (4, 0.7), (5, 0.7), (3, 0.8)]
    assert curve({"event": "step", "step": step, "loss": loss} for step, loss in told) == ((2, 0.9), (3, 0.8))


def test_the_media_of_a_long_import_are_known_without_reading_it_through() -> None:
    class Unread(Packed[Annotation | Review]):
        def __iter__(self) -> Iterator[Annotation | Review]:
            raise AssertionError("it was read through")

    records = Unread([Annotation(new_id(), "a", "l", (), Box(0, 0, 1, 1), "imported") for _ in range(SLICE + 1)])
    records.append(Review("b", "done"))
    assert media_of(Change("Import", (), records)) == ["a", "b"]
