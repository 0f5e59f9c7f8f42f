"""A model is taught from the window: what is used, a real short run, before and after, stopping, killing, going on."""

from __future__ import annotations

import json
import multiprocessing
import os
import shutil
import signal
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QLabel, QPushButton, QScrollArea, QSpinBox, QToolButton, QTreeWidget

from core.commands.behind import Event, read_told
from core.jobs import JobContext
from core.project import Project
from core.settings import Settings
from core.workflows import improving
from core.workflows.versions import use
from desktop.session.looking_ahead import PACES
from desktop.session.memory import Memory
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


def choose(person: Person, *, epochs: int) -> None:
    """So many epochs, and no rendered scenes beside; before anything was looked ahead at for long."""
    more = person.find(QToolButton, "improve_more")
    person.until(more.isVisible)
    person.click(more)
    person.find(QSpinBox, "improve_epochs").setValue(epochs)
    person.find(QSpinBox, "improve_replay").setValue(0)
    person.until(lambda: f"{epochs} epochs" in person.sees("improve_estimate"), patience_ms=PATIENCE_MS)


def start(person: Person) -> None:
    person.click(person.find(QPushButton, "improve_start"))
    person.until(lambda: person.window._session.improving.run is not None)


def run_of(person: Person) -> Run:
    run = person.window._session.improving.run
    assert run is not None
    return run


def ended(person: Person) -> bool:
    return run_of(person).state in ("done", "failed")


def test_a_model_is_taught_whatever_comes_between_and_measured(
    drive: Drive, tiny: Path, work: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(improving, "RENDERED", 3)  # a model that has learned nothing answers at great length
    stopped_at = 0

    def stop_kill_and_leave(person: Person) -> None:
        nonlocal stopped_at
        open_improve(person)
        choose(person, epochs=24)
        rows = person.find(QTreeWidget, "improve_rows")
        said = [rows.topLevelItem(0).child(row).text(0) for row in range(rows.topLevelItem(0).childCount())]
        assert set(said) == {"the red square", "a green circle", "all blue squares"}
        start(person)
        person.until(lambda: run_of(person).losses, patience_ms=PATIENCE_MS)
        person.key(Qt.Key.Key_D, on=person.canvas)  # the work goes on meanwhile
        assert person.window._session.workspace.current_row == 1
        person.click(person.find(QPushButton, "improve_stop"))
        person.until(lambda: run_of(person).state == "paused", patience_ms=PATIENCE_MS)
        assert "Teaching stopped" in person.sees("status_teaching")
        stopped_at = run_of(person).losses[-1][0]
        person.click(person.find(QPushButton, "improve_resume"))
        person.until(multiprocessing.active_children)
        for child in multiprocessing.active_children():
            os.kill(child.pid or 0, signal.SIGKILL)
        person.until(lambda: run_of(person).state == "failed", patience_ms=PATIENCE_MS)
        assert "go on from it" in person.sees("improve_trouble")
        person.click(person.find(QPushButton, "improve_resume"))
        person.until(multiprocessing.active_children)

    def come_back(person: Person) -> None:
        assert run_of(person).state == "paused" and run_of(person).losses
        assert "Teaching stopped" in person.sees("status_teaching")
        person.click(person.find(QToolButton, "status_teaching"))
        person.until(lambda: person.find(QPushButton, "improve_resume").isVisible())
        person.click(person.find(QPushButton, "improve_resume"))
        person.until(lambda: run_of(person).phase == "measure" or ended(person), patience_ms=PATIENCE_MS)
        person.until(lambda: ended(person), patience_ms=PATIENCE_MS)
        assert run_of(person).problem == ""
        lesson = run_of(person).lesson
        events, _ = read_told(lesson.told)
        begins = max(number for number, event in enumerate(events) if event.get("event") == "preflight")
        steps = [event["step"] for event in events[begins:] if event.get("event") == "step"]
        assert steps[0] > stopped_at and steps == sorted(set(steps))  # not from the beginning: its state was saved
        assert lesson.is_taught
        assert json.loads((lesson.folder / "training.json").read_text(encoding="utf-8"))["held"]  # looked at meanwhile
        assert person.find(QLabel, "outcome_decision").text().startswith(("Adopted", "Kept"))
        assert person.find(QTreeWidget, "outcome_figures").topLevelItem(0).text(1) != "0"
        assert (lesson.folder / "report" / "report.html").is_file()
        splits = person.project.splits()
        assert set(splits.values()) == {"train", "val"}  # frozen by the first start
        sides = json.loads((lesson.folder / "holdout.json").read_text(encoding="utf-8"))
        frozen = {item.content_hash for item in person.project.media() if splits.get(item.id) == "val"}
        assert sides["held"] and frozen.isdisjoint([*sides["learned"], *sides["held"]])  # they only measure

    drive(stop_kill_and_leave, str(work))
    assert not multiprocessing.active_children()
    drive(come_back, str(work))


# --- what the commands say, shown -------------------------------------------------------------------

PLAN = {"method": "full", "batch": 8, "accumulate": 1, "epochs": 5, "steps": 40, "replayed": 0}


def put_outcome(model: Path) -> None:
    """What `evaluate --report` writes of a model that is no better, as far as the window reads it."""
    part = {"n": 9, "media": 3, "old": 0.5, "new": 0.2, "difference": -0.3, "low": -0.4, "high": -0.2}
    adoption = {"adopt": False, "reasons": ["On the hold-out -30.0 points: it is worse"], "abilities": []}
    comparison = {"overall": part, "by_expression": {"the red square": part}, "by_medium": {"image": part}}
    side = {"value": 0.0, "said": "1 there", "jpeg": None, "duration_s": 0.0, "true_s": [], "found_s": []}
    case = {"expression": "the red square", "medium": "squares 1.png", "before": side, "after": side}
    result = {"comparison": comparison | {"adoption": adoption}, "moved": {"better": [], "worse": [case]}}
    folder = model / improving.REPORT
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "report.json").write_text(json.dumps(result), encoding="utf-8")


class Commands:
    """Stands in for the processes, each of which loads torch: `teachings` end so, later ones in a copy of a model."""

    def __init__(self, model: Path, monkeypatch: pytest.MonkeyPatch, *teachings: Event) -> None:
        self.asked: list[list[str]] = []
        self.adopts_in: Path | None = None  # the project that asks the new model from then on
        self._model = model
        self._teachings = list(teachings)
        monkeypatch.setattr("desktop.session.improving.run_behind", self)
        monkeypatch.setattr("desktop.session.looking_ahead.run_behind", self)

    def __call__(self, arguments: Sequence[str], _: Path, __: JobContext) -> Iterator[Event]:
        self.asked.append(list(arguments))
        if "--check" in arguments:
            times = {} if "--no-probe" in arguments else {"seconds_a_step": 4.0, "seconds": 200.0}
            yield {"event": "preflight", "fatal": [], "warnings": [], "plan": PLAN, **times}
        elif arguments[0] == "evaluate":
            model = Path(arguments[arguments.index("--model") + 1])
            put_outcome(model)
            if self.adopts_in is not None:
                with Project.open(self.adopts_in, author="", role="command") as project:
                    use(project, str(model), Settings.load(), kinds=frozenset({"image"}))
        elif self._teachings:
            yield {"event": "preflight", "fatal": [], "warnings": [], "plan": PLAN}
            yield self._teachings.pop(0)
            return
        else:
            out = Path(arguments[arguments.index("--out") + 1])
            shutil.copytree(self._model, out, dirs_exist_ok=True)
            (out / "training.json").write_text(json.dumps({"base": str(self._model)}), encoding="utf-8")
        yield {"event": "ended", "code": 0}


def test_what_is_no_better_is_not_adopted_and_any_version_can_be_gone_to(
    drive: Drive, tiny: Path, work: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Commands(tiny, monkeypatch)

    def body(person: Person) -> None:
        models = person.window._session.models
        dialog = open_improve(person)
        person.until(lambda: "about 3 min" in person.sees("improve_estimate"))  # before anything was ever taught
        start(person)
        person.until(lambda: ended(person))
        assert person.find(QLabel, "outcome_decision").text() == "Kept tiny, because work-1 is worse"
        assert "it is worse" in person.find(QLabel, "outcome_why").text()
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
    assert Memory().place(work)[PACES]  # the next look ahead tries no step


def test_out_of_memory_it_goes_on_with_less_and_what_is_adopted_is_asked(
    drive: Drive, tiny: Path, work: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    options = "go on with --resume --batch 4 --accumulate 2"
    out_of_memory = {"what": "The memory ran out while learning", "why": "", "next_step": options}
    commands = Commands(tiny, monkeypatch, {"event": "ended", "code": 1, "smaller": [4, 2], **out_of_memory})
    commands.adopts_in = work

    def body(person: Person) -> None:
        open_improve(person)
        person.until(person.find(QPushButton, "improve_start").isEnabled)
        start(person)
        person.until(lambda: ended(person))
        said = person.sees("improve_trouble")
        assert "half as much at a time" in said and "--" not in said
        person.click(person.find(QPushButton, "improve_resume"))
        person.until(lambda: run_of(person).state == "done")
        words = next(words for words in reversed(commands.asked) if words[0] == "finetune")
        assert words[words.index("--batch") + 1] == "4" and words[words.index("--accumulate") + 1] == "2"
        person.until(lambda: person.window._session.models.model_for("image") == "work-1")  # the command adopted it
        assert "work-1" in person.sees("status_model")

    drive(body, str(work))


def test_nothing_decided_is_nothing_to_learn_from(drive: Drive, project_path: Path) -> None:
    def body(person: Person) -> None:
        dialog = open_improve(person)
        person.until(lambda: "Nothing was decided yet" in person.sees("improve_head"))
        assert not person.find(QPushButton, "improve_start").isEnabled()
        dialog.close()

    drive(body, str(project_path))
