"""Videos in the window: exact steps, playing, boxes on frames, tracks, questions about frames and spans."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit, QPlainTextEdit, QToolButton

from core.jobs import JobContext
from core.media import probe_item
from core.media.video import open_video
from core.media.writing import write_video
from core.project import Project
from core.schema import Answer, Box, MediaSource, ModelInfo, Proposal, Query, Segment, Track, new_id
from desktop.views.timeline import Timeline
from tests.fakes_gui import MODEL_ID, HandHeldGrounder
from tests.fakes_gui_chat import HandHeldTalker
from tests.gui.conftest import Drive, Person

SAMPLE = Path("resources/sample/moving-shapes.mp4")
SHIFT, ALT, CTRL = (
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.AltModifier,
    Qt.KeyboardModifier.ControlModifier,
)
K = Qt.Key


class TimeGrounder(HandHeldGrounder):
    """Finds two spans in a video, and a box on a frame."""

    def __init__(self) -> None:
        super().__init__()
        self.queries: list[Query] = []

    def describe(self) -> ModelInfo:
        return replace(super().describe(), kinds=frozenset({"image", "video", "audio"}))

    def ground(self, queries: Sequence[Query], media: MediaSource, context: JobContext) -> Iterator[Answer]:
        for query in queries:
            self.queries.append(query)
            regions = [Segment(2.0, 4.0), Segment(6.0, 7.0)]
            found = regions if query.at_s is None else [Box(20.0, 20.0, 60.0, 60.0, query.at_s)]
            proposals = tuple(Proposal(new_id(), query.id, region, 0.8, MODEL_ID) for region in found)
            yield Answer(query, proposals, True, "said", MODEL_ID, presence_score=0.9)


class VideoTalker(HandHeldTalker):
    """Can be talked with about videos too."""

    def describe(self) -> ModelInfo:
        return replace(super().describe(), kinds=frozenset({"image", "video", "audio"}))


@pytest.fixture
def video_project(tmp_path: Path, photos: Path) -> Path:
    """A video, a picture and another video of the same frames, in this order."""
    folder = tmp_path / "clips"
    folder.mkdir()
    shutil.copy(SAMPLE, folder / "a-shapes.mp4")
    shutil.copy(next(photos.glob("*.png")), folder / "b-cell.png")
    (folder / "c-broken.mp4").write_bytes(b"\0\1\2 nothing that moves" * 40)
    path = folder / "clips.groundlabel"
    with Project.create(path, author="mara", role="command") as project:
        good = [probe_item(folder / name, root="project", relative=name) for name in ("a-shapes.mp4", "b-cell.png")]
        broken = replace(good[0], id=new_id(), path="c-broken.mp4", content_hash=None)
        project.add_media([*good, broken])
    return path


def frame_label(person: Person) -> str:
    return person.find(QLabel, "time_label").text()


def until_open(person: Person) -> None:
    """The first frame is on the canvas, and all have their numbers."""
    person.until_shown()
    transport = person.window._session.transport
    person.until(lambda: transport.is_open and transport.frame.number == 0)


def until_frame(person: Person, number: int) -> None:
    person.until(lambda: (f := person.window._session.transport.frame) is not None and f.number == number)


def canvas_pixels(person: Person) -> np.ndarray:
    """The frame as the canvas has it, in its own pixels."""
    image = person.canvas._pyramid.levels[0]
    rows = np.frombuffer(image.constBits(), dtype=np.uint8).reshape(image.height(), image.bytesPerLine())
    return rows[:, : image.width() * 4].reshape(image.height(), image.width(), 4)[:, :, 2::-1]


def stored(person: Person) -> list[object]:
    return [annotation.region for annotation in person.project.annotations(person.item.id)]


def draw(person: Person, text: str, start: tuple[float, float], end: tuple[float, float]) -> None:
    person.type_into("expression_edit", text)
    person.canvas.setFocus()
    person.key(K.Key_R, on=person.canvas)
    person.drag(start, end)
    person.key(K.Key_V, on=person.canvas)


def test_stepping_shows_exactly_that_frame(drive: Drive, video_project: Path) -> None:
    def body(person: Person) -> None:
        until_open(person)
        with open_video(SAMPLE) as video:
            for key, modifiers, number in (
                (K.Key_Right, (), 1), (K.Key_Right, (ALT,), 2), (K.Key_Right, (SHIFT,), 14),
                (K.Key_Left, (), 13), (K.Key_End, (), 143), (K.Key_Left, (SHIFT,), 131), (K.Key_Home, (), 0),
            ):  # fmt: skip
                person.key(key, *modifiers, on=person.canvas)
                until_frame(person, number)
                assert np.array_equal(canvas_pixels(person), video.frame(number))
                assert f"frame {number}" in frame_label(person)

    drive(body, str(video_project))


def test_space_plays_and_rests_and_a_press_on_the_ruler_goes_there(drive: Drive, video_project: Path) -> None:
    def body(person: Person) -> None:
        until_open(person)
        transport = person.window._session.transport
        person.key(K.Key_Space, on=person.canvas)
        assert transport.playing
        person.until(lambda: transport.frame.number > 1)
        person.key(K.Key_Space, on=person.canvas)
        assert not transport.playing
        assert transport.position_s == transport.frame.at_s
        timeline = person.find(Timeline, "video_timeline")
        at = QPoint(round(timeline.state.window.x_of(6.02)), 11)
        QTest.mouseClick(timeline, Qt.MouseButton.LeftButton, pos=at)
        until_frame(person, 72)
        person.click(person.find(QToolButton, "play_button"))
        assert transport.playing
        person.key(K.Key_D, on=person.canvas)  # leaving ends it
        person.until_shown()
        assert person.item.kind == "image" and not transport.playing
        assert not timeline.isVisible()

    drive(body, str(video_project))


def test_with_the_keyboard_on_the_picture_marks_become_a_segment(drive: Drive, video_project: Path) -> None:
    def body(person: Person) -> None:
        until_open(person)
        person.canvas.setFocus()
        person.key(K.Key_I)
        for number in range(1, 5):
            person.key(K.Key_Right)
            until_frame(person, number)
        person.key(K.Key_O)
        person.key(K.Key_Return)
        person.until(lambda: person.window.findChild(QLineEdit, "words_edit"))
        person.type_into("words_edit", "it falls")
        person.key(K.Key_Return, on=person.find(QLineEdit, "words_edit"))
        person.until(lambda: [row[0] for row in person.objects()] == ["it falls"])
        (segment,) = stored(person)
        assert isinstance(segment, Segment) and segment.start_s == 0.0
        person.key(K.Key_R)  # with the pen Enter sets a corner, whatever is marked
        person.key(K.Key_Left, on=person.canvas)
        person.key(K.Key_Return, on=person.canvas)
        person.key(K.Key_Down, Qt.KeyboardModifier.ShiftModifier, on=person.canvas)
        person.key(K.Key_Right, Qt.KeyboardModifier.ShiftModifier, on=person.canvas)
        person.key(K.Key_Return, on=person.canvas)
        person.until(lambda: person.window.findChild(QLineEdit, "words_edit"))

    drive(body, str(video_project))


def test_a_selected_box_takes_the_arrows_and_a_held_space_pans(drive: Drive, video_project: Path) -> None:
    def body(person: Person) -> None:
        until_open(person)
        transport = person.window._session.transport
        draw(person, "ball", (40, 40), (90, 100))
        before = stored(person)[0]
        person.key(K.Key_Right, on=person.canvas)
        after = stored(person)[0]
        assert isinstance(before, Box) and isinstance(after, Box)
        assert after == replace(before, x1=before.x1 + 1, x2=before.x2 + 1)
        assert transport.position_s == 0.0
        view = person.canvas.view_transform()
        QTest.keyPress(person.canvas, K.Key_Space)
        person.drag((150, 150), (170, 160))
        QTest.keyRelease(person.canvas, K.Key_Space)
        assert not transport.playing
        assert person.canvas.view_transform().offset_x > view.offset_x

    drive(body, str(video_project))


def test_without_a_sound_card_the_video_plays_and_says_so(
    drive: Drive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class PortAudioError(Exception):
        pass

    def refuse(**_: object) -> None:
        raise PortAudioError("no device")

    library = SimpleNamespace(OutputStream=refuse, PortAudioError=PortAudioError)
    monkeypatch.setitem(sys.modules, "sounddevice", library)
    frames = (np.full((48, 64, 3), number * 9, dtype=np.uint8) for number in range(20))
    path = tmp_path / "tone.mp4"
    write_video(path, frames, size_wh=(64, 48), rate=25, sound=[np.zeros(12_800, dtype=np.int16)])
    with Project.create(tmp_path / "tone.groundlabel", author="mara", role="command") as project:
        project.add_media([probe_item(path, root="project", relative=path.name)])

    def body(person: Person) -> None:
        until_open(person)
        person.until(lambda: "No sound card" in person.find(QToolButton, "mute_button").toolTip())
        person.key(K.Key_Space, on=person.canvas)
        until_frame(person, 19)
        person.until(lambda: not person.window._session.transport.playing)

    drive(body, str(tmp_path / "tone.groundlabel"))


def test_a_box_belongs_to_its_frame_and_undo_goes_there(drive: Drive, video_project: Path) -> None:
    def body(person: Person) -> None:
        until_open(person)
        for _ in range(3):
            person.key(K.Key_Right, on=person.canvas)
        until_frame(person, 3)
        draw(person, "ball", (40, 40), (90, 100))
        (box,) = stored(person)
        assert isinstance(box, Box) and box.at_s == pytest.approx(3 / 12)
        assert len(person.canvas.boxes()) == 1
        person.key(K.Key_Right, ALT, on=person.canvas)
        until_frame(person, 4)
        assert person.canvas.boxes() == ()
        assert person.window._session.selection.ids  # it is still the one that is meant
        person.key(K.Key_End, on=person.canvas)
        until_frame(person, 143)
        person.key(K.Key_D, on=person.canvas)
        person.until(lambda: person.item.kind == "image" and person.canvas.has_image())
        person.key(K.Key_Z, CTRL)
        person.until_shown()
        until_frame(person, 3)
        assert stored(person) == []
        person.key(K.Key_Z, CTRL, SHIFT)
        until_frame(person, 3)
        person.until(lambda: len(person.canvas.boxes()) == 1)

    drive(body, str(video_project))


def test_boxes_are_copied_to_another_frame_by_command_and_from_and_to_pictures(
    drive: Drive, video_project: Path
) -> None:
    def body(person: Person) -> None:
        until_open(person)
        draw(person, "ball", (40, 40), (90, 100))
        before = len(person.project.history())
        person.key(K.Key_B, CTRL, SHIFT, on=person.canvas)
        until_frame(person, 1)
        person.until(lambda: len(person.canvas.boxes()) == 1)
        first, second = stored(person)
        assert isinstance(first, Box) and isinstance(second, Box)
        assert (second.x1, second.y2, second.at_s) == (first.x1, first.y2, pytest.approx(1 / 12))
        assert len(person.project.history()) == before + 1
        person.key(K.Key_C, CTRL, on=person.canvas)
        person.key(K.Key_End, on=person.canvas)
        until_frame(person, 143)
        person.key(K.Key_V, CTRL, on=person.canvas)
        assert stored(person)[2].at_s == pytest.approx(143 / 12)
        person.key(K.Key_B, CTRL, SHIFT, on=person.canvas)
        person.until(lambda: "no next frame" in person.sees("status_hint"))
        person.key(K.Key_D, on=person.canvas)
        person.until(lambda: person.item.kind == "image" and person.canvas.has_image())
        person.key(K.Key_V, CTRL, on=person.canvas)
        (pasted,) = stored(person)
        assert isinstance(pasted, Box) and pasted.at_s is None
        person.key(K.Key_Z, CTRL)
        assert stored(person) == []

    drive(body, str(video_project))


def test_the_chat_is_about_the_whole_video_or_the_frame_that_is_shown(drive: Drive, video_project: Path) -> None:
    talker = VideoTalker({})

    def body(person: Person) -> None:
        until_open(person)
        person.key(K.Key_T, CTRL, on=person.canvas)
        edit = person.find(QPlainTextEdit, "chat_edit")
        person.until(edit.hasFocus)

        def say(text: str) -> None:
            QTest.keyClicks(edit, text)
            QTest.keyClick(edit, K.Key_Return)
            person.until(lambda: not person.window._session.chatting.is_running(person.item.id))

        say("what is it?")
        for _ in range(3):
            person.key(K.Key_Right, on=person.canvas)
        until_frame(person, 3)
        person.click(person.find(QToolButton, "chat_about_frame"))
        say("and here?")
        person.click(person.find(QToolButton, "chat_about_whole"))
        say("and now?")
        assert [question.all_media[0].at_s for question in talker.questions] == [None, pytest.approx(3 / 12), None]
        person.key(K.Key_D, on=person.canvas)
        person.until(lambda: person.item.kind == "image")
        assert not person.find(QToolButton, "chat_about_frame").isVisible()

    drive(body, str(video_project), make=lambda model, device: talker)


def test_key_boxes_make_a_track(drive: Drive, video_project: Path) -> None:
    def body(person: Person) -> None:
        until_open(person)
        draw(person, "ball", (40, 40), (80, 80))
        for _ in range(2):
            person.key(K.Key_Right, ALT, on=person.canvas)
        until_frame(person, 2)
        person.key(K.Key_K, on=person.canvas)
        person.until(lambda: person.canvas.selection())
        person.drag((60, 60), (100, 60))
        (track,) = stored(person)
        assert isinstance(track, Track)
        assert [(round(key.x1), round(key.at_s * 12)) for key in track.keys] == [(40, 0), (80, 2)]
        person.key(K.Key_Left, ALT, on=person.canvas)
        until_frame(person, 1)
        (between,) = person.canvas.boxes()
        assert round(between.box.x1) == 60 and between.between
        person.key(K.Key_Right, ALT, on=person.canvas)
        until_frame(person, 2)
        person.key(K.Key_K, SHIFT, on=person.canvas)
        person.until(lambda: isinstance(stored(person)[0], Box))
        person.key(K.Key_Z, CTRL)
        assert stored(person) == [track]

    drive(body, str(video_project))


def test_the_model_is_asked_about_the_video_the_marked_part_or_the_frame(drive: Drive, video_project: Path) -> None:
    grounder = TimeGrounder()

    def body(person: Person) -> None:
        until_open(person)
        person.ask("a ball rolls")
        timeline = person.find(Timeline, "video_timeline")
        person.until(lambda: len(timeline.state.spans) == 2)
        at = timeline.bar_rect(timeline.state.spans[1]).center().toPoint()
        QTest.mouseDClick(timeline, Qt.MouseButton.LeftButton, pos=at)
        transport = person.window._session.transport
        assert transport.playing and transport.position_s >= 6.0 - 1e-6
        person.key(K.Key_Space, on=person.canvas)
        person.key(K.Key_Return, CTRL, on=person.canvas)
        assert stored(person) == [Segment(6.0, 7.0)]
        person.key(K.Key_Home, on=person.canvas)
        person.key(K.Key_I, on=person.canvas)
        person.key(K.Key_Right, SHIFT, on=person.canvas)
        person.key(K.Key_O, on=person.canvas)
        choose_scope(person, "Marked part")
        person.ask("it bounces")
        person.until(lambda: len(grounder.queries) == 2)
        assert grounder.queries[1].window_s == pytest.approx((0.0, 13 / 12))
        choose_scope(person, "This frame")
        person.ask("ball")
        person.until(lambda: len(grounder.queries) == 3)
        assert grounder.queries[2].at_s == pytest.approx(1.0)
        person.until(lambda: len(person.canvas.boxes()) == 1)

    drive(body, str(video_project), make=lambda model, device: grounder)


def choose_scope(person: Person, text: str) -> None:
    menu = person.find(QToolButton, "scope_button").menu()
    action = next(action for action in menu.actions() if action.text() == text)
    menu.popup(QPoint(10, 10))
    person.until(menu.isVisible)
    QTest.mouseClick(menu, Qt.MouseButton.LeftButton, pos=menu.actionGeometry(action).center())
    assert person.find(QToolButton, "scope_button").text() == text


def test_a_broken_video_is_told_and_read_again_when_it_was_mended(drive: Drive, video_project: Path) -> None:
    def body(person: Person) -> None:
        until_open(person)
        for _ in range(2):
            person.key(K.Key_D, on=person.canvas)
        person.until(lambda: "is not a video" in person.canvas.accessibleDescription())
        shutil.copy(SAMPLE, video_project.parent / "c-broken.mp4")
        person.key(K.Key_F5)
        until_open(person)
        assert person.item.path == "c-broken.mp4"

    drive(body, str(video_project))


def test_a_video_is_taken_up_at_the_frame_where_it_was_left(drive: Drive, video_project: Path) -> None:
    def leave(person: Person) -> None:
        until_open(person)
        person.key(K.Key_Right, SHIFT, on=person.canvas)
        person.key(K.Key_Right, on=person.canvas)
        until_frame(person, 13)

    drive(leave, str(video_project))
    drive(lambda person: until_frame(person, 13), str(video_project))
