"""A model is taught from the window: what is used, a real short run, before and after, stopping, killing, going on."""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QLabel, QPushButton, QScrollArea, QSpinBox, QToolButton, QTreeWidget

from core.commands.behind import Event, run_behind
from core.jobs import JobContext
from core.settings import Settings
from core.workflows import improving
from desktop.session.teaching_run import Run
from tests.fakes_model import corrected_project, tiny_checkpoint
from tests.gui.conftest import Drive, Person

PATIENCE_MS = 300_000  # three processes load a model, on a machine that has other work
CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def tiny(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A tiny model that is asked by default; old abilities are examined on few scenes."""
    monkeypatch.setattr(improving, "RENDERED", 4)
    folder = tiny_checkpoint(tmp_path / "tiny")
    settings = Settings.load()
    settings.set("model.default", str(folder))
    settings.save()
    return folder


@pytest.fixture
def work(tmp_path: Path) -> Path:
    """Ten pictures that somebody has decided about."""
    folder = tmp_path / "work"
    folder.mkdir()
    return corrected_project(folder, pictures=10)


def open_improve(person: Person) -> QDialog:
    person.until_shown()
    person.key(Qt.Key.Key_M, CTRL, SHIFT, on=person.window)
    dialog = person.find(QDialog, "improve_dialog")
    person.until(dialog.isVisible)
    return dialog


def begin(person: Person, *, epochs: int = 2) -> QDialog:
    dialog = open_improve(person)
    person.until(person.find(QPushButton, "improve_start").isEnabled, patience_ms=PATIENCE_MS)
    person.click(person.find(QToolButton, "improve_more"))
    person.find(QSpinBox, "improve_epochs").setValue(epochs)
    person.find(QSpinBox, "improve_replay").setValue(0)
    person.until(lambda: f"{epochs} epochs" in person.sees("improve_estimate"), patience_ms=PATIENCE_MS)
    person.click(person.find(QPushButton, "improve_start"))
    person.until(lambda: person.window._session.improving.run is not None)
    return dialog


def run_of(person: Person) -> Run:
    run = person.window._session.improving.run
    assert run is not None
    return run


def test_a_model_is_taught_measured_and_told_of(
    drive: Drive, tiny: Path, work: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(improving, "RENDERED", 3)  # a model that has learned nothing answers at great length

    def body(person: Person) -> None:
        dialog = begin(person)
        rows = person.find(QTreeWidget, "improve_rows")
        said = [rows.topLevelItem(0).child(row).text(0) for row in range(rows.topLevelItem(0).childCount())]
        assert set(said) == {"the red square", "a green circle", "all blue squares"}
        person.until(lambda: run_of(person).losses, patience_ms=PATIENCE_MS)
        person.key(Qt.Key.Key_D, on=person.canvas)  # the work goes on meanwhile
        assert person.window._session.workspace.current_row == 1
        person.until(lambda: run_of(person).state in ("done", "failed"), patience_ms=PATIENCE_MS)
        assert run_of(person).problem == ""
        decision = person.find(QLabel, "outcome_decision").text()
        assert decision.startswith(("Adopted", "Kept"))
        assert person.find(QTreeWidget, "outcome_figures").topLevelItem(0).text(1) != "0"
        assert (run_of(person).lesson.folder / "report" / "report.html").is_file()
        splits = set(person.project.splits().values())
        assert splits == {"train", "val"}  # frozen by the first start
        dialog.close()

    drive(body, str(work))


def put_outcome(model: Path, *, adopt: bool) -> None:
    """What `evaluate --report` writes, as far as the window reads it."""
    part = {"n": 9, "media": 3, "old": 0.5, "new": 0.2, "difference": -0.3, "low": -0.4, "high": -0.2}
    adoption = {"adopt": adopt, "reasons": ["On the hold-out -30.0 points: it may be worse"], "abilities": []}
    comparison = {"overall": part, "by_expression": {"the red square": part}, "by_medium": {"image": part}}
    side = {"value": 0.0, "said": "1 there", "jpeg": None, "duration_s": 0.0, "true_s": [], "found_s": []}
    case = {"expression": "the red square", "medium": "squares 1.png", "before": side, "after": side}
    result = {"comparison": comparison | {"adoption": adoption}, "moved": {"better": [], "worse": [case]}}
    folder = model / improving.REPORT
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "report.json").write_text(json.dumps(result), encoding="utf-8")


def measuring(*, adopt: bool) -> Callable[..., Iterator[Event]]:
    """Stands in for the measuring, which takes a minute and more; teaching is real."""

    def run_command(arguments: Sequence[str], told: Path, context: JobContext) -> Iterator[Event]:
        if arguments[0] != "evaluate":
            yield from run_behind(arguments, told, context)
            return
        put_outcome(Path(arguments[arguments.index("--model") + 1]), adopt=adopt)
        yield {"event": "ended", "code": 0}

    return run_command


def test_what_is_no_better_is_not_adopted_and_any_version_can_be_gone_to(
    drive: Drive, tiny: Path, work: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("desktop.session.improving.run_behind", measuring(adopt=False))

    def body(person: Person) -> None:
        models = person.window._session.models
        dialog = begin(person)
        person.until(lambda: run_of(person).state in ("done", "failed"), patience_ms=PATIENCE_MS)
        assert person.find(QLabel, "outcome_decision").text().startswith("Kept tiny")
        assert "it may be worse" in person.find(QLabel, "outcome_why").text()
        assert models.model_for("image") == str(tiny)
        use_new = person.find(QPushButton, "outcome_use_new")
        person.find(QScrollArea, "improve_after").ensureWidgetVisible(use_new)
        person.click(use_new)
        person.until(lambda: models.model_for("image") == "work-1")
        assert "work-1" in person.sees("status_model")
        dialog.close()
        person.window._commands["versions"].trigger()
        listed = person.find(QTreeWidget, "version_list")
        person.until(listed.topLevelItemCount)
        use_old = person.find(QPushButton, "version_use_image")

        def can_go_back() -> bool:
            """Once the list knows of the choice that was just made."""
            listed.setCurrentItem(listed.findItems("tiny", Qt.MatchFlag.MatchExactly)[0])
            return use_old.isEnabled()

        person.until(can_go_back)
        person.click(use_old)
        person.until(lambda: models.model_for("image") == str(tiny))
        assert [choice.model for choice in person.project.measures.model_choices()] == ["work-1", str(tiny)]
        person.find(QDialog, "versions_dialog").close()

    drive(body, str(work))


def test_a_run_is_stopped_killed_and_left_with_the_window_and_gone_on_with(
    drive: Drive, tiny: Path, work: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("desktop.session.improving.run_behind", measuring(adopt=True))

    def leave(person: Person) -> None:
        begin(person, epochs=60)
        person.until(lambda: run_of(person).losses, patience_ms=PATIENCE_MS)
        person.click(person.find(QPushButton, "improve_stop"))
        person.until(lambda: run_of(person).state == "paused", patience_ms=PATIENCE_MS)
        assert "Teaching stopped" in person.sees("status_teaching")
        stopped_at = run_of(person).losses[-1][0]
        person.click(person.find(QPushButton, "improve_resume"))
        person.until(
            lambda: run_of(person).step > stopped_at, patience_ms=PATIENCE_MS
        )  # not from the beginning: the state was saved
        for child in multiprocessing.active_children():
            os.kill(child.pid or 0, signal.SIGKILL)
        person.until(lambda: run_of(person).state == "failed", patience_ms=PATIENCE_MS)
        assert "go on from it" in person.sees("improve_trouble")
        person.click(person.find(QPushButton, "improve_resume"))
        person.until(lambda: run_of(person).step > stopped_at, patience_ms=PATIENCE_MS)
        assert multiprocessing.active_children()

    def come_back(person: Person) -> None:
        assert run_of(person).state == "paused" and run_of(person).losses
        assert "Teaching stopped" in person.sees("status_teaching")
        person.click(person.find(QToolButton, "status_teaching"))
        person.until(lambda: person.find(QPushButton, "improve_resume").isVisible())
        person.click(person.find(QPushButton, "improve_resume"))
        person.until(lambda: run_of(person).state in ("done", "failed"), patience_ms=PATIENCE_MS)
        assert run_of(person).problem == ""
        steps = [step for step, _ in run_of(person).losses]
        assert steps and steps == sorted(set(steps))
        assert run_of(person).lesson.is_taught

    drive(leave, str(work))
    assert not multiprocessing.active_children()
    drive(come_back, str(work))


def test_nothing_decided_is_nothing_to_learn_from(drive: Drive, project_path: Path) -> None:
    def body(person: Person) -> None:
        dialog = open_improve(person)
        person.until(lambda: "Nothing was decided yet" in person.sees("improve_head"))
        assert not person.find(QPushButton, "improve_start").isEnabled()
        dialog.close()

    drive(body, str(project_path))
