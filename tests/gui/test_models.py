"""Models in the window: chosen, loaded, unloaded, downloaded from a hub on this machine, added, checked, removed."""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QCheckBox, QComboBox, QDialog, QLabel, QListWidget, QPushButton, QToolButton

from core.grounding import downloads
from core.grounding.registry import model_folders
from core.settings import Settings
from desktop.views import model_rows
from tests.fakes_gui import HandHeldGrounder
from tests.fakes_hub import FakeHub, serving
from tests.gui.conftest import Drive, Person

CTRL = Qt.KeyboardModifier.ControlModifier
TINY = "grounding-dino-tiny"
WEIGHTS = "model.safetensors"
CONFIG = json.dumps({"model_type": "grounding-dino"}).encode()


def weights(count: int) -> bytes:
    """A whole safetensors file of so many bytes of one tensor."""
    head = json.dumps({"a": {"dtype": "U8", "shape": [count], "data_offsets": [0, count]}}).encode()
    return struct.pack("<Q", len(head)) + head + bytes(count)


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeHub]:
    files = {"config.json": CONFIG, WEIGHTS: weights(1_000_000), "tokenizer.json": b"{}"}
    with serving(FakeHub({f"IDEA-Research/{TINY}": files})) as hub:
        monkeypatch.setenv("GROUNDLABEL_HUB", hub.url)
        monkeypatch.setattr(downloads, "BACKOFF_S", 0.0)
        yield hub


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A model's folder somewhere."""
    place = tmp_path / "my-model"
    place.mkdir()
    (place / "config.json").write_bytes(CONFIG)
    (place / WEIGHTS).write_bytes(weights(1000))
    return place


def open_models(person: Person) -> QListWidget:
    person.key(Qt.Key.Key_M, CTRL, on=person.window)
    person.until(lambda: person.window.findChild(QListWidget, "model_list") is not None)
    listed = person.find(QListWidget, "model_list")
    person.until(lambda: listed.count() > 2)
    return listed


def pick(person: Person, name: str) -> None:
    """Go to a model with the arrow keys."""
    listed = person.find(QListWidget, "model_list")
    listed.setFocus()
    for _ in range(listed.count()):
        QTest.keyClick(listed, Qt.Key.Key_Up)
    for _ in range(listed.count()):
        if listed.currentItem().data(model_rows.NAME) == name:
            return
        QTest.keyClick(listed, Qt.Key.Key_Down)
    raise AssertionError(f"{name} is not listed")


def press(person: Person, name: str) -> None:
    person.until(lambda: person.find(QPushButton, name).isVisible())
    person.click(person.find(QPushButton, name))


def plain(person: Person, name: str) -> str:
    """What a label says, without its marks."""
    label = person.find(QLabel, name)
    words = label.text().replace("\u200b", "").replace("<b>", "").replace("</b>", "")
    return words if label.isVisible() else ""


def close(person: Person) -> None:
    press(person, "models_close")
    person.until(lambda: person.window.findChild(QDialog, "models_dialog") is None)


def accept_licences(person: Person) -> None:
    person.until(lambda: person.window.findChild(QDialog, "licences_dialog") is not None)
    go = person.find(QPushButton, "licence_go")
    assert not go.isEnabled()
    QTest.keyClick(person.find(QCheckBox, "licence_agreed"), Qt.Key.Key_Space)
    person.click(go)


def test_download_licence_pause_resume_and_use(
    drive: Drive, hub: FakeHub, monkeypatch: pytest.MonkeyPatch, project_path: Path, grounder: HandHeldGrounder
) -> None:
    hub.cuts[WEIGHTS] = [600_000]  # the line breaks there, and it waits before it tries again
    monkeypatch.setattr(downloads, "BACKOFF_S", 3600.0)
    made: list[str] = []

    def make(model: str, _device: str) -> HandHeldGrounder:
        made.append(model)
        return grounder

    def body(person: Person) -> None:
        person.until_shown()
        open_models(person)
        pick(person, TINY)
        press(person, "model_download")
        person.until(lambda: person.window.findChild(QDialog, "licences_dialog") is not None)
        QTest.keyClick(person.find(QCheckBox, "licence_agreed"), Qt.Key.Key_Escape)
        person.until(lambda: person.window.findChild(QDialog, "licences_dialog") is None)
        assert hub.requests == []  # nothing is fetched without a yes
        press(person, "model_download")
        accept_licences(person)
        person.until(lambda: "kB of 1.0 MB" in plain(person, "model_work_text"))
        assert "%" in person.sees("status_work")
        close(person)
        assert f"Downloading {TINY}" in person.sees("status_work")  # it goes on without the dialog
        person.click(person.find(QToolButton, "status_work"))
        person.until(lambda: person.find(QListWidget, "model_list").count() > 2)
        pick(person, TINY)
        press(person, "model_pause")
        person.until(lambda: person.find(QPushButton, "model_discard").isVisible())
        assert person.sees("status_work") == ""
        assert "Resume" in person.sees("model_download")
        assert "not complete" in plain(person, "model_state")
        press(person, "model_download")  # the licence was accepted: no second question
        person.until(lambda: "It is here" in plain(person, "model_said"))
        assert hub.asked(WEIGHTS)[-1].startswith("bytes=")  # it went on where it was
        person.until(lambda: person.find(QPushButton, "model_use_pictures").isVisible())
        press(person, "model_use_pictures")
        person.until(lambda: "used for pictures" in plain(person, "model_state"))
        close(person)
        assert Settings.load().get("model.default") == TINY
        assert TINY in person.sees("status_model")
        person.ask("white cell")
        person.until(lambda: len(person.objects()) == 2)
        assert made[-1] == TINY

    drive(body, str(project_path), make=make)


def test_what_goes_wrong_with_a_download_is_told_in_its_place(
    drive: Drive, hub: FakeHub, monkeypatch: pytest.MonkeyPatch, groundlabel_home: Path
) -> None:
    hub.lies[WEIGHTS] = weights(1_000_000)[:-1] + b"x"

    def body(person: Person) -> None:
        open_models(person)
        pick(person, TINY)
        press(person, "model_download")
        accept_licences(person)
        person.until(lambda: "is not the file that was announced" in plain(person, "model_said"))
        assert "Nothing of it was kept" in plain(person, "model_said").replace("; nothing", ". Nothing")
        hub.lies.clear()
        with monkeypatch.context() as full:
            full.setattr(downloads, "free_bytes", lambda folder: 50_000_000)
            press(person, "model_download")
            person.until(lambda: "There is not enough room" in plain(person, "model_said"))
        with monkeypatch.context() as away:
            away.setenv("GROUNDLABEL_HUB", "http://127.0.0.1:9")
            press(person, "model_download")
            person.until(lambda: "cannot be reached" in plain(person, "model_said"))
        assert person.find(QPushButton, "model_problem_add").isVisible()  # a folder needs no hub
        assert person.messages() == []
        press(person, "model_discard")
        person.until(lambda: not list((groundlabel_home / "models" / ".unfinished").iterdir()))
        person.until(lambda: not person.find(QPushButton, "model_discard").isVisible())

    drive(body)


def drop_on(widget: QDialog, path: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    copy, button, no = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    QApplication.sendEvent(widget, QDragEnterEvent(QPoint(50, 50), copy, data, button, no))
    QApplication.sendEvent(widget, QDropEvent(QPointF(50, 50), copy, data, button, no))


def test_a_dropped_folder_is_added_checked_spoiled_and_removed(
    drive: Drive, folder: Path, groundlabel_home: Path
) -> None:
    def body(person: Person) -> None:
        open_models(person)
        drop_on(person.find(QDialog, "models_dialog"), folder)
        press(person, "model_add_copy")
        person.until(lambda: plain(person, "model_name") == "my-model")
        press(person, "model_verify")
        person.until(lambda: "Every file is as it came" in plain(person, "model_said"))
        with (groundlabel_home / "models" / "my-model" / WEIGHTS).open("r+b") as stream:
            stream.seek(-1, 2)
            stream.write(b"x")
        press(person, "model_verify")
        person.until(lambda: "is not as it came" in plain(person, "model_said"))
        press(person, "model_remove")
        person.until(lambda: person.window.findChild(QPushButton, "model_remove_yes") is not None)
        assert "my-model" in model_folders()
        press(person, "model_remove_yes")
        person.until(lambda: "my-model" not in model_folders())
        assert (folder / WEIGHTS).exists()
        pick(person, "mini")
        assert not person.find(QPushButton, "model_remove").isVisible()  # it is part of the program

    drive(body)


def test_a_folder_that_holds_no_model_says_why(drive: Drive, tmp_path: Path) -> None:
    def body(person: Person) -> None:
        open_models(person)
        drop_on(person.find(QDialog, "models_dialog"), tmp_path)
        press(person, "model_add_link")
        person.until(lambda: "holds no model. It has no config.json" in plain(person, "model_said"))

    drive(body)


def test_loaded_unloaded_and_moved_to_the_processor(
    drive: Drive, project_path: Path, grounder: HandHeldGrounder
) -> None:
    def body(person: Person) -> None:
        person.until_shown()
        open_models(person)
        assert plain(person, "model_state") == "Comes with GroundLabel, not loaded  ·  used for pictures"
        press(person, "model_load")
        person.until(lambda: plain(person, "model_state").startswith("Loaded  ·  CPU  ·  float32  ·  12.0 MB"))
        assert "Runs on the processor" in person.find(QToolButton, "status_model").toolTip()
        press(person, "model_unload")
        person.until(lambda: grounder.closed)
        person.until(lambda: person.find(QPushButton, "model_load").isVisible())
        grounder.closed = False
        press(person, "model_load")
        person.until(lambda: person.find(QPushButton, "model_unload").isVisible())
        device = person.find(QComboBox, "device_choice")
        device.setFocus()
        QTest.keyClick(device, Qt.Key.Key_Down)
        person.until(lambda: Settings.load().get("model.device") == "cpu")
        person.until(lambda: grounder.closed)
        pick(person, "mini-time")
        assert not person.find(QPushButton, "model_use_pictures").isVisible()  # it sees no pictures
        close(person)

    drive(body, str(project_path))
