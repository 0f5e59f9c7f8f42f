"""A sound on the screen: segments by mouse and by keys, split and merged, asked for, accepted, undone."""

from __future__ import annotations

import shutil
import wave
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDoubleSpinBox, QLineEdit, QWidget

from core.files import bundled
from core.media import probe_item
from core.project import Project
from core.schema import Answer, ModelInfo, Proposal, Query, Segment, new_id
from desktop.session.models import host_model
from tests.fakes_gui import MODEL_ID, HandHeldGrounder
from tests.gui.conftest import Drive, Person

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
ALT, NONE = Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.NoModifier
RATE = 8000


class HearingGrounder(HandHeldGrounder):
    """Knows sounds, and answers with the spans of its table; remembers the queries."""

    def __init__(self) -> None:
        super().__init__()
        self.queries: list[Query] = []
        self.spans = {"beep": [(2.0, 3.0, 0.9), (6.0, 7.5, 0.4)]}

    def describe(self) -> ModelInfo:
        return replace(super().describe(), kinds=frozenset({"image", "audio", "video"}))

    def _answer(self, query: Query) -> Answer:
        self.queries.append(query)
        found = self.spans.get(query.expression, [])
        proposals = tuple(Proposal(new_id(), query.id, Segment(a, b), s, MODEL_ID, sense="hear") for a, b, s in found)
        return Answer(query, proposals, bool(proposals), "{0,1}", MODEL_ID, presence_score=0.9 if proposals else 0.1)


@pytest.fixture
def sounds(tmp_path: Path) -> Path:
    """A project on a sound of ten seconds: noise from 2 s to 3 s in near silence; and one that is broken."""
    samples = np.random.default_rng(3).normal(0, 0.001, RATE * 10)
    samples[RATE * 2 : RATE * 3] *= 300
    with wave.open(str(tmp_path / "a.wav"), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes((np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes())
    shutil.copy(tmp_path / "a.wav", tmp_path / "b.wav")
    return project_on(tmp_path / "sounds.groundlabel", "a.wav", "b.wav")


def project_on(path: Path, *names: str) -> Path:
    with Project.create(path, author="mara", role="command") as project:
        project.add_media(probe_item(path.parent / name, root="project", relative=name) for name in names)
    return path


def ready(person: Person) -> Any:
    """The timeline, once the waveform is shown and the sound can be played."""
    desk = person.window.desk
    person.until(lambda: desk.time.sound.has_sound() and desk.time.sound.isVisible())
    person.until(lambda: desk.time.sound.media_id() == person.item.id and person.window._session.transport.is_open)
    person.until(lambda: person.window._session.sounds.edges(0, 10) or person.item.path != "a.wav")
    return desk.time.sound.timeline


def place(timeline: Any, at_s: float, row: int = 0) -> QPoint:
    return QPoint(round(timeline.state.window.x_of(at_s)), round(26 + 3 + row * 29 + 13))


def drag(timeline: Any, start_s: float, end_s: float, *, on: QWidget | None = None, keys: Any = NONE) -> None:
    widget = on or timeline
    first, last = place(timeline, start_s), place(timeline, end_s)
    QTest.mouseMove(widget, first)
    QTest.mousePress(widget, Qt.MouseButton.LeftButton, keys, first)
    QTest.mouseMove(widget, (first + last) / 2)
    QTest.mouseMove(widget, last)
    QTest.mouseRelease(widget, Qt.MouseButton.LeftButton, keys, last)


def stored(person: Person) -> list[tuple[float, float]]:
    """Start and end of the stored segments, to a twentieth of a second: a pixel is 15 ms here."""
    regions = [item.region for item in person.project.annotations(person.item.id)]
    return sorted((round(r.start_s * 20) / 20, round(r.end_s * 20) / 20) for r in regions if isinstance(r, Segment))


def test_a_drag_makes_a_segment_an_edge_resizes_it_and_undo_takes_it_back(drive: Drive, sounds: Path) -> None:
    def body(person: Person) -> None:
        timeline = ready(person)
        person.type_into("expression_edit", "hiss")
        drag(timeline, 4.0, 5.0)
        assert stored(person) == [(4.0, 5.0)]
        assert [row[0] for row in person.objects()] == ["hiss"]
        drag(timeline, 5.0, 6.5)
        assert stored(person) == [(4.0, 6.5)]
        transport = person.window._session.transport
        person.until(lambda: transport.position_s > 5.9)  # the last half second is played
        drag(timeline, 5.0, 3.0)
        assert stored(person) == [(2.0, 4.5)]
        person.key(Qt.Key.Key_Z, CTRL)
        assert stored(person) == [(4.0, 6.5)]
        person.key(Qt.Key.Key_Z, CTRL)
        assert stored(person) == [(4.0, 5.0)]
        drag(timeline, 1.95, 3.05, on=person.find(QWidget, "sound_overlay"), keys=ALT)
        made = [item.region for item in person.project.annotations() if item.region.start_s < 3.5]
        assert [(made[0].start_s, made[0].end_s)] == [pytest.approx((2.0, 3.0), abs=0.006)]  # snapped to the noise

    drive(body, str(sounds))


def test_a_segment_is_typed_in_seconds_and_copied_to_the_next_sound(drive: Drive, sounds: Path) -> None:
    def body(person: Person) -> None:
        timeline = ready(person)
        person.type_into("expression_edit", "noise")
        drag(timeline, 2.0, 3.0)
        person.until(lambda: len(stored(person)) == 1)
        end = person.find(QDoubleSpinBox, "place_end")
        person.until(end.isVisible)
        end.setFocus()
        end.selectAll()
        QTest.keyClicks(end, "4.5")
        QTest.keyClick(end, Qt.Key.Key_Return)
        (segment,) = stored(person)
        assert segment == (2.0, 4.5)
        first = person.item
        person.key(Qt.Key.Key_B, CTRL, on=timeline)
        assert person.item != first and stored(person) == [segment]
        person.key(Qt.Key.Key_Z, CTRL, on=timeline)
        assert stored(person) == []

    drive(body, str(sounds))


def test_split_and_merge_are_one_undo_each(drive: Drive, sounds: Path) -> None:
    def body(person: Person) -> None:
        timeline = ready(person)
        person.type_into("expression_edit", "hiss")
        drag(timeline, 2.0, 6.0)
        QTest.mouseClick(timeline, Qt.MouseButton.LeftButton, NONE, place(timeline, 3.0))
        person.key(Qt.Key.Key_M, ALT, on=timeline)
        assert stored(person) == [(2.0, 3.0), (3.0, 6.0)]
        person.key(Qt.Key.Key_J, ALT)
        assert stored(person) == [(2.0, 6.0)]
        person.key(Qt.Key.Key_Z, CTRL)
        assert stored(person) == [(2.0, 3.0), (3.0, 6.0)]
        person.key(Qt.Key.Key_Z, CTRL)
        assert stored(person) == [(2.0, 6.0)]
        QTest.mouseClick(timeline, Qt.MouseButton.LeftButton, NONE, place(timeline, 3.0))
        person.key(Qt.Key.Key_Delete)
        assert stored(person) == []

    drive(body, str(sounds))


def test_by_keys_alone_marks_become_a_segment_and_segments_are_walked_and_looped(drive: Drive, sounds: Path) -> None:
    def body(person: Person) -> None:
        timeline = ready(person)
        transport, state = person.window._session.transport, timeline.state
        for key in (Qt.Key.Key_I, Qt.Key.Key_O):
            person.key(Qt.Key.Key_Right, SHIFT)
            person.key(key)
        person.key(Qt.Key.Key_Return)
        person.until(lambda: person.window.findChild(QLineEdit, "words_edit"))
        edit = person.find(QLineEdit, "words_edit")
        edit.selectAll()
        QTest.keyClicks(edit, "quiet")
        QTest.keyClick(edit, Qt.Key.Key_Return)
        person.until(lambda: stored(person) == [(1.0, 2.0)])
        for _ in range(3):
            person.key(Qt.Key.Key_Right, SHIFT)
        person.key(Qt.Key.Key_Comma)
        person.until(lambda: state.playhead_s == pytest.approx(1.0, abs=0.01))
        assert len(state.selection) == 1
        person.key(Qt.Key.Key_L, CTRL)
        assert transport.loop_s == pytest.approx((1.0, 2.0))
        person.key(Qt.Key.Key_Space)
        person.until(lambda: transport.playing and 1.0 < state.playhead_s < 2.0)
        person.key(Qt.Key.Key_Space)
        person.key(Qt.Key.Key_L, CTRL)
        assert transport.loop_s is None and not transport.playing
        person.key(Qt.Key.Key_Delete)
        assert stored(person) == []

    drive(body, str(sounds))


def test_spans_of_the_marked_stretch_are_accepted_rejected_or_not_present(drive: Drive, sounds: Path) -> None:
    ears = HearingGrounder()

    def body(person: Person) -> None:
        timeline = ready(person)
        person.key(Qt.Key.Key_Right, SHIFT)
        person.key(Qt.Key.Key_I)
        for _ in range(8):
            person.key(Qt.Key.Key_Right, SHIFT)
        person.key(Qt.Key.Key_O)
        person.ask("beep")
        person.until(lambda: [row[1] for row in person.objects()] == ["0.90", "0.40"])
        assert ears.queries[-1].window_s == pytest.approx((1.0, 9.0))
        assert [span.is_proposal for span in timeline.state.spans] == [True, True]
        person.key(Qt.Key.Key_Return, CTRL)
        person.key(Qt.Key.Key_X)
        assert stored(person) == [(2.0, 3.0)]
        assert [verdict.kind for verdict in person.project.verdicts()] == ["rejected"]
        person.ask("horn")
        person.until(lambda: "“horn”: not found" in person.sees("answer_summary"))
        person.key(Qt.Key.Key_N)
        assert person.project.verdicts()[-1].kind == "not_present"
        person.ask("beep")
        person.until(lambda: len(timeline.state.spans) == 3)
        person.key(Qt.Key.Key_Return, CTRL, SHIFT)
        assert stored(person) == [(2.0, 3.0), (2.0, 3.0), (6.0, 7.5)]
        assert timeline.state.row_count == 2

    drive(body, str(sounds), make=lambda model, device: ears)


def test_the_bundled_model_hears_the_beep(drive: Drive, tmp_path: Path) -> None:
    shutil.copy(bundled("resources/sample/beep-siren-bell.flac"), tmp_path)
    project = project_on(tmp_path / "sample.groundlabel", "beep-siren-bell.flac")

    def body(person: Person) -> None:
        ready(person)
        person.ask("the beep")
        person.until(person.objects, patience_ms=90_000)  # a real model is loaded first
        person.key(Qt.Key.Key_Return, CTRL)
        (annotation,) = person.project.annotations()
        assert annotation.origin == "accepted" and isinstance(annotation.region, Segment)
        assert annotation.region.start_s == pytest.approx(1.0, abs=0.3)
        assert annotation.region.end_s == pytest.approx(2.2, abs=0.3)

    drive(body, str(project), make=host_model)


def test_a_sound_that_cannot_be_read_says_why_and_the_next_one_is_shown(drive: Drive, sounds: Path) -> None:
    (sounds.parent / "a.wav").write_bytes(b"no sound at all")

    def body(person: Person) -> None:
        overlay = person.window.desk.time.sound.overlay
        person.until(lambda: overlay.message is not None and overlay.message.kind == "error")
        assert "a.wav" in overlay.message.title
        person.key(Qt.Key.Key_D)
        timeline = ready(person)
        assert overlay.message is None and timeline.state.window.duration_s == pytest.approx(10.0)

    drive(body, str(sounds))
