"""What scores mean, which item comes next, and what the work cost, as the window shows it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QLabel, QPushButton, QSlider, QToolButton, QTreeWidget

from core.project import Project, acts
from core.schema import Answer, Box, Proposal, Query, new_id
from desktop.dialogs.effort import EffortDialog
from desktop.session.attending import PAUSE_S
from tests.fakes_model import corrected_project
from tests.gui.conftest import Drive, Person

SURE_AND_RIGHT, SURE_AND_WRONG = 0.9, 0.8


def say(project: Project, media_id: str, expression: str, *scores: float) -> Answer:
    query = Query(new_id(), media_id, expression)
    boxes = (Box(10.0 * number, 1.0, 10.0 * number + 8, 9.0) for number in range(len(scores)))
    proposals = tuple(
        Proposal(new_id(), query.id, box, score, "tiny@0") for box, score in zip(boxes, scores, strict=True)
    )
    answer = Answer(query, proposals, True, "", "tiny@0")
    project.record_answers([answer])
    return answer


@pytest.fixture
def judged_project(tmp_path: Path) -> Path:
    """Ten pictures on which the model was too sure of what was wrong; the first has two open proposals."""
    path = corrected_project(tmp_path, pictures=10)
    with Project.open(path, author="mara", role="command") as project:
        for item in project.media():
            answer = say(project, item.id, "corner", SURE_AND_RIGHT, SURE_AND_WRONG)
            project.apply(acts.accept(project, answer, answer.proposals[:1]))
            project.apply(acts.reject(project, answer, answer.proposals[1:]))
        say(project, project.media()[0].id, "edge", SURE_AND_RIGHT, 0.3)
    return path


def test_scores_are_calibrated_and_a_threshold_is_suggested(drive: Drive, judged_project: Path) -> None:
    def body(person: Person) -> None:
        person.until_shown()
        trusting = person.window._session.trusting
        person.until(lambda: trusting.curves)
        meant = trusting.curves["tiny@0"](SURE_AND_RIGHT)
        person.until(lambda: any(row[1] == f"{meant:.2f}" for row in person.objects()))
        tree = person.find(QTreeWidget, "object_list")
        tips = [tree.topLevelItem(0).child(row).toolTip(0) for row in range(tree.topLevelItem(0).childCount())]
        assert any("measured 0.90" in tip and f"score {meant:.2f}" in tip for tip in tips)
        assert person.canvas.boxes()  # and what is drawn says the same
        assert f"{meant:.2f}" in [f"{box.score:.2f}" for box in person.canvas.boxes() if box.score is not None]
        button = person.find(QToolButton, "threshold_suggestion")
        assert button.isVisible() and button.text().startswith("suggested ")
        wanted = float(button.text().split()[-1])
        person.click(button)
        assert person.find(QSlider, "threshold").value() == round(100 * wanted)
        assert not button.isVisible()

    drive(body, str(judged_project))


def test_the_order_by_benefit_holds_for_the_list_for_keys_and_after_a_restart(
    drive: Drive, judged_project: Path
) -> None:
    def body(person: Person) -> None:
        person.until_shown()
        workspace = person.window._session.workspace
        plain = [item.path for item in workspace.items.some(0, 10)]
        person.click(person.find(QToolButton, "order_button"))
        person.until(lambda: workspace.items.by_benefit)
        found = [item.path for item in workspace.items.some(0, 10)]
        best = max(person.project.measures.benefits().items(), key=lambda pair: pair[1])[0]
        assert workspace.items.at(0).id == best  # type: ignore[union-attr]
        assert sorted(found) == sorted(plain) and found != plain
        workspace.show_row(0)
        person.key(Qt.Key.Key_D, on=person.canvas)
        assert person.item.path == found[1]
        person.key(Qt.Key.Key_A, on=person.canvas)
        assert person.item.path == found[0]
        person.key(Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier)
        assert person.item.path == found[1]  # none is done

    def again(person: Person) -> None:
        person.until_shown()
        workspace = person.window._session.workspace
        assert workspace.items.by_benefit and person.find(QToolButton, "order_button").isChecked()
        person.click(person.find(QToolButton, "order_button"))
        assert not workspace.items.by_benefit
        paths = [item.path for item in workspace.items.some(0, 10)]
        assert paths == [item.path for item in person.project.media()]

    drive(body, str(judged_project))
    drive(again, str(judged_project))


class Clock:
    """A clock that somebody turns."""

    def __init__(self) -> None:
        self.at = 0.0

    def __call__(self) -> float:
        return self.at


def test_the_time_of_work_is_kept_without_pauses_and_told(drive: Drive, project_path: Path, tmp_path: Path) -> None:
    def press(person: Person, clock: Clock, seconds: float, key: Qt.Key = Qt.Key.Key_V) -> None:
        clock.at += seconds
        QTest.keyClick(person.window.windowHandle(), key)

    def body(person: Person) -> None:
        person.until_shown()
        clock = Clock()
        attending = person.window._session.attending
        attending._clock = clock
        attending._stretch = None
        person.canvas.setFocus()
        first = person.item.id
        for _ in range(3):
            press(person, clock, 10.0)
        press(person, clock, PAUSE_S + 30)  # away
        press(person, clock, 5.0, Qt.Key.Key_D)
        second = person.item.id
        assert second != first
        press(person, clock, 7.0)
        person.window._session.editing.draw(Box(1, 1, 50, 50), ("cell",))
        person.window._commands["effort"].trigger()
        dialog = person.find(EffortDialog, "effort_dialog")
        person.until(lambda: "Objects: 1" in person.sees("effort_head"))
        seconds: dict[str, float] = {}
        for one in person.project.measures.attention():
            seconds[one.media_id] = seconds.get(one.media_id, 0.0) + one.seconds
        assert seconds == {first: 25.0, second: 7.0}
        assert person.sees("effort_without") == "7.0" and person.sees("effort_with") == "–"
        assert person.find(QPushButton, "effort_export").isEnabled()
        for name in ("effort.csv", "effort.json"):
            dialog.write(tmp_path / name)
            person.until((tmp_path / name).is_file)
        person.until(lambda: person.sees("effort_said") == "Written to effort.json")
        assert len((tmp_path / "effort.csv").read_text().splitlines()) == 3
        assert json.loads((tmp_path / "effort.json").read_text())["total"]["seconds"] == 32.0
        dialog.close()

    drive(body, str(project_path))


def test_the_dashboard_of_a_project_without_work_says_so(drive: Drive, project_path: Path) -> None:
    def body(person: Person) -> None:
        person.until_shown()
        person.window._commands["effort"].trigger()
        person.until(lambda: person.find(QLabel, "effort_head").text() == "Nobody has worked on an item yet.")
        assert not person.find(QPushButton, "effort_export").isEnabled()
        person.find(QDialog, "effort_dialog").close()

    drive(body, str(project_path))
